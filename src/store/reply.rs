//! The data for a call's answer: collected while the store is locked, turned into an answer after the lock is released.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::ThreadRecord;
use super::state::StoreState;
use crate::contract::{
    Answer, StoredThread, StoredThreadHistory, ThreadPage, ThreadStoreError, ThreadStoreResult,
};
use crate::protocol::ThreadId;

/// An answer that has not been built yet.
pub(super) enum PendingAnswer {
    /// An empty answer.
    Done,
    /// An error.
    Failed(ThreadStoreError),
    /// A part of a thread; fails if the thread does not exist.
    Of(ThreadId, Option<Arc<ThreadRecord>>, ThreadPart),
    /// All created threads.
    List(StoreState),
}

/// Which part of a thread to return.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ThreadPart {
    Thread,
    ThreadWithHistory,
    History,
}

impl ThreadPart {
    pub fn thread(include_history: bool) -> Self {
        match include_history {
            true => Self::ThreadWithHistory,
            false => Self::Thread,
        }
    }
}

impl PendingAnswer {
    /// Builds the answer to a call made at the time `now`.
    pub fn answer(self, now: DateTime<Utc>) -> ThreadStoreResult<Answer> {
        match self {
            Self::Done => Ok(Answer::Nothing(())),
            Self::Failed(error) => Err(error),
            Self::Of(id, record, ThreadPart::History) => record
                .and_then(|record| history(&record))
                .map(Answer::from)
                .ok_or(ThreadStoreError::ThreadNotFound { thread_id: id }),
            Self::Of(id, record, wanted) => record
                .and_then(|record| thread(&record, now, wanted))
                .map(Answer::Thread)
                .ok_or(ThreadStoreError::ThreadNotFound { thread_id: id }),
            Self::List(state) => {
                let mut items = Vec::with_capacity(state.listed());
                items.extend(state.threads().filter_map(|record| record.project(now)));
                Ok(Answer::Page(ThreadPage {
                    items,
                    next_cursor: None,
                }))
            }
        }
    }
}

/// A created thread, with its history only if requested (rules G2, G3).
fn thread(record: &ThreadRecord, now: DateTime<Utc>, wanted: ThreadPart) -> Option<Box<StoredThread>> {
    let mut thread = record.project_boxed(now)?;
    if wanted == ThreadPart::ThreadWithHistory {
        thread.history = Some(history(record).unwrap_or_else(|| StoredThreadHistory {
            thread_id: record.id,
            items: Vec::new(),
        }));
    }
    Some(thread)
}

fn history(record: &ThreadRecord) -> Option<StoredThreadHistory> {
    record.history.as_ref().map(|history| StoredThreadHistory {
        thread_id: record.id,
        items: history.to_vec(),
    })
}
