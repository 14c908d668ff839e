//! Scans a line once to find out whether it is a JSON object and which kind of item it is.

use std::borrow::Cow;

use super::{ORDINAL, PAYLOAD, TIMESTAMP};
use crate::protocol::json::{JsonError, Scanner, Token, TokenKind, unescape};
use crate::protocol::kinds::{DAMAGED, kind_of};

/// The result of scanning an object.
pub(super) struct ScanResult {
    /// Index of its opening brace.
    pub start: usize,
    /// The number of its bytes, up to and including the closing brace.
    pub length: usize,
    /// Its row in the KINDS table.
    pub kind: u8,
    /// Index after the key of the payload, counted from the opening brace, if the payload is the last member and the index is
    /// small enough; otherwise 0.
    pub payload_at: u16,
    payload: bool,
    ordinal: bool,
    timestamp: bool,
}

impl ScanResult {
    pub fn flags(&self) -> u8 {
        let flag = |is: bool, flag: u8| if is { flag } else { 0 };
        flag(self.payload, PAYLOAD) | flag(self.ordinal, ORDINAL) | flag(self.timestamp, TIMESTAMP)
    }

    /// The kind of a damaged line.
    pub fn damaged() -> u8 {
        DAMAGED
    }
}

/// Scans a text that must be one JSON object, with optional white space around it.
pub(super) fn object(bytes: &[u8]) -> Result<ScanResult, JsonError> {
    let mut scanner = Scanner::new();
    let opening = match scanner.next(bytes, true)? {
        Some(token) if token.kind == TokenKind::ObjectStart => token.start,
        Some(token) => {
            return Err(JsonError {
                at: token.start,
                what: "expected an object",
            });
        }
        None => {
            return Err(JsonError {
                at: bytes.len(),
                what: "expected an object",
            });
        }
    };
    let mut seen = SeenNames::default();
    while let Some(token) = scanner.next(bytes, true)? {
        match (token.kind, scanner.depth()) {
            (TokenKind::End, _) => break,
            (TokenKind::Key, 1) => seen.outer_key(slice(bytes, token), token.end),
            (TokenKind::String, 1) => seen.outer_text(slice(bytes, token)),
            (TokenKind::Key, 2) if seen.at == Some(KeyName::Payload) => seen.inner_key(slice(bytes, token)),
            (TokenKind::String, 2) if seen.in_type => seen.inner_text(slice(bytes, token)),
            _ => {}
        }
    }
    let end = scanner.pos();
    if let Some(more) = bytes
        .iter()
        .skip(end)
        .position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
    {
        return Err(JsonError {
            at: end + more,
            what: "there is more text after the value",
        });
    }
    Ok(ScanResult {
        start: opening,
        length: end - opening,
        kind: seen.kind(),
        payload_at: seen
            .payload_at
            .and_then(|at| u16::try_from(at - opening).ok())
            .unwrap_or_default(),
        payload: seen.payload,
        ordinal: seen.ordinal,
        timestamp: seen.timestamp,
    })
}

/// The text between the quotes of a key or string.
fn slice(bytes: &[u8], token: Token) -> &[u8] {
    &bytes[token.start + 1..token.end - 1]
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum KeyName {
    Type,
    Payload,
    Ordinal,
    Timestamp,
    Id,
    RecordType,
}

impl KeyName {
    fn of(raw: &[u8]) -> Option<Self> {
        let plain = if raw.contains(&b'\\') {
            plain(raw)
        } else {
            Cow::Borrowed("")
        };
        let name = if plain.is_empty() { raw } else { plain.as_bytes() };
        match name {
            b"type" => Some(Self::Type),
            b"payload" => Some(Self::Payload),
            b"ordinal" => Some(Self::Ordinal),
            b"timestamp" => Some(Self::Timestamp),
            b"id" => Some(Self::Id),
            b"record_type" => Some(Self::RecordType),
            _ => None,
        }
    }
}

/// The names found so far. If a key is repeated, the last one counts.
#[derive(Default)]
struct SeenNames<'a> {
    /// The last key of the object.
    at: Option<KeyName>,
    /// Whether the next or current value is the payload's `type`.
    in_type: bool,
    /// Index after the key of the payload, if no other key follows.
    payload_at: Option<usize>,
    payload: bool,
    ordinal: bool,
    timestamp: bool,
    id: bool,
    state: bool,
    outer: Option<&'a [u8]>,
    inner: Option<&'a [u8]>,
}

impl<'a> SeenNames<'a> {
    /// Reads a key of the object; the key ends before index `end`.
    fn outer_key(&mut self, raw: &[u8], end: usize) {
        self.at = KeyName::of(raw);
        self.in_type = false;
        self.payload_at = (self.at == Some(KeyName::Payload)).then_some(end);
        match self.at {
            Some(KeyName::Type) => self.outer = None,
            Some(KeyName::Ordinal) => self.ordinal = true,
            Some(KeyName::Timestamp) => self.timestamp = true,
            Some(KeyName::Id) => self.id = true,
            Some(KeyName::RecordType) => self.state = false,
            Some(KeyName::Payload) => {
                self.payload = true;
                self.inner = None;
            }
            None => {}
        }
    }

    fn outer_text(&mut self, raw: &'a [u8]) {
        match self.at {
            Some(KeyName::Type) => self.outer = Some(raw),
            Some(KeyName::RecordType) => self.state = raw == b"state",
            _ => {}
        }
    }

    fn inner_key(&mut self, raw: &[u8]) {
        self.in_type = KeyName::of(raw) == Some(KeyName::Type);
        if self.in_type {
            self.inner = None;
        }
    }

    fn inner_text(&mut self, raw: &'a [u8]) {
        self.inner = Some(raw);
    }

    fn kind(&self) -> u8 {
        let outer = self.outer.map(plain);
        if self.payload {
            let inner = self.inner.map(plain);
            return kind_of(Some(outer.as_deref().unwrap_or_default()), inner.as_deref());
        }
        let bare = match outer.as_deref() {
            None if self.state => Some("state"),
            None if self.id && self.timestamp => Some("header"),
            name => name,
        };
        kind_of(None, bare)
    }
}

/// Unescapes a name. No known name contains invalid UTF-8.
fn plain(raw: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(raw).map_or(Cow::Borrowed(""), unescape)
}
