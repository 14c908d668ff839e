//! Transcripts as one HTML file: no scripts, no external resources, light or dark colours as set in the system, and an
//! anchor for each item. All text of a thread is escaped.

use std::borrow::Cow;
use std::io::{self, Write};

use super::super::{EntryOutcome, Speaker, TranscriptBlock};
use super::plain::plain;
use super::{TranscriptHead, TranscriptWriter, WrittenEntry};

/// The style sheet of an HTML document.
pub(in crate::workbench) const STYLE: &str = include_str!("html.css");

/// Writes HTML.
pub struct HtmlWriter<W> {
    out: W,
    /// Whether a turn's HTML element is open.
    in_turn: bool,
}

impl<W: Write> HtmlWriter<W> {
    /// Creates a writer on an output.
    pub fn new(out: W) -> Self {
        Self { out, in_turn: false }
    }

    fn pre(&mut self, class: &str, text: &str) -> io::Result<()> {
        // HTML ignores a line break directly after this tag.
        writeln!(self.out, "<pre class=\"{class}\">")?;
        self.out.write_all(escaped(text).as_bytes())?;
        writeln!(self.out, "</pre>")
    }

    fn folded(&mut self, summary: &str, class: &str, text: &str) -> io::Result<()> {
        writeln!(self.out, "<details><summary>{}</summary>", escaped(summary))?;
        self.pre(class, text)?;
        writeln!(self.out, "</details>")
    }

    fn diff(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "<pre class=\"diff\">")?;
        for line in text.lines() {
            let class = match line.as_bytes().first() {
                Some(b'+') => "added",
                Some(b'-') => "removed",
                Some(b'@' | b'*') => "place",
                _ => "same",
            };
            writeln!(self.out, "<span class=\"{class}\">{}</span>", escaped(line))?;
        }
        writeln!(self.out, "</pre>")
    }

    fn block(&mut self, block: &TranscriptBlock<'_>, is_folded: bool) -> io::Result<()> {
        match block {
            TranscriptBlock::Text(text) if is_folded => {
                let lines = text.lines().count() as u64;
                self.folded(&crate::protocol::numbers::count(lines, "line"), "text", text)
            }
            TranscriptBlock::Text(text) => self.pre("text", text),
            TranscriptBlock::Arguments { text, .. } => self.folded("arguments", "code", text),
            TranscriptBlock::Output(text) => {
                let lines = text.lines().count() as u64;
                let lines = crate::protocol::numbers::count(lines, "line");
                self.folded(&format!("output, {lines}"), "code", text)
            }
            TranscriptBlock::Diff { title, text } => {
                if !title.is_empty() {
                    writeln!(self.out, "<p><code>{}</code></p>", escaped(title))?;
                }
                self.diff(text)
            }
            TranscriptBlock::Plan(lines) => {
                let lines: Vec<String> = lines
                    .iter()
                    .map(|line| format!("{} {}", line.sign(), line.step))
                    .collect();
                self.pre("text", &lines.join("\n"))
            }
            TranscriptBlock::Image(image) => {
                writeln!(self.out, "<p class=\"note\">image: {}</p>", escaped(image))
            }
            TranscriptBlock::Thread { label, id } => {
                writeln!(
                    self.out,
                    "<p class=\"note\">{label}: <code>{}</code></p>",
                    escaped(id)
                )
            }
            TranscriptBlock::Replaced { role, text } => self.folded(&format!("kept, {role}"), "text", text),
        }
    }

    fn end_turn(&mut self) -> io::Result<()> {
        match std::mem::take(&mut self.in_turn) {
            true => writeln!(self.out, "</section>"),
            false => Ok(()),
        }
    }
}

/// The text with references for the characters that could be markup, and symbols for control characters.
pub(in crate::workbench) fn escaped(text: &str) -> Cow<'_, str> {
    let text = plain(text);
    if memchr::memchr3(b'&', b'<', b'>', text.as_bytes()).is_none()
        && memchr::memchr3(b'"', b'\'', b'\r', text.as_bytes()).is_none()
    {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = &*text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'', '\r']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        out.push_str(match from.as_bytes().first() {
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            Some(b'"') => "&quot;",
            Some(b'\'') => "&#39;",
            _ => "&#13;",
        });
        rest = from.get(1..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Writes the beginning of a page up to its body. The page runs no script and loads nothing.
pub(in crate::workbench) fn begin_page(out: &mut impl Write, title: &str) -> io::Result<()> {
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>",
        escaped(title)
    )
}

impl<W: Write> TranscriptWriter for HtmlWriter<W> {
    fn begin(&mut self, head: &TranscriptHead) -> io::Result<()> {
        begin_page(&mut self.out, &head.title)?;
        writeln!(self.out, "<h1>{}</h1>\n<dl>", escaped(&head.title))?;
        for (name, fact) in &head.facts {
            writeln!(self.out, "<dt>{name}</dt><dd>{}</dd>", escaped(fact))?;
        }
        writeln!(self.out, "</dl>")
    }

    fn chapter(&mut self, number: usize, facts: &[String]) -> io::Result<()> {
        self.end_turn()?;
        self.in_turn = true;
        writeln!(self.out, "<section id=\"turn-{number}\">")?;
        writeln!(
            self.out,
            "<h2><a href=\"#turn-{number}\">Turn {number}</a> <small>{}</small></h2>",
            escaped(&facts.join(" \u{b7} "))
        )
    }

    fn mark(&mut self, words: &str) -> io::Result<()> {
        writeln!(self.out, "<p class=\"mark\">{}</p>", escaped(words))
    }

    fn entry(&mut self, written: &WrittenEntry<'_>) -> io::Result<()> {
        let entry = &written.entry;
        let (number, speaker) = (written.number, entry.speaker.name());
        let wanted = if written.is_wanted { " wanted" } else { "" };
        writeln!(
            self.out,
            "<article id=\"item-{number}\" class=\"{speaker}{wanted}\">\n<header><a href=\"#item-{number}\">{number}</a> <b>{speaker}</b>"
        )?;
        if let Some(time) = &written.time {
            writeln!(self.out, "<time>{}</time>", escaped(time))?;
        }
        if !entry.title.is_empty() {
            writeln!(self.out, "<code>{}</code>", escaped(&entry.title))?;
        }
        if let Some(outcome) = &written.outcome {
            let is_failure = entry.outcome.as_ref().is_some_and(EntryOutcome::is_failure);
            let class = if is_failure { "failed" } else { "done" };
            writeln!(self.out, "<span class=\"{class}\">{}</span>", escaped(outcome))?;
        }
        writeln!(self.out, "</header>")?;
        let is_folded = entry.speaker == Speaker::Reasoning || entry.speaker == Speaker::System;
        for block in &entry.blocks {
            self.block(block, is_folded)?;
        }
        writeln!(self.out, "</article>")
    }

    fn end(&mut self) -> io::Result<()> {
        self.end_turn()?;
        writeln!(self.out, "</body>\n</html>")?;
        self.out.flush()
    }
}
