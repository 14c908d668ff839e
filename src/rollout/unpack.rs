//! Decompresses a zstd file frame by frame. Data after the last frame, if it is not zstd, is reported and not read; a
//! truncated frame is an error.

use std::fmt;
use std::io::{self, ErrorKind, Read};

use zstd::stream::raw::{DParameter, Decoder, Operation as _};

use super::format::{FileFormat, is_text};
use super::report::TrailingData;

/// The number of bytes that are read from the file at a time.
pub const PIECE: usize = 1 << 17;

/// The first bytes of a frame.
const FRAME: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The first bytes of a frame without content; the lower half of the first byte can have any value.
const SKIPPABLE_FRAME: [u8; 4] = [0x50, 0x2a, 0x4d, 0x18];

/// Reads the contents of a zstd file. If there are fewer bytes than its length, the file was truncated, even if they end
/// with a complete frame.
pub struct ZstdReader<R> {
    file: R,
    length: u64,
    /// The number of bytes of the file that are not in the buffer yet.
    left: u64,
    buffer: Vec<u8>,
    /// The index of the first byte in the buffer that is not decompressed yet.
    at: usize,
    decoder: Decoder<'static>,
    is_between_frames: bool,
    trailing: Option<TrailingData>,
}

impl<R: Read> ZstdReader<R> {
    /// Reads a file of this length in bytes.
    ///
    /// # Errors
    /// If there is not enough memory.
    pub fn new(file: R, length: u64) -> io::Result<Self> {
        let mut decoder = Decoder::new()?;
        decoder.set_parameter(DParameter::WindowLogMax(31))?;
        Ok(Self {
            file,
            length,
            left: length,
            buffer: Vec::with_capacity(PIECE),
            at: 0,
            decoder,
            is_between_frames: true,
            trailing: None,
        })
    }

    /// The data after the last frame, if it is not zstd. Only known at the end of the contents.
    pub fn trailing(&self) -> Option<TrailingData> {
        self.trailing
    }

    /// The next bytes of the file: at least this many, unless the file ends before.
    fn peek(&mut self, wanted: usize) -> io::Result<&[u8]> {
        while self.left > 0 && self.buffer.len() - self.at < wanted {
            self.buffer.drain(..self.at);
            self.at = 0;
            let most = self.left.min(PIECE as u64);
            let read = (&mut self.file).take(most).read_to_end(&mut self.buffer)?;
            if read == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            self.left -= read as u64;
        }
        Ok(&self.buffer[self.at..])
    }

    /// Whether another frame follows. Must only be called between two frames.
    fn has_frame(&mut self) -> io::Result<bool> {
        let next = self.peek(FRAME.len())?;
        if next.is_empty() || starts_frame(next) {
            return Ok(!next.is_empty());
        }
        let known = next.len() as u64;
        let not_zstd = NotZstd::of(next);
        let rest = known + self.left;
        if rest == self.length {
            return Err(io::Error::new(ErrorKind::InvalidData, not_zstd));
        }
        self.trailing = Some(TrailingData {
            byte: self.length - rest,
            bytes: rest,
        });
        Ok(false)
    }
}

impl<R: Read> Read for ZstdReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while !into.is_empty() {
            if self.is_between_frames && !self.has_frame()? {
                break;
            }
            self.peek(1)?;
            let step = self.decoder.run_on_buffers(&self.buffer[self.at..], into)?;
            self.at += step.bytes_read;
            self.is_between_frames = step.remaining == 0;
            if step.bytes_written > 0 {
                return Ok(step.bytes_written);
            }
            if !self.is_between_frames && self.at == self.buffer.len() && self.left == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(0)
    }
}

/// Whether the bytes start a frame or, if there are too few to tell, whether a frame could start with them.
fn starts_frame(bytes: &[u8]) -> bool {
    match bytes.first_chunk::<4>() {
        Some([first, rest @ ..]) if *rest == SKIPPABLE_FRAME[1..] => first & 0xf0 == SKIPPABLE_FRAME[0],
        Some(start) => *start == FRAME,
        None => FRAME.starts_with(bytes),
    }
}

/// A file is not zstd, although its name ends with `.zst`. This is the inner error of an [`io::Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotZstd {
    /// It is a text file.
    Text,
    /// It has another format.
    Other(FileFormat),
    /// Its format is unknown.
    Unknown,
}

impl NotZstd {
    /// Determines the actual format of a file from its first bytes.
    fn of(start: &[u8]) -> Self {
        match FileFormat::of(start) {
            _ if is_text(start) => Self::Text,
            Some(format) => Self::Other(format),
            None => Self::Unknown,
        }
    }

    /// Extracts this error from an [`io::Error`], if it contains one.
    pub fn in_error(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl fmt::Display for NotZstd {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => out.write_str(
                "the name of this file ends with .zst, but it is not compressed: rename it so that its name ends with .jsonl",
            ),
            Self::Other(format) => {
                write!(out, "the name of this file ends with .zst, but {format}")
            }
            Self::Unknown => out.write_str(
                "the name of this file ends with .zst, but it is not zstd data: get a copy of the original file",
            ),
        }
    }
}

impl std::error::Error for NotZstd {}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Seek as _, Write as _};

    use super::*;

    fn packed(text: &str) -> Vec<u8> {
        zstd::encode_all(text.as_bytes(), 3).unwrap()
    }

    /// Reads a file through a reader that returns one byte at a time.
    fn unpacked(file: &[u8]) -> (Vec<u8>, io::Result<Option<TrailingData>>) {
        struct Single<'a>(&'a [u8]);
        impl Read for Single<'_> {
            fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
                let most = into.len().min(1);
                self.0.read(&mut into[..most])
            }
        }
        let mut reader = ZstdReader::new(Single(file), file.len() as u64).unwrap();
        let mut bytes = Vec::new();
        let read = reader.read_to_end(&mut bytes);
        (bytes, read.map(|_| reader.trailing()))
    }

    #[test]
    fn a_file_that_is_cut_at_the_end_of_a_frame_is_truncated_all_the_same() {
        let frames = ["{}\n", "[]\n"].map(packed);
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&frames.concat()).unwrap();
        let length = file.stream_position().unwrap();
        for (left, read) in [(length, Some(6)), (frames[0].len() as u64, None)] {
            file.set_len(left).unwrap();
            file.rewind().unwrap();
            let mut unpacked = ZstdReader::new(file.try_clone().unwrap(), length).unwrap();
            let mut bytes = Vec::new();
            let got = unpacked.read_to_end(&mut bytes).map_err(|error| error.kind());
            assert_eq!(got, read.ok_or(ErrorKind::UnexpectedEof));
        }
    }

    #[test]
    fn data_after_whole_frames_is_reported() {
        let skippable = [&[0x5a, 0x2a, 0x4d, 0x18, 2, 0, 0, 0][..], b"no"].concat();
        let frames = [packed("{}\n"), skippable, packed(""), packed("[]\n")].concat();
        let whole = |garbage: &[u8]| unpacked(&[&frames, garbage].concat());
        for garbage in [&b"?"[..], b"Z", &[0; 3], b"garbage", &[0x28, 0xb5, 0x2f, 0xfe]] {
            let (bytes, read) = whole(garbage);
            let trailing = TrailingData {
                byte: frames.len() as u64,
                bytes: garbage.len() as u64,
            };
            assert_eq!((&bytes[..], read.unwrap()), (&b"{}\n[]\n"[..], Some(trailing)));
        }
        assert_eq!(whole(b"").1.unwrap(), None);
        // The start of another frame.
        for cut in [&FRAME[..1], &FRAME, &[0x50, 0x2a, 0x4d, 0x18, 9]] {
            assert_eq!(whole(cut).1.unwrap_err().kind(), ErrorKind::UnexpectedEof);
        }
    }

    #[test]
    fn what_is_not_zstd_is_named() {
        for (file, named) in [
            (&b"{\"a\":1}\n"[..], NotZstd::Text),
            (b"\x1f\x8b\x08\0", NotZstd::Other(FileFormat::Gzip)),
            (&[1, 2, 3, 255], NotZstd::Unknown),
        ] {
            let error = ZstdReader::new(Cursor::new(file), file.len() as u64)
                .unwrap()
                .read(&mut [0])
                .unwrap_err();
            assert_eq!(NotZstd::in_error(&error), Some(named));
        }
    }
}
