//! The report of an import: a row for each file, the totals, and why a file was skipped or failed. Serializing them gives
//! the output of `threadloupe import --format json`.

use std::fmt;
use std::io;

use serde::Serialize;

use super::open::{FileKind, NotRegular};
use super::read::{Counts, LineLayout};
use crate::protocol::ThreadId;

/// Why a file is not in the store, as a code for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// Skipped, because the same file exists uncompressed.
    PlainTwin,
    /// A file that does not exist, cannot be opened or cannot be read.
    Unreadable,
    /// A pipe, a socket or a device; it was not opened.
    NotRegular,
    /// A truncated compressed file, or a file that was truncated while it was read.
    CutShort,
    /// A compressed file that cannot be decompressed.
    Corrupt,
    /// A compressed file that decompresses to more than the limit.
    TooLarge,
    /// A file that is not empty, but has no line that is a JSON object.
    NotARollout,
    /// A folder without rollouts.
    NoRollouts,
    /// The store returned an error.
    Store,
    /// The import was stopped before this file was done.
    Cancelled,
}

/// A problem with a file: a code and a message that says what is wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// For programs.
    pub code: ProblemCode,
    /// For people; does not include the file name.
    pub message: String,
}

impl Problem {
    /// Creates a problem.
    pub(crate) fn new(code: ProblemCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// The problem of a file that is not a regular file.
    pub(crate) fn not_regular(kind: FileKind) -> Self {
        let message = format!("{}: {}", NotRegular(kind), kind.advice());
        Self::new(ProblemCode::NotRegular, message)
    }

    /// The problem of an operation that failed, such as "open this file", with the error of the system.
    pub(crate) fn unreadable(what: &str, error: &io::Error) -> Self {
        let advice = match error.kind() {
            io::ErrorKind::NotFound => "check the path",
            io::ErrorKind::PermissionDenied => "check its permissions",
            _ => "check that other programs can read it",
        };
        Self::new(
            ProblemCode::Unreadable,
            format!("cannot {what} ({}); {advice}", said(error)),
        )
    }
}

/// The text of a system error without its number. Errors about missing space always have the same text.
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
    // The error may start with this text and contain more details.
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

/// The result for one file. Serializes to a line of the JSON output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileRow {
    /// Its path; bytes that are not UTF-8 become U+FFFD.
    pub file: String,
    /// The outcome.
    #[serde(flatten)]
    pub outcome: FileOutcome,
}

/// The outcome for one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileOutcome {
    /// The file was skipped.
    Skipped(Problem),
    /// The file could not be read.
    Error(Problem),
    /// The file was read.
    #[serde(untagged)]
    Read {
        /// Its thread; `None` for an empty file.
        thread_id: Option<ThreadId>,
        /// Its layout; `None` for an empty file.
        layout: Option<LineLayout>,
        /// The counts of its lines.
        #[serde(flatten)]
        counts: Counts,
        /// Whether an earlier row is for the same thread.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        joined: bool,
    },
}

/// The totals of all rows. Serializes to the `total` of the last line of the JSON output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Total {
    /// The number of files that were read.
    pub files: u64,
    /// The number of files that failed.
    pub failed: u64,
    /// The number of files that were skipped.
    pub skipped: u64,
    /// The number of threads that were created.
    pub threads: u64,
    /// The counts of all files that were read.
    #[serde(flatten)]
    pub counts: Counts,
}

impl Total {
    /// Adds a row.
    pub(crate) fn add(&mut self, row: &FileRow) {
        match &row.outcome {
            FileOutcome::Read {
                thread_id,
                counts,
                joined,
                ..
            } => {
                self.files += 1;
                self.threads += u64::from(thread_id.is_some() && !joined);
                self.counts += *counts;
            }
            FileOutcome::Skipped(_) => self.skipped += 1,
            FileOutcome::Error(_) => self.failed += 1,
        }
    }
}
