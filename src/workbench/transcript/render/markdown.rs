//! Transcripts as Markdown (CommonMark). No text of a thread becomes markup: longer texts are in fenced code blocks whose
//! fences are longer than any run of backticks in them, short ones in code spans, and the title is escaped.

use std::io::{self, Write};

use super::super::TranscriptBlock;
use super::plain::{longest_run, plain, plain_line};
use super::{TranscriptHead, TranscriptWriter, WrittenEntry};

/// Writes Markdown.
pub struct MarkdownWriter<W> {
    out: W,
}

impl<W: Write> MarkdownWriter<W> {
    /// Creates a writer on an output.
    pub fn new(out: W) -> Self {
        Self { out }
    }

    fn fenced(&mut self, text: &str, language: &str) -> io::Result<()> {
        fenced(&mut self.out, text, language)
    }

    fn block(&mut self, block: &TranscriptBlock<'_>) -> io::Result<()> {
        match block {
            TranscriptBlock::Text(text) | TranscriptBlock::Output(text) => self.fenced(text, ""),
            TranscriptBlock::Arguments { text, is_json } => {
                self.fenced(text, if *is_json { "json" } else { "" })
            }
            TranscriptBlock::Diff { title, text } => {
                if !title.is_empty() {
                    writeln!(self.out, "{}\n", code(title))?;
                }
                self.fenced(text, "diff")
            }
            TranscriptBlock::Plan(lines) => {
                let lines: Vec<String> = lines
                    .iter()
                    .map(|line| format!("{} {}", line.sign(), plain_line(&line.step)))
                    .collect();
                self.fenced(&lines.join("\n"), "")
            }
            TranscriptBlock::Image(image) => writeln!(self.out, "Image: {}\n", code(image)),
            TranscriptBlock::Thread { label, id } => writeln!(self.out, "{label}: {}\n", code(id)),
            TranscriptBlock::Replaced { role, text } => {
                writeln!(self.out, "Kept, {}:\n", code(role))?;
                self.fenced(text, "")
            }
        }
    }
}

/// Writes the text as a fenced code block.
pub(in crate::workbench) fn fenced(out: &mut impl Write, text: &str, language: &str) -> io::Result<()> {
    let text = plain(text);
    let fence = "`".repeat(3.max(longest_run(&text) + 1));
    let end = if text.ends_with('\n') { "" } else { "\n" };
    out.write_all(fence.as_bytes())?;
    writeln!(out, "{language}")?;
    out.write_all(text.as_bytes())?;
    writeln!(out, "{end}{fence}\n")
}

/// The text as a code span.
pub(in crate::workbench) fn code(text: &str) -> String {
    let line = plain_line(text);
    if line.trim().is_empty() {
        return "(empty)".to_owned();
    }
    let ticks = "`".repeat(longest_run(&line) + 1);
    // Markdown removes one space from both ends, so a padded code span can begin with a backtick or a space.
    let is_padded = line.starts_with(['`', ' ']) || line.ends_with(['`', ' ']);
    let space = if is_padded { " " } else { "" };
    format!("{ticks}{space}{line}{space}{ticks}")
}

/// Whether a text, such as a time, contains nothing that could be inline markup.
fn is_harmless(text: &str) -> bool {
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || " :+-,.".contains(sign);
    text.chars().all(is_plain) && !text.contains("www.") && !text.is_empty()
}

/// The text on one line with a backslash before each character that could be markup.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for sign in plain_line(text.trim()).chars() {
        if sign.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(sign);
    }
    out
}

impl<W: Write> TranscriptWriter for MarkdownWriter<W> {
    fn begin(&mut self, head: &TranscriptHead) -> io::Result<()> {
        writeln!(self.out, "# {}\n", escaped(&head.title))?;
        for (name, fact) in &head.facts {
            writeln!(self.out, "- {name}: {}", code(fact))?;
        }
        writeln!(self.out)
    }

    fn chapter(&mut self, number: usize, facts: &[String]) -> io::Result<()> {
        write!(self.out, "## Turn {number}")?;
        for fact in facts {
            match is_harmless(fact) {
                true => write!(self.out, ", {fact}")?,
                false => write!(self.out, ", {}", code(fact))?,
            }
        }
        writeln!(self.out, "\n")
    }

    fn mark(&mut self, words: &str) -> io::Result<()> {
        writeln!(self.out, "---\n\n{}\n\n---\n", code(words))
    }

    fn entry(&mut self, written: &WrittenEntry<'_>) -> io::Result<()> {
        let entry = &written.entry;
        write!(self.out, "### Item {}, {}", written.number, entry.speaker.name())?;
        if let Some(time) = &written.time {
            write!(self.out, ", {time}")?;
        }
        if written.is_wanted {
            write!(self.out, ", the item that was asked for")?;
        }
        writeln!(self.out, "\n")?;
        let outcome = written.outcome.as_deref().map(code);
        let title = Some(&entry.title).filter(|title| !title.is_empty());
        let line: Vec<String> = title
            .map(|title| code(title))
            .into_iter()
            .chain(outcome)
            .collect();
        if !line.is_empty() {
            writeln!(self.out, "{}\n", line.join(", "))?;
        }
        for block in &entry.blocks {
            self.block(block)?;
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
