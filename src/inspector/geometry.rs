//! Which rows of a pane or an overlay are its list, and keeping every selected row among the visible ones.
//!
//! Drawing and moving both ask here, so that they agree.

use ratatui::layout::Rect;

use super::layout::{Arrangement, Form};
use super::model::{Model, Overlay};
use super::panes::Pane;
use super::panes::patch::WITH_COLUMNS;
use super::panes::{calls, history};
use super::patch_text::PatchText;
use super::text::{Break, wrap};

/// The area within a border.
pub fn inner(area: Rect) -> Rect {
    Rect {
        x: area.x.saturating_add(1),
        y: area.y.saturating_add(1),
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(2),
    }
}

/// What of a pane's inside stands above the list, the list itself, and what stands below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// A line of column titles; of no height on low panes.
    pub head: Rect,
    /// The rows.
    pub list: Rect,
    /// A line about the selected row; of no height on low panes.
    pub foot: Rect,
}

/// Divides the inside of a pane.
pub fn parts(pane: Pane, area: Rect) -> Parts {
    let inside = inner(area);
    let (head, foot) = match pane {
        Pane::Threads => (u16::from(inside.height >= 6), 0),
        Pane::Calls => (u16::from(inside.height >= 4), 0),
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
        // Where there is no column for the origins, the selected one stands below.
        Pane::Metadata => (0, u16::from(inside.height >= 4 && inside.width < 44)),
        Pane::History => (0, 0),
    };
    split(inside, head, foot)
}

fn split(inside: Rect, head: u16, foot: u16) -> Parts {
    let list = inside.height.saturating_sub(head + foot);
    Parts {
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

/// Where an overlay stands: on the key bar, as wide as the screen, so that it tears no row of what is below it.
pub fn overlay(overlay: &Overlay, at: &Arrangement) -> Rect {
    let body = at.body;
    let rows = |rows: usize| u16::try_from(rows).unwrap_or(u16::MAX);
    let height = match overlay {
        Overlay::Reader(_) | Overlay::Difference(_) => body.height,
        Overlay::Laws(view) => rows(view.rows()).saturating_add(5),
        Overlay::Finder(finder) => rows(finder.entries.len())
            .saturating_add(3)
            .min(body.height / 4 * 3),
        Overlay::Form(form) => rows(form.rows.len()).saturating_add(5),
        // The form and its effect stay in view where there is room for both.
        Overlay::Text(text) => rows(text.line.rows().count())
            .saturating_add(4)
            .clamp(8, 16)
            .min(body.height * 2 / 3),
        Overlay::Writing(_) => return at.bar,
        Overlay::Question(question) => {
            let columns = usize::from(body.width.saturating_sub(4)).max(1);
            rows(wrap(&question.text, columns, Break::Word).take(9).count()).saturating_add(2)
        }
    };
    let height = match at.form {
        Form::Narrow => body.height,
        _ => height.max(3).min(body.height),
    };
    Rect {
        y: body.bottom() - height,
        height,
        ..body
    }
}

/// The rows of an overlay: a finder has its line above them, a form its sentence above and below.
pub fn overlay_parts(over: &Overlay, area: Rect) -> Parts {
    let inside = inner(area);
    match over {
        Overlay::Finder(_) => split(inside, 1.min(inside.height), 0),
        Overlay::Form(_) => form_parts(area),
        Overlay::Text(text) => text_parts(text, area),
        Overlay::Difference(_) => difference_parts(area),
        Overlay::Laws(_) => laws_parts(area),
        Overlay::Reader(_) | Overlay::Question(_) | Overlay::Writing(_) => split(inside, 0, 0),
    }
}

/// The lines of the patch as text, below them what is to be said about it, as many rows as that takes.
pub fn text_parts(text: &PatchText, area: Rect) -> Parts {
    let inside = inner(area);
    let words = text.words();
    let rows = wrap(&words, usize::from(inside.width.max(1)), Break::Word)
        .take(5)
        .count();
    let most = (inside.height / 2).max(2).min(inside.height.saturating_sub(1));
    split(inside, 0, u16::try_from(rows).unwrap_or(2).clamp(2, 5).min(most))
}

/// The rows of a comparison, above them what its two sides are.
pub fn difference_parts(area: Rect) -> Parts {
    let inside = inner(area);
    split(inside, if inside.height >= 5 { 2 } else { 0 }, 0)
}

/// The laws, above them the patches at hand and a blank row.
pub fn laws_parts(area: Rect) -> Parts {
    let inside = inner(area);
    split(inside, if inside.height >= 8 { 3 } else { 0 }, 0)
}

/// The rows of the form of a call: a sentence about the method, the parameters, a sentence about the one written.
pub fn form_parts(area: Rect) -> Parts {
    let inside = inner(area);
    match inside.height {
        6.. => split(inside, 2, 1),
        rows => split(inside, 0, u16::from(rows >= 2)),
    }
}

/// How many rows of whatever has the keys are on the screen.
pub fn height(model: &Model) -> usize {
    let at = model.arrangement();
    let list = match model.overlays.last() {
        Some(over) => overlay_parts(over, overlay(over, &at)).list,
        None => at
            .place(model.desk.focus)
            .map_or(Rect::ZERO, |area| parts(model.desk.focus, area).list),
    };
    usize::from(list.height)
}

/// Brings every selected row among the visible ones.
pub fn settle(model: &mut Model) {
    let at = model.arrangement();
    for (pane, area) in &at.places {
        let list = parts(*pane, *area).list;
        let height = usize::from(list.height);
        let session = &mut model.session;
        match pane {
            Pane::Threads => session
                .threads
                .cursor
                .settle(session.threads.rows().len(), height),
            Pane::History => history::settle(session, list),
            Pane::Metadata => session
                .metadata
                .cursor
                .settle(session.metadata.rows.len(), height),
            Pane::Patch => {
                let rows = model.draft.rows().len();
                model.draft.cursor.settle(rows, height);
            }
            Pane::Calls => session.calls.cursor.settle(calls::counted().count(), height),
            Pane::Journal => session.steps.cursor.settle(session.steps.rows(), height),
        }
    }
    for over in &mut model.overlays {
        let list = overlay_parts(over, overlay(over, &at)).list;
        let (width, height) = (usize::from(list.width), usize::from(list.height));
        match over {
            Overlay::Reader(reader) => reader.settle(width, height),
            Overlay::Finder(finder) => finder.cursor.settle(finder.found.len(), height),
            Overlay::Form(form) => form.cursor.settle(form.rows.len(), height),
            Overlay::Text(text) => {
                let rows = text.line.rows().count();
                text.cursor.settle(rows, height);
            }
            Overlay::Difference(view) => {
                let rows = view.rows();
                view.cursor.settle(rows, height);
            }
            Overlay::Laws(view) => {
                let rows = view.rows();
                view.cursor.settle(rows, height);
            }
            Overlay::Question(_) | Overlay::Writing(_) => {}
        }
    }
}
