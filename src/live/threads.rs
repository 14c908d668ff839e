//! The threads that are loaded, and the one door through which the metadata of all threads is changed.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::LiveThread;
use crate::contract::{
    StoredThread, ThreadMetadataPatch, ThreadStore, ThreadStoreError, ThreadStoreResult,
    UpdateThreadMetadataParams,
};
use crate::protocol::ThreadId;

/// The threads of one store that are being worked on. A patch for one of them goes through its [`LiveThread`], so that
/// what waits there is told first; a patch for any other goes to the store (contract 9.8).
pub struct LiveThreads {
    store: Arc<dyn ThreadStore>,
    loaded: Mutex<HashMap<ThreadId, Loaded>>,
}

enum Loaded {
    Live(LiveThread),
    /// A session that keeps nothing.
    Ephemeral,
}

impl LiveThreads {
    /// No thread is loaded yet.
    pub fn new(store: Arc<dyn ThreadStore>) -> Self {
        Self {
            store,
            loaded: Mutex::default(),
        }
    }

    /// A thread is being worked on from now on.
    pub fn register(&self, thread: LiveThread) {
        self.loaded().insert(thread.thread_id(), Loaded::Live(thread));
    }

    /// A thread that keeps nothing is being worked on from now on; its metadata cannot be changed.
    pub fn register_ephemeral(&self, thread_id: ThreadId) {
        self.loaded().insert(thread_id, Loaded::Ephemeral);
    }

    /// A thread is no longer worked on. Gives it back if it was live.
    pub fn unregister(&self, thread_id: ThreadId) -> Option<LiveThread> {
        match self.loaded().remove(&thread_id) {
            Some(Loaded::Live(thread)) => Some(thread),
            _ => None,
        }
    }

    /// The thread of that id, if it is live.
    pub fn get(&self, thread_id: ThreadId) -> Option<LiveThread> {
        match self.loaded().get(&thread_id) {
            Some(Loaded::Live(thread)) => Some(thread.clone()),
            _ => None,
        }
    }

    /// Changes a thread's metadata, whether it is loaded or not, and returns the thread after it.
    ///
    /// # Errors
    /// The store's; `InvalidRequest` for a thread that keeps nothing.
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
