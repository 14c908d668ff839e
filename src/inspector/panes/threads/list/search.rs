//! Searches the rows for a string. The caller handles the result.

use super::rows::{AT_ONCE, ThreadRow, ThreadRows};
use crate::inspector::state::job::JobProgressFn;
use crate::protocol::ThreadId;
use crate::workbench::query::ThreadMatcher;

/// A search for a string in rows.
pub struct ThreadSearch {
    pub(super) rows: ThreadRows,
    /// The row at which the search starts.
    pub(super) at: usize,
    /// The text.
    pub text: String,
    /// Tests whether threads contain the string.
    pub(super) matcher: ThreadMatcher,
    /// Whether the rows are few and short enough to search immediately.
    pub(super) short: bool,
    pub(super) forward: bool,
    /// Whether the start row itself can be a match.
    pub(super) from_here: bool,
}

impl ThreadSearch {
    /// Returns whether the search is short enough to run immediately.
    pub fn is_short(&self) -> bool {
        self.short
    }

    /// Returns the thread of the first matching row. The inner `None` means no match. The outer `None` means that the
    /// search was stopped.
    pub fn run(&self, tell: JobProgressFn<'_>) -> Option<Option<ThreadId>> {
        let (count, skip) = (self.rows.len(), usize::from(!self.from_here));
        for first in (0..count).step_by(AT_ONCE) {
            if first > 0 && tell(first, count).is_break() {
                return None;
            }
            let steps = (first..count.min(first + AT_ONCE)).map(|step| step + skip);
            let rows = steps.filter_map(|step| self.row(step));
            if let Some(row) = self.matcher.select(rows).next() {
                return Some(Some(row.record.id));
            }
        }
        Some(None)
    }

    /// Returns the row at this distance from the start row, wrapping at the ends.
    fn row(&self, step: usize) -> Option<&ThreadRow> {
        let count = self.rows.len();
        self.rows.get(match self.forward {
            true => (self.at + step) % count,
            false => (self.at + count - step % count) % count,
        })
    }
}
