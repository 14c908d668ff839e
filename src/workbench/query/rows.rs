//! Queries of rows that are not threads: the items of a history and the steps of a journal. They have the grammar of
//! [`ThreadFilter`](super::ThreadFilter), and each kind of row has a table of fields. To add a field, add a row to its table.

use std::fmt;
use std::sync::Arc;

use super::fault::{QueryError, QueryFault};
use super::parse::{TermCompiler, clauses, unknown_flag};
use super::terms::{QueryTerm, TextPart, TextTest};
use crate::protocol::RolloutItem;
use crate::rollout::pattern::Pattern;

/// A kind of row that can be queried.
pub trait QueriedRow: Sized + 'static {
    /// A row.
    type Row<'a>;
    /// The fields.
    const FIELDS: &'static [RowField<Self>];

    /// Whether a row contains words without a field.
    fn has_words(row: &Self::Row<'_>, words: &WordsTest) -> bool;
}

/// Passes the texts of a field to a function until it returns true. Returns whether the function returned true.
type EachRowText<S> = fn(&<S as QueriedRow>::Row<'_>, &mut dyn FnMut(&str) -> bool) -> bool;

/// A field of a kind of row.
pub struct RowField<S: QueriedRow> {
    /// The name before the colon.
    pub name: &'static str,
    /// A sentence that describes it.
    pub about: &'static str,
    pub(super) holds: RowValue<S>,
    /// Whether its values are whole contents, which are not offered as completions.
    pub(super) is_contents: bool,
}

/// What a field holds.
pub(super) enum RowValue<S: QueriedRow> {
    Text(EachRowText<S>),
    Flags(&'static [RowFlag<S>]),
}

/// A property that `is:` asks for.
pub struct RowFlag<S: QueriedRow> {
    /// The word after the colon.
    pub name: &'static str,
    /// A sentence that describes it.
    pub about: &'static str,
    /// Whether a row has the property.
    pub test: fn(&S::Row<'_>) -> bool,
}

impl<S: QueriedRow> RowField<S> {
    /// A field that holds a text.
    pub const fn text(name: &'static str, each: EachRowText<S>, about: &'static str) -> Self {
        Self {
            name,
            about,
            holds: RowValue::Text(each),
            is_contents: false,
        }
    }

    /// A field that holds the whole contents.
    pub const fn contents(name: &'static str, each: EachRowText<S>, about: &'static str) -> Self {
        Self {
            is_contents: true,
            ..Self::text(name, each, about)
        }
    }

    /// The field `is`, with its properties.
    pub const fn flags(flags: &'static [RowFlag<S>], about: &'static str) -> Self {
        Self {
            name: "is",
            about,
            holds: RowValue::Flags(flags),
            is_contents: false,
        }
    }
}

/// Words without a field.
#[derive(Clone, Debug)]
pub struct WordsTest {
    part: TextPart,
    /// Finds where the encoded bytes of an item can contain the words.
    pattern: Pattern,
}

impl WordsTest {
    /// Whether a text contains the words.
    pub fn is_in(&self, text: &str) -> bool {
        self.part.is_in_text(text, &mut String::new())
    }

    /// Whether a string value of an item, or the text of a damaged line, contains the words.
    pub fn is_in_item(&self, item: &RolloutItem) -> bool {
        let mut small = String::new();
        self.pattern.next_place(&item.bytes(), 0).is_some()
            && item.any_text(&mut |text| self.part.is_in_text(text, &mut small))
    }
}

/// What a term about a row tests.
pub(super) enum RowTest<S: QueriedRow> {
    Words(WordsTest),
    Text(EachRowText<S>, TextTest),
    Flag(fn(&S::Row<'_>) -> bool),
}

struct RowTerms<S>(std::marker::PhantomData<S>);

impl<S: QueriedRow> TermCompiler for RowTerms<S> {
    type Test = RowTest<S>;

    fn fields(&self) -> Vec<&'static str> {
        S::FIELDS.iter().map(|field| field.name).collect()
    }

    fn words(&self, text: &str) -> RowTest<S> {
        RowTest::Words(WordsTest {
            part: TextPart::new(text),
            pattern: Pattern::literal(text, false),
        })
    }

    fn field(&self, name: &'static str, is_exact: bool, value: &str) -> Result<RowTest<S>, QueryFault> {
        #[expect(clippy::expect_used, reason = "it is one of the fields")]
        let field = S::FIELDS
            .iter()
            .find(|field| field.name == name)
            .expect("the field is known");
        match field.holds {
            RowValue::Text(each) => Ok(RowTest::Text(
                each,
                match is_exact {
                    true => TextTest::Is(value.to_owned()),
                    false => TextTest::Contains(TextPart::new(value)),
                },
            )),
            RowValue::Flags(flags) => match flags.iter().find(|flag| flag.name == value) {
                Some(flag) => Ok(RowTest::Flag(flag.test)),
                None => {
                    let known = flags.iter().map(|flag| flag.name).collect();
                    Err(unknown_flag(name, value, known))
                }
            },
        }
    }
}

/// A compiled query of rows. A clone costs two pointers; two queries of the same text are equal.
pub struct RowFilter<S: QueriedRow> {
    text: Arc<str>,
    /// All clauses must match; of the terms of a clause, one must match.
    clauses: Arc<[Vec<QueryTerm<RowTest<S>>>]>,
}

impl<S: QueriedRow> RowFilter<S> {
    /// Compiles a query. An empty query matches every row.
    ///
    /// # Errors
    /// If a term is wrong. The error names its column and the nearest known word.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        Ok(Self {
            text: text.into(),
            clauses: clauses(text, &RowTerms::<S>(std::marker::PhantomData))?.into(),
        })
    }

    /// The query for one phrase, which may contain any characters. An empty phrase matches every row.
    pub fn of_phrase(text: &str) -> Self {
        let term = || QueryTerm {
            negated: false,
            written: text.to_owned(),
            test: RowTerms::<S>(std::marker::PhantomData).words(text),
        };
        Self {
            text: text.into(),
            clauses: match text.is_empty() {
                true => Arc::default(),
                false => vec![vec![term()]].into(),
            },
        }
    }

    /// The text of the query.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether there are no terms, so that every row matches.
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Whether a row matches.
    pub fn matches(&self, row: &S::Row<'_>) -> bool {
        let mut small = String::new();
        self.clauses.iter().all(|clause| {
            clause.iter().any(|term| {
                let met = match &term.test {
                    RowTest::Words(words) => S::has_words(row, words),
                    RowTest::Text(each, test) => each(row, &mut |text| test.is_met(text, &mut small)),
                    RowTest::Flag(test) => test(row),
                };
                met != term.negated
            })
        })
    }

    /// The texts that the query looks for, to be marked where they are shown. The texts of negated terms are not
    /// included.
    pub fn texts(&self) -> Vec<&str> {
        let terms = self.clauses.iter().flatten().filter(|term| !term.negated);
        terms
            .filter_map(|term| match &term.test {
                RowTest::Words(words) => Some(words.part.text.as_str()),
                RowTest::Text(_, test) => Some(test.text()),
                RowTest::Flag(_) => None,
            })
            .filter(|text| !text.is_empty())
            .collect()
    }
}

impl<S: QueriedRow> Clone for RowFilter<S> {
    fn clone(&self) -> Self {
        Self {
            text: Arc::clone(&self.text),
            clauses: Arc::clone(&self.clauses),
        }
    }
}

impl<S: QueriedRow> Default for RowFilter<S> {
    fn default() -> Self {
        Self::of_phrase("")
    }
}

impl<S: QueriedRow> PartialEq for RowFilter<S> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<S: QueriedRow> Eq for RowFilter<S> {}

impl<S: QueriedRow> fmt::Debug for RowFilter<S> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "RowFilter({:?})", self.text)
    }
}
