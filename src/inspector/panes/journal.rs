//! The Journal pane: one row for each store call or outside change, and below the rows the explanation of the result of
//! the shown step. The cursor selects the shown step.
//!
//! Draws the rows and chooses the columns. The module `list` determines the visible steps.

pub mod filter;
pub mod list;

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Pane;
use crate::inspector::features::clients;
use crate::inspector::layout::parts::parts;
use crate::inspector::legend::signs;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::frame::{Cells, Frame, RowCursor, sentence};
use crate::inspector::widgets::redraw::Redraw;
use crate::inspector::widgets::theme::Role;
use crate::protocol::numbers::grouped;
use crate::text::needle::Needle;
use crate::workbench::{Annotation, JournalEntry, gist};

/// The width of the longest method name.
const METHOD: usize = 27;

/// The widths of the columns that fit. 0 means that a column is omitted.
struct JournalColumns {
    step: usize,
    time: usize,
    client: usize,
    method: usize,
    thread: usize,
    params: usize,
    outcome: usize,
    took: usize,
    counter: usize,
}

impl JournalColumns {
    fn of(width: u16, steps: usize, has_clients: bool) -> Self {
        let width = usize::from(width);
        let step = grouped(steps as u64).len().max(4);
        let from = |least: usize, columns: usize| if width >= least { columns } else { 0 };
        let mut columns = Self {
            step,
            time: match width {
                0..64 => 0,
                64..150 => 9,
                _ => 20,
            },
            client: usize::from(has_clients) * (from(46, 9) + from(76, 4) + from(150, 8)),
            method: 0,
            thread: from(76, 16) + from(120, 6) + from(170, 8),
            params: 0,
            outcome: match width {
                0..46 => 2,
                46..100 => 18,
                _ => 25,
            },
            took: from(170, 9),
            counter: from(90, 8),
        };
        let taken = 3
            + columns.step
            + columns.time
            + columns.client
            + columns.thread
            + columns.outcome
            + columns.took
            + columns.counter;
        let left = width.saturating_sub(taken);
        // A parameter column that is too narrow for a few words is useless.
        let method = (METHOD + 1).min(left);
        if left >= method + 16 {
            (columns.method, columns.params) = (method, left - method);
        } else if columns.thread > 0 {
            columns.method = method;
            columns.thread += left - method;
        } else {
            columns.method = left;
        }
        columns
    }
}

/// Draws the pane.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect, focused: bool, redraw: Redraw) {
    let session = &model.session;
    let (steps, line) = (&session.steps, session.line());
    let areas = parts(Pane::Journal, area);
    let height = usize::from(areas.list.height);
    let rows = steps.rows();
    Frame {
        title: Pane::Journal.row().title,
        note: &note(model),
        focused,
        scroll: Some((steps.cursor.top, height, rows)),
    }
    .draw(buffer, area, model.theme);
    let columns = JournalColumns::of(areas.list.width, line.len(), clients::are_shown(model));
    if areas.head.height > 0 {
        head(model, &columns, areas.head.width).draw(
            buffer,
            areas.head.x,
            areas.head.y,
            areas.head.width,
            RowCursor::No,
        );
    }
    if rows == 0 {
        let text = match steps.filter.is_empty() {
            true => {
                "No steps yet: each call of the store adds one; {key:palette} makes calls by name, such as :create_thread."
            }
            false => "No steps match the filter: {key:all-steps} shows all steps, {key:filter} changes it.",
        };
        let text = &model.commands.fill(text);
        sentence(buffer, areas.list, model.theme, text, Role::Muted);
        return;
    }
    let texts = steps.filter.query.texts();
    let needles: Vec<Needle> = texts.into_iter().map(Needle::new).collect();
    for (y, row) in (areas.list.y..).zip(steps.cursor.visible(rows, height)) {
        if !redraw.draws(row) {
            continue;
        }
        let Some(entry) = steps.place(row).and_then(|place| line.nth(place)) else {
            debug_assert!(false, "row {row} of {rows} has a step");
            continue;
        };
        model.built.set(model.built.get() + 1);
        let cursor = RowCursor::of(steps.selected() == Some(row), focused);
        let row = StepRow {
            entry,
            cursor,
            is_later: entry.step > session.journal.tip(),
        };
        let cells = cells(model, &row, &columns, areas.list.width, &needles);
        cells.draw(buffer, areas.list.x, y, areas.list.width, cursor);
    }
    if areas.foot.height > 0 {
        let (text, role) = foot(model);
        sentence(buffer, areas.foot, model.theme, &text, role);
    }
}

fn note(model: &Model) -> String {
    let steps = &model.session.steps;
    let all = grouped(steps.steps() as u64);
    let line = model.session.line();
    // Steps on other branches keep their numbers, so the numbers on this branch can have gaps.
    let all = match line.len() as u64 == line.tip() {
        true => all,
        false => format!("{all} on this branch"),
    };
    if steps.filter.is_empty() {
        return all;
    }
    let said = steps.filter.said(model.session.now()).join(" \u{b7} ");
    match steps.is_behind() {
        true => format!("{all} \u{b7} searching {said}"),
        false => format!("{} of {all} \u{b7} {said}", grouped(steps.rows() as u64)),
    }
}

fn head(model: &Model, columns: &JournalColumns, width: u16) -> Cells {
    let mut cells = Cells::new(model.theme, width);
    cells.gap(1).right("step", columns.step, Role::Muted).gap(2);
    let mut column = |text: &str, columns: usize| {
        if columns > 1 {
            cells.gap(1).column(text, columns - 1, Role::Muted);
        }
    };
    column("time", columns.time);
    column("client", columns.client);
    column("method", columns.method);
    column("thread", columns.thread);
    column("parameters", columns.params);
    if columns.outcome > 2 {
        column("outcome", columns.outcome);
    } else {
        cells.gap(columns.outcome);
    }
    if columns.took > 0 {
        cells.right("took", columns.took, Role::Muted);
    }
    if columns.counter > 0 {
        cells.right("counter", columns.counter, Role::Muted);
    }
    cells
}

/// The content of a row.
struct StepRow<'a> {
    entry: &'a JournalEntry,
    cursor: RowCursor,
    /// Whether the step is after the shown step.
    is_later: bool,
}

fn cells(
    model: &Model,
    row: &StepRow<'_>,
    columns: &JournalColumns,
    width: u16,
    needles: &[Needle],
) -> Cells {
    let StepRow {
        entry,
        cursor,
        is_later,
    } = *row;
    let session = &model.session;
    let then = |role: Role| if is_later { Role::Muted } else { role };
    let mut cells = Cells::new(model.theme, width);
    cells.text(cursor.sign(), Role::Key);
    cells.right(&grouped(entry.step), columns.step, Role::Muted);
    let remark = session.line().remark(entry.step).map(|remark| &**remark);
    let (sign, role) = expectation(remark);
    cells.text(sign, role);
    cells.text(
        if remark.is_some_and(|remark| remark.note.is_some()) {
            signs::NOTED
        } else {
            " "
        },
        Role::Origin,
    );
    if columns.time > 0 {
        let form = if columns.time > 9 {
            "%Y-%m-%d %H:%M:%S"
        } else {
            "%H:%M:%S"
        };
        cells
            .gap(1)
            .column(&entry.at.format(form).to_string(), columns.time - 1, Role::Muted);
    }
    let part = |text: &str, columns: usize, role: Role| {
        let mut part = Cells::new(model.theme, u16::try_from(columns).unwrap_or(0));
        part.found_any(text, needles, role);
        part
    };
    if columns.client > 0 {
        let room = columns.client - 1;
        cells.gap(1);
        match entry.client.as_deref() {
            // Names often differ only in a number at the end, so they are cut in the middle.
            Some(name) => cells.middle(name, room, then(Role::Origin)),
            None => cells.gap(room),
        };
    }
    let method_role = match entry.is_outside() {
        true => Role::Warning,
        false => Role::Strong,
    };
    if columns.method > 0 {
        let method = part(entry.name(), columns.method - 1, then(method_role));
        cells.gap(1).join(method, columns.method - 1);
    }
    if columns.thread > 0 {
        let id = entry.thread_id();
        let room = columns.thread - 1;
        cells.gap(1);
        match (id, filter::name(entry, session.line())) {
            (_, Some(name)) => cells.join(part(name, room, then(Role::Text)), room),
            (Some(id), None) => cells.middle(&id.to_string(), room, Role::Muted),
            (None, None) => cells.gap(room),
        };
    }
    if columns.params > 0 {
        let params = part(&gist::gist(entry), columns.params - 1, Role::Muted);
        cells.gap(1).join(params, columns.params - 1);
    }
    cells.gap(1);
    let (sign, words, role) = outcome(entry);
    let role = then(role);
    match columns.outcome {
        0..=2 => cells.column(sign, 1, role),
        room => cells.column(&format!("{sign} {words}"), room - 1, role),
    };
    if columns.took > 0 {
        match entry.is_outside() {
            true => cells.gap(columns.took),
            false => cells.right(&took(entry.took), columns.took, Role::Muted),
        };
    }
    if columns.counter > 0 {
        match entry.op().map(|op| op.row().counted) {
            Some(true) => cells.right("+1", columns.counter, then(Role::Text)),
            Some(false) => cells.right("none", columns.counter, Role::Muted),
            None => cells.gap(columns.counter),
        };
    }
    cells
}

/// Returns the sign of an expectation: met or failed.
fn expectation(remark: Option<&Annotation>) -> (&'static str, Role) {
    match remark {
        Some(remark) if !remark.failures.is_empty() => (signs::UNEXPECTED, Role::Bad),
        Some(remark) if remark.expect.is_some() => (signs::EXPECTED, Role::Good),
        _ => (" ", Role::Text),
    }
}

/// Returns the outcome of a step: its sign and a few words.
fn outcome(entry: &JournalEntry) -> (&'static str, String, Role) {
    match &entry.outcome {
        Ok(text) => (signs::DONE, text.clone(), Role::Text),
        Err(failure) => {
            let code = failure.code.strip_prefix("thread_").unwrap_or(failure.code);
            (signs::REFUSED, code.replace('_', " "), Role::Bad)
        }
    }
}

/// Formats a duration in a suitable unit.
pub fn took(duration: Duration) -> String {
    match duration.as_nanos() {
        nanos @ 0..1_000 => format!("{nanos}ns"),
        nanos @ 1_000..1_000_000 => format!("{}\u{b5}s", nanos / 1_000),
        nanos @ 1_000_000..1_000_000_000 => format!("{}ms", nanos / 1_000_000),
        nanos => format!("{}.{}s", nanos / 1_000_000_000, nanos / 100_000_000 % 10),
    }
}

/// Returns the text below the rows: the failed expectation of the shown step, else the explanation of its result, else
/// its note or the description of its method.
fn foot(model: &Model) -> (String, Role) {
    let session = &model.session;
    let (line, (step, told)) = (session.line(), &session.steps.why);
    let Some(entry) = line.get(*step) else {
        return ("Before the first step.".to_string(), Role::Muted);
    };
    let remark = line.remark(*step);
    let failure = remark.and_then(|remark| remark.failures.first());
    let note = remark.and_then(|remark| remark.note.as_deref());
    let (text, role) = match (failure, told.split_first()) {
        (Some(failure), _) => {
            let got = failure.got.as_deref().unwrap_or("nothing");
            let text = format!("\u{2260} {}: expected {}, got {got}.", failure.path, failure.want);
            (text, Role::Bad)
        }
        (None, Some((first, []))) => (format!("Why: {first}"), Role::Text),
        (None, Some((first, more))) => (
            format!(
                "Why: {first} {} shows {} more.",
                model.commands.key("why"),
                more.len()
            ),
            Role::Text,
        ),
        (None, None) => match note {
            Some(note) => (format!("\u{b6} {note}"), Role::Text),
            None => (entry.about().to_string(), Role::Muted),
        },
    };
    match session.steps.selected() {
        Some(_) => (text, role),
        // The shown step has no row.
        None => (format!("Step {}. {text}", grouped(*step)), role),
    }
}
