//! The Threads pane: one row for each thread.
//!
//! Draws the rows. The module `columns` chooses the columns, `list` determines the threads and their order.

pub mod columns;
pub mod contents_match;
mod found;
pub mod list;

use std::borrow::Cow;

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use columns::{COLUMNS, ColumnValue, SIGNS, ThreadColumns};
use list::facts::{self, ListTitle};
use list::groups::{GroupHead, GroupKey};
use list::query::ListForm;
use list::rows::ThreadRow;

use super::Pane;
use crate::inspector::features::contents;
use crate::inspector::layout::parts::parts;
use crate::inspector::legend::signs;
use crate::inspector::state::found_threads::FoundThreads;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::frame::{Cells, Frame, RowCursor, sentence};
use crate::inspector::widgets::redraw::Redraw;
use crate::inspector::widgets::theme::Role;
use crate::protocol::numbers::{count, grouped};
use crate::store::ThreadRecord;
use crate::text::needle::Needle;
use crate::text::{fit, fits, tail};
use crate::workbench::query::{one_line_of, user_words};

/// The maximum number of items of a fork that are searched for its own first words, and the maximum number of
/// characters of these words.
const SEARCHED: usize = 64;
const LONGEST: usize = 200;

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
    let columns = ThreadColumns::of(model, areas.list.width);
    if areas.head.height > 0 {
        head(model, &columns, areas.head.width).draw(
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
            (false, false) => {
                "No threads match the filter: {key:step-back} shows all threads, {key:filter} changes it."
            }
            (false, true) => "The threads are being listed.",
        };
        let text = &model.commands.fill(text);
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
        let cells = match &row.head {
            Some(head) => group_cells(model, head, cursor, areas.list.width),
            None => cells(model, row, &columns, cursor, areas.list.width, &needles),
        };
        cells.draw(buffer, areas.list.x, y, areas.list.width, cursor);
    }
}

/// Returns a message about the threads whose contents contain the words of the filter, for a filter that no thread
/// matches.
fn offer(model: &Model, buffer: &mut Buffer, area: Rect, found: &FoundThreads) {
    let threads = count(found.hits().len() as u64, "thread");
    let key = |name| model.commands.key(name);
    let (key, back) = match model.overlays.is_empty() {
        true => (key("found"), format!(" {} shows all threads.", key("step-back"))),
        false => (key("find-instead"), String::new()),
    };
    let searched = grouped(found.searched() as u64);
    let items = count(found.items() as u64, "item");
    let is_running = model.job.is_at(found.job);
    let contents = match (found.is_done(), found.hits().is_empty()) {
        (true, true) => {
            format!("The words are not in their contents either; all of the {items} were searched.")
        }
        (true, false) => format!("The words are in the contents of {threads}: {key} lists them."),
        (false, false) => format!("So far, the words are in the contents of {threads}: {key} lists them."),
        (false, true) if is_running => "The contents are being searched.".to_string(),
        (false, true) => format!("The search of the contents was stopped after {searched} of {items}."),
    };
    let text = format!("No threads match the filter.{back} {contents}");
    sentence(buffer, area, model.theme, &text, Role::Muted);
}

fn note(model: &Model) -> String {
    let session = &model.session;
    let threads = &session.threads;
    let (shown, all) = (threads.found().len(), session.snapshot.len());
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
    if threads.query.form != ListForm::Flat {
        note.push_str(&format!(" \u{b7} {}", threads.query.form.name()));
    }
    note
}

fn head(model: &Model, columns: &ThreadColumns, width: u16) -> Cells {
    let sorted = model.session.threads.query.sort.place();
    let role = |at: usize| if at == sorted { Role::Strong } else { Role::Muted };
    let mut cells = Cells::new(model.theme, width);
    let title = COLUMNS
        .iter()
        .position(|column| matches!(column.value, ColumnValue::Title));
    let title = title.unwrap_or_default();
    let name = match columns.title < crate::text::width(COLUMNS[title].head) {
        true => COLUMNS[title].name,
        false => COLUMNS[title].head,
    };
    cells.gap(SIGNS).column(name, columns.title, role(title));
    for (at, columns) in &columns.shown {
        let head = COLUMNS[*at].head;
        match COLUMNS[*at].value {
            ColumnValue::Age(_) | ColumnValue::Number(_) => cells.right(head, *columns, role(*at)),
            _ => cells.gap(1).column(head, columns - 1, role(*at)),
        };
    }
    cells
}

/// Builds the row above the threads of a group.
fn group_cells(model: &Model, head: &GroupHead, cursor: RowCursor, width: u16) -> Cells {
    let sign = if head.is_folded {
        signs::FOLDED
    } else {
        signs::UNFOLDED
    };
    let count = count(head.count as u64, "thread");
    let mut cells = Cells::new(model.theme, width);
    cells.text(cursor.sign(), Role::Key).text(sign, Role::Key).gap(1);
    let room = cells.left().saturating_sub(crate::text::width(&count) + 2);
    let name = match (&head.key, model.session.threads.query.form) {
        (GroupKey::Value(path), _) => Cow::Owned(fit_end(path, room)),
        (GroupKey::NoValue, ListForm::Origins) => fit("no Git origin", room),
        (GroupKey::NoValue, _) => fit("no working directory", room),
        (GroupKey::Archived, _) => fit("archived", room),
    };
    cells.text(&name, Role::Strong);
    cells.gap(2).text(&count, Role::Muted);
    cells
}

/// Cuts a path at its start, so that its last part stays.
fn fit_end(text: &str, columns: usize) -> String {
    match fits(text, columns) {
        true => fit(text, columns).into_owned(),
        false => format!("\u{2026}{}", tail(text, columns.saturating_sub(1))),
    }
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
            signs::MARKED
        } else {
            " "
        },
        Role::Warning,
    );
    let (badge, role) = match badge(record) {
        (" ", _) if threads.imported.is_remarked(record.id) => (signs::REMARKED, Role::Warning),
        badge => badge,
    };
    cells.text(badge, role).gap(1);
    let mut label_width = columns.title;
    if row.depth > 0 {
        let indent = (2 * row.depth.min(8)).min(label_width / 2);
        cells
            .gap(indent.saturating_sub(2))
            .text(signs::CHILD, Role::Muted)
            .gap(1);
        label_width = label_width.saturating_sub(indent);
    }
    let mut label = Cells::new(model.theme, u16::try_from(label_width).unwrap_or(0));
    if let Some(agent) = agent(record) {
        label.text(agent, Role::Reasoning).gap(1);
    }
    let own = own_words(model, record);
    let (title, role, is_id) = match own.or_else(|| facts::list_title(record)) {
        Some(title) => {
            let named = record.name().is_some_and(|name| !name.is_empty());
            if !title.is_stored {
                label.text(signs::FROM_HISTORY, Role::Muted).gap(1);
            }
            (title.text, if named { Role::Strong } else { Role::Text }, false)
        }
        None => (Cow::Owned(record.id.to_string()), Role::Muted, true),
    };
    label.exact(|label| found::draw(label, model, record, (&title, role, is_id), needles, columns));
    cells.join(label, label_width);
    let now = model.session.snapshot.now();
    for (at, columns) in &columns.shown {
        value(&mut cells, &COLUMNS[*at].value, record, *columns, (now, needles));
    }
    cells
}

/// Adds the value of a thread in a column of this width.
fn value(
    cells: &mut Cells,
    value: &ColumnValue,
    record: &ThreadRecord,
    columns: usize,
    (now, needles): (DateTime<Utc>, &[Needle]),
) {
    match value {
        ColumnValue::Age(_) if !record.is_listed() => cells.gap(columns),
        ColumnValue::Age(time) => cells.right(&age(time(record), now), columns, Role::Muted),
        ColumnValue::Day(time) => {
            let day = time(record).map(|time| time.format("%Y-%m-%d").to_string());
            cells
                .gap(1)
                .column(&day.unwrap_or_default(), columns - 1, Role::Muted)
        }
        ColumnValue::Number(number) => {
            let number = number(record).map(grouped).unwrap_or_default();
            cells.right(&number, columns, Role::Text)
        }
        ColumnValue::Text(text) => {
            let text = text(record).unwrap_or_default();
            cells.gap(1).exact(|cells| {
                cells.found_column(&text, needles, columns - 1, Role::Muted);
            })
        }
        ColumnValue::Path(path) => {
            let path = fit_end(&path(record).unwrap_or_default(), columns - 1);
            cells
                .gap(1)
                .found_column(&path, needles, columns - 1, Role::Muted)
        }
        ColumnValue::Id => cells
            .gap(1)
            .middle(&record.id.to_string(), columns - 1, Role::Muted),
        ColumnValue::Title => cells,
    };
}

/// Returns what distinguishes a sub-agent from others: its nickname, or else its position in the tree of agents.
fn agent(record: &ThreadRecord) -> Option<&str> {
    let patch = record.patch.as_deref()?;
    let names = [&patch.agent_nickname, &patch.agent_path];
    names.into_iter().find_map(|name| name.as_ref()?.as_deref())
}

/// For a fork without a name, returns the start of the first message of the user that is not in its parent, if it was
/// imported.
fn own_words<'a>(model: &Model, record: &ThreadRecord) -> Option<ListTitle<'a>> {
    if record.name().is_some_and(|name| !name.trim().is_empty()) {
        return None;
    }
    let first = model.session.imported_of(record.id)?.first_own()?;
    let history = record.history.as_ref()?;
    let own = history.range(first..first.saturating_add(SEARCHED).min(history.len()));
    let words = own.into_iter().find_map(user_words)?;
    Some(ListTitle {
        text: Cow::Owned(one_line_of(&words, LONGEST)),
        is_stored: false,
    })
}

/// Returns the sign for a thread that no list of the store returns: its history can still be loaded, or it is known
/// only from patches.
fn badge(record: &ThreadRecord) -> (&'static str, Role) {
    match (record.is_listed(), record.is_loadable()) {
        (true, _) => (" ", Role::Text),
        (false, true) => (signs::LOADABLE, Role::Warning),
        (false, false) => (signs::PATCHED_ONLY, Role::Warning),
    }
}

/// Formats how long ago a time was, in the largest unit that fits: `12s`, `5m`, `3h`, `2d`, `7w`, `1y`. Returns `clock`
/// if no time is stored, because reads then return the current time.
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
