//! A text in rows of the screen's width. Rows are found around the place that is looked at, so that a jump far away costs
//! what a screen costs, however long the text is.

use std::ops::Range;
use std::sync::Arc;

use crate::inspector::widgets::cursor::Motion;
use crate::text::needle::Needle;
use crate::text::{Break, Row, wrap};

/// What is further away than so many bytes is jumped to; the rows between are not found.
const FAR: usize = 512 * 1024;

/// So much of a text is searched at a time, in bytes.
const WINDOW: usize = 1024 * 1024;

/// A text and the place in it.
#[derive(Clone, Debug)]
pub struct Pages {
    text: Arc<str>,
    /// Where its rows may be broken.
    how: Break,
    width: usize,
    /// Where the rows begin that are known: some that follow each other, at least one.
    starts: Vec<usize>,
    /// Whether the last of them is the text's last.
    to_end: bool,
    /// The first row on the screen, among those that are known.
    top: usize,
    /// The byte that stays in the first row when the width changes.
    anchor: usize,
}

/// Where the screen is in a text.
pub struct Position {
    /// The number of its first row, where the rows before it are known.
    pub row: Option<usize>,
    /// How many rows there are, where all are known.
    pub rows: Option<usize>,
    /// Its first byte, and how many there are.
    pub byte: (usize, usize),
}

impl Pages {
    /// A text at its beginning, on a screen of no width yet.
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

    /// The text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Where the screen is.
    pub fn position(&self) -> Position {
        let from_start = self.first() == 0;
        Position {
            row: from_start.then_some(self.top),
            rows: (from_start && self.to_end).then_some(self.starts.len()),
            byte: (self.start(self.top), self.text.len()),
        }
    }

    /// Moves the screen of `height` rows.
    pub fn go(&mut self, motion: Motion, height: usize) {
        match motion {
            Motion::First => self.begin(0),
            Motion::Last => {
                self.top = self.row_of(self.text.len());
                self.know(usize::MAX);
                self.top = self.starts.len();
            }
            Motion::Rows(by) => self.step(by),
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

    /// Fits the rows to a screen; the byte that was first stays in the first row.
    pub fn settle(&mut self, width: usize, height: usize) {
        if self.width != width {
            self.width = width;
            self.begin(0);
            self.top = self.row_of(self.anchor);
        }
        self.hold(height);
    }

    /// The rows on a screen of `height` rows.
    pub fn rows(&self, height: usize) -> impl Iterator<Item = Row<'_>> {
        wrap(&self.text, self.width, self.how)
            .starting_at(self.start(self.top))
            .take(height)
    }

    /// Goes to the next place of a text behind the first row, or before it. False if it is nowhere.
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

    /// The places of a text that begin in the window at a byte, and before an end.
    fn places(&self, needle: &Needle, at: usize, end: usize) -> Vec<usize> {
        let end = end.min(at + WINDOW);
        let start = self.text.floor_char_boundary(at);
        // Small letters may be longer than their capitals.
        let upto = self.text.ceil_char_boundary(end + 4 * needle.len());
        let window = self.text.get(start..upto).unwrap_or_default();
        let places = needle.places(window).into_iter().map(|place| start + place);
        places.filter(|place| (at..end).contains(place)).collect()
    }

    fn first(&self) -> usize {
        self.start(0)
    }

    fn start(&self, row: usize) -> usize {
        self.starts.get(row).copied().unwrap_or(0)
    }

    /// Forgets the rows and begins anew with one that begins at a byte.
    fn begin(&mut self, start: usize) {
        self.starts = vec![start];
        self.to_end = false;
        self.top = 0;
    }

    /// A byte some way before another one at which a row may begin: of a long line any will do.
    fn near(&self, byte: usize) -> usize {
        let from = self.text.floor_char_boundary(byte.saturating_sub(FAR));
        let lines = self.text.get(from.saturating_sub(FAR)..from);
        match lines.unwrap_or_default().rfind('\n') {
            _ if from == 0 => 0,
            Some(feed) => from.saturating_sub(FAR) + feed + 1,
            None => from,
        }
    }

    /// Keeps the screen full as long as there are rows.
    fn hold(&mut self, height: usize) {
        self.know(self.top.saturating_add(height));
        if self.to_end {
            self.top = self.top.min(self.starts.len().saturating_sub(height));
        }
    }

    /// Finds the rows up to a number.
    fn know(&mut self, row: usize) {
        if self.to_end || self.starts.len() > row {
            return;
        }
        let last = self.starts.last().copied().unwrap_or(0);
        for next in wrap(&self.text, self.width, self.how).starting_at(last).skip(1) {
            self.starts.push(next.range.start);
            if self.starts.len() > row {
                return;
            }
        }
        self.to_end = true;
    }

    /// The row in which a byte stands.
    fn row_of(&mut self, byte: usize) -> usize {
        let last = self.starts.last().copied().unwrap_or(0);
        if byte < self.first() || !self.to_end && byte.saturating_sub(last) > FAR {
            self.begin(self.near(byte));
        }
        while !self.to_end && self.starts.last().is_some_and(|start| *start <= byte) {
            self.know(self.starts.len() + 63);
        }
        self.starts
            .partition_point(|start| *start <= byte)
            .saturating_sub(1)
    }
}
