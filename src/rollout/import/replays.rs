//! Recognizes the items that a fork copied from its parent: after its own header, the same payloads in the same order as the
//! first lines of the parent, with new timestamps.

use super::super::limit::Limit;
use super::super::lines::SEGMENT;
use super::super::open::RolloutInput;
use super::super::read::RolloutReader;
use super::super::report::Problem;
use super::super::sources::ReplayedItems;
use super::files::FileEntry;
use super::run::ImportRun;
use crate::protocol::{RolloutItem, ThreadId};

/// A thread whose second item is the header of another thread.
pub(super) struct ReplayCandidate {
    pub(super) thread: ThreadId,
    /// The index of the file with these items.
    pub(super) file: usize,
    /// The position of the first item of the file in the history.
    pub(super) first: usize,
    pub(super) parent: ThreadId,
}

impl ImportRun<'_> {
    /// Marks the items that forks copied from parents whose files were read too.
    pub(super) fn mark_replays(&mut self, entries: &[FileEntry]) {
        for candidate in std::mem::take(&mut self.replays) {
            let usable = |entry: &FileEntry| entry.usable().map(|(input, id)| (input.clone(), id));
            let parents = entries
                .iter()
                .filter_map(usable)
                .filter(|(_, id)| *id == candidate.parent);
            let parent = parents.min_by_key(|(input, _)| input.source.name().to_owned());
            let (Some((parent, _)), Some((child, _))) = (parent, usable(&entries[candidate.file])) else {
                continue;
            };
            let thread = self
                .imported
                .threads
                .iter_mut()
                .find(|thread| thread.thread_id == candidate.thread);
            if let (Some(thread), Ok(copied @ 1..)) = (thread, copied(&child, &parent, &self.limit)) {
                let first = candidate.first + 1;
                thread.replayed = Some(ReplayedItems {
                    items: first..first + copied,
                    of: candidate.parent,
                });
            }
        }
    }
}

/// The number of items after the first one of `child` that have the same payloads as the first items of `parent`.
fn copied(child: &RolloutInput, parent: &RolloutInput, limit: &Limit) -> Result<usize, Problem> {
    let mut child = Items::of(RolloutReader::open(child, SEGMENT, limit)?);
    let mut parent = Items::of(RolloutReader::open(parent, SEGMENT, limit)?);
    child.next()?;
    let mut copied = 0;
    while let (Some(one), Some(other)) = (child.next()?, parent.next()?) {
        if !is_copy(&one, &other) {
            break;
        }
        copied += 1;
    }
    Ok(copied)
}

fn is_copy(one: &RolloutItem, other: &RolloutItem) -> bool {
    let text = |item: &RolloutItem| item.payload().map(|payload| payload.text().to_owned());
    std::ptr::eq(one.kind(), other.kind()) && text(one).is_some() && text(one) == text(other)
}

/// The items of a file, one at a time.
struct Items {
    reader: RolloutReader,
    part: std::vec::IntoIter<RolloutItem>,
}

impl Items {
    fn of(reader: RolloutReader) -> Self {
        Self {
            reader,
            part: Vec::new().into_iter(),
        }
    }

    fn next(&mut self) -> Result<Option<RolloutItem>, Problem> {
        loop {
            if let Some(item) = self.part.next() {
                return Ok(Some(item));
            }
            match self.reader.items()? {
                Some(items) => self.part = items.into_iter(),
                None => return Ok(None),
            }
        }
    }
}
