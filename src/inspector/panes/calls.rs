//! The Calls pane: every method with its counter and the statistics of its calls. The row that the last step moved is
//! lit. Where there is room, a chart of the selected method is below the rows.

mod chart;
pub mod columns;
pub mod counters;
pub mod folds;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use columns::{CallColumn, NAMES, fitting};
use counters::{CallRow, counted};

use super::Pane;
use crate::contract::OPS;
use crate::inspector::layout::parts::parts;
use crate::inspector::legend::signs;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::frame::{Cells, Frame, RowCursor};
use crate::inspector::widgets::redraw::Redraw;
use crate::inspector::widgets::theme::Role;
use crate::protocol::numbers::grouped;
use crate::workbench::call_stats::CallScope;

/// The columns of the list with each method in a row of its own, and with two methods in a row.
pub const ONE_COLUMN: u16 = 50;
pub const TWO_COLUMNS: u16 = 2 * (NAMES as u16 + 14);
/// The columns of the numbers of a method where there is the least room.
const LEAST: u16 = 9;
/// The rows of the list with each method in a row of its own.
pub const ROWS: u16 = OPS.len() as u16;

/// Returns the number of columns of methods in a list: two if one is too low for all counters.
pub fn columns(list: Rect) -> usize {
    let is_wide = list.width >= 2 * (NAMES as u16 + LEAST);
    1 + usize::from(is_wide && usize::from(list.height) < counted().count())
}

/// Returns the number of visible methods in a list.
pub fn visible(list: Rect) -> usize {
    columns(list) * usize::from(list.height)
}

/// Returns how many rows after the first visible one the row at a position of the list is.
pub fn row_on(list: Rect, at: Position) -> usize {
    let columns = columns(list);
    let width = list.width / columns as u16;
    let column = usize::from((at.x - list.x) / width.max(1)).min(columns - 1);
    column * usize::from(list.height) + usize::from(at.y - list.y)
}

/// Draws the pane.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect, focused: bool, redraw: Redraw) {
    let calls = &model.session.calls;
    let cursor = calls.cursor;
    let areas = parts(Pane::Calls, area);
    let height = usize::from(areas.list.height);
    let columns = columns(areas.list);
    Frame {
        title: Pane::Calls.row().title,
        note: &note(model),
        focused,
        scroll: Some((cursor.top, columns * height, calls.rows().len())),
    }
    .draw(buffer, area, model.theme);
    let width = areas.list.width / columns as u16;
    let shown = fitting(usize::from(width));
    if areas.head.height > 0 {
        for column in 0..columns as u16 {
            let x = areas.head.x + column * width;
            head(model, &shown, width).draw(buffer, x, areas.head.y, width, RowCursor::No);
        }
    }
    let rows = calls.rows().iter().enumerate();
    for (place, (index, row)) in rows.skip(cursor.top).take(columns * height).enumerate() {
        if !redraw.draws(index) {
            continue;
        }
        let at = RowCursor::of(index == cursor.at, focused);
        let (x, y) = ((place / height) as u16 * width, (place % height) as u16);
        let cells = cells(model, &shown, width, at, row);
        cells.draw(buffer, areas.list.x + x, areas.list.y + y, width, at);
    }
    chart::draw(model, buffer, areas.foot);
}

/// Returns the text after the title: the number of calls, and what is shown if it is not all of them as they come.
fn note(model: &Model) -> String {
    let calls = &model.session.calls;
    let sum = |of: fn(&CallRow) -> u64| {
        let rows = calls.rows().iter().filter(|row| row.op.row().counted);
        grouped(rows.map(of).sum())
    };
    let mut parts = Vec::new();
    if calls.is_behind() {
        parts.push("counting".to_string());
    }
    if let Some(step) = calls.frozen() {
        parts.push(format!("frozen at step {}", grouped(step)));
    }
    match calls.scope() {
        CallScope::All => {}
        CallScope::Thread(id) => parts.push(format!("thread {id}")),
        CallScope::Client(Some(name)) => parts.push(format!("client {name}")),
        CallScope::Client(None) => parts.push("no client".to_string()),
    }
    parts.push(sum(|row| row.total));
    parts.push(format!("{} since the mark", sum(|row| row.since)));
    let (column, is_reversed) = calls.order();
    if column > 0 || is_reversed {
        let order = if is_reversed { ", reversed" } else { "" };
        parts.push(format!("by {}{order}", columns::COLUMNS[column].name));
    }
    parts.join(" \u{b7} ")
}

fn head(model: &Model, shown: &[(&CallColumn, usize)], width: u16) -> Cells {
    let mut cells = Cells::new(model.theme, width);
    cells
        .gap(1)
        .column("method", names(shown, width) - 1, Role::Muted);
    for (column, columns) in shown {
        // A word that does not fit is left out.
        let head = if column.head.len() <= *columns {
            column.head
        } else {
            ""
        };
        match column.name {
            "minute" => cells.gap(1).column(head, columns - 1, Role::Muted),
            _ => cells.right(head, *columns, Role::Muted),
        };
    }
    cells
}

/// Returns the columns of the sign and the name.
fn names(shown: &[(&CallColumn, usize)], width: u16) -> usize {
    let numbers: usize = shown.iter().map(|(_, columns)| columns).sum();
    // More room than the longest name needs stays at the end, so that the numbers are near the names.
    usize::from(width).saturating_sub(numbers).clamp(1, NAMES + 2)
}

fn cells(
    model: &Model,
    shown: &[(&CallColumn, usize)],
    width: u16,
    cursor: RowCursor,
    row: &CallRow,
) -> Cells {
    let mut cells = Cells::new(model.theme, width);
    let is_moved = row.moved != 0;
    match (cursor, is_moved) {
        (RowCursor::No, true) => cells.text(signs::CHANGED, Role::Moved),
        (cursor, _) => cells.text(cursor.sign(), Role::Key),
    };
    let is_counted = row.op.row().counted;
    let role = match (is_moved, is_counted, row.total) {
        (true, ..) => Role::Moved,
        (_, true, 1..) => Role::Text,
        _ => Role::Muted,
    };
    let name = match is_counted {
        true => row.op.name().to_string(),
        false => format!("{}, not counted", row.op.name()),
    };
    cells.column(&name, names(shown, width) - 1, role);
    for (column, columns) in shown {
        let (text, role) = (column.text)(row, *columns);
        let role = match column.name {
            "total" if is_moved => Role::Moved,
            _ if is_counted => role,
            _ => Role::Muted,
        };
        match column.name {
            "minute" => cells.gap(1).column(&text, columns - 1, role),
            _ => cells.right(&text, *columns, role),
        };
    }
    cells
}
