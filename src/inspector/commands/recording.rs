//! Commands that record manual steps as a scenario: expectations, notes, saving.

use crate::inspector::features::{recording, state_file};
use crate::inspector::panes::Pane;
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::Context;

/// The contexts in which there is a shown step.
const HERE: &[Context] = &[
    Context::Pane(Pane::Threads),
    Context::Pane(Pane::History),
    Context::Pane(Pane::Metadata),
    Context::Pane(Pane::Patch),
    Context::Pane(Pane::Calls),
    Context::Pane(Pane::Journal),
    Context::Reader,
];

pub const ROWS: &[Command] = &[
    Command {
        name: "expect",
        keys: &["x"],
        contexts: &[
            Context::Pane(Pane::Metadata),
            Context::Pane(Pane::Patch),
            Context::Pane(Pane::Calls),
            Context::Pane(Pane::Journal),
            Context::Reader,
        ],
        about: "Adds an expectation of the selected value: a field (calls read_thread first if needed), a counter, a step's result or error, or any part of an opened step's result.",
        also: &["assert", "test", "check"],
        possible: recording::possible,
        make: |model, _| recording::point(model),
        ..ROW
    },
    Command {
        name: "forget",
        keys: &["X"],
        contexts: HERE,
        about: "Removes the expectations of the current or opened step.",
        also: &["remove", "delete", "clear"],
        possible: recording::is_expected,
        make: |model, _| recording::forget(model),
        ..ROW
    },
    Command {
        name: "save-scenario",
        takes: "FILE",
        contexts: HERE,
        about: "Saves the steps up to the current one as a scenario for `threadloupe run`, with notes and expectations; asks before it overwrites a file.",
        also: &["record", "export", "write", "test"],
        possible: |model| match (model.file_job.is_running(), model.session.journal.is_empty()) {
            (true, _) => Err("a file is being written or read: wait, or stop it with {key:step-back}"),
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
        about: "Adds a note to the current or opened step; without text, removes the note.",
        also: &["comment", "annotate"],
        possible: recording::has_step,
        make: recording::note,
        ..ROW
    },
];
