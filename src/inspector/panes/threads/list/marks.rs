//! The marked threads.

use std::collections::HashSet;
use std::sync::Arc;

use crate::protocol::ThreadId;
use crate::store::Snapshot;

/// The marked threads of a list. Cloning only copies a pointer; a clone is equal to its original until either of them
/// changes.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    marked: Arc<HashSet<ThreadId>>,
    /// The number of changes so far.
    version: u64,
}

impl Marks {
    /// Returns whether a thread is marked.
    pub fn contains(&self, id: ThreadId) -> bool {
        self.marked.contains(&id)
    }

    /// Returns whether no thread is marked.
    pub fn is_empty(&self) -> bool {
        self.marked.is_empty()
    }

    /// Returns the number of changes so far.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Returns the marked threads that a store contains, ordered by id.
    pub fn within(&self, store: &Snapshot) -> Vec<ThreadId> {
        // Looking up one thread by its id costs as much as iterating over several threads.
        if self.marked.len() > store.len() / 8 {
            return store.ids().filter(|id| self.contains(*id)).collect();
        }
        let known = self.marked.iter().copied();
        let mut known: Vec<ThreadId> = known.filter(|id| store.thread(*id).is_some()).collect();
        known.sort_by_key(ThreadId::uuid);
        known
    }

    /// Marks or unmarks a thread.
    pub fn toggle(&mut self, id: ThreadId) {
        let marked = self.changed();
        if !marked.remove(&id) {
            marked.insert(id);
        }
    }

    /// Marks more threads.
    pub fn extend(&mut self, ids: impl Iterator<Item = ThreadId>) {
        self.changed().extend(ids);
    }

    /// Unmarks all threads.
    pub fn clear(&mut self) {
        self.changed().clear();
    }

    fn changed(&mut self) -> &mut HashSet<ThreadId> {
        self.version += 1;
        Arc::make_mut(&mut self.marked)
    }

    /// Returns the set.
    pub fn shared(&self) -> Arc<HashSet<ThreadId>> {
        Arc::clone(&self.marked)
    }
}

impl PartialEq for Marks {
    fn eq(&self, other: &Self) -> bool {
        self.version == other.version
    }
}

impl Eq for Marks {}
