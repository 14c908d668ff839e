//! The Patch pane: one row for each field with its state, its value, what a read returns now, and what a read would
//! return after the patch. A sentence about the field is below the list.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Pane;
use crate::contract::{Change, Field, FieldEditor, States};
use crate::inspector::features::targets::{self, ShownTarget};
use crate::inspector::layout::parts::{WITH_COLUMNS, parts};
use crate::inspector::legend::signs;
use crate::inspector::overlays::prompt::{Prompt, PromptPurpose};
use crate::inspector::state::context::Context;
use crate::inspector::state::model::Model;
use crate::inspector::state::patch_draft::Preview;
use crate::inspector::widgets::frame::{Cells, Frame, RowCursor, sentence};
use crate::inspector::widgets::redraw::Redraw;
use crate::inspector::widgets::theme::Role;
use crate::protocol::numbers::grouped;
use crate::text::{beginning, fit};
use crate::workbench::effect::{self, FieldEffect, PatchEffect};
use crate::workbench::lints::Lint;
use crate::workbench::short;

/// The widths of the field names and of the states in columns.
const NAMES: usize = 20;
const STATES: usize = 8;
/// Panes with fewer columns use a compact form.
const NARROW: u16 = 40;

/// Draws the pane.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect, focused: bool, redraw: Redraw) {
    let draft = &model.draft;
    let areas = parts(Pane::Patch, area);
    let height = usize::from(areas.list.height);
    let title = Pane::Patch.row().title;
    Frame {
        title,
        note: &note(model, usize::from(area.width).saturating_sub(title.len() + 7)),
        focused,
        scroll: Some((draft.cursor.top, height, draft.rows().len())),
    }
    .draw(buffer, area, model.theme);
    let width = areas.list.width;
    let shown = targets::shown(model);
    let effect = shown.as_ref().and_then(|shown| effect(model, shown));
    let stored = shown.as_ref().and_then(|shown| shown.record()?.patch.as_deref());
    let stored = stored.map(short::patch);
    let stored = |field: &Field| stored.as_deref().map_or(Change::Leave, |patch| field.get(patch));
    if areas.head.height > 0 {
        let mut cells = Cells::new(model.theme, width);
        cells.gap(1).column("field", NAMES - 1, Role::Muted).gap(1);
        cells.column("", STATES, Role::Muted);
        let columns = columns(&cells);
        for title in ["this patch", "before", "accumulated", "after"] {
            cells.column(title, columns, Role::Muted).gap(GAP);
        }
        cells.draw(buffer, areas.head.x, areas.head.y, width, RowCursor::No);
    }
    let rows = draft.rows().enumerate().skip(draft.cursor.top).take(height);
    for (y, (at, (field, change))) in (areas.list.y..).zip(rows) {
        if !redraw.draws(at) {
            continue;
        }
        let cursor = RowCursor::of(at == draft.cursor.at, focused);
        let written = written(model, at);
        let tight = written.is_some() && width < NARROW;
        let mut cells = cells(model, field, change, cursor, width, !tight);
        let row = effect.as_ref().and_then(|effect| row(effect, field));
        match (written, width >= WITH_COLUMNS) {
            (Some(writing), true) => {
                let columns = columns(&cells);
                let mut cell = Cells::new(model.theme, u16::try_from(columns).unwrap_or(0));
                input(model, &mut cell, writing);
                cells.join(cell, columns).gap(GAP);
                reads(&mut cells, model, change, row, columns, || stored(field));
            }
            (Some(writing), false) => input(model, &mut cells, writing),
            (None, true) => in_columns(&mut cells, model, change, row, || stored(field)),
            (None, false) => value(&mut cells, model, (field, change), row, || stored(field)),
        }
        let cursor = if written.is_some() { RowCursor::No } else { cursor };
        cells.draw(buffer, areas.list.x, y, width, cursor);
    }
    if let Some(field) = draft.field().filter(|_| areas.foot.height > 0) {
        let row = effect.as_ref().and_then(|effect| row(effect, field));
        let told = match draft.rows().nth(draft.cursor.at) {
            Some((_, change)) if width < WITH_COLUMNS => {
                let is_told = *change != Change::Leave && is_told(model, change);
                let is_written = written(model, draft.cursor.at).is_some();
                row.filter(|_| is_told || is_written).map(in_words)
            }
            _ => None,
        };
        match lint(model, field) {
            Some(lint) => sentence(buffer, areas.foot, model.theme, &lint.to_string(), Role::Warning),
            None => {
                let about = format!("{}{}", told.unwrap_or_default(), about(field));
                sentence(buffer, areas.foot, model.theme, &about, Role::Muted);
            }
        }
    }
}

/// Returns the lint to show: one of the selected field, else one of the whole patch.
fn lint(model: &Model, field: &Field) -> Option<Lint> {
    let targets = targets::of(model).threads;
    if model.draft.is_empty() || model.draft.is_applied_to(&targets) {
        return None;
    }
    let lints = targets::lints(model);
    let place = format!("patch.{}", field.name);
    let whole = |lint: &&Lint| !lint.place.starts_with("patch.");
    let of_field = lints.iter().find(|lint| lint.place == place);
    of_field.or_else(|| lints.iter().find(whole)).cloned()
}

/// Returns the prompt for the value of a row, even if another overlay is above it.
fn written(model: &Model, row: usize) -> Option<&Prompt> {
    let writing = model.overlays.find::<Prompt>();
    writing.filter(|writing| writing.purpose == PromptPurpose::Value(row))
}

/// Returns the targets and the state of the patch.
fn note(model: &Model, room: usize) -> String {
    let draft = &model.draft;
    let off = match draft.preview {
        Preview::Off => " \u{b7} effect off",
        Preview::Changed | Preview::All => "",
    };
    let waits = if draft.has_rejected() {
        format!("{}: invalid text \u{b7} ", model.commands.key("patch-text"))
    } else {
        String::new()
    };
    let is_applied = draft.is_applied_to(&targets::of(model).threads);
    let mut states: Vec<String> = match (draft.changed(), is_applied) {
        _ if draft.is_empty() => vec!["changes nothing".to_string()],
        (count, true) if let Some((step, _)) = draft.of_step() => {
            vec![
                format!("{count} changed by step {}", grouped(*step)),
                format!("step {}", grouped(*step)),
            ]
        }
        (count, true) => vec![format!("{count} changed, applied"), format!("{count} applied")],
        (count, false) => vec![
            format!(
                "{} {count} changed, not applied: {} applies",
                signs::UNAPPLIED,
                model.commands.key("apply")
            ),
            format!("{} {count} changed, not applied", signs::UNAPPLIED),
            format!("{} {count} not applied", signs::UNAPPLIED),
        ],
    };
    if draft.has_rejected() {
        states.truncate(2);
    }
    for state in &mut states {
        *state = format!("{waits}{state}{off}");
    }
    targets::title(model, &states, room)
}

fn cells(model: &Model, field: &Field, change: &Change, cursor: RowCursor, width: u16, state: bool) -> Cells {
    let mut cells = Cells::new(model.theme, width);
    cells.text(cursor.sign(), Role::Key);
    let name = match field.name.split_once('.') {
        Some((_, part)) => format!("  .{part}"),
        None => field.name.to_string(),
    };
    let role = if *change == Change::Leave {
        Role::Text
    } else {
        Role::Strong
    };
    cells
        .column(&name, NAMES.min(usize::from(width) / 2) - 1, role)
        .gap(1);
    let (sign, word, role) = match (change, field.edit) {
        (_, FieldEditor::Parts) if parts_changed(model) => (signs::SET, "parts", Role::Set),
        (Change::Leave, _) => (signs::LEAVE, "leave", Role::Leave),
        (Change::Clear, _) => (signs::CLEAR, "clear", Role::Clear),
        (Change::Set(_), _) => (signs::SET, "set", Role::Set),
    };
    if state {
        match width < NARROW {
            // If the word does not fit, only its sign is drawn.
            true => cells.column(sign, 2, role),
            false => cells.column(&format!("{sign} {word}"), STATES, role),
        };
    }
    cells
}

fn parts_changed(model: &Model) -> bool {
    model
        .draft
        .rows()
        .any(|(field, change)| field.is_part() && *change != Change::Leave)
}

/// Computes the effect of the patch on the target that the form shows, without a store call.
fn effect(model: &Model, shown: &ShownTarget<'_>) -> Option<PatchEffect> {
    let patch = model.draft.patch().ok()?;
    // The effect of a step is that on the store before the step.
    let before = model.draft.of_step().map(|(_, before)| before);
    Some(effect::effect(
        before.unwrap_or(&shown.session.snapshot),
        shown.id,
        &patch,
    ))
}

fn row<'a>(effect: &'a PatchEffect, field: &Field) -> Option<&'a FieldEffect> {
    effect.fields.iter().find(|row| row.field.name == field.name)
}

/// Returns whether the effect on a row is shown.
fn is_told(model: &Model, change: &Change) -> bool {
    match model.draft.preview {
        Preview::Changed => *change != Change::Leave,
        Preview::All => true,
        Preview::Off => false,
    }
}

/// From this width on, the value before is shown next to the value after.
const WITH_BEFORE: usize = 36;

const GAP: usize = 2;

/// Returns the width of each of the four columns that share the remaining space.
fn columns(cells: &Cells) -> usize {
    cells.left().saturating_sub(4 * GAP) / 4
}

/// Draws the change, what a read returns before the patch, the accumulated patch after the merge, and what a read
/// returns after the patch. If the effect is not shown, draws what a read returns and the accumulated patch now.
fn in_columns(
    cells: &mut Cells,
    model: &Model,
    change: &Change,
    row: Option<&FieldEffect>,
    stored: impl Fn() -> Change,
) {
    let columns = columns(cells);
    let (text, role) = said(change);
    cells.exact(|cells| {
        cells.column(&text, columns, role).gap(GAP);
    });
    reads(cells, model, change, row, columns, stored);
}

/// Draws the value that is being entered.
fn input(model: &Model, cells: &mut Cells, writing: &Prompt) {
    match model.context() == Context::Writing {
        true => cells.input(&writing.line),
        false => cells.text(writing.line.text(), Role::Input),
    };
}

/// Draws what reads return and the accumulated patch, in columns of this width.
fn reads(
    cells: &mut Cells,
    model: &Model,
    change: &Change,
    row: Option<&FieldEffect>,
    columns: usize,
    stored: impl Fn() -> Change,
) {
    let Some(row) = row else { return };
    let told = is_told(model, change);
    let accumulated = if told { row.accumulated.clone() } else { stored() };
    cells.exact(|cells| {
        cells
            .column(&read(&row.before, row.clock_before), columns, Role::Muted)
            .gap(GAP);
        cells.column(&said(&accumulated).0, columns, Role::Muted).gap(GAP);
    });
    if row.field.is_hidden() {
        cells.column("no read returns it", columns, Role::Warning);
    } else if told {
        let role = if row.is_change() { Role::Moved } else { Role::Muted };
        cells.exact(|cells| {
            cells.column(&read(&row.after, row.clock_after), columns, role);
        });
    }
}

/// Returns the change of a field as column text.
fn said(change: &Change) -> (String, Role) {
    match change {
        Change::Set(text) if text == "\"\"" => ("\"\" (empty, not null)".to_string(), Role::Text),
        Change::Set(text) => (beginning(text).to_string(), Role::Text),
        Change::Clear => ("null".to_string(), Role::Clear),
        Change::Leave => (String::new(), Role::Muted),
    }
}

/// Formats what a read returns.
fn read(value: &Option<String>, clock: bool) -> String {
    match (value, clock) {
        (_, true) => "the clock".to_string(),
        (Some(value), false) => beginning(value).to_string(),
        (None, false) => "not shown".to_string(),
    }
}

/// Draws the change, or its effect if the effect is shown.
fn value(
    cells: &mut Cells,
    model: &Model,
    (field, change): (&Field, &Change),
    row: Option<&FieldEffect>,
    stored: impl Fn() -> Change,
) {
    match row.filter(|_| is_told(model, change)) {
        Some(row) => consequence(cells, change, row),
        None if *change == Change::Leave => {
            // The stored value, which the patch would leave unchanged: what a read returns, or the hidden value if no
            // read returns it.
            if field.is_hidden() {
                cells.text("not shown ", Role::Warning);
            }
            let text = match row.filter(|row| row.before.is_some()) {
                Some(row) => read(&row.before, row.clock_before),
                None => said(&stored()).0,
            };
            cells.exact(|cells| {
                cells.text(&text, Role::Muted);
            });
        }
        None => {
            let (text, role) = said(change);
            cells.exact(|cells| {
                cells.text(&text, role);
            });
        }
    }
}

/// Draws what a read would return after the patch and, if there is room, what it returns now.
fn consequence(cells: &mut Cells, change: &Change, row: &FieldEffect) {
    if row.field.is_hidden() {
        cells.text("not shown ", Role::Warning);
        cells.exact(|cells| {
            cells.text(&said(&row.accumulated).0, Role::Text);
        });
        return;
    }
    let (before, after) = (
        read(&row.before, row.clock_before),
        read(&row.after, row.clock_after),
    );
    if !row.is_change() && *change == Change::Leave {
        cells.exact(|cells| {
            cells.text(&after, Role::Muted);
        });
        return;
    }
    if cells.left() >= WITH_BEFORE {
        let columns = cells.left().saturating_sub(3) / 2;
        cells.exact(|cells| {
            cells.column(&before, columns, Role::Muted).gap(1);
        });
    }
    let role = if row.is_change() { Role::Moved } else { Role::Muted };
    cells.text(signs::BECOMES, Role::Muted).gap(1).exact(|cells| {
        cells.text(&after, role);
    });
}

/// Describes the effect on a field in words, for panes that have no columns for the effect.
fn in_words(row: &FieldEffect) -> String {
    let brief = |text: String| fit(&text, BRIEF).into_owned();
    let before = brief(read(&row.before, row.clock_before));
    let after = brief(read(&row.after, row.clock_after));
    let accumulated = match said(&row.accumulated).0 {
        text if text.is_empty() => "nothing".to_string(),
        text => brief(text),
    };
    if row.field.is_hidden() {
        return format!("Accumulated: {accumulated}. ");
    }
    format!("Before: {before}, accumulated: {accumulated}, after: {after}. ")
}

/// The maximum width of a value in a description.
const BRIEF: usize = 24;

fn about(field: &Field) -> String {
    let states = match (field.edit, field.states) {
        (FieldEditor::Parts, _) => "set through its parts",
        (_, States::Two) => "leave or set",
        (_, States::Three) => "leave, clear or set",
    };
    format!("{}: {states}. {}", field.name, field.about)
}
