//! How the history of a thread is looked at: which items are shown, which is selected, how densely, what is searched for.
//!
//! Without a filter the rows are the items themselves and nothing is counted or copied. Hidden kinds and filters make a
//! list of the places of the items that are left, which grows with the history. Drawing is the pane's matter.

use std::collections::BTreeSet;

use super::glance::RowCaches;
use crate::inspector::widgets::cursor::{ListCursor, Motion};
use crate::protocol::kinds::Kind;
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
    /// The next density.
    pub fn next(self) -> Self {
        match self {
            Density::Line => Density::Summary,
            Density::Summary => Density::Whole,
            Density::Whole => Density::Line,
        }
    }

    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Density::Line => "line",
            Density::Summary => "summary",
            Density::Whole => "whole",
        }
    }
}

/// What tells one kind from another in a list of kinds: the line's own type and the payload's.
pub type KindKey = (&'static str, &'static str);

/// The key of a kind.
pub fn key_of(kind: &Kind) -> KindKey {
    (kind.outer, kind.name)
}

/// A text that was looked for, and where it was found.
#[derive(Clone, Debug, Default)]
pub struct HistorySearch {
    /// The number of the search; answers of other searches are let go.
    pub number: u64,
    /// The text.
    pub needle: String,
    /// The places of the items that hold it, ascending.
    pub places: Vec<usize>,
    /// How many items were looked at.
    pub seen: usize,
    /// Whether all were.
    pub done: bool,
    /// Whether the cursor is to go to the first place behind it that is found.
    pub jump: bool,
    /// Whether only the items that were found are shown.
    pub only: bool,
}

/// How a history is looked at.
#[derive(Clone, Debug, Default)]
pub struct HistoryView {
    /// Whose history it is.
    pub thread: Option<ThreadId>,
    /// The selected row and the first visible one.
    pub cursor: ListCursor,
    /// How much of each item is shown.
    pub density: Density,
    /// The kinds that are hidden.
    pub hidden: BTreeSet<KindKey>,
    /// What was looked for last.
    pub search: Option<HistorySearch>,
    /// What is known of long items.
    pub(super) glances: RowCaches,
    /// The places of the items that are shown; `None` shows all.
    places: Option<Vec<usize>>,
    /// How many items the places were made from.
    sifted: usize,
    len: usize,
}

impl HistoryView {
    /// Looks at the history of a thread, from its first item if it is another thread than before.
    pub fn aim(&mut self, thread: Option<ThreadId>, history: Option<&History>) {
        if self.thread != thread {
            let (density, hidden) = (self.density, std::mem::take(&mut self.hidden));
            *self = Self {
                thread,
                density,
                hidden,
                ..Self::default()
            };
            self.sift();
        }
        self.len = history.map_or(0, History::len);
        // It goes back in time too: then the places are those of items that are not there any more.
        if self.sifted > self.len {
            self.sift();
        }
        if let Some(history) = history {
            self.extend(history);
        }
        self.cursor.at = self.cursor.at.min(self.rows().saturating_sub(1));
    }

    /// Makes the places anew at the next look: what is hidden or looked for has changed. The cursor stays on its item, or
    /// on the next one that is left.
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
        // The places of a search that goes on change from the middle; they are few, so all are taken again.
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

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.places.as_ref().map_or(self.len, Vec::len)
    }

    /// How many items there are.
    pub fn items(&self) -> usize {
        self.len
    }

    /// Whether some items are not shown.
    pub fn is_filtered(&self) -> bool {
        self.places.is_some()
    }

    /// The place in the history of the item of a row.
    pub fn place(&self, row: usize) -> Option<usize> {
        match &self.places {
            Some(places) => places.get(row).copied(),
            None => (row < self.len).then_some(row),
        }
    }

    /// The place of the selected item.
    pub fn selected(&self) -> Option<usize> {
        self.place(self.cursor.at)
    }

    /// Selects the item at a place. False if it is not shown.
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

    /// Brings the selected row among the visible ones, where rows have different heights: `rows_of` gives the height of
    /// a row and is asked for no more than fit on the screen.
    pub fn settle(&mut self, height: usize, rows_of: impl Fn(&Self, usize) -> usize) {
        let len = self.rows();
        self.cursor.at = self.cursor.at.min(len.saturating_sub(1));
        self.cursor.top = self.cursor.top.min(self.cursor.at);
        // The highest first row with which the selected one is whole on the screen.
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
        // No blank space at the end while there are rows before.
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

    /// The text that was looked for last.
    pub fn needle(&self) -> &str {
        self.search.as_ref().map_or("", |search| &search.needle)
    }

    /// Goes to the next place where the text was found, or to the one before, round the end; with `from_here` the
    /// selected item counts too. False where it was found nowhere so far.
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
            // An item of a hidden kind is passed over by going on from it.
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

    /// Which of the found places the selected item is, from 1, or 0 if it is none.
    pub fn match_number(&self) -> usize {
        let place = self.selected();
        let search = self.search.as_ref();
        search
            .zip(place)
            .and_then(|(search, place)| search.places.binary_search(&place).ok())
            .map_or(0, |at| at + 1)
    }
}
