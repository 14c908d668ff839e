//! The filter for steps: by thread, by method, by failure, and by a query. The conditions can be combined.

use crate::contract::Op;
use crate::inspector::panes::threads::list::facts::{LABEL_FIELDS, label};
use crate::protocol::ThreadId;
use crate::store::Snapshot;
use crate::workbench::query::{QueriedRow, RowField, RowFilter, RowFlag, WordsTest};
use crate::workbench::{Journal, JournalEntry, gist};

/// The steps of a journal, as a kind of row that can be queried.
pub enum JournalSteps {}

/// A compiled query of steps.
pub type StepFilter = RowFilter<JournalSteps>;

/// A step of a journal.
#[derive(Clone, Copy)]
pub struct StepRow<'a> {
    /// The step.
    pub entry: &'a JournalEntry,
    /// The journal.
    pub line: &'a Journal,
}

impl QueriedRow for JournalSteps {
    type Row<'a> = StepRow<'a>;

    #[rustfmt::skip]
    const FIELDS: &'static [RowField<Self>] = &[
        RowField::<Self>::text("method", method, "The method that was called, or `outside`."),
        RowField::<Self>::text("thread", thread, "The id of the thread, and the name or preview that it had directly after the step."),
        RowField::<Self>::text("client", client, "The name of the client that made the call."),
        RowField::<Self>::flags(&[
            RowFlag { name: "failed", about: "The call returned an error.", test: |row| row.entry.outcome.is_err() },
            RowFlag { name: "surprising", about: "The result of the call has an explanation.", test: |row| !row.line.why(row.entry.step, None).is_empty() },
        ], "A property of the step."),
    ];

    fn has_words(row: &StepRow<'_>, words: &WordsTest) -> bool {
        words.is_in(&text(row.entry, row.line))
    }
}

fn method(row: &StepRow<'_>, meet: &mut dyn FnMut(&str) -> bool) -> bool {
    meet(row.entry.name())
}

fn client(row: &StepRow<'_>, meet: &mut dyn FnMut(&str) -> bool) -> bool {
    row.entry.client.as_deref().is_some_and(meet)
}

fn thread(row: &StepRow<'_>, meet: &mut dyn FnMut(&str) -> bool) -> bool {
    let id = row.entry.thread_id();
    let named = name(row.entry, row.line).is_some_and(&mut *meet);
    named || id.is_some_and(|id| meet(&id.to_string()))
}

/// The conditions for a step to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The thread of the step.
    pub thread: Option<ThreadId>,
    /// The method of the step.
    pub method: Option<Op>,
    /// Whether only failed steps are shown.
    pub errors: bool,
    /// The query. Its words are looked for in the method, client, thread, parameters and outcome.
    pub query: StepFilter,
}

impl Filter {
    /// Returns whether every step is shown.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns whether a step is shown.
    pub fn takes(&self, entry: &JournalEntry, line: &Journal) -> bool {
        self.thread.is_none_or(|id| is_about(entry, id))
            && self.method.is_none_or(|op| entry.op() == Some(op))
            && (!self.errors || entry.outcome.is_err())
            && (self.query.is_empty() || self.query.matches(&StepRow { entry, line }))
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
        let words = (!self.query.is_empty()).then(|| format!("& {}", self.query.text()));
        [method, thread, errors, words].into_iter().flatten().collect()
    }
}

/// Returns whether a step names a thread, or is an outside change that affects the thread.
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
        entry.client.as_deref().unwrap_or_default(),
        &id.map(|id| id.to_string()).unwrap_or_default(),
        name(entry, line).unwrap_or_default(),
        &gist::gist(entry),
        outcome,
    ]
    .join("\n")
}
