//! The journal: what was called, in order, and what came of it. A clone costs a few pointers.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use imbl::{HashMap, Vector};
use uuid::Uuid;

use crate::contract::{Answer, Step, ThreadStoreError, ThreadStoreResult};
use crate::protocol::ThreadId;

/// One call and what came of it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The number of the step, from 1.
    pub step: u64,
    /// What the store's clock showed when it was made.
    pub at: DateTime<Utc>,
    /// How long it took.
    pub took: Duration,
    /// The call. The items of an append are not kept here: they are the last [`items`](Self::items) of the history as it
    /// was right after the step.
    pub call: Step,
    /// How many items it appended.
    pub items: usize,
    /// What came back, in a few words, or the error.
    pub outcome: Result<String, Failure>,
}

/// The error that a call ended with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its stable code.
    pub code: &'static str,
    /// Its text.
    pub message: String,
}

impl From<&ThreadStoreError> for Failure {
    fn from(error: &ThreadStoreError) -> Self {
        Self {
            code: error.code(),
            message: error.to_string(),
        }
    }
}

/// All calls of a store so far, and which of them lead to the store as it is now: an undo leaves some aside, but no step
/// is ever forgotten and no number is given twice.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    all: Vector<Arc<Entry>>,
    line: Line,
}

/// The steps that lead to one state of the store, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    steps: Vector<u64>,
    by_thread: HashMap<Uuid, Vector<u64>>,
}

impl Journal {
    /// How many steps lead to the store as it is now.
    pub fn len(&self) -> usize {
        self.line.steps.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.line.steps.is_empty()
    }

    /// The entry of a step, which counts from 1, whether it leads to the store as it is now or was left aside.
    pub fn get(&self, step: u64) -> Option<&Arc<Entry>> {
        self.all.get(usize::try_from(step.checked_sub(1)?).ok()?)
    }

    /// The last entry.
    pub fn last(&self) -> Option<&Arc<Entry>> {
        self.get(*self.line.steps.last()?)
    }

    /// The entries that lead to the store as it is now, in order.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Arc<Entry>> {
        self.line.steps.iter().filter_map(|step| self.get(*step))
    }

    /// Those of them that named a thread, in order.
    pub fn of_thread(&self, id: ThreadId) -> impl DoubleEndedIterator<Item = &Arc<Entry>> {
        self.line
            .by_thread
            .get(&id.uuid())
            .into_iter()
            .flatten()
            .filter_map(|step| self.get(*step))
    }

    pub(super) fn line(&self) -> &Line {
        &self.line
    }

    /// Makes other steps the ones that lead to the store as it is now.
    pub(super) fn follow(&mut self, line: Line) {
        self.line = line;
    }

    pub(super) fn record(
        &mut self,
        call: Step,
        items: usize,
        at: DateTime<Utc>,
        took: Duration,
        result: &ThreadStoreResult<Answer>,
    ) -> u64 {
        let step = self.all.len() as u64 + 1;
        if let Some(id) = call.thread_id() {
            self.line.by_thread.entry(id.uuid()).or_default().push_back(step);
        }
        self.line.steps.push_back(step);
        let outcome = result.as_ref().map(Answer::summary).map_err(Failure::from);
        self.all.push_back(Arc::new(Entry {
            step,
            at,
            took,
            call,
            items,
            outcome,
        }));
        step
    }
}

impl Line {
    /// The number of the last step; 0 if there is none.
    pub fn tip(&self) -> u64 {
        self.steps.last().copied().unwrap_or_default()
    }
}
