//! Where the values of a thread come from: for each key of a stored thread, the call that gave it, or what stands in.

mod told;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

pub use told::{Said, Subject, Told};

use super::{Entry, Journal, Mark};
use crate::contract::{Edit, FIELDS, State, Step};
use crate::store::ThreadRecord;

/// Where a value comes from. A step is `None` where it happened before the journal began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It is the id that was asked for.
    Asked,
    /// The create call's parameter.
    Create(Option<u64>),
    /// A patch set it.
    Patch(Option<u64>),
    /// A patch cleared it.
    Cleared(Option<u64>),
    /// A resume registered the path.
    Resumed(Option<u64>),
    /// A change from outside brought it: this step.
    Outside(u64),
    /// Nobody gave it: what the store shows then.
    Default,
    /// Nobody gave it: the clock at the moment of reading (rule G4).
    Clock,
}

impl Origin {
    /// The step that gave the value, if one did and it is known.
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
            Self::Asked => "id asked for",
            Self::Create(_) => "create",
            Self::Patch(_) => "patch",
            Self::Cleared(_) => "cleared",
            Self::Resumed(_) => "resumed path",
            Self::Outside(_) => "outside",
            Self::Default => "default",
            Self::Clock => "clock at reading",
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
    /// Of what the accumulated patch says; whether it sets, and not clears.
    fields: HashMap<&'static str, (bool, Origin)>,
    /// Of what it was created with, if it was.
    create: Option<Origin>,
    /// Of the path, if it has one.
    path: Option<Origin>,
}

/// The origin that a step stands for, if it is a call; `None` is a step before the journal began.
fn of(entry: Option<&Arc<Entry>>, call: fn(Option<u64>) -> Origin) -> Origin {
    match entry {
        Some(entry) if entry.is_outside() => Origin::Outside(entry.step),
        entry => call(entry.map(|entry| entry.step)),
    }
}

impl Journal {
    /// Where the values of a thread come from, as the journal stands.
    pub fn origins(&self, record: &ThreadRecord) -> Origins {
        let last = |mark| self.about(record.id, mark).next_back();
        let path = record.rollout_path();
        let registers = |entry: &&Arc<Entry>| match &entry.call {
            Some(Step::ResumeThread(params)) => params.rollout_path.as_deref() == path,
            Some(_) => false,
            None => true,
        };
        let registered = self.about(record.id, Mark::Path).rev().find(registers);
        let mut origins = Origins {
            create: record.is_listed().then(|| of(last(Mark::Create), Origin::Create)),
            path: path.map(|_| of(registered, Origin::Resumed)),
            ..Origins::default()
        };
        // What a patch says about `git_info` it says by parts; one without any says nothing.
        let fields = FIELDS
            .iter()
            .zip(0..)
            .filter(|(field, _)| field.edit != Edit::Parts);
        for (field, index) in fields {
            let whole = record.patch.as_ref().map(|patch| field.state(patch));
            if let Some(state) = whole.filter(|state| *state != State::Leave) {
                let is_set = state == State::Set;
                let call = if is_set { Origin::Patch } else { Origin::Cleared };
                let origin = of(last(Mark::Field(index)), call);
                origins.fields.insert(field.name, (is_set, origin));
            }
        }
        origins.say_git();
        origins
    }
}

impl Origins {
    /// Where `git_info` as a whole comes from: the last patch that said anything about a part of it.
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

    /// Where the accumulated patch's say on a field comes from (a part of `git_info` by its path); `None` if it leaves
    /// the field alone.
    pub fn of_patch(&self, field: &str) -> Option<Origin> {
        self.fields.get(field).map(|(_, origin)| *origin)
    }

    /// Where the value under a key of the stored thread comes from.
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
