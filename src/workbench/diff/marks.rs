//! Finds the parts in which two texts differ, word by word.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};
use unicode_segmentation::UnicodeSegmentation;

/// Differing parts of at most this many bytes are compared word by word. In longer parts, everything between the common
/// start and the common end is marked.
const MOST: usize = 64 * 1024;

/// The parts of the left and of the right text that the other text does not contain, as ranges of bytes. Without
/// these parts, both texts are equal.
pub fn marks(left: &str, right: &str) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let (start, end) = common(left, right);
    let middle = |text: &str| start..text.len() - end;
    let (lefts, rights) = (middle(left), middle(right));
    let whole = (some(lefts.clone()), some(rights.clone()));
    let (Some(left), Some(right)) = (left.get(lefts.clone()), right.get(rights.clone())) else {
        return whole;
    };
    if left.is_empty() || right.is_empty() || left.len().max(right.len()) > MOST {
        return whole;
    }
    let (left_words, right_words) = (words(left), words(right));
    let mut input = InternedInput::<&str>::new("", "");
    input.update_before(left_words.iter().map(|(_, word)| *word));
    input.update_after(right_words.iter().map(|(_, word)| *word));
    let diff = Diff::compute(Algorithm::Histogram, &input);
    let parts = |words: &[(usize, &str)], range: Range<u32>| {
        let from = words.get(range.start as usize).map_or(0, |(at, _)| *at);
        let last = words.get((range.end as usize).saturating_sub(1));
        let to = last.map_or(0, |(at, word)| at + word.len());
        (range.start < range.end).then_some(start + from..start + to)
    };
    let (mut left_marks, mut right_marks) = (Vec::new(), Vec::new());
    for hunk in diff.hunks() {
        left_marks.extend(parts(&left_words, hunk.before));
        right_marks.extend(parts(&right_words, hunk.after));
    }
    // If the texts have little more than white space in common, many small marks would only be confusing.
    let marked: usize = left_marks.iter().map(|range| range.len()).sum();
    match (left.len() - marked) * 3 < left.len().min(right.len()) {
        true => whole,
        false => (left_marks, right_marks),
    }
}

fn some(range: Range<usize>) -> Vec<Range<usize>> {
    if range.is_empty() { Vec::new() } else { vec![range] }
}

/// The lengths in bytes of the common start and the common end of two texts. Both are shortened to a boundary at white
/// space.
fn common(left: &str, right: &str) -> (usize, usize) {
    let start = left
        .bytes()
        .zip(right.bytes())
        .take_while(|(l, r)| l == r)
        .count();
    let shared = &left[..left.floor_char_boundary(start)];
    let start = shared.trim_end_matches(|c: char| !c.is_whitespace()).len();
    let rest = |text: &'_ str| text.len() - start;
    let pairs = left.bytes().rev().zip(right.bytes().rev());
    let end = pairs
        .take_while(|(l, r)| l == r)
        .count()
        .min(rest(left))
        .min(rest(right));
    let shared = &left[left.ceil_char_boundary(left.len() - end)..];
    let end = shared.trim_start_matches(|c: char| !c.is_whitespace()).len();
    (start, end)
}

fn words(text: &str) -> Vec<(usize, &str)> {
    text.split_word_bound_indices().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The text with brackets around the marked parts.
    fn shown(text: &str, marks: &[Range<usize>]) -> String {
        let mut shown = text.to_string();
        for range in marks.iter().rev() {
            shown.insert(range.end, ']');
            shown.insert(range.start, '[');
        }
        shown
    }

    fn both(left: &str, right: &str) -> (String, String) {
        let (lefts, rights) = marks(left, right);
        (shown(left, &lefts), shown(right, &rights))
    }

    fn pair(left: &str, right: &str) -> (String, String) {
        (left.to_string(), right.to_string())
    }

    #[test]
    fn words_that_changed_are_marked() {
        assert_eq!(
            both("fix the retry loop", "fix the slow loop"),
            pair("fix the [retry] loop", "fix the [slow] loop")
        );
        assert_eq!(
            both("one two", "one two three"),
            pair("one two", "one two[ three]")
        );
        assert_eq!(both("same", "same"), pair("same", "same"));
        assert_eq!(both("", "new"), pair("", "[new]"));
        assert_eq!(
            both("entirely other words", "nothing in common"),
            pair("[entirely other words]", "[nothing in common]")
        );
        assert_eq!(
            both("größer als 1.5 m", "größer als 2.5 m"),
            pair("größer als [1.5] m", "größer als [2.5] m")
        );
    }

    #[test]
    fn a_long_text_is_marked_between_what_is_common() {
        let long = "word ".repeat(MOST);
        let (left, right) = (format!("{long}x {long}"), format!("{long}y {long}"));
        let (lefts, rights) = marks(&left, &right);
        assert_eq!((lefts.len(), rights.len()), (1, 1));
        assert_eq!(lefts.first(), Some(&(5 * MOST..5 * MOST + 1)));
        assert_eq!(lefts, rights);
        let (left, right) = (format!("a {long}"), format!("b {}", long.replace('w', "W")));
        assert_eq!(marks(&left, &right).0.len(), 1);
    }

    proptest! {
        #[test]
        fn without_what_is_marked_both_sides_are_the_same(left in "[ab é\u{301}.]{0,24}", right in "[ab é\u{301}.]{0,24}") {
            let (lefts, rights) = marks(&left, &right);
            let rest = |text: &str, marks: &[Range<usize>]| {
                let mut rest = text.to_string();
                for range in marks.iter().rev() {
                    rest.replace_range(range.clone(), "");
                }
                rest
            };
            prop_assert_eq!(rest(&left, &lefts), rest(&right, &rights));
            for (text, marks) in [(&left, &lefts), (&right, &rights)] {
                let mut parts = String::new();
                let mut at = 0;
                for range in marks {
                    prop_assert!(!range.is_empty() && range.start >= at);
                    parts.push_str(&text[at..range.start]);
                    parts.push_str(&text[range.clone()]);
                    at = range.end;
                }
                parts.push_str(&text[at..]);
                prop_assert_eq!(&parts, text);
            }
            prop_assert_eq!(left == right, lefts.is_empty() && rights.is_empty());
        }
    }
}
