//! Looking through the rows for one that holds a text. What is done with the one that is found is left to others.

use super::rows::{AT_ONCE, ThreadRows};
use super::words::Words;
use crate::inspector::state::job::Tell;
use crate::protocol::ThreadId;

/// A text that is looked for in rows.
pub struct ThreadSearch {
    pub(super) rows: ThreadRows,
    /// The row from which it is looked for.
    pub(super) at: usize,
    /// The text.
    pub text: String,
    pub(super) forward: bool,
    /// Whether that row counts.
    pub(super) from_here: bool,
}

impl ThreadSearch {
    /// Whether it is short enough to be done while a key waits.
    pub fn is_short(&self) -> bool {
        self.rows.len() <= AT_ONCE
    }

    /// The first row that holds the text, by its thread; `None` within if none does, and without if it was broken off.
    pub fn run(&self, tell: Tell<'_>) -> Option<Option<ThreadId>> {
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
