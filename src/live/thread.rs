//! A thread that is being worked on: what it appends is filtered and observed, and its metadata follows by itself
//! (contract 9.6).

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

/// Where a live thread reads the time that it writes into metadata.
pub type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Where the git facts come from that a new thread starts with.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum GitFacts {
    /// `git` is run in the thread's folder, if that lies in a repository: on a thread of its own, so no runtime is needed
    /// for it.
    #[default]
    Ask,
    /// These.
    Given(GitInfoPatch),
    /// There are none.
    Skip,
}

/// What a live thread takes from its surroundings.
#[derive(Clone)]
#[non_exhaustive]
pub struct LiveOptions {
    /// The clock; the system's by default.
    pub now: Now,
    /// The git facts of a new thread; asked for by default. A resumed thread has them in its history.
    pub git: GitFacts,
}

impl Default for LiveOptions {
    fn default() -> Self {
        Self {
            now: Arc::new(Utc::now),
            git: GitFacts::Ask,
        }
    }
}

/// A thread that is being worked on, over any store. Clones are the same thread.
///
/// Items that the persistence policy drops reach no store. For the others the store is given the items first and then,
/// if something is to be told, a patch; so an error of the patch comes after the items are stored (rule V1), and the
/// patch goes on waiting for the next occasion.
#[derive(Clone)]
pub struct LiveThread {
    store: Arc<dyn ThreadStore>,
    thread_id: ThreadId,
    mode: ThreadEventPersistenceMode,
    sync: Arc<Mutex<MetadataSync>>,
    now: Now,
}

impl LiveThread {
    /// Creates a thread in the store. Its facts, git's included, reach the store with its first item.
    ///
    /// If the thread's folder lies in a git repository, `git` is asked about it; [`create_with`](Self::create_with) takes
    /// the answers from the caller or does without. No call of a live thread needs a tokio runtime; what the store needs is
    /// its own matter.
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

    /// As [`create`](Self::create), with a clock and git facts of the caller's.
    ///
    /// # Errors
    /// The store's. An internal error, before the store is called, if git is to be asked ([`GitFacts::Ask`]) and the system
    /// gives no thread for that.
    pub async fn create_with(
        store: Arc<dyn ThreadStore>,
        params: CreateThreadParams,
        options: LiveOptions,
    ) -> ThreadStoreResult<Self> {
        let LiveOptions { now, git } = options;
        let git = match (git, params.metadata.cwd.as_deref()) {
            (GitFacts::Ask, Some(cwd)) => collect_git_info(cwd).await?,
            (GitFacts::Ask, None) | (GitFacts::Skip, _) => None,
            (GitFacts::Given(git), _) => Some(git),
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

    /// Opens a thread of the store again. What its history tells, the given one or else the store's, reaches the store
    /// with the next item. If the store's history cannot be loaded the thread is discarded.
    ///
    /// # Errors
    /// The store's.
    pub async fn resume(store: Arc<dyn ThreadStore>, params: ResumeThreadParams) -> ThreadStoreResult<Self> {
        Self::resume_with(store, params, LiveOptions::default()).await
    }

    /// As [`resume`](Self::resume), with a clock of the caller's.
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
                        // The first error is the one to tell of.
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

    /// Its id.
    pub fn thread_id(&self) -> ThreadId {
        self.thread_id
    }

    /// Adds to the history what the persistence policy keeps of the items, and tells the store what they say about
    /// metadata. If nothing is kept the store is not called.
    ///
    /// # Errors
    /// The store's; after an error of the patch the items are stored all the same (rule V1).
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

    /// Makes the thread exist in storage, its facts included.
    ///
    /// # Errors
    /// The store's.
    pub async fn persist(&self) -> ThreadStoreResult<()> {
        self.store.persist_thread(self.thread_id).await?;
        self.send_pending().await
    }

    /// Makes everything that was appended durable, and tells what waits to be told; nothing of a thread without items.
    ///
    /// # Errors
    /// The store's.
    pub async fn flush(&self) -> ThreadStoreResult<()> {
        self.store.flush_thread(self.thread_id).await?;
        let ready = self.sync.lock().await.ready();
        self.send(ready).await
    }

    /// Tells what waits to be told, then closes the thread.
    ///
    /// # Errors
    /// The store's; if the patch fails the thread is not closed (rule V1).
    pub async fn shutdown(&self) -> ThreadStoreResult<()> {
        let ready = self.sync.lock().await.ready();
        self.send(ready).await?;
        self.store.shutdown_thread(self.thread_id).await
    }

    /// Gives the thread up without writing what waits.
    ///
    /// # Errors
    /// The store's.
    pub async fn discard(&self) -> ThreadStoreResult<()> {
        self.store.discard_thread(self.thread_id).await
    }

    /// The whole history as the store has it.
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

    /// The thread as the store has it, with its history on request.
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

    /// Changes metadata: first what waits is told, then the patch as it is.
    ///
    /// # Errors
    /// The store's; if what waits cannot be told the patch is not sent.
    pub async fn update_metadata(
        &self,
        patch: ThreadMetadataPatch,
        include_archived: bool,
    ) -> ThreadStoreResult<StoredThread> {
        self.send_pending().await?;
        self.update(patch, include_archived).await
    }

    /// Changes whether memories may be drawn from the thread, like [`LiveThread::update_metadata`].
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

    /// The file that the store keeps the thread in. None: only a store of files could tell, and there is none here, not
    /// even where the store knows a path (rule V4).
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
