//! The bytes of a file, plain or packed, in blocks of whole lines. What a line is worth is left to [`super::read`].

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;

use super::find::Source;
use super::limit::MaxBytes;
use super::report::{Code, Problem};
use crate::protocol::item::TextBlock;

/// How much of a file is read at a time, in bytes.
pub const SEGMENT: usize = 4 << 20;

/// A line of a packed file that is longer than this has the whole file looked at first.
const LONG: usize = 4 * SEGMENT;

/// How much is unpacked at a time.
const PIECE: usize = 1 << 17;

/// A file that is read from its start to the length that it had when it was opened.
pub struct Lines {
    input: Box<dyn Read + Send>,
    source: Source,
    /// How large it may be, if it is packed.
    limit: MaxBytes,
    /// Whether it is packed and known to be no larger.
    fits: bool,
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
    /// Opens a file; `segment` is how many bytes to read at a time, `limit` how many a packed file may have.
    ///
    /// # Errors
    /// If it cannot be opened or is no regular file.
    pub fn open(source: &Source, segment: usize, limit: MaxBytes) -> Result<Self, Problem> {
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
        let (input, left): (Box<dyn Read + Send>, u64) = match source.is_packed() {
            true => (Box::new(unpacking(file, length).map_err(unreadable)?), u64::MAX),
            false => (Box::new(file.take(length)), length),
        };
        if source.is_packed() && length == 0 {
            return Err(cut_short());
        }
        Ok(Self {
            input,
            source: source.clone(),
            limit,
            fits: false,
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
        Ok(self.bytes()?.map(Bytes::block))
    }

    /// The bytes of the next block, not looked at yet.
    ///
    /// # Errors
    /// As for [`Lines::block`].
    pub fn bytes(&mut self) -> Result<Option<Bytes>, Problem> {
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
            wanted = self.wanted(bytes.len())?;
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        if bytes.capacity() - bytes.len() > bytes.len() / 16 {
            bytes.shrink_to_fit();
        }
        self.check(bytes.len())?;
        let offset = self.offset;
        self.offset += bytes.len() as u64;
        Ok(Some(Bytes { bytes, offset }))
    }

    /// How much of a line is to be read of which so many bytes are no end. Of a long one no more is kept until it is known
    /// where it ends, and that a packed file is within its limit.
    fn wanted(&mut self, known: usize) -> Result<usize, Problem> {
        self.check(known)?;
        let mut wanted = known * 2;
        if known > LONG && !self.fits {
            let end = survey(&self.source, self.limit, self.offset + known as u64)?;
            self.fits = self.source.is_packed();
            wanted = usize::try_from(end - self.offset)
                .map_or(wanted, |end| if end > known { end } else { wanted });
        }
        Ok(wanted)
    }

    /// Whether a packed file may have so many bytes more.
    fn check(&self, more: usize) -> Result<(), Problem> {
        match self.source.is_packed() && self.offset + more as u64 > self.limit.0 {
            true => Err(too_large(self.limit)),
            false => Ok(()),
        }
    }

    fn broken(&self, error: &io::Error) -> Problem {
        broken(&self.source, self.offset, error)
    }
}

/// The bytes of a block, and how many of the file stand before them.
pub struct Bytes {
    bytes: Vec<u8>,
    offset: u64,
}

impl Bytes {
    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes
    }

    /// The block; finds out what of it is text.
    pub fn block(self) -> Arc<TextBlock> {
        TextBlock::new(self.bytes, self.offset)
    }
}

/// Whether a packed file can be unpacked to its end and has no more plain bytes than it may; nothing of it is kept.
///
/// # Errors
/// If not.
pub fn unpacks(source: &Source, limit: MaxBytes) -> Result<(), Problem> {
    survey(source, limit, u64::MAX).map(|_| ())
}

/// Where the line ends that goes on at a byte; nothing of it is kept. A packed file is unpacked to its end.
fn survey(source: &Source, limit: MaxBytes, from: u64) -> Result<u64, Problem> {
    let unreadable = |error| Problem::unreadable("open this file", &error);
    let mut file = File::open(&source.path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    let packed = source.is_packed();
    let (mut input, mut bytes): (Box<dyn Read>, u64) = match packed {
        true => (Box::new(unpacking(file, length).map_err(unreadable)?), 0),
        false => {
            let at = file.seek(SeekFrom::Start(from)).map_err(unreadable)?;
            (Box::new(file), at)
        }
    };
    let mut piece = vec![0; PIECE];
    let mut line = None;
    while !packed || bytes <= limit.0 {
        let got = match input.read(&mut piece) {
            Ok(got) => got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(broken(source, bytes, &error)),
        };
        let behind = usize::try_from(from.saturating_sub(bytes))
            .unwrap_or(got)
            .min(got);
        let feed = memchr::memchr(b'\n', piece.get(behind..got).unwrap_or_default());
        line = line.or(feed.map(|feed| bytes + (behind + feed) as u64 + 1));
        bytes += got as u64;
        match line {
            Some(end) if !packed || got == 0 => return Ok(end),
            None if got == 0 => return Ok(bytes),
            _ => {}
        }
    }
    Err(too_large(limit))
}

fn unpacking(file: File, length: u64) -> io::Result<impl Read + Send> {
    let mut unpacked = zstd::Decoder::with_buffer(BufReader::with_capacity(PIECE, file.take(length)))?;
    unpacked.window_log_max(31)?;
    Ok(unpacked)
}

/// What is the matter with a file that cannot be read on behind so many of its plain bytes.
fn broken(source: &Source, offset: u64, error: &io::Error) -> Problem {
    let packed = source.is_packed();
    match error.kind() {
        io::ErrorKind::UnexpectedEof if packed => cut_short(),
        _ if packed && error.raw_os_error().is_none() => Problem::new(
            Code::Corrupt,
            format!("cannot unpack this file behind byte {offset} of its content ({error}): pack it again"),
        ),
        _ => Problem::unreadable(&format!("read this file behind byte {offset}"), error),
    }
}

fn too_large(limit: MaxBytes) -> Problem {
    Problem::new(
        Code::TooLarge,
        format!(
            "this file unpacks to more than {limit}, nothing of it is imported: give a higher --max-bytes if it is what you expect"
        ),
    )
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
