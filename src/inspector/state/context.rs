//! Contexts for key bindings: a pane or an overlay. A command lists the contexts in which it is available.

use crate::inspector::panes::Pane;

/// The pane or overlay that has focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// The Threads pane.
    Threads,
    /// The History pane.
    History,
    /// The Metadata pane.
    Metadata,
    /// The Patch pane.
    Patch,
    /// The Calls pane.
    Calls,
    /// The Journal pane.
    Journal,
    /// The reader with an opened item, answer or value.
    Reader,
    /// A list that is filtered by typing: help, palette, kinds, copies.
    Finder,
    /// A comparison of two values.
    Difference,
    /// The list of merge laws.
    Laws,
    /// The form for the parameters of a store call.
    Form,
    /// The form for the parts of a value.
    Parts,
    /// The patch in the text editor.
    Text,
    /// A text prompt: a search, a filter, a value.
    Writing,
    /// A yes or no question.
    Question,
}

use Context::{
    Calls, Difference, Finder, Form, History, Journal, Laws, Metadata, Parts, Patch, Question, Reader, Text,
    Threads, Writing,
};

/// All contexts.
pub const EVERYWHERE: &[Context] = &[
    Threads, History, Metadata, Patch, Calls, Journal, Reader, Difference, Laws, Finder, Form, Parts, Text,
    Writing, Question,
];
/// The contexts of the panes.
pub const PANES: &[Context] = &[Threads, History, Metadata, Patch, Calls, Journal];
/// The contexts in which letters are commands.
pub const LETTERS: &[Context] = &[
    Threads, History, Metadata, Patch, Calls, Journal, Reader, Difference, Laws,
];

impl Context {
    /// Returns the name of the context in help and in the documentation.
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

    /// Returns the open overlay as a noun phrase for messages.
    pub fn a_name(self) -> &'static str {
        match self {
            Difference => "a difference",
            Laws => "the list of laws",
            _ => "something",
        }
    }

    /// Returns whether typed characters go into a text input.
    pub fn is_text(self) -> bool {
        matches!(self, Finder | Form | Parts | Text | Writing)
    }

    /// Returns the pane of this context, if it is a pane.
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
