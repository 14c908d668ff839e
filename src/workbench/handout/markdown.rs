//! Scenarios as Markdown. No text of a scenario or of a store becomes markup.

use std::io::{self, Write};

use super::{HandoutStep, HandoutWriter};
use crate::workbench::transcript::render::markdown::{code, fenced};
use crate::workbench::transcript::render::plain::plain_line;

/// Writes Markdown.
pub struct MarkdownHandout<W> {
    out: W,
}

impl<W: Write> MarkdownHandout<W> {
    /// Creates a writer on an output.
    pub fn new(out: W) -> Self {
        Self { out }
    }

    /// Lines of text, as a paragraph.
    fn text(&mut self, text: &str) -> io::Result<()> {
        let lines: Vec<String> = text.lines().map(prose).filter(|line| !line.is_empty()).collect();
        match text.trim() {
            "" => Ok(()),
            _ => writeln!(self.out, "{}\n", lines.join("\n")),
        }
    }

    fn list(&mut self, title: &str, lines: &[String]) -> io::Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = lines.iter().map(|line| plain_line(line)).collect();
        writeln!(self.out, "{title}:\n")?;
        fenced(&mut self.out, &lines.join("\n"), "")
    }
}

/// A line of text with a backslash before each character that could be markup there. It leaves
/// other punctuation as it is, so that a note can be read in the source too.
fn prose(text: &str) -> String {
    let line = plain_line(text.trim());
    let line = line.trim();
    let digits = line.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(0);
    let mut out = String::with_capacity(line.len());
    for (at, sign) in line.char_indices() {
        let is_markup = match sign {
            ',' | ';' | '?' | '/' | '\'' | '"' | '%' | '(' => false,
            // The number of a list, or an address that begins with `www.`.
            '.' | ')' => at == digits || line.contains("www."),
            '-' | '+' => at == 0,
            sign => sign.is_ascii_punctuation(),
        };
        if is_markup {
            out.push('\\');
        }
        out.push(sign);
    }
    out
}

impl<W: Write> HandoutWriter for MarkdownHandout<W> {
    fn begin(&mut self, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn scenario(&mut self, _: usize, title: &str, about: Option<&str>) -> io::Result<()> {
        writeln!(self.out, "# {}\n", prose(title))?;
        self.text(about.unwrap_or_default())
    }

    fn step(&mut self, _: usize, step: &HandoutStep) -> io::Result<()> {
        writeln!(self.out, "## Step {}: {}\n", step.number, code(&step.method))?;
        self.text(step.note.as_deref().unwrap_or_default())?;
        if let Some(store) = &step.store {
            writeln!(self.out, "Store: {}\n", code(store))?;
        }
        if let Some(params) = &step.params {
            writeln!(self.out, "Call:\n")?;
            fenced(&mut self.out, params, "json")?;
        }
        let verdict = step.verdict.as_ref();
        let verdict = verdict.map_or(String::new(), |verdict| format!(", {}", prose(verdict)));
        writeln!(self.out, "Answer: {}{verdict}\n", code(&step.summary))?;
        if let Some(answer) = &step.answer {
            fenced(&mut self.out, answer, "json")?;
        }
        self.list("Not as expected", &step.failures)?;
        self.list("Changed", &step.changes)?;
        self.list("Lints", &step.lints)
    }

    fn end(&mut self, summary: &str) -> io::Result<()> {
        writeln!(self.out, "---\n\n{}", prose(summary))?;
        self.out.flush()
    }
}
