//! Commands that move through rows, which are the same in every list, and commands that search.

use crate::inspector::features::{groups, navigation, prompt};
use crate::inspector::overlays::prompt::{Prompt, PromptPurpose};
use crate::inspector::panes::Pane;
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::{Context, LETTERS};
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::cursor::Motion;

/// The contexts in which the user moves through rows while typing.
const TYPED: &[Context] = &[Context::Finder, Context::Form, Context::Parts];

macro_rules! motion {
    ($name:literal, $keys:expr, $contexts:expr, $motion:expr, $about:literal) => {
        Command {
            name: $name,
            keys: $keys,
            contexts: $contexts,
            about: $about,
            moves: true,
            make: |model, _| navigation::go(model, $motion),
            ..ROW
        }
    };
}

pub const ROWS: &[Command] = &[
    motion!(
        "down",
        &["j", "Down"],
        LETTERS,
        Motion::Rows(1),
        "Goes to the next row."
    ),
    motion!(
        "up",
        &["k", "Up"],
        LETTERS,
        Motion::Rows(-1),
        "Goes to the previous row."
    ),
    motion!(
        "half-page-down",
        &["Ctrl+D"],
        LETTERS,
        Motion::Halves(1),
        "Goes down half a page."
    ),
    motion!(
        "half-page-up",
        &["Ctrl+U"],
        LETTERS,
        Motion::Halves(-1),
        "Goes up half a page."
    ),
    motion!(
        "page-down",
        &["PgDn", "Ctrl+F"],
        LETTERS,
        Motion::Halves(2),
        "Goes down a page."
    ),
    motion!(
        "page-up",
        &["PgUp", "Ctrl+B"],
        LETTERS,
        Motion::Halves(-2),
        "Goes up a page."
    ),
    motion!(
        "first",
        &["g", "Home"],
        LETTERS,
        Motion::First,
        "Goes to the first row."
    ),
    motion!(
        "last",
        &["G", "End"],
        LETTERS,
        Motion::Last,
        "Goes to the last row."
    ),
    motion!(
        "list-down",
        &["Down", "Ctrl+N"],
        TYPED,
        Motion::Rows(1),
        "Goes to the next row while typing."
    ),
    motion!(
        "list-up",
        &["Up", "Ctrl+P"],
        TYPED,
        Motion::Rows(-1),
        "Goes to the previous row while typing."
    ),
    motion!(
        "list-page-down",
        &["PgDn"],
        TYPED,
        Motion::Halves(2),
        "Goes down a page while typing."
    ),
    motion!(
        "list-page-up",
        &["PgUp"],
        TYPED,
        Motion::Halves(-2),
        "Goes up a page while typing."
    ),
    Command {
        name: "go-in",
        keys: &["l", "Right"],
        contexts: &[
            Context::Pane(Pane::Threads),
            Context::Pane(Pane::History),
            Context::Pane(Pane::Metadata),
            Context::Pane(Pane::Journal),
        ],
        about: "Opens the selected row: the history of a thread, the value of an item, field or step, or the threads of a group.",
        make: |model, _| groups::go_in(model),
        ..ROW
    },
    Command {
        name: "go-out",
        keys: &["h", "Left"],
        about: "Goes up one level: from another pane to the threads, or from a thread to its group or its parent in the tree; on a group, hides its threads.",
        make: |model, _| {
            groups::go_out(model);
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "search",
        keys: &["/"],
        contexts: &[
            Context::Pane(Pane::Threads),
            Context::Pane(Pane::History),
            Context::Pane(Pane::Patch),
            Context::Facets,
            Context::Reader,
        ],
        hint: "search",
        takes: "[TEXT]",
        about: "Searches for a string, or for a field of the patch form; lowercase letters match uppercase too, and {key:earlier-text} recalls earlier searches.",
        possible: some,
        moves: false,
        also: &["find", "grep", "locate"],
        make: |model, text| match text {
            "" => model.open(Prompt::new(PromptPurpose::Search, String::new())),
            text => navigation::search(model, text),
        },
    },
    Command {
        name: "next-match",
        keys: &["n"],
        contexts: SEARCHED,
        about: "Goes to the next match.",
        possible: searched,
        make: |model, _| navigation::next_match(model, true),
        ..ROW
    },
    Command {
        name: "previous-match",
        keys: &["N"],
        contexts: SEARCHED,
        about: "Goes to the previous match.",
        possible: searched,
        make: |model, _| navigation::next_match(model, false),
        ..ROW
    },
    Command {
        name: "filter",
        keys: &["&"],
        contexts: &[
            Context::Pane(Pane::Threads),
            Context::Pane(Pane::History),
            Context::Pane(Pane::Journal),
        ],
        hint: "filter",
        takes: "[TEXT]",
        about: "Shows only the rows that match a query, such as `retry -is:fork cwd:web` in Threads or `tool:shell is:failed` in History; {key:complete-term} completes fields and values, and an empty query shows all rows again.",
        possible: some,
        moves: false,
        also: &["limit", "query", "narrow", "where", "only"],
        make: filter,
    },
    Command {
        name: "copy",
        keys: &["y"],
        contexts: LETTERS,
        hint: "copy",
        about: "Copies the value of the row to the terminal's clipboard.",
        also: &["yank", "clipboard"],
        make: |model, _| navigation::copy(model),
        ..ROW
    },
    Command {
        name: "copy-as",
        keys: &["Y"],
        contexts: LETTERS,
        about: "Lists the formats in which the row can be copied.",
        also: &["yank", "clipboard", "format"],
        make: |model, _| navigation::copy_as(model),
        ..ROW
    },
];

/// Returns an error if there is nothing to search.
fn some(model: &Model) -> Result<(), &'static str> {
    match model.context() {
        Context::Pane(Pane::History) if model.session.items() == 0 => Err("this thread has no items"),
        Context::Pane(Pane::Journal) if model.session.line().is_empty() => Err("there are no steps yet"),
        Context::Pane(Pane::Threads) if model.session.snapshot.is_empty() => Err("there are no threads yet"),
        _ => Ok(()),
    }
}

const SEARCHED: &[Context] = &[
    Context::Pane(Pane::Threads),
    Context::Pane(Pane::History),
    Context::Facets,
    Context::Reader,
];

fn searched(model: &Model) -> Result<(), &'static str> {
    match model.needle() {
        "" => Err("no search yet: {key:search} searches"),
        _ => Ok(()),
    }
}

fn filter(model: &mut Model, text: &str) -> Effects {
    if text.is_empty() {
        let before = navigation::filter_text(model).to_string();
        return model.open(Prompt::new(PromptPurpose::Filter, before));
    }
    prompt::filter(model, text)
}
