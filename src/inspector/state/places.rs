//! The places that the user left by following links, for going back and forward as in a browser.

use crate::protocol::ThreadId;

/// A place in a store: a thread, and an item of its history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The thread.
    pub thread: ThreadId,
    /// The position of the item.
    pub item: Option<usize>,
}

/// The number of places that are kept.
const KEPT: usize = 1_000;

/// The places to go back to and forward to.
#[derive(Clone, Debug, Default)]
pub struct Places {
    back: Vec<Place>,
    forward: Vec<Place>,
}

impl Places {
    /// Records a place that the user leaves by following a link.
    pub fn leave(&mut self, here: Place) {
        self.forward.clear();
        self.back.push(here);
        if self.back.len() > KEPT {
            self.back.remove(0);
        }
    }

    /// Returns the place to go to, back or forward.
    pub fn next(&self, forward: bool) -> Option<Place> {
        match forward {
            true => self.forward.last().copied(),
            false => self.back.last().copied(),
        }
    }

    /// Goes from here to the next place, back or forward.
    pub fn go(&mut self, here: Option<Place>, forward: bool) {
        let (from, to) = match forward {
            true => (&mut self.forward, &mut self.back),
            false => (&mut self.back, &mut self.forward),
        };
        from.pop();
        to.extend(here);
    }
}
