//! The store itself: one lock, held for as long as a change takes; reads work on a snapshot outside it.

use std::any::Any;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::state::State;
use super::{Clock, InMemoryThreadStoreCalls, Snapshot, ThreadRecord};
use crate::contract::{
    AppendThreadItemsParams, ArchiveThreadParams, CreateThreadParams, ListThreadsParams,
    LoadThreadHistoryParams, Op, ReadThreadByRolloutPathParams, ReadThreadParams, ResumeThreadParams,
    StoredThread, StoredThreadHistory, ThreadPage, ThreadStore, ThreadStoreError, ThreadStoreFuture,
    ThreadStoreResult, UpdateThreadMetadataParams,
};
use crate::protocol::ThreadId;

/// A thread store in memory. Each call is atomic; a store can be shared between any number of threads.
#[derive(Default)]
pub struct InMemoryThreadStore {
    state: Mutex<State>,
    clock: Clock,
}

impl InMemoryThreadStore {
    /// An empty, unregistered store that reads its time from a clock.
    pub fn new(clock: Clock) -> Self {
        Self {
            state: Mutex::default(),
            clock,
        }
    }

    /// The clock that the store reads its time from.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The call counters. Asking for them is not counted (rule C4).
    #[expect(
        clippy::unused_async,
        reason = "the contract's counters are asked for asynchronously (rule R4)"
    )]
    pub async fn calls(&self) -> InMemoryThreadStoreCalls {
        self.state().calls
    }

    /// The whole store as it is now, uncounted.
    pub fn snapshot(&self) -> Snapshot {
        let state = self.state().clone();
        let clock = self.clock.stands();
        Snapshot {
            state,
            now: clock.unwrap_or_else(|| self.clock.now()),
            stands: clock.is_some(),
        }
    }

    /// Makes the store what it was when the snapshot was taken, counters included.
    pub fn restore(&self, snapshot: &Snapshot) {
        *self.state() = snapshot.state.clone();
    }

    /// A change is made whole before the lock is given back, so a panic elsewhere leaves nothing half-done.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call, failing ones included, before anything else (rule C1), and makes its change in the same breath.
    fn call<T>(&self, op: Op, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state();
        state.calls.count(op, 1);
        change(&mut state)
    }

    /// The methods of which this store keeps nothing but the count (rules A6, G5).
    fn only_count(&self, op: Op) -> ThreadStoreFuture<'_, ()> {
        Box::pin(async move {
            self.call(op, |_| ());
            Ok(())
        })
    }

    /// A created thread, with its history only if that was asked for (rules G2, G3).
    fn read(
        &self,
        id: ThreadId,
        record: Option<&ThreadRecord>,
        include_history: bool,
    ) -> ThreadStoreResult<StoredThread> {
        let mut thread = record
            .and_then(|record| record.project(|| self.clock.now()))
            .ok_or(ThreadStoreError::ThreadNotFound { thread_id: id })?;
        if include_history {
            let items = record
                .and_then(|record| record.history.as_ref())
                .map(|history| history.to_vec());
            thread.history = Some(StoredThreadHistory {
                thread_id: id,
                items: items.unwrap_or_default(),
            });
        }
        Ok(thread)
    }
}

impl ThreadStore for InMemoryThreadStore {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn create_thread(&self, params: CreateThreadParams) -> ThreadStoreFuture<'_, ()> {
        Box::pin(async move {
            self.call(Op::CreateThread, |state| state.create(params));
            Ok(())
        })
    }

    fn resume_thread(&self, params: ResumeThreadParams) -> ThreadStoreFuture<'_, ()> {
        Box::pin(async move {
            self.call(Op::ResumeThread, |state| state.resume(params));
            Ok(())
        })
    }

    fn append_items(&self, params: AppendThreadItemsParams) -> ThreadStoreFuture<'_, ()> {
        Box::pin(async move {
            self.call(Op::AppendItems, |state| state.append(params));
            Ok(())
        })
    }

    fn persist_thread(&self, _thread_id: ThreadId) -> ThreadStoreFuture<'_, ()> {
        self.only_count(Op::PersistThread)
    }

    fn flush_thread(&self, _thread_id: ThreadId) -> ThreadStoreFuture<'_, ()> {
        self.only_count(Op::FlushThread)
    }

    fn shutdown_thread(&self, _thread_id: ThreadId) -> ThreadStoreFuture<'_, ()> {
        self.only_count(Op::ShutdownThread)
    }

    fn discard_thread(&self, _thread_id: ThreadId) -> ThreadStoreFuture<'_, ()> {
        self.only_count(Op::DiscardThread)
    }

    fn load_history(&self, params: LoadThreadHistoryParams) -> ThreadStoreFuture<'_, StoredThreadHistory> {
        Box::pin(async move {
            let id = params.thread_id;
            let record = self.call(Op::LoadHistory, |state| state.thread(id).cloned());
            match record.as_ref().and_then(|record| record.history.as_ref()) {
                Some(history) => Ok(StoredThreadHistory {
                    thread_id: id,
                    items: history.to_vec(),
                }),
                None => Err(ThreadStoreError::ThreadNotFound { thread_id: id }),
            }
        })
    }

    fn read_thread(&self, params: ReadThreadParams) -> ThreadStoreFuture<'_, StoredThread> {
        Box::pin(async move {
            let id = params.thread_id;
            let record = self.call(Op::ReadThread, |state| state.thread(id).cloned());
            self.read(id, record.as_deref(), params.include_history)
        })
    }

    fn read_thread_by_rollout_path(
        &self,
        params: ReadThreadByRolloutPathParams,
    ) -> ThreadStoreFuture<'_, StoredThread> {
        Box::pin(async move {
            let (id, record) = self.call(Op::ReadThreadByRolloutPath, |state| {
                let id = state.owner(&params.rollout_path)?;
                ThreadStoreResult::Ok((id, state.thread(id).cloned()))
            })?;
            // A path can belong to a thread that nobody created (rule P3).
            self.read(id, record.as_deref(), params.include_history)
        })
    }

    fn list_threads(&self, _params: ListThreadsParams) -> ThreadStoreFuture<'_, ThreadPage> {
        Box::pin(async move {
            let state = self.call(Op::ListThreads, |state| state.clone());
            let mut items = Vec::with_capacity(state.listed());
            items.extend(
                state
                    .threads()
                    .filter_map(|record| record.project(|| self.clock.now())),
            );
            Ok(ThreadPage {
                items,
                next_cursor: None,
            })
        })
    }

    fn update_thread_metadata(
        &self,
        params: UpdateThreadMetadataParams,
    ) -> ThreadStoreFuture<'_, StoredThread> {
        Box::pin(async move {
            let id = params.thread_id;
            let record = self.call(Op::UpdateThreadMetadata, |state| {
                state.update(&params);
                state.thread(id).cloned()
            });
            self.read(id, record.as_deref(), false)
        })
    }

    fn archive_thread(&self, _params: ArchiveThreadParams) -> ThreadStoreFuture<'_, ()> {
        self.only_count(Op::ArchiveThread)
    }

    fn unarchive_thread(&self, params: ArchiveThreadParams) -> ThreadStoreFuture<'_, StoredThread> {
        Box::pin(async move {
            let id = params.thread_id;
            let record = self.call(Op::UnarchiveThread, |state| state.thread(id).cloned());
            self.read(id, record.as_deref(), false)
        })
    }
}
