//! What queries and lists of threads know about a thread, read from its record. A value that nothing has set is `None`,
//! not the default that a read returns for it.

use chrono::{DateTime, Utc};

use crate::contract::ThreadMetadataPatch;
use crate::home::is_in_archive;
use crate::protocol::json::Json;
use crate::protocol::{RolloutItem, SessionSource, SubAgentSource, ThreadId, ThreadSource};
use crate::store::ThreadRecord;
use crate::workbench::failures::failure;

/// The accumulated patch.
pub(super) fn patch(record: &ThreadRecord) -> Option<&ThreadMetadataPatch> {
    record.patch.as_deref()
}

/// The preview.
pub fn preview(record: &ThreadRecord) -> Option<&str> {
    patch(record)?.preview.as_deref()
}

/// The checked-out Git branch.
pub fn branch(record: &ThreadRecord) -> Option<&str> {
    patch(record)?.git_info.as_ref()?.branch.as_ref()?.as_deref()
}

/// The URL that the Git repository was cloned from.
pub fn origin(record: &ThreadRecord) -> Option<&str> {
    patch(record)?.git_info.as_ref()?.origin_url.as_ref()?.as_deref()
}

/// Whether anything is known about its Git repository.
pub fn has_git(record: &ThreadRecord) -> bool {
    let git = patch(record).and_then(|patch| patch.git_info.as_ref());
    git.is_some_and(|git| {
        [&git.sha, &git.branch, &git.origin_url]
            .into_iter()
            .any(|part| matches!(part, Some(Some(_))))
    })
}

/// The time of the last event.
pub fn updated_at(record: &ThreadRecord) -> Option<DateTime<Utc>> {
    patch(record)?.updated_at
}

/// The creation time.
pub fn created_at(record: &ThreadRecord) -> Option<DateTime<Utc>> {
    patch(record)?.created_at
}

/// What started it.
pub fn source(record: &ThreadRecord) -> Option<&SessionSource> {
    let patched = patch(record).and_then(|patch| patch.source.as_ref());
    patched.or(record.create.as_ref().map(|create| &create.source))
}

/// The thread whose agent spawned it.
pub fn parent(record: &ThreadRecord) -> Option<ThreadId> {
    match source(record)? {
        SessionSource::SubAgent(SubAgentSource::ThreadSpawn { parent_thread_id, .. }) => {
            Some(*parent_thread_id)
        }
        _ => None,
    }
}

/// The thread that it was forked from.
pub fn forked_from(record: &ThreadRecord) -> Option<ThreadId> {
    record.create.as_ref()?.forked_from_id
}

/// Whether it is the thread of a sub-agent.
pub fn is_subagent(record: &ThreadRecord) -> bool {
    let started_for = match patch(record).and_then(|patch| patch.thread_source) {
        Some(patched) => patched,
        None => record.create.as_ref().and_then(|create| create.thread_source),
    };
    matches!(source(record), Some(SessionSource::SubAgent(_))) || started_for == Some(ThreadSource::Subagent)
}

/// Whether its current rollout is in the folder of archived sessions.
pub fn is_archived(record: &ThreadRecord) -> bool {
    record.rollout_path().is_some_and(is_in_archive)
}

fn history(record: &ThreadRecord) -> impl DoubleEndedIterator<Item = &RolloutItem> {
    record.history.iter().flat_map(|history| history.iter())
}

/// The number of items in its history.
pub fn items(record: &ThreadRecord) -> u64 {
    record.history.as_ref().map_or(0, |history| history.len()) as u64
}

/// The number of damaged lines in its history.
pub fn damaged(record: &ThreadRecord) -> u64 {
    history(record).filter(|item| item.is_damaged()).count() as u64
}

/// Whether its history contains a damaged line.
pub fn is_damaged(record: &ThreadRecord) -> bool {
    history(record).any(RolloutItem::is_damaged)
}

/// Whether an item of its history records a failure.
pub fn has_failure(record: &ThreadRecord) -> bool {
    history(record).any(|item| failure(item).is_some())
}

/// The last token total in its history.
pub fn tokens(record: &ThreadRecord) -> Option<u64> {
    history(record).rev().find_map(|item| {
        let usage = |payload: Json<'_>| -> Option<u64> {
            let kind = item.kind();
            match (kind.outer, kind.name) {
                ("event_msg", "token_count") => payload.get("info")?.get("total_token_usage"),
                ("token_usage_record", _) => payload.get("thread_token_usage"),
                _ => None,
            }?
            .get("total_tokens")?
            .as_u64()
        };
        matches!(item.kind().name, "token_count" | "token_usage_record")
            .then(|| item.payload())
            .flatten()
            .and_then(usage)
    })
}
