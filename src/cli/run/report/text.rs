//! The report for people: one line a step, what was not as expected as a diff below it, a summary at the end.

use std::io::{self, Write};

use crossterm::style::{Color, StyledContent, Stylize};

use super::{Report, Subject, Tally, about, came, got, not_judged};
use crate::text::visible;
use crate::workbench::scenario::Outcome;

pub struct Text {
    /// Whether it goes to a terminal.
    pub coloured: bool,
}

/// Columns before what belongs to a step.
const INDENT: &str = "         ";

impl Text {
    /// A text whose every control character is visible, in a colour if there are any.
    fn paint(&self, text: &str, style: impl Fn(String) -> StyledContent<String>) -> String {
        let text = visible(text).into_owned();
        if self.coloured {
            style(text).to_string()
        } else {
            text
        }
    }
}

impl Report for Text {
    fn begin(&mut self, out: &mut Vec<u8>, subject: &Subject<'_>) -> io::Result<()> {
        if subject.index > 0 {
            writeln!(out)?;
        }
        let mut title = subject.file.to_string();
        if !subject.scenario.is_empty() {
            title += &format!(" \u{b7} {}", subject.scenario);
        }
        writeln!(out, "{}", self.paint(&title, Stylize::bold))
    }

    fn step(&mut self, out: &mut Vec<u8>, _: &Subject<'_>, outcome: &Outcome) -> io::Result<()> {
        if let Some(note) = &outcome.note {
            for line in note.lines() {
                writeln!(
                    out,
                    "{INDENT}{}",
                    self.paint(line, |line| line.with(Color::DarkGrey))
                )?;
            }
        }
        let method = outcome.method.as_deref().unwrap_or("?");
        let line = format!("{:>5}  {method:<27}  {}", outcome.step, came(outcome));
        write!(out, "{}", visible(&line))?;
        match &outcome.expect {
            None => {}
            Some(found) if found.is_empty() => {
                write!(out, "  {}", self.paint("[as expected]", Stylize::green))?
            }
            Some(_) => write!(out, "  {}", self.paint("[NOT as expected]", Stylize::red))?,
        }
        if let Some(words) = not_judged(outcome) {
            write!(
                out,
                "  {}",
                self.paint(&format!("[{words}]"), |text| text.with(Color::DarkGrey))
            )?;
        }
        writeln!(out)?;
        for mismatch in outcome.expect.iter().flatten() {
            let want = format!("- {}", mismatch.want);
            let got = format!("+ {}", got(mismatch));
            writeln!(out, "{INDENT}{}", visible(&about(mismatch)))?;
            writeln!(out, "{INDENT}{}", self.paint(&want, Stylize::red))?;
            writeln!(out, "{INDENT}{}", self.paint(&got, Stylize::green))?;
        }
        Ok(())
    }

    fn unreadable(&mut self, out: &mut Vec<u8>, sentence: &str) -> io::Result<()> {
        writeln!(out, "{INDENT}{}", self.paint(sentence, Stylize::red))
    }

    fn close(&self, out: &mut Vec<u8>, tally: &Tally) -> io::Result<()> {
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
            (free, "without expectation"),
            (tally.invalid, "no step at all"),
            (tally.unreadable, "that cannot be read"),
        ] {
            if number > 0 {
                text += &format!(", {number} {what}");
            }
        }
        let good = tally.is_good();
        let text = self.paint(&text, |text| if good { text.green() } else { text.red() });
        writeln!(out, "\n{text}")
    }
}

fn count(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}
