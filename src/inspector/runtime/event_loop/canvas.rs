//! The cells of the screen, stored from frame to frame. Only parts that may have changed are redrawn, and only redrawn
//! parts are compared with what the terminal shows.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use crate::text::{disarm, reach, width};

#[cfg(test)]
mod strict;

/// The cells of the screen.
#[derive(Debug)]
pub struct Canvas {
    cells: Buffer,
    /// The cells that the terminal shows.
    shown: Buffer,
    /// Whether nothing was drawn yet.
    is_blank: bool,
    /// The areas that were drawn since the last frame was sent.
    drawn: Vec<Rect>,
}

impl Canvas {
    /// Creates a blank screen. The terminal must be blank too.
    pub fn new(area: Rect) -> Self {
        Self {
            cells: Buffer::empty(area),
            shown: Buffer::empty(area),
            is_blank: true,
            drawn: Vec::new(),
        }
    }

    /// Returns the area of the screen.
    pub fn area(&self) -> Rect {
        self.cells.area
    }

    /// Returns the current cells.
    pub fn cells(&self) -> &Buffer {
        &self.cells
    }

    /// Returns whether everything must be drawn because nothing was drawn yet.
    pub fn is_blank(&self) -> bool {
        self.is_blank
    }

    /// Clears and draws the whole screen.
    pub fn draw_all(&mut self, draw: impl FnOnce(&mut Buffer)) {
        self.cells.reset();
        draw(&mut self.cells);
        self.is_blank = false;
        self.drawn = vec![self.cells.area];
    }

    /// Clears a part of the screen, to be drawn in [`Canvas::buffer`].
    pub fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.cells.area);
        for (range, ..) in rows(area, &self.cells) {
            if let Some(cells) = self.cells.content.get_mut(range) {
                cells.iter_mut().for_each(Cell::reset);
            }
        }
        self.drawn.push(area);
    }

    /// Moves the rows of a part of the screen up by this number, or down if negative. The rows that are moved out of the
    /// part appear on the other side and must be drawn.
    pub fn scroll(&mut self, area: Rect, up: isize) {
        let area = area.intersection(self.cells.area);
        let (by, height) = (up.unsigned_abs(), usize::from(area.height));
        if by == 0 || by >= height {
            return;
        }
        let mut rows: Vec<_> = rows(area, &self.cells).map(|(range, ..)| range).collect();
        if up < 0 {
            rows.reverse();
        }
        for (to, from) in rows.iter().zip(rows.iter().skip(by)) {
            for (to, from) in to.clone().zip(from.clone()) {
                self.cells.content.swap(to, from);
            }
        }
        self.drawn.push(area);
    }

    /// Returns the cells for drawing. Only cleared parts may be drawn.
    pub fn buffer(&mut self) -> &mut Buffer {
        &mut self.cells
    }

    /// Returns the columns and rows of the cells to write, in the order in which they must be written, and records that the
    /// terminal now shows them.
    pub fn take_changes(&mut self) -> Vec<(u16, u16)> {
        let mut changes = Vec::new();
        let right = self.cells.area.right();
        for area in std::mem::take(&mut self.drawn) {
            for (range, x, y) in rows(area.intersection(self.cells.area), &self.cells) {
                // A cluster may reach beyond the area.
                let length = range.len();
                let row = range.start..range.start + usize::from(right - x);
                let (Some(cells), Some(shown)) = (
                    self.cells.content.get_mut(row.clone()),
                    self.shown.content.get_mut(row),
                ) else {
                    continue;
                };
                let differs = |(new, old): (&Cell, &Cell)| new != old;
                let mut pairs = cells.iter().zip(shown.iter()).take(length);
                let Some(first) = pairs.position(differs) else {
                    continue;
                };
                let last = pairs.rposition(differs).map_or(first, |after| first + 1 + after);
                // A wide character in the previous cell may cover the first cell. One in the last cells reaches beyond them,
                // and so may those that are written again because of it.
                let reach = |cell: Option<&Cell>| cell.map_or(1, |cell| reach(cell.symbol()));
                let (from, mut to, mut at) = (first.saturating_sub(1), last + 1, first);
                while at < to {
                    to = to
                        .max(at + reach(cells.get(at)).max(reach(shown.get(at))))
                        .min(cells.len());
                    at += 1;
                }
                let (Some(cells), Some(shown)) = (cells.get_mut(from..to), shown.get_mut(from..to)) else {
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

/// Iterates over the rows of an area: the range of cells in the buffer, and the position on the screen.
fn rows(area: Rect, buffer: &Buffer) -> impl Iterator<Item = (std::ops::Range<usize>, u16, u16)> + use<> {
    let (left, top, columns) = (buffer.area.x, buffer.area.y, usize::from(buffer.area.width));
    (area.top()..area.bottom()).map(move |y| {
        let start = usize::from(y - top) * columns + usize::from(area.x - left);
        (start..start + usize::from(area.width), area.x, y)
    })
}

/// Reports which columns of a row must be written, in this order. A wide character covers the cells after it. If a wide
/// character is replaced, these cells must be written too.
///
/// Terminals disagree about the number of cells of a cluster of several characters, such as a flag or letters that are
/// joined by a vowel sign. So the cells that it covers are written before it, and the cells that it may reach after it. A
/// terminal that uses fewer or more cells for it then shows nothing else that is wrong, and keeps nothing of it when it
/// goes.
fn row_changes(cells: &[Cell], shown: &[Cell], mut told: impl FnMut(u16)) {
    let (mut covered, mut uncovered) = (0_usize, 0_usize);
    for (column, (new, old)) in (0_u16..).zip(cells.iter().zip(shown)) {
        let is_covered = covered > 0;
        let (wide, before) = (width(new.symbol()), width(old.symbol()));
        if !is_covered && (new != old || uncovered > 0) {
            let reach = reach(new.symbol());
            if reach > 1 && is_joined(new.symbol()) {
                let covered = (column + 1..).zip(cells.iter().skip(usize::from(column) + 1));
                covered
                    .take(wide.saturating_sub(1))
                    .for_each(|(column, _)| told(column));
            }
            told(column);
            uncovered = uncovered.max(reach);
        }
        covered = match is_covered {
            true => covered - 1,
            false => wide.saturating_sub(1),
        };
        uncovered = uncovered.max(wide.max(before)).saturating_sub(1);
    }
}

/// Whether a symbol consists of several characters.
fn is_joined(symbol: &str) -> bool {
    symbol.chars().nth(1).is_some()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Updates the content of a terminal after these cells were written to it.
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

    /// Returns the visible cells of a row. Cells under a wide character are not visible.
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
        fn what_is_written_shows_what_was_drawn(texts in prop::collection::vec(("[a-c\u{4e00}\u{1f30d}\u{915}\u{94d}\u{937} ]{0,12}", 0..3_u16, any::<bool>()), 1..12)) {
            let area = Rect::new(0, 0, 10, 3);
            let mut canvas = Canvas::new(area);
            let mut terminal = Buffer::empty(area);
            for (text, y, whole) in texts {
                let draw = |buffer: &mut Buffer| { buffer.set_stringn(0, y, crate::text::visible(&text), 10, ratatui::style::Style::new()); };
                match whole || canvas.is_blank() {
                    true => canvas.draw_all(draw),
                    false => {
                        canvas.clear(Rect::new(0, y, 10, 1));
                        draw(canvas.buffer());
                    }
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
        canvas.clear(Rect::new(0, 1, 10, 1));
        canvas
            .buffer()
            .set_string(4, 1, "x", ratatui::style::Style::new());
        assert_eq!(canvas.take_changes(), [(4, 1)]);
    }
}
