//! Text search with smart case: a text without uppercase letters matches regardless of case, and a text with
//! uppercase letters matches exactly. In items, the decoded text is searched, not the JSON escapes.

use std::borrow::Cow;

use memchr::memmem::Finder;

use crate::protocol::RolloutItem;
use crate::protocol::json::unescape;

/// A text to search for.
pub struct Needle {
    finder: Finder<'static>,
    /// The longest part of the text that JSON writes unchanged, except as described at [`HIDING`].
    plain: Finder<'static>,
    hiding: [Finder<'static>; HIDING.len()],
    fold: bool,
    empty: bool,
}

/// The number of bytes that are converted to lowercase at a time.
const WINDOW: usize = 64 * 1024;

/// Sequences that can hide a plain letter from a search in encoded JSON: a numeric escape, and the two non-ASCII
/// characters (the Kelvin sign and the dotted capital I) whose lowercase forms contain ASCII letters.
const HIDING: [&str; 3] = ["\\u", "\u{212a}", "\u{130}"];

/// Whether JSON writes a character only unchanged or as a numeric escape.
fn is_plain(byte: &u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\' | b'/')
}

impl Needle {
    /// Creates a search for a text. An empty text is never found.
    pub fn new(text: &str) -> Self {
        let fold = !text.chars().any(char::is_uppercase);
        let text = if fold {
            text.to_lowercase()
        } else {
            text.to_string()
        };
        let parts = text.as_bytes().split(|byte| !is_plain(byte));
        let plain = parts.max_by_key(|part| part.len()).unwrap_or_default();
        Self {
            finder: Finder::new(text.as_bytes()).into_owned(),
            plain: Finder::new(plain).into_owned(),
            hiding: HIDING.map(Finder::new),
            fold,
            empty: text.is_empty(),
        }
    }

    /// The length of the text in bytes.
    pub fn len(&self) -> usize {
        self.finder.needle().len()
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.empty
    }

    fn folded<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if !self.fold || !text.chars().any(char::is_uppercase) {
            Cow::Borrowed(text)
        } else if text.is_ascii() {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Owned(text.to_lowercase())
        }
    }

    /// Whether another text contains this text.
    pub fn is_in(&self, text: &str) -> bool {
        !self.empty && self.finder.find(self.folded(text).as_bytes()).is_some()
    }

    /// Whether an item contains the text after its escapes are decoded.
    pub fn is_in_item(&self, item: &RolloutItem) -> bool {
        self.is_in_json(&item.text())
    }

    /// Whether a JSON text contains the text after its escapes are decoded.
    pub fn is_in_json(&self, json: &str) -> bool {
        self.may_be_in(json) && self.is_in(&unescape(json))
    }

    /// Whether decoded JSON can contain the text, determined without decoding it.
    fn may_be_in(&self, json: &str) -> bool {
        let holds = |finder: &Finder<'_>| finder.find(json.as_bytes()).is_some();
        let [number, signs @ ..] = &self.hiding;
        let plain = match self.fold {
            true => self.plain_is_in_small(json.as_bytes()),
            false => holds(&self.plain),
        };
        plain || holds(number) || self.fold && !json.is_ascii() && signs.iter().any(holds)
    }

    /// Whether the lowercase JSON contains the plain part. One window at a time is converted to lowercase.
    fn plain_is_in_small(&self, json: &[u8]) -> bool {
        let overlap = self.plain.needle().len();
        (0..json.len()).step_by(WINDOW).any(|at| {
            let window = json.get(at..json.len().min(at + WINDOW + overlap));
            let small = window.unwrap_or_default().to_ascii_lowercase();
            self.plain.find(&small).is_some()
        })
    }

    /// The byte offsets of the matches in another text, ascending. If the conversion to lowercase changes the length
    /// of the text, the offsets are approximate.
    pub fn places(&self, text: &str) -> Vec<usize> {
        if self.empty {
            return Vec::new();
        }
        let folded = self.folded(text);
        self.finder
            .find_iter(folded.as_bytes())
            .map(|at| at.min(text.len()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn small_letters_find_capitals_and_capitals_only_themselves() {
        assert!(Needle::new("groß").is_in("GROß und klein"));
        assert!(!Needle::new("Groß").is_in("groß"));
        assert!(!Needle::new("").is_in("anything"));
        assert_eq!(Needle::new("ab").places("xABab"), [1, 3]);
    }

    #[test]
    fn no_other_sign_becomes_a_plain_letter() {
        let others = ('\u{80}'..=char::MAX).filter(|sign| !HIDING.contains(&sign.to_string().as_str()));
        for sign in others {
            assert!(!sign.to_lowercase().any(|small| small.is_ascii()), "{sign}");
        }
    }

    proptest! {
        /// The check before decoding does not change the result of the search.
        #[test]
        fn what_is_found_is_what_decoding_finds(
            text in "([a-cK/\"\\\\\n\u{1}\u{212a}\u{130}i\u{e9}\u{c9}]|\\PC){0,12}",
            needle in "[a-ckK/\"\\\\\ni\u{e9}]{1,3}",
            by_number in any::<bool>(),
        ) {
            let written = match by_number {
                true => format!("\"{}\"", text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect::<String>()),
                false => serde_json::to_string(&text).unwrap().replace('/', "\\/"),
            };
            let json = format!("{{\"text\":{written}}}");
            let needle = Needle::new(&needle);
            prop_assert_eq!(needle.is_in_item(&RolloutItem::parse(json.as_str()).unwrap()), needle.is_in(&unescape(&json)));
        }
    }

    #[test]
    fn escapes_in_items_are_decoded() {
        let item = RolloutItem::parse(r#"{"text":"gr\u00f6\u00dfer\nas \"this\""}"#).unwrap();
        assert!(Needle::new("größer").is_in_item(&item));
        assert!(Needle::new("as \"this").is_in_item(&item));
        assert!(!Needle::new("u00f6").is_in_item(&item));
    }
}
