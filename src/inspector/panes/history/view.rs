//! The view state of a history: the visible items, the selection, the density, and the search.
//!
//! Without a filter, the rows are the items themselves, and nothing is counted or copied. Hidden kinds and filters
//! create a list of the positions of the remaining items, which grows with the history. The pane draws the rows.

use std::collections::BTreeSet;

use super::glance::RowCaches;
use crate::inspector::widgets::cursor::{ListCursor, Motion};
use crate::protocol::kinds::ItemKind;
use crate::protocol::{RolloutItem, ThreadId};
use crate::store::History;

/// How much of each item is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    /// One line.
    #[default]
    Line,
    /// A few lines.
    Summary,
    /// As much as fits.
    Whole,
}

impl Density {
    /// Returns the next density.
    pub fn next(self) -> Self {
        match self {
            Density::Line => Density::Summary,
            Density::Summary => Density::Whole,
            Density::Whole => Density::Line,
        }
    }

    /// Returns the name.
    pub fn name(self) -> &'static str {
        match self {
            Density::Line => "line",
            Density::Summary => "summary",
            Density::Whole => "whole",
        }
    }
}

/// The key of a kind: the type of the line and the type of the payload.
pub type KindKey = (&'static str, &'static str);

/// Returns the key of a kind.
pub fn key_of(kind: &ItemKind) -> KindKey {
    (kind.outer, kind.name)
}

/// A search text and its matches.
#[derive(Clone, Debug, Default)]
pub struct HistorySearch {
    /// The number of the search. Results of other searches are ignored.
    pub number: u64,
    /// The search text.
    pub needle: String,
    /// The positions of the matching items, ascending.
    pub places: Vec<usize>,
    /// The number of items searched so far.
    pub seen: usize,
    /// Whether the search is complete.
    pub done: bool,
    /// Whether the cursor goes to the first match after it.
    pub jump: bool,
    /// Whether only matching items are shown.
    pub only: bool,
}

/// The view state of a history.
#[derive(Clone, Debug, Default)]
pub struct HistoryView {
    /// The thread.
    pub thread: Option<ThreadId>,
    /// The selected row and the first visible row.
    pub cursor: ListCursor,
    /// How much of each item is shown.
    pub density: Density,
    /// The hidden kinds.
    pub hidden: BTreeSet<KindKey>,
    /// The last search.
    pub search: Option<HistorySearch>,
    /// Whether the selection stays on the last item when items are appended.
    pub sticks: bool,
    /// The caches of items.
    pub(super) glances: RowCaches,
    /// The positions of the visible items. `None` shows all.
    places: Option<Vec<usize>>,
    /// The number of items that were filtered.
    sifted: usize,
    len: usize,
}

impl HistoryView {
    /// Switches to the history of a thread. Starts at the first item if the thread has changed.
    pub fn aim(&mut self, thread: Option<ThreadId>, history: Option<&History>) {
        if self.thread != thread {
            let (density, hidden) = (self.density, std::mem::take(&mut self.hidden));
            *self = Self {
                sticks: self.sticks,
                thread,
                density,
                hidden,
                ..Self::default()
            };
            self.sift();
        }
        let is_last = self.cursor.at + 1 == self.rows();
        self.len = history.map_or(0, History::len);
        // The history shrinks if an earlier step is shown. Then some positions are invalid.
        if self.sifted > self.len {
            self.sift();
        }
        if let Some(history) = history {
            self.extend(history);
        }
        if self.sticks && is_last {
            self.cursor.at = self.rows().saturating_sub(1);
        }
        self.cursor.at = self.cursor.at.min(self.rows().saturating_sub(1));
    }

    /// Rebuilds the positions at the next refresh because the hidden kinds or the search have changed. The cursor stays
    /// on its item, or on the next visible one.
    pub fn sift(&mut self) {
        let filtered = !self.hidden.is_empty() || self.search.as_ref().is_some_and(|search| search.only);
        let item = self.place(self.cursor.at);
        self.sifted = 0;
        self.places = filtered.then(Vec::new);
        self.cursor = ListCursor {
            at: item.unwrap_or(0),
            top: 0,
        };
    }

    fn extend(&mut self, history: &History) {
        let Some(places) = &mut self.places else { return };
        // A running search can add positions anywhere. There are few of them, so all are copied again.
        let only = self.search.as_ref().filter(|search| search.only);
        let first = self.sifted == 0;
        let item = if first {
            self.cursor.at
        } else {
            places.get(self.cursor.at).copied().unwrap_or(0)
        };
        let shown = |item: &RolloutItem| !self.hidden.contains(&key_of(item.kind()));
        match only {
            Some(search) => {
                *places = search
                    .places
                    .iter()
                    .copied()
                    .filter(|at| history.get(*at).is_some_and(shown))
                    .collect();
            }
            None => {
                let new = history.range(self.sifted..history.len()).enumerate();
                let from = self.sifted;
                places.extend(new.filter(|(_, item)| shown(item)).map(|(at, _)| at + from));
            }
        }
        if first || only.is_some() {
            self.cursor.at = places.partition_point(|at| *at < item);
        }
        self.sifted = history.len();
    }

    /// Returns the number of rows.
    pub fn rows(&self) -> usize {
        self.places.as_ref().map_or(self.len, Vec::len)
    }

    /// Returns the number of items.
    pub fn items(&self) -> usize {
        self.len
    }

    /// Returns whether some items are hidden.
    pub fn is_filtered(&self) -> bool {
        self.places.is_some()
    }

    /// Returns the position in the history of the item in a row.
    pub fn place(&self, row: usize) -> Option<usize> {
        match &self.places {
            Some(places) => places.get(row).copied(),
            None => (row < self.len).then_some(row),
        }
    }

    /// Returns the position of the selected item.
    pub fn selected(&self) -> Option<usize> {
        self.place(self.cursor.at)
    }

    /// Selects the item at a position. Returns false if it is not visible.
    pub fn go_to(&mut self, place: usize) -> bool {
        let row = match &self.places {
            Some(places) => places.binary_search(&place).ok(),
            None => (place < self.len).then_some(place),
        };
        self.cursor.at = row.unwrap_or(self.cursor.at);
        row.is_some()
    }

    /// Moves the selection.
    pub fn go(&mut self, motion: Motion, height: usize) {
        self.cursor.go(motion, self.rows(), height);
    }

    /// Scrolls so that the selected row is visible. Rows may have different heights. `rows_of` returns the height of a
    /// row and is called only for rows that may be on the screen.
    pub fn settle(&mut self, height: usize, rows_of: impl Fn(&Self, usize) -> usize) {
        let len = self.rows();
        self.cursor.at = self.cursor.at.min(len.saturating_sub(1));
        self.cursor.top = self.cursor.top.min(self.cursor.at);
        // The first row at which the selected row fits completely on the screen.
        let mut used = rows_of(self, self.cursor.at);
        let mut highest = self.cursor.at;
        while let Some(before) = highest.checked_sub(1) {
            used += rows_of(self, before);
            if used > height {
                break;
            }
            highest = before;
        }
        self.cursor.top = self.cursor.top.max(highest);
        // Avoids blank space at the end while there are rows before.
        let mut used = 0;
        let mut row = self.cursor.top;
        while row < len && used < height {
            used += rows_of(self, row);
            row += 1;
        }
        while row == len
            && let Some(before) = self.cursor.top.checked_sub(1)
        {
            used += rows_of(self, before);
            if used > height {
                break;
            }
            self.cursor.top = before;
        }
    }

    /// Returns the last search text.
    pub fn needle(&self) -> &str {
        self.search.as_ref().map_or("", |search| &search.needle)
    }

    /// Goes to the next or previous match, wrapping at the ends. With `from_here`, the selected item counts too.
    /// Returns false if there is no match so far.
    pub fn next_match(&mut self, forward: bool, from_here: bool) -> bool {
        let here = self.selected().unwrap_or(0);
        let Some(search) = &self.search else { return false };
        let places = &search.places;
        let place = match forward {
            true => {
                let at = places.partition_point(|place| *place < here + usize::from(!from_here));
                places.get(at).or(places.first())
            }
            false => {
                let at = places.partition_point(|place| *place < here);
                at.checked_sub(1).and_then(|at| places.get(at)).or(places.last())
            }
        };
        match place.copied() {
            // Matches of hidden kinds are skipped.
            Some(place) => self.go_to(place) || self.nearest(place, forward),
            None => false,
        }
    }

    fn nearest(&mut self, place: usize, forward: bool) -> bool {
        let (Some(places), Some(search)) = (&self.places, &self.search) else {
            return false;
        };
        let visible = |place: &&usize| places.binary_search(place).is_ok();
        let found = match forward {
            true => search.places.iter().filter(|at| **at > place).find(visible),
            false => search.places.iter().rev().filter(|at| **at < place).find(visible),
        };
        match found.copied() {
            Some(place) => self.go_to(place),
            None => false,
        }
    }

    /// Returns the number of the selected match, starting at 1, or 0 if the selected item is no match.
    pub fn match_number(&self) -> usize {
        let place = self.selected();
        let search = self.search.as_ref();
        search
            .zip(place)
            .and_then(|(search, place)| search.places.binary_search(&place).ok())
            .map_or(0, |at| at + 1)
    }
}
