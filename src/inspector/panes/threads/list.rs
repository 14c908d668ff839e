//! The list of threads: the visible, selected and marked threads.
//!
//! When the store changes, only the changed threads are moved to their positions. When another order or filter is
//! requested, a [`Listing`] rebuilds the list: a short list immediately, a long one in the background. A frame reads
//! only the rows that it shows. The pane draws the rows.

pub mod facts;
pub mod groups;
pub mod listing;
pub mod marks;
pub mod query;
pub mod rows;
pub mod search;
#[cfg(test)]
mod tests;
pub mod tree;

use std::sync::Arc;

use groups::GroupHead;
use listing::{ListedThreads, Listing};
use marks::Marks;
use query::{ListForm, ThreadQuery};
use rows::{AT_ONCE, ThreadRow, ThreadRows};
use search::ThreadSearch;

use super::contents_match::ContentsMatches;
use crate::inspector::widgets::cursor::ListCursor;
use crate::protocol::ThreadId;
use crate::store::{Snapshot, ThreadRecord};
use crate::workbench::query::{ImportedFlags, ThreadFilter};

/// The maximum number of rows that are searched in each direction for a row that is still visible.
const BESIDE: usize = 256;

/// The list of threads.
pub struct ThreadList {
    /// The selected row and the first visible row.
    pub cursor: ListCursor,
    /// The requested query. The next refresh applies it.
    pub query: ThreadQuery,
    /// The last search text.
    pub needle: String,
    /// What imports know about the threads.
    pub imported: Arc<ImportedFlags>,
    /// What the rows show of the contents of the threads.
    pub contents: ContentsMatches,
    /// The marked threads.
    pub marked: Marks,
    /// The number of listings that were started.
    pub listings: usize,
    /// The maximum number of threads that are listed immediately.
    at_once: usize,
    listed: ListedThreads,
    /// Whether the store has changed in a way that needs a new listing.
    behind: bool,
    /// The query that is being listed in the background.
    awaited: Option<Arc<ThreadQuery>>,
    /// The listing to start in the background.
    asked: Option<Listing>,
    /// The thread that the cursor follows, and the row at which the cursor was placed.
    selected: Option<ThreadId>,
    put: usize,
    /// Whether the cursor follows the row above the group of that thread.
    on_head: bool,
    /// Whether the cursor follows its thread. While a new store is being filled and the user has not pressed a key, the
    /// cursor stays on the first row.
    pinned: bool,
    /// The selected thread before an earlier step was shown or a filter was entered.
    home: Option<ThreadId>,
}

impl Default for ThreadList {
    fn default() -> Self {
        Self {
            cursor: ListCursor::default(),
            query: ThreadQuery::default(),
            needle: String::new(),
            contents: ContentsMatches::default(),
            marked: Marks::default(),
            imported: Arc::default(),
            listings: 0,
            at_once: AT_ONCE,
            listed: ListedThreads::default(),
            behind: false,
            awaited: None,
            asked: None,
            selected: None,
            put: 0,
            on_head: false,
            pinned: false,
            home: None,
        }
    }
}

impl ThreadList {
    /// Returns the visible rows.
    pub fn rows(&self) -> &ThreadRows {
        &self.listed.rows
    }

    /// Returns the threads that match the filter, in their order.
    pub fn found(&self) -> &ThreadRows {
        &self.listed.found
    }

    /// Returns whether a listing runs in the background.
    pub fn is_underway(&self) -> bool {
        self.awaited.is_some()
    }

    /// Returns the listing to start in the background, if any. Call this after each refresh.
    pub fn asked(&mut self) -> Option<Listing> {
        self.asked.take()
    }

    /// Updates the rows for a store and the query.
    pub fn refresh(&mut self, store: &Snapshot) {
        if self.cursor.at != self.put {
            let row = self.row();
            (self.selected, self.on_head) = (
                row.map(|row| row.record.id),
                row.is_some_and(|row| row.head.is_some()),
            );
            self.put = self.cursor.at;
            self.home = None;
        }
        self.query.marks = self.query.filter.asks_for_marks().then(|| self.marked.clone());
        let asks_for_imports = self.query.filter.asks_for_imports() || self.query.form.groups().is_some();
        self.query.imported = asks_for_imports.then(|| Arc::clone(&self.imported));
        self.follow(store);
        let comes = match &self.awaited {
            Some(query) => **query == self.query,
            None => self.listed.query == self.query && !self.behind,
        };
        if !comes {
            self.list(store);
        }
    }

    /// Starts a listing of the requested query.
    fn list(&mut self, store: &Snapshot) {
        self.listings += 1;
        let query = Arc::new(self.query.clone());
        let listing = Listing::new(&query, store, &self.listed);
        self.awaited = Some(query);
        match store.len() <= self.at_once && self.query.is_short(store.threads()) {
            true => self.take(listing.whole()),
            false => self.asked = Some(listing),
        }
    }

    /// Receives a complete or partial list. A list that is no longer awaited is ignored.
    pub fn take(&mut self, listed: ListedThreads) {
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

    /// Makes the cursor follow its thread from now on.
    pub fn pin(&mut self) {
        self.pinned |= !self.rows().is_empty();
    }

    /// Stores the selected thread while an earlier step is shown or a filter is entered. Call this before each refresh.
    pub fn leave(&mut self, is_away: bool) {
        if is_away && self.home.is_none() {
            self.home = self.selected;
        }
    }

    /// Discards the stored thread afterwards. Call this after each refresh.
    pub fn come_back(&mut self, is_away: bool) {
        if !is_away && !self.is_underway() {
            self.home = None;
        }
    }

    /// Moves the changed threads to their positions. Leaves it to a new listing if a change may concern other threads too,
    /// or if there is much to test.
    fn follow(&mut self, store: &Snapshot) {
        if self.listed.is_outdated(store) {
            self.behind = true;
            self.listed.done = false;
        }
        let ListedThreads {
            query,
            all,
            found,
            rows,
            store: listed,
            done,
            ..
        } = &mut self.listed;
        let Some(before) = listed else {
            self.behind = true;
            return;
        };
        let changes: Vec<_> = store.changes_since(before).take(AT_ONCE + 1).collect();
        let changed = || changes.iter().filter_map(|(_, after)| *after);
        if changes.is_empty() || changes.len() > AT_ONCE || !query.is_short(changed()) {
            self.behind |= !changes.is_empty();
            return;
        }
        let rows_before = rows.clone();
        if query.form != ListForm::Flat || query.filter.asks_for_others() {
            self.behind = true;
            *done = false;
        }
        let matcher = (*done && !query.filter.is_empty()).then(|| query.matcher(store));
        for (before, after) in changes {
            query.turn(all, before, after);
            if let Some(matcher) = &matcher {
                query.turn(found, before, after.filter(|record| matcher.matches(record)));
            }
        }
        if *done && query.filter.is_empty() {
            *found = all.clone();
        }
        if *done {
            *rows = found.clone();
        }
        *listed = Some(store.clone());
        self.put_cursor(&rows_before);
    }

    /// Places the cursor on its thread. If the thread is no longer visible, places it on the nearest former neighbor.
    /// In a partial list the thread may be missing. In that case the cursor still belongs to the thread.
    fn put_cursor(&mut self, before: &ThreadRows) {
        let own = self.home.and_then(|id| self.row_of(id));
        let head = self
            .selected
            .filter(|_| self.on_head)
            .and_then(|id| self.head_of(id));
        let own = own
            .or(head)
            .or_else(|| self.selected.and_then(|id| self.row_of(id)));
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

    /// Returns the row of the nearest former neighbor that is still visible, the one below first.
    fn neighbour(&self, before: &ThreadRows) -> Option<usize> {
        let at = self.cursor.at;
        let shown = |row: usize| before.get(row).and_then(|row| self.row_of(row.record.id));
        (1..BESIDE).find_map(|step| shown(at + step).or_else(|| at.checked_sub(step).and_then(shown)))
    }

    /// Returns the row of a thread, if it is visible.
    fn row_of(&self, id: ThreadId) -> Option<usize> {
        let ListedThreads {
            query,
            rows,
            store,
            groups,
            done,
            ..
        } = &self.listed;
        let record = store.as_ref()?.thread(id)?;
        match (groups, query.grouping(), query.form) {
            (Some(groups), Some(by), _) => groups.row_of(&by.key(record), rows, query.compare(record)),
            (_, _, ListForm::Tree) if *done || self.behind => {
                rows.iter().position(|row| row.record.id == record.id)
            }
            _ => query.place(rows, record).ok(),
        }
    }

    /// Returns the selected row.
    pub fn row(&self) -> Option<&ThreadRow> {
        self.listed.rows.get(self.cursor.at)
    }

    /// Returns the row above the group of a thread.
    fn head_of(&self, id: ThreadId) -> Option<usize> {
        let record = self.listed.store.as_ref()?.thread(id)?;
        let key = self.listed.query.grouping()?.key(record);
        self.listed.groups.as_ref()?.head(&key)
    }

    /// Selects a thread if the filter does not hide it. If its group is folded, unfolds it.
    pub fn select(&mut self, id: ThreadId) -> bool {
        let Some(at) = self.row_of(id) else {
            return false;
        };
        self.cursor.at = at;
        if let Some(head) = self.head().filter(|head| head.is_folded) {
            Arc::make_mut(&mut self.query.folded).remove(&head.key);
            // The next list places the cursor on it.
            (self.selected, self.on_head, self.put) = (Some(id), false, at);
        }
        true
    }

    /// Returns the selected group, if the cursor is on the row above its threads.
    pub fn head(&self) -> Option<Arc<GroupHead>> {
        self.row()?.head.clone()
    }

    /// Folds or unfolds the selected group. Returns false if no group is selected or nothing changes.
    pub fn fold(&mut self, folded: bool) -> bool {
        let Some(head) = self.head().filter(|head| head.is_folded != folded) else {
            return false;
        };
        let all = Arc::make_mut(&mut self.query.folded);
        match folded {
            true => all.insert(head.key.clone()),
            false => all.remove(&head.key),
        }
    }

    /// Goes to the row above the selected one: the group of the thread, or its parent in the tree.
    pub fn go_out(&mut self) -> bool {
        let Some(row) = self.row().filter(|row| row.head.is_none()) else {
            return false;
        };
        let above = match row.depth {
            0 => self.head_of(row.record.id),
            depth => {
                let rows = self.listed.rows.focus().narrow(..self.cursor.at).into_iter();
                let mut rows = rows.enumerate().rev();
                rows.find(|(_, row)| row.depth < depth).map(|(at, _)| at)
            }
        };
        self.cursor.at = above.unwrap_or(self.cursor.at);
        above.is_some()
    }

    /// Marks or unmarks the selected thread, and goes to the next row.
    pub fn mark(&mut self) {
        if let Some(row) = self.row() {
            let id = row.record.id;
            match self.head() {
                Some(head) => self.mark_group(&head),
                None => self.marked.toggle(id),
            }
            self.cursor.at = (self.cursor.at + 1).min(self.listed.rows.len().saturating_sub(1));
        }
    }

    /// Marks all threads of a group, or unmarks them if all are marked.
    fn mark_group(&mut self, head: &GroupHead) {
        let Some(by) = self.listed.query.grouping() else {
            return;
        };
        let of_group = |row: &&ThreadRow| by.key(&row.record) == head.key;
        let ids: Vec<ThreadId> = {
            let rows = self.listed.found.iter().filter(of_group);
            rows.map(|row| row.record.id).collect()
        };
        match ids.iter().all(|id| self.marked.contains(*id)) {
            true => ids.into_iter().for_each(|id| self.marked.toggle(id)),
            false => self.marked.extend(ids.into_iter()),
        }
    }

    /// Marks all threads that match the filter.
    pub fn mark_all(&mut self) {
        self.marked
            .extend(self.listed.found.iter().map(|row| row.record.id));
    }

    /// Returns the place of a thread among those that match.
    fn place_of(&self, record: &ThreadRecord) -> usize {
        let (Ok(place) | Err(place)) = self.listed.query.place(&self.listed.found, record);
        place.min(self.listed.found.len().saturating_sub(1))
    }

    /// Searches from the cursor for the next or previous row that contains a text, wrapping at the ends.
    pub fn search(&self, store: &Snapshot, text: &str, forward: bool, from_here: bool) -> ThreadSearch {
        let rows = self.listed.found.clone();
        let at = self.row().map_or(0, |row| self.place_of(&row.record));
        let query = ThreadQuery {
            filter: ThreadFilter::of_phrase(text),
            ..ThreadQuery::default()
        };
        let short = rows.len() <= AT_ONCE && query.is_short(rows.iter().map(|row| &row.record));
        ThreadSearch {
            rows,
            at,
            text: text.to_string(),
            matcher: query.matcher(store),
            short,
            forward,
            from_here,
        }
    }
}
