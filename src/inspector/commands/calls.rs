//! Commands about the call counters.

use crate::inspector::features::{open, time_travel};
use crate::inspector::panes::Pane;
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::Context;

const HERE: &[Context] = &[Context::Pane(Pane::Calls)];

pub const ROWS: &[Command] = &[
    Command {
        name: "call",
        keys: &["Enter", "e"],
        contexts: HERE,
        hint: "call it",
        about: "Opens the form to call the selected method.",
        make: |model, _| match model.session.calls.selected() {
            Some(op) => open::call(model, op, ""),
            None => Vec::new(),
        },
        ..ROW
    },
    Command {
        name: "calls-behind",
        keys: &["o"],
        contexts: HERE,
        hint: "its calls",
        about: "Goes to the journal and shows only the calls that the selected counter counted.",
        make: |model, _| time_travel::behind(model),
        ..ROW
    },
    Command {
        name: "set-mark",
        keys: &["m"],
        contexts: HERE,
        hint: "mark",
        about: "Resets the second column of the counters to 0; it counts from now on.",
        make: |model, _| {
            model.session.set_mark();
            model.say("Counters marked: the second column counts from now on.".to_string());
            Vec::new()
        },
        ..ROW
    },
];
