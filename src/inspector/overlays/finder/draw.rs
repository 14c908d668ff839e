//! Draws a searchable list: the input, and below it the matching rows.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Finder, ListEntry, ListPurpose};
use crate::inspector::layout::parts::inner;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::frame::{Cells, Frame, RowCursor, sentence};
use crate::inspector::widgets::theme::Role;
use crate::text::width;

/// Draws the list.
pub fn draw(model: &Model, finder: &Finder, buffer: &mut Buffer, area: Rect, uppermost: bool) {
    let inside = inner(area);
    let line = Rect {
        height: 1.min(inside.height),
        ..inside
    };
    let list = Rect {
        y: inside.y + line.height,
        height: inside.height - line.height,
        ..inside
    };
    let height = usize::from(list.height);
    let note = format!("{} of {}", finder.found.len(), finder.entries.len());
    Frame {
        title: finder.purpose.title(),
        note: &note,
        focused: uppermost,
        scroll: Some((finder.cursor.top, height, finder.found.len())),
    }
    .draw(buffer, area, model.theme);
    if line.height > 0 {
        let mut cells = Cells::new(model.theme, line.width);
        cells
            .text(
                if finder.purpose == ListPurpose::Palette {
                    ":"
                } else {
                    "/"
                },
                Role::Key,
            )
            .input(&finder.query);
        if finder.query.text().is_empty() {
            cells.text(" type to search", Role::Muted);
        }
        cells.draw(buffer, line.x, line.y, line.width, RowCursor::No);
    }
    if finder.found.is_empty() {
        let words = match finder.purpose {
            ListPurpose::Values(_) => "No value matches: Enter uses the text as JSON.",
            _ => "No matches.",
        };
        return sentence(buffer, list, model.theme, words, Role::Muted);
    }
    let widths = Widths::of(finder, list.width);
    for (y, at) in (list.y..).zip(finder.cursor.visible(finder.found.len(), height)) {
        let entry = &finder.entries[finder.found[at]];
        let cursor = RowCursor::of(at == finder.cursor.at, uppermost);
        cells(model, entry, cursor, list.width, &widths).draw(buffer, list.x, y, list.width, cursor);
    }
}

struct Widths {
    keys: usize,
    names: usize,
}

impl Widths {
    fn of(finder: &Finder, columns: u16) -> Self {
        let columns = usize::from(columns);
        let widest = |of: fn(&ListEntry) -> usize| finder.entries.iter().map(of).max().unwrap_or(0);
        let keys = widest(|entry| width(&entry.keys)).min(columns / 4);
        let names = widest(|entry| width(&entry.shown_name()));
        let most = columns.saturating_sub(keys + 4) / if columns < 50 { 1 } else { 2 };
        Self {
            keys,
            names: names.min(most),
        }
    }
}

fn cells(model: &Model, entry: &ListEntry, cursor: RowCursor, columns: u16, widths: &Widths) -> Cells {
    let mut cells = Cells::new(model.theme, columns);
    cells.text(cursor.sign(), Role::Key);
    if !entry.mark.is_empty() {
        cells.text(entry.mark, Role::Good).gap(1);
    }
    let dim = entry.impossible.is_some();
    if widths.keys > 0 {
        cells
            .column(
                &entry.keys,
                widths.keys,
                if dim { Role::Muted } else { Role::Key },
            )
            .gap(1);
    }
    cells
        .column(
            &entry.shown_name(),
            widths.names,
            if dim { Role::Muted } else { Role::Strong },
        )
        .gap(1);
    match &entry.impossible {
        Some(reason) if cells.left() > 4 => cells.text(&format!("({reason}) {}", entry.about), Role::Muted),
        None if cells.left() > 4 => cells.text(&entry.about, Role::Text),
        _ => &mut cells,
    };
    cells
}
