//! Where a step fails, so that other steps can be compared with it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::protocol::json::{Json, JsonKind};
use crate::workbench::scenario::answer::DENIED_LINT;
use crate::workbench::scenario::{LINTS, Mismatch, Outcome, Returned};

/// Where a step fails. Two steps fail in the same place if
///
/// - they have the same method,
/// - both were answered with a result, or both with an error of the same code,
/// - their expectations fail at the same paths, without the positions in lists: `result.items[2].name` and
///   `result.items[0].name` are the same path,
/// - and at the first mismatch of each path, the expected values and the types of the actual values are the same. For
///   an expected object or list, only the type and, for a list, the length are compared. If there is no actual value at
///   the path, the expected values may differ. For lints, the codes of the actual lints are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailurePlace {
    /// The method of the step.
    pub method: String,
    /// The code of the error, if the step was answered with an error.
    code: Option<String>,
    /// The first mismatch at each path, without the positions in lists.
    parts: BTreeMap<String, FailedPart>,
}

/// How an expectation fails at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
struct FailedPart {
    want: Wanted,
    /// The type of the actual value; `None` if there is none.
    got: Option<&'static str>,
}

/// What is expected, as far as it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    Anything,
    Object,
    List(usize),
    /// Any other value, or a placeholder.
    Value(String),
    /// Lints other than these.
    OtherLints(String),
}

impl FailurePlace {
    /// The place where a step fails; `None` if it is invalid or does not fail.
    pub fn of(outcome: &Outcome) -> Option<Self> {
        if !outcome.valid || outcome.is_good() {
            return None;
        }
        let mut parts = BTreeMap::new();
        for mismatch in outcome.expect.iter().flatten() {
            let path = without_positions(&mismatch.path);
            parts.entry(path).or_insert_with(|| FailedPart::of(mismatch));
        }
        Some(Self {
            method: outcome.method.clone()?,
            code: match &outcome.returned {
                Returned::Error(code, _) => Some((*code).to_string()),
                Returned::SentError(error) => {
                    let code = Json::trusted(error).get("code").and_then(Json::as_str);
                    code.map(Cow::into_owned)
                }
                Returned::Answer(_) | Returned::Calls(_) | Returned::SentResult(_) => None,
                Returned::NoAnswer(_) => return None,
            },
            parts,
        })
    }

    /// The paths at which the expectation fails, without the positions in lists.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.parts.keys().map(String::as_str)
    }
}

impl FailedPart {
    fn of(mismatch: &Mismatch) -> Self {
        let want = Json::trusted(&mismatch.want);
        let is_placeholder = want.members().any(|(key, _)| key.starts_with('$'));
        Self {
            want: match (&mismatch.got, want.kind()) {
                // The text after the code of a denied lint may contain values of the step.
                (Some(lint), _) if mismatch.path == DENIED_LINT => {
                    Wanted::OtherLints(lint.split(':').next().unwrap_or(lint).to_string())
                }
                (Some(lints), _) if mismatch.path == LINTS => Wanted::OtherLints(lints.clone()),
                (_, JsonKind::Object) if is_placeholder => Wanted::Value(mismatch.want.clone()),
                (None, _) => Wanted::Anything,
                (Some(_), JsonKind::Object) => Wanted::Object,
                (Some(_), JsonKind::Array) => Wanted::List(want.elements().count()),
                (Some(_), _) => Wanted::Value(mismatch.want.clone()),
            },
            got: mismatch
                .got
                .as_deref()
                .map(|got| Json::trusted(got).kind().noun()),
        }
    }
}

/// A path with `[]` for each position in a list.
pub fn without_positions(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('[') {
        text += before;
        text.push('[');
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    text + rest
}
