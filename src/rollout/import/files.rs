//! The files of an import: what is known about each file, and the order in which they are read.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, Builder};

use super::super::find::{FindResult, Source, find_until};
use super::super::identity::{Identity, identify};
use super::super::known::{FileStamp, KnownFile, KnownThreads};
use super::super::limit::Limit;
use super::super::lineage::{self, HistoryBase, LinkedFile, ThreadPlan};
use super::super::lines::cancelled;
use super::super::open::RolloutInput;
use super::super::report::{FileOutcome, FileRead, Problem, ProblemCode};
use super::super::side_by_side::on_all_processors;
use super::homes::Homes;
use super::{ImportedFile, PlannedFile};
use crate::home::Home;
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

/// The files that were read before, by path. The paths are compared as bytes, which is faster than by their components.
pub(super) struct KnownFiles<'a> {
    read: HashMap<&'a OsStr, &'a KnownFile>,
    copies: HashMap<&'a OsStr, FileStamp>,
}

impl<'a> KnownFiles<'a> {
    pub(super) fn of(threads: &'a KnownThreads) -> Self {
        let all = || threads.values().map(|thread| &thread.read);
        let files = all().flat_map(|read| &read.files).filter(|file| file.is_own);
        let copies = all().flat_map(|read| &read.copies);
        Self {
            read: files.map(|file| (file.source.path.as_os_str(), file)).collect(),
            copies: copies.map(|(path, stamp)| (path.as_os_str(), *stamp)).collect(),
        }
    }

    /// Whether a file is a copy that was skipped before and has not changed.
    pub(super) fn is_copy(&self, path: &Path) -> bool {
        self.copies
            .get(path.as_os_str())
            .is_some_and(|stamp| FileStamp::of(path) == Some(*stamp))
    }

    /// A file that was read before, but no longer has a header, still counts as the same file.
    fn or_else(&self, entry: FileEntry) -> FileEntry {
        match &entry {
            FileEntry::Done(done) if matches!(done.outcome, FileOutcome::Error(_)) => {
                match self.read.get(done.path.as_os_str()) {
                    Some(file) => FileEntry::Waiting(RolloutInput::from(&file.source), file.identity.clone()),
                    None => entry,
                }
            }
            _ => entry,
        }
    }

    /// What is known about a file that has not changed since it was read.
    pub(super) fn unchanged(&self, path: &Path) -> Option<&'a KnownFile> {
        let file = self.read.get(path.as_os_str())?;
        (file.stamp.is_some() && FileStamp::of(path) == file.stamp).then_some(file)
    }
}

/// Finds the rollout files for some paths, and the thread of each file, using all processors. The databases of the homes are
/// read at the same time. Files that were read before are only read if they have changed; unchanged copies are left out.
pub(super) fn identified(
    paths: &[PathBuf],
    known: &KnownFiles<'_>,
    homes: &[Arc<Home>],
    limit: &Limit,
) -> (Vec<FileEntry>, Homes) {
    let identify = |found: &FindResult| match known.unchanged(found.path()) {
        Some(file) => {
            let identity = Identity {
                stamp: file.stamp,
                ..file.identity.clone()
            };
            FileEntry::Waiting(RolloutInput::from(&file.source), identity)
        }
        None => known.or_else(FileEntry::new(found.clone(), limit)),
    };
    thread::scope(|scope| {
        let reading = Builder::new().spawn_scoped(scope, || Homes::at_paths(paths, homes));
        let mut found = find_until(paths, &limit.stop);
        found.retain(|found| !known.is_copy(found.path()));
        let entries = on_all_processors(&found, identify);
        let early = match reading {
            Ok(reading) => reading
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            // The system cannot start a thread.
            Err(_) => Homes::default(),
        };
        (entries, early.completed(&found, homes))
    })
}

/// Finds the files of each thread.
pub(super) fn plans(entries: &[FileEntry], homes: &Homes) -> HashMap<ThreadId, ThreadPlan> {
    let linked: Vec<(usize, LinkedFile<'_>)> = entries
        .iter()
        .enumerate()
        .filter_map(|(index, entry)| Some((index, entry.linked(homes)?)))
        .collect();
    lineage::plans(&linked)
}

/// What is known about a file.
pub(super) enum FileEntry {
    /// A pipe that has not been read yet.
    Pipe(Source),
    Waiting(RolloutInput, Identity),
    /// A file that has nothing new since it was read.
    Same(RolloutInput, Identity),
    Done(Box<DoneFile>),
}

/// A file that was read, skipped or has failed.
pub(super) struct DoneFile {
    pub(super) path: PathBuf,
    pub(super) outcome: FileOutcome,
    pub(super) file: Option<ImportedFile>,
    /// What was known about it before; `None` if it was never identified.
    known: Option<(RolloutInput, Identity)>,
}

impl FileEntry {
    fn new(found: FindResult, limit: &Limit) -> Self {
        match found {
            FindResult::Skipped(path, problem) => Self::unknown(path, FileOutcome::Skipped(problem)),
            FindResult::Failed(path, problem) => Self::unknown(path, FileOutcome::Error(problem)),
            FindResult::Pipe(source) => Self::Pipe(source),
            FindResult::File(source) => Self::identified(RolloutInput::from(&source), limit),
        }
    }

    /// Reads a pipe to its end.
    pub(super) fn spooled(source: &Source, limit: &Limit) -> Self {
        match RolloutInput::spooled(source, &limit.stop) {
            Ok(input) => Self::identified(input, limit),
            Err(problem) => Self::unknown(source.path.clone(), FileOutcome::Error(problem)),
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
            Err(problem) => Self::unknown(input.source.path, FileOutcome::Error(problem)),
        }
    }

    fn unknown(path: PathBuf, outcome: FileOutcome) -> Self {
        Self::Done(Box::new(DoneFile {
            path,
            outcome,
            file: None,
            known: None,
        }))
    }

    /// The file as it is known before it is read.
    pub(super) fn planned(self) -> PlannedFile {
        match self {
            Self::Waiting(input, known) | Self::Same(input, known) => {
                PlannedFile::Readable(input, known.thread_id)
            }
            Self::Pipe(_) => PlannedFile::Skipped,
            Self::Done(done) => match done.outcome {
                FileOutcome::Error(problem) => PlannedFile::Failed(done.path, problem),
                _ => PlannedFile::Skipped,
            },
        }
    }

    /// Its thread, if it is known and the file has not been imported yet.
    pub(super) fn waiting_for(&self) -> Option<ThreadId> {
        match self {
            Self::Waiting(_, known) => known.thread_id,
            Self::Pipe(_) | Self::Same(..) | Self::Done(_) => None,
        }
    }

    fn known(&self) -> Option<(&RolloutInput, &Identity)> {
        match self {
            Self::Waiting(input, known) | Self::Same(input, known) => Some((input, known)),
            Self::Done(done) => done.known.as_ref().map(|(input, known)| (input, known)),
            Self::Pipe(_) => None,
        }
    }

    /// Its thread, if it is known.
    pub(super) fn known_thread(&self) -> Option<ThreadId> {
        self.known()?.1.thread_id
    }

    /// The file and its thread, unless it was skipped or has failed.
    pub(super) fn usable(&self) -> Option<(&RolloutInput, ThreadId)> {
        if let Self::Done(done) = self
            && !matches!(done.outcome, FileOutcome::Read(_))
        {
            return None;
        }
        let (input, known) = self.known()?;
        Some((input, known.thread_id?))
    }

    /// What is known about it, if it was identified.
    pub(super) fn identity(&self) -> Option<&Identity> {
        Some(self.known()?.1)
    }

    /// Records that the file has nothing new.
    fn same(&mut self) {
        if let Self::Waiting(input, known) = self {
            *self = Self::Same(input.clone(), known.clone());
        }
    }

    /// Records that the file has nothing new, if it is a waiting file of this thread.
    pub(super) fn same_if(&mut self, id: ThreadId) {
        if self.waiting_for() == Some(id) {
            self.same();
        }
    }

    /// Its thread and path, if it was skipped as a copy.
    pub(super) fn skipped_copy(&self) -> Option<(ThreadId, PathBuf)> {
        let Self::Done(done) = self else { return None };
        let FileOutcome::Skipped(problem) = &done.outcome else {
            return None;
        };
        let is_copy = matches!(problem.code, ProblemCode::SameBytes | ProblemCode::PrefixOf);
        is_copy.then_some((self.known_thread()?, done.path.clone()))
    }

    /// The rollout that it continues.
    pub(super) fn base(&self) -> Option<HistoryBase> {
        self.known()?.1.base
    }

    /// What determines its position in a chain, if it has not been imported yet.
    pub(super) fn linked<'a>(&'a self, homes: &'a Homes) -> Option<LinkedFile<'a>> {
        let Self::Waiting(input, known) = self else {
            return None;
        };
        Some(LinkedFile {
            home: homes.of(&input.source),
            name: input.source.name(),
            thread: known.thread_id?,
            rollout: known.rollout?,
            base: known.base,
        })
    }

    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Waiting(_, known) => known.length,
            Self::Pipe(_) | Self::Same(..) | Self::Done(_) => 0,
        }
    }

    pub(super) fn source(&self) -> Option<&Source> {
        match self {
            Self::Pipe(source) => Some(source),
            Self::Waiting(..) | Self::Same(..) | Self::Done(_) => Some(&self.known()?.0.source),
        }
    }

    /// The result of reading it, if it was read.
    pub(super) fn read_mut(&mut self) -> Option<&mut FileRead> {
        let Self::Done(done) = self else { return None };
        match &mut done.outcome {
            FileOutcome::Read(read) => Some(read),
            _ => None,
        }
    }

    /// Records the outcome of a waiting file.
    pub(super) fn finish(&mut self, outcome: FileOutcome, file: Option<ImportedFile>) {
        if let Self::Waiting(input, known) = self {
            *self = Self::Done(Box::new(DoneFile {
                path: input.source.path.clone(),
                outcome,
                file,
                known: Some((input.clone(), known.clone())),
            }));
        }
    }

    /// Records that a waiting file failed because of a problem.
    pub(super) fn fail(&mut self, problem: Problem) {
        self.finish(FileOutcome::Error(problem), None);
    }

    /// Turns a file that was read into one that has failed.
    pub(super) fn fail_read(&mut self, problem: &Problem) {
        if let Self::Done(done) = self
            && matches!(done.outcome, FileOutcome::Read(_))
        {
            done.outcome = FileOutcome::Error(problem.clone());
            done.file = None;
        }
    }
}
