//! Divides a wide screen according to its preset. If there is too little room for a pane, it is stacked behind another.
//! Neighbours take the space of folded panes.

use ratatui::layout::Rect;

use super::presets::Preset;
use super::{LayoutState, add, columns, shares};
use crate::inspector::panes::calls::counters::counted;
use crate::inspector::panes::{Pane, calls};
use Pane::{Calls, History, Journal, Metadata, Patch, Threads};

/// The visible panes with their areas, and the stacked panes.
pub type Division = (Vec<(Pane, Rect)>, Vec<Pane>);

/// From this number of columns on, Metadata has a column of its own next to a large History.
const READ_COLUMNS: u16 = 160;
/// From this number of columns on, Threads, Metadata and a large Patch are side by side.
const PATCH_COLUMNS: u16 = 190;
/// The rows of Threads and Metadata above a large Patch.
const ABOVE_PATCH: u16 = 9;
/// The number of rows of a small Calls or Journal pane, and the minimum height of a body that has these panes.
const SMALL_ROWS: u16 = 6;
const WITH_SMALL_ROWS: u16 = 26;
/// The number of rows of a Journal in a row of its own, and the minimum height of a body that has such a row.
const JOURNAL_ROWS: u16 = 8;
const WITH_JOURNAL_ROWS: u16 = 36;
/// The minimum number of screen lines for showing each counter in a row of its own.
const COUNTER_LINES: u16 = 36;
/// The lines of a screen that shows the methods that are not counted too.
const METHOD_LINES: u16 = 44;
/// The rows of a pane besides those of its list: two borders and a heading.
const AROUND: u16 = 3;

/// A screen to divide.
struct Room<'a> {
    body: Rect,
    desk: &'a LayoutState,
    open: &'a [Pane],
}

/// A row of panes: the panes, the one that takes the remaining columns, and the number of rows.
type Band = (Vec<Pane>, Option<Pane>, u16);

/// Divides the body of a screen with this number of lines.
pub fn divide(body: Rect, lines: u16, desk: &LayoutState, open: &[Pane]) -> Division {
    let room = Room { body, desk, open };
    match desk.preset {
        Preset::Read => room.read(),
        Preset::Patch => room.patch(),
        Preset::Show => room.show(lines),
    }
}

impl Room<'_> {
    /// Threads and a large History side by side, Metadata as a third column where there is room, the others as tabs.
    fn read(&self) -> Division {
        let is_roomy = self.body.width >= READ_COLUMNS;
        let third = if is_roomy {
            self.among(&[Metadata])
        } else {
            Vec::new()
        };
        let mut stack = self.among(&[History, Metadata, Patch, Calls, Journal]);
        stack.retain(|pane| !third.contains(pane));
        let large = self.desk.front(&stack);
        let mut panes = self.among(&[Threads]);
        panes.extend(large);
        panes.extend(third);
        let extra = self.desk.shape().extra;
        let places = columns(self.body, &panes, large, |pane, width| match pane {
            Threads if is_roomy => add(width * 28 / 100, extra.left),
            Threads => add(width * 40 / 100, extra.left),
            _ => add(width * 27 / 100, extra.right),
        });
        (places, tabs(stack))
    }

    /// Threads, Metadata and a large Patch; Calls and Journal small below, or as tabs behind Metadata with History.
    fn patch(&self) -> Division {
        let is_roomy = self.body.width >= PATCH_COLUMNS;
        let has_small = self.body.height >= WITH_SMALL_ROWS;
        let small = if has_small {
            self.among(&[Calls, Journal])
        } else {
            Vec::new()
        };
        let mut stack = self.among(&[History, Metadata, Calls, Journal]);
        stack.retain(|pane| !small.contains(pane));
        let behind = self.desk.front(&stack);
        let mut above = self.among(&[Threads]);
        above.extend(behind);
        let large = self.among(&[Patch]);
        let extra = self.desk.shape().extra;
        let mut bands: Vec<Band> = Vec::new();
        if is_roomy || large.is_empty() {
            let filler = large.first().copied().or(behind);
            above.extend(large);
            bands.push((above, filler, u16::MAX));
        } else {
            let rows = add(ABOVE_PATCH, extra.below.saturating_neg());
            bands.push((above, behind, rows));
            bands.push((large, Some(Patch), u16::MAX));
        }
        bands.push((small, Some(Journal), add(SMALL_ROWS, extra.journal)));
        let places = self.bands(bands, |pane, width| match pane {
            Calls => add(calls_columns(width, SMALL_ROWS), extra.calls),
            Threads if is_roomy => add(width * 22 / 100, extra.left),
            Threads => add(width * 40 / 100, extra.left),
            _ => add(width * 25 / 100, extra.right),
        });
        (places, tabs(stack))
    }

    /// Threads, History and Metadata above; Patch, Calls and Journal below. Where there is too little room, Patch and
    /// Journal are stacked.
    fn show(&self, lines: u16) -> Division {
        let above = self.among(&[Threads, History, Metadata]);
        let mut below = self.among(&[Patch, Calls]);
        let mut band = self.among(&[Journal]);
        let mut stack = Vec::new();
        if self.body.height < WITH_JOURNAL_ROWS && !below.is_empty() && !band.is_empty() {
            stack = self.among(&[Patch, Journal]);
            below = self.desk.front(&stack).into_iter().collect();
            below.extend(self.among(&[Calls]));
            band = Vec::new();
        }
        let counters = counted().count() as u16;
        let rows = match lines {
            METHOD_LINES.. => calls::ROWS + AROUND,
            COUNTER_LINES.. => counters + AROUND,
            _ => counters.div_ceil(2) + AROUND,
        };
        let extra = self.desk.shape().extra;
        let more = match stack.is_empty() {
            true => extra.below,
            // The Journal is in this row too.
            false => extra.below.saturating_add(extra.journal),
        };
        let filler = below.first().copied();
        let bands = vec![
            (above, Some(History), u16::MAX),
            (below, filler, add(rows, more)),
            (band, Some(Journal), add(JOURNAL_ROWS, extra.journal)),
        ];
        let places = self.bands(bands, |pane, width| match pane {
            Threads => add(width * 28 / 100, extra.left),
            Calls => add(calls_columns(width, rows), extra.calls),
            _ => add(width * 33 / 100, extra.right),
        });
        (places, tabs(stack))
    }

    /// Returns the panes in this list that are not folded.
    fn among(&self, panes: &[Pane]) -> Vec<Pane> {
        let open = self.open.iter().copied();
        open.filter(|pane| panes.contains(pane)).collect()
    }

    /// Places rows of panes below each other. The row that wants the most gets the remaining space.
    fn bands(&self, mut bands: Vec<Band>, want: impl Fn(Pane, u16) -> u16) -> Vec<(Pane, Rect)> {
        bands.retain(|(panes, ..)| !panes.is_empty());
        let least = |panes: &[Pane]| panes.iter().map(|pane| pane.row().least.1).max().unwrap_or(0);
        let wants: Vec<(u16, u16)> = bands
            .iter()
            .map(|(panes, _, want)| (least(panes), *want))
            .collect();
        let most = (0..bands.len()).max_by_key(|band| (wants[*band].1, usize::MAX - band));
        let mut y = self.body.y;
        let mut places = Vec::with_capacity(self.open.len());
        let heights = shares(self.body.height, &wants, most.unwrap_or(0));
        for ((panes, filler, _), height) in bands.iter().zip(heights) {
            let area = Rect {
                y,
                height,
                ..self.body
            };
            y += height;
            places.extend(columns(area, panes, *filler, &want));
        }
        places
    }
}

/// Returns the stacked panes, unless there is only one.
fn tabs(stack: Vec<Pane>) -> Vec<Pane> {
    if stack.len() < 2 { Vec::new() } else { stack }
}

/// Returns the columns of Calls in a row of this width and height.
fn calls_columns(width: u16, rows: u16) -> u16 {
    let is_low = usize::from(rows.saturating_sub(AROUND)) < counted().count();
    let least = if is_low {
        calls::TWO_COLUMNS
    } else {
        calls::ONE_COLUMN
    };
    (width * 33 / 100).max(least + 2)
}
