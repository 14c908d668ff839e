//! Reads a store from the lines of a state file. The store is only returned after the whole file was read and
//! verified.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;

use sha1_smol::Sha1;

use super::thread_line::ThreadLine;
use super::{BEGIN, StateFileError, StateFileHeader, VERSION, last_line};
use crate::contract::ValueFault;
use crate::protocol::RolloutItem;
use crate::protocol::json::Json;
use crate::rollout::format::FileFormat;
use crate::rollout::open::{NotRegular, regular};
use crate::rollout::report::Problem;
use crate::store::{History, Snapshot, SnapshotBuilder, ThreadParts};
use crate::workbench::whole_file::FileProgressFn;

/// The number of bytes that are read between two reports of progress.
const LOOK: u64 = 1 << 18;
/// The number of items that are appended to a history at once.
const BATCH: usize = 4096;
/// The maximum length in bytes of the rest of the first line.
const FIRST: u64 = 1 << 16;

/// A state file whose header was read.
pub struct StateFileReader<R> {
    header: StateFileHeader,
    lines: StateLineReader<R>,
    /// The size of the file in bytes.
    size: u64,
}

impl StateFileReader<BufReader<File>> {
    /// Opens a state file and reads its header.
    ///
    /// # Errors
    /// If the file cannot be read, or is not a state file in a supported version.
    pub fn open(path: &Path) -> Result<Self, StateFileError> {
        let refuse = |message: String| StateFileError {
            file: path.display().to_string(),
            place: None,
            message: message + ".",
        };
        let unreadable = |error| match NotRegular::of(&error) {
            Some(kind) => refuse(format!("{kind}; name a file that :save has written")),
            None => refuse(Problem::unreadable("open this state", &error).message),
        };
        let file = regular(path).map_err(unreadable)?;
        let size = file.metadata().map_err(unreadable)?.len();
        let input = BufReader::with_capacity(1 << 18, file);
        Self::new(path.display().to_string(), input, size)
    }
}

impl<R: BufRead> StateFileReader<R> {
    /// Reads the header. `file` is the name of the file for messages. `size` is the number of bytes of the file, and
    /// is only used to report progress.
    ///
    /// # Errors
    /// If the header cannot be read, or is not that of a state file in a supported version.
    pub fn new(file: String, input: R, size: u64) -> Result<Self, StateFileError> {
        let mut lines = StateLineReader {
            input,
            file,
            sum: Sha1::new(),
            number: 1,
            bytes: 0,
        };
        let header = lines.first()?;
        Ok(Self { header, lines, size })
    }

    /// The name of the file.
    pub fn file(&self) -> &str {
        &self.lines.file
    }

    /// Reads the remaining lines. Returns `None` if `tell` cancelled it.
    ///
    /// # Errors
    /// If the file cannot be read, or was changed after it was saved.
    pub fn read(self, tell: FileProgressFn<'_>) -> Result<Option<Snapshot>, StateFileError> {
        let Self {
            header,
            mut lines,
            size,
        } = self;
        let mut store = SnapshotBuilder::new(header.calls, header.registered);
        let mut items = 0;
        let mut told = 0;
        for _ in 0..header.threads {
            let text = lines.next()?;
            let line = Json::parse(&text).map_err(|fault| lines.broken(fault.at, fault.what))?;
            let line = ThreadLine::read(line).map_err(|fault| lines.odd(&fault))?;
            let at = lines.number;
            let mut history = line.items.map(|_| History::default());
            let mut batch = Vec::new();
            for left in (0..line.items.unwrap_or_default()).rev() {
                let text = lines.next()?;
                let item = RolloutItem::parse(text).map_err(|fault| lines.broken(fault.at, fault.what))?;
                batch.push(item);
                items += 1;
                if batch.len() == BATCH || left == 0 {
                    let batch = std::mem::take(&mut batch);
                    history.get_or_insert_default().append(batch.into());
                }
                if lines.bytes - told >= LOOK {
                    told = lines.bytes;
                    if tell(told, size).is_break() {
                        return Ok(None);
                    }
                }
            }
            let parts = ThreadParts {
                id: line.id,
                create: line.create,
                history,
                patch: line.patch,
                paths: line.paths,
            };
            store
                .add(parts)
                .map_err(|misfit| lines.at(at, None, &misfit.to_string(), CHANGED))?;
            if lines.bytes - told >= LOOK {
                told = lines.bytes;
                if tell(told, size).is_break() {
                    return Ok(None);
                }
            }
        }
        lines.last()?;
        if items != header.items {
            return Err(lines.at(
                1,
                None,
                "the number of items in the header does not match the items that follow",
                CHANGED,
            ));
        }
        Ok(Some(store.finish(header.clock)))
    }
}

/// The advice for a damaged file.
const CHANGED: &str = "the file was changed or damaged after it was saved, so it was not opened";
/// The advice for a truncated file.
const CUT: &str = "it is truncated and was not opened; get a complete copy";

struct StateLineReader<R> {
    input: R,
    file: String,
    sum: Sha1,
    /// The number of the last line that was read, starting at 1.
    number: u64,
    bytes: u64,
}

impl<R: BufRead> StateLineReader<R> {
    fn first(&mut self) -> Result<StateFileHeader, StateFileError> {
        let mut line = Vec::new();
        let mut start = (&mut self.input).take(BEGIN.len() as u64);
        start
            .read_to_end(&mut line)
            .map_err(|error| self.unreadable(&error))?;
        if !line.is_empty() && line != BEGIN.as_bytes() && BEGIN.as_bytes().starts_with(&line) {
            return Err(self.at(1, None, "the file ends here", CUT));
        }
        if line != BEGIN.as_bytes() {
            let advice = "name a file that :save has written";
            if line.is_empty() {
                return Err(self.at(1, None, "this file is empty", advice));
            }
            let mut rest = (&mut self.input).take(FIRST);
            rest.read_until(b'\n', &mut line)
                .map_err(|error| self.unreadable(&error))?;
            let mut refused = self.at(1, None, "this is not a state file", advice);
            if let Some(other @ (FileFormat::Rollout | FileFormat::Scenario)) = FileFormat::of(&line) {
                refused.message = format!("{other}.");
            }
            return Err(refused);
        }
        let mut rest = (&mut self.input).take(FIRST);
        rest.read_until(b'\n', &mut line)
            .map_err(|error| self.unreadable(&error))?;
        let text = self.line(line)?;
        let json = Json::parse(&text).map_err(|fault| self.broken(fault.at, fault.what))?;
        match json.get("threadloupe_state").and_then(Json::as_u64) {
            Some(VERSION) => {}
            Some(later) if later > VERSION => {
                let what = format!(
                    "this state file uses format version {later}, but this version of threadloupe supports only version {VERSION}"
                );
                return Err(self.at(1, None, &what, "open it with a newer threadloupe"));
            }
            _ => return Err(self.at(1, None, "this version of the format does not exist", CHANGED)),
        }
        json.decode::<StateFileHeader>().map_err(|error| {
            self.at(
                1,
                Some(error.column() as u64),
                "this is not the header of a state file",
                CHANGED,
            )
        })
    }

    /// Reads the next line, without its line feed.
    fn next(&mut self) -> Result<String, StateFileError> {
        let mut line = Vec::new();
        let read = self.input.read_until(b'\n', &mut line);
        self.number += 1;
        read.map_err(|error| self.unreadable(&error))?;
        self.line(line)
    }

    fn line(&mut self, mut line: Vec<u8>) -> Result<String, StateFileError> {
        self.sum.update(&line);
        self.bytes += line.len() as u64;
        if line.pop_if(|last| *last == b'\n').is_none() {
            return Err(self.at(self.number, None, "the file ends here", CUT));
        }
        String::from_utf8(line).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            self.broken(at, "this byte is not UTF-8")
        })
    }

    /// Reads and verifies the last line, which must be the end of the file.
    fn last(&mut self) -> Result<(), StateFileError> {
        let wanted = last_line(self.number, &self.sum);
        let mut line = Vec::new();
        let mut rest = (&mut self.input).take(wanted.len() as u64 + 1);
        let read = rest.read_to_end(&mut line);
        self.number += 1;
        read.map_err(|error| self.unreadable(&error))?;
        if line == wanted.as_bytes() {
            return Ok(());
        }
        let (what, why) = match (
            wanted.as_bytes().starts_with(&line),
            line.starts_with(wanted.as_bytes()),
        ) {
            (true, _) => ("the file ends here", CUT),
            (_, true) => ("there is more text after the last line", CHANGED),
            _ => ("the last line does not match the lines before it", CHANGED),
        };
        Err(self.at(self.number, None, what, why))
    }

    fn at(&self, line: u64, column: Option<u64>, what: &str, why: &str) -> StateFileError {
        StateFileError {
            file: self.file.clone(),
            place: Some((line, column)),
            message: format!("{what}: {why}."),
        }
    }

    /// The error for the last line that was read, at a byte offset in the line.
    fn broken(&self, at: usize, what: &str) -> StateFileError {
        self.at(self.number, Some(at as u64 + 1), what, CHANGED)
    }

    fn odd(&self, fault: &ValueFault) -> StateFileError {
        self.broken(fault.at, &fault.to_string())
    }

    fn unreadable(&self, error: &io::Error) -> StateFileError {
        let message = Problem::unreadable("read the rest of this file", error).message;
        StateFileError {
            file: self.file.clone(),
            place: Some((self.number, None)),
            message: message + ".",
        }
    }
}
