//! An open store as the interface shows it: its snapshot, its journal, and the view state of its threads.
//!
//! This module does not call the store. The executor sends a new snapshot after each step.

use std::cell::RefCell;
use std::sync::Arc;

use crate::inspector::panes::calls::counters::{Counters, ShownCalls};
use crate::inspector::panes::calls::folds::CallsToAdd;
use crate::inspector::panes::history::view::HistoryView;
use crate::inspector::panes::journal::list::StepList;
use crate::inspector::panes::metadata::fields::FieldList;
use crate::inspector::panes::threads::list::ThreadList;
use crate::inspector::panes::threads::list::query::ThreadQuery;
use crate::inspector::panes::threads::list::rows::AT_ONCE;
use crate::inspector::state::found_threads::FoundThreads;
use crate::inspector::state::places::Places;
use crate::protocol::{RolloutItem, ThreadId};
use crate::store::{History, Snapshot, ThreadRecord};
use crate::workbench::{Explanation, ImportedThread, Imports, ItemMark, Journal, Player, Workbench};

/// The number of a store in the executor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreKey(pub usize);

/// The state of a store.
pub struct StoreNews {
    /// The store.
    pub store: StoreKey,
    /// The content of the store.
    pub snapshot: Snapshot,
    /// The calls so far.
    pub journal: Journal,
    /// What imports know about the threads.
    pub imports: Arc<Imports>,
    /// The step to which a redo goes; `None` if there is nothing to redo.
    pub redo: Option<u64>,
}

impl StoreNews {
    /// Returns the current state of a store.
    pub fn of(store: StoreKey, bench: &Workbench) -> Self {
        let (journal, snapshot) = bench.look();
        Self {
            store,
            snapshot,
            journal,
            imports: bench.imports(),
            redo: bench.redo_goes_to(),
        }
    }
}

/// An open store.
pub struct Session {
    /// The store.
    pub store: StoreKey,
    /// The id in the registry. Empty for a store that exists only in this run.
    pub id: String,
    /// The name of a store without an id.
    pub name: String,
    /// The content of the store.
    pub snapshot: Snapshot,
    /// The calls so far.
    pub journal: Journal,
    /// What imports know about the threads.
    pub imports: Arc<Imports>,
    /// The step to which a redo goes; `None` if there is nothing to redo.
    pub redo: Option<u64>,
    /// The list of threads.
    pub threads: ThreadList,
    /// The last search through the contents of all threads; `None` while its results are listed.
    pub found: Option<FoundThreads>,
    /// The history of the selected thread.
    pub history: HistoryView,
    /// The positions from which links were followed.
    pub places: Places,
    /// The fields of the selected thread.
    pub metadata: FieldList,
    /// The call counters.
    pub calls: Counters,
    /// The list of steps.
    pub steps: StepList,
    /// The player of the scenarios on this store.
    pub player: Option<Player>,
    /// The journal step that is shown, and the number of scenario steps up to it. The number is stored because some
    /// scenario steps have no journal step.
    pub shown: Option<(u64, usize)>,
    /// The number of calls, notes and expectations that the user made and has not saved.
    pub unsaved: usize,
    /// The current state of the store while an earlier step is shown.
    now: Option<StoreNews>,
    /// The latest step that has been shown.
    seen: u64,
    /// The number of snapshots so far.
    version: u64,
    /// The last answer of [`marked`](Self::marked).
    marked: RefCell<Option<KnownMarks>>,
}

/// The marked threads that a store contains.
struct KnownMarks {
    /// The version of the marks.
    version: u64,
    store: Snapshot,
    threads: Arc<[ThreadId]>,
}

/// Returns whether two snapshots contain the same threads; false if there are too many changes to tell.
fn has_ids_of(store: &Snapshot, other: &Snapshot) -> bool {
    let changes = store.changes_since(other).take(AT_ONCE);
    let mut left = AT_ONCE;
    let mut changed = changes.inspect(|_| left -= 1);
    changed.all(|(before, after)| before.is_some() == after.is_some()) && left > 0
}

impl Session {
    /// Creates the session of a store that was just opened.
    pub fn new(id: String, news: StoreNews) -> Self {
        let mut session = Self {
            store: news.store,
            id,
            name: String::new(),
            snapshot: news.snapshot,
            journal: news.journal,
            imports: news.imports,
            redo: news.redo,
            threads: ThreadList::default(),
            found: None,
            history: HistoryView::default(),
            places: Places::default(),
            metadata: FieldList::default(),
            calls: Counters::default(),
            steps: StepList::default(),
            player: None,
            shown: None,
            unsaved: 0,
            now: None,
            seen: 0,
            version: 0,
            marked: RefCell::default(),
        };
        session.refresh();
        session
    }

    /// Shows threads and histories in the same order and form as another session.
    #[must_use]
    pub fn viewed_as(mut self, other: &Self) -> Self {
        let query = &other.threads.query;
        self.threads.query = ThreadQuery {
            sort: query.sort,
            reversed: query.reversed,
            form: query.form,
            ..ThreadQuery::default()
        };
        self.history.density = other.history.density;
        self.history.hidden.clone_from(&other.history.hidden);
        self.history.shows_repeats = other.history.shows_repeats;
        self.history.show_transcript(other.history.conversation.is_shown);
        self.refresh();
        self
    }

    /// Receives a new state of the store.
    pub fn take(&mut self, news: StoreNews) {
        if let Some(player) = &mut self.player {
            player.follow(&news.journal);
        }
        self.redo = news.redo;
        if !Arc::ptr_eq(&self.imports, &news.imports) {
            self.imports = Arc::clone(&news.imports);
            // What an import knows is shown beside the fields.
            self.version += 1;
        }
        match &mut self.now {
            // A session that shows an earlier step continues to show it.
            Some(now) => *now = news,
            None => {
                self.snapshot = news.snapshot;
                self.journal = news.journal;
                self.version += 1;
            }
        }
    }

    /// Returns the journal up to the current state, even if an earlier step is shown.
    pub fn line(&self) -> &Journal {
        self.now.as_ref().map_or(&self.journal, |now| &now.journal)
    }

    /// Returns the current state of the store, even if an earlier step is shown.
    pub fn now(&self) -> &Snapshot {
        self.now.as_ref().map_or(&self.snapshot, |now| &now.snapshot)
    }

    /// Returns the numbers of the shown step and of the last step, if an earlier step is shown.
    pub fn past(&self) -> Option<(u64, u64)> {
        let now = self.now.as_ref()?;
        Some((self.journal.tip(), now.journal.tip()))
    }

    /// Returns the number of steps that were added while an earlier step is shown, and have not been shown yet.
    pub fn unseen(&self) -> usize {
        self.now
            .as_ref()
            .map_or(0, |now| now.journal.steps_after(self.seen))
    }

    /// Returns the number of steps on the current branch up to the shown state, and the total number of steps on the
    /// branch.
    pub fn places(&self) -> (usize, usize) {
        (self.journal.len(), self.line().len())
    }

    /// Shows the store after this number of steps. Shows the current state if there are no more steps.
    pub fn look_back(&mut self, steps: usize) {
        let now = self.line().clone();
        if self.now.is_none() {
            self.seen = now.tip();
        }
        if steps >= now.len() {
            if let Some(now) = self.now.take() {
                self.take(now);
            }
            return;
        }
        let last = steps.checked_sub(1).and_then(|place| now.nth(place));
        let step = last.map_or(0, |entry| entry.step);
        self.seen = self.seen.max(step);
        #[expect(clippy::expect_used, reason = "the step is one of the journal")]
        let then = now
            .near(step, Some((self.journal.tip(), &self.snapshot)))
            .expect("each step has a state");
        let until = now.until(step);
        let snapshot = std::mem::replace(&mut self.snapshot, then);
        self.journal = until;
        self.version += 1;
        self.now.get_or_insert(StoreNews {
            store: self.store,
            snapshot,
            journal: now,
            imports: Arc::clone(&self.imports),
            redo: self.redo,
        });
    }

    /// Returns the number of states of the store that were shown.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Updates the state that is derived from the snapshot and the user's choices.
    pub fn refresh(&mut self) {
        self.threads.imported = Arc::clone(self.imports.flags());
        self.threads.refresh(&self.snapshot);
        let record = self.thread().cloned();
        self.history.aim(
            record.as_ref().map(|record| record.id),
            record.as_ref().and_then(|r| r.history.as_ref()),
        );
        let imported = record
            .as_ref()
            .and_then(|record| self.imports.thread_at(record.id, self.journal.tip(), self.line()))
            .cloned();
        self.metadata.refresh(
            record.as_ref(),
            &self.journal,
            self.snapshot.now(),
            self.version,
            imported.as_ref(),
        );
        let now = self.now.as_ref();
        let line = now.map_or(&self.journal, |now| &now.journal);
        self.steps.refresh(line, self.journal.len());
    }

    /// Updates the rows of the calls. `moved` is the step whose changes are lit. Returns what to add in the background.
    pub fn refresh_calls(&mut self, moved: Option<u64>) -> Option<CallsToAdd> {
        self.calls.refresh(&ShownCalls {
            line: self.now.as_ref().map_or(&self.journal, |now| &now.journal),
            step: self.journal.tip(),
            snapshot: &self.snapshot,
            moved,
            version: self.version,
        })
    }

    /// Explains the result of the shown step, if the result is surprising.
    pub fn why(&self) -> Vec<Explanation> {
        let step = self.journal.tip();
        self.line().why(step, Some((step, &self.snapshot)))
    }

    /// Returns the title on the screen.
    pub fn title(&self) -> &str {
        match (self.id.as_str(), self.name.as_str()) {
            ("", "") => "(unregistered)",
            ("", name) => name,
            (id, _) => id,
        }
    }

    /// Returns the selected thread.
    pub fn thread(&self) -> Option<&Arc<ThreadRecord>> {
        // While the list is built in the background, a row may be from an earlier state.
        let row = self.threads.row().filter(|row| row.head.is_none())?;
        self.snapshot.thread(row.record.id)
    }

    /// Returns the marks of the item at a position of the selected history.
    pub fn item_marks(&self, place: usize) -> Vec<ItemMark> {
        let mut marks = self.history.marks().of(place);
        if let Some(imported) = self.imported() {
            marks.extend(imported.marks(place));
        }
        marks
    }

    /// Returns what is known about the import of the selected thread.
    pub fn imported(&self) -> Option<&ImportedThread> {
        self.imported_of(self.thread()?.id)
    }

    /// Returns what is known about the import of a thread.
    pub fn imported_of(&self, id: ThreadId) -> Option<&ImportedThread> {
        self.imports.thread_at(id, self.journal.tip(), self.line())
    }

    /// Returns the marked threads that the store contains, ordered by id.
    pub fn marked(&self) -> Arc<[ThreadId]> {
        let marks = &self.threads.marked;
        let mut known = self.marked.borrow_mut();
        match &mut *known {
            Some(known) if known.version == marks.version() && has_ids_of(&self.snapshot, &known.store) => {
                known.store = self.snapshot.clone();
                Arc::clone(&known.threads)
            }
            _ => {
                let threads: Arc<[ThreadId]> = marks.within(&self.snapshot).into();
                *known = Some(KnownMarks {
                    version: marks.version(),
                    store: self.snapshot.clone(),
                    threads: Arc::clone(&threads),
                });
                threads
            }
        }
    }

    /// Returns the history of the selected thread.
    pub fn items_of_thread(&self) -> Option<&History> {
        self.thread()?.history.as_ref()
    }

    /// Returns the number of items in the selected thread.
    pub fn items(&self) -> usize {
        self.items_of_thread().map_or(0, History::len)
    }

    /// Returns the selected item.
    pub fn item(&self) -> Option<&RolloutItem> {
        self.items_of_thread()?.get(self.history.selected()?)
    }

    /// Resets the counts since the mark to 0. `by_user` says whether the user asked for it.
    pub fn set_mark(&mut self, by_user: bool) {
        self.calls
            .set_mark(self.snapshot.calls(), self.journal.tip(), by_user);
    }
}
