//! Scrolls a list whose rows have different heights, line by line. Heights are computed only for rows near the screen,
//! so the cost does not depend on the number of rows.

use super::cursor::Motion;

/// A line of a row. If it is the end of a range, it is the first line after the range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinePlace {
    /// The row.
    pub row: usize,
    /// The line within the row.
    pub line: usize,
}

impl LinePlace {
    /// The first line of a row.
    pub fn of(row: usize) -> Self {
        Self { row, line: 0 }
    }
}

/// The maximum number of rows without lines that are skipped.
const SKIPPED: usize = 4_096;

/// A list on a screen with a given number of lines.
pub struct LineScroll<'a> {
    /// The number of rows.
    pub rows: usize,
    /// The number of lines on the screen.
    pub height: usize,
    /// Returns the number of lines of a row. A row without lines is never selected.
    pub lines: &'a dyn Fn(usize) -> usize,
}

impl LineScroll<'_> {
    /// Returns the line that is this many lines further down, or the end of the list.
    pub fn down(&self, from: LinePlace, by: usize) -> LinePlace {
        let (mut at, mut left, mut skipped) = (from, by, 0);
        while at.row < self.rows && skipped < SKIPPED {
            let lines = (self.lines)(at.row);
            let rest = lines.saturating_sub(at.line);
            if left < rest {
                at.line += left;
                return at;
            }
            left -= rest;
            skipped += usize::from(lines == 0);
            at = LinePlace::of(at.row + 1);
        }
        at
    }

    /// Returns the line that is this many lines further up, or the start of the list.
    fn up(&self, from: LinePlace, by: usize) -> LinePlace {
        let (mut at, mut left, mut skipped) = (from, by, 0);
        loop {
            if at.line >= left || skipped >= SKIPPED {
                at.line = at.line.saturating_sub(left);
                return at;
            }
            left -= at.line;
            let Some(row) = at.row.checked_sub(1) else {
                return LinePlace::default();
            };
            let line = (self.lines)(row);
            skipped += usize::from(line == 0);
            at = LinePlace { row, line };
        }
    }

    /// Returns the first row that has lines, at or after this one.
    fn row_from(&self, row: usize) -> Option<usize> {
        (row..self.rows).take(SKIPPED).find(|row| (self.lines)(*row) > 0)
    }

    /// Returns the last row that has lines, before this one.
    fn row_before(&self, row: usize) -> Option<usize> {
        let rows = (0..row.min(self.rows)).rev().take(SKIPPED);
        rows.into_iter().find(|row| (self.lines)(*row) > 0)
    }

    /// Scrolls up until there is no blank space behind the last row.
    fn full(&self, top: LinePlace) -> LinePlace {
        match self.down(top, self.height).row < self.rows {
            true => top,
            false => top.min(self.up(LinePlace::of(self.rows), self.height)),
        }
    }

    /// Returns the selected row, or a nearby row that has lines, and scrolls as little as possible to make the row
    /// visible: the whole row or, if it has more lines than the screen, its start, unless the screen already shows only
    /// lines of this row.
    pub fn settle(&self, at: usize, top: LinePlace) -> (usize, LinePlace) {
        let near = self.row_from(at).or_else(|| self.row_before(at));
        let Some(at) = near else {
            return (at.min(self.rows.saturating_sub(1)), LinePlace::default());
        };
        let lines = (self.lines)(at);
        let is_within = top.row == at && lines > self.height;
        let top = match is_within {
            true => LinePlace {
                row: at,
                line: top.line.min(lines - 1),
            },
            false if LinePlace::of(at) < top || lines >= self.height => LinePlace::of(at),
            false => top.max(self.up(LinePlace::of(at + 1), self.height)),
        };
        (at, self.full(top))
    }

    /// Moves the selection, and scrolls. Within a row that has more lines than the screen, the selection stays and the
    /// list only scrolls.
    pub fn go(&self, at: usize, top: LinePlace, motion: Motion) -> (usize, LinePlace) {
        let (at, top) = self.moved(at, top, motion);
        self.settle(at, top)
    }

    fn moved(&self, at: usize, top: LinePlace, motion: Motion) -> (usize, LinePlace) {
        match motion {
            Motion::First => (0, LinePlace::default()),
            Motion::Last => {
                let top = self.up(LinePlace::of(self.rows), self.height);
                (self.row_before(self.rows).unwrap_or(0), top)
            }
            Motion::Rows(by) => {
                let (mut at, mut top) = (at, top);
                for _ in 0..by.unsigned_abs().min(SKIPPED) {
                    (at, top) = match by > 0 {
                        true => self.next(at, top),
                        false => self.previous(at, top),
                    };
                }
                (at, top)
            }
            Motion::Lines(by) => match by > 0 {
                true => self.page_down(at, top, by.unsigned_abs()),
                false => self.page_up(at, top, by.unsigned_abs()),
            },
            Motion::Halves(by) => {
                let lines = (self.height / 2).max(1).saturating_mul(by.unsigned_abs());
                match by > 0 {
                    true => self.page_down(at, top, lines),
                    false => self.page_up(at, top, lines),
                }
            }
        }
    }

    fn next(&self, at: usize, top: LinePlace) -> (usize, LinePlace) {
        let is_long = (self.lines)(at) > self.height;
        if is_long && top.row == at && LinePlace::of(at + 1) > self.down(top, self.height) {
            return (at, self.down(top, 1));
        }
        self.settle(self.row_from(at + 1).unwrap_or(at), top)
    }

    fn previous(&self, at: usize, top: LinePlace) -> (usize, LinePlace) {
        if top.row == at && top.line > 0 {
            return (at, self.up(top, 1));
        }
        let Some(before) = self.row_before(at) else {
            return (at, top);
        };
        let lines = (self.lines)(before);
        // When the selection moves up to a long row, show the end of the row.
        let end = LinePlace {
            row: before,
            line: lines.saturating_sub(self.height),
        };
        match lines > self.height {
            true => (before, end),
            false => self.settle(before, top),
        }
    }

    fn page_down(&self, at: usize, top: LinePlace, lines: usize) -> (usize, LinePlace) {
        let after = self.full(self.down(top, lines));
        if after <= top {
            return (self.row_before(self.rows).unwrap_or(at), top);
        }
        if self.shows(at, after) {
            return (at, after);
        }
        let first = match after.line {
            0 => after.row,
            _ => after.row + 1,
        };
        match self.row_from(first) {
            Some(row) if self.shows(row, after) => (row, after),
            Some(row) if (self.lines)(after.row) <= self.height => self.settle(row, after),
            _ => (after.row, after),
        }
    }

    fn page_up(&self, at: usize, top: LinePlace, lines: usize) -> (usize, LinePlace) {
        let after = self.up(top, lines);
        if after >= top {
            return (self.row_from(0).unwrap_or(at), top);
        }
        if self.shows(at, after) {
            return (at, after);
        }
        let behind = self.down(after, self.height).row;
        match self.row_before(behind) {
            Some(row) if self.shows(row, after) => (row, after),
            _ if (self.lines)(after.row) <= self.height => self.settle(after.row, after),
            _ => (after.row, after),
        }
    }

    /// Returns whether all of a row is on the screen.
    fn shows(&self, row: usize, top: LinePlace) -> bool {
        LinePlace::of(row) >= top && LinePlace::of(row + 1) <= self.down(top, self.height)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use proptest::prelude::*;

    use super::*;

    fn motion() -> impl Strategy<Value = Motion> {
        prop_oneof![
            3 => Just(Motion::Rows(1)),
            3 => Just(Motion::Rows(-1)),
            1 => Just(Motion::Halves(1)),
            1 => Just(Motion::Halves(-2)),
            1 => Just(Motion::Lines(3)),
            1 => Just(Motion::Lines(-3)),
            1 => Just(Motion::First),
            1 => Just(Motion::Last),
        ]
    }

    proptest! {
        #[test]
        fn the_selected_row_is_on_the_screen_and_the_screen_is_full(
            heights in prop::collection::vec(0usize..12, 1..30),
            height in 1usize..8,
            motions in prop::collection::vec(motion(), 0..40),
        ) {
            prop_assume!(heights.iter().any(|lines| *lines > 0));
            let lines = |row: usize| heights[row];
            let list = LineScroll { rows: heights.len(), height, lines: &lines };
            let all: usize = heights.iter().sum();
            let (mut at, mut top) = list.settle(0, LinePlace::default());
            for motion in motions {
                (at, top) = list.go(at, top, motion);
                prop_assert_eq!(list.settle(at, top), (at, top), "nothing moves by itself after {:?}", motion);
                prop_assert!(heights[at] > 0);
                let is_within = top.row == at && heights[at] > height;
                prop_assert!(is_within || list.shows(at, top) || top == LinePlace::of(at), "{:?} {} {:?}", motion, at, top);
                let before: usize = heights[..top.row].iter().sum::<usize>() + top.line;
                prop_assert!(all < height || all - before >= height, "blank space: {:?}", top);
            }
        }

        #[test]
        fn the_rows_are_passed_one_by_one(heights in prop::collection::vec(1usize..12, 1..12), height in 1usize..8) {
            let lines = |row: usize| heights[row];
            let list = LineScroll { rows: heights.len(), height, lines: &lines };
            let (mut at, mut top) = (0, LinePlace::default());
            // Each line of each row is seen on the way down.
            let mut seen = std::collections::BTreeSet::new();
            for _ in 0..=heights.iter().sum::<usize>() {
                let mut place = top;
                for _ in 0..height {
                    if place.row < heights.len() {
                        seen.insert(place);
                    }
                    place = list.down(place, 1);
                }
                (at, top) = list.go(at, top, Motion::Rows(1));
            }
            prop_assert_eq!(at, heights.len() - 1);
            prop_assert_eq!(seen.len(), heights.iter().sum::<usize>());
        }
    }

    #[test]
    fn only_rows_near_the_screen_are_asked_for_their_height() {
        let asked = Cell::new(0);
        let lines = |_: usize| {
            asked.set(asked.get() + 1);
            3
        };
        let list = LineScroll {
            rows: 1_000_000,
            height: 50,
            lines: &lines,
        };
        let (mut at, mut top) = (0, LinePlace::default());
        for motion in [
            Motion::Last,
            Motion::Rows(-1),
            Motion::Halves(-2),
            Motion::First,
            Motion::Halves(2),
        ] {
            (at, top) = list.go(at, top, motion);
            (at, top) = list.settle(at, top);
        }
        assert!(asked.get() < 1_000, "{}", asked.get());
    }
}
