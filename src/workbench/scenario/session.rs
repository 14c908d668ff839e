//! Plays steps on a store one after the other, and judges their results. A step can name another registered store.
//! The clock and the step numbers belong to the session.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::answer::{Outcome, Returned};
use super::judge::{Evidence, Verdict, expected_lints, judge};
use super::left_open::LeftOpen;
use super::session_store::{PlayedCall, SessionStore};
use super::statement::{InvalidStep, Method, Parsed, Statement};
use super::stream::Scenario;
use crate::rollout::open::unreadable;
use crate::workbench::{Request, lints};

/// A store, its clock and the number of the next step. Files that name the same store share a session.
pub struct ScenarioSession {
    store: Arc<dyn SessionStore>,
    step: u64,
    next: Option<DateTime<Utc>>,
}

/// Why a scenario cannot be played to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlayError {
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// A store in another program gave no answer that can be used.
    #[error("{place}: {reason}")]
    NoAnswer {
        /// The step and its method, as in `step 3 (read_thread)`.
        place: String,
        /// What the store did instead of answering.
        reason: String,
    },
    /// A store in another program cannot be used.
    #[error("{0}")]
    NoStore(String),
}

impl From<PlayError> for io::Error {
    fn from(error: PlayError) -> Self {
        match error {
            PlayError::Unreadable(error) => error,
            other => Self::other(other),
        }
    }
}

impl PlayError {
    /// The error of a file as a sentence.
    pub fn of_file(&self, name: &str) -> String {
        match self {
            Self::Unreadable(error) => unreadable(name, error),
            Self::NoAnswer { .. } | Self::NoStore(_) => format!("{name}: {self}"),
        }
    }
}

const TICK: TimeDelta = TimeDelta::milliseconds(1);

/// The error for a step that names a store if there is no registry for stores of this type.
const NO_STORES: &str = "stores of this type have no ids";

impl ScenarioSession {
    /// Starts a session on a store. The store uses its own clock until a time is set.
    pub fn new(store: impl SessionStore + 'static) -> Self {
        Self {
            store: Arc::new(store),
            step: 0,
            next: None,
        }
    }

    /// Sets the time of the next step; each later step is one millisecond later.
    pub fn set_clock(&mut self, at: DateTime<Utc>) {
        self.next = Some(at);
    }

    /// Starts a step. Returns its number and its time; the time is `None` if the store's own clock is used.
    fn begin(&mut self, at: Option<DateTime<Utc>>) -> (u64, Option<DateTime<Utc>>) {
        self.step += 1;
        let now = at.or(self.next);
        self.next = now.and_then(|now| now.checked_add_signed(TICK)).or(now);
        (self.step, now)
    }

    /// Handles an invalid step: it does not call the store, but it has a number and advances the clock.
    pub fn refuse(&mut self, invalid: InvalidStep) -> Outcome {
        let (step, at) = self.begin(None);
        pass(&*self.store, at);
        Outcome {
            row: None,
            step,
            method: invalid.method,
            note: None,
            returned: Returned::Error("invalid_step", invalid.message),
            valid: false,
            lints: Vec::new(),
            expected_lints: BTreeSet::new(),
            expect: None,
            not_judged: Vec::new(),
        }
    }

    /// Plays the next step of a scenario. `None` at the end of its current row.
    ///
    /// # Errors
    /// If the scenario cannot be read, or a store in another program gives no answer that can be used.
    pub async fn play_next(
        &mut self,
        scenario: &mut Scenario<impl Read>,
    ) -> Result<Option<Outcome>, PlayError> {
        while let Some(parsed) = scenario.next_step()? {
            let mut outcome = match parsed {
                Parsed::Step(statement) => self.play(*statement).await,
                Parsed::Invalid(invalid) => self.refuse(invalid),
                // Only the first value can be a header, and it has been read already.
                Parsed::Header(_) => continue,
            };
            outcome.row = scenario.row();
            return match &outcome.returned {
                Returned::NoAnswer(reason) => Err(PlayError::NoAnswer {
                    place: format!(
                        "{} ({})",
                        outcome.place(),
                        outcome.method.as_deref().unwrap_or("?")
                    ),
                    reason: reason.clone(),
                }),
                _ => Ok(Some(outcome)),
            };
        }
        Ok(None)
    }

    /// Plays a step, and judges its result if it has an expectation.
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
                let CalledStep {
                    returned,
                    evidence,
                    compared,
                    left_open,
                } = match statement.method {
                    Method::Call(request) => {
                        let lints = statement.wants_lints.then_some(&mut lints);
                        called(&*store, request, at, lints).await
                    }
                    Method::Calls => counters(&*store, at).await,
                };
                let expect = statement.expect.as_deref();
                let judged = || expect.map(|expect| judge(expect, &returned, &lints, &evidence));
                let mut verdict = compared.or_else(judged);
                if let (Some(verdict), Some(open)) = (&mut verdict, &left_open) {
                    verdict.leave_open(open);
                }
                (returned, verdict)
            }
            None => (
                Returned::Error("unsupported", NO_STORES.to_string()),
                statement.expect.as_deref().map(Verdict::none_of),
            ),
        };
        let verdict = verdict.unwrap_or_default();
        let expected_lints = statement.expect.as_deref().and_then(expected_lints);
        Outcome {
            row: None,
            step,
            method: Some(method.to_string()),
            note: statement.note,
            returned,
            valid: true,
            lints,
            expected_lints: expected_lints.unwrap_or_default(),
            expect: verdict.failures,
            not_judged: verdict.not_judged,
        }
    }
}

/// What a step returned, and how it is judged.
struct CalledStep {
    returned: Returned,
    evidence: Evidence,
    compared: Option<Verdict>,
    left_open: Option<LeftOpen>,
}

async fn called(
    store: &dyn SessionStore,
    request: Request,
    at: Option<DateTime<Utc>>,
    lints: Option<&mut Vec<lints::Lint>>,
) -> CalledStep {
    let kept = lints.is_some().then(|| request.step.without_items());
    let op = request.step.op();
    let PlayedCall {
        returned,
        at: seen,
        before,
        calls,
        compared,
        left_open,
    } = store.play(request, at).await;
    if let (Some(lints), Some(kept), Some(before)) = (lints, &kept, &before) {
        lints.extend(lints::of_call(kept, before));
    }
    let evidence = Evidence {
        op: Some(op),
        calls,
        knows_lints: before.is_some(),
        unseen: at.filter(|at| seen != Some(*at)),
    };
    CalledStep {
        returned,
        evidence,
        compared,
        left_open,
    }
}

fn pass(store: &dyn SessionStore, at: Option<DateTime<Utc>>) {
    if let Some(at) = at {
        store.pass(at);
    }
}

async fn counters(store: &dyn SessionStore, at: Option<DateTime<Utc>>) -> CalledStep {
    let played = store.read_counters(at).await;
    let evidence = Evidence {
        op: None,
        calls: played.calls,
        knows_lints: true,
        unseen: None,
    };
    CalledStep {
        returned: played.returned,
        evidence,
        compared: played.compared,
        left_open: played.left_open,
    }
}
