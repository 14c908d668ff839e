//! State files: save a whole store to a file and load it. A file contains everything that a store keeps: all threads,
//! listed or not, with their create parameters, histories, accumulated patches and registered paths, the counters, and
//! the clock if it is fixed. It does not contain the journal: opening a state starts a new journal.
//!
//! # The format, version 1
//! UTF-8, one JSON object per line, each line ended by a line feed, no other white space between the lines. The first
//! line is the store:
//!
//! ```json
//! {"threadloupe_state":1,"clock":"2026-05-13T09:00:00Z","calls":{"create_thread":1,"...":0},"registered":1,"threads":1,"items":2}
//! ```
//!
//! `clock` is the time of the store's fixed clock, `null` if it uses the system clock. `calls` are the fourteen
//! counters. `registered` is the number of path registrations. `threads` and `items` are the numbers of threads and
//! items that follow. Then come the threads, sorted by id in ascending order, each followed by its items:
//!
//! ```json
//! {"thread":"0198f2a3-0000-7000-8000-000000000001","items":2,"create":{"...":""},"patch":{"...":""},"paths":[{"place":1,"path":"/p/a.jsonl"}]}
//! {"type":"event_msg","payload":{"type":"user_message","message":"hi"}}
//! {"$damaged":{"text":"torn"}}
//! ```
//!
//! `items` is `null` if there is no history, `create` if the thread was never created, and `patch` if there was no
//! patch. `create` and `patch` have the JSON form of the contract. `paths` are the paths registered for the thread, in
//! order of registration; `place` is the number in the order of the whole store. A path that is not UTF-8 is written as
//! `base64` instead of `path`. If such a path is in `create` or `patch`, the string there is empty, and its bytes are
//! in an additional last member of the thread, `"bytes":{"patch.cwd":"L3D/"}`. An item is its text, byte for byte as a
//! read with history returns it; a damaged line has its JSON form.
//!
//! The last line gives the number of lines before it, and the SHA-1 of their bytes:
//!
//! ```json
//! {"lines":4,"sha1":"d7e430846752a0d81bfe2684dfd1a1d95649c599"}
//! ```
//!
//! A file that was truncated or modified, even by one byte, is rejected with the number of the line; so is a file of a
//! later version.

use std::fmt;
use std::io::{self, Write as _};
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::whole_file::{AtomicFile, FileProgressFn};
use crate::protocol::json::text_of;
use crate::rollout::format::STATE_FILE_START as BEGIN;
use crate::store::{InMemoryThreadStoreCalls, Snapshot};

mod read;
mod thread_line;
mod write;

pub use read::StateFileReader;
pub use write::write;

/// The version of the format that is written, and the latest version that can be read.
pub const VERSION: u64 = 1;

/// The first line.
#[derive(Serialize, Deserialize)]
struct StateFileHeader {
    threadloupe_state: u64,
    clock: Option<DateTime<Utc>>,
    calls: InMemoryThreadStoreCalls,
    registered: u64,
    threads: u64,
    items: u64,
}

/// The last line.
#[derive(Serialize)]
struct StateFileTrailer {
    lines: u64,
    sha1: String,
}

/// The last line, including its line feed.
fn last_line(lines: u64, sum: &sha1_smol::Sha1) -> String {
    let sha1 = sum.digest().to_string();
    text_of(&StateFileTrailer { lines, sha1 }) + "\n"
}

/// The amount of data that was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WrittenSize {
    /// The number of threads, listed or not.
    pub threads: u64,
    /// The number of items.
    pub items: u64,
    /// The size of the file in bytes.
    pub bytes: u64,
}

/// Saves a store to a file atomically. If `over` is true, an existing file is overwritten. Returns `None` if it was
/// cancelled, in which case no file is left behind.
///
/// # Errors
/// `AlreadyExists` if the file exists and `over` is false; otherwise the error of writing the file.
pub fn save(
    store: &Snapshot,
    path: &Path,
    over: bool,
    tell: FileProgressFn<'_>,
) -> io::Result<Option<WrittenSize>> {
    let mut file = AtomicFile::begin(path, over)?;
    let Some(size) = write(store, &mut file, tell)? else {
        return Ok(None);
    };
    file.flush()?;
    file.finish()?;
    Ok(Some(size))
}

/// Why a state file cannot be opened. The display text is a sentence that starts with the file and the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateFileError {
    /// What was read.
    pub file: String,
    /// The line and the column in bytes, both starting at 1; `None` if the file could not be read.
    pub place: Option<(u64, Option<u64>)>,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for StateFileError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.file)?;
        if let Some((line, column)) = self.place {
            write!(out, ":{line}")?;
            if let Some(column) = column {
                write!(out, ":{column}")?;
            }
        }
        write!(out, ": {}", self.message)
    }
}

impl std::error::Error for StateFileError {}
