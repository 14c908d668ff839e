//! State files: a whole store in one file, and back. Everything that a store keeps is in it: threads that are listed and
//! others, what they were created with, histories, accumulated patches, registered paths, counters, and the clock if it
//! stands. How the store came to be so is not: who opens a state begins a journal with it.
//!
//! # The format, version 1
//! UTF-8, one JSON object a line, each line ended by a line feed, no other blank space between the lines. First the store:
//!
//! ```json
//! {"threadloupe_state":1,"clock":"2026-05-13T09:00:00Z","calls":{"create_thread":1,"...":0},"registered":1,"threads":1,"items":2}
//! ```
//!
//! `clock` is the moment at which the store's clock stands, `null` if it follows the system's. `calls` are the fourteen
//! counters. `registered` says how often a path was registered. `threads` and `items` are how many follow. Then, ascending
//! by id, each thread, and its items behind it:
//!
//! ```json
//! {"thread":"0198f2a3-0000-7000-8000-000000000001","items":2,"create":{"...":""},"patch":{"...":""},"paths":[{"place":1,"path":"/p/a.jsonl"}]}
//! {"type":"event_msg","payload":{"type":"user_message","message":"hi"}}
//! {"$damaged":{"text":"torn"}}
//! ```
//!
//! `items` is `null` where there is no history at all, `create` where the thread was never created, `patch` where there was
//! no patch. What it was created with and its patch have the contract's serde form. `paths` are those that lead to the
//! thread, in the order in which they were registered, `place` being the place in the order of the whole store. A path that
//! is not UTF-8 stands there as `base64` instead of `path`; where one is in `create` or `patch`, the text is empty
//! there and its bytes stand in a last member of the thread, `"bytes":{"patch.cwd":"L3D/"}`. An item is its text, byte for
//! byte as a read with history gives it, a damaged line in its wire form.
//!
//! The last line ends the file. It says how many lines there are before it, and the SHA-1 of their bytes:
//!
//! ```json
//! {"lines":4,"sha1":"d7e430846752a0d81bfe2684dfd1a1d95649c599"}
//! ```
//!
//! A file that is not whole, to the byte, is refused with the line that shows it; so is one of a later version.

use std::fmt;
use std::io::{self, Write as _};
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::whole_file::{Tell, WholeFile};
use crate::protocol::json::text_of;
use crate::store::{InMemoryThreadStoreCalls, Snapshot};

mod read;
mod thread_line;
mod write;

pub use read::Reading;
pub use write::write;

/// The version of the format that is written, and the last one that is read.
pub const VERSION: u64 = 1;

/// How every state file begins.
const BEGIN: &str = "{\"threadloupe_state\":";

/// The first line.
#[derive(Serialize, Deserialize)]
struct Header {
    threadloupe_state: u64,
    clock: Option<DateTime<Utc>>,
    calls: InMemoryThreadStoreCalls,
    registered: u64,
    threads: u64,
    items: u64,
}

/// The last line.
#[derive(Serialize)]
struct Last {
    lines: u64,
    sha1: String,
}

/// The last line as it is written, its line feed included.
fn last_line(lines: u64, sum: &sha1_smol::Sha1) -> String {
    let sha1 = sum.digest().to_string();
    text_of(&Last { lines, sha1 }) + "\n"
}

/// How much was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Threads, listed or not.
    pub threads: u64,
    /// Items.
    pub items: u64,
    /// Bytes of the file.
    pub bytes: u64,
}

/// Saves a store into a file, whole or not at all; `over` says whether one that is there may be written over. `None` if it
/// was told to stop, and then nothing is left behind.
///
/// # Errors
/// `AlreadyExists` if there is a file that may not be written over; else what kept the file from being written.
pub fn save(store: &Snapshot, path: &Path, over: bool, tell: Tell<'_>) -> io::Result<Option<Size>> {
    let mut file = WholeFile::begin(path, over)?;
    let Some(size) = write(store, &mut file, tell)? else {
        return Ok(None);
    };
    file.flush()?;
    file.finish()?;
    Ok(Some(size))
}

/// Why a file is no state that can be opened: a sentence that begins with the file and the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What was read.
    pub file: String,
    /// The line that shows it, from 1, and the column in bytes, from 1; none where the file could not be read.
    pub place: Option<(u64, Option<u64>)>,
    /// What is the matter, and what to do.
    pub message: String,
}

impl fmt::Display for Refusal {
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

impl std::error::Error for Refusal {}
