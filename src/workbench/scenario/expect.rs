//! Compares an answer with an expectation. Works on the JSON text of both, at any depth, without recursion.

use std::borrow::Cow;
use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::answer::{one_line, one_line_if_any};
use super::known::Shape;
use super::lists::{self, ListDifference};
use crate::contract::Op;
use crate::protocol::json::{Json, JsonKind};
use crate::workbench::lints::nearest;

/// A mismatch between an answer and its expectation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct Mismatch {
    /// The path of the value, such as `result.git_info.branch`.
    pub path: String,
    /// The expected value, as JSON.
    #[serde(serialize_with = "one_line")]
    pub want: String,
    /// The actual value, as JSON; `None` if there is no such key.
    #[serde(serialize_with = "one_line_if_any", skip_serializing_if = "Option::is_none")]
    pub got: Option<String>,
    /// Additional information.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// How the two values differ, if they are lists of different lengths. It is not part of the JSON answer.
    #[serde(skip)]
    pub list: Option<Box<ListDifference>>,
}

impl Mismatch {
    /// A mismatch at a path, with the expected and the actual value as JSON; `None` if there is no such value.
    pub fn new(path: impl Into<String>, want: impl Into<String>, got: Option<String>) -> Self {
        Self {
            path: path.into(),
            want: want.into(),
            got,
            message: None,
            list: None,
        }
    }

    /// Adds a message.
    #[must_use]
    pub fn with_message(self, message: impl Into<String>) -> Self {
        Self {
            message: Some(message.into()),
            ..self
        }
    }
}

/// Two values that are still to be compared.
pub(super) struct Pair<'a> {
    /// The index of its path in [`Paths`].
    pub path: usize,
    pub want: Json<'a>,
    pub got: Option<Json<'a>>,
    pub shape: Shape,
    pub moment: bool,
    /// Whether the value may be the time of the store's clock (rule G4).
    pub clock: bool,
}

pub(super) enum PathSegment<'a> {
    Root,
    /// A path that is above all others.
    Text(&'a str),
    Key(Cow<'a, str>),
    Index(usize),
}

/// The paths of the compared values. Each path refers to its parent path.
#[derive(Default)]
pub(super) struct Paths<'a>(Vec<(usize, PathSegment<'a>)>);

impl<'a> Paths<'a> {
    pub fn add(&mut self, above: usize, name: PathSegment<'a>) -> usize {
        self.0.push((above, name));
        self.0.len() - 1
    }

    pub fn text(&self, mut at: usize) -> String {
        let mut names = Vec::new();
        while let Some((above, name)) = self.0.get(at) {
            if matches!(name, PathSegment::Root) {
                break;
            }
            names.push(name);
            at = *above;
        }
        let mut text = String::new();
        for name in names.into_iter().rev() {
            let _ = match name {
                PathSegment::Root => Ok(()),
                PathSegment::Text(path) => write!(text, "{path}"),
                PathSegment::Key(key) if text.is_empty() => write!(text, "{key}"),
                PathSegment::Key(key) => write!(text, ".{key}"),
                PathSegment::Index(index) => write!(text, "[{index}]"),
            };
        }
        text
    }
}

/// All mismatches between an expectation and an answer. Both are objects with any of `result`, `error`, `calls` and
/// `moved`. `op` is the method that answered, or `None` for a step that reads the counters.
pub fn mismatches(want: Json<'_>, got: Json<'_>, op: Option<Op>) -> Vec<Mismatch> {
    compare(want, got, op, None).mismatches
}

/// The result of a comparison.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub mismatches: Vec<Mismatch>,
    /// The paths of the times that were expected to be the time of the step but are a different time.
    pub of_clock: Vec<String>,
}

/// Like [`mismatches`]. `unseen` is the time of the step, if the store used its own clock instead. A time of a thread
/// that is expected to equal `unseen` comes from that clock (rule G4), so a different time is not a mismatch.
pub(super) fn compare(
    want: Json<'_>,
    got: Json<'_>,
    op: Option<Op>,
    unseen: Option<DateTime<Utc>>,
) -> Compared {
    compare_as(Matching::Expectation, want, got, op, unseen)
}

/// All differences between the answers of two stores to the same call. Objects must have the same keys, in any order.
/// Lists are compared element by element. `unseen` is the time of the step: a time that the first store read from its
/// clock may differ.
pub fn differences(
    want: Json<'_>,
    got: Json<'_>,
    op: Option<Op>,
    unseen: Option<DateTime<Utc>>,
) -> Vec<Mismatch> {
    compare_as(Matching::Exact, want, got, op, unseen).mismatches
}

/// How two values are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Matching {
    /// The first is an expectation: it can have placeholders and leave out keys.
    Expectation,
    /// Both are answers.
    Exact,
}

/// The expectation for a key that must not exist.
pub(super) const ABSENT: &str = r#"{"$absent":true}"#;

fn compare_as(
    matching: Matching,
    want: Json<'_>,
    got: Json<'_>,
    op: Option<Op>,
    unseen: Option<DateTime<Utc>>,
) -> Compared {
    let mut paths = Paths::default();
    let path = paths.add(0, PathSegment::Root);
    let pair = Pair {
        path,
        want,
        got: Some(got),
        shape: Shape::Answer(op),
        moment: false,
        clock: false,
    };
    compared(matching, paths, pair, unseen, true)
}

/// Compares two values and everything in them. `explains_lists` is whether a mismatch of two lists names the elements
/// that differ. It is false for the elements of such lists, so this does not go deeper.
pub(super) fn compared<'a>(
    matching: Matching,
    mut paths: Paths<'a>,
    pair: Pair<'a>,
    unseen: Option<DateTime<Utc>>,
    explains_lists: bool,
) -> Compared {
    let mut found = Vec::new();
    let mut of_clock = Vec::new();
    let mut open = vec![pair];
    while let Some(pair) = open.pop() {
        if pair.got.is_some_and(|got| is_same(pair.want, got, matching)) {
            continue;
        }
        let form = match matching {
            Matching::Expectation => form(pair.want),
            Matching::Exact => Matcher::Value,
        };
        let verdict = match (form, pair.got) {
            (Matcher::Any, got) => got.is_some(),
            (Matcher::Absent, got) => got.is_none(),
            (Matcher::Len(len), got) => got.and_then(length) == Some(len),
            (Matcher::Value, None) => false,
            (Matcher::Value, Some(got)) => match (pair.want.kind(), got.kind()) {
                (JsonKind::Object, JsonKind::Object) => {
                    members(matching, &pair, got, &mut paths, &mut open, &mut found);
                    true
                }
                (JsonKind::Array, JsonKind::Array) => {
                    lists::elements(matching, &pair, got, &mut paths, &mut open, &mut found)
                }
                _ => equal(pair.want, got, pair.moment),
            },
        };
        if !verdict && pair.clock && unseen.is_some() {
            let is_of_clock = moment(pair.want) == unseen && pair.got.and_then(moment).is_some();
            if is_of_clock {
                of_clock.push(paths.text(pair.path));
                continue;
            }
        }
        if !verdict {
            let path = paths.text(pair.path);
            let lists = pair.got.filter(|got| {
                explains_lists
                    && [pair.want, *got]
                        .iter()
                        .all(|list| list.kind() == JsonKind::Array)
            });
            let list = lists.map(|got| Box::new(lists::difference(&pair, got, &path)));
            let got = pair.got.map(|got| got.text().to_string());
            found.push(Mismatch {
                list,
                ..Mismatch::new(path, pair.want.text(), got)
            });
        }
    }
    Compared {
        mismatches: found,
        of_clock,
    }
}

/// Adds the members of an expected object to the stack of open pairs, with the first member on top. A key that the
/// contract does not define is a mismatch.
fn members<'a>(
    matching: Matching,
    pair: &Pair<'a>,
    got: Json<'a>,
    paths: &mut Paths<'a>,
    open: &mut Vec<Pair<'a>>,
    found: &mut Vec<Mismatch>,
) {
    let first = open.len();
    let known = pair.shape.keys().filter(|_| matching == Matching::Expectation);
    if matching == Matching::Exact {
        let others = got.members().filter(|(key, _)| pair.want.get(key).is_none());
        for (key, other) in others {
            let path = paths.add(pair.path, PathSegment::Key(key));
            found.push(surplus(paths.text(path), other));
        }
    }
    for (key, want) in pair.want.members() {
        let value = got.get(&key);
        let path = paths.add(pair.path, PathSegment::Key(key.clone()));
        match known.filter(|known| !known.contains(&&*key)) {
            Some(known) => {
                let near = nearest(&key, known.iter().copied());
                let near = near.map_or(String::new(), |near| format!("; did you mean {near}?"));
                let got = value.map(|got| got.text().to_string());
                found.push(
                    Mismatch::new(paths.text(path), want.text(), got)
                        .with_message(format!("the contract has no key `{key}` here{near}")),
                );
            }
            None => open.push(Pair {
                path,
                want,
                got: value,
                shape: pair.shape.under(&key),
                moment: pair.shape.is_moment(&key),
                clock: pair.shape.is_clock(&key),
            }),
        }
    }
    if let Some(pushed) = open.get_mut(first..) {
        pushed.reverse();
    }
}

/// A value that only the second of two answers has.
pub(super) fn surplus(path: String, got: Json<'_>) -> Mismatch {
    Mismatch::new(path, ABSENT, Some(got.text().to_string()))
}

/// Whether both values have the same text and the expectation contains no placeholder.
fn is_same(want: Json<'_>, got: Json<'_>, matching: Matching) -> bool {
    let text = want.text();
    let is_plain = || !text.contains('$') && !text.contains("\\u0024");
    text == got.text() && (matching == Matching::Exact || is_plain())
}

/// The form of an expected value: the value itself or a placeholder.
enum Matcher {
    Value,
    Any,
    Absent,
    Len(u64),
}

fn form(want: Json<'_>) -> Matcher {
    if want.kind() != JsonKind::Object {
        return Matcher::Value;
    }
    let mut members = want.members();
    match (members.next(), members.next()) {
        (Some((key, value)), None) => match &*key {
            "$any" if value.as_bool() == Some(true) => Matcher::Any,
            "$absent" if value.as_bool() == Some(true) => Matcher::Absent,
            "$len" => value.as_u64().map_or(Matcher::Value, Matcher::Len),
            _ => Matcher::Value,
        },
        _ => Matcher::Value,
    }
}

/// The number of elements of a list, of members of an object, or of characters of a string.
fn length(value: Json<'_>) -> Option<u64> {
    let length = match value.kind() {
        JsonKind::Array => value.elements().count(),
        JsonKind::Object => value.members().count(),
        JsonKind::String => value.as_str()?.chars().count(),
        JsonKind::Number | JsonKind::Bool | JsonKind::Null => return None,
    };
    Some(length as u64)
}

fn moment(value: Json<'_>) -> Option<DateTime<Utc>> {
    let text = value.as_str()?;
    DateTime::parse_from_rfc3339(&text).ok().map(|time| time.to_utc())
}

fn equal(want: Json<'_>, got: Json<'_>, moment: bool) -> bool {
    if want.text() == got.text() {
        return true;
    }
    match (want.kind(), got.kind()) {
        (JsonKind::String, JsonKind::String) => {
            let (want, got) = (want.as_str(), got.as_str());
            let time = |text: &Option<Cow<'_, str>>| DateTime::parse_from_rfc3339(text.as_deref()?).ok();
            want == got || (moment && time(&want).is_some() && time(&want) == time(&got))
        }
        (JsonKind::Number, JsonKind::Number) => match (decimal(want.text()), decimal(got.text())) {
            (Some(want), Some(got)) => want == got,
            _ => false,
        },
        _ => false,
    }
}

/// Splits a number into its sign, its digits and its power of ten, which are the same for all notations of the number.
/// `None` if the exponent is too large.
fn decimal(text: &str) -> Option<(bool, String, i64)> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return Some((false, String::new(), 0));
    }
    let power = exponent
        .parse::<i64>()
        .ok()?
        .checked_sub(i64::try_from(fraction.len()).ok()?)?
        .checked_add(i64::try_from(digits.len() - significant.len()).ok()?)?;
    Some((negative, significant.to_string(), power))
}
