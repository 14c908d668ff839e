//! The store itself: one lock over state and clock, held for as long as a change takes; answers are put together outside
//! it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::reply::Reply;
use super::state::State;
use super::{InMemoryThreadStoreCalls, Snapshot};
use crate::contract::{Answer, Step, StepStore, ThreadStoreResult};

/// A thread store in memory. Each call is atomic; a store can be shared between any number of threads.
///
/// Its clock is the system's, or stands at a moment. It is read once in a call, under the lock that the call's change is
/// made under, so all times that one call answers with are the same (rule G4).
#[derive(Default)]
pub struct InMemoryThreadStore {
    state: Mutex<State>,
}

/// The moment that a call sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum When {
    /// What the store's clock shows.
    #[default]
    Now,
    /// A clock that stands goes on by a millisecond first, as it does from step to step of a scenario; the system's shows
    /// what it shows.
    Next,
    /// This one. A clock that stands then stands there; the system's stays the system's.
    At(DateTime<Utc>),
}

/// A call that was made, and the store right before and right after it.
#[derive(Debug)]
pub struct Called {
    /// What came back.
    pub result: ThreadStoreResult<Answer>,
    /// The moment that it saw, which both snapshots show.
    pub at: DateTime<Utc>,
    /// The store as the call found it, with the clock where it stood then.
    pub before: Snapshot,
    /// The store as the call left it.
    pub after: Snapshot,
}

impl InMemoryThreadStore {
    /// An empty, unregistered store whose clock stands at a moment.
    pub fn standing_at(at: DateTime<Utc>) -> Self {
        let store = Self::default();
        store.stand_at(at);
        store
    }

    /// The moment at which the clock stands; `None` if it is the system's.
    pub fn clock(&self) -> Option<DateTime<Utc>> {
        self.state().clock
    }

    /// Lets the clock stand at a moment from now on. Only [`restore`](Self::restore) makes it the system's again; a single
    /// call at a moment is [`call_at`](Self::call_at)'s matter.
    pub fn stand_at(&self, at: DateTime<Utc>) {
        self.state().clock = Some(at);
    }

    /// Lets a clock that stands go on to a moment; the system's stays the system's.
    pub fn go_on_to(&self, at: DateTime<Utc>) {
        let mut state = self.state();
        state.clock = state.clock.map(|_| at);
    }

    /// The call counters. Asking for them is not counted (rule C4).
    #[expect(
        clippy::unused_async,
        reason = "the contract's counters are asked for asynchronously (rule R4)"
    )]
    pub async fn calls(&self) -> InMemoryThreadStoreCalls {
        self.state().calls
    }

    /// The whole store as it is now and its clock, uncounted.
    pub fn snapshot(&self) -> Snapshot {
        let state = self.state();
        state.seen_at(state.now())
    }

    /// Makes the store what it was when the snapshot was taken, counters and clock included.
    pub fn restore(&self, snapshot: &Snapshot) {
        *self.state() = snapshot.state.clone();
    }

    /// Does the same if the store is still [the same](Snapshot::is_same_as) as in another snapshot; else nothing, and gives
    /// false. Nothing can be called in between.
    pub fn restore_if(&self, still: &Snapshot, snapshot: &Snapshot) -> bool {
        let mut state = self.state();
        let is_same = state.is_same_as(&still.state);
        if is_same {
            *state = snapshot.state.clone();
        }
        is_same
    }

    /// Makes a call at a moment, and tells the store around it, all in one: no other call and no snapshot comes in between.
    pub fn call_at(&self, step: Step, when: When) -> Called {
        let (reply, at, before, after) = {
            let mut state = self.state();
            let before = state.clone();
            let (reply, at) = state.call(step, when);
            (reply, at, before.seen_at(at), state.seen_at(at))
        };
        Called {
            result: reply.answer(at),
            at,
            before,
            after,
        }
    }

    /// A change is made whole before the lock is given back, so a panic elsewhere leaves nothing half-done.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn call(&mut self, step: Step, when: When) -> (Reply, DateTime<Utc>) {
        self.clock = match (self.clock, when) {
            (Some(_), When::At(at)) => Some(at),
            (Some(at), When::Next) => at.checked_add_signed(TimeDelta::milliseconds(1)).or(Some(at)),
            (clock, _) => clock,
        };
        let at = match when {
            When::At(at) => at,
            When::Now | When::Next => self.now(),
        };
        (self.make(step), at)
    }
}

impl StepStore for InMemoryThreadStore {
    async fn call(&self, step: Step) -> ThreadStoreResult<Answer> {
        let (reply, at) = self.state().call(step, When::Now);
        reply.answer(at)
    }
}
