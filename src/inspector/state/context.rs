//! Where keys go: a pane, or what lies over the panes. A command says in which of these places it holds.

use crate::inspector::panes::Pane;

/// What has the keys at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
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

use Context::{
    Calls, Difference, Finder, Form, History, Journal, Laws, Metadata, Parts, Patch, Question, Reader, Text,
    Threads, Writing,
};

/// All of them.
pub const EVERYWHERE: &[Context] = &[
    Threads, History, Metadata, Patch, Calls, Journal, Reader, Difference, Laws, Finder, Form, Parts, Text,
    Writing, Question,
];
/// The panes.
pub const PANES: &[Context] = &[Threads, History, Metadata, Patch, Calls, Journal];
/// Where letters are commands.
pub const LETTERS: &[Context] = &[
    Threads, History, Metadata, Patch, Calls, Journal, Reader, Difference, Laws,
];

impl Context {
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
            Parts => "value form",
            Text => "patch as text",
            Writing => "text prompt",
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

    /// The pane that this is, if it is one.
    pub fn pane(self) -> Option<Pane> {
        Some(match self {
            Threads => Pane::Threads,
            History => Pane::History,
            Metadata => Pane::Metadata,
            Patch => Pane::Patch,
            Calls => Pane::Calls,
            Journal => Pane::Journal,
            _ => return None,
        })
    }
}

impl From<Pane> for Context {
    fn from(pane: Pane) -> Self {
        match pane {
            Pane::Threads => Threads,
            Pane::History => History,
            Pane::Metadata => Metadata,
            Pane::Patch => Patch,
            Pane::Calls => Calls,
            Pane::Journal => Journal,
        }
    }
}
