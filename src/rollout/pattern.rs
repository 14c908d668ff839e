//! The pattern of a search in contents: a literal text or a regular expression, with smart case, anywhere or as a whole word.
//!
//! A pattern is matched against each string value of an item on its own, after its escapes are decoded; keys are not
//! searched. A damaged line is searched as plain text. Most lines are ruled out before they are decoded, because their
//! bytes cannot contain the pattern, however JSON encodes it.

use std::borrow::Cow;
use std::convert::Infallible;
use std::ops::Range;

use memchr::memmem::Finder;
use regex::bytes;
use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

use crate::protocol::RolloutItem;

/// What to search for.
#[derive(Debug, Clone)]
pub struct Pattern {
    test: Test,
    /// Whether a match must be a whole word.
    is_word: bool,
    /// Finds where the bytes of a line could contain the pattern; `None` if the bytes alone cannot tell.
    hint: Option<bytes::Regex>,
}

#[derive(Debug, Clone)]
enum Test {
    /// A text; in lowercase if `fold` is set, so that it matches regardless of case.
    Literal {
        finder: Box<Finder<'static>>,
        fold: bool,
    },
    Regex(regex::Regex),
}

/// A regular expression that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PatternError(String);

/// A match of a pattern in a string value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The decoded value.
    pub value: String,
    /// The byte range of the match in the value.
    pub range: Range<usize>,
}

/// Characters that JSON writes only unchanged or as a numeric escape.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\' | b'/')
}

/// The lowercase form of a character. A final sigma counts as a normal sigma.
fn small(char: char) -> impl Iterator<Item = char> {
    let char = if char == 'ς' { 'σ' } else { char };
    char.to_lowercase()
}

impl Pattern {
    /// A pattern for a text. A text without uppercase letters matches regardless of case. An empty text is never found.
    pub fn literal(text: &str, is_word: bool) -> Self {
        let fold = !text.chars().any(char::is_uppercase);
        let text: String = match fold {
            true => text.chars().flat_map(small).collect(),
            false => text.to_owned(),
        };
        Self {
            hint: hint(&text, fold),
            test: Test::Literal {
                finder: Box::new(Finder::new(text.as_bytes()).into_owned()),
                fold,
            },
            is_word,
        }
    }

    /// A pattern for a regular expression in the syntax of the `regex` crate. One without uppercase letters matches
    /// regardless of case.
    ///
    /// # Errors
    /// If the syntax is wrong or the expression is too large.
    pub fn regex(text: &str, is_word: bool) -> Result<Self, PatternError> {
        let source = match is_word {
            true => format!(r"\b{{start-half}}(?:{text})\b{{end-half}}"),
            false => text.to_owned(),
        };
        // The message shows the expression as it was given.
        let built = regex::Regex::new(text).and_then(|_| {
            regex::RegexBuilder::new(&source)
                .case_insensitive(!has_capital(text))
                .build()
        });
        let regex = built.map_err(|error| PatternError(said(&error)))?;
        Ok(Self {
            test: Test::Regex(regex),
            is_word: false,
            hint: None,
        })
    }

    /// The matches in a text, which do not overlap.
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        match &self.test {
            Test::Regex(regex) => regex.find_iter(text).map(|found| found.range()).collect(),
            Test::Literal { finder, .. } if finder.needle().is_empty() => Vec::new(),
            Test::Literal { finder, fold } => {
                let length = finder.needle().len();
                let folded = match fold {
                    true => Folded::of(text),
                    false => Folded::unchanged(text),
                };
                let places = finder.find_iter(folded.text.as_bytes());
                let ranges = places.filter_map(|at| folded.range(at..at + length));
                ranges
                    .filter(|range| !self.is_word || is_word(text, range))
                    .collect()
            }
        }
    }

    /// The number of matches in an item, and the first one. An empty match counts as none.
    pub fn matches(&self, item: &RolloutItem) -> Option<(u64, Match)> {
        self.next_place(&item.bytes(), 0)?;
        let mut found = Found::default();
        item.any_text(&mut |text| {
            self.look_in(text, &mut found);
            false
        });
        found.first.map(|first| (found.count, first))
    }

    fn look_in(&self, value: &str, found: &mut Found) {
        let ranges = self.ranges(value);
        let mut ranges = ranges.into_iter().filter(|range| !range.is_empty()).peekable();
        if let Some(first) = ranges.peek()
            && found.first.is_none()
        {
            found.first = Some(Match {
                value: value.to_owned(),
                range: first.clone(),
            });
        }
        found.count += ranges.count() as u64;
    }

    /// The first position at or after an offset in the bytes of some lines that could contain the pattern; `None` if
    /// there is none.
    pub fn next_place(&self, lines: &[u8], from: usize) -> Option<usize> {
        match &self.hint {
            Some(hint) => hint.find_at(lines, from).map(|found| found.start()),
            None => (from < lines.len()).then_some(from),
        }
    }
}

#[derive(Default)]
struct Found {
    count: u64,
    first: Option<Match>,
}

/// A text in lowercase.
struct Folded<'a> {
    text: Cow<'a, str>,
    /// For each byte of the lowercase text, the character of the original that it comes from; empty if lengths are equal.
    origins: Vec<Range<usize>>,
}

impl<'a> Folded<'a> {
    fn unchanged(text: &'a str) -> Self {
        Self {
            text: Cow::Borrowed(text),
            origins: Vec::new(),
        }
    }

    fn of(text: &'a str) -> Self {
        if text.is_ascii() {
            let text = match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
                true => Cow::Owned(text.to_ascii_lowercase()),
                false => Cow::Borrowed(text),
            };
            return Self {
                text,
                origins: Vec::new(),
            };
        }
        let is_small = |char: char| char.is_ascii() && !char.is_ascii_uppercase() || small(char).eq([char]);
        if text.chars().all(is_small) {
            return Self::unchanged(text);
        }
        let mut folded = String::with_capacity(text.len());
        let mut origins = Vec::with_capacity(text.len());
        for (at, char) in text.char_indices() {
            folded.extend(small(char));
            origins.resize(folded.len(), at..at + char.len_utf8());
        }
        Self {
            text: Cow::Owned(folded),
            origins,
        }
    }

    /// The range in the original text.
    fn range(&self, range: Range<usize>) -> Option<Range<usize>> {
        if self.origins.is_empty() {
            return Some(range);
        }
        let first = self.origins.get(range.start)?;
        let last = self.origins.get(range.end.checked_sub(1)?)?;
        Some(first.start..last.end)
    }
}

/// Whether a match has no letter, digit or underscore directly before or after it.
fn is_word(text: &str, range: &Range<usize>) -> bool {
    let is_part = |char: char| regex_syntax::is_word_character(char);
    let before = text.get(..range.start).and_then(|text| text.chars().next_back());
    let after = text.get(range.end..).and_then(|text| text.chars().next());
    !before.is_some_and(is_part) && !after.is_some_and(is_part)
}

/// Whether a regular expression contains a literal uppercase letter.
fn has_capital(text: &str) -> bool {
    use regex_syntax::ast::{self, Ast, ClassSetItem, Visitor};

    struct Capitals(bool);

    impl Visitor for Capitals {
        type Output = bool;
        type Err = Infallible;

        fn finish(self) -> Result<bool, Infallible> {
            Ok(self.0)
        }

        fn visit_pre(&mut self, ast: &Ast) -> Result<(), Infallible> {
            if let Ast::Literal(literal) = ast {
                self.0 |= literal.c.is_uppercase();
            }
            Ok(())
        }

        fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), Infallible> {
            self.0 |= match item {
                ClassSetItem::Literal(literal) => literal.c.is_uppercase(),
                ClassSetItem::Range(range) => range.start.c.is_uppercase() || range.end.c.is_uppercase(),
                _ => false,
            };
            Ok(())
        }
    }

    let parsed = ast::parse::Parser::new().parse(text).ok();
    parsed.is_some_and(|parsed| ast::visit(&parsed, Capitals(false)).unwrap_or_default())
}

/// The error message for an invalid expression, on one line.
fn said(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(limit) => {
            format!("this regular expression is too large: it needs more than {limit} bytes")
        }
        other => {
            let text = other.to_string();
            let last = text.lines().last().unwrap_or_default();
            let reason = last.strip_prefix("error: ").unwrap_or(last);
            format!(
                "this is not a regular expression: {reason}; without -e, the text is searched for literally"
            )
        }
    }
}

/// A test that finds every position in the bytes of JSON at which a text could occur. With `fold`, case is ignored, and
/// `text` must be in lowercase. The test looks for the few rarest adjacent letters in the longest plain part of the
/// text, and for numeric escapes of these letters, so that there are few enough spellings to search for all of them at
/// once. If the text has no plain part, it looks for the whole text with every spelling of each character.
pub(crate) fn hint(text: &str, fold: bool) -> Option<bytes::Regex> {
    let parts = text.as_bytes().split(|byte| !is_plain(*byte));
    let plain = rarest(parts.max_by_key(|part| part.len()).unwrap_or_default());
    let source = match std::str::from_utf8(plain) {
        Ok("") => text.chars().map(|char| spellings(char, fold)).collect(),
        Ok(plain) => {
            let mut codes: Vec<char> = plain.chars().flat_map(|char| variants(char, fold)).collect();
            codes.sort_unstable();
            codes.dedup();
            let escapes: Vec<String> = codes.iter().map(|char| format!("{:04x}", *char as u32)).collect();
            let others = codes
                .iter()
                .filter(|char| !char.is_ascii())
                .map(|char| format!("|{char}"));
            let others: String = others.collect();
            let flags = if fold { "(?i-u:" } else { "(?:" };
            format!(
                r"{flags}{})|\\u(?i-u:{}){others}",
                regex::escape(plain),
                escapes.join("|")
            )
        }
        Err(_) => return None,
    };
    bytes::Regex::new(&source).ok()
}

/// The number of adjacent letters of a text that are searched for.
const LOOKED_FOR: usize = 3;

/// The letters from the most frequent to the rarest.
const BY_FREQUENCY: &[u8] = b" etaoinsrhldcumfpgwybvkjxqz";

/// The few adjacent letters that are rarest together, judged by the frequency of letters.
fn rarest(plain: &[u8]) -> &[u8] {
    let rank = |byte: &u8| {
        let small = byte.to_ascii_lowercase();
        // Digits and signs count as neither frequent nor rare.
        memchr::memchr(small, BY_FREQUENCY).unwrap_or(BY_FREQUENCY.len() / 2)
    };
    let windows = plain.windows(LOOKED_FOR.min(plain.len()).max(1));
    let rarity = |window: &&[u8]| window.iter().map(rank).sum::<usize>();
    windows.max_by_key(rarity).unwrap_or_default()
}

/// The character itself, and with `fold` all characters whose lowercase form contains it.
fn variants(char: char, fold: bool) -> Vec<char> {
    if !fold {
        return vec![char];
    }
    let mut class = ClassUnicode::new([ClassUnicodeRange::new(char, char)]);
    class.case_fold_simple();
    // The only character whose lowercase form has two characters: an i and a dot above it.
    if matches!(char, 'i' | '\u{307}') {
        class.push(ClassUnicodeRange::new('\u{130}', '\u{130}'));
    }
    class
        .ranges()
        .iter()
        .flat_map(|range| range.start()..=range.end())
        .collect()
}

/// A regular expression for the spellings of a character in JSON.
fn spellings(char: char, fold: bool) -> String {
    let mut written = Vec::new();
    for char in variants(char, fold) {
        written.push(regex::escape(&char.to_string()));
        let mut units = [0; 2];
        let units = char.encode_utf16(&mut units);
        let escape = units.iter().map(|unit| format!(r"\\u(?i-u:{unit:04x})"));
        written.push(escape.collect());
        let short = match char {
            '"' | '\\' | '/' => char,
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\u{8}' => 'b',
            '\u{c}' => 'f',
            _ => continue,
        };
        written.push(format!(r"\\{}", regex::escape(&short.to_string())));
    }
    format!("(?:{})", written.join("|"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn item(value: &str) -> RolloutItem {
        RolloutItem::parse(format!(r#"{{"key":{}}}"#, serde_json::to_string(value).unwrap())).unwrap()
    }

    fn found(pattern: &Pattern, value: &str) -> Vec<String> {
        let ranges = pattern.ranges(value).into_iter();
        ranges.map(|range| value[range].to_owned()).collect()
    }

    #[test]
    fn small_letters_find_capitals_and_capitals_only_themselves() {
        let small = Pattern::literal("groß", false);
        assert_eq!(found(&small, "GROß und groß"), ["GROß", "groß"]);
        assert_eq!(found(&Pattern::literal("Groß", false), "groß Groß"), ["Groß"]);
        assert_eq!(
            found(&Pattern::literal("οδος", false), "ΟΔΟΣ οδοσ"),
            ["ΟΔΟΣ", "οδοσ"]
        );
        assert_eq!(found(&Pattern::literal("", false), "anything"), [""; 0]);
        let regex = |text| Pattern::regex(text, false).unwrap();
        assert_eq!(found(&regex("a.c"), "ABC abc"), ["ABC", "abc"]);
        assert_eq!(found(&regex("A.c"), "ABC Abc"), ["Abc"]);
        assert_eq!(found(&regex(r"\Sb[^A]"), "ABC abc"), ["abc"]);
        assert_eq!(found(&regex(r"\Sb\W"), "AB. ab."), ["AB.", "ab."]);
    }

    #[test]
    fn the_range_is_that_of_the_original_text() {
        let dotted = Pattern::literal("stanbul", false);
        assert_eq!(found(&dotted, "İSTANBUL"), ["STANBUL"]);
        assert_eq!(found(&Pattern::literal("i\u{307}s", false), "İSTANBUL"), ["İS"]);
    }

    #[test]
    fn a_word_has_no_letter_beside_it() {
        let word = Pattern::literal("ab", true);
        assert_eq!(found(&word, "ab abc cab _ab ab_ (ab) äab").len(), 2);
        assert_eq!(found(&Pattern::literal("-x", true), "a -x a-x y-xy").len(), 1);
        let regex = Pattern::regex("a+|b", true).unwrap();
        assert_eq!(found(&regex, "aa ab b"), ["aa", "b"]);
    }

    #[test]
    fn each_value_is_searched_and_no_key() {
        let item = RolloutItem::parse(r#"{"one":"two","more":["three two","t",{"wo":"tw\u006f"}]}"#).unwrap();
        let matches = |text| Pattern::literal(text, false).matches(&item);
        let (count, first) = matches("two").unwrap();
        assert_eq!((count, first.value.as_str(), first.range), (3, "two", 0..3));
        assert_eq!(matches("one"), None);
        assert_eq!(matches("t\",\"wo"), None);
        assert_eq!(Pattern::regex("^t", false).unwrap().matches(&item).unwrap().0, 4);
        assert_eq!(
            Pattern::regex("x*", false).unwrap().matches(&item),
            None,
            "an empty match is none"
        );
        let damaged = RolloutItem::damaged(b"{\"key\": \"tw\\u006f");
        assert_eq!(
            Pattern::literal("key\": \"tw\\u", false)
                .matches(&damaged)
                .unwrap()
                .0,
            1
        );
    }

    #[test]
    fn a_wrong_expression_is_one_sentence() {
        let error = Pattern::regex("a(b", true).unwrap_err().to_string();
        assert_eq!(
            error,
            "this is not a regular expression: unclosed group; without -e, the text is searched for literally"
        );
        assert!(
            Pattern::regex(r"\w{9999999}", false)
                .unwrap_err()
                .to_string()
                .contains("too large")
        );
    }

    #[test]
    fn only_the_kelvin_sign_and_the_dotted_capital_i_become_plain_letters() {
        let known = ['\u{212a}', '\u{130}'];
        let others = ('\u{80}'..=char::MAX).filter(|sign| !known.contains(sign));
        for sign in others {
            assert!(!sign.to_lowercase().any(|small| small.is_ascii()), "{sign}");
        }
        for (letter, sign) in [('k', known[0]), ('i', known[1]), ('\u{307}', known[1])] {
            assert!(variants(letter, true).contains(&sign), "{letter}");
        }
    }

    proptest! {
        /// No line with a match is ruled out by its bytes.
        #[test]
        fn the_hint_rules_out_nothing_that_matches(
            text in "([a-cKksS/\"\\\\\n\u{1}\u{212a}\u{130}\u{17f}i\u{e9}\u{c9}\u{3c2}\u{3a3}😀]|\\PC){0,12}",
            needle in "[a-ckKsi/\"\\\\\n\u{e9}\u{3c3}\u{307}😀]{1,3}",
            by_number in any::<bool>(),
        ) {
            let written = match by_number {
                true => format!("\"{}\"", text.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect::<String>()),
                false => serde_json::to_string(&text).unwrap().replace('/', "\\/"),
            };
            let line = format!("{{\"text\":{written}}}");
            let pattern = Pattern::literal(&needle, false);
            let found = pattern.matches(&RolloutItem::parse(line.as_str()).unwrap());
            let fold = |text: &str| match needle.chars().any(char::is_uppercase) {
                true => text.to_owned(),
                false => text.chars().flat_map(small).collect::<String>(),
            };
            let plain = fold(&text).matches(&fold(&needle)).count() as u64;
            prop_assert_eq!(found.as_ref().map_or(0, |(count, _)| *count), plain);
            if found.is_some() {
                prop_assert!(pattern.next_place(line.as_bytes(), 0).is_some());
            }
        }
    }

    #[test]
    fn most_lines_are_ruled_out() {
        let pattern = Pattern::literal("permission denied", false);
        for line in [
            r#"{"a":"persist \u001b[0m denied"}"#,
            r#"{"a":"nothing \u2014 of it"}"#,
        ] {
            assert_eq!(pattern.next_place(line.as_bytes(), 0), None);
        }
        assert!(
            pattern
                .next_place(br#"{"a":"Permission\u0020denied"}"#, 0)
                .is_some()
        );
        assert!(pattern.matches(&item("PERMISSION DENIED")).is_some());
    }
}
