//! The trait that every thread store implements. Which rules the in-memory store keeps beyond it stands with that store.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;

use super::{
    AppendThreadItemsParams, ArchiveThreadParams, CreateThreadParams, ItemPage, ListItemsParams,
    ListThreadsParams, ListTurnsParams, LoadThreadHistoryParams, ReadThreadByRolloutPathParams,
    ReadThreadParams, ResumeThreadParams, StoredThread, StoredThreadHistory, ThreadPage, ThreadStoreError,
    ThreadStoreResult, TurnPage, UpdateThreadMetadataParams,
};
use crate::protocol::ThreadId;

/// What a store method hands back at once: the call under way, to be awaited.
pub type ThreadStoreFuture<'a, T> = Pin<Box<dyn Future<Output = ThreadStoreResult<T>> + Send + 'a>>;

/// A place that keeps threads: metadata that can be patched, and a history that only grows.
///
/// Used as `Arc<dyn ThreadStore>`. Metadata has one way in, [`update_thread_metadata`](Self::update_thread_metadata);
/// appends are history alone and never touch metadata.
pub trait ThreadStore: Any + Send + Sync {
    /// The store itself, for callers that know which one they hold.
    fn as_any(&self) -> &dyn Any;

    /// Opens a thread that did not exist before, under an id that the caller chose.
    fn create_thread(&self, params: CreateThreadParams) -> ThreadStoreFuture<'_, ()>;

    /// Opens an existing thread again, to append to it.
    fn resume_thread(&self, params: ResumeThreadParams) -> ThreadStoreFuture<'_, ()>;

    /// Adds items to the end of a thread's history, in order.
    fn append_items(&self, params: AppendThreadItemsParams) -> ThreadStoreFuture<'_, ()>;

    /// Makes the thread exist in storage with nothing left to be written.
    fn persist_thread(&self, thread_id: ThreadId) -> ThreadStoreFuture<'_, ()>;

    /// Makes all queued items durable and readable.
    fn flush_thread(&self, thread_id: ThreadId) -> ThreadStoreFuture<'_, ()>;

    /// Flushes, then closes the thread's writer.
    fn shutdown_thread(&self, thread_id: ThreadId) -> ThreadStoreFuture<'_, ()>;

    /// Gives the thread's writer up without waiting for queued items; what is stored stays.
    fn discard_thread(&self, thread_id: ThreadId) -> ThreadStoreFuture<'_, ()>;

    /// The whole history of a thread.
    fn load_history(&self, params: LoadThreadHistoryParams) -> ThreadStoreFuture<'_, StoredThreadHistory>;

    /// One thread's metadata, with its history on request.
    fn read_thread(&self, params: ReadThreadParams) -> ThreadStoreFuture<'_, StoredThread>;

    /// The same, for the thread that a rollout path belongs to. Only for stores that know paths.
    fn read_thread_by_rollout_path(
        &self,
        params: ReadThreadByRolloutPathParams,
    ) -> ThreadStoreFuture<'_, StoredThread>;

    /// A page of threads.
    fn list_threads(&self, params: ListThreadsParams) -> ThreadStoreFuture<'_, ThreadPage>;

    /// A page of a thread's turns. A store that does not offer it answers `Unsupported`.
    fn list_turns(&self, _params: ListTurnsParams) -> ThreadStoreFuture<'_, TurnPage> {
        Box::pin(async {
            Err(ThreadStoreError::Unsupported {
                operation: "list_turns",
            })
        })
    }

    /// A page of a turn's items. A store that does not offer it answers `Unsupported`.
    fn list_items(&self, _params: ListItemsParams) -> ThreadStoreFuture<'_, ItemPage> {
        Box::pin(async {
            Err(ThreadStoreError::Unsupported {
                operation: "list_items",
            })
        })
    }

    /// Merges a patch into the thread's metadata as it is and returns the thread after it.
    fn update_thread_metadata(
        &self,
        params: UpdateThreadMetadataParams,
    ) -> ThreadStoreFuture<'_, StoredThread>;

    /// Puts a thread away.
    fn archive_thread(&self, params: ArchiveThreadParams) -> ThreadStoreFuture<'_, ()>;

    /// Brings a thread back and returns it.
    fn unarchive_thread(&self, params: ArchiveThreadParams) -> ThreadStoreFuture<'_, StoredThread>;
}
