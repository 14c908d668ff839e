//! Commands that keep what is done by hand as a scenario: expectations, notes, the file.

use crate::inspector::features::{recording, state_file};
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::Context;

/// Where a step is at hand.
const HERE: &[Context] = &[
    Context::Threads,
    Context::History,
    Context::Metadata,
    Context::Patch,
    Context::Calls,
    Context::Journal,
    Context::Reader,
];

pub const ROWS: &[Command] = &[
    Command {
        name: "expect",
        keys: &["x"],
        contexts: &[
            Context::Metadata,
            Context::Calls,
            Context::Journal,
            Context::Reader,
        ],
        about: "Expects that what is pointed at is as it is: a field (read for it, if need be), a counter, a step's answer or error, anything that came of an opened step.",
        possible: recording::possible,
        make: |model, _| recording::point(model),
        ..ROW
    },
    Command {
        name: "forget",
        keys: &["X"],
        contexts: HERE,
        about: "Expects nothing any more of the step that is looked at or open.",
        possible: recording::is_expected,
        make: |model, _| recording::forget(model),
        ..ROW
    },
    Command {
        name: "save-scenario",
        takes: "FILE",
        contexts: HERE,
        about: "Saves the steps up to the one that is looked at as a scenario that `threadloupe run` repeats, with notes and expectations; asks before it writes over a file.",
        possible: |model| match (model.file_job.is_running(), model.session.journal.is_empty()) {
            (true, _) => Err("a file is being written or read: wait for it, or stop it with Esc"),
            (_, true) => Err("there is no step yet"),
            (false, false) => Ok(()),
        },
        make: state_file::save_scenario,
        ..ROW
    },
    Command {
        name: "note",
        takes: "[TEXT]",
        contexts: HERE,
        about: "Writes a note beside the step that is looked at or open; without a text it takes the note away.",
        possible: recording::has_step,
        make: recording::note,
        ..ROW
    },
];
