//! The line below the panes: the text prompt, else the last message, else the progress of an import, else the key bar
//! of the current context.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
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

/// The commands that stop background work.
const STOPPING: &[&str] = &[
    "step-back",
    "close-laws",
    "close-sizes",
    "close-found",
    "close-preview",
    "close-facets",
    "back",
];

/// What the line shows.
enum BarLine<'a> {
    /// A prompt, with the sign before it.
    Prompt(&'static str, &'a Prompt),
    /// Work in progress.
    Work(String),
    /// The keys of the current context.
    Keys,
}

/// Returns what the line shows, unless a message covers it.
fn line(model: &Model) -> BarLine<'_> {
    let is_plain = model.overlays.is_empty();
    if let Some(writing) = model.overlays.top::<Prompt>() {
        match writing.purpose {
            PromptPurpose::Search => return BarLine::Prompt("/", writing),
            PromptPurpose::Contents => return BarLine::Prompt("find", writing),
            PromptPurpose::Filter => return BarLine::Prompt("&", writing),
            PromptPurpose::Value(_) => {}
        }
    }
    let stops = LETTERS.contains(&model.context());
    let job = model.job.line().filter(|_| stops);
    let import = (model.import.is_running() && is_plain).then(|| model.import.line());
    match job
        .or_else(|| model.file_job.line().filter(|_| is_plain))
        .or(import)
    {
        Some(work) => BarLine::Work(work),
        None => BarLine::Keys,
    }
}

/// A message, and where it is: above the bar if a prompt is in the bar.
struct Message {
    said: Sentence,
    area: Rect,
    rows: Vec<String>,
}

/// Returns the message that covers the line and, if it does not fit there, the rows above it.
fn message(model: &Model, bar: Rect) -> Option<Message> {
    let line = line(model);
    let fault = match &line {
        BarLine::Prompt(_, writing) => writing.fault.clone(),
        _ => None,
    };
    let fault = fault.map(|text| Sentence { text, bad: true });
    let said = fault.or_else(|| model.log.fresh().cloned())?;
    // The focused element stays visible: a text prompt in this line, a question above it.
    let last = match line {
        BarLine::Prompt(..) if bar.y > 0 => bar.y - 1,
        _ => bar.y,
    };
    let columns = usize::from(bar.width.saturating_sub(4)).max(1);
    let most = match model.context() {
        Context::Question => 1,
        // The rows above are those of the tutor.
        _ if model.tutor.is_some() => 1,
        _ => SENTENCE,
    };
    let rows = cut_rows(&said.text, columns, most.min(usize::from(last)));
    let height = u16::try_from(rows.len()).unwrap_or(1);
    let area = Rect {
        y: (last + 1).saturating_sub(height),
        height,
        ..bar
    };
    Some(Message { said, area, rows })
}

/// Returns the area that a message covers, if there is one.
pub fn message_area(model: &Model, bar: Rect) -> Option<Rect> {
    message(model, bar).map(|message| message.area)
}

/// Draws the line. A message that does not fit grows upward over the panes.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect) {
    let line = line(model);
    if let Some(message) = message(model, area) {
        message.draw(model, buffer);
        if message.area.bottom() == area.bottom() {
            return;
        }
    }
    let mut cells = Cells::new(model.theme, area.width);
    match line {
        BarLine::Prompt(sign, writing) => {
            cells.gap(1).text(sign, Role::Key);
            if sign.len() > 1 {
                cells.gap(1);
            }
            cells.input(&writing.line);
            if cells.left() >= 40 {
                cells.text("  Enter", Role::Key).text(" accepts  ", Role::Muted);
                cells.text("Esc", Role::Key).text(" cancels", Role::Muted);
            }
        }
        BarLine::Work(work) => {
            let stop = match stopping(model) {
                Some(command) => model.commands.key(command.name),
                None => model.commands.key("step-back"),
            };
            cells.gap(1).text(&stop, Role::Key).text(" stops  ", Role::Muted);
            cells.text(&work, Role::Progress);
        }
        BarLine::Keys => {
            for (_, row) in hints(model, area) {
                let (key, hint) = (key(row), hint(row));
                cells.gap(1).text(&key, Role::Key).gap(1);
                cells.text(hint, Role::Muted).gap(1);
            }
        }
    }
    cells.draw(buffer, area.x, area.y, area.width, RowCursor::No);
}

impl Message {
    fn draw(&self, model: &Model, buffer: &mut Buffer) {
        let (sign, role) = match self.said.bad {
            true => (signs::WARNED, Role::Bad),
            false => (signs::SAID, Role::Good),
        };
        Clear.render(self.area, buffer);
        for ((y, text), sign) in (self.area.y..)
            .zip(&self.rows)
            .zip(std::iter::once(sign).chain(std::iter::repeat("")))
        {
            let mut cells = Cells::new(model.theme, self.area.width);
            cells.gap(1).column(sign, 2, role).text(text, role);
            cells.draw(buffer, self.area.x, y, self.area.width, RowCursor::No);
        }
    }
}

/// Returns the command that stops background work in the current context, if there is one.
fn stopping(model: &Model) -> Option<&'static Command> {
    let mut all = model.commands.all().filter(|row| STOPPING.contains(&row.name));
    all.find(|row| row.contexts.contains(&model.context()))
}

/// Returns the command that the line shows at a position.
pub fn command_at(model: &Model, area: Rect, at: Position) -> Option<&'static Command> {
    match line(model) {
        BarLine::Prompt(..) => None,
        BarLine::Work(_) => stopping(model),
        BarLine::Keys => {
            let mut hints = hints(model, area).into_iter();
            hints.find(|(area, _)| area.contains(at)).map(|(_, row)| row)
        }
    }
}

/// Returns the keys of the current context, as many as fit, and where each of them is. The key for help, which lists all
/// keys, is always included.
fn hints(model: &Model, area: Rect) -> Vec<(Rect, &'static Command)> {
    let context = model.context();
    let mut shown: Vec<&'static Command> = model
        .commands
        .all()
        .filter(|row| {
            row.contexts.contains(&context)
                && !(row.hint.is_empty() || row.keys.is_empty())
                && (row.possible)(model).is_ok()
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
    let columns = |row: &Command| width(&key(row)) + width(hint(row)) + 3;
    let last = shown.iter().position(|row| row.name == "help");
    let kept = last.and_then(|at| shown.get(at)).map_or(0, |row| columns(row));
    let mut left = usize::from(area.width);
    let mut hints = Vec::new();
    for (index, row) in shown.into_iter().enumerate() {
        let reserved = match last.is_some_and(|last| index < last) {
            true => kept,
            false => 0,
        };
        let columns = columns(row);
        if left < columns + reserved {
            continue;
        }
        let x = area.right() - u16::try_from(left).unwrap_or(area.width);
        left -= columns;
        hints.push((Rect::new(x, area.y, u16::try_from(columns).unwrap_or(0), 1), row));
    }
    hints
}

fn hint(row: &Command) -> &'static str {
    match row.hint {
        "" => row.name,
        hint => hint,
    }
}

fn key(command: &Command) -> String {
    command
        .keys
        .first()
        .map(|key| keys::short(key))
        .unwrap_or_default()
}
