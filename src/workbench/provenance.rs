//! Determines the origins of a thread's values: for each key of a stored thread, the call that set the value, or the
//! reason for a default.

mod told;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

pub use told::{ThreadValue, ValueState, ValueStep};

use super::{Journal, JournalEntry, TouchedPart};
use crate::contract::{FIELDS, FieldEditor, FieldState, Step};
use crate::store::ThreadRecord;

/// The origin of a value. A step number is `None` if the step happened before the journal began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The value is the requested thread id.
    Asked,
    /// A parameter of the create call.
    Create(Option<u64>),
    /// A patch set the value.
    Patch(Option<u64>),
    /// A patch cleared the value.
    Cleared(Option<u64>),
    /// A resume call registered the path.
    Resumed(Option<u64>),
    /// The change from outside with this step number set the value.
    Outside(u64),
    /// No call set the value, so the store returns a default.
    Default,
    /// No call set the value, so a read returns the current time of the clock (rule G4).
    Clock,
}

impl Origin {
    /// The step that set the value; `None` if no step set it, or if the step is not known.
    pub fn step(self) -> Option<u64> {
        match self {
            Self::Create(step) | Self::Patch(step) | Self::Cleared(step) | Self::Resumed(step) => step,
            Self::Outside(step) => Some(step),
            Self::Asked | Self::Default | Self::Clock => None,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Self::Asked => "requested id",
            Self::Create(_) => "create",
            Self::Patch(_) => "patch",
            Self::Cleared(_) => "cleared",
            Self::Resumed(_) => "resumed path",
            Self::Outside(_) => "outside",
            Self::Default => "default",
            Self::Clock => "time of the read",
        };
        f.write_str(word)?;
        match (self, self.step()) {
            (_, Some(step)) => write!(f, ", step {step}"),
            (Self::Asked | Self::Default | Self::Clock, None) => Ok(()),
            (_, None) => f.write_str(", earlier"),
        }
    }
}

/// The origins of one thread's values.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// The origins of the fields of the accumulated patch, each with whether the patch sets the field (true) or
    /// clears it (false).
    fields: HashMap<&'static str, (bool, Origin)>,
    /// The origin of the create parameters; `None` if the thread was never created.
    create: Option<Origin>,
    /// The origin of the path; `None` if the thread has no path.
    path: Option<Origin>,
}

/// The origin for a step: `Outside` if the step is a change from outside, otherwise the result of `call`. `None` is a
/// step before the journal began.
fn of(entry: Option<&Arc<JournalEntry>>, call: fn(Option<u64>) -> Origin) -> Origin {
    match entry {
        Some(entry) if entry.is_outside() => Origin::Outside(entry.step),
        entry => call(entry.map(|entry| entry.step)),
    }
}

impl Journal {
    /// Determines the origins of a thread's values. `record` is the thread at the current step of the journal.
    pub fn origins(&self, record: &ThreadRecord) -> Origins {
        let last = |mark| self.about(record.id, mark).next_back();
        let path = record.rollout_path();
        let registers = |entry: &&Arc<JournalEntry>| match &entry.call {
            Some(Step::ResumeThread(params)) => params.rollout_path.as_deref() == path,
            Some(_) => false,
            None => true,
        };
        let registered = self.about(record.id, TouchedPart::Path).rev().find(registers);
        let mut origins = Origins {
            create: record
                .is_listed()
                .then(|| of(last(TouchedPart::Create), Origin::Create)),
            path: path.map(|_| of(registered, Origin::Resumed)),
            ..Origins::default()
        };
        // A patch sets or clears `git_info` only through its parts. An empty `git_info` changes nothing.
        let fields = FIELDS
            .iter()
            .zip(0..)
            .filter(|(field, _)| field.edit != FieldEditor::Parts);
        for (field, index) in fields {
            let whole = record.patch.as_ref().map(|patch| field.state(patch));
            if let Some(state) = whole.filter(|state| *state != FieldState::Leave) {
                let is_set = state == FieldState::Set;
                let call = if is_set { Origin::Patch } else { Origin::Cleared };
                let origin = of(last(TouchedPart::Field(index)), call);
                origins.fields.insert(field.name, (is_set, origin));
            }
        }
        origins.say_git();
        origins
    }
}

impl Origins {
    /// Adds the origin of `git_info` as a whole: the last patch that set or cleared one of its parts.
    fn say_git(&mut self) {
        let said: Vec<(bool, Origin)> = FIELDS
            .iter()
            .filter(|field| field.is_part())
            .filter_map(|field| self.fields.get(field.name).copied())
            .collect();
        let Some((_, last)) = said.iter().copied().max_by_key(|(_, origin)| origin.step()) else {
            return;
        };
        let is_set = said.iter().any(|(is_set, _)| *is_set);
        let origin = match (last, is_set) {
            (Origin::Outside(step), _) => Origin::Outside(step),
            (last, true) => Origin::Patch(last.step()),
            (last, false) => Origin::Cleared(last.step()),
        };
        self.fields.insert("git_info", (is_set, origin));
    }

    /// The origin of a field's value in the accumulated patch. A part of `git_info` is named by its path, such as
    /// `git_info.sha`. `None` if the patch leaves the field unchanged.
    pub fn of_patch(&self, field: &str) -> Option<Origin> {
        self.fields.get(field).map(|(_, origin)| *origin)
    }

    /// The origin of the value of a key of the stored thread.
    pub fn of_shown(&self, key: &str) -> Origin {
        let patched = FIELDS
            .iter()
            .find(|field| !field.is_part() && field.shown == Some(key))
            .and_then(|field| self.of_patch(field.name));
        if let Some(origin) = patched {
            return origin;
        }
        match key {
            "thread_id" => Origin::Asked,
            "forked_from_id" | "source" | "thread_source" => self.create.unwrap_or(Origin::Default),
            "rollout_path" => self.path.unwrap_or(Origin::Default),
            "created_at" | "updated_at" => Origin::Clock,
            _ => Origin::Default,
        }
    }
}

#[cfg(test)]
mod tests;
