//! Changes to a part of a step's text. Everything that is not changed keeps its text.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::protocol::json::{Json, JsonKind, quoted};
use crate::workbench::composed::Composed;

/// The maximum depth of a part. Values inside it are not changed, so that a deeply nested item is no problem.
const DEPTH: usize = 16;

/// The members of a step that are always kept: its call, its time and its store.
const KEPT: &[&str] = &["method", "at", "store"];

/// An expectation that any value meets.
pub const ANY: &str = r#"{"$any":true}"#;

/// A part of a step: the position of the member or element on each level.
#[derive(Clone, Debug, Default)]
pub struct Part(Vec<usize>);

/// A change to a part.
#[derive(Clone, Copy)]
pub enum Edit<'a> {
    /// Removes the children at some positions, or replaces each of them by a JSON value.
    Children(&'a BTreeSet<usize>, Option<&'a str>),
    /// Replaces the part by a JSON value.
    Whole(&'a str),
}

impl Part {
    /// The child at a position.
    pub fn child(&self, position: usize) -> Self {
        Self([&*self.0, &[position]].concat())
    }

    fn value<'a>(&self, text: &'a str) -> Option<Json<'a>> {
        self.0
            .iter()
            .try_fold(Json::trusted(text), |value, position| child(value, *position))
    }

    /// The number of children in a step.
    pub fn children(&self, text: &str) -> usize {
        self.value(text).map_or(0, count)
    }

    /// The positions of the children that may be removed.
    pub fn removable(&self, text: &str) -> Vec<usize> {
        let Some(value) = self.value(text) else {
            return Vec::new();
        };
        let mut positions: Vec<usize> = (0..count(value)).collect();
        if self.0.is_empty() {
            let keys: Vec<Cow<'_, str>> = value.members().map(|(key, _)| key).collect();
            positions.retain(|at| keys.get(*at).is_some_and(|key| !KEPT.contains(&&**key)));
        }
        positions
    }

    /// Whether children of the part can be changed. A placeholder of an expectation is one value.
    pub fn is_open(&self, text: &str) -> bool {
        let is_placeholder = |value: Json<'_>| {
            self.is_in(text, "expect") && value.members().any(|(key, _)| key.starts_with('$'))
        };
        // The list of expected lints is one value, too.
        if self.is_expected_lints(text) {
            return false;
        }
        self.0.len() < DEPTH
            && self
                .value(text)
                .is_some_and(|value| count(value) > 0 && !is_placeholder(value))
    }

    /// Whether the part is the expected lints of the step.
    fn is_expected_lints(&self, text: &str) -> bool {
        let [first, second] = *self.0.as_slice() else {
            return false;
        };
        Json::trusted(text)
            .members()
            .nth(first)
            .is_some_and(|(key, value)| {
                let is_lints = |(key, _): (Cow<'_, str>, _)| key == "lints";
                key == "expect" && value.members().nth(second).is_some_and(is_lints)
            })
    }

    /// Whether the part is inside a member of the step.
    fn is_in(&self, text: &str, key: &str) -> bool {
        let member = |at: &usize| Json::trusted(text).members().nth(*at);
        self.0.len() > 1
            && self
                .0
                .first()
                .and_then(member)
                .is_some_and(|(name, _)| name == key)
    }

    /// The positions of the elements of an expected list that are not placeholders for any value.
    pub fn expected(&self, text: &str) -> Vec<usize> {
        let Some(value) = self.value(text).filter(|_| self.is_in(text, "expect")) else {
            return Vec::new();
        };
        let elements = value.elements().enumerate();
        let expected = elements.filter(|(_, element)| element.text() != ANY);
        expected.map(|(position, _)| position).collect()
    }

    /// Shorter strings for a string in parameters, the shortest first.
    pub fn shorter(&self, text: &str) -> Vec<String> {
        let value = self.value(text).filter(|_| self.is_in(text, "params"));
        let Some(string) = value.and_then(Json::as_str) else {
            return Vec::new();
        };
        let length = string.chars().count();
        let mut lengths = vec![0, 1, length / 2];
        lengths.sort_unstable();
        lengths.dedup();
        lengths.retain(|shorter| *shorter < length);
        let first = |length| quoted(&string.chars().take(length).collect::<String>());
        lengths.into_iter().map(first).collect()
    }

    /// The text of a step after a change.
    pub fn edited(&self, text: &str, edit: Edit<'_>) -> String {
        edited(Json::trusted(text), &self.0, edit).text()
    }
}

fn child(value: Json<'_>, position: usize) -> Option<Json<'_>> {
    match value.kind() {
        JsonKind::Object => value.members().nth(position).map(|(_, value)| value),
        _ => value.elements().nth(position),
    }
}

fn count(value: Json<'_>) -> usize {
    match value.kind() {
        JsonKind::Object => value.members().count(),
        _ => value.elements().count(),
    }
}

fn edited<'a>(value: Json<'a>, path: &[usize], edit: Edit<'a>) -> Composed<'a> {
    match (path.split_first(), edit) {
        (None, Edit::Whole(text)) => Composed::Text(Json::trusted(text)),
        (None, Edit::Children(positions, by)) => {
            rebuilt(value, |position, child| match positions.contains(&position) {
                true => by.map(|by| Composed::Text(Json::trusted(by))),
                false => Some(Composed::Text(child)),
            })
        }
        (Some((at, rest)), _) => rebuilt(value, |position, child| {
            Some(match position == *at {
                true => edited(child, rest, edit),
                false => Composed::Text(child),
            })
        }),
    }
}

/// An object or list whose children are changed or removed.
fn rebuilt<'a>(value: Json<'a>, change: impl Fn(usize, Json<'a>) -> Option<Composed<'a>>) -> Composed<'a> {
    match value.kind() {
        JsonKind::Object => {
            let members = value.members().enumerate();
            let changed = members.filter_map(|(at, (key, child))| Some((key, change(at, child)?)));
            Composed::Object(changed.collect())
        }
        JsonKind::Array => {
            let elements = value.elements().enumerate();
            Composed::List(elements.filter_map(|(at, child)| change(at, child)).collect())
        }
        _ => Composed::Text(value),
    }
}
