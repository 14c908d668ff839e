//! Compares two threads, one thread at two points in time, a store at two points in time, or two values. Fields and
//! items are compared as JSON values. A [`Comparison`] lists which are equal, changed, added or removed, and can be
//! formatted as text.
//!
//! Alignment, comparison of values and word-level marks are in submodules; the inspector displays comparisons.

mod align;
mod differences;
mod digest;
mod marks;
mod patch;
mod stored;
mod threads;

use std::borrow::Cow;
use std::fmt;

pub use align::{DiffRun, RunKind};
pub use differences::{Difference, differences};
pub use digest::equal;
pub use marks::marks;
pub use patch::{NotShown, PatchBetween, likeness};
pub use stored::{StoredDifference, patch_between};
pub(super) use threads::CLOCK;
pub use threads::{DiffProgressFn, ThreadVersion, field, patched, stores, threads};

use crate::protocol::json::Json;
use crate::store::History;
use crate::workbench::item_summary;
use digest::hash;

/// Two things side by side.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The title of the left side, usually the older one.
    pub left: String,
    /// The title of the right side.
    pub right: String,
    /// The sections.
    pub sections: Vec<Section>,
}

/// One section of a comparison.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its title.
    pub title: &'static str,
    /// The runs of its elements, in order; each element is in one run.
    pub runs: Vec<DiffRun>,
    left: Side,
    right: Side,
}

/// The elements of one side.
#[derive(Clone, Debug)]
enum Side {
    Entries(Vec<NamedValue>),
    Items(History),
}

/// A named value.
#[derive(Clone, Debug)]
struct NamedValue {
    name: String,
    /// The value as JSON.
    value: String,
    /// A note in place of the value: entries with the same note are equal.
    note: Option<&'static str>,
}

impl NamedValue {
    fn new(name: String, value: String) -> Self {
        let note = None;
        Self { name, value, note }
    }

    fn noted(self, note: &'static str) -> Self {
        Self {
            note: Some(note),
            ..self
        }
    }

    fn digest(&self) -> (u64, u64) {
        let name = hash(&self.name);
        let value = match (self.note, Json::parse(&self.value)) {
            (Some(note), _) => hash(note),
            (None, Ok(json)) => digest::digest(json),
            (None, Err(_)) => hash(&self.value),
        };
        (hash((name, value)), name)
    }
}

/// One element of a side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SideElement<'a> {
    /// Its name: the name of a field, or the number and kind of an item.
    pub name: Cow<'a, str>,
    /// Its value as JSON.
    pub value: Cow<'a, str>,
    /// A note in place of the value.
    pub note: Option<&'static str>,
    /// The summary of an item.
    pub summary: Option<String>,
}

impl Side {
    fn piece(&self, index: usize) -> Option<SideElement<'_>> {
        match self {
            Side::Entries(entries) => entries.get(index).map(|entry| SideElement {
                name: Cow::Borrowed(&*entry.name),
                value: Cow::Borrowed(&*entry.value),
                note: entry.note,
                summary: None,
            }),
            Side::Items(history) => history.get(index).map(|item| SideElement {
                name: Cow::Owned(format!("{} {}", index + 1, item.kind().name)),
                value: item.text(),
                note: None,
                summary: Some(item_summary(item)),
            }),
        }
    }
}

impl Section {
    fn of_entries(title: &'static str, left: Vec<NamedValue>, right: Vec<NamedValue>) -> Self {
        let digests =
            |entries: &[NamedValue]| -> Vec<(u64, u64)> { entries.iter().map(NamedValue::digest).collect() };
        let runs = align::align(&digests(&left), &digests(&right));
        Self::new(title, Side::Entries(left), Side::Entries(right), 0, runs)
    }

    /// A section whose first `same` elements are the same on both sides.
    fn new(title: &'static str, left: Side, right: Side, same: usize, mut runs: Vec<DiffRun>) -> Self {
        match runs.first_mut().filter(|run| run.fate == RunKind::Same) {
            Some(run) => (run.left.start, run.right.start) = (0, 0),
            None if same > 0 => runs.insert(
                0,
                DiffRun {
                    fate: RunKind::Same,
                    left: 0..same,
                    right: 0..same,
                },
            ),
            None => {}
        }
        Self {
            title,
            runs,
            left,
            right,
        }
    }

    /// The element at an index of the left side.
    pub fn left(&self, index: usize) -> Option<SideElement<'_>> {
        self.left.piece(index)
    }

    /// The element at an index of the right side.
    pub fn right(&self, index: usize) -> Option<SideElement<'_>> {
        self.right.piece(index)
    }

    /// The differences between the two elements of a pair, given by their indices.
    pub fn differences(&self, left: usize, right: usize) -> Vec<Difference> {
        let (Some(left), Some(right)) = (self.left(left), self.right(right)) else {
            return Vec::new();
        };
        match (Json::parse(&left.value), Json::parse(&right.value)) {
            (Ok(one), Ok(other)) if left.note.is_none() && right.note.is_none() => differences(one, other),
            _ => vec![Difference {
                path: ".".to_string(),
                left: Some(left.value.into_owned()),
                right: Some(right.value.into_owned()),
            }],
        }
    }
}

/// The number of elements of each kind of run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiffCounts {
    /// On both sides.
    pub same: usize,
    /// Only on the left.
    pub removed: usize,
    /// Only on the right.
    pub added: usize,
    /// On both sides, with different values.
    pub changed: usize,
}

impl Comparison {
    /// Compares two values with the same name.
    pub fn of_values(title: &'static str, left: (String, String), right: (String, String)) -> Self {
        let entry = |value| vec![NamedValue::new("value".to_string(), value)];
        Self {
            left: left.0,
            right: right.0,
            sections: vec![Section::of_entries(title, entry(left.1), entry(right.1))],
        }
    }

    /// Compares two values that should be equal, each with its title, followed by the values that they were computed
    /// from.
    pub fn of_case([left, right]: [(String, String); 2], given: &[(&'static str, String)]) -> Self {
        let given = given
            .iter()
            .map(|(name, value)| NamedValue::new(name.to_string(), value.clone()));
        let given: Vec<NamedValue> = given.collect();
        let mut comparison = Self::of_values("The two sides", left, right);
        comparison
            .sections
            .push(Section::of_entries("Given", given.clone(), given));
        comparison
    }

    /// The number of elements of each kind of run.
    pub fn tally(&self) -> DiffCounts {
        let mut tally = DiffCounts::default();
        for run in self.sections.iter().flat_map(|section| &section.runs) {
            let count = match run.fate {
                RunKind::Same => &mut tally.same,
                RunKind::Removed => &mut tally.removed,
                RunKind::Added => &mut tally.added,
                RunKind::Changed => &mut tally.changed,
            };
            *count += run.len();
        }
        tally
    }

    /// Whether both sides are equal.
    pub fn is_same(&self) -> bool {
        let tally = self.tally();
        tally.removed + tally.added + tally.changed == 0
    }
}

/// The maximum number of elements that are written as text.
const WRITTEN: usize = 10_000;

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "--- {}\n+++ {}", self.left, self.right)?;
        let mut written = 0;
        for section in &self.sections {
            writeln!(f, "{}", section.title)?;
            for run in &section.runs {
                if written >= WRITTEN {
                    return writeln!(f, "  (only the first {WRITTEN} differences are written)");
                }
                match run.fate {
                    RunKind::Same => writeln!(f, "  = {} unchanged", run.len())?,
                    RunKind::Changed => {
                        for (left, right) in run.left.clone().zip(run.right.clone()).take(WRITTEN - written) {
                            written += 1;
                            changed(f, section, left, right)?;
                        }
                    }
                    RunKind::Removed | RunKind::Added => {
                        let (sign, range) = match run.fate {
                            RunKind::Removed => ("-", run.left.clone()),
                            _ => ("+", run.right.clone()),
                        };
                        for index in range.take(WRITTEN - written) {
                            written += 1;
                            let piece = match run.fate {
                                RunKind::Removed => section.left(index),
                                _ => section.right(index),
                            };
                            if let Some(piece) = piece {
                                line(f, sign, &piece.name, &piece.value, piece.note)?;
                            }
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

fn changed(f: &mut fmt::Formatter<'_>, section: &Section, left: usize, right: usize) -> fmt::Result {
    let found = section.differences(left, right);
    let (Some(left), Some(right)) = (section.left(left), section.right(right)) else {
        return Ok(());
    };
    if found.iter().any(|found| found.path == ".") {
        line(f, "-", &left.name, &left.value, left.note)?;
        return line(f, "+", &right.name, &right.value, right.note);
    }
    writeln!(f, "~ {}", right.name)?;
    for found in found {
        for (sign, text) in [("-", found.left), ("+", found.right)] {
            if let Some(text) = text {
                line(f, &format!("    {sign}"), &found.path, &text, None)?;
            }
        }
    }
    Ok(())
}

/// The maximum number of bytes of a value that are written.
const VALUE: usize = 4_096;

fn short(value: &str) -> (&str, &str) {
    match value.get(..value.floor_char_boundary(VALUE)) {
        Some(begin) if begin.len() < value.len() => (begin, "\u{2026}"),
        _ => (value, ""),
    }
}

fn line(f: &mut fmt::Formatter<'_>, sign: &str, name: &str, value: &str, note: Option<&str>) -> fmt::Result {
    let (value, more) = short(value);
    match note {
        Some(note) => writeln!(f, "{sign} {name}: {value}{more} ({note})"),
        None => writeln!(f, "{sign} {name}: {value}{more}"),
    }
}

#[cfg(test)]
mod tests;
