//! The COMMANDS table: all commands of the inspector, one row each. Key handling, the key bar, help, the palette,
//! `threadloupe list keys` and the table in `docs/keys.md` are generated from it.
//!
//! Each group of commands has its own file with the rows and the code that runs them. The module `keys` names key
//! events. The module `update` handles messages.

mod calls;
mod contents;
mod difference;
mod export;
mod facets;
mod form;
mod history;
mod journal;
pub mod keys;
mod laws;
mod lists;
mod metadata;
mod patch;
mod play;
mod preview;
mod reader;
mod recording;
mod screen;
mod sizes;
mod store;
mod text;
mod threads;
mod time;
mod tutor;
mod writing;

use crate::inspector::state::command::CommandGroup;

/// All commands, by group. The key bar lists the commands of a context in this order.
pub static COMMANDS: &[CommandGroup] = &[
    CommandGroup {
        title: "Threads",
        commands: threads::ROWS,
    },
    CommandGroup {
        title: "History",
        commands: history::ROWS,
    },
    CommandGroup {
        title: "Facets",
        commands: facets::ROWS,
    },
    CommandGroup {
        title: "Metadata",
        commands: metadata::ROWS,
    },
    CommandGroup {
        title: "Patch",
        commands: patch::ROWS,
    },
    CommandGroup {
        title: "Patch as text",
        commands: text::ROWS,
    },
    CommandGroup {
        title: "Calls",
        commands: calls::ROWS,
    },
    CommandGroup {
        title: "Journal",
        commands: journal::ROWS,
    },
    CommandGroup {
        title: "Opened value",
        commands: reader::ROWS,
    },
    CommandGroup {
        title: "Difference",
        commands: difference::ROWS,
    },
    CommandGroup {
        title: "Laws",
        commands: laws::ROWS,
    },
    CommandGroup {
        title: "Preview",
        commands: preview::ROWS,
    },
    CommandGroup {
        title: "Found",
        commands: contents::ROWS,
    },
    CommandGroup {
        title: "Sizes",
        commands: sizes::ROWS,
    },
    CommandGroup {
        title: "Export",
        commands: export::ROWS,
    },
    CommandGroup {
        title: "Call form",
        commands: form::ROWS,
    },
    CommandGroup {
        title: "Writing",
        commands: writing::ROWS,
    },
    CommandGroup {
        title: "Moving",
        commands: lists::ROWS,
    },
    CommandGroup {
        title: "Time",
        commands: time::ROWS,
    },
    CommandGroup {
        title: "Recording",
        commands: recording::ROWS,
    },
    CommandGroup {
        title: "Scenarios",
        commands: play::ROWS,
    },
    CommandGroup {
        title: "Tutor",
        commands: tutor::ROWS,
    },
    CommandGroup {
        title: "Store",
        commands: store::ROWS,
    },
    CommandGroup {
        title: "Screen",
        commands: screen::ROWS,
    },
];

#[cfg(test)]
mod tests;
