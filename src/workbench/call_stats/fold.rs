//! Follows a line of steps: keeps the statistics after one of its steps, and goes from there to another step. Some
//! earlier statistics are kept, so that going back in time adds only a few entries again.

use std::sync::Arc;

use super::CallStats;
use crate::protocol::ThreadId;
use crate::workbench::{Journal, JournalEntry};

/// The number of entries between two kept statistics, at first.
const SPACING: usize = 256;
/// The most statistics that are kept. If there are more, every second one is dropped.
const KEPT: usize = 64;

/// Which calls are counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CallScope {
    /// All calls.
    #[default]
    All,
    /// The calls that name a thread.
    Thread(ThreadId),
    /// The calls of a client; `None` stands for calls that no named client made.
    Client(Option<Arc<str>>),
}

impl CallScope {
    /// Whether the call of an entry is counted.
    pub fn takes(&self, entry: &JournalEntry) -> bool {
        match self {
            Self::All => true,
            Self::Thread(id) => entry.thread_id() == Some(*id),
            Self::Client(client) => entry.client == *client,
        }
    }
}

/// The statistics after a step.
#[derive(Clone, Debug)]
pub struct CallFold {
    /// Which calls are counted.
    pub scope: CallScope,
    /// The statistics.
    pub stats: CallStats,
    /// The step; 0 is before the first step.
    step: u64,
    /// The statistics after some earlier and later steps, ascending.
    kept: Vec<(u64, CallStats)>,
    /// The number of entries between two of them.
    spacing: usize,
    /// The number of entries since the last of them.
    since: usize,
    /// The number of entries added so far.
    added: u64,
}

/// Whether a step is on a line. Steps that are not kept any more are before all of its steps.
pub fn is_on(line: &Journal, step: u64) -> bool {
    step <= line.dropped() || line.place(step).is_some()
}

impl CallFold {
    /// Creates statistics without calls.
    pub fn new(scope: CallScope) -> Self {
        Self {
            scope,
            stats: CallStats::default(),
            step: 0,
            kept: Vec::new(),
            spacing: SPACING,
            since: 0,
            added: 0,
        }
    }

    /// Returns the step after which the statistics are.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// Returns the number of entries added so far.
    pub fn added(&self) -> u64 {
        self.added
    }

    /// Goes to a step of a line, and adds at most so many entries. Returns whether the step was reached.
    pub fn go(&mut self, line: &Journal, step: u64, most: usize) -> bool {
        while self.kept.last().is_some_and(|(kept, _)| !is_on(line, *kept)) {
            self.kept.pop();
        }
        let is_before = self.step <= step && is_on(line, self.step);
        let nearest = self.kept.partition_point(|(kept, _)| *kept <= step);
        let nearest = nearest.checked_sub(1).and_then(|index| self.kept.get(index));
        if !is_before || nearest.is_some_and(|(kept, _)| *kept > self.step) {
            (self.step, self.stats) = nearest.cloned().unwrap_or_default();
            self.since = 0;
        }
        let from = match line.place(self.step) {
            Some(place) => place + 1,
            None => 0,
        };
        let mut places = (from..line.len()).take(most);
        for entry in places.by_ref().map_while(|place| line.nth(place)) {
            if entry.step > step {
                return true;
            }
            self.add(entry);
        }
        self.step >= step || line.nth(from).is_none()
    }

    fn add(&mut self, entry: &JournalEntry) {
        if self.scope.takes(entry) {
            self.stats.add(entry);
        }
        self.step = entry.step;
        self.added += 1;
        self.since += 1;
        if self.since < self.spacing {
            return;
        }
        self.since = 0;
        if self.kept.last().is_none_or(|(kept, _)| *kept < entry.step) {
            self.kept.push((entry.step, self.stats.clone()));
        }
        if self.kept.len() > KEPT {
            let mut index = 0;
            self.kept.retain(|_| {
                index += 1;
                index % 2 == 0
            });
            self.spacing *= 2;
        }
    }
}
