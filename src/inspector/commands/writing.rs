//! Commands that edit the text input, accept it or cancel it.

use crate::inspector::features::{patch, prompt, targets};
use crate::inspector::overlays::prompt::{Prompt, PromptPurpose};
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::Context;
use crate::inspector::widgets::line::TextEdit;

const HERE: &[Context] = &[Context::Writing];
const TEXTS: &[Context] = &[
    Context::Writing,
    Context::Finder,
    Context::Form,
    Context::Parts,
    Context::Text,
];

macro_rules! stroke {
    ($name:literal, $keys:expr, $stroke:expr, $about:literal) => {
        Command {
            name: $name,
            keys: $keys,
            contexts: TEXTS,
            about: $about,
            make: |model, _| {
                model.write(|line| line.stroke($stroke));
                Vec::new()
            },
            ..ROW
        }
    };
}

pub const ROWS: &[Command] = &[
    Command {
        name: "accept",
        keys: &["Enter"],
        contexts: HERE,
        hint: "accept",
        about: "Accepts the text.",
        make: |model, _| prompt::accept(model),
        ..ROW
    },
    Command {
        name: "accept-and-apply",
        keys: &["Ctrl+S"],
        contexts: HERE,
        hint: "apply",
        about: "Accepts the value of the field and applies the patch.",
        possible: |model| match model.overlays.top::<Prompt>() {
            Some(writing) if matches!(writing.purpose, PromptPurpose::Value(_)) => targets::possible(model),
            _ => Err("this is not the value of a patch field"),
        },
        make: |model, _| {
            prompt::accept(model);
            // A value that was not accepted is still being edited.
            match model.overlays.top::<Prompt>() {
                None => patch::apply(model),
                Some(_) => Vec::new(),
            }
        },
        ..ROW
    },
    Command {
        name: "give-up",
        keys: &["Esc"],
        contexts: HERE,
        hint: "cancel",
        about: "Cancels the edit; nothing changes.",
        make: |model, _| prompt::give_up(model),
        ..ROW
    },
    stroke!(
        "left",
        &["Left"],
        TextEdit::Left,
        "Moves the cursor one character to the left."
    ),
    stroke!(
        "right",
        &["Right"],
        TextEdit::Right,
        "Moves the cursor one character to the right."
    ),
    stroke!(
        "line-start",
        &["Home", "Ctrl+A"],
        TextEdit::Home,
        "Moves the cursor to the start of the line."
    ),
    stroke!(
        "line-end",
        &["End", "Ctrl+E"],
        TextEdit::End,
        "Moves the cursor to the end of the line."
    ),
    stroke!(
        "backspace",
        &["Backspace", "Ctrl+H"],
        TextEdit::Backspace,
        "Deletes the character before the cursor."
    ),
    stroke!(
        "delete",
        &["Delete", "Ctrl+D"],
        TextEdit::Delete,
        "Deletes the character after the cursor."
    ),
    stroke!(
        "delete-word",
        &["Ctrl+W"],
        TextEdit::DeleteWord,
        "Deletes the word before the cursor."
    ),
    stroke!(
        "delete-to-start",
        &["Ctrl+U"],
        TextEdit::DeleteToStart,
        "Deletes everything before the cursor on its line."
    ),
    stroke!(
        "delete-to-end",
        &["Ctrl+K"],
        TextEdit::DeleteToEnd,
        "Deletes everything after the cursor on its line."
    ),
];
