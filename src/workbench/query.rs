//! The query language of threads: words, phrases and terms such as `cwd:web`, `is:fork` or `updated:<2d`.
//!
//! [`ThreadFilter::parse`] compiles a query once. [`ThreadFilter::matcher`] then selects from the threads of one snapshot.
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

use std::fmt;
use std::sync::Arc;

use crate::store::{Snapshot, ThreadRecord};

mod complete;
pub mod facts;
mod fault;
mod fields;
mod found;
mod items;
mod matcher;
mod parse;
mod rows;
mod terms;
#[cfg(test)]
mod tests;
mod title;
mod words;

pub use complete::{Completion, FieldValues, OpenTerm, ThreadValues};
pub use fault::{QueryError, QueryFault};
pub use fields::{ImportedFlags, QUERY_FIELDS, QueryField, QueryFlag};
pub use found::FoundField;
pub use items::{HistoryItems, ItemFilter, ItemRow};
pub use matcher::ThreadMatcher;
use parse::{TermCompiler as _, ThreadTerms};
pub use rows::{QueriedRow, RowField, RowFilter, RowFlag, WordsTest};
use terms::{QueryTerm, TermTest};
pub use title::{TitleOrigin, title};
pub(crate) use title::{cut_after, one_line, one_line_of, user_words};

/// A compiled query. A clone costs two pointers; two queries of the same text are equal.
#[derive(Clone, Default)]
pub struct ThreadFilter {
    text: Arc<str>,
    /// All clauses must match; of the terms of a clause, one must match.
    clauses: Arc<[Vec<QueryTerm>]>,
}

impl ThreadFilter {
    /// Compiles a query. An empty query matches every thread.
    ///
    /// # Errors
    /// If a term is wrong, or cannot be answered from a store. The error names its column and the nearest known word.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        Ok(Self::new(
            text,
            parse::clauses(text, &ThreadTerms { has_marks: false })?,
        ))
    }

    /// Compiles a query that may contain `is:marked`. Its matchers need [`ThreadMatcher::with_marks`].
    ///
    /// # Errors
    /// As [`ThreadFilter::parse`].
    pub fn parse_with_marks(text: &str) -> Result<Self, QueryError> {
        Ok(Self::new(
            text,
            parse::clauses(text, &ThreadTerms { has_marks: true })?,
        ))
    }

    /// The query for one phrase, which may contain any characters. An empty phrase matches every thread.
    pub fn of_phrase(text: &str) -> Self {
        let term = QueryTerm {
            negated: false,
            written: text.to_owned(),
            test: ThreadTerms { has_marks: false }.words(text),
        };
        Self::new(
            text,
            if text.is_empty() {
                Vec::new()
            } else {
                vec![vec![term]]
            },
        )
    }

    fn new(text: &str, clauses: Vec<Vec<QueryTerm>>) -> Self {
        Self {
            text: text.into(),
            clauses: clauses.into(),
        }
    }

    /// The text of the query.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether there are no terms, so that every thread matches.
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// A matcher for the threads of a snapshot. Ages such as `<2d` are counted from the time of the snapshot. For
    /// `has:children`, this reads every thread of the snapshot once.
    pub fn matcher(&self, snapshot: &Snapshot) -> ThreadMatcher {
        ThreadMatcher::new(self.clone(), snapshot)
    }

    fn terms(&self) -> impl Iterator<Item = &QueryTerm> {
        self.clauses.iter().flatten()
    }

    fn has(&self, test: fn(&TermTest) -> bool) -> bool {
        self.terms().any(|term| test(&term.test.test))
    }

    /// The fields that its terms name.
    pub fn fields(&self) -> impl Iterator<Item = &'static QueryField> {
        let terms = self
            .terms()
            .filter(|term| !matches!(term.test.test, TermTest::Words(_)));
        let names = terms.filter_map(|term| term.written.split(':').next());
        names.filter_map(|name| QUERY_FIELDS.iter().find(|field| field.name == name))
    }

    /// Whether there are terms for marks.
    pub fn asks_for_marks(&self) -> bool {
        self.has(|test| matches!(test, TermTest::Marked))
    }

    /// Whether there are terms for what imports know.
    pub fn asks_for_imports(&self) -> bool {
        self.has(|test| matches!(test, TermTest::Imported(_)))
    }

    /// Whether there are terms for ages, so that a thread may match at one time and not at another.
    pub fn asks_for_ages(&self) -> bool {
        self.has(|test| matches!(test, TermTest::Time(_, time) if time.is_age()))
    }

    /// Whether a change of one thread may change which other threads match.
    pub fn asks_for_others(&self) -> bool {
        self.has(|test| matches!(test, TermTest::Children))
    }

    /// The maximum number of items that testing a thread reads.
    pub fn items_read(&self, record: &ThreadRecord) -> u64 {
        let of_words = |term: &QueryTerm| matches!(term.test.test, TermTest::Words(_));
        match self.reads_items() || title::is_of_history(record) && self.terms().any(of_words) {
            true => facts::items(record),
            false => 0,
        }
    }

    /// Whether testing a thread reads all of its items.
    pub fn reads_items(&self) -> bool {
        self.terms().any(|term| term.test.reads_items)
    }

    /// Whether every thread that matches this query also matches the other one, in the same snapshot and with the same marks.
    /// Decided from the queries alone, so false if they do not show it.
    pub fn narrows(&self, other: &Self) -> bool {
        let narrows = |clause: &[QueryTerm], wider: &[QueryTerm]| {
            clause
                .iter()
                .all(|term| wider.iter().any(|other| term.narrows(other)))
        };
        let held = |wider: &Vec<QueryTerm>| self.clauses.iter().any(|clause| narrows(clause, wider));
        other.clauses.iter().all(held)
    }
}

impl PartialEq for ThreadFilter {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for ThreadFilter {}

impl fmt::Debug for ThreadFilter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "ThreadFilter({:?})", self.text)
    }
}
