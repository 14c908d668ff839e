//! Commands about the call counters.

use crate::inspector::commands::threads;
use crate::inspector::features::{calls, open, time_travel};
use crate::inspector::panes::Pane;
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::Context;
use crate::inspector::state::model::Model;
use crate::workbench::call_stats::CallScope;

const HERE: &[Context] = &[Context::Pane(Pane::Calls)];

pub const ROWS: &[Command] = &[
    Command {
        name: "call",
        keys: &["Enter", "e"],
        contexts: HERE,
        hint: "call it",
        about: "Opens the form to call the selected method.",
        also: &["invoke", "run", "execute"],
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
        about: "Goes to the journal and shows only the calls of the selected method.",
        also: &["details"],
        make: |model, _| time_travel::behind(model),
        ..ROW
    },
    Command {
        name: "set-mark",
        keys: &["m"],
        contexts: HERE,
        hint: "mark",
        about: "Sets the mark: the column `since` restarts at 0, and the latencies are counted from now on.",
        also: &["reset", "zero", "baseline"],
        make: |model, _| {
            model.session.set_mark(true);
            model.say("Mark set: the column \u{201c}since\u{201d} restarts at 0.".to_string());
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "freeze",
        keys: &["Space"],
        contexts: HERE,
        hint: "freeze",
        about: "Keeps the counts as they are while calls go on, or lets them follow the store again.",
        also: &["pause", "hold", "stop"],
        make: |model, _| calls::freeze(model),
        ..ROW
    },
    Command {
        name: "sort-calls",
        keys: &["s"],
        contexts: HERE,
        hint: "sort",
        takes: "[COLUMN]",
        about: "Sorts the methods by the next column, or by the one with that name: method, total, step, since, errors, rate, minute, median, p99 or last.",
        make: calls::sort,
        ..ROW
    },
    Command {
        name: "reverse-calls",
        keys: &["S"],
        contexts: HERE,
        about: "Reverses the order of the methods.",
        make: |model, _| {
            model.session.calls.reverse();
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "calls-of-thread",
        keys: &["t"],
        contexts: HERE,
        hint: "thread",
        about: "Switches between the calls that name the selected thread and all calls.",
        possible: of_thread,
        make: |model, _| calls::of_thread(model),
        ..ROW
    },
    Command {
        name: "calls-of-client",
        keys: &["c"],
        contexts: HERE,
        takes: "[NAME]",
        about: "Counts only the calls of the next client, or of the one with that name; after the last client, all calls again.",
        possible: of_client,
        make: |model, name| calls::of_client(model, name.trim()),
        ..ROW
    },
];

/// A limit can be removed without a selected thread.
fn of_thread(model: &Model) -> Result<(), &'static str> {
    match model.session.calls.scope() {
        CallScope::Thread(_) => Ok(()),
        _ => threads::selected(model),
    }
}

fn of_client(model: &Model) -> Result<(), &'static str> {
    match model.session.line().client_calls() {
        0 => Err("no named client has made a call"),
        _ => Ok(()),
    }
}
