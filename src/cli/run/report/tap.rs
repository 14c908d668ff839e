//! TAP version 14: one test point per file, preceded by a subtest with one test point per step. Failures are described in a
//! YAML block whose values and strings are written as JSON.

use std::io::{self, Write};

use super::{ReportedFile, Reporter, Tally, title};
use crate::protocol::json::quoted;
use crate::text::visible;
use crate::workbench::scenario::{Mismatch, Outcome};

#[derive(Default)]
pub struct TapReport {
    /// The number of steps in this file. Step numbers continue across files that share a store, but TAP numbers do not.
    steps: usize,
}

impl Reporter for TapReport {
    fn open(&self, out: &mut Vec<u8>, files: usize, _: &Tally) -> io::Result<()> {
        writeln!(out, "TAP version 14\n1..{files}")
    }

    fn begin(&mut self, out: &mut Vec<u8>, subject: &ReportedFile<'_>) -> io::Result<()> {
        writeln!(out, "# Subtest: {}", name(subject))?;
        for line in subject.about.into_iter().flat_map(str::lines) {
            writeln!(out, "    # {}", words(line))?;
        }
        Ok(())
    }

    fn step(&mut self, out: &mut Vec<u8>, _: &ReportedFile<'_>, outcome: &Outcome) -> io::Result<()> {
        self.steps += 1;
        let ok = if outcome.is_good() { "ok" } else { "not ok" };
        let row = outcome.row.map_or(String::new(), |row| format!("row {row}: "));
        writeln!(out, "    {ok} {} - {row}{}", self.steps, words(&title(outcome)))?;
        if !outcome.is_good() {
            diagnosis(out, outcome)?;
        }
        match outcome.told_not_judged() {
            Some(text) => writeln!(out, "    # {}", words(&text)),
            None => Ok(()),
        }
    }

    fn unreadable(&mut self, out: &mut Vec<u8>, sentence: &str) -> io::Result<()> {
        writeln!(out, "    # {}", words(sentence))
    }

    fn end(&mut self, out: &mut Vec<u8>, subject: &ReportedFile<'_>, tally: &Tally) -> io::Result<()> {
        let ok = if tally.is_good() { "ok" } else { "not ok" };
        writeln!(out, "    1..{}", tally.steps)?;
        writeln!(out, "{ok} {} - {}", subject.index + 1, name(subject))
    }
}

/// Describes what is wrong with a step in a YAML block, which must directly follow its test point.
fn diagnosis(out: &mut Vec<u8>, outcome: &Outcome) -> io::Result<()> {
    writeln!(out, "      ---")?;
    if !outcome.valid {
        writeln!(out, "      message: {}", text(&outcome.summary()))?;
    }
    let differences = outcome.expect.iter().flatten().flat_map(Mismatch::differences);
    for (index, difference) in differences.enumerate() {
        if index == 0 {
            writeln!(out, "      failures:")?;
        }
        writeln!(out, "        - path: {}", text(difference.path))?;
        if let Some(values) = difference.values {
            writeln!(out, "          want: {}", json(&values.want))?;
            if let Some(got) = &values.got {
                writeln!(out, "          got: {}", json(got))?;
            }
        }
        if let Some(message) = &difference.message {
            writeln!(out, "          message: {}", text(message))?;
        }
    }
    writeln!(out, "      ...")
}

fn name(subject: &ReportedFile<'_>) -> String {
    match subject.scenario {
        "" => words(subject.file),
        scenario => words(&format!("{}: {scenario}", subject.file)),
    }
}

/// Formats text as the description of a test point: one line, with `#` and `\` escaped.
fn words(text: &str) -> String {
    let one_line: Vec<&str> = text.split_whitespace().collect();
    visible(&one_line.join(" "))
        .replace('\\', "\\\\")
        .replace('#', "\\#")
}

/// Formats text as a JSON string with all control characters escaped.
fn text(text: &str) -> String {
    quoted(&visible(text))
}

/// Formats JSON on one line. Unprintable characters can only occur inside its strings, where they are escaped.
fn json(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !matches!(c, '\n' | '\r')) {
        let mut place = [0; 4];
        if visible(c.encode_utf8(&mut place)).contains(c) {
            written.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                written += &format!("\\u{unit:04x}");
            }
        }
    }
    written
}
