//! The RULES table: one row for each rule of a store's behavior, with its number, its text and examples. References such
//! as "rule M3" refer to it.
//!
//! This file defines a row and how to find one; the rows are in `table`.

mod table;

use std::fmt;

pub use table::RULES;

/// A rule about how a store behaves.
///
/// Rules are looked up by number, in either case:
///
/// ```
/// use threadloupe::contract::{RULES, RuleScope, rule};
///
/// let rule = rule("M3")?;
/// assert_eq!(rule.subject, "Metadata");
/// assert_eq!(rule.scope, RuleScope::Contract);
/// println!("{rule}"); // the rule in full: its text, what it applies to, its examples
///
/// // For a number that does not exist, the error suggests the nearest one.
/// let error = threadloupe::contract::rule("M33").unwrap_err();
/// assert_eq!(error.to_string(), "there is no rule M33; did you mean M3?");
///
/// // All rules about listing threads.
/// assert_eq!(RULES.iter().filter(|rule| rule.subject == "Listing").count(), 2);
/// # Ok::<(), threadloupe::contract::UnknownRule>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Rule {
    /// A letter for the subject and a number within it, such as `M3`.
    pub number: &'static str,
    /// Its subject; rules with the same letter have the same subject.
    pub subject: &'static str,
    /// What it applies to.
    pub scope: RuleScope,
    /// The text of the rule, in one or a few sentences.
    pub text: &'static str,
    /// Steps and tests that show the rule; at least one.
    pub examples: &'static [RuleExample],
}

/// What a rule applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuleScope {
    /// Every store: the rule is part of the contract.
    Contract,
    /// The in-memory store: the contract leaves the behaviour open, and another store may behave differently.
    InMemory,
    /// `LiveThread` on top of the in-memory store.
    LiveThread,
}

impl RuleScope {
    /// Its name, as in the JSON of `threadloupe list rules`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Contract => "contract",
            Self::InMemory => "in-memory",
            Self::LiveThread => "live-thread",
        }
    }

    /// A short description.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Contract => "every store (part of the contract)",
            Self::InMemory => "the in-memory store (other stores may behave differently)",
            Self::LiveThread => "LiveThread on top of the in-memory store",
        }
    }
}

/// A step or test that shows a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuleExample {
    /// A step of an included scenario; its expectation fails on a store that breaks the rule.
    Step {
        /// The scenario's file in `assets/scenarios`.
        file: &'static str,
        /// The 1-based number of the step, as in the output of `threadloupe run`.
        step: u64,
    },
    /// A test, for what a step cannot show.
    Test {
        /// The test's file.
        file: &'static str,
        /// The name of the test function.
        name: &'static str,
    },
}

impl fmt::Display for RuleExample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Step { file, step } => write!(f, "assets/scenarios/{file}, step {step}"),
            Self::Test { file, name } => write!(f, "{file}, test {name}"),
        }
    }
}

/// Prints the rule in full, on several lines.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Rule {} \u{b7} {}", self.number, self.subject)?;
        writeln!(f, "{}", self.text)?;
        write!(f, "Applies to: {}", self.scope.meaning())?;
        for example in self.examples {
            write!(f, "\nExample: {example}")?;
        }
        Ok(())
    }
}

impl Rule {
    fn letter(&self) -> char {
        char::from(self.number.as_bytes()[0])
    }
}

/// The rule with this number, ignoring case.
///
/// # Errors
/// If there is no such rule; the error suggests the nearest one.
pub fn rule(number: &str) -> Result<&'static Rule, UnknownRule> {
    let number = number.trim();
    let found = RULES.iter().find(|rule| rule.number.eq_ignore_ascii_case(number));
    found.ok_or_else(|| UnknownRule {
        number: number.to_string(),
        nearest: nearest(number),
    })
}

/// There is no rule with this number.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownRule {
    /// The requested number.
    pub number: String,
    /// The rule with the most similar number; `None` if no rule has this letter.
    pub nearest: Option<&'static str>,
}

impl fmt::Display for UnknownRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no rule {}; ", self.number)?;
        match self.nearest {
            Some(nearest) => write!(f, "did you mean {nearest}?"),
            None => {
                let mut letters: Vec<char> = RULES.iter().map(Rule::letter).collect();
                letters.dedup();
                let letters: Vec<String> = letters.iter().map(char::to_string).collect();
                let all = letters.join(", ");
                write!(f, "a rule is named by a letter ({all}) and a number, such as M3")
            }
        }
    }
}

impl std::error::Error for UnknownRule {}

/// Among the rules with the same letter, the one with the longest common prefix, then with the nearest number.
fn nearest(number: &str) -> Option<&'static str> {
    let number = number.to_ascii_uppercase();
    let value = |number: &str| number.get(1..)?.parse::<u32>().ok();
    let alike = RULES
        .iter()
        .filter(|rule| number.starts_with(rule.letter()))
        .map(|rule| {
            let pairs = number.chars().zip(rule.number.chars());
            let same = pairs.take_while(|(asked, there)| asked == there).count();
            let apart = value(&number).zip(value(rule.number));
            let apart = apart.map_or(u32::MAX, |(asked, there)| asked.abs_diff(there));
            (std::cmp::Reverse(same), apart, rule.number)
        });
    let best = alike.min_by_key(|(same, apart, _)| (*same, *apart));
    best.map(|(.., number)| number)
}

/// The rule numbers that a text mentions, in order: `M1` and `M2` in "it is created (rules M1, M2)", and `P1` to
/// `P3` in "rules P1 to P3". Includes numbers of rules that do not exist.
pub fn rule_numbers(text: &str) -> Vec<String> {
    let mut numbers = Vec::new();
    for (at, word) in text.match_indices("rule") {
        let rest = &text[at + word.len()..];
        let whole_word = !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let rest = rest.strip_prefix('s').unwrap_or(rest).strip_prefix(' ');
        if let (true, Some(rest)) = (whole_word, rest) {
            list(rest, &mut numbers);
        }
    }
    numbers
}

/// Reads numbers separated by commas, "and" or "to", and stops at anything else.
fn list(mut text: &str, numbers: &mut Vec<String>) {
    let mut first: Option<String> = None;
    while let Some(number) = number(text) {
        text = &text[number.len()..];
        match first.take().and_then(|first| between(&first, number)) {
            Some(range) => numbers.extend(range),
            None => numbers.push(number.to_string()),
        }
        let joint = [", ", " and ", " to "]
            .into_iter()
            .find(|joint| text.starts_with(joint));
        let Some(joint) = joint else { return };
        first = (joint == " to ").then(|| number.to_string());
        text = &text[joint.len()..];
    }
}

/// The number at the start of a text: a capital letter and digits, not followed by a letter or underscore.
fn number(text: &str) -> Option<&str> {
    let digits = text.strip_prefix(|c: char| c.is_ascii_uppercase())?;
    let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    let joined = rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    (rest.len() < digits.len() && !joined).then(|| &text[..text.len() - rest.len()])
}

/// The rule numbers after the first up to and including the last; `None` unless both have the same letter.
fn between(first: &str, last: &str) -> Option<Vec<String>> {
    let (letter, from) = first.split_at_checked(1)?;
    let to = last.strip_prefix(letter)?.parse::<u32>().ok()?;
    let numbers = from.parse::<u32>().ok()? + 1..=to;
    Some(numbers.map(|number| format!("{letter}{number}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_in_either_case_and_an_unknown_one_names_the_nearest() {
        for row in RULES {
            assert_eq!(rule(row.number).unwrap().number, row.number);
        }
        assert_eq!(rule(" m3 ").unwrap().number, "M3");
        for (asked, nearest) in [
            ("M33", "M3"),
            ("M12", "M11"),
            ("g9", "G7"),
            ("A0", "A1"),
            ("R", "R1"),
        ] {
            assert_eq!(rule(asked).unwrap_err().nearest, Some(nearest), "{asked}");
        }
        for asked in ["", "Z9", "3", "\u{e9}1", "name"] {
            let error = rule(asked).unwrap_err();
            assert_eq!(error.nearest, None, "{asked}");
            assert!(error.to_string().contains("R, C, A, G, P, L, M, V, S"), "{error}");
        }
    }

    #[test]
    fn numbers_are_found_one_by_one_in_lists_and_in_ranges() {
        for (text, numbers) in [
            ("nothing", &[] as &[&str]),
            ("kept (rule M1).", &["M1"]),
            ("kept (rules M1, M2) or not (rule A6)", &["M1", "M2", "A6"]),
            ("all of it (rules P1 to P3)", &["P1", "P2", "P3"]),
            ("(rules C1 and C3 to C4, M2)", &["C1", "C3", "C4", "M2"]),
            ("(rule M12)", &["M12"]),
            ("(rule Z9) stands nowhere", &["Z9"]),
            (
                "rule M, a rule of 3, rules, M1, ferrule M1, rule M1x, rules S2 or",
                &["S2"],
            ),
        ] {
            assert_eq!(rule_numbers(text), numbers, "{text}");
        }
    }

    #[test]
    fn a_rule_in_full_says_where_it_applies_and_what_shows_it() {
        let text = rule("C4").unwrap().to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "Rule C4 \u{b7} Call counters");
        assert_eq!(
            lines[2..],
            [
                "Applies to: the in-memory store (other stores may behave differently)",
                "Example: assets/scenarios/c-counters.jsonl, step 38",
                "Example: tests/store/contract/counters.rs, test c4_turns_items_counters_and_the_registry_count_nothing",
            ]
        );
    }
}
