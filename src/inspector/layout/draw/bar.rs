//! The line below the panes: the text prompt, else the last message, else the progress of an import, else the key bar
//! of the current context.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use crate::inspector::commands::keys;
use crate::inspector::features::targets;
use crate::inspector::legend::signs;
use crate::inspector::overlays::prompt::{Prompt, PromptPurpose};
use crate::inspector::panes::Pane;
use crate::inspector::state::command::Command;
use crate::inspector::state::context::{Context, LETTERS};
use crate::inspector::state::log::Sentence;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::frame::{Cells, RowCursor, cut_rows};
use crate::inspector::widgets::theme::Role;
use crate::text::width;

/// The maximum number of rows of a message.
const SENTENCE: usize = 4;

/// Draws the line. A message that does not fit grows upward over the panes.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect) {
    let prompt = model
        .overlays
        .top::<Prompt>()
        .and_then(|writing| match writing.purpose {
            PromptPurpose::Search => Some(("/", writing)),
            PromptPurpose::Contents => Some(("find", writing)),
            PromptPurpose::Filter => Some(("&", writing)),
            PromptPurpose::Value(_) => None,
        });
    let fault = prompt.and_then(|(_, writing)| writing.fault.clone());
    let fault = fault.map(|text| Sentence { text, bad: true });
    if let Some(said) = fault.as_ref().or(model.log.fresh()) {
        // The focused element stays visible: a text prompt in this line, a question above it.
        match prompt {
            Some(_) if area.y > 0 => sentence(
                model,
                buffer,
                Rect {
                    y: area.y - 1,
                    ..area
                },
                said,
            ),
            _ => return sentence(model, buffer, area, said),
        }
    }
    let mut cells = Cells::new(model.theme, area.width);
    let stops = LETTERS.contains(&model.context());
    if let Some((sign, writing)) = prompt {
        cells.gap(1).text(sign, Role::Key);
        if sign.len() > 1 {
            cells.gap(1);
        }
        cells.input(&writing.line);
        if cells.left() >= 40 {
            cells.text("  Enter", Role::Key).text(" accepts  ", Role::Muted);
            cells.text("Esc", Role::Key).text(" cancels", Role::Muted);
        }
    } else if let Some(line) = model.job.line().filter(|_| stops) {
        cells.gap(1).text("Esc", Role::Key).text(" stops  ", Role::Muted);
        cells.text(&line, Role::Progress);
    } else if let Some(line) = model.file_job.line().filter(|_| model.overlays.is_empty()) {
        cells.gap(1).text("Esc", Role::Key).text(" stops  ", Role::Muted);
        cells.text(&line, Role::Progress);
    } else if model.import.is_running() && model.overlays.is_empty() {
        cells.gap(1).text("Esc", Role::Key).text(" stops  ", Role::Muted);
        cells.text(&model.import.line(), Role::Progress);
    } else {
        hints(model, &mut cells);
    }
    cells.draw(buffer, area.x, area.y, area.width, RowCursor::No);
}

fn sentence(model: &Model, buffer: &mut Buffer, area: Rect, said: &Sentence) {
    let (sign, role) = match said.bad {
        true => (signs::WARNED, Role::Bad),
        false => (signs::SAID, Role::Good),
    };
    let columns = usize::from(area.width.saturating_sub(4)).max(1);
    let most = match model.context() {
        Context::Question => 1,
        // The rows above are those of the tutor.
        _ if model.tutor.is_some() => 1,
        _ => SENTENCE,
    };
    let rows = cut_rows(&said.text, columns, most.min(usize::from(area.y)));
    let first = area.y - u16::try_from(rows.len().saturating_sub(1)).unwrap_or(0);
    for (y, text) in (first..).zip(&rows) {
        Clear.render(Rect { y, ..area }, buffer);
        let mut cells = Cells::new(model.theme, area.width);
        cells
            .gap(1)
            .column(if y == first { sign } else { "" }, 2, role)
            .text(text, role);
        cells.draw(buffer, area.x, y, area.width, RowCursor::No);
    }
}

/// Draws the keys of the current context, as many as fit. The key for help, which lists all keys, is always included.
fn hints(model: &Model, cells: &mut Cells) {
    let context = model.context();
    let mut shown: Vec<&Command> = model
        .commands
        .all()
        .filter(|row| {
            row.contexts.contains(&context) && !row.hint.is_empty() && (row.possible)(model).is_ok()
        })
        .collect();
    let is_applied = model.draft.is_applied_to(&targets::of(model).threads);
    if !model.draft.is_empty() && !is_applied && context == Context::Pane(Pane::Patch) {
        shown.extend(model.commands.named("apply"));
        shown.rotate_right(1);
    }
    // The key that returns to the current state comes first, then the keys for a scenario that is played.
    let plays = |row| model.session.player.is_some() && model.commands.is_about(row, "Scenarios");
    shown.sort_by_key(|row| match row.name {
        "now" => 0,
        _ if plays(row) => 1,
        _ => 2,
    });
    let hint = |row: &Command| match row.hint {
        "" => row.name,
        hint => hint,
    };
    let columns = |row: &Command| width(&key(row)) + width(hint(row)) + 3;
    let last = shown.iter().position(|row| row.name == "help");
    let kept = last.and_then(|at| shown.get(at)).map_or(0, |row| columns(row));
    for (index, row) in shown.iter().enumerate() {
        let reserved = if last.is_some_and(|last| index < last) {
            kept
        } else {
            0
        };
        if cells.left() < columns(row) + reserved {
            continue;
        }
        cells
            .gap(1)
            .text(&key(row), Role::Key)
            .gap(1)
            .text(hint(row), Role::Muted)
            .gap(1);
    }
}

fn key(command: &Command) -> String {
    command
        .keys
        .first()
        .map(|key| keys::short(key))
        .unwrap_or_default()
}
