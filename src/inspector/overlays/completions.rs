//! The list above a filter that is being typed: names of fields, or values of a field with the number of rows that have
//! each value.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use crate::inspector::state::model::Model;
use crate::inspector::widgets::cursor::ListCursor;
use crate::inspector::widgets::frame::{Cells, Frame, RowCursor};
use crate::inspector::widgets::theme::Role;
use crate::protocol::numbers::{count, grouped};
use crate::text::width;
use crate::workbench::query::{Completion, FieldValues};

/// The maximum number of rows of the list; the list takes at most one third of the space above it.
const ROWS: usize = 8;
const PART: u16 = 3;

/// What can complete the term before the cursor.
#[derive(Clone, Debug, Default)]
pub struct Completions {
    /// The text before the cursor.
    pub before: String,
    /// The byte at which the name or the value begins.
    pub start: usize,
    /// The field whose values are listed; empty for a list of fields.
    pub field: String,
    /// What is listed.
    pub offered: Vec<Completion>,
    /// The number of values, including those that are not listed.
    pub values: usize,
    /// The number of rows that were counted, and the noun for them; `None` if nothing is counted.
    pub rows: Option<(u64, &'static str)>,
    /// The id of the running count; 0 if none is running.
    pub number: u64,
    /// The selected row.
    pub cursor: ListCursor,
}

impl Completions {
    /// Returns whether there is something to show.
    pub fn is_open(&self) -> bool {
        !self.offered.is_empty() || self.number != 0
    }

    /// Returns the selected completion.
    pub fn selected(&self) -> Option<&Completion> {
        self.offered.get(self.cursor.at)
    }

    /// Receives counted values.
    pub fn take(&mut self, values: FieldValues, noun: &'static str) {
        self.number = 0;
        let part = &self.before[self.start..];
        let is_whole = matches!(&values.offered[..], [only] if only.text == part);
        self.offered = if is_whole { Vec::new() } else { values.offered };
        self.values = values.values;
        self.rows = Some((values.rows, noun));
        self.cursor = ListCursor::default();
    }

    fn note(&self, complete: &str) -> String {
        let values = match (self.field.as_str(), self.offered.len() == self.values) {
            ("", _) => return format!("{complete} takes one"),
            (_, true) => grouped(self.values as u64),
            (_, false) => format!(
                "{} of {}",
                grouped(self.offered.len() as u64),
                grouped(self.values as u64)
            ),
        };
        match self.rows {
            _ if self.number != 0 => "counting".to_string(),
            Some((rows, noun)) => format!(
                "{values} \u{b7} in all {} \u{b7} {complete} inserts one",
                count(rows, noun)
            ),
            None => values,
        }
    }

    /// Draws the list above the line of the prompt, with this many rows between them.
    pub fn draw(&self, model: &Model, buffer: &mut Buffer, bar: Rect, between: u16) {
        let above = bar.y.saturating_sub(between);
        let rows = self.offered.len().clamp(1, ROWS);
        let height = u16::try_from(rows).unwrap_or(1) + 2;
        let height = height.min((above / PART).max(3));
        if above < height || bar.width < 20 {
            return;
        }
        let area = Rect {
            x: bar.x,
            y: above - height,
            width: bar.width.min(100),
            height,
        };
        Clear.render(area, buffer);
        let rows = usize::from(height - 2);
        let mut cursor = self.cursor;
        cursor.settle(self.offered.len(), rows);
        let title = match self.field.as_str() {
            "" => "Fields".to_string(),
            field => format!("Values of {field}"),
        };
        Frame {
            title: &title,
            note: &self.note(&model.commands.key("complete-term")),
            focused: false,
            scroll: Some((cursor.top, rows, self.offered.len())),
        }
        .draw(buffer, area, model.theme);
        let inner = area.width - 2;
        let widest = self
            .offered
            .iter()
            .map(|row| width(&row.shown))
            .max()
            .unwrap_or(0);
        let name = widest.clamp(8, usize::from(inner).saturating_sub(12).max(8));
        for (y, row) in (area.y + 1..).zip(cursor.visible(self.offered.len(), rows)) {
            model.built.set(model.built.get() + 1);
            let selected = RowCursor::of(row == cursor.at, true);
            let completion = &self.offered[row];
            let mut cells = Cells::new(model.theme, inner);
            cells
                .text(selected.sign(), Role::Key)
                .column(&completion.shown, name, Role::Text);
            if !self.field.is_empty() {
                let count = completion.count.map(grouped).unwrap_or_default();
                cells.right(&count, 10, Role::Strong);
            }
            cells.gap(2).text(completion.about, Role::Muted);
            cells.draw(buffer, area.x + 1, y, inner, selected);
        }
    }
}
