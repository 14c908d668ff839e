//! Why a step came to what it came to, where that is not what one would expect: sentences for people who have never seen the
//! contract, each with the number of the rule behind it.
//!
//! The table of surprises stands in the file below this one; here is what a row is told from: the step, and the store before
//! and after it.

mod surprises;

use std::fmt;

use super::{Entry, Journal};
use crate::contract::{CreateThreadParams, Step, UpdateThreadMetadataParams};
use crate::store::{Snapshot, ThreadRecord};
use surprises::ROWS;

/// Why something surprising did or did not happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// The number of the rule, such as `M1`; [`rule`](crate::contract::rule) finds its text.
    pub rule: &'static str,
    /// The sentence.
    pub text: String,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (rule {})", self.text, self.rule)
    }
}

/// What is surprising about a step, the most surprising first; `before` and `after` are the store right before it and
/// right after it.
pub fn why(entry: &Entry, before: &Snapshot, after: &Snapshot) -> Vec<Why> {
    told(entry, before, after)
        .into_iter()
        .map(|(_, why)| why)
        .collect()
}

impl Journal {
    /// What is surprising about a step, found from a store that is at hand, that of a step nearby; nothing if there is no
    /// such step.
    pub fn why(&self, step: u64, hand: Option<(u64, &Snapshot)>) -> Vec<Why> {
        let told = self.get(step).and_then(|entry| {
            let after = self.near(step, hand)?;
            let before = self.near(entry.before, Some((step, &after)))?;
            Some(why(entry, &before, &after))
        });
        told.unwrap_or_default()
    }
}

/// Each with the place of its row.
fn told(entry: &Entry, before: &Snapshot, after: &Snapshot) -> Vec<(usize, Why)> {
    // Nobody knows the calls of a change from outside.
    let Some(call) = &entry.call else {
        return Vec::new();
    };
    let id = call.thread_id().or_else(|| match call {
        Step::ReadThreadByRolloutPath(params) => before.owner(&params.rollout_path),
        _ => None,
    });
    let case = Case {
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
            Why {
                rule,
                text: tell(&case)?,
            },
        ))
    })
    .collect()
}

/// A step and the stores around it.
struct Case<'a> {
    entry: &'a Entry,
    call: &'a Step,
    stores: [&'a Snapshot; 2],
    /// What was kept of the thread that it is about.
    before: Option<&'a ThreadRecord>,
    after: Option<&'a ThreadRecord>,
    failed: Option<&'static str>,
}

impl<'a> Case<'a> {
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

    /// The thread that a read returned.
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
