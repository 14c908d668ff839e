//! The line above the panes: the store, its totals, the position of the shown step, the step and its clock.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::inspector::features::{clients, time_travel};
use crate::inspector::state::model::Model;
use crate::inspector::widgets::frame::{Cells, RowCursor};
use crate::inspector::widgets::theme::Role;
use crate::protocol::numbers::{count, grouped};
use crate::text::width;

/// What the first run shows, for as much as there is room.
const HINTS: &[&str] = &[
    "{key:help} lists all keys \u{b7} threadloupe tutor teaches them in ten minutes",
    "{key:help} lists all keys \u{b7} threadloupe tutor",
    "{key:help} lists all keys",
];

/// The maximum width of the slider.
const SLIDER: usize = 24;
/// The label for an earlier step can take this many columns, or half of a wide screen.
const PAST: usize = 30;

/// Draws the line. Parts that do not fit are omitted as a whole, the least important first.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect) {
    let session = &model.session;
    let snapshot = &session.snapshot;
    let hidden = snapshot.len() - snapshot.listed();
    let mut left = vec![(format!(" {}", session.title()), Role::Strong)];
    if session.id.is_empty() && session.name.is_empty() {
        left = vec![(format!(" {}", model.title), Role::Strong)];
    }
    let mut totals = count(snapshot.listed() as u64, "thread");
    if hidden > 0 {
        totals.push_str(&format!(" + {} unlisted", grouped(hidden as u64)));
    }
    left.push((totals, Role::Text));
    if model.import.is_following() {
        let text = match session.past() {
            Some(_) => "following paused",
            None => "following",
        };
        left.push((text.to_string(), Role::Set));
    }
    left.extend(clients::title(model).map(|text| (text, Role::Set)));
    if model.mouse.is_on {
        left.push(("mouse on".to_string(), Role::Muted));
    }
    if !model.others.is_empty() {
        left.push((format!("{} stores open", model.others.len() + 1), Role::Muted));
    }
    let room = usize::from(area.width);
    // Leaves room for the other parts.
    let room = room.saturating_sub(3).min(PAST.max(room / 2));
    let (step, mark) = match time_travel::past(model, room) {
        Some(past) => (past, Role::Warning),
        None => (format!("step {}", grouped(session.journal.tip())), Role::Muted),
    };
    let clock = snapshot.now().format("%Y-%m-%d %H:%M:%S UTC ").to_string();
    let mut cells = Cells::new(model.theme, area.width);
    // The label for an earlier step has priority over everything else.
    let kept = if mark == Role::Warning {
        width(&step) + 2
    } else {
        0
    };
    for (index, (text, role)) in left.iter().enumerate() {
        if index == 0 {
            let room = usize::from(area.width).saturating_sub(kept).min(width(text));
            cells.column(text, room, *role);
        } else if cells.left() > width(text) + 3 + kept {
            cells.text(" \u{b7} ", Role::Muted).text(text, *role);
        }
    }
    if model.settings.hint_keys > 0 && kept == 0 {
        let hints = HINTS.iter().map(|hint| model.commands.fill(hint));
        // The step stays in sight.
        let room = cells.left().saturating_sub(width(&step) + 6);
        if let Some(hint) = hints.into_iter().find(|hint| width(hint) <= room) {
            cells.gap(3).text(&hint, Role::Progress);
        }
    }
    let right: Vec<&String> = match cells.left() {
        room if room > width(&step) + width(&clock) + 5 => vec![&step, &clock],
        room if room >= width(&step) + 2 => vec![&step],
        _ => Vec::new(),
    };
    let wanted = right.iter().map(|text| width(text)).sum::<usize>() + 3 * right.len().saturating_sub(1);
    let wanted = wanted + usize::from(right.len() == 1);
    let free = cells.left().saturating_sub(wanted);
    let slider = free.saturating_sub(4).min(SLIDER);
    if slider >= time_travel::SLIDER && !session.line().is_empty() && !right.is_empty() {
        cells.gap(free - slider - 2);
        time_travel::slider(model, &mut cells, slider);
        cells.gap(2);
    } else {
        cells.gap(free);
    }
    for (index, text) in right.into_iter().enumerate() {
        if index > 0 {
            cells.text(" \u{b7} ", Role::Muted);
        }
        cells.text(text, if index == 0 { mark } else { Role::Muted });
    }
    cells.draw(buffer, area.x, area.y, area.width, RowCursor::No);
}
