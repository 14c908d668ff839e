//! The files of an import: whose each of them is, which ones belong together, and whose turn comes when.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::path::PathBuf;
use std::thread;

use super::super::find::{Found, Source};
use super::super::identity::{Identity, identify};
use super::super::limit::Limit;
use super::super::report::{Outcome, Problem};
use super::ImportedFile;
use crate::protocol::ThreadId;

/// Which files come first. Of one thread the items stand in the order of their files, whichever comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// As their paths stand in the alphabet.
    #[default]
    Path,
    /// The newest first: the names of rollouts begin with the moment of their beginning.
    Newest,
}

/// The turns of the files, each by its index.
pub(super) fn turns(entries: &[Entry], order: Order) -> Vec<usize> {
    let mut turns: Vec<usize> = (0..entries.len()).collect();
    if order == Order::Newest {
        let name = |index: &usize| entries.get(*index).and_then(Entry::source).map(Source::name);
        turns.sort_by_key(|index| Reverse(name(index)));
    }
    turns
}

/// Finds out whose each file is, on all processors.
pub(super) fn identified(found: &[Found], limit: &Limit) -> Vec<Entry> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let part = |found: &[Found]| -> Vec<Entry> {
        found
            .iter()
            .map(|found| Entry::new(found.clone(), limit))
            .collect()
    };
    thread::scope(|scope| {
        let parts = found.chunks(found.len().div_ceil(workers).max(1));
        let parts: Vec<_> = parts.map(|found| scope.spawn(move || part(found))).collect();
        let done = parts.into_iter();
        done.flat_map(|part| {
            part.join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
        .collect()
    })
}

/// What is known of one file.
pub(super) enum Entry {
    Waiting(Source, Identity),
    Done(PathBuf, Outcome, Option<ImportedFile>),
}

impl Entry {
    fn new(found: Found, limit: &Limit) -> Self {
        match found {
            Found::Skipped(path, problem) => Self::Done(path, Outcome::Skipped(problem), None),
            Found::Failed(path, problem) => Self::Done(path, Outcome::Error(problem), None),
            Found::File(source) => match identify(&source, limit) {
                Ok(mut known) => {
                    // The header's text would keep a piece of its file in memory: it is read again when it is wanted.
                    known.header = None;
                    Self::Waiting(source, known)
                }
                Err(problem) => Self::Done(source.path, Outcome::Error(problem), None),
            },
        }
    }

    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Waiting(_, known) => known.length,
            Self::Done(..) => 0,
        }
    }

    pub(super) fn source(&self) -> Option<&Source> {
        match self {
            Self::Waiting(source, _) => Some(source),
            Self::Done(..) => None,
        }
    }

    pub(super) fn fail(&mut self, problem: Problem) {
        if let Self::Waiting(source, _) = self {
            *self = Self::Done(std::mem::take(&mut source.path), Outcome::Error(problem), None);
        }
    }
}

/// The files of each thread, in the order of their items: by name, then by path.
pub(super) fn groups(entries: &[Entry]) -> HashMap<ThreadId, Vec<usize>> {
    let mut groups: HashMap<ThreadId, Vec<usize>> = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        if let Entry::Waiting(
            _,
            Identity {
                thread_id: Some(id), ..
            },
        ) = entry
        {
            groups.entry(*id).or_default().push(index);
        }
    }
    let name = |index: &usize| entries.get(*index).and_then(Entry::source).map(Source::name);
    // They stand in path order already, and the sort keeps it among equal names.
    groups
        .values_mut()
        .for_each(|group| group.sort_by(|one, other| name(one).cmp(&name(other))));
    groups
}
