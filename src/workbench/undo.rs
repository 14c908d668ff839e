//! What can be taken back: the moments that an undo left, to be gone to again, and the ends of the lines that were left when
//! something new was done after one. The journal knows the way to each; going there is one thing.

use std::fmt;

use chrono::{DateTime, Utc};

use super::journal::{Entry, Journal};

/// A moment to go to: a step, and where the clock stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub step: u64,
    pub clock: Option<DateTime<Utc>>,
}

/// Why one cannot go to another moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Nothing has changed since the store was opened.
    Opened,
    /// The store is still being opened, and nothing else has changed.
    Opening,
    /// The way leads back over this step, a change from outside.
    Outside(u64),
    /// Nothing was undone since the last change.
    NothingUndone,
    /// No such step leads to the store as it is now.
    NoStep(u64),
    /// No branch ends with this step.
    NoBranch(u64),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opened => {
                f.write_str("There is nothing to undo: the store is as it was opened, and undo stops there.")
            }
            Self::Opening => f.write_str(
                "There is nothing to undo: the store is still being opened, and nothing was changed yet.",
            ),
            Self::Outside(step) => write!(
                f,
                "Step {step} is an outside change: other code changed this store. It is never undone, nor is anything before it."
            ),
            Self::NothingUndone => {
                f.write_str("There is nothing to redo: nothing was undone since the last change.")
            }
            Self::NoStep(step) => write!(f, "Step {step} does not lead to the store as it is now."),
            Self::NoBranch(tip) => {
                write!(
                    f,
                    "No branch ends with step {tip}: :branch names those that there are."
                )
            }
        }
    }
}

impl std::error::Error for Stop {}

/// A line of steps that can be gone to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The number of its last step.
    pub tip: u64,
    /// The actions that it has and the line at hand has not, the last one first, in a few words.
    pub actions: Vec<String>,
}

#[derive(Clone, Default)]
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

/// The last action of a journal that changed more than counters: its first step, and what it was in a few words; or what
/// undo stops at before that.
pub(super) fn last_change(journal: &Journal) -> Result<(&Entry, String), Stop> {
    let (changed, floor) = journal.last().map_or((0, 0), |last| (last.changed, last.floor));
    if changed <= floor {
        return Err(match journal.get(floor) {
            Some(entry) if entry.is_outside() => Stop::Outside(floor),
            _ => Stop::Opened,
        });
    }
    let first = journal.get(changed).and_then(|last| journal.get(last.unit));
    let first = first.ok_or(Stop::Opened)?;
    let calls = journal
        .entries()
        .rev()
        .skip_while(|entry| entry.unit != first.unit)
        .take_while(|entry| entry.unit == first.unit);
    Ok((first, what(first, calls.count())))
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
        1 => first.name().to_string(),
        calls => format!("{calls} calls beginning with {}", first.name()),
    }
}

#[cfg(test)]
mod tests;
