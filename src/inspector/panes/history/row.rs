//! Draws one item of a history: one line, a summary of a few lines, or as much as fits.

use super::found;
use super::glance::{RowCache, RowCaches};
use super::glyph::glyph;
use super::mark;
use super::times::{TimeColumn, TimeContext};
use super::view::Density;
use crate::inspector::legend::signs;
use crate::inspector::widgets::frame::{Cells, RowCursor};
use crate::inspector::widgets::json_tree::{JsonTree, Label, TreeRow};
use crate::inspector::widgets::theme::{Role, Theme};
use crate::protocol::RolloutItem;
use crate::protocol::kinds::AuthorRole;
use crate::protocol::numbers::grouped;
use crate::store::History;
use crate::text::needle::Needle;
use crate::text::{Break, fits, wrap};
use crate::workbench::ItemMark;

/// The number of rows of a summary, including its first line.
const SUMMARY: usize = 4;
/// The width of the kind names if there is room.
const KINDS: usize = 23;
/// The maximum number of bytes of an item that are read for the full density. The reader shows the whole item.
const LOOKED_AT: usize = 64 * 1024;

/// The context for drawing an item.
pub struct RowContext<'a> {
    /// The theme.
    pub theme: Theme,
    /// Whether the item is selected.
    pub cursor: RowCursor,
    /// The width of the pane in columns.
    pub width: u16,
    /// The width of the line numbers in columns.
    pub line_columns: usize,
    /// What the time column shows.
    pub times: TimeColumn,
    /// The times that the time of the item is compared with.
    pub time_context: TimeContext,
    /// The texts that are searched for.
    pub needles: &'a [Needle],
    /// The texts for which the item is a match.
    pub found: &'a [&'a str],
    /// Whether the item is shown although it does not match the filter.
    pub is_visited: bool,
    /// The caches of items.
    pub glances: &'a RowCaches,
    /// The marks of the item.
    pub marks: &'a [ItemMark],
    /// Whether the shown step appended the item.
    pub is_new: bool,
    /// Whether the items come from several files, so that item numbers are shown instead of line numbers.
    pub has_parts: bool,
}

/// Returns the width of the line numbers of a history.
pub fn line_columns(history: &History) -> usize {
    let last = history.len().checked_sub(1).and_then(|last| history.get(last));
    let number = last
        .and_then(RolloutItem::line)
        .map_or(history.len(), |line| (line as usize).max(history.len()));
    grouped(number as u64).len().max(3)
}

/// Returns the number of rows of an item, at most `most`.
pub fn height(item: &RolloutItem, glances: &RowCaches, density: Density, width: u16, most: u16) -> usize {
    match density {
        Density::Line => 1,
        Density::Summary | Density::Whole => body(item, &glances.of(item), density, width, most).len() + 1,
    }
}

impl RowContext<'_> {
    /// Returns the rows of an item at a position in the history, at most `most`.
    pub fn rows(&self, item: &RolloutItem, place: usize, density: Density, most: u16) -> Vec<Cells> {
        let glance = self.glances.of(item);
        let mut rows = vec![self.line(item, &glance, place)];
        if density != Density::Line {
            for text in body(item, &glance, density, self.width, most) {
                let mut cells = Cells::new(self.theme, self.width);
                cells.gap(self.indent());
                let role = self.dimmed(Role::Text);
                cells.body(&text, self.needles, role);
                rows.push(cells);
            }
        }
        rows
    }

    fn indent(&self) -> usize {
        indent(self.width)
    }

    fn line(&self, item: &RolloutItem, glance: &RowCache, place: usize) -> Cells {
        let mut cells = Cells::new(self.theme, self.width);
        match (self.cursor, self.is_new) {
            (RowCursor::No, true) => cells.text("+", Role::Moved),
            (cursor, _) => cells.text(cursor.sign(), Role::Key),
        };
        if self.width >= 24 {
            let line = item.line().filter(|_| !self.has_parts);
            let number = line.map_or(place as u64 + 1, u64::from);
            cells.right(&grouped(number), self.line_columns, Role::Muted);
        }
        if self.width >= 44 {
            let time = self.times.text(glance.at(), &self.time_context);
            cells.right(&time, self.times.columns(), Role::Muted);
        }
        let has_failed = glance.has_failed();
        let (sign, sign_role) = match mark::sign(self.marks) {
            (" ", _) if has_failed => (signs::FAILED, Role::Bad),
            sign => sign,
        };
        let kind = glance.kind();
        let role = self.dimmed(if has_failed {
            Role::Bad
        } else {
            role(glance.role())
        });
        cells.text(sign, sign_role).text(glyph(kind), role).gap(1);
        if self.width >= 56 {
            let columns = if self.width >= 76 { KINDS } else { 14 };
            cells.column(kind.name, columns, role).gap(1);
        }
        let summary = glance.summary();
        let text_role = if item.is_damaged() {
            Role::Damage
        } else {
            self.dimmed(Role::Text)
        };
        let snippet = found::snippet(glance, self.found, cells.left());
        match (summary.trim().is_empty(), snippet) {
            (_, Some(snippet)) => {
                found::draw(&mut cells, summary, &snippet, self.needles, text_role);
            }
            (true, None) => {
                cells.text(kind.about, Role::Muted);
            }
            // The summary of a message is its text.
            (false, None) if matches!(glance.role(), AuthorRole::User | AuthorRole::Assistant) => {
                cells.body(summary, self.needles, text_role);
            }
            (false, None) => {
                cells.found_any(summary, self.needles, text_role);
            }
        }
        if let Some(remark) = mark::remark(self.marks) {
            cells.text(" \u{b7} ", Role::Muted).text(&remark, Role::Muted);
        }
        cells
    }

    fn dimmed(&self, role: Role) -> Role {
        if self.is_visited || mark::is_dim(self.marks) {
            Role::Muted
        } else {
            role
        }
    }
}

/// Returns the approximate width of the summary in a line.
fn line_room(width: u16) -> usize {
    let taken = match width {
        76.. => 16 + KINDS,
        56.. => 30,
        44.. => 14,
        _ => 8,
    };
    usize::from(width).saturating_sub(taken)
}

fn indent(width: u16) -> usize {
    if width >= 44 { 6 } else { 2 }
}

/// Returns the lines below the first line of an item.
fn body(item: &RolloutItem, glance: &RowCache, density: Density, width: u16, most: u16) -> Vec<String> {
    let columns = usize::from(width).saturating_sub(indent(width)).max(1);
    let rows = usize::from(most).saturating_sub(1);
    match density {
        Density::Line => Vec::new(),
        Density::Summary => {
            let text = glance.said();
            let mut lines: Vec<String> = wrap(text, columns, Break::Word)
                .take(SUMMARY.min(rows))
                .map(|row| row.text.into_owned())
                .collect();
            if lines.len() == SUMMARY {
                lines.truncate(SUMMARY - 1);
                lines.extend(["\u{2026}".to_string()]);
            }
            // A text that fits completely on the first line is not repeated.
            let whole = !text.contains('\n') && fits(text, line_room(width));
            if whole { Vec::new() } else { lines }
        }
        Density::Whole => whole(item, columns, rows),
    }
}

fn whole(item: &RolloutItem, columns: usize, rows: usize) -> Vec<String> {
    let text = item.text();
    if text.len() > LOOKED_AT {
        let mut lines = vec![format!("{} bytes: open the item.", grouped(text.len() as u64))];
        let begin = &text[..text.floor_char_boundary(LOOKED_AT)];
        lines.extend(
            wrap(begin, columns, Break::Cell)
                .take(rows.saturating_sub(2))
                .map(|row| row.text.into_owned()),
        );
        return lines;
    }
    let lines: Vec<String> = match JsonTree::parse(text.as_ref()) {
        Ok(tree) => {
            let mut lines = Vec::new();
            for row in tree.rows(1..tree.visible_len()) {
                lines.extend(member(&row, columns));
                if lines.len() > rows {
                    break;
                }
            }
            lines
        }
        Err(_) => wrap(&text, columns, Break::Cell)
            .take(rows + 1)
            .map(|row| row.text.into_owned())
            .collect(),
    };
    if lines.len() <= rows {
        return lines;
    }
    let mut lines = lines;
    lines.truncate(rows.saturating_sub(1));
    lines.push("\u{2026} Open it for the rest.".to_string());
    lines
}

fn member(row: &TreeRow<'_>, columns: usize) -> Vec<String> {
    let indent = "  ".repeat(row.depth.saturating_sub(1).min(columns / 4));
    let label = match &row.label {
        Label::Key(key) => format!("{key}: "),
        Label::Index(index) => format!("{index}: "),
        Label::Root => String::new(),
    };
    let value = match (row.count, row.value.as_bytes().first()) {
        (0, _) => crate::inspector::widgets::json_tree::plain(row.kind, row.value),
        (_, Some(b'[')) => format!("[{}]", row.count),
        _ => String::new(),
    };
    let room = columns.saturating_sub(indent.len()).max(1);
    let text = format!("{label}{value}");
    wrap(text.trim_end(), room, Break::Word)
        .take(200)
        .map(|line| format!("{indent}{}", line.text))
        .collect()
}

/// Converts the role of an item to a role of the theme.
fn role(role: AuthorRole) -> Role {
    match role {
        AuthorRole::User => Role::User,
        AuthorRole::Assistant => Role::Assistant,
        AuthorRole::Tool => Role::Tool,
        AuthorRole::Reasoning => Role::Reasoning,
        AuthorRole::System => Role::System,
        AuthorRole::Lifecycle => Role::Lifecycle,
        AuthorRole::Damage => Role::Damage,
        AuthorRole::Unknown => Role::Unknown,
    }
}
