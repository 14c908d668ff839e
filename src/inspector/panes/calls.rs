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

/// Draws the pane.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect, focused: bool, redraw: Redraw) {
    let (calls, mark) = (model.session.snapshot.calls(), model.session.calls.mark);
    let cursor = model.session.calls.cursor;
    let areas = parts(Pane::Calls, area);
    let height = usize::from(areas.list.height);
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
        scroll: Some((cursor.top, height, counted().count())),
    }
    .draw(buffer, area, model.theme);
    let width = areas.list.width;
    let roomy = usize::from(width) > NAMES + ROOMY.iter().sum::<usize>();
    let [number, since_mark] = if roomy { ROOMY } else { TIGHT };
    let names = usize::from(width).saturating_sub(1 + number + since_mark);
    if areas.head.height > 0 {
        let mut cells = Cells::new(model.theme, width);
        cells.gap(1).column("method", names, Role::Muted);
        cells.right("total", number, Role::Muted).right(
            if roomy { "since mark" } else { "since" },
            since_mark,
            Role::Muted,
        );
        cells.draw(buffer, areas.head.x, areas.head.y, width, RowCursor::No);
    }
    let rows = counted().enumerate().skip(cursor.top).take(height);
    for (y, (index, op)) in (areas.list.y..).zip(rows) {
        if !redraw.draws(index) {
            continue;
        }
        let total = count(&calls, op);
        // If an earlier step before the mark is shown, the count since the mark is 0.
        let since = total.saturating_sub(count(&mark, op));
        let row = RowCursor::of(index == cursor.at, focused);
        let mut cells = Cells::new(model.theme, width);
        cells.text(row.sign(), Role::Key);
        cells.column(op.name(), names, if total > 0 { Role::Text } else { Role::Muted });
        cells.right(
            &grouped(total as u64),
            number,
            if total > 0 { Role::Strong } else { Role::Muted },
        );
        let (text, role) = match since {
            0 => ("0".to_string(), Role::Muted),
            since => (format!("+{}", grouped(since as u64)), Role::Moved),
        };
        cells.right(&text, since_mark, role);
        cells.draw(buffer, areas.list.x, y, width, row);
    }
}
