//! The store's state, how each counted method changes it, and snapshots of it.
//!
//! All maps are persistent, so a clone only copies a few pointers. Looking up the thread of a path, or the last registered
//! path of a thread, does not iterate over the paths.

mod parts;
mod touch;

use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use imbl::ordmap::DiffItem;
use imbl::{HashMap, OrdMap};
use uuid::Uuid;

use super::reply::{PendingAnswer, ThreadPart};
use super::{InMemoryThreadStoreCalls, ThreadRecord};
use crate::contract::{
    AppendThreadItemsParams, CreateThreadParams, Op, ResumeThreadParams, Step, ThreadStoreError,
    ThreadStoreResult, UpdateThreadMetadataParams,
};
use crate::protocol::ThreadId;

pub use parts::{SnapshotBuilder, ThreadParts, ThreadPartsError};
pub use touch::StoreDelta;

/// A thread's record, compared by pointer, so that comparing two states does not read their threads.
#[derive(Clone, Debug)]
struct SharedRecord(Arc<ThreadRecord>);

impl PartialEq for SharedRecord {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// A thread's record before and after a change; `None` if there is none.
pub type RecordChange<'a> = (Option<&'a Arc<ThreadRecord>>, Option<&'a Arc<ThreadRecord>>);

/// Everything that the store's lock guards.
#[derive(Clone, Debug, Default)]
pub(super) struct StoreState {
    pub calls: InMemoryThreadStoreCalls,
    /// The time of the fixed clock; `None` if the store uses the system clock.
    pub clock: Option<DateTime<Utc>>,
    threads: OrdMap<Uuid, SharedRecord>,
    listed: usize,
    /// The thread that each path belongs to, and the number of the path in the order of registration.
    paths: HashMap<Arc<Path>, (ThreadId, u64)>,
    registered: u64,
}

impl StoreState {
    fn record(&mut self, id: ThreadId) -> &mut ThreadRecord {
        let new = || SharedRecord(Arc::new(ThreadRecord::new(id)));
        Arc::make_mut(&mut self.threads.entry(id.uuid()).or_insert_with(new).0)
    }

    /// The current time of the clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.unwrap_or_else(Utc::now)
    }

    /// A snapshot of the state, read at the time `now`.
    pub fn seen_at(&self, now: DateTime<Utc>) -> Snapshot {
        Snapshot {
            state: self.clone(),
            now,
        }
    }

    /// Whether counters and threads, including their paths, are the same.
    pub fn is_same_as(&self, other: &Self) -> bool {
        let threads = || self.threads.ptr_eq(&other.threads) || self.changes_since(other).next().is_none();
        self.calls == other.calls && self.registered == other.registered && threads()
    }

    /// The threads that differ from another state, each in both versions.
    fn changes_since<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = RecordChange<'a>> {
        before.threads.diff(&self.threads).map(|change| match change {
            DiffItem::Add(_, after) => (None, Some(&after.0)),
            DiffItem::Update { old, new } => (Some(&old.1.0), Some(&new.1.0)),
            DiffItem::Remove(_, before) => (Some(&before.0), None),
        })
    }

    /// Makes a call: counts it first, so that failed calls are counted too (rule C1), makes its change, and collects
    /// the data for its answer.
    pub fn make(&mut self, step: Step) -> PendingAnswer {
        self.calls.count(step.op(), 1);
        match step {
            Step::CreateThread(params) => self.create(params),
            Step::ResumeThread(params) => self.resume(params),
            Step::AppendItems(params) => self.append(params),
            // These calls are only counted (rules A6, G5).
            Step::PersistThread(_)
            | Step::FlushThread(_)
            | Step::ShutdownThread(_)
            | Step::DiscardThread(_)
            | Step::ArchiveThread(_) => {}
            Step::LoadHistory(params) => return self.reply(params.thread_id, ThreadPart::History),
            Step::ReadThread(params) => {
                return self.reply(params.thread_id, ThreadPart::thread(params.include_history));
            }
            Step::ReadThreadByRolloutPath(params) => {
                return match self.owner(&params.rollout_path) {
                    // A path can belong to a thread that was never created (rule P3).
                    Ok(id) => self.reply(id, ThreadPart::thread(params.include_history)),
                    Err(error) => PendingAnswer::Failed(error),
                };
            }
            Step::UpdateThreadMetadata(params) => {
                self.update(&params);
                return self.reply(params.thread_id, ThreadPart::Thread);
            }
            Step::UnarchiveThread(params) => return self.reply(params.thread_id, ThreadPart::Thread),
            Step::ListThreads(_) => return PendingAnswer::List(self.clone()),
            Step::ListTurns(_) => return PendingAnswer::Failed(unsupported(Op::ListTurns)),
            Step::ListItems(_) => return PendingAnswer::Failed(unsupported(Op::ListItems)),
        }
        PendingAnswer::Done
    }

    fn reply(&self, id: ThreadId, wanted: ThreadPart) -> PendingAnswer {
        PendingAnswer::Of(id, self.thread(id).cloned(), wanted)
    }

    /// Always succeeds, keeps the history and replaces the parameters (rule A1).
    fn create(&mut self, params: CreateThreadParams) {
        let record = self.record(params.thread_id);
        let first = !record.is_listed();
        record.history.get_or_insert_default();
        record.create = Some(Arc::new(params));
        self.listed += usize::from(first);
    }

    /// Starts a history and registers the path, if given; ignores all other parameters (rule A4).
    fn resume(&mut self, params: ResumeThreadParams) {
        let id = params.thread_id;
        self.record(id).history.get_or_insert_default();
        if let Some(path) = params.rollout_path {
            self.register(id, path.into());
        }
    }

    /// Registers a path as the last one.
    fn register(&mut self, id: ThreadId, path: Arc<Path>) {
        self.registered += 1;
        let place = self.registered;
        // A path that is registered again keeps its first spelling (rule P5).
        let path = match self.paths.remove_with_key(&path) {
            Some((first, (owner, former))) => {
                self.record(owner).remove_path(former);
                first
            }
            None => path,
        };
        self.paths.insert(Arc::clone(&path), (id, place));
        self.record(id).add_path(place, path);
    }

    /// Replaces a thread and its paths with those of another state; if `other` is `None`, removes the thread.
    fn replace(&mut self, id: ThreadId, other: Option<&ThreadRecord>) {
        if let Some(before) = self.threads.remove(&id.uuid()) {
            self.listed -= usize::from(before.0.is_listed());
            for path in before.0.rollout_paths() {
                self.paths.remove(path);
            }
        }
        if let Some(other) = other {
            let record = other.without_paths();
            self.listed += usize::from(record.is_listed());
            self.threads.insert(id.uuid(), SharedRecord(Arc::new(record)));
            for path in other.rollout_paths() {
                self.register(id, path.into());
            }
        }
    }

    /// Appends any items to any id (rule A5).
    fn append(&mut self, params: AppendThreadItemsParams) {
        self.record(params.thread_id).append(params.items.into());
    }

    /// Keeps the patch for any id, without starting a history (rules M1 and M2).
    pub fn update(&mut self, params: &UpdateThreadMetadataParams) {
        self.record(params.thread_id).merge(&params.patch);
    }

    pub fn thread(&self, id: ThreadId) -> Option<&Arc<ThreadRecord>> {
        self.threads.get(&id.uuid()).map(|kept| &kept.0)
    }

    pub fn threads(&self) -> impl DoubleEndedIterator<Item = &Arc<ThreadRecord>> {
        self.threads.values().map(|kept| &kept.0)
    }

    pub fn listed(&self) -> usize {
        self.listed
    }

    /// Finds only paths that a resume registered, compared by components (rules P1 and P4).
    pub fn owner(&self, path: &Path) -> ThreadStoreResult<ThreadId> {
        match self.paths.get(path) {
            Some((id, _)) => Ok(*id),
            None => Err(ThreadStoreError::InvalidRequest {
                message: format!(
                    "in-memory thread store does not know rollout path {}",
                    path.display()
                ),
            }),
        }
    }
}

fn unsupported(op: Op) -> ThreadStoreError {
    ThreadStoreError::Unsupported { operation: op.name() }
}

/// The whole store at one point in time. Taking or cloning a snapshot copies a few pointers; reading it is not counted.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(super) state: StoreState,
    pub(super) now: DateTime<Utc>,
}

impl Snapshot {
    /// The call counters.
    pub fn calls(&self) -> InMemoryThreadStoreCalls {
        self.state.calls
    }

    /// The time of the store's clock, or of the call that the snapshot was taken for.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The time of the store's fixed clock; `None` if it used the system clock.
    pub fn clock(&self) -> Option<DateTime<Utc>> {
        self.state.clock
    }

    /// The record of a thread, if the store has one.
    pub fn thread(&self, id: ThreadId) -> Option<&Arc<ThreadRecord>> {
        self.state.thread(id)
    }

    /// All ids that have a record, sorted by id as text (rule L2).
    pub fn threads(&self) -> impl DoubleEndedIterator<Item = &Arc<ThreadRecord>> {
        self.state.threads()
    }

    /// The [`threads`](Self::threads) with greater ids than this one; all of them if it is `None`.
    pub fn threads_after(&self, id: Option<ThreadId>) -> impl Iterator<Item = &Arc<ThreadRecord>> {
        let after = id.map_or(Bound::Unbounded, |id| Bound::Excluded(id.uuid()));
        let rest = self.state.threads.range((after, Bound::Unbounded));
        rest.map(|(_, kept)| &kept.0)
    }

    /// The ids of [`threads`](Self::threads), without reading the records.
    pub fn ids(&self) -> impl Iterator<Item = ThreadId> {
        self.state.threads.keys().copied().map(ThreadId::from)
    }

    /// The threads that differ from another snapshot, each in both versions. Shared parts are skipped, so for two
    /// snapshots of one store the cost depends only on the number of changes between them.
    pub fn changes_since<'a>(&'a self, before: &'a Snapshot) -> impl Iterator<Item = RecordChange<'a>> {
        self.state.changes_since(&before.state)
    }

    /// Whether no thread has changed between the two snapshots. Does not read the threads.
    pub fn has_threads_of(&self, other: &Snapshot) -> bool {
        self.state.threads.ptr_eq(&other.state.threads)
    }

    /// Whether counters, threads and paths are the same in both snapshots of a store; clocks are not compared. The cost
    /// depends on the number of changes.
    pub fn is_same_as(&self, other: &Snapshot) -> bool {
        self.state.is_same_as(&other.state)
    }

    /// The number of ids that have a record.
    pub fn len(&self) -> usize {
        self.state.threads.len()
    }

    /// Whether no id has a record.
    pub fn is_empty(&self) -> bool {
        self.state.threads.is_empty()
    }

    /// The store as an update would change it, computed by the same code. The store itself does not change.
    #[must_use]
    pub fn after_update(&self, params: &UpdateThreadMetadataParams) -> Snapshot {
        let mut state = self.state.clone();
        state.update(params);
        Snapshot { state, now: self.now }
    }

    /// The store with a thread as it is in another snapshot. Counters and the order of other paths do not change.
    #[must_use]
    pub fn with_thread_of(&self, id: ThreadId, other: &Snapshot) -> Snapshot {
        let mut state = self.state.clone();
        state.replace(id, other.thread(id).map(|record| &**record));
        Snapshot { state, now: self.now }
    }

    /// The number of created threads, which is the number that a list returns.
    pub fn listed(&self) -> usize {
        self.state.listed()
    }

    /// The number of path registrations so far.
    pub fn registered(&self) -> u64 {
        self.state.registered
    }

    /// The thread that a registered rollout path belongs to.
    pub fn owner(&self, path: &Path) -> Option<ThreadId> {
        self.state.owner(path).ok()
    }
}
