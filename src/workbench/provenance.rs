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
    fields: HashMap<&'static str, Origin>,
    create: Option<u64>,
    resumed: Option<u64>,
    paths: bool,
    created: bool,
}

impl Journal {
    /// Where the values of a thread come from, as the journal stands.
    pub fn origins(&self, record: &ThreadRecord) -> Origins {
        let last = |mark| self.about(record.id, mark).next_back();
        let registers = |entry: &&Arc<Entry>| match &entry.call {
            Step::ResumeThread(params) => params.rollout_path.as_deref() == record.rollout_path(),
            _ => false,
        };
        let mut origins = Origins {
            created: record.is_listed(),
            create: last(Mark::Create).map(|entry| entry.step),
            paths: record.rollout_path().is_some(),
            resumed: self
                .about(record.id, Mark::Path)
                .rev()
                .find(registers)
                .map(|entry| entry.step),
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
                origins.say(
                    field.name,
                    state,
                    last(Mark::Field(index)).map(|entry| entry.step),
                );
            }
        }
        origins.say_git();
        origins
    }
}

impl Origins {
    fn say(&mut self, field: &'static str, state: State, step: Option<u64>) {
        let origin = match state {
            State::Clear => Origin::Cleared(step),
            State::Leave | State::Set => Origin::Patch(step),
        };
        self.fields.insert(field, origin);
    }

    /// Where `git_info` as a whole comes from: the last patch that said anything about a part of it.
    fn say_git(&mut self) {
        let said: Vec<Origin> = FIELDS
            .iter()
            .filter(|field| field.is_part())
            .filter_map(|field| self.of_patch(field.name))
            .collect();
        let Some(last) = said.iter().map(|origin| origin.step()).max() else {
            return;
        };
        let set = said.iter().any(|origin| matches!(origin, Origin::Patch(_)));
        self.say("git_info", if set { State::Set } else { State::Clear }, last);
    }

    /// Where the accumulated patch's say on a field comes from (a part of `git_info` by its path); `None` if it leaves
    /// the field alone.
    pub fn of_patch(&self, field: &str) -> Option<Origin> {
        self.fields.get(field).copied()
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
            "forked_from_id" | "source" | "thread_source" if self.created => Origin::Create(self.create),
            "rollout_path" if self.paths => Origin::Resumed(self.resumed),
            "created_at" | "updated_at" => Origin::Clock,
            _ => Origin::Default,
        }
    }
}

#[cfg(test)]
mod tests;
