//! Builds a snapshot from saved parts, and rejects parts that no store could contain.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{SharedRecord, Snapshot, StoreState};
use crate::contract::{CreateThreadParams, ThreadMetadataPatch};
use crate::protocol::ThreadId;
use crate::store::{History, InMemoryThreadStoreCalls, ThreadRecord};

/// Everything that a store keeps for one thread.
#[derive(Clone, Debug)]
pub struct ThreadParts {
    /// Its id.
    pub id: ThreadId,
    /// Its create parameters, if it was created.
    pub create: Option<CreateThreadParams>,
    /// Its history, if there is one.
    pub history: Option<History>,
    /// All patches merged, if there was any.
    pub patch: Option<ThreadMetadataPatch>,
    /// Its paths, each with its number in the store's order of registration, in ascending order.
    pub paths: Vec<(u64, PathBuf)>,
}

/// Builds a snapshot.
#[derive(Debug)]
pub struct SnapshotBuilder {
    state: StoreState,
    /// The registration numbers of the paths so far.
    places: HashSet<u64>,
}

/// Why a thread cannot be added to a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ThreadPartsError {
    /// Another thread has the same id.
    #[error("there is already a thread with this id")]
    SameId,
    /// Its create parameters have a different id.
    #[error("the create parameters have a different thread_id")]
    OtherId,
    /// The thread was created but has no history.
    #[error("a created thread must have a history")]
    NoHistory,
    /// The registration numbers of its paths are not in ascending order, not unique, or out of range.
    #[error("the registration numbers of its paths are not in order")]
    PathOrder,
    /// One of its paths is already registered for a thread.
    #[error("one of its paths is already registered")]
    SamePath,
}

impl SnapshotBuilder {
    /// Starts with no threads, the given counters and the given number of path registrations.
    pub fn new(calls: InMemoryThreadStoreCalls, registered: u64) -> Self {
        Self {
            state: StoreState {
                calls,
                registered,
                ..StoreState::default()
            },
            places: HashSet::new(),
        }
    }

    /// Adds a thread.
    ///
    /// # Errors
    /// If no store could contain the thread together with those added before.
    pub fn add(&mut self, parts: ThreadParts) -> Result<(), ThreadPartsError> {
        let (id, state) = (parts.id, &mut self.state);
        if state.thread(id).is_some() {
            return Err(ThreadPartsError::SameId);
        }
        if let Some(create) = &parts.create {
            if create.thread_id != id {
                return Err(ThreadPartsError::OtherId);
            }
            if parts.history.is_none() {
                return Err(ThreadPartsError::NoHistory);
            }
        }
        let mut record = ThreadRecord::new(id);
        record.create = parts.create.map(Arc::new);
        record.history = parts.history;
        record.patch = parts.patch.map(Arc::new);
        let mut last = 0;
        for (place, path) in parts.paths {
            if place <= last || place > state.registered || !self.places.insert(place) {
                return Err(ThreadPartsError::PathOrder);
            }
            last = place;
            let path = Arc::<Path>::from(path);
            if state.paths.insert(Arc::clone(&path), (id, place)).is_some() {
                return Err(ThreadPartsError::SamePath);
            }
            record.add_path(place, path);
        }
        state.listed += usize::from(record.is_listed());
        state.threads.insert(id.uuid(), SharedRecord(Arc::new(record)));
        Ok(())
    }

    /// Returns the snapshot, with a fixed clock or, without one, the system clock.
    pub fn finish(self, clock: Option<DateTime<Utc>>) -> Snapshot {
        let state = StoreState { clock, ..self.state };
        Snapshot {
            now: state.now(),
            state,
        }
    }
}
