//! A thread in use: appended items are filtered by the policy, and the metadata is updated from them (contract 9.6).

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::git::collect_git_info;
use super::policy::kept;
use super::sync::{MetadataSync, Outgoing};
use crate::contract::{
    AppendThreadItemsParams, CreateThreadParams, GitInfoPatch, LoadThreadHistoryParams, ReadThreadParams,
    ResumeThreadParams, StoredThread, StoredThreadHistory, ThreadMetadataPatch, ThreadStore,
    ThreadStoreResult, UpdateThreadMetadataParams,
};
use crate::protocol::{RolloutItem, ThreadEventPersistenceMode, ThreadId, ThreadMemoryMode};

/// The clock for the times that a live thread writes into metadata.
pub type ClockFn = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The source of the git information of a new thread.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum GitSource {
    /// Runs `git` in the thread's working directory, if it is in a repository. Uses a separate thread, so no tokio runtime
    /// is needed.
    #[default]
    Ask,
    /// Uses this information.
    Given(GitInfoPatch),
    /// No git information.
    Skip,
}

/// The clock and git information of a live thread.
#[derive(Clone)]
#[non_exhaustive]
pub struct LiveOptions {
    /// The clock; by default the system clock.
    pub now: ClockFn,
    /// The git information of a new thread; by default from `git`. A resumed thread takes it from its history.
    pub git: GitSource,
}

impl Default for LiveOptions {
    fn default() -> Self {
        Self {
            now: Arc::new(Utc::now),
            git: GitSource::Ask,
        }
    }
}

/// A thread in use, on top of any store. Clones refer to the same thread.
///
/// Items that the persistence policy drops are not sent to the store. All others are appended first; then, if metadata has
/// changed, a patch is sent. If the patch fails, the items are already stored (rule V1), and the patch stays pending for the
/// next call.
#[derive(Clone)]
pub struct LiveThread {
    store: Arc<dyn ThreadStore>,
    thread_id: ThreadId,
    mode: ThreadEventPersistenceMode,
    sync: Arc<Mutex<MetadataSync>>,
    now: ClockFn,
}

impl LiveThread {
    /// Creates a thread in the store. Its initial metadata, including git information, is sent with its first item.
    ///
    /// If the thread's working directory is in a git repository, this runs `git`; use [`create_with`](Self::create_with) to
    /// pass the information or to omit it. Live threads do not need a tokio runtime, unless the store does.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use threadloupe::contract::CreateThreadParams;
    /// use threadloupe::live::LiveThread;
    /// use threadloupe::protocol::ThreadId;
    /// use threadloupe::store::InMemoryThreadStore;
    ///
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let store = Arc::new(InMemoryThreadStore::default());
    /// let params = CreateThreadParams::new(ThreadId::new());
    /// let thread = LiveThread::create(store.clone(), params).await.unwrap();
    /// thread.persist().await.unwrap();
    /// assert_eq!(store.calls().await.update_thread_metadata, 1);
    /// # });
    /// ```
    ///
    /// # Errors
    /// The store's, and those of [`create_with`](Self::create_with).
    pub async fn create(store: Arc<dyn ThreadStore>, params: CreateThreadParams) -> ThreadStoreResult<Self> {
        Self::create_with(store, params, LiveOptions::default()).await
    }

    /// Like [`create`](Self::create), with a clock and git information from the caller.
    ///
    /// # Errors
    /// The store's. An internal error, before the store is called, if git should be run ([`GitSource::Ask`]) and the system
    /// cannot start a thread for it.
    pub async fn create_with(
        store: Arc<dyn ThreadStore>,
        params: CreateThreadParams,
        options: LiveOptions,
    ) -> ThreadStoreResult<Self> {
        let LiveOptions { now, git } = options;
        let git = match (git, params.metadata.cwd.as_deref()) {
            (GitSource::Ask, Some(cwd)) => collect_git_info(cwd).await?,
            (GitSource::Ask, None) | (GitSource::Skip, _) => None,
            (GitSource::Given(git), _) => Some(git),
        };
        let sync = MetadataSync::created(&params, git, now());
        let (thread_id, mode) = (params.thread_id, params.event_persistence_mode);
        store.create_thread(params).await?;
        Ok(Self {
            store,
            thread_id,
            mode,
            sync: Arc::new(Mutex::new(sync)),
            now,
        })
    }

    /// Resumes a thread of the store. Metadata from its history (the given one, or else the store's) is sent with the next
    /// item. If the history cannot be loaded from the store, the thread is discarded.
    ///
    /// # Errors
    /// The store's.
    pub async fn resume(store: Arc<dyn ThreadStore>, params: ResumeThreadParams) -> ThreadStoreResult<Self> {
        Self::resume_with(store, params, LiveOptions::default()).await
    }

    /// Like [`resume`](Self::resume), with a clock from the caller.
    ///
    /// # Errors
    /// The store's.
    pub async fn resume_with(
        store: Arc<dyn ThreadStore>,
        params: ResumeThreadParams,
        options: LiveOptions,
    ) -> ThreadStoreResult<Self> {
        let now = options.now;
        let (thread_id, include_archived) = (params.thread_id, params.include_archived);
        store.resume_thread(params.clone()).await?;
        let sync = match &params.history {
            Some(history) => MetadataSync::resumed(&params, history),
            None => {
                let load = LoadThreadHistoryParams {
                    thread_id,
                    include_archived,
                };
                match store.load_history(load).await {
                    Ok(history) => MetadataSync::resumed(&params, &history.items),
                    Err(error) => {
                        // Report the first error, not this one.
                        let _ = store.discard_thread(thread_id).await;
                        return Err(error);
                    }
                }
            }
        };
        let mode = params.event_persistence_mode;
        Ok(Self {
            store,
            thread_id,
            mode,
            sync: Arc::new(Mutex::new(sync)),
            now,
        })
    }

    /// The thread's id.
    pub fn thread_id(&self) -> ThreadId {
        self.thread_id
    }

    /// Appends the items that the persistence policy keeps, and updates the metadata from them. If no item is kept, the
    /// store is not called.
    ///
    /// # Errors
    /// The store's. If the metadata update fails, the items are already stored (rule V1).
    pub async fn append_items(&self, items: &[RolloutItem]) -> ThreadStoreResult<()> {
        let items = kept(items, self.mode);
        if items.is_empty() {
            return Ok(());
        }
        let append = AppendThreadItemsParams {
            thread_id: self.thread_id,
            items: items.clone(),
        };
        self.store.append_items(append).await?;
        let outgoing = self
            .sync
            .lock()
            .await
            .observe(&items, (self.now)(), Instant::now());
        self.send(outgoing).await
    }

    /// Creates the thread in durable storage, including its metadata.
    ///
    /// # Errors
    /// The store's.
    pub async fn persist(&self) -> ThreadStoreResult<()> {
        self.store.persist_thread(self.thread_id).await?;
        self.send_pending().await
    }

    /// Makes all appended items durable and sends the pending metadata, unless nothing was appended yet.
    ///
    /// # Errors
    /// The store's.
    pub async fn flush(&self) -> ThreadStoreResult<()> {
        self.store.flush_thread(self.thread_id).await?;
        let ready = self.sync.lock().await.ready();
        self.send(ready).await
    }

    /// Sends the pending metadata, then closes the thread.
    ///
    /// # Errors
    /// The store's. If the metadata update fails, the thread is not closed (rule V1).
    pub async fn shutdown(&self) -> ThreadStoreResult<()> {
        let ready = self.sync.lock().await.ready();
        self.send(ready).await?;
        self.store.shutdown_thread(self.thread_id).await
    }

    /// Discards the thread without sending pending metadata.
    ///
    /// # Errors
    /// The store's.
    pub async fn discard(&self) -> ThreadStoreResult<()> {
        self.store.discard_thread(self.thread_id).await
    }

    /// Loads the whole history from the store.
    ///
    /// # Errors
    /// The store's.
    pub async fn load_history(&self, include_archived: bool) -> ThreadStoreResult<StoredThreadHistory> {
        let thread_id = self.thread_id;
        self.store
            .load_history(LoadThreadHistoryParams {
                thread_id,
                include_archived,
            })
            .await
    }

    /// Reads the thread from the store, with its history on request.
    ///
    /// # Errors
    /// The store's.
    pub async fn read_thread(
        &self,
        include_archived: bool,
        include_history: bool,
    ) -> ThreadStoreResult<StoredThread> {
        let thread_id = self.thread_id;
        self.store
            .read_thread(ReadThreadParams {
                thread_id,
                include_archived,
                include_history,
            })
            .await
    }

    /// Updates the metadata: sends the pending metadata first, then the patch.
    ///
    /// # Errors
    /// The store's. If sending the pending metadata fails, the patch is not sent.
    pub async fn update_metadata(
        &self,
        patch: ThreadMetadataPatch,
        include_archived: bool,
    ) -> ThreadStoreResult<StoredThread> {
        self.send_pending().await?;
        self.update(patch, include_archived).await
    }

    /// Sets whether memories may be created from the thread, like [`LiveThread::update_metadata`].
    ///
    /// # Errors
    /// The store's.
    pub async fn update_memory_mode(
        &self,
        mode: ThreadMemoryMode,
        include_archived: bool,
    ) -> ThreadStoreResult<()> {
        let patch = ThreadMetadataPatch {
            memory_mode: Some(mode),
            ..ThreadMetadataPatch::default()
        };
        self.update_metadata(patch, include_archived).await.map(drop)
    }

    /// The file in which the store keeps the thread. Always `None`, because no store here keeps threads in files, even if
    /// it shows a rollout path (rule V4).
    pub fn local_rollout_path(&self) -> Option<PathBuf> {
        None
    }

    async fn send_pending(&self) -> ThreadStoreResult<()> {
        let pending = self.sync.lock().await.pending();
        self.send(pending).await
    }

    async fn send(&self, outgoing: Option<Outgoing>) -> ThreadStoreResult<()> {
        let Some(outgoing) = outgoing else {
            return Ok(());
        };
        self.update(outgoing.patch.clone(), true).await?;
        self.sync.lock().await.applied(&outgoing, Instant::now());
        Ok(())
    }

    async fn update(
        &self,
        patch: ThreadMetadataPatch,
        include_archived: bool,
    ) -> ThreadStoreResult<StoredThread> {
        let thread_id = self.thread_id;
        self.store
            .update_thread_metadata(UpdateThreadMetadataParams {
                thread_id,
                patch,
                include_archived,
            })
            .await
    }
}

impl fmt::Debug for LiveThread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveThread")
            .field("thread_id", &self.thread_id)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}
