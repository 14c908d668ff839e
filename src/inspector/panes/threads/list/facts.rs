//! What the list shows of a thread, and the sort keys, read from the stored record of the thread.

use chrono::{DateTime, Utc};

use crate::protocol::{SessionSource, SubAgentSource, ThreadId};
use crate::store::ThreadRecord;

/// Returns the best short text for a thread: its name, its preview, or the first user message.
pub fn label(record: &ThreadRecord) -> Option<&str> {
    let patch = record.patch.as_deref();
    let candidates = [
        record.name(),
        patch.and_then(|patch| patch.preview.as_deref()),
        patch.and_then(|patch| patch.first_user_message.as_deref()),
    ];
    candidates
        .into_iter()
        .flatten()
        .find(|text| !text.trim().is_empty())
}

/// Returns the time of the last event, as set by a patch.
pub fn updated_at(record: &ThreadRecord) -> Option<DateTime<Utc>> {
    record.patch.as_ref()?.updated_at
}

/// Returns the creation time, as set by a patch.
pub fn created_at(record: &ThreadRecord) -> Option<DateTime<Utc>> {
    record.patch.as_ref()?.created_at
}

/// Returns the number of items in the history.
pub fn items(record: &ThreadRecord) -> usize {
    record.history.as_ref().map_or(0, |history| history.len())
}

/// Returns the source of the thread, as a read returns it.
pub fn source(record: &ThreadRecord) -> Option<&SessionSource> {
    let patched = record.patch.as_ref().and_then(|patch| patch.source.as_ref());
    patched.or(record.create.as_ref().map(|create| &create.source))
}

/// Returns the parent of the thread: the thread that it was forked from, or whose agent spawned it.
pub fn parent(record: &ThreadRecord) -> Option<ThreadId> {
    match source(record) {
        Some(SessionSource::SubAgent(SubAgentSource::ThreadSpawn { parent_thread_id, .. })) => {
            Some(*parent_thread_id)
        }
        _ => record.create.as_ref()?.forked_from_id,
    }
}
