//! Commands that edit the text input, accept it or cancel it.

use crate::inspector::features::{completion, copying, patch, prompt, recall, targets};
use crate::inspector::overlays::prompt::{Prompt, PromptPurpose};
use crate::inspector::state::command::ensured;
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::Context;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::line::{TextEdit, TextInput, TextMotion};

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
        name: "complete-term",
        keys: &["Tab"],
        contexts: HERE,
        about: "In a filter, completes a field name or a value; {key:earlier-text} and {key:later-text} select another completion.",
        possible: is_filter,
        make: |model, _| completion::accept(model),
        ..ROW
    },
    Command {
        name: "earlier-text",
        keys: &["Up", "Ctrl+P"],
        contexts: HERE,
        about: "Recalls the previous search or filter; in a list of completions, goes up.",
        possible: can_recall,
        make: |model, _| recall::step(model, true),
        ..ROW
    },
    Command {
        name: "later-text",
        keys: &["Down", "Ctrl+N"],
        contexts: HERE,
        about: "Recalls the next search or filter; in a list of completions, goes down.",
        possible: can_recall,
        make: |model, _| recall::step(model, false),
        ..ROW
    },
    Command {
        name: "cancel-edit",
        keys: &["Esc"],
        contexts: HERE,
        hint: "cancel",
        about: "Cancels the edit; nothing changes.",
        also: &["abort", "discard"],
        make: |model, _| prompt::give_up(model),
        ..ROW
    },
    stroke!(
        "left",
        &["Left"],
        TextEdit::Move(TextMotion::Left),
        "Moves the cursor one character to the left."
    ),
    stroke!(
        "right",
        &["Right"],
        TextEdit::Move(TextMotion::Right),
        "Moves the cursor one character to the right."
    ),
    stroke!(
        "word-left",
        &["Ctrl+Left", "Alt+B"],
        TextEdit::Move(TextMotion::WordLeft),
        "Moves the cursor to the start of the word."
    ),
    stroke!(
        "word-right",
        &["Ctrl+Right", "Alt+F"],
        TextEdit::Move(TextMotion::WordRight),
        "Moves the cursor to the end of the word."
    ),
    stroke!(
        "line-start",
        &["Home", "Ctrl+A"],
        TextEdit::Move(TextMotion::Home),
        "Moves the cursor to the start of the line."
    ),
    stroke!(
        "line-end",
        &["End", "Ctrl+E"],
        TextEdit::Move(TextMotion::End),
        "Moves the cursor to the end of the line."
    ),
    stroke!(
        "text-start",
        &["Ctrl+Home"],
        TextEdit::Move(TextMotion::Start),
        "Moves the cursor to the start of the text."
    ),
    stroke!(
        "text-end",
        &["Ctrl+End"],
        TextEdit::Move(TextMotion::Finish),
        "Moves the cursor to the end of the text."
    ),
    stroke!(
        "select-left",
        &["Shift+Left"],
        TextEdit::Select(TextMotion::Left),
        "Extends the selection one character to the left."
    ),
    stroke!(
        "select-right",
        &["Shift+Right"],
        TextEdit::Select(TextMotion::Right),
        "Extends the selection one character to the right."
    ),
    stroke!(
        "select-word-left",
        &["Ctrl+Shift+Left"],
        TextEdit::Select(TextMotion::WordLeft),
        "Extends the selection to the start of the word."
    ),
    stroke!(
        "select-word-right",
        &["Ctrl+Shift+Right"],
        TextEdit::Select(TextMotion::WordRight),
        "Extends the selection to the end of the word."
    ),
    stroke!(
        "select-to-line-start",
        &["Shift+Home"],
        TextEdit::Select(TextMotion::Home),
        "Extends the selection to the start of the line."
    ),
    stroke!(
        "select-to-line-end",
        &["Shift+End"],
        TextEdit::Select(TextMotion::End),
        "Extends the selection to the end of the line."
    ),
    stroke!(
        "select-line-above",
        &["Shift+Up"],
        TextEdit::Select(TextMotion::Up),
        "Extends the selection to the line above."
    ),
    stroke!(
        "select-line-below",
        &["Shift+Down"],
        TextEdit::Select(TextMotion::Down),
        "Extends the selection to the line below."
    ),
    stroke!(
        "select-all",
        &["Alt+A"],
        TextEdit::SelectAll,
        "Selects the whole text; typing replaces it."
    ),
    Command {
        name: "copy-selection",
        keys: &["Alt+C"],
        contexts: TEXTS,
        about: "Copies the selected text.",
        possible: |model| selected(model).map(|_| ()),
        make: |model, _| {
            let text = ensured(selected(model).ok()).to_string();
            copying::put_on_clipboard(model, "the selected text", text)
        },
        ..ROW
    },
    stroke!(
        "undo-text",
        &["Ctrl+/", "Ctrl+7"],
        TextEdit::Undo,
        "Undoes the last edit of the text; many terminals send Ctrl+/ as Ctrl+7."
    ),
    stroke!(
        "redo-text",
        &["Ctrl+R"],
        TextEdit::Redo,
        "Redoes the last undone edit of the text."
    ),
    stroke!(
        "backspace",
        &["Backspace", "Ctrl+H"],
        TextEdit::Backspace,
        "Deletes the selection, or the character before the cursor."
    ),
    stroke!(
        "delete",
        &["Delete", "Ctrl+D"],
        TextEdit::Delete,
        "Deletes the selection, or the character after the cursor."
    ),
    stroke!(
        "delete-word",
        &["Ctrl+W"],
        TextEdit::DeleteWord,
        "Deletes the word before the cursor."
    ),
    stroke!(
        "delete-word-after",
        &["Alt+D", "Ctrl+Delete"],
        TextEdit::DeleteWordAfter,
        "Deletes the word after the cursor."
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

/// Returns the selected text of the input that is being edited.
fn selected(model: &Model) -> Result<&str, &'static str> {
    let line = model.overlays.last().and_then(|over| over.input());
    let selected = line.and_then(TextInput::selected_text);
    selected.ok_or("nothing is selected: {key:select-left} and {key:select-right} select")
}

fn is_filter(model: &Model) -> Result<(), &'static str> {
    match prompt::is_filter(model) {
        true => Ok(()),
        false => Err("only filters have completions"),
    }
}

fn can_recall(model: &Model) -> Result<(), &'static str> {
    match model.overlays.top::<Prompt>() {
        Some(writing) if matches!(writing.purpose, PromptPurpose::Value(_)) => {
            Err("values of patch fields are not recalled")
        }
        _ => Ok(()),
    }
}
