//! The Calls pane: every counted method, with its total number of calls and the number since the mark.

pub mod counters;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use counters::{count, counted};

use super::Pane;
use crate::inspector::layout::parts::parts;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::frame::{Cells, Frame, RowCursor};
use crate::inspector::widgets::redraw::Redraw;
use crate::inspector::widgets::theme::Role;
use crate::protocol::numbers::grouped;

/// The widths of the two numbers in a wide pane and in a narrow pane.
const ROOMY: [usize; 2] = [9, 12];
const TIGHT: [usize; 2] = [6, 7];
/// The width of the longest method name.
const NAMES: usize = 27;

/// The width of a list with one counter per row, and of a list with two counters per row.
pub const ONE_COLUMN: u16 = 50;
pub const TWO_COLUMNS: u16 = 2 * (1 + NAMES + TIGHT[0] + TIGHT[1]) as u16;

/// Returns the number of columns of counters in a list: two if the list is wide enough and not high enough for all
/// counters in one column.
pub fn columns(list: Rect) -> usize {
    // Next to a Journal on a screen of the minimum width, long names are cut.
    let is_wide = list.width + 4 >= TWO_COLUMNS;
    1 + usize::from(is_wide && usize::from(list.height) < counted().count())
}

/// Returns the number of visible counters in a list.
pub fn visible(list: Rect) -> usize {
    columns(list) * usize::from(list.height)
}

/// Draws the pane.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect, focused: bool, redraw: Redraw) {
    let (calls, mark) = (model.session.snapshot.calls(), model.session.calls.mark);
    let cursor = model.session.calls.cursor;
    let areas = parts(Pane::Calls, area);
    let height = usize::from(areas.list.height);
    let columns = columns(areas.list);
    let [all, before] = [calls, mark].map(|of| counted().map(|op| count(&of, op)).sum::<usize>());
    let note = format!(
        "{} \u{b7} {} since the mark",
        grouped(all as u64),
        grouped((all - before.min(all)) as u64)
    );
    Frame {
        title: Pane::Calls.row().title,
        note: &note,
        focused,
        scroll: Some((cursor.top, columns * height, counted().count())),
    }
    .draw(buffer, area, model.theme);
    let width = areas.list.width / columns as u16;
    let widths = Widths::of(usize::from(width));
    for column in 0..columns as u16 {
        let x = areas.list.x + column * width;
        if areas.head.height > 0 {
            widths
                .head(model)
                .draw(buffer, x, areas.head.y, width, RowCursor::No);
        }
    }
    let rows = counted().enumerate().skip(cursor.top).take(columns * height);
    for (place, (index, op)) in rows.enumerate() {
        if !redraw.draws(index) {
            continue;
        }
        let total = count(&calls, op);
        // If a step before the mark is shown, the count since the mark is 0.
        let since = total.saturating_sub(count(&mark, op));
        let row = RowCursor::of(index == cursor.at, focused);
        let (x, y) = ((place / height) as u16 * width, (place % height) as u16);
        let cells = cells(model, &widths, row, op.name(), total, since);
        cells.draw(buffer, areas.list.x + x, areas.list.y + y, width, row);
    }
}

/// The widths of the columns.
struct Widths {
    all: usize,
    names: usize,
    numbers: [usize; 2],
}

impl Widths {
    fn of(all: usize) -> Self {
        let is_roomy = all > NAMES + ROOMY.iter().sum::<usize>();
        let numbers = if is_roomy { ROOMY } else { TIGHT };
        Self {
            all,
            names: all.saturating_sub(1 + numbers.iter().sum::<usize>()),
            numbers,
        }
    }

    fn head(&self, model: &Model) -> Cells {
        let [number, since_mark] = self.numbers;
        let mut cells = Cells::new(model.theme, u16::try_from(self.all).unwrap_or(u16::MAX));
        cells.gap(1).column("method", self.names, Role::Muted);
        cells.right("total", number, Role::Muted).right(
            if self.numbers == ROOMY {
                "since mark"
            } else {
                "since"
            },
            since_mark,
            Role::Muted,
        );
        cells
    }
}

fn cells(model: &Model, widths: &Widths, row: RowCursor, name: &str, total: usize, since: usize) -> Cells {
    let [number, since_mark] = widths.numbers;
    let mut cells = Cells::new(model.theme, u16::try_from(widths.all).unwrap_or(u16::MAX));
    cells.text(row.sign(), Role::Key);
    let (named, counted) = match total {
        0 => (Role::Muted, Role::Muted),
        _ => (Role::Text, Role::Strong),
    };
    cells.column(name, widths.names, named);
    cells.right(&grouped(total as u64), number, counted);
    let (text, role) = match since {
        0 => ("0".to_string(), Role::Muted),
        since => (format!("+{}", grouped(since as u64)), Role::Moved),
    };
    cells.right(&text, since_mark, role);
    cells
}
