//! The line of a thread in a state file: the thread without its items.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::mem::take;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::contract::{CreateThreadParams, ParamValue, StepParams, ThreadMetadataPatch, ValueFault};
use crate::protocol::ThreadId;
use crate::protocol::json::{Json, JsonKind};
use crate::store::{History, ThreadRecord};

/// A thread without its items.
#[derive(Clone, Debug)]
pub struct ThreadLine {
    pub id: ThreadId,
    /// The number of items of its history; `None` if it has no history.
    pub items: Option<u64>,
    pub create: Option<CreateThreadParams>,
    pub patch: Option<ThreadMetadataPatch>,
    pub paths: Vec<(u64, PathBuf)>,
}

/// The fields whose path may not be UTF-8, by their names in the file.
const ODD: [(&str, PathField); 3] = [
    ("create.metadata.cwd", |line| {
        line.create.as_mut()?.metadata.cwd.as_mut()
    }),
    ("patch.rollout_path", |line| {
        line.patch.as_mut()?.rollout_path.as_mut()
    }),
    ("patch.cwd", |line| line.patch.as_mut()?.cwd.as_mut()),
];

type PathField = fn(&mut ThreadLine) -> Option<&mut PathBuf>;

/// The line, with its members in the order in which they are written.
#[derive(Serialize)]
struct ThreadLineJson<'a> {
    thread: ThreadId,
    items: Option<u64>,
    create: &'a Option<CreateThreadParams>,
    patch: &'a Option<ThreadMetadataPatch>,
    paths: Vec<PathJson<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    bytes: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
struct PathJson<'a> {
    place: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
}

/// Why a thread cannot be written to a state file.
#[derive(Debug, thiserror::Error)]
pub enum UnwritableThread {
    #[error("thread {0} has a value that JSON does not preserve")]
    NotReadBack(ThreadId),
    #[error("thread {0} has a value that JSON cannot represent: {1}")]
    NotJson(ThreadId, serde_json::Error),
}

impl ThreadLine {
    pub fn of(record: &ThreadRecord) -> Self {
        Self {
            id: record.id,
            items: record
                .history
                .as_ref()
                .map(|history: &History| history.len() as u64),
            create: record.create.as_deref().cloned(),
            patch: record.patch.as_deref().cloned(),
            paths: record
                .registered_paths()
                .map(|(place, path)| (place, path.to_path_buf()))
                .collect(),
        }
    }

    /// Formats the line, without a line feed. The line is read back to verify it, so that every written file can be
    /// opened.
    pub fn write(self) -> Result<String, UnwritableThread> {
        let id = self.id;
        let same = |line: &String| {
            let again = Json::parse(line).ok().and_then(|json| Self::read(json).ok());
            again.is_some_and(|again| again.encode().is_ok_and(|text| text == *line))
        };
        match self.encode() {
            Ok(line) if same(&line) => Ok(line),
            Ok(_) => Err(UnwritableThread::NotReadBack(id)),
            Err(error) => Err(UnwritableThread::NotJson(id, error)),
        }
    }

    fn encode(mut self) -> Result<String, serde_json::Error> {
        let mut bytes = BTreeMap::new();
        for (name, place) in ODD {
            if let Some(path) = place(&mut self).filter(|path| path.to_str().is_none()) {
                bytes.insert(name, encoded(&take(path)));
            }
        }
        let paths = self.paths.iter().map(|(place, path)| PathJson {
            place: *place,
            path: path.to_str(),
            base64: path.to_str().is_none().then(|| encoded(path)),
        });
        serde_json::to_string(&ThreadLineJson {
            thread: self.id,
            items: self.items,
            create: &self.create,
            patch: &self.patch,
            paths: paths.collect(),
            bytes,
        })
    }

    pub fn read(json: Json<'_>) -> Result<Self, ValueFault> {
        let given = ThreadLineMembers::new(json);
        let mut line = Self {
            id: given.member("thread", <ThreadId as ParamValue>::read)?,
            items: given.optional("items", number)?,
            create: given.optional("create", |json| CreateThreadParams::read(Some(json)))?,
            patch: given.optional("patch", ThreadMetadataPatch::read)?,
            paths: given.member("paths", paths)?,
        };
        if let Some(bytes) = given.get("bytes") {
            for (name, place) in ODD {
                let Some(value) = bytes.get(name) else { continue };
                let here = |fault: ValueFault| fault.inside(value.offset_in(json), name);
                let path = decoded(value).map_err(here)?;
                let there = place(&mut line).ok_or_else(|| here(fault("there is no path with that name")))?;
                *there = path;
            }
        }
        Ok(line)
    }
}

fn fault(message: &str) -> ValueFault {
    ValueFault {
        at: 0,
        path: String::new(),
        message: message.to_string(),
    }
}

type MemberDecoder<T> = fn(Json<'_>) -> Result<T, ValueFault>;

/// The members of an object, which is scanned only once.
struct ThreadLineMembers<'a> {
    whole: Json<'a>,
    members: Vec<(Cow<'a, str>, Json<'a>)>,
}

impl<'a> ThreadLineMembers<'a> {
    fn new(whole: Json<'a>) -> Self {
        let members = whole.members().collect();
        Self { whole, members }
    }

    fn get(&self, name: &str) -> Option<Json<'a>> {
        let found = self.members.iter().rev().find(|(key, _)| key == name);
        found.map(|(_, value)| *value)
    }

    fn member<T>(&self, name: &str, read: MemberDecoder<T>) -> Result<T, ValueFault> {
        match self.get(name) {
            Some(value) => read(value).map_err(|fault| fault.inside(value.offset_in(self.whole), name)),
            None => Err(fault("it is missing").inside(0, name)),
        }
    }

    fn optional<T>(&self, name: &str, read: MemberDecoder<T>) -> Result<Option<T>, ValueFault> {
        match self.get(name) {
            Some(value) if value.is_null() => Ok(None),
            _ => self.member(name, read).map(Some),
        }
    }
}

fn number(json: Json<'_>) -> Result<u64, ValueFault> {
    json.as_u64().ok_or_else(|| fault("expected a whole number"))
}

fn paths(json: Json<'_>) -> Result<Vec<(u64, PathBuf)>, ValueFault> {
    if json.kind() != JsonKind::Array {
        return Err(fault("expected a list of paths"));
    }
    let path = |given: &ThreadLineMembers<'_>| match (given.get("path"), given.get("base64")) {
        (Some(path), None) => PathBuf::read(path),
        (None, Some(bytes)) => decoded(bytes),
        _ => Err(fault(
            "expected either the member `path` or the member `base64`, not both",
        )),
    };
    let read = |json: Json<'_>| {
        let given = ThreadLineMembers::new(json);
        Ok((given.member("place", number)?, path(&given)?))
    };
    let inside = |(index, element): (usize, Json<'_>)| {
        let here = |fault: ValueFault| fault.inside(element.offset_in(json), &format!("[{index}]"));
        read(element).map_err(here)
    };
    json.elements().enumerate().map(inside).collect()
}

fn encoded(path: &Path) -> String {
    STANDARD.encode(path.as_os_str().as_bytes())
}

fn decoded(json: Json<'_>) -> Result<PathBuf, ValueFault> {
    let bytes = json
        .as_str()
        .and_then(|text| STANDARD.decode(text.as_bytes()).ok());
    bytes
        .map(|bytes| PathBuf::from(OsString::from_vec(bytes)))
        .ok_or_else(|| fault("expected bytes as base64"))
}
