//! What a session needs of the store that it plays on: a call at a moment, and as much of the store around it as is known.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::contract::{Answer, Step, ThreadStore, ThreadStoreResult, carry};
use crate::store::{Called, InMemoryThreadStore, InMemoryThreadStoreCalls, Snapshot, When};
use crate::workbench::ObservedStore;

/// A call under way.
pub type Playing<'a> = Pin<Box<dyn Future<Output = PlayedCall> + Send + 'a>>;

/// A store on which a [`Session`](super::Session) can play. Of a plain [`ThreadStore`] nothing is known but its answers: it
/// goes by its own clock, and what a scenario expects of its counters cannot be judged. More is known of an in-memory or an
/// observed store, also of one that is given as a `dyn ThreadStore`.
pub trait SessionStore: Send + Sync {
    /// Makes a call: at a moment, if there is one and the store's clock can be set, else when the store's clock says.
    fn play(&self, step: Step, at: Option<DateTime<Utc>>) -> Playing<'_>;

    /// A step that is no call takes its moment as well: a clock that stands goes on to it.
    fn pass(&self, at: DateTime<Utc>);

    /// The call counters, if they are known. Asking for them counts nothing.
    fn counters(&self) -> Option<InMemoryThreadStoreCalls>;

    /// The store registered under an id, of the same kind as this one; `None` if stores of this kind have no ids.
    fn registered(&self, id: &str) -> Option<Arc<dyn SessionStore>> {
        let _ = id;
        None
    }
}

/// What was seen of a call.
#[derive(Debug)]
pub struct PlayedCall {
    /// What came back.
    pub result: ThreadStoreResult<Answer>,
    /// The moment that it saw, if that is known.
    pub at: Option<DateTime<Utc>>,
    /// The store right before it, if that is known.
    pub before: Option<Snapshot>,
    /// The call counters right before and right after it, if they are known.
    pub calls: Option<[InMemoryThreadStoreCalls; 2]>,
}

impl From<Called> for PlayedCall {
    fn from(called: Called) -> Self {
        Self {
            result: called.result,
            at: Some(called.at),
            calls: Some([called.before.calls(), called.after.calls()]),
            before: Some(called.before),
        }
    }
}

impl SessionStore for InMemoryThreadStore {
    fn play(&self, step: Step, at: Option<DateTime<Utc>>) -> Playing<'_> {
        Box::pin(async move { self.call_at(step, at.map_or(When::Now, When::At)).into() })
    }

    fn pass(&self, at: DateTime<Utc>) {
        self.go_on_to(at);
    }

    fn counters(&self) -> Option<InMemoryThreadStoreCalls> {
        Some(self.snapshot().calls())
    }

    fn registered(&self, id: &str) -> Option<Arc<dyn SessionStore>> {
        Some(Self::for_id(id))
    }
}

impl SessionStore for dyn ThreadStore {
    fn play(&self, step: Step, at: Option<DateTime<Utc>>) -> Playing<'_> {
        if let Some(known) = known(self) {
            return known.play(step, at);
        }
        Box::pin(async move {
            PlayedCall {
                result: carry(self, step).await,
                at: None,
                before: None,
                calls: None,
            }
        })
    }

    fn pass(&self, at: DateTime<Utc>) {
        if let Some(known) = known(self) {
            known.pass(at);
        }
    }

    fn counters(&self) -> Option<InMemoryThreadStoreCalls> {
        known(self)?.counters()
    }

    fn registered(&self, id: &str) -> Option<Arc<dyn SessionStore>> {
        known(self)?.registered(id)
    }
}

/// The store as one of which more is known than its answers, if it is one.
fn known(store: &dyn ThreadStore) -> Option<&dyn SessionStore> {
    let store = store.as_any();
    let memory = store
        .downcast_ref::<InMemoryThreadStore>()
        .map(|store| store as &dyn SessionStore);
    memory.or_else(|| {
        store
            .downcast_ref::<ObservedStore>()
            .map(|store| store as &dyn SessionStore)
    })
}

impl<S: SessionStore + ?Sized> SessionStore for Arc<S> {
    fn play(&self, step: Step, at: Option<DateTime<Utc>>) -> Playing<'_> {
        (**self).play(step, at)
    }

    fn pass(&self, at: DateTime<Utc>) {
        (**self).pass(at);
    }

    fn counters(&self) -> Option<InMemoryThreadStoreCalls> {
        (**self).counters()
    }

    fn registered(&self, id: &str) -> Option<Arc<dyn SessionStore>> {
        (**self).registered(id)
    }
}
