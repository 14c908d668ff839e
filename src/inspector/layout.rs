//! Where the panes stand: from the size of the screen, the focus, the zoom, the folds and the shares to rectangles.
//!
//! ```text
//! wide (from 110 columns)                    middling (60 to 109)      narrow
//! +------------------ top line ----------+  +------- top line -----+  +- top line -+
//! | Threads | History       | Metadata   |  | Threads | tabs       |  | one pane   |
//! |         |               |            |  |         | History,   |  |            |
//! +---------+-------+-------+------------+  |         | Metadata,  |  |            |
//! | Patch           | Calls              |  |         | Patch,     |  |            |
//! |                 |                    |  |         | Calls      |  |            |
//! +------------------ key bar -----------+  +------- key bar ------+  +- key bar --+
//! ```
//!
//! Pure integer arithmetic; what is drawn into a rectangle is the panes' business.

use ratatui::layout::Rect;

use super::panes::{PANES, Pane};

/// From this many columns on the panes stand in three columns.
pub const WIDE: u16 = 110;
/// From this many columns on the panes stand in two columns.
pub const MIDDLING: u16 = 60;
/// The smallest screen on which anything but a sentence is drawn: columns and rows.
pub const LEAST: (u16, u16) = (20, 5);
/// Fewest rows for three columns and for two columns.
const WIDE_ROWS: u16 = 20;
const MIDDLING_ROWS: u16 = 8;
/// Fewest rows of a screen that spends one on the top line.
const TOP_ROWS: u16 = 7;
/// Rows that the row of Patch and Calls takes when there is room: fourteen counters, a heading and two borders.
const BELOW_ROWS: u16 = 17;
/// Columns that the longest counter name and two numbers want, borders included.
const CALLS_COLUMNS: u16 = 52;

/// What the person has done to the panes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// The pane that keys go to.
    pub focus: Pane,
    /// The pane that the right column shows where panes stand behind each other as tabs.
    pub side: Pane,
    /// Whether the focused pane has the whole screen.
    pub zoomed: bool,
    /// Panes that are folded away, by [`Pane::index`].
    pub folded: [bool; 5],
    /// Columns added to the left column, to the right one, rows added to the row below, columns added to Calls.
    pub extra: Extra,
}

/// By how much the person has made columns and rows larger (or, below zero, smaller) than they are by themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extra {
    /// Columns of Threads.
    pub left: i16,
    /// Columns of Metadata.
    pub right: i16,
    /// Rows of Patch and Calls.
    pub below: i16,
    /// Columns of Calls.
    pub calls: i16,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            focus: Pane::Threads,
            side: Pane::History,
            zoomed: false,
            folded: [false; 5],
            extra: Extra::default(),
        }
    }
}

impl Desk {
    /// Gives `pane` the focus; a folded pane is unfolded by it.
    pub fn focus_on(&mut self, pane: Pane) {
        self.focus = pane;
        self.set_folded(pane, false);
        if pane != Pane::Threads {
            self.side = pane;
        }
    }

    /// Moves the focus to the next pane that is not folded, or to the one before.
    pub fn focus_next(&mut self, forward: bool) {
        let count = PANES.len();
        let step = if forward { 1 } else { count - 1 };
        let mut index = self.focus.index();
        for _ in 0..count {
            index = (index + step) % count;
            if let Some(row) = PANES.get(index)
                && !self.is_folded(row.pane)
            {
                self.focus_on(row.pane);
                return;
            }
        }
    }

    /// Whether `pane` is folded away.
    pub fn is_folded(&self, pane: Pane) -> bool {
        self.folded.get(pane.index()).copied().unwrap_or(false)
    }

    /// Folds `pane` away or brings it back.
    pub fn set_folded(&mut self, pane: Pane, folded: bool) {
        if let Some(slot) = self.folded.get_mut(pane.index()) {
            *slot = folded;
        }
    }

    /// How many panes are open.
    pub fn open(&self) -> usize {
        self.folded.iter().filter(|folded| !**folded).count()
    }

    /// Makes the focused pane wider and higher by these amounts (smaller below zero).
    pub fn grow(&mut self, columns: i16, rows: i16) {
        let extra = &mut self.extra;
        let (width, by) = match self.focus {
            Pane::Threads => (&mut extra.left, columns),
            Pane::Metadata => (&mut extra.right, columns),
            Pane::History => (&mut extra.right, -columns),
            Pane::Calls => (&mut extra.calls, columns),
            Pane::Patch => (&mut extra.calls, -columns),
        };
        *width = width.saturating_add(by).clamp(-500, 500);
        let rows = if matches!(self.focus, Pane::Patch | Pane::Calls) {
            rows
        } else {
            -rows
        };
        extra.below = extra.below.saturating_add(rows).clamp(-500, 500);
    }
}

/// Which of the forms the screen has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Too small for anything but a sentence.
    Tiny,
    /// One pane at a time.
    Narrow,
    /// Threads on the left, one of the others on the right.
    Middling,
    /// All panes side by side.
    Wide,
}

/// The screen divided: each rectangle lies within the screen, and no two of them overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrangement {
    /// The form that was chosen.
    pub form: Form,
    /// The whole screen.
    pub screen: Rect,
    /// The line with store, totals, step and clock; of no height on a low screen.
    pub top: Rect,
    /// What lies between top line and key bar.
    pub body: Rect,
    /// The key bar.
    pub bar: Rect,
    /// The panes that are visible and where.
    pub places: Vec<(Pane, Rect)>,
    /// The panes that stand behind each other in one place, in order; empty where all are visible.
    pub tabs: Vec<Pane>,
}

impl Arrangement {
    /// Where `pane` stands, if it is visible.
    pub fn place(&self, pane: Pane) -> Option<Rect> {
        self.places
            .iter()
            .find(|(at, _)| *at == pane)
            .map(|(_, area)| *area)
    }
}

/// Divides `screen` among the panes of `desk`.
pub fn arrange(screen: Rect, desk: &Desk) -> Arrangement {
    let rows = |y: u16, height: u16| Rect {
        x: screen.x,
        y: screen.y + y,
        width: screen.width,
        height,
    };
    if screen.width < LEAST.0 || screen.height < LEAST.1 {
        let none = rows(0, 0);
        return Arrangement {
            form: Form::Tiny,
            screen,
            top: none,
            body: screen,
            bar: none,
            places: Vec::new(),
            tabs: Vec::new(),
        };
    }
    let top = rows(0, u16::from(screen.height >= TOP_ROWS));
    let bar = rows(screen.height - 1, 1);
    let body = rows(top.height, screen.height - 1 - top.height);
    let open = |pane: Pane| !desk.is_folded(pane) || pane == desk.focus;
    let others: Vec<Pane> = PANES
        .iter()
        .map(|row| row.pane)
        .filter(|pane| open(*pane))
        .collect();
    let (form, places, tabs) = if screen.width >= WIDE && screen.height >= WIDE_ROWS {
        (Form::Wide, wide(body, desk, &others), Vec::new())
    } else if screen.width >= MIDDLING && screen.height >= MIDDLING_ROWS {
        let (places, tabs) = middling(body, desk, &others);
        (Form::Middling, places, tabs)
    } else {
        (Form::Narrow, vec![(desk.focus, body)], others.clone())
    };
    if desk.zoomed {
        let places = vec![(desk.focus, body)];
        return Arrangement {
            form,
            screen,
            top,
            body,
            bar,
            places,
            tabs: others,
        };
    }
    Arrangement {
        form,
        screen,
        top,
        body,
        bar,
        places,
        tabs,
    }
}

/// Threads, History and Metadata above, Patch and Calls below; what is folded leaves its room to its neighbours.
fn wide(body: Rect, desk: &Desk, open: &[Pane]) -> Vec<(Pane, Rect)> {
    let above: Vec<Pane> = open
        .iter()
        .copied()
        .filter(|pane| !matches!(pane, Pane::Patch | Pane::Calls))
        .collect();
    let below: Vec<Pane> = open
        .iter()
        .copied()
        .filter(|pane| matches!(pane, Pane::Patch | Pane::Calls))
        .collect();
    let least = least_rows(&below);
    let height = if above.is_empty() {
        body.height
    } else if below.is_empty() {
        0
    } else {
        let own = (body.height * 3 / 8).min(BELOW_ROWS);
        add(own, desk.extra.below).clamp(least, body.height.saturating_sub(least_rows(&above)).max(least))
    };
    let (upper, lower) = split_rows(body, body.height - height.min(body.height));
    let mut places = columns(upper, &above, |pane, width| match pane {
        Pane::Threads => add(width * 28 / 100, desk.extra.left),
        _ => add(width * 33 / 100, desk.extra.right),
    });
    places.extend(columns(lower, &below, |_, width| {
        add((width * 33 / 100).max(CALLS_COLUMNS), desk.extra.calls)
    }));
    places
}

/// Threads on the left, the pane that was focused last on the right.
fn middling(body: Rect, desk: &Desk, open: &[Pane]) -> (Vec<(Pane, Rect)>, Vec<Pane>) {
    let others: Vec<Pane> = open
        .iter()
        .copied()
        .filter(|pane| *pane != Pane::Threads)
        .collect();
    let side = if others.contains(&desk.side) {
        Some(desk.side)
    } else {
        others.first().copied()
    };
    let mut shown = Vec::new();
    if open.contains(&Pane::Threads) {
        shown.push(Pane::Threads);
    }
    shown.extend(side);
    let places = columns(body, &shown, |_, width| add(width * 38 / 100, desk.extra.left));
    (places, others)
}

/// Sets `panes` side by side. `want` gives the columns of each but the one that takes what is left over: History,
/// Patch, or the last. No pane gets less than its least width.
fn columns(area: Rect, panes: &[Pane], want: impl Fn(Pane, u16) -> u16) -> Vec<(Pane, Rect)> {
    if area.height == 0 || panes.is_empty() {
        return Vec::new();
    }
    let filler = panes
        .iter()
        .position(|pane| matches!(pane, Pane::History | Pane::Patch))
        .unwrap_or(panes.len() - 1);
    let mut widths: Vec<u16> = panes.iter().map(|pane| pane.row().least.0).collect();
    let mut free = area.width.saturating_sub(widths.iter().sum());
    for (index, width) in widths.iter_mut().enumerate() {
        let Some(pane) = panes.get(index) else { continue };
        if index != filler {
            let more = want(*pane, area.width).saturating_sub(*width).min(free);
            *width += more;
            free -= more;
        }
    }
    if let Some(width) = widths.get_mut(filler) {
        *width += free;
    }
    let mut x = area.x;
    let mut places = Vec::with_capacity(panes.len());
    for (pane, width) in panes.iter().zip(widths) {
        let width = width.min(area.right() - x);
        places.push((
            *pane,
            Rect {
                x,
                y: area.y,
                width,
                height: area.height,
            },
        ));
        x += width;
    }
    places
}

fn split_rows(area: Rect, upper: u16) -> (Rect, Rect) {
    (
        Rect {
            height: upper,
            ..area
        },
        Rect {
            y: area.y + upper,
            height: area.height - upper,
            ..area
        },
    )
}

fn least_rows(panes: &[Pane]) -> u16 {
    panes.iter().map(|pane| pane.row().least.1).max().unwrap_or(0)
}

fn add(base: u16, extra: i16) -> u16 {
    base.saturating_add_signed(extra)
}

#[cfg(test)]
mod tests;
