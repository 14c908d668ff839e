//! The patch as JSON text that is being written. Form and text are one patch: every text that is a patch is in the form at
//! once; of one that is none the form keeps what it had, and the text stays as it was left.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::cursor::Cursor;
use super::draft;
use super::frame::{self, Cells, Frame, sentence};
use super::geometry;
use super::line::Line;
use super::model::{Effects, Model, Overlay};
use super::targets;
use super::theme::Role;
use crate::contract::{Step, UpdateThreadMetadataParams};
use crate::workbench::lints;

/// The text and what is to be said about it.
#[derive(Clone, Debug)]
pub struct PatchText {
    /// The text and the cursor in it.
    pub line: Line,
    /// Which rows of it are visible.
    pub cursor: Cursor,
    /// Why it is no patch, or what a person should hear about the patch that it is.
    pub verdict: Result<Vec<String>, String>,
}

impl PatchText {
    /// What is to be said about it.
    pub fn words(&self) -> String {
        match &self.verdict {
            Err(sentence) => sentence.clone(),
            Ok(lints) => lints.join("; "),
        }
    }
}

/// Opens the patch as text.
pub fn open(model: &mut Model) -> Effects {
    let text = draft::text(model);
    let text = PatchText {
        line: Line::new(text.trim_end()),
        cursor: Cursor::default(),
        verdict: Ok(Vec::new()),
    };
    model.open(Overlay::Text(text));
    changed(model)
}

/// The text has changed: if it is a patch, it is the patch.
pub fn changed(model: &mut Model) -> Effects {
    let Some(Overlay::Text(text)) = model.overlays.last() else {
        return Vec::new();
    };
    let written = text.line.text().to_string();
    let verdict = match model.draft.read(&written) {
        Ok(mut found) => {
            // What can be told only from the store, for the thread that it would be applied to.
            if let (Ok(patch), Some(shown)) = (model.draft.patch(), targets::shown(model)) {
                let params = UpdateThreadMetadataParams {
                    thread_id: shown.id,
                    patch,
                    include_archived: false,
                };
                let call = Step::UpdateThreadMetadata(params);
                found.extend(lints::of_call(&call, &shown.session.snapshot));
            }
            Ok(found.iter().map(ToString::to_string).collect())
        }
        Err(sentence) => {
            model.draft.reject(written);
            Err(sentence)
        }
    };
    if let Some(Overlay::Text(text)) = model.overlays.last_mut() {
        text.cursor.at = text.line.row().0;
        text.verdict = verdict;
    }
    Vec::new()
}

/// Draws it.
pub fn draw(model: &Model, text: &PatchText, buffer: &mut Buffer, area: Rect, uppermost: bool) {
    let parts = geometry::text_parts(text, area);
    let (list, foot) = (parts.list, parts.foot);
    let (at, line) = text.line.row();
    let note = match &text.verdict {
        Ok(_) => "the form has it",
        Err(_) => "no patch yet: the form keeps the last one",
    };
    Frame {
        title: "Patch as text",
        note,
        focused: uppermost,
        scroll: Some((
            text.cursor.top,
            usize::from(list.height),
            text.line.rows().count(),
        )),
    }
    .draw(buffer, area, model.theme);
    let rows = text.line.rows().enumerate();
    for (y, (row, written)) in (list.y..list.bottom()).zip(rows.skip(text.cursor.top)) {
        let mut cells = Cells::new(model.theme, list.width);
        cells.right(&(row + 1).to_string(), 3, Role::Muted).gap(1);
        if row == at {
            cells.input(&line);
        } else {
            cells.text(written, Role::Text);
        }
        cells.draw(buffer, list.x, y, list.width, frame::Cursor::No);
    }
    sentence(buffer, foot, model.theme, &text.words(), Role::Warning);
}
