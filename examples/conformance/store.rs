//! A small store that follows the contract and differs from the in-memory store wherever the contract allows it: a
//! second create is a conflict, an unknown thread is an error, archived threads are hidden, lists are sorted and split
//! into pages, and times and defaults are different.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use threadloupe::chrono::Utc;
use threadloupe::contract::{
    Answer, CreateThreadParams, ListThreadsParams, SortDirection, Step, StepStore, StoredThread,
    StoredThreadHistory, ThreadPage, ThreadSortKey, ThreadStoreError, ThreadStoreResult,
};
use threadloupe::protocol::{RolloutItem, ThreadId};

/// A thread and its items.
struct Kept {
    thread: StoredThread,
    items: Vec<RolloutItem>,
}

#[derive(Default)]
pub struct OtherStore(Mutex<HashMap<ThreadId, Kept>>);

impl StepStore for OtherStore {
    async fn call(&self, step: Step) -> ThreadStoreResult<Answer> {
        let mut threads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match step {
            Step::CreateThread(params) => {
                let id = params.thread_id;
                if threads.contains_key(&id) {
                    let message = format!("thread {id} was created before");
                    return Err(ThreadStoreError::Conflict { message });
                }
                threads.insert(id, created(params));
            }
            Step::AppendItems(params) => find(&mut threads, params.thread_id, true)?
                .items
                .extend(params.items),
            Step::ResumeThread(params) => {
                find(&mut threads, params.thread_id, params.include_archived)?;
            }
            // Everything is stored at once, so no items are queued.
            Step::PersistThread(id)
            | Step::FlushThread(id)
            | Step::ShutdownThread(id)
            | Step::DiscardThread(id) => {
                find(&mut threads, id, true)?;
            }
            Step::LoadHistory(params) => {
                let kept = find(&mut threads, params.thread_id, params.include_archived)?;
                return Ok(kept.history().into());
            }
            Step::ReadThread(params) => {
                let kept = find(&mut threads, params.thread_id, params.include_archived)?;
                return Ok(kept.read(params.include_history).into());
            }
            Step::ReadThreadByRolloutPath(params) => {
                let path = Some(&params.rollout_path);
                let found = threads
                    .values()
                    .find(|kept| kept.thread.rollout_path.as_ref() == path);
                let Some(kept) = found else {
                    let message = format!("no thread is kept in {}", params.rollout_path.display());
                    return Err(ThreadStoreError::InvalidRequest { message });
                };
                return Ok(kept.read(params.include_history).into());
            }
            Step::ListThreads(params) => return Ok(page(&threads, &params).into()),
            Step::UpdateThreadMetadata(params) => {
                let kept = find(&mut threads, params.thread_id, params.include_archived)?;
                params.patch.apply(&mut kept.thread);
                return Ok(kept.read(false).into());
            }
            Step::ArchiveThread(params) => {
                find(&mut threads, params.thread_id, false)?.thread.archived_at = Some(Utc::now());
            }
            Step::UnarchiveThread(params) => {
                let kept = find(&mut threads, params.thread_id, true)?;
                kept.thread.archived_at = None;
                return Ok(kept.read(false).into());
            }
            other => {
                let operation = other.op().name();
                return Err(ThreadStoreError::Unsupported { operation });
            }
        }
        Ok(().into())
    }
}

/// The thread with an id, if it was created. An archived thread is only found on request.
fn find(
    threads: &mut HashMap<ThreadId, Kept>,
    thread_id: ThreadId,
    archived: bool,
) -> ThreadStoreResult<&mut Kept> {
    threads
        .get_mut(&thread_id)
        .filter(|kept| archived || kept.thread.archived_at.is_none())
        .ok_or(ThreadStoreError::ThreadNotFound { thread_id })
}

fn created(params: CreateThreadParams) -> Kept {
    let mut thread = StoredThread::new(params.thread_id, params.source, Utc::now());
    thread.rollout_path = Some(PathBuf::from(format!("/threads/{}.jsonl", params.thread_id)));
    thread.forked_from_id = params.forked_from_id;
    thread.thread_source = params.thread_source;
    thread.model_provider = params.metadata.model_provider;
    thread.cwd = params.metadata.cwd.unwrap_or_default();
    thread.agent_nickname = thread.source.get_nickname();
    thread.agent_role = thread.source.get_agent_role();
    thread.agent_path = thread.source.get_agent_path().map(|path| path.to_string());
    Kept {
        thread,
        items: Vec::new(),
    }
}

fn page(threads: &HashMap<ThreadId, Kept>, params: &ListThreadsParams) -> ThreadPage {
    let mut items: Vec<StoredThread> = threads
        .values()
        .filter(|kept| kept.thread.archived_at.is_some() == params.archived)
        .map(|kept| kept.read(false))
        .collect();
    items.sort_by_key(|thread| match params.sort_key {
        ThreadSortKey::CreatedAt => thread.created_at,
        ThreadSortKey::UpdatedAt => thread.updated_at,
    });
    if params.sort_direction == SortDirection::Desc {
        items.reverse();
    }
    items.truncate(params.page_size);
    ThreadPage {
        items,
        next_cursor: None,
    }
}

impl Kept {
    fn history(&self) -> StoredThreadHistory {
        StoredThreadHistory {
            thread_id: self.thread.thread_id,
            items: self.items.clone(),
        }
    }

    fn read(&self, with_history: bool) -> StoredThread {
        let mut thread = self.thread.clone();
        thread.history = with_history.then(|| self.history());
        thread
    }
}
