//! The threads whose contents contain a text: the matches so far, and the progress of the search.

use std::sync::Arc;

use crate::inspector::state::job::JobState;
use crate::inspector::widgets::cursor::ListCursor;
use crate::protocol::ThreadId;
use crate::protocol::numbers::{count, grouped};
use crate::rollout::search::Snippet;
use crate::store::{Snapshot, ThreadRecord};

/// The position of an item: the index of its thread, and the index of the item in the thread.
pub type ContentPlace = (usize, usize);

/// The threads to search, in order, and the number of their items.
#[derive(Clone)]
pub struct SearchedThreads {
    /// The threads.
    pub threads: Arc<Vec<Arc<ThreadRecord>>>,
    /// The number of their items.
    pub items: usize,
}

/// The items of a thread that contain the text.
pub struct ThreadHits {
    /// The thread.
    pub id: ThreadId,
    /// The positions of the items in the history, ascending.
    pub places: Vec<usize>,
    /// The text around the first match.
    pub snippet: Snippet,
}

/// The threads whose contents contain a text, in the order in which they are searched.
pub struct FoundThreads {
    /// The store when the search began.
    pub store: Snapshot,
    /// The threads in the order in which they are searched; `None` until they are sorted.
    pub records: Option<SearchedThreads>,
    /// The number of the job that searches.
    pub job: u64,
    text: String,
    /// The threads with hits, by their index among the searched ones.
    hits: Vec<(usize, ThreadHits)>,
    /// The selected thread, and the first visible one.
    pub cursor: ListCursor,
    /// The position of the next item to search.
    place: ContentPlace,
    searched: usize,
}

impl FoundThreads {
    /// Creates a search that has not begun.
    pub fn new(store: Snapshot, text: &str) -> Self {
        Self {
            store,
            records: None,
            job: 0,
            text: text.to_string(),
            hits: Vec::new(),
            cursor: ListCursor::default(),
            place: (0, 0),
            searched: 0,
        }
    }

    /// Returns the text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the position of the next item to search.
    pub fn place(&self) -> ContentPlace {
        self.place
    }

    /// Returns the number of items that were searched.
    pub fn searched(&self) -> usize {
        self.searched
    }

    /// Returns the number of all items.
    pub fn items(&self) -> usize {
        self.records.as_ref().map_or(0, |records| records.items)
    }

    /// Returns whether all items were searched.
    pub fn is_done(&self) -> bool {
        let records = self.records.as_ref();
        records.is_some_and(|records| self.place.0 >= records.threads.len())
    }

    /// Adds hits, and records how many items were searched and where the search continues.
    pub fn add(&mut self, hits: Vec<(usize, ThreadHits)>, until: ContentPlace, searched: usize) {
        for (thread, hits) in hits {
            match self.hits.last_mut().filter(|(of, _)| *of == thread) {
                Some((_, known)) => known.places.extend(hits.places),
                None => self.hits.push((thread, hits)),
            }
        }
        self.place = until;
        self.searched += searched;
    }

    /// Returns the hits of the selected thread.
    pub fn selected(&self) -> Option<&ThreadHits> {
        self.hits.get(self.cursor.at).map(|(_, hits)| hits)
    }

    /// Returns the threads with hits.
    pub fn hits(&self) -> &[(usize, ThreadHits)] {
        &self.hits
    }

    /// Returns a sentence about what was searched. `open` is the key that goes to a match.
    pub fn about(&self, job: &JobState, open: &str) -> String {
        let (searched, of) = (grouped(self.searched as u64), count(self.items() as u64, "item"));
        match (self.is_done(), job.is_at(self.job)) {
            (true, _) if self.hits.is_empty() => {
                format!("No item contains the text; all of the {of} were searched.")
            }
            (true, _) => format!("All of the {of} were searched. {open} goes to the first match."),
            (false, true) if self.records.is_none() => "Sorting the threads.".to_string(),
            (false, true) => format!("{searched} of {of} were searched so far."),
            (false, false) => format!("Stopped after {searched} of {of}. {open} goes to the first match."),
        }
    }
}
