//! The part of the view state that is about the transcript: switching to it, its times and density, and scrolling by lines.

use std::rc::Rc;

use super::{Density, HistoryView};
use crate::inspector::panes::history::conversation::ReadTranscript;
use crate::inspector::panes::history::entry::EntryLines;
use crate::inspector::panes::history::times::TimeColumn;
use crate::inspector::widgets::cursor::ListCursor;
use crate::inspector::widgets::line_scroll::{LinePlace, LineScroll};
use crate::protocol::ThreadId;
use crate::store::History;

impl HistoryView {
    /// Returns the history that is to be read as a transcript in the background, if any.
    pub fn transcript_to_read(&mut self) -> Option<(ThreadId, History)> {
        let thread = self.thread?;
        let is_to_read = self.conversation.is_to_read();
        is_to_read.then(|| (thread, self.marks.history().clone()))
    }

    /// Receives a transcript that was read in the background.
    pub fn take_transcript(&mut self, thread: ThreadId, read: ReadTranscript) {
        if self.thread == Some(thread) && self.conversation.take(read) {
            self.sift_from(0);
        }
    }

    /// Shows the history as a transcript, or as rows. The selection stays on its item, or on the entry that shows it.
    pub fn show_transcript(&mut self, is_shown: bool) {
        let selected = self.selected();
        self.conversation.is_shown = is_shown;
        if is_shown {
            self.conversation.aim(self.marks.history());
        }
        self.sift_from(0);
        if let Some(place) = selected {
            self.cursor.at = self.row_at(self.shown_by(place));
        }
        self.cursor.top = self.cursor.at;
        self.conversation.line = 0;
    }

    /// Returns what the time column shows.
    pub fn time_column(&self) -> TimeColumn {
        match self.conversation.is_shown {
            true => self.conversation.times,
            false => self.times,
        }
    }

    /// Returns what the time column shows initially.
    pub fn usual_times(&self) -> TimeColumn {
        match self.conversation.is_shown {
            true => TimeColumn::Clock,
            false => TimeColumn::Gap,
        }
    }

    /// Switches the time column to the next kind of time.
    pub fn next_times(&mut self) {
        let times = self.time_column().next();
        match self.conversation.is_shown {
            true => self.conversation.times = times,
            false => self.times = times,
        }
    }

    /// Returns how much of each item is shown.
    pub fn density(&self) -> Density {
        match self.conversation.is_shown {
            true => self.conversation.density,
            false => self.density,
        }
    }

    /// Switches the transcript or the rows, whichever is shown, to the next density.
    pub fn next_density(&mut self) {
        let density = self.density().next();
        match self.conversation.is_shown {
            true => self.conversation.density = density,
            false => self.density = density,
        }
    }

    /// Returns the position of the item whose row shows the item at `place`.
    pub fn shown_by(&self, place: usize) -> usize {
        match self.conversation.is_shown {
            true => self.conversation.transcript().shown_by(place),
            false => place,
        }
    }

    /// Returns the positions of the items that the row of an item shows.
    pub fn items_of(&self, place: usize) -> Vec<usize> {
        match self.conversation.is_shown {
            true => self.conversation.transcript().items_of(place).collect(),
            false => vec![place],
        }
    }

    /// Returns the lines of the entry in a row of the transcript.
    pub fn lines_at(&self, row: usize) -> Rc<EntryLines> {
        let before = row.checked_sub(1).and_then(|before| self.place(before));
        match self.place(row) {
            Some(place) => self.conversation.lines(place, before),
            None => Rc::default(),
        }
    }

    /// Returns the number of entries of the transcript that are on the screen, at least 1.
    pub fn entries_on_screen(&self) -> usize {
        let end = self.scroll(|list, _, top| list.down(top, list.height));
        (end.row - self.cursor.top.min(end.row)).max(1)
    }

    /// Scrolls the transcript so that the selected entry is visible on a screen of this size.
    pub fn settle_transcript(&mut self, columns: u16, height: u16) {
        self.conversation.size = (columns, height);
        if std::mem::take(&mut self.conversation.seeks_match)
            && let Some(place) = self.selected()
        {
            let before = self
                .cursor
                .at
                .checked_sub(1)
                .and_then(|before| self.place(before));
            let needle = self.needle().to_owned();
            if let Some(line) = self.conversation.line_with(&needle, place, before) {
                let line = line.saturating_sub(usize::from(height) / 3);
                let row = self.cursor.at;
                self.scroll_to((row, LinePlace { row, line }));
            }
        }
        let settled = self.scroll(|list, at, top| list.settle(at, top));
        self.scroll_to(settled);
    }

    /// Calls `change` with the current scroll position and returns its result.
    pub(super) fn scroll<T>(&self, change: impl FnOnce(&LineScroll<'_>, usize, LinePlace) -> T) -> T {
        let list = LineScroll {
            rows: self.rows(),
            height: usize::from(self.conversation.size.1.max(1)),
            lines: &|row| self.lines_at(row).lines.len(),
        };
        change(&list, self.cursor.at, self.conversation.top(self.cursor.top))
    }

    /// Sets the selected row and the first visible line.
    pub(super) fn scroll_to(&mut self, (at, top): (usize, LinePlace)) {
        self.cursor = ListCursor { at, top: top.row };
        self.conversation.line = top.line;
    }
}
