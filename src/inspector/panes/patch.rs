//! The pane of the patch form: one row a field with its state, its value and, below the list, a sentence about it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Pane;
use crate::contract::{Change, Edit, Field, States};
use crate::inspector::frame::{Cells, Cursor, Frame, sentence};
use crate::inspector::geometry;
use crate::inspector::model::Model;
use crate::inspector::theme::Role;
use crate::inspector::writing::{Purpose, Writing};

/// Columns of the field names and of the states.
const NAMES: usize = 20;
const STATES: usize = 8;

/// Draws the pane.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect, focused: bool) {
    let draft = &model.draft;
    let parts = geometry::parts(Pane::Patch, area);
    let height = usize::from(parts.list.height);
    Frame {
        title: Pane::Patch.row().title,
        note: &note(model),
        focused,
        scroll: Some((draft.cursor.top, height, draft.rows().len())),
    }
    .draw(buffer, area, model.theme);
    let width = parts.list.width;
    for (at, (field, change)) in draft.rows().enumerate().skip(draft.cursor.top).take(height) {
        let cursor = Cursor::of(at == draft.cursor.at, focused);
        let y = parts.list.y + u16::try_from(at - draft.cursor.top).unwrap_or(0);
        let written = written(model, at);
        let tight = written.is_some() && width < 40;
        let mut cells = cells(model, field, change, cursor, width, !tight);
        match written {
            Some(writing) => {
                cells.input(&writing.line);
                cells.draw(buffer, parts.list.x, y, width, Cursor::No);
            }
            None => {
                value(&mut cells, model, field, change);
                cells.draw(buffer, parts.list.x, y, width, cursor);
            }
        }
    }
    if let Some(field) = draft.field().filter(|_| parts.foot.height > 0) {
        sentence(buffer, parts.foot, model.theme, &about(field), Role::Muted);
    }
}

/// The value of the row that is being written.
fn written(model: &Model, row: usize) -> Option<&Writing> {
    model
        .writing
        .as_ref()
        .filter(|writing| writing.purpose == Purpose::Value(row))
}

fn note(model: &Model) -> String {
    let draft = &model.draft;
    let target = match model.session.thread() {
        Some(record) => format!(" \u{b7} for {}", record.id),
        None => String::new(),
    };
    match (draft.changed(), draft.is_applied()) {
        (0, _) => format!("changes nothing{target}"),
        (count, true) => format!("{count} changed, applied{target}"),
        (count, false) => format!("\u{25cf} {count} changed, not applied: Ctrl+S applies{target}"),
    }
}

fn cells(model: &Model, field: &Field, change: &Change, cursor: Cursor, width: u16, state: bool) -> Cells {
    let mut cells = Cells::new(model.theme, width);
    cells.text(cursor.sign(), Role::Key);
    let name = match field.name.split_once('.') {
        Some((_, part)) => format!("  .{part}"),
        None => field.name.to_string(),
    };
    let role = if *change == Change::Leave {
        Role::Text
    } else {
        Role::Strong
    };
    cells
        .column(&name, NAMES.min(usize::from(width) / 2) - 1, role)
        .gap(1);
    let (word, role) = match (change, field.edit) {
        (_, Edit::Parts) if parts_changed(model) => ("= parts", Role::Set),
        (Change::Leave, _) => ("\u{b7} leave", Role::Leave),
        (Change::Clear, _) => ("\u{2205} clear", Role::Clear),
        (Change::Set(_), _) => ("= set", Role::Set),
    };
    if state {
        cells.column(word, STATES, role);
    }
    cells
}

fn parts_changed(model: &Model) -> bool {
    model
        .draft
        .rows()
        .any(|(field, change)| field.is_part() && *change != Change::Leave)
}

fn value(cells: &mut Cells, model: &Model, field: &Field, change: &Change) {
    match change {
        Change::Set(text) => {
            cells.text(text, Role::Text);
        }
        Change::Clear => {
            cells.text("null", Role::Clear);
        }
        Change::Leave => {
            // What is stored now, so that one sees what would stay.
            let patch = model.session.thread().and_then(|record| record.patch.as_ref());
            match patch.map(|patch| field.get(patch)) {
                Some(Change::Set(text)) if field.edit != Edit::Parts => cells.text(&text, Role::Muted),
                Some(Change::Clear) => cells.text("null", Role::Muted),
                _ => cells,
            };
        }
    }
}

fn about(field: &Field) -> String {
    let states = match (field.edit, field.states) {
        (Edit::Parts, _) => "changed by its parts",
        (_, States::Two) => "leave or set",
        (_, States::Three) => "leave, clear or set",
    };
    let hidden = if field.shown.is_none() && !field.is_part() {
        " No read shows it (rule M4)."
    } else {
        ""
    };
    format!("{}: {states}. {}{hidden}", field.name, field.about)
}
