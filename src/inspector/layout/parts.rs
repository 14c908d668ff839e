//! Splits a pane or an overlay into its list and the rows above and below the list. Drawing and cursor movement both
//! use this module, so that they agree on the areas.

use ratatui::layout::Rect;

use crate::inspector::panes::{Pane, calls};

/// From this width on, the patch form shows its effect next to the patch.
pub const WITH_COLUMNS: u16 = 96;

/// The least rows of a chart below the list of Calls.
const CHART_ROWS: u16 = 3;

/// Returns the area within a border.
pub fn inner(area: Rect) -> Rect {
    Rect {
        x: area.x.saturating_add(1),
        y: area.y.saturating_add(1),
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(2),
    }
}

/// The inside of a pane: the part above the list, the list, and the part below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaneParts {
    /// A line of column titles. Its height is 0 in panes with few rows.
    pub head: Rect,
    /// The rows.
    pub list: Rect,
    /// A line about the selected row. Its height is 0 on low panes.
    pub foot: Rect,
}

/// Splits the inside of a pane.
pub fn parts(pane: Pane, area: Rect) -> PaneParts {
    let inside = inner(area);
    let (head, foot) = match pane {
        Pane::Threads => (u16::from(inside.height >= 6), 0),
        // No heading where it would hide the last of fourteen counters in one column or in two. A chart takes the rows
        // that the list does not need.
        Pane::Calls => {
            let head = u16::from(!matches!(inside.height, 0..4 | 7 | 14));
            let rest = inside.height.saturating_sub(head + calls::ROWS);
            (head, if rest >= CHART_ROWS { rest } else { 0 })
        }
        Pane::Journal => match inside.height {
            0..5 => (0, 0),
            5 => (0, 1),
            6..10 => (1, 1),
            _ if inside.width >= 170 => (1, 1),
            10..16 => (1, 2),
            _ if inside.width >= 88 => (1, 2),
            _ => (1, 3),
        },
        Pane::Patch => (
            u16::from(inside.height >= 8 && inside.width >= WITH_COLUMNS),
            match inside.height {
                0..6 => 0,
                6..12 => 1,
                _ if inside.width >= WITH_COLUMNS => 1,
                12..16 => 2,
                _ => 3,
            },
        ),
        // If there is no column for the origins, the origin of the selected row is below the list.
        Pane::Metadata => (0, u16::from(inside.height >= 4 && inside.width < 44)),
        Pane::History => (0, 0),
    };
    split(inside, head, foot)
}

/// Splits an overlay that has a line above its list and a line below it. An overlay with few rows has only the list.
pub fn with_head_and_foot(area: Rect) -> PaneParts {
    let inside = inner(area);
    match inside.height {
        4.. => split(inside, 1, 1),
        _ => split(inside, 0, 0),
    }
}

/// Splits an area into `head` rows above the list, the list, and `foot` rows below it.
pub fn split(inside: Rect, head: u16, foot: u16) -> PaneParts {
    let list = inside.height.saturating_sub(head + foot);
    PaneParts {
        head: Rect {
            height: head.min(inside.height),
            ..inside
        },
        list: Rect {
            y: inside.y + head.min(inside.height),
            height: list,
            ..inside
        },
        foot: Rect {
            y: inside.bottom().saturating_sub(foot),
            height: foot.min(inside.height),
            ..inside
        },
    }
}
