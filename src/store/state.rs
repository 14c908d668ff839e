//! The store's state: what each counted method changes in it, and the snapshot that shares it.
//!
//! All maps are persistent, so a clone costs a few pointers. Which thread a path belongs to and which of a thread's paths
//! was registered last are both found without walking the paths.

mod parts;
mod touch;

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use imbl::ordmap::DiffItem;
use imbl::{HashMap, OrdMap};
use uuid::Uuid;

use super::reply::{Reply, Wanted};
use super::{InMemoryThreadStoreCalls, ThreadRecord};
use crate::contract::{
    AppendThreadItemsParams, CreateThreadParams, Op, ResumeThreadParams, Step, ThreadStoreError,
    ThreadStoreResult, UpdateThreadMetadataParams,
};
use crate::protocol::ThreadId;

pub use parts::{Misfit, Parts, SnapshotBuilder};
pub use touch::Touch;

/// A thread's record; equal only to itself, so that two states are compared without reading their threads.
#[derive(Clone, Debug)]
struct Kept(Arc<ThreadRecord>);

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// A thread's record before and after something; `None` where there is none.
pub type Turned<'a> = (Option<&'a Arc<ThreadRecord>>, Option<&'a Arc<ThreadRecord>>);

/// Everything that the store's lock guards.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub calls: InMemoryThreadStoreCalls,
    /// The moment at which the clock stands; without one it is the system's.
    pub clock: Option<DateTime<Utc>>,
    threads: OrdMap<Uuid, Kept>,
    listed: usize,
    /// Which thread a path belongs to, and the place of the path in that thread's order of registering.
    paths: HashMap<Arc<Path>, (ThreadId, u64)>,
    registered: u64,
}

impl State {
    fn record(&mut self, id: ThreadId) -> &mut ThreadRecord {
        let new = || Kept(Arc::new(ThreadRecord::new(id)));
        Arc::make_mut(&mut self.threads.entry(id.uuid()).or_insert_with(new).0)
    }

    /// What the clock shows.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.unwrap_or_else(Utc::now)
    }

    /// The store as it is, looked at at a moment.
    pub fn seen_at(&self, now: DateTime<Utc>) -> Snapshot {
        Snapshot {
            state: self.clone(),
            now,
        }
    }

    /// Whether counters, threads and with them paths are the same.
    pub fn is_same_as(&self, other: &Self) -> bool {
        let threads = || self.threads.ptr_eq(&other.threads) || self.changes_since(other).next().is_none();
        self.calls == other.calls && self.registered == other.registered && threads()
    }

    /// The threads that are others here than in another state, as they were there and as they are here.
    fn changes_since<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = Turned<'a>> {
        before.threads.diff(&self.threads).map(|change| match change {
            DiffItem::Add(_, after) => (None, Some(&after.0)),
            DiffItem::Update { old, new } => (Some(&old.1.0), Some(&new.1.0)),
            DiffItem::Remove(_, before) => (Some(&before.0), None),
        })
    }

    /// Counts a call, failing ones included, before anything else (rule C1), makes its change, and keeps what its answer
    /// is made of.
    pub fn make(&mut self, step: Step) -> Reply {
        self.calls.count(step.op(), 1);
        match step {
            Step::CreateThread(params) => self.create(params),
            Step::ResumeThread(params) => self.resume(params),
            Step::AppendItems(params) => self.append(params),
            // Of these the store keeps nothing but the count (rules A6, G5).
            Step::PersistThread(_)
            | Step::FlushThread(_)
            | Step::ShutdownThread(_)
            | Step::DiscardThread(_)
            | Step::ArchiveThread(_) => {}
            Step::LoadHistory(params) => return self.reply(params.thread_id, Wanted::History),
            Step::ReadThread(params) => {
                return self.reply(params.thread_id, Wanted::thread(params.include_history));
            }
            Step::ReadThreadByRolloutPath(params) => {
                return match self.owner(&params.rollout_path) {
                    // A path can belong to a thread that nobody created (rule P3).
                    Ok(id) => self.reply(id, Wanted::thread(params.include_history)),
                    Err(error) => Reply::Failed(error),
                };
            }
            Step::UpdateThreadMetadata(params) => {
                self.update(&params);
                return self.reply(params.thread_id, Wanted::Thread);
            }
            Step::UnarchiveThread(params) => return self.reply(params.thread_id, Wanted::Thread),
            Step::ListThreads(_) => return Reply::List(self.clone()),
            Step::ListTurns(_) => return Reply::Failed(unsupported(Op::ListTurns)),
            Step::ListItems(_) => return Reply::Failed(unsupported(Op::ListItems)),
        }
        Reply::Done
    }

    fn reply(&self, id: ThreadId, wanted: Wanted) -> Reply {
        Reply::Of(id, self.thread(id).cloned(), wanted)
    }

    /// Rule A1: never fails, keeps the history, replaces the parameters.
    fn create(&mut self, params: CreateThreadParams) {
        let record = self.record(params.thread_id);
        let first = !record.is_listed();
        record.history.get_or_insert_default();
        record.create = Some(Arc::new(params));
        self.listed += usize::from(first);
    }

    /// Rule A4: a history entry and perhaps a path; nothing else that the parameters say.
    fn resume(&mut self, params: ResumeThreadParams) {
        let id = params.thread_id;
        self.record(id).history.get_or_insert_default();
        let Some(path) = params.rollout_path.map(Arc::<Path>::from) else {
            return;
        };
        self.registered += 1;
        let place = self.registered;
        // A map keeps the key that it has when an equal one comes, so the former one goes first.
        if let Some((owner, former)) = self.paths.remove(&path) {
            self.record(owner).remove_path(former);
        }
        self.paths.insert(Arc::clone(&path), (id, place));
        self.record(id).add_path(place, path);
    }

    /// Rule A5: any items, any id.
    fn append(&mut self, params: AppendThreadItemsParams) {
        self.record(params.thread_id).append(params.items.into());
    }

    /// Rules M1 and M2: the patch is kept whatever the id, and makes no history.
    pub fn update(&mut self, params: &UpdateThreadMetadataParams) {
        let patch = self.record(params.thread_id).patch.get_or_insert_default();
        Arc::make_mut(patch).merge(&params.patch);
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

    /// Rules P1 and P4: only what a resume registered, compared by components.
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

/// The whole store as it was at one moment. Taking and cloning one costs a few pointers; looking at it counts nothing.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(super) state: State,
    pub(super) now: DateTime<Utc>,
}

impl Snapshot {
    /// The call counters.
    pub fn calls(&self) -> InMemoryThreadStoreCalls {
        self.state.calls
    }

    /// What the store's clock showed, or the moment of the call that this was taken for.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The moment at which the store's clock stood, if it did.
    pub fn clock(&self) -> Option<DateTime<Utc>> {
        self.state.clock
    }

    /// What is kept of a thread.
    pub fn thread(&self, id: ThreadId) -> Option<&Arc<ThreadRecord>> {
        self.state.thread(id)
    }

    /// Every id that the store knows in any way, ascending by the id's text (rule L2).
    pub fn threads(&self) -> impl DoubleEndedIterator<Item = &Arc<ThreadRecord>> {
        self.state.threads()
    }

    /// The threads that are others here than in another snapshot, each as it was there and as it is here. What the two
    /// share is passed over, so that it costs what has changed between two moments of one store.
    pub fn changes_since<'a>(&'a self, before: &'a Snapshot) -> impl Iterator<Item = Turned<'a>> {
        self.state.changes_since(&before.state)
    }

    /// Whether no thread has changed between the two, found without looking at one.
    pub fn has_threads_of(&self, other: &Snapshot) -> bool {
        self.state.threads.ptr_eq(&other.state.threads)
    }

    /// Whether nothing was done in a store between the two: counters, threads and paths are the same ones; where the clock
    /// stands is not compared. Costs what has changed.
    pub fn is_same_as(&self, other: &Snapshot) -> bool {
        self.state.is_same_as(&other.state)
    }

    /// How many ids the store knows in any way.
    pub fn len(&self) -> usize {
        self.state.threads.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.state.threads.is_empty()
    }

    /// The store as an update would leave it, by the same code that would do it; the store itself is not touched.
    #[must_use]
    pub fn after_update(&self, params: &UpdateThreadMetadataParams) -> Snapshot {
        let mut state = self.state.clone();
        state.update(params);
        Snapshot { state, now: self.now }
    }

    /// How many threads were created, which is how many a list returns.
    pub fn listed(&self) -> usize {
        self.state.listed()
    }

    /// How many times a path was registered so far.
    pub fn registered(&self) -> u64 {
        self.state.registered
    }

    /// The thread that a registered rollout path belongs to.
    pub fn owner(&self, path: &Path) -> Option<ThreadId> {
        self.state.owner(path).ok()
    }
}
