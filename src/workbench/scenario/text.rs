//! What came of scenarios, in the words and lines of the reports that people read.

use std::fmt::Write as _;

use super::answer::{Outcome, Returned};
use super::expect::Mismatch;
use super::tally::Tally;
use crate::contract::OPS;

/// What a piece of a line is, for those who show it in colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Title,
    Aside,
    Good,
    Bad,
}

/// Makes a piece of text, which may come from a store or a file, fit to be shown.
pub(crate) type Paint<'a> = &'a dyn Fn(&str, Tone) -> String;

/// Columns before what belongs to a step.
pub(crate) const INDENT: &str = "         ";

impl Outcome {
    /// What the step returned, in a few words.
    pub(crate) fn summary(&self) -> String {
        match &self.returned {
            Returned::Answer(answer) => answer.summary(),
            Returned::Calls(calls) => {
                let total: usize = OPS.iter().filter_map(|row| calls.get(row.op)).sum();
                format!("{total} calls in all")
            }
            Returned::Error(code, message) => format!("{code}: {message}"),
        }
    }

    /// What of the step's expectation could not be judged.
    pub(crate) fn told_not_judged(&self) -> Option<String> {
        let paths = &self.not_judged;
        (!paths.is_empty()).then(|| format!("not judged: {}", paths.join(", ")))
    }
}

impl Mismatch {
    /// Its path, and what more there is to say about it.
    pub(crate) fn place(&self) -> String {
        match &self.message {
            Some(message) => format!("{} ({message})", self.path),
            None => self.path.clone(),
        }
    }

    /// What came, as JSON, or that nothing did.
    pub(crate) fn came(&self) -> &str {
        self.got.as_deref().unwrap_or("(no such key)")
    }
}

/// The line above the steps of a scenario: its file and what its header calls it.
pub(crate) fn title(file: &str, scenario: &str, paint: Paint<'_>) -> String {
    let title = match scenario {
        "" => file.to_string(),
        scenario => format!("{file} \u{b7} {scenario}"),
    };
    paint(&title, Tone::Title) + "\n"
}

/// A step: one line, its note above it, and below it each place where it was not as expected.
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

/// The last line: how many steps came to what.
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
        (tally.not_judged, "not judged"),
        (tally.in_part, "judged in part"),
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
