//! Splits a stream into JSON values, each with its position. Invalid JSON is returned as a broken value, and reading
//! continues at the next line that starts with an opening brace. A value is returned as soon as its last byte is
//! available.

use std::fmt;
use std::io::{self, ErrorKind, Read};

use crate::protocol::json::{JsonError, Scanner, TokenKind};
use crate::rollout::format::FileFormat;

/// A position in a stream: line and column, both starting at 1. The column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineColumn {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// One value of the stream.
#[derive(Clone, Debug)]
pub struct StreamValue {
    /// The position of its first character.
    pub start: LineColumn,
    /// Its text, or the error if it is not valid JSON.
    pub text: Result<String, BrokenValue>,
}

/// The error for a value that is not valid JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct BrokenValue {
    /// The position of the error.
    pub place: LineColumn,
    /// A description of the error.
    pub what: String,
    /// The text of the value before the error. Invalid UTF-8 is replaced.
    pub text: String,
}

impl StreamValue {
    /// The position of the byte at index `at` of the value's text.
    pub fn place(&self, text: &str, at: usize) -> LineColumn {
        self.start
            .advanced(text.as_bytes().get(..at).unwrap_or(text.as_bytes()))
    }
}

impl fmt::Display for LineColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

impl LineColumn {
    pub(crate) fn advanced(self, over: &[u8]) -> Self {
        let lines = memchr::memchr_iter(b'\n', over).count();
        let tail = memchr::memrchr(b'\n', over).map_or(over, |at| &over[at + 1..]);
        let characters = tail.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        Self {
            line: self.line + lines,
            column: if lines == 0 {
                self.column + characters
            } else {
                characters + 1
            },
        }
    }
}

/// The values of a stream. Only the current value is stored in memory.
pub struct Values<R> {
    input: R,
    /// The buffer for a single read.
    piece: Vec<u8>,
    buffer: Vec<u8>,
    /// The index in the buffer of the first byte that is not processed yet.
    at: usize,
    place: LineColumn,
    ended: bool,
    begun: bool,
    /// The number of bytes of the stream before the buffer.
    passed: usize,
    /// What is known about the text of the last broken value.
    ruin: Option<BrokenSpan>,
}

/// The lines of a broken value are read again, each as a value of its own. A value that starts with an object or list
/// that was open at the error contains the same error. Therefore the error is stored here, so that the text is not
/// scanned again.
struct BrokenSpan {
    /// The offsets in the stream of the objects and lists that were open at the error, the last one first.
    open: Vec<usize>,
    /// The offset of the error in the stream.
    end: usize,
    place: LineColumn,
    what: String,
}

/// The maximum number of bytes of a line of a broken value that are searched for its method.
const GLANCE: usize = 4096;
const CHUNK: usize = 64 * 1024;
/// The maximum number of bytes of a UTF-8 character.
const LONGEST: usize = 4;
/// The error message for a byte that is not part of a UTF-8 character.
const NO_TEXT: &str = "this byte is not UTF-8";
/// The byte order mark.
const MARK: &[u8] = b"\xEF\xBB\xBF";

impl<R: Read> Values<R> {
    /// Starts to read a stream. A byte order mark at the start is skipped.
    pub fn new(input: R) -> Self {
        let place = LineColumn { line: 1, column: 1 };
        Self {
            input,
            piece: vec![0; CHUNK],
            buffer: Vec::new(),
            at: 0,
            place,
            ended: false,
            begun: false,
            passed: 0,
            ruin: None,
        }
    }

    /// The first value; `None` if the stream has none.
    ///
    /// # Errors
    /// If the stream cannot be read, or starts like a file of another format than `expected`.
    pub fn first_value(&mut self, expected: FileFormat) -> io::Result<Option<StreamValue>> {
        self.begin()?;
        let format = FileFormat::of(&self.buffer);
        let first = self.next_value()?;
        // The buffer may have contained only a part of the value.
        let text = first.as_ref().and_then(|value| value.text.as_ref().ok());
        match format.or_else(|| FileFormat::of(text?.as_bytes())) {
            Some(other) if other != expected => Err(io::Error::new(ErrorKind::InvalidData, other)),
            _ => Ok(first),
        }
    }

    /// The next value; `None` at the end of the stream.
    pub fn next_value(&mut self) -> io::Result<Option<StreamValue>> {
        self.begin()?;
        if !self.skip_blanks()? {
            return Ok(None);
        }
        if self.at >= CHUNK {
            self.buffer.drain(..self.at);
            self.passed += self.at;
            self.at = 0;
        }
        let start = self.place;
        if let Some(broken) = self.in_ruins() {
            return self.go_on(start, broken).map(Some);
        }
        let mut scanner = Scanner::at(self.at);
        loop {
            match scanner.next(&self.buffer, self.ended) {
                Ok(Some(_)) if scanner.depth() == 0 => return Ok(Some(self.take(start, scanner.pos()))),
                Ok(Some(_)) => {}
                Ok(None) => self.fill()?,
                Err(fault) => return self.broken(start, fault).map(Some),
            }
        }
    }

    /// Reads the start of the stream and skips its byte order mark.
    fn begin(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        // Read on only while the bytes so far can be the start of a byte order mark, because a short first value must be
        // returned without waiting for more input.
        while self.buffer.len() < MARK.len() && MARK.starts_with(&self.buffer) && !self.ended {
            self.fill()?;
        }
        if self.buffer.starts_with(MARK) {
            self.at = MARK.len();
        }
        Ok(())
    }

    fn take(&mut self, start: LineColumn, end: usize) -> StreamValue {
        let bytes = &self.buffer[self.at..end];
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_string()),
            Err(error) => {
                let good = &bytes[..error.valid_up_to()];
                Err(BrokenValue {
                    place: start.advanced(good),
                    what: NO_TEXT.to_string(),
                    text: String::from_utf8_lossy(good).into_owned(),
                })
            }
        };
        self.advance(end);
        StreamValue { start, text }
    }

    fn broken(&mut self, start: LineColumn, fault: JsonError) -> io::Result<StreamValue> {
        let is_text = self.is_text_at(fault.at)?;
        let good = &self.buffer[self.at..fault.at];
        let broken = BrokenValue {
            place: start.advanced(good),
            what: if is_text {
                fault.to_string()
            } else {
                NO_TEXT.to_string()
            },
            text: String::from_utf8_lossy(good).into_owned(),
        };
        // If the error is inside the text of a longer broken value, that value stays stored.
        let end = self.passed + fault.at;
        if self.ruin.as_ref().is_none_or(|ruin| ruin.end < end) {
            self.ruin = Some(BrokenSpan {
                open: self.open_at(fault.at),
                end,
                place: broken.place,
                what: broken.what.clone(),
            });
        }
        self.go_on(start, broken)
    }

    /// Whether a valid character starts at an index of the buffer, or the stream ends there. Reads more of the stream
    /// if necessary.
    fn is_text_at(&mut self, at: usize) -> io::Result<bool> {
        loop {
            let end = self.buffer.len().min(at + LONGEST);
            match std::str::from_utf8(&self.buffer[at..end]) {
                Ok(_) => return Ok(true),
                Err(error) if error.valid_up_to() > 0 => return Ok(true),
                Err(error) if error.error_len().is_some() || self.ended => return Ok(false),
                Err(_) => self.fill()?,
            }
        }
    }

    /// The offsets in the stream of the objects and lists of the current value that are open at an index of the
    /// buffer.
    fn open_at(&self, end: usize) -> Vec<usize> {
        let good = &self.buffer[self.at..end];
        let mut scanner = Scanner::new();
        let mut open = Vec::new();
        while let Ok(Some(token)) = scanner.next(good, false) {
            match token.kind {
                TokenKind::ObjectStart | TokenKind::ArrayStart => {
                    open.push(self.passed + self.at + token.start);
                }
                TokenKind::ObjectEnd | TokenKind::ArrayEnd => {
                    open.pop();
                }
                TokenKind::End => break,
                _ => {}
            }
        }
        open.reverse();
        open
    }

    /// The error of the value that starts at the current position, if it is already known.
    fn in_ruins(&mut self) -> Option<BrokenValue> {
        let here = self.passed + self.at;
        let ruin = self.ruin.as_mut()?;
        while ruin.open.last().is_some_and(|open| *open < here) {
            ruin.open.pop();
        }
        if *ruin.open.last()? != here {
            return None;
        }
        // Do not look beyond the error. Only the part before it is certain to be in the buffer.
        let end = self.at + GLANCE.min(ruin.end.saturating_sub(here));
        let text = &self.buffer[self.at..end];
        Some(BrokenValue {
            place: ruin.place,
            what: ruin.what.clone(),
            text: String::from_utf8_lossy(text).into_owned(),
        })
    }

    /// Returns a broken value, and continues at the next line that starts with an opening brace. The broken value may
    /// include lines with valid values, so the search starts after its first line.
    fn go_on(&mut self, start: LineColumn, broken: BrokenValue) -> io::Result<StreamValue> {
        self.skip_line()?;
        loop {
            while self.at >= self.buffer.len() && !self.ended {
                self.fill()?;
            }
            match self.buffer.get(self.at) {
                None | Some(b'{') => break,
                Some(_) => self.skip_line()?,
            }
        }
        Ok(StreamValue {
            start,
            text: Err(broken),
        })
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            match memchr::memchr(b'\n', &self.buffer[self.at..]) {
                Some(newline) => {
                    self.advance(self.at + newline + 1);
                    return Ok(());
                }
                None if self.ended => {
                    self.advance(self.buffer.len());
                    return Ok(());
                }
                None => {
                    self.advance(self.buffer.len());
                    self.fill()?;
                }
            }
        }
    }

    /// Skips white space. Returns whether anything follows it.
    fn skip_blanks(&mut self) -> io::Result<bool> {
        loop {
            let rest = &self.buffer[self.at..];
            match rest
                .iter()
                .position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
            {
                Some(found) => {
                    self.advance(self.at + found);
                    return Ok(true);
                }
                None => {
                    self.advance(self.buffer.len());
                    if self.ended {
                        return Ok(false);
                    }
                    self.fill()?;
                }
            }
        }
    }

    fn advance(&mut self, to: usize) {
        self.place = self.place.advanced(&self.buffer[self.at..to]);
        self.at = to;
        if self.at >= self.buffer.len() {
            self.passed += self.buffer.len();
            self.buffer.clear();
            self.at = 0;
        }
    }

    /// Reads the available input, at most one chunk.
    fn fill(&mut self) -> io::Result<()> {
        let read = loop {
            match self.input.read(&mut self.piece) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.buffer.extend_from_slice(&self.piece[..read]);
        self.ended |= read == 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
