//! Scenarios as one HTML file: no script, nothing from outside, an anchor for each step. All text is escaped.

use std::io::{self, Write};

use super::{HandoutStep, HandoutWriter};
use crate::workbench::transcript::render::html::{begin_page, escaped};
use crate::workbench::transcript::render::plain::plain_line;

/// The number of lines of an answer from which on it is folded.
const LONG: usize = 12;

/// Writes HTML.
pub struct HtmlHandout<W> {
    out: W,
}

impl<W: Write> HtmlHandout<W> {
    /// Creates a writer on an output.
    pub fn new(out: W) -> Self {
        Self { out }
    }

    /// Lines of text, as a paragraph.
    fn text(&mut self, text: &str) -> io::Result<()> {
        match text.trim() {
            "" => Ok(()),
            text => writeln!(self.out, "<pre class=\"text\">\n{}</pre>", escaped(text)),
        }
    }

    fn code(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "<pre class=\"code\">\n{}</pre>", escaped(text))
    }

    /// JSON, folded if it is long.
    fn json(&mut self, title: &str, json: &str) -> io::Result<()> {
        if json.lines().count() < LONG {
            return self.code(json);
        }
        writeln!(self.out, "<details><summary>{title}</summary>")?;
        self.code(json)?;
        writeln!(self.out, "</details>")
    }

    fn list(&mut self, title: &str, lines: &[String]) -> io::Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = lines.iter().map(|line| plain_line(line)).collect();
        writeln!(self.out, "<p>{title}:</p>")?;
        self.code(&lines.join("\n"))
    }
}

impl<W: Write> HandoutWriter for HtmlHandout<W> {
    fn begin(&mut self, title: &str) -> io::Result<()> {
        begin_page(&mut self.out, title)
    }

    fn scenario(&mut self, number: usize, title: &str, about: Option<&str>) -> io::Result<()> {
        writeln!(self.out, "<h1 id=\"scenario-{number}\">{}</h1>", escaped(title))?;
        self.text(about.unwrap_or_default())
    }

    fn step(&mut self, scenario: usize, step: &HandoutStep) -> io::Result<()> {
        let id = format!("step-{scenario}-{}", step.number);
        writeln!(
            self.out,
            "<section id=\"{id}\">\n<h2><a href=\"#{id}\">Step {}</a> <code>{}</code></h2>",
            step.number,
            escaped(&step.method)
        )?;
        self.text(step.note.as_deref().unwrap_or_default())?;
        if let Some(store) = &step.store {
            writeln!(self.out, "<p>Store: <code>{}</code></p>", escaped(store))?;
        }
        if let Some(params) = &step.params {
            writeln!(self.out, "<p>Call:</p>")?;
            self.json("parameters", params)?;
        }
        write!(self.out, "<p>Answer: <code>{}</code>", escaped(&step.summary))?;
        if let Some(verdict) = &step.verdict {
            let class = if step.is_good { "done" } else { "failed" };
            write!(self.out, ", <span class=\"{class}\">{}</span>", escaped(verdict))?;
        }
        writeln!(self.out, "</p>")?;
        if let Some(answer) = &step.answer {
            self.json("the whole answer", answer)?;
        }
        self.list("Not as expected", &step.failures)?;
        self.list("Changed", &step.changes)?;
        self.list("Lints", &step.lints)?;
        writeln!(self.out, "</section>")
    }

    fn end(&mut self, summary: &str) -> io::Result<()> {
        writeln!(
            self.out,
            "<p class=\"note\">{}</p>\n</body>\n</html>",
            escaped(summary)
        )?;
        self.out.flush()
    }
}
