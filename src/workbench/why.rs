//! Explains surprising results of a step. Each explanation is a sentence for users who do not know the contract, with
//! the number of the rule that it is based on.
//!
//! The `surprises` submodule contains the table of explanations. This module provides the input of the table: the step,
//! and the store before and after the step.

mod surprises;

use std::fmt;

use super::{Journal, JournalEntry};
use crate::contract::{CreateThreadParams, Step, UpdateThreadMetadataParams};
use crate::store::{Snapshot, ThreadRecord};
use surprises::ROWS;

/// Explains a surprising effect or the lack of an expected effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The number of the rule, such as `M1`; [`rule`](crate::contract::rule) finds its text.
    pub rule: &'static str,
    /// The sentence.
    pub text: String,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (rule {})", self.text, self.rule)
    }
}

/// Explains what is surprising about a step, the most surprising effect first. `before` and `after` are the store
/// directly before and directly after the step.
pub fn why(entry: &JournalEntry, before: &Snapshot, after: &Snapshot) -> Vec<Explanation> {
    told(entry, before, after)
        .into_iter()
        .map(|(_, why)| why)
        .collect()
}

impl Journal {
    /// Explains what is surprising about a step, like [`why()`]. `hand` is the number of a nearby step and the store
    /// directly after it, which are used to compute the stores faster. Returns an empty list if there is no such step.
    pub fn why(&self, step: u64, hand: Option<(u64, &Snapshot)>) -> Vec<Explanation> {
        let told = self.get(step).and_then(|entry| {
            let after = self.near(step, hand)?;
            let before = self.near(entry.before, Some((step, &after)))?;
            Some(why(entry, &before, &after))
        });
        told.unwrap_or_default()
    }
}

/// The explanations of a step, each with the index of its row in the table.
fn told(entry: &JournalEntry, before: &Snapshot, after: &Snapshot) -> Vec<(usize, Explanation)> {
    // The calls of a change from outside are unknown.
    let Some(call) = &entry.call else {
        return Vec::new();
    };
    let id = call.thread_id().or_else(|| match call {
        Step::ReadThreadByRolloutPath(params) => before.owner(&params.rollout_path),
        _ => None,
    });
    let case = ExplainedStep {
        entry,
        call,
        stores: [before, after],
        before: id.and_then(|id| before.thread(id)).map(|record| &**record),
        after: id.and_then(|id| after.thread(id)).map(|record| &**record),
        failed: entry.outcome.as_ref().err().map(|failure| failure.code),
    };
    let rows = ROWS.iter().enumerate();
    rows.filter_map(|(place, (rule, tell))| {
        Some((
            place,
            Explanation {
                rule,
                text: tell(&case)?,
            },
        ))
    })
    .collect()
}

/// A step, and the stores before and after it.
struct ExplainedStep<'a> {
    entry: &'a JournalEntry,
    call: &'a Step,
    stores: [&'a Snapshot; 2],
    /// The record of the thread that the step concerns, before the step.
    before: Option<&'a ThreadRecord>,
    after: Option<&'a ThreadRecord>,
    failed: Option<&'static str>,
}

impl<'a> ExplainedStep<'a> {
    fn update(&self) -> Option<&'a UpdateThreadMetadataParams> {
        match self.call {
            Step::UpdateThreadMetadata(params) => Some(params),
            _ => None,
        }
    }

    fn create(&self) -> Option<&'a CreateThreadParams> {
        match self.call {
            Step::CreateThread(params) => Some(params),
            _ => None,
        }
    }

    /// The thread that a successful read or unarchive call returned.
    fn read(&self) -> Option<&'a ThreadRecord> {
        match self.call {
            Step::ReadThread(_) | Step::ReadThreadByRolloutPath(_) | Step::UnarchiveThread(_) => {
                self.after.filter(|_| self.failed.is_none())
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
