//! Commands of the patch as text.

use super::{Command, ROW, Spot};
use crate::inspector::line::Stroke;
use crate::inspector::model::{Effects, Model, Overlay};
use crate::inspector::{patch_text, targets};

const HERE: &[Spot] = &[Spot::Text];

pub const ROWS: &[Command] = &[
    Command {
        name: "apply-text",
        keys: &["Ctrl+S"],
        spots: HERE,
        hint: "apply",
        about: "Applies the patch that the text is, as Ctrl+S in the form does.",
        possible: |model| match model.overlays.last() {
            Some(Overlay::Text(text)) if text.verdict.is_err() => {
                Err("the text is no patch yet: what is wrong stands below it")
            }
            _ => super::patch::applicable(model),
        },
        make: |model, _| targets::apply(model),
        ..ROW
    },
    Command {
        name: "close-text",
        keys: &["Esc"],
        spots: HERE,
        hint: "form",
        about: "Goes back to the form; a text that is no patch is there again when the text is opened.",
        make: |model, _| {
            model.overlays.pop();
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "new-line",
        keys: &["Enter"],
        spots: HERE,
        about: "Begins a new line.",
        make: |model, _| insert(model, "\n"),
        ..ROW
    },
    Command {
        name: "indent",
        keys: &["Tab"],
        spots: HERE,
        about: "Writes two spaces.",
        make: |model, _| insert(model, "  "),
        ..ROW
    },
    Command {
        name: "line-above",
        keys: &["Up", "Ctrl+P"],
        spots: HERE,
        about: "Moves the cursor to the line above.",
        make: |model, _| stroke(model, Stroke::Up),
        ..ROW
    },
    Command {
        name: "line-below",
        keys: &["Down", "Ctrl+N"],
        spots: HERE,
        about: "Moves the cursor to the line below.",
        make: |model, _| stroke(model, Stroke::Down),
        ..ROW
    },
];

/// Writes into the text.
pub fn insert(model: &mut Model, written: &str) -> Effects {
    if let Some(Overlay::Text(text)) = model.overlays.last_mut() {
        text.line.insert(written);
    }
    patch_text::changed(model)
}

/// Changes the text or moves its cursor.
pub fn stroke(model: &mut Model, stroke: Stroke) -> Effects {
    if let Some(Overlay::Text(text)) = model.overlays.last_mut() {
        text.line.stroke(stroke);
    }
    patch_text::changed(model)
}
