//! A store that records its calls and forwards them to an in-memory store, except calls that a test makes fail.

use std::any::Any;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use threadloupe::contract::*;
use threadloupe::live::ClockFn;
use threadloupe::protocol::ThreadId;
use threadloupe::store::{InMemoryThreadStore, InMemoryThreadStoreCalls};

pub struct Witness {
    pub store: InMemoryThreadStore,
    seen: Mutex<Vec<String>>,
    refused: Mutex<Option<&'static str>>,
}

impl Witness {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            store: InMemoryThreadStore::standing_at(moment("2026-02-03T04:05:06Z")),
            seen: Mutex::default(),
            refused: Mutex::default(),
        })
    }

    /// The clock of the store.
    pub fn now(self: &Arc<Self>) -> ClockFn {
        let witness = Arc::clone(self);
        Arc::new(move || witness.store.snapshot().now())
    }

    pub fn set_time(&self, text: &str) {
        self.store.stand_at(moment(text));
    }

    /// From now on, this method fails without reaching the in-memory store; `None` lets every call succeed.
    pub fn refuse(&self, method: Option<&'static str>) {
        *self.refused.lock().unwrap() = method;
    }

    /// The calls since the last time: the method, and for an update the fields that it changes.
    pub fn seen(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }

    pub async fn calls(&self) -> InMemoryThreadStoreCalls {
        self.store.calls().await
    }

    fn note(&self, method: &'static str, more: &str) -> ThreadStoreResult<()> {
        self.seen.lock().unwrap().push(format!("{method}{more}"));
        match *self.refused.lock().unwrap() {
            Some(refused) if refused == method => Err(ThreadStoreError::Internal {
                message: format!("{method} refused"),
            }),
            _ => Ok(()),
        }
    }
}

pub fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The names of the fields that a patch sets or clears.
fn touched(params: &UpdateThreadMetadataParams) -> String {
    let whole = FIELDS.iter().filter(|field| !field.is_part());
    let names: Vec<_> = whole
        .filter(|field| field.state(&params.patch) != FieldState::Leave)
        .map(|field| field.name)
        .collect();
    let archived = if params.include_archived {
        ""
    } else {
        " not-archived"
    };
    format!(" {}{archived}", names.join(","))
}

macro_rules! pass {
    ($($method:ident($params:ident: $ty:ty) -> $out:ty, $more:expr;)*) => { $(
        fn $method(&self, $params: $ty) -> ThreadStoreFuture<'_, $out> {
            let noted = self.note(stringify!($method), &$more);
            Box::pin(async move {
                noted?;
                self.store.$method($params).await
            })
        }
    )* };
}

impl ThreadStore for Witness {
    fn as_any(&self) -> &dyn Any {
        self
    }

    pass! {
        create_thread(params: CreateThreadParams) -> (), "";
        resume_thread(params: ResumeThreadParams) -> (), "";
        append_items(params: AppendThreadItemsParams) -> (), format!(" {}", params.items.len());
        persist_thread(params: ThreadId) -> (), "";
        flush_thread(params: ThreadId) -> (), "";
        shutdown_thread(params: ThreadId) -> (), "";
        discard_thread(params: ThreadId) -> (), "";
        load_history(params: LoadThreadHistoryParams) -> StoredThreadHistory, archived(params.include_archived);
        read_thread(params: ReadThreadParams) -> StoredThread, archived(params.include_archived);
        read_thread_by_rollout_path(params: ReadThreadByRolloutPathParams) -> StoredThread, "";
        list_threads(params: ListThreadsParams) -> ThreadPage, "";
        update_thread_metadata(params: UpdateThreadMetadataParams) -> StoredThread, touched(&params);
        archive_thread(params: ArchiveThreadParams) -> (), "";
        unarchive_thread(params: ArchiveThreadParams) -> StoredThread, "";
    }
}

fn archived(included: bool) -> &'static str {
    if included { "" } else { " not-archived" }
}
