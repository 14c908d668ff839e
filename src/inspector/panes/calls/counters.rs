//! The rows of the call counters: one for each counted method, in the order of the OPS table.

use crate::contract::{OPS, Op};
use crate::inspector::widgets::cursor::ListCursor;
use crate::store::InMemoryThreadStoreCalls;

/// The mark and the selected counter.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    /// The counters when the mark was set. Zero at the start.
    pub mark: InMemoryThreadStoreCalls,
    /// The selected counter.
    pub cursor: ListCursor,
}

/// Returns the counted methods in order.
pub fn counted() -> impl Iterator<Item = Op> {
    OPS.iter().filter(|row| row.counted).map(|row| row.op)
}

/// Returns the counter of a counted method.
#[expect(clippy::expect_used, reason = "the OPS table says that the method is counted")]
pub fn count(calls: &InMemoryThreadStoreCalls, op: Op) -> usize {
    calls.get(op).expect("a counted method has a counter")
}

impl Counters {
    /// Returns the selected method.
    pub fn selected(&self) -> Option<Op> {
        counted().nth(self.cursor.at)
    }
}
