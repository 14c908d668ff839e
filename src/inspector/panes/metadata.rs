//! The Metadata pane: every field of the selected thread with its value and origin, and below them the accumulated
//! patch.

pub mod fields;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use fields::{FieldRow, MetadataRow};

use super::Pane;
use super::history::NO_THREADS;
use crate::inspector::features::playback::view::moved;
use crate::inspector::layout::parts::parts;
use crate::inspector::layout::presets::Preset;
use crate::inspector::legend::signs;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::frame::{Cells, Frame, RowCursor, sentence};
use crate::inspector::widgets::redraw::Redraw;
use crate::inspector::widgets::theme::Role;
use crate::workbench::Origin;

/// The widths of the names, and of the origins if there is room.
const NAMES: usize = 19;
const ORIGINS: usize = 17;
/// The width of the origins if an import has set values: the kind and line of an item.
const IMPORTED: usize = 22;
/// The width of the origins in a wide pane: with the name of the file.
const LONG: usize = 60;
/// The width of the origins in a narrow pane: the step number without the word.
const SHORT: usize = 10;

/// Draws the pane.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect, focused: bool, redraw: Redraw) {
    let list = &model.session.metadata;
    let areas = parts(Pane::Metadata, area);
    let height = usize::from(areas.list.height);
    let note = match model.session.thread() {
        Some(record) => record.id.to_string(),
        None => String::new(),
    };
    Frame {
        title: Pane::Metadata.row().title,
        note: &note,
        focused,
        scroll: Some((list.cursor.top, height, list.rows.len())),
    }
    .draw(buffer, area, model.theme);
    if list.rows.is_empty() {
        let text = match model.session.snapshot.is_empty() {
            true => NO_THREADS,
            false => "No thread is selected: {key:threads} goes to the threads.",
        };
        let text = model.commands.fill(text);
        return sentence(buffer, areas.list, model.theme, &text, Role::Muted);
    }
    if let Some(row) = list.selected().filter(|_| areas.foot.height > 0) {
        let mut cells = Cells::new(model.theme, areas.foot.width);
        cells.gap(1).text(&whole_origin(row), origin_role(row.origin));
        cells.draw(
            buffer,
            areas.foot.x,
            areas.foot.y,
            areas.foot.width,
            RowCursor::No,
        );
    }
    for (y, at) in (areas.list.y..).zip(list.cursor.visible(list.rows.len(), height)) {
        if !redraw.draws(at) {
            continue;
        }
        let row = &list.rows[at];
        let cursor = RowCursor::of(at == list.cursor.at, focused);
        let cells = cells(model, row, cursor, areas.list.width);
        cells.draw(buffer, areas.list.x, y, areas.list.width, cursor);
    }
}

fn cells(model: &Model, row: &MetadataRow, cursor: RowCursor, width: u16) -> Cells {
    let mut cells = Cells::new(model.theme, width);
    let moved = moved(&model.session).filter(|_| model.layout.preset != Preset::Read);
    let is_moved = |field: &FieldRow| moved.is_some() && field.origin.step() == moved;
    let is_moved = matches!(row, MetadataRow::Field(field) if is_moved(field));
    match (cursor, is_moved) {
        (RowCursor::No, true) => cells.text(signs::CHANGED, Role::Moved),
        (cursor, _) => cells.text(cursor.sign(), Role::Key),
    };
    match row {
        MetadataRow::Heading(text) => {
            cells.text(text, Role::Title).gap(1);
            let rule = "\u{2500}".repeat(cells.left());
            cells.text(&rule, Role::Border);
        }
        MetadataRow::Sentence(text) => {
            cells.text(text, Role::Muted);
        }
        MetadataRow::Fact(name, text) => {
            cells.column(name, NAMES.min(usize::from(width) / 2), Role::Strong);
            cells.gap(1).text(text, Role::Text);
        }
        MetadataRow::Field(row) => {
            let is_imported = model.session.metadata.is_imported();
            let origins = match width {
                100.. if is_imported => LONG,
                60.. if is_imported => IMPORTED,
                60.. => ORIGINS,
                44.. => SHORT,
                _ => 0,
            };
            let role = if is_moved { Role::Moved } else { Role::Strong };
            cells.column(&row.name, NAMES.min(usize::from(width) / 2), role);
            cells.gap(1);
            let values = cells.left().saturating_sub(origins + usize::from(origins > 0));
            value(&mut cells, row, values);
            if origins > 0 {
                cells.gap(1);
                let role = origin_role(row.origin);
                match origins {
                    // File names are cut in the middle, because both ends are needed to tell them apart.
                    LONG => cells.middle(&whole_origin(row), LONG, role),
                    _ => cells.text(&origin(row, origins == SHORT), role),
                };
            }
        }
    }
    cells
}

fn value(cells: &mut Cells, row: &FieldRow, columns: usize) {
    let role = match row.value.as_str() {
        "null" => Role::Muted,
        _ => Role::Text,
    };
    cells.exact(|cells| {
        match row.name.as_str() {
            "thread_id" | "rollout_path" | "forked_from_id" | "cwd" => {
                cells.middle(&row.shown, columns, role)
            }
            _ => cells.column(&row.shown, columns, role),
        };
    });
}

fn origin(row: &FieldRow, short: bool) -> String {
    if let Some(import) = &row.import {
        return match (&import.line, short) {
            (Some(line), true) => line.clone(),
            _ => import.short.clone(),
        };
    }
    if short {
        let word = match row.origin {
            _ if row.hidden => "hidden",
            Origin::Asked => "id",
            Origin::Clock => "clock",
            Origin::Default => "default",
            Origin::Create(_) => "create",
            Origin::Patch(_) => "patch",
            Origin::Cleared(_) => "cleared",
            Origin::Resumed(_) => "resumed",
            Origin::Outside(_) => "outside",
        };
        return match row.origin.step() {
            Some(step) => format!("{word} {step}"),
            None => word.to_string(),
        };
    }
    match (row.hidden, row.origin) {
        (true, origin) => match origin.step() {
            Some(step) => format!("hidden, step {step}"),
            None => "hidden".to_string(),
        },
        (false, Origin::Resumed(Some(step))) => format!("resumed, step {step}"),
        (false, origin) => origin.to_string(),
    }
}

/// The full origin for the line below the list, including the file and the step that set the value.
fn whole_origin(row: &FieldRow) -> String {
    let Some(import) = &row.import else {
        return origin(row, false);
    };
    let file = import
        .file
        .as_ref()
        .map_or(String::new(), |file| format!(" of {file}"));
    let step = row
        .origin
        .step()
        .map_or(String::new(), |step| format!(", step {step}"));
    format!("{}{file}{step}", import.short)
}

fn origin_role(origin: Origin) -> Role {
    match origin {
        Origin::Patch(_) => Role::Set,
        Origin::Cleared(_) => Role::Clear,
        _ => Role::Origin,
    }
}
