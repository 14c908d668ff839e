//! Commands of the tutor.

use crate::inspector::features::tutor;
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::EVERYWHERE;

pub const ROWS: &[Command] = &[
    Command {
        name: "next-lesson",
        keys: &["Alt+N"],
        contexts: EVERYWHERE,
        about: "In the tutor, skips the rest of the lesson.",
        also: &["skip", "tutorial"],
        possible: tutor::is_open,
        make: |model, _| tutor::next_lesson(model),
        ..ROW
    },
    Command {
        name: "previous-lesson",
        keys: &["Alt+P"],
        contexts: EVERYWHERE,
        about: "In the tutor, goes back to the start of the lesson or, from there, to the lesson before.",
        also: &["tutorial"],
        possible: tutor::is_open,
        make: |model, _| tutor::previous_lesson(model),
        ..ROW
    },
    Command {
        name: "end-tutor",
        about: "Ends the tutor; the demo store stays open.",
        also: &["close", "stop", "tutorial"],
        possible: tutor::is_open,
        make: |model, _| tutor::end(model),
        ..ROW
    },
];
