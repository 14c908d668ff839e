//! Reads patches from text, with the position of errors; merges them in order, and records which patch decided each
//! key.

use std::borrow::Cow;
use std::io::{self, Read};

use super::composed::compact;
use super::lints::{self, Lint};
use super::scenario::{CheckedJson, LineColumn, StreamValue, Values};
use crate::contract::{ParamValue, ThreadMetadataPatch};
use crate::protocol::json::{Json, JsonKind};

/// A patch that was read.
#[derive(Clone, Debug)]
pub struct ParsedPatch {
    /// The patch.
    pub patch: ThreadMetadataPatch,
    /// Its text, without spaces between tokens.
    pub text: String,
    /// Warnings about its text.
    pub lints: Vec<Lint>,
}

/// An example of a patch for messages.
const SUCH: &str = r#"{"name":"new"}"#;

/// Why a text is not a patch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidPatch {
    /// The text is empty.
    #[error("the text is empty; a patch is a JSON object such as {SUCH}")]
    Empty,
    /// Something in it is wrong.
    #[error("{place}: {what}")]
    At {
        /// The position.
        place: LineColumn,
        /// What is wrong, and what to do about it.
        what: String,
    },
}

impl InvalidPatch {
    fn at(place: LineColumn, what: impl Into<String>) -> Self {
        let what = what.into();
        Self::At { place, what }
    }
}

/// Reads all patches of a stream and stops at the first invalid one. The outer error is a read error of the stream.
pub fn read_all(input: impl Read) -> io::Result<Result<Vec<ParsedPatch>, InvalidPatch>> {
    let mut values = Values::new(input);
    let mut patches = Vec::new();
    while let Some(value) = values.next_value()? {
        if !patches.is_empty() && is_no_value(&value) {
            let what = "this is not a patch; only another patch (a JSON object) can follow a patch";
            return Ok(Err(InvalidPatch::at(value.start, what)));
        }
        match read(&value) {
            Ok(patch) => patches.push(patch),
            Err(invalid) => return Ok(Err(invalid)),
        }
    }
    Ok(if patches.is_empty() {
        Err(InvalidPatch::Empty)
    } else {
        Ok(patches)
    })
}

/// Whether a value is invalid at its first byte, or is a word that is not JSON.
fn is_no_value(value: &StreamValue) -> bool {
    value
        .text
        .as_ref()
        .is_err_and(|broken| broken.text.chars().all(char::is_alphabetic))
}

/// Reads a text that contains exactly one patch.
pub fn read_one(text: &str) -> Result<ParsedPatch, InvalidPatch> {
    let mut values = Values::new(text.as_bytes());
    #[expect(
        clippy::expect_used,
        reason = "only reading a file or a pipe can fail, and this is text in memory"
    )]
    let mut next = || values.next_value().expect("a text in memory can be read");
    let patch = read(&next().ok_or(InvalidPatch::Empty)?)?;
    match next() {
        None => Ok(patch),
        Some(more) => Err(InvalidPatch::at(
            more.start,
            "the patch ends before this; write one JSON object and nothing after it",
        )),
    }
}

/// Reads one patch.
pub fn read(value: &StreamValue) -> Result<ParsedPatch, InvalidPatch> {
    let text = match &value.text {
        Ok(text) => text,
        Err(broken) => {
            return Err(InvalidPatch::at(broken.place, &*broken.what));
        }
    };
    let at = |at: usize, what: &str| InvalidPatch::at(value.place(text, at), what);
    let value = CheckedJson::parse(text).map_err(|fault| at(fault.at, fault.what))?;
    let json = value
        .unrepeated()
        .map_err(|repeated| at(repeated.at, &repeated.to_string()))?;
    if let Some(hint) = around_a_patch(json) {
        return Err(at(0, hint));
    }
    let patch = ThreadMetadataPatch::read(json).map_err(|fault| match json.kind() {
        JsonKind::Object => at(fault.at, &fault.to_string()),
        _ => at(fault.at, &format!("{fault}; write a patch such as {SUCH}")),
    })?;
    Ok(ParsedPatch {
        patch,
        text: compact(json.text()),
        lints: lints::of_patch_text(json),
    })
}

/// Why an object is not a patch but contains one, and what to write instead. Its keys would be ignored as unknown.
fn around_a_patch(json: Json<'_>) -> Option<&'static str> {
    if json.get("method").is_some() {
        return Some("this is a step, not a patch; write only the value of its `patch`");
    }
    let keys: Vec<Cow<'_, str>> = json.members().map(|(key, _)| key).collect();
    let is_around = |key: &Cow<'_, str>| ["patch", "params", "left", "thread_id"].contains(&&**key);
    let has_patch = keys.iter().any(|key| matches!(&**key, "patch" | "params"));
    (has_patch && keys.iter().all(is_around))
        .then_some("this object is not a patch, but contains one; write only the value of `patch`")
}

/// Patches merged in order.
#[derive(Clone, Debug, Default)]
pub struct Merged {
    /// The merged patch.
    pub patch: ThreadMetadataPatch,
    /// For each key that is set or cleared, in JSON order, the number of the last patch that did so, starting at 1.
    pub decided_by: Vec<(&'static str, usize)>,
}

/// Merges patches in order.
pub fn merge<'a>(patches: impl IntoIterator<Item = &'a ThreadMetadataPatch>) -> Merged {
    let mut merged = Merged::default();
    let mut deciders = std::collections::HashMap::new();
    for (index, patch) in patches.into_iter().enumerate() {
        merged.patch.merge(patch);
        for (field, _) in super::sparse::changes(patch) {
            deciders.insert(field.name, index + 1);
        }
    }
    merged.decided_by = super::sparse::changes(&merged.patch)
        .filter_map(|(field, _)| Some((field.name, *deciders.get(field.name)?)))
        .collect();
    merged
}
