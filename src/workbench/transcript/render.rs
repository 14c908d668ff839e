//! Writes a transcript as text, Markdown or HTML. This module decides what is written and in which order: entries,
//! headings of turns, lines about parts of the history, the details of tool calls, and masks. The formats decide how it
//! looks.
//!
//! Entries are written one at a time; the output is not kept in memory.

use std::borrow::Cow;
use std::ops::{ControlFlow, Range};
use std::{io, iter};

use chrono::{DateTime, FixedOffset, Utc};

use super::{Chapter, Speaker, Transcript, TranscriptBlock, TranscriptEntry};
use crate::protocol::numbers::{count, grouped};
use crate::protocol::{RolloutItem, ThreadId};
use crate::rollout::side_by_side::in_order;
use crate::store::History;
use crate::workbench::ItemMark;
use crate::workbench::redact::{self, Redactor};

mod brief;
mod format;
mod head;
pub(in crate::workbench) mod html;
pub(in crate::workbench) mod markdown;
pub(in crate::workbench) mod plain;
mod text;

pub use format::TranscriptFormat;
pub use head::TranscriptHead;
pub use html::HtmlWriter;
pub use markdown::MarkdownWriter;
pub use text::TextWriter;

/// How much detail of tool calls is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToolDetail {
    /// Nothing.
    None,
    /// A line for the call, and a few lines of its output.
    Brief,
    /// All arguments and all output, and the history that a compaction left.
    Full,
}

/// How a transcript is written.
pub struct RenderOptions<'a> {
    /// How much of tool calls is written.
    pub tools: ToolDetail,
    /// The position of one item, and the number of entries before and after it that are written; if `None`, all entries
    /// are written.
    pub around: Option<(usize, usize)>,
    /// Whether the entry of the item at a position is written.
    pub only: &'a dyn Fn(usize) -> bool,
    /// Converts times to the offset with which they are shown.
    pub clock: &'a (dyn Fn(DateTime<Utc>) -> DateTime<FixedOffset> + Sync),
    /// The marks of an item that come from its files.
    pub file_marks: &'a dyn Fn(usize) -> Vec<ItemMark>,
    /// Masks keys and tokens; `None` if they are written unmasked.
    pub redactor: Option<&'a Redactor>,
}

/// How entries are written; usable on any thread.
#[derive(Clone, Copy)]
struct EntryOptions<'a> {
    tools: ToolDetail,
    clock: &'a (dyn Fn(DateTime<Utc>) -> DateTime<FixedOffset> + Sync),
    redactor: Option<&'a Redactor>,
}

/// The maximum number of entries that are made in one batch, and the maximum total bytes of their items.
const AT_ONCE: (usize, usize) = (256, 1 << 20);

/// An entry as it is written.
#[derive(Debug)]
pub struct WrittenEntry<'a> {
    /// The number of its item in the history, starting at 1.
    pub number: usize,
    /// Its time.
    pub time: Option<String>,
    /// Its content, masked and truncated.
    pub entry: TranscriptEntry<'a>,
    /// Its outcome in words, masked.
    pub outcome: Option<String>,
    /// Whether it is the entry that was asked for.
    pub is_wanted: bool,
    /// The number of masks in the entry.
    pub masks: u64,
}

/// A format of a transcript.
pub trait TranscriptWriter {
    /// Writes what comes before the entries.
    ///
    /// # Errors
    /// If writing to the output fails.
    fn begin(&mut self, head: &TranscriptHead) -> io::Result<()>;

    /// Writes the heading of a turn: its number, and a few words about it.
    ///
    /// # Errors
    /// Those of the output.
    fn chapter(&mut self, number: usize, facts: &[String]) -> io::Result<()>;

    /// Writes a line about a part of the history, such as `inherited from thread ...`.
    ///
    /// # Errors
    /// Those of the output.
    fn mark(&mut self, words: &str) -> io::Result<()>;

    /// Writes an entry.
    ///
    /// # Errors
    /// Those of the output.
    fn entry(&mut self, entry: &WrittenEntry<'_>) -> io::Result<()>;

    /// Writes what comes after the entries, and flushes the output.
    ///
    /// # Errors
    /// Those of the output.
    fn end(&mut self) -> io::Result<()>;
}

/// Writes a transcript, or the entries around one item, and returns the number of masks. The entries are made in
/// batches, on all processors, and written in order at the same time.
///
/// # Errors
/// Those of the output.
pub fn render(
    transcript: &Transcript,
    head: &TranscriptHead,
    options: &RenderOptions<'_>,
    out: &mut dyn TranscriptWriter,
) -> io::Result<u64> {
    let shared = EntryOptions {
        tools: options.tools,
        clock: options.clock,
        redactor: options.redactor,
    };
    let mut masks = 0;
    out.begin(&head.masked(&mut |text| masked(shared.redactor, text, &mut masks)))?;
    let (places, wanted) = match options.around {
        Some((place, context)) => {
            let wanted = transcript.shown_by(place);
            (window(transcript, options.tools, wanted, context), Some(wanted))
        }
        None => (0..transcript.history().len(), None),
    };
    let mut part = HistoryPart::default();
    let mut chapter = None;
    let chosen: Vec<usize> = places.clone().filter(|place| (options.only)(*place)).collect();
    let make = |place: usize| {
        let is_wanted = wanted == Some(place);
        let entry = match visible_entry(transcript, shared.tools, place) {
            None if is_wanted => transcript.summary_entry(place),
            entry => entry,
        };
        entry.map(|entry| written(entry, is_wanted, shared))
    };
    let mut write = |place: usize, entry: Option<WrittenEntry<'_>>| {
        let mut marks = transcript.own_marks(place);
        marks.extend((options.file_marks)(place));
        part.change(&marks, out)?;
        let now = transcript.chapter_at(place);
        if now != chapter {
            chapter = now;
            if let Some(chapter) = now.and_then(|index| transcript.chapter(index)) {
                let facts = facts(&chapter, options.clock).into_iter();
                let facts: Vec<String> = facts
                    .map(|fact| masked(shared.redactor, Cow::Owned(fact), &mut masks).into_owned())
                    .collect();
                out.chapter(chapter.number, &facts)?;
            }
        }
        if let Some(entry) = entry {
            masks += entry.masks;
            out.entry(&entry)?;
        }
        for mark in marks {
            if let ItemMark::Superseded { .. } = mark {
                out.mark(&mark.to_string())?;
            }
        }
        io::Result::Ok(())
    };
    let batches: Vec<&[usize]> = batches(transcript.history(), &chosen).collect();
    let make_batch = |batch: &&[usize]| batch.iter().map(|place| make(*place)).collect::<Vec<_>>();
    let ended = in_order(&batches, make_batch, |batch, entries| {
        let mut entries = batch.iter().copied().zip(entries);
        match entries.try_for_each(|(place, entry)| write(place, entry)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    });
    if let ControlFlow::Break(error) = ended {
        return Err(error);
    }
    // If the written entries stop in the middle of a part, the end of the part is not marked.
    if places.end == transcript.history().len() {
        part.change(&[], out)?;
    }
    out.end()?;
    Ok(masks)
}

/// Splits positions into batches of limited size.
fn batches<'a>(history: &'a History, places: &'a [usize]) -> impl Iterator<Item = &'a [usize]> {
    let mut rest = places;
    iter::from_fn(move || {
        let mut bytes = 0;
        let within = |place: &&usize| {
            let fits = bytes < AT_ONCE.1;
            bytes += history.get(**place).map_or(0, RolloutItem::len);
            fits
        };
        let length = rest.iter().take(AT_ONCE.0).take_while(within).count();
        let (batch, after) = rest.split_at_checked(length)?;
        rest = after;
        (!batch.is_empty()).then_some(batch)
    })
}

/// The entry of an item, unless it is a tool call and tool calls are not shown.
fn visible_entry(transcript: &Transcript, tools: ToolDetail, place: usize) -> Option<TranscriptEntry<'_>> {
    let entry = transcript.entry(place)?;
    (tools != ToolDetail::None || entry.speaker != Speaker::Tool).then_some(entry)
}

/// The range of positions from `context` entries before an item to `context` entries after it.
fn window(transcript: &Transcript, tools: ToolDetail, place: usize, context: usize) -> Range<usize> {
    let is_visible = |place: &usize| visible_entry(transcript, tools, *place).is_some();
    let before = (0..place).rev().filter(is_visible).take(context).last();
    let after = (place + 1..transcript.history().len())
        .filter(is_visible)
        .take(context)
        .last();
    before.unwrap_or(place)..after.unwrap_or(place) + 1
}

/// A few words about a turn.
fn facts(chapter: &Chapter, clock: &dyn Fn(DateTime<Utc>) -> DateTime<FixedOffset>) -> Vec<String> {
    let began = chapter.began.map(|at| shown_time(clock, at));
    let aborted = chapter.aborted.as_ref().map(ToString::to_string);
    let facts = [
        began,
        chapter.millis.map(duration),
        chapter.tokens.map(|tokens| format!("{} tokens", grouped(tokens))),
        aborted,
    ];
    facts.into_iter().flatten().collect()
}

/// A time with its offset.
pub(super) fn shown_time(
    clock: &dyn Fn(DateTime<Utc>) -> DateTime<FixedOffset>,
    at: DateTime<Utc>,
) -> String {
    clock(at).format("%Y-%m-%d %H:%M:%S %:z").to_string()
}

/// A duration: `230 ms`, `1.5 s`, `3 min 20 s`, `2 h 5 min`.
pub fn duration(millis: u64) -> String {
    let seconds = millis / 1000;
    match seconds {
        0 => format!("{millis} ms"),
        1..60 => format!("{seconds}.{} s", millis / 100 % 10),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

/// The text with masks, if keys and tokens are masked. Adds the number of masks to `masks`.
fn masked<'a>(redactor: Option<&Redactor>, text: Cow<'a, str>, masks: &mut u64) -> Cow<'a, str> {
    match redactor {
        Some(redactor) => redactor.mask(text, masks),
        None => text,
    }
}

fn written<'a>(
    mut entry: TranscriptEntry<'a>,
    is_wanted: bool,
    options: EntryOptions<'_>,
) -> WrittenEntry<'a> {
    let failed = entry
        .outcome
        .as_ref()
        .is_some_and(super::EntryOutcome::is_failure);
    let EntryOptions { tools, redactor, .. } = options;
    let mut masks = 0;
    entry.title = masked(redactor, entry.title, &mut masks);
    let outcome = entry.outcome.as_ref().map(super::EntryOutcome::words);
    let outcome = outcome.map(|words| masked(redactor, Cow::Owned(words), &mut masks).into_owned());
    let blocks = std::mem::take(&mut entry.blocks).into_iter();
    entry.blocks = blocks
        .filter(|block| !brief::is_left_out(block, tools))
        .map(|block| {
            let mut own = 0;
            let mut block = map_texts(block, &mut |text| masked(redactor, text, &mut own));
            if tools != ToolDetail::Full {
                block = brief::cut(block, failed);
                if let TranscriptBlock::Output(text) | TranscriptBlock::Diff { text, .. } = &block {
                    own = own.min(redact::masks_in(text));
                }
            }
            masks += own;
            block
        })
        .collect();
    WrittenEntry {
        number: entry.place + 1,
        time: entry.at.map(|at| shown_time(options.clock, at)),
        outcome,
        entry,
        is_wanted,
        masks,
    }
}

/// The block with each of its texts replaced by the result of `map`.
fn map_texts<'a>(
    block: TranscriptBlock<'a>,
    map: &mut dyn FnMut(Cow<'a, str>) -> Cow<'a, str>,
) -> TranscriptBlock<'a> {
    let mut own = |text: String| map(Cow::Owned(text)).into_owned();
    match block {
        TranscriptBlock::Text(text) => TranscriptBlock::Text(map(text)),
        TranscriptBlock::Arguments { text, is_json } => TranscriptBlock::Arguments {
            text: map(text),
            is_json,
        },
        TranscriptBlock::Output(text) => TranscriptBlock::Output(map(text)),
        TranscriptBlock::Diff { title, text } => TranscriptBlock::Diff {
            title: own(title),
            text: map(text),
        },
        TranscriptBlock::Plan(mut lines) => {
            for line in &mut lines {
                line.step = own(std::mem::take(&mut line.step));
            }
            TranscriptBlock::Plan(lines)
        }
        TranscriptBlock::Image(text) => TranscriptBlock::Image(own(text)),
        TranscriptBlock::Thread { label, id } => TranscriptBlock::Thread { label, id: own(id) },
        TranscriptBlock::Replaced { role, text } => TranscriptBlock::Replaced {
            role: own(role),
            text: map(text),
        },
    }
}

/// The part of a history that an item belongs to, as far as lines in the output mark its beginning and end.
#[derive(Default)]
struct HistoryPart {
    inherited: Option<ThreadId>,
    replayed: Option<ThreadId>,
    undone: Option<usize>,
}

impl HistoryPart {
    /// Switches to the part that an item with these marks belongs to, and writes the lines that mark the change.
    fn change(&mut self, marks: &[ItemMark], out: &mut dyn TranscriptWriter) -> io::Result<()> {
        let mut now = Self::default();
        for mark in marks {
            match mark {
                ItemMark::Inherited { from } => now.inherited = Some(*from),
                ItemMark::Replayed { of } => now.replayed = Some(*of),
                ItemMark::Undone { by } => now.undone = Some(*by),
                _ => {}
            }
        }
        if self.undone.is_some() && self.undone != now.undone {
            out.mark("end of the undone items")?;
        }
        if self.inherited.is_some() && self.inherited != now.inherited {
            out.mark("end of the inherited items")?;
        }
        if self.replayed.is_some() && self.replayed != now.replayed {
            out.mark("end of the copied items")?;
        }
        for mark in marks {
            let is_new = match mark {
                ItemMark::Inherited { .. } => self.inherited != now.inherited,
                ItemMark::Replayed { .. } => self.replayed != now.replayed,
                ItemMark::Undone { .. } => self.undone != now.undone,
                ItemMark::Begins { .. } => true,
                _ => false,
            };
            if is_new {
                out.mark(&mark.to_string())?;
            }
        }
        *self = now;
        Ok(())
    }
}

/// The number of lines that were left out, in words.
fn more_lines(lines: usize) -> String {
    format!("\u{2026} {}", count(lines as u64, "more line"))
}
