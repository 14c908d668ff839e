//! Commands about the laws of merging.

use crate::inspector::overlays::laws;
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::{Context, PANES};

const HERE: &[Context] = &[Context::Laws];

pub const ROWS: &[Command] = &[
    Command {
        name: "laws",
        contexts: PANES,
        about: "Checks the laws of merging for the patch at hand and the accumulated one of the thread that it is for.",
        make: |model, _| laws::open(model),
        ..ROW
    },
    Command {
        name: "open-law",
        keys: &["Enter"],
        contexts: HERE,
        hint: "open",
        about: "Shows what the law says, or the smallest case that breaks it.",
        make: |model, _| laws::open_law(model),
        ..ROW
    },
    Command {
        name: "check-all",
        keys: &["x"],
        contexts: HERE,
        hint: "check all",
        about: "Checks every law over a small space of patches and threads, whole.",
        possible: |model| match laws::is_running(model) {
            true => Err("they are being checked: Esc breaks it off"),
            false => Ok(()),
        },
        make: |model, _| laws::check_all(model),
        ..ROW
    },
    Command {
        name: "close-laws",
        keys: &["Esc", "Backspace"],
        contexts: HERE,
        hint: "back",
        about: "Breaks off a check that is running; else closes the laws.",
        make: |model, _| laws::close(model),
        ..ROW
    },
];
