//! Contexts for key bindings: a pane or an overlay. A command lists the contexts in which it is available.

use crate::inspector::panes::Pane;

/// The pane or overlay that has focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// A pane.
    Pane(Pane),
    /// The reader with an opened item, answer or value.
    Reader,
    /// A list that is filtered by typing: help, palette, kinds, copies.
    Finder,
    /// A comparison of two values.
    Difference,
    /// The list of merge laws.
    Laws,
    /// The table of what the patch would change.
    Preview,
    /// The sizes of the store.
    Sizes,
    /// The checklist of the facets of a history.
    Facets,
    /// The threads whose contents contain a text.
    Contents,
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
    Contents, Difference, Facets, Finder, Form, Laws, Parts, Preview, Question, Reader, Sizes, Text, Writing,
};
use Pane::{Calls, History, Journal, Metadata, Patch, Threads};

/// All contexts: the panes, then the overlays in which letters are commands, then the others.
pub const EVERYWHERE: &[Context] = &[
    Context::Pane(Threads),
    Context::Pane(History),
    Context::Pane(Metadata),
    Context::Pane(Patch),
    Context::Pane(Calls),
    Context::Pane(Journal),
    Reader,
    Difference,
    Laws,
    Preview,
    Sizes,
    Facets,
    Contents,
    Finder,
    Form,
    Parts,
    Text,
    Writing,
    Question,
];
/// The contexts of the panes.
pub const PANES: &[Context] = EVERYWHERE.split_at(Pane::COUNT).0;
/// The contexts in which letters are commands: the panes, the reader, a difference, the laws, a preview, the sizes, the
/// facets and the threads that were found.
pub const LETTERS: &[Context] = EVERYWHERE.split_at(Pane::COUNT + 7).0;

impl Context {
    /// Returns the name of the context in help and in the documentation.
    pub fn name(self) -> &'static str {
        match self {
            Context::Pane(pane) => pane.row().title,
            Reader => "opened value",
            Difference => "difference",
            Laws => "laws",
            Preview => "preview",
            Sizes => "sizes",
            Facets => "facets",
            Contents => "search result",
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
            Preview => "a preview",
            Sizes => "the list of sizes",
            Facets => "the facets",
            Contents => "a search result",
            _ => "something",
        }
    }

    /// Returns whether typed characters go into a text input.
    pub fn is_text(self) -> bool {
        matches!(self, Finder | Form | Parts | Text | Writing)
    }

    /// Returns the pane of this context, if it is a pane.
    pub fn pane(self) -> Option<Pane> {
        match self {
            Context::Pane(pane) => Some(pane),
            _ => None,
        }
    }
}

impl From<Pane> for Context {
    fn from(pane: Pane) -> Self {
        Self::Pane(pane)
    }
}
