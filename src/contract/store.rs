//! The trait that every thread store implements.

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

/// The future that a store method returns.
pub type ThreadStoreFuture<'a, T> = Pin<Box<dyn Future<Output = ThreadStoreResult<T>> + Send + 'a>>;

/// A store of threads, each with metadata that can be patched and an append-only history.
///
/// Usually held as `Arc<dyn ThreadStore>`. Only [`update_thread_metadata`](Self::update_thread_metadata) changes metadata;
/// appends only change the history. The table [`RULES`](super::RULES) specifies the behaviour in detail.
pub trait ThreadStore: Any + Send + Sync {
    /// The store as [`Any`], for downcasting to its concrete type.
    fn as_any(&self) -> &dyn Any;

    /// Creates a thread with an id chosen by the caller.
    fn create_thread(&self, params: CreateThreadParams) -> ThreadStoreFuture<'_, ()>;

    /// Reopens an existing thread so that items can be appended to it.
    fn resume_thread(&self, params: ResumeThreadParams) -> ThreadStoreFuture<'_, ()>;

    /// Adds items to the end of a thread's history, in order.
    fn append_items(&self, params: AppendThreadItemsParams) -> ThreadStoreFuture<'_, ()>;

    /// Creates the thread in durable storage and writes all queued items.
    fn persist_thread(&self, thread_id: ThreadId) -> ThreadStoreFuture<'_, ()>;

    /// Makes all queued items durable and readable.
    fn flush_thread(&self, thread_id: ThreadId) -> ThreadStoreFuture<'_, ()>;

    /// Flushes, then closes the thread's writer.
    fn shutdown_thread(&self, thread_id: ThreadId) -> ThreadStoreFuture<'_, ()>;

    /// Closes the thread's writer without writing queued items; stored items are kept.
    fn discard_thread(&self, thread_id: ThreadId) -> ThreadStoreFuture<'_, ()>;

    /// Returns the whole history of a thread.
    fn load_history(&self, params: LoadThreadHistoryParams) -> ThreadStoreFuture<'_, StoredThreadHistory>;

    /// Returns a thread's metadata, with its history on request.
    fn read_thread(&self, params: ReadThreadParams) -> ThreadStoreFuture<'_, StoredThread>;

    /// Like [`read_thread`](Self::read_thread), for the thread that a rollout path belongs to. Only for stores that use
    /// paths.
    fn read_thread_by_rollout_path(
        &self,
        params: ReadThreadByRolloutPathParams,
    ) -> ThreadStoreFuture<'_, StoredThread>;

    /// Returns a page of threads.
    fn list_threads(&self, params: ListThreadsParams) -> ThreadStoreFuture<'_, ThreadPage>;

    /// Returns a page of a thread's turns. By default fails with [`ThreadStoreError::Unsupported`].
    fn list_turns(&self, _params: ListTurnsParams) -> ThreadStoreFuture<'_, TurnPage> {
        Box::pin(async {
            Err(ThreadStoreError::Unsupported {
                operation: "list_turns",
            })
        })
    }

    /// Returns a page of a turn's items. By default fails with [`ThreadStoreError::Unsupported`].
    fn list_items(&self, _params: ListItemsParams) -> ThreadStoreFuture<'_, ItemPage> {
        Box::pin(async {
            Err(ThreadStoreError::Unsupported {
                operation: "list_items",
            })
        })
    }

    /// Merges a patch into the thread's metadata and returns the updated thread.
    fn update_thread_metadata(
        &self,
        params: UpdateThreadMetadataParams,
    ) -> ThreadStoreFuture<'_, StoredThread>;

    /// Archives a thread.
    fn archive_thread(&self, params: ArchiveThreadParams) -> ThreadStoreFuture<'_, ()>;

    /// Unarchives a thread and returns it.
    fn unarchive_thread(&self, params: ArchiveThreadParams) -> ThreadStoreFuture<'_, StoredThread>;
}
