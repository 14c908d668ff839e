//! Commands of the patch text editor.

use crate::inspector::features::patch;
use crate::inspector::overlays::patch_text::PatchText;
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::Context;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::line::{TextEdit, TextInput, TextMotion};

const HERE: &[Context] = &[Context::Text];

pub const ROWS: &[Command] = &[
    Command {
        name: "apply-text",
        keys: &["Ctrl+S"],
        contexts: HERE,
        hint: "apply",
        about: "Applies the patch, as {key:apply} in the form does.",
        possible: |model| match model.overlays.top::<PatchText>() {
            Some(text) if text.verdict.is_err() => {
                Err("the text is not a valid patch yet: the error is shown below it")
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
        about: "Goes back to the form; text that is not a valid patch is kept for the next time.",
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
        about: "Starts a new line.",
        make: |model, _| write(model, |line| line.insert("\n")),
        ..ROW
    },
    Command {
        name: "indent",
        keys: &["Tab"],
        contexts: HERE,
        about: "Inserts two spaces.",
        make: |model, _| write(model, |line| line.insert("  ")),
        ..ROW
    },
    Command {
        name: "line-above",
        keys: &["Up", "Ctrl+P"],
        contexts: HERE,
        about: "Moves the cursor to the line above.",
        make: |model, _| write(model, |line| line.stroke(TextEdit::Move(TextMotion::Up))),
        ..ROW
    },
    Command {
        name: "line-below",
        keys: &["Down", "Ctrl+N"],
        contexts: HERE,
        about: "Moves the cursor to the line below.",
        make: |model, _| write(model, |line| line.stroke(TextEdit::Move(TextMotion::Down))),
        ..ROW
    },
];

fn write(model: &mut Model, change: impl FnOnce(&mut TextInput)) -> Effects {
    model.write(change);
    Vec::new()
}
