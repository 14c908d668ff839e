//! The filter for steps: by thread, by method, by failure, and by text. The conditions can be combined.

use crate::contract::Op;
use crate::inspector::panes::threads::list::facts::label;
use crate::protocol::ThreadId;
use crate::store::Snapshot;
use crate::text::needle::Needle;
use crate::workbench::{JournalEntry, gist};

/// The conditions for a step to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The thread of the step.
    pub thread: Option<ThreadId>,
    /// The method of the step.
    pub method: Option<Op>,
    /// Whether only failed steps are shown.
    pub errors: bool,
    /// The text that the method, thread, parameters or outcome must contain.
    pub words: String,
}

impl Filter {
    /// Returns whether every step is shown.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns whether a step is shown. `needle` is built from the words.
    pub fn takes(&self, entry: &JournalEntry, needle: &Needle, names: &Snapshot) -> bool {
        self.thread.is_none_or(|id| is_about(entry, id))
            && self.method.is_none_or(|op| entry.op() == Some(op))
            && (!self.errors || entry.outcome.is_err())
            && (needle.is_empty() || needle.is_in(&text(entry, names)))
    }

    /// Describes the conditions in words.
    pub fn said(&self, names: &Snapshot) -> Vec<String> {
        let thread = self
            .thread
            .map(|id| thread(id, names).map_or_else(|| id.to_string(), str::to_string));
        let method = self.method.map(|op| op.name().to_string());
        let errors = self.errors.then(|| "errors".to_string());
        let words = (!self.words.is_empty()).then(|| format!("& {}", self.words));
        [method, thread, errors, words].into_iter().flatten().collect()
    }
}

/// Returns whether a step names a thread, or is an outside change of it.
fn is_about(entry: &JournalEntry, id: ThreadId) -> bool {
    match entry.is_outside() {
        true => entry.touch.threads().any(|thread| thread == id),
        false => entry.thread_id() == Some(id),
    }
}

/// Returns the name or preview of a thread.
pub fn thread(id: ThreadId, names: &Snapshot) -> Option<&str> {
    label(names.thread(id)?)
}

/// Returns the searchable text of a step.
fn text(entry: &JournalEntry, names: &Snapshot) -> String {
    let id = entry.thread_id();
    let outcome = match &entry.outcome {
        Ok(text) => text,
        Err(failure) => &failure.message,
    };
    [
        entry.name(),
        &id.map(|id| id.to_string()).unwrap_or_default(),
        id.and_then(|id| thread(id, names)).unwrap_or_default(),
        &gist::gist(entry),
        outcome,
    ]
    .join("\n")
}
