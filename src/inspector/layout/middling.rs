//! Divides a screen of middling width: two panes side by side, the others as tabs; while a scenario is played, all counters
//! and a low Threads too.

use ratatui::layout::Rect;

use super::presets::Preset;
use super::wide::Division;
use super::{LayoutState, add, columns};
use crate::inspector::panes::Pane;

/// Places Threads on the left and the last focused other pane on the right.
pub fn divide(body: Rect, desk: &LayoutState, open: &[Pane]) -> Division {
    let others: Vec<Pane> = open
        .iter()
        .copied()
        .filter(|pane| *pane != Pane::Threads)
        .collect();
    let side = desk.front(&others);
    if let Some(division) = show(body, desk, &others, open) {
        return division;
    }
    let mut shown = Vec::new();
    if open.contains(&Pane::Threads) {
        shown.push(Pane::Threads);
    }
    shown.extend(side);
    let left = desk.shape().extra.left;
    let places = columns(body, &shown, side, |_, width| add(width * 38 / 100, left));
    (places, others)
}

/// The least rows and columns of Calls with each counter in a row of its own, and the rows of Threads beside it.
const SHOW_CALLS: (u16, u16) = (40, 16);
const SHOW_THREADS: u16 = 5;

/// While a scenario is played: all counters on the left, a low Threads on the right, and below it the last focused of
/// the other panes. Returns `None` where there is too little room for that.
fn show(body: Rect, desk: &LayoutState, others: &[Pane], open: &[Pane]) -> Option<Division> {
    let is_shown = desk.preset == Preset::Show && desk.strip.is_some();
    let has_room = body.width >= 2 * SHOW_CALLS.0 && body.height >= SHOW_CALLS.1;
    if !is_shown || !has_room || !open.contains(&Pane::Calls) || !open.contains(&Pane::Threads) {
        return None;
    }
    let tabs: Vec<Pane> = others
        .iter()
        .copied()
        .filter(|pane| *pane != Pane::Calls)
        .collect();
    let side = desk.front(&tabs)?;
    let left = SHOW_CALLS.0.max(body.width * 2 / 5);
    let at = |x: u16, y: u16, width: u16, height: u16| Rect {
        x: body.x + x,
        y: body.y + y,
        width,
        height,
    };
    let right = body.width - left;
    let places = vec![
        (Pane::Calls, at(0, 0, left, body.height)),
        (Pane::Threads, at(left, 0, right, SHOW_THREADS)),
        (side, at(left, SHOW_THREADS, right, body.height - SHOW_THREADS)),
    ];
    Some((places, tabs))
}
