//! Which rows of a list are drawn in a frame. After a motion, only a few rows of a list look different, and the other
//! rows stay on the screen.

use crate::inspector::widgets::cursor::ListCursor;

/// The rows of a list that a frame draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redraw {
    /// All visible rows.
    All,
    /// The rows that look different because the cursor moved, and the rows that were not visible before.
    Moved {
        /// The cursor when the list was last drawn.
        from: ListCursor,
        /// The cursor now.
        to: ListCursor,
        /// The height of the list in rows.
        height: u16,
    },
}

impl Redraw {
    /// Returns whether the frame draws this row of the list.
    pub fn draws(self, at: usize) -> bool {
        match self {
            Self::All => true,
            Self::Moved { from, to, height } => {
                let was_visible = (from.top..from.top + usize::from(height)).contains(&at);
                at == from.at || at == to.at || !was_visible
            }
        }
    }

    /// Returns the number of rows by which the list was scrolled down.
    pub fn scrolled(self) -> isize {
        match self {
            Self::All => 0,
            Self::Moved { from, to, .. } => to.top.wrapping_sub(from.top).cast_signed(),
        }
    }
}
