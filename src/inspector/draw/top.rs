//! The line above the panes: which store, its totals, the step and its clock.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::inspector::frame::{Cells, Cursor};
use crate::inspector::importing::{count, grouped};
use crate::inspector::model::Model;
use crate::inspector::text::width;
use crate::inspector::theme::Role;

/// Draws the line. What there is no room for is left out whole, the least important first.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect) {
    let session = &model.session;
    let snapshot = &session.snapshot;
    let hidden = snapshot.len() - snapshot.listed();
    let mut left = vec![(format!(" {}", session.title()), Role::Strong)];
    if session.id.is_empty() {
        left = vec![(format!(" {}", model.title), Role::Strong)];
    }
    let mut totals = count(snapshot.listed() as u64, "thread");
    if hidden > 0 {
        totals.push_str(&format!(" + {} unlisted", grouped(hidden as u64)));
    }
    left.push((totals, Role::Text));
    if !model.others.is_empty() {
        left.push((format!("{} stores open", model.others.len() + 1), Role::Muted));
    }
    let steps = grouped(session.journal.len() as u64);
    let (step, mark) = match session.past() {
        Some((_, of)) => (
            format!("PAST step {steps} of {}", grouped(of as u64)),
            Role::Warning,
        ),
        None => (format!("step {steps}"), Role::Muted),
    };
    let clock = snapshot.now().format("%Y-%m-%d %H:%M:%S UTC ").to_string();
    let mut cells = Cells::new(model.theme, area.width);
    for (index, (text, role)) in left.iter().enumerate() {
        if index == 0 {
            cells.text(text, *role);
        } else if cells.left() > width(text) + 3 {
            cells.text(" \u{b7} ", Role::Muted).text(text, *role);
        }
    }
    let right: Vec<&String> = match cells.left() {
        room if room > width(&step) + width(&clock) + 5 => vec![&step, &clock],
        room if room > width(&step) + 3 => vec![&step],
        _ => Vec::new(),
    };
    let wanted = right.iter().map(|text| width(text)).sum::<usize>() + 3 * right.len().saturating_sub(1);
    let wanted = wanted + usize::from(right.len() == 1);
    cells.gap(cells.left().saturating_sub(wanted));
    for (index, text) in right.into_iter().enumerate() {
        if index > 0 {
            cells.text(" \u{b7} ", Role::Muted);
        }
        cells.text(text, if index == 0 { mark } else { Role::Muted });
    }
    cells.draw(buffer, area.x, area.y, area.width, Cursor::No);
}
