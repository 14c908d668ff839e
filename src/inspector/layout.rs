//! The layout of the panes: computes rectangles from the screen size, preset, focus, zoom, folded panes and size
//! adjustments.
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
//! A preset divides a wide screen; the diagram shows the preset `show`. The module `presets` has a row for each preset;
//! the module `wide` computes the divisions. Panes for which a preset has no area are stacked as tabs; the most
//! recently focused one is visible.
//!
//! This module uses pure integer arithmetic. The panes draw the content of the rectangles.

pub mod dividers;
pub mod draw;
mod middling;
pub mod parts;
pub mod presets;
pub mod visible;
mod wide;

use ratatui::layout::Rect;
use serde::{Deserialize, Serialize};

use super::panes::{PANES, Pane};
use presets::Preset;

/// From this width on, the panes are in three columns.
pub const WIDE: u16 = 110;
/// From this width on, the panes are in two columns.
pub const MIDDLING: u16 = 60;
/// On a screen with fewer columns or rows than this, only a message is shown.
pub const LEAST: (u16, u16) = (20, 5);
/// The minimum rows for three columns and for two columns.
const WIDE_ROWS: u16 = 20;
const MIDDLING_ROWS: u16 = 8;
/// The minimum rows of a screen with a top line.
const TOP_ROWS: u16 = 7;
/// The layout choices of the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutState {
    /// The preset that divides a wide screen.
    pub preset: Preset,
    /// The focused pane.
    pub focus: Pane,
    /// All panes, the most recently focused first. Of stacked panes, the one that comes first here is visible.
    pub recent: [Pane; Pane::COUNT],
    /// Whether the focused pane fills the whole screen.
    pub zoomed: bool,
    /// Whether the focused pane always fills the screen, whatever its size.
    pub single: bool,
    /// The rows that the scenario needs above the key bar if one is played, so that its note is whole.
    pub strip: Option<u16>,
    /// The folded panes and the sizes in each preset, by [`Preset::index`].
    pub shapes: [Shape; Preset::COUNT],
}

/// The folded panes and the sizes of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// The folded panes, by [`Pane::index`].
    pub folded: [bool; Pane::COUNT],
    /// The size adjustments of the user.
    pub extra: Extra,
}

/// The columns and rows that the user has added to the default sizes. Negative values make them smaller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Extra {
    /// The columns of Threads.
    pub left: i16,
    /// The columns of Metadata.
    pub right: i16,
    /// The rows below Threads.
    pub below: i16,
    /// The columns of Calls.
    pub calls: i16,
    /// The rows at the bottom.
    pub journal: i16,
}

/// The largest size adjustment.
const MOST_EXTRA: i16 = 500;

impl Extra {
    /// Returns all adjustments.
    fn all_mut(&mut self) -> [&mut i16; 5] {
        let Self {
            left,
            right,
            below,
            calls,
            journal,
        } = self;
        [left, right, below, calls, journal]
    }

    /// Returns the adjustments, limited to the allowed range.
    pub fn limited(self) -> Self {
        let limited = |extra: i16| extra.clamp(-MOST_EXTRA, MOST_EXTRA);
        Self {
            left: limited(self.left),
            right: limited(self.right),
            below: limited(self.below),
            calls: limited(self.calls),
            journal: limited(self.journal),
        }
    }
}

impl Default for LayoutState {
    fn default() -> Self {
        Self {
            preset: Preset::Show,
            focus: Pane::Threads,
            recent: Preset::Show.row().order,
            zoomed: false,
            single: false,
            strip: None,
            shapes: [Shape::default(); Preset::COUNT],
        }
    }
}

impl LayoutState {
    /// Focuses `pane` and unfolds it.
    pub fn focus_on(&mut self, pane: Pane) {
        self.focus = pane;
        self.set_folded(pane, false);
        self.bring_forward(pane);
    }

    /// Divides the screen by another preset. If the focused pane is not a main pane of the preset, the first main pane
    /// gets focus.
    pub fn use_preset(&mut self, preset: Preset) {
        let row = preset.row();
        self.preset = preset;
        self.recent = row.order;
        self.zoomed = false;
        self.focus_on(match row.main.contains(&self.focus) {
            true => self.focus,
            false => row.main[0],
        });
    }

    /// Makes a pane the visible one of the panes that it is stacked with, without focusing it.
    pub fn bring_forward(&mut self, pane: Pane) {
        if let Some(at) = self.recent.iter().position(|other| *other == pane) {
            self.recent[..=at].rotate_right(1);
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

    /// Returns the folded panes and the sizes in the preset.
    pub fn shape(&self) -> &Shape {
        &self.shapes[self.preset.index()]
    }

    /// Returns the folded panes and the sizes in the preset mutably.
    pub fn shape_mut(&mut self) -> &mut Shape {
        &mut self.shapes[self.preset.index()]
    }

    /// Returns whether `pane` is folded.
    pub fn is_folded(&self, pane: Pane) -> bool {
        self.shape().folded[pane.index()]
    }

    /// Folds or unfolds `pane`.
    pub fn set_folded(&mut self, pane: Pane, folded: bool) {
        self.shape_mut().folded[pane.index()] = folded;
    }

    /// Returns the number of panes that are not folded.
    pub fn open(&self) -> usize {
        self.shape().folded.iter().filter(|folded| !**folded).count()
    }

    /// Returns the visible pane of a stack: the most recently focused one.
    fn front(&self, stack: &[Pane]) -> Option<Pane> {
        self.recent.into_iter().find(|pane| stack.contains(pane))
    }

    /// Makes the focused pane wider and higher by these amounts. Negative amounts make it smaller.
    pub fn grow(&mut self, form: LayoutKind, columns: i16, rows: i16) {
        let (focus, preset) = (self.focus, self.preset);
        let extra = &mut self.shape_mut().extra;
        let is_large = match preset {
            Preset::Read => true,
            Preset::Patch => focus == Pane::Patch,
            Preset::Show => false,
        };
        let (width, by) = match focus {
            Pane::Threads => (&mut extra.left, columns),
            _ if form != LayoutKind::Wide => (&mut extra.left, -columns),
            Pane::Metadata => (&mut extra.right, columns),
            _ if is_large => (&mut extra.left, -columns),
            Pane::History => (&mut extra.right, -columns),
            Pane::Calls => (&mut extra.calls, columns),
            Pane::Patch | Pane::Journal => (&mut extra.calls, -columns),
        };
        *width = width.saturating_add(by);
        let (height, by) = match focus {
            Pane::Journal => (&mut extra.journal, rows),
            Pane::Calls if preset == Preset::Patch => (&mut extra.journal, rows),
            Pane::Patch | Pane::Calls => (&mut extra.below, rows),
            Pane::Threads | Pane::History | Pane::Metadata => (&mut extra.below, -rows),
        };
        *height = height.saturating_add(by);
        *extra = extra.limited();
    }
}

/// The kind of layout, which depends on the screen size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayoutKind {
    /// Only large enough for a message.
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
    /// The rows that show the scenario that is being played. The height is 0 if no scenario is being played.
    pub strip: Rect,
    /// The key bar.
    pub bar: Rect,
    /// The visible panes and their areas.
    pub places: Vec<(Pane, Rect)>,
    /// The panes that are stacked in one area, in order. Empty if all panes are visible.
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
    let strip = desk.strip.map_or(0, |needed| strip_rows(screen.height, needed));
    let strip = rows(bar.y - screen.y - strip, strip);
    let body = rows(top.height, screen.height - 1 - top.height - strip.height);
    let open = |pane: Pane| !desk.is_folded(pane) || pane == desk.focus;
    let others: Vec<Pane> = PANES
        .iter()
        .map(|row| row.pane)
        .filter(|pane| open(*pane))
        .collect();
    let (form, places, tabs) = if screen.width >= WIDE && screen.height >= WIDE_ROWS {
        let (places, tabs) = wide::divide(body, screen.height, desk, &others);
        (LayoutKind::Wide, places, tabs)
    } else if screen.width >= MIDDLING && screen.height >= MIDDLING_ROWS {
        let (places, tabs) = middling::divide(body, desk, &others);
        (LayoutKind::Middling, places, tabs)
    } else {
        (LayoutKind::Narrow, vec![(desk.focus, body)], others.clone())
    };
    if desk.zoomed || desk.single {
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

/// Returns the number of rows for a scenario that needs this number, on a screen of this height.
fn strip_rows(height: u16, needed: u16) -> u16 {
    let least = match height {
        40.. => 5,
        20.. => 4,
        12.. => 3,
        8.. => 2,
        _ => 1,
    };
    needed.clamp(least, least.max(height / 2))
}

/// Places `panes` side by side. `want` returns the number of columns for each pane, except for the filler, or for the
/// last pane if there is no filler; that pane takes the remaining space. No pane gets less than its minimum width.
fn columns(
    area: Rect,
    panes: &[Pane],
    filler: Option<Pane>,
    want: impl Fn(Pane, u16) -> u16,
) -> Vec<(Pane, Rect)> {
    if area.height == 0 || panes.is_empty() {
        return Vec::new();
    }
    let filler = panes
        .iter()
        .position(|pane| Some(*pane) == filler)
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

fn add(base: u16, extra: i16) -> u16 {
    base.saturating_add_signed(extra)
}

#[cfg(test)]
mod tests;
