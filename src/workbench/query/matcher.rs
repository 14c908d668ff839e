//! Tests threads against a query, one or many.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::facts;
use super::terms::TermTest;
use super::words::{WordTexts, fetch};
use super::{ImportedFlags, ThreadFilter};
use crate::protocol::ThreadId;
use crate::store::{Snapshot, ThreadRecord};

/// The number of threads that are fetched at once.
const FETCHED: usize = 64;

/// Tests the threads of one snapshot against a query. A clone costs a few pointers.
#[derive(Clone, Debug)]
pub struct ThreadMatcher {
    filter: ThreadFilter,
    now: DateTime<Utc>,
    /// The threads that others were forked from or spawned by; empty if no term asks for them.
    parents: Arc<HashSet<ThreadId>>,
    marked: Arc<HashSet<ThreadId>>,
    imported: Arc<ImportedFlags>,
}

impl ThreadMatcher {
    pub(super) fn new(filter: ThreadFilter, snapshot: &Snapshot) -> Self {
        let parents = match filter.asks_for_others() {
            true => snapshot
                .threads()
                .flat_map(|record| [facts::parent(record), facts::forked_from(record)])
                .flatten()
                .collect(),
            false => HashSet::new(),
        };
        Self {
            filter,
            now: snapshot.now(),
            parents: Arc::new(parents),
            marked: Arc::default(),
            imported: Arc::default(),
        }
    }

    /// The matcher with what imports know about the threads; without this, `is:reverted` matches none.
    #[must_use]
    pub fn with_imported(self, imported: Arc<ImportedFlags>) -> Self {
        Self { imported, ..self }
    }

    /// The matcher with the threads that `is:marked` matches; without this, `is:marked` matches none.
    #[must_use]
    pub fn with_marks(self, marked: Arc<HashSet<ThreadId>>) -> Self {
        Self { marked, ..self }
    }

    /// Whether a thread of the snapshot matches the query.
    pub fn matches(&self, record: &ThreadRecord) -> bool {
        self.is_met(record, &mut MatchBuffers::new(&self.filter))
    }

    /// The threads that match the query, in the given order. For many threads this is several times as fast as testing
    /// each on its own, because their data is fetched from memory in advance.
    pub fn select<R: AsRef<ThreadRecord>>(
        &self,
        records: impl IntoIterator<Item = R>,
    ) -> impl Iterator<Item = R> {
        let mut records = records.into_iter();
        let mut fetched = Vec::new().into_iter();
        let mut buffers = MatchBuffers::new(&self.filter);
        std::iter::from_fn(move || {
            loop {
                let found = fetched.find(|record: &R| self.is_met(record.as_ref(), &mut buffers));
                if found.is_some() {
                    return found;
                }
                let next: Vec<R> = records.by_ref().take(FETCHED).collect();
                if next.is_empty() {
                    return None;
                }
                if !self.filter.is_empty() {
                    fetch(&next);
                }
                fetched = next.into_iter();
            }
        })
    }

    fn is_met(&self, record: &ThreadRecord, buffers: &mut MatchBuffers) -> bool {
        buffers.words.begin();
        self.filter.clauses.iter().all(|clause| {
            clause.iter().any(|term| {
                let met = match &term.test.test {
                    TermTest::Words(part) => buffers.words.contain(record, part),
                    TermTest::Text(_, each, test) => {
                        each(record, &mut |text| test.is_met(text, &mut buffers.small))
                    }
                    TermTest::Time(of, test) => of(record).is_some_and(|at| test.is_met(at, self.now)),
                    TermTest::Number(of, test) => of(record).is_some_and(|number| test.is_met(number)),
                    TermTest::Flag(test) => test(record),
                    TermTest::Children => self.parents.contains(&record.id),
                    TermTest::Imported(flag) => self.imported.has(*flag, record),
                    TermTest::Marked => self.marked.contains(&record.id),
                };
                met != term.negated
            })
        })
    }
}

/// Buffers, so that testing a thread does not allocate.
struct MatchBuffers {
    words: WordTexts,
    /// A buffer for a text in lowercase.
    small: String,
}

impl MatchBuffers {
    fn new(filter: &ThreadFilter) -> Self {
        let parts = filter.terms().filter_map(|term| match &term.test.test {
            TermTest::Words(part) => Some(part),
            _ => None,
        });
        Self {
            words: WordTexts::new(parts),
            small: String::new(),
        }
    }
}
