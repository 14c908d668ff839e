//! One open store as the interface sees it: its snapshot and journal, and how its threads are looked at.
//!
//! Nothing here calls the store; its driver sends a new snapshot with each step.

use std::sync::Arc;

use crate::inspector::panes::calls::counters::Counters;
use crate::inspector::panes::history::view::HistoryView;
use crate::inspector::panes::journal::list::StepList;
use crate::inspector::panes::metadata::fields::FieldList;
use crate::inspector::panes::threads::list::ThreadList;
use crate::protocol::{RolloutItem, ThreadId};
use crate::store::{History, Snapshot, ThreadRecord};
use crate::workbench::{Journal, Player, Why, Workbench};

/// The number under which the driver keeps a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreKey(pub usize);

/// The state of one store.
pub struct News {
    /// Which store.
    pub store: StoreKey,
    /// Its content.
    pub snapshot: Snapshot,
    /// Its calls so far.
    pub journal: Journal,
}

impl News {
    /// How a store stands.
    pub fn of(store: StoreKey, bench: &Workbench) -> Self {
        let (journal, snapshot) = bench.look();
        Self {
            store,
            snapshot,
            journal,
        }
    }
}

/// One open store.
pub struct Session {
    /// Which store.
    pub store: StoreKey,
    /// The id under which it is registered; empty for the one that belongs to this run alone.
    pub id: String,
    /// What it is called while it has no id.
    pub name: String,
    /// Its content.
    pub snapshot: Snapshot,
    /// Its calls so far.
    pub journal: Journal,
    /// Its threads.
    pub threads: ThreadList,
    /// The history of the selected thread.
    pub history: HistoryView,
    /// The fields of the selected thread.
    pub metadata: FieldList,
    /// Its counters.
    pub calls: Counters,
    /// Its steps.
    pub steps: StepList,
    /// The player of the scenarios that are played on it.
    pub player: Option<Player>,
    /// How many steps of those are looked at, and at which step of the journal: some have none of their own.
    pub shown: Option<(u64, usize)>,
    /// The store as it is now, while an earlier step of it is looked at.
    now: Option<News>,
    /// Counts the snapshots.
    version: u64,
}

impl Session {
    /// A store as it is when it is opened.
    pub fn new(id: String, news: News) -> Self {
        let mut session = Self {
            store: news.store,
            id,
            name: String::new(),
            snapshot: news.snapshot,
            journal: news.journal,
            threads: ThreadList::default(),
            history: HistoryView::default(),
            metadata: FieldList::default(),
            calls: Counters::default(),
            steps: StepList::default(),
            player: None,
            shown: None,
            now: None,
            version: 0,
        };
        session.refresh();
        session
    }

    /// Takes a new state of the store.
    pub fn take(&mut self, news: News) {
        if let Some(player) = &mut self.player {
            player.follow(&news.journal);
        }
        match &mut self.now {
            // Who looks at the past stays there.
            Some(now) => *now = news,
            None => {
                self.snapshot = news.snapshot;
                self.journal = news.journal;
                self.version += 1;
            }
        }
    }

    /// The steps up to now, also while the past is looked at.
    pub fn line(&self) -> &Journal {
        self.now.as_ref().map_or(&self.journal, |now| &now.journal)
    }

    /// The store as it is now, also while the past is looked at.
    pub fn now(&self) -> &Snapshot {
        self.now.as_ref().map_or(&self.snapshot, |now| &now.snapshot)
    }

    /// Where the cursor of time stands, if it is not at the last step: how many steps of how many are looked at.
    pub fn past(&self) -> Option<(usize, usize)> {
        let now = self.now.as_ref()?;
        Some((self.journal.len(), now.journal.len()))
    }

    /// Looks at the store as it was after so many steps; as it is now, if there are no more.
    pub fn look_back(&mut self, steps: usize) {
        let now = self.line().clone();
        if steps >= now.len() {
            if let Some(now) = self.now.take() {
                self.take(now);
            }
            return;
        }
        let last = steps.checked_sub(1).and_then(|place| now.nth(place));
        let step = last.map_or(0, |entry| entry.step);
        let Some(then) = now.near(step, Some((self.journal.tip(), &self.snapshot))) else {
            return;
        };
        let until = now.until(step);
        let snapshot = std::mem::replace(&mut self.snapshot, then);
        self.journal = until;
        self.version += 1;
        self.now.get_or_insert(News {
            store: self.store,
            snapshot,
            journal: now,
        });
    }

    /// Counts the states of the store that were looked at.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Makes what is derived from the snapshot fit it and the choices of the person.
    pub fn refresh(&mut self) {
        self.threads.refresh(&self.snapshot);
        let record = self.thread().cloned();
        self.history.aim(
            record.as_ref().map(|record| record.id),
            record.as_ref().and_then(|r| r.history.as_ref()),
        );
        self.metadata
            .refresh(record.as_ref(), &self.journal, self.snapshot.now(), self.version);
        let now = self.now.as_ref();
        let line = now.map_or(&self.journal, |now| &now.journal);
        let names = now.map_or(&self.snapshot, |now| &now.snapshot);
        self.steps.refresh(line, names, self.journal.len());
    }

    /// Why the step that is looked at came to what it came to, where that is surprising.
    pub fn why(&self) -> Vec<Why> {
        let step = self.journal.tip();
        self.line().why(step, Some((step, &self.snapshot)))
    }

    /// What it is called on the screen.
    pub fn title(&self) -> &str {
        match (self.id.as_str(), self.name.as_str()) {
            ("", "") => "(unregistered)",
            ("", name) => name,
            (id, _) => id,
        }
    }

    /// The selected thread.
    pub fn thread(&self) -> Option<&Arc<ThreadRecord>> {
        // A row may be of an earlier moment while the list is made beside the interface.
        self.snapshot.thread(self.threads.row()?.record.id)
    }

    /// The marked threads, as far as the store has them, in the order of their ids.
    pub fn marked(&self) -> Vec<ThreadId> {
        let marked = self.threads.marked.iter().copied();
        let mut marked: Vec<ThreadId> = marked.filter(|id| self.snapshot.thread(*id).is_some()).collect();
        marked.sort_by_key(ThreadId::uuid);
        marked
    }

    /// The history of the selected thread.
    pub fn items_of_thread(&self) -> Option<&History> {
        self.thread()?.history.as_ref()
    }

    /// How many items the selected thread has.
    pub fn items(&self) -> usize {
        self.items_of_thread().map_or(0, History::len)
    }

    /// The selected item.
    pub fn item(&self) -> Option<&RolloutItem> {
        self.items_of_thread()?.get(self.history.selected()?)
    }

    /// Lets the second column of the counters begin at 0.
    pub fn set_mark(&mut self) {
        self.calls.mark = self.snapshot.calls();
    }
}
