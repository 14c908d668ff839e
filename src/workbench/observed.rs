//! The workbench, and the stores that it returns. Each of these stores records every call in the journal and forwards
//! it. All calls through one of these stores form one action, which is undone as a whole.
//!
//! Other code that has a reference to the underlying store may call that store directly. Changes made this way are
//! detected before the next step or undo: they become a step of the journal, and it is not possible to go back to a
//! state before that step.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockWriteGuard, TryLockError, Weak};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use super::gist::count;
use super::journal::{ActionNumber, Annotation, CallError, CountersRead, NewEntry};
use super::request::Request;
use super::scenario::{
    self, InvalidStep, Key, Method, Outcome, Playing, ScenarioHeader, SessionStore, Statement,
};
use super::undo::{TimePoint, TimeTravelError, UndoHistory, last_change};
use super::{Branch, Imports, Journal};
use crate::contract::{Answer, Step, StepStore, ThreadStoreResult};
use crate::protocol::ThreadId;
use crate::store::{
    CallResult, CallTime, InMemoryThreadStore, InMemoryThreadStoreCalls, Snapshot, StoreDelta,
};

/// A handle to an observed store; clones refer to the same workbench.
#[derive(Clone)]
pub struct Workbench(Arc<WorkbenchState>);

/// A step of a scenario that was played.
#[derive(Clone, Debug)]
pub struct PlayedStep {
    /// The outcome; its step number is always 1.
    pub outcome: Outcome,
    /// The step of the journal; `None` if it was no call.
    pub step: Option<u64>,
}

struct WorkbenchState {
    store: Arc<InMemoryThreadStore>,
    journal: RwLock<Journal>,
    /// Locked during a call, so that the journal has the calls in the order of their execution.
    course: Mutex<CurrentLine>,
    actions: AtomicU64,
    /// The store that an import or the demo uses to open this store, as long as it exists.
    opening: RwLock<Weak<ObservedStore>>,
    imports: RwLock<Arc<Imports>>,
    /// The number of steps that the journal keeps; 0 for all.
    limit: AtomicUsize,
    changes: watch::Sender<u64>,
}

/// The undone steps and the end of the journal. A lock guards them during a call.
struct CurrentLine {
    past: UndoHistory,
    /// The store at the end of the journal. If the actual store differs, other code has changed it.
    end: Snapshot,
}

impl Workbench {
    /// Starts to observe a store. The journal does not contain earlier calls.
    pub fn new(store: Arc<InMemoryThreadStore>) -> Self {
        let changes = watch::Sender::new(0);
        let root = store.snapshot();
        Self(Arc::new(WorkbenchState {
            store,
            journal: RwLock::new(Journal::new(root.clone())),
            course: Mutex::new(CurrentLine {
                past: UndoHistory::default(),
                end: root,
            }),
            actions: AtomicU64::new(1),
            opening: RwLock::default(),
            imports: RwLock::default(),
            limit: AtomicUsize::new(0),
            changes,
        }))
    }

    /// Returns a store for one action: each call is recorded in the journal, and all of them are undone together. Calls
    /// that bypass it are changes from outside.
    pub fn store(&self) -> Arc<ObservedStore> {
        self.observed(self.action(), CallTime::Now)
    }

    /// Like [`store`](Self::store), for manual calls: before each call, a fixed clock advances by one millisecond.
    pub fn by_hand(&self) -> Arc<ObservedStore> {
        self.observed(self.action(), CallTime::Next)
    }

    /// Returns a store with which an import or the demo fills this one: its calls are recorded in the journal but
    /// cannot be undone.
    pub fn opening(&self) -> Arc<ObservedStore> {
        let store = self.observed(ActionNumber::OPENING, CallTime::Now);
        let mut opening = self.0.opening.write().unwrap_or_else(PoisonError::into_inner);
        *opening = Arc::downgrade(&store);
        store
    }

    /// Whether a store that [`opening`](Self::opening) returned is still in use.
    pub fn is_opening(&self) -> bool {
        let opening = self.0.opening.read().unwrap_or_else(PoisonError::into_inner);
        opening.strong_count() > 0
    }

    /// Returns a store for a client, such as another program: each call is an action of its own, and the journal has the
    /// name of the client, if it is known.
    pub fn client(&self, name: Option<&str>) -> Arc<ObservedStore> {
        Arc::new(ObservedStore {
            bench: self.clone(),
            of: CallsOf::Client(name.map(Arc::from)),
            when: CallTime::Now,
            last: AtomicU64::new(0),
        })
    }

    /// Limits the journal to about this number of steps. Older steps become part of the store before the first step, and
    /// cannot be undone. Steps are not dropped while there are undone steps or branches.
    pub fn keep_last(&self, steps: NonZeroUsize) {
        self.0.limit.store(steps.get(), Ordering::Relaxed);
    }

    fn observed(&self, action: ActionNumber, when: CallTime) -> Arc<ObservedStore> {
        Arc::new(ObservedStore {
            bench: self.clone(),
            of: CallsOf::Action(action),
            when,
            last: AtomicU64::new(0),
        })
    }

    /// What imports know about the threads.
    pub fn imports(&self) -> Arc<Imports> {
        Arc::clone(&self.0.imports.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes what imports know about the threads.
    pub fn note_imports(&self, change: impl FnOnce(&mut Imports, &Journal)) {
        let journal = self.journal();
        let mut imports = self.0.imports.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut imports), &journal);
        drop(imports);
        self.0.changes.send_replace(journal.tip());
    }

    /// Replaces a thread with the one from another store, as a described change from outside, because the contract has
    /// no call for this. Returns the number of the step.
    pub async fn replace_thread(&self, id: ThreadId, other: &Snapshot, what: String) -> u64 {
        let mut course = self.course();
        loop {
            let now = self.notice(&mut course);
            let after = now.with_thread_of(id, other);
            if self.0.store.restore_if(&now, &after) {
                course.past.changed();
                course.end = after.clone();
                return self.record_outside(&now, &after, what);
            }
        }
    }

    /// Locks the current line. A task never waits while it holds this lock, so waiting for the lock takes at most as
    /// long as a few calls.
    fn course(&self) -> MutexGuard<'_, CurrentLine> {
        self.0.course.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn action(&self) -> ActionNumber {
        ActionNumber(self.0.actions.fetch_add(1, Ordering::Relaxed))
    }

    /// The underlying store. Calling it directly is a change from outside.
    pub fn inner(&self) -> &Arc<InMemoryThreadStore> {
        &self.0.store
    }

    /// A snapshot of the whole store. This is not a call and is not counted.
    pub fn snapshot(&self) -> Snapshot {
        self.0.store.snapshot()
    }

    /// The current journal.
    pub fn journal(&self) -> Journal {
        self.0
            .journal
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The journal and the store, after recording changes from outside. During a call, the store may be one step ahead.
    pub fn look(&self) -> (Journal, Snapshot) {
        let course = match self.0.course.try_lock() {
            Ok(course) => Some(course),
            Err(TryLockError::Poisoned(course)) => Some(course.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        };
        match course {
            Some(mut course) => {
                let store = self.notice(&mut course);
                (self.journal(), store)
            }
            // Take the journal first. If a step is added in between, the snapshot already contains its change, and a
            // notification of the step follows.
            None => (self.journal(), self.snapshot()),
        }
    }

    /// A channel that receives the number of each new step.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    /// Makes a call as a separate action and records it.
    pub async fn call(&self, request: impl Into<Request>) -> ThreadStoreResult<Answer> {
        self.numbered(request, CallTime::Now).await.1
    }

    /// Like [`call`](Self::call), at the given time; also returns the number of the step.
    pub async fn numbered(
        &self,
        request: impl Into<Request>,
        when: CallTime,
    ) -> (u64, ThreadStoreResult<Answer>) {
        let action = CallsOf::Action(self.action());
        let (number, called) = self.call_in(&action, request.into(), when).await;
        (number, called.result)
    }

    async fn call_in(&self, of: &CallsOf, request: Request, when: CallTime) -> (u64, CallResult) {
        let (sent, call) = (request.sent(), *request.step);
        let mut course = self.course();
        let items = match &call {
            Step::AppendItems(params) => params.items.len(),
            _ => 0,
        };
        let kept = call.without_items();
        let began = Instant::now();
        let called = self.0.store.call_at(call, when);
        let took = began.elapsed();
        self.keep_up(&mut course, &called.before);
        let touch = StoreDelta::between(&called.before, &called.after, &kept);
        if touch.is_change() {
            course.past.changed();
        }
        course.end = called.after.clone();
        let number = self.record(NewEntry {
            call: Some(kept),
            client: match of {
                CallsOf::Action(_) => None,
                CallsOf::Client(name) => name.clone(),
            },
            sent,
            items,
            at: called.at,
            took,
            outcome: called
                .result
                .as_ref()
                .map(Answer::summary)
                .map_err(CallError::from),
            action: match of {
                CallsOf::Action(action) => *action,
                CallsOf::Client(_) => self.action(),
            },
            clock: called.before.clock(),
            touch,
            after: &called.after,
        });
        (number, called)
    }

    /// Records changes from outside and returns the current store.
    fn notice(&self, course: &mut CurrentLine) -> Snapshot {
        let now = self.snapshot();
        self.keep_up(course, &now);
        now
    }

    /// Records changes from outside, up to the given store.
    fn keep_up(&self, course: &mut CurrentLine, now: &Snapshot) {
        let before = std::mem::replace(&mut course.end, now.clone());
        if before.is_same_as(now) {
            return;
        }
        course.past.changed();
        let touch = StoreDelta::outside(&before, now);
        let what = moved(&before, now, &touch);
        self.record_outside(&before, now, what);
    }

    fn record_outside(&self, before: &Snapshot, after: &Snapshot, what: String) -> u64 {
        self.record(NewEntry {
            call: None,
            client: None,
            sent: None,
            items: 0,
            at: after.now(),
            took: Duration::ZERO,
            outcome: Ok(what),
            action: self.action(),
            clock: after.clock(),
            touch: StoreDelta::outside(before, after),
            after,
        })
    }

    fn record(&self, made: NewEntry<'_>) -> u64 {
        let mut journal = self.write_journal();
        let number = journal.record(made);
        if let Some(limit) = NonZeroUsize::new(self.0.limit.load(Ordering::Relaxed)) {
            journal.keep_last(limit);
        }
        drop(journal);
        self.0.changes.send_replace(number);
        number
    }

    /// Plays a step of a scenario as a separate action, at the given time or that of the store's clock. Records the
    /// note and the expectation of the step, and where the expectation was not met.
    pub async fn play(
        &self,
        step: Result<Box<Statement>, InvalidStep>,
        at: Option<DateTime<Utc>>,
    ) -> PlayedStep {
        let action = self.action();
        let mut session = scenario::ScenarioSession::new(self.observed(action, CallTime::Now));
        if let Some(at) = at {
            session.set_clock(at);
        }
        let (outcome, expect, reads_counters) = match step {
            Ok(mut statement) => {
                statement.at = at;
                let expect = statement.expect.clone();
                let reads_counters = matches!(statement.method, Method::Calls) && self.is_own(&statement);
                (session.play(*statement).await, expect, reads_counters)
            }
            Err(invalid) => (session.refuse(invalid), None, false),
        };
        let remark = Annotation {
            note: outcome.note.clone(),
            expect,
            failures: outcome.expect.clone().unwrap_or_default(),
        };
        let mut journal = self.write_journal();
        let made = journal.entries().rev().find(|entry| entry.action.0 <= action.0);
        let step = made
            .filter(|entry| entry.action == action)
            .map(|entry| entry.step);
        if let Some(step) = step {
            journal.say(step, remark);
            self.0.changes.send_replace(journal.tip());
        } else if reads_counters {
            journal.counters_read(CountersRead { at, remark });
        }
        PlayedStep { outcome, step }
    }

    /// Whether a step of a scenario is for this store.
    fn is_own(&self, statement: &Statement) -> bool {
        let is_own = |id: &String| Arc::ptr_eq(&InMemoryThreadStore::for_id(id), self.inner());
        statement.store.as_ref().is_none_or(is_own)
    }

    /// Records that the following steps belong to a scenario with this header.
    pub(super) fn entitle(&self, header: &ScenarioHeader) {
        if !header.scenario.is_empty() {
            self.write_journal().entitle(header.title());
        }
    }

    /// Adds the value at a path of a step's result to the expectation of the step. Returns the value as JSON, or `None`
    /// if there is no such value.
    pub fn expect(&self, step: u64, path: &[Key]) -> Option<String> {
        let (remark, value) = self.journal().pointed(step, path)?;
        self.say(step, remark).then_some(value)
    }

    /// Replaces the note and expectation of a step; the default removes them. Returns false if there is no such step.
    pub fn say(&self, step: u64, remark: Annotation) -> bool {
        let mut journal = self.write_journal();
        let known = journal.get(step).is_some();
        if known {
            journal.say(step, remark);
            self.0.changes.send_replace(journal.tip());
        }
        known
    }

    fn write_journal(&self) -> RwLockWriteGuard<'_, Journal> {
        self.0.journal.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves store, clock and journal to another point in time, if the store has not changed. Returns false if other
    /// code has changed it, so that this change must be recorded first.
    fn go_to(&self, course: &mut CurrentLine, now: &Snapshot, point: TimePoint) -> bool {
        let mut journal = self.write_journal();
        let Some(store) = journal.at(point.step) else {
            debug_assert!(false, "every point belongs to a step");
            return true;
        };
        let store = store.with_clock(point.clock);
        if !self.0.store.restore_if(now, &store) {
            return false;
        }
        course.end = store;
        journal.follow(point.step);
        self.0.changes.send_replace(point.step);
        true
    }

    /// Records changes from outside, lets `choose` select a point in time from the journal, goes there, and returns the
    /// result of the choice.
    async fn travel<T>(
        &self,
        choose: impl Fn(&Journal, &mut UndoHistory, TimePoint) -> Result<(TimePoint, T), TimeTravelError>,
    ) -> Result<T, TimeTravelError> {
        let mut course = self.course();
        loop {
            let now = self.notice(&mut course);
            let journal = self.journal();
            let here = TimePoint {
                step: journal.tip(),
                clock: now.clock(),
            };
            let mut past = course.past.clone();
            let (point, said) = choose(&journal, &mut past, here)?;
            if self.go_to(&mut course, &now, point) {
                course.past = past;
                return Ok(said);
            }
        }
    }

    /// Undoes the last action that changed anything except counters, and restores the counters and the clock from
    /// before that action. Returns a short description of what was undone. An undo is not a step.
    ///
    /// # Errors
    /// If there is nothing to undo since the store was opened, or since a change from outside.
    pub async fn undo(&self) -> Result<String, TimeTravelError> {
        let undone = self.travel(|journal, past, here| {
            let (first, what) = last_change(journal)?;
            past.back(here, what.clone());
            let point = TimePoint {
                step: first.before,
                clock: first.clock,
            };
            Ok((point, what))
        });
        match undone.await {
            Err(TimeTravelError::Opened) if self.is_opening() => Err(TimeTravelError::Opening),
            undone => undone,
        }
    }

    /// Redoes the last undone action and returns a short description of it.
    ///
    /// # Errors
    /// If nothing was undone since the last change.
    pub async fn redo(&self) -> Result<String, TimeTravelError> {
        self.travel(|_, past, _| past.forth().ok_or(TimeTravelError::NothingUndone))
            .await
    }

    /// Goes back to a step of the current branch and restores counters and clock. Step 0 is before the first step. A
    /// redo goes forward again; after a new change, the undone steps become a branch.
    ///
    /// # Errors
    /// If the step is not on the current line, or there was a change from outside after it.
    pub async fn go_back(&self, step: u64) -> Result<(), TimeTravelError> {
        self.travel(|journal, past, here| {
            if step != 0 && journal.place(step).is_none() {
                return Err(TimeTravelError::NoStep(step));
            }
            if step < journal.outside() {
                return Err(TimeTravelError::Outside(journal.outside()));
            }
            let Some(next) = journal.after(step) else {
                return Ok((here, ()));
            };
            past.back(here, format!("everything after step {step}"));
            let point = TimePoint {
                step,
                clock: next.clock,
            };
            Ok((point, ()))
        })
        .await
    }

    /// The step to which a redo goes; `None` if there is nothing to redo, or during a call.
    pub fn redo_goes_to(&self) -> Option<u64> {
        match self.0.course.try_lock() {
            Ok(course) => course.past.redo_goes_to(),
            Err(TryLockError::Poisoned(course)) => course.into_inner().past.redo_goes_to(),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// The branches: lines of steps that were undone before a new change.
    pub async fn branches(&self) -> Vec<Branch> {
        self.course().past.branches(&self.journal())
    }

    /// Goes to the branch that ends with a step; the current line becomes a branch.
    ///
    /// # Errors
    /// If there is no such branch, or if a change from outside on the current line was made after the branch started.
    pub async fn go_to_branch(&self, tip: u64) -> Result<(), TimeTravelError> {
        self.travel(|journal, past, here| {
            let point = past.switch(tip, here).ok_or(TimeTravelError::NoBranch(tip))?;
            match journal.meets(tip).0 < journal.outside() {
                true => Err(TimeTravelError::Outside(journal.outside())),
                false => Ok((point, ())),
            }
        })
        .await
    }
}

/// A short description of a change from outside.
fn moved(before: &Snapshot, after: &Snapshot, touch: &StoreDelta) -> String {
    let threads = match touch.threads().count() {
        0 => "no thread".to_string(),
        threads => count(threads, "thread"),
    };
    let (was, is) = (before.calls().total(), after.calls().total());
    match is.checked_sub(was) {
        Some(0) => format!("{threads} changed"),
        Some(calls) => format!("{threads} changed, {}", count(calls, "call")),
        None => format!("{threads} changed, counters reset"),
    }
}

/// A store that records every call in the journal of its workbench and forwards it.
pub struct ObservedStore {
    bench: Workbench,
    of: CallsOf,
    when: CallTime,
    last: AtomicU64,
}

/// What the calls through a store belong to.
enum CallsOf {
    /// One action.
    Action(ActionNumber),
    /// A client, with its name if it is known. Each call is an action.
    Client(Option<Arc<str>>),
}

impl ObservedStore {
    /// The workbench that it belongs to.
    pub fn bench(&self) -> &Workbench {
        &self.bench
    }

    /// The number of the last step that was made through this store; 0 if there is none.
    pub fn last_step(&self) -> u64 {
        self.last.load(Ordering::Relaxed)
    }

    /// Makes a call and records it with its parameters as they were sent.
    pub async fn request(&self, request: Request) -> ThreadStoreResult<Answer> {
        let (step, called) = self.bench.call_in(&self.of, request, self.when).await;
        self.last.store(step, Ordering::Relaxed);
        called.result
    }
}

impl StepStore for ObservedStore {
    async fn call(&self, step: Step) -> ThreadStoreResult<Answer> {
        self.request(step.into()).await
    }
}

impl SessionStore for ObservedStore {
    fn play(&self, request: Request, at: Option<DateTime<Utc>>) -> Playing<'_> {
        let when = at.map_or(self.when, CallTime::At);
        Box::pin(async move { self.bench.call_in(&self.of, request, when).await.1.into() })
    }

    fn pass(&self, at: DateTime<Utc>) {
        self.bench.inner().go_on_to(at);
    }

    fn counters(&self) -> Option<InMemoryThreadStoreCalls> {
        Some(self.bench.snapshot().calls())
    }

    /// Another store is not observed here. The observed store can be reached by its own id too.
    fn registered(&self, id: &str) -> Option<Arc<dyn SessionStore>> {
        let store = InMemoryThreadStore::for_id(id);
        match Arc::ptr_eq(&store, self.bench.inner()) {
            true => Some(match &self.of {
                CallsOf::Action(action) => self.bench.observed(*action, self.when),
                CallsOf::Client(name) => self.bench.client(name.as_deref()),
            }),
            false => Some(store),
        }
    }

    fn for_client(&self, name: &str) -> Option<Arc<dyn SessionStore>> {
        Some(self.bench.client(Some(name)))
    }
}

#[cfg(test)]
mod tests;
