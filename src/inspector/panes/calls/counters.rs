//! The rows of the call counters: one for each counted method, in the order of the OPS table.

use crate::contract::{OPS, Op};
use crate::inspector::widgets::cursor::ListCursor;
use crate::store::InMemoryThreadStoreCalls;

/// The mark and the place among the counters.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    /// What the counters showed when the mark was set; zeros at the start.
    pub mark: InMemoryThreadStoreCalls,
    /// The selected counter.
    pub cursor: ListCursor,
}

/// The counted methods in order.
pub fn counted() -> impl Iterator<Item = Op> {
    OPS.iter().filter(|row| row.counted).map(|row| row.op)
}

impl Counters {
    /// The selected method.
    pub fn selected(&self) -> Option<Op> {
        counted().nth(self.cursor.at)
    }
}
