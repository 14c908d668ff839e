//! The filter for steps: by thread, by method, by failure, and by text. The conditions can be combined.

use crate::contract::Op;
use crate::inspector::panes::threads::list::facts::{LABEL_FIELDS, label};
use crate::protocol::ThreadId;
use crate::store::Snapshot;
use crate::text::needle::Needle;
use crate::workbench::{Journal, JournalEntry, gist};

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
    pub fn takes(&self, entry: &JournalEntry, needle: &Needle, line: &Journal) -> bool {
        self.thread.is_none_or(|id| is_about(entry, id))
            && self.method.is_none_or(|op| entry.op() == Some(op))
            && (!self.errors || entry.outcome.is_err())
            && (needle.is_empty() || needle.is_in(&text(entry, line)))
    }

    /// Describes the conditions in words.
    pub fn said(&self, names: &Snapshot) -> Vec<String> {
        let thread = self.thread.map(|id| {
            names
                .thread(id)
                .and_then(|record| label(record))
                .map_or_else(|| id.to_string(), str::to_string)
        });
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

/// Returns the name or preview that the thread of a step had directly after the step.
pub fn name<'a>(entry: &JournalEntry, line: &'a Journal) -> Option<&'a str> {
    label(line.record_when_set(entry.thread_id()?, LABEL_FIELDS, entry.step)?)
}

/// Returns the searchable text of a step.
fn text(entry: &JournalEntry, line: &Journal) -> String {
    let id = entry.thread_id();
    let outcome = match &entry.outcome {
        Ok(text) => text,
        Err(failure) => &failure.message,
    };
    [
        entry.name(),
        &id.map(|id| id.to_string()).unwrap_or_default(),
        name(entry, line).unwrap_or_default(),
        &gist::gist(entry),
        outcome,
    ]
    .join("\n")
}
