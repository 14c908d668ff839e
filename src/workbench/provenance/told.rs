//! The history of one value: every step that set it, cleared it or made it readable, with the value before and after
//! the step.

use std::ops::ControlFlow;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::contract::{Change, FIELDS, Field, Step};
use crate::protocol::ThreadId;
use crate::store::Snapshot;
use crate::workbench::effect::ThreadView;
use crate::workbench::{Journal, JournalEntry, TouchedPart};

/// Identifies a value of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ThreadValue {
    /// The value of a key of the stored thread.
    Shown(String),
    /// The value of a field in the accumulated patch.
    Patch(&'static str),
}

/// A step that concerns a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueStep {
    /// The number of the step.
    pub step: u64,
    /// The time of the step.
    pub at: DateTime<Utc>,
    /// The name of its method, or `outside`.
    pub name: &'static str,
    /// The value before the step.
    pub before: ValueState,
    /// The value after the step.
    pub after: ValueState,
}

/// A value before or after a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueState {
    /// There is no value: no read returns the thread or the key, or the patch leaves the field unchanged.
    Nothing,
    /// The patch clears the field.
    Cleared,
    /// A read returns the current time of the clock (rule G4).
    Clock,
    /// The value as JSON.
    Value(String),
}

impl Journal {
    /// The steps that concern a value of a thread, the latest step first, at most `most` steps. `tell` receives the
    /// number of finished steps and the total. If it returns `Break`, the search is cancelled and the result is
    /// `None`.
    pub fn history_of(
        &self,
        id: ThreadId,
        subject: &ThreadValue,
        most: usize,
        tell: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Option<Vec<ValueStep>> {
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
            told.push(ValueStep {
                step: entry.step,
                at: entry.at,
                name: entry.name(),
                before: said(&before, id, subject),
                after: said(&after, id, subject),
            });
        }
        Some(told)
    }

    fn about_subject(&self, id: ThreadId, subject: &ThreadValue) -> Vec<&Arc<JournalEntry>> {
        let is_meant = |field: &Field| match subject {
            ThreadValue::Patch(name) => field.name == *name,
            ThreadValue::Shown(key) if field.is_part() => field.name.split('.').next() == Some(key),
            ThreadValue::Shown(key) => field.shown == Some(key),
        };
        let mut entries: Vec<&Arc<JournalEntry>> = FIELDS
            .iter()
            .zip(0..)
            .filter(|(field, _)| is_meant(field))
            .flat_map(|(_, index)| self.about(id, TouchedPart::Field(index)))
            .collect();
        if let ThreadValue::Shown(key) = subject {
            // No read returns the thread before it is created, so a create call changes each value.
            entries.extend(self.about(id, TouchedPart::Create));
            if key == "rollout_path" {
                // A resume of another thread can remove the path. A change from outside can add or remove a path
                // without a resume.
                entries.extend(self.about(id, TouchedPart::Path));
                entries.extend(self.entries().filter(|entry| {
                    matches!(entry.call, Some(Step::ResumeThread(_)))
                        && entry.touch.threads().any(|thread| thread == id)
                }));
            }
        }
        entries
    }
}

fn said(store: &Snapshot, id: ThreadId, subject: &ThreadValue) -> ValueState {
    let view = ThreadView::new(store, id);
    let field = |name: &str| FIELDS.iter().find(|field| field.name == name);
    match subject {
        ThreadValue::Patch(name) => match field(name).map(|field| view.accumulated(field)) {
            None | Some(Change::Leave) => ValueState::Nothing,
            Some(Change::Clear) => ValueState::Cleared,
            Some(Change::Set(value)) => ValueState::Value(value),
        },
        ThreadValue::Shown(key) => match view.key(key) {
            None => ValueState::Nothing,
            Some(_) if field(key).is_some_and(|field| view.is_clock(field)) => ValueState::Clock,
            Some(value) => ValueState::Value(value),
        },
    }
}
