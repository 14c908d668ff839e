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

use crate::inspector::state::command::Subject;

/// Every command, by subject; within a spot the key bar takes them in this order.
pub static COMMANDS: &[Subject] = &[
    Subject {
        title: "Threads",
        commands: threads::ROWS,
    },
    Subject {
        title: "History",
        commands: history::ROWS,
    },
    Subject {
        title: "Metadata",
        commands: metadata::ROWS,
    },
    Subject {
        title: "Patch",
        commands: patch::ROWS,
    },
    Subject {
        title: "Patch as text",
        commands: text::ROWS,
    },
    Subject {
        title: "Calls",
        commands: calls::ROWS,
    },
    Subject {
        title: "Journal",
        commands: journal::ROWS,
    },
    Subject {
        title: "Opened value",
        commands: reader::ROWS,
    },
    Subject {
        title: "Difference",
        commands: difference::ROWS,
    },
    Subject {
        title: "Laws",
        commands: laws::ROWS,
    },
    Subject {
        title: "Call form",
        commands: form::ROWS,
    },
    Subject {
        title: "Writing",
        commands: writing::ROWS,
    },
    Subject {
        title: "Moving",
        commands: lists::ROWS,
    },
    Subject {
        title: "Time",
        commands: time::ROWS,
    },
    Subject {
        title: "Recording",
        commands: recording::ROWS,
    },
    Subject {
        title: "Scenarios",
        commands: play::ROWS,
    },
    Subject {
        title: "Store",
        commands: store::ROWS,
    },
    Subject {
        title: "Screen",
        commands: screen::ROWS,
    },
];

#[cfg(test)]
mod tests;
