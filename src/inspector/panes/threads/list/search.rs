//! Searches the rows for a text. The caller handles the result.

use super::rows::{AT_ONCE, ThreadRows};
use super::words::Words;
use crate::inspector::state::job::JobProgressFn;
use crate::protocol::ThreadId;

/// A search for a text in rows.
pub struct ThreadSearch {
    pub(super) rows: ThreadRows,
    /// The row at which the search starts.
    pub(super) at: usize,
    /// The text.
    pub text: String,
    pub(super) forward: bool,
    /// Whether the start row counts.
    pub(super) from_here: bool,
}

impl ThreadSearch {
    /// Returns whether the search is short enough to run immediately.
    pub fn is_short(&self) -> bool {
        self.rows.len() <= AT_ONCE
    }

    /// Returns the thread of the first matching row. The inner `None` means no match. The outer `None` means that the
    /// search was stopped.
    pub fn run(&self, tell: JobProgressFn<'_>) -> Option<Option<ThreadId>> {
        let mut words = Words::text(&self.text);
        let (rows, skip) = (&self.rows, usize::from(!self.from_here));
        for step in skip..rows.len() + skip {
            if step % AT_ONCE == 0 && tell(step, rows.len()).is_break() {
                return None;
            }
            let at = match self.forward {
                true => (self.at + step) % rows.len(),
                false => (self.at + rows.len() - step % rows.len()) % rows.len(),
            };
            if let Some(row) = rows.get(at).filter(|row| words.are_in(&row.record)) {
                return Some(Some(row.record.id));
            }
        }
        Some(None)
    }
}
