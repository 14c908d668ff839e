//! A stream cut into JSON values, each with its place; what is not JSON is given back as broken, and the stream goes on at
//! the next line that begins with an opening brace. A value is given back as soon as its last byte is there.

use std::io::{self, ErrorKind, Read};

use crate::protocol::json::{Fault, Scanner};

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
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl Place {
    fn advanced(self, over: &[u8]) -> Self {
        let lines = memchr::memchr_iter(b'\n', over).count();
        let tail = memchr::memrchr(b'\n', over).map_or(over, |at| over.get(at + 1..).unwrap_or(&[]));
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
    buffer: Vec<u8>,
    /// Where the part of the buffer begins that is still to be read.
    at: usize,
    place: Place,
    ended: bool,
    begun: bool,
}

const CHUNK: usize = 64 * 1024;
/// The byte order mark.
const MARK: &[u8] = b"\xEF\xBB\xBF";

impl<R: Read> Values<R> {
    /// Begins to read. A byte order mark at the start is passed over.
    pub fn new(input: R) -> Self {
        let place = Place { line: 1, column: 1 };
        Self {
            input,
            buffer: Vec::new(),
            at: 0,
            place,
            ended: false,
            begun: false,
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
            self.at = 0;
        }
        let start = self.place;
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
        let bytes = self.buffer.get(self.at..end).unwrap_or(&[]);
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_string()),
            Err(error) => {
                let good = bytes.get(..error.valid_up_to()).unwrap_or(&[]);
                Err(Broken {
                    place: start.advanced(good),
                    what: "this byte is not UTF-8".to_string(),
                    text: String::from_utf8_lossy(good).into_owned(),
                })
            }
        };
        self.advance(end);
        Value { start, text }
    }

    fn broken(&mut self, start: Place, fault: Fault) -> io::Result<Value> {
        let good = self.buffer.get(self.at..fault.at).unwrap_or(&[]);
        let broken = Broken {
            place: start.advanced(good),
            what: fault.to_string(),
            text: String::from_utf8_lossy(good).into_owned(),
        };
        // The broken value may have swallowed lines of good ones, so the search begins behind its own first line.
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
            match memchr::memchr(b'\n', self.buffer.get(self.at..).unwrap_or(&[])) {
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
            let rest = self.buffer.get(self.at..).unwrap_or(&[]);
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
        self.place = self.place.advanced(self.buffer.get(self.at..to).unwrap_or(&[]));
        self.at = to;
        if self.at >= self.buffer.len() {
            self.buffer.clear();
            self.at = 0;
        }
    }

    /// Reads what there is, up to a chunk of it.
    fn fill(&mut self) -> io::Result<()> {
        let len = self.buffer.len();
        self.buffer.resize(len + CHUNK, 0);
        let read = loop {
            match self.input.read(self.buffer.get_mut(len..).unwrap_or(&mut [])) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.buffer.truncate(len + read.as_ref().map_or(0, |read| *read));
        self.ended |= read? == 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A stream that gives its bytes in pieces of the given sizes.
    struct Pieces(Vec<u8>, Vec<usize>);

    impl Read for Pieces {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let size = self.1.pop().unwrap_or(7).clamp(1, into.len()).min(self.0.len());
            for (to, from) in into.iter_mut().zip(self.0.drain(..size)) {
                *to = from;
            }
            Ok(size)
        }
    }

    fn all(input: impl Read) -> Vec<String> {
        let mut values = Values::new(input);
        let mut all = Vec::new();
        while let Some(value) = values.next_value().unwrap() {
            let Place { line, column } = value.start;
            all.push(match value.text {
                Ok(text) => format!("{line}:{column} {text}"),
                Err(broken) => {
                    format!(
                        "{line}:{column} broken at {}:{}: {}",
                        broken.place.line, broken.place.column, broken.what
                    )
                }
            });
        }
        all
    }

    #[test]
    fn values_stand_on_one_line_or_several_and_blank_space_is_free() {
        let stream = "\u{FEFF} {\"a\":1}{\"b\":\n 2}\n\n  [3]\r\n\"é\" 4";
        assert_eq!(
            all(stream.as_bytes()),
            [
                "1:2 {\"a\":1}",
                "1:9 {\"b\":\n 2}",
                "4:3 [3]",
                "5:1 \"é\"",
                "5:5 4"
            ]
        );
    }

    #[test]
    fn after_broken_json_it_goes_on_at_the_next_line_with_a_brace() {
        let broken = "expected a comma or a closing brace";
        assert_eq!(
            all("{\"a\":1\n{\"b\":2}\nnonsense\n {\"c\":3}\n{\"d\":4}".as_bytes()),
            [
                format!("1:1 broken at 2:1: {broken}"),
                "2:1 {\"b\":2}".to_string(),
                format!(
                    "3:1 broken at 3:2: {}",
                    Scanner::new().next(b"no", true).unwrap_err()
                ),
                "5:1 {\"d\":4}".to_string(),
            ]
        );
        assert_eq!(all("{\"a\":[\n{\"b\":2}\n{\"c\":3}".as_bytes()).len(), 3);
    }

    #[test]
    fn a_value_that_is_not_utf8_is_broken_at_that_byte_and_the_next_is_read() {
        let found = all(&b"{\"a\":\"x\xFF\"}\n{\"b\":2}"[..]);
        assert_eq!(
            found,
            ["1:1 broken at 1:8: this byte is not UTF-8", "2:1 {\"b\":2}"]
        );
    }

    proptest! {
        #[test]
        fn how_the_bytes_arrive_changes_nothing(
            parts in prop::collection::vec("[{}\\[\\]\":,a1 \n]{0,12}|\\{\"k\":\"[a-zé\n]{0,9}\"\\}", 0..12),
            sizes in prop::collection::vec(1usize..9, 0..40),
        ) {
            let stream = parts.concat();
            let whole = all(stream.as_bytes());
            prop_assert_eq!(all(Pieces(stream.into_bytes(), sizes)), whole);
        }
    }
}
