//! Playing steps on a store, one after the other: the moment that each sees, what it returns, whether that was expected.
//! A step that names a store goes to that one; the clock and the numbers of the steps stay those of the session.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::answer::{Outcome, Returned};
use super::judge::{Evidence, Verdict, judge};
use super::session_store::{PlayedCall, SessionStore};
use super::statement::{Invalid, Method, Statement};
use crate::contract::Step;
use crate::workbench::lints;

/// A store, its clock and the number of the step that is next. Several files play in one session if they name one store.
pub struct Session {
    store: Arc<dyn SessionStore>,
    step: u64,
    next: Option<DateTime<Utc>>,
}

const TICK: TimeDelta = TimeDelta::milliseconds(1);

/// What a step that asks for the counters gets where nobody knows them.
const NO_COUNTERS: &str = "the store does not tell its counters";

/// What a step that names a store gets where stores have no ids.
const NO_STORES: &str = "no other store can be reached from this one by its id";

impl Session {
    /// Begins a session on a store, which goes by its own clock until a moment is set.
    pub fn new(store: impl SessionStore + 'static) -> Self {
        Self {
            store: Arc::new(store),
            step: 0,
            next: None,
        }
    }

    /// Sets the moment that the next step sees; each later one sees one millisecond more.
    pub fn set_clock(&mut self, at: DateTime<Utc>) {
        self.next = Some(at);
    }

    /// Begins a step: its number, and the moment that it sees, if it is not the one that the store's clock shows.
    fn begin(&mut self, at: Option<DateTime<Utc>>) -> (u64, Option<DateTime<Utc>>) {
        self.step += 1;
        let now = at.or(self.next);
        self.next = now.and_then(|now| now.checked_add_signed(TICK)).or(now);
        (self.step, now)
    }

    /// What is no step touches neither the store nor a counter, but it has a number and takes its time.
    pub fn refuse(&mut self, invalid: Invalid) -> Outcome {
        let (step, at) = self.begin(None);
        pass(&*self.store, at);
        Outcome {
            step,
            method: invalid.method,
            note: None,
            returned: Returned::Error("invalid_step", invalid.message),
            valid: false,
            lints: Vec::new(),
            expect: None,
            not_judged: Vec::new(),
        }
    }

    /// Plays a step.
    pub async fn play(&mut self, statement: Statement) -> Outcome {
        let (step, at) = self.begin(statement.at);
        let method = statement.method.name();
        let mut lints = statement.lints;
        let store = match statement.store {
            Some(id) => self.store.registered(&id),
            None => Some(Arc::clone(&self.store)),
        };
        let (returned, verdict) = match store {
            Some(store) => {
                let (returned, evidence) = match statement.method {
                    Method::Call(call) => called(&*store, call, at, &mut lints).await,
                    Method::Calls => {
                        pass(&*store, at);
                        counters(&*store)
                    }
                };
                let verdict = statement
                    .expect
                    .map(|expect| judge(&expect, &returned, &evidence));
                (returned, verdict)
            }
            None => (
                Returned::Error("unsupported", NO_STORES.to_string()),
                statement.expect.as_deref().map(Verdict::none_of),
            ),
        };
        let verdict = verdict.unwrap_or_default();
        Outcome {
            step,
            method: Some(method.to_string()),
            note: statement.note,
            returned,
            valid: true,
            lints,
            expect: verdict.failures,
            not_judged: verdict.not_judged,
        }
    }
}

async fn called(
    store: &dyn SessionStore,
    call: Step,
    at: Option<DateTime<Utc>>,
    lints: &mut Vec<lints::Lint>,
) -> (Returned, Evidence) {
    let kept = call.without_items();
    let PlayedCall {
        result,
        at: seen,
        before,
        calls,
    } = store.play(call, at).await;
    if let Some(before) = before {
        lints.extend(lints::of_call(&kept, &before));
    }
    let returned = match result {
        Ok(answer) => Returned::Answer(answer),
        Err(error) => Returned::Error(error.code(), error.to_string()),
    };
    let evidence = Evidence {
        op: Some(kept.op()),
        calls,
        unseen: at.filter(|at| seen != Some(*at)),
    };
    (returned, evidence)
}

fn pass(store: &dyn SessionStore, at: Option<DateTime<Utc>>) {
    if let Some(at) = at {
        store.pass(at);
    }
}

fn counters(store: &dyn SessionStore) -> (Returned, Evidence) {
    let calls = store.counters();
    let returned = match calls {
        Some(calls) => Returned::Calls(calls),
        None => Returned::Error("unsupported", NO_COUNTERS.to_string()),
    };
    let evidence = Evidence {
        op: None,
        calls: calls.map(|calls| [calls, calls]),
        unseen: None,
    };
    (returned, evidence)
}
