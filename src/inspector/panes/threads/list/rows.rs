//! The rows of the list of threads.

use std::sync::Arc;

use imbl::Vector;

use super::groups::GroupHead;
use crate::store::ThreadRecord;

/// The maximum number of threads that are listed, and of changes that are applied, immediately. More are handled in the
/// background.
pub const AT_ONCE: usize = 4096;

/// The rows of a list. A clone costs one pointer.
pub type ThreadRows = Vector<ThreadRow>;

/// A row.
#[derive(Clone, Debug)]
pub struct ThreadRow {
    /// The thread.
    pub record: Arc<ThreadRecord>,
    /// The depth of the thread in the tree.
    pub depth: usize,
    /// The group, if this is the row above the threads of a group. The thread is then the first thread of the group.
    pub head: Option<Arc<GroupHead>>,
}

impl ThreadRow {
    /// Creates a row without a parent.
    pub fn alone(record: &Arc<ThreadRecord>) -> Self {
        Self {
            record: Arc::clone(record),
            depth: 0,
            head: None,
        }
    }
}

impl AsRef<ThreadRecord> for ThreadRow {
    fn as_ref(&self) -> &ThreadRecord {
        &self.record
    }
}
