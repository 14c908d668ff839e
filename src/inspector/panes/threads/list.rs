//! The list of threads: which are shown, which is selected, which are marked.
//!
//! When the store changes, only the threads that have changed are taken to their places. When another order or filter is
//! wished for, a [`Listing`] makes the list anew: a short one at once, a long one beside the interface. A frame reads the rows
//! that it shows. Drawing is the pane's matter.

pub mod facts;
pub mod listing;
pub mod query;
pub mod rows;
pub mod search;
#[cfg(test)]
mod tests;
pub mod tree;
pub mod words;

use std::collections::HashSet;
use std::sync::Arc;

use listing::{Listed, Listing};
use query::ThreadQuery;
use rows::{AT_ONCE, ThreadRow, ThreadRows};
use search::ThreadSearch;
use words::Words;

use crate::inspector::widgets::cursor::ListCursor;
use crate::protocol::ThreadId;
use crate::store::Snapshot;

/// So many rows are looked at, each way, for one that is still shown.
const BESIDE: usize = 256;

/// The list.
pub struct ThreadList {
    /// The selected row and the first visible one.
    pub cursor: ListCursor,
    /// What is wished for; the next refresh sees to it.
    pub query: ThreadQuery,
    /// The text that was looked for last.
    pub needle: String,
    /// The marked threads.
    pub marked: HashSet<ThreadId>,
    /// How many listings were begun.
    pub listings: usize,
    /// So many threads at most are listed while a key waits.
    at_once: usize,
    listed: Listed,
    /// Whether the store has changed in a way that the rows could not follow.
    behind: bool,
    /// What is being listed beside the interface.
    awaited: Option<Arc<ThreadQuery>>,
    /// The listing that is to be begun there.
    asked: Option<Listing>,
    /// The thread that the cursor is on, wherever it goes, and the row in which it was put there.
    selected: Option<ThreadId>,
    put: usize,
    /// Whether that is so already. While a new store is filled and the person has touched nothing, the cursor is on the first
    /// row, whatever comes before it.
    pinned: bool,
    /// The thread that the cursor was on before a look elsewhere, at the past or through a filter that is still written.
    home: Option<ThreadId>,
}

impl Default for ThreadList {
    fn default() -> Self {
        Self {
            cursor: ListCursor::default(),
            query: ThreadQuery::default(),
            needle: String::new(),
            marked: HashSet::new(),
            listings: 0,
            at_once: AT_ONCE,
            listed: Listed::default(),
            behind: false,
            awaited: None,
            asked: None,
            selected: None,
            put: 0,
            pinned: false,
            home: None,
        }
    }
}

impl ThreadList {
    /// What is shown.
    pub fn rows(&self) -> &ThreadRows {
        &self.listed.rows
    }

    /// Whether a listing goes on beside the interface.
    pub fn is_underway(&self) -> bool {
        self.awaited.is_some()
    }

    /// The listing that is to be begun beside the interface, if there is one; to be asked for after each refresh.
    pub fn asked(&mut self) -> Option<Listing> {
        self.asked.take()
    }

    /// Makes the rows fit a store and the query.
    pub fn refresh(&mut self, store: &Snapshot) {
        if self.cursor.at != self.put {
            self.selected = self.row().map(|row| row.record.id);
            self.put = self.cursor.at;
            self.home = None;
        }
        self.follow(store);
        let comes = match &self.awaited {
            Some(query) => **query == self.query,
            None => self.listed.query == self.query && !self.behind,
        };
        if !comes {
            self.list(store);
        }
    }

    /// Begins to list what is wished for.
    fn list(&mut self, store: &Snapshot) {
        self.listings += 1;
        let query = Arc::new(self.query.clone());
        let listing = Listing::new(&query, store, &self.listed);
        self.awaited = Some(query);
        match store.len() <= self.at_once {
            true => self.take(listing.whole()),
            false => self.asked = Some(listing),
        }
    }

    /// Takes a list, whole or so far; one that is not awaited any more is let go.
    pub fn take(&mut self, listed: Listed) {
        let awaited = self.awaited.as_ref().map(Arc::downgrade).unwrap_or_default();
        if listed.awaited.strong_count() == 0 || !listed.awaited.ptr_eq(&awaited) {
            return;
        }
        if listed.done {
            self.awaited = None;
            self.behind = false;
        }
        let before = std::mem::replace(&mut self.listed, listed).rows;
        self.put_cursor(&before);
    }

    /// From now on the cursor stays on its thread.
    pub fn pin(&mut self) {
        self.pinned |= !self.rows().is_empty();
    }

    /// Remembers the thread of the cursor during a look elsewhere; to be called before each refresh.
    pub fn leave(&mut self, is_away: bool) {
        if is_away && self.home.is_none() {
            self.home = self.selected;
        }
    }

    /// Forgets it after that; to be called after each refresh.
    pub fn come_back(&mut self, is_away: bool) {
        if !is_away && !self.is_underway() {
            self.home = None;
        }
    }

    /// Takes the threads that have changed to their places.
    fn follow(&mut self, store: &Snapshot) {
        let Listed {
            query,
            all,
            rows,
            store: listed,
            ..
        } = &mut self.listed;
        let Some(before) = listed else {
            self.behind = true;
            return;
        };
        let changes: Vec<_> = store.changes_since(before).take(AT_ONCE + 1).collect();
        if changes.is_empty() || changes.len() > AT_ONCE {
            self.behind |= !changes.is_empty();
            return;
        }
        let rows_before = rows.clone();
        let mut words = Words::new(&query.filter);
        for (before, after) in changes {
            query.turn(all, before, after);
            if !query.tree && !words.is_empty() {
                query.turn(rows, before, after.filter(|record| words.are_in(record)));
            }
        }
        match (query.tree, words.is_empty()) {
            (true, _) => self.behind = true,
            (false, true) => *rows = all.clone(),
            (false, false) => {}
        }
        *listed = Some(store.clone());
        self.put_cursor(&rows_before);
    }

    /// Puts the cursor onto its thread, or where that is not shown any more, onto the nearest of those that stood beside it.
    /// In a list that is not whole yet the thread may be missing; it stays the cursor's.
    fn put_cursor(&mut self, before: &ThreadRows) {
        let own = self.home.and_then(|id| self.row_of(id));
        let own = own.or_else(|| self.selected.and_then(|id| self.row_of(id)));
        let at = match self.pinned {
            true if own.is_none() && self.listed.done => self.neighbour(before).unwrap_or(self.cursor.at),
            true => own.unwrap_or(self.cursor.at),
            false => 0,
        };
        self.cursor.at = at.min(self.listed.rows.len().saturating_sub(1));
        self.put = self.cursor.at;
        if self.listed.done {
            self.selected = self.row().map(|row| row.record.id).or(self.selected);
        }
    }

    /// The row of the nearest thread that stood beside the cursor and is still shown, the one below first.
    fn neighbour(&self, before: &ThreadRows) -> Option<usize> {
        let at = self.cursor.at;
        let shown = |row: usize| before.get(row).and_then(|row| self.row_of(row.record.id));
        (1..BESIDE).find_map(|step| shown(at + step).or_else(|| at.checked_sub(step).and_then(shown)))
    }

    /// The row of a thread, if it is shown.
    fn row_of(&self, id: ThreadId) -> Option<usize> {
        let Listed {
            query, rows, store, ..
        } = &self.listed;
        let record = store.as_ref()?.thread(id)?;
        match query.tree {
            true => rows.iter().position(|row| row.record.id == record.id),
            false => query.place(rows, record).ok(),
        }
    }

    /// The selected row.
    pub fn row(&self) -> Option<&ThreadRow> {
        self.listed.rows.get(self.cursor.at)
    }

    /// Selects a thread if it is shown.
    pub fn select(&mut self, id: ThreadId) -> bool {
        let at = self.row_of(id);
        self.cursor.at = at.unwrap_or(self.cursor.at);
        at.is_some()
    }

    /// Marks the selected thread, or takes its mark away, and goes to the next row.
    pub fn mark(&mut self) {
        if let Some(id) = self.row().map(|row| row.record.id) {
            if !self.marked.remove(&id) {
                self.marked.insert(id);
            }
            self.cursor.at = (self.cursor.at + 1).min(self.listed.rows.len().saturating_sub(1));
        }
    }

    /// Looks from the cursor on for the next row that holds a text, or for the one before, round the end.
    pub fn search(&self, text: &str, forward: bool, from_here: bool) -> ThreadSearch {
        ThreadSearch {
            rows: self.listed.rows.clone(),
            at: self.cursor.at,
            text: text.to_string(),
            forward,
            from_here,
        }
    }
}
