//! The chart below the rows of the Calls pane: the calls of the selected method over time.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::columns::BARS;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::frame::{Cells, RowCursor, sentence};
use crate::inspector::widgets::theme::Role;
use crate::protocol::numbers::{count, grouped};

/// The columns of the numbers beside the bars.
const SCALE: u16 = 8;

/// Draws the chart: a line of text, and the bars in the other lines.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect) {
    let calls = &model.session.calls;
    let Some(op) = calls
        .selected()
        .filter(|_| area.height >= 2 && area.width > SCALE)
    else {
        return;
    };
    let (Some(method), Some((first, last))) = (calls.stats().of(op), calls.stats().times()) else {
        let text = format!("{} was not called.", op.name());
        return sentence(buffer, area, model.theme, &text, Role::Muted);
    };
    let bars = Rect {
        x: area.x + SCALE,
        y: area.y + 1,
        width: area.width - SCALE,
        height: area.height - 1,
    };
    let parts = method.over_time.parts(last, usize::from(bars.width));
    let most = parts.iter().copied().max().unwrap_or(0).max(1);
    let mut cells = Cells::new(model.theme, area.width);
    let time = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%d %H:%M:%S").to_string();
    cells.gap(1).text(op.name(), Role::Strong);
    let text = format!(
        ": {} from {} to {} UTC",
        count(method.calls, "call"),
        time(first),
        time(last)
    );
    cells.text(&text, Role::Muted);
    cells.draw(buffer, area.x, area.y, area.width, RowCursor::No);
    let steps = u64::from(bars.height) * BARS.len() as u64;
    for row in 0..bars.height {
        let below = u64::from(bars.height - 1 - row) * BARS.len() as u64;
        let mut cells = Cells::new(model.theme, area.width);
        let scale = match row {
            0 => grouped(most),
            row if row + 1 == bars.height => "0".to_string(),
            _ => String::new(),
        };
        cells.right(&scale, usize::from(SCALE) - 1, Role::Muted).gap(1);
        let bar = |calls: &u64| match (calls * steps).div_ceil(most).saturating_sub(below) {
            0 => ' ',
            height => BARS[usize::try_from(height).unwrap_or(BARS.len()).min(BARS.len()) - 1],
        };
        let text: String = parts.iter().map(bar).collect();
        cells.text(&text, Role::Progress);
        cells.draw(buffer, area.x, bars.y + row, area.width, RowCursor::No);
    }
}
