//! The workbench itself and the store that it hands out: one that writes every call into the journal and passes it on.

use std::any::Any;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use tokio::sync::{Mutex, watch};

use super::Journal;
use crate::contract::{
    Answer, AppendThreadItemsParams, Op, Step, ThreadStore, ThreadStoreError, ThreadStoreFuture,
    ThreadStoreResult, carry, ops_table,
};
use crate::protocol::ThreadId;
use crate::store::{InMemoryThreadStore, Snapshot};

/// A handle on one observed store; clones are the same workbench.
#[derive(Clone)]
pub struct Workbench(Arc<Bench>);

struct Bench {
    store: Arc<InMemoryThreadStore>,
    journal: RwLock<Journal>,
    /// Held through a call, so that the journal's order is the order in which the store saw the calls.
    turn: Mutex<()>,
    changes: watch::Sender<u64>,
}

impl Workbench {
    /// Begins to observe a store. What happened in it before is not in the journal.
    pub fn new(store: Arc<InMemoryThreadStore>) -> Self {
        let changes = watch::Sender::new(0);
        Self(Arc::new(Bench {
            store,
            journal: RwLock::default(),
            turn: Mutex::new(()),
            changes,
        }))
    }

    /// The store for those who make calls: each is journalled. There is no other way to change the store.
    pub fn store(&self) -> Arc<dyn ThreadStore> {
        Arc::new(Observed(self.clone()))
    }

    /// The store underneath, for its clock and its counters.
    pub fn inner(&self) -> &Arc<InMemoryThreadStore> {
        &self.0.store
    }

    /// The whole store as it is now; no call, no counter moves.
    pub fn snapshot(&self) -> Snapshot {
        self.0.store.snapshot()
    }

    /// The journal as it is now.
    pub fn journal(&self) -> Journal {
        self.0
            .journal
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Tells the number of the last step whenever there is a new one.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    /// Makes a call and writes it down.
    pub async fn call(&self, step: Step) -> ThreadStoreResult<Answer> {
        let bench = &*self.0;
        let _turn = bench.turn.lock().await;
        let (kept, items) = keep(&step);
        let at = bench.store.clock().now();
        let began = Instant::now();
        let result = carry(&*bench.store, step).await;
        let took = began.elapsed();
        let number = {
            let mut journal = bench.journal.write().unwrap_or_else(PoisonError::into_inner);
            journal.record(kept, items, at, took, &result)
        };
        bench.changes.send_replace(number);
        result
    }
}

/// What the journal keeps of a call: all of it but the items of an append, which the history holds anyway.
fn keep(step: &Step) -> (Step, usize) {
    match step {
        Step::AppendItems(params) => {
            let kept = AppendThreadItemsParams {
                thread_id: params.thread_id,
                items: Vec::new(),
            };
            (Step::AppendItems(kept), params.items.len())
        }
        step => (step.clone(), 0),
    }
}

struct Observed(Workbench);

/// An answer of the wrong shape cannot come back from [`carry`]; should it ever, it is an error and no panic.
fn misfit(op: Op) -> ThreadStoreError {
    ThreadStoreError::Internal {
        message: format!("{} brought an answer of another method", op.name()),
    }
}

macro_rules! returned {
    (Nothing) => {
        ()
    };
    (Thread) => {
        $crate::contract::StoredThread
    };
    (History) => {
        $crate::contract::StoredThreadHistory
    };
    (Page) => {
        $crate::contract::ThreadPage
    };
    (Turns) => {
        $crate::contract::TurnPage
    };
    (Items) => {
        $crate::contract::ItemPage
    };
}

macro_rules! unwrapped {
    (Thread, $value:ident) => {
        *$value
    };
    ($other:ident, $value:ident) => {
        $value
    };
}

macro_rules! observed {
    (
        counted { $( $counted:ident $Counted:ident ($CountedParams:ty) -> $CountedAnswer:ident $about:literal; )* }
        uncounted { $( $free:ident $Free:ident ($FreeParams:ty) -> $FreeAnswer:ident $free_about:literal; )* }
    ) => {
        observed! { @
            $( $counted $Counted ($CountedParams) $CountedAnswer; )* $( $free $Free ($FreeParams) $FreeAnswer; )*
        }
    };
    (@ $( $method:ident $Variant:ident ($Params:ty) $Answer:ident; )*) => {
        impl ThreadStore for Observed {
            fn as_any(&self) -> &dyn Any {
                self.0.inner().as_any()
            }

            $(
                fn $method(&self, params: $Params) -> ThreadStoreFuture<'_, returned!($Answer)> {
                    Box::pin(async move {
                        match self.0.call(Step::$Variant(params)).await? {
                            Answer::$Answer(value) => Ok(unwrapped!($Answer, value)),
                            _ => Err(misfit(Op::$Variant)),
                        }
                    })
                }
            )*
        }
    };
}

use crate::contract::{
    ArchiveThreadParams, CreateThreadParams, ListItemsParams, ListThreadsParams, ListTurnsParams,
    LoadThreadHistoryParams, ReadThreadByRolloutPathParams, ReadThreadParams, ResumeThreadParams,
    UpdateThreadMetadataParams,
};
ops_table!(observed);
