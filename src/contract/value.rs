//! How the value of one parameter is read from the JSON of a step: leniently where the step may leave things out, and
//! with the place of what is wrong.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use super::params::{SortDirection, StoredTurnItemsView, ThreadSortKey};
use super::slot::sentence;
use super::{FIELDS, GitInfoPatch, ThreadMetadataPatch};
use crate::protocol::json::{Json, JsonKind};
use crate::protocol::{
    BaseInstructions, DynamicToolSpec, RolloutItem, SessionSource, ThreadEventPersistenceMode, ThreadId,
    ThreadPersistenceMetadata, ThreadSource,
};

/// What is wrong with a value, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueFault {
    /// Byte offset of the place in the text that was read.
    pub at: usize,
    /// What is wrong there, as a sentence part; begins with the path of the value below the text that was read.
    pub message: String,
}

impl ValueFault {
    /// The same fault, seen from a text in which the value stands `by` bytes further on, under `key`.
    pub fn inside(mut self, by: usize, key: &str) -> Self {
        self.at += by;
        self.message = match self.message.split_once(": ") {
            Some((path, rest)) if path.starts_with('[') => format!("{key}{path}: {rest}"),
            Some((path, rest)) if !path.contains(' ') => format!("{key}.{path}: {rest}"),
            _ => format!("{key}: {}", self.message),
        };
        self
    }
}

/// A type that a parameter can have.
pub trait ParamValue: Sized {
    /// Reads the value. The fault's place is relative to the start of `json`.
    fn read(json: Json<'_>) -> Result<Self, ValueFault>;
}

fn decode<T: DeserializeOwned>(json: Json<'_>) -> Result<T, ValueFault> {
    json.decode().map_err(|error| {
        let at = match json.kind() {
            JsonKind::Object | JsonKind::Array => place(json.text(), error.line(), error.column()),
            _ => 0,
        };
        ValueFault {
            at,
            message: sentence(&error),
        }
    })
}

/// The byte offset of a line and column (both from 1) of a text.
fn place(text: &str, line: usize, column: usize) -> usize {
    let start = text
        .match_indices('\n')
        .nth(line.wrapping_sub(2))
        .filter(|_| line > 1)
        .map_or(0, |(newline, _)| newline + 1);
    (start + column.saturating_sub(1)).min(text.len().saturating_sub(1))
}

macro_rules! decoded_values {
    ($($ty:ty),* $(,)?) => { $(
        impl ParamValue for $ty {
            fn read(json: Json<'_>) -> Result<Self, ValueFault> {
                decode(json)
            }
        }
    )* };
}

decoded_values! {
    ThreadId, String, bool, usize, PathBuf, DateTime<Utc>, SessionSource, ThreadEventPersistenceMode,
    Vec<DynamicToolSpec>, Vec<SessionSource>, ThreadSortKey, SortDirection, StoredTurnItemsView,
    Option<ThreadId>, Option<String>, Option<PathBuf>, Option<ThreadSource>, Option<Vec<String>>,
    Option<Vec<PathBuf>>,
}

fn object(json: Json<'_>, what: &str) -> Result<(), ValueFault> {
    if json.kind() == JsonKind::Object {
        return Ok(());
    }
    Err(ValueFault {
        at: 0,
        message: format!("expected {what}, an object, but this is {}", json.kind().noun()),
    })
}

impl ParamValue for Vec<RolloutItem> {
    fn read(json: Json<'_>) -> Result<Self, ValueFault> {
        if json.kind() != JsonKind::Array {
            let message = format!("expected a list of items, but this is {}", json.kind().noun());
            return Err(ValueFault { at: 0, message });
        }
        let mut items = Vec::new();
        for (index, element) in json.elements().enumerate() {
            let read = object(element, "an item").and_then(|()| {
                RolloutItem::parse(element.text()).map_err(|fault| ValueFault {
                    at: fault.at,
                    message: fault.to_string(),
                })
            });
            items.push(read.map_err(|fault| ValueFault {
                at: fault.at + element.offset_in(json),
                message: format!("[{index}]: {}", fault.message),
            })?);
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

impl ParamValue for ThreadMetadataPatch {
    fn read(json: Json<'_>) -> Result<Self, ValueFault> {
        object(json, "a patch")?;
        for (key, value) in json.members() {
            let Some(field) = FIELDS.iter().find(|field| !field.is_part() && field.name == key) else {
                continue;
            };
            if key == "git_info" && value.kind() == JsonKind::Object {
                for (part, value) in value.members() {
                    let name = format!("git_info.{part}");
                    if let Some(field) = super::field(&name) {
                        check(field, value).map_err(|fault| fault.inside(value.offset_in(json), &name))?;
                    }
                }
                decode::<GitInfoPatch>(value).map_err(|fault| fault.inside(value.offset_in(json), &key))?;
            } else {
                check(field, value).map_err(|fault| fault.inside(value.offset_in(json), &key))?;
            }
        }
        decode(json)
    }
}

fn check(field: &super::Field, value: Json<'_>) -> Result<(), ValueFault> {
    field.check(value.text()).map_err(|error| {
        let at = match value.kind() {
            JsonKind::Object | JsonKind::Array => place(value.text(), error.line(), error.column()),
            _ => 0,
        };
        ValueFault {
            at,
            message: sentence(&error),
        }
    })
}

/// Reads one member of a half-filled object, or its default.
fn member<T: DeserializeOwned>(json: Json<'_>, key: &str, default: T) -> Result<T, ValueFault> {
    match json.get(key) {
        Some(value) => decode(value).map_err(|fault| fault.inside(value.offset_in(json), key)),
        None => Ok(default),
    }
}

impl ParamValue for ThreadPersistenceMetadata {
    fn read(json: Json<'_>) -> Result<Self, ValueFault> {
        object(json, "metadata")?;
        Ok(Self {
            cwd: member(json, "cwd", None)?,
            model_provider: member(json, "model_provider", String::new())?,
            memory_mode: member(json, "memory_mode", crate::protocol::ThreadMemoryMode::Enabled)?,
        })
    }
}

impl ParamValue for BaseInstructions {
    fn read(json: Json<'_>) -> Result<Self, ValueFault> {
        object(json, "base instructions")?;
        Ok(Self {
            text: member(json, "text", String::new())?,
        })
    }
}
