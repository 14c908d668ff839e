//! A text in rows of the screen's width: the rows are found as far as they are looked at.

use std::sync::Arc;

use super::super::cursor::Motion;
use super::super::search::Needle;
use super::super::text::{Break, Row, wrap};

/// A text and the place in it.
#[derive(Clone, Debug)]
pub struct Pages {
    text: Arc<str>,
    /// Where its rows may be broken.
    how: Break,
    width: usize,
    /// Where the rows begin, as far as they are known.
    starts: Vec<usize>,
    /// Whether all are.
    whole: bool,
    /// The first row on the screen.
    top: usize,
    /// The byte that stays in the first row when the width changes.
    anchor: usize,
}

impl Pages {
    /// A text at its beginning, on a screen of no width yet.
    pub fn new(text: Arc<str>, how: Break) -> Self {
        Self {
            text,
            how,
            width: 0,
            starts: vec![0],
            whole: false,
            top: 0,
            anchor: 0,
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The first row on the screen, and how many rows there are, where that is known.
    pub fn position(&self) -> (usize, Option<usize>) {
        (self.top, self.whole.then_some(self.starts.len()))
    }

    /// Moves the screen of `height` rows.
    pub fn go(&mut self, motion: Motion, height: usize) {
        match motion {
            Motion::First => self.top = 0,
            Motion::Last => {
                self.know(usize::MAX);
                self.top = self.starts.len();
            }
            Motion::Rows(by) => self.top = self.top.saturating_add_signed(by),
            Motion::Halves(by) => {
                let half = (height / 2).max(1).cast_signed();
                self.top = self.top.saturating_add_signed(half.saturating_mul(by));
            }
        }
        self.hold(height);
        self.anchor = self.starts.get(self.top).copied().unwrap_or(0);
    }

    /// Fits the rows to a screen; the byte that was first stays in the first row.
    pub fn settle(&mut self, width: usize, height: usize) {
        if self.width != width {
            self.width = width;
            self.starts = vec![0];
            self.whole = false;
            self.top = self.row_of(self.anchor);
        }
        self.hold(height);
    }

    /// The rows on a screen of `height` rows.
    pub fn rows(&self, height: usize) -> impl Iterator<Item = Row<'_>> {
        let start = self.starts.get(self.top).copied().unwrap_or(0);
        wrap(&self.text, self.width, self.how)
            .starting_at(start)
            .take(height)
    }

    /// Goes to the next place of a text behind the first row, or before it. False if it is nowhere.
    pub fn find(&mut self, needle: &Needle, forward: bool, from_here: bool) -> bool {
        let places = needle.places(&self.text);
        let row = if from_here { self.top } else { self.top + 1 };
        self.know(row);
        let after = self.starts.get(row).copied().unwrap_or(self.text.len());
        let before = self.starts.get(self.top).copied().unwrap_or(0);
        let place = match forward {
            true => places.iter().find(|at| **at >= after).or(places.first()),
            false => places.iter().rev().find(|at| **at < before).or(places.last()),
        };
        match place.copied() {
            Some(place) => {
                self.top = self.row_of(place);
                self.anchor = place;
                true
            }
            None => false,
        }
    }

    /// Keeps the screen full as long as there are rows.
    fn hold(&mut self, height: usize) {
        self.know(self.top.saturating_add(height));
        if self.whole {
            self.top = self.top.min(self.starts.len().saturating_sub(height));
        }
    }

    /// Finds the rows up to a number.
    fn know(&mut self, row: usize) {
        if self.whole || self.starts.len() > row {
            return;
        }
        let last = self.starts.last().copied().unwrap_or(0);
        for next in wrap(&self.text, self.width, self.how).starting_at(last).skip(1) {
            self.starts.push(next.range.start);
            if self.starts.len() > row {
                return;
            }
        }
        self.whole = true;
    }

    /// The row in which a byte stands.
    fn row_of(&mut self, byte: usize) -> usize {
        while !self.whole && self.starts.last().is_some_and(|start| *start <= byte) {
            self.know(self.starts.len() + 63);
        }
        self.starts
            .partition_point(|start| *start <= byte)
            .saturating_sub(1)
    }
}
