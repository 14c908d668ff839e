//! Commands about the list of threads.

use crate::inspector::features::targets;
use crate::inspector::panes::Pane;
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::Context;
use crate::inspector::state::model::Model;

const HERE: &[Context] = &[Context::Pane(Pane::Threads)];

pub const ROWS: &[Command] = &[
    Command {
        name: "open-thread",
        keys: &["Enter"],
        contexts: HERE,
        hint: "open",
        about: "Goes to the history of the selected thread. A thread with neither name nor preview is listed by the start of its first user message, after a \u{203a}.",
        possible: selected,
        make: |model, _| {
            model.layout.focus_on(Pane::History);
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "sort",
        keys: &["s"],
        contexts: HERE,
        hint: "sort",
        about: "Sorts the threads by the next key: updated, created, name, items, id.",
        possible: some,
        make: |model, _| {
            let wish = &mut model.session.threads.query;
            wish.sort = wish.sort.next();
            let name = wish.sort.name();
            model.say(format!("Threads are sorted by {name}; S reverses the order."));
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "reverse",
        keys: &["S"],
        contexts: HERE,
        about: "Reverses the order of the threads.",
        make: |model, _| {
            let wish = &mut model.session.threads.query;
            wish.reversed = !wish.reversed;
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "tree",
        keys: &["t"],
        contexts: HERE,
        hint: "tree",
        about: "Switches between a tree, with forks and sub-agents below their parents, and a flat list.",
        possible: some,
        make: |model, _| {
            let wish = &mut model.session.threads.query;
            wish.tree = !wish.tree;
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "mark",
        keys: &["Space"],
        contexts: HERE,
        hint: "mark",
        about: "Marks or unmarks the selected thread and goes to the next.",
        possible: selected,
        make: |model, _| {
            model.session.threads.mark();
            targets::tell_marked(model)
        },
        ..ROW
    },
    Command {
        name: "mark-all",
        keys: &["M"],
        contexts: HERE,
        about: "Marks all listed threads.",
        possible: selected,
        make: |model, _| {
            model.session.threads.mark_all();
            targets::tell_marked(model)
        },
        ..ROW
    },
    Command {
        name: "unmark-all",
        keys: &["U"],
        contexts: HERE,
        about: "Unmarks all threads.",
        possible: |model| match model.session.threads.marked.is_empty() {
            true => Err("no thread is marked: press Space to mark one"),
            false => Ok(()),
        },
        make: |model, _| {
            model.session.threads.marked.clear();
            Vec::new()
        },
        ..ROW
    },
];

/// Returns whether a thread is selected.
pub fn selected(model: &Model) -> Result<(), &'static str> {
    model.session.thread().map(|_| ()).ok_or("no thread is selected")
}

fn some(model: &Model) -> Result<(), &'static str> {
    match model.session.snapshot.is_empty() {
        true => Err("there are no threads yet"),
        false => Ok(()),
    }
}
