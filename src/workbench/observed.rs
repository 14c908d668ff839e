//! The workbench itself and the stores that it hands out: each writes every call into the journal and passes it on, and
//! all calls through one of them are one action, which an undo takes back as a whole.

use std::any::Any;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};
use std::time::Instant;

use chrono::{DateTime, Utc};
use tokio::sync::{Mutex, watch};

use super::journal::{Action, Made, Remark};
use super::scenario::{self, Invalid, Key, Outcome, Statement};
use super::undo::{Past, Point, last_change};
use super::{Branch, Journal};
use crate::contract::{
    Answer, AppendThreadItemsParams, Op, Step, ThreadStore, ThreadStoreError, ThreadStoreFuture,
    ThreadStoreResult, carry, ops_table,
};
use crate::protocol::ThreadId;
use crate::store::{InMemoryThreadStore, Snapshot, Touch};

/// A handle on one observed store; clones are the same workbench.
#[derive(Clone)]
pub struct Workbench(Arc<Bench>);

/// A step of a scenario that was played.
#[derive(Clone, Debug)]
pub struct Played {
    /// What it came to; its number is 1, whatever its place in the scenario.
    pub outcome: Outcome,
    /// The step of the journal; `None` if it was no call.
    pub step: Option<u64>,
}

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
        let journal = Journal::new(store.snapshot());
        Self(Arc::new(Bench {
            store,
            journal: RwLock::new(journal),
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
        self.numbered(step).await.1
    }

    /// Makes a call, as [`call`](Self::call) does, and gives the number of its step too.
    pub async fn numbered(&self, step: Step) -> (u64, ThreadStoreResult<Answer>) {
        self.call_in(self.action(), step).await
    }

    async fn call_in(&self, action: Action, call: Step) -> (u64, ThreadStoreResult<Answer>) {
        let bench = &*self.0;
        let mut past = bench.past.lock().await;
        let (kept, items) = keep(&call);
        let before = self.snapshot();
        // The clock stands still in a call, the system's too: made again at the same moment it gives the same answer.
        let hand = bench.store.clock();
        let (clock, at) = (hand.stands(), hand.now());
        hand.set(Some(at));
        let began = Instant::now();
        let result = carry(&*bench.store, call).await;
        let took = began.elapsed();
        hand.set(clock);
        let after = self.snapshot();
        let touch = Touch::between(&before, &after, &kept);
        if touch.is_change() {
            past.changed();
        }
        let number = self.write_journal().record(Made {
            call: kept,
            items,
            at,
            took,
            result: &result,
            action,
            clock,
            touch,
            after: &after,
        });
        bench.changes.send_replace(number);
        (number, result)
    }

    /// Plays a step of a scenario at a moment, or when the system's clock says, and keeps its note, its expectation and
    /// where that was not met. It is an action by itself.
    pub async fn play(&self, step: Result<Box<Statement>, Invalid>, at: Option<DateTime<Utc>>) -> Played {
        let action = self.action();
        let mut session = scenario::Session::new(Arc::new(Observed {
            bench: self.clone(),
            action,
        }));
        if let Some(at) = at {
            session.set_clock(at);
        }
        let (outcome, expect) = match step {
            Ok(mut statement) => {
                statement.at = at;
                let expect = statement.expect.clone();
                (session.play(*statement).await, expect)
            }
            Err(invalid) => (session.refuse(invalid), None),
        };
        let mut journal = self.write_journal();
        let made = journal.entries().rev().find(|entry| entry.action.0 <= action.0);
        let step = made
            .filter(|entry| entry.action == action)
            .map(|entry| entry.step);
        if let Some(step) = step {
            journal.say(
                step,
                Remark {
                    note: outcome.note.clone(),
                    expect,
                    failures: outcome.expect.clone().unwrap_or_default(),
                },
            );
            self.0.changes.send_replace(journal.tip());
        }
        Played { outcome, step }
    }

    /// Expects of a step that the value at a path of what came of it is as it came, beside what is expected of it already,
    /// and gives that value as JSON. `None` if there is no such value.
    pub fn expect(&self, step: u64, path: &[Key]) -> Option<String> {
        let (remark, value) = self.journal().pointed(step, path)?;
        self.say(step, remark).then_some(value)
    }

    /// Says something about a step in the place of what was said so far; a default takes that away. False if there is no
    /// such step.
    pub fn say(&self, step: u64, remark: Remark) -> bool {
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

    /// The moment at which the store stands.
    fn point(&self) -> Point {
        Point {
            step: self.journal().tip(),
            clock: self.0.store.clock().stands(),
        }
    }

    fn go_to(&self, point: Point) {
        let mut journal = self.write_journal();
        let Some(store) = journal.at(point.step) else {
            return;
        };
        self.0.store.restore(&store);
        self.0.store.clock().set(point.clock);
        journal.follow(point.step);
        self.0.changes.send_replace(point.step);
    }

    /// Goes back to just before the last action that changed more than counters; counters and clock go back with it.
    /// Gives what was taken back, in a few words; `None` if there is nothing to take back. An undo is itself no step.
    pub async fn undo(&self) -> Option<String> {
        let mut past = self.0.past.lock().await;
        let journal = self.journal();
        let (first, what) = last_change(&journal)?;
        past.back(self.point(), what.clone());
        self.go_to(Point {
            step: first.before,
            clock: first.clock,
        });
        Some(what)
    }

    /// Does again what the last undo took back.
    pub async fn redo(&self) -> Option<String> {
        let (point, what) = self.0.past.lock().await.forth()?;
        self.go_to(point);
        Some(what)
    }

    /// Goes back to a step of the line at hand, with 0 to before the first; counters and clock go back with it. A redo
    /// returns; after a new change what was left is a branch. False if no such step is on the line.
    pub async fn go_back(&self, step: u64) -> bool {
        let mut past = self.0.past.lock().await;
        let journal = self.journal();
        if step != 0 && journal.place(step).is_none() {
            return false;
        }
        if let Some(next) = journal.after(step) {
            past.back(self.point(), format!("everything after step {step}"));
            self.go_to(Point {
                step,
                clock: next.clock,
            });
        }
        true
    }

    /// The lines of steps that were left by a new change after an undo.
    pub async fn branches(&self) -> Vec<Branch> {
        self.0.past.lock().await.branches(&self.journal())
    }

    /// Goes to the branch that ends with a step; the line that is left becomes a branch itself. False if there is no
    /// such branch.
    pub async fn go_to_branch(&self, tip: u64) -> bool {
        let mut past = self.0.past.lock().await;
        let Some(point) = past.switch(tip, self.point()) else {
            return false;
        };
        self.go_to(point);
        true
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
                        match self.bench.call_in(self.action, Step::$Variant(params)).await.1? {
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
