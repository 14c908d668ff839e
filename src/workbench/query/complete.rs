//! Completes a query while it is written: the names of the fields, and the values of a field with the number of rows that
//! have each.

use std::collections::HashMap;
use std::sync::Arc;

use super::fields::{FieldValue, QUERY_FIELDS, QueryField};
use super::rows::{QueriedRow, RowField, RowValue};
use super::terms::TextPart;
use super::{ImportedFlags, ThreadFilter};
use crate::store::Snapshot;

/// The number of rows between two checks of whether to stop.
const CHECKED: usize = 1_024;
/// The maximum number of values that are offered.
const OFFERED: usize = 50;

/// The term of a query that is being written: the text before the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenTerm<'a> {
    /// The byte at which the name or the value begins.
    pub start: usize,
    /// The field, if the value is being written.
    pub field: Option<&'a str>,
    /// The name or the value so far.
    pub part: &'a str,
}

impl<'a> OpenTerm<'a> {
    /// The term at the end of a text; `None` inside a phrase without a field, which has no completion.
    pub fn of(text: &'a str) -> Option<Self> {
        let mut start = 0;
        let mut is_quoted = false;
        let mut before = ' ';
        for (at, char) in text.char_indices() {
            match char {
                '"' if is_quoted => is_quoted = false,
                '"' if before.is_whitespace() || matches!(before, '-' | ':' | '=') => is_quoted = true,
                _ if char.is_whitespace() && !is_quoted => start = at + char.len_utf8(),
                _ => {}
            }
            before = char;
        }
        let term = &text[start..];
        let name = term.trim_start_matches('-');
        start += term.len() - name.len();
        let Some((field, value)) = name.split_once(':').filter(|(name, _)| !name.contains('"')) else {
            return (!is_quoted).then_some(Self {
                start,
                field: None,
                part: name,
            });
        };
        let part = value.strip_prefix('=').unwrap_or(value);
        let part = part.strip_prefix('"').unwrap_or(part);
        Some(Self {
            start: start + field.len() + 1,
            field: Some(field),
            part,
        })
    }
}

/// A completion of the term that is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The text that replaces the name or the value.
    pub text: String,
    /// The text as it is listed.
    pub shown: String,
    /// The number of rows that have the value, if they were counted.
    pub count: Option<u64>,
    /// A sentence about it.
    pub about: &'static str,
}

impl Completion {
    /// The completions of a field's name.
    pub(super) fn names(part: &str, fields: impl Iterator<Item = (&'static str, &'static str)>) -> Vec<Self> {
        let part = part.to_lowercase();
        let named = fields.filter(|(name, _)| name.starts_with(&part));
        named
            .map(|(name, about)| Self {
                text: format!("{name}:"),
                shown: format!("{name}:"),
                count: None,
                about,
            })
            .collect()
    }

    fn value(value: &str, count: Option<u64>, about: &'static str) -> Self {
        let is_plain = !value.is_empty() && !value.contains(char::is_whitespace) && !value.contains('"');
        Self {
            text: match is_plain {
                true => value.to_owned(),
                false => format!("\"{value}\""),
            },
            shown: value.to_owned(),
            count,
            about,
        }
    }
}

/// The values of a field that contain what was written so far, the most frequent first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldValues {
    /// The completions, at most a few.
    pub offered: Vec<Completion>,
    /// The number of values, including those that are not offered.
    pub values: usize,
    /// The number of rows that were counted.
    pub rows: u64,
}

/// Counts the values of a field.
struct ValueCounts {
    part: Option<TextPart>,
    counts: HashMap<String, u64>,
    small: String,
}

impl ValueCounts {
    fn new(part: &str) -> Self {
        Self {
            part: (!part.is_empty()).then(|| TextPart::new(part)),
            counts: HashMap::new(),
            small: String::new(),
        }
    }

    fn add(&mut self, text: &str) {
        let is_meant = self
            .part
            .as_ref()
            .is_none_or(|part| part.is_in_text(text, &mut self.small));
        // A phrase cannot contain a quotation mark.
        if !is_meant || text.contains(['"', '\n']) {
            return;
        }
        match self.counts.get_mut(text) {
            Some(count) => *count += 1,
            None => drop(self.counts.insert(text.to_owned(), 1)),
        }
    }

    fn values(self, rows: u64) -> FieldValues {
        let mut counts: Vec<(String, u64)> = self.counts.into_iter().collect();
        counts.sort_by(|(one, many), (other, few)| few.cmp(many).then_with(|| one.cmp(other)));
        let offered = counts.iter().take(OFFERED);
        FieldValues {
            offered: offered
                .map(|(value, count)| Completion::value(value, Some(*count), ""))
                .collect(),
            values: counts.len(),
            rows,
        }
    }
}

/// A request to count the values of a field of threads.
#[derive(Clone, Debug)]
pub struct ThreadValues {
    store: Snapshot,
    imported: Arc<ImportedFlags>,
    field: &'static QueryField,
    part: String,
}

impl ThreadValues {
    /// The completions of a field's name.
    pub fn names(part: &str) -> Vec<Completion> {
        Completion::names(part, QUERY_FIELDS.iter().map(|field| (field.name, field.about)))
    }

    /// The values of a field that contain a text; `None` if there is no such field.
    pub fn of(field: &str, part: &str, store: &Snapshot, imported: &Arc<ImportedFlags>) -> Option<Self> {
        Some(Self {
            store: store.clone(),
            imported: Arc::clone(imported),
            field: QUERY_FIELDS.iter().find(|row| row.name == field)?,
            part: part.to_owned(),
        })
    }

    /// The number of threads to read.
    pub fn rows(&self) -> usize {
        self.store.len()
    }

    /// Counts the values; `None` if it is stopped. Values that can only be counted by reading the contents of the
    /// threads are offered without a count.
    pub fn count(&self, goes_on: &dyn Fn() -> bool) -> Option<FieldValues> {
        let rows = self.store.len() as u64;
        let samples: Vec<(&str, &str)> = match self.field.holds {
            FieldValue::Text(_) if self.field.reads_items => return Some(FieldValues::default()),
            FieldValue::Text(each) => {
                let mut counts = ValueCounts::new(&self.part);
                for (index, record) in self.store.threads().enumerate() {
                    if index % CHECKED == 0 && !goes_on() {
                        return None;
                    }
                    each(record, &mut |text| {
                        counts.add(text);
                        false
                    });
                }
                return Some(counts.values(rows));
            }
            FieldValue::Flags(flags) => flags.iter().map(|flag| (flag.name, flag.about)).collect(),
            FieldValue::Time(_) => vec![
                ("<1d", "Within the last day, by the store's clock."),
                ("<7d", "Less than seven days before the store's clock."),
                ("<30d", "Less than thirty days before the store's clock."),
                (">30d", "More than thirty days before the store's clock."),
            ],
            FieldValue::Number(_) => vec![
                (">100", "More than a hundred."),
                (">1k", "More than a thousand."),
                (">100k", "More than a hundred thousand."),
                (">1m", "More than a million."),
            ],
        };
        let mut offered = Vec::new();
        for (value, about) in samples
            .into_iter()
            .filter(|(value, _)| value.starts_with(&self.part))
        {
            if !goes_on() {
                return None;
            }
            // Only the screen knows which threads are marked.
            let filter = ThreadFilter::parse(&format!("{}:{value}", self.field.name)).ok();
            let count = filter.filter(|filter| !filter.reads_items()).map(|filter| {
                let matcher = filter
                    .matcher(&self.store)
                    .with_imported(Arc::clone(&self.imported));
                matcher.select(self.store.threads()).count() as u64
            });
            offered.push(Completion::value(value, count, about));
        }
        Some(FieldValues {
            values: offered.len(),
            offered,
            rows,
        })
    }
}

impl<S: QueriedRow> super::RowFilter<S> {
    /// The completions of a field's name.
    pub fn names(part: &str) -> Vec<Completion> {
        Completion::names(part, S::FIELDS.iter().map(|field| (field.name, field.about)))
    }

    /// Whether there is a field with values to complete.
    pub fn has_values(field: &str) -> bool {
        S::FIELDS.iter().any(|row| row.name == field && !row.is_contents)
    }

    /// Counts the values of a field that contain a text, over some rows; `None` if it is stopped.
    pub fn count<'a>(
        field: &str,
        part: &str,
        rows: impl Iterator<Item = S::Row<'a>>,
        goes_on: &dyn Fn() -> bool,
    ) -> Option<FieldValues> {
        let field: &RowField<S> = S::FIELDS.iter().find(|row| row.name == field)?;
        let mut counted = 0;
        let mut counts = ValueCounts::new(part);
        let flags = match &field.holds {
            RowValue::Flags(flags) => *flags,
            RowValue::Text(_) => &[],
        };
        let mut having = vec![0; flags.len()];
        for row in rows {
            if counted % CHECKED == 0 && !goes_on() {
                return None;
            }
            counted += 1;
            if let RowValue::Text(each) = &field.holds {
                each(&row, &mut |text| {
                    counts.add(text);
                    false
                });
            }
            for (flag, having) in flags.iter().zip(&mut having) {
                *having += u64::from((flag.test)(&row));
            }
        }
        let mut values = counts.values(counted as u64);
        let meant = flags
            .iter()
            .zip(having)
            .filter(|(flag, _)| flag.name.starts_with(part));
        values
            .offered
            .extend(meant.map(|(flag, count)| Completion::value(flag.name, Some(count), flag.about)));
        values.values = values.values.max(values.offered.len());
        Some(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_term_before_the_cursor_is_completed() {
        let open = |text| OpenTerm::of(text).map(|open| (open.start, open.field, open.part));
        assert_eq!(open(""), Some((0, None, "")));
        assert_eq!(open("a br"), Some((2, None, "br")));
        assert_eq!(open("-br"), Some((1, None, "br")));
        assert_eq!(open("branch:ma"), Some((7, Some("branch"), "ma")));
        assert_eq!(
            open("a or -branch:=\"fix th"),
            Some((13, Some("branch"), "fix th"))
        );
        assert_eq!(open("\"a phrase"), None);
        assert_eq!(open("\"a phrase\" is:"), Some((14, Some("is"), "")));
        assert_eq!(open("text:\"a phrase\" "), Some((16, None, "")));
    }

    #[test]
    fn values_are_quoted_where_they_need_it() {
        assert_eq!(Completion::value("main", None, "").text, "main");
        assert_eq!(Completion::value("fix it", None, "").text, "\"fix it\"");
    }
}
