//! Text search with smart case: a text without uppercase letters matches regardless of case, and a text with
//! uppercase letters matches exactly. In items, the decoded text is searched, not the JSON escapes.

use std::borrow::Cow;
use std::sync::OnceLock;

use memchr::memmem::Finder;
use regex::bytes::Regex;

use crate::protocol::json::unescape;
use crate::rollout::pattern::hint;

/// A text to search for.
pub struct Needle {
    /// The text; in lowercase if `fold` is set, so that it matches regardless of case.
    text: String,
    finder: Finder<'static>,
    /// Finds where encoded JSON can contain the text, without decoding it. The finder is made only when items are
    /// searched, because most needles only mark matches in a frame.
    hint: OnceLock<Option<Regex>>,
    fold: bool,
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
        Self {
            finder: Finder::new(text.as_bytes()).into_owned(),
            hint: OnceLock::new(),
            text,
            fold,
        }
    }

    /// The length of the text in bytes.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
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
        !self.is_empty() && self.finder.find(self.folded(text).as_bytes()).is_some()
    }

    /// Whether a JSON text contains the text after its escapes are decoded.
    pub fn is_in_json(&self, json: &str) -> bool {
        let hint = self.hint.get_or_init(|| hint(&self.text, self.fold));
        let can_be = hint.as_ref().is_none_or(|hint| hint.is_match(json.as_bytes()));
        can_be && self.is_in(&unescape(json))
    }

    /// The byte offsets of the matches in another text, ascending. If the conversion to lowercase changes the length
    /// of the text, the offsets are approximate.
    pub fn places(&self, text: &str) -> Vec<usize> {
        if self.is_empty() {
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

    proptest! {
        /// The check before decoding does not change the result of the search.
        #[test]
        fn what_is_found_is_what_decoding_finds(
            text in "([a-cK/\"\\\\\n\u{1}\u{212a}\u{130}i\u{e9}\u{c9}]|\\PC){0,12}",
            needle in "[a-ckK/\"\\\\\ni\u{e9}\u{307}]{1,3}",
            by_number in any::<bool>(),
        ) {
            let written = match by_number {
                true => format!("\"{}\"", text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect::<String>()),
                false => serde_json::to_string(&text).unwrap().replace('/', "\\/"),
            };
            let json = format!("{{\"text\":{written}}}");
            let needle = Needle::new(&needle);
            prop_assert_eq!(needle.is_in_json(&json), needle.is_in(&unescape(&json)));
        }
    }

    #[test]
    fn escapes_in_items_are_decoded() {
        let json = r#"{"text":"gr\u00f6\u00dfer\nas \"this\""}"#;
        assert!(Needle::new("größer").is_in_json(json));
        assert!(Needle::new("as \"this").is_in_json(json));
        assert!(!Needle::new("u00f6").is_in_json(json));
    }
}
