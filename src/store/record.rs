//! What the store keeps of one thread, and how a reader sees it.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use imbl::Vector;

use super::History;
use crate::contract::{CreateThreadParams, StoredThread, ThreadMetadataPatch};
use crate::protocol::{RolloutItem, ThreadId};

/// Everything kept under one id. Each part can be there without the others.
#[derive(Clone, Debug)]
pub struct ThreadRecord {
    /// The id.
    pub id: ThreadId,
    /// What it was created with, the last time; `None` if it never was.
    pub create: Option<Arc<CreateThreadParams>>,
    /// Its history, once something made one: a create, a resume or an append.
    pub history: Option<History>,
    /// All patches merged in order, since there was one.
    pub patch: Option<Arc<ThreadMetadataPatch>>,
    /// The rollout paths registered for it, by the order of registering.
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

    /// A thread that was created and nothing else.
    pub fn created(params: CreateThreadParams) -> Self {
        let id = params.thread_id;
        Self {
            create: Some(Arc::new(params)),
            history: Some(History::default()),
            ..Self::new(id)
        }
    }

    /// Whether it was created, so that reads and lists show it (rules G2, L2).
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

    /// All rollout paths that resolve to it, the one registered last at the end.
    pub fn rollout_paths(&self) -> impl Iterator<Item = &Path> {
        self.paths.iter().map(|(_, path)| &**path)
    }

    /// Those paths, each with its place in the order in which the store's paths were registered.
    pub fn registered_paths(&self) -> impl Iterator<Item = (u64, &Path)> {
        self.paths.iter().map(|(place, path)| (*place, &**path))
    }

    /// The name, if the accumulated patch sets one (rule M3).
    pub fn name(&self) -> Option<&str> {
        self.patch.as_ref()?.name.as_ref()?.as_deref()
    }

    /// The thread as a read at a moment shows it, without history: a time that no patch has fixed is that moment (rule
    /// G4). `None` if it was never created.
    pub fn project(&self, now: DateTime<Utc>) -> Option<StoredThread> {
        let create = self.create.as_ref()?;
        let patch = self.patch.as_deref();
        let mut thread = StoredThread::new(self.id, create.source.clone(), now);
        thread.rollout_path = self.rollout_path().map(Path::to_path_buf);
        thread.forked_from_id = create.forked_from_id;
        thread.thread_source = create.thread_source;
        if let Some(patch) = patch {
            patch.apply(&mut thread);
        }
        // Two fields that nobody has set show the same word in every store of this kind (rule G6).
        if patch.is_none_or(|patch| patch.model_provider.is_none()) {
            thread.model_provider = UNSET.to_string();
        }
        if patch.is_none_or(|patch| patch.cli_version.is_none()) {
            thread.cli_version = UNSET.to_string();
        }
        Some(thread)
    }

    /// Adds a path that was registered after all others; `place` says as the how manieth of the store.
    pub(super) fn add_path(&mut self, place: u64, path: Arc<Path>) {
        self.paths.push_back((place, path));
    }

    /// Takes away the path of that place.
    pub(super) fn remove_path(&mut self, place: u64) {
        if let Ok(at) = self.paths.binary_search_by_key(&place, |(place, _)| *place) {
            self.paths.remove(at);
        }
    }

    pub(super) fn append(&mut self, items: Arc<[RolloutItem]>) {
        self.history.get_or_insert_default().append(items);
    }

    /// Whether no reader could ever tell this record from another. Histories only grow, so their lengths tell them.
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

/// What provider and version read as until a patch sets them (rule G6).
const UNSET: &str = "test";
