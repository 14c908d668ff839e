//! The table of what the patch in the form would change: one row for each thread. The table can be limited to the rows
//! with one outcome, and any thread can be left out when the patch is applied.
//!
//! Only the outcome of each thread is stored. The changes of a row are computed when it is drawn.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::contract::ThreadMetadataPatch;
use crate::inspector::layout::parts::{PaneParts, with_head_and_foot};
use crate::inspector::legend::signs;
use crate::inspector::panes::threads::list::facts::label;
use crate::inspector::state::context::Context;
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay;
use crate::inspector::widgets::cursor::{ListCursor, Motion};
use crate::inspector::widgets::frame::{Cells, Frame, RowCursor, sentence};
use crate::inspector::widgets::theme::Role;
use crate::protocol::ThreadId;
use crate::protocol::json::text_of;
use crate::protocol::numbers::{count, grouped};
use crate::store::Snapshot;
use crate::text::beginning;
use crate::workbench::preview::{PreviewOutcome, PreviewTotal, ReadChange, ThreadPreview, preview};
use crate::workbench::sparse;

/// The width of the names of threads in columns.
const NAMES: usize = 34;

/// The table.
pub struct PatchPreview {
    /// The store when the table was opened.
    pub store: Snapshot,
    /// The patch.
    pub patch: Arc<ThreadMetadataPatch>,
    /// The threads, in the order of the list.
    pub threads: Arc<[ThreadId]>,
    /// The outcomes of the threads that were previewed so far.
    outcomes: Vec<PreviewOutcome>,
    /// The number of threads with each outcome.
    total: PreviewTotal,
    /// Whether the patch is applied to each thread, and the number of threads that are left out.
    included: Vec<bool>,
    left_out: usize,
    /// The outcome of the shown rows; `None` shows all.
    shown: Option<PreviewOutcome>,
    /// The shown rows, as indices of threads.
    rows: Vec<usize>,
    /// The selected row and the first visible row.
    pub cursor: ListCursor,
}

impl PatchPreview {
    /// Creates the table without outcomes.
    pub fn new(store: Snapshot, patch: ThreadMetadataPatch, threads: Arc<[ThreadId]>) -> Self {
        Self {
            store,
            patch: Arc::new(patch),
            outcomes: Vec::with_capacity(threads.len()),
            total: PreviewTotal::default(),
            included: vec![true; threads.len()],
            left_out: 0,
            threads,
            shown: None,
            rows: Vec::new(),
            cursor: ListCursor::default(),
        }
    }

    /// Returns the number of threads that were previewed so far.
    pub fn done(&self) -> usize {
        self.outcomes.len()
    }

    /// Adds the outcomes of the next threads.
    pub fn add(&mut self, outcomes: Vec<PreviewOutcome>) {
        let first = self.outcomes.len();
        outcomes.iter().for_each(|outcome| self.total.add(*outcome));
        self.outcomes.extend(outcomes);
        self.rows
            .extend((first..self.outcomes.len()).filter(|at| is_shown(self.shown, self.outcomes[*at])));
    }

    /// Switches the filter to the next one in the order all, change, same, fail. Skips outcomes that no thread has.
    pub fn next_outcome(&mut self) {
        let order = [
            None,
            Some(PreviewOutcome::Change),
            Some(PreviewOutcome::Same),
            Some(PreviewOutcome::Fail),
        ];
        let at = order.iter().position(|shown| *shown == self.shown).unwrap_or(0);
        let mut next = order.iter().cycle().skip(at + 1);
        let has_rows =
            |shown: &&Option<PreviewOutcome>| self.outcomes.iter().any(|outcome| is_shown(**shown, *outcome));
        self.shown = next.by_ref().take(order.len()).find(has_rows).copied().flatten();
        let shown = self.shown;
        let rows = 0..self.outcomes.len();
        self.rows = rows.filter(|at| is_shown(shown, self.outcomes[*at])).collect();
        self.cursor = ListCursor::default();
    }

    /// Includes the selected thread or leaves it out, and goes to the next row.
    pub fn toggle(&mut self) {
        if let Some(at) = self.rows.get(self.cursor.at) {
            let included = !self.included[*at];
            self.included[*at] = included;
            match included {
                true => self.left_out -= 1,
                false => self.left_out += 1,
            }
            self.cursor.go(Motion::Rows(1), self.rows.len(), 1);
        }
    }

    /// Includes the shown threads and leaves all others out.
    pub fn include_shown(&mut self) {
        self.included.fill(false);
        for at in &self.rows {
            self.included[*at] = true;
        }
        self.left_out = self.threads.len() - self.rows.len();
    }

    /// Returns whether all threads are left out.
    pub fn is_none_included(&self) -> bool {
        self.left_out == self.threads.len()
    }

    /// Returns the threads that the patch is applied to.
    pub fn included(&self) -> Arc<[ThreadId]> {
        let threads = self.threads.iter().zip(&self.included);
        threads
            .filter(|(_, included)| **included)
            .map(|(id, _)| *id)
            .collect()
    }

    /// Returns the selected thread.
    pub fn selected(&self) -> Option<ThreadId> {
        self.threads.get(*self.rows.get(self.cursor.at)?).copied()
    }

    /// Returns the changes of a thread; `None` if they have no JSON form.
    fn preview(&self, id: ThreadId) -> Option<ThreadPreview> {
        preview(&self.store, id, &self.patch).ok()
    }

    /// Returns a summary: how many threads there are, how many were previewed, and which rows are shown.
    fn note(&self) -> String {
        let all = count(self.threads.len() as u64, "thread");
        let far = match self.done() == self.threads.len() {
            true => all,
            false => format!("{} of {all} so far", grouped(self.done() as u64)),
        };
        let total = &self.total;
        let [change, same, fail] = [total.change, total.same, total.fail].map(|count| grouped(count as u64));
        let shown = match self.shown {
            None => "",
            Some(PreviewOutcome::Change) => " \u{b7} only those that change",
            Some(PreviewOutcome::Same) => " \u{b7} only those that stay the same",
            Some(PreviewOutcome::Fail) => " \u{b7} only those that fail",
        };
        format!("{far}: {change} would change, {same} would stay the same, {fail} would fail{shown}")
    }
}

fn is_shown(shown: Option<PreviewOutcome>, outcome: PreviewOutcome) -> bool {
    shown.is_none_or(|shown| shown == outcome)
}

impl Overlay for PatchPreview {
    fn context(&self) -> Context {
        Context::Preview
    }

    fn height(&self, body: Rect) -> u16 {
        let rows = u16::try_from(self.threads.len().saturating_add(5)).unwrap_or(u16::MAX);
        rows.clamp(8, (body.height * 3 / 4).max(8))
    }

    /// The patch is shown above the rows, and the effect of Ctrl+S below them.
    fn parts(&self, area: Rect) -> PaneParts {
        with_head_and_foot(area)
    }

    fn draw(&self, model: &Model, buffer: &mut Buffer, area: Rect, focused: bool) {
        draw(model, self, buffer, area, focused);
    }

    fn list(&mut self) -> Option<(&mut ListCursor, usize)> {
        Some((&mut self.cursor, self.rows.len()))
    }

    fn copies(&self) -> Vec<(&'static str, String)> {
        let Some(id) = self.selected() else {
            return Vec::new();
        };
        let changes = self
            .preview(id)
            .map(|preview| ("the changes as JSON", text_of(&preview)));
        let step = sparse::step(id, &sparse::text(&self.patch));
        let copies = changes
            .into_iter()
            .chain([("the patch as a scenario step", step)]);
        copies.chain([("the thread's id", id.to_string())]).collect()
    }
}

fn draw(model: &Model, view: &PatchPreview, buffer: &mut Buffer, area: Rect, uppermost: bool) {
    let parts = view.parts(area);
    let (list, rows) = (parts.list, view.rows.len());
    let height = usize::from(list.height);
    Frame {
        title: "Preview",
        note: &view.note(),
        focused: uppermost,
        scroll: Some((view.cursor.top, height, rows)),
    }
    .draw(buffer, area, model.theme);
    let mut head = Cells::new(model.theme, parts.head.width);
    head.gap(1).text(&sparse::text(&view.patch), Role::Muted);
    head.draw_in(buffer, parts.head);
    for (y, row) in (list.y..).zip(view.cursor.visible(rows, height)) {
        model.built.set(model.built.get() + 1);
        let cursor = RowCursor::of(row == view.cursor.at, uppermost);
        let cells = cells(model, view, view.rows[row], cursor, list.width);
        cells.draw(buffer, list.x, y, list.width, cursor);
    }
    let included = view.threads.len() - view.left_out;
    let apply = model.commands.key("apply-preview");
    let foot = match included {
        0 => format!(
            "Every thread is left out: {} includes one.",
            model.commands.key("leave-out")
        ),
        1 if view.threads.len() == 1 => format!("{apply} applies the patch to the thread."),
        included if included == view.threads.len() => {
            format!(
                "{apply} applies the patch to all {}.",
                count(included as u64, "thread")
            )
        }
        included => format!(
            "{apply} applies the patch to {} of {}.",
            grouped(included as u64),
            count(view.threads.len() as u64, "thread")
        ),
    };
    sentence(buffer, parts.foot, model.theme, &foot, Role::Muted);
}

fn cells(model: &Model, view: &PatchPreview, at: usize, cursor: RowCursor, width: u16) -> Cells {
    let id = view.threads[at];
    let mut cells = Cells::new(model.theme, width);
    let (sign, role) = match view.included[at] {
        true => (signs::INCLUDED, Role::Strong),
        false => (signs::LEFT_OUT, Role::Muted),
    };
    cells.text(cursor.sign(), Role::Key).text(sign, role).gap(1);
    let name = view.store.thread(id).and_then(|record| label(record));
    let names = NAMES.min(usize::from(width) / 3);
    match name {
        Some(name) => cells.column(name, names, Role::Text),
        None => cells.middle(&id.to_string(), names, Role::Muted),
    };
    cells.gap(2);
    match (view.outcomes[at], view.preview(id)) {
        (PreviewOutcome::Fail, _) => {
            cells.text("fails: never created; the patch is kept (rule M1)", Role::Bad)
        }
        (PreviewOutcome::Same, _) => cells.text("stays the same", Role::Muted),
        (PreviewOutcome::Change, None) => cells.text("changes a path that is not UTF-8", Role::Moved),
        (PreviewOutcome::Change, Some(preview)) => {
            let parts = preview.changes.iter().flat_map(ReadChange::parts);
            for (index, (key, before, after)) in parts.enumerate() {
                cells.gap(if index == 0 { 0 } else { 2 });
                cells.text(&key, Role::Strong).gap(1);
                cells.text(beginning(&before), Role::Muted);
                cells
                    .text(" \u{2192} ", Role::Muted)
                    .text(beginning(&after), Role::Moved);
            }
            &mut cells
        }
    };
    cells
}
