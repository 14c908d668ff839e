//! The store of a session. The store makes a call at a given time, and exposes its clock and counters as far as they
//! are known.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::answer::Returned;
use super::judge::Verdict;
use super::left_open::LeftOpen;
use crate::contract::{ThreadStore, carry};
use crate::store::{CallResult, CallTime, InMemoryThreadStore, InMemoryThreadStoreCalls, Snapshot};
use crate::workbench::{ObservedStore, Request};

/// The future of a call.
pub type Playing<'a> = Pin<Box<dyn Future<Output = PlayedCall> + Send + 'a>>;

/// A store on which a [`ScenarioSession`](super::ScenarioSession) can play steps. For any other [`ThreadStore`], only the answers are
/// known: it uses its own clock, and expectations for its counters cannot be judged. In-memory and observed stores
/// expose more, even if they are passed as a `dyn ThreadStore`.
pub trait SessionStore: Send + Sync {
    /// Makes a call. If `at` is given and the store's clock can be set, the call uses that time; otherwise it uses
    /// the time of the store's clock.
    fn play(&self, request: Request, at: Option<DateTime<Utc>>) -> Playing<'_>;

    /// Sets a fixed clock to the time of a step that does not call the store. Has no effect if the store's clock is
    /// not fixed.
    fn pass(&self, at: DateTime<Utc>);

    /// The call counters, if they are known. This does not increment a counter.
    fn counters(&self) -> Option<InMemoryThreadStoreCalls>;

    /// Answers a step that reads the counters, at the given time.
    fn read_counters(&self, at: Option<DateTime<Utc>>) -> Playing<'_> {
        if let Some(at) = at {
            self.pass(at);
        }
        let calls = self.counters();
        Box::pin(ready(PlayedCall {
            returned: match calls {
                Some(calls) => Returned::Calls(calls),
                None => Returned::Error("unsupported", NO_COUNTERS.to_string()),
            },
            at,
            before: None,
            calls: calls.map(|calls| [calls, calls]),
            compared: None,
            left_open: None,
        }))
    }

    /// The same store, for calls by the client with this name. `None` if the store does not record who calls it.
    fn for_client(&self, name: &str) -> Option<Arc<dyn SessionStore>> {
        let _ = name;
        None
    }

    /// The store of the same type that is registered under an id; `None` if stores of this type have no ids.
    fn registered(&self, id: &str) -> Option<Arc<dyn SessionStore>> {
        let _ = id;
        None
    }
}

/// The error for a step that reads the counters of a store without known counters.
const NO_COUNTERS: &str = "the store does not expose its counters";

/// The result of a call, and what is known about it.
#[derive(Debug)]
pub struct PlayedCall {
    /// The answer or the error.
    pub returned: Returned,
    /// The time that the call used, if it is known.
    pub at: Option<DateTime<Utc>>,
    /// The store directly before the call, if it is known.
    pub before: Option<Snapshot>,
    /// The call counters directly before and directly after the call, if they are known.
    pub calls: Option<[InMemoryThreadStoreCalls; 2]>,
    /// The result of comparing the answer with that of another store. If there is such a result, the expectation of the
    /// step is not judged.
    pub compared: Option<Verdict>,
    /// The parts of the answer that are not judged.
    pub left_open: Option<LeftOpen>,
}

impl From<CallResult> for PlayedCall {
    fn from(called: CallResult) -> Self {
        Self {
            returned: called.result.into(),
            at: Some(called.at),
            calls: Some([called.before.calls(), called.after.calls()]),
            before: Some(called.before),
            compared: None,
            left_open: None,
        }
    }
}

impl SessionStore for InMemoryThreadStore {
    fn play(&self, request: Request, at: Option<DateTime<Utc>>) -> Playing<'_> {
        Box::pin(async move {
            self.call_at(*request.step, at.map_or(CallTime::Now, CallTime::At))
                .into()
        })
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
    fn play(&self, request: Request, at: Option<DateTime<Utc>>) -> Playing<'_> {
        if let Some(known) = known(self) {
            return known.play(request, at);
        }
        Box::pin(async move {
            PlayedCall {
                returned: carry(self, *request.step).await.into(),
                at: None,
                before: None,
                calls: None,
                compared: None,
                left_open: None,
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

    fn for_client(&self, name: &str) -> Option<Arc<dyn SessionStore>> {
        known(self)?.for_client(name)
    }

    fn registered(&self, id: &str) -> Option<Arc<dyn SessionStore>> {
        known(self)?.registered(id)
    }
}

/// The store as an in-memory or observed store, if it is one.
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
    fn play(&self, request: Request, at: Option<DateTime<Utc>>) -> Playing<'_> {
        (**self).play(request, at)
    }

    fn pass(&self, at: DateTime<Utc>) {
        (**self).pass(at);
    }

    fn counters(&self) -> Option<InMemoryThreadStoreCalls> {
        (**self).counters()
    }

    fn read_counters(&self, at: Option<DateTime<Utc>>) -> Playing<'_> {
        (**self).read_counters(at)
    }

    fn for_client(&self, name: &str) -> Option<Arc<dyn SessionStore>> {
        (**self).for_client(name)
    }

    fn registered(&self, id: &str) -> Option<Arc<dyn SessionStore>> {
        (**self).registered(id)
    }
}
