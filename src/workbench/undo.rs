//! Undo, redo and branches. Keeps the points in time that an undo has left, for redo. Also keeps the last step of each
//! line that became a branch, because a new change followed an undo. The journal can restore the store at each of these
//! points.

use std::fmt;

use chrono::{DateTime, Utc};

use super::journal::{Journal, JournalEntry};
use crate::protocol::numbers::{count, grouped};

/// A point in time: a step and the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TimePoint {
    pub step: u64,
    pub clock: Option<DateTime<Utc>>,
}

/// Why it is not possible to go to another point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeTravelError {
    /// Nothing has changed since the store was opened.
    Opened,
    /// The store is still being opened, and nothing else has changed.
    Opening,
    /// This step would be undone, but it is a change from outside.
    Outside(u64),
    /// Nothing was undone since the last change.
    NothingUndone,
    /// There is no such step on the current line.
    NoStep(u64),
    /// No branch ends with this step.
    NoBranch(u64),
}

impl fmt::Display for TimeTravelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opened => f.write_str("Nothing to undo: the store is as it was when it was opened."),
            Self::Opening => f.write_str("Nothing to undo: the store is still being opened."),
            Self::Outside(step) => write!(
                f,
                "Step {step} is an outside change: other code changed this store. This step and all earlier steps cannot be undone."
            ),
            Self::NothingUndone => {
                f.write_str("Nothing to redo: nothing has been undone since the last change.")
            }
            Self::NoStep(step) => write!(f, "Step {step} is not on the current branch."),
            Self::NoBranch(tip) => {
                write!(f, "No branch ends with step {tip}: :branch lists the branches.")
            }
        }
    }
}

impl std::error::Error for TimeTravelError {}

/// A branch: a line of steps that is not the current one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The number of its last step.
    pub tip: u64,
    /// The number of the last step that it shares with the current line; 0 if it shares none.
    pub left_at: u64,
    /// The number of its steps that are not on the current line.
    pub steps: usize,
}

#[derive(Clone, Default)]
pub(super) struct UndoHistory {
    /// The points in time that were left by going back, with a description of what was undone.
    undone: Vec<(TimePoint, String)>,
    left: Vec<TimePoint>,
}

impl UndoHistory {
    /// Records that a call has changed more than the counters. Undone steps can no longer be redone on this line, but become a
    /// branch.
    pub fn changed(&mut self) {
        self.left
            .extend(self.undone.first().map(|(farthest, _)| *farthest));
        self.undone.clear();
    }

    /// Records that an undo has left a point in time.
    pub fn back(&mut self, from: TimePoint, what: String) {
        self.undone.push((from, what));
    }

    /// Removes and returns the point in time that the last undo has left.
    pub fn forth(&mut self) -> Option<(TimePoint, String)> {
        self.undone.pop()
    }

    /// The step of the point in time that the last undo has left.
    pub fn redo_goes_to(&self) -> Option<u64> {
        self.undone.last().map(|(point, _)| point.step)
    }

    pub fn branches(&self, journal: &Journal) -> Vec<Branch> {
        self.left
            .iter()
            .map(|left| {
                let (left_at, steps) = journal.meets(left.step);
                Branch {
                    tip: left.step,
                    left_at,
                    steps,
                }
            })
            .collect()
    }

    /// Switches to the branch that ends with this step; the current line becomes a branch.
    pub fn switch(&mut self, tip: u64, now: TimePoint) -> Option<TimePoint> {
        let at = self.left.iter().position(|left| left.step == tip)?;
        let point = self.left.remove(at);
        // If steps of the current line are undone, its branch still ends with the last of them.
        self.left
            .push(self.undone.first().map_or(now, |(farthest, _)| *farthest));
        self.undone.clear();
        Some(point)
    }
}

/// The last action that changed more than counters: its first step and a short description. If it cannot be undone, the
/// reason.
pub(super) fn last_change(journal: &Journal) -> Result<(&JournalEntry, String), TimeTravelError> {
    let first = first_of_last_change(journal)?;
    let later = journal
        .entries()
        .rev()
        .take_while(|entry| entry.unit != first.unit)
        .count();
    let calls = journal
        .entries()
        .rev()
        .skip(later)
        .take_while(|entry| entry.unit == first.unit);
    let what = what(first, calls.count());
    Ok((
        first,
        match later {
            0 => what,
            later => format!(
                "{what} and {} after it that changed nothing",
                count(later as u64, "call")
            ),
        },
    ))
}

impl Journal {
    /// The step to which an undo goes back; `None` if there is nothing to undo.
    pub fn undo_goes_to(&self) -> Option<u64> {
        first_of_last_change(self).ok().map(|first| first.before)
    }
}

/// The first step of the last action that changed more than counters. If it cannot be undone, the reason.
fn first_of_last_change(journal: &Journal) -> Result<&JournalEntry, TimeTravelError> {
    let (changed, floor) = journal.last().map_or((0, 0), |last| (last.changed, last.floor));
    if changed <= floor {
        return Err(match journal.get(floor) {
            Some(entry) if entry.is_outside() => TimeTravelError::Outside(floor),
            _ => TimeTravelError::Opened,
        });
    }
    let first = journal.get(changed).and_then(|last| journal.get(last.unit));
    first.map(|first| &**first).ok_or(TimeTravelError::Opened)
}

fn what(first: &JournalEntry, calls: usize) -> String {
    match calls {
        1 => first.name().to_string(),
        calls => format!("{} calls beginning with {}", grouped(calls as u64), first.name()),
    }
}

#[cfg(test)]
mod tests;
