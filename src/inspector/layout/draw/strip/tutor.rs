//! The rows of the tutor: the lesson and its progress, what to know about the step that was just done, and what to do
//! next. After the last step, a summary.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use super::columns;
use crate::inspector::features::tutor::lessons::LESSONS;
use crate::inspector::features::tutor::{place, steps};
use crate::inspector::legend::signs;
use crate::inspector::state::model::Model;
use crate::inspector::state::tutor::TutorState;
use crate::inspector::widgets::frame::{Cells, RowCursor, cut_rows};
use crate::inspector::widgets::theme::Role;
use crate::text::width;

/// The width of the progress bar, if there is room for it.
const BAR: usize = 12;

/// A paragraph with its sign.
type TutorParagraph = (&'static str, Role, String);

/// Draws the rows.
pub fn draw(model: &Model, tutor: &TutorState, buffer: &mut Buffer, area: Rect) {
    if area.height == 0 {
        return;
    }
    Clear.render(area, buffer);
    head(model, tutor, area.width).draw_in(buffer, area);
    let columns = columns(area.width);
    let mut paragraphs = paragraphs(model, tutor);
    let wrapped = |text: &str| cut_rows(text, columns, usize::from(u8::MAX));
    let room = usize::from(area.height - 1);
    // What to do is more important than what was done.
    let all = |paragraphs: &[TutorParagraph]| -> usize {
        paragraphs.iter().map(|(_, _, text)| wrapped(text).len()).sum()
    };
    while paragraphs.len() > 1 && all(&paragraphs) > room {
        paragraphs.remove(0);
    }
    let rows = paragraphs.iter().flat_map(|(sign, role, text)| {
        let rows = cut_rows(text, columns, room).into_iter().enumerate();
        rows.map(move |(row, text)| (if row == 0 { *sign } else { "" }, *role, text))
    });
    for (y, (sign, role, text)) in (area.y + 1..area.bottom()).zip(rows) {
        let mut cells = Cells::new(model.theme, area.width);
        cells.gap(1).column(sign, 2, role).text(&text, role);
        cells.draw(buffer, area.x, y, area.width, RowCursor::No);
    }
}

/// Returns the number of rows that each step fits into, so that the panes keep their sizes.
pub fn needed(model: &Model) -> u16 {
    let columns = columns(model.size.0);
    let rows = |text: &str| {
        let text = model.commands.fill(text);
        cut_rows(&text, columns, usize::from(u8::MAX)).len()
    };
    let steps = LESSONS.iter().flat_map(|lesson| lesson.steps);
    let mut then = 0;
    let mut most = 0;
    for step in steps {
        most = most.max(then + rows(step.text));
        then = rows(step.then);
    }
    u16::try_from(1 + most).unwrap_or(u16::MAX)
}

fn head(model: &Model, tutor: &TutorState, columns: u16) -> Cells {
    let mut cells = Cells::new(model.theme, columns);
    cells.gap(1);
    let (all, at) = (steps(), tutor.step);
    let keys = "{key:previous-lesson} back \u{b7} {key:next-lesson} skip";
    let keys = model.commands.fill(keys);
    match place(at) {
        Some(at) => {
            let title = format!(
                "Lesson {} of {}: {}",
                at.number + 1,
                LESSONS.len(),
                at.lesson.title
            );
            cells.text(&title, Role::Strong);
        }
        None => {
            cells.text("The end of the tutor", Role::Strong);
        }
    }
    // The keys are more important than the bar.
    if cells.left() > BAR + width(&keys) + 5 {
        let done = at * BAR / all.max(1);
        cells.gap(2).text(&"\u{2501}".repeat(done), Role::Progress);
        cells.text(&"\u{2500}".repeat(BAR - done), Role::Border);
    }
    if cells.left() > width(&keys) + 3 {
        cells.gap(cells.left() - width(&keys) - 1);
        cells.text(&keys, Role::Muted);
    }
    cells
}

/// Returns what to know about the step before, and what to do now.
fn paragraphs(model: &Model, tutor: &TutorState) -> Vec<TutorParagraph> {
    let mut paragraphs = Vec::new();
    let text = |text: &str| model.commands.fill(text).into_owned();
    let before = tutor.step.checked_sub(1).filter(|_| tutor.is_going_on);
    if let Some(before) = before.and_then(place) {
        paragraphs.push((signs::SAID, Role::Good, text(before.step.then)));
    }
    paragraphs.push(match place(tutor.step) {
        Some(place) => (signs::SELECTED, Role::Strong, text(place.step.text)),
        None => (signs::SELECTED, Role::Strong, text(&summary(tutor))),
    });
    paragraphs
}

fn summary(tutor: &TutorState) -> String {
    let (done, all) = (tutor.done.len(), steps());
    let came = match all - done {
        0 => format!("You have done all {all} steps."),
        skipped => format!("You have done {done} of {all} steps and skipped {skipped}."),
    };
    format!(
        "{came} {{key:help}} lists all commands, {{key:legend}} explains the signs. {{key:quit}} quits; `threadloupe --home` opens your own threads, and `threadloupe play PATH` plays scenarios."
    )
}
