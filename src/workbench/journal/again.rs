//! What a step returned, found by making its call again on the store as it was: answers are not kept.

use std::sync::Arc;

use serde::Serialize;

use super::{Entry, Journal, Remark};
use crate::contract::{AppendThreadItemsParams, Step};
use crate::protocol::RolloutItem;
use crate::store::{InMemoryThreadStore, InMemoryThreadStoreCalls, When};
use crate::workbench::scenario::{Key, Moved, Returned, came, expectation, unmet};

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
    /// The call with all that it took, the items of an append too; `None` for a change from outside.
    pub fn whole_call(&self) -> Option<Step> {
        Some(match self.call.as_ref()? {
            Step::AppendItems(params) => Step::AppendItems(AppendThreadItemsParams {
                thread_id: params.thread_id,
                items: self.appended().to_vec(),
            }),
            call => call.clone(),
        })
    }

    /// The items that it appended.
    pub fn appended(&self) -> Arc<[RolloutItem]> {
        let items = self.touch.appended().unwrap_or_default();
        debug_assert_eq!(items.len(), self.items, "a step keeps what it appended");
        items
    }
}

impl Journal {
    /// Makes a step's call again on the store as it was before it, at the moment that it saw; the store as it is now is not
    /// touched. `None` if there is no such step, or it was no call.
    pub fn again(&self, step: u64) -> Option<Again> {
        let entry = self.get(step)?;
        let call = entry.call.clone()?;
        let store = InMemoryThreadStore::default();
        store.restore(&self.at(entry.before)?);
        let called = store.call_at(call, When::At(entry.at));
        Some(Again {
            returned: match called.result {
                Ok(answer) => Returned::Answer(answer),
                Err(error) => Returned::Error(error.code(), error.to_string()),
            },
            before: called.before.calls(),
            after: called.after.calls(),
        })
    }

    /// What is said about a step with one more thing expected of it, that the value at a path of what came of it is as it
    /// came, and that value as JSON. `None` if there is no such value.
    pub fn pointed(&self, step: u64, path: &[Key]) -> Option<(Remark, String)> {
        let again = self.again(step)?;
        let mut remark = self
            .remark(step)
            .map(|remark| Remark::clone(remark))
            .unwrap_or_default();
        let text = again.text().ok()?;
        let expect = expectation::with(remark.expect.as_deref(), &text, path)?;
        let value = expectation::at(&text, path)?.text().to_string();
        let came = again.came().ok()?;
        remark.failures = unmet(&expect, &came, self.get(step).and_then(|entry| entry.op()));
        remark.expect = Some(expect);
        Some((remark, value))
    }
}

impl Again {
    /// What came of it, as an object with all that can be expected of it.
    ///
    /// # Errors
    /// It returned a path that is not UTF-8.
    pub fn came(&self) -> Result<String, serde_json::Error> {
        came(&self.returned, Some([self.before, self.after]))
    }

    /// What came of it as a JSON object: `moved` with the counters that moved and no others, `result` or `error`, `calls`.
    ///
    /// # Errors
    /// It returned a path that is not UTF-8.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&Text {
            moved: Moved {
                before: self.before,
                after: self.after,
                all: false,
            },
            returned: &self.returned,
            calls: self.after,
        })
    }
}

#[derive(Serialize)]
struct Text<'a> {
    moved: Moved,
    #[serde(flatten)]
    returned: &'a Returned,
    calls: InMemoryThreadStoreCalls,
}
