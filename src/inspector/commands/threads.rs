//! Commands about the list of threads.

use crate::inspector::features::{columns, groups, targets};
use crate::inspector::panes::Pane;
use crate::inspector::panes::threads::list::query::ListForm;
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
        about: "Goes to the history of the selected thread; on a group, shows or hides its threads. A thread with neither name nor preview is listed by the start of its first user message, after a \u{203a}.",
        also: &["enter", "read", "view"],
        possible: row_selected,
        make: |model, _| {
            groups::open(model);
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "group",
        keys: &["b"],
        contexts: HERE,
        about: "Groups the threads by working directory, by the origin of their Git repository, or not at all; archived threads are in a group of their own.",
        also: &["project", "folder", "directory"],
        possible: some,
        make: |model, _| {
            let wish = &mut model.session.threads.query;
            wish.form = match wish.form {
                ListForm::Projects => ListForm::Origins,
                ListForm::Origins => ListForm::Flat,
                ListForm::Flat | ListForm::Tree => ListForm::Projects,
            };
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "columns",
        keys: &["C"],
        contexts: HERE,
        takes: "[NAMES]",
        about: "Lists the columns; {key:choose} shows or hides one. With names, such as `updated cwd branch`, shows these in this order; `auto` shows those that fit. A column that a filter names is always shown.",
        also: &["fields", "show", "hide"],
        make: columns::choose,
        ..ROW
    },
    Command {
        name: "sort",
        keys: &["s"],
        contexts: HERE,
        hint: "sort",
        takes: "[COLUMN]",
        about: "Sorts the threads by the column with that name; without a name, by the next column, in the order updated, created, name, items, id, then the others.",
        also: &["order", "arrange"],
        possible: some,
        make: columns::sort,
        ..ROW
    },
    Command {
        name: "reverse",
        keys: &["S"],
        contexts: HERE,
        about: "Reverses the order of the threads.",
        also: &["descending", "ascending", "invert"],
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
        also: &["hierarchy", "parents", "children", "forks"],
        possible: some,
        make: |model, _| {
            let wish = &mut model.session.threads.query;
            wish.form = match wish.form {
                ListForm::Tree => ListForm::Flat,
                _ => ListForm::Tree,
            };
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "mark",
        keys: &["Space"],
        contexts: HERE,
        hint: "mark",
        about: "Marks or unmarks the selected thread, or all threads of a group, and goes to the next row.",
        also: &["select", "tag"],
        possible: row_selected,
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
        also: &["select"],
        possible: row_selected,
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
        also: &["deselect", "clear"],
        possible: |model| match model.session.threads.marked.is_empty() {
            true => Err("no thread is marked: {key:mark} marks one"),
            false => Ok(()),
        },
        make: |model, _| {
            model.session.threads.marked.clear();
            Vec::new()
        },
        ..ROW
    },
];

/// Returns whether a thread or a group is selected.
fn row_selected(model: &Model) -> Result<(), &'static str> {
    let row = model.session.threads.row();
    row.map(|_| ()).ok_or("no thread is selected")
}

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
