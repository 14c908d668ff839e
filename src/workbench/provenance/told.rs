//! The whole history of one value: every step that set it, cleared it or brought it along, and what it was before and
//! after.

use std::ops::ControlFlow;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::contract::{Change, FIELDS, Field, Step};
use crate::protocol::ThreadId;
use crate::store::Snapshot;
use crate::workbench::effect::View;
use crate::workbench::{Entry, Journal, Mark};

/// Which value of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The one under a key of the stored thread.
    Shown(String),
    /// What the accumulated patch says about a field.
    Patch(&'static str),
}

/// A step that was about a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The step.
    pub step: u64,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// The name of its method, or `outside`.
    pub name: &'static str,
    /// What stood there before it.
    pub before: Said,
    /// What stood there after it.
    pub after: Said,
}

/// What stands under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Nothing: no read shows the thread, or the patch leaves the field alone.
    Nothing,
    /// The patch clears the field.
    Cleared,
    /// The clock at reading (rule G4).
    Clock,
    /// A value, as JSON.
    Value(String),
}

impl Journal {
    /// The steps that were about a value of a thread, the latest first and `most` of them at most. `tell` hears how many
    /// of how many are done, and can end it.
    pub fn history_of(
        &self,
        id: ThreadId,
        subject: &Subject,
        most: usize,
        tell: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Option<Vec<Told>> {
        let mut entries = self.about_subject(id, subject);
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.step));
        entries.dedup_by_key(|entry| entry.step);
        entries.truncate(most);
        let mut told = Vec::with_capacity(entries.len());
        for (done, entry) in entries.iter().enumerate() {
            if tell(done, entries.len()).is_break() {
                return None;
            }
            let after = self.at(entry.step)?;
            let before = self.near(entry.before, Some((entry.step, &after)))?;
            told.push(Told {
                step: entry.step,
                at: entry.at,
                name: entry.name(),
                before: said(&before, id, subject),
                after: said(&after, id, subject),
            });
        }
        Some(told)
    }

    fn about_subject(&self, id: ThreadId, subject: &Subject) -> Vec<&Arc<Entry>> {
        let is_meant = |field: &Field| match subject {
            Subject::Patch(name) => field.name == *name,
            Subject::Shown(key) if field.is_part() => field.name.split('.').next() == Some(key),
            Subject::Shown(key) => field.shown == Some(key),
        };
        let mut entries: Vec<&Arc<Entry>> = FIELDS
            .iter()
            .zip(0..)
            .filter(|(field, _)| is_meant(field))
            .flat_map(|(_, index)| self.about(id, Mark::Field(index)))
            .collect();
        if let Subject::Shown(key) = subject {
            // Before a create no read shows the thread, so each value is brought along by it.
            entries.extend(self.about(id, Mark::Create));
            if key == "rollout_path" {
                // Another thread's resume takes a path away; from outside it may come and go without one.
                entries.extend(self.about(id, Mark::Path));
                entries.extend(self.entries().filter(|entry| {
                    matches!(entry.call, Some(Step::ResumeThread(_)))
                        && entry.touch.threads().any(|thread| thread == id)
                }));
            }
        }
        entries
    }
}

fn said(store: &Snapshot, id: ThreadId, subject: &Subject) -> Said {
    let view = View::new(store, id);
    let field = |name: &str| FIELDS.iter().find(|field| field.name == name);
    match subject {
        Subject::Patch(name) => match field(name).map(|field| view.accumulated(field)) {
            None | Some(Change::Leave) => Said::Nothing,
            Some(Change::Clear) => Said::Cleared,
            Some(Change::Set(value)) => Said::Value(value),
        },
        Subject::Shown(key) => match view.key(key) {
            None => Said::Nothing,
            Some(_) if field(key).is_some_and(|field| view.is_clock(field)) => Said::Clock,
            Some(value) => Said::Value(value),
        },
    }
}
