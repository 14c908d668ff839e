//! The report of an import: a row for each file, the totals, and why a file was skipped or failed. When serialized,
//! these types give the output of `threadloupe import --format json`.

use std::fmt;
use std::io;

use rustix::io::Errno;
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
    /// Skipped, because another file of the same thread has the same bytes.
    SameBytes,
    /// Skipped, because another file of the same thread begins with all of its bytes.
    PrefixOf,
    /// The thread of the file is also in another home.
    IdInTwoHomes,
    /// The file was truncated or changed since it was last read.
    Changed,
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
        let advice = advice(error).unwrap_or(match error.kind() {
            io::ErrorKind::NotFound => "check the path",
            io::ErrorKind::PermissionDenied => "check its permissions",
            _ => "check that other programs can read it",
        });
        Self::new(
            ProblemCode::Unreadable,
            format!("cannot {what} ({}); {advice}", said(error)),
        )
    }
}

/// What to do about a system error that is neither about a missing file nor about permissions, if that is known.
pub(crate) fn advice(error: &io::Error) -> Option<&'static str> {
    Some(match Errno::from_io_error(error)? {
        Errno::LOOP => "its links form a loop: replace the link, or use the path of a file",
        Errno::NAMETOOLONG => "use a shorter path",
        Errno::NOTDIR => "a part of this path is a file, not a folder: check the path",
        Errno::ISDIR => "this is a folder: use the path of a file in it",
        Errno::NOSPC | Errno::DQUOT => "free some space there",
        Errno::MFILE | Errno::NFILE => "close other programs, or raise the limit on open files",
        Errno::AGAIN | Errno::NOMEM => "close other programs, or raise the limits on processes and memory",
        Errno::IO => "check the disk for errors",
        Errno::STALE | Errno::TIMEDOUT | Errno::HOSTDOWN => "check the connection to the file server",
        _ => return None,
    })
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
    /// The path of the file; bytes that are not UTF-8 become U+FFFD.
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
    Read(FileRead),
}

/// What was read from a file. Serializes to a row of the JSON output; members that do not apply are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FileRead {
    /// The thread of the file; `None` for an empty file.
    pub thread_id: Option<ThreadId>,
    /// The layout of the file; `None` for an empty file.
    pub layout: Option<LineLayout>,
    /// The counts of its lines.
    #[serde(flatten)]
    pub counts: Counts,
    /// Data that is not zstd after the last frame of a compressed file; it was not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trailing: Option<TrailingData>,
    /// For the current file of a thread: the number of items in the thread's history that are in files of other threads.
    #[serde(skip_serializing_if = "is_zero")]
    pub inherited: u64,
    /// The number of items of this file that a later rollout of the same thread cut off. These items are not in the
    /// history.
    #[serde(skip_serializing_if = "is_zero")]
    pub superseded: u64,
    /// Whether the thread of the file is archived.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
    /// The rollout that the file continues, according to the file's header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<BaseRow>,
    /// Whether the file is taken as the current file of its thread only because its name is the newest.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub guessed: bool,
    /// Whether an earlier row is for the same thread.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub joined: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// The rollout that a file continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct BaseRow {
    /// The id of the rollout. The first rollout of a thread has the id of the thread.
    pub thread_id: ThreadId,
    /// Whether this rollout is among the files that were read.
    pub found: bool,
}

/// Something about a file that a person should know, although the file was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The path of the file; bytes that are not UTF-8 become U+FFFD.
    pub file: String,
    /// One sentence without full stop.
    pub sentence: String,
}

impl fmt::Display for Remark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.file, self.sentence)
    }
}

/// Data that is not zstd after the last frame of a compressed file. The display text is a message without the file
/// name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TrailingData {
    /// The offset of the data in the compressed file in bytes.
    pub byte: u64,
    /// The length of the data in bytes.
    pub bytes: u64,
}

impl fmt::Display for TrailingData {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { byte, bytes } = self;
        let unit = if *bytes == 1 { "byte" } else { "bytes" };
        write!(
            out,
            "the {bytes} {unit} from byte {byte} on are not zstd data and were not read; the rest was read: get a \
             copy of the original file, or remove these bytes"
        )
    }
}

impl FileOutcome {
    /// The message for a file that was not read, or not to its end.
    pub fn complaint(&self) -> Option<String> {
        match self {
            Self::Error(problem) => Some(problem.to_string()),
            Self::Read(read) => read.trailing.map(|trailing| trailing.to_string()),
            Self::Skipped(_) => None,
        }
    }
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
    /// The number of files that were read only in part.
    #[serde(skip)]
    pub partial: u64,
    /// The counts of all files that were read.
    #[serde(flatten)]
    pub counts: Counts,
}

impl Total {
    /// Adds a row.
    pub(crate) fn add(&mut self, row: &FileRow) {
        match &row.outcome {
            FileOutcome::Read(read) => {
                self.files += 1;
                self.partial += u64::from(read.trailing.is_some());
                self.threads += u64::from(read.thread_id.is_some() && !read.joined);
                self.counts += read.counts;
            }
            FileOutcome::Skipped(_) => self.skipped += 1,
            FileOutcome::Error(_) => self.failed += 1,
        }
    }
}
