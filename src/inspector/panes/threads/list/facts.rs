//! What the list says of a thread, and by what it sorts: read from the thread's record, as it is kept.

use chrono::{DateTime, Utc};

use crate::protocol::{SessionSource, SubAgentSource, ThreadId};
use crate::store::ThreadRecord;

/// The best short text for a thread: its name, its preview, the first thing that the user said.
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

/// The moment that a patch gave as the thread's last event.
pub fn updated_at(record: &ThreadRecord) -> Option<DateTime<Utc>> {
    record.patch.as_ref()?.updated_at
}

/// The moment that a patch gave as the thread's beginning.
pub fn created_at(record: &ThreadRecord) -> Option<DateTime<Utc>> {
    record.patch.as_ref()?.created_at
}

/// How many items its history has.
pub fn items(record: &ThreadRecord) -> usize {
    record.history.as_ref().map_or(0, |history| history.len())
}

/// What started the thread, as a read shows it.
pub fn source(record: &ThreadRecord) -> Option<&SessionSource> {
    let patched = record.patch.as_ref().and_then(|patch| patch.source.as_ref());
    patched.or(record.create.as_ref().map(|create| &create.source))
}

/// The thread below which this one hangs: the one that it was forked from, or whose agent spawned it.
pub fn parent(record: &ThreadRecord) -> Option<ThreadId> {
    match source(record) {
        Some(SessionSource::SubAgent(SubAgentSource::ThreadSpawn { parent_thread_id, .. })) => {
            Some(*parent_thread_id)
        }
        _ => record.create.as_ref()?.forked_from_id,
    }
}
