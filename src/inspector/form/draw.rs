//! How the form of a call looks: a sentence about the method, one line a parameter, a sentence about the one written.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::CallForm;
use crate::inspector::frame::{Cells, Cursor, Frame};
use crate::inspector::geometry;
use crate::inspector::model::Model;
use crate::inspector::theme::Role;

/// Columns of the parameter names.
const NAMES: usize = 24;

/// Draws the form.
pub fn draw(model: &Model, form: &CallForm, buffer: &mut Buffer, area: Rect, uppermost: bool) {
    let row = form.op.row();
    let parts = geometry::form_parts(area);
    let height = usize::from(parts.list.height);
    let note = if row.counted { "call" } else { "call, not counted" };
    Frame {
        title: row.name,
        note,
        focused: uppermost,
        scroll: Some((form.cursor.top, height, form.fields.len())),
    }
    .draw(buffer, area, model.theme);
    let width = parts.list.width;
    if parts.head.height > 0 {
        let mut cells = Cells::new(model.theme, width);
        cells.gap(1).text(row.about, Role::Muted);
        cells.draw(buffer, parts.head.x, parts.head.y, width, Cursor::No);
    }
    for (index, at) in form.cursor.visible(form.fields.len(), height).enumerate() {
        let Some((param, line)) = form.fields.get(at) else {
            continue;
        };
        let selected = at == form.cursor.at;
        let cursor = Cursor::of(selected, uppermost);
        let mut cells = Cells::new(model.theme, width);
        cells.text(cursor.sign(), Role::Key);
        cells.column(
            param.name,
            NAMES.min(usize::from(width) / 2),
            if selected { Role::Strong } else { Role::Text },
        );
        cells.gap(1);
        if selected && uppermost {
            cells.input(line);
        } else {
            cells.text(line.text(), Role::Text);
        }
        if line.text().is_empty() && cells.left() > 6 {
            match param.default {
                Some(default) => cells.text(default, Role::Muted),
                None => cells.text("needed", Role::Warning),
            };
        }
        let y = parts.list.y + u16::try_from(index).unwrap_or(0);
        cells.draw(buffer, parts.list.x, y, width, Cursor::No);
    }
    if parts.foot.height > 0 {
        let mut cells = Cells::new(model.theme, width);
        match (&form.fault, form.fields.get(form.cursor.at)) {
            (Some(fault), _) => cells.gap(1).text("\u{2717} ", Role::Bad).text(fault, Role::Bad),
            (None, Some((param, _))) => cells
                .gap(1)
                .text(&format!("{}: {}", param.value, param.about), Role::Muted),
            _ => &mut cells,
        };
        cells.draw(buffer, parts.foot.x, parts.foot.y, width, Cursor::No);
    }
}
