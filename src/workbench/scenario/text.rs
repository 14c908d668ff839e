//! Formats the results of scenarios as text for reports.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::answer::{Outcome, Returned};
use super::expect::{ABSENT, Mismatch};
use super::lists::ListDifference;
use super::tally::Tally;
use crate::contract::OPS;
use crate::protocol::json::Json;
use crate::protocol::numbers;
use crate::workbench::query::cut_after;

/// The role of a piece of text, which determines its color.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Title,
    Aside,
    Good,
    Bad,
}

/// Formats a piece of text in a tone. The text may come from a store or a file, so the function has to make it safe
/// to display.
pub(crate) type Paint<'a> = &'a dyn Fn(&str, Tone) -> String;

/// The indentation of the lines that belong to a step.
pub(crate) const INDENT: &str = "         ";

impl Outcome {
    /// The step in a sentence: `step 3`, or `row 2, step 3`.
    pub fn place(&self) -> String {
        match self.row {
            Some(row) => format!("row {row}, step {}", self.step),
            None => format!("step {}", self.step),
        }
    }

    /// A short description of the result of the step.
    pub(crate) fn summary(&self) -> String {
        match &self.returned {
            Returned::Answer(answer) => answer.summary(),
            Returned::Calls(calls) => {
                let total: usize = OPS.iter().filter_map(|row| calls.get(row.op)).sum();
                format!("{total} calls in all")
            }
            Returned::Error(code, message) => format!("{code}: {message}"),
            Returned::SentResult(text) => shortened(text),
            Returned::SentError(text) => {
                let error = Json::trusted(text);
                let part = |key| error.get(key).and_then(Json::as_str);
                match (part("code"), part("message")) {
                    (Some(code), Some(message)) => format!("{code}: {message}"),
                    _ => shortened(text),
                }
            }
            Returned::NoAnswer(reason) => reason.clone(),
        }
    }

    /// The parts of the step's expectation that were not judged, as text; `None` if there are none.
    pub(crate) fn told_not_judged(&self) -> Option<String> {
        let paths = &self.not_judged;
        (!paths.is_empty()).then(|| format!("not checked: {}", paths.join(", ")))
    }
}

/// A part of a mismatch, as a report shows it.
pub(crate) struct Difference<'a> {
    /// The path of the value.
    pub path: &'a str,
    /// What is said about it.
    pub message: Option<Cow<'a, str>>,
    /// The mismatch with the values to show; `None` if only the message is shown.
    pub values: Option<&'a Mismatch>,
}

impl Difference<'_> {
    /// The path, followed by the message if there is one.
    pub fn place(&self) -> String {
        match &self.message {
            Some(message) => format!("{} ({message})", self.path),
            None => self.path.to_string(),
        }
    }
}

impl ListDifference {
    /// The lengths of the lists, and where they begin to differ.
    fn summary(&self) -> String {
        format!(
            "expected {}, got {}; the first difference is at [{}]",
            numbers::count(self.want as u64, "element"),
            numbers::grouped(self.got as u64),
            self.first
        )
    }
}

impl Mismatch {
    /// The mismatch as a report shows it: its values; for two lists of different lengths, the lengths and then the
    /// elements that differ.
    pub(crate) fn differences(&self) -> Vec<Difference<'_>> {
        let of = |values| Difference {
            path: &self.path,
            message: self.message.as_deref().map(Cow::Borrowed),
            values,
        };
        let Some(list) = &self.list else {
            return vec![of(Some(self))];
        };
        let mut differences = vec![Difference {
            message: Some(list.summary().into()),
            ..of(None)
        }];
        differences.extend(list.elements.iter().flat_map(Mismatch::differences));
        if list.more > 0 {
            let more = format!("and {}", numbers::count(list.more as u64, "more difference"));
            differences.push(Difference {
                message: Some(more.into()),
                ..of(None)
            });
        }
        differences
    }

    /// The mismatch in a sentence.
    pub(crate) fn sentence(&self) -> String {
        match &self.list {
            Some(list) => format!("{}: {}", self.path, list.summary()),
            None => {
                let message = self.message.as_ref();
                let message = message.map_or(String::new(), |message| format!(" ({message})"));
                format!(
                    "{}{message}: expected {}, got {}",
                    self.path,
                    self.wanted(),
                    self.came()
                )
            }
        }
    }

    /// The expected value as JSON, or a note that there should be no such element.
    pub(crate) fn wanted(&self) -> &str {
        match self.is_element() && self.want == ABSENT {
            true => NO_ELEMENT,
            false => &self.want,
        }
    }

    /// The actual value as JSON, or a note that there is none.
    pub(crate) fn came(&self) -> &str {
        let none = if self.is_element() {
            NO_ELEMENT
        } else {
            "(no such key)"
        };
        self.got.as_deref().unwrap_or(none)
    }

    /// Whether the values are elements of lists.
    fn is_element(&self) -> bool {
        self.path.ends_with(']')
    }
}

const NO_ELEMENT: &str = "(no such element)";

/// The beginning of a JSON text.
fn shortened(text: &str) -> String {
    const LENGTH: usize = 60;
    cut_after(text, LENGTH)
}

/// The title of a scenario: its file and its name if it has one, then the lines of its description.
pub(crate) fn title(file: &str, scenario: &str, about: Option<&str>, paint: Paint<'_>) -> String {
    let title = match scenario {
        "" => file.to_string(),
        scenario => format!("{file} \u{b7} {scenario}"),
    };
    let mut text = paint(&title, Tone::Title) + "\n";
    for line in about.into_iter().flat_map(str::lines) {
        let _ = writeln!(text, "  {}", paint(line, Tone::Aside));
    }
    text
}

/// The line before the first step of a row.
pub(crate) fn row(row: usize, paint: Paint<'_>) -> String {
    format!("{INDENT}{}\n", paint(&format!("row {row}"), Tone::Title))
}

/// Formats a step: one line for the step, the lines of its note, then what differs.
pub(crate) fn step(outcome: &Outcome, paint: Paint<'_>) -> String {
    let mut text = String::new();
    let method = outcome.method.as_deref().unwrap_or("?");
    let line = format!("{:>5}  {method:<27}  {}", outcome.step, outcome.summary());
    text += &paint(&line, Tone::Plain);
    match &outcome.expect {
        None => {}
        Some(found) if found.is_empty() => text += &format!("  {}", paint("[as expected]", Tone::Good)),
        Some(_) => text += &format!("  {}", paint("[NOT as expected]", Tone::Bad)),
    }
    if let Some(words) = outcome.told_not_judged() {
        text += &format!("  {}", paint(&format!("[{words}]"), Tone::Aside));
    }
    text.push('\n');
    let mut lines: Vec<(Cow<'_, str>, Tone)> = Vec::new();
    let note = outcome.note.iter().flat_map(|note| note.lines());
    lines.extend(note.map(|line| (line.into(), Tone::Aside)));
    for difference in outcome.expect.iter().flatten().flat_map(Mismatch::differences) {
        lines.push((difference.place().into(), Tone::Plain));
        if let Some(values) = difference.values {
            lines.push((format!("- {}", values.wanted()).into(), Tone::Bad));
            lines.push((format!("+ {}", values.came()).into(), Tone::Good));
        }
    }
    for (line, tone) in lines {
        let _ = writeln!(text, "{INDENT}{}", paint(&line, tone));
    }
    text
}

/// The summary line: the numbers of files and steps, and the number of steps with each result.
pub(crate) fn summary(tally: &Tally) -> String {
    let free = tally.steps - tally.met - tally.failed - tally.not_judged - tally.invalid;
    let mut text = format!(
        "{}, {}: {} as expected, {} not as expected",
        count(tally.files, "file"),
        count(tally.steps, "step"),
        tally.met,
        tally.failed
    );
    for (number, what) in [
        (tally.not_judged, "not checked"),
        (tally.in_part, "checked in part"),
        (free, "without expectation"),
        (tally.invalid, "invalid"),
        (tally.unreadable, "unreadable"),
    ] {
        if number > 0 {
            let _ = write!(text, ", {number} {what}");
        }
    }
    text
}

fn count(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}
