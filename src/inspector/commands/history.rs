//! Commands about the items of a thread.

use crate::inspector::features::{failures, imported, kinds, navigation, open};
use crate::inspector::panes::Pane;
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::Context;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;

const HERE: &[Context] = &[Context::Pane(Pane::History)];

pub const ROWS: &[Command] = &[
    Command {
        name: "open-item",
        keys: &["Enter", "e"],
        contexts: HERE,
        hint: "open",
        about: "Opens the selected item as a collapsible JSON tree. A sign before the symbol of the item is explained above the tree: \u{21b6} undone, = repeats the text of another item, ! a rollback that undoes fewer turns than it says, \u{2193} inherited from another thread, \u{21ba} copied from another thread, \u{f7} a revert superseded the items after it; i lists them.",
        possible: selected,
        make: |model, _| open::item(model, false),
        ..ROW
    },
    Command {
        name: "open-raw",
        keys: &["m"],
        contexts: HERE,
        hint: "raw",
        about: "Opens the raw text of the selected item.",
        possible: selected,
        make: |model, _| open::item(model, true),
        ..ROW
    },
    Command {
        name: "superseded",
        keys: &["i"],
        contexts: HERE,
        about: "Lists the items that a revert cut off after the selected item or, if there are none, those after the next item that has some.",
        possible: |model| match model.session.imported() {
            Some(imported) if imported.sources.superseded() > 0 => Ok(()),
            _ => Err("no item of this thread was superseded"),
        },
        make: |model, _| imported::superseded(model),
        ..ROW
    },
    Command {
        name: "density",
        keys: &["v"],
        contexts: HERE,
        hint: "density",
        about: "Switches between showing each item as one line, as a summary, or in full.",
        make: |model, _| {
            let history = &mut model.session.history;
            history.density = history.density.next();
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "kinds",
        keys: &["f"],
        contexts: HERE,
        hint: "kinds",
        about: "Counts the items by kind; Enter shows or hides a kind, or shows only the items that record a failure.",
        possible: |model| match model.session.items() {
            0 => Err("this thread has no items"),
            _ => Ok(()),
        },
        make: |model, _| kinds::open(model),
        ..ROW
    },
    Command {
        name: "all-kinds",
        keys: &["F"],
        contexts: HERE,
        about: "Clears the filters: shows the items of all kinds again.",
        make: |model, _| kinds::clear(model),
        ..ROW
    },
    Command {
        name: "repeats",
        keys: &["D"],
        contexts: HERE,
        about: "Shows or hides the items that only repeat the text of another item in the same turn; they are hidden at first.",
        make: |model, _| {
            let history = &mut model.session.history;
            history.shows_repeats = !history.shows_repeats;
            history.sift();
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "next-turn",
        keys: &["J"],
        contexts: HERE,
        hint: "turn",
        about: "Goes to the next user message.",
        possible: selected,
        make: |model, _| navigation::turn(model, true),
        ..ROW
    },
    Command {
        name: "previous-turn",
        keys: &["K"],
        contexts: HERE,
        about: "Goes to the previous user message.",
        possible: selected,
        make: |model, _| navigation::turn(model, false),
        ..ROW
    },
    Command {
        name: "counterpart",
        keys: &["o"],
        contexts: HERE,
        hint: "call/output",
        about: "Goes from a call to its output, or back; an item that the filter hides is shown dimmed as long as it is selected.",
        possible: selected,
        make: |model, _| navigation::counterpart(model),
        ..ROW
    },
    Command {
        name: "next-failure",
        keys: &["E"],
        contexts: HERE,
        about: "Goes to the next item that records a failure, such as an exit code other than 0, an error or an aborted turn, and tells how its output ends; these items have the sign \u{2717}.",
        possible: selected,
        make: |model, _| failures::next(model, true),
        ..ROW
    },
    Command {
        name: "previous-failure",
        keys: &["Alt+E"],
        contexts: HERE,
        about: "Goes to the previous item that records a failure.",
        possible: selected,
        make: |model, _| failures::next(model, false),
        ..ROW
    },
    Command {
        name: "go-to-item",
        keys: &[],
        contexts: HERE,
        takes: "NUMBER",
        about: "Goes to the item with that number, counted from 1.",
        make: go_to_item,
        ..ROW
    },
];

fn selected(model: &Model) -> Result<(), &'static str> {
    model.session.item().map(|_| ()).ok_or("no item is selected")
}

fn go_to_item(model: &mut Model, text: &str) -> Effects {
    match text.trim().parse::<usize>() {
        Ok(number) if (1..=model.session.items()).contains(&number) => {
            if !model.session.history.go_to(number - 1) {
                model.warn(format!(
                    "Item {number} is hidden by the filter; F shows all items."
                ));
            }
        }
        _ => model.warn(format!(
            "There is no item {text}: the thread has items 1 to {}.",
            model.session.items()
        )),
    }
    Vec::new()
}
