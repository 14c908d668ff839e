//! Reads the text of a query into terms.

use super::fault::{QueryError, QueryFault};
use super::fields::{FieldValue, FlagTest, QUERY_FIELDS, QueryField, QueryFlag};
use super::terms::{NumberTest, QueryTerm, TermTest, TextPart, TextTest, ThreadTest, TimeFault, TimeTest};
use crate::workbench::lints::nearest;

/// Compiles the terms of a query: of threads, of items or of steps. The grammar is the same for all.
pub(super) trait TermCompiler {
    /// A compiled test.
    type Test;

    /// The names of the fields.
    fn fields(&self) -> Vec<&'static str>;

    /// Compiles words without a field.
    fn words(&self, text: &str) -> Self::Test;

    /// Compiles the value of a field, which is one of [`fields`](Self::fields).
    fn field(&self, name: &'static str, is_exact: bool, value: &str) -> Result<Self::Test, QueryFault>;
}

/// The clauses of a query; in each clause, at least one term must match.
pub(super) fn clauses<C: TermCompiler>(
    text: &str,
    compiler: &C,
) -> Result<Vec<Vec<QueryTerm<C::Test>>>, QueryError> {
    let mut reader = QueryReader {
        text,
        at: 0,
        compiler,
    };
    let mut clauses: Vec<Vec<QueryTerm<C::Test>>> = Vec::new();
    let mut joined_at = None;
    while reader.skip_space() {
        let start = reader.at;
        if reader.word() == "or" {
            if clauses.is_empty() || joined_at.is_some() {
                return Err(reader.fault(start, QueryFault::LoneOr));
            }
            joined_at = Some(start);
            reader.at += "or".len();
            continue;
        }
        let term = reader.term()?;
        match (joined_at.take(), clauses.last_mut()) {
            (Some(_), Some(clause)) => clause.push(term),
            _ => clauses.push(vec![term]),
        }
    }
    match joined_at {
        Some(at) => Err(reader.fault(at, QueryFault::LoneOr)),
        None => Ok(clauses),
    }
}

struct QueryReader<'a, C> {
    text: &'a str,
    /// The index of the next byte.
    at: usize,
    compiler: &'a C,
}

impl<'a, C: TermCompiler> QueryReader<'a, C> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The text up to the next white space.
    fn word(&self) -> &'a str {
        self.rest().split(char::is_whitespace).next().unwrap_or_default()
    }

    /// Skips white space. Returns whether anything follows.
    fn skip_space(&mut self) -> bool {
        self.at = self.text.len() - self.rest().trim_start().len();
        !self.rest().is_empty()
    }

    fn skip(&mut self, sign: char) -> bool {
        let found = self.rest().starts_with(sign);
        self.at += if found { sign.len_utf8() } else { 0 };
        found
    }

    fn fault(&self, at: usize, fault: QueryFault) -> QueryError {
        QueryError {
            column: self.text[..at].chars().count() + 1,
            fault,
        }
    }

    fn term(&mut self) -> Result<QueryTerm<C::Test>, QueryError> {
        let start = self.at;
        let mut negated = false;
        while self.skip('-') {
            negated = !negated;
        }
        let word = self.word();
        if word.is_empty() {
            return Err(self.fault(start, QueryFault::LoneMinus));
        }
        let begun = self.at;
        let test = match word.split_once(':') {
            Some((name, _)) if is_name(name) => self.field(name)?,
            _ => {
                let at = self.at;
                let text = self.value()?;
                if text.is_empty() {
                    return Err(self.fault(at, QueryFault::EmptyPhrase));
                }
                self.compiler.words(text)
            }
        };
        let written = self.text[begun..self.at].to_owned();
        Ok(QueryTerm {
            negated,
            written,
            test,
        })
    }

    /// A phrase in quotation marks, or everything up to the next white space.
    fn value(&mut self) -> Result<&'a str, QueryError> {
        let start = self.at;
        if !self.skip('"') {
            let word = self.word();
            self.at += word.len();
            return Ok(word);
        }
        let Some((phrase, _)) = self.rest().split_once('"') else {
            return Err(self.fault(start, QueryFault::OpenQuote));
        };
        self.at += phrase.len() + 1;
        match self.word() {
            "" => Ok(phrase),
            _ => Err(self.fault(self.at, QueryFault::BehindQuote)),
        }
    }

    /// A test of a field.
    fn field(&mut self, name: &str) -> Result<C::Test, QueryError> {
        let start = self.at;
        let fields = self.compiler.fields();
        let Some(field) = fields.iter().copied().find(|field| *field == name) else {
            let nearest = nearest(&name.to_lowercase(), fields);
            let word = name.to_owned();
            return Err(self.fault(start, QueryFault::UnknownField { word, nearest }));
        };
        self.at += name.len() + 1;
        let is_exact = self.skip('=');
        let at = self.at;
        let is_quoted = self.rest().starts_with('"');
        let value = self.value()?;
        if value.is_empty() && !(is_exact && is_quoted) {
            let fault = match is_quoted {
                true => QueryFault::EmptyPhrase,
                false => QueryFault::NoValue(field),
            };
            return Err(self.fault(if is_quoted { at } else { start }, fault));
        }
        let test = self.compiler.field(field, is_exact, value);
        test.map_err(|fault| self.fault(at, fault))
    }
}

/// Whether the text before a colon can be the name of a field. Otherwise, as in `12:30`, the colon is part of a word.
fn is_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || byte == b'-';
    !text.is_empty() && text.bytes().all(fits)
}

/// The terms of threads. `has_marks` tells whether it is known which threads are marked.
pub(super) struct ThreadTerms {
    pub has_marks: bool,
}

impl TermCompiler for ThreadTerms {
    type Test = ThreadTest;

    fn fields(&self) -> Vec<&'static str> {
        QUERY_FIELDS.iter().map(|field| field.name).collect()
    }

    fn words(&self, text: &str) -> ThreadTest {
        ThreadTest {
            reads_items: false,
            test: TermTest::Words(TextPart::new(text)),
        }
    }

    fn field(&self, name: &'static str, is_exact: bool, value: &str) -> Result<ThreadTest, QueryFault> {
        #[expect(clippy::expect_used, reason = "it is one of the fields")]
        let field = QUERY_FIELDS
            .iter()
            .find(|field| field.name == name)
            .expect("the field is known");
        let (test, reads_items) = test(field, is_exact, value, self.has_marks)?;
        Ok(ThreadTest { reads_items, test })
    }
}

/// A test of a field, and whether it reads all items of a thread.
fn test(
    field: &'static QueryField,
    is_exact: bool,
    value: &str,
    has_marks: bool,
) -> Result<(TermTest, bool), QueryFault> {
    let (name, owned) = (field.name, value.to_owned());
    let test = match field.holds {
        FieldValue::Text(each) => {
            let test = match is_exact {
                true => TextTest::Is(owned),
                false => TextTest::Contains(TextPart::new(value)),
            };
            TermTest::Text(name, each, test)
        }
        FieldValue::Time(of) => match TimeTest::read(value) {
            Ok(test) => TermTest::Time(of, test),
            Err(TimeFault::BareAge) => {
                return Err(QueryFault::BareAge {
                    field: name,
                    value: owned,
                });
            }
            Err(TimeFault::Unreadable) => {
                return Err(QueryFault::NotATime {
                    field: name,
                    value: owned,
                });
            }
        },
        FieldValue::Number(of) => match NumberTest::read(value) {
            Some(test) => TermTest::Number(of, test),
            None => {
                return Err(QueryFault::NotANumber {
                    field: name,
                    value: owned,
                });
            }
        },
        FieldValue::Flags(flags) => return flag(name, flags, value, has_marks),
    };
    Ok((test, field.reads_items))
}

/// What is wrong with `is:` or `has:` and a word that is not known.
pub(super) fn unknown_flag(field: &'static str, word: &str, known: Vec<&'static str>) -> QueryFault {
    QueryFault::UnknownFlag {
        field,
        word: word.to_owned(),
        nearest: nearest(word, known.iter().copied()),
        known,
    }
}

fn flag(
    field: &'static str,
    flags: &'static [QueryFlag],
    value: &str,
    has_marks: bool,
) -> Result<(TermTest, bool), QueryFault> {
    let known = || flags.iter().map(|flag| flag.name);
    let Some(flag) = flags.iter().find(|flag| flag.name == value) else {
        return Err(unknown_flag(field, value, known().collect()));
    };
    let refused = |why| {
        Err(QueryFault::CannotAnswer {
            field,
            word: flag.name,
            why,
        })
    };
    match flag.test {
        FlagTest::Record(test) => Ok((TermTest::Flag(test), false)),
        FlagTest::Items(test) => Ok((TermTest::Flag(test), true)),
        FlagTest::Children => Ok((TermTest::Children, false)),
        FlagTest::Imported(flag) => Ok((TermTest::Imported(flag), false)),
        FlagTest::Marked if has_marks => Ok((TermTest::Marked, false)),
        FlagTest::Marked => refused("threads can be marked only in the inspector"),
    }
}
