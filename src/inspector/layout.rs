//! Where the panes stand: from the size of the screen, the focus, the zoom, the folds and the shares to rectangles.
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
//! On a wide screen of fewer rows the Journal stands behind Patch and Calls: it takes their row while it has the focus.
//!
//! Pure integer arithmetic; what is drawn into a rectangle is the panes' business.

pub mod draw;
pub mod parts;
pub mod visible;

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
/// Rows that the Journal takes when there is room, and the fewest rows of a body that has a band for it.
const JOURNAL_ROWS: u16 = 8;
const BAND_ROWS: u16 = 36;
/// Columns that the longest counter name and two numbers want, borders included.
const CALLS_COLUMNS: u16 = 52;

/// What the person has done to the panes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutState {
    /// The pane that keys go to.
    pub focus: Pane,
    /// The pane that the right column shows where panes stand behind each other as tabs.
    pub side: Pane,
    /// Whether the focused pane has the whole screen.
    pub zoomed: bool,
    /// Whether a scenario is played, which takes a few rows above the key bar.
    pub strip: bool,
    /// Panes that are folded away, by [`Pane::index`].
    pub folded: [bool; Pane::COUNT],
    /// By how much the person has changed the shares.
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
    /// Rows of the Journal.
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
            // As wide as the screen, or beside Threads.
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

/// Which of the forms the screen has.
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

/// The screen divided: each rectangle lies within the screen, and no two of them overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The form that was chosen.
    pub form: LayoutKind,
    /// The whole screen.
    pub screen: Rect,
    /// The line with store, totals, step and clock; of no height on a low screen.
    pub top: Rect,
    /// What lies between top line and key bar.
    pub body: Rect,
    /// The rows about the scenario that is played; of no height if there is none.
    pub strip: Rect,
    /// The key bar.
    pub bar: Rect,
    /// The panes that are visible and where.
    pub places: Vec<(Pane, Rect)>,
    /// The panes that stand behind each other in one place, in order; empty where all are visible.
    pub tabs: Vec<Pane>,
}

impl Layout {
    /// Where something of so many rows lies over the panes: at the foot of the body, and over all of it on a narrow screen.
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

    /// Where `pane` stands, if it is visible.
    pub fn place(&self, pane: Pane) -> Option<Rect> {
        self.places
            .iter()
            .find(|(at, _)| *at == pane)
            .map(|(_, area)| *area)
    }
}

/// Divides `screen` among the panes of `desk`.
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

/// How many rows a scenario that is played has on a screen of so many.
fn strip_rows(height: u16) -> u16 {
    match height {
        40.. => 5,
        20.. => 4,
        12.. => 3,
        8.. => 2,
        _ => 1,
    }
}

/// Threads, History and Metadata above, Patch and Calls below, under them the Journal, or behind them where there are too few
/// rows; what is folded leaves its room to its neighbours.
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
                // The tabs stand in the border of the last one.
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

/// Threads on the left, the pane that was focused last on the right.
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

/// Divides a length: each part has its least and, as far as there is enough, what it wants; the filler has the rest.
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
    if let Some(share) = shares.get_mut(filler) {
        *share += free;
    }
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
