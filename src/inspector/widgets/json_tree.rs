//! A JSON text as a foldable tree. One scan without recursion finds the flat rows, one for each value, at any depth.
//! Only requested rows are converted to text. The panes draw the rows and store the cursor.
//!
//! Rows are numbered from 0 (the outermost value) in text order. The rows of a container directly follow it. The
//! visible rows are stored as a bitset with counts, so converting between rows and screen positions costs the same for
//! ten rows and for a million.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::protocol::json::{Json, JsonError, JsonKind, unescape};

mod folding;
mod moving;
mod scan;
#[cfg(test)]
mod tests;
mod visible;

use visible::Bits;

/// Means "none" for a row number or a position in the text.
const NONE: u32 = u32::MAX;

/// A value. Numbers are byte positions in the text and row numbers.
#[derive(Debug, Clone, Copy)]
struct Node {
    /// The start and end of its text.
    start: u32,
    end: u32,
    /// The start of its key (the quote). `NONE` for an element and the outermost value.
    key: u32,
    key_end: u32,
    parent: u32,
    /// The first row after the value and its contents.
    next: u32,
    depth: u32,
    /// The index among the values of its parent.
    index: u32,
    /// The number of values that it directly contains.
    count: u32,
}

/// A JSON text with its rows and folds.
#[derive(Debug, Clone)]
pub struct JsonTree {
    text: Arc<str>,
    nodes: Arc<[Node]>,
    folded: Bits,
    visible: Bits,
}

/// The data to draw a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeRow<'a> {
    /// The row number.
    pub row: usize,
    /// The number of enclosing containers.
    pub depth: usize,
    /// Whether the row has contents, and whether they are shown.
    pub fold: FoldState,
    /// The name in its container.
    pub label: Label<'a>,
    /// The kind of the value.
    pub kind: JsonKind,
    /// The whole text of the value. For a large value, read only what is needed ([`fit`](crate::text::fit) does).
    pub value: &'a str,
    /// The number of values that it directly contains.
    pub count: usize,
}

/// The fold state of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoldState {
    /// The row has no contents.
    Leaf,
    /// The contents are shown.
    Open,
    /// The contents are hidden.
    Folded,
}

/// The name of a value in its container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Label<'a> {
    /// The outermost value has no name.
    Root,
    /// The name of a member, without quotes and escapes.
    Key(Cow<'a, str>),
    /// The index of an element, starting at 0.
    Index(usize),
}

impl JsonTree {
    /// Parses a text with one JSON value. All rows are visible at first.
    ///
    /// # Errors
    /// The first byte that is not JSON, or a text larger than 4 GiB.
    pub fn parse(text: impl Into<Arc<str>>) -> Result<Self, JsonError> {
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

    /// Returns the number of rows, folded or not. Never 0.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Returns the number of visible rows.
    pub fn visible_len(&self) -> usize {
        self.visible.ones()
    }

    /// Returns the row at a position among the visible rows.
    pub fn row_at(&self, place: usize) -> Option<usize> {
        self.visible.select(place)
    }

    /// Returns the position of a row among the visible rows. For a hidden row, returns the position of the folded row
    /// that hides it.
    pub fn place_of(&self, row: usize) -> usize {
        self.visible.rank(row.saturating_add(1)).saturating_sub(1)
    }

    /// Returns whether no enclosing container of the row is folded.
    pub fn is_visible(&self, row: usize) -> bool {
        self.visible.get(row)
    }

    /// Returns the row itself, or the folded row that hides it.
    #[cfg(test)]
    pub fn nearest_visible(&self, row: usize) -> usize {
        self.row_at(self.place_of(row)).unwrap_or(0)
    }

    /// Returns the rows at a range of positions among the visible rows, in order.
    pub fn rows(&self, places: Range<usize>) -> impl Iterator<Item = TreeRow<'_>> {
        let mut next = self.row_at(places.start);
        places.map_while(move |_| {
            let row = next?;
            next = self.next_visible(row);
            self.row(row)
        })
    }

    /// Returns the data to draw a row.
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

    /// Returns the value of a row.
    pub fn json(&self, row: usize) -> Option<Json<'_>> {
        let node = self.nodes.get(row)?;
        Some(Json::trusted(&self.text[node.start as usize..node.end as usize]))
    }

    /// Returns the names of the values on the path to a row, without the outermost value.
    pub fn labels(&self, row: usize) -> Vec<Label<'_>> {
        self.way(row).into_iter().map(|node| self.label(node)).collect()
    }

    /// Returns the values on the path to a row, without the outermost one.
    fn way(&self, row: usize) -> Vec<&Node> {
        let parent = |node: &&Node| self.nodes.get(node.parent as usize);
        let way = std::iter::successors(self.nodes.get(row), parent);
        let mut way: Vec<&Node> = way.take_while(|node| node.parent != NONE).collect();
        way.reverse();
        way
    }

    /// Returns the path to a row in `jq` syntax: `.payload.content[0].text`, or `.` for the outermost value.
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
            Label::Key(unescape(&key[1..key.len() - 1]))
        }
    }

    /// Returns the name of a member as it is in the text, with its quotes.
    fn key_text(&self, node: &Node) -> &str {
        &self.text[node.key as usize..node.key_end as usize]
    }
}

fn is_identifier(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Returns a value for display: a string without its quotes and escapes.
pub fn plain(kind: JsonKind, text: &str) -> String {
    match quoted(kind, text) {
        Some(inner) => unescape(inner).into_owned(),
        None => text.to_string(),
    }
}

/// Returns the text between the quotes of a string.
pub fn quoted(kind: JsonKind, text: &str) -> Option<&str> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    (kind == JsonKind::String).then_some(inner)
}
