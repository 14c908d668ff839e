//! Something opened to be read: an item, an answer, a field's value, messages. As a JSON tree that folds where it is
//! JSON, and as text.
//!
//! Owns the place in it and what is searched for in it; how it looks is in `draw` below this file.

mod draw;
mod pages;

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use pages::Pages;

use crate::inspector::state::context::Context;
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay;
use crate::inspector::state::patch_draft::patch_of;
use crate::inspector::widgets::cursor::{ListCursor, Motion};
use crate::inspector::widgets::json_tree::{FoldState as Folding, JsonTree, Label, plain, quoted};
use crate::protocol::json::JsonKind;
use crate::text::Break;
use crate::text::needle::Needle;
use crate::workbench::sparse;

/// Values of so many bytes are offered as a patch, at most.
const PATCH: usize = 1024 * 1024;

/// What to do to the folds of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldAction {
    /// Close what is open and open what is closed.
    Toggle,
    /// Close the value, or go to the one around it.
    Close,
    /// Open the value, or go to the first one in it.
    Open,
    /// Close everything below the outermost value.
    CloseAll,
    /// Open everything.
    OpenAll,
}

/// What of a step is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepPart {
    /// All of it; the keys of its outermost object are its parts.
    Step(u64),
    /// Its result.
    Result(u64),
    /// Its error.
    Error(u64),
}

impl StepPart {
    /// The step.
    pub fn step(self) -> u64 {
        match self {
            Self::Step(step) | Self::Result(step) | Self::Error(step) => step,
        }
    }
}

/// Something opened to be read.
#[derive(Clone, Debug)]
pub struct Reader {
    /// What it is.
    pub title: String,
    /// The place in the history of the item that it shows.
    pub item: Option<usize>,
    /// Whether it shows the value of the selected field.
    pub is_field: bool,
    /// The step that it shows, or of which it shows what came.
    pub step: Option<StepPart>,
    tree: Option<JsonTree>,
    pages: Pages,
    raw: bool,
    /// The selected row of the tree among those that can be seen, and the first visible one.
    cursor: ListCursor,
    needle: String,
}

impl Reader {
    /// A JSON text, shown as a tree; what is no JSON is shown as text.
    pub fn json(title: String, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let tree = JsonTree::parse(Arc::clone(&text)).ok();
        let raw = tree.is_none();
        let mut reader = Self {
            title,
            item: None,
            is_field: false,
            step: None,
            tree,
            pages: Pages::new(text, Break::Cell),
            raw,
            cursor: ListCursor::default(),
            needle: String::new(),
        };
        // A large value is easier to find one's way in when it is closed at first.
        if let Some(tree) = &mut reader.tree
            && tree.len() > 2_000
        {
            tree.fold_to_level(2);
        }
        reader
    }

    /// A text.
    pub fn text(title: String, text: impl Into<Arc<str>>) -> Self {
        Self {
            title,
            item: None,
            is_field: false,
            step: None,
            tree: None,
            pages: Pages::new(text.into(), Break::Word),
            raw: true,
            cursor: ListCursor::default(),
            needle: String::new(),
        }
    }

    /// Whether a tree is on the screen.
    pub fn is_tree(&self) -> bool {
        !self.raw
    }

    /// Whether there is a tree to show.
    pub fn has_tree(&self) -> bool {
        self.tree.is_some()
    }

    /// Whether it is an item of a history.
    pub fn is_item(&self) -> bool {
        self.item.is_some()
    }

    /// Folds away what stands under a key of the outermost object.
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

    /// Shows the text instead of the tree, or the tree again.
    pub fn toggle_raw(&mut self) {
        self.raw = !self.raw && self.tree.is_some() || self.tree.is_none();
    }

    /// The tree, where it is on the screen.
    fn shown_tree(&self) -> Option<&JsonTree> {
        self.tree.as_ref().filter(|_| !self.raw)
    }

    /// The selected row of the tree.
    fn row(&self) -> Option<usize> {
        self.shown_tree()?.row_at(self.cursor.at)
    }

    /// Folds and unfolds.
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

    /// The selected string, number or word of the tree as something to read of its own.
    pub fn leaf(&self) -> Option<Reader> {
        let tree = self.shown_tree()?;
        let row = tree.row(self.row()?)?;
        let title = format!("{} {}", self.title, tree.path(row.row));
        (row.fold == Folding::Leaf).then(|| Reader::text(title, plain(row.kind, row.value)))
    }

    /// Whether there is such a thing.
    pub fn is_at_leaf(&self) -> bool {
        let row = self.shown_tree().zip(self.row());
        row.and_then(|(tree, row)| tree.row(row))
            .is_some_and(|row| row.fold == Folding::Leaf)
    }

    /// How many bytes its text has.
    pub fn size(&self) -> usize {
        self.pages.text().len()
    }

    /// Whether it shows the same text as another one.
    pub fn shows_text_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(self.pages.text(), other.pages.text())
    }

    /// The selected value as JSON; of a text, the whole of it.
    pub fn value(&self) -> Option<String> {
        match self.shown_tree() {
            Some(tree) => Some(tree.row(self.row()?)?.value.to_string()),
            None => Some(self.pages.text().to_string()),
        }
    }

    /// The way to the selected value of the tree; none in a text, which is one value.
    pub fn way(&self) -> Vec<Label<'_>> {
        let selected = self.shown_tree().zip(self.row());
        selected.map_or(Vec::new(), |(tree, row)| tree.labels(row))
    }

    /// Looks for a text from now on.
    pub fn look_for(&mut self, text: &str) {
        self.needle = text.to_string();
    }

    /// Goes to the next place of the text that was looked for last, or to the one before, round the end.
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
        body.height
    }

    fn draw(&self, model: &Model, buffer: &mut Buffer, area: Rect, focused: bool) {
        draw::draw(model, self, buffer, area, focused);
    }

    /// Moves through the rows of which `height` are on the screen.
    fn go(&mut self, motion: Motion, height: usize) {
        match self.shown_tree().map(JsonTree::visible_len) {
            Some(rows) => self.cursor.go(motion, rows, height),
            None => self.pages.go(motion, height),
        }
    }

    /// Brings the selected row among the visible ones on a screen of that size.
    fn settle(&mut self, width: usize, height: usize) {
        match self.shown_tree().map(JsonTree::visible_len) {
            Some(rows) => self.cursor.settle(rows, height),
            None => self.pages.settle(width, height),
        }
    }

    /// What of the selected place can be put onto the clipboard: each with its name, the most useful first.
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

    /// The text that was looked for last.
    fn needle(&self) -> &str {
        &self.needle
    }
}

/// Whether a text is in a value as people read it.
fn is_in(needle: &Needle, kind: JsonKind, text: &str) -> bool {
    match quoted(kind, text) {
        Some(inner) => needle.is_in_json(inner),
        None => needle.is_in(text),
    }
}

#[cfg(test)]
mod tests;
