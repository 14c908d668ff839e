//! The view state of a history: the visible items, the selection, the density, and the search.
//!
//! If nothing is hidden, the rows are the items themselves, and nothing is copied. Otherwise there is a list of the
//! positions of the remaining items, which grows with the history. The marks of a long history are read in the
//! background; until then all of its later items are visible. The pane draws the rows.

use std::collections::BTreeSet;

use super::conversation::Conversation;
use super::facets::{Facet, facet_of};
use super::glance::RowCaches;
use super::search::HistorySearch;
use super::times::TimeColumn;
use crate::inspector::state::msg::SearchMatches;
use crate::inspector::widgets::cursor::{ListCursor, Motion};
use crate::protocol::{RolloutItem, ThreadId};
use crate::store::History;
use crate::workbench::ItemMarks;

#[cfg(test)]
mod tests;
mod transcript;

/// The number of bytes of a history whose marks are read immediately.
const AT_ONCE: usize = 1024 * 1024;

/// The term of a filter that shows only the items that record a failure.
pub const FAILED: &str = "is:failed";

/// How much of each item is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    /// One line.
    #[default]
    Line,
    /// A few lines.
    Summary,
    /// As much as fits.
    Whole,
}

impl Density {
    /// Returns the density with a name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Line, Self::Summary, Self::Whole]
            .into_iter()
            .find(|density| density.name() == name)
    }

    /// Returns the next density.
    pub fn next(self) -> Self {
        match self {
            Density::Line => Density::Summary,
            Density::Summary => Density::Whole,
            Density::Whole => Density::Line,
        }
    }

    /// Returns the name.
    pub fn name(self) -> &'static str {
        match self {
            Density::Line => "line",
            Density::Summary => "summary",
            Density::Whole => "whole",
        }
    }
}

/// The view state of a history.
#[derive(Clone, Debug, Default)]
pub struct HistoryView {
    /// The thread.
    pub thread: Option<ThreadId>,
    /// The selected row and the first visible row.
    pub cursor: ListCursor,
    /// How much of each item is shown.
    pub density: Density,
    /// The hidden facets.
    pub hidden: BTreeSet<Facet>,
    /// The last search.
    pub search: Option<HistorySearch>,
    /// The filter: only its matches are shown.
    pub filter: Option<HistorySearch>,
    /// The position of an item that the filter hides and that is shown as long as it is selected.
    pub visited: Option<usize>,
    /// What the column of times shows in the rows.
    pub times: TimeColumn,
    /// Whether the selection stays on the last item when items are appended.
    pub sticks: bool,
    /// Whether items are visible that only repeat the text of another one.
    pub shows_repeats: bool,
    /// The history as a transcript.
    pub conversation: Conversation,
    /// The caches of items.
    pub(super) glances: RowCaches,
    marks: ItemMarks,
    /// Whether the marks of the rest of the history are being read in the background.
    awaits_marks: bool,
    /// The positions of the visible items. `None` shows all.
    places: Option<Vec<usize>>,
    /// The number of items that were filtered.
    sifted: usize,
}

impl HistoryView {
    /// Switches to the history of a thread. Starts at the first item if the thread has changed.
    pub fn aim(&mut self, thread: Option<ThreadId>, history: Option<&History>) {
        if self.thread != thread {
            *self = Self {
                sticks: self.sticks,
                thread,
                density: self.density,
                search: self.search.as_ref().map(HistorySearch::anew),
                filter: self.filter.as_ref().map(HistorySearch::anew),
                times: self.times,
                hidden: std::mem::take(&mut self.hidden),
                shows_repeats: self.shows_repeats,
                conversation: self.conversation.another(),
                ..Self::default()
            };
        }
        let is_last = self.cursor.at + 1 == self.rows();
        let was_visiting = self.visited.is_some();
        let is_other = match history {
            Some(history) => self.marks.aim(history),
            None => self.marks.aim(&History::default()),
        };
        self.awaits_marks &= !is_other;
        let items = self.items();
        for search in [&mut self.search, &mut self.filter].into_iter().flatten() {
            if is_other || search.seen > items {
                *search = search.anew();
            }
        }
        self.visited = self.visited.filter(|place| self.selected() == Some(*place));
        let changed = match self.awaits_marks {
            true => None,
            false => self.marks.read(AT_ONCE),
        };
        let read = match self.conversation.is_shown {
            true => self.conversation.aim(self.marks.history()),
            false => None,
        };
        let changed = changed.into_iter().chain(read).min();
        let is_search_shown = self.filter.is_some() || was_visiting;
        // The history shrinks if an earlier step is shown. Then some positions are invalid. A running search can add
        // positions anywhere. There are few of them, so all are copied again.
        match is_other || is_search_shown || self.sifted > self.items() {
            true => self.sift_from(0),
            false => self.sift_from(changed.unwrap_or(self.sifted)),
        }
        if self.sticks && is_last {
            self.cursor.at = self.rows().saturating_sub(1);
        }
        self.cursor.at = self.cursor.at.min(self.rows().saturating_sub(1));
    }

    /// Returns the history whose marks are to be read in the background, if any.
    pub fn marks_to_read(&mut self) -> Option<(ThreadId, History)> {
        if self.awaits_marks || self.marks.is_complete() {
            return None;
        }
        self.awaits_marks = true;
        Some((self.thread?, self.marks.history().clone()))
    }

    /// Receives marks that were read in the background.
    pub fn take_marks(&mut self, thread: ThreadId, marks: ItemMarks) {
        if self.thread == Some(thread) && marks.continues(&self.marks) {
            let history = self.marks.history().clone();
            self.awaits_marks = false;
            self.marks = marks;
            self.marks.aim(&history);
            self.sift_from(0);
        }
    }

    /// Returns the marks of the items.
    pub fn marks(&self) -> &ItemMarks {
        &self.marks
    }

    /// Returns the number of items that are hidden because they repeat the text of another one.
    pub fn hidden_repeats(&self) -> usize {
        match self.shows_repeats {
            true => 0,
            false => self.marks.repeats(),
        }
    }

    /// Rebuilds the rows because the hidden items or the search have changed. The cursor stays on its item, or on the
    /// next visible one.
    pub fn sift(&mut self) {
        self.sift_from(0);
        self.cursor.top = 0;
        self.conversation.line = 0;
    }

    /// Adds matches of the running search.
    pub fn add_matches(&mut self, found: SearchMatches) {
        let is_filter = self
            .filter
            .as_ref()
            .is_some_and(|filter| filter.number == found.search);
        let search = if is_filter {
            &mut self.filter
        } else {
            &mut self.search
        };
        let Some(search) = search.as_mut().filter(|search| search.number == found.search) else {
            return;
        };
        search.add(found);
        if is_filter || self.hidden_repeats() > 0 {
            self.sift_from(0);
        }
    }

    /// Rebuilds the rows of the items from this one on. The selected item stays in its row of the screen.
    fn sift_from(&mut self, first: usize) {
        let history = self.marks.history().clone();
        let selected = self.selected();
        let rows_above = self.cursor.at.saturating_sub(self.cursor.top);
        let top = self.place(self.cursor.top).filter(|_| self.conversation.is_shown);
        let before = std::mem::take(&mut self.places);
        let is_whole = before.is_none();
        if self.is_filtered() || self.hidden_repeats() > 0 || self.conversation.is_shown {
            let mut places = before.unwrap_or_default();
            let first = if is_whole { 0 } else { first.min(self.sifted) };
            places.truncate(places.partition_point(|place| *place < first));
            match &self.filter {
                Some(search) => {
                    let found = search.places.iter().map(|place| self.shown_by(*place));
                    places.extend(found.filter(|place| {
                        let item = history.get(*place);
                        item.is_some_and(|item| self.is_shown(*place, item))
                    }));
                    // Several items can be in one entry, which stands before all of them.
                    places.sort_unstable();
                    places.dedup();
                }
                None => {
                    let items = (first..).zip(history.range(first..history.len()));
                    let shown = items.filter(|(place, item)| self.is_shown(*place, item));
                    places.extend(shown.map(|(place, _)| place));
                }
            }
            if let Some(place) = self.visited
                && let Err(row) = places.binary_search(&place)
            {
                places.insert(row, place);
            }
            self.places = Some(places);
        }
        self.sifted = history.len();
        if is_whole && self.places.is_none() {
            return;
        }
        if let Some(selected) = selected {
            self.cursor.at = self.row_at(selected);
            self.cursor.top = match top {
                Some(top) => self.row_at(top),
                None => self.cursor.at.saturating_sub(rows_above),
            };
        }
    }

    /// Returns the row of the item at a position, or of the next visible item.
    fn row_at(&self, place: usize) -> usize {
        match &self.places {
            Some(places) => places.partition_point(|at| *at < place),
            None => place,
        }
    }

    fn is_shown(&self, place: usize, item: &RolloutItem) -> bool {
        let is_kind_shown = self.hidden.is_empty() || !self.hidden.contains(&facet_of(item));
        is_kind_shown
            && match self.conversation.is_shown {
                true => self.conversation.can_have_entry(place),
                false => !self.is_hidden_repeat(place),
            }
    }

    /// Returns whether an item is hidden because it repeats the text of another one. A match is hidden only if the
    /// other item is one too.
    fn is_hidden_repeat(&self, place: usize) -> bool {
        let is_hidden = !self.shows_repeats && !self.conversation.is_shown;
        let Some(of) = self.marks.repeat_of(place).filter(|_| is_hidden) else {
            return false;
        };
        let searches = self.filter.iter().chain(&self.search);
        match searches.into_iter().find(|search| search.finds(place)) {
            Some(search) => search.finds(of),
            None => true,
        }
    }

    /// Returns the number of rows.
    pub fn rows(&self) -> usize {
        self.places.as_ref().map_or(self.items(), Vec::len)
    }

    /// Returns the number of items.
    pub fn items(&self) -> usize {
        self.marks.history().len()
    }

    /// Returns whether only items of some kinds are visible, or only matches.
    pub fn is_filtered(&self) -> bool {
        !self.hidden.is_empty() || self.filter.is_some()
    }

    /// Returns the position in the history of the item in a row.
    pub fn place(&self, row: usize) -> Option<usize> {
        match &self.places {
            Some(places) => places.get(row).copied(),
            None => (row < self.items()).then_some(row),
        }
    }

    /// Returns the position of the selected item.
    pub fn selected(&self) -> Option<usize> {
        self.place(self.cursor.at)
    }

    /// Returns whether the item at a position is visible.
    pub fn is_visible(&self, place: usize) -> bool {
        let place = self.shown_by(place);
        self.place(self.row_at(place)) == Some(place)
    }

    /// Selects the item at a position. Shows the repeats if it is one of them. Returns false if it is not visible.
    pub fn go_to(&mut self, place: usize) -> bool {
        if self.is_hidden_repeat(place) {
            self.shows_repeats = true;
            self.sift_from(0);
        }
        let place = self.shown_by(place);
        let row = match &self.places {
            Some(places) => places.binary_search(&place).ok(),
            None => (place < self.items()).then_some(place),
        };
        self.cursor.at = row.unwrap_or(self.cursor.at);
        row.is_some()
    }

    /// Selects the item at a position, which the filter may hide. A hidden one is shown as long as it is selected.
    pub fn visit(&mut self, place: usize) {
        if !self.go_to(place) {
            let place = self.shown_by(place);
            self.visited = Some(place);
            self.sift_from(0);
            self.go_to(place);
        }
    }

    /// Selects the item at a position, or the visible one before it.
    pub fn go_near(&mut self, place: usize) {
        if !self.go_to(place) {
            self.cursor.at = self.row_at(self.shown_by(place)).saturating_sub(1);
        }
    }

    /// Moves the selection.
    pub fn go(&mut self, motion: Motion, height: usize) {
        if self.conversation.is_shown {
            let moved = self.scroll(|list, at, top| list.go(at, top, motion));
            return self.scroll_to(moved);
        }
        match motion {
            // Where rows have different heights, the screen cannot be scrolled without the selection.
            Motion::Lines(by) if self.density != Density::Line => {
                self.cursor.go(Motion::Rows(by.signum()), self.rows(), height);
            }
            motion => self.cursor.go(motion, self.rows(), height),
        }
    }

    /// Returns the row at a line of the screen, given the height of each row.
    pub fn row_on(&self, line: usize, rows_of: impl Fn(&Self, usize) -> usize) -> Option<usize> {
        if self.conversation.is_shown {
            let row = self.scroll(|list, _, top| list.down(top, line)).row;
            return (row < self.rows()).then_some(row);
        }
        let mut end = 0;
        (self.cursor.top..self.rows()).find(|row| {
            end += rows_of(self, *row);
            line < end
        })
    }

    /// Scrolls so that the selected row is visible. Rows may have different heights. `rows_of` returns the height of a
    /// row and is called only for rows that may be on the screen.
    pub fn settle(&mut self, height: usize, rows_of: impl Fn(&Self, usize) -> usize) {
        let len = self.rows();
        self.cursor.at = self.cursor.at.min(len.saturating_sub(1));
        self.cursor.top = self.cursor.top.min(self.cursor.at);
        // The first row at which the selected row fits completely on the screen.
        let mut used = rows_of(self, self.cursor.at);
        let mut highest = self.cursor.at;
        while let Some(before) = highest.checked_sub(1) {
            used += rows_of(self, before);
            if used > height {
                break;
            }
            highest = before;
        }
        self.cursor.top = self.cursor.top.max(highest);
        // Avoids blank space at the end while there are rows before.
        let mut used = 0;
        let mut row = self.cursor.top;
        while row < len && used < height {
            used += rows_of(self, row);
            row += 1;
        }
        while row == len
            && let Some(before) = self.cursor.top.checked_sub(1)
        {
            used += rows_of(self, before);
            if used > height {
                break;
            }
            self.cursor.top = before;
        }
    }

    /// Returns the last search text.
    pub fn needle(&self) -> &str {
        self.search.as_ref().map_or("", |search| search.query.text())
    }

    /// Returns the text of the filter.
    pub fn filter_text(&self) -> &str {
        self.filter.as_ref().map_or("", |filter| filter.query.text())
    }

    /// Returns the number of items that record a failure, if they were counted: while the filter shows only these.
    pub fn failures(&self) -> Option<usize> {
        let filter = self.filter.as_ref()?;
        (filter.done && filter.query.text() == FAILED).then_some(filter.places.len())
    }

    /// Returns the texts to mark in the items at a position: those of the search and of the filter. Empty if the item
    /// matches neither.
    pub fn found_texts(&self, place: usize) -> Vec<&str> {
        let searches = self.search.iter().chain(&self.filter);
        let matching = searches.filter(|search| search.finds(place));
        matching.flat_map(|search| search.query.texts()).collect()
    }

    /// Goes to the next or previous match, wrapping at the ends. With `from_here`, the selected item counts too.
    /// Returns false if there is no match so far.
    pub fn next_match(&mut self, forward: bool, from_here: bool) -> bool {
        let here = self.match_place().unwrap_or(0);
        let Some(search) = &self.search else { return false };
        let places = &search.places;
        let place = match forward {
            true => {
                let at = places.partition_point(|place| *place < here + usize::from(!from_here));
                places.get(at).or(places.first())
            }
            false => {
                let at = places.partition_point(|place| *place < here);
                at.checked_sub(1).and_then(|at| places.get(at)).or(places.last())
            }
        };
        match place.copied() {
            // Matches that are not visible are skipped.
            Some(place) if self.is_hidden_repeat(place) => self.nearest(place, forward),
            Some(place) => self.go_to_match(place) || self.nearest(place, forward),
            None => false,
        }
    }

    fn nearest(&mut self, place: usize, forward: bool) -> bool {
        let Some(search) = self.search.as_ref().filter(|_| self.places.is_some()) else {
            return false;
        };
        let visible = |place: &&usize| self.is_visible(**place);
        let found = match forward {
            true => search.places.iter().filter(|at| **at > place).find(visible),
            false => search.places.iter().rev().filter(|at| **at < place).find(visible),
        };
        match found.copied() {
            Some(place) => self.go_to_match(place),
            None => false,
        }
    }

    fn go_to_match(&mut self, place: usize) -> bool {
        let is_there = self.go_to(place);
        if let Some(search) = self.search.as_mut().filter(|_| is_there) {
            search.last = Some(place);
            self.conversation.seeks_match = self.conversation.is_shown;
        }
        is_there
    }

    /// Returns the position of the match in the selected row that was visited last, or of the selected item.
    fn match_place(&self) -> Option<usize> {
        let selected = self.selected()?;
        let last = self.search.as_ref().and_then(|search| search.last);
        last.filter(|last| self.shown_by(*last) == selected)
            .or(Some(selected))
    }

    /// Returns the number of the selected match, starting at 1, or 0 if the selected item is no match.
    pub fn match_number(&self) -> usize {
        let place = self.match_place();
        let search = self.search.as_ref();
        search
            .zip(place)
            .and_then(|(search, place)| search.places.binary_search(&place).ok())
            .map_or(0, |at| at + 1)
    }
}
