//! Draws an opened value: a tree of foldable rows, or text.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Reader;
use crate::inspector::legend::signs;
use crate::inspector::panes::history::mark;
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay as _;
use crate::inspector::widgets::frame::{Cells, Frame, RowCursor};
use crate::inspector::widgets::json_tree::{FoldState, Label, TreeRow, plain};
use crate::inspector::widgets::theme::Role;
use crate::protocol::json::JsonKind;
use crate::protocol::numbers::grouped;
use crate::text::needle::Needle;

/// Draws the value.
pub fn draw(model: &Model, reader: &Reader, buffer: &mut Buffer, area: Rect, uppermost: bool) {
    let areas = reader.parts(area);
    let list = areas.list;
    let height = usize::from(list.height);
    let needle = Needle::new(&reader.needle);
    let (note, scroll) = position(reader, height);
    Frame {
        title: &reader.title,
        note: &note,
        focused: uppermost,
        scroll,
    }
    .draw(buffer, area, model.theme);
    for (y, mark) in (areas.head.y..areas.head.bottom()).zip(&reader.marks) {
        let (sign, role) = mark::sign(std::slice::from_ref(mark));
        let mut cells = Cells::new(model.theme, areas.head.width);
        cells.text(sign, role).gap(1).text(&mark.to_string(), role);
        cells.draw(buffer, areas.head.x, y, areas.head.width, RowCursor::No);
    }
    let mut y = list.y;
    match reader.shown_tree() {
        Some(tree) => {
            let rows = reader.cursor.visible(tree.visible_len(), height);
            for (at, row) in rows.clone().zip(tree.rows(rows)) {
                model.built.set(model.built.get() + 1);
                let cursor = RowCursor::of(at == reader.cursor.at, uppermost);
                cells(model, &row, cursor, list.width, &needle).draw(buffer, list.x, y, list.width, cursor);
                y += 1;
            }
        }
        None => {
            for row in reader.pages.rows(height) {
                model.built.set(model.built.get() + 1);
                let mut cells = Cells::new(model.theme, list.width);
                match reader.is_page {
                    true => cells.found(&row.text, &needle, Role::Text),
                    false => cells.exact(|cells| {
                        cells.found(&row.text, &needle, Role::Text);
                    }),
                };
                cells.draw(buffer, list.x, y, list.width, RowCursor::No);
                y += 1;
            }
        }
    }
}

fn position(reader: &Reader, height: usize) -> (String, Option<(usize, usize, usize)>) {
    match reader.shown_tree() {
        Some(tree) => {
            let rows = tree.visible_len();
            let note = format!(
                "\u{b7} {} of {}",
                grouped(reader.cursor.at as u64 + 1),
                grouped(rows as u64)
            );
            (note, Some((reader.cursor.top, height, rows)))
        }
        None => {
            let place = reader.pages.position();
            let number = |row: usize| grouped(row as u64);
            match (place.row, place.rows) {
                (Some(_), Some(all)) if all <= height => (String::new(), None),
                (Some(top), Some(all)) => (
                    format!("\u{b7} row {} of {}", number(top + 1), number(all)),
                    Some((top, height, all)),
                ),
                (Some(top), None) => (format!("\u{b7} row {}", number(top + 1)), None),
                (None, _) => {
                    let (byte, all) = place.byte;
                    let note = format!("\u{b7} byte {} of {}", number(byte + 1), number(all));
                    (note, Some((byte, 1, all)))
                }
            }
        }
    }
}

fn cells(model: &Model, row: &TreeRow<'_>, cursor: RowCursor, width: u16, needle: &Needle) -> Cells {
    let mut cells = Cells::new(model.theme, width);
    cells.text(cursor.sign(), Role::Key);
    cells.gap((2 * row.depth).min(usize::from(width) / 2));
    let fold = match row.fold {
        FoldState::Leaf => "",
        FoldState::Open => signs::UNFOLDED,
        FoldState::Folded => signs::FOLDED,
    };
    cells.column(fold, 2, Role::JsonPunctuation);
    match &row.label {
        Label::Key(key) => {
            cells.exact(|cells| {
                cells.found(key, needle, Role::JsonKey);
            });
            cells.text(": ", Role::JsonPunctuation);
        }
        Label::Index(index) => {
            cells
                .text(&index.to_string(), Role::Muted)
                .text(": ", Role::JsonPunctuation);
        }
        Label::Root => {}
    }
    let role = match row.kind {
        JsonKind::String => Role::JsonString,
        JsonKind::Number => Role::JsonNumber,
        JsonKind::Bool | JsonKind::Null => Role::JsonWord,
        JsonKind::Object | JsonKind::Array => Role::JsonPunctuation,
    };
    let (open, close) = if row.kind == JsonKind::Array {
        ("[", "]")
    } else {
        ("{", "}")
    };
    match (row.fold, row.kind) {
        (FoldState::Open, _) => cells.text(&format!("{open} {}", count(row)), Role::JsonPunctuation),
        (FoldState::Folded, _) => cells.text(
            &format!("{open}\u{2026}{close} {}", count(row)),
            Role::JsonPunctuation,
        ),
        // Only the part of a long string that fits into the columns is decoded.
        (FoldState::Leaf, JsonKind::String) => {
            let end = row.value.floor_char_boundary(16 * usize::from(width) + 64);
            let cut = &row.value[..end];
            match cut.len() == row.value.len() {
                true => {
                    let text = plain(row.kind, row.value);
                    cells.text("\"", role).exact(|cells| {
                        cells.found(&text, needle, role).text("\"", role);
                    })
                }
                false => cells.text("\"", role).exact(|cells| {
                    cells.found(cut.trim_start_matches('"'), needle, role);
                }),
            }
        }
        (FoldState::Leaf, _) => cells.found(row.value, needle, role),
    };
    cells
}

fn count(row: &TreeRow<'_>) -> String {
    grouped(row.count as u64)
}
