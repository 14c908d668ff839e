//! The workbench itself and the stores that it hands out: each writes every call into the journal and passes it on, and
//! all calls through one of them are one action, which an undo takes back as a whole.

use std::any::Any;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use tokio::sync::{Mutex, watch};

use super::undo::{Action, Past, Point};
use super::{Branch, Journal};
use crate::contract::{
    Answer, AppendThreadItemsParams, Op, Step, ThreadMetadataPatch, ThreadStore, ThreadStoreError,
    ThreadStoreFuture, ThreadStoreResult, carry, ops_table,
};
use crate::protocol::ThreadId;
use crate::store::{InMemoryThreadStore, Snapshot, ThreadRecord};

/// A handle on one observed store; clones are the same workbench.
#[derive(Clone)]
pub struct Workbench(Arc<Bench>);

struct Bench {
    store: Arc<InMemoryThreadStore>,
    journal: RwLock<Journal>,
    /// Held through a call, so that the journal's order is the order in which the store saw the calls.
    past: Mutex<Past>,
    actions: AtomicU64,
    changes: watch::Sender<u64>,
}

impl Workbench {
    /// Begins to observe a store. What happened in it before is not in the journal.
    pub fn new(store: Arc<InMemoryThreadStore>) -> Self {
        let changes = watch::Sender::new(0);
        Self(Arc::new(Bench {
            store,
            journal: RwLock::default(),
            past: Mutex::default(),
            actions: AtomicU64::new(0),
            changes,
        }))
    }

    /// A store for one action of somebody: each call is journalled, and an undo takes all of them back together. There
    /// is no other way to change the store.
    pub fn store(&self) -> Arc<dyn ThreadStore> {
        Arc::new(Observed {
            bench: self.clone(),
            action: self.action(),
        })
    }

    fn action(&self) -> Action {
        Action(self.0.actions.fetch_add(1, Ordering::Relaxed))
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

    /// Makes a call, an action by itself, and writes it down.
    pub async fn call(&self, step: Step) -> ThreadStoreResult<Answer> {
        self.call_in(self.action(), step).await
    }

    async fn call_in(&self, action: Action, step: Step) -> ThreadStoreResult<Answer> {
        let bench = &*self.0;
        let mut past = bench.past.lock().await;
        let (kept, items) = keep(&step);
        let thread = step.thread_id();
        let point = self.point();
        let before = thread.and_then(|id| point.snapshot.thread(id).cloned());
        past.begin(action, kept.op(), point);
        let at = bench.store.clock().now();
        let began = Instant::now();
        let result = carry(&*bench.store, step).await;
        let took = began.elapsed();
        let after = self.snapshot();
        let after = thread.and_then(|id| after.thread(id));
        if !same(before.as_deref(), after.map(|record| &**record)) {
            past.changed();
        }
        let number = {
            let mut journal = bench.journal.write().unwrap_or_else(PoisonError::into_inner);
            journal.record(kept, items, at, took, &result)
        };
        bench.changes.send_replace(number);
        result
    }

    fn point(&self) -> Point {
        Point {
            snapshot: self.snapshot(),
            clock: self.0.store.clock().stands(),
            line: self.journal().line().clone(),
        }
    }

    fn go_to(&self, point: &Point) {
        self.0.store.restore(&point.snapshot);
        self.0.store.clock().set(point.clock);
        let mut journal = self.0.journal.write().unwrap_or_else(PoisonError::into_inner);
        journal.follow(point.line.clone());
        self.0.changes.send_replace(point.line.tip());
    }

    /// Goes back to just before the last action that changed more than counters; counters and clock go back with it.
    /// Gives what was taken back, in a few words; `None` if there is nothing to take back. An undo is itself no step.
    pub async fn undo(&self) -> Option<String> {
        let mut past = self.0.past.lock().await;
        let (point, what) = past.undo(self.point())?;
        self.go_to(&point);
        Some(what)
    }

    /// Does again what the last undo took back.
    pub async fn redo(&self) -> Option<String> {
        let mut past = self.0.past.lock().await;
        let (point, what) = past.redo()?;
        self.go_to(&point);
        Some(what)
    }

    /// The lines of steps that were left by a new change after an undo.
    pub async fn branches(&self) -> Vec<Branch> {
        self.0.past.lock().await.branches()
    }

    /// Goes to the branch that ends with a step; the line that is left becomes a branch itself. False if there is no
    /// such branch.
    pub async fn go_to_branch(&self, tip: u64) -> bool {
        let mut past = self.0.past.lock().await;
        let Some(point) = past.switch(tip, self.point()) else {
            return false;
        };
        self.go_to(&point);
        true
    }
}

/// Whether nothing but counters moved for a thread. Compared by what a reader could ever tell apart.
fn same(before: Option<&ThreadRecord>, after: Option<&ThreadRecord>) -> bool {
    let (Some(before), Some(after)) = (before, after) else {
        return before.is_none() && after.is_none();
    };
    let items = |record: &ThreadRecord| record.history.as_ref().map(crate::store::History::len);
    let created = match (&before.create, &after.create) {
        (Some(before), Some(after)) => Arc::ptr_eq(before, after),
        (before, after) => before.is_none() && after.is_none(),
    };
    created
        && items(before) == items(after)
        && before.patch.as_deref().is_none_or(ThreadMetadataPatch::is_empty)
            == after.patch.as_deref().is_none_or(ThreadMetadataPatch::is_empty)
        && (after.patch.as_deref().is_none_or(ThreadMetadataPatch::is_empty) || before.patch == after.patch)
        && before.rollout_paths().eq(after.rollout_paths())
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

struct Observed {
    bench: Workbench,
    action: Action,
}

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
                self.bench.inner().as_any()
            }

            $(
                fn $method(&self, params: $Params) -> ThreadStoreFuture<'_, returned!($Answer)> {
                    Box::pin(async move {
                        match self.bench.call_in(self.action, Step::$Variant(params)).await? {
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

#[cfg(test)]
mod tests;
