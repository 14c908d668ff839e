//! Steps that go to another store than the player's own. The other store has no journal here: what is kept is the store
//! before the first of them and after each, so that one that was played can be put back.

use std::sync::Arc;

use super::{Performed, Player, What};
use crate::store::{InMemoryThreadStore, Snapshot};
use crate::workbench::Workbench;
use crate::workbench::scenario::{Outcome, Returned, Statement};

/// A store to which steps go by its id, other than the player's own.
#[derive(Clone, Debug)]
pub(super) struct Other {
    /// The store before the first of those steps.
    root: Snapshot,
    /// The last of them that was played there, by its place in `all`.
    last: Option<usize>,
}

/// What a step did in another store than the player's own, in whose journal it is not.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// The id of that store.
    pub store: String,
    /// The method and what came back, in a few words.
    pub came: String,
    /// That store right after the step.
    after: Snapshot,
}

impl Performed {
    fn elsewhere(&self) -> Option<&Elsewhere> {
        match &self.what {
            What::Elsewhere(elsewhere) => Some(elsewhere),
            _ => None,
        }
    }
}

impl Player {
    /// The other store that a step goes to, as the steps before it left it; `None` if it goes to the player's own.
    pub(super) fn other(&mut self, statement: &Statement, bench: &Workbench) -> Option<OtherStep> {
        let id = statement.store.clone()?;
        let store = InMemoryThreadStore::for_id(id.as_str());
        if Arc::ptr_eq(&store, bench.inner()) {
            return None;
        }
        self.put_back(&id, &store);
        Some(OtherStep { id, store })
    }

    /// Keeps what the step that comes next in `all` did in another store.
    pub(super) fn went(&mut self, OtherStep { id, store }: OtherStep, outcome: &Outcome) -> What {
        if let Some(other) = self.others.get_mut(&id) {
            other.last = Some(self.all.len());
        }
        What::Elsewhere(Box::new(Elsewhere {
            store: id,
            came: came(outcome),
            after: store.snapshot(),
        }))
    }

    /// Puts all other stores back to where the steps that count as played left them.
    pub(super) fn put_all_back(&mut self) {
        let ids: Vec<String> = self.others.keys().cloned().collect();
        for id in ids {
            self.put_back(&id, &InMemoryThreadStore::for_id(id.as_str()));
        }
    }

    /// Makes another store what the steps that count as played left there, if others were played there since.
    fn put_back(&mut self, id: &str, store: &InMemoryThreadStore) {
        let Some(other) = self.others.get_mut(id) else {
            let root = store.snapshot();
            self.others.insert(id.to_string(), Other { root, last: None });
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

/// A step that is about to go to another store.
pub(super) struct OtherStep {
    id: String,
    store: Arc<InMemoryThreadStore>,
}

/// What came of a step, in a few words.
fn came(outcome: &Outcome) -> String {
    let method = outcome.method.as_deref().unwrap_or("calls");
    match &outcome.returned {
        Returned::Answer(answer) => format!("{method}: {}", answer.summary()),
        Returned::Calls(_) => format!("{method}: the counters"),
        Returned::Error(code, message) => format!("{method}: {code}: {message}"),
    }
}
