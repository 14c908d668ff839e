//! Reads a plain or compressed file in blocks of whole lines. [`super::read`] parses the lines.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

use super::find::Source;
use super::limit::{Limit, MaxBytes};
use super::open::RolloutInput;
use super::report::{Problem, ProblemCode, TrailingData};
use super::unpack::{NotZstd, PIECE, ZstdReader};
use crate::protocol::item::TextBlock;

/// The number of bytes that are read from a file at a time.
pub const SEGMENT: usize = 4 << 20;

/// The number of unused bytes that the buffer of a block may keep. Shrinking a buffer copies it.
const SLACK: usize = 32 << 10;

/// If a compressed file has a line longer than this many bytes, the whole file is checked first.
const LONG: usize = 4 * SEGMENT;

/// The contents of a file.
enum Contents {
    Plain(Box<dyn Read + Send>),
    Packed(Box<ZstdReader<Box<dyn Read + Send>>>),
}

impl Read for Contents {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(input) => input.read(into),
            Self::Packed(input) => input.read(into),
        }
    }
}

/// Reads a file from its start up to the length that it had when it was opened.
pub struct Lines {
    input: Contents,
    of: RolloutInput,
    limit: Limit,
    /// Whether the file is compressed and known to be within the size limit.
    fits: bool,
    /// An error to return for the next block.
    problem: Option<Problem>,
    /// The number of bytes left to read; a large number for a compressed file, whose uncompressed size is unknown.
    left: u64,
    segment: usize,
    /// The start of an incomplete line.
    rest: Vec<u8>,
    /// The number of bytes in the blocks so far.
    offset: u64,
    length: u64,
}

impl Lines {
    /// Opens a file. `segment` is the number of bytes to read at a time.
    ///
    /// # Errors
    /// If it cannot be opened or is not a regular file.
    pub fn open(of: impl Into<RolloutInput>, segment: usize, limit: &Limit) -> Result<Self, Problem> {
        let of = of.into();
        let (content, length) = of.open(0)?;
        let (input, left) = match of.source.is_packed() {
            true if length == 0 => return Err(cut_short()),
            true => (Contents::Packed(Box::new(unpacking(content, length)?)), u64::MAX),
            false => (Contents::Plain(Box::new(content.take(length))), length),
        };
        Ok(Self {
            input,
            of,
            limit: limit.clone(),
            fits: false,
            problem: None,
            left,
            segment,
            rest: Vec::new(),
            offset: 0,
            length,
        })
    }

    /// Opens a file that was already read up to the end of a line, to read the complete lines that were appended since
    /// then.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn appended(of: &RolloutInput, from: u64, segment: usize, limit: &Limit) -> Result<Self, Problem> {
        let (mut content, _) = plain_bytes_from(of, from)?;
        let mut end = 0;
        let mut seen = 0;
        let mut piece = vec![0; PIECE];
        loop {
            let got = content
                .read(&mut piece)
                .map_err(|error| broken(&of.source, from, &error))?;
            let Some(bytes) = piece.get(..got).filter(|bytes| !bytes.is_empty()) else {
                break;
            };
            if let Some(feed) = memchr::memrchr(b'\n', bytes) {
                end = seen + feed as u64 + 1;
            }
            seen += got as u64;
        }
        let (content, _) = plain_bytes_from(of, from)?;
        Ok(Self {
            input: Contents::Plain(Box::new(content.take(end))),
            of: of.clone(),
            limit: limit.clone(),
            fits: true,
            problem: None,
            left: end,
            segment,
            rest: Vec::new(),
            offset: from,
            length: from + end,
        })
    }

    /// The size of the file on disk when it was opened, in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Data that is not zstd after the last frame of a compressed file. Known only at the end of the file.
    pub fn trailing(&self) -> Option<TrailingData> {
        match &self.input {
            Contents::Plain(_) => None,
            Contents::Packed(input) => input.trailing(),
        }
    }

    /// Whether the whole file is known to fit into one block.
    pub fn is_one_block(&self) -> bool {
        self.left <= self.segment as u64
    }

    /// The next block of whole lines; `None` at the end. The last line of the file may have no line feed.
    ///
    /// # Errors
    /// If the file cannot be read, or its compressed data is truncated or corrupt.
    pub fn block(&mut self) -> Result<Option<Arc<TextBlock>>, Problem> {
        Ok(self.bytes()?.map(BlockBytes::block))
    }

    /// The bytes of the next block, without checking for UTF-8. If the file is truncated while it is read, the remaining
    /// bytes are returned before the error.
    ///
    /// # Errors
    /// Those of [`Lines::block`].
    pub fn bytes(&mut self) -> Result<Option<BlockBytes>, Problem> {
        if let Some(problem) = self.problem.take() {
            return Err(problem);
        }
        let mut bytes = std::mem::take(&mut self.rest);
        let mut wanted = self.segment;
        loop {
            if self.limit.stop.is_asked() {
                return Err(cancelled());
            }
            let known = bytes.len();
            let left = usize::try_from(self.left).unwrap_or(usize::MAX);
            let room = wanted.saturating_sub(known).min(left);
            bytes.reserve_exact(room);
            let piece = room.min(SEGMENT);
            let got = (&mut self.input)
                .take(piece as u64)
                .read_to_end(&mut bytes)
                .map_err(|error| self.broken(&error))?;
            self.left -= got as u64;
            if got < piece || self.left == 0 {
                if self.left > 0 && !self.of.source.is_packed() {
                    self.problem = Some(cut(self.length - self.left, self.length));
                }
                self.left = 0;
                break;
            }
            if let Some(end) = memchr::memrchr(b'\n', &bytes[known..]) {
                self.rest = self.begun(&bytes[known + end + 1..]);
                bytes.truncate(known + end + 1);
                break;
            }
            if bytes.len() >= wanted {
                wanted = self.wanted(bytes.len())?;
            }
        }
        if bytes.is_empty() {
            return self.problem.take().map_or(Ok(None), Err);
        }
        let unused = bytes.capacity() - bytes.len();
        if unused > SLACK.max(bytes.len() / 16) {
            bytes.shrink_to_fit();
        }
        self.check(bytes.len())?;
        let offset = self.offset;
        self.offset += bytes.len() as u64;
        Ok(Some(BlockBytes { bytes, offset }))
    }

    /// A buffer for the next block, which starts with the incomplete line. It is allocated at full size, because growing
    /// many small buffers would fragment memory.
    fn begun(&self, start: &[u8]) -> Vec<u8> {
        let more = usize::try_from(self.left).unwrap_or(usize::MAX);
        let room = self.segment.min(start.len().saturating_add(more));
        let mut block = Vec::with_capacity(room.max(start.len()));
        block.extend_from_slice(start);
        block
    }

    /// Returns how many bytes to read next, if the first bytes of a line contain no line end. A long line is kept in
    /// memory only after its end has been found and, if the file is compressed, after the file is known to be within
    /// its limit.
    fn wanted(&mut self, known: usize) -> Result<usize, Problem> {
        self.check(known)?;
        let mut wanted = known * 2;
        if known > LONG && !self.fits {
            let end = survey(&self.of, &self.limit, self.offset + known as u64)?;
            self.fits = self.of.source.is_packed();
            wanted = usize::try_from(end - self.offset)
                .map_or(wanted, |end| if end > known { end } else { wanted });
        }
        Ok(wanted)
    }

    /// Whether a compressed file with this many more bytes is within its limit.
    fn check(&self, more: usize) -> Result<(), Problem> {
        match self.of.source.is_packed() && self.offset + more as u64 > self.limit.most.0 {
            true => Err(too_large(self.limit.most)),
            false => Ok(()),
        }
    }

    fn broken(&self, error: &io::Error) -> Problem {
        broken(&self.of.source, self.offset, error)
    }
}

/// The bytes of a block, and its offset in the file.
pub struct BlockBytes {
    bytes: Vec<u8>,
    offset: u64,
}

impl BlockBytes {
    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes
    }

    /// The block, checked for UTF-8.
    pub fn block(self) -> Arc<TextBlock> {
        TextBlock::new(self.bytes, self.offset)
    }
}

/// Checks that a compressed file can be decompressed to its end and is within the size limit. Does not keep the data of
/// the file. Returns the data after the last frame of the file, if that data is not zstd.
///
/// # Errors
/// If it cannot be decompressed or exceeds the limit.
pub fn unpacks(of: &RolloutInput, limit: &Limit) -> Result<Option<TrailingData>, Problem> {
    let (content, length) = of.open(0)?;
    let mut input = unpacking(content, length)?;
    look_through(&mut input, &of.source, limit, 0..u64::MAX)?;
    Ok(input.trailing())
}

/// Finds the end of the line that continues at an offset, without keeping its data. A compressed file is decompressed to its
/// end.
fn survey(of: &RolloutInput, limit: &Limit, from: u64) -> Result<u64, Problem> {
    if of.source.is_packed() {
        let (content, length) = of.open(0)?;
        return look_through(unpacking(content, length)?, &of.source, limit, 0..from);
    }
    let (content, _) = of.open(from)?;
    look_through(content, &of.source, limit, from..from)
}

/// The uncompressed bytes of a file, up to the length that it has now.
///
/// # Errors
/// If it cannot be opened.
pub fn plain_bytes(of: &RolloutInput) -> Result<Box<dyn Read + Send>, Problem> {
    let (content, length) = of.open(0)?;
    match of.source.is_packed() {
        true => Ok(Box::new(unpacking(content, length)?)),
        false => Ok(Box::new(content.take(length))),
    }
}

/// Returns the uncompressed bytes of a file from an offset on, and the number of bytes before them, which is less than
/// `from` if the file is shorter.
///
/// # Errors
/// If the file cannot be opened, or cannot be decompressed up to the offset.
pub fn plain_bytes_from(of: &RolloutInput, from: u64) -> Result<(Box<dyn Read + Send>, u64), Problem> {
    if of.source.is_packed() {
        let mut bytes = plain_bytes(of)?;
        let skipped = io::copy(&mut (&mut bytes).take(from), &mut io::sink());
        return Ok((bytes, skipped.map_err(|error| broken(&of.source, 0, &error))?));
    }
    let (content, length) = of.open(from)?;
    Ok((
        Box::new(content.take(length.saturating_sub(from))),
        length.min(from),
    ))
}

fn unpacking<R: Read>(file: R, length: u64) -> Result<ZstdReader<R>, Problem> {
    ZstdReader::new(file, length).map_err(|error| Problem::unreadable("open this file", &error))
}

/// The loop of [`survey`]: reads the bytes of a file, which start at `at.start`, to find the end of the line that
/// continues at `at.end`.
fn look_through(
    mut input: impl Read,
    source: &Source,
    limit: &Limit,
    at: Range<u64>,
) -> Result<u64, Problem> {
    let packed = source.is_packed();
    let mut bytes = at.start;
    let mut piece = vec![0; PIECE];
    let mut line = None;
    while !packed || bytes <= limit.most.0 {
        if limit.stop.is_asked() {
            return Err(cancelled());
        }
        let got = match input.read(&mut piece) {
            Ok(got) => got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(broken(source, bytes, &error)),
        };
        let behind = usize::try_from(at.end.saturating_sub(bytes))
            .unwrap_or(got)
            .min(got);
        let feed = memchr::memchr(b'\n', &piece[behind..got]);
        line = line.or(feed.map(|feed| bytes + (behind + feed) as u64 + 1));
        bytes += got as u64;
        match line {
            Some(end) if !packed || got == 0 => return Ok(end),
            None if got == 0 => return Ok(bytes),
            _ => {}
        }
    }
    Err(too_large(limit.most))
}

/// The problem of a file that cannot be read after an offset in its uncompressed data.
fn broken(source: &Source, offset: u64, error: &io::Error) -> Problem {
    let packed = source.is_packed();
    match error.kind() {
        io::ErrorKind::UnexpectedEof if packed => cut_short(),
        _ if let Some(other) = NotZstd::in_error(error) => {
            Problem::new(ProblemCode::Corrupt, other.to_string())
        }
        _ if packed && error.raw_os_error().is_none() => Problem::new(
            ProblemCode::Corrupt,
            format!(
                "cannot decompress this file after byte {offset} of its contents ({error}); compress it again"
            ),
        ),
        _ => Problem::unreadable(&format!("read this file after byte {offset}"), error),
    }
}

fn too_large(limit: MaxBytes) -> Problem {
    Problem::new(
        ProblemCode::TooLarge,
        format!(
            "this file decompresses to more than {limit}, so it was not imported; use a higher --max-bytes if this is expected"
        ),
    )
}

/// The problem of an uncompressed file that became shorter after it was opened.
pub fn cut(offset: u64, length: u64) -> Problem {
    Problem::new(
        ProblemCode::CutShort,
        format!(
            "this file was truncated while it was read, from {length} to {offset} bytes; import it again when no other program writes to it"
        ),
    )
}

/// The problem of a file that was not finished because a stop was requested.
pub fn cancelled() -> Problem {
    Problem::new(
        ProblemCode::Cancelled,
        "the import was stopped before this file was done; import it again",
    )
}

fn cut_short() -> Problem {
    Problem::new(
        ProblemCode::CutShort,
        "this zstd file is truncated, so it was not imported; get a complete copy of it",
    )
}

/// One line of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The index of its first byte, including a byte order mark at the start of the file.
    pub start: usize,
    /// The contents of the line, without its line end and without the byte order mark of the file.
    pub content: Range<usize>,
    /// The index after its line end.
    pub end: usize,
}

const MARK: &[u8] = b"\xef\xbb\xbf";

/// The lines of a block. Each ends with a line feed, except possibly the last one. A carriage return before the line feed is
/// part of the line end. `first` is true for the first block of a file, which may start with a byte order mark.
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::limit::StopFlag;
    use super::*;

    /// Fills every buffer; requests a stop on the third read and ends on the tenth.
    struct StoppingReader(StopFlag, Arc<AtomicUsize>);

    impl Read for StoppingReader {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let reads = self.1.fetch_add(1, Ordering::Relaxed) + 1;
            if reads == 3 {
                self.0.ask();
            }
            into.fill(b'x');
            Ok(if reads < 10 { into.len() } else { 0 })
        }
    }

    #[test]
    fn what_is_stopped_reads_no_more() {
        let source = Source::named("a.jsonl.zst");
        let limit = Limit::default();
        let reads = Arc::new(AtomicUsize::new(0));
        let input = StoppingReader(limit.stop.clone(), Arc::clone(&reads));
        let looked = look_through(input, &source, &limit, 0..u64::MAX);
        assert_eq!(looked.unwrap_err().code, ProblemCode::Cancelled);
        assert_eq!(reads.load(Ordering::Relaxed), 3);

        let limit = Limit::default();
        let mut lines = Lines {
            input: Contents::Plain(Box::new(StoppingReader(limit.stop.clone(), Arc::clone(&reads)))),
            of: RolloutInput::from(&source),
            limit,
            fits: true,
            problem: None,
            left: u64::MAX,
            segment: 1,
            rest: Vec::new(),
            offset: 0,
            length: 0,
        };
        reads.store(0, Ordering::Relaxed);
        let problem = lines.bytes().err().unwrap();
        assert_eq!(problem.code, ProblemCode::Cancelled);
        assert_eq!(reads.load(Ordering::Relaxed), 3);
    }
}
