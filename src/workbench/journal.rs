//! The journal: what was called, in order, what came of it, and the store as it was after any of the calls. A clone costs
//! a few pointers.
//!
//! A change that came past the workbench is a step as well, one without a call: it keeps the store before and after it.
//!
//! The steps form a tree: each knows the one before it, and an undo or a branch only chooses where to stand. A step keeps
//! what it touched; one now and then keeps the whole store, from which the others are found.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use imbl::{OrdMap, OrdSet, Vector};
use uuid::Uuid;

use super::scenario::Mismatch;
use crate::contract::{FIELDS, Op, State, Step, ThreadMetadataPatch, ThreadStoreError};
use crate::protocol::ThreadId;
use crate::store::{Snapshot, ThreadRecord, Touch};

/// One step: a call and what came of it, or a change that was made outside the workbench.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The number of the step, from 1.
    pub step: u64,
    /// The moment that it saw; of a change from outside, that at which it was noticed.
    pub at: DateTime<Utc>,
    /// How long it took.
    pub took: Duration,
    /// The call; `None` for a change from outside. The items of an append are not kept here: they are the last
    /// [`items`](Self::items) of the history as it was right after the step.
    pub call: Option<Step>,
    /// How many items it appended.
    pub items: usize,
    /// What came back, in a few words, or the error; of a change from outside, what it changed.
    pub outcome: Result<String, Failure>,
    /// The number of the step before it, 0 if it is the first; where this one began a branch, not the number below its own.
    pub before: u64,
    /// What it changed in the store.
    pub touch: Touch,
    /// The last step up to this one that changed more than counters; 0 if none did.
    pub(super) changed: u64,
    /// The last step up to this one that was made outside; 0 if none was. No line of steps leaves one out again.
    pub(super) outside: u64,
    /// The last step up to this one that no undo takes back: it came from outside, or belongs to the opening of the store.
    pub(super) floor: u64,
    /// The first step of the action that it belongs to.
    pub(super) unit: u64,
    pub(super) action: Action,
    /// Where the clock stood right before it.
    pub(super) clock: Option<DateTime<Utc>>,
    /// The store right after it, now and then, and how many steps ago it was kept.
    whole: Option<Box<Snapshot>>,
    since: usize,
}

impl Entry {
    /// The method that it called; `None` for a change from outside.
    pub fn op(&self) -> Option<Op> {
        self.call.as_ref().map(Step::op)
    }

    /// The name of the method that it called, or `outside`.
    pub fn name(&self) -> &'static str {
        self.op().map_or(OUTSIDE, Op::name)
    }

    /// What its method does, or what a change from outside is, in a sentence.
    pub fn about(&self) -> &'static str {
        self.op().map_or(
            "An outside change: other code changed this store. It is never undone, nor is anything before it.",
            |op| op.row().about,
        )
    }

    /// The thread that its call names, if it names one.
    pub fn thread_id(&self) -> Option<ThreadId> {
        self.call.as_ref().and_then(Step::thread_id)
    }

    /// Whether it is a change that was made outside the workbench.
    pub fn is_outside(&self) -> bool {
        self.call.is_none()
    }
}

/// What stands in the place of a method's name where nobody knows the calls.
const OUTSIDE: &str = "outside";

/// One action of somebody: a call by hand, an apply to several threads, an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Action(pub u64);

impl Action {
    /// What opens the store, before anybody works on it.
    pub const OPENING: Self = Self(0);
}

/// The error that a call ended with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
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
#[derive(Clone, Debug)]
pub struct Journal {
    /// The store before the first step.
    root: Snapshot,
    all: Vector<Arc<Entry>>,
    /// The steps that lead to the store as it is now, ascending.
    line: Vector<u64>,
    /// Which steps, of all, are about what of a thread.
    marks: OrdSet<(Uuid, Mark, u64)>,
    /// What somebody said about steps.
    remarks: OrdMap<u64, Arc<Remark>>,
}

/// What somebody said about a step, who wrote it into a scenario or pointed at what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remark {
    /// What stands beside it.
    pub note: Option<String>,
    /// What is expected of it, as the `expect` of a scenario.
    pub expect: Option<String>,
    /// Where it was not so.
    pub failures: Vec<Mismatch>,
}

/// What of a thread a step is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// It names the thread, or changes it from outside.
    Named,
    /// It creates it, or replaces what it was created with.
    Create,
    /// It registers a path for it.
    Path,
    /// It sets or clears the field at this index of FIELDS in the accumulated patch.
    Field(u8),
}

/// A step that was made, as it is handed to the journal.
pub(super) struct Made<'a> {
    pub call: Option<Step>,
    pub items: usize,
    pub at: DateTime<Utc>,
    pub took: Duration,
    pub outcome: Result<String, Failure>,
    pub action: Action,
    pub clock: Option<DateTime<Utc>>,
    pub touch: Touch,
    pub after: &'a Snapshot,
}

/// How many steps there are at most from a store that was kept whole to the next: the more threads, the more, because a
/// kept store holds on to its part of the tree of threads for each thread that was touched since.
fn spacing(threads: usize) -> usize {
    (threads / 16).clamp(64, 8192)
}

impl Journal {
    /// A journal without steps that begins with a store.
    pub(super) fn new(root: Snapshot) -> Self {
        Self {
            root,
            all: Vector::new(),
            line: Vector::new(),
            marks: OrdSet::new(),
            remarks: OrdMap::new(),
        }
    }

    /// The store before the first step.
    pub fn root(&self) -> &Snapshot {
        &self.root
    }

    /// How many steps lead to the store as it is now.
    pub fn len(&self) -> usize {
        self.line.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.line.is_empty()
    }

    /// The entry of a step, which counts from 1, whether it leads to the store as it is now or was left aside.
    pub fn get(&self, step: u64) -> Option<&Arc<Entry>> {
        self.all.get(usize::try_from(step.checked_sub(1)?).ok()?)
    }

    /// What somebody said about a step.
    pub fn remark(&self, step: u64) -> Option<&Arc<Remark>> {
        self.remarks.get(&step)
    }

    /// Puts what is said about a step in the place of what was; nothing said leaves nothing.
    pub(super) fn say(&mut self, step: u64, remark: Remark) {
        match remark == Remark::default() {
            true => self.remarks.remove(&step),
            false => self.remarks.insert(step, Arc::new(remark)),
        };
    }

    /// The last entry.
    pub fn last(&self) -> Option<&Arc<Entry>> {
        self.get(*self.line.last()?)
    }

    /// The number of the last step; 0 if there is none.
    pub fn tip(&self) -> u64 {
        self.line.last().copied().unwrap_or_default()
    }

    /// The entry at a place, from 0, among those that lead to the store as it is now.
    pub fn nth(&self, place: usize) -> Option<&Arc<Entry>> {
        self.get(*self.line.get(place)?)
    }

    /// The place of a step among those that lead to the store as it is now; `None` if it was left aside.
    pub fn place(&self, step: u64) -> Option<usize> {
        self.line.binary_search(&step).ok()
    }

    /// The entries that lead to the store as it is now, in order.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Arc<Entry>> {
        self.line.iter().filter_map(|step| self.get(*step))
    }

    /// Those of them that named a thread, in order.
    pub fn of_thread(&self, id: ThreadId) -> impl DoubleEndedIterator<Item = &Arc<Entry>> {
        self.about(id, Mark::Named)
    }

    /// Those of them that are about something of a thread, in order.
    pub fn about(&self, id: ThreadId, mark: Mark) -> impl DoubleEndedIterator<Item = &Arc<Entry>> {
        let id = id.uuid();
        self.marks
            .range((id, mark, 0)..=(id, mark, self.tip()))
            .filter(|(_, _, step)| self.place(*step).is_some())
            .filter_map(|(_, _, step)| self.get(*step))
    }

    /// The threads that changed on the way from one step to another, on one line or from branch to branch, each once and
    /// in the order of their ids.
    pub fn touched(&self, from: u64, to: u64) -> Vec<ThreadId> {
        let (mut one, mut other) = (from, to);
        let mut ids = Vec::new();
        // A step has a higher number than the one before it, so the two ways back meet where they part.
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

    /// The journal as it was when a step had just been made; with 0, before the first.
    #[must_use]
    pub fn until(&self, step: u64) -> Self {
        let mut journal = self.clone();
        journal.follow(step);
        journal
    }

    /// The store as it was right after a step, whether that leads to the store as it is now or was left aside; with 0,
    /// before the first. `None` if there is no such step. Costs the time of some hundred calls at most.
    pub fn at(&self, step: u64) -> Option<Snapshot> {
        self.near(step, None)
    }

    /// As [`at`](Self::at), from a store that is at hand, that of a step nearby: the next one costs the time of one call.
    pub fn near(&self, step: u64, hand: Option<(u64, &Snapshot)>) -> Option<Snapshot> {
        if step > self.all.len() as u64 {
            return None;
        }
        let whole = |step: u64| match hand {
            Some((at, store)) if at == step => Some(store),
            _ if step == 0 => Some(&self.root),
            _ => self.get(step)?.whole.as_deref(),
        };
        // A step back and a step forth at a time, to the nearest store that is kept.
        let (mut back, mut forth) = (step, self.behind(step));
        let (mut passed, mut ahead) = (Vec::new(), Vec::new());
        loop {
            if let Some(store) = whole(back) {
                let mut store = store.clone();
                let touches = passed.iter().rev();
                touches.for_each(|entry: &&Arc<Entry>| store.do_again(&entry.touch));
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

    /// The place behind a step's, among those that lead to the store as it is now.
    fn behind(&self, step: u64) -> Option<usize> {
        match step {
            0 => Some(0),
            step => self.place(step).map(|place| place + 1),
        }
    }

    fn timed(&self, store: Snapshot, step: u64) -> Snapshot {
        match self.get(step) {
            Some(entry) => store.seen_at(entry.at, entry.clock.is_some()),
            None => store.seen_at(self.root.now(), self.root.clock().is_some()),
        }
    }

    /// The step that follows another one on the way to the store as it is now.
    pub(super) fn after(&self, step: u64) -> Option<&Arc<Entry>> {
        self.nth(self.behind(step)?)
    }

    /// Makes a step the last of those that lead to the store as it is now.
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

    pub(super) fn record(&mut self, made: Made<'_>) -> u64 {
        let step = self.all.len() as u64 + 1;
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
        let floor = match outside == step || made.action == Action::OPENING {
            true => step,
            false => last.map_or(0, |last| last.floor),
        };
        let since = last.map_or(0, |last| last.since) + 1;
        let before = self.tip();
        match &made.call {
            Some(call) => self.mark(call, step),
            None => self.mark_outside(&made.touch, step),
        }
        let whole = (since >= spacing(made.after.len())).then(|| Box::new(made.after.clone()));
        self.line.push_back(step);
        self.all.push_back(Arc::new(Entry {
            step,
            at: made.at,
            took: made.took,
            call: made.call,
            items: made.items,
            outcome: made.outcome,
            before,
            touch: made.touch,
            changed,
            outside,
            floor,
            unit,
            action: made.action,
            clock: made.clock,
            since: if whole.is_some() { 0 } else { since },
            whole,
        }));
        step
    }

    fn mark(&mut self, call: &Step, step: u64) {
        let Some(id) = call.thread_id() else { return };
        let mut mark = |mark| {
            self.marks.insert((id.uuid(), mark, step));
        };
        mark(Mark::Named);
        match call {
            Step::CreateThread(_) => mark(Mark::Create),
            Step::ResumeThread(params) if params.rollout_path.is_some() => mark(Mark::Path),
            Step::UpdateThreadMetadata(params) => FIELDS
                .iter()
                .zip(0..)
                .filter(|(field, _)| field.state(&params.patch) != State::Leave)
                .for_each(|(_, index)| mark(Mark::Field(index))),
            _ => {}
        }
    }

    /// Marks what a change from outside is about, which only the threads before and after it tell.
    fn mark_outside(&mut self, touch: &Touch, step: u64) {
        for (before, after) in touch.outside_changes() {
            let Some(id) = after.or(before).map(|record| record.id.uuid()) else {
                continue;
            };
            let mut mark = |mark| {
                self.marks.insert((id, mark, step));
            };
            mark(Mark::Named);
            let [before, after] = [before, after].map(|record| record.map(|record| &**record));
            let create = |record: Option<&ThreadRecord>| record.and_then(|record| record.create.clone());
            if !same(create(before).as_ref(), create(after).as_ref()) {
                mark(Mark::Create);
            }
            let path = |record: Option<&ThreadRecord>| record?.rollout_path().map(Path::to_path_buf);
            if path(before) != path(after) {
                mark(Mark::Path);
            }
            let empty = ThreadMetadataPatch::default();
            let [was, is] = [before, after].map(|record| {
                record
                    .and_then(|record| record.patch.as_deref())
                    .unwrap_or(&empty)
            });
            FIELDS
                .iter()
                .zip(0..)
                .filter(|(field, _)| field.get(was) != field.get(is))
                .for_each(|(_, index)| mark(Mark::Field(index)));
        }
    }

    /// The last step on this line that was made outside; 0 if none was. No line goes back to before it.
    pub fn outside(&self) -> u64 {
        self.last().map_or(0, |last| last.outside)
    }

    /// The last step on this line that no undo takes back; 0 if there is none.
    pub fn floor(&self) -> u64 {
        self.last().map_or(0, |last| last.floor)
    }

    /// The last step that this line and the one that ends with another step have in common; 0 if it is the beginning.
    pub(super) fn meets(&self, tip: u64) -> u64 {
        let mut step = tip;
        while step != 0 && self.place(step).is_none() {
            step = self.get(step).map_or(0, |entry| entry.before);
        }
        step
    }
}

fn same<T>(one: Option<&Arc<T>>, other: Option<&Arc<T>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

mod again;
pub use again::Again;

#[cfg(test)]
mod tests;
