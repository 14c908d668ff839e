//! The files of an import: the thread of each file, the files of each thread, and the order in which they are read.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::path::PathBuf;
use std::thread;

use super::super::find::{FindResult, Source};
use super::super::identity::{Identity, identify};
use super::super::limit::Limit;
use super::super::lines::cancelled;
use super::super::open::RolloutInput;
use super::super::report::{FileOutcome, Problem};
use super::super::side_by_side::side_by_side;
use super::ImportedFile;
use crate::protocol::ThreadId;

/// The order of the files. It does not affect the order of the items within a thread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ImportOrder {
    /// Sorted by path.
    #[default]
    Path,
    /// Newest first, by file name, because the names of rollouts begin with their start time.
    Newest,
}

/// The order in which to read the files, as indices. If the order depends on file names, pipes come last: their names say
/// nothing, and waiting for a pipe would delay the other files.
pub(super) fn turns(entries: &[FileEntry], order: ImportOrder) -> Vec<usize> {
    let mut turns: Vec<usize> = (0..entries.len()).collect();
    if order == ImportOrder::Newest {
        let entry = |index: &usize| entries.get(*index);
        let name = |index: &usize| entry(index).and_then(FileEntry::source).map(Source::name);
        let is_pipe = |index: &usize| matches!(entry(index), Some(FileEntry::Pipe(_)));
        turns.sort_by_key(|index| (is_pipe(index), Reverse(name(index))));
    }
    turns
}

/// Finds the thread of each file, using all processors.
pub(super) fn identified(found: &[FindResult], limit: &Limit) -> Vec<FileEntry> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let part = |found: &[FindResult]| -> Vec<FileEntry> {
        found
            .iter()
            .map(|found| FileEntry::new(found.clone(), limit))
            .collect()
    };
    let parts = found.chunks(found.len().div_ceil(workers).max(1));
    side_by_side(parts, part).into_iter().flatten().collect()
}

/// What is known about a file.
pub(super) enum FileEntry {
    /// A pipe that has not been read yet.
    Pipe(Source),
    Waiting(RolloutInput, Identity),
    Done(PathBuf, FileOutcome, Option<ImportedFile>),
}

impl FileEntry {
    fn new(found: FindResult, limit: &Limit) -> Self {
        match found {
            FindResult::Skipped(path, problem) => Self::Done(path, FileOutcome::Skipped(problem), None),
            FindResult::Failed(path, problem) => Self::Done(path, FileOutcome::Error(problem), None),
            FindResult::Pipe(source) => Self::Pipe(source),
            FindResult::File(source) => Self::identified(RolloutInput::from(&source), limit),
        }
    }

    /// Reads a pipe to its end.
    pub(super) fn spooled(source: &Source, limit: &Limit) -> Self {
        match RolloutInput::spooled(source, &limit.stop) {
            Ok(input) => Self::identified(input, limit),
            Err(problem) => Self::Done(source.path.clone(), FileOutcome::Error(problem), None),
        }
    }

    fn identified(input: RolloutInput, limit: &Limit) -> Self {
        let known = match limit.stop.is_asked() {
            true => Err(cancelled()),
            false => identify(&input, limit),
        };
        match known {
            Ok(mut known) => {
                // The header's text would keep a part of the file in memory, so it is read again when needed.
                known.header = None;
                Self::Waiting(input, known)
            }
            Err(problem) => Self::Done(input.source.path, FileOutcome::Error(problem), None),
        }
    }

    /// Its thread, if it is known and the file has not been imported yet.
    pub(super) fn waiting_for(&self) -> Option<ThreadId> {
        match self {
            Self::Waiting(_, known) => known.thread_id,
            Self::Pipe(_) | Self::Done(..) => None,
        }
    }

    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Waiting(_, known) => known.length,
            Self::Pipe(_) | Self::Done(..) => 0,
        }
    }

    pub(super) fn source(&self) -> Option<&Source> {
        match self {
            Self::Pipe(source) => Some(source),
            Self::Waiting(input, _) => Some(&input.source),
            Self::Done(..) => None,
        }
    }

    pub(super) fn fail(&mut self, problem: Problem) {
        if let Self::Waiting(input, _) = self {
            *self = Self::Done(
                std::mem::take(&mut input.source.path),
                FileOutcome::Error(problem),
                None,
            );
        }
    }
}

/// The files of each thread, in the order of their items.
pub(super) fn groups(entries: &[FileEntry]) -> HashMap<ThreadId, Vec<usize>> {
    let mut groups: HashMap<ThreadId, Vec<usize>> = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        if let Some(id) = entry.waiting_for() {
            groups.entry(id).or_default().push(index);
        }
    }
    groups.values_mut().for_each(|group| ordered(group, entries));
    groups
}

/// Sorts the files of a thread into the order of their items: by name, then by path.
pub(super) fn ordered(group: &mut [usize], entries: &[FileEntry]) {
    let name = |index: &usize| entries.get(*index).and_then(FileEntry::source).map(Source::name);
    // Indices are in path order.
    group.sort_by(|one, other| name(one).cmp(&name(other)).then(one.cmp(other)));
}
