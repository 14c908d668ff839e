//! What the store keeps for one thread, and what a read returns of it.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use imbl::Vector;

use super::History;
use crate::contract::{CreateThreadParams, StoredThread, ThreadMetadataPatch};
use crate::protocol::{RolloutItem, ThreadId};

/// Everything that the store keeps for one id. Each part can exist without the others.
#[derive(Clone, Debug)]
pub struct ThreadRecord {
    /// The id.
    pub id: ThreadId,
    /// The parameters of the last `create_thread`; `None` if it was never created.
    pub create: Option<Arc<CreateThreadParams>>,
    /// Its history; `None` until a create, a resume or an append starts one.
    pub history: Option<History>,
    /// All patches merged in order; `None` if there was no patch.
    pub patch: Option<Arc<ThreadMetadataPatch>>,
    /// The rollout paths registered for it, in order of registration.
    paths: Vector<(u64, Arc<Path>)>,
}

impl ThreadRecord {
    pub(super) fn new(id: ThreadId) -> Self {
        Self {
            id,
            create: None,
            history: None,
            patch: None,
            paths: Vector::new(),
        }
    }

    /// A thread that was only created.
    pub fn created(params: CreateThreadParams) -> Self {
        let id = params.thread_id;
        Self {
            create: Some(Arc::new(params)),
            history: Some(History::default()),
            ..Self::new(id)
        }
    }

    /// Whether it was created, so that reads and lists return it (rules G2, L2).
    pub fn is_listed(&self) -> bool {
        self.create.is_some()
    }

    /// Whether its history can be loaded (rule G1).
    pub fn is_loadable(&self) -> bool {
        self.history.is_some()
    }

    /// The rollout path that was registered last and still belongs to it (rule P5).
    pub fn rollout_path(&self) -> Option<&Path> {
        self.paths.last().map(|(_, path)| &**path)
    }

    /// All rollout paths that are registered for it, in order of registration.
    pub fn rollout_paths(&self) -> impl Iterator<Item = &Path> {
        self.paths.iter().map(|(_, path)| &**path)
    }

    /// The registered paths of the thread, each with its registration number, which counts across the whole store.
    pub fn registered_paths(&self) -> impl Iterator<Item = (u64, &Path)> {
        self.paths.iter().map(|(place, path)| (*place, &**path))
    }

    /// The name, if the accumulated patch sets one (rule M3).
    pub fn name(&self) -> Option<&str> {
        self.patch.as_ref()?.name.as_ref()?.as_deref()
    }

    /// The thread as a read at the time `now` returns it, without history. Times that no patch has set are `now` (rule G4).
    /// `None` if it was never created.
    pub fn project(&self, now: DateTime<Utc>) -> Option<StoredThread> {
        let mut thread = StoredThread::new(self.id, self.create.as_ref()?.source.clone(), now);
        self.fill(&mut thread);
        Some(thread)
    }

    /// Like [`project`](Self::project), without moving the thread, which is large.
    pub(super) fn project_boxed(&self, now: DateTime<Utc>) -> Option<Box<StoredThread>> {
        let source = self.create.as_ref()?.source.clone();
        let mut thread = Box::new(StoredThread::new(self.id, source, now));
        self.fill(&mut thread);
        Some(thread)
    }

    fn fill(&self, thread: &mut StoredThread) {
        let patch = self.patch.as_deref();
        thread.rollout_path = self.rollout_path().map(Path::to_path_buf);
        if let Some(create) = &self.create {
            thread.forked_from_id = create.forked_from_id;
            thread.thread_source = create.thread_source;
        }
        if let Some(patch) = patch {
            patch.apply(thread);
        }
        // Two fields have a fixed default value until a patch sets them (rule G6).
        if patch.is_none_or(|patch| patch.model_provider.is_none()) {
            thread.model_provider = UNSET.to_string();
        }
        if patch.is_none_or(|patch| patch.cli_version.is_none()) {
            thread.cli_version = UNSET.to_string();
        }
    }

    /// Merges a patch into the accumulated patch. Nothing else changes (rules M1 and M2).
    pub(super) fn merge(&mut self, patch: &ThreadMetadataPatch) {
        Arc::make_mut(self.patch.get_or_insert_default()).merge(patch);
    }

    /// The record as it would be after an update with this patch.
    #[must_use]
    pub fn patched(&self, patch: &ThreadMetadataPatch) -> Self {
        let mut record = self.clone();
        record.merge(patch);
        record
    }

    /// The record without its registered paths.
    pub(super) fn without_paths(&self) -> Self {
        Self {
            paths: Vector::new(),
            ..self.clone()
        }
    }

    /// Adds a path that was registered after all others; `place` is its number in the store's order of registration.
    pub(super) fn add_path(&mut self, place: u64, path: Arc<Path>) {
        self.paths.push_back((place, path));
    }

    /// Removes the path with this number.
    pub(super) fn remove_path(&mut self, place: u64) {
        if let Ok(at) = self.paths.binary_search_by_key(&place, |(place, _)| *place) {
            self.paths.remove(at);
        }
    }

    pub(super) fn append(&mut self, items: Arc<[RolloutItem]>) {
        self.history.get_or_insert_default().append(items);
    }

    /// Whether reads return the same for this record and another version of it. Histories are append-only, so comparing
    /// their lengths is enough.
    pub fn reads_as(&self, other: &Self) -> bool {
        let said = |record: &Self| record.patch.clone().filter(|patch| !patch.is_empty());
        let created = match (&self.create, &other.create) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        created
            && self.history.as_ref().map(History::len) == other.history.as_ref().map(History::len)
            && said(self) == said(other)
            && self.rollout_paths().eq(other.rollout_paths())
    }
}

/// The value of model_provider and cli_version until a patch sets them (rule G6).
const UNSET: &str = "test";
