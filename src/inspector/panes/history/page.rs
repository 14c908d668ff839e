//! Draws the entries of the transcript.

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::entry::{EntryHeading, EntryLine, INDENT};
use super::mark;
use super::times::{TimeColumn, TimeContext};
use crate::inspector::legend::signs;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::frame::{Cells, RowCursor};
use crate::inspector::widgets::theme::Role;
use crate::protocol::numbers::{count, grouped};
use crate::text::needle::Needle;
use crate::text::width;
use crate::workbench::ItemMark;

/// From this width on, the number of folded lines is written as `12 lines folded` instead of `+12`.
const WIDE: u16 = 70;
/// The maximum number of items without an entry whose marks are shown by the next entry.
const PASSED: usize = 16;
/// The minimum width that a title keeps before the outcome on a narrow screen.
const TITLE: usize = 12;

/// Draws the entries from the first visible line on.
pub fn draw(model: &Model, buffer: &mut Buffer, list: Rect, focused: bool, needles: &[Needle]) {
    let view = &model.session.history;
    let (mut y, mut skipped) = (list.y, view.conversation.line);
    for at in view.cursor.top..view.rows() {
        if y >= list.bottom() {
            break;
        }
        let Some(place) = view.place(at) else { break };
        let lines = view.lines_at(at);
        let marks = model.session.item_marks(place);
        let passed = passed(model, at, place);
        let page = Page {
            model,
            width: list.width,
            cursor: RowCursor::of(at == view.cursor.at, focused),
            needles,
            marks: &marks,
            passed,
            times: super::time_context(model, at),
        };
        for line in lines
            .lines
            .iter()
            .skip(skipped)
            .take(usize::from(list.bottom() - y))
        {
            model.built.set(model.built.get() + 1);
            let (cells, cursor) = page.cells(line);
            cells.draw(buffer, list.x, y, list.width, cursor);
            y += 1;
        }
        skipped = 0;
    }
}

/// Returns the remark about the items without an entry directly before the entry in a row, such as a cut of the
/// history.
fn passed(model: &Model, row: usize, place: usize) -> Option<String> {
    let view = &model.session.history;
    let above = row.checked_sub(1).and_then(|above| view.place(above));
    let first = above
        .map_or(0, |above| above + 1)
        .max(place.saturating_sub(PASSED));
    let marks = (first..place).flat_map(|place| model.session.item_marks(place));
    mark::remark(&marks.collect::<Vec<_>>())
}

/// The context for drawing an entry.
struct Page<'a> {
    model: &'a Model,
    width: u16,
    cursor: RowCursor,
    needles: &'a [Needle],
    marks: &'a [ItemMark],
    /// The remark about the items without an entry before this one.
    passed: Option<String>,
    times: TimeContext,
}

impl Page<'_> {
    fn cells(&self, line: &EntryLine) -> (Cells, RowCursor) {
        let mut cells = Cells::new(self.model.theme, self.width);
        match line {
            EntryLine::Chapter(at, words) => {
                self.chapter(&mut cells, *at, words);
                (cells, RowCursor::No)
            }
            EntryLine::Heading(heading) => {
                cells.text(self.cursor.sign(), Role::Key);
                self.heading(&mut cells, heading);
                (cells, self.cursor)
            }
            EntryLine::Body(text, role) => {
                let bar = match self.cursor {
                    RowCursor::No => " ",
                    RowCursor::Here | RowCursor::Elsewhere => signs::ENTRY,
                };
                cells.text(bar, Role::Key).gap(usize::from(INDENT));
                let shown = self.dimmed(*role);
                match role {
                    // A line of the program: a step of a plan, or where a link leads.
                    Role::Good | Role::Progress | Role::Origin => cells.found_any(text, self.needles, shown),
                    _ => cells.body(text, self.needles, shown),
                };
                (cells, RowCursor::No)
            }
        }
    }

    fn chapter(&self, cells: &mut Cells, at: Option<DateTime<Utc>>, words: &str) {
        let mut text = format!("\u{2500}\u{2500} {words}");
        let is_utc = self.model.session.history.time_column() == TimeColumn::Utc;
        let shown = |at: DateTime<Utc>| match is_utc {
            true => at.fixed_offset(),
            false => (self.times.local)(at),
        };
        if let Some(at) = at.map(shown) {
            text.push_str(&format!(" \u{b7} {}", at.format("%Y-%m-%d %H:%M:%S %:z")));
        }
        text.push(' ');
        cells.text(&text, Role::Lifecycle);
        let rest = "\u{2500}".repeat(cells.left());
        cells.text(&rest, Role::Border);
    }

    fn heading(&self, cells: &mut Cells, heading: &EntryHeading) {
        let times = self.model.session.history.time_column();
        if self.width >= 40 {
            let time = times.text(heading.at, &self.times);
            let columns = times.columns() - 1;
            cells
                .text(&crate::text::pad_left(&time, columns), Role::Muted)
                .gap(1);
        }
        match mark::sign(self.marks) {
            (" ", _) => {}
            (sign, role) => {
                cells.text(sign, role).gap(1);
            }
        }
        cells.text(heading.speaker, self.dimmed(heading.role));
        let mut tail = Vec::new();
        if let Some((words, role)) = &heading.outcome {
            tail.push((words.clone(), *role));
        }
        if heading.folded > 0 {
            let lines = heading.folded as u64;
            let words = match self.width {
                WIDE.. => format!("{} folded", count(lines, "line")),
                _ => format!("+{}", grouped(lines)),
            };
            tail.push((words, Role::Muted));
        }
        let remarks = [self.passed.clone(), mark::remark(self.marks)];
        tail.extend(remarks.into_iter().flatten().map(|remark| (remark, Role::Muted)));
        let taken: usize = tail.iter().map(|(words, _)| width(words) + 3).sum();
        if !heading.title.is_empty() {
            cells.gap(1);
            let room = cells.left().saturating_sub(taken).max(TITLE);
            let title = crate::text::fit(&heading.title, room).into_owned();
            cells.found_any(&title, self.needles, self.dimmed(Role::Text));
        }
        for (words, role) in tail {
            cells
                .text(" \u{b7} ", Role::Muted)
                .text(&words, self.dimmed(role));
        }
    }

    fn dimmed(&self, role: Role) -> Role {
        match mark::is_dim(self.marks) {
            true => Role::Muted,
            false => role,
        }
    }
}
