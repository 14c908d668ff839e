//! The lines of a transcript entry: the heading of its turn, the speaker, and its content, whose long parts are folded.
//! The module `conversation` stores these lines for the entries near the screen, and `page` draws them.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use super::markdown;
use super::view::Density;
use crate::inspector::legend::signs;
use crate::inspector::widgets::theme::Role;
use crate::protocol::numbers::{count, grouped};
use crate::text::Break;
use crate::workbench::transcript::render::duration;
use crate::workbench::transcript::{Chapter, EntryOutcome, Speaker, TranscriptBlock, TranscriptEntry};

/// The indentation of the text below a heading, in columns.
pub const INDENT: u16 = 2;
/// The maximum number of bytes of a text that are shown; opening the item shows the rest.
const LONGEST: usize = 256 * 1024;
/// The maximum number of lines of a diff that are shown while it is folded.
const DIFF: usize = 40;
/// The number of lines at the end of a failed call's output that are shown while the output is folded.
const FAILED: usize = 8;

/// A line of an entry.
#[derive(Clone, Debug)]
pub enum EntryLine {
    /// The heading of a turn: its time, and a few words.
    Chapter(Option<DateTime<Utc>>, String),
    /// The first line of the entry itself.
    Heading(EntryHeading),
    /// A line of its content.
    Body(String, Role),
}

/// The first line of an entry.
#[derive(Clone, Debug)]
pub struct EntryHeading {
    /// The time.
    pub at: Option<DateTime<Utc>>,
    /// Who wrote the entry.
    pub speaker: &'static str,
    /// The role of the speaker.
    pub role: Role,
    /// One line about the entry; can be empty.
    pub title: String,
    /// How it ended.
    pub outcome: Option<(String, Role)>,
    /// The number of lines that are folded.
    pub folded: usize,
}

/// An entry on a screen of some width.
#[derive(Debug, Default)]
pub struct EntryLines {
    /// The lines, with a blank one at the end if there are several.
    pub lines: Vec<EntryLine>,
    /// Whether some content is folded or can be folded.
    pub can_fold: bool,
}

/// Returns the lines of an entry. `chapter` is the turn that begins with the entry, and `columns` is the width of its
/// content.
pub fn lines(
    entry: TranscriptEntry<'_>,
    chapter: Option<&Chapter>,
    density: Density,
    is_open: bool,
    columns: usize,
) -> EntryLines {
    let mut out = Builder {
        lines: Vec::new(),
        columns: columns.max(4),
        folded: 0,
        can_fold: false,
        is_open,
        has_failed: entry.outcome.as_ref().is_some_and(EntryOutcome::is_failure),
        speaker: entry.speaker,
    };
    let mut title = crate::text::visible(&entry.title).into_owned();
    // Text that is shown in the title is not repeated below it.
    let is_line = density == Density::Line && !is_open;
    let is_about_people = matches!(entry.speaker, Speaker::User | Speaker::Agent);
    let is_short = is_line || !is_about_people && entry.speaker != Speaker::Tool && !is_open;
    let mut blocks = entry.blocks.iter();
    if is_short && let Some(TranscriptBlock::Text(text)) = entry.blocks.first() {
        out.begin(&mut title, text);
        blocks.next();
    }
    for block in blocks {
        match is_line {
            true => out.fold(block),
            false => out.block(block),
        }
    }
    if is_open && entry.blocks.iter().any(|block| out.is_folded_at_first(block)) {
        out.can_fold = true;
    }
    let heading = EntryHeading {
        at: entry.at,
        speaker: entry.speaker.name(),
        role: role_of(entry.speaker),
        title,
        outcome: entry.outcome.as_ref().map(outcome),
        folded: out.folded,
    };
    let mut lines = Vec::new();
    lines.extend(chapter.map(|chapter| EntryLine::Chapter(chapter.began, words(chapter))));
    lines.push(EntryLine::Heading(heading));
    let is_alone = out.lines.is_empty();
    lines.append(&mut out.lines);
    if !is_alone {
        lines.push(EntryLine::Body(String::new(), Role::Text));
    }
    EntryLines {
        lines,
        can_fold: out.can_fold,
    }
}

fn outcome(outcome: &EntryOutcome) -> (String, Role) {
    let words = outcome.words();
    let words = crate::text::visible(&words);
    match outcome {
        EntryOutcome::Done { .. } => (format!("{} {words}", signs::SUCCEEDED), Role::Good),
        EntryOutcome::Failed(_) => (format!("{} {words}", signs::FAILED), Role::Bad),
        EntryOutcome::Unfinished => (words.into_owned(), Role::Warning),
    }
}

fn role_of(speaker: Speaker) -> Role {
    match speaker {
        Speaker::User => Role::User,
        Speaker::Agent => Role::Assistant,
        Speaker::Reasoning => Role::Reasoning,
        Speaker::Tool => Role::Tool,
        Speaker::System => Role::System,
    }
}

/// A few words about a turn.
fn words(chapter: &Chapter) -> String {
    let facts = [
        Some(format!("turn {}", grouped(chapter.number as u64))),
        chapter.millis.map(duration),
        chapter.tokens.map(|tokens| count(tokens, "token")),
        chapter.aborted.as_ref().map(ToString::to_string),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    crate::text::visible(&facts.join(" \u{b7} ")).into_owned()
}

/// The content of an entry that is being built.
struct Builder {
    lines: Vec<EntryLine>,
    columns: usize,
    folded: usize,
    can_fold: bool,
    is_open: bool,
    has_failed: bool,
    speaker: Speaker,
}

impl Builder {
    /// Adds the first line of a text to a heading, and folds the others.
    fn begin(&mut self, title: &mut String, text: &str) {
        let mut lines = text.trim().lines().filter(|line| !line.trim().is_empty());
        let mut first = lines.next().unwrap_or_default();
        // The title already contains the tag of the instructions.
        if first.starts_with('<') && first.ends_with('>') && !title.is_empty() {
            first = lines.next().unwrap_or(first);
        }
        if !title.is_empty() {
            title.push_str(" \u{b7} ");
        }
        title.push_str(&crate::text::visible(crate::text::beginning(first.trim())));
        self.add_folded(lines.count());
    }

    fn add_folded(&mut self, lines: usize) {
        self.folded += lines;
        self.can_fold |= lines > 0;
    }

    fn add(&mut self, text: String, role: Role) {
        self.lines.push(EntryLine::Body(text, role));
    }

    /// Whether a part of a block is not shown until it is unfolded.
    fn is_folded_at_first(&self, block: &TranscriptBlock<'_>) -> bool {
        match block {
            TranscriptBlock::Text(text) => {
                !matches!(self.speaker, Speaker::User | Speaker::Agent) && text.trim().contains('\n')
            }
            TranscriptBlock::Arguments { .. }
            | TranscriptBlock::Output(_)
            | TranscriptBlock::Replaced { .. } => true,
            TranscriptBlock::Diff { text, .. } => text.lines().count() > DIFF,
            TranscriptBlock::Plan(_) | TranscriptBlock::Image(_) | TranscriptBlock::Thread { .. } => false,
        }
    }

    /// Adds the lines of a block to the number of folded lines.
    fn fold(&mut self, block: &TranscriptBlock<'_>) {
        let lines = match block {
            TranscriptBlock::Text(text)
            | TranscriptBlock::Output(text)
            | TranscriptBlock::Diff { text, .. }
            | TranscriptBlock::Arguments { text, .. }
            | TranscriptBlock::Replaced { text, .. } => text.trim().lines().count(),
            TranscriptBlock::Plan(steps) => steps.len(),
            TranscriptBlock::Image(_) | TranscriptBlock::Thread { .. } => 1,
        };
        self.add_folded(lines);
    }

    fn block(&mut self, block: &TranscriptBlock<'_>) {
        match block {
            TranscriptBlock::Text(text) => {
                if !self.is_open && self.is_folded_at_first(block) {
                    return self.fold(block);
                }
                let role = match self.speaker {
                    Speaker::User | Speaker::Agent => Role::Text,
                    _ => Role::Muted,
                };
                self.text(text, role);
            }
            TranscriptBlock::Arguments { .. } | TranscriptBlock::Replaced { .. } if !self.is_open => {
                self.fold(block);
            }
            TranscriptBlock::Arguments { text, .. } => self.verbatim(text, Role::Text),
            TranscriptBlock::Output(text) => self.output(text),
            TranscriptBlock::Diff { title, text } => self.diff(title, text),
            TranscriptBlock::Plan(steps) => {
                for step in steps {
                    let line = format!("{} {}", step.sign(), step.step.replace(['\r', '\n'], " "));
                    let role = match &*step.status {
                        "completed" => Role::Good,
                        "in_progress" => Role::Progress,
                        _ => Role::Text,
                    };
                    let columns = self.columns;
                    markdown::wrapped(&line, 4, columns, Break::Word, role, &mut |line, role| {
                        self.add(line, role);
                    });
                }
            }
            TranscriptBlock::Image(image) => {
                let line = format!("[image: {}]", crate::text::visible(image));
                self.add(line, Role::Muted);
            }
            TranscriptBlock::Thread { label, id } => {
                let line = format!("{label} {}", crate::text::visible(id));
                match *label {
                    // The thread itself is not a link.
                    "thread" => self.add(line, Role::Origin),
                    _ => self.add(format!("{line} \u{b7} link"), Role::Origin),
                }
            }
            TranscriptBlock::Replaced { role, text } => {
                let role = format!("{}:", crate::text::visible(role));
                self.add(role, Role::Strong);
                self.text(text, Role::Muted);
            }
        }
    }

    /// Adds a text as Markdown.
    fn text(&mut self, text: &str, role: Role) {
        let (text, more) = shown_part(text);
        let columns = self.columns;
        markdown::lines(text, columns, role, &mut |line, role| self.add(line, role));
        self.more(more);
    }

    /// Adds a text line by line, without formatting it.
    fn verbatim(&mut self, text: &str, role: Role) {
        let (text, more) = shown_part(text);
        let columns = self.columns;
        for line in text.lines() {
            markdown::wrapped(line, 0, columns, Break::Cell, role, &mut |line, role| {
                self.add(line, role);
            });
        }
        self.more(more);
    }

    fn more(&mut self, bytes: usize) {
        if bytes > 0 {
            let line = format!("\u{2026} {}: open the item.", count(bytes as u64, "more byte"));
            self.add(line, Role::Warning);
        }
    }

    fn output(&mut self, text: &str) {
        let text = text.trim_end();
        if self.is_open {
            return self.verbatim(text, Role::Muted);
        }
        let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count() + 1;
        if !self.has_failed {
            return self.add_folded(lines);
        }
        let mut last: Vec<&str> = text.rsplit('\n').take(FAILED).collect();
        last.reverse();
        self.folded(lines.saturating_sub(last.len()));
        for line in last {
            let line = line.strip_suffix('\r').unwrap_or(line);
            let line = Cow::Borrowed(&line[..line.floor_char_boundary(LONGEST.min(line.len()))]);
            let columns = self.columns;
            let mut rows = Vec::new();
            markdown::wrapped(&line, 0, columns, Break::Cell, Role::Muted, &mut |line, _| {
                rows.push(line)
            });
            let hidden = rows.len().saturating_sub(FAILED);
            self.folded(hidden);
            rows.drain(hidden..).for_each(|row| self.add(row, Role::Muted));
        }
    }

    /// Adds a line with the number of lines that are not shown.
    fn folded(&mut self, lines: usize) {
        if lines > 0 {
            self.can_fold = true;
            let line = format!("\u{2026} {}", count(lines as u64, "more line"));
            self.add(line, Role::Muted);
        }
    }

    fn diff(&mut self, title: &str, text: &str) {
        if !title.is_empty() {
            self.add(crate::text::visible(title).into_owned(), Role::Strong);
        }
        let (text, more) = shown_part(text);
        let most = if self.is_open { usize::MAX } else { DIFF };
        let mut lines = text.lines();
        let columns = self.columns;
        for line in lines.by_ref().take(most) {
            let role = match line.as_bytes().first() {
                Some(b'+') => Role::Added,
                Some(b'-') => Role::Removed,
                Some(b'@') => Role::Muted,
                Some(b'*') => Role::Strong,
                _ => Role::Text,
            };
            markdown::wrapped(line, 0, columns, Break::Cell, role, &mut |line, role| {
                self.add(line, role);
            });
        }
        let hidden = lines.count();
        self.folded(hidden);
        self.more(more);
    }
}

/// The part of a text that is shown, and the number of bytes after it.
fn shown_part(text: &str) -> (&str, usize) {
    let (part, rest) = text.split_at(text.floor_char_boundary(LONGEST.min(text.len())));
    (part, rest.len())
}
