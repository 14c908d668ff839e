//! The mouse: what is at a position, and what a click, a drag and the wheel do there. Positions are looked up with the
//! functions that also draw: `arrange`, `parts`, `pane_tabs` and the key bar.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use crate::inspector::features::navigation;
use crate::inspector::layout::dividers::Divider;
use crate::inspector::layout::draw::{bar, pane_tabs};
use crate::inspector::layout::parts::parts;
use crate::inspector::layout::{Layout, LayoutKind};
use crate::inspector::panes::{self, Pane};
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay;
use crate::inspector::widgets::cursor::{ListCursor, Motion};

/// The rows that one step of the wheel scrolls.
const WHEEL: isize = 3;

/// Returns whether the event does something.
pub fn is_used(event: &MouseEvent) -> bool {
    matches!(
        event.kind,
        MouseEventKind::Down(MouseButton::Left)
            | MouseEventKind::Drag(MouseButton::Left)
            | MouseEventKind::Up(MouseButton::Left)
            | MouseEventKind::ScrollUp
            | MouseEventKind::ScrollDown
    )
}

/// Handles an event of the mouse.
pub fn take(model: &mut Model, event: MouseEvent) -> Effects {
    let at = Position::new(event.column, event.row);
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => return press(model, at),
        MouseEventKind::Drag(MouseButton::Left) => drag(model, at),
        MouseEventKind::Up(_) => model.mouse.dragged = None,
        MouseEventKind::ScrollUp => scroll(model, at, -WHEEL),
        MouseEventKind::ScrollDown => scroll(model, at, WHEEL),
        _ => {}
    }
    Vec::new()
}

/// Captures the mouse, or stops that.
pub fn capture(model: &mut Model, on: bool) -> Effects {
    model.mouse.is_on = on;
    model.mouse.dragged = None;
    model.say(
        match on {
            true => "The mouse is on: click, scroll, drag dividers; Shift+drag selects text.",
            false => "The mouse is off: dragging selects text; {key:mouse} turns the mouse on.",
        }
        .to_string(),
    );
    vec![Effect::Mouse(on)]
}

/// A click.
fn press(model: &mut Model, at: Position) -> Effects {
    model.mouse.dragged = None;
    let layout = model.arrangement();
    if layout.form == LayoutKind::Tiny {
        return Vec::new();
    }
    // A message covers what is below it. Like a key, a click removes it.
    let is_covered = bar::message_area(model, layout.bar).is_some_and(|area| area.contains(at));
    let command = bar::command_at(model, layout.bar, at);
    model.log.seen();
    if is_covered {
        return Vec::new();
    }
    if let Some(command) = command.filter(|_| layout.bar.contains(at)) {
        return command.run(model, "");
    }
    if !model.overlays.is_empty() {
        return press_overlay(model, &layout, at);
    }
    if let Some(tab) = pane_tabs(model, &layout)
        .into_iter()
        .find(|tab| tab.area.contains(at))
    {
        model.layout.focus_on(tab.pane);
        return Vec::new();
    }
    let Some((pane, area)) = layout.places.iter().find(|(_, area)| area.contains(at)) else {
        return Vec::new();
    };
    model.mouse.dragged = Divider::at(&layout, at);
    press_pane(model, *pane, *area, at)
}

/// Focuses the pane and selects the row at a position. In the focused pane, a click on the selected row opens it.
fn press_pane(model: &mut Model, pane: Pane, area: Rect, at: Position) -> Effects {
    let was_focused = model.layout.focus == pane;
    model.layout.focus_on(pane);
    let list = parts(pane, area).list;
    let row = list
        .contains(at)
        .then(|| panes::row_at(model, pane, list, at))
        .flatten();
    let Some(row) = row else { return Vec::new() };
    match panes::selected_row(model, pane) == Some(row) {
        true if was_focused => enter(model),
        true => Vec::new(),
        false => {
            panes::select_row(model, pane, row);
            Vec::new()
        }
    }
}

/// Selects the row of the top overlay at a position. A click on the selected row opens it. Nothing happens beside the
/// overlay, because a click there could have been meant for what it covers.
fn press_overlay(model: &mut Model, layout: &Layout, at: Position) -> Effects {
    let Some(over) = model.overlays.last_mut() else {
        return Vec::new();
    };
    let list = over.parts(overlay::area(&**over, layout)).list;
    if over.is_line() || !list.contains(at) {
        return Vec::new();
    }
    over.point(list, at);
    let Some((cursor, rows)) = list_of_top(model) else {
        return Vec::new();
    };
    let row = cursor.top + usize::from(at.y - list.y);
    if row >= rows {
        return Vec::new();
    }
    if cursor.at == row {
        return enter(model);
    }
    let by = row.wrapping_sub(cursor.at).cast_signed();
    if let Some(over) = model.overlays.last_mut() {
        over.go(Motion::Rows(by), usize::from(list.height));
    }
    Vec::new()
}

/// Returns the cursor and the number of rows of the list in the top overlay.
fn list_of_top(model: &mut Model) -> Option<(ListCursor, usize)> {
    let (cursor, rows) = model.overlays.last_mut()?.list()?;
    Some((*cursor, rows))
}

/// Does what the key Enter does.
fn enter(model: &mut Model) -> Effects {
    match model.commands.of_key("Enter", model.context()) {
        Some(command) => command.run(model, ""),
        None => Vec::new(),
    }
}

/// Moves the divider that is held to a position.
fn drag(model: &mut Model, at: Position) {
    let Some(divider) = model.mouse.dragged else {
        return;
    };
    let screen = model.arrangement().screen;
    if let Some(extra) = divider.moved(&model.layout, screen, at) {
        model.layout.shape_mut().extra = extra;
    }
}

/// Scrolls the overlay or, if none is open, the pane at a position. The focus does not change.
fn scroll(model: &mut Model, at: Position, rows: isize) {
    let layout = model.arrangement();
    if layout.form == LayoutKind::Tiny {
        return;
    }
    let motion = Motion::Lines(rows);
    if !model.overlays.is_empty() {
        let mut overlays: Vec<_> = model.overlays.iter_mut().collect();
        let under = overlays.iter_mut().rev().find_map(|over| {
            let area = overlay::area(&***over, &layout);
            area.contains(at).then_some((over, area))
        });
        if let Some((over, area)) = under {
            let height = usize::from(over.parts(area).list.height);
            over.go(motion, height);
        }
        return;
    }
    if let Some((pane, area)) = layout.places.iter().find(|(_, area)| area.contains(at)) {
        let list = parts(*pane, *area).list;
        navigation::go_in(model, *pane, motion, panes::visible_rows(*pane, list));
    }
}
