//! Long texts that occur more than once: string values of items, compared by their bytes in the file.

use std::collections::HashMap;
use std::collections::hash_map::{Entry, RandomState};
use std::hash::BuildHasher as _;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use crate::protocol::RolloutItem;
use crate::protocol::json::{Json, Scanner, TokenKind};

/// The minimum length in bytes, without the quotes, of a text that is counted.
pub const LONG_TEXT: usize = 4096;

/// The number of characters of a repeated text that are kept.
const HEAD: usize = 60;

/// The number of bytes that hold [`HEAD`] characters even if each is written as two escape sequences.
const HEAD_BYTES: usize = HEAD * 12 + 24;

/// Counts long texts. Each distinct text costs a few words of memory, whatever its length.
#[derive(Debug, Default)]
pub struct LongTexts {
    hasher: RandomState,
    texts: Mutex<HashMap<TextKey, CountedText>>,
}

/// Identifies a text by its hash and its length in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct TextKey {
    hash: u64,
    bytes: u64,
}

#[derive(Debug)]
struct CountedText {
    count: u64,
    /// The kind and the position of the item with the first occurrence.
    kind: &'static str,
    place: u64,
    /// The start of the text, from its second occurrence on.
    head: Option<Box<str>>,
}

/// The long texts that occur more than once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RepeatedTexts {
    /// The bytes of all occurrences except the first of each text.
    pub bytes: u64,
    /// The number of different texts.
    pub texts: u64,
    /// Those with the most repeated bytes, the largest first.
    pub largest: Vec<RepeatedText>,
}

/// A text that occurs more than once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RepeatedText {
    /// The bytes of all occurrences except the first.
    pub bytes: u64,
    /// The number of occurrences.
    pub count: u64,
    /// The kind of the item with the first occurrence.
    pub kind: &'static str,
    /// The first characters of the text.
    pub text: String,
    /// The position of the item with the first occurrence, as passed to [`LongTexts::add`].
    #[serde(skip)]
    pub place: u64,
}

impl LongTexts {
    /// Counts the long texts of an item. `place` is the position of the item: items may be added in any order, and the
    /// one with the lowest position is the first.
    pub fn add(&self, item: &RolloutItem, place: u64) {
        if item.len() < LONG_TEXT {
            return;
        }
        let Some(json) = item.json() else { return };
        let text = json.text();
        let mut scanner = Scanner::new();
        while let Ok(Some(token)) = scanner.next(text.as_bytes(), true) {
            match token.kind {
                TokenKind::End => break,
                TokenKind::String if token.end - token.start >= LONG_TEXT + 2 => {
                    if let Some(quoted) = text.get(token.start..token.end) {
                        self.count(quoted, item.kind().name, place);
                    }
                }
                _ => {}
            }
        }
    }

    fn count(&self, quoted: &str, kind: &'static str, place: u64) {
        let key = TextKey {
            hash: self.hasher.hash_one(quoted),
            bytes: quoted.len() as u64 - 2,
        };
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        match texts.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(CountedText {
                    count: 1,
                    kind,
                    place,
                    head: None,
                });
            }
            Entry::Occupied(mut entry) => {
                let text = entry.get_mut();
                text.count += 1;
                text.head.get_or_insert_with(|| head(quoted));
                if place < text.place {
                    (text.kind, text.place) = (kind, place);
                }
            }
        }
    }

    /// The texts that occur more than once, with at most `most` of them listed.
    pub fn repeated(self, most: usize) -> RepeatedTexts {
        let texts = self.texts.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut largest: Vec<_> = texts
            .into_iter()
            .filter(|(_, text)| text.count > 1)
            .map(|(key, text)| RepeatedText {
                bytes: key.bytes * (text.count - 1),
                count: text.count,
                kind: text.kind,
                text: text.head.unwrap_or_default().into_string(),
                place: text.place,
            })
            .collect();
        largest.sort_by(|one, other| {
            let order = |text: &RepeatedText| (std::cmp::Reverse(text.bytes), text.place);
            order(one)
                .cmp(&order(other))
                .then_with(|| one.text.cmp(&other.text))
        });
        let mut repeated = RepeatedTexts {
            bytes: largest.iter().map(|text| text.bytes).sum(),
            texts: largest.len() as u64,
            largest,
        };
        repeated.largest.truncate(most);
        repeated
    }
}

/// The first characters of a string, without its quotes and escapes.
fn head(quoted: &str) -> Box<str> {
    let head = Json::trusted(quoted).head(HEAD_BYTES).unwrap_or_default();
    head.chars().take(HEAD).collect()
}
