//! A stream cut into JSON values, each with its place; what is not JSON is given back as broken, and the stream goes on at
//! the next line that begins with an opening brace. A value is given back as soon as its last byte is there.

use std::fmt;
use std::io::{self, ErrorKind, Read};

use crate::protocol::json::{Fault, Scanner, TokenKind};

/// A place in a stream: line and column, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// One value of the stream.
#[derive(Clone, Debug)]
pub struct Value {
    /// Where it begins.
    pub start: Place,
    /// Its text, or what is known of it where it is broken.
    pub text: Result<String, Broken>,
}

/// What is wrong with a value that is no JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct Broken {
    /// Where that shows.
    pub place: Place,
    /// What it is.
    pub what: String,
    /// The value's text up to there, as far as it is text.
    pub text: String,
}

impl Value {
    /// The place of a byte of the value's text.
    pub fn place(&self, text: &str, at: usize) -> Place {
        self.start
            .advanced(text.as_bytes().get(..at).unwrap_or(text.as_bytes()))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

impl Place {
    fn advanced(self, over: &[u8]) -> Self {
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

/// The values of a stream. Holds no more of it than the value at hand.
pub struct Values<R> {
    input: R,
    /// What is read goes in here first.
    piece: Vec<u8>,
    buffer: Vec<u8>,
    /// Where the part of the buffer begins that is still to be read.
    at: usize,
    place: Place,
    ended: bool,
    begun: bool,
    /// Bytes of the stream before the buffer.
    passed: usize,
    /// What the last broken value leaves behind.
    ruin: Option<Ruin>,
}

/// The lines that a broken value swallowed are read again, each as a value of its own. Those of them that open what was
/// still open at the fault run into the same one, which is known without reading up to there once more.
struct Ruin {
    /// Where in the stream the objects and lists begin that were open at the fault, the last one first.
    open: Vec<usize>,
    /// Where in the stream the fault is.
    end: usize,
    place: Place,
    what: String,
}

/// How much of such a line is looked at to find its method.
const GLANCE: usize = 4096;
const CHUNK: usize = 64 * 1024;
/// So many bytes a character has at most.
const LONGEST: usize = 4;
/// What is said of a byte that belongs to no text.
const NO_TEXT: &str = "this byte is not UTF-8";
/// The byte order mark.
const MARK: &[u8] = b"\xEF\xBB\xBF";

impl<R: Read> Values<R> {
    /// Begins to read. A byte order mark at the start is passed over.
    pub fn new(input: R) -> Self {
        let place = Place { line: 1, column: 1 };
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

    /// The next value; `None` at the end of the stream.
    pub fn next_value(&mut self) -> io::Result<Option<Value>> {
        if !self.begun {
            self.begun = true;
            // As long as what is there could be the beginning of a mark; a short first value must not wait for more.
            while self.buffer.len() < MARK.len() && MARK.starts_with(&self.buffer) && !self.ended {
                self.fill()?;
            }
            if self.buffer.starts_with(MARK) {
                self.at = MARK.len();
            }
        }
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

    fn take(&mut self, start: Place, end: usize) -> Value {
        let bytes = &self.buffer[self.at..end];
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_string()),
            Err(error) => {
                let good = &bytes[..error.valid_up_to()];
                Err(Broken {
                    place: start.advanced(good),
                    what: NO_TEXT.to_string(),
                    text: String::from_utf8_lossy(good).into_owned(),
                })
            }
        };
        self.advance(end);
        Value { start, text }
    }

    fn broken(&mut self, start: Place, fault: Fault) -> io::Result<Value> {
        let is_text = self.is_text_at(fault.at)?;
        let good = &self.buffer[self.at..fault.at];
        let broken = Broken {
            place: start.advanced(good),
            what: if is_text {
                fault.to_string()
            } else {
                NO_TEXT.to_string()
            },
            text: String::from_utf8_lossy(good).into_owned(),
        };
        // A fault within the ruins of a larger one leaves those standing.
        let end = self.passed + fault.at;
        if self.ruin.as_ref().is_none_or(|ruin| ruin.end < end) {
            self.ruin = Some(Ruin {
                open: self.open_at(fault.at),
                end,
                place: broken.place,
                what: broken.what.clone(),
            });
        }
        self.go_on(start, broken)
    }

    /// Whether a character begins at an index of the buffer, or nothing does; as much is read as it takes to know that.
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

    /// Where in the stream the objects and lists of the value at hand begin that are open at an index of the buffer.
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

    /// What is broken about the value that begins here, if that is known already.
    fn in_ruins(&mut self) -> Option<Broken> {
        let here = self.passed + self.at;
        let ruin = self.ruin.as_mut()?;
        while ruin.open.last().is_some_and(|open| *open < here) {
            ruin.open.pop();
        }
        if *ruin.open.last()? != here {
            return None;
        }
        // No further than to the fault: up to there it has been read, whatever is there of the rest.
        let end = self.at + GLANCE.min(ruin.end.saturating_sub(here));
        let text = &self.buffer[self.at..end];
        Some(Broken {
            place: ruin.place,
            what: ruin.what.clone(),
            text: String::from_utf8_lossy(text).into_owned(),
        })
    }

    /// Gives a broken value back and goes on at the next line that begins with an opening brace. The value may have
    /// swallowed lines of good ones, so that line is searched behind its own first one.
    fn go_on(&mut self, start: Place, broken: Broken) -> io::Result<Value> {
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
        Ok(Value {
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

    /// Whether there is anything after the blank space.
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

    /// Reads what there is, up to a chunk of it.
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
