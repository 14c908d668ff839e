//! The threads whose contents hold a text: a row for each, with the number of its items that do and the text around the first
//! match.

use std::borrow::Cow;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::inspector::features::contents::ContentPlace;
use crate::inspector::layout::parts::{PaneParts, with_head_and_foot};
use crate::inspector::panes::threads::list::facts::label;
use crate::inspector::state::context::Context;
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay;
use crate::inspector::widgets::cursor::{ListCursor, Motion};
use crate::inspector::widgets::frame::{Cells, Frame, RowCursor, sentence};
use crate::inspector::widgets::theme::Role;
use crate::protocol::ThreadId;
use crate::protocol::numbers::{count, grouped};
use crate::rollout::search::Snippet;
use crate::store::{Snapshot, ThreadRecord};
use crate::text::needle::Needle;

/// The items of a thread that contain the text.
pub struct ThreadHits {
    /// The thread.
    pub id: ThreadId,
    /// The positions of the items in the history, ascending.
    pub places: Vec<usize>,
    /// The text around the first match.
    pub snippet: Snippet,
}

/// The results of a search.
pub struct ContentsView {
    /// The store when the search began.
    pub store: Snapshot,
    /// The threads in the order in which they are searched.
    pub records: Arc<Vec<Arc<ThreadRecord>>>,
    /// The number of the job that searches.
    pub job: u64,
    text: String,
    needle: Needle,
    /// The threads with hits, by their index among the searched ones.
    hits: Vec<(usize, ThreadHits)>,
    cursor: ListCursor,
    /// The place of the next item to search.
    place: ContentPlace,
    searched: usize,
    items: usize,
}

impl ContentsView {
    /// Creates the view of a search that has not begun.
    pub fn new(store: Snapshot, text: &str, records: Vec<Arc<ThreadRecord>>) -> Self {
        let items = |record: &Arc<ThreadRecord>| record.history.as_ref().map_or(0, |history| history.len());
        Self {
            items: records.iter().map(items).sum(),
            store,
            records: Arc::new(records),
            job: 0,
            text: text.to_string(),
            needle: Needle::new(text),
            hits: Vec::new(),
            cursor: ListCursor::default(),
            place: (0, 0),
            searched: 0,
        }
    }

    /// Returns the text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the place of the next item to search.
    pub fn place(&self) -> ContentPlace {
        self.place
    }

    /// Returns the number of items that were searched.
    pub fn searched(&self) -> usize {
        self.searched
    }

    /// Returns the number of all items.
    pub fn items(&self) -> usize {
        self.items
    }

    /// Returns whether all items were searched.
    pub fn is_done(&self) -> bool {
        self.place.0 >= self.records.len()
    }

    /// Adds hits, and notes up to where and how many items were searched.
    pub fn add(&mut self, hits: Vec<(usize, ThreadHits)>, until: ContentPlace, searched: usize) {
        for (thread, hits) in hits {
            match self.hits.last_mut().filter(|(of, _)| *of == thread) {
                Some((_, known)) => known.places.extend(hits.places),
                None => self.hits.push((thread, hits)),
            }
        }
        self.place = until;
        self.searched += searched;
    }

    /// Returns the hits of the selected thread.
    pub fn selected(&self) -> Option<&ThreadHits> {
        self.hits.get(self.cursor.at).map(|(_, hits)| hits)
    }

    /// Returns a sentence about what was searched.
    fn about(&self, model: &Model) -> String {
        let (searched, of) = (grouped(self.searched as u64), count(self.items as u64, "item"));
        match (self.is_done(), model.job.is_at(self.job)) {
            (true, _) if self.hits.is_empty() => {
                format!("No item contains the text; all of the {of} were searched.")
            }
            (true, _) => format!("All of the {of} were searched. Enter goes to the first match."),
            (false, true) => format!("{searched} of {of} were searched so far."),
            (false, false) => format!("Stopped after {searched} of {of}. Enter goes to the first match."),
        }
    }
}

impl Overlay for ContentsView {
    fn context(&self) -> Context {
        Context::Contents
    }

    fn height(&self, body: Rect) -> u16 {
        u16::try_from(self.hits.len().saturating_add(4))
            .unwrap_or(u16::MAX)
            .clamp(8, body.height.max(8))
    }

    /// The text is above the list, and a sentence about what was searched is below it.
    fn parts(&self, area: Rect) -> PaneParts {
        with_head_and_foot(area)
    }

    fn draw(&self, model: &Model, buffer: &mut Buffer, area: Rect, focused: bool) {
        draw(model, self, buffer, area, focused);
    }

    fn settle(&mut self, _: usize, height: usize) {
        self.cursor.settle(self.hits.len(), height);
    }

    fn go(&mut self, motion: Motion, height: usize) {
        self.cursor.go(motion, self.hits.len(), height);
    }

    fn copies(&self) -> Vec<(&'static str, String)> {
        let Some(hits) = self.selected() else {
            return Vec::new();
        };
        vec![
            ("the text around the match", hits.snippet.text.clone()),
            ("the thread's id", hits.id.to_string()),
        ]
    }
}

fn draw(model: &Model, view: &ContentsView, buffer: &mut Buffer, area: Rect, uppermost: bool) {
    let parts = view.parts(area);
    let height = usize::from(parts.list.height);
    let items: usize = view.hits.iter().map(|(_, hits)| hits.places.len()).sum();
    let note = format!(
        "{} in {}",
        count(items as u64, "item"),
        count(view.hits.len() as u64, "thread")
    );
    Frame {
        title: "Found",
        note: &note,
        focused: uppermost,
        scroll: Some((view.cursor.top, height, view.hits.len())),
    }
    .draw(buffer, area, model.theme);
    let mut head = Cells::new(model.theme, parts.head.width);
    head.text(" \u{201c}", Role::Muted)
        .text(&view.text, Role::Strong)
        .text("\u{201d}", Role::Muted);
    head.draw_in(buffer, parts.head);
    for (y, row) in (parts.list.y..).zip(view.cursor.visible(view.hits.len(), height)) {
        model.built.set(model.built.get() + 1);
        let cursor = RowCursor::of(row == view.cursor.at, uppermost);
        let cells = cells(model, view, &view.hits[row].1, (cursor, parts.list.width));
        cells.draw(buffer, parts.list.x, y, parts.list.width, cursor);
    }
    sentence(buffer, parts.foot, model.theme, &view.about(model), Role::Muted);
}

/// A row: the number of items, the title of the thread, and the text around the first match.
fn cells(model: &Model, view: &ContentsView, hits: &ThreadHits, (cursor, width): (RowCursor, u16)) -> Cells {
    let mut cells = Cells::new(model.theme, width);
    cells
        .text(cursor.sign(), Role::Key)
        .right(&grouped(hits.places.len() as u64), 6, Role::Strong)
        .gap(1);
    let columns = match width {
        100.. => 32,
        60.. => 18,
        _ => 0,
    };
    if columns > 0 {
        let title = view.store.thread(hits.id).and_then(|record| label(record));
        match title {
            Some(title) => cells.column(title, columns, Role::Text),
            None => cells.column(&hits.id.to_string(), columns, Role::Muted),
        };
        cells.gap(1);
    }
    let text = from_match(&hits.snippet, cells.left());
    cells.found(&text, &view.needle, Role::Text);
    cells
}

/// The text of a snippet, without its start if the match would not fit into the columns otherwise.
fn from_match(snippet: &Snippet, columns: usize) -> Cow<'_, str> {
    let (start, end) = snippet.at;
    let skipped = start.saturating_sub(columns / 4);
    if end < columns || skipped == 0 {
        return Cow::Borrowed(&snippet.text);
    }
    let rest = snippet.text.chars().skip(skipped);
    Cow::Owned(std::iter::once('\u{2026}').chain(rest).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_match_is_in_sight_in_few_columns() {
        let value = format!("{}needle{}", "a".repeat(50), "b".repeat(50));
        let snippet = Snippet::around(&value, &(50..56));
        assert_eq!(from_match(&snippet, 80), snippet.text);
        let narrow = from_match(&snippet, 30);
        assert_eq!(narrow.find("needle"), Some("…".len() + 7));
        assert!(from_match(&snippet, 1).starts_with("…needle"));
    }
}
