//! Commands about steps: opening a step, explaining its result, filtering steps.

use crate::inspector::features::time_travel::{self, OUTSIDE};
use crate::inspector::panes::Pane;
use crate::inspector::panes::journal::filter::Filter;
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::Context;
use crate::inspector::state::model::Model;
use crate::protocol::ThreadId;
use crate::workbench::JournalEntry;

const HERE: &[Context] = &[Context::Pane(Pane::Journal)];

pub const ROWS: &[Command] = &[
    Command {
        name: "open-step",
        keys: &["Enter", "e"],
        contexts: HERE,
        hint: "open",
        about: "Opens the call of the selected step and its result.",
        also: &["view", "details"],
        possible: looked_at,
        make: |model, _| time_travel::open(model),
        ..ROW
    },
    Command {
        name: "why",
        keys: &["w"],
        contexts: HERE,
        hint: "why",
        about: "Explains the result of the selected step, with the number of the rule for each reason.",
        also: &["explain", "reason", "cause"],
        possible: looked_at,
        make: |model, _| time_travel::why(model),
        ..ROW
    },
    Command {
        name: "diff-step",
        keys: &["d"],
        contexts: HERE,
        hint: "difference",
        about: "Compares the whole store before and after the selected step.",
        also: &["compare", "changes"],
        possible: looked_at,
        make: |model, _| time_travel::difference(model),
        ..ROW
    },
    Command {
        name: "counter-of-step",
        keys: &["o"],
        contexts: HERE,
        hint: "counter",
        about: "Goes to the counter of the selected step's method.",
        possible: looked_at,
        make: |model, _| time_travel::counter(model),
        ..ROW
    },
    Command {
        name: "steps-of-thread",
        keys: &["t"],
        contexts: HERE,
        hint: "thread",
        about: "Switches between the steps of the selected step's thread and the steps of all threads.",
        possible: filterable,
        make: |model, _| {
            time_travel::sift_by(model, |filter, entry| {
                filter.thread = match filter.thread {
                    Some(_) => None,
                    None => Some(entry.and_then(names)?),
                };
                Ok(())
            })
        },
        ..ROW
    },
    Command {
        name: "steps-of-method",
        keys: &["m"],
        contexts: HERE,
        hint: "method",
        about: "Switches between the calls of the selected step's method and the calls of all methods.",
        possible: filterable,
        make: |model, _| {
            time_travel::sift_by(model, |filter, entry| {
                filter.method = match filter.method {
                    Some(_) => None,
                    None => Some(entry?.op().ok_or(OUTSIDE)?),
                };
                Ok(())
            })
        },
        ..ROW
    },
    Command {
        name: "failed-steps",
        keys: &["f"],
        contexts: HERE,
        hint: "errors",
        about: "Shows only failed steps, or all steps again.",
        also: &["errors", "problems"],
        make: |model, _| {
            let filter = model.session.steps.filter.clone();
            let errors = !filter.errors;
            time_travel::sift(model, Filter { errors, ..filter })
        },
        ..ROW
    },
    Command {
        name: "all-steps",
        keys: &["F"],
        contexts: HERE,
        about: "Clears the filter: shows all steps again.",
        also: &["unfilter", "reset", "clear"],
        make: |model, _| time_travel::sift(model, Filter::default()),
        ..ROW
    },
];

fn looked_at(model: &Model) -> Result<(), &'static str> {
    time_travel::looked_at(model).map(|_| ())
}

/// An active filter can be removed from any pane.
fn filterable(model: &Model) -> Result<(), &'static str> {
    match model.session.steps.filter.is_empty() {
        true => looked_at(model),
        false => Ok(()),
    }
}

/// Returns the thread of a step.
fn names(entry: &JournalEntry) -> Result<ThreadId, &'static str> {
    match entry.is_outside() {
        true => Err(OUTSIDE),
        false => entry.thread_id().ok_or("this call names no thread"),
    }
}
