//! Commands of lists and forms with text input.

use crate::inspector::features::{lists, navigation};
use crate::inspector::overlays::form;
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::Context;
use crate::inspector::widgets::cursor::Motion;

pub const ROWS: &[Command] = &[
    Command {
        name: "send",
        keys: &["Ctrl+S", "Enter"],
        contexts: &[Context::Form],
        hint: "call",
        about: "Calls the method with these parameters.",
        make: |model, _| form::send(model),
        ..ROW
    },
    Command {
        name: "set-parts",
        keys: &["Ctrl+S", "Enter"],
        contexts: &[Context::Parts],
        hint: "set",
        about: "Sets the field to a value with these parts.",
        make: |model, _| form::send(model),
        ..ROW
    },
    Command {
        name: "next-parameter",
        keys: &["Tab"],
        contexts: &[Context::Form, Context::Parts],
        hint: "next",
        about: "Goes to the next line of the form.",
        make: |model, _| navigation::go(model, Motion::Rows(1)),
        ..ROW
    },
    Command {
        name: "previous-parameter",
        keys: &["Shift+Tab"],
        contexts: &[Context::Form, Context::Parts],
        about: "Goes to the previous line of the form.",
        make: |model, _| navigation::go(model, Motion::Rows(-1)),
        ..ROW
    },
    Command {
        name: "choose",
        keys: &["Enter"],
        contexts: &[Context::Finder],
        hint: "choose",
        about: "Runs, shows, copies or sets the selected entry.",
        make: |model, _| lists::choose(model),
        ..ROW
    },
    Command {
        name: "complete",
        keys: &["Tab"],
        contexts: &[Context::Finder],
        hint: "complete",
        about: "Replaces the input with the name of the selected entry.",
        make: |model, _| lists::complete(model),
        ..ROW
    },
    Command {
        name: "close",
        keys: &["Esc"],
        contexts: &[Context::Form, Context::Parts, Context::Finder],
        hint: "close",
        about: "Cancels the list or the form.",
        make: |model, _| {
            model.overlays.pop();
            Vec::new()
        },
        ..ROW
    },
];
