//! The History pane. Only the rows on the screen are built, whatever the length of the history.
//!
//! Draws items in each density. The module `view` determines the visible items.

pub mod conversation;
pub mod entry;
pub mod facets;
pub mod found;
pub mod glance;
pub mod glyph;
pub mod mark;
mod markdown;
mod page;
pub mod row;
pub mod search;
pub mod times;
pub mod view;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use times::TimeContext;
use view::{Density, HistoryView};

use super::Pane;
use crate::contract::Op;
use crate::inspector::features::playback::view::moved;
use crate::inspector::layout::parts::parts;
use crate::inspector::layout::presets::Preset;
use crate::inspector::state::model::Model;
use crate::inspector::state::session::Session;
use crate::inspector::widgets::frame::{Frame, RowCursor, sentence};
use crate::inspector::widgets::redraw::Redraw;
use crate::inspector::widgets::theme::Role;
use crate::protocol::numbers::{count, grouped};
use crate::store::History;
use crate::text::needle::Needle;
use crate::workbench::ImportedThread;

/// The text of a pane that shows the selected thread, if there is none to select.
pub const NO_THREADS: &str =
    "There are no threads yet: :import PATH imports rollouts, :create_thread creates a thread.";

/// Scrolls so that the selected item is visible.
pub fn settle(session: &mut Session, list: Rect) {
    let Some(history) = session.items_of_thread().cloned() else {
        return;
    };
    if session.history.conversation.is_shown {
        return session.history.settle_transcript(list.width, list.height);
    }
    let height = usize::from(list.height);
    if session.history.density == Density::Line {
        let rows = session.history.rows();
        return session.history.cursor.settle(rows, height);
    }
    session
        .history
        .settle(height, |view, at| row_height(view, &history, at, list));
}

/// Returns the number of lines of a row.
fn row_height(view: &HistoryView, history: &History, at: usize, list: Rect) -> usize {
    let item = view.place(at).and_then(|place| history.get(place));
    item.map_or(1, |item| {
        row::height(item, &view.glances, view.density, list.width, list.height)
    })
}

/// Returns the row at a line of the list.
pub fn row_on(session: &Session, list: Rect, line: usize) -> Option<usize> {
    let history = session.items_of_thread()?;
    session
        .history
        .row_on(line, |view, at| row_height(view, history, at, list))
}

/// Draws the pane.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect, focused: bool, redraw: Redraw) {
    let session = &model.session;
    let view = &session.history;
    let areas = parts(Pane::History, area);
    let list = areas.list;
    let shown = match (view.conversation.is_shown, view.density) {
        (true, _) => view.entries_on_screen(),
        (false, Density::Line) => usize::from(list.height),
        (false, _) => 1,
    };
    Frame {
        title: Pane::History.row().title,
        note: &note(model),
        focused,
        scroll: Some((view.cursor.top, shown, view.rows())),
    }
    .draw(buffer, area, model.theme);
    let Some(history) = session.items_of_thread() else {
        let text = match session.thread() {
            None if session.snapshot.is_empty() => NO_THREADS,
            None => "No thread is selected: {key:threads} goes to the threads.",
            Some(_) => {
                "This thread has no history: it only received patches (rule M2). :append_items adds items."
            }
        };
        let text = model.commands.fill(text);
        return sentence(buffer, list, model.theme, &text, Role::Muted);
    };
    if view.rows() == 0 {
        let text = match (view.is_filtered(), view.items()) {
            (true, _) if view.filter.as_ref().is_some_and(|filter| !filter.done) => "Searching the items.",
            (true, _) => {
                "No items match the filter: {key:all-kinds} shows all items, {key:filter} changes it."
            }
            (false, 0) => "No items yet: :append_items adds some.",
            (false, _) => {
                "No item of this thread is part of the transcript: {key:transcript} shows the rows."
            }
        };
        return sentence(buffer, list, model.theme, &model.commands.fill(text), Role::Muted);
    }
    let texts = view.search.iter().chain(&view.filter);
    let texts = texts.flat_map(|search| search.query.texts());
    let needles: Vec<Needle> = texts.map(Needle::new).collect();
    if view.conversation.is_shown {
        return page::draw(model, buffer, list, focused, &needles);
    }
    let has_parts = session.imported().is_some_and(ImportedThread::has_parts);
    let lines = row::line_columns(history);
    let new = history.len() - appended(model);
    let mut y = list.y;
    for at in view.cursor.top..view.rows() {
        let left = list.bottom().saturating_sub(y);
        if left == 0 {
            break;
        }
        if !redraw.draws(at) {
            y += 1;
            continue;
        }
        let found = view
            .place(at)
            .and_then(|place| Some((place, history.get(place)?)));
        let Some((place, item)) = found else {
            debug_assert!(false, "row {at} of {} has an item", view.rows());
            break;
        };
        model.built.set(model.built.get() + 1);
        let look = row::RowContext {
            theme: model.theme,
            cursor: RowCursor::of(at == view.cursor.at, focused),
            width: list.width,
            line_columns: lines,
            times: view.times,
            time_context: time_context(model, at),
            needles: &needles,
            found: &view.found_texts(place),
            is_visited: view.visited == Some(place),
            glances: &view.glances,
            marks: &session.item_marks(place),
            is_new: place >= new,
            has_parts,
        };
        for cells in look
            .rows(item, place, view.density, list.height)
            .into_iter()
            .take(usize::from(left))
        {
            cells.draw(buffer, list.x, y, list.width, look.cursor);
            y += 1;
        }
    }
}

/// Returns the number of items that the shown step appended to the selected thread.
fn appended(model: &Model) -> usize {
    let session = &model.session;
    let step = moved(session).filter(|_| model.layout.preset != Preset::Read);
    let entry = step.and_then(|step| session.journal.get(step));
    let thread = session.thread().map(|record| record.id);
    entry
        .filter(|entry| entry.op() == Some(Op::AppendItems) && entry.thread_id() == thread)
        .map_or(0, |entry| entry.items.min(session.items()))
}

/// Returns the times relative to which the time of the item in this row is shown.
fn time_context(model: &Model, row: usize) -> TimeContext {
    let session = &model.session;
    let view = &session.history;
    let time = |place: usize| {
        let item = session.items_of_thread()?.get(place)?;
        view.glances.of(item).at()
    };
    let above = row.checked_sub(1).and_then(|above| view.place(above));
    TimeContext {
        above: above.and_then(time),
        start: time(0),
        now: session.snapshot.now(),
        local: model.local_time,
    }
}

fn note(model: &Model) -> String {
    let view = &model.session.history;
    let (rows, all) = (view.rows() as u64, view.items() as u64);
    let at = if rows == 0 { 0 } else { view.cursor.at as u64 + 1 };
    let mut note = format!("{} of {}", grouped(at), grouped(rows));
    if view.conversation.is_shown {
        note.push_str(" \u{b7} transcript");
        if !view.conversation.transcript().is_complete() {
            note.push_str(", reading the thread");
        }
    }
    if view.is_filtered() {
        note.push_str(&format!(" \u{b7} filtered from {}", count(all, "item")));
    }
    if let Some(filter) = &view.filter {
        note.push_str(&format!(" \u{b7} & {}", filter.query.text()));
        if !filter.done {
            note.push_str(" so far");
        }
    }
    if !view.hidden.is_empty() {
        note.push_str(&format!(" \u{b7} {}", facets::words(&view.hidden)));
    }
    let usual = match view.conversation.is_shown {
        true => Density::Summary,
        false => Density::Line,
    };
    if view.time_column() != view.usual_times() {
        let now = (model.local_time)(model.session.snapshot.now());
        note.push_str(&format!(" \u{b7} {}", view.time_column().words(now)));
    }
    if view.density() != usual {
        note.push_str(&format!(" \u{b7} {}", view.density().name()));
    }
    if let Some(search) = &view.search {
        let found = grouped(search.places.len() as u64);
        let more = if search.done { "" } else { " so far" };
        note.push_str(&match view.match_number() {
            0 => format!(" \u{b7} {found} found{more}"),
            at => format!(" \u{b7} match {} of {found}{more}", grouped(at as u64)),
        });
    }
    let repeats = count(view.marks().repeats() as u64, "repeat");
    match (view.marks().repeats(), view.shows_repeats) {
        // The transcript shows repeated items only once.
        _ if view.conversation.is_shown => {}
        (0, _) => {}
        (_, true) => note.push_str(&format!(" \u{b7} {repeats} shown")),
        (_, false) => note.push_str(&format!(" \u{b7} {repeats} hidden")),
    }
    if !view.marks().is_complete() && !view.conversation.is_shown {
        note.push_str(" so far");
    }
    if let Some(imported) = model.session.imported() {
        let files = imported.sources.files().len();
        if files > 1 {
            note.push_str(&format!(" \u{b7} {}", count(files as u64, "file")));
        }
        for (items, name) in [
            (imported.sources.inherited(), "inherited"),
            (imported.sources.superseded(), "superseded"),
        ] {
            if items > 0 {
                note.push_str(&format!(" \u{b7} {} {name}", grouped(items)));
            }
        }
    }
    note
}
