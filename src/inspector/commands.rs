//! The COMMANDS table: everything a person can do, one row a thing. Key handling, the key bar, help, the palette,
//! `threadloupe list keys` and the README's table are all made from it.
//!
//! The rows stand in one file a subject below this one, each beside the few lines that carry it out. Which key event
//! has which name is `keys`' matter, what a message does to the model beyond commands is `update`'s.

mod calls;
mod difference;
mod form;
mod history;
mod journal;
pub mod keys;
mod laws;
mod lists;
mod metadata;
mod patch;
mod play;
mod reader;
mod recording;
mod screen;
mod store;
mod text;
mod threads;
mod time;
mod writing;

use crate::inspector::state::command::CommandGroup;

/// Every command, by subject; within a context the key bar takes them in this order.
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
