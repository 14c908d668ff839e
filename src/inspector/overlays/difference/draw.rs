//! Draws a comparison: a sign and a color for each row, a column for names, and marks on the parts of a text that
//! changed.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::lines::DiffLine;
use super::{DiffRow, DifferenceView};
use crate::inspector::legend::signs;
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay as _;
use crate::inspector::widgets::frame::{Cells, Frame, RowCursor};
use crate::inspector::widgets::theme::Role;
use crate::protocol::numbers::grouped;
use crate::text::{fit, width};
use crate::workbench::diff::{DiffCounts, RunKind, SideElement};

/// Draws the comparison.
pub fn draw(model: &Model, view: &DifferenceView, buffer: &mut Buffer, area: Rect, uppermost: bool) {
    let parts = view.parts(area);
    let (list, rows) = (parts.list, view.rows());
    let height = usize::from(list.height);
    Frame {
        title: "Difference",
        note: &note(view.comparison.tally()),
        focused: uppermost,
        scroll: Some((view.cursor.top, height, rows)),
    }
    .draw(buffer, area, model.theme);
    let titles = [
        (RunKind::Removed, &view.comparison.left),
        (RunKind::Added, &view.comparison.right),
    ];
    for ((fate, title), y) in titles.into_iter().zip(parts.head.y..parts.head.bottom()) {
        let mut cells = Cells::new(model.theme, parts.head.width);
        let (sign, role) = look(fate);
        cells.gap(1).text(sign, role).gap(1).text(title, Role::Strong);
        cells.draw(buffer, parts.head.x, y, parts.head.width, RowCursor::No);
    }
    for (y, at) in (list.y..).zip(view.cursor.visible(rows, height)) {
        let Some(row) = view.row(at) else {
            debug_assert!(false, "row {at} of {rows} exists");
            continue;
        };
        model.built.set(model.built.get() + 1);
        let cursor = RowCursor::of(at == view.cursor.at, uppermost);
        cells(model, &row, cursor, list.width).draw(buffer, list.x, y, list.width, cursor);
    }
}

fn note(tally: DiffCounts) -> String {
    let counts = [
        (tally.changed, "changed"),
        (tally.removed, "only in -"),
        (tally.added, "only in +"),
    ];
    let mut words: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", grouped(*count as u64)))
        .collect();
    if words.is_empty() {
        words.push("no differences".to_string());
    }
    if tally.same > 0 {
        words.push(format!("{} unchanged", grouped(tally.same as u64)));
    }
    format!("\u{b7} {}", words.join(", "))
}

fn look(fate: RunKind) -> (&'static str, Role) {
    match fate {
        RunKind::Same => (" ", Role::Muted),
        RunKind::Removed => (signs::REMOVED, Role::Removed),
        RunKind::Added => (signs::ADDED, Role::Added),
        RunKind::Changed => (signs::DIFFERENT, Role::Moved),
    }
}

fn cells(model: &Model, row: &DiffRow<'_>, cursor: RowCursor, columns: u16) -> Cells {
    let mut cells = Cells::new(model.theme, columns);
    cells.text(cursor.sign(), Role::Key);
    // If there is room, names have a column as wide as the longest field name. An id is shown in full.
    let names = |name: &str| match (width(name), usize::from(columns)) {
        (36, columns) => 36.min(columns / 2),
        (_, columns) => 26.min(columns / 3),
    };
    match row {
        DiffRow::Heading(title) => {
            cells.text(title, Role::Title).gap(1);
            let rule = "\u{2500}".repeat(cells.left());
            cells.text(&rule, Role::Border);
        }
        DiffRow::Stretch(count, open) => {
            let sign = if *open { signs::UNFOLDED } else { signs::FOLDED };
            cells.text(sign, Role::JsonPunctuation).gap(1);
            cells.text(&format!("{} unchanged", grouped(*count as u64)), Role::Muted);
        }
        DiffRow::Element(fate, piece) => {
            let (sign, role) = look(*fate);
            cells
                .text(sign, role)
                .gap(1)
                .middle(&piece.name, names(&piece.name), role)
                .gap(1);
            value(&mut cells, piece, role);
        }
        DiffRow::Pair(left, right) => {
            cells
                .text(signs::DIFFERENT, Role::Moved)
                .gap(1)
                .middle(&right.name, names(&right.name), Role::Moved)
                .gap(1);
            match &right.summary {
                Some(summary) => {
                    cells.text(summary, Role::Text);
                }
                None => {
                    let each = cells.left().saturating_sub(3) / 2;
                    let before = width(&fit(&left.value, each));
                    cells.column(&left.value, before, Role::Removed);
                    cells
                        .gap(1)
                        .text(signs::BECOMES, Role::Muted)
                        .gap(1)
                        .text(&right.value, Role::Added);
                }
            }
        }
        DiffRow::Line(line) => of_line(&mut cells, line, names(&line.label)),
    }
    cells
}

fn value(cells: &mut Cells, piece: &SideElement<'_>, role: Role) {
    cells.text(piece.summary.as_deref().unwrap_or(&piece.value), role);
    if let Some(note) = piece.note {
        cells.gap(1).text(&format!("({note})"), Role::Muted);
    }
}

fn of_line(cells: &mut Cells, line: &DiffLine, names: usize) {
    let (sign, role) = look(line.fate);
    cells.text(sign, role).gap(1);
    if line.is_head() {
        cells
            .middle(&line.label, names, role)
            .gap(1)
            .text(&line.text, Role::Muted);
        return;
    }
    cells.middle(&line.label, names, role).gap(1);
    cells.marked(&line.text, &line.marks, role);
}
