//! Builds a list of threads that contain certain words, in a certain order. This takes time for a million threads, so
//! it runs in chunks and reports intermediate results.
//!
//! The caller runs the listing and handles changes of the store.

use std::ops::Range;
use std::sync::{Arc, Weak};
use std::thread;

use super::query::ThreadQuery;
use super::rows::{ThreadRow, ThreadRows};
use super::tree::grow;
use super::words::Words;
use crate::rollout::side_by_side::side_by_side;
use crate::store::Snapshot;

/// The number of threads that each processor searches in one chunk.
const STRETCH: usize = 4096;

/// A list that is being built.
pub struct Listing {
    list: ListedThreads,
    /// The threads to search.
    among: Option<ThreadRows>,
    words: Words,
    /// The number of threads searched so far.
    seen: usize,
    /// The maximum number of parallel workers.
    workers: usize,
}

/// A complete or partial list.
#[derive(Clone, Default)]
pub struct ListedThreads {
    /// Alive as long as the list is awaited.
    pub awaited: Weak<ThreadQuery>,
    /// The query.
    pub query: ThreadQuery,
    /// The snapshot that was listed.
    pub store: Option<Snapshot>,
    /// All threads in the order of the query.
    pub all: ThreadRows,
    /// The visible threads.
    pub rows: ThreadRows,
    /// Whether the list is complete.
    pub done: bool,
}

impl Listing {
    /// Starts a list of the threads of a store. Reuses an earlier list of the same threads in the same order.
    pub fn new(query: &Arc<ThreadQuery>, store: &Snapshot, known: &ListedThreads) -> Self {
        let is_same = known
            .store
            .as_ref()
            .is_some_and(|known| known.has_threads_of(store));
        let known = Some(known).filter(|known| is_same && known.query.is_ordered_as(query));
        let narrower = known.filter(|known| known.done && !known.query.tree && query.narrows(&known.query));
        let all = known.map(|known| known.all.clone());
        Self {
            among: narrower.map(|known| known.rows.clone()).or_else(|| all.clone()),
            words: Words::new(&query.filter),
            seen: 0,
            workers: 1,
            list: ListedThreads {
                awaited: Arc::downgrade(query),
                query: ThreadQuery::clone(query),
                store: Some(store.clone()),
                all: all.unwrap_or_default(),
                rows: ThreadRows::new(),
                done: false,
            },
        }
    }

    /// Makes the listing use all processors.
    pub fn by_all(mut self) -> Self {
        self.workers = thread::available_parallelism().map_or(1, usize::from);
        self
    }

    /// Returns whether the list is still awaited.
    pub fn is_awaited(&self) -> bool {
        self.list.awaited.strong_count() > 0
    }

    /// Processes one chunk. Returns true at the end.
    pub fn go_on(&mut self) -> bool {
        let list = &mut self.list;
        let Some(among) = &self.among else {
            list.all = list.query.order(list.store.iter().flat_map(Snapshot::threads));
            self.among = Some(list.all.clone());
            return false;
        };
        let upto = match self.words.is_empty() {
            true => {
                list.rows = among.clone();
                among.len()
            }
            false => (self.seen + STRETCH * self.workers).min(among.len()),
        };
        if !self.words.is_empty() {
            list.rows.extend(sift(among, self.seen..upto, &self.words));
        }
        self.seen = upto;
        list.done = upto == among.len();
        if list.done && list.query.tree {
            list.rows = grow(list.rows.iter().map(|row| Arc::clone(&row.record)).collect());
        }
        list.done
    }

    /// Returns the list so far.
    pub fn list(&self) -> &ListedThreads {
        &self.list
    }

    /// Returns the complete list.
    pub fn whole(mut self) -> ListedThreads {
        while !self.go_on() {}
        self.list
    }
}

/// Returns the rows of a range that contain the words. Uses one thread for each [`STRETCH`] rows.
fn sift(among: &ThreadRows, range: Range<usize>, words: &Words) -> Vec<ThreadRow> {
    let part = |range: Range<usize>| -> Vec<ThreadRow> {
        let mut words = words.clone();
        words.sift(among.focus().narrow(range).into_iter())
    };
    if range.len() <= STRETCH {
        return part(range);
    }
    let starts = range.clone().step_by(STRETCH);
    let parts = starts.map(|start| start..range.end.min(start + STRETCH));
    side_by_side(parts, part).into_iter().flatten().collect()
}
