//! The text around a match, on one line.

use std::borrow::Cow;
use std::ops::Range;

use serde::Serialize;

/// The maximum number of characters of a snippet.
pub const MOST_CHARS: usize = 200;

/// The number of characters before the match, if there are that many.
const BEFORE: usize = 60;

/// The text around a match, on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Snippet {
    /// The text. An ellipsis replaces what was cut off, and a space replaces each control character.
    pub text: String,
    /// The range of the match in the text, in characters: the first one, and the one after the last.
    pub at: (usize, usize),
}

impl Snippet {
    /// The text around the bytes of a match in a value.
    pub fn around(value: &str, range: &Range<usize>) -> Self {
        let before = value.get(..range.start).unwrap_or_default();
        let found = value.get(range.clone()).unwrap_or_default();
        let after = value.get(range.end..).unwrap_or_default();
        // One character more than can be shown is enough to determine whether something is cut off.
        let first: Vec<char> = before.chars().rev().take(MOST_CHARS + 1).collect();
        let first: Vec<char> = first.into_iter().rev().collect();
        let found: Vec<char> = found.chars().take(MOST_CHARS + 1).collect();
        let last: Vec<char> = after.chars().take(MOST_CHARS + 1).collect();
        let all = first.len() + found.len() + last.len();
        let mut start = 0;
        if all > MOST_CHARS {
            // The text before the match gets at least `BEFORE` characters, and more if the text after the match is
            // short.
            let room = MOST_CHARS.saturating_sub(found.len());
            let lead = first
                .len()
                .min(BEFORE.max(room.saturating_sub(last.len())))
                .min(room);
            start = first.len() - lead;
        }
        let mut chars: Vec<char> = first.get(start..).unwrap_or_default().to_vec();
        let lead = chars.len();
        chars.extend(&found);
        chars.extend(&last);
        if start > 0
            && let Some(char) = chars.first_mut()
            && lead > 0
        {
            *char = '…';
        }
        if chars.len() > MOST_CHARS {
            chars.truncate(MOST_CHARS - 1);
            chars.push('…');
        }
        let text = chars
            .iter()
            .map(|char| if char.is_control() { ' ' } else { *char });
        Self {
            text: text.collect(),
            at: (lead, (lead + found.len()).min(MOST_CHARS)),
        }
    }

    /// The text for this many columns of a row: without its start if the match would not fit otherwise.
    pub fn from_match(&self, columns: usize) -> Cow<'_, str> {
        let (start, end) = self.at;
        let skipped = start.saturating_sub(columns / 4);
        if end < columns || skipped == 0 {
            return Cow::Borrowed(&self.text);
        }
        let rest = self.text.chars().skip(skipped);
        Cow::Owned(std::iter::once('\u{2026}').chain(rest).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_match_is_in_sight_in_few_columns() {
        let value = format!("{}needle{}", "a".repeat(50), "b".repeat(50));
        let snippet = Snippet::around(&value, &(50..56));
        assert_eq!(snippet.from_match(80), snippet.text);
        let narrow = snippet.from_match(30);
        assert_eq!(narrow.find("needle"), Some("…".len() + 7));
        assert!(snippet.from_match(1).starts_with("…needle"));
    }

    fn around(value: &str, word: &str) -> Snippet {
        let start = value.find(word).unwrap();
        Snippet::around(value, &(start..start + word.len()))
    }

    #[test]
    fn a_short_text_is_whole_and_on_one_line() {
        let snippet = around("first\n\tsecond é word", "word");
        assert_eq!(snippet.text, "first  second é word");
        assert_eq!(snippet.at, (16, 20));
    }

    #[test]
    fn a_long_text_is_cut_on_both_sides() {
        let value = format!("{}needle{}", "a".repeat(500), "b".repeat(500));
        let Snippet { text, at } = around(&value, "needle");
        assert_eq!(text.chars().count(), MOST_CHARS);
        assert!(text.starts_with("…a") && text.ends_with("b…"), "{text}");
        assert_eq!(
            text.chars().skip(at.0).take(at.1 - at.0).collect::<String>(),
            "needle"
        );
        let near_the_end = around(&format!("{}needle", "a".repeat(500)), "needle");
        assert_eq!(near_the_end.at, (194, 200));
        assert!(near_the_end.text.starts_with('…'));
    }

    #[test]
    fn a_match_that_is_too_long_is_cut() {
        let Snippet { text, at } = around(&"x".repeat(300), &"x".repeat(300));
        assert_eq!((text.chars().count(), at), (200, (0, 200)));
        assert!(text.ends_with('…'));
    }
}
