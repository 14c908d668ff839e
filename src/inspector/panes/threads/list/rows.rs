//! One row of the list of threads, and many.

use std::sync::Arc;

use imbl::Vector;

use crate::store::ThreadRecord;

/// So many threads are listed, and so many changes taken, while a key waits; more than that is done beside the interface.
pub const AT_ONCE: usize = 4096;

/// The rows of a list; a clone costs a pointer.
pub type ThreadRows = Vector<ThreadRow>;

/// One row.
#[derive(Clone, Debug)]
pub struct ThreadRow {
    /// The thread.
    pub record: Arc<ThreadRecord>,
    /// How many threads it hangs below, in the tree.
    pub depth: usize,
}

impl ThreadRow {
    /// A row that hangs below none.
    pub fn alone(record: &Arc<ThreadRecord>) -> Self {
        Self {
            record: Arc::clone(record),
            depth: 0,
        }
    }
}
