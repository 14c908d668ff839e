//! A JSON text as a tree that folds: flat rows found in one scan, one a value, at any depth and without recursion. Only
//! rows that are asked for become text. How a row looks, and where the cursor is, is the panes' matter.
//!
//! Rows are numbered from 0 (the outermost value) in the order of the text; a container's rows follow it directly. Which of
//! them can be seen is kept as a bitset with counts, so that going from a row to its place on the screen and back costs the same at
//! ten rows and at a million.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::protocol::json::{Fault, Json, JsonKind, unescape};

mod folding;
mod moving;
mod scan;
#[cfg(test)]
mod tests;
mod visible;

use visible::Bits;

/// Stands for "none" where a row number or a place in the text is expected.
const NONE: u32 = u32::MAX;

/// One value. Numbers are bytes in the text and row numbers.
#[derive(Debug, Clone, Copy)]
struct Node {
    /// Where its text begins and ends.
    start: u32,
    end: u32,
    /// Where its key begins (the quote); `NONE` for an element and the outermost value.
    key: u32,
    key_end: u32,
    parent: u32,
    /// The first row behind the value and all that it contains.
    next: u32,
    depth: u32,
    /// Its number among its parent's values.
    index: u32,
    /// How many values it contains directly.
    count: u32,
}

/// A JSON text with its rows and which of them are folded.
#[derive(Debug, Clone)]
pub struct JsonTree {
    text: Arc<str>,
    nodes: Arc<[Node]>,
    folded: Bits,
    visible: Bits,
}

/// What a row offers to be drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeRow<'a> {
    /// The row's number.
    pub row: usize,
    /// How many containers it is in.
    pub depth: usize,
    /// Whether there is something below it, and whether that is shown.
    pub fold: FoldState,
    /// What it is called in its container.
    pub label: Label<'a>,
    /// Which kind of value it is.
    pub kind: JsonKind,
    /// The value as it is written, all of it: for a large one take what is needed ([`fit`](crate::text::fit) does).
    pub value: &'a str,
    /// How many values it contains directly.
    pub count: usize,
}

/// Whether a row hides something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoldState {
    /// Nothing is below it.
    Leaf,
    /// What is below it is shown.
    Open,
    /// What is below it is hidden.
    Folded,
}

/// What a value is called in its container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Label<'a> {
    /// The outermost value has no name.
    Root,
    /// The name of a member, without quotes and escapes.
    Key(Cow<'a, str>),
    /// The number of an element, from 0.
    Index(usize),
}

impl JsonTree {
    /// Reads the rows of a text that holds one JSON value; all of them are shown at first.
    ///
    /// # Errors
    /// The first byte that is not JSON; or that the text is longer than 4 GiB.
    pub fn parse(text: impl Into<Arc<str>>) -> Result<Self, Fault> {
        let text = text.into();
        let nodes = scan::scan(&text)?;
        let folded = Bits::new(nodes.len(), false);
        let visible = Bits::new(nodes.len(), true);
        Ok(Self {
            text,
            nodes: nodes.into(),
            folded,
            visible,
        })
    }

    /// How many rows there are, folded or not; never 0.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// How many rows can be seen.
    pub fn visible_len(&self) -> usize {
        self.visible.ones()
    }

    /// The row at a place among those that can be seen.
    pub fn row_at(&self, place: usize) -> Option<usize> {
        self.visible.select(place)
    }

    /// The place of a row among those that can be seen; of a hidden row the place of the folded row that hides it.
    pub fn place_of(&self, row: usize) -> usize {
        self.visible.rank(row.saturating_add(1)).saturating_sub(1)
    }

    /// Whether no container around the row is folded.
    pub fn is_visible(&self, row: usize) -> bool {
        self.visible.get(row)
    }

    /// The row itself, or the folded row that hides it.
    #[cfg(test)]
    pub fn nearest_visible(&self, row: usize) -> usize {
        self.row_at(self.place_of(row)).unwrap_or(0)
    }

    /// The rows at a range of places among those that can be seen, in order.
    pub fn rows(&self, places: Range<usize>) -> impl Iterator<Item = TreeRow<'_>> {
        let mut next = self.row_at(places.start);
        places.map_while(move |_| {
            let row = next?;
            next = self.next_visible(row);
            self.row(row)
        })
    }

    /// What a row offers to be drawn from.
    pub fn row(&self, row: usize) -> Option<TreeRow<'_>> {
        let node = self.nodes.get(row)?;
        let value = self.json(row)?;
        Some(TreeRow {
            row,
            depth: node.depth as usize,
            fold: match node.count {
                0 => FoldState::Leaf,
                _ if self.folded.get(row) => FoldState::Folded,
                _ => FoldState::Open,
            },
            label: self.label(node),
            kind: value.kind(),
            value: value.text(),
            count: node.count as usize,
        })
    }

    /// The value of a row.
    pub fn json(&self, row: usize) -> Option<Json<'_>> {
        let node = self.nodes.get(row)?;
        self.text
            .get(node.start as usize..node.end as usize)
            .map(Json::trusted)
    }

    /// What the values on the way to a row are called, from the outermost one's on.
    pub fn labels(&self, row: usize) -> Vec<Label<'_>> {
        self.way(row).into_iter().map(|node| self.label(node)).collect()
    }

    /// The values on the way to a row, without the outermost one.
    fn way(&self, row: usize) -> Vec<&Node> {
        let parent = |node: &&Node| self.nodes.get(node.parent as usize);
        let way = std::iter::successors(self.nodes.get(row), parent);
        let mut way: Vec<&Node> = way.take_while(|node| node.parent != NONE).collect();
        way.reverse();
        way
    }

    /// The way to a row as `jq` writes it: `.payload.content[0].text`, `.` for the outermost value.
    pub fn path(&self, row: usize) -> String {
        let steps = self.way(row).into_iter().map(|node| match self.label(node) {
            Label::Key(key) if is_identifier(&key) => format!(".{key}"),
            Label::Key(_) => format!("[{}]", self.key_text(node)),
            Label::Index(index) => format!("[{index}]"),
            Label::Root => String::new(),
        });
        let path = steps.collect::<String>();
        if path.starts_with('.') {
            path
        } else {
            format!(".{path}")
        }
    }

    fn label(&self, node: &Node) -> Label<'_> {
        if node.parent == NONE {
            Label::Root
        } else if node.key == NONE {
            Label::Index(node.index as usize)
        } else {
            let key = self.key_text(node);
            Label::Key(unescape(
                key.strip_prefix('"')
                    .and_then(|key| key.strip_suffix('"'))
                    .unwrap_or(key),
            ))
        }
    }

    /// A member's name as it is written, with its quotes.
    fn key_text(&self, node: &Node) -> &str {
        self.text
            .get(node.key as usize..node.key_end as usize)
            .unwrap_or_default()
    }
}

fn is_identifier(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A value as people read it: a string without its quotes and escapes.
pub fn plain(kind: JsonKind, text: &str) -> String {
    match quoted(kind, text) {
        Some(inner) => unescape(inner).into_owned(),
        None => text.to_string(),
    }
}

/// What stands between the quotes of a string.
pub fn quoted(kind: JsonKind, text: &str) -> Option<&str> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    (kind == JsonKind::String).then_some(inner)
}
