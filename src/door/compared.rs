//! A store that makes each call twice: on the in-memory store, which is the reference, and on a store in another
//! program. The answers are compared.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

use super::link::RemoteError;
use super::remote::{CountedAnswer, RemoteStore};
use super::sent::SentAnswer;
use crate::contract::{OPS, Op};
use crate::protocol::json::Json;
use crate::store::{CallResult, CallTime, InMemoryThreadStore, InMemoryThreadStoreCalls};
use crate::workbench::Request;
use crate::workbench::scenario::{
    Judged, LeftOpen, Mismatch, PlayedCall, Playing, Returned, SessionStore, ThreadPasts, Verdict,
    differences, result_text,
};

/// The reference and another store.
#[derive(Clone)]
pub struct ComparedStore {
    reference: Arc<InMemoryThreadStore>,
    other: RemoteStore,
    judged: Judged,
    /// Whether the expectations of the steps are judged instead of the differences.
    by_expectations: bool,
    pasts: Arc<Mutex<ThreadPasts>>,
}

impl ComparedStore {
    /// Compares another store with a reference. Both must have the same threads.
    pub fn new(reference: Arc<InMemoryThreadStore>, other: RemoteStore, judged: Judged) -> Self {
        Self {
            reference,
            other,
            judged,
            by_expectations: false,
            pasts: Arc::default(),
        }
    }

    /// Judges the expectations of the steps instead of the differences. The reference is then used only to find out
    /// what the contract leaves open.
    #[must_use]
    pub fn by_expectations(self) -> Self {
        Self {
            by_expectations: true,
            ..self
        }
    }

    /// Makes a call on both stores.
    pub(super) async fn compare(
        &self,
        request: &Request,
        at: DateTime<Utc>,
    ) -> (CallResult, Result<CountedAnswer, RemoteError>, Option<LeftOpen>) {
        let called = self.reference.call_at((*request.step).clone(), CallTime::At(at));
        let left_open = (self.judged == Judged::Contract).then(|| {
            let mut pasts = self.pasts.lock().unwrap_or_else(PoisonError::into_inner);
            pasts.left_open(&request.step, &called.before, &called.after)
        });
        (called, self.other.counted(request, at).await, left_open)
    }
}

/// The differences between the answer of the reference and that of another store, at the time of the step.
pub(super) fn differ(want: &Returned, got: &SentAnswer, op: Option<Op>, at: DateTime<Utc>) -> Vec<Mismatch> {
    let got = got.text();
    match result_text(want) {
        Ok(want) if want == got => Vec::new(),
        Ok(want) => differences(Json::trusted(&want), Json::trusted(&got), op, Some(at)),
        Err(error) => {
            let message = format!("the answer of the reference cannot be written as JSON: {error}");
            vec![Mismatch::new("result", "null", None).with_message(message)]
        }
    }
}

/// The counters that the other store changed differently from the reference.
fn moved_otherwise(want: [InMemoryThreadStoreCalls; 2], got: [InMemoryThreadStoreCalls; 2]) -> Vec<Mismatch> {
    let moved = |calls: [InMemoryThreadStoreCalls; 2], op| {
        let [before, after] = calls.map(|calls| calls.get(op));
        Some(i128::try_from(after?).ok()? - i128::try_from(before?).ok()?)
    };
    OPS.iter()
        .filter_map(|row| Some((row.name, moved(want, row.op)?, moved(got, row.op)?)))
        .filter(|(_, want, got)| want != got)
        .map(|(name, want, got)| {
            Mismatch::new(format!("moved.{name}"), want.to_string(), Some(got.to_string()))
        })
        .collect()
}

impl ComparedStore {
    /// The differences, if they are judged.
    fn verdict(&self, failures: impl FnOnce() -> Vec<Mismatch>) -> Option<Verdict> {
        (!self.by_expectations).then(|| Verdict {
            failures: Some(failures()),
            not_judged: Vec::new(),
        })
    }
}

/// What is known about a step if the other store gave no answer.
fn unanswered(error: &RemoteError) -> PlayedCall {
    PlayedCall {
        returned: Returned::NoAnswer(error.to_string()),
        at: None,
        before: None,
        calls: None,
        compared: None,
        left_open: None,
    }
}

impl SessionStore for ComparedStore {
    fn play(&self, request: Request, at: Option<DateTime<Utc>>) -> Playing<'_> {
        Box::pin(async move {
            let at = at.unwrap_or_else(Utc::now);
            let (called, answer, left_open) = self.compare(&request, at).await;
            let CountedAnswer { answer, calls } = match answer {
                Ok(counted) => counted,
                Err(error) => return unanswered(&error),
            };
            let moved = [called.before.calls(), called.after.calls()];
            let want = called.result.into();
            let compared = self.verdict(|| {
                let mut failures = differ(&want, &answer, Some(request.step.op()), at);
                failures.extend(calls.iter().flat_map(|calls| moved_otherwise(moved, *calls)));
                failures
            });
            PlayedCall {
                returned: answer.into(),
                at: None,
                before: Some(called.before).filter(|_| !self.by_expectations),
                calls,
                compared,
                left_open,
            }
        })
    }

    fn pass(&self, at: DateTime<Utc>) {
        self.reference.go_on_to(at);
    }

    /// The counters can only be read by a request to the other program.
    fn counters(&self) -> Option<InMemoryThreadStoreCalls> {
        None
    }

    fn read_counters(&self, at: Option<DateTime<Utc>>) -> Playing<'_> {
        Box::pin(async move {
            let at = at.unwrap_or_else(Utc::now);
            let (answer, calls) = match self.other.read_counters_at(at).await {
                Ok(read) => read,
                Err(error) => return unanswered(&error),
            };
            let want = Returned::Calls(self.reference.snapshot().calls());
            let compared = self.verdict(|| match calls {
                Some(_) => differ(&want, &answer, None, at),
                // The store does not report its counters.
                None => Vec::new(),
            });
            PlayedCall {
                returned: answer.into(),
                at: None,
                before: None,
                calls: calls.map(|calls| [calls, calls]),
                compared,
                left_open: (self.judged == Judged::Contract).then(ThreadPasts::of_counters),
            }
        })
    }

    fn registered(&self, id: &str) -> Option<Arc<dyn SessionStore>> {
        Some(Arc::new(Self {
            reference: InMemoryThreadStore::for_id(id),
            other: self.other.with_id(id),
            pasts: Arc::default(),
            ..self.clone()
        }))
    }
}
