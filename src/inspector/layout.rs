//! The layout of the panes: computes rectangles from the screen size, focus, zoom, folded panes and size adjustments.
//!
//! ```text
//! wide (from 110 columns)                    middling (60 to 109)      narrow
//! +------------------ top line ----------+  +------- top line -----+  +- top line -+
//! | Threads | History       | Metadata   |  | Threads | tabs       |  | one pane   |
//! |         |               |            |  |         | History,   |  |            |
//! +---------+-------+-------+------------+  |         | Metadata,  |  |            |
//! | Patch           | Calls              |  |         | Patch,     |  |            |
//! |                 |                    |  |         | Calls,     |  |            |
//! +-----------------+--------------------+  |         | Journal    |  |            |
//! | Journal                              |  |         |            |  |            |
//! +------------------ key bar -----------+  +------- key bar ------+  +- key bar --+
//! ```
//!
//! On a wide screen with fewer rows, the Journal is stacked behind Patch and Calls. It takes their row while it has
//! focus.
//!
//! This module uses pure integer arithmetic. The panes draw the content of the rectangles.

pub mod draw;
pub mod parts;
pub mod visible;

use ratatui::layout::Rect;

use super::panes::{PANES, Pane};

/// From this width on, the panes are in three columns.
pub const WIDE: u16 = 110;
/// From this width on, the panes are in two columns.
pub const MIDDLING: u16 = 60;
/// The minimum columns and rows of a screen that shows more than a sentence.
pub const LEAST: (u16, u16) = (20, 5);
/// The minimum rows for three columns and for two columns.
const WIDE_ROWS: u16 = 20;
const MIDDLING_ROWS: u16 = 8;
/// The minimum rows of a screen with a top line.
const TOP_ROWS: u16 = 7;
/// The height of the row of Patch and Calls if there is room: fourteen counters, a heading and two borders.
const BELOW_ROWS: u16 = 17;
/// The height of the Journal if there is room, and the minimum height of a body with a separate row for it.
const JOURNAL_ROWS: u16 = 8;
const BAND_ROWS: u16 = 36;
/// The width for the longest counter name and two numbers, including borders.
const CALLS_COLUMNS: u16 = 52;

/// The layout choices of the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutState {
    /// The focused pane.
    pub focus: Pane,
    /// The visible pane of the right column if panes are stacked as tabs.
    pub side: Pane,
    /// Whether the focused pane fills the whole screen.
    pub zoomed: bool,
    /// Whether a scenario is played, which takes a few rows above the key bar.
    pub strip: bool,
    /// The folded panes, by [`Pane::index`].
    pub folded: [bool; Pane::COUNT],
    /// The size adjustments of the user.
    pub extra: Extra,
}

/// The columns and rows that the user has added to the default sizes. Negative values make them smaller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extra {
    /// The columns of Threads.
    pub left: i16,
    /// The columns of Metadata.
    pub right: i16,
    /// The rows of Patch and Calls.
    pub below: i16,
    /// The columns of Calls.
    pub calls: i16,
    /// The rows of the Journal.
    pub journal: i16,
}

impl Default for LayoutState {
    fn default() -> Self {
        Self {
            focus: Pane::Threads,
            side: Pane::History,
            zoomed: false,
            strip: false,
            folded: [false; Pane::COUNT],
            extra: Extra::default(),
        }
    }
}

impl LayoutState {
    /// Focuses `pane` and unfolds it.
    pub fn focus_on(&mut self, pane: Pane) {
        self.focus = pane;
        self.set_folded(pane, false);
        if pane != Pane::Threads {
            self.side = pane;
        }
    }

    /// Focuses the next or previous pane that is not folded.
    pub fn focus_next(&mut self, forward: bool) {
        let count = PANES.len();
        let step = if forward { 1 } else { count - 1 };
        let mut index = self.focus.index();
        for _ in 0..count {
            index = (index + step) % count;
            let pane = PANES[index].pane;
            if !self.is_folded(pane) {
                self.focus_on(pane);
                return;
            }
        }
    }

    /// Returns whether `pane` is folded.
    pub fn is_folded(&self, pane: Pane) -> bool {
        self.folded[pane.index()]
    }

    /// Folds or unfolds `pane`.
    pub fn set_folded(&mut self, pane: Pane, folded: bool) {
        self.folded[pane.index()] = folded;
    }

    /// Returns the number of panes that are not folded.
    pub fn open(&self) -> usize {
        self.folded.iter().filter(|folded| !**folded).count()
    }

    /// Makes the focused pane wider and higher by these amounts. Negative amounts make it smaller.
    pub fn grow(&mut self, columns: i16, rows: i16) {
        let extra = &mut self.extra;
        let (width, by) = match self.focus {
            Pane::Threads => (&mut extra.left, columns),
            Pane::Metadata => (&mut extra.right, columns),
            Pane::History => (&mut extra.right, -columns),
            Pane::Calls => (&mut extra.calls, columns),
            Pane::Patch => (&mut extra.calls, -columns),
            // The Journal is as wide as the screen, or next to Threads.
            Pane::Journal => (&mut extra.left, -columns),
        };
        *width = width.saturating_add(by).clamp(-500, 500);
        let (height, by) = match self.focus {
            Pane::Journal => (&mut extra.journal, rows),
            Pane::Patch | Pane::Calls => (&mut extra.below, rows),
            Pane::Threads | Pane::History | Pane::Metadata => (&mut extra.below, -rows),
        };
        *height = height.saturating_add(by).clamp(-500, 500);
    }
}

/// The form of the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayoutKind {
    /// Too small for anything but a sentence.
    Tiny,
    /// One pane at a time.
    Narrow,
    /// Threads on the left, one of the others on the right.
    Middling,
    /// All panes side by side.
    Wide,
}

/// The layout of the screen. Each rectangle is within the screen, and no two overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The form of the layout.
    pub form: LayoutKind,
    /// The whole screen.
    pub screen: Rect,
    /// The line with store, totals, step and clock. Its height is 0 on a low screen.
    pub top: Rect,
    /// The area between the top line and the key bar.
    pub body: Rect,
    /// The rows about the scenario that is played. The height is 0 if there is none.
    pub strip: Rect,
    /// The key bar.
    pub bar: Rect,
    /// The visible panes and their areas.
    pub places: Vec<(Pane, Rect)>,
    /// The panes that are stacked in one place, in order. Empty if all panes are visible.
    pub tabs: Vec<Pane>,
}

impl Layout {
    /// Returns the area of an overlay with this number of rows: at the bottom of the body, or all of the body on a
    /// narrow screen.
    pub fn over(&self, rows: u16) -> Rect {
        let height = match self.form {
            LayoutKind::Narrow => self.body.height,
            _ => rows.max(3).min(self.body.height),
        };
        Rect {
            y: self.body.bottom() - height,
            height,
            ..self.body
        }
    }

    /// Returns the area of `pane`, if it is visible.
    pub fn place(&self, pane: Pane) -> Option<Rect> {
        self.places
            .iter()
            .find(|(at, _)| *at == pane)
            .map(|(_, area)| *area)
    }
}

/// Computes the layout of the panes of `desk` on `screen`.
pub fn arrange(screen: Rect, desk: &LayoutState) -> Layout {
    let rows = |y: u16, height: u16| Rect {
        x: screen.x,
        y: screen.y + y,
        width: screen.width,
        height,
    };
    if screen.width < LEAST.0 || screen.height < LEAST.1 {
        let none = rows(0, 0);
        return Layout {
            form: LayoutKind::Tiny,
            screen,
            top: none,
            body: screen,
            strip: none,
            bar: none,
            places: Vec::new(),
            tabs: Vec::new(),
        };
    }
    let top = rows(0, u16::from(screen.height >= TOP_ROWS));
    let bar = rows(screen.height - 1, 1);
    let strip = strip_rows(screen.height) * u16::from(desk.strip);
    let strip = rows(bar.y - screen.y - strip, strip);
    let body = rows(top.height, screen.height - 1 - top.height - strip.height);
    let open = |pane: Pane| !desk.is_folded(pane) || pane == desk.focus;
    let others: Vec<Pane> = PANES
        .iter()
        .map(|row| row.pane)
        .filter(|pane| open(*pane))
        .collect();
    let (form, places, tabs) = if screen.width >= WIDE && screen.height >= WIDE_ROWS {
        let (places, tabs) = wide(body, desk, &others);
        (LayoutKind::Wide, places, tabs)
    } else if screen.width >= MIDDLING && screen.height >= MIDDLING_ROWS {
        let (places, tabs) = middling(body, desk, &others);
        (LayoutKind::Middling, places, tabs)
    } else {
        (LayoutKind::Narrow, vec![(desk.focus, body)], others.clone())
    };
    if desk.zoomed {
        let places = vec![(desk.focus, body)];
        return Layout {
            form,
            screen,
            top,
            body,
            strip,
            bar,
            places,
            tabs: others,
        };
    }
    Layout {
        form,
        screen,
        top,
        body,
        strip,
        bar,
        places,
        tabs,
    }
}

/// Returns the number of rows for a scenario on a screen of this height.
fn strip_rows(height: u16) -> u16 {
    match height {
        40.. => 5,
        20.. => 4,
        12.. => 3,
        8.. => 2,
        _ => 1,
    }
}

/// Places Threads, History and Metadata at the top, Patch and Calls below them, and the Journal at the bottom, or
/// behind Patch and Calls if there are too few rows. Neighbours take the space of folded panes.
fn wide(body: Rect, desk: &LayoutState, open: &[Pane]) -> (Vec<(Pane, Rect)>, Vec<Pane>) {
    let among = |panes: &[Pane]| -> Vec<Pane> {
        let open = open.iter().copied();
        open.filter(|pane| panes.contains(pane)).collect()
    };
    let above = among(&[Pane::Threads, Pane::History, Pane::Metadata]);
    let mut below = among(&[Pane::Patch, Pane::Calls]);
    let mut band = among(&[Pane::Journal]);
    let mut tabs = Vec::new();
    if body.height < BAND_ROWS && !below.is_empty() && !band.is_empty() {
        match desk.focus {
            Pane::Journal => {
                tabs = among(&[Pane::Patch, Pane::Calls, Pane::Journal]);
                below = Vec::new();
            }
            _ => {
                // The tabs are in the border of the last pane.
                tabs.extend(below.last());
                tabs.extend(&band);
                band = Vec::new();
            }
        }
    }
    let row_below = (body.height * 2 / 5).min(BELOW_ROWS);
    let journal = match tabs.is_empty() {
        true => add(JOURNAL_ROWS, desk.extra.journal),
        false => add(row_below, desk.extra.journal),
    };
    let bands = [
        (above, u16::MAX),
        (below, add(row_below, desk.extra.below)),
        (band, journal),
    ];
    let bands: Vec<(Vec<Pane>, u16)> = bands.into_iter().filter(|(panes, _)| !panes.is_empty()).collect();
    let wants: Vec<(u16, u16)> = bands
        .iter()
        .map(|(panes, want)| (least_rows(panes), *want))
        .collect();
    let mut y = body.y;
    let mut places = Vec::with_capacity(open.len());
    for ((panes, _), height) in bands.iter().zip(shares(body.height, &wants, 0)) {
        let area = Rect { y, height, ..body };
        y += height;
        places.extend(columns(area, panes, |pane, width| match pane {
            Pane::Threads => add(width * 28 / 100, desk.extra.left),
            Pane::Calls => add((width * 33 / 100).max(CALLS_COLUMNS), desk.extra.calls),
            _ => add(width * 33 / 100, desk.extra.right),
        }));
    }
    (places, tabs)
}

/// Places Threads on the left and the last focused other pane on the right.
fn middling(body: Rect, desk: &LayoutState, open: &[Pane]) -> (Vec<(Pane, Rect)>, Vec<Pane>) {
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

/// Places `panes` side by side. `want` returns the columns of each pane except the one that takes the remaining space:
/// History, Patch, or the last. No pane gets less than its minimum width.
fn columns(area: Rect, panes: &[Pane], want: impl Fn(Pane, u16) -> u16) -> Vec<(Pane, Rect)> {
    if area.height == 0 || panes.is_empty() {
        return Vec::new();
    }
    let filler = panes
        .iter()
        .position(|pane| matches!(pane, Pane::History | Pane::Patch))
        .unwrap_or(panes.len() - 1);
    let wants: Vec<(u16, u16)> = panes
        .iter()
        .map(|pane| (pane.row().least.0, want(*pane, area.width)))
        .collect();
    let widths = shares(area.width, &wants, filler);
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

/// Divides a length. Each part gets its minimum and, if there is enough space, what it wants. The filler gets the rest.
fn shares(length: u16, parts: &[(u16, u16)], filler: usize) -> Vec<u16> {
    let mut shares: Vec<u16> = parts.iter().map(|(least, _)| *least).collect();
    let mut free = length.saturating_sub(shares.iter().sum());
    for (index, (share, (_, want))) in shares.iter_mut().zip(parts).enumerate() {
        if index != filler {
            let more = want.saturating_sub(*share).min(free);
            *share += more;
            free -= more;
        }
    }
    shares[filler] += free;
    shares
}

fn least_rows(panes: &[Pane]) -> u16 {
    panes.iter().map(|pane| pane.row().least.1).max().unwrap_or(0)
}

fn add(base: u16, extra: i16) -> u16 {
    base.saturating_add_signed(extra)
}

#[cfg(test)]
mod tests;
