//! The query language of threads: words, phrases and terms such as `cwd:web`, `is:fork` or `updated:<2d`.
//!
//! [`ThreadFilter::parse`] compiles a query once. [`ThreadFilter::matcher`] then tests the threads of one snapshot.
//!
//! | term | matches a thread |
//! | --- | --- |
//! | `word`, `"a phrase"` | whose title, preview or one of the [`QueryField`]s for words contains the text |
//! | `field:value` | whose field contains the value |
//! | `field:=value` | whose field is exactly the value |
//! | `is:word`, `has:word` | that has the property |
//! | `updated:<2d`, `created:>2026-07-01`, `updated:2026-07` | whose time is in the range; dates are in UTC |
//! | `items:>100`, `tokens:>1m` | whose number is in the range |
//! | `-term` | that the term does not match |
//! | `term or term` | that one of the terms matches; `or` binds tighter than the space between terms |
//!
//! All terms must match. A text without uppercase letters matches regardless of case, and a text with uppercase letters
//! matches exactly. Inside quotes only `"` is special.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use crate::protocol::ThreadId;
use crate::store::{Snapshot, ThreadRecord};

pub mod facts;
mod fault;
mod fields;
mod parse;
mod terms;
#[cfg(test)]
mod tests;
mod title;

pub use fault::{QueryError, QueryFault};
pub use fields::{QUERY_FIELDS, QueryField, QueryFlag};
use terms::{QueryTerm, TermTest};
pub use title::{TitleOrigin, title};

/// A compiled query.
#[derive(Clone, Debug, Default)]
pub struct ThreadFilter {
    /// All clauses must match; of the terms of a clause, one must match.
    clauses: Vec<Vec<QueryTerm>>,
}

impl ThreadFilter {
    /// Compiles a query. An empty query matches every thread.
    ///
    /// # Errors
    /// If a term is wrong, or cannot be answered from a store. The error names its column and the nearest known word.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let clauses = parse::clauses(text)?;
        Ok(Self { clauses })
    }

    /// Whether there are no terms, so that every thread matches.
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// A matcher for the threads of a snapshot. Ages such as `<2d` are counted from the time of the snapshot.
    pub fn matcher(&self, snapshot: &Snapshot) -> ThreadMatcher<'_> {
        let terms = || self.clauses.iter().flatten();
        let parents = match terms().any(|term| matches!(term.test, TermTest::Children)) {
            true => snapshot
                .threads()
                .flat_map(|record| [facts::parent(record), facts::forked_from(record)])
                .flatten()
                .collect(),
            false => HashSet::new(),
        };
        ThreadMatcher {
            filter: self,
            now: snapshot.now(),
            parents,
            scratch: String::new(),
        }
    }
}

/// Tests the threads of one snapshot against a query.
pub struct ThreadMatcher<'a> {
    filter: &'a ThreadFilter,
    now: DateTime<Utc>,
    /// The threads that others were forked from or spawned by; empty if no term asks for them.
    parents: HashSet<ThreadId>,
    /// A buffer for texts in lowercase, so that testing a thread does not allocate one.
    scratch: String,
}

impl ThreadMatcher<'_> {
    /// Whether a thread of the snapshot matches the query.
    pub fn matches(&mut self, record: &ThreadRecord) -> bool {
        self.filter.clauses.iter().all(|clause| {
            clause.iter().any(|term| {
                let met = match &term.test {
                    TermTest::Words(test) => fields::words(record, test.is_spaced(), &mut |text| {
                        test.is_met(text, &mut self.scratch)
                    }),
                    TermTest::Text(each, test) => {
                        each(record, &mut |text| test.is_met(text, &mut self.scratch))
                    }
                    TermTest::Time(of, test) => of(record).is_some_and(|at| test.is_met(at, self.now)),
                    TermTest::Number(of, test) => of(record).is_some_and(|number| test.is_met(number)),
                    TermTest::Flag(test) => test(record),
                    TermTest::Children => self.parents.contains(&record.id),
                };
                met != term.negated
            })
        })
    }
}
