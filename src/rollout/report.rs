//! What is told of an import: a row for each file, the totals, and why a file was skipped or failed. The JSON forms are
//! those of the wire.

use std::fmt;
use std::io;

use serde::Serialize;

use super::open::{Kind, NotRegular};
use super::read::{Counts, Layout};
use crate::protocol::ThreadId;

/// Why a file is not in the store, as programs read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// Skipped: its plain twin is read.
    PlainTwin,
    /// It is missing, not permitted, or reading it failed.
    Unreadable,
    /// It is a pipe, a socket or a device, and was not opened.
    NotRegular,
    /// A packed file that ends too early, or any file that was cut while it was read.
    CutShort,
    /// A packed file that cannot be unpacked.
    Corrupt,
    /// A packed file that unpacks to more than it may.
    TooLarge,
    /// It has bytes, but no line is a JSON object.
    NotARollout,
    /// A folder without rollouts.
    NoRollouts,
    /// The store refused it.
    Store,
    /// The import was ended before this file was done.
    Cancelled,
}

/// A code and the sentence for a person: what is the matter, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// For programs.
    pub code: Code,
    /// For people; the file is not named in it.
    pub message: String,
}

impl Problem {
    /// A problem with its sentence.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// A file that is no regular one.
    pub(crate) fn not_regular(kind: Kind) -> Self {
        let message = format!("{}: {}", NotRegular(kind), kind.advice());
        Self::new(Code::NotRegular, message)
    }

    /// What could not be done ("open this file"), and what the system said to it.
    pub(crate) fn unreadable(what: &str, error: &io::Error) -> Self {
        let advice = match error.kind() {
            io::ErrorKind::NotFound => "check the path",
            io::ErrorKind::PermissionDenied => "check its permissions",
            _ => "try it with another program",
        };
        Self::new(
            Code::Unreadable,
            format!("cannot {what} ({}): {advice}", said(error)),
        )
    }
}

/// What the system said of an error, without its number; that there is no room is always said in the same words.
pub(crate) fn said(error: &io::Error) -> String {
    let text = error.to_string();
    let no_room = match error.kind() {
        io::ErrorKind::StorageFull => "no space left on the device",
        io::ErrorKind::QuotaExceeded => "the disk quota is used up",
        io::ErrorKind::FileTooLarge => {
            "the file is too large for its file system or for a limit of this process"
        }
        _ => return text.split(" (os error").next().unwrap_or(&text).to_owned(),
    };
    // It may be said already, and more of it.
    match text.starts_with(no_room) {
        true => text,
        false => no_room.to_owned(),
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

/// What became of one file. Its serde form is its line on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its path; what is no UTF-8 became U+FFFD.
    pub file: String,
    /// How it went.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// How it went with a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It was left alone.
    Skipped(Problem),
    /// It could not be read.
    Error(Problem),
    /// It was read.
    #[serde(untagged)]
    Read {
        /// Its thread; none for an empty file.
        thread_id: Option<ThreadId>,
        /// Its layout; none for an empty file.
        layout: Option<Layout>,
        /// What is in it.
        #[serde(flatten)]
        counts: Counts,
        /// Whether an earlier row has the same thread.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        joined: bool,
    },
}

/// All rows in one. Its serde form is the `total` of the last line on the wire.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Total {
    /// Files that were read.
    pub files: u64,
    /// Error rows.
    pub failed: u64,
    /// Files that were left alone.
    pub skipped: u64,
    /// Threads that were made.
    pub threads: u64,
    /// What is in the files that were read.
    #[serde(flatten)]
    pub counts: Counts,
}

impl Total {
    /// Counts one more row.
    pub(crate) fn add(&mut self, row: &Row) {
        match &row.outcome {
            Outcome::Read {
                thread_id,
                counts,
                joined,
                ..
            } => {
                self.files += 1;
                self.threads += u64::from(thread_id.is_some() && !joined);
                self.counts += *counts;
            }
            Outcome::Skipped(_) => self.skipped += 1,
            Outcome::Error(_) => self.failed += 1,
        }
    }
}
