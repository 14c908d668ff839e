//! Finds the fields of a thread that match a query, so that a list that has no columns for them can show them.

use super::fields::{FieldValue, QUERY_FIELDS};
use super::terms::TermTest;
use super::{ThreadFilter, title};
use crate::store::ThreadRecord;

/// A field of a thread that contains a text of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundField {
    /// The name of the field.
    pub name: &'static str,
    /// Its value.
    pub value: String,
}

impl ThreadFilter {
    /// The texts that the query looks for outside the contents; they are marked where they are shown. Texts of negated
    /// terms are not included.
    pub fn texts(&self) -> Vec<&str> {
        let terms = self
            .terms()
            .filter(|term| !term.negated && !term.test.reads_items);
        terms
            .filter_map(|term| match &term.test.test {
                TermTest::Words(part) => Some(part.text.as_str()),
                TermTest::Text(_, _, test) => Some(test.text()),
                _ => None,
            })
            .filter(|text| !text.is_empty())
            .collect()
    }

    /// The words of the query as one phrase, if it has only words.
    pub fn phrase(&self) -> Option<&str> {
        let is_word = |term: &super::QueryTerm| !term.negated && matches!(term.test.test, TermTest::Words(_));
        let text = self.text().trim();
        let has_only_words = !self.is_empty() && self.clauses.iter().all(|clause| clause.len() == 1);
        if !has_only_words || !self.terms().all(is_word) {
            return None;
        }
        match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
            Some(phrase) if !phrase.contains('"') => Some(phrase),
            Some(_) => None,
            None => Some(text).filter(|text| !text.contains('"')),
        }
    }

    /// The texts that the query looks for in the contents.
    pub fn contents_texts(&self) -> Vec<&str> {
        let terms = self.terms().filter(|term| !term.negated && term.test.reads_items);
        terms
            .filter_map(|term| match &term.test.test {
                TermTest::Text(_, _, test) => Some(test.text()),
                _ => None,
            })
            .filter(|text| !text.is_empty())
            .collect()
    }

    /// The fields of a thread that contain a text of the query, if the title does not contain it, except the fields
    /// that a list shows. The contents are not read.
    pub fn found_in(&self, record: &ThreadRecord, shown: &[&str]) -> Vec<FoundField> {
        let mut found: Vec<FoundField> = Vec::new();
        let (title, _) = title(record);
        let title = title.unwrap_or_default();
        let mut small = String::new();
        for term in self
            .terms()
            .filter(|term| !term.negated && !term.test.reads_items)
        {
            let only = match &term.test.test {
                TermTest::Words(_) => None,
                TermTest::Text(name, ..) => Some(*name),
                _ => continue,
            };
            let mut is_met = |text: &str| match &term.test.test {
                TermTest::Words(part) => part.is_in_text(text, &mut small),
                TermTest::Text(_, _, test) => test.is_met(text, &mut small),
                _ => false,
            };
            if only.is_none_or(|name| name == "name") && is_met(&title) {
                continue;
            }
            let fields = QUERY_FIELDS.iter().filter(|field| match only {
                Some(name) => field.name == name,
                None => field.in_words,
            });
            let mut first = None;
            for field in fields {
                let FieldValue::Text(each) = field.holds else {
                    continue;
                };
                let mut value = None;
                each(record, &mut |text| {
                    let met = is_met(text);
                    if met {
                        value = Some(text.to_owned());
                    }
                    met
                });
                match value {
                    Some(_) if shown.contains(&field.name) => {
                        first = None;
                        break;
                    }
                    Some(value) if first.is_none() => {
                        first = Some(FoundField {
                            name: field.name,
                            value,
                        });
                    }
                    _ => {}
                }
            }
            if let Some(first) = first.filter(|first| !found.contains(first)) {
                found.push(first);
            }
        }
        found
    }
}
