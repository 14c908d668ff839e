//! Commands about the items of a thread.

use crate::inspector::features::{context, facets, failures, imported, links, navigation, open, transcript};
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
        about: "Opens the selected item as a collapsible JSON tree. If the item has a sign before its symbol, a line above the tree explains the sign: \u{21b6} the item was undone; = it repeats the text of another item; ! it is a rollback that undoes fewer turns than it requests; \u{2193} it was inherited from another thread; \u{21ba} it was copied from another thread; \u{f7} a revert superseded the items after it (press {key:superseded} to list those items).",
        also: &["view", "json", "details"],
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
        also: &["text", "source"],
        possible: selected,
        make: |model, _| open::item(model, true),
        ..ROW
    },
    Command {
        name: "superseded",
        keys: &["i"],
        contexts: HERE,
        about: "Lists the items that a revert cut off after the selected item; if there are none, goes to the next item that has some and lists those.",
        also: &["reverted", "removed", "deleted"],
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
        also: &["compact", "detail", "lines", "height"],
        make: |model, _| {
            model.session.history.next_density();
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "times",
        keys: &["t"],
        contexts: HERE,
        about: "Switches what the time column shows: time since the visible row above, time since the start of the thread, local clock time, UTC, or age.",
        also: &["clock", "timestamps", "duration"],
        make: |model, _| {
            model.session.history.next_times();
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "context",
        keys: &["c"],
        contexts: HERE,
        about: "Shows a chart of how full the context was in the course of the thread, with its compactions, and the number of tokens that the thread used.",
        also: &["tokens", "usage", "window", "compaction"],
        possible: selected,
        make: |model, _| context::open(model),
        ..ROW
    },
    Command {
        name: "transcript",
        keys: &["T"],
        contexts: &[Context::Pane(Pane::Threads), Context::Pane(Pane::History)],
        hint: "transcript",
        about: "Shows the history of the selected thread as a transcript: messages, calls with their output and outcome, edits as diffs, without repeated texts; in the transcript, shows the rows again.",
        also: &["conversation", "chat", "messages", "read"],
        make: |model, _| transcript::switch(model),
        ..ROW
    },
    Command {
        name: "fold-entry",
        keys: &["Space"],
        contexts: HERE,
        hint: "fold",
        about: "In the transcript, unfolds or folds the selected entry: the arguments and output of a call, reasoning, instructions, the history after a compaction.",
        also: &["collapse", "expand"],
        possible: |model| match model.session.history.conversation.is_shown {
            true => selected(model),
            false => Err("only transcript entries can be folded; {key:transcript} shows the transcript"),
        },
        make: |model, _| transcript::fold(model),
        ..ROW
    },
    Command {
        name: "facets",
        keys: &["f"],
        contexts: HERE,
        hint: "facets",
        about: "Opens the checklist of the kinds of items with their counts, in groups: people, tools, bookkeeping; {key:toggle-facet} shows or hides a kind or a group, in the rows and in the transcript.",
        also: &["kinds", "types", "filter", "hide"],
        possible: |model| match model.session.items() {
            0 => Err("this thread has no items"),
            _ => Ok(()),
        },
        make: |model, _| facets::open(model),
        ..ROW
    },
    Command {
        name: "only-people",
        keys: &["C"],
        contexts: HERE,
        about: "Shows only what people say: messages and reasoning, without tools and bookkeeping; using it again shows all items.",
        also: &["conversation", "chat"],
        make: |model, _| facets::only_people(model),
        ..ROW
    },
    Command {
        name: "follow-link",
        keys: &["L"],
        contexts: HERE,
        about: "Goes to the thread that the selected item names, such as a sub-agent or the parent of a fork; in a fork, goes to the item of the parent at which the fork began.",
        also: &["jump", "parent", "child", "fork"],
        possible: selected,
        make: |model, _| links::follow(model),
        ..ROW
    },
    Command {
        name: "go-back",
        keys: &["Backspace", "Alt+Left"],
        about: "Goes back to where the last link was followed.",
        also: &["return", "previous"],
        make: |model, _| links::go_back(model, false),
        ..ROW
    },
    Command {
        name: "go-forward",
        keys: &["Alt+Right"],
        about: "Goes forward again along the links that were followed.",
        make: |model, _| links::go_back(model, true),
        ..ROW
    },
    Command {
        name: "all-kinds",
        keys: &["F"],
        contexts: HERE,
        about: "Clears the filters: shows the items of all kinds again.",
        also: &["unfilter", "reset", "clear"],
        make: |model, _| facets::clear(model),
        ..ROW
    },
    Command {
        name: "repeats",
        keys: &["D"],
        contexts: HERE,
        about: "Shows or hides the items that only repeat the text of another item in the same turn; they are hidden at first.",
        also: &["duplicates", "copies"],
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
        also: &["prompt", "jump"],
        possible: selected,
        make: |model, _| navigation::turn(model, true),
        ..ROW
    },
    Command {
        name: "previous-turn",
        keys: &["K"],
        contexts: HERE,
        about: "Goes to the previous user message.",
        also: &["prompt", "jump"],
        possible: selected,
        make: |model, _| navigation::turn(model, false),
        ..ROW
    },
    Command {
        name: "counterpart",
        keys: &["o"],
        contexts: HERE,
        hint: "call/output",
        about: "Goes from a call to its output, or back; an item that the filter hides is shown dimmed as long as it is selected. In the transcript, unfolds or folds the output.",
        also: &["pair", "result", "jump"],
        possible: selected,
        make: |model, _| navigation::counterpart(model),
        ..ROW
    },
    Command {
        name: "next-failure",
        keys: &["E"],
        contexts: HERE,
        about: "Goes to the next item that records a failure, such as a nonzero exit code, an error or an aborted turn, and shows the end of its output. Failures are marked \u{2717}.",
        also: &["errors", "problems"],
        possible: selected,
        make: |model, _| failures::next(model, true),
        ..ROW
    },
    Command {
        name: "previous-failure",
        keys: &["Alt+E"],
        contexts: HERE,
        about: "Goes to the previous item that records a failure.",
        also: &["errors", "problems"],
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
        also: &["jump", "number"],
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
            let view = &mut model.session.history;
            let is_there = view.go_to(number - 1);
            let is_transcript = view.conversation.is_shown;
            match (is_there, is_transcript) {
                (true, _) => {}
                (false, true) => model.warn(format!(
                    "The transcript has no entry for item {number}, or a filter hides it: {{key:transcript}} shows the rows, {{key:all-kinds}} shows all items."
                )),
                (false, false) => model.warn(format!(
                    "Item {number} is hidden by the filter; {{key:all-kinds}} shows all items."
                )),
            }
        }
        _ => model.warn(format!(
            "There is no item {text}: the thread has items 1 to {}.",
            model.session.items()
        )),
    }
    Vec::new()
}
