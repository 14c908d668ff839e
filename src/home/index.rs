//! Reads the index of names: a file to which a line is appended for each name that is given.

use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;

use super::Home;
use crate::protocol::ThreadId;

/// A line of the index.
#[derive(Deserialize)]
struct NamedThread {
    id: String,
    thread_name: String,
}

impl Home {
    /// Reads the index. The last line for a thread wins. Invalid lines are reported together in one remark.
    pub(super) fn read_index(&mut self, path: &Path) {
        if fs::metadata(path).is_ok_and(|about| !about.is_file()) {
            return self.remark(path, "is not a regular file, so it was not read");
        }
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => {
                return self.remark(path, format!("cannot be read ({error}); check its permissions"));
            }
        };
        let mut wrong: Vec<usize> = Vec::new();
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        for (line, number) in bytes.split(|byte| *byte == b'\n').zip(1..) {
            if line.trim_ascii().is_empty() {
                continue;
            }
            let named = serde_json::from_slice::<NamedThread>(line).ok();
            match named.and_then(|named| Some((ThreadId::from_string(&named.id).ok()?, named.thread_name))) {
                Some((id, name)) => {
                    self.names.insert(id, name);
                }
                None => wrong.push(number),
            }
        }
        match wrong.as_slice() {
            [] => {}
            [line] => self.remark(
                path,
                format!("line {line} has no valid id or no thread_name, so it was skipped"),
            ),
            [line, ..] => {
                let lines = wrong.len();
                self.remark(path, format!("{lines} lines have no valid id or no thread_name, so they were skipped; the first is line {line}"));
            }
        }
    }
}
