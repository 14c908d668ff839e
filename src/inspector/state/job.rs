//! The job under way: which one, and how far it is.

use std::ops::ControlFlow;

use crate::protocol::numbers::grouped;

/// Hears how far a job is, and says whether it is to go on.
pub type Tell<'a> = &'a mut dyn FnMut(usize, usize) -> ControlFlow<()>;

/// The job under way.
#[derive(Debug, Default)]
pub struct JobState {
    number: u64,
    what: &'static str,
    going: Option<(usize, usize)>,
}

impl JobState {
    /// A job begins; gives its number.
    pub fn begin(&mut self, what: &'static str) -> u64 {
        *self = Self {
            number: self.number + 1,
            what,
            going: Some((0, 0)),
        };
        self.number
    }

    /// What is under way ends, and what it still tells is not heard.
    pub fn end(&mut self) {
        self.number += 1;
        self.going = None;
    }

    /// The job of that number tells how far it is; `None` that it has ended. False if it is not heard any more.
    pub fn hear(&mut self, number: u64, going: Option<(usize, usize)>) -> bool {
        let is_heard = number == self.number;
        if is_heard {
            self.going = going;
        }
        is_heard
    }

    /// Whether something is under way.
    pub fn is_running(&self) -> bool {
        self.going.is_some()
    }

    /// The number of what is or was under way.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Whether the work of that number is under way.
    pub fn is_at(&self, number: u64) -> bool {
        self.is_running() && self.number == number
    }

    /// How much is done.
    pub fn done(&self) -> usize {
        self.going.map_or(0, |(done, _)| done)
    }

    /// What it is, and how far, where that is known.
    pub fn line(&self) -> Option<String> {
        Some(match self.going? {
            (_, 0) => self.what.to_string(),
            (done, of) => format!(
                "{}: {} of {}",
                self.what,
                grouped(done as u64),
                grouped(of as u64)
            ),
        })
    }
}
