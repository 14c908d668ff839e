//! The Threads pane: one row for each thread.
//!
//! Draws the rows and chooses the columns. The module `list` determines the threads and their order.

pub mod contents_match;
mod found;
pub mod list;

use std::ops::Not;

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use list::facts;
use list::query::Sort;
use list::rows::ThreadRow;

use super::Pane;
use crate::inspector::features::contents;
use crate::inspector::layout::parts::{inner, parts};
use crate::inspector::state::found_threads::FoundThreads;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::frame::{Cells, Frame, RowCursor, sentence};
use crate::inspector::widgets::redraw::Redraw;
use crate::inspector::widgets::theme::Role;
use crate::protocol::numbers::{count, grouped};
use crate::store::ThreadRecord;
use crate::text::needle::Needle;
use crate::workbench::query::facts::{created_at, items, source, updated_at};

/// The widths of age, items and source, each including a leading blank.
const AGE: usize = 6;
const ITEMS: usize = 9;
const SOURCE: usize = 11;

/// The sign of a title that the store does not have: the first words of the user in the history.
const FROM_HISTORY: &str = "\u{203a}";

/// The columns that fit next to the label.
struct ThreadColumns {
    age: bool,
    items: bool,
    source: bool,
}

impl ThreadColumns {
    fn of(width: u16) -> Self {
        let width = usize::from(width);
        Self {
            age: width >= 20,
            items: width >= 34,
            source: width >= 44,
        }
    }

    /// The fields of the query language that have a column.
    fn fields(&self) -> &'static [&'static str] {
        if self.source { &["source"] } else { &[] }
    }

    fn taken(&self) -> usize {
        usize::from(self.age) * AGE + usize::from(self.items) * ITEMS + usize::from(self.source) * SOURCE
    }
}

/// Draws the pane.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect, focused: bool, redraw: Redraw) {
    let session = &model.session;
    let threads = &session.threads;
    let areas = parts(Pane::Threads, area);
    let height = usize::from(areas.list.height);
    Frame {
        title: Pane::Threads.row().title,
        note: &note(model),
        focused,
        scroll: Some((threads.cursor.top, height, threads.rows().len())),
    }
    .draw(buffer, area, model.theme);
    let columns = ThreadColumns::of(areas.list.width);
    if areas.head.height > 0 {
        head(model, &columns).draw(
            buffer,
            areas.head.x,
            areas.head.y,
            areas.head.width,
            RowCursor::No,
        );
    }
    if threads.rows().is_empty() {
        if let Some(found) = contents::offered(model) {
            return offer(model, buffer, areas.list, found);
        }
        let text = match (session.snapshot.is_empty(), threads.query.filter.is_empty()) {
            (true, _) => "No threads yet: :import PATH imports rollouts, :create_thread creates a thread.",
            (false, false) => "No threads match the filter: Esc shows all threads.",
            (false, true) => "No threads.",
        };
        sentence(buffer, areas.list, model.theme, text, Role::Muted);
        return;
    }
    let texts = std::iter::once(threads.needle.as_str())
        .chain(threads.query.filter.texts())
        .chain(threads.query.filter.contents_texts());
    let needles: Vec<Needle> = texts.map(Needle::new).collect();
    for (index, at) in threads.cursor.visible(threads.rows().len(), height).enumerate() {
        if !redraw.draws(at) {
            continue;
        }
        let Some(row) = threads.rows().get(at) else {
            continue;
        };
        model.built.set(model.built.get() + 1);
        let cursor = RowCursor::of(at == threads.cursor.at, focused);
        let y = areas.list.y + u16::try_from(index).unwrap_or(0);
        let cells = cells(model, row, &columns, cursor, areas.list.width, &needles);
        cells.draw(buffer, areas.list.x, y, areas.list.width, cursor);
    }
}

/// Says how many threads contain the words of the filter, which no thread matches otherwise.
fn offer(model: &Model, buffer: &mut Buffer, area: Rect, found: &FoundThreads) {
    let threads = count(found.hits().len() as u64, "thread");
    let (key, back) = match model.overlays.is_empty() {
        true => ("F", " Esc shows all threads."),
        false => ("Ctrl+F", ""),
    };
    let searched = grouped(found.searched() as u64);
    let items = count(found.items() as u64, "item");
    let is_running = model.job.is_at(found.job);
    let contents = match (found.is_done(), found.hits().is_empty()) {
        (true, true) => format!("Their contents do not contain it either; all of the {items} were searched."),
        (true, false) => format!("The contents of {threads} contain it: {key} lists them."),
        (false, false) => format!("The contents of {threads} so far contain it: {key} lists them."),
        (false, true) if is_running => "The contents are being searched.".to_string(),
        (false, true) => format!("The search of the contents was stopped after {searched} of {items}."),
    };
    let text = format!("No threads match the filter.{back} {contents}");
    sentence(buffer, area, model.theme, &text, Role::Muted);
}

fn note(model: &Model) -> String {
    let session = &model.session;
    let threads = &session.threads;
    let (shown, all) = (threads.rows().len(), session.snapshot.len());
    let mut note = match shown == all {
        true => grouped(all as u64),
        false => format!("{} of {}", grouped(shown as u64), grouped(all as u64)),
    };
    if threads.is_underway() {
        note.push_str(" so far");
    }
    let marked = session.marked().len();
    if marked > 0 {
        note.push_str(&format!(" \u{b7} {} marked", grouped(marked as u64)));
    }
    if !threads.query.filter.is_empty() {
        note.push_str(&format!(" \u{b7} & {}", threads.query.filter.text()));
    }
    note.push_str(&format!(
        " \u{b7} by {}{}",
        threads.query.sort.name(),
        if threads.query.reversed { ", reversed" } else { "" }
    ));
    if threads.query.tree {
        note.push_str(" \u{b7} tree");
    }
    note
}

fn head(model: &Model, columns: &ThreadColumns) -> Cells {
    let mut cells = Cells::new(model.theme, u16::MAX);
    let area = model.arrangement().place(Pane::Threads).unwrap_or_default();
    let width = usize::from(inner(area).width);
    cells.gap(4).column(
        "name or preview",
        width.saturating_sub(4 + columns.taken()),
        Role::Muted,
    );
    if columns.age {
        cells.right(
            if model.session.threads.query.sort == Sort::Created {
                "made"
            } else {
                "age"
            },
            AGE,
            Role::Muted,
        );
    }
    if columns.items {
        cells.right("items", ITEMS, Role::Muted);
    }
    if columns.source {
        cells.gap(1).column("source", SOURCE - 1, Role::Muted);
    }
    cells
}

fn cells(
    model: &Model,
    row: &ThreadRow,
    columns: &ThreadColumns,
    cursor: RowCursor,
    width: u16,
    needles: &[Needle],
) -> Cells {
    let record = &row.record;
    let threads = &model.session.threads;
    let mut cells = Cells::new(model.theme, width);
    cells.text(cursor.sign(), Role::Key);
    cells.text(
        if threads.marked.contains(record.id) {
            "*"
        } else {
            " "
        },
        Role::Warning,
    );
    let (badge, role) = match badge(record) {
        (" ", _) if threads.imported.is_remarked(record.id) => ("!", Role::Warning),
        badge => badge,
    };
    cells.text(badge, role).gap(1);
    let mut label_width = cells.left().saturating_sub(columns.taken());
    if row.depth > 0 {
        let indent = (2 * row.depth.min(8)).min(label_width / 2);
        cells.gap(indent.saturating_sub(2)).text("\u{2514} ", Role::Muted);
        label_width = label_width.saturating_sub(indent);
    }
    let mut label = Cells::new(model.theme, u16::try_from(label_width).unwrap_or(0));
    let nickname = record
        .patch
        .as_ref()
        .and_then(|patch| patch.agent_nickname.as_ref()?.as_deref());
    if let Some(nickname) = nickname {
        label.text(nickname, Role::Reasoning).gap(1);
    }
    match facts::list_title(record) {
        Some(title) => {
            let named = record.name().is_some_and(|name| !name.is_empty());
            if !title.is_stored {
                label.text(FROM_HISTORY, Role::Muted).gap(1);
            }
            let role = if named { Role::Strong } else { Role::Text };
            found::draw(
                &mut label,
                model,
                record,
                (&title.text, role, false),
                needles,
                columns.fields(),
            );
        }
        None => {
            let id = record.id.to_string();
            found::draw(
                &mut label,
                model,
                record,
                (&id, Role::Muted, true),
                needles,
                columns.fields(),
            );
        }
    };
    cells.join(label, label_width);
    let now = model.session.snapshot.now();
    let at = match threads.query.sort {
        Sort::Created => created_at(record),
        _ => updated_at(record),
    };
    if columns.age {
        cells.right(
            &record
                .is_listed()
                .not()
                .then(String::new)
                .unwrap_or_else(|| age(at, now)),
            AGE,
            Role::Muted,
        );
    }
    if columns.items {
        cells.right(&grouped(items(record)), ITEMS, Role::Text);
    }
    if columns.source {
        let source = source(record).map(source_word).unwrap_or_default();
        cells.gap(1).column(&source, SOURCE - 1, Role::Muted);
    }
    cells
}

/// Returns the sign of threads that a list does not return: still loadable, or known only from patches.
fn badge(record: &ThreadRecord) -> (&'static str, Role) {
    match (record.is_listed(), record.is_loadable()) {
        (true, _) => (" ", Role::Text),
        (false, true) => ("\u{25cb}", Role::Warning),
        (false, false) => ("\u{25cc}", Role::Warning),
    }
}

fn source_word(source: &crate::protocol::SessionSource) -> String {
    use crate::protocol::{SessionSource, SubAgentSource};
    match source {
        SessionSource::SubAgent(SubAgentSource::ThreadSpawn { .. }) => "spawned".to_string(),
        SessionSource::SubAgent(other) => other.to_string(),
        other => other.to_string(),
    }
}

/// Formats how long ago a time was, in the largest unit that fits: `12s`, `5m`, `3h`, `2d`, `7w`, `1y`. Returns `clock`
/// if the time is the time of the read.
pub fn age(at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> String {
    let Some(at) = at else { return "clock".to_string() };
    let since = now - at;
    let (since, sign) = if since < TimeDelta::zero() {
        (-since, "+")
    } else {
        (since, "")
    };
    let seconds = since.num_seconds();
    let (count, unit) = match seconds {
        0..60 => (seconds, "s"),
        60..3_600 => (seconds / 60, "m"),
        3_600..86_400 => (seconds / 3_600, "h"),
        86_400..1_209_600 => (seconds / 86_400, "d"),
        1_209_600..31_536_000 => (seconds / 604_800, "w"),
        _ => (seconds / 31_536_000, "y"),
    };
    format!("{sign}{count}{unit}")
}
