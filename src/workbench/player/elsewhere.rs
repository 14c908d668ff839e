//! Steps that are called on a store other than the player's own. The other store has no journal here. The player
//! stores a snapshot of it before the first such step and one after each of them, so that its earlier states can be
//! restored.

use std::sync::Arc;

use super::{PerformedKind, PerformedStep, Player};
use crate::store::{InMemoryThreadStore, Snapshot};
use crate::workbench::Workbench;
use crate::workbench::scenario::{Outcome, Returned, Statement};

/// A store other than the player's own, on which steps are called by the store's id.
#[derive(Clone, Debug)]
pub(super) struct OtherStore {
    /// The store before the first of these steps.
    root: Snapshot,
    /// The last of these steps that was played on it, as an index into `all`.
    last: Option<usize>,
}

/// The result of a step on a store other than the player's own. The step is not in the journal.
#[derive(Clone, Debug)]
pub struct OtherStoreResult {
    /// The id of the other store.
    pub store: String,
    /// The method and a short description of its result.
    pub came: String,
    /// The other store directly after the step.
    after: Snapshot,
}

impl PerformedStep {
    fn elsewhere(&self) -> Option<&OtherStoreResult> {
        match &self.what {
            PerformedKind::Elsewhere(elsewhere) => Some(elsewhere),
            _ => None,
        }
    }
}

impl Player {
    /// Returns the other store that a step is called on, restored to its state after the preceding steps. Returns
    /// `None` if the step is called on the player's own store.
    pub(super) fn other(&mut self, statement: &Statement, bench: &Workbench) -> Option<OtherStoreStep> {
        let id = statement.store.clone()?;
        let store = InMemoryThreadStore::for_id(id.as_str());
        if Arc::ptr_eq(&store, bench.inner()) {
            return None;
        }
        self.put_back(&id, &store);
        Some(OtherStoreStep { id, store })
    }

    /// Records the next step of `all`, which was called on another store, and returns its result.
    pub(super) fn went(
        &mut self,
        OtherStoreStep { id, store }: OtherStoreStep,
        outcome: &Outcome,
    ) -> PerformedKind {
        if let Some(other) = self.others.get_mut(&id) {
            other.last = Some(self.all.len());
        }
        PerformedKind::Elsewhere(Box::new(OtherStoreResult {
            store: id,
            came: came(outcome),
            after: store.snapshot(),
        }))
    }

    /// Restores all other stores to their state after the steps that count as played.
    pub(super) fn put_all_back(&mut self) {
        let ids: Vec<String> = self.others.keys().cloned().collect();
        for id in ids {
            self.put_back(&id, &InMemoryThreadStore::for_id(id.as_str()));
        }
    }

    /// Restores another store to its state after the steps that count as played, if other steps were played on it
    /// since.
    fn put_back(&mut self, id: &str, store: &InMemoryThreadStore) {
        let Some(other) = self.others.get_mut(id) else {
            let root = store.snapshot();
            self.others
                .insert(id.to_string(), OtherStore { root, last: None });
            return;
        };
        let of_it = |at: &usize| {
            Some((
                *at,
                self.all.get(*at)?.elsewhere().filter(|there| there.store == id)?,
            ))
        };
        let left = self.line.iter().rev().find_map(of_it);
        let last = left.map(|(at, _)| at);
        if other.last != last {
            store.restore(left.map_or(&other.root, |(_, there)| &there.after));
            other.last = last;
        }
    }
}

/// A step that is about to be called on another store.
pub(super) struct OtherStoreStep {
    id: String,
    store: Arc<InMemoryThreadStore>,
}

/// A short description of the result of a step.
fn came(outcome: &Outcome) -> String {
    let method = outcome.method.as_deref().unwrap_or("calls");
    match &outcome.returned {
        Returned::Answer(answer) => format!("{method}: {}", answer.summary()),
        Returned::Calls(_) => format!("{method}: read the counters"),
        _ => format!("{method}: {}", outcome.summary()),
    }
}
