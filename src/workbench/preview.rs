//! What a patch would change in a thread, as reads show it. Computed by the store's own code on a snapshot.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::contract::{StoredThread, ThreadMetadataPatch, ThreadStoreError};
use crate::protocol::ThreadId;
use crate::protocol::json::Json;
use crate::store::Snapshot;
use crate::workbench::CallError;
use crate::workbench::diff::equal;

/// The effect of a patch on what a read of a thread shows.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ThreadPreview {
    /// The thread.
    pub thread_id: ThreadId,
    /// The keys of the stored thread that would change, in their order; empty if a read would show the same.
    #[serde(serialize_with = "by_key")]
    pub changes: Vec<ReadChange>,
    /// The error that the update would return. The store would keep the patch anyway (rule M1).
    pub error: Option<CallError>,
}

/// The change of one key of a stored thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadChange {
    /// The key.
    pub key: String,
    /// The value before, as JSON.
    pub before: String,
    /// The value after, as JSON.
    pub after: String,
}

impl ReadChange {
    /// The changes of the parts of the value, each as its path, the value before and the value after. A value without
    /// parts is one change.
    pub fn parts(&self) -> Vec<(String, String, String)> {
        let [before, after] = [&self.before, &self.after].map(|value| Json::trusted(value));
        let mut keys: Vec<Cow<'_, str>> = before.members().map(|(key, _)| key).collect();
        keys.extend(after.members().map(|(key, _)| key));
        keys.sort_unstable();
        keys.dedup();
        let part = |value: Json<'_>, key: &str| value.get(key).map_or("null", Json::text).to_owned();
        let parts = keys
            .iter()
            .map(|key| (format!("{}.{key}", self.key), part(before, key), part(after, key)));
        let changed: Vec<_> = parts.filter(|(_, before, after)| before != after).collect();
        match changed.is_empty() {
            true => vec![(self.key.clone(), self.before.clone(), self.after.clone())],
            false => changed,
        }
    }
}

fn by_key<S: Serializer>(changes: &[ReadChange], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Values<'a> {
        before: Json<'a>,
        after: Json<'a>,
    }
    serializer.collect_map(changes.iter().map(|change| {
        let [before, after] = [&change.before, &change.after].map(|value| Json::trusted(value));
        (&change.key, Values { before, after })
    }))
}

/// Whether a patch would change what reads of a thread show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreviewOutcome {
    /// A read would show something else.
    Change,
    /// A read would show the same.
    Same,
    /// The update would return an error, because the thread was never created. The patch would be kept (rule M1).
    Fail,
}

/// The numbers of threads with each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PreviewTotal {
    /// The number of all threads.
    pub threads: usize,
    /// The number of threads for which a read would show something else.
    pub change: usize,
    /// The number of threads for which a read would show the same.
    pub same: usize,
    /// The number of threads that were never created.
    pub fail: usize,
}

impl PreviewTotal {
    /// Counts a thread.
    pub fn add(&mut self, outcome: PreviewOutcome) {
        self.threads += 1;
        match outcome {
            PreviewOutcome::Change => self.change += 1,
            PreviewOutcome::Same => self.same += 1,
            PreviewOutcome::Fail => self.fail += 1,
        }
    }
}

impl ThreadPreview {
    /// Whether a read would show something else.
    pub fn outcome(&self) -> PreviewOutcome {
        match (&self.error, self.changes.is_empty()) {
            (Some(_), _) => PreviewOutcome::Fail,
            (None, false) => PreviewOutcome::Change,
            (None, true) => PreviewOutcome::Same,
        }
    }
}

/// Whether a patch would change what reads of a thread show. Costs much less than [`preview`].
pub fn outcome(snapshot: &Snapshot, id: ThreadId, patch: &ThreadMetadataPatch) -> PreviewOutcome {
    match read(snapshot, id, patch) {
        None => PreviewOutcome::Fail,
        Some([before, after]) if before == after => PreviewOutcome::Same,
        Some(_) => PreviewOutcome::Change,
    }
}

/// What a read shows of a thread before and after the patch; `None` if the thread was never created.
fn read(snapshot: &Snapshot, id: ThreadId, patch: &ThreadMetadataPatch) -> Option<[StoredThread; 2]> {
    let (record, now) = (snapshot.thread(id)?, snapshot.now());
    Some([record.project(now)?, record.patched(patch).project(now)?])
}

/// Computes what a patch would change in a thread. The store does not change.
///
/// # Errors
/// The thread has a path that is not UTF-8, which JSON cannot represent.
pub fn preview(
    snapshot: &Snapshot,
    id: ThreadId,
    patch: &ThreadMetadataPatch,
) -> Result<ThreadPreview, serde_json::Error> {
    let Some([before, after]) = read(snapshot, id, patch) else {
        let error = ThreadStoreError::ThreadNotFound { thread_id: id };
        return Ok(ThreadPreview {
            thread_id: id,
            changes: Vec::new(),
            error: Some(CallError::from(&error)),
        });
    };
    Ok(ThreadPreview {
        thread_id: id,
        changes: changes(&before, &after)?,
        error: None,
    })
}

fn changes(before: &StoredThread, after: &StoredThread) -> Result<Vec<ReadChange>, serde_json::Error> {
    if before == after {
        return Ok(Vec::new());
    }
    let [before, after] = [serde_json::to_string(before)?, serde_json::to_string(after)?];
    let pairs = Json::trusted(&before)
        .members()
        .zip(Json::trusted(&after).members());
    let changed = pairs.filter(|((_, before), (_, after))| !equal(*before, *after));
    Ok(changed
        .map(|((key, before), (_, after))| ReadChange {
            key: key.into_owned(),
            before: before.text().to_owned(),
            after: after.text().to_owned(),
        })
        .collect())
}
