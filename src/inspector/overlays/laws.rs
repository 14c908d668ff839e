//! The merge laws. The laws are checked for the patch in the form and the accumulated patch of the selected thread, and
//! on request over a small space of patches and threads. A broken law opens its smallest counterexample as a
//! comparison.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::difference::{DifferenceView, Sides};
use super::reader::{FoldAction, Reader};
use crate::contract::ThreadMetadataPatch;
use crate::inspector::features::{patch, targets};
use crate::inspector::layout::parts::{PaneParts, inner, split};
use crate::inspector::state::command::ensured;
use crate::inspector::state::context::Context;
use crate::inspector::state::effect::{Effects, Job};
use crate::inspector::state::job::{JobProgressFn, JobState};
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay;
use crate::inspector::widgets::cursor::ListCursor as Place;
use crate::inspector::widgets::frame::{Cells, Frame, RowCursor};
use crate::inspector::widgets::theme::Role;
use crate::protocol::numbers::grouped;
use crate::workbench::diff::Comparison;
use crate::workbench::laws::{Counterexample, LAWS, Law, LawResult};
use crate::workbench::sparse;

/// The laws and the result of each check.
pub struct LawsView {
    /// The given patches: a description and the patch.
    given: Vec<(String, String)>,
    /// One row for each law.
    rows: Vec<LawRow>,
    /// The number of the running job, and the law that this job checks over the small space.
    running: Option<(u64, usize)>,
    /// The selected row and the first visible row.
    pub cursor: Place,
}

struct LawRow {
    law: &'static Law,
    given: LawResult,
    small: Option<LawResult>,
}

impl LawRow {
    fn broken(&self) -> Option<&Counterexample> {
        let small = self.small.as_ref().and_then(|verdict| verdict.broken.as_ref());
        self.given.broken.as_ref().or(small)
    }

    fn checked(&self) -> u64 {
        self.given.checked + self.small.as_ref().map_or(0, |verdict| verdict.checked)
    }
}

impl LawsView {
    /// Returns the law that is being checked. Returns `None` if another job has replaced the check.
    fn running(&self, beside: &JobState) -> Option<usize> {
        let (_, law) = self.running.filter(|(number, _)| beside.is_at(*number))?;
        Some(law)
    }
}

impl Overlay for LawsView {
    fn context(&self) -> Context {
        Context::Laws
    }

    fn height(&self, _: Rect) -> u16 {
        u16::try_from(self.rows.len() + 5).unwrap_or(u16::MAX)
    }

    /// The given patches and a blank row are above the laws.
    fn parts(&self, area: Rect) -> PaneParts {
        let inside = inner(area);
        split(inside, if inside.height >= 8 { 3 } else { 0 }, 0)
    }

    fn draw(&self, model: &Model, buffer: &mut Buffer, area: Rect, focused: bool) {
        draw(model, self, buffer, area, focused);
    }

    fn list(&mut self) -> Option<(&mut Place, usize)> {
        Some((&mut self.cursor, self.rows.len()))
    }

    /// Returns the counterexample and its message.
    fn copies(&self) -> Vec<(&'static str, String)> {
        let Some(row) = self.rows.get(self.cursor.at) else {
            return Vec::new();
        };
        let case = row.broken().map(|case| case.lines().collect::<Vec<_>>());
        let case = case.map(|lines| ("the smallest case that breaks it", lines.join("\n")));
        case.into_iter()
            .chain([("what the law says", row.law.about.to_string())])
            .collect()
    }
}

/// Checks the laws for the patch in the form and the accumulated patch, and shows them.
pub fn open(model: &mut Model) -> Effects {
    let Some(patch) = patch::current(model) else {
        return Vec::new();
    };
    let mut given = vec![("the current patch".to_string(), patch)];
    let mut threads = Vec::new();
    if let Some(shown) = targets::shown(model)
        && let Some(record) = shown.record()
    {
        let accumulated = record.patch.as_deref().cloned().unwrap_or_default();
        given.push((format!("accumulated patch of {}", record.id), accumulated));
        let now = shown.session.snapshot.now();
        threads.extend(record.project(now));
    }
    let patches: Vec<ThreadMetadataPatch> = given.iter().map(|(_, patch)| patch.clone()).collect();
    let rows = LAWS.iter().map(|law| LawRow {
        law,
        given: law.check(&model.algebra, &patches, &threads),
        small: None,
    });
    let view = LawsView {
        rows: rows.collect(),
        given: given
            .iter()
            .map(|(name, patch)| (name.clone(), sparse::text(patch)))
            .collect(),
        running: None,
        cursor: Place::default(),
    };
    model.open(view)
}

/// Returns whether a check of a law over the small space of patches and threads is running.
pub fn is_running(model: &Model) -> bool {
    let view = model.overlays.find::<LawsView>();
    view.is_some_and(|view| view.running(&model.job).is_some())
}

/// Starts checking every law over the small space.
pub fn check_all(model: &mut Model) -> Effects {
    if let Some(view) = model.overlays.find_mut::<LawsView>() {
        view.rows.iter_mut().for_each(|row| row.small = None);
    }
    check(model, 0)
}

fn check(model: &mut Model, law: usize) -> Effects {
    if let Some(row) = LAWS.get(law) {
        let (algebra, space) = (model.algebra, model.space);
        let work = move |tell: JobProgressFn<'_>| {
            let (patches, threads) = space();
            let mut tell = |cases| tell(usize::try_from(cases).unwrap_or(usize::MAX), 0);
            row.watch(&algebra, &patches, &threads, &mut tell)
        };
        let then = move |model: &mut Model, verdict| checked(model, law, verdict);
        let effects = model.start(Job::new("Checking a law", work, then));
        let number = model.job.number();
        if let Some(view) = model.overlays.find_mut::<LawsView>() {
            view.running = Some((number, law));
        }
        return effects;
    }
    let Some(view) = model.overlays.find_mut::<LawsView>() else {
        return Vec::new();
    };
    view.running = None;
    let broken = view.rows.iter().filter(|row| row.broken().is_some()).count();
    let cases = grouped(view.rows.iter().map(LawRow::checked).sum());
    match broken {
        0 => model.say(format!("Every law holds in {cases} cases.")),
        _ => model.warn(format!(
            "{broken} of {} laws are broken: {{key:open-law}} shows the smallest case.",
            LAWS.len()
        )),
    }
    Vec::new()
}

/// Receives the result of checking a law over the small space, and continues with the next law.
fn checked(model: &mut Model, law: usize, verdict: LawResult) -> Effects {
    let Some(view) = model.overlays.find_mut::<LawsView>() else {
        return Vec::new();
    };
    view.rows[law].small = Some(verdict);
    check(model, law + 1)
}

/// Stops the check if it is running; otherwise closes the list of laws.
pub fn close(model: &mut Model) -> Effects {
    if is_running(model) {
        model.say("The check was stopped: the results so far are kept.".to_string());
        return model.stop_job();
    }
    model.overlays.pop();
    Vec::new()
}

/// Opens the selected law: its smallest counterexample as a comparison, or its text.
pub fn open_law(model: &mut Model) -> Effects {
    let view = ensured(model.overlays.find::<LawsView>());
    let row = &view.rows[view.cursor.at];
    match row.broken() {
        Some(case) => {
            let sides = case.sides.clone();
            let sides = sides.map(|(what, text)| (format!("{}: {what}", row.law.name), text));
            let comparison = Comparison::of_case(sides, &case.given);
            let mut difference = DifferenceView::new(comparison, Sides::Values);
            difference.fold(FoldAction::OpenAll);
            model.open(difference)
        }
        None => {
            let cases = grouped(row.checked());
            let text = format!("{}\n\nIt holds in all {cases} cases.", row.law.about);
            let reader = Reader::page(row.law.name.to_string(), text);
            model.open(reader)
        }
    }
}

fn draw(model: &Model, view: &LawsView, buffer: &mut Buffer, area: Rect, uppermost: bool) {
    let parts = view.parts(area);
    let (list, height) = (parts.list, usize::from(parts.list.height));
    Frame {
        title: "Laws of merging",
        note: "",
        focused: uppermost,
        scroll: Some((view.cursor.top, height, view.rows.len())),
    }
    .draw(buffer, area, model.theme);
    for ((name, patch), y) in view.given.iter().zip(parts.head.y..parts.head.bottom()) {
        let mut cells = Cells::new(model.theme, parts.head.width);
        cells
            .gap(1)
            .text(name, Role::Strong)
            .text(": ", Role::Muted)
            .text(patch, Role::Text);
        cells.draw(buffer, parts.head.x, y, parts.head.width, RowCursor::No);
    }
    let running = view.running(&model.job);
    for (y, at) in (list.y..).zip(view.cursor.visible(view.rows.len(), height)) {
        let row = &view.rows[at];
        let cursor = RowCursor::of(at == view.cursor.at, uppermost);
        let mut cells = Cells::new(model.theme, list.width);
        let running = running == Some(at);
        let (word, role) = match (row.broken(), running) {
            (Some(_), _) => ("\u{2717} broken", Role::Bad),
            (None, true) => ("\u{2026} so far", Role::Progress),
            (None, false) => ("\u{2713} holds", Role::Good),
        };
        let more = if running { model.job.done() as u64 } else { 0 };
        cells.text(cursor.sign(), Role::Key).column(word, 9, role);
        cells.column(row.law.name, 18, Role::Strong).gap(1);
        cells
            .right(&grouped(row.checked() + more), 9, Role::Text)
            .text(" cases  ", Role::Muted);
        cells.text(row.law.about, Role::Text);
        cells.draw(buffer, list.x, y, list.width, cursor);
    }
}
