//! Commands of the patch as text.

use crate::inspector::features::patch;
use crate::inspector::overlays::patch_text::PatchText;
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::Context;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::line::{Stroke, TextInput};

const HERE: &[Context] = &[Context::Text];

pub const ROWS: &[Command] = &[
    Command {
        name: "apply-text",
        keys: &["Ctrl+S"],
        contexts: HERE,
        hint: "apply",
        about: "Applies the patch that the text is, as Ctrl+S in the form does.",
        possible: |model| match model.overlays.top::<PatchText>() {
            Some(text) if text.verdict.is_err() => {
                Err("the text is no patch yet: what is wrong stands below it")
            }
            _ => super::patch::applicable(model),
        },
        make: |model, _| patch::apply(model),
        ..ROW
    },
    Command {
        name: "close-text",
        keys: &["Esc"],
        contexts: HERE,
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
        contexts: HERE,
        about: "Begins a new line.",
        make: |model, _| write(model, |line| line.insert("\n")),
        ..ROW
    },
    Command {
        name: "indent",
        keys: &["Tab"],
        contexts: HERE,
        about: "Writes two spaces.",
        make: |model, _| write(model, |line| line.insert("  ")),
        ..ROW
    },
    Command {
        name: "line-above",
        keys: &["Up", "Ctrl+P"],
        contexts: HERE,
        about: "Moves the cursor to the line above.",
        make: |model, _| write(model, |line| line.stroke(Stroke::Up)),
        ..ROW
    },
    Command {
        name: "line-below",
        keys: &["Down", "Ctrl+N"],
        contexts: HERE,
        about: "Moves the cursor to the line below.",
        make: |model, _| write(model, |line| line.stroke(Stroke::Down)),
        ..ROW
    },
];

fn write(model: &mut Model, change: impl FnOnce(&mut TextInput)) -> Effects {
    model.write(change);
    Vec::new()
}
