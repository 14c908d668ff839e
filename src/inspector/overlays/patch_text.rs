//! The patch text editor. The form and the text show the same patch. Valid text updates the form immediately. Invalid
//! text leaves the form unchanged and is stored.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::inspector::features::targets;
use crate::inspector::layout::parts::{PaneParts, inner, split};
use crate::inspector::state::context::Context;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay;
use crate::inspector::widgets::cursor::ListCursor;
use crate::inspector::widgets::frame::{self, Cells, Frame, sentence};
use crate::inspector::widgets::line::TextInput;
use crate::inspector::widgets::theme::Role;
use crate::text::{Break, wrap};

/// The text and the messages about it.
#[derive(Clone, Debug)]
pub struct PatchText {
    /// The text and the cursor in it.
    pub line: TextInput,
    /// The visible rows.
    pub cursor: ListCursor,
    /// The error if the text is not a valid patch, or the lints of the patch.
    pub verdict: Result<Vec<String>, String>,
    /// Whether the text has changed since the form last read it.
    fresh: bool,
}

impl PatchText {
    /// Returns the messages about the text.
    pub fn words(&self) -> String {
        match &self.verdict {
            Err(sentence) => sentence.clone(),
            Ok(lints) => lints.join("; "),
        }
    }
}

/// Opens the patch as text.
pub fn open(model: &mut Model) -> Effects {
    let text = model.draft.text();
    let text = text.trim_end();
    let is_empty = model.draft.is_empty() && !model.draft.has_rejected();
    model.open(PatchText {
        line: match is_empty {
            // The text is selected, so that typing or pasting a patch replaces the braces.
            true => TextInput::selected(text),
            false => TextInput::new(text),
        },
        cursor: ListCursor::default(),
        verdict: Ok(Vec::new()),
        fresh: true,
    })
}

/// Updates the patch of the form if the text has changed and is a valid patch.
pub fn settle(model: &mut Model) {
    let Some(text) = model.overlays.top::<PatchText>().filter(|text| text.fresh) else {
        return;
    };
    let written = text.line.text().to_string();
    let verdict = match model.draft.read(&written) {
        Ok(mut found) => {
            found.extend(targets::call_lints(model));
            Ok(found.iter().map(ToString::to_string).collect())
        }
        Err(sentence) => {
            model.draft.reject(written);
            Err(sentence)
        }
    };
    if let Some(text) = model.overlays.top_mut::<PatchText>() {
        text.cursor.at = text.line.row();
        text.verdict = verdict;
        text.fresh = false;
    }
}

impl Overlay for PatchText {
    fn context(&self) -> Context {
        Context::Text
    }

    /// The form and its effect stay visible if there is room for both.
    fn height(&self, body: Rect) -> u16 {
        let rows = u16::try_from(self.line.rows().count()).unwrap_or(u16::MAX);
        rows.saturating_add(4).clamp(8, 16).min(body.height * 2 / 3)
    }

    /// The messages are below the text, with as many rows as they need.
    fn parts(&self, area: Rect) -> PaneParts {
        let inside = inner(area);
        let rows = wrap(&self.words(), usize::from(inside.width.max(1)), Break::Word)
            .take(5)
            .count();
        let most = (inside.height / 2).max(2).min(inside.height.saturating_sub(1));
        split(inside, 0, u16::try_from(rows).unwrap_or(2).clamp(2, 5).min(most))
    }

    fn draw(&self, model: &Model, buffer: &mut Buffer, area: Rect, focused: bool) {
        draw(model, self, buffer, area, focused);
    }

    fn settle(&mut self, _: usize, height: usize) {
        self.cursor.settle(self.line.rows().count(), height);
    }

    fn input(&self) -> Option<&TextInput> {
        Some(&self.line)
    }

    fn line(&mut self) -> Option<&mut TextInput> {
        Some(&mut self.line)
    }

    fn written(&mut self) {
        self.fresh = true;
    }

    fn writes_patch(&self) -> bool {
        true
    }
}

fn draw(model: &Model, text: &PatchText, buffer: &mut Buffer, area: Rect, uppermost: bool) {
    let parts = text.parts(area);
    let (list, foot) = (parts.list, parts.foot);
    let at = text.line.row();
    let note = match &text.verdict {
        Ok(_) => "valid",
        Err(_) => "invalid: the form keeps the last valid patch",
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
    let digits = text.line.rows().count().to_string().len().max(3);
    let rows = text.line.rows().enumerate();
    for (y, (row, written)) in (list.y..list.bottom()).zip(rows.skip(text.cursor.top)) {
        let mut cells = Cells::new(model.theme, list.width);
        cells.right(&(row + 1).to_string(), digits, Role::Muted).gap(1);
        let line = text.line.line(row);
        match row == at || line.selection().is_some() {
            true => cells.input(&line),
            false => cells.text(written, Role::Text),
        };
        cells.draw(buffer, list.x, y, list.width, frame::RowCursor::No);
    }
    sentence(buffer, foot, model.theme, &text.words(), Role::Warning);
}
