//! A search through a history, or a filter of it: the query and the matching items. The search continues in the history
//! of the next thread, and with items that are appended.

use crate::inspector::state::msg::SearchMatches;
use crate::protocol::RolloutItem;
use crate::store::History;
use crate::workbench::ImportedThread;
use crate::workbench::query::{ItemFilter, ItemRow};

/// The number of items, and of their bytes, that are searched immediately. More are searched in the background.
const AT_ONCE: usize = 512;
const BYTES_AT_ONCE: usize = 256 * 1024;

/// A query of the items of a history, and its matches.
#[derive(Clone, Debug, Default)]
pub struct HistorySearch {
    /// The query.
    pub query: ItemFilter,
    /// The number of the running or last search; 0 if it has not begun. Results of other searches are ignored.
    pub number: u64,
    /// The positions of the matching items, ascending.
    pub places: Vec<usize>,
    /// The number of items searched so far.
    pub seen: usize,
    /// Whether the search is complete.
    pub done: bool,
    /// Whether the cursor moves to the first match that follows it.
    pub jump: bool,
    /// The position of the match that was visited last.
    pub last: Option<usize>,
}

impl HistorySearch {
    /// Creates a search that has not begun.
    pub fn new(query: ItemFilter, jump: bool) -> Self {
        Self {
            query,
            jump,
            ..Self::default()
        }
    }

    /// Returns a new search with the same query, for another history.
    pub fn anew(&self) -> Self {
        Self::new(self.query.clone(), false)
    }

    /// Returns whether an item matches, as far as is known.
    pub fn finds(&self, place: usize) -> bool {
        self.places.binary_search(&place).is_ok()
    }

    /// Returns whether the search has to begin, or to go on with items that were appended.
    pub fn has_to_go_on(&self, items: usize) -> bool {
        self.number == 0 || (self.done && self.seen < items)
    }

    /// Adds matches.
    pub fn add(&mut self, found: SearchMatches) {
        self.places.extend(found.places);
        self.seen = found.seen;
        self.done = found.done;
    }
}

/// The items to search.
#[derive(Clone, Debug)]
pub struct ItemsToSearch {
    /// The number of the search.
    pub number: u64,
    /// Whether this search is the filter. A search does not end a filter, and a filter does not end a search.
    pub is_filter: bool,
    /// The query.
    pub query: ItemFilter,
    /// The history.
    pub history: History,
    /// What is known about the import of the thread.
    pub imported: Option<ImportedThread>,
    /// The first item to search.
    pub from: usize,
}

impl ItemsToSearch {
    /// Returns whether an item matches.
    pub fn matches(&self, place: usize, item: &RolloutItem) -> bool {
        self.query.matches(&ItemRow {
            history: &self.history,
            place,
            item,
            imported: self.imported.as_ref(),
        })
    }

    /// Returns whether the items are few and short enough to search immediately.
    pub fn is_short(&self) -> bool {
        let items = self.history.len() - self.from.min(self.history.len());
        let bytes = || -> usize {
            self.history
                .range(self.from..self.history.len())
                .map(RolloutItem::len)
                .sum()
        };
        items <= AT_ONCE && bytes() <= BYTES_AT_ONCE
    }

    /// Searches all of the items.
    pub fn run(&self) -> SearchMatches {
        let end = self.history.len();
        let items = (self.from..end).zip(self.history.range(self.from.min(end)..end));
        let places = items.filter(|(place, item)| self.matches(*place, item));
        SearchMatches {
            search: self.number,
            places: places.map(|(place, _)| place).collect(),
            seen: end,
            done: true,
        }
    }
}
