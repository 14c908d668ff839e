//! Draws a searchable list: a card if there is one, the input, the matching rows, and the whole sentence about the selected
//! row.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::matching::FoundRow;
use super::{Finder, ListEntry, ListPurpose};
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay as _;
use crate::inspector::widgets::frame::{Cells, Frame, RowCursor, rows_of, sentence};
use crate::inspector::widgets::theme::Role;
use crate::text::width;

/// Draws the list.
pub fn draw(model: &Model, finder: &Finder, buffer: &mut Buffer, area: Rect, uppermost: bool) {
    let parts = finder.parts(area);
    let list = parts.list;
    let height = usize::from(list.height);
    let note = format!("{} of {}", finder.found.len(), finder.entries.len());
    Frame {
        title: finder.purpose.title(),
        note: &note,
        focused: uppermost,
        scroll: Some((finder.cursor.top, height, finder.found.len())),
    }
    .draw(buffer, area, model.theme);
    if let Some(above) = parts.head.height.checked_sub(1) {
        let line = Rect {
            y: parts.head.y + above,
            height: 1,
            ..parts.head
        };
        card(model, finder, buffer, parts.head);
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
        let row = &finder.found[at];
        let entry = (&finder.entries[row.index], row);
        let cursor = RowCursor::of(at == finder.cursor.at, uppermost);
        cells(model, entry, cursor, list.width, &widths).draw(buffer, list.x, y, list.width, cursor);
    }
    if let Some(entry) = finder.selected().filter(|_| parts.foot.height > 0) {
        let rule = Rect {
            height: 1,
            ..parts.foot
        };
        let mut cells = Cells::new(model.theme, rule.width);
        cells.text(&"\u{2500}".repeat(usize::from(rule.width)), Role::Border);
        cells.draw_in(buffer, rule);
        let text = Rect {
            y: rule.bottom(),
            height: parts.foot.height - 1,
            ..parts.foot
        };
        sentence(buffer, text, model.theme, &entry.sentence(), Role::Text);
    }
}

/// Draws the lines of the card above the input.
fn card(model: &Model, finder: &Finder, buffer: &mut Buffer, head: Rect) {
    let mut left = Rect {
        height: head.height - 1,
        ..head
    };
    for line in &finder.card {
        let rows = rows_of(line, head.width).min(left.height);
        sentence(
            buffer,
            Rect { height: rows, ..left },
            model.theme,
            line,
            Role::Text,
        );
        left = Rect {
            y: left.y + rows,
            height: left.height - rows,
            ..left
        };
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

fn cells(
    model: &Model,
    (entry, found): (&ListEntry, &FoundRow),
    cursor: RowCursor,
    columns: u16,
    widths: &Widths,
) -> Cells {
    let mut cells = Cells::new(model.theme, columns);
    cells.text(cursor.sign(), Role::Key);
    if !entry.mark.is_empty() {
        cells.text(entry.mark, Role::Good).gap(1);
    }
    let role = |role| {
        if entry.impossible.is_some() {
            Role::Muted
        } else {
            role
        }
    };
    if widths.keys > 0 {
        cells.column(&entry.keys, widths.keys, role(Role::Key)).gap(1);
    }
    let name = entry.shown_name();
    cells
        .matched_column(&name, &found.name, widths.names, role(Role::Strong))
        .gap(1);
    if cells.left() <= 4 {
        return cells;
    }
    if let Some(also) = found.also {
        let whole = 0..also.len();
        cells.matched(also, std::slice::from_ref(&whole), Role::Muted);
        cells.text(": ", Role::Muted);
    }
    if let Some(reason) = &entry.impossible {
        cells.text(&format!("({reason}) "), Role::Muted);
    }
    cells.matched(&entry.about, &found.about, role(Role::Text));
    cells
}
