//! The store itself: one lock guards state and clock. The lock is held only while the state changes; answers are built
//! after it is released.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::reply::PendingAnswer;
use super::state::StoreState;
use super::{InMemoryThreadStoreCalls, Snapshot};
use crate::contract::{Answer, Step, StepStore, ThreadStoreResult};

/// An in-memory thread store. Each call is atomic, and a store can be shared between any number of threads.
///
/// The store uses the system clock or a fixed time. Each call reads the clock once, under the same lock as its change, so all
/// times in an answer are equal (rule G4).
#[derive(Default)]
pub struct InMemoryThreadStore {
    state: Mutex<StoreState>,
}

/// The time of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CallTime {
    /// The current time of the store's clock.
    #[default]
    Now,
    /// Advances a fixed clock by one millisecond first, as between the steps of a scenario. Has no effect on the system
    /// clock.
    Next,
    /// This time. A fixed clock is set to this time; a store that uses the system clock continues to do so.
    At(DateTime<Utc>),
}

/// The result of a call, with the store directly before and after it.
#[derive(Debug)]
pub struct CallResult {
    /// The result of the method.
    pub result: ThreadStoreResult<Answer>,
    /// The time of the call, which both snapshots use.
    pub at: DateTime<Utc>,
    /// The store before the call, including its clock.
    pub before: Snapshot,
    /// The store after the call.
    pub after: Snapshot,
}

impl InMemoryThreadStore {
    /// Creates an empty, unregistered store with a fixed clock.
    pub fn standing_at(at: DateTime<Utc>) -> Self {
        let store = Self::default();
        store.stand_at(at);
        store
    }

    /// The time of a fixed clock; `None` if the store uses the system clock.
    pub fn clock(&self) -> Option<DateTime<Utc>> {
        self.state().clock
    }

    /// Fixes the clock at a time. Only [`restore`](Self::restore) can switch back to the system clock. To set the time of a
    /// single call, use [`call_at`](Self::call_at).
    pub fn stand_at(&self, at: DateTime<Utc>) {
        self.state().clock = Some(at);
    }

    /// Sets a fixed clock to a time. Has no effect if the store uses the system clock.
    pub fn go_on_to(&self, at: DateTime<Utc>) {
        let mut state = self.state();
        state.clock = state.clock.map(|_| at);
    }

    /// The call counters. This call is not counted (rule C4).
    #[expect(
        clippy::unused_async,
        reason = "the contract requires an async method for the counters (rule R4)"
    )]
    pub async fn calls(&self) -> InMemoryThreadStoreCalls {
        self.state().calls
    }

    /// Takes a snapshot of the whole store and its clock. The snapshot is not counted.
    pub fn snapshot(&self) -> Snapshot {
        let state = self.state();
        state.seen_at(state.now())
    }

    /// Restores the store from a snapshot, including its counters and its clock.
    pub fn restore(&self, snapshot: &Snapshot) {
        *self.state() = snapshot.state.clone();
    }

    /// Restores the store from `snapshot` if the store is still [the same](Snapshot::is_same_as) as in `still`, and
    /// returns whether it was restored. The check and the change are one atomic operation.
    pub fn restore_if(&self, still: &Snapshot, snapshot: &Snapshot) -> bool {
        let mut state = self.state();
        let is_same = state.is_same_as(&still.state);
        if is_same {
            *state = snapshot.state.clone();
        }
        is_same
    }

    /// Makes a call at a time and returns the result with snapshots of the store before and after it, as one atomic
    /// operation.
    pub fn call_at(&self, step: Step, when: CallTime) -> CallResult {
        let (reply, at, before, after) = {
            let mut state = self.state();
            let before = state.clone();
            let (reply, at) = state.call(step, when);
            (reply, at, before.seen_at(at), state.seen_at(at))
        };
        CallResult {
            result: reply.answer(at),
            at,
            before,
            after,
        }
    }

    /// Locks the state. Changes are complete before the lock is released, so a poisoned lock can be used.
    fn state(&self) -> MutexGuard<'_, StoreState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StoreState {
    fn call(&mut self, step: Step, when: CallTime) -> (PendingAnswer, DateTime<Utc>) {
        self.clock = match (self.clock, when) {
            (Some(_), CallTime::At(at)) => Some(at),
            (Some(at), CallTime::Next) => at.checked_add_signed(TimeDelta::milliseconds(1)).or(Some(at)),
            (clock, _) => clock,
        };
        let at = match when {
            CallTime::At(at) => at,
            CallTime::Now | CallTime::Next => self.now(),
        };
        (self.make(step), at)
    }
}

impl StepStore for InMemoryThreadStore {
    async fn call(&self, step: Step) -> ThreadStoreResult<Answer> {
        let (reply, at) = self.state().call(step, CallTime::Now);
        reply.answer(at)
    }
}
