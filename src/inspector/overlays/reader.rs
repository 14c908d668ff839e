//! The reader for an item, an answer, the value of a field, or messages. JSON is shown as a foldable tree or as text.
//!
//! Stores the position in the value and the search text. The submodule `draw` draws the reader.

mod draw;
mod pages;

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use pages::Pages;

use crate::inspector::layout::parts::{PaneParts, inner, split};
use crate::inspector::state::context::Context;
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay;
use crate::inspector::state::patch_draft::patch_of;
use crate::inspector::widgets::cursor::{ListCursor, Motion};
use crate::inspector::widgets::json_tree::{FoldState as Folding, JsonTree, Label, plain, quoted};
use crate::protocol::json::JsonKind;
use crate::text::Break;
use crate::text::needle::Needle;
use crate::workbench::{ItemMark, sparse};

/// The maximum size in bytes of a value that is offered as a patch.
const PATCH: usize = 1024 * 1024;

/// The least rows of an answer in the upper half of the screen.
const ANSWER: u16 = 8;

/// An action on the folds of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldAction {
    /// Close an open value or open a closed one.
    Toggle,
    /// Close the value, or go to the enclosing value.
    Close,
    /// Open the value, or go to the first value in it.
    Open,
    /// Close everything inside the outermost value.
    CloseAll,
    /// Open everything.
    OpenAll,
}

/// The part of a step that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepPart {
    /// The whole step. The keys of its outermost object are its parts.
    Step(u64),
    /// The result of the step.
    Result(u64),
    /// The error of the step.
    Error(u64),
}

impl StepPart {
    /// Returns the step.
    pub fn step(self) -> u64 {
        match self {
            Self::Step(step) | Self::Result(step) | Self::Error(step) => step,
        }
    }
}

/// An opened value.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The title.
    pub title: String,
    /// The position in the history, if the reader shows an item.
    pub item: Option<usize>,
    /// The marks of the item, which are shown above it.
    pub marks: Vec<ItemMark>,
    /// Whether the reader shows the value of the selected field.
    pub is_field: bool,
    /// Whether the reader shows the answer to a call that was just made, in the upper half of the screen.
    pub is_answer: bool,
    /// The step or the part of a step that the reader shows.
    pub step: Option<StepPart>,
    /// Whether the program wrote the text, so that its signs are drawn in ASCII if the others are.
    is_page: bool,
    tree: Option<JsonTree>,
    pages: Pages,
    raw: bool,
    /// The selected row among the unfolded rows of the tree, and the first visible row.
    cursor: ListCursor,
    needle: String,
}

impl Reader {
    /// Creates a reader for a JSON text, which is shown as a tree. Invalid JSON is shown as text.
    pub fn json(title: String, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let tree = JsonTree::parse(Arc::clone(&text)).ok();
        let raw = tree.is_none();
        let mut reader = Self {
            title,
            item: None,
            marks: Vec::new(),
            is_field: false,
            is_answer: false,
            step: None,
            is_page: false,
            tree,
            pages: Pages::new(text, Break::Cell),
            raw,
            cursor: ListCursor::default(),
            needle: String::new(),
        };
        // A large value is easier to navigate if it is folded at first.
        if let Some(tree) = &mut reader.tree
            && tree.len() > 2_000
        {
            tree.fold_to_level(2);
        }
        reader
    }

    /// Creates a reader for a text.
    pub fn text(title: String, text: impl Into<Arc<str>>) -> Self {
        Self {
            title,
            item: None,
            marks: Vec::new(),
            is_field: false,
            is_answer: false,
            step: None,
            is_page: false,
            tree: None,
            pages: Pages::new(text.into(), Break::Word),
            raw: true,
            cursor: ListCursor::default(),
            needle: String::new(),
        }
    }

    /// Creates a reader for a text that the program wrote.
    pub fn page(title: String, text: impl Into<Arc<str>>) -> Self {
        Self {
            is_page: true,
            ..Self::text(title, text)
        }
    }

    /// Returns whether a tree is on the screen.
    pub fn is_tree(&self) -> bool {
        !self.raw
    }

    /// Returns whether there is a tree to show.
    pub fn has_tree(&self) -> bool {
        self.tree.is_some()
    }

    /// Returns whether the reader shows an item of a history.
    pub fn is_item(&self) -> bool {
        self.item.is_some()
    }

    /// Folds the value of a key of the outermost object.
    pub fn fold_key(&mut self, key: &str) {
        let Some(tree) = &mut self.tree else { return };
        let mut members = std::iter::successors(tree.first_child(0), |row| tree.next_sibling(*row));
        let named = |row: &usize| {
            tree.row(*row)
                .is_some_and(|row| row.label == Label::Key(key.into()))
        };
        if let Some(row) = members.find(named) {
            tree.fold(row);
        }
    }

    /// Switches between the text and the tree.
    pub fn toggle_raw(&mut self) {
        self.raw = !self.raw && self.tree.is_some() || self.tree.is_none();
    }

    /// Returns the tree if it is on the screen.
    fn shown_tree(&self) -> Option<&JsonTree> {
        self.tree.as_ref().filter(|_| !self.raw)
    }

    /// Returns the selected row of the tree.
    fn row(&self) -> Option<usize> {
        self.shown_tree()?.row_at(self.cursor.at)
    }

    /// Folds or unfolds.
    pub fn fold(&mut self, fold: FoldAction) {
        let Some(row) = self.row() else { return };
        let Some(tree) = &mut self.tree else { return };
        let state = tree.row(row).map_or(Folding::Leaf, |row| row.fold);
        let row = match (fold, state) {
            (FoldAction::Toggle, _) => {
                tree.toggle(row);
                row
            }
            (FoldAction::Close, Folding::Open) if row != 0 => {
                tree.fold(row);
                row
            }
            (FoldAction::Close, _) => tree.parent(row).unwrap_or(row),
            (FoldAction::Open, Folding::Folded) => {
                tree.unfold(row);
                row
            }
            (FoldAction::Open, _) => tree.first_child(row).unwrap_or(row),
            (FoldAction::CloseAll, _) => {
                tree.fold_to_level(1);
                row
            }
            (FoldAction::OpenAll, _) => {
                tree.unfold_all(0);
                row
            }
        };
        self.cursor.at = tree.place_of(row);
    }

    /// Returns a reader for the selected string, number or word of the tree.
    pub fn leaf(&self) -> Option<Reader> {
        let tree = self.shown_tree()?;
        let row = tree.row(self.row()?)?;
        let title = format!("{} {}", self.title, tree.path(row.row));
        (row.fold == Folding::Leaf).then(|| {
            let mut leaf = Reader::text(title, plain(row.kind, row.value));
            if !self.needle.is_empty() {
                leaf.look_for(&self.needle);
                leaf.next_match(true, true);
            }
            leaf
        })
    }

    /// Returns whether a string, number or word of the tree is selected.
    pub fn is_at_leaf(&self) -> bool {
        let row = self.shown_tree().zip(self.row());
        row.and_then(|(tree, row)| tree.row(row))
            .is_some_and(|row| row.fold == Folding::Leaf)
    }

    /// Returns the size of the text in bytes.
    pub fn size(&self) -> usize {
        self.pages.text().len()
    }

    /// Returns whether both readers show the same text.
    pub fn shows_text_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(self.pages.text(), other.pages.text())
    }

    /// Returns the selected value as JSON. For plain text, returns the whole text.
    pub fn value(&self) -> Option<String> {
        match self.shown_tree() {
            Some(tree) => Some(tree.row(self.row()?)?.value.to_string()),
            None => Some(self.pages.text().to_string()),
        }
    }

    /// Returns the path to the selected value of the tree. For plain text, which is one value, the path is empty.
    pub fn way(&self) -> Vec<Label<'_>> {
        let selected = self.shown_tree().zip(self.row());
        selected.map_or(Vec::new(), |(tree, row)| tree.labels(row))
    }

    /// Sets the search text.
    pub fn look_for(&mut self, text: &str) {
        self.needle = text.to_string();
    }

    /// Goes to the next or previous match of the search text, wrapping at the ends.
    pub fn next_match(&mut self, forward: bool, from_here: bool) -> bool {
        let needle = Needle::new(&self.needle);
        if self.shown_tree().is_none() {
            return self.pages.find(&needle, forward, from_here);
        }
        let here = self.row().unwrap_or(0);
        let Some(tree) = &mut self.tree else { return false };
        let count = tree.len();
        let skip = usize::from(!from_here);
        let found = (skip..count + skip).map(|step| match forward {
            true => (here + step) % count,
            false => (here + count - step % count) % count,
        });
        let found = found.into_iter().find(|row| {
            tree.row(*row).is_some_and(|row| {
                let label = match &row.label {
                    Label::Key(key) => needle.is_in(key),
                    _ => false,
                };
                label || (row.fold == Folding::Leaf && is_in(&needle, row.kind, row.value))
            })
        });
        let Some(row) = found else { return false };
        tree.reveal(row);
        self.cursor.at = tree.place_of(row);
        true
    }
}

impl Overlay for Reader {
    fn context(&self) -> Context {
        Context::Reader
    }

    fn height(&self, body: Rect) -> u16 {
        match self.is_answer {
            true => (body.height / 2).max(ANSWER.min(body.height)),
            false => body.height,
        }
    }

    fn is_above(&self) -> bool {
        self.is_answer
    }

    fn parts(&self, area: Rect) -> PaneParts {
        let inside = inner(area);
        let marks = u16::try_from(self.marks.len()).unwrap_or(0);
        split(inside, marks.min(inside.height.saturating_sub(3)), 0)
    }

    fn draw(&self, model: &Model, buffer: &mut Buffer, area: Rect, focused: bool) {
        draw::draw(model, self, buffer, area, focused);
    }

    /// The rows of the tree. A text has no selected row.
    fn list(&mut self) -> Option<(&mut ListCursor, usize)> {
        let rows = self.shown_tree()?.visible_len();
        Some((&mut self.cursor, rows))
    }

    /// Moves the selection on a screen of `height` rows.
    fn go(&mut self, motion: Motion, height: usize) {
        match self.list() {
            Some((cursor, rows)) => cursor.go(motion, rows, height),
            None => self.pages.go(motion, height),
        }
    }

    /// Scrolls so that the selected row is visible on a screen of this size.
    fn settle(&mut self, width: usize, height: usize) {
        match self.list() {
            Some((cursor, rows)) => cursor.settle(rows, height),
            None => self.pages.settle(width, height),
        }
    }

    /// Returns the texts that can be copied at the selection, each with its name, the most useful one first.
    fn copies(&self) -> Vec<(&'static str, String)> {
        let whole = ("the full text", self.pages.text().to_string());
        let Some((tree, row)) = self.shown_tree().zip(self.row()) else {
            return vec![whole];
        };
        let Some(shown) = tree.row(row) else {
            return vec![whole];
        };
        let mut copies = vec![("the value", plain(shown.kind, shown.value))];
        if shown.kind == JsonKind::String {
            copies.push(("the value as JSON", shown.value.to_string()));
        }
        if let Label::Key(key) = &shown.label {
            copies.push(("the key", key.to_string()));
        }
        copies.push(("the path in jq syntax", tree.path(row)));
        let short = Some(shown.value).filter(|value| value.len() <= PATCH);
        let patch = short.and_then(|value| patch_of(value).ok());
        copies.extend(patch.map(|patch| ("the value as a patch", sparse::text(&patch))));
        copies.push(whole);
        copies
    }

    /// Returns the last search text.
    fn needle(&self) -> &str {
        &self.needle
    }
}

/// Returns whether a value, as displayed, contains the search string.
fn is_in(needle: &Needle, kind: JsonKind, text: &str) -> bool {
    match quoted(kind, text) {
        Some(inner) => needle.is_in_json(inner),
        None => needle.is_in(text),
    }
}

#[cfg(test)]
mod tests;
