//! Writes a store as the lines of a state file.

use std::io::{self, Write};

use sha1_smol::Sha1;

use super::thread_line::{ThreadLine, UnwritableThread};
use super::{StateFileHeader, VERSION, WrittenSize, last_line};
use crate::store::{History, Snapshot};
use crate::workbench::whole_file::FileProgressFn;

/// The number of lines or bytes, whichever is reached first, that are written between two reports of progress.
const LOOK: (u64, u64) = (256, 1 << 20);

/// Writes a store. Returns `None` if `tell` cancelled it.
///
/// # Errors
/// If writing to `out` fails, or a thread has a value that a state file cannot represent.
pub fn write(
    store: &Snapshot,
    out: &mut dyn Write,
    tell: FileProgressFn<'_>,
) -> io::Result<Option<WrittenSize>> {
    let items = |history: Option<&History>| history.map_or(0, |history| history.len() as u64);
    let header = StateFileHeader {
        threadloupe_state: VERSION,
        clock: store.clock(),
        calls: store.calls(),
        registered: store.registered(),
        threads: store.len() as u64,
        items: store.threads().map(|thread| items(thread.history.as_ref())).sum(),
    };
    let mut lines = StateLineWriter {
        out,
        sum: Sha1::new(),
        lines: 0,
        of: 1 + header.threads + header.items,
        bytes: 0,
        looked: (0, 0),
        tell,
    };
    if !lines.put(&serde_json::to_string(&header)?)? {
        return Ok(None);
    }
    for thread in store.threads() {
        if !lines.put(&ThreadLine::of(thread).write().map_err(unwritable)?)? {
            return Ok(None);
        }
        for item in thread.history.iter().flat_map(History::iter) {
            if !lines.put(&item.text())? {
                return Ok(None);
            }
        }
    }
    let last = last_line(lines.lines, &lines.sum);
    lines.out.write_all(last.as_bytes())?;
    Ok(Some(WrittenSize {
        threads: header.threads,
        items: header.items,
        bytes: lines.bytes + last.len() as u64,
    }))
}

fn unwritable(what: UnwritableThread) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

struct StateLineWriter<'a> {
    out: &'a mut dyn Write,
    sum: Sha1,
    lines: u64,
    of: u64,
    bytes: u64,
    /// The numbers of lines and bytes at the last report of progress.
    looked: (u64, u64),
    tell: FileProgressFn<'a>,
}

impl StateLineWriter<'_> {
    /// Writes a line. Returns false if writing was cancelled.
    fn put(&mut self, line: &str) -> io::Result<bool> {
        for bytes in [line.as_bytes(), b"\n"] {
            self.out.write_all(bytes)?;
            self.sum.update(bytes);
            self.bytes += bytes.len() as u64;
        }
        self.lines += 1;
        if self.lines - self.looked.0 < LOOK.0 && self.bytes - self.looked.1 < LOOK.1 {
            return Ok(true);
        }
        self.looked = (self.lines, self.bytes);
        Ok((self.tell)(self.lines, self.of).is_continue())
    }
}
