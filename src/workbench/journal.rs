//! The journal: all calls in order, their results, and the store as it was after each of them. Cloning copies a few
//! pointers.
//!
//! A change that bypassed the workbench is a step too, without a call: it keeps the store before and after it.
//!
//! The steps form a tree: each step refers to the previous one, and an undo or a branch only selects the current step.
//! A step stores what it changed; some steps store the whole store, from which the others are computed.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use imbl::{OrdMap, OrdSet, Vector};
use uuid::Uuid;

use super::recording::ScenarioTitle;
use super::request::SentParams;
use super::scenario::Mismatch;
use crate::contract::{FIELDS, Op, Step, ThreadStoreError};
use crate::protocol::ThreadId;
use crate::store::{Snapshot, StoreDelta, ThreadRecord};

/// One step: a call and its result, or a change from outside the workbench.
#[derive(Clone, Debug)]
pub struct JournalEntry {
    /// The number of the step, from 1.
    pub step: u64,
    /// The time of the call; for a change from outside, the time when it was detected.
    pub at: DateTime<Utc>,
    /// How long it took.
    pub took: Duration,
    /// The call; `None` if the store changed without a call to this workbench. The items of an append are not stored here: they are the last
    /// [`items`](Self::items) of the history directly after the step.
    pub call: Option<Step>,
    /// The name of the client that made the call, if it came from another program and said its name.
    pub client: Option<Arc<str>>,
    /// Its parameters as they were sent, if they contain more than the call.
    pub(super) sent: Option<SentParams>,
    /// The number of items that it appended.
    pub items: usize,
    /// A short description of the answer, or the error; for a change from outside, what it changed.
    pub outcome: Result<String, CallError>,
    /// The number of the previous step, or 0. It is not always `step - 1`, because undone steps keep their numbers.
    pub before: u64,
    /// What it changed in the store.
    pub touch: StoreDelta,
    /// The last step, up to this one, that changed more than counters; 0 if there is none.
    pub(super) changed: u64,
    /// The last step, up to this one, that was a change from outside; 0 if there is none. Changes from outside are
    /// never undone.
    pub(super) outside: u64,
    /// The last step, up to this one, that cannot be undone: a change from outside, or a part of opening the store.
    pub(super) floor: u64,
    /// The number of calls that clients made on its line, up to this step.
    client_calls: u64,
    /// The first step of the action that it belongs to.
    pub(super) unit: u64,
    pub(super) action: ActionNumber,
    /// The fixed clock directly before it.
    pub(super) clock: Option<DateTime<Utc>>,
    /// For some steps, the store directly after it, and the number of steps since the last stored one.
    whole: Option<Box<Snapshot>>,
    since: usize,
}

impl JournalEntry {
    /// The method that it called; `None` for a change from outside.
    pub fn op(&self) -> Option<Op> {
        self.call.as_ref().map(Step::op)
    }

    /// The name of the method that it called, or `outside`.
    pub fn name(&self) -> &'static str {
        self.op().map_or(OUTSIDE, Op::name)
    }

    /// A sentence that describes its method or a change from outside.
    pub fn about(&self) -> &'static str {
        self.op().map_or(
            "An outside change: other code changed this store. This step and all earlier steps cannot be undone.",
            |op| op.row().about,
        )
    }

    /// The id of the thread that its call names, if it names one.
    pub fn thread_id(&self) -> Option<ThreadId> {
        self.call.as_ref().and_then(Step::thread_id)
    }

    /// Whether it is a change that was made outside the workbench.
    pub fn is_outside(&self) -> bool {
        self.call.is_none()
    }
}

/// The name of a change from outside, in place of a method's name.
const OUTSIDE: &str = "outside";

/// One user action: a single call, a patch applied to several threads, an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ActionNumber(pub u64);

impl ActionNumber {
    /// The action that opens the store.
    pub const OPENING: Self = Self(0);
}

/// The error that a call returned.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, thiserror::Error)]
#[error("{message}")]
pub struct CallError {
    /// Its stable code.
    pub code: &'static str,
    /// Its text.
    pub message: String,
}

impl From<&ThreadStoreError> for CallError {
    fn from(error: &ThreadStoreError) -> Self {
        Self {
            code: error.code(),
            message: error.to_string(),
        }
    }
}

/// All calls to a store, and the current line of steps, which lead to the current store. An undo removes steps from the
/// line, but they stay in the journal, and their numbers are never reused.
#[derive(Clone, Debug)]
pub struct Journal {
    /// The store before the first step that is kept.
    root: Snapshot,
    /// The number of oldest steps that are no longer kept.
    dropped: u64,
    all: Vector<Arc<JournalEntry>>,
    /// The steps of the current line, ascending.
    line: Vector<u64>,
    /// Which steps, including those not on the current line, concern which part of a thread.
    marks: OrdSet<(Uuid, TouchedPart, u64)>,
    /// Notes and expectations of steps.
    remarks: OrdMap<u64, Arc<Annotation>>,
    /// The steps of scenarios that read the counters, by the step of the journal that they follow. These are not calls.
    counters_read: OrdMap<u64, Vector<Arc<CountersRead>>>,
    /// The titles of the scenarios that were played, by the last step before the steps of the scenario.
    titles: OrdMap<u64, Arc<ScenarioTitle>>,
}

/// A step of a scenario that read the counters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CountersRead {
    /// The time of the step; `None` for the system clock.
    pub at: Option<DateTime<Utc>>,
    /// Its note and expectation.
    pub remark: Annotation,
}

/// The note and expectation of a step, from a scenario or added by the user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotation {
    /// The note.
    pub note: Option<String>,
    /// The expectation, as the `expect` of a scenario.
    pub expect: Option<String>,
    /// Where the expectation was not met.
    pub failures: Vec<Mismatch>,
}

/// The part of a thread that a step concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TouchedPart {
    /// The step names the thread, or other code changed the thread.
    Named,
    /// The step creates the thread, or replaces its create parameters.
    Create,
    /// The step registers a path for the thread.
    Path,
    /// The step sets or clears the field at this index of FIELDS in the accumulated patch.
    Field(u8),
}

/// A step to add to the journal.
pub(super) struct NewEntry<'a> {
    pub call: Option<Step>,
    pub client: Option<Arc<str>>,
    pub sent: Option<SentParams>,
    pub items: usize,
    pub at: DateTime<Utc>,
    pub took: Duration,
    pub outcome: Result<String, CallError>,
    pub action: ActionNumber,
    pub clock: Option<DateTime<Utc>>,
    pub touch: StoreDelta,
    pub after: &'a Snapshot,
}

/// The maximum number of steps between two stored snapshots. It grows with the number of threads, because a stored
/// snapshot keeps a part of the tree of threads in memory for each thread that has changed since.
fn spacing(threads: usize) -> usize {
    (threads / 16).clamp(64, 8192)
}

impl Journal {
    /// Creates an empty journal. Its first step starts from this store.
    pub(super) fn new(root: Snapshot) -> Self {
        Self {
            root,
            dropped: 0,
            all: Vector::new(),
            line: Vector::new(),
            marks: OrdSet::new(),
            remarks: OrdMap::new(),
            counters_read: OrdMap::new(),
            titles: OrdMap::new(),
        }
    }

    /// The store before the first step that is kept.
    pub fn root(&self) -> &Snapshot {
        &self.root
    }

    /// The number of steps of the current line.
    pub fn len(&self) -> usize {
        self.line.len()
    }

    /// Whether the current line has no steps.
    pub fn is_empty(&self) -> bool {
        self.line.is_empty()
    }

    /// The entry of a step, by its number starting at 1, on the current line or not.
    pub fn get(&self, step: u64) -> Option<&Arc<JournalEntry>> {
        let index = step.checked_sub(self.dropped + 1)?;
        self.all.get(usize::try_from(index).ok()?)
    }

    /// The note and expectation of a step.
    pub fn remark(&self, step: u64) -> Option<&Arc<Annotation>> {
        self.remarks.get(&step)
    }

    /// Replaces the note and expectation of a step; an empty remark removes them.
    pub(super) fn say(&mut self, step: u64, remark: Annotation) {
        match remark == Annotation::default() {
            true => self.remarks.remove(&step),
            false => self.remarks.insert(step, Arc::new(remark)),
        };
    }

    /// The steps of scenarios that read the counters directly after a step; for 0, before the first step.
    pub(super) fn counters_read_after(&self, step: u64) -> impl Iterator<Item = &CountersRead> {
        self.counters_read
            .get(&step)
            .into_iter()
            .flatten()
            .map(|read| &**read)
    }

    /// Records that a scenario read the counters after the last step. The same step is recorded only once.
    pub(super) fn counters_read(&mut self, read: CountersRead) {
        let reads = self.counters_read.entry(self.tip()).or_default();
        if !reads.iter().any(|known| **known == read) {
            reads.push_back(Arc::new(read));
        }
    }

    /// The title of the first scenario that has steps on the current line.
    pub(super) fn title(&self) -> Option<&ScenarioTitle> {
        let mut titles = self.titles.iter();
        let title = titles.find(|(step, _)| **step == 0 || self.place(**step).is_some());
        title.map(|(_, title)| &**title)
    }

    /// Records that the steps of a scenario follow.
    pub(super) fn entitle(&mut self, title: ScenarioTitle) {
        self.titles.insert(self.tip(), Arc::new(title));
    }

    /// The number of the newest step, on the current line or not; 0 if there is none.
    fn newest(&self) -> u64 {
        self.dropped + self.all.len() as u64
    }

    /// The last entry.
    pub fn last(&self) -> Option<&Arc<JournalEntry>> {
        self.get(*self.line.last()?)
    }

    /// The number of the last step; 0 if there is none.
    pub fn tip(&self) -> u64 {
        self.line.last().copied().unwrap_or_default()
    }

    /// The entry at an index, starting at 0, of the current line.
    pub fn nth(&self, place: usize) -> Option<&Arc<JournalEntry>> {
        self.get(*self.line.get(place)?)
    }

    /// The index of a step on the current branch; `None` if the step is not on this branch.
    pub fn place(&self, step: u64) -> Option<usize> {
        self.line.binary_search(&step).ok()
    }

    /// The entries of the current line, in order.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Arc<JournalEntry>> {
        self.line.iter().filter_map(|step| self.get(*step))
    }

    /// The entries of the current line that name a thread, in order.
    pub fn of_thread(&self, id: ThreadId) -> impl DoubleEndedIterator<Item = &Arc<JournalEntry>> {
        self.about(id, TouchedPart::Named)
    }

    /// The entries of the current line that concern a part of a thread, in order.
    pub fn about(
        &self,
        id: ThreadId,
        mark: TouchedPart,
    ) -> impl DoubleEndedIterator<Item = &Arc<JournalEntry>> {
        let id = id.uuid();
        self.marks
            .range((id, mark, 0)..=(id, mark, self.tip()))
            .filter(|(_, _, step)| self.place(*step).is_some())
            .filter_map(|(_, _, step)| self.get(*step))
    }

    /// The record of a thread directly after the last step, up to this one, that set or cleared one of these fields of
    /// the patch. If there is no such step, the record before the first step.
    pub fn record_when_set(&self, id: ThreadId, fields: &[&str], step: u64) -> Option<&Arc<ThreadRecord>> {
        let uuid = id.uuid();
        let of_field = |name: &&str| {
            let index = FIELDS.iter().zip(0..).find(|(field, _)| field.name == *name)?.1;
            let mark = TouchedPart::Field(index);
            let steps = self.marks.range((uuid, mark, 0)..=(uuid, mark, step)).rev();
            let mut steps = steps.filter(|(_, _, step)| self.place(*step).is_some());
            // A step that set a field to the value that it already had did not change the record.
            steps.find_map(|(_, _, step)| Some((*step, self.get(*step)?.touch.record_after(id)?)))
        };
        let last = fields.iter().filter_map(of_field).max_by_key(|(step, _)| *step);
        last.map_or_else(|| self.root.thread(id), |(_, record)| Some(record))
    }

    /// The threads that changed between two steps, on one line or on different branches, each once and sorted by id.
    pub fn touched(&self, from: u64, to: u64) -> Vec<ThreadId> {
        let (mut one, mut other) = (from, to);
        let mut ids = Vec::new();
        // A step has a higher number than the previous one, so going back from both steps ends at the step that they
        // share.
        while one != other {
            let later = if one > other { &mut one } else { &mut other };
            let Some(entry) = self.get(*later) else { break };
            ids.extend(entry.touch.threads());
            *later = entry.before;
        }
        ids.sort_by_key(ThreadId::uuid);
        ids.dedup();
        ids
    }

    /// The journal as it was directly after a step; for 0, before the first step.
    #[must_use]
    pub fn until(&self, step: u64) -> Self {
        let mut journal = self.clone();
        journal.follow(step);
        journal
    }

    /// The store as it was directly after a step, on the current line or not; for 0, before the first step. `None` if
    /// there is no such step. Takes at most the time of a few hundred calls.
    pub fn at(&self, step: u64) -> Option<Snapshot> {
        self.near(step, None)
    }

    /// Like [`at`](Self::at), starting from the store of a nearby step: an adjacent step takes the time of one call.
    pub fn near(&self, step: u64, hand: Option<(u64, &Snapshot)>) -> Option<Snapshot> {
        if step > self.newest() {
            return None;
        }
        let whole = |step: u64| match hand {
            Some((at, store)) if at == step => Some(store),
            _ if step <= self.dropped => Some(&self.root),
            _ => self.get(step)?.whole.as_deref(),
        };
        // Search alternately backward and forward for the nearest stored snapshot.
        let (mut back, mut forth) = (step, self.behind(step));
        let (mut passed, mut ahead) = (Vec::new(), Vec::new());
        loop {
            if let Some(store) = whole(back) {
                let mut store = store.clone();
                let touches = passed.iter().rev();
                touches.for_each(|entry: &&Arc<JournalEntry>| store.do_again(&entry.touch));
                return Some(self.timed(store, step));
            }
            let entry = self.get(back)?;
            back = entry.before;
            passed.push(entry);
            if let Some(entry) = forth.and_then(|place| self.nth(place)) {
                forth = forth.map(|place| place + 1);
                ahead.push(entry);
                if let Some(store) = whole(entry.step) {
                    let mut store = store.clone();
                    ahead.iter().rev().for_each(|entry| store.take_back(&entry.touch));
                    return Some(self.timed(store, step));
                }
            }
        }
    }

    /// The index in the current line directly after the index of a step.
    fn behind(&self, step: u64) -> Option<usize> {
        match step {
            step if step <= self.dropped => Some(0),
            step => self.place(step).map(|place| place + 1),
        }
    }

    fn timed(&self, store: Snapshot, step: u64) -> Snapshot {
        match self.get(step) {
            Some(entry) => store.seen_at(entry.at, entry.clock.is_some()),
            None => store.seen_at(self.root.now(), self.root.clock().is_some()),
        }
    }

    /// The step that follows another one on the current line.
    pub(super) fn after(&self, step: u64) -> Option<&Arc<JournalEntry>> {
        self.nth(self.behind(step)?)
    }

    /// Makes a step the last one of the current line.
    pub(super) fn follow(&mut self, step: u64) {
        let mut walked = Vec::new();
        let mut back = step;
        let kept = loop {
            match (self.behind(back), self.get(back)) {
                (Some(kept), _) => break kept,
                (None, Some(entry)) => {
                    walked.push(back);
                    back = entry.before;
                }
                (None, None) => return,
            }
        };
        self.line.truncate(kept);
        self.line.extend(walked.into_iter().rev());
    }

    pub(super) fn record(&mut self, made: NewEntry<'_>) -> u64 {
        let step = self.newest() + 1;
        let last = self.last();
        let unit = match last.filter(|last| last.action == made.action) {
            Some(last) => last.unit,
            None => step,
        };
        let changed = match made.touch.is_change() {
            true => step,
            false => last.map_or(0, |last| last.changed),
        };
        let outside = match made.call {
            None => step,
            Some(_) => last.map_or(0, |last| last.outside),
        };
        let floor = match outside == step || made.action == ActionNumber::OPENING {
            true => step,
            false => last.map_or(0, |last| last.floor),
        };
        let since = last.map_or(0, |last| last.since) + 1;
        let client_calls = last.map_or(0, |last| last.client_calls) + u64::from(made.client.is_some());
        let before = self.tip();
        for (id, part) in marks(made.call.as_ref(), &made.touch) {
            self.marks.insert((id, part, step));
        }
        let whole = (since >= spacing(made.after.len())).then(|| Box::new(made.after.clone()));
        self.line.push_back(step);
        self.all.push_back(Arc::new(JournalEntry {
            step,
            at: made.at,
            took: made.took,
            call: made.call,
            client: made.client,
            sent: made.sent,
            items: made.items,
            outcome: made.outcome,
            before,
            touch: made.touch,
            changed,
            outside,
            floor,
            client_calls,
            unit,
            action: made.action,
            clock: made.clock,
            since: if whole.is_some() { 0 } else { since },
            whole,
        }));
        step
    }

    /// The last change from outside on this line; 0 if there is none. It is not possible to go back past this step.
    pub fn outside(&self) -> u64 {
        self.last().map_or(0, |last| last.outside)
    }

    /// The last step on this line that cannot be undone; 0 if there is none.
    pub fn floor(&self) -> u64 {
        self.last().map_or(0, |last| last.floor)
    }

    /// The last step that this line shares with the line that ends at `tip`, or 0 if there is none; and the number of
    /// steps from there to `tip`.
    pub(super) fn meets(&self, tip: u64) -> (u64, usize) {
        let (mut step, mut steps) = (tip, 0);
        while step != 0 && self.place(step).is_none() {
            step = self.get(step).map_or(0, |entry| entry.before);
            steps += 1;
        }
        (step, steps)
    }
}

mod again;
mod clients;
mod limit;
mod marks;

pub use again::ReplayedCall;
use marks::marks;

#[cfg(test)]
mod tests;
