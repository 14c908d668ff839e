//! [`RolloutItem`]: one line of a rollout, stored as its original text and parsed lazily.
//!
//! The text is in a block that is shared with neighbouring items, so an item is a pointer and a range. This module parses
//! lines into items; the KINDS table names their kinds, and [`crate::rollout`] reads files.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use yoke::Yoke;

use super::json::{Json, JsonError, Scanner, TokenKind, unescape};
use super::kinds::{self, AuthorRole, ItemKind};
use super::parse_rollout_time;

mod damage;
mod look;
mod wire;

use look::ScanResult;

/// One item of a thread's history: any JSON object, with or without `type` and `payload`, or a damaged line.
///
/// An item keeps its original text, including the order of keys, the format of numbers, escapes, spaces and duplicate keys.
/// Cloning increments a reference count. Two items are equal if their texts are.
#[derive(Clone)]
pub struct RolloutItem {
    block: Arc<TextBlock>,
    start: usize,
    length: usize,
    /// The line number of the item, starting at 1; 0 if the item is not from a file.
    line: u32,
    /// Index after the key of the item's payload, if the payload is the last member; otherwise 0. With this index, the
    /// payload can be found without reading the line, and the members before it can be read without reading the
    /// payload.
    payload_at: u16,
    kind: u8,
    flags: u8,
}

#[cfg(test)]
thread_local! {
    /// How often the current thread has parsed the text of an item.
    pub static READ: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

const PAYLOAD: u8 = 1;
const ORDINAL: u8 = 2;
const DAMAGED: u8 = 4;
const TIMESTAMP: u8 = 16;
/// A damaged line that was given in its JSON form, as a `$damaged` object.
const WRITTEN: u8 = 8;

/// A range of bytes that many items share, and its offset in the file.
pub struct TextBlock {
    content: Content,
    offset: Option<u64>,
}

enum Content {
    /// A separate string.
    Text(String),
    /// A part of a file that is valid UTF-8. Converting it to a `String` would check each byte again.
    Read(Yoke<&'static str, Vec<u8>>),
    /// Bytes that are not valid UTF-8.
    Bytes(Vec<u8>),
}

impl TextBlock {
    /// A block of a file's bytes that starts at `offset` in the file.
    pub fn new(bytes: Vec<u8>, offset: u64) -> Arc<Self> {
        let read: Yoke<&str, _> = Yoke::attach_to_cart(bytes, |bytes| {
            simdutf8::basic::from_utf8(bytes).unwrap_or_default()
        });
        let content = match read.get().len() == read.backing_cart().len() {
            true => Content::Read(read),
            false => Content::Bytes(read.into_backing_cart()),
        };
        Arc::new(Self {
            content,
            offset: Some(offset),
        })
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        match &self.content {
            Content::Text(text) => text.as_bytes(),
            Content::Read(text) => text.get().as_bytes(),
            Content::Bytes(bytes) => bytes,
        }
    }

    /// Whether all of it is valid UTF-8.
    fn is_text(&self) -> bool {
        !matches!(self.content, Content::Bytes(_))
    }

    /// The text of a range; `None` if it is not valid UTF-8 or out of bounds.
    fn text(&self, range: Range<usize>) -> Option<&str> {
        match &self.content {
            Content::Text(text) => text.get(range),
            Content::Read(text) => text.get().get(range),
            Content::Bytes(bytes) => std::str::from_utf8(bytes.get(range)?).ok(),
        }
    }
}

fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | 0x0b | 0x0c)
}

/// Whether the bytes of a line, without its line end, are only spaces, tabs, CR, VT and FF.
pub(crate) fn is_blank(line: &[u8]) -> bool {
    line.iter().all(is_space)
}

impl RolloutItem {
    /// Creates an item from the text of one JSON object. White space around it is removed, and so are line feeds and
    /// carriage returns between its tokens. The JSON form of a damaged line becomes a damaged item.
    ///
    /// # Errors
    /// If the text is not a JSON object; the error gives the first invalid byte.
    pub fn parse(text: impl Into<String>) -> Result<Self, JsonError> {
        let mut text: String = text.into();
        let sight = look::object(text.as_bytes())?;
        let mut payload_at = sight.payload_at;
        if sight.length != text.len() || memchr::memchr2(b'\n', b'\r', text.as_bytes()).is_some() {
            payload_at = 0;
            text = Json::trusted(&text).text().replace(['\n', '\r'], "");
        }
        text.shrink_to_fit();
        let written = damage::read(Json::trusted(&text)).is_some();
        Ok(Self {
            start: 0,
            length: text.len(),
            block: Arc::new(TextBlock {
                content: Content::Text(text),
                offset: None,
            }),
            line: 0,
            payload_at: if written { 0 } else { payload_at },
            kind: if written {
                ScanResult::damaged()
            } else {
                sight.kind
            },
            flags: if written { DAMAGED | WRITTEN } else { sight.flags() },
        })
    }

    /// Creates an item for a damaged line; `line` is its bytes without the line end.
    pub fn damaged(line: &[u8]) -> Self {
        let mut block = TextBlock::new(line.to_vec(), 0);
        if let Some(block) = Arc::get_mut(&mut block) {
            block.offset = None;
        }
        Self::damage(block, 0..line.len(), 0)
    }

    /// Creates the item for one line of a file: `range` is its range in the block without the line end, `line` its number,
    /// starting at 1. `None` for a blank line, which contains only spaces, tabs, CR, VT and FF.
    ///
    /// A valid JSON object becomes an item without the white space around it; any other line becomes a damaged item.
    pub fn of_line(block: &Arc<TextBlock>, range: Range<usize>, line: u32) -> Option<Self> {
        let bytes = block.bytes().get(range.clone())?;
        if is_blank(bytes) {
            return None;
        }
        let start = range.start + bytes.iter().take_while(|byte| is_space(byte)).count();
        if bytes.get(start - range.start) == Some(&b'{')
            && let Ok(sight) = look::object(bytes)
            && (block.is_text() || std::str::from_utf8(bytes).is_ok())
        {
            return Some(Self {
                block: Arc::clone(block),
                start: range.start + sight.start,
                length: sight.length,
                line,
                payload_at: sight.payload_at,
                kind: sight.kind,
                flags: sight.flags(),
            });
        }
        Some(Self::damage(Arc::clone(block), range, line))
    }

    fn damage(block: Arc<TextBlock>, range: Range<usize>, line: u32) -> Self {
        Self {
            block,
            start: range.start,
            length: range.len(),
            line,
            payload_at: 0,
            kind: ScanResult::damaged(),
            flags: DAMAGED,
        }
    }

    /// The range of its bytes in its block.
    pub(crate) fn place(&self) -> Range<usize> {
        self.start..self.start + self.length
    }

    fn raw(&self) -> &[u8] {
        &self.block.bytes()[self.place()]
    }

    /// The JSON form of the item: its text without carriage returns between its tokens, or `{"$damaged": ...}` for a damaged
    /// line.
    pub fn text(&self) -> Cow<'_, str> {
        #[cfg(test)]
        READ.set(READ.get() + 1);
        if self.flags & (DAMAGED | WRITTEN) == DAMAGED {
            return Cow::Owned(damage::write(self.raw()));
        }
        #[expect(
            clippy::expect_used,
            reason = "an item without its text must not become an empty one"
        )]
        let text = self
            .block
            .text(self.place())
            .expect("an item that is not damaged is text in its block");
        match memchr::memchr2(b'\n', b'\r', text.as_bytes()) {
            Some(_) => Cow::Owned(text.replace(['\n', '\r'], "")),
            None => Cow::Borrowed(text),
        }
    }

    /// The bytes of the item in a file, without the line end.
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        let written = self.flags & WRITTEN != 0;
        match written
            .then(|| damage::read(Json::trusted(self.block.text(self.place())?)))
            .flatten()
        {
            Some(bytes) => Cow::Owned(bytes),
            None => Cow::Borrowed(self.raw()),
        }
    }

    /// The number of bytes of the item in a file, without white space around it and without the line end.
    pub fn len(&self) -> usize {
        if self.flags & WRITTEN != 0 {
            self.bytes().len()
        } else {
            self.length
        }
    }

    /// Whether it has no bytes, which is only possible for a damaged item given in its JSON form.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The JSON object; `None` for a damaged line.
    pub fn json(&self) -> Option<Json<'_>> {
        #[cfg(test)]
        READ.set(READ.get() + 1);
        if self.is_damaged() {
            None
        } else {
            self.block.text(self.place()).map(Json::trusted)
        }
    }

    /// The `payload` of the item, of any type; the whole object if it has no payload; `None` for a damaged line.
    pub fn payload(&self) -> Option<Json<'_>> {
        let json = self.json()?;
        match self.payload_at {
            _ if !self.is_wrapped() => Some(json),
            0 => json.get("payload"),
            at => {
                let text = json.text();
                let rest = text.get(usize::from(at)..text.len().checked_sub(1)?)?;
                let value = rest
                    .trim_start_matches([' ', '\t', '\n', '\r'])
                    .strip_prefix(':')?;
                Some(Json::trusted(value))
            }
        }
    }

    /// A member of the object that is a string, a number, a boolean or null. Does not read the payload if it is the last
    /// member.
    fn scalar(&self, name: &str) -> Option<Json<'_>> {
        let json = self.json()?;
        if self.payload_at == 0 {
            return json.get(name);
        }
        let (text, end) = (json.text(), usize::from(self.payload_at));
        let mut scanner = Scanner::new();
        let (mut is_it, mut found) = (false, None);
        while let Ok(Some(token)) = scanner.next(text.as_bytes(), true) {
            let raw = || text.get(token.start..token.end);
            match token.kind {
                TokenKind::Key if scanner.depth() == 1 => {
                    if token.end >= end {
                        break;
                    }
                    is_it = raw().is_some_and(|key| unescape(key.trim_matches('"')) == name);
                    if is_it {
                        found = None;
                    }
                }
                TokenKind::End => break,
                TokenKind::ObjectStart
                | TokenKind::ObjectEnd
                | TokenKind::ArrayStart
                | TokenKind::ArrayEnd => {}
                _ if is_it && scanner.depth() == 1 => found = raw().map(Json::trusted),
                _ => {}
            }
        }
        found
    }

    /// Passes each of its string values with its escapes decoded, but no key, until `meet` returns true; of a damaged line its
    /// text. Returns whether one did.
    pub fn any_text(&self, meet: &mut dyn FnMut(&str) -> bool) -> bool {
        let Some(json) = self.json() else {
            return meet(&String::from_utf8_lossy(&self.bytes()));
        };
        let text = json.text();
        let mut scanner = Scanner::new();
        loop {
            #[expect(
                clippy::expect_used,
                reason = "an unreadable item must not look like one without the text"
            )]
            let token = scanner
                .next(text.as_bytes(), true)
                .ok()
                .flatten()
                .expect("the text of an item is JSON");
            match token.kind {
                TokenKind::End => return false,
                TokenKind::String if meet(&unescape(&text[token.start + 1..token.end - 1])) => return true,
                _ => {}
            }
        }
    }

    /// Its row of the KINDS table.
    pub fn kind(&self) -> &'static ItemKind {
        kinds::kind(self.kind)
    }

    /// The kind of its content: for an `item_completed` the kind of event that it stands for, otherwise its own kind.
    pub fn content_kind(&self) -> &'static ItemKind {
        let kind = self.kind();
        let completed = || kind.completed_in(self.payload()?);
        match kind.name {
            "item_completed" => completed().unwrap_or(kind),
            _ => kind,
        }
    }

    /// The role of its author.
    pub fn role(&self) -> AuthorRole {
        let kind = self.kind();
        self.payload().map_or(kind.role, |payload| kind.role_in(payload))
    }

    /// Whether the object has a `payload`.
    pub fn is_wrapped(&self) -> bool {
        self.flags & PAYLOAD != 0
    }

    /// Whether the object has an `ordinal`, whatever its value.
    pub fn has_ordinal(&self) -> bool {
        self.flags & ORDINAL != 0
    }

    /// Whether it is a damaged line, which was not a JSON object.
    pub fn is_damaged(&self) -> bool {
        self.flags & DAMAGED != 0
    }

    /// The timestamp of the line, if it has a valid one.
    pub fn timestamp(&self) -> Option<DateTime<Utc>> {
        if self.flags & TIMESTAMP == 0 {
            return None;
        }
        parse_rollout_time(&self.scalar("timestamp")?.as_str()?)
    }

    /// The `ordinal` of the line, as counted by its writer. It can be missing, and several lines can have the same one.
    pub fn ordinal(&self) -> Option<u64> {
        if self.has_ordinal() {
            self.scalar("ordinal")?.as_u64()
        } else {
            None
        }
    }

    /// Its line number in its file, starting at 1; `None` if it is not from a file.
    pub fn line(&self) -> Option<u32> {
        (self.line != 0).then_some(self.line)
    }

    /// The offset of its first byte in the uncompressed file; `None` if it is not from a file.
    pub fn offset(&self) -> Option<u64> {
        Some(self.block.offset? + self.start as u64)
    }
}

impl PartialEq for RolloutItem {
    fn eq(&self, other: &Self) -> bool {
        self.is_damaged() == other.is_damaged() && self.text() == other.text()
    }
}

impl Eq for RolloutItem {}

impl fmt::Debug for RolloutItem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "RolloutItem({})", self.text())
    }
}

#[cfg(test)]
mod tests;
