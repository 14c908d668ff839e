//! What is remembered of files that were read, so that the next import reads only what was appended since.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::find::Source;
use super::identity::Identity;
use super::lineage::Extent;
use super::lines::plain_bytes_from;
use super::open::RolloutInput;
use super::projection::{ProjectionCheck, ProjectionRow};
use super::read::LineLayout;
use super::report::Problem;
use super::sources::ThreadSources;
use crate::contract::ThreadMetadataPatch;
use crate::live::Fold;
use crate::protocol::{RolloutItem, ThreadId, ThreadPersistenceMetadata};

/// The imported threads, by id.
pub type KnownThreads = HashMap<ThreadId, Arc<ThreadSources>>;

/// The maximum number of bytes before the read position that are checked for changes.
const TAIL: usize = 4096;

/// What is remembered about a thread that was read.
#[derive(Debug, Clone)]
pub(crate) struct ReadState {
    /// Its files, in the order in which they were read.
    pub files: Vec<KnownFile>,
    /// Copies of its files that were skipped.
    pub copies: Vec<(PathBuf, FileStamp)>,
    /// The fold over its items.
    pub fold: Fold,
    /// All metadata from its items.
    pub patch: ThreadMetadataPatch,
    /// The metadata from its home that was sent last.
    pub from_home: ThreadMetadataPatch,
    /// Its name in its home.
    pub home_name: Option<String>,
    /// The parameters of its creation that a resume repeats.
    pub metadata: ThreadPersistenceMetadata,
    /// Whether its last file is paginated.
    pub is_paginated: bool,
}

/// A file that was read.
#[derive(Debug, Clone)]
pub(crate) struct KnownFile {
    /// The file.
    pub source: Source,
    /// What was known about it before it was read.
    pub identity: Identity,
    /// How much of it is in the history.
    pub extent: Extent,
    /// Its layout.
    pub layout: Option<LineLayout>,
    /// Whether it belongs to the thread itself.
    pub is_own: bool,
    /// Where reading continues.
    pub position: ReadPosition,
    /// What is compared with the database of turns, if it is paginated.
    pub check: ProjectionCheck,
    /// What the database of turns said about it at the last comparison.
    pub projection: ProjectionRow,
    /// Its state on disk when it was last read or checked.
    pub stamp: Option<FileStamp>,
    /// Whether it was reported as truncated or changed since it was read.
    pub is_faulty: bool,
}

/// The position in a file at which reading continues.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ReadPosition {
    /// The number of uncompressed bytes before it.
    pub bytes: u64,
    /// The number of lines before it.
    pub lines: u64,
    /// The last bytes before it.
    pub tail: Vec<u8>,
    /// Whether the incomplete line after it is in the history as a damaged item.
    pub is_torn: bool,
}

/// The state of a file on disk. After a change, the state is different.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileStamp {
    length: u64,
    modified: (i64, i64),
    /// The device and the inode number of the file.
    pub file: (u64, u64),
}

impl FileStamp {
    /// The state of a file; `None` if there is no such file.
    pub fn of(path: &Path) -> Option<Self> {
        let about = fs::metadata(path).ok()?;
        Some(Self {
            length: about.len(),
            modified: (about.mtime(), about.mtime_nsec()),
            file: (about.dev(), about.ino()),
        })
    }
}

/// What has happened to a file since it was read.
pub(crate) enum FileChange {
    /// Nothing was appended. It may have been moved or compressed.
    Same,
    /// It has grown.
    Grown,
    /// An incomplete line that is in the history was completed.
    Completed,
    /// It has fewer bytes than were read.
    Cut(u64),
    /// The bytes before the position have changed.
    Changed,
}

impl ReadPosition {
    /// The position after reading a file of `bytes` bytes and `lines` lines, whose last item is `last`.
    pub fn after(bytes: u64, lines: u64, last: Option<&RolloutItem>) -> Self {
        let mut position = Self {
            bytes,
            lines,
            ..Self::default()
        };
        let Some((last, start)) = last.and_then(|last| Some((last, last.offset()?))) else {
            return position;
        };
        let end = start + last.len() as u64;
        if last.is_damaged() && end == bytes {
            return Self {
                bytes: start,
                lines: lines.saturating_sub(1),
                tail: Vec::new(),
                is_torn: true,
            };
        }
        // The tail is known if nothing but a line feed follows the last item.
        if end == bytes || end + 1 == bytes {
            let line = last.bytes();
            let from = line.len().saturating_sub(TAIL);
            position.tail = line.get(from..).unwrap_or_default().to_vec();
            if end + 1 == bytes {
                position.tail.push(b'\n');
            }
        }
        position
    }

    /// Compares a file with what was read of it.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn change(&self, input: &RolloutInput) -> Result<FileChange, Problem> {
        let unreadable = |error: io::Error| Problem::unreadable("read this file", &error);
        let from = self.bytes - self.tail.len() as u64;
        let (mut bytes, skipped) = plain_bytes_from(input, from)?;
        let mut tail = Vec::new();
        (&mut bytes)
            .take(self.tail.len() as u64)
            .read_to_end(&mut tail)
            .map_err(unreadable)?;
        let length = skipped + tail.len() as u64;
        if length < self.bytes {
            return Ok(FileChange::Cut(length));
        }
        if tail != self.tail {
            return Ok(FileChange::Changed);
        }
        let mut rest = [0; 1 << 16];
        loop {
            let read = bytes.read(&mut rest).map_err(unreadable)?;
            let Some(piece) = rest.get(..read).filter(|piece| !piece.is_empty()) else {
                return Ok(FileChange::Same);
            };
            if memchr::memchr(b'\n', piece).is_some() {
                return Ok(match self.is_torn {
                    true => FileChange::Completed,
                    false => FileChange::Grown,
                });
            }
        }
    }
}
