//! Builds a list of threads that match a filter, in a certain order. This takes time for a million threads, or if the
//! filter reads their contents, so it runs in chunks and reports intermediate results.
//!
//! The caller runs the listing and handles changes of the store.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::{Arc, Weak};
use std::thread;

use foldhash::fast::RandomState;

use super::groups::{Groups, gather};
use super::query::{ListForm, ThreadQuery};
use super::rows::{ThreadRow, ThreadRows};
use super::tree::grow;
use crate::protocol::ThreadId;
use crate::rollout::side_by_side::side_by_side;
use crate::store::{Snapshot, ThreadRecord};
use crate::workbench::query::ThreadMatcher;

/// The maximum number of threads that each processor tests in one chunk, and of items that it reads for these tests; it
/// always tests at least one thread.
const STRETCH: usize = 4096;

/// A list that is being built.
pub struct Listing {
    list: ListedThreads,
    /// The threads to test.
    among: Option<ThreadRows>,
    /// Tests the threads. Created in the first chunk, because creating it may require reading all threads.
    matcher: Option<ThreadMatcher>,
    /// The number of threads tested so far.
    seen: usize,
    /// The threads that were tested in the order of the store, if that has begun.
    sweep: Option<Sweep>,
    /// The maximum number of parallel workers.
    workers: usize,
    /// The number of threads that a worker tests in one chunk.
    stretch: usize,
}

/// A test of all threads in the order of the store. Their data lies in memory in about this order, which makes this
/// several times as fast as the order of a query.
#[derive(Default)]
struct Sweep {
    /// The thread that was tested last.
    last: Option<ThreadId>,
    /// The addresses of the records that match. They identify the records: the snapshot keeps all of them.
    found: HashSet<usize, RandomState>,
}

/// A complete or partial list.
#[derive(Clone, Default)]
pub struct ListedThreads {
    /// Can be upgraded as long as something waits for the list.
    pub awaited: Weak<ThreadQuery>,
    /// The query.
    pub query: ThreadQuery,
    /// The snapshot that was listed.
    pub store: Option<Snapshot>,
    /// All threads in the order of the query.
    pub all: ThreadRows,
    /// The threads that match, in the order of the query.
    pub found: ThreadRows,
    /// The rows: the matching threads, arranged as the query specifies.
    pub rows: ThreadRows,
    /// The groups of the rows, if they have groups.
    pub groups: Option<Groups>,
    /// Whether the rows are all threads of the snapshot that match the query.
    pub done: bool,
}

impl ListedThreads {
    /// Makes the rows from the threads that match. A partial list is flat.
    fn shape(&mut self) {
        self.groups = None;
        match self.query.grouping() {
            Some(by) if self.done => {
                let (rows, groups) = gather(&self.found, by, &self.query.folded);
                (self.rows, self.groups) = (rows, Some(groups));
            }
            None if self.done && self.query.form == ListForm::Tree => {
                self.rows = grow(self.found.iter().map(|row| Arc::clone(&row.record)).collect());
            }
            _ => self.rows = self.found.clone(),
        }
    }

    /// Returns whether time alone may have changed which threads match.
    pub fn is_outdated(&self, store: &Snapshot) -> bool {
        let is_older = self
            .store
            .as_ref()
            .is_some_and(|listed| listed.now() != store.now());
        is_older && self.query.filter.asks_for_ages()
    }
}

impl Listing {
    /// Starts a list of the threads of a store. Reuses an earlier list of the same threads in the same order.
    pub fn new(query: &Arc<ThreadQuery>, store: &Snapshot, known: &ListedThreads) -> Self {
        let is_same = known
            .store
            .as_ref()
            .is_some_and(|known| known.has_threads_of(store));
        let known = Some(known).filter(|known| is_same && known.query.is_ordered_as(query));
        let narrower = known.filter(|known| known.done && query.narrows(&known.query));
        let all = known.map(|known| known.all.clone());
        Self {
            among: narrower.map(|known| known.found.clone()).or_else(|| all.clone()),
            matcher: None,
            seen: 0,
            sweep: None,
            workers: 1,
            stretch: STRETCH,
            list: ListedThreads {
                awaited: Arc::downgrade(query),
                query: ThreadQuery::clone(query),
                store: Some(store.clone()),
                all: all.unwrap_or_default(),
                found: ThreadRows::new(),
                rows: ThreadRows::new(),
                groups: None,
                done: false,
            },
        }
    }

    /// Makes the listing use all processors.
    pub fn by_all(mut self) -> Self {
        self.workers = thread::available_parallelism().map_or(1, usize::from);
        self
    }

    /// Makes a worker test this number of threads in one chunk.
    #[cfg(test)]
    pub fn in_stretches_of(mut self, threads: usize) -> Self {
        self.stretch = threads;
        self
    }

    /// Returns whether the list is still awaited.
    pub fn is_awaited(&self) -> bool {
        self.list.awaited.strong_count() > 0
    }

    /// Processes one chunk. Returns true at the end.
    pub fn go_on(&mut self) -> bool {
        let list = &mut self.list;
        let (Some(among), Some(store)) = (&self.among, &list.store) else {
            list.all = list.query.order(list.store.iter().flat_map(Snapshot::threads));
            self.among = Some(list.all.clone());
            return false;
        };
        if list.query.filter.is_empty() {
            list.found = among.clone();
            self.seen = among.len();
        } else {
            let matcher = self.matcher.get_or_insert_with(|| list.query.matcher(store));
            match &mut self.sweep {
                None => {
                    let parts = parts(among, self.seen, self.workers, self.stretch, &list.query);
                    self.seen = parts.last().map_or(among.len(), |part| part.end);
                    list.found.extend(sift(among, parts, matcher));
                    // The first rows are on the screen soon. For many more, the order of the store is faster.
                    let is_long = among.len() - self.seen > self.workers * self.stretch;
                    let is_most = among.len() > store.len() / 2;
                    if is_long && is_most && !list.query.filter.reads_items() {
                        self.sweep = Some(Sweep::default());
                    }
                }
                Some(sweep) => {
                    if !sweep.go_on(store, matcher, self.workers, self.stretch) {
                        return false;
                    }
                    let rows = among
                        .iter()
                        .filter(|row| sweep.found.contains(&address(&row.record)));
                    list.found = rows.cloned().collect();
                    self.seen = among.len();
                }
            }
        }
        list.done = self.seen == among.len();
        list.shape();
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

impl Sweep {
    /// Tests the next threads. Returns true at the end.
    fn go_on(&mut self, store: &Snapshot, matcher: &ThreadMatcher, workers: usize, stretch: usize) -> bool {
        let records: Vec<_> = store.threads_after(self.last).take(workers * stretch).collect();
        let part = |part: &[&Arc<ThreadRecord>]| -> Vec<usize> {
            let records = part.iter().copied();
            matcher.select(records).map(address).collect()
        };
        match workers {
            1 => self.found.extend(part(&records)),
            _ => {
                let found = side_by_side(records.chunks(stretch), part);
                self.found.extend(found.into_iter().flatten());
            }
        }
        self.last = records.last().map(|record| record.id);
        records.len() < workers * stretch
    }
}

/// Returns the address of a record.
fn address(record: &Arc<ThreadRecord>) -> usize {
    Arc::as_ptr(record).addr()
}

/// Returns the next ranges to test, one for each worker.
fn parts(
    among: &ThreadRows,
    seen: usize,
    workers: usize,
    stretch: usize,
    query: &ThreadQuery,
) -> Vec<Range<usize>> {
    let end = |start: usize| {
        let most = among.len().min(start + stretch);
        if !query.filter.reads_items() {
            return most;
        }
        let mut items = 0;
        let rows = among.focus().narrow(start..most).into_iter();
        let fitting = rows.take_while(|row| {
            items += query.filter.items_read(&row.record);
            items <= stretch as u64
        });
        start + fitting.count().max(1)
    };
    let mut parts = Vec::new();
    let mut start = seen;
    while start < among.len() && parts.len() < workers {
        let part = start..end(start);
        start = part.end;
        parts.push(part);
    }
    parts
}

/// Returns the matching rows of some ranges. Uses one thread for each range.
fn sift(among: &ThreadRows, parts: Vec<Range<usize>>, matcher: &ThreadMatcher) -> Vec<ThreadRow> {
    let part = |range: Range<usize>| -> Vec<ThreadRow> {
        let rows = among.focus().narrow(range).into_iter();
        matcher.select(rows).cloned().collect()
    };
    match parts.as_slice() {
        [one] => part(one.clone()),
        _ => side_by_side(parts.into_iter(), part)
            .into_iter()
            .flatten()
            .collect(),
    }
}
