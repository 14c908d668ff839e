//! What can be taken back: the moments that an undo left, to be gone to again, and the ends of the lines that were left when
//! something new was done after one. The journal knows the way to each; going there is one thing.

use chrono::{DateTime, Utc};

use super::journal::{Entry, Journal};

/// A moment to go to: a step, and where the clock stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub step: u64,
    pub clock: Option<DateTime<Utc>>,
}

/// A line of steps that can be gone to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The number of its last step.
    pub tip: u64,
    /// The actions that it has and the line at hand has not, the last one first, in a few words.
    pub actions: Vec<String>,
}

#[derive(Default)]
pub(super) struct Past {
    /// The moments that were left by going back, and what that took back.
    undone: Vec<(Point, String)>,
    left: Vec<Point>,
}

impl Past {
    /// A call changed more than counters. What going back took back before it can no longer be done again in this line,
    /// but stays reachable as a branch.
    pub fn changed(&mut self) {
        self.left
            .extend(self.undone.first().map(|(farthest, _)| *farthest));
        self.undone.clear();
    }

    /// Goes from one moment back to another.
    pub fn back(&mut self, from: Point, what: String) {
        self.undone.push((from, what));
    }

    /// The moment that was left last by going back.
    pub fn forth(&mut self) -> Option<(Point, String)> {
        self.undone.pop()
    }

    pub fn branches(&self, journal: &Journal) -> Vec<Branch> {
        self.left
            .iter()
            .map(|left| Branch {
                tip: left.step,
                actions: actions(journal, left.step),
            })
            .collect()
    }

    /// Goes from the end of one line to that of another.
    pub fn switch(&mut self, tip: u64, now: Point) -> Option<Point> {
        let at = self.left.iter().position(|left| left.step == tip)?;
        let point = self.left.remove(at);
        // A line that was undone on the way is left at its far end.
        self.left
            .push(self.undone.first().map_or(now, |(farthest, _)| *farthest));
        self.undone.clear();
        Some(point)
    }
}

/// The last action of a journal that changed more than counters: its first step, and what it was in a few words.
pub(super) fn last_change(journal: &Journal) -> Option<(&Entry, String)> {
    let first = journal.get(journal.get(journal.last()?.changed)?.unit)?;
    let calls = journal
        .entries()
        .rev()
        .skip_while(|entry| entry.unit != first.unit)
        .take_while(|entry| entry.unit == first.unit);
    Some((first, what(first, calls.count())))
}

/// The actions between a step and the line at hand, the last one first.
fn actions(journal: &Journal, tip: u64) -> Vec<String> {
    let mut units: Vec<(&Entry, usize)> = Vec::new();
    let mut step = tip;
    while let Some(entry) = journal.get(step).filter(|_| journal.place(step).is_none()) {
        match units.last_mut().filter(|(last, _)| last.unit == entry.unit) {
            Some((first, calls)) => (*first, *calls) = (entry, *calls + 1),
            None => units.push((entry, 1)),
        }
        step = entry.before;
    }
    units
        .into_iter()
        .map(|(first, calls)| what(first, calls))
        .collect()
}

fn what(first: &Entry, calls: usize) -> String {
    match calls {
        1 => first.call.op().name().to_string(),
        calls => format!("{calls} calls beginning with {}", first.call.op().name()),
    }
}

#[cfg(test)]
mod tests;
