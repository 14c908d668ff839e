//! The selected row and the first visible row of a list.
//!
//! This module uses pure arithmetic on counts. The panes store the rows.

use std::ops::Range;

/// A selected row and the first visible row, both starting at 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListCursor {
    /// The selected row.
    pub at: usize,
    /// The first row on the screen.
    pub top: usize,
}

/// A motion in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// This number of rows down, or up if negative.
    Rows(isize),
    /// This number of half pages down, or up if negative.
    Halves(isize),
    /// The screen scrolls this number of lines down, or up if negative; the selection stays where it is visible.
    Lines(isize),
    /// To the first row.
    First,
    /// To the last row.
    Last,
}

impl ListCursor {
    /// Moves the selection within a list of `len` rows, of which `height` are visible.
    pub fn go(&mut self, motion: Motion, len: usize, height: usize) {
        let last = len.saturating_sub(1);
        let by = match motion {
            Motion::First => return self.at = 0,
            Motion::Last => return self.at = last,
            Motion::Lines(by) => return self.scroll(by, len, height),
            Motion::Rows(by) => by,
            Motion::Halves(by) => by.saturating_mul((height / 2).max(1).cast_signed()),
        };
        self.at = self.at.saturating_add_signed(by).min(last);
    }

    fn scroll(&mut self, by: isize, len: usize, height: usize) {
        let height = height.max(1);
        self.top = self.top.saturating_add_signed(by).min(len.saturating_sub(height));
        let last = (self.top + height).min(len).saturating_sub(1);
        self.at = self.at.clamp(self.top.min(last), last);
    }

    /// Limits the selection to a list of `len` rows and scrolls as little as possible so that the selected row is among
    /// the `height` visible rows.
    pub fn settle(&mut self, len: usize, height: usize) {
        self.at = self.at.min(len.saturating_sub(1));
        let height = height.max(1);
        self.top = self
            .top
            .min(len.saturating_sub(height))
            .min(self.at)
            .max((self.at + 1).saturating_sub(height));
    }

    /// Returns the rows of a list of `len` rows that are visible on a screen of `height` rows.
    pub fn visible(&self, len: usize, height: usize) -> Range<usize> {
        self.top.min(len)..self.top.saturating_add(height).min(len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn motions_stop_at_the_ends() {
        let mut cursor = ListCursor::default();
        cursor.go(Motion::Rows(-1), 3, 10);
        assert_eq!(cursor.at, 0);
        cursor.go(Motion::Rows(9), 3, 10);
        assert_eq!(cursor.at, 2);
        cursor.go(Motion::Last, 0, 10);
        assert_eq!(cursor.at, 0);
        cursor.go(Motion::Rows(isize::MIN), 3, 0);
        assert_eq!(cursor.at, 0);
    }

    #[test]
    fn scrolling_moves_the_selection_only_where_it_would_leave_the_screen() {
        let mut cursor = ListCursor { at: 4, top: 0 };
        let places = [3, 3, 3, -3, 50, -50].map(|by| {
            cursor.go(Motion::Lines(by), 20, 5);
            let before = cursor;
            cursor.settle(20, 5);
            assert_eq!(cursor, before);
            (cursor.at, cursor.top)
        });
        assert_eq!(places, [(4, 3), (6, 6), (9, 9), (9, 6), (15, 15), (4, 0)]);
        cursor.go(Motion::Lines(3), 3, 5);
        assert_eq!((cursor.at, cursor.top), (2, 0));
        cursor.go(Motion::Lines(3), 0, 5);
        assert_eq!((cursor.at, cursor.top), (0, 0));
    }

    #[test]
    fn the_selected_row_is_always_visible_and_the_screen_always_full() {
        let mut cursor = ListCursor::default();
        for (motion, len, height) in [
            (Motion::Last, 100, 10),
            (Motion::Rows(-3), 100, 10),
            (Motion::Halves(-2), 100, 10),
            (Motion::First, 100, 10),
            (Motion::Rows(50), 20, 7),
            (Motion::Last, 5, 7),
            (Motion::Last, 100, 1),
        ] {
            cursor.go(motion, len, height);
            cursor.settle(len, height);
            let visible = cursor.visible(len, height);
            assert!(visible.contains(&cursor.at), "{motion:?} {cursor:?}");
            assert_eq!(visible.len(), len.min(height), "{motion:?} {cursor:?}");
        }
    }
}
