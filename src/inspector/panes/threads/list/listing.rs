//! Making a list of threads: those that hold certain words, in a certain order. With a million threads that takes its
//! time, so it is a piece of work that is done a stretch at a time and shows what it has so far.
//!
//! Who does it, and what becomes of a list when the store changes, is left to others.

use std::ops::Range;
use std::sync::{Arc, Weak};
use std::thread;

use super::query::ThreadQuery;
use super::rows::{ThreadRow, ThreadRows};
use super::tree::grow;
use super::words::Words;
use crate::rollout::side_by_side::side_by_side;
use crate::store::Snapshot;

/// So many threads are looked at in one stretch by each processor that there is.
const STRETCH: usize = 4096;

/// A list in the making.
pub struct Listing {
    list: Listed,
    /// Where to look for threads.
    among: Option<ThreadRows>,
    words: Words,
    /// How many of those were looked at.
    seen: usize,
    /// How many at most look at them at the same time.
    workers: usize,
}

/// A list, whole or as far as it is known.
#[derive(Clone, Default)]
pub struct Listed {
    /// Alive as long as somebody waits for it.
    pub awaited: Weak<ThreadQuery>,
    /// What was wished for.
    pub query: ThreadQuery,
    /// The store that was listed.
    pub store: Option<Snapshot>,
    /// All its threads in the order of the query.
    pub all: ThreadRows,
    /// Those of them that are shown.
    pub rows: ThreadRows,
    /// Whether those are all.
    pub done: bool,
}

impl Listing {
    /// A list of the threads of a store; an earlier list of the same threads in the same order saves work.
    pub fn new(query: &Arc<ThreadQuery>, store: &Snapshot, known: &Listed) -> Self {
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
            list: Listed {
                awaited: Arc::downgrade(query),
                query: ThreadQuery::clone(query),
                store: Some(store.clone()),
                all: all.unwrap_or_default(),
                rows: ThreadRows::new(),
                done: false,
            },
        }
    }

    /// The same listing, done by all processors.
    pub fn by_all(mut self) -> Self {
        self.workers = thread::available_parallelism().map_or(1, usize::from);
        self
    }

    /// Whether somebody still waits for the list.
    pub fn is_awaited(&self) -> bool {
        self.list.awaited.strong_count() > 0
    }

    /// Goes on for a stretch; true at the end.
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

    /// How many threads were looked at so far.
    pub fn seen(&self) -> usize {
        self.seen
    }

    /// What is listed so far.
    pub fn list(&self) -> &Listed {
        &self.list
    }

    /// The whole list.
    pub fn whole(mut self) -> Listed {
        while !self.go_on() {}
        self.list
    }
}

/// The rows of a range that hold the words, found by one thread for each [`STRETCH`] of them.
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
