//! Commands about the merge laws.

use crate::inspector::overlays::laws;
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::{Context, PANES};

const HERE: &[Context] = &[Context::Laws];

pub const ROWS: &[Command] = &[
    Command {
        name: "laws",
        contexts: PANES,
        about: "Checks the merge laws for the patch in the form and the accumulated patch of its target.",
        also: &["properties", "check"],
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
        about: "Checks every law for all combinations in a small set of patches and threads.",
        possible: |model| match laws::is_running(model) {
            true => Err("a check is running: {key:close-laws} stops it"),
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
        about: "Stops the check if one is running; otherwise closes the list of laws.",
        make: |model, _| laws::close(model),
        ..ROW
    },
];
