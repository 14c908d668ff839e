//! Commands that search the contents of all threads.

use crate::inspector::features::{contents, prompt};
use crate::inspector::overlays::contents::ContentsView;
use crate::inspector::overlays::prompt::{Prompt, PromptPurpose};
use crate::inspector::panes::Pane;
use crate::inspector::state::command::{Command, ROW, ensured};
use crate::inspector::state::context::Context;
use crate::inspector::state::model::Model;

const HERE: &[Context] = &[Context::Contents];

pub const ROWS: &[Command] = &[
    Command {
        name: "find",
        keys: &["f"],
        contexts: &[Context::Pane(Pane::Threads)],
        hint: "find",
        takes: "[TEXT]",
        about: "Searches the contents of all threads for a string, and lists the threads that contain it; lowercase letters match uppercase too.",
        also: &["search", "grep", "fulltext"],
        possible: |model| match model.session.snapshot.is_empty() {
            true => Err("there are no threads yet"),
            false => Ok(()),
        },
        moves: false,
        make: |model, text| match text {
            "" => model.open(Prompt::new(PromptPurpose::Contents, String::new())),
            text => contents::search(model, text),
        },
    },
    Command {
        name: "found",
        keys: &["F"],
        contexts: &[Context::Pane(Pane::Threads)],
        about: "Lists again the threads that the last search of all contents found.",
        also: &["results"],
        possible: |model| match model.session.found {
            Some(_) => Ok(()),
            None => Err("no contents were searched: {key:find} searches them"),
        },
        make: |model, _| contents::list(model),
        ..ROW
    },
    Command {
        name: "find-instead",
        keys: &["Ctrl+F"],
        contexts: &[Context::Writing],
        about: "Searches the contents of all threads for the words of the filter, and lists the threads that contain them.",
        possible: |model| match prompt::phrase(model) {
            Some(_) => Ok(()),
            None => Err("this filter has no words to search for"),
        },
        make: |model, _| prompt::find_instead(model),
        ..ROW
    },
    Command {
        name: "open-found",
        keys: &["Enter"],
        contexts: HERE,
        hint: "open",
        about: "Goes to the first item of the selected thread that contains the search text; {key:next-match} and {key:previous-match} go to other matches, also in other threads.",
        possible: can_open,
        make: |model, _| contents::choose(model),
        ..ROW
    },
    Command {
        name: "close-found",
        keys: &["Esc", "Backspace"],
        contexts: HERE,
        hint: "back",
        about: "Stops the search if it is running; otherwise closes the list.",
        make: |model, _| contents::back(model),
        ..ROW
    },
];

fn can_open(model: &Model) -> Result<(), &'static str> {
    let view = ensured(model.overlays.find::<ContentsView>());
    view.found.selected().map(|_| ()).ok_or("no thread was found")
}
