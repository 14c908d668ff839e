//! Scrolls panes and overlays so that every selected row is visible.

use ratatui::layout::Rect;

use super::parts::parts;
use crate::inspector::panes::{self, Pane};
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay;

/// Returns the number of visible rows of the focused pane or overlay.
pub fn height(model: &Model) -> usize {
    let at = model.arrangement();
    let focus = model.layout.focus;
    let list = match model.overlays.last() {
        Some(over) => over.parts(overlay::area(over, &at)).list,
        None => at.place(focus).map_or(Rect::ZERO, |area| parts(focus, area).list),
    };
    match model.overlays.is_empty() {
        true => panes::visible_rows(focus, list),
        false => usize::from(list.height),
    }
}

/// Scrolls so that every selected row is visible.
pub fn settle(model: &mut Model) {
    let at = model.arrangement();
    for (pane, area) in &at.places {
        let list = parts(*pane, *area).list;
        let height = panes::visible_rows(*pane, list);
        match pane {
            Pane::History => panes::history::settle(&mut model.session, list),
            _ => {
                let (cursor, rows) = model.list_mut(*pane);
                cursor.settle(rows, height);
            }
        }
    }
    for over in model.overlays.iter_mut() {
        let list = over.parts(overlay::area(&**over, &at)).list;
        over.settle(usize::from(list.width), usize::from(list.height));
    }
}
