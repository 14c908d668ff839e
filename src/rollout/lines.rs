//! The bytes of a file, plain or packed, in blocks of whole lines. What a line is worth is left to [`super::read`].

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::Range;
use std::sync::Arc;

use super::find::Source;
use super::report::{Code, Problem};
use crate::protocol::item::TextBlock;

/// How much of a file is read at a time, in bytes.
pub const SEGMENT: usize = 4 << 20;

/// A file that is read from its start to the length that it had when it was opened.
pub struct Lines {
    input: Box<dyn Read + Send>,
    packed: bool,
    /// Bytes that may still come; of a packed file unknown and therefore many.
    left: u64,
    segment: usize,
    /// The start of a line whose end has not been read yet.
    rest: Vec<u8>,
    /// Bytes in blocks so far.
    offset: u64,
    length: u64,
}

impl Lines {
    /// Opens a file; `segment` is how many bytes to read at a time.
    ///
    /// # Errors
    /// If it cannot be opened or is no regular file.
    pub fn open(source: &Source, segment: usize) -> Result<Self, Problem> {
        let unreadable = |error| Problem::unreadable("open this file", &error);
        let file = File::open(&source.path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if !metadata.is_file() {
            return Err(Problem::new(
                Code::Unreadable,
                "this is no regular file: copy what it gives to one and read that",
            ));
        }
        let length = metadata.len();
        let packed = source.is_packed();
        let (input, left): (Box<dyn Read + Send>, u64) = if packed {
            let mut unpacked =
                zstd::Decoder::with_buffer(BufReader::with_capacity(1 << 17, file.take(length)))
                    .map_err(unreadable)?;
            unpacked.window_log_max(31).map_err(unreadable)?;
            (Box::new(unpacked), u64::MAX)
        } else {
            (Box::new(file.take(length)), length)
        };
        if packed && length == 0 {
            return Err(cut_short());
        }
        Ok(Self {
            input,
            packed,
            left,
            segment,
            rest: Vec::new(),
            offset: 0,
            length,
        })
    }

    /// Bytes of the file when it was opened, packed as it was.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Whether all of it is read at once, as far as that is known.
    pub fn is_one_block(&self) -> bool {
        self.left <= self.segment as u64
    }

    /// The next block of whole lines, and at the end one whose last line may have no line feed; none behind it.
    ///
    /// # Errors
    /// If the file cannot be read, or what is packed in it is cut short or broken.
    pub fn block(&mut self) -> Result<Option<Arc<TextBlock>>, Problem> {
        let mut bytes = std::mem::take(&mut self.rest);
        let mut wanted = self.segment;
        loop {
            let known = bytes.len();
            let room = wanted
                .saturating_sub(known)
                .min(usize::try_from(self.left).unwrap_or(usize::MAX));
            bytes.reserve_exact(room);
            let got = (&mut self.input)
                .take(room as u64)
                .read_to_end(&mut bytes)
                .map_err(|error| self.broken(&error))?;
            self.left -= got as u64;
            if got < room || self.left == 0 {
                self.left = 0;
                break;
            }
            if let Some(end) = memchr::memrchr(b'\n', bytes.get(known..).unwrap_or_default()) {
                self.rest = bytes.split_off(known + end + 1);
                break;
            }
            wanted = bytes.len() * 2;
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        if bytes.capacity() - bytes.len() > bytes.len() / 16 {
            bytes.shrink_to_fit();
        }
        let offset = self.offset;
        self.offset += bytes.len() as u64;
        Ok(Some(TextBlock::new(bytes, offset)))
    }

    fn broken(&self, error: &io::Error) -> Problem {
        match error.kind() {
            io::ErrorKind::UnexpectedEof if self.packed => cut_short(),
            _ if self.packed && error.raw_os_error().is_none() => Problem::new(
                Code::Corrupt,
                format!(
                    "cannot unpack this file behind byte {} of its content ({error}): pack it again",
                    self.offset
                ),
            ),
            _ => Problem::unreadable(&format!("read this file behind byte {}", self.offset), error),
        }
    }
}

fn cut_short() -> Problem {
    Problem::new(
        Code::CutShort,
        "this zstd file is cut short, nothing of it is imported: get a complete copy of it",
    )
}

/// One line of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it begins, what is excused at the start of a file included.
    pub start: usize,
    /// Its content, without the byte order mark of its file and without its line end.
    pub content: Range<usize>,
    /// Index behind it, line end included.
    pub end: usize,
}

const MARK: &[u8] = b"\xef\xbb\xbf";

/// The lines of a block: each ends with a line feed, and the last may have none. A carriage return before the line feed
/// belongs to the line end. `first` is whether the block is the start of its file, where a byte order mark may stand.
pub fn split(block: &[u8], first: bool) -> impl Iterator<Item = Line> + '_ {
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', block).map(|feed| (feed, feed + 1));
    let last = block
        .last()
        .is_some_and(|&byte| byte != b'\n')
        .then_some((block.len(), block.len()));
    ends.chain(last).map(move |(feed, end)| {
        let line = start;
        start = end;
        let marked = first && line == 0 && block.starts_with(MARK);
        let from = if marked { MARK.len() } else { line };
        let returned = feed < end && feed > from && block.get(feed - 1) == Some(&b'\r');
        Line {
            start: line,
            content: from..feed - usize::from(returned),
            end,
        }
    })
}
