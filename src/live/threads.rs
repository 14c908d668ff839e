//! The loaded threads, and metadata updates for all threads, loaded or not.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::LiveThread;
use crate::contract::{
    StoredThread, ThreadMetadataPatch, ThreadStore, ThreadStoreError, ThreadStoreResult,
    UpdateThreadMetadataParams,
};
use crate::protocol::ThreadId;

/// The live threads of one store. A patch for a live thread goes through its [`LiveThread`], which sends its pending metadata
/// first; a patch for any other thread goes to the store (contract 9.8).
pub struct LiveThreads {
    store: Arc<dyn ThreadStore>,
    loaded: Mutex<HashMap<ThreadId, Loaded>>,
}

enum Loaded {
    Live(LiveThread),
    /// An ephemeral session, which stores nothing.
    Ephemeral,
}

impl LiveThreads {
    /// Creates an instance without loaded threads.
    pub fn new(store: Arc<dyn ThreadStore>) -> Self {
        Self {
            store,
            loaded: Mutex::default(),
        }
    }

    /// Adds a live thread.
    pub fn register(&self, thread: LiveThread) {
        self.loaded().insert(thread.thread_id(), Loaded::Live(thread));
    }

    /// Adds an ephemeral thread, which stores nothing; its metadata cannot be updated.
    pub fn register_ephemeral(&self, thread_id: ThreadId) {
        self.loaded().insert(thread_id, Loaded::Ephemeral);
    }

    /// Removes a thread. Returns the thread if it was live.
    pub fn unregister(&self, thread_id: ThreadId) -> Option<LiveThread> {
        match self.loaded().remove(&thread_id) {
            Some(Loaded::Live(thread)) => Some(thread),
            _ => None,
        }
    }

    /// The thread with this id, if it is live.
    pub fn get(&self, thread_id: ThreadId) -> Option<LiveThread> {
        match self.loaded().get(&thread_id) {
            Some(Loaded::Live(thread)) => Some(thread.clone()),
            _ => None,
        }
    }

    /// Updates a thread's metadata, whether it is loaded or not, and returns the updated thread.
    ///
    /// # Errors
    /// The store's; `InvalidRequest` for an ephemeral thread.
    pub async fn update_thread_metadata(
        &self,
        thread_id: ThreadId,
        patch: ThreadMetadataPatch,
        include_archived: bool,
    ) -> ThreadStoreResult<StoredThread> {
        let live = match self.loaded().get(&thread_id) {
            Some(Loaded::Live(thread)) => Some(thread.clone()),
            Some(Loaded::Ephemeral) => {
                let message = format!("ephemeral thread does not support metadata updates: {thread_id}");
                return Err(ThreadStoreError::InvalidRequest { message });
            }
            None => None,
        };
        match live {
            Some(thread) => thread.update_metadata(patch, include_archived).await,
            None => {
                let params = UpdateThreadMetadataParams {
                    thread_id,
                    patch,
                    include_archived,
                };
                self.store.update_thread_metadata(params).await
            }
        }
    }

    fn loaded(&self) -> MutexGuard<'_, HashMap<ThreadId, Loaded>> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for LiveThreads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveThreads")
            .field("loaded", &self.loaded().len())
            .finish_non_exhaustive()
    }
}
