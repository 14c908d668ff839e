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
mod laws;
mod lists;
mod metadata;
mod patch;
pub(super) mod play;
mod reader;
mod recording;
mod screen;
mod store;
pub(super) mod text;
mod threads;
mod time;
mod writing;

use super::model::{Effects, Model};

/// Where a command holds: what has the keys at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// The pane of threads.
    Threads,
    /// The pane of items.
    History,
    /// The pane of fields.
    Metadata,
    /// The pane of the patch form.
    Patch,
    /// The pane of counters.
    Calls,
    /// The pane of steps.
    Journal,
    /// An opened item, answer or value.
    Reader,
    /// A list that is searched by typing: help, palette, kinds, copies.
    Finder,
    /// Two things side by side.
    Difference,
    /// The laws of merging.
    Laws,
    /// The parameters of a store call.
    Form,
    /// The parts of a value.
    Parts,
    /// The patch as text.
    Text,
    /// A line that is being written: a search, a filter, a value.
    Writing,
    /// A question with yes and no.
    Question,
}

use Spot::{
    Calls, Difference, Finder, Form, History, Journal, Laws, Metadata, Parts, Patch, Question, Reader, Text,
    Threads, Writing,
};

/// All spots.
pub const EVERYWHERE: &[Spot] = &[
    Threads, History, Metadata, Patch, Calls, Journal, Reader, Difference, Laws, Finder, Form, Parts, Text,
    Writing, Question,
];
/// The panes.
pub const PANES: &[Spot] = &[Threads, History, Metadata, Patch, Calls, Journal];
/// Where letters are commands.
pub const LETTERS: &[Spot] = &[
    Threads, History, Metadata, Patch, Calls, Journal, Reader, Difference, Laws,
];

impl Spot {
    /// Where it is, for help and documents.
    pub fn name(self) -> &'static str {
        match self {
            Threads => "Threads",
            History => "History",
            Metadata => "Metadata",
            Patch => "Patch",
            Calls => "Calls",
            Journal => "Journal",
            Reader => "opened value",
            Difference => "difference",
            Laws => "laws",
            Finder => "list",
            Form => "call form",
            Parts => "form of a value",
            Text => "patch as text",
            Writing => "line being written",
            Question => "question",
        }
    }

    /// What is open there, for sentences.
    pub fn a_name(self) -> &'static str {
        match self {
            Difference => "a difference",
            Laws => "the list of laws",
            _ => "something",
        }
    }

    /// Whether characters are written into a text here.
    pub fn is_text(self) -> bool {
        matches!(self, Finder | Form | Parts | Text | Writing)
    }
}

/// A row of [`COMMANDS`].
pub struct Command {
    /// What it is called in the palette.
    pub name: &'static str,
    /// The names of its keys, the one to show first.
    pub keys: &'static [&'static str],
    /// Where it holds.
    pub spots: &'static [Spot],
    /// The word for the key bar; empty if it does not stand there.
    pub hint: &'static str,
    /// What it takes from the palette after its name; empty if nothing. In brackets if it may be missing.
    pub takes: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// Whether it is possible now, and if not, why.
    pub possible: fn(&Model) -> Result<(), &'static str>,
    /// Does it; the text is what the palette gave it.
    pub make: fn(&mut Model, &str) -> Effects,
}

/// The row that the others are written as differences from.
const ROW: Command = Command {
    name: "",
    keys: &[],
    spots: PANES,
    hint: "",
    takes: "",
    about: "",
    possible: |_| Ok(()),
    make: |_, _| Vec::new(),
};

/// Commands about one subject, under its title.
pub struct Subject {
    /// The title in help and documents.
    pub title: &'static str,
    /// Its commands.
    pub commands: &'static [Command],
}

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

/// Every command, in the order of the table.
pub fn all() -> impl Iterator<Item = &'static Command> {
    COMMANDS.iter().flat_map(|subject| subject.commands)
}

/// The command that a key means at a spot.
pub fn of_key(key: &str, spot: Spot) -> Option<&'static Command> {
    all().find(|command| command.spots.contains(&spot) && command.keys.contains(&key))
}

/// The command of that name.
pub fn named(name: &str) -> Option<&'static Command> {
    all().find(|command| command.name == name)
}

impl Command {
    /// Where it holds, in words: `everywhere`, `all panes`, or the spots.
    pub fn place(&self) -> String {
        if EVERYWHERE.iter().all(|spot| self.spots.contains(spot)) {
            return "everywhere".to_string();
        }
        let mut words = Vec::new();
        let whole = PANES.iter().all(|spot| self.spots.contains(spot));
        if whole {
            words.push("all panes");
        }
        let rest = self.spots.iter().filter(|spot| !(whole && PANES.contains(spot)));
        words.extend(rest.map(|spot| spot.name()));
        words.join(", ")
    }
}

#[cfg(test)]
mod tests;
