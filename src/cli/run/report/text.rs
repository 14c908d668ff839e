//! The report for people: the lines of [`text`], coloured on a terminal, and a summary at the end.

use std::io::{self, Write};

use crossterm::style::{Color, Stylize};

use super::{ReportedFile, Reporter, Tally};
use crate::text::visible;
use crate::workbench::scenario::Outcome;
use crate::workbench::scenario::text::{self, INDENT, Tone};

pub struct TextReport {
    /// Whether to use colours.
    pub coloured: bool,
    /// The row of the last step.
    pub row: Option<usize>,
}

impl TextReport {
    /// Makes control characters visible and adds the colour, if colours are used.
    fn paint(&self, text: &str, tone: Tone) -> String {
        let text = visible(text).into_owned();
        if !self.coloured {
            return text;
        }
        match tone {
            Tone::Plain => text,
            Tone::Title => text.bold().to_string(),
            Tone::Aside => text.with(Color::DarkGrey).to_string(),
            Tone::Good => text.green().to_string(),
            Tone::Bad => text.red().to_string(),
        }
    }
}

impl Reporter for TextReport {
    fn begin(&mut self, out: &mut Vec<u8>, subject: &ReportedFile<'_>) -> io::Result<()> {
        if subject.index > 0 {
            writeln!(out)?;
        }
        let paint = |text: &str, tone| self.paint(text, tone);
        let title = text::title(subject.file, subject.scenario, subject.about, &paint);
        write!(out, "{title}")
    }

    fn step(&mut self, out: &mut Vec<u8>, _: &ReportedFile<'_>, outcome: &Outcome) -> io::Result<()> {
        let paint = |text: &str, tone| self.paint(text, tone);
        if let Some(row) = outcome.row.filter(|row| self.row != Some(*row)) {
            write!(out, "{}", text::row(row, &paint))?;
        }
        write!(out, "{}", text::step(outcome, &paint))?;
        self.row = outcome.row;
        Ok(())
    }

    fn unreadable(&mut self, out: &mut Vec<u8>, sentence: &str) -> io::Result<()> {
        writeln!(out, "{INDENT}{}", self.paint(sentence, Tone::Bad))
    }

    fn close(&self, out: &mut Vec<u8>, tally: &Tally) -> io::Result<()> {
        let tone = if tally.is_good() { Tone::Good } else { Tone::Bad };
        writeln!(out, "\n{}", self.paint(&text::summary(tally), tone))
    }
}
