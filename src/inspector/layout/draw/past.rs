//! Marks an earlier step: every pane has a dashed frame, and if there is no top line, the frame has a label. Also draws
//! the slider in the border of the Journal pane.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::inspector::features::time_travel;
use crate::inspector::layout::Layout;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::frame::{Cells, RowCursor};
use crate::inspector::widgets::theme::Role;

/// The lines of a frame, solid and dashed.
const LINES: [(&str, &str); 4] = [
    ("\u{2500}", "\u{254c}"),
    ("\u{2501}", "\u{254d}"),
    ("\u{2502}", "\u{2506}"),
    ("\u{2503}", "\u{2507}"),
];

/// Draws the frames of all panes dashed if an earlier step is shown.
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
    // In ASCII, the lines of the upper and the lower border could also be part of a title.
    let rows = (area.x..=right).filter(|_| !model.theme.is_ascii());
    let rows = rows.flat_map(|x| [(x, area.y), (x, bottom)]);
    let columns = (area.y..=bottom).flat_map(|y| [(area.x, y), (right, y)]);
    for place in rows.chain(columns) {
        let Some(cell) = buffer.cell_mut(place) else {
            continue;
        };
        let is_drawn = |line: &'static str| model.theme.sign(line) == cell.symbol();
        if let Some((_, line)) = LINES.iter().find(|(whole, _)| is_drawn(whole)) {
            cell.set_symbol(&model.theme.sign(line)).set_style(style);
        }
    }
}

/// Draws a label for an earlier step in the upper border after the title.
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

/// Draws the position of the shown step in the lower border of the Journal pane, after the tabs.
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
