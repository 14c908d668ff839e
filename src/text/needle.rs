//! Looking for a text: small letters find capitals too, a capital only itself. In items the decoded text counts, not
//! its JSON escapes.

use std::borrow::Cow;

use memchr::memmem::Finder;

use crate::protocol::RolloutItem;
use crate::protocol::json::unescape;

/// A text to look for.
pub struct Needle {
    finder: Finder<'static>,
    /// The longest part of the text that JSON writes as it is, but where it writes it as [`HIDING`] says.
    plain: Finder<'static>,
    hiding: [Finder<'static>; HIDING.len()],
    fold: bool,
    empty: bool,
}

/// So many bytes are made small letters at a time.
const WINDOW: usize = 64 * 1024;

/// What hides a plain letter: an escape by number, and the two signs (Kelvin, a dotted I) whose small letters are of ASCII.
const HIDING: [&str; 3] = ["\\u", "\u{212a}", "\u{130}"];

/// Whether JSON may write a byte as it is only, or by its number.
fn is_plain(byte: &u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\' | b'/')
}

impl Needle {
    /// Looks for this text; an empty one is found nowhere.
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

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.finder.needle().len()
    }

    /// Whether it is the empty text.
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

    /// Whether the text is in another one.
    pub fn is_in(&self, text: &str) -> bool {
        !self.empty && self.finder.find(self.folded(text).as_bytes()).is_some()
    }

    /// Whether the text is in an item, escapes decoded.
    pub fn is_in_item(&self, item: &RolloutItem) -> bool {
        self.is_in_json(&item.text())
    }

    /// Whether the text is in a JSON text, escapes decoded.
    pub fn is_in_json(&self, json: &str) -> bool {
        self.may_be_in(json) && self.is_in(&unescape(json))
    }

    /// Whether JSON may hold the text once it is decoded, told without decoding it.
    fn may_be_in(&self, json: &str) -> bool {
        let holds = |finder: &Finder<'_>| finder.find(json.as_bytes()).is_some();
        let [number, signs @ ..] = &self.hiding;
        let plain = match self.fold {
            true => self.plain_is_in_small(json.as_bytes()),
            false => holds(&self.plain),
        };
        plain || holds(number) || self.fold && !json.is_ascii() && signs.iter().any(holds)
    }

    /// Whether the plain part is in small letters, which are made a window at a time.
    fn plain_is_in_small(&self, json: &[u8]) -> bool {
        let overlap = self.plain.needle().len();
        (0..json.len()).step_by(WINDOW).any(|at| {
            let window = json.get(at..json.len().min(at + WINDOW + overlap));
            let small = window.unwrap_or_default().to_ascii_lowercase();
            self.plain.find(&small).is_some()
        })
    }

    /// The byte places of the text in another one, ascending. Where folding changes lengths they are where the text
    /// begins by and large.
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
        /// Looking before decoding changes nothing of what is found.
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
