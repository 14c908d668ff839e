//! A text wrapped to the width of the screen. Rows are computed only around the current position, so a jump costs the
//! same for any length of text.

use std::ops::Range;
use std::sync::Arc;

use crate::inspector::widgets::cursor::Motion;
use crate::text::needle::Needle;
use crate::text::{Break, WrappedRow, wrap};

/// A target further away than this number of bytes is reached by a jump. The rows in between are not computed.
const FAR: usize = 512 * 1024;

/// The number of bytes that are searched at a time.
const WINDOW: usize = 1024 * 1024;

/// A text and the position in it.
#[derive(Clone, Debug)]
pub struct Pages {
    text: Arc<str>,
    /// How rows may be broken.
    how: Break,
    width: usize,
    /// The byte offset at which each computed row starts. The rows are consecutive and there is at least one.
    starts: Vec<usize>,
    /// Whether the last computed row is the last row of the text.
    to_end: bool,
    /// The first row on the screen, as an index into the computed rows.
    top: usize,
    /// The byte that stays in the first row when the width changes.
    anchor: usize,
}

/// The position of the screen in a text.
pub struct Position {
    /// The number of the first row, if the rows before it are known.
    pub row: Option<usize>,
    /// The number of rows, if all are known.
    pub rows: Option<usize>,
    /// The first byte on the screen, and the number of bytes in the text.
    pub byte: (usize, usize),
}

impl Pages {
    /// Creates a text at its start, on a screen of width 0.
    pub fn new(text: Arc<str>, how: Break) -> Self {
        Self {
            text,
            how,
            width: 0,
            starts: vec![0],
            to_end: false,
            top: 0,
            anchor: 0,
        }
    }

    /// Returns the text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Returns the position of the screen.
    pub fn position(&self) -> Position {
        let from_start = self.first() == 0;
        Position {
            row: from_start.then_some(self.top),
            rows: (from_start && self.to_end).then_some(self.starts.len()),
            byte: (self.start(self.top), self.text.len()),
        }
    }

    /// Moves the screen, which has `height` rows.
    pub fn go(&mut self, motion: Motion, height: usize) {
        match motion {
            Motion::First => self.begin(0),
            Motion::Last => {
                self.top = self.row_of(self.text.len());
                self.know(usize::MAX);
                self.top = self.starts.len();
            }
            Motion::Rows(by) | Motion::Lines(by) => self.step(by),
            Motion::Halves(by) => {
                let half = (height / 2).max(1).cast_signed();
                self.step(half.saturating_mul(by));
            }
        }
        self.hold(height);
        self.anchor = self.start(self.top);
    }

    fn step(&mut self, by: isize) {
        let mut back = by.saturating_neg().max(0).cast_unsigned();
        while self.top < back && self.first() > 0 {
            back -= self.top;
            let first = self.first();
            self.begin(self.near(first - 1));
            self.top = self.row_of(first);
        }
        self.top = self
            .top
            .saturating_sub(back)
            .saturating_add(by.max(0).cast_unsigned());
    }

    /// Wraps the rows to the size of the screen. The byte that was first stays in the first row.
    pub fn settle(&mut self, width: usize, height: usize) {
        if self.width != width {
            self.width = width;
            self.begin(0);
            self.top = self.row_of(self.anchor);
        }
        self.hold(height);
    }

    /// Returns the rows on a screen of `height` rows.
    pub fn rows(&self, height: usize) -> impl Iterator<Item = WrappedRow<'_>> {
        wrap(&self.text, self.width, self.how)
            .starting_at(self.start(self.top))
            .take(height)
    }

    /// Goes to the next match after the first row, or to the previous one before it. Returns false if there is no
    /// match.
    pub fn find(&mut self, needle: &Needle, forward: bool, from_here: bool) -> bool {
        let (here, end) = (self.start(self.top), self.text.len());
        let place = if forward {
            let row = if from_here { self.top } else { self.top + 1 };
            self.know(row);
            let after = self.starts.get(row).copied().unwrap_or(end);
            self.first_in(needle, after..end)
                .or_else(|| self.first_in(needle, 0..after))
        } else {
            self.last_in(needle, 0..here)
                .or_else(|| self.last_in(needle, here..end))
        };
        if let Some(place) = place {
            self.top = self.row_of(place);
            self.anchor = place;
        }
        place.is_some()
    }

    fn first_in(&self, needle: &Needle, range: Range<usize>) -> Option<usize> {
        let mut windows = range.clone().step_by(WINDOW);
        windows.find_map(|at| self.places(needle, at, range.end).first().copied())
    }

    fn last_in(&self, needle: &Needle, range: Range<usize>) -> Option<usize> {
        let mut windows = range.clone().step_by(WINDOW).rev();
        windows.find_map(|at| self.places(needle, at, range.end).last().copied())
    }

    /// Returns the matches that start within `WINDOW` bytes after `at` and before `end`.
    fn places(&self, needle: &Needle, at: usize, end: usize) -> Vec<usize> {
        let end = end.min(at + WINDOW);
        let start = self.text.floor_char_boundary(at);
        // Lowercase letters may have more bytes than their capitals.
        let upto = self.text.ceil_char_boundary(end + 4 * needle.len());
        let places = needle
            .places(&self.text[start..upto])
            .into_iter()
            .map(|place| start + place);
        places.filter(|place| (at..end).contains(place)).collect()
    }

    fn first(&self) -> usize {
        self.start(0)
    }

    fn last(&self) -> usize {
        self.start(self.starts.len() - 1)
    }

    fn start(&self, row: usize) -> usize {
        self.starts[row]
    }

    /// Discards the computed rows and restarts with a row that starts at this byte.
    fn begin(&mut self, start: usize) {
        self.starts = vec![start];
        self.to_end = false;
        self.top = 0;
    }

    /// Returns a byte before this one at which a row may start. In a long line, any byte will do.
    fn near(&self, byte: usize) -> usize {
        let from = self.text.floor_char_boundary(byte.saturating_sub(FAR));
        let start = self.text.floor_char_boundary(from.saturating_sub(FAR));
        match self.text[start..from].rfind('\n') {
            _ if from == 0 => 0,
            Some(feed) => start + feed + 1,
            None => from,
        }
    }

    /// Keeps the screen full if there are enough rows.
    fn hold(&mut self, height: usize) {
        let height = height.max(1);
        self.know(self.top.saturating_add(height));
        if self.to_end {
            self.top = self.top.min(self.starts.len().saturating_sub(height));
        }
    }

    /// Computes the rows up to this number.
    fn know(&mut self, row: usize) {
        if self.to_end || self.starts.len() > row {
            return;
        }
        let last = self.last();
        for next in wrap(&self.text, self.width, self.how).starting_at(last).skip(1) {
            self.starts.push(next.range.start);
            if self.starts.len() > row {
                return;
            }
        }
        self.to_end = true;
    }

    /// Returns the row that contains a byte.
    fn row_of(&mut self, byte: usize) -> usize {
        if byte < self.first() || !self.to_end && byte.saturating_sub(self.last()) > FAR {
            self.begin(self.near(byte));
        }
        while !self.to_end && self.last() <= byte {
            self.know(self.starts.len() + 63);
        }
        self.starts
            .partition_point(|start| *start <= byte)
            .saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_starts_at_the_start_of_a_line() {
        let text = ("€".repeat(1000) + "\n").repeat(1000);
        let pages = Pages::new(text.as_str().into(), Break::Cell);
        for byte in 3 * FAR..3 * FAR + 4 {
            let near = pages.near(byte);
            assert!(text[..near].ends_with('\n'), "{byte}: {near}");
        }
    }

    #[test]
    fn a_screen_without_rows_keeps_its_place_in_the_text() {
        let mut pages = Pages::new("one\ntwo".into(), Break::Cell);
        pages.settle(9, 0);
        for motion in [Motion::Last, Motion::Rows(9), Motion::Halves(1)] {
            pages.go(motion, 0);
            assert_eq!(pages.position().byte, (4, 7), "{motion:?}");
        }
    }
}
