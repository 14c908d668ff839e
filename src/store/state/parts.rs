//! A snapshot put together from its parts, as somebody has kept them; what no store could be is refused.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Kept, Snapshot, State};
use crate::contract::{CreateThreadParams, ThreadMetadataPatch};
use crate::protocol::ThreadId;
use crate::store::{History, InMemoryThreadStoreCalls, ThreadRecord};

/// Everything kept of one thread.
#[derive(Clone, Debug)]
pub struct Parts {
    /// Its id.
    pub id: ThreadId,
    /// What it was created with, if it was.
    pub create: Option<CreateThreadParams>,
    /// Its history, if there is one.
    pub history: Option<History>,
    /// All patches merged, if there was one.
    pub patch: Option<ThreadMetadataPatch>,
    /// Its paths, each with its place in the store's order of registering, ascending.
    pub paths: Vec<(u64, PathBuf)>,
}

/// A snapshot in the making.
#[derive(Debug)]
pub struct SnapshotBuilder {
    state: State,
    /// The places of the paths so far.
    places: HashSet<u64>,
}

/// Why a thread cannot be in a store together with what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Misfit {
    /// Another one has its id.
    #[error("a thread with this id is there already")]
    SameId,
    /// It was created under another id.
    #[error("what the thread was created with names another one")]
    OtherId,
    /// It was created and has no history.
    #[error("a thread that was created has a history")]
    NoHistory,
    /// A path was registered before the one that stands before it, or with another one, or never.
    #[error("the places of its paths are not in order")]
    PathOrder,
    /// A path leads to another thread, or stands there twice.
    #[error("one of its paths is there already")]
    SamePath,
}

impl SnapshotBuilder {
    /// A store without threads whose counters are these and in which a path was registered so many times.
    pub fn new(calls: InMemoryThreadStoreCalls, registered: u64) -> Self {
        Self {
            state: State {
                calls,
                registered,
                ..State::default()
            },
            places: HashSet::new(),
        }
    }

    /// Adds a thread.
    ///
    /// # Errors
    /// What of it cannot be in a store together with what is there.
    pub fn add(&mut self, parts: Parts) -> Result<(), Misfit> {
        let (id, state) = (parts.id, &mut self.state);
        if state.thread(id).is_some() {
            return Err(Misfit::SameId);
        }
        if let Some(create) = &parts.create {
            if create.thread_id != id {
                return Err(Misfit::OtherId);
            }
            if parts.history.is_none() {
                return Err(Misfit::NoHistory);
            }
        }
        let mut record = ThreadRecord::new(id);
        record.create = parts.create.map(Arc::new);
        record.history = parts.history;
        record.patch = parts.patch.map(Arc::new);
        let mut last = 0;
        for (place, path) in parts.paths {
            if place <= last || place > state.registered || !self.places.insert(place) {
                return Err(Misfit::PathOrder);
            }
            last = place;
            let path = Arc::<Path>::from(path);
            if state.paths.insert(Arc::clone(&path), (id, place)).is_some() {
                return Err(Misfit::SamePath);
            }
            record.add_path(place, path);
        }
        state.listed += usize::from(record.is_listed());
        state.threads.insert(id.uuid(), Kept(Arc::new(record)));
        Ok(())
    }

    /// The snapshot, its clock standing at a moment or following the system's.
    pub fn finish(self, clock: Option<DateTime<Utc>>) -> Snapshot {
        let state = State { clock, ..self.state };
        Snapshot {
            now: state.now(),
            state,
        }
    }
}
