//! The threads whose contents contain a text: each row has the number of matching items and the text around the first
//! match.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::inspector::layout::parts::{PaneParts, with_head_and_foot};
use crate::inspector::panes::threads::list::facts::label;
use crate::inspector::state::context::Context;
use crate::inspector::state::found_threads::{FoundThreads, ThreadHits};
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay;
use crate::inspector::widgets::cursor::ListCursor;
use crate::inspector::widgets::frame::{Cells, Frame, RowCursor, sentence};
use crate::inspector::widgets::theme::Role;
use crate::protocol::numbers::{count, grouped};
use crate::text::needle::Needle;

/// The list of the threads that were found.
pub struct ContentsView {
    /// What was found.
    pub found: FoundThreads,
    needle: Needle,
}

impl ContentsView {
    /// Creates the list.
    pub fn new(found: FoundThreads) -> Self {
        Self {
            needle: Needle::new(found.text()),
            found,
        }
    }
}

impl Overlay for ContentsView {
    fn context(&self) -> Context {
        Context::Contents
    }

    fn height(&self, body: Rect) -> u16 {
        u16::try_from(self.found.hits().len().saturating_add(4))
            .unwrap_or(u16::MAX)
            .clamp(8, body.height.max(8))
    }

    /// The search text is above the list, and a sentence about what was searched is below it.
    fn parts(&self, area: Rect) -> PaneParts {
        with_head_and_foot(area)
    }

    fn draw(&self, model: &Model, buffer: &mut Buffer, area: Rect, focused: bool) {
        draw(model, self, buffer, area, focused);
    }

    fn list(&mut self) -> Option<(&mut ListCursor, usize)> {
        let rows = self.found.hits().len();
        Some((&mut self.found.cursor, rows))
    }

    fn copies(&self) -> Vec<(&'static str, String)> {
        let Some(hits) = self.found.selected() else {
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
    let items: usize = view.found.hits().iter().map(|(_, hits)| hits.places.len()).sum();
    let note = format!(
        "{} in {}",
        count(items as u64, "item"),
        count(view.found.hits().len() as u64, "thread")
    );
    Frame {
        title: "Found",
        note: &note,
        focused: uppermost,
        scroll: Some((view.found.cursor.top, height, view.found.hits().len())),
    }
    .draw(buffer, area, model.theme);
    let mut head = Cells::new(model.theme, parts.head.width);
    head.text(" \u{201c}", Role::Muted)
        .text(view.found.text(), Role::Strong)
        .text("\u{201d}", Role::Muted);
    head.draw_in(buffer, parts.head);
    for (y, row) in (parts.list.y..).zip(view.found.cursor.visible(view.found.hits().len(), height)) {
        model.built.set(model.built.get() + 1);
        let cursor = RowCursor::of(row == view.found.cursor.at, uppermost);
        let cells = cells(model, view, &view.found.hits()[row].1, (cursor, parts.list.width));
        cells.draw(buffer, parts.list.x, y, parts.list.width, cursor);
    }
    sentence(
        buffer,
        parts.foot,
        model.theme,
        &view.found.about(&model.job, &model.commands.key("open-found")),
        Role::Muted,
    );
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
        let title = view.found.store.thread(hits.id).and_then(|record| label(record));
        match title {
            Some(title) => cells.column(title, columns, Role::Text),
            None => cells.column(&hits.id.to_string(), columns, Role::Muted),
        };
        cells.gap(1);
    }
    let text = hits.snippet.from_match(cells.left()).into_owned();
    cells.found(&text, &view.needle, Role::Text);
    cells
}
