//! The JSON tokenizer of the crate, and [`Json`], a value that is parsed lazily from its text.
//!
//! [`Scanner`] follows the grammar of RFC 8259 exactly. The scanner accepts any nesting depth (it is not recursive),
//! duplicate keys, lone surrogate escapes and numbers of any size. If the bytes end in the middle of a token, it can
//! continue when more arrive. The scanner does not check that the bytes are valid UTF-8; the caller has to.

use std::fmt;

mod skip;
mod value;
mod walk;

use skip::plain_end;
pub(crate) use value::text_of;
pub use value::{Elements, Json, JsonKind, Members, quoted, unescape};

/// The kind of a [`Token`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// `{`
    ObjectStart,
    /// `}`
    ObjectEnd,
    /// `[`
    ArrayStart,
    /// `]`
    ArrayEnd,
    /// The name of an object's member, with its quotes.
    Key,
    /// A string value, with its quotes.
    String,
    /// A number.
    Number,
    /// `true`
    True,
    /// `false`
    False,
    /// `null`
    Null,
    /// The end of the value: an empty span after its last byte. All further calls return this token again.
    End,
}

/// A token and its range of bytes, from `start` up to but not including `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Index of its first byte.
    pub start: usize,
    /// Index after its last byte.
    pub end: usize,
}

/// Why a text is not JSON, and the index of the first invalid byte.
///
/// The display text is a clause that names the fault, without the position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonError {
    /// Index of the first invalid byte; the length of the text if it ends too early.
    pub at: usize,
    /// The fault, such as "expected a comma or a closing brace".
    pub what: &'static str,
}

impl fmt::Display for JsonError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.what)
    }
}

impl std::error::Error for JsonError {}

/// What the grammar allows next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    FirstElement,
    FirstKey,
    Key,
    Colon,
    CommaOrClose,
    Nothing,
}

/// The part of a number that was read last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Digits {
    Minus,
    Zero,
    Whole,
    Point,
    Fraction,
    Exponent,
    Signed,
    Power,
}

/// A token that is not complete yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unfinished {
    Nothing,
    Text,
    Number(Digits),
}

/// Reads the tokens of one JSON value from a buffer that may still grow.
///
/// The caller passes the whole buffer to each call. Bytes that were read once are not read again, even within a long string,
/// and must not change between calls.
///
/// ```
/// use threadloupe::protocol::json::{Scanner, TokenKind};
/// let mut scanner = Scanner::new();
/// assert_eq!(scanner.next(b"[tr", false).unwrap().unwrap().kind, TokenKind::ArrayStart);
/// assert_eq!(scanner.next(b"[tr", false).unwrap(), None);
/// assert_eq!(scanner.next(b"[true]", false).unwrap().unwrap().kind, TokenKind::True);
/// ```
#[derive(Debug, Clone)]
pub struct Scanner {
    pos: usize,
    start: usize,
    expect: Expect,
    unfinished: Unfinished,
    depth: usize,
    /// The innermost 64 open containers, with the last one in the lowest bit: 1 is an object, 0 an array.
    inner: u64,
    /// The outer containers, 64 per word.
    outer: Vec<u64>,
}

impl Default for Scanner {
    fn default() -> Self {
        Self::new()
    }
}

impl Scanner {
    /// Creates a scanner for the value at the start of the buffer.
    pub fn new() -> Self {
        Self::at(0)
    }

    /// Creates a scanner for the value that starts at index `pos`, after optional white space.
    pub fn at(pos: usize) -> Self {
        Self {
            pos,
            start: pos,
            expect: Expect::Value,
            unfinished: Unfinished::Nothing,
            depth: 0,
            inner: 0,
            outer: Vec::new(),
        }
    }

    /// Index of the first byte that has not been read yet.
    pub fn pos(&self) -> usize {
        self.pos
    }

    /// The number of objects and arrays that are open after the last token.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The next token of the value; `None` if `bytes` ends before the token is complete and `last` is false, which means
    /// that more bytes may follow.
    ///
    /// After the last token of the value, returns [`TokenKind::End`]. Does not read past the end of the value.
    ///
    /// # Errors
    /// If the text is not valid JSON, or if it ends within the value and `last` is true.
    #[inline]
    pub fn next(&mut self, bytes: &[u8], last: bool) -> Result<Option<Token>, JsonError> {
        match self.unfinished {
            Unfinished::Nothing => {}
            Unfinished::Text => return self.text(bytes, last),
            Unfinished::Number(digits) => return self.number(digits, bytes, last),
        }
        if self.expect == Expect::Nothing {
            return Ok(Some(Token {
                kind: TokenKind::End,
                start: self.pos,
                end: self.pos,
            }));
        }
        loop {
            let Some(&byte) = bytes.get(self.pos) else {
                return self.short(last, self.pos, self.wanted());
            };
            match (byte, self.expect) {
                (b' ' | b'\t' | b'\n' | b'\r', _) => self.pos += 1,
                (b'"', Expect::Value | Expect::FirstElement | Expect::FirstKey | Expect::Key) => {
                    self.start = self.pos;
                    self.pos += 1;
                    return self.text(bytes, last);
                }
                (b':', Expect::Colon) => {
                    self.pos += 1;
                    self.expect = Expect::Value;
                }
                (b',', Expect::CommaOrClose) => {
                    self.pos += 1;
                    self.expect = if self.in_object() {
                        Expect::Key
                    } else {
                        Expect::Value
                    };
                }
                (b'}', Expect::CommaOrClose) if self.in_object() => {
                    return Ok(Some(self.close(TokenKind::ObjectEnd)));
                }
                (b'}', Expect::FirstKey) => return Ok(Some(self.close(TokenKind::ObjectEnd))),
                (b']', Expect::CommaOrClose) if !self.in_object() => {
                    return Ok(Some(self.close(TokenKind::ArrayEnd)));
                }
                (b']', Expect::FirstElement) => return Ok(Some(self.close(TokenKind::ArrayEnd))),
                (_, Expect::Value | Expect::FirstElement) => return self.value(byte, bytes, last),
                _ => {
                    return Err(JsonError {
                        at: self.pos,
                        what: self.wanted(),
                    });
                }
            }
        }
    }

    /// Reads the value to its end and returns the index after it.
    ///
    /// # Errors
    /// Those of [`Scanner::next`] with `last` set to true.
    pub fn finish(&mut self, bytes: &[u8]) -> Result<usize, JsonError> {
        while let Some(token) = self.next(bytes, true)? {
            if token.kind == TokenKind::End {
                break;
            }
        }
        Ok(self.pos)
    }

    fn value(&mut self, byte: u8, bytes: &[u8], last: bool) -> Result<Option<Token>, JsonError> {
        self.start = self.pos;
        match byte {
            b'{' => Ok(Some(self.open(TokenKind::ObjectStart))),
            b'[' => Ok(Some(self.open(TokenKind::ArrayStart))),
            b't' => self.literal(b"true", TokenKind::True, bytes, last),
            b'f' => self.literal(b"false", TokenKind::False, bytes, last),
            b'n' => self.literal(b"null", TokenKind::Null, bytes, last),
            b'-' => self.begin_number(Digits::Minus, bytes, last),
            b'0' => self.begin_number(Digits::Zero, bytes, last),
            b'1'..=b'9' => self.begin_number(Digits::Whole, bytes, last),
            _ => Err(JsonError {
                at: self.pos,
                what: self.wanted(),
            }),
        }
    }

    fn open(&mut self, kind: TokenKind) -> Token {
        if self.depth != 0 && self.depth.is_multiple_of(64) {
            self.outer.push(self.inner);
        }
        let object = kind == TokenKind::ObjectStart;
        self.inner = (self.inner << 1) | u64::from(object);
        self.depth += 1;
        self.expect = if object {
            Expect::FirstKey
        } else {
            Expect::FirstElement
        };
        self.pos += 1;
        Token {
            kind,
            start: self.start,
            end: self.pos,
        }
    }

    fn close(&mut self, kind: TokenKind) -> Token {
        let start = self.pos;
        self.pos += 1;
        self.depth -= 1;
        self.inner = if self.depth != 0 && self.depth.is_multiple_of(64) {
            let outer = self.outer.pop();
            debug_assert!(outer.is_some(), "every 64 open containers fill one word");
            outer.unwrap_or_default()
        } else {
            self.inner >> 1
        };
        self.after_value();
        Token {
            kind,
            start,
            end: self.pos,
        }
    }

    fn in_object(&self) -> bool {
        self.inner & 1 == 1
    }

    fn after_value(&mut self) {
        self.expect = if self.depth == 0 {
            Expect::Nothing
        } else {
            Expect::CommaOrClose
        };
    }

    /// Reads the rest of the string or key whose opening quote is at `start`.
    #[inline]
    fn text(&mut self, bytes: &[u8], last: bool) -> Result<Option<Token>, JsonError> {
        loop {
            self.pos = plain_end(bytes, self.pos);
            match bytes.get(self.pos) {
                Some(b'"') => break,
                Some(b'\\') => {
                    let Some(length) = escape(bytes, self.pos)? else {
                        self.unfinished = Unfinished::Text;
                        return self.short(last, bytes.len(), "the text ends within a string");
                    };
                    self.pos += length;
                }
                Some(_) => {
                    return Err(JsonError {
                        at: self.pos,
                        what: "a control character within a string",
                    });
                }
                None => {
                    self.unfinished = Unfinished::Text;
                    return self.short(last, bytes.len(), "the text ends within a string");
                }
            }
        }
        self.unfinished = Unfinished::Nothing;
        self.pos += 1;
        let kind = if matches!(self.expect, Expect::FirstKey | Expect::Key) {
            self.expect = Expect::Colon;
            TokenKind::Key
        } else {
            self.after_value();
            TokenKind::String
        };
        Ok(Some(Token {
            kind,
            start: self.start,
            end: self.pos,
        }))
    }

    fn begin_number(&mut self, digits: Digits, bytes: &[u8], last: bool) -> Result<Option<Token>, JsonError> {
        self.pos += 1;
        self.number(digits, bytes, last)
    }

    fn number(&mut self, mut digits: Digits, bytes: &[u8], last: bool) -> Result<Option<Token>, JsonError> {
        use Digits::*;
        while let Some(&byte) = bytes.get(self.pos) {
            digits = match (digits, byte) {
                (Minus, b'0') => Zero,
                (Minus, b'1'..=b'9') | (Whole, b'0'..=b'9') => Whole,
                (Zero | Whole, b'.') => Point,
                (Point | Fraction, b'0'..=b'9') => Fraction,
                (Zero | Whole | Fraction, b'e' | b'E') => Exponent,
                (Exponent, b'+' | b'-') => Signed,
                (Exponent | Signed | Power, b'0'..=b'9') => Power,
                (Zero | Whole | Fraction | Power, _) => return Ok(Some(self.end_number())),
                _ => {
                    return Err(JsonError {
                        at: self.pos,
                        what: "expected a digit",
                    });
                }
            };
            self.pos += 1;
        }
        if last && matches!(digits, Zero | Whole | Fraction | Power) {
            return Ok(Some(self.end_number()));
        }
        self.unfinished = Unfinished::Number(digits);
        self.short(last, self.pos, "the text ends within a number")
    }

    fn end_number(&mut self) -> Token {
        self.unfinished = Unfinished::Nothing;
        self.after_value();
        Token {
            kind: TokenKind::Number,
            start: self.start,
            end: self.pos,
        }
    }

    fn literal(
        &mut self,
        word: &'static [u8],
        kind: TokenKind,
        bytes: &[u8],
        last: bool,
    ) -> Result<Option<Token>, JsonError> {
        for (step, &letter) in word.iter().enumerate() {
            match bytes.get(self.pos + step) {
                Some(&byte) if byte == letter => {}
                Some(_) => {
                    return Err(JsonError {
                        at: self.pos + step,
                        what: "expected true, false or null",
                    });
                }
                None => return self.short(last, bytes.len(), "the text ends within true, false or null"),
            }
        }
        self.pos += word.len();
        self.after_value();
        Ok(Some(Token {
            kind,
            start: self.start,
            end: self.pos,
        }))
    }

    /// Handles the end of the bytes: an error if they are the last ones, otherwise a request for more.
    fn short(&self, last: bool, at: usize, what: &'static str) -> Result<Option<Token>, JsonError> {
        if last {
            Err(JsonError { at, what })
        } else {
            Ok(None)
        }
    }

    fn wanted(&self) -> &'static str {
        match self.expect {
            Expect::Value => "expected a value",
            Expect::FirstElement => "expected a value or a closing bracket",
            Expect::FirstKey => "expected a key in quotes or a closing brace",
            Expect::Key => "expected a key in quotes",
            Expect::Colon => "expected a colon",
            Expect::CommaOrClose if self.in_object() => "expected a comma or a closing brace",
            Expect::CommaOrClose => "expected a comma or a closing bracket",
            Expect::Nothing => "expected the end of the text",
        }
    }
}

/// Length of the escape sequence at `pos`, which is a backslash; `None` if the bytes end within it.
fn escape(bytes: &[u8], pos: usize) -> Result<Option<usize>, JsonError> {
    match bytes.get(pos + 1) {
        None => Ok(None),
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(Some(2)),
        Some(b'u') => {
            for at in pos + 2..pos + 6 {
                match bytes.get(at) {
                    None => return Ok(None),
                    Some(byte) if byte.is_ascii_hexdigit() => {}
                    Some(_) => {
                        return Err(JsonError {
                            at,
                            what: "expected four hexadecimal digits after \\u",
                        });
                    }
                }
            }
            Ok(Some(6))
        }
        Some(_) => Err(JsonError {
            at: pos + 1,
            what: "unknown escape in a string",
        }),
    }
}

#[cfg(test)]
mod tests;
