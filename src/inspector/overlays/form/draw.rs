//! Draws a form: a sentence about the whole form, one line for each value, and a sentence about the selected line.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Form, FormSubject, lints};
use crate::contract::FIELDS;
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay as _;
use crate::inspector::widgets::frame::{Cells, Frame, RowCursor, sentence};
use crate::inspector::widgets::theme::Role;
use crate::text;

/// The width of the parameter names in columns.
const NAMES: usize = 24;

/// Draws the form.
pub fn draw(model: &Model, form: &Form, buffer: &mut Buffer, area: Rect, uppermost: bool) {
    let (title, note, about) = match &form.subject {
        FormSubject::Call(op) if op.row().counted => (op.row().name, "call", op.row().about),
        FormSubject::Call(op) => (op.row().name, "call, not counted", op.row().about),
        FormSubject::Parts { field, way, .. } => (FIELDS[*field].name, way.as_str(), FIELDS[*field].about),
    };
    let parts = form.parts(area);
    let height = usize::from(parts.list.height);
    Frame {
        title,
        note,
        focused: uppermost,
        scroll: Some((form.cursor.top, height, form.rows.len())),
    }
    .draw(buffer, area, model.theme);
    let width = parts.list.width;
    let mut head = Cells::new(model.theme, width);
    head.gap(1).text(about, Role::Muted);
    head.draw_in(buffer, Rect { width, ..parts.head });
    let widest = form.rows.iter().map(|row| text::width(&row.name)).max();
    let names = widest.unwrap_or(0).max(NAMES).min(usize::from(width) / 2);
    for (y, at) in (parts.list.y..).zip(form.cursor.visible(form.rows.len(), height)) {
        let row = &form.rows[at];
        let selected = at == form.cursor.at;
        let cursor = RowCursor::of(selected, uppermost);
        let mut cells = Cells::new(model.theme, width);
        cells.text(cursor.sign(), Role::Key);
        cells.column(&row.name, names, if selected { Role::Strong } else { Role::Text });
        cells.gap(1);
        if selected && uppermost {
            cells.input(&row.line);
        } else {
            cells.text(row.line.text(), Role::Text);
        }
        if row.line.text().is_empty() && cells.left() > 6 {
            match row.default {
                Some(default) => cells.text(default, Role::Muted),
                None => cells.text("required", Role::Warning),
            };
            if !row.example.is_empty() {
                cells
                    .text(", such as ", Role::Muted)
                    .text(row.example, Role::Muted);
            }
        }
        cells.draw(buffer, parts.list.x, y, width, RowCursor::No);
    }
    let (words, role) = words(model, form);
    sentence(buffer, parts.foot, model.theme, &words, role);
}

/// Returns why the form was not accepted, else the lints of the call, else a sentence about the selected line.
fn words(model: &Model, form: &Form) -> (String, Role) {
    if let Some(fault) = &form.fault {
        return (format!("\u{2717} {fault}"), Role::Bad);
    }
    let lints = match &form.subject {
        FormSubject::Call(op) => lints(model, *op, &form.rows),
        FormSubject::Parts { .. } => Vec::new(),
    };
    let lints: Vec<String> = lints.iter().map(ToString::to_string).collect();
    let row = form.rows.get(form.cursor.at);
    match lints.as_slice() {
        [] => (row.map(|row| row.about.clone()).unwrap_or_default(), Role::Muted),
        lints => (lints.join("; "), Role::Warning),
    }
}
