//! Determines the result of a step by making its call again on the store as it was before the step. The journal does
//! not store answers.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::{Annotation, Journal, JournalEntry};
use crate::contract::{AppendThreadItemsParams, Step};
use crate::protocol::RolloutItem;
use crate::protocol::json::Json;
use crate::store::{CallTime, InMemoryThreadStore, InMemoryThreadStoreCalls};
use crate::workbench::request;
use crate::workbench::scenario::{Key, LINTS, Moved, Returned, came, expectation, unmet};

/// The result of making a step's call again.
#[derive(Clone, Debug)]
pub struct ReplayedCall {
    /// The answer or the error.
    pub returned: Returned,
    /// The counters before the call.
    pub before: InMemoryThreadStoreCalls,
    /// The counters after the call.
    pub after: InMemoryThreadStoreCalls,
}

impl JournalEntry {
    /// The call with all its parameters, including the items of an append; `None` for a change from outside.
    pub fn whole_call(&self) -> Option<Step> {
        Some(match self.call.as_ref()? {
            Step::AppendItems(params) => Step::AppendItems(AppendThreadItemsParams {
                thread_id: params.thread_id,
                items: self.appended().to_vec(),
            }),
            call => call.clone(),
        })
    }

    /// The parameters of the call as JSON, as they were sent, including the items of an append; `None` for a change
    /// from outside.
    ///
    /// # Errors
    /// If the parameters were not sent as text and cannot be written as JSON, for example because of a path that is not
    /// UTF-8.
    pub fn params(&self) -> Option<Result<String, serde_json::Error>> {
        Some(match &self.sent {
            Some(sent) => Ok(request::with_items(sent, &self.appended())),
            None => request::params_of(&self.whole_call()?),
        })
    }

    /// The patch as it was sent, if it contains more than the call: keys or values that the contract ignores.
    pub(in crate::workbench) fn sent_patch(&self) -> Option<Json<'_>> {
        Json::trusted(self.sent.as_deref()?).get("patch")
    }

    /// The items that the step appended.
    pub fn appended(&self) -> Arc<[RolloutItem]> {
        let items = self.touch.appended().unwrap_or_default();
        debug_assert_eq!(items.len(), self.items, "a step keeps the items that it appended");
        items
    }
}

impl Journal {
    /// Makes a step's call again, at the time of the step and on the store as it was before the step. The current store
    /// is not changed. Returns `None` if there is no such step, or if the step is a change from outside.
    pub fn again(&self, step: u64) -> Option<ReplayedCall> {
        let entry = self.get(step)?;
        let call = entry.call.clone()?;
        let store = InMemoryThreadStore::default();
        store.restore(&self.at(entry.before)?);
        let called = store.call_at(call, CallTime::At(entry.at));
        Some(ReplayedCall {
            returned: called.result.into(),
            before: called.before.calls(),
            after: called.after.calls(),
        })
    }

    /// Adds the value at a path of a step's result to the expectation of the step. Returns the new remark, and the
    /// value as JSON. `None` if there is no such value. The remark is not stored in the journal.
    pub fn pointed(&self, step: u64, path: &[Key]) -> Option<(Annotation, String)> {
        let again = self.again(step)?;
        let mut remark = self
            .remark(step)
            .map(|remark| Annotation::clone(remark))
            .unwrap_or_default();
        let text = again.text().ok()?;
        let expect = expectation::with(remark.expect.as_deref(), &text, path)?;
        let value = expectation::at(&text, path)?.text().to_string();
        let came = again.came().ok()?;
        // Lints are not part of the result of a step, so their failures do not change.
        remark.failures.retain(|failure| failure.path == LINTS);
        remark
            .failures
            .extend(unmet(&expect, &came, self.get(step).and_then(|entry| entry.op())));
        remark.expect = Some(expect);
        Some((remark, value))
    }
}

impl ReplayedCall {
    /// The result as a JSON object with every key that can be expected.
    ///
    /// # Errors
    /// If the result contains a path that is not UTF-8.
    pub fn came(&self) -> Result<String, serde_json::Error> {
        came(&self.returned, Some([self.before, self.after]))
    }

    /// The result as a JSON object: `moved` with only the counters that changed, `result` or `error`, and `calls`.
    ///
    /// # Errors
    /// If the result contains a path that is not UTF-8.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// Serializes the result as in [`ReplayedCall::text`].
impl Serialize for ReplayedCall {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct ReplayJson<'a> {
            moved: Moved,
            #[serde(flatten)]
            returned: &'a Returned,
            calls: InMemoryThreadStoreCalls,
        }
        let moved = Moved {
            before: self.before,
            after: self.after,
            all: false,
        };
        ReplayJson {
            moved,
            returned: &self.returned,
            calls: self.after,
        }
        .serialize(serializer)
    }
}
