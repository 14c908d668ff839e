//! The cells of the screen, kept from frame to frame: only what may look different is drawn again, and only what was drawn
//! is compared with what the terminal shows.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use crate::text::{disarm, width};

/// The cells of the screen.
#[derive(Debug)]
pub struct Canvas {
    cells: Buffer,
    /// What the terminal shows.
    shown: Buffer,
    /// Whether nothing on it can be relied on.
    is_blank: bool,
    /// What was drawn since the last frame went out.
    drawn: Vec<Rect>,
}

impl Canvas {
    /// A blank screen; the terminal shows a blank one too.
    pub fn new(area: Rect) -> Self {
        Self {
            cells: Buffer::empty(area),
            shown: Buffer::empty(area),
            is_blank: true,
            drawn: Vec::new(),
        }
    }

    /// The area of the screen.
    pub fn area(&self) -> Rect {
        self.cells.area
    }

    /// The cells as they are now.
    pub fn cells(&self) -> &Buffer {
        &self.cells
    }

    /// Whether everything has to be drawn, since nothing was drawn yet.
    pub fn is_blank(&self) -> bool {
        self.is_blank
    }

    /// Draws the whole screen, from a blank one.
    pub fn draw_all(&mut self, draw: impl FnOnce(&mut Buffer)) {
        self.cells.reset();
        draw(&mut self.cells);
        self.is_blank = false;
        self.drawn = vec![self.cells.area];
    }

    /// Draws a part of the screen, from a blank one; nothing else may be drawn.
    pub fn draw_part(&mut self, area: Rect, draw: impl FnOnce(&mut Buffer)) {
        for (range, ..) in rows(area.intersection(self.cells.area), &self.cells) {
            if let Some(cells) = self.cells.content.get_mut(range) {
                cells.iter_mut().for_each(Cell::reset);
            }
        }
        draw(&mut self.cells);
        self.drawn.push(area);
    }

    /// The cells that look different from what the terminal shows, and from now on are shown there: columns and rows.
    pub fn take_changes(&mut self) -> Vec<(u16, u16)> {
        let mut changes = Vec::new();
        for area in std::mem::take(&mut self.drawn) {
            for (range, x, y) in rows(area.intersection(self.cells.area), &self.cells) {
                let (Some(cells), Some(shown)) = (
                    self.cells.content.get_mut(range.clone()),
                    self.shown.content.get_mut(range),
                ) else {
                    continue;
                };
                let differs = |(new, old): (&Cell, &Cell)| new != old;
                let Some(first) = cells.iter().zip(shown.iter()).position(differs) else {
                    continue;
                };
                // A wide character before it may cover it.
                let from = first.saturating_sub(1);
                let (Some(cells), Some(shown)) = (cells.get_mut(from..), shown.get_mut(from..)) else {
                    continue;
                };
                disarm(cells);
                let x = x + u16::try_from(from).unwrap_or(u16::MAX);
                row_changes(cells, shown, |column| changes.push((x + column, y)));
                shown.clone_from_slice(cells);
            }
        }
        changes
    }
}

/// The rows of an area: which cells of a buffer they are, and where they begin on the screen.
fn rows(area: Rect, buffer: &Buffer) -> impl Iterator<Item = (std::ops::Range<usize>, u16, u16)> + use<> {
    let (left, top, columns) = (buffer.area.x, buffer.area.y, usize::from(buffer.area.width));
    (area.top()..area.bottom()).map(move |y| {
        let start = usize::from(y - top) * columns + usize::from(area.x - left);
        (start..start + usize::from(area.width), area.x, y)
    })
}

/// Tells which columns of a row have to be written. A wide character covers the cells behind it; where one goes, those have
/// to be written too.
fn row_changes(cells: &[Cell], shown: &[Cell], mut told: impl FnMut(u16)) {
    let (mut covered, mut uncovered) = (0_usize, 0_usize);
    for (column, (new, old)) in (0_u16..).zip(cells.iter().zip(shown)) {
        let is_covered = covered > 0;
        if !is_covered && (new != old || uncovered > 0) {
            told(column);
        }
        let (wide, before) = (width(new.symbol()), width(old.symbol()));
        covered = match is_covered {
            true => covered - 1,
            false => wide.saturating_sub(1),
        };
        uncovered = uncovered.max(wide.max(before)).saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a terminal shows after these cells were written to it.
    fn written(shown: &mut Buffer, canvas: &Canvas, changes: &[(u16, u16)]) {
        for at in changes {
            let cell = canvas.cells[*at].clone();
            for behind in 1..width(cell.symbol()) {
                let behind = (at.0 + u16::try_from(behind).unwrap(), at.1);
                if let Some(cell) = shown.cell_mut(behind) {
                    cell.reset();
                }
            }
            shown[*at] = cell;
        }
    }

    /// What is visible of a row: a cell under a wide character is not.
    fn visible(buffer: &Buffer, y: u16) -> Vec<String> {
        let mut row = Vec::new();
        let mut x = 0;
        while x < buffer.area.width {
            let symbol = buffer[(x, y)].symbol().to_string();
            x += u16::try_from(width(&symbol).max(1)).unwrap();
            row.push(symbol);
        }
        row
    }

    proptest! {
        #[test]
        fn what_is_written_shows_what_was_drawn(texts in prop::collection::vec(("[a-c\u{4e00}\u{1f30d} ]{0,12}", 0..3_u16, any::<bool>()), 1..12)) {
            let area = Rect::new(0, 0, 10, 3);
            let mut canvas = Canvas::new(area);
            let mut terminal = Buffer::empty(area);
            for (text, y, whole) in texts {
                let draw = |buffer: &mut Buffer| { buffer.set_stringn(0, y, &text, 10, ratatui::style::Style::new()); };
                match whole || canvas.is_blank() {
                    true => canvas.draw_all(draw),
                    false => canvas.draw_part(Rect::new(0, y, 10, 1), draw),
                }
                let changes = canvas.take_changes();
                written(&mut terminal, &canvas, &changes);
                for y in 0..3 {
                    prop_assert_eq!(visible(&terminal, y), visible(canvas.cells(), y));
                }
                prop_assert!(canvas.take_changes().is_empty());
            }
        }
    }

    #[test]
    fn what_was_not_drawn_is_not_compared() {
        let area = Rect::new(0, 0, 10, 3);
        let mut canvas = Canvas::new(area);
        canvas.draw_all(|buffer| buffer.set_string(0, 0, "abc", ratatui::style::Style::new()));
        assert_eq!(canvas.take_changes(), [(0, 0), (1, 0), (2, 0)]);
        canvas.draw_part(Rect::new(0, 1, 10, 1), |buffer| {
            buffer.set_string(4, 1, "x", ratatui::style::Style::new());
        });
        assert_eq!(canvas.take_changes(), [(4, 1)]);
    }
}
