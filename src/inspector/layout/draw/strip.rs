//! The rows above the key bar: those of the tutor, or those about the scenario that is played: its name and progress. Before the first step, its
//! description. After that, the result of the shown step, whether the result was expected, and the note of the step.

mod tutor;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use crate::inspector::features::playback::view::PlaybackView;
use crate::inspector::legend::signs;
use crate::inspector::state::model::Model;
use crate::inspector::state::playback::script_name;
use crate::inspector::widgets::frame::{Cells, RowCursor, cut_rows};
use crate::inspector::widgets::theme::Role;
use crate::protocol::numbers::{count, grouped};
use crate::text::{fit, width};
use crate::workbench::gist;
use crate::workbench::player::{PerformedKind, PerformedStep, PlayerScenario};
use crate::workbench::scenario::Mismatch;

/// The text before the first step of a scenario without a description.
pub const NOT_BEGUN: &str =
    "No step played yet: press {key:play-step} to play one, {key:play-or-pause} to play all.";

/// The text for a scenario without steps.
pub const NO_STEP: &str = "This scenario has no steps to play.";

/// The minimum width in columns, and the width of the progress bar from that width on.
const BARS: &[(u16, usize)] = &[(110, 30), (64, 12)];

/// The least columns in which a part of the parameters is of use.
const REQUEST: usize = 8;

/// The columns that wrapping at words may leave free.
const WRAPPED: usize = 20;
/// The least columns in which a long result has a second row, so that no word is broken.
const WIDE: usize = 60;
/// The rows of a low screen that a long result does not exceed with a second row.
const LOW: u16 = 6;
/// The lines of a screen with more rows than that.
const HIGH: u16 = 30;

/// A paragraph of text in rows, with a sign before its first row.
struct Paragraph {
    sign: &'static str,
    role: Role,
    text: String,
    /// The most rows, unless it is the last paragraph.
    most: usize,
}

/// Draws the rows.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect) {
    if let Some(state) = &model.tutor {
        return tutor::draw(model, state, buffer, area);
    }
    let Some(view) = PlaybackView::of(&model.session).filter(|_| area.height > 0) else {
        return;
    };
    Clear.render(area, buffer);
    head(model, &view, area.width).draw(buffer, area.x, area.y, area.width, RowCursor::No);
    let mut y = area.y + 1;
    let columns = columns(area.width);
    let paragraphs = paragraphs(model, &view, usize::from(area.height - 1), columns);
    for (index, paragraph) in paragraphs.iter().enumerate() {
        // The last paragraph takes the remaining rows.
        let room = usize::from(area.bottom().saturating_sub(y));
        let most = match index + 1 == paragraphs.len() {
            true => room,
            false => room.min(paragraph.most),
        };
        for (row, text) in cut_rows(&paragraph.text, columns, most).iter().enumerate() {
            let mut cells = Cells::new(model.theme, area.width);
            let sign = if row == 0 { paragraph.sign } else { "" };
            cells
                .gap(1)
                .column(sign, 2, paragraph.role)
                .text(text, paragraph.role);
            cells.draw(buffer, area.x, y, area.width, RowCursor::No);
            model.built.set(model.built.get() + 1);
            y += 1;
        }
    }
}

/// Returns the columns of the paragraphs.
fn columns(width: u16) -> usize {
    usize::from(width.saturating_sub(4)).max(1)
}

/// Returns the number of rows that show the note of the shown step whole, below the result and the first failure.
/// For the tutor, returns the number of rows of its longest step. Returns `None` if there is neither.
pub fn needed(model: &Model) -> Option<u16> {
    if model.tutor.is_some() {
        return Some(tutor::needed(model));
    }
    let view = PlaybackView::of(&model.session)?;
    let columns = columns(model.size.0);
    let (text, others) = match view.performed {
        None => (view.part.script.header.about.as_deref(), 1),
        Some(performed) => {
            let has_failed = performed
                .expect
                .as_ref()
                .is_some_and(|failures| !failures.is_empty());
            (performed.note.as_deref(), 2 + u16::from(has_failed))
        }
    };
    let text = text.map_or(0, |text| cut_rows(text, columns, usize::from(u8::MAX)).len());
    let needed = others + u16::try_from(text).unwrap_or(u16::MAX / 2);
    let result = view.performed.map(|performed| came(model, performed, usize::MAX));
    let is_long = result.is_some_and(|result| width(&result) > columns);
    let has_room = columns >= WIDE && (needed < LOW || model.size.1 >= HIGH);
    Some(needed + u16::from(is_long && has_room))
}

/// Returns the title of a scenario.
pub fn title(part: &PlayerScenario) -> String {
    let file = script_name(&part.script);
    match part.script.header.scenario.as_str() {
        "" => file,
        name => format!("{file} \u{b7} {name}"),
    }
}

/// Draws the first row: the scenario, its progress, and whether it is playing.
fn head(model: &Model, view: &PlaybackView<'_>, columns: u16) -> Cells {
    let session = &model.session;
    let of = view.part.end - view.part.first;
    let at = view.shown.saturating_sub(view.part.first);
    let left = format!("{} to go", grouped((of - at.min(of)) as u64));
    let step = format!("step {}", grouped(session.journal.tip()));
    let speed = model.playback.speed().name();
    let (state, role) = match (session.past().is_some(), model.playback.is_going(session.store)) {
        (true, _) => ("PAST".to_string(), Role::Warning),
        (_, true) => (format!("playing {speed}"), Role::Progress),
        _ if view.is_behind() => ("earlier step".to_string(), Role::Warning),
        _ if view.is_last() => ("at the end".to_string(), Role::Muted),
        _ => (format!("paused {speed}"), Role::Muted),
    };
    let mut right = vec![(step, Role::Strong), (left, Role::Text), (state, role)];
    match bad(view) {
        0 => {}
        bad => right.push((format!("{} not as expected", grouped(bad as u64)), Role::Bad)),
    }
    match by_hand(model, view) {
        // While steps are played, the journal may be ahead of the player.
        _ if model.playback.is_busy() => {}
        0 => {}
        calls => right.push((format!("{} added", count(calls as u64, "call")), Role::Muted)),
    }
    let mut cells = Cells::new(model.theme, columns);
    let bar = BARS
        .iter()
        .find(|(from, _)| columns >= *from)
        .map_or(0, |(_, bar)| *bar);
    let wanted = |right: &[(String, Role)]| {
        let texts = right.iter().map(|(text, _)| width(text) + 2).sum::<usize>();
        texts + if bar > 0 { bar + 2 } else { 0 } + 1
    };
    while right.len() > 1 && wanted(&right) > cells.left() {
        right.pop();
    }
    // The name is omitted if there is too little room for it. The top line shows the name too.
    let room = cells.left().saturating_sub(wanted(&right) + 1);
    cells.gap(1);
    if room >= 8 {
        cells.column(&title(view.part), room, Role::Strong).gap(2);
    }
    for (index, (text, role)) in right.iter().enumerate() {
        cells.gap(if index == 0 { 0 } else { 2 }).text(text, *role);
        if index == 0 && bar > 0 {
            let done = at * bar / of.max(1);
            cells.gap(2).text(&"\u{2501}".repeat(done), Role::Progress);
            cells.text(&"\u{2500}".repeat(bar - done), Role::Border);
        }
    }
    cells
}

/// Returns the number of steps so far that failed to run or were not as expected.
fn bad(view: &PlaybackView<'_>) -> usize {
    view.player.bad(view.shown) - view.player.bad(view.part.first.min(view.shown))
}

/// Returns the number of manual calls since the step.
fn by_hand(model: &Model, view: &PlaybackView<'_>) -> usize {
    let journal = &model.session.journal;
    let own = journal.place(view.player.tip(view.shown));
    journal.len() - own.map_or(0, |place| place + 1)
}

/// Returns the paragraphs below the first row, within this number of rows.
fn paragraphs(model: &Model, view: &PlaybackView<'_>, rows: usize, columns: usize) -> Vec<Paragraph> {
    let Some(performed) = view.performed else {
        let text = match &view.part.script.header.about {
            _ if view.part.script.is_empty() => NO_STEP,
            Some(about) => about,
            None => &model.commands.fill(NOT_BEGUN),
        };
        return vec![Paragraph::new("", Role::Text, text)];
    };
    let note = performed.note.as_ref();
    let note = note.map(|note| Paragraph::new(signs::QUOTE, Role::Strong, note));
    if let (1, true, Some(note)) = (rows, performed.is_good(), &note) {
        return vec![Paragraph::new(note.sign, note.role, &note.text)];
    }
    let failures: Vec<String> = performed.expect.iter().flatten().map(said).collect();
    // The note is whole if there is room for it below the first failure, and has at least one row otherwise.
    let note_rows = note
        .as_ref()
        .map_or(0, |note| cut_rows(&note.text, columns, rows).len());
    let least = usize::from(!failures.is_empty());
    let note_rows = note_rows.min(rows.saturating_sub(1 + least).max(1));
    let mut free = rows.saturating_sub(1 + note_rows);
    let shown = failures.len().min(free);
    free -= shown;
    let more = match failures.len() - shown.max(1).min(failures.len()) {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    let (sign, role) = match &performed.expect {
        _ if !performed.is_good() => (signs::UNMET, Role::Bad),
        Some(_) => (signs::MET, Role::Good),
        None => (signs::PLAIN, Role::Text),
    };
    let expected = match (failures.first(), performed.expect.is_some()) {
        (Some(_), _) if shown == 0 => "",
        (Some(_), _) => ", not as expected",
        (None, true) => ", as expected",
        (None, false) => "",
    };
    let is_long = width(&came(model, performed, usize::MAX)) + expected.len() > columns;
    let most = 1 + usize::from(is_long && free > 0 && columns >= WIDE);
    free -= most - 1;
    let room = (most * columns).saturating_sub(expected.len() + (most - 1) * WRAPPED);
    let text = came(model, performed, room);
    let mut text = match most == 1 && is_long && failures.is_empty() {
        // The sign says the same as the words.
        true => came(model, performed, columns),
        false => text + expected,
    };
    if let Some(first) = failures.first().filter(|_| shown == 0) {
        text = format!("{first}{more} \u{b7} {text}");
    }
    let mut paragraphs = vec![Paragraph {
        most,
        ..Paragraph::new(sign, role, &text)
    }];
    for (index, failure) in failures.iter().take(shown).enumerate() {
        let more = if index + 1 == shown { more.as_str() } else { "" };
        paragraphs.push(Paragraph::new("", Role::Bad, &format!("{failure}{more}")));
    }
    if view.is_last() && free > 0 {
        free -= 1;
        paragraphs.push(Paragraph::new("", Role::Muted, &end(model, view)));
    }
    for lint in performed.lints.iter().take(free) {
        paragraphs.push(Paragraph::new(signs::LINT, Role::Warning, &lint.to_string()));
    }
    paragraphs.extend(note);
    paragraphs
}

impl Paragraph {
    fn new(sign: &'static str, role: Role, text: &str) -> Self {
        Self {
            sign,
            role,
            text: text.to_string(),
            most: 1,
        }
    }
}

/// Returns the call of a step and its result within this width. Of the parameters, as much as leaves the result whole.
fn came(model: &Model, performed: &PerformedStep, columns: usize) -> String {
    match &performed.what {
        PerformedKind::Counters => "calls: read the counters".to_string(),
        PerformedKind::Elsewhere(there) => {
            format!("in store \u{201c}{}\u{201d}: {}", there.store, there.came)
        }
        PerformedKind::Invalid(invalid) => format!("invalid step: {}", invalid.message),
        PerformedKind::Call(step) => match model.session.journal.get(*step) {
            Some(entry) => {
                let result = match &entry.outcome {
                    Ok(text) => text.clone(),
                    Err(failure) => format!("{}: {}", failure.code, failure.message),
                };
                let request = gist::gist(entry);
                let method = entry.name();
                let room = columns.saturating_sub(width(method) + width(&result) + " -> ".len() + 1);
                match room {
                    _ if request.is_empty() => format!("{method} -> {result}"),
                    0..REQUEST => format!("{method} \u{2026} -> {result}"),
                    room => format!("{method} {} -> {result}", fit(&request, room)),
                }
            }
            None => String::new(),
        },
    }
}

/// Returns the result of the scenario, and what comes next.
fn end(model: &Model, view: &PlaybackView<'_>) -> String {
    let steps = count((view.part.end - view.part.first) as u64, "step");
    let came = match bad(view) {
        0 => format!("End: {steps}, no expectation failed."),
        bad => format!("End: {} of {steps} not as expected.", grouped(bad as u64)),
    };
    match model.playback.next() {
        Some(next) => format!(
            "{came} Next: {next}; press {} to open it.",
            model.commands.key("play-step")
        ),
        None => came,
    }
}

/// Describes where and how an answer was not as expected.
pub fn said(mismatch: &Mismatch) -> String {
    if mismatch.list.is_some() {
        return mismatch.sentence();
    }
    let got = mismatch.got.as_deref().unwrap_or("nothing");
    let mut text = format!("{}: expected {}, got {got}", mismatch.path, mismatch.want);
    if let Some(message) = &mismatch.message {
        text.push_str("; ");
        text.push_str(message);
    }
    text
}
