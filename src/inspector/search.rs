//! Looking for a text: small letters find capitals too, a capital only itself. In items the decoded text counts, not
//! its JSON escapes.

use std::borrow::Cow;

use memchr::memmem::Finder;

use crate::protocol::RolloutItem;
use crate::protocol::json::unescape;

/// A text to look for.
pub struct Needle {
    finder: Finder<'static>,
    fold: bool,
    empty: bool,
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
        Self {
            finder: Finder::new(text.as_bytes()).into_owned(),
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
        let text = item.text();
        self.is_in(&unescape(&text))
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
    use super::*;

    #[test]
    fn small_letters_find_capitals_and_capitals_only_themselves() {
        assert!(Needle::new("groß").is_in("GROß und klein"));
        assert!(!Needle::new("Groß").is_in("groß"));
        assert!(!Needle::new("").is_in("anything"));
        assert_eq!(Needle::new("ab").places("xABab"), [1, 3]);
    }

    #[test]
    fn escapes_in_items_are_decoded() {
        let item = RolloutItem::parse(r#"{"text":"gr\u00f6\u00dfer\nas \"this\""}"#).unwrap();
        assert!(Needle::new("größer").is_in_item(&item));
        assert!(Needle::new("as \"this").is_in_item(&item));
        assert!(!Needle::new("u00f6").is_in_item(&item));
    }
}
