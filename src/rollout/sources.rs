//! Where the items and values of an imported thread come from: files, lines, databases.
//!
//! A store only has a thread's history and metadata. An import also knows which file each item is in, which items were
//! cut off, and what the Codex home says about the thread. [`ThreadSources`] stores this information for one thread.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::known::ReadState;
use super::report::Remark;
use crate::contract::ThreadMetadataPatch;
use crate::home::{HomeFile, HomeThread};
use crate::live::{DecidedBy, Fold};
use crate::protocol::{RolloutItem, ThreadId, ThreadPersistenceMetadata};

/// Where an imported thread comes from. All positions here are positions among the items that the import appended.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ThreadSources {
    /// The thread.
    pub thread_id: ThreadId,
    /// The number of items that were appended.
    pub items: usize,
    /// The parts of the history, in order.
    pub parts: Vec<HistoryPart>,
    /// The items that are not in the history, because a later rollout of the thread cut them off.
    pub superseded: Vec<SupersededItems>,
    /// The items that were copied from the parent of a fork.
    pub replayed: Option<ReplayedItems>,
    /// The current file.
    pub current: Option<Arc<Path>>,
    /// Whether the current file was chosen only because its name is the newest.
    pub is_guess: bool,
    /// Whether the current file is archived.
    pub archived: bool,
    /// The row of the thread in its Codex home.
    pub row: Option<HomeThread>,
    /// Which item determined the value of each metadata field.
    pub decided: DecidedBy,
    /// The fields whose values came from the Codex home instead.
    pub from_home: Vec<(&'static str, HomeFile)>,
    /// Remarks about the files of the thread, except for differences from the database of turns.
    pub(super) noted: Vec<Remark>,
    /// Remarks about current differences between the files of the thread and the database of turns.
    pub(super) disagreements: Vec<Remark>,
    /// What the next import needs to know about this one.
    pub(crate) read: ReadState,
}

/// A part of a history: the items of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPart {
    /// The file.
    pub file: Arc<Path>,
    /// The positions of its items.
    pub items: Range<usize>,
    /// The thread that the file belongs to, if it is a different thread.
    pub inherited_from: Option<ThreadId>,
}

/// Items of a file that are not in the history.
#[derive(Debug, Clone)]
pub struct SupersededItems {
    /// The file.
    pub file: Arc<Path>,
    /// The position of the item that follows the cut.
    pub at: usize,
    /// The items.
    pub items: Vec<RolloutItem>,
}

/// The items that a fork copied from its parent, with new timestamps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayedItems {
    /// Their places.
    pub items: Range<usize>,
    /// The parent.
    pub of: ThreadId,
}

impl ThreadSources {
    pub(super) fn new(thread_id: ThreadId) -> Self {
        Self {
            thread_id,
            items: 0,
            parts: Vec::new(),
            superseded: Vec::new(),
            replayed: None,
            current: None,
            is_guess: false,
            archived: false,
            row: None,
            decided: DecidedBy::default(),
            from_home: Vec::new(),
            noted: Vec::new(),
            disagreements: Vec::new(),
            read: ReadState {
                files: Vec::new(),
                copies: Vec::new(),
                fold: Fold::new(thread_id),
                patch: ThreadMetadataPatch::default(),
                from_home: ThreadMetadataPatch::default(),
                home_name: None,
                metadata: ThreadPersistenceMetadata::default(),
                is_paginated: false,
            },
        }
    }

    /// The part of the history that contains the item at a position.
    pub fn part(&self, place: usize) -> Option<&HistoryPart> {
        let at = self.parts.partition_point(|part| part.items.end <= place);
        self.parts.get(at).filter(|part| part.items.contains(&place))
    }

    /// Remarks about the files of the thread.
    pub fn remarks(&self) -> impl Iterator<Item = &Remark> {
        self.noted.iter().chain(&self.disagreements)
    }

    /// The number of items that are in files of other threads.
    pub fn inherited(&self) -> u64 {
        let inherited = self.parts.iter().filter(|part| part.inherited_from.is_some());
        inherited.map(|part| part.items.len() as u64).sum()
    }

    /// The number of items that were cut off.
    pub fn superseded(&self) -> u64 {
        self.superseded.iter().map(|cut| cut.items.len() as u64).sum()
    }

    /// Records that a file has a new path.
    pub(super) fn rename(&mut self, from: &Path, to: &Path) {
        let to: Arc<Path> = to.into();
        let parts = self.parts.iter_mut().map(|part| &mut part.file);
        let files = parts.chain(self.superseded.iter_mut().map(|cut| &mut cut.file));
        files
            .filter(|file| ***file == *from)
            .for_each(|file| *file = Arc::clone(&to));
    }

    /// The thread's own files, each once: first those in the history, in its order, then those that are not in the
    /// history.
    pub fn files(&self) -> Vec<&Arc<Path>> {
        let own = self.parts.iter().filter(|part| part.inherited_from.is_none());
        let mut files: Vec<&Arc<Path>> = own.map(|part| &part.file).collect();
        for cut in &self.superseded {
            if !files.contains(&&cut.file) {
                files.push(&cut.file);
            }
        }
        files
    }
}
