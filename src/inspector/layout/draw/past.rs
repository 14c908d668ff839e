//! What tells the past from now: every pane stands in a broken frame, and where there is no top line the frame says so; and
//! the slider in the border of the journal.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::inspector::features::time_travel;
use crate::inspector::layout::Layout;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::frame::{Cells, RowCursor};
use crate::inspector::widgets::theme::Role;

/// The lines of a frame, whole and broken.
const LINES: [(&str, &str); 4] = [
    ("\u{2500}", "\u{254c}"),
    ("\u{2501}", "\u{254d}"),
    ("\u{2502}", "\u{2506}"),
    ("\u{2503}", "\u{2507}"),
];

/// Breaks the frames of all panes, if the past is looked at.
pub fn draw(model: &Model, buffer: &mut Buffer, at: &Layout) {
    if model.session.past().is_none() {
        return;
    }
    for (pane, area) in &at.places {
        broken(model, buffer, *area);
        if at.top.height == 0 && *pane == model.layout.focus {
            label(model, buffer, *area);
        }
    }
}

fn broken(model: &Model, buffer: &mut Buffer, area: Rect) {
    let style = model.theme.style(Role::Warning);
    let (right, bottom) = (area.right().saturating_sub(1), area.bottom().saturating_sub(1));
    let rows = (area.x..=right).flat_map(|x| [(x, area.y), (x, bottom)]);
    let columns = (area.y..=bottom).flat_map(|y| [(area.x, y), (right, y)]);
    for place in rows.chain(columns) {
        let Some(cell) = buffer.cell_mut(place) else {
            continue;
        };
        if let Some((_, line)) = LINES.iter().find(|(whole, _)| *whole == cell.symbol()) {
            cell.set_symbol(line).set_style(style);
        }
    }
}

/// Says in the upper border, behind the title, that this is the past.
fn label(model: &Model, buffer: &mut Buffer, area: Rect) {
    let title = model.layout.focus.row().title.len();
    let room = usize::from(area.width).saturating_sub(title + 6);
    let Some(text) = time_travel::past(model, room.saturating_sub(2)) else {
        return;
    };
    let mut cells = Cells::new(model.theme, u16::try_from(room).unwrap_or(0));
    let line = "\u{254d}".repeat(room - text.len() - 2);
    cells.text(&line, Role::Warning);
    cells.gap(1).text(&text, Role::Warning).gap(1);
    let room = u16::try_from(room).unwrap_or(0);
    cells.draw(buffer, area.right() - 2 - room, area.y, room, RowCursor::No);
}

/// Where in time one is, in the lower border of the journal behind the tabs that stand there.
pub fn slider(model: &Model, buffer: &mut Buffer, area: Rect, tabs: u16) {
    let before = tabs + u16::from(tabs > 0);
    let room = area.width.saturating_sub(4 + before);
    if usize::from(room) < time_travel::SLIDER || model.session.line().is_empty() {
        return;
    }
    let mut cells = Cells::new(model.theme, room);
    time_travel::slider(model, &mut cells, usize::from(room));
    cells.draw(
        buffer,
        area.x + 2 + before,
        area.bottom() - 1,
        room,
        RowCursor::No,
    );
}
