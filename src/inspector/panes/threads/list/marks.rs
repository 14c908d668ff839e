//! The marked threads.

use std::collections::HashSet;
use std::sync::Arc;

use crate::protocol::ThreadId;

/// A set of marked threads. A clone is one pointer; it is equal to its original until one of them changes.
#[derive(Clone, Debug, Default)]
pub struct Marks(Arc<HashSet<ThreadId>>);

impl Marks {
    /// Returns whether a thread is marked.
    pub fn contains(&self, id: ThreadId) -> bool {
        self.0.contains(&id)
    }

    /// Returns whether no thread is marked.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Iterates over the marked threads in no order.
    pub fn iter(&self) -> impl Iterator<Item = ThreadId> {
        self.0.iter().copied()
    }

    /// Marks or unmarks a thread.
    pub fn toggle(&mut self, id: ThreadId) {
        let marked = Arc::make_mut(&mut self.0);
        if !marked.remove(&id) {
            marked.insert(id);
        }
    }

    /// Marks more threads.
    pub fn extend(&mut self, ids: impl Iterator<Item = ThreadId>) {
        Arc::make_mut(&mut self.0).extend(ids);
    }

    /// Unmarks all threads.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Returns the set.
    pub fn shared(&self) -> Arc<HashSet<ThreadId>> {
        Arc::clone(&self.0)
    }
}

impl PartialEq for Marks {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Marks {}
