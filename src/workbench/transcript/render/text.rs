//! Transcripts as plain text. What people and agents say begins at the start of a line and is not changed, except that
//! control characters become symbols; what belongs to a tool call is indented.

use std::io::{self, Write};

use super::super::{Speaker, TranscriptBlock};
use super::plain::{plain, plain_line};
use super::{TranscriptHead, TranscriptWriter, WrittenEntry};

const INDENT: &str = "    ";

/// Writes plain text.
pub struct TextWriter<W> {
    out: W,
}

impl<W: Write> TextWriter<W> {
    /// Creates a writer on an output.
    pub fn new(out: W) -> Self {
        Self { out }
    }

    fn block(&mut self, block: &TranscriptBlock<'_>, indent: &str) -> io::Result<()> {
        match block {
            TranscriptBlock::Text(text) => self.lines(text, indent),
            TranscriptBlock::Arguments { text, .. } | TranscriptBlock::Output(text) => {
                self.lines(text, INDENT)
            }
            TranscriptBlock::Diff { title, text } => {
                if !title.is_empty() {
                    writeln!(self.out, "{INDENT}{}", plain_line(title))?;
                }
                self.lines(text, INDENT)
            }
            TranscriptBlock::Plan(lines) => {
                for line in lines {
                    writeln!(self.out, "{INDENT}{} {}", line.sign(), plain_line(&line.step))?;
                }
                Ok(())
            }
            TranscriptBlock::Image(image) => writeln!(self.out, "{indent}[image: {}]", plain_line(image)),
            TranscriptBlock::Thread { label, id } => {
                writeln!(self.out, "{INDENT}{label}: {}", plain_line(id))
            }
            TranscriptBlock::Replaced { role, text } => {
                writeln!(self.out, "{INDENT}kept, {}:", plain_line(role))?;
                self.lines(text, "        ")
            }
        }
    }

    fn lines(&mut self, text: &str, indent: &str) -> io::Result<()> {
        let text = plain(text);
        if indent.is_empty() {
            self.out.write_all(text.as_bytes())?;
            return match text.ends_with('\n') {
                true => Ok(()),
                false => self.out.write_all(b"\n"),
            };
        }
        for line in text.lines() {
            let indent = if line.is_empty() { "" } else { indent };
            writeln!(self.out, "{indent}{line}")?;
        }
        Ok(())
    }
}

impl<W: Write> TranscriptWriter for TextWriter<W> {
    fn begin(&mut self, head: &TranscriptHead) -> io::Result<()> {
        writeln!(self.out, "{}\n", plain_line(&head.title))?;
        for (name, fact) in &head.facts {
            writeln!(self.out, "{name:<12}  {}", plain_line(fact))?;
        }
        writeln!(self.out)
    }

    fn chapter(&mut self, number: usize, facts: &[String]) -> io::Result<()> {
        write!(self.out, "== turn {number}")?;
        for fact in facts {
            write!(self.out, " \u{b7} {}", plain_line(fact))?;
        }
        writeln!(self.out, " ==\n")
    }

    fn mark(&mut self, words: &str) -> io::Result<()> {
        writeln!(self.out, "-- {} --\n", plain_line(words))
    }

    fn entry(&mut self, written: &WrittenEntry<'_>) -> io::Result<()> {
        let entry = &written.entry;
        let wanted = if written.is_wanted { "> " } else { "" };
        write!(self.out, "{wanted}[{}] {}", written.number, entry.speaker.name())?;
        if let Some(time) = &written.time {
            write!(self.out, " \u{b7} {time}")?;
        }
        if !entry.title.is_empty() {
            write!(self.out, " \u{b7} {}", plain_line(&entry.title))?;
        }
        if let Some(outcome) = &written.outcome {
            write!(self.out, " \u{b7} {}", plain_line(outcome))?;
        }
        writeln!(self.out)?;
        let indent = match entry.speaker {
            Speaker::Tool => INDENT,
            _ => "",
        };
        for block in &entry.blocks {
            self.block(block, indent)?;
        }
        writeln!(self.out)
    }

    fn end(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
