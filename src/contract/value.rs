//! Reads the value of a parameter from the JSON of a step. Optional parts can be omitted, and errors name their position.

use std::fmt;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use super::params::{SortDirection, StoredTurnItemsView, ThreadSortKey};
use super::slot::{TOO_DEEP, sentence};
use super::{Field, FieldEditor, GitInfoPatch, ThreadMetadataPatch, field};
use crate::protocol::json::{Json, JsonKind};
use crate::protocol::{
    BaseInstructions, DynamicToolSpec, RolloutItem, SessionSource, ThreadEventPersistenceMode, ThreadId,
    ThreadPersistenceMetadata, ThreadSource,
};

/// An invalid value and its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueFault {
    /// The byte offset in the text that was read.
    pub at: usize,
    /// The path of the value within the text, such as `patch.name`; empty for the whole text.
    pub path: String,
    /// What is wrong, as a clause.
    pub message: String,
}

impl ValueFault {
    /// A fault of the value itself.
    fn new(at: usize, message: impl Into<String>) -> Self {
        Self {
            at,
            path: String::new(),
            message: message.into(),
        }
    }

    /// The same fault relative to an enclosing text, in which the value starts at byte `by` and has the key `key`.
    pub fn inside(mut self, by: usize, key: &str) -> Self {
        self.at += by;
        let dot = if self.path.is_empty() || self.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.path = format!("{key}{dot}{}", self.path);
        self
    }

    /// A required parameter that is missing.
    pub(super) fn missing(name: &str) -> Self {
        Self::new(0, "this parameter is required").inside(0, name)
    }

    /// An error of serde, located at the innermost part of the value in which it occurred.
    fn decoding(json: Json<'_>, error: &serde_json::Error) -> Self {
        let message = sentence(error);
        let at = match json.kind() {
            JsonKind::Object | JsonKind::Array => place(json.text(), error.line(), error.column()),
            _ => 0,
        };
        if message == TOO_DEEP {
            return Self::new(at, message);
        }
        let mut ways = Vec::new();
        let mut part = json;
        while let Some((way, inner)) = part_at(part, at - part.offset_in(json)) {
            ways.push(way);
            part = inner;
        }
        let fault = Self::new(part.offset_in(json), message);
        ways.iter().rev().fold(fault, |fault, way| fault.inside(0, way))
    }

    /// A value of the wrong JSON type.
    pub(super) fn kind(json: Json<'_>, wanted: &str) -> Self {
        Self::new(0, format!("expected {wanted}, but got {}", json.kind().noun()))
    }
}

impl std::error::Error for ValueFault {}

impl fmt::Display for ValueFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

/// A type of parameter values.
pub trait ParamValue: Sized {
    /// All possible values as JSON, if there are only a few.
    const CHOICES: &'static [&'static str] = &[];

    /// Reads the value.
    ///
    /// # Errors
    /// If the value is invalid; the offset of the fault is relative to the start of `json`.
    fn read(json: Json<'_>) -> Result<Self, ValueFault>;
}

fn decode<T: DeserializeOwned>(json: Json<'_>) -> Result<T, ValueFault> {
    json.decode().map_err(|error| ValueFault::decoding(json, &error))
}

/// The member or element that contains a byte offset, and its key or index.
fn part_at(json: Json<'_>, at: usize) -> Option<(String, Json<'_>)> {
    let holds = |part: &Json<'_>| {
        let start = part.offset_in(json);
        (start..start + part.text().len()).contains(&at)
    };
    let mut members = json.members();
    let member = members.find(|(_, part)| holds(part));
    member.map(|(key, part)| (key.into_owned(), part)).or_else(|| {
        let mut elements = json.elements().enumerate();
        let (index, part) = elements.find(|(_, part)| holds(part))?;
        Some((format!("[{index}]"), part))
    })
}

/// Converts a line and column, both starting at 1, to a byte offset.
fn place(text: &str, line: usize, column: usize) -> usize {
    let start = text
        .match_indices('\n')
        .nth(line.wrapping_sub(2))
        .filter(|_| line > 1)
        .map_or(0, |(newline, _)| newline + 1);
    (start + column.saturating_sub(1)).min(text.len().saturating_sub(1))
}

macro_rules! decoded_values {
    ($($ty:ty $(= $choices:expr)?),* $(,)?) => { $(
        impl ParamValue for $ty {
            $( const CHOICES: &'static [&'static str] = &$choices; )?

            fn read(json: Json<'_>) -> Result<Self, ValueFault> {
                decode(json)
            }
        }
    )* };
}

decoded_values! {
    ThreadId, String, usize, PathBuf, DateTime<Utc>, SessionSource, Vec<DynamicToolSpec>, Vec<SessionSource>,
    Option<ThreadId>, Option<String>, Option<PathBuf>, Option<ThreadSource>, Option<Vec<String>>,
    Option<Vec<PathBuf>>,
    bool = ["false", "true"],
    ThreadEventPersistenceMode = [r#""Limited""#, r#""Extended""#],
    ThreadSortKey = [r#""CreatedAt""#, r#""UpdatedAt""#],
    SortDirection = [r#""Asc""#, r#""Desc""#],
    StoredTurnItemsView = [r#""NotLoaded""#, r#""Summary""#, r#""Full""#],
}

fn object(json: Json<'_>, what: &str) -> Result<(), ValueFault> {
    if json.kind() == JsonKind::Object {
        Ok(())
    } else {
        Err(ValueFault::kind(json, what))
    }
}

impl ParamValue for Vec<RolloutItem> {
    fn read(json: Json<'_>) -> Result<Self, ValueFault> {
        if json.kind() != JsonKind::Array {
            return Err(ValueFault::kind(json, "a list of items"));
        }
        let mut items = Vec::new();
        for (index, element) in json.elements().enumerate() {
            let read = object(element, "an item (a JSON object)").and_then(|()| {
                RolloutItem::parse(element.text())
                    .map_err(|fault| ValueFault::new(fault.at, fault.to_string()))
            });
            items.push(read.map_err(|fault| fault.inside(element.offset_in(json), &format!("[{index}]")))?);
        }
        Ok(items)
    }
}

impl ParamValue for Option<Vec<RolloutItem>> {
    fn read(json: Json<'_>) -> Result<Self, ValueFault> {
        if json.is_null() {
            Ok(None)
        } else {
            ParamValue::read(json).map(Some)
        }
    }
}

/// Reads field by field, so that errors name the field; unknown fields are ignored.
impl ParamValue for ThreadMetadataPatch {
    fn read(json: Json<'_>) -> Result<Self, ValueFault> {
        object(json, "a patch (a JSON object)")?;
        let mut patch = Self::default();
        for (key, value) in json.members() {
            let Some(field) = field(&key).filter(|field| !field.is_part()) else {
                continue;
            };
            if field.edit == FieldEditor::Parts && value.kind() == JsonKind::Object {
                patch.git_info = Some(GitInfoPatch::default());
                for (part, value) in value.members() {
                    let name = format!("{key}.{part}");
                    put(&mut patch, super::field(&name), &name, value, json)?;
                }
            } else {
                put(&mut patch, Some(field), &key, value, json)?;
            }
        }
        Ok(patch)
    }
}

fn put(
    patch: &mut ThreadMetadataPatch,
    field: Option<&Field>,
    name: &str,
    value: Json<'_>,
    json: Json<'_>,
) -> Result<(), ValueFault> {
    field
        .map_or(Ok(()), |field| field.decode_into(patch, value.text()))
        .map_err(|error| {
            let mut fault = ValueFault::decoding(value, &error);
            if let Some(field) = field {
                fault.message = field.refusal(value, &fault.message);
            }
            fault.inside(value.offset_in(json), name)
        })
}

/// Reads a member of an object, or returns its default if it is missing.
fn member<T: DeserializeOwned>(json: Json<'_>, key: &str, default: T) -> Result<T, ValueFault> {
    match json.get(key) {
        Some(value) => decode(value).map_err(|fault| fault.inside(value.offset_in(json), key)),
        None => Ok(default),
    }
}

impl ParamValue for ThreadPersistenceMetadata {
    fn read(json: Json<'_>) -> Result<Self, ValueFault> {
        object(json, "metadata (a JSON object)")?;
        Ok(Self {
            cwd: member(json, "cwd", None)?,
            model_provider: member(json, "model_provider", String::new())?,
            memory_mode: member(json, "memory_mode", crate::protocol::ThreadMemoryMode::Enabled)?,
        })
    }
}

impl ParamValue for BaseInstructions {
    fn read(json: Json<'_>) -> Result<Self, ValueFault> {
        object(json, "base instructions (a JSON object)")?;
        Ok(Self {
            text: member(json, "text", String::new())?,
        })
    }
}
