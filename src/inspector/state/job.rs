//! The background job: which one it is, and its progress.

use std::ops::ControlFlow;

use crate::protocol::numbers::grouped;

/// Receives the progress of a job and returns whether the job should continue.
pub type JobProgressFn<'a> = &'a mut dyn FnMut(usize, usize) -> ControlFlow<()>;

/// The state of the background job.
#[derive(Debug, Default)]
pub struct JobState {
    number: u64,
    what: &'static str,
    going: Option<(usize, usize)>,
}

impl JobState {
    /// Starts a job and returns its number.
    pub fn begin(&mut self, what: &'static str) -> u64 {
        *self = Self {
            number: self.number + 1,
            what,
            going: Some((0, 0)),
        };
        self.number
    }

    /// Ends the job. Its later messages are ignored.
    pub fn end(&mut self) {
        self.number += 1;
        self.going = None;
    }

    /// Receives progress from the job with this number. `None` means that the job has ended. Returns false if the job
    /// is no longer current, in which case the message is ignored.
    pub fn hear(&mut self, number: u64, going: Option<(usize, usize)>) -> bool {
        let is_heard = number == self.number;
        if is_heard {
            self.going = going;
        }
        is_heard
    }

    /// Returns whether a job is running.
    pub fn is_running(&self) -> bool {
        self.going.is_some()
    }

    /// Returns the number of the current or last job.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Returns whether the job with this number is running.
    pub fn is_at(&self, number: u64) -> bool {
        self.is_running() && self.number == number
    }

    /// Returns the amount done.
    pub fn done(&self) -> usize {
        self.going.map_or(0, |(done, _)| done)
    }

    /// Returns the progress line: the name of the job, and its progress if known.
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
