//! Formats the results of scenarios as text for reports.

use std::fmt::Write as _;

use super::answer::{Outcome, Returned};
use super::expect::Mismatch;
use super::tally::Tally;
use crate::contract::OPS;
use crate::protocol::json::Json;

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

impl Mismatch {
    /// The path of the mismatch, followed by its message if it has one.
    pub fn place(&self) -> String {
        match &self.message {
            Some(message) => format!("{} ({message})", self.path),
            None => self.path.clone(),
        }
    }

    /// The actual value as JSON, or a note that the key does not exist.
    pub(crate) fn came(&self) -> &str {
        self.got.as_deref().unwrap_or("(no such key)")
    }
}

/// The beginning of a JSON text.
fn shortened(text: &str) -> String {
    const LENGTH: usize = 60;
    match text.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}\u{2026}", &text[..end]),
        None => text.to_string(),
    }
}

/// The title line of a scenario: its file, and its name if it has one.
pub(crate) fn title(file: &str, scenario: &str, paint: Paint<'_>) -> String {
    let title = match scenario {
        "" => file.to_string(),
        scenario => format!("{file} \u{b7} {scenario}"),
    };
    paint(&title, Tone::Title) + "\n"
}

/// The line before the first step of a row.
pub(crate) fn row(row: usize, paint: Paint<'_>) -> String {
    format!("{INDENT}{}\n", paint(&format!("row {row}"), Tone::Title))
}

/// Formats a step: the lines of its note, one line for the step, then three lines for each mismatch.
pub(crate) fn step(outcome: &Outcome, paint: Paint<'_>) -> String {
    let mut text = String::new();
    for line in outcome.note.iter().flat_map(|note| note.lines()) {
        let _ = writeln!(text, "{INDENT}{}", paint(line, Tone::Aside));
    }
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
    for mismatch in outcome.expect.iter().flatten() {
        for (piece, tone) in [
            (mismatch.place(), Tone::Plain),
            (format!("- {}", mismatch.want), Tone::Bad),
            (format!("+ {}", mismatch.came()), Tone::Good),
        ] {
            let _ = writeln!(text, "{INDENT}{}", paint(&piece, tone));
        }
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
