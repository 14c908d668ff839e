//! What a step returned, found by making its call again on the store as it was: answers are not kept.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::{Entry, Journal};
use crate::contract::{AppendThreadItemsParams, Step, carry};
use crate::store::{Clock, InMemoryThreadStore, InMemoryThreadStoreCalls};
use crate::workbench::scenario::{Key, Mismatch, Returned, came, expectation, unmet};

/// A step's call, made again.
#[derive(Clone, Debug)]
pub struct Again {
    /// What it returned.
    pub returned: Returned,
    /// The counters before it.
    pub before: InMemoryThreadStoreCalls,
    /// The counters after it.
    pub after: InMemoryThreadStoreCalls,
}

impl Entry {
    /// The call with all that it took, the items of an append too.
    pub fn whole_call(&self) -> Step {
        match &self.call {
            Step::AppendItems(params) => Step::AppendItems(AppendThreadItemsParams {
                thread_id: params.thread_id,
                items: self
                    .touch
                    .appended()
                    .map(|items| items.to_vec())
                    .unwrap_or_default(),
            }),
            call => call.clone(),
        }
    }
}

impl Journal {
    /// Makes a step's call again on the store as it was before it, at the moment that it saw; the store as it is now is not
    /// touched. `None` if there is no such step.
    pub fn again(&self, step: u64) -> Option<Again> {
        let entry = self.get(step)?;
        let store = InMemoryThreadStore::new(Clock::standing(entry.at));
        store.restore(&self.at(entry.before)?);
        let before = store.snapshot().calls();
        let call = pin!(carry(&store, entry.call.clone()));
        // A store in memory has no answer to wait for.
        let Poll::Ready(result) = call.poll(&mut Context::from_waker(Waker::noop())) else {
            return None;
        };
        Some(Again {
            returned: match result {
                Ok(answer) => Returned::Answer(answer),
                Err(error) => Returned::Error(error.code(), error.to_string()),
            },
            before,
            after: store.snapshot().calls(),
        })
    }

    /// What came of a step, as an object with all that can be expected of it; `None` if there is no such step, or if what
    /// it returned cannot be written as JSON.
    pub fn came(&self, step: u64) -> Option<String> {
        let again = self.again(step)?;
        came(&again.returned, again.before, again.after).ok()
    }

    /// What would be expected of a step beside what is, if the value at a path of what came of it were, and where that is
    /// not so. `None` if there is no such value.
    pub fn pointed(&self, step: u64, path: &[Key]) -> Option<(String, Vec<Mismatch>)> {
        let came = self.came(step)?;
        let known = self.remark(step).and_then(|remark| remark.expect.as_deref());
        let expect = expectation::with(known, &came, path)?;
        let failures = unmet(&expect, &came, self.get(step).map(|entry| entry.call.op()));
        Some((expect, failures))
    }
}
