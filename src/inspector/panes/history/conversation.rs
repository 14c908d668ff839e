//! The history as a transcript: which items have an entry, which entries are unfolded, and the lines of the entries near
//! the screen.
//!
//! The items that have an entry are the rows of the history while the transcript is shown, so that the selection, the
//! search and the filters are the same. A long history is read in the background; until that is done, later items are
//! shown on their own, even if they belong to a call, and items without an entry are rows without lines.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::entry::{EntryLine, EntryLines, INDENT, lines};
use super::times::TimeColumn;
use super::view::Density;
use crate::inspector::widgets::line_scroll::LinePlace;
use crate::store::History;
use crate::text::needle::Needle;
use crate::workbench::transcript::Transcript;

/// The number of bytes of a history that are read immediately.
const AT_ONCE: usize = 64 * 1024;
/// The number of entries and of lines whose layout is kept, more than a screen can show.
const KEPT: (usize, usize) = (512, 200_000);

/// A transcript that was read in the background.
#[derive(Debug)]
pub struct ReadTranscript {
    transcript: Transcript,
    entries: Vec<bool>,
}

impl ReadTranscript {
    /// Reads all items of a history in parts, as long as `goes_on` returns true.
    pub fn read_all(history: &History, mut goes_on: impl FnMut() -> bool) -> Option<Self> {
        let transcript = Transcript::read_all(history, &mut goes_on)?;
        let mut entries = Vec::with_capacity(history.len());
        for place in 0..history.len() {
            if place % 1_024 == 0 && !goes_on() {
                return None;
            }
            entries.push(transcript.has_entry(place));
        }
        Some(Self { transcript, entries })
    }
}

/// The history as a transcript.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// Whether the pane shows it instead of the rows.
    pub is_shown: bool,
    /// How much of each entry is shown.
    pub density: Density,
    /// What the times of the entries show.
    pub times: TimeColumn,
    /// The first visible line of the first visible row.
    pub line: usize,
    /// Whether the next frame scrolls to the match in the selected entry.
    pub seeks_match: bool,
    /// The columns and rows of the list in the last frame.
    pub size: (u16, u16),
    transcript: Transcript,
    /// Whether each item that was read has an entry.
    entries: Vec<bool>,
    /// Whether the rest is being read in the background.
    awaits: bool,
    /// The entries whose folded state differs from the one that the density sets.
    toggled: BTreeSet<usize>,
    layouts: RefCell<Layouts>,
}

impl Default for Conversation {
    fn default() -> Self {
        Self {
            is_shown: false,
            density: Density::Summary,
            times: TimeColumn::Clock,
            line: 0,
            seeks_match: false,
            size: (0, 0),
            transcript: Transcript::default(),
            entries: Vec::new(),
            awaits: false,
            toggled: BTreeSet::new(),
            layouts: RefCell::default(),
        }
    }
}

/// The lines of entries for one screen width, by the position of the item and the turn that begins with the item.
#[derive(Clone, Debug, Default)]
struct Layouts {
    kept: HashMap<(usize, Option<usize>), Rc<EntryLines>>,
    lines: usize,
    shape: Option<(u16, Density)>,
}

impl Conversation {
    /// Returns an empty transcript for another thread, with the display settings of this one.
    pub fn another(&self) -> Self {
        Self {
            is_shown: self.is_shown,
            density: self.density,
            times: self.times,
            size: self.size,
            ..Self::default()
        }
    }

    /// Switches to a history, and reads some of it. Returns the first item about which more is known now.
    pub fn aim(&mut self, history: &History) -> Option<usize> {
        let is_other = self.transcript.aim(history);
        if is_other {
            *self = Self {
                transcript: std::mem::take(&mut self.transcript),
                ..self.another()
            };
        }
        if !self.awaits && !self.transcript.is_complete() {
            self.transcript.read(AT_ONCE);
            let first = self.entries.len();
            let new = first..self.transcript.items_read();
            self.entries
                .extend(new.map(|place| self.transcript.has_entry(place)));
            self.layouts.take();
            return Some(first);
        }
        is_other.then_some(0)
    }

    /// Returns whether the history is to be read in the background.
    pub fn is_to_read(&mut self) -> bool {
        let is_to_read = self.is_shown && !self.awaits && !self.transcript.is_complete();
        self.awaits |= is_to_read;
        is_to_read
    }

    /// Receives a transcript that was read in the background. Returns whether the transcript is used.
    pub fn take(&mut self, read: ReadTranscript) -> bool {
        if !read.transcript.continues(&self.transcript) {
            return false;
        }
        let history = self.transcript.history().clone();
        self.awaits = false;
        self.transcript = read.transcript;
        self.entries = read.entries;
        self.transcript.aim(&history);
        self.layouts.take();
        true
    }

    /// Returns the transcript as far as it was read.
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Returns whether an item can have an entry: it has one, or was not read.
    pub fn can_have_entry(&self, place: usize) -> bool {
        self.entries.get(place).copied().unwrap_or(true)
    }

    /// Folds or unfolds an entry.
    pub fn toggle(&mut self, place: usize) {
        if !self.toggled.remove(&place) {
            self.toggled.insert(place);
        }
        self.layouts.take();
    }

    /// Returns whether an entry is unfolded.
    pub fn is_open(&self, place: usize) -> bool {
        (self.density == Density::Whole) != self.toggled.contains(&place)
    }

    /// Returns the lines of the entry of an item. `before` is the item of the row above.
    pub fn lines(&self, place: usize, before: Option<usize>) -> Rc<EntryLines> {
        let turn = |place: usize| self.transcript.chapter_at(place);
        let begins = turn(place).filter(|_| before.and_then(turn) != turn(place));
        let shape = Some((self.size.0, self.density));
        let mut layouts = self.layouts.borrow_mut();
        if layouts.shape != shape || layouts.kept.len() >= KEPT.0 || layouts.lines >= KEPT.1 {
            *layouts = Layouts {
                shape,
                ..Layouts::default()
            };
        }
        if let Some(known) = layouts.kept.get(&(place, begins)) {
            return Rc::clone(known);
        }
        let entry = self.transcript.entry(place);
        let made = entry.map(|entry| {
            let chapter = begins.and_then(|index| self.transcript.chapter(index));
            let columns = usize::from(self.size.0.saturating_sub(INDENT + 1));
            lines(
                entry,
                chapter.as_ref(),
                self.density,
                self.is_open(place),
                columns,
            )
        });
        let made = Rc::new(made.unwrap_or_default());
        layouts.lines += made.lines.len();
        layouts.kept.insert((place, begins), Rc::clone(&made));
        made
    }

    /// Returns the first line of the selected entry, at this row, that contains a search text. Unfolds the entry if only
    /// the folded part contains it.
    pub fn line_with(&mut self, needle: &str, place: usize, before: Option<usize>) -> Option<usize> {
        let needle = Needle::new(needle);
        let find = |lines: &EntryLines| {
            lines.lines.iter().position(|line| match line {
                EntryLine::Chapter(..) => false,
                EntryLine::Heading(heading) => needle.is_in(&heading.title),
                EntryLine::Body(text, _) => needle.is_in(text),
            })
        };
        let lines = self.lines(place, before);
        if let Some(line) = find(&lines) {
            return Some(line);
        }
        if !lines.can_fold || self.is_open(place) {
            return None;
        }
        self.toggle(place);
        let found = find(&self.lines(place, before));
        if found.is_none() {
            self.toggle(place);
        }
        found
    }

    /// Returns the first line on the screen, given its row.
    pub fn top(&self, row: usize) -> LinePlace {
        LinePlace { row, line: self.line }
    }
}
