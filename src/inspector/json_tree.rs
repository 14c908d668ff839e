//! A JSON text as a tree that folds: flat rows found in one scan, one a value, at any depth and without recursion. Only
//! rows that are asked for become text. How a row looks, and where the cursor is, is the panes' matter.
//!
//! Rows are numbered from 0 (the outermost value) in the order of the text; a container's rows follow it directly. Which of
//! them can be seen is kept as a bitset with counts, so that going from a row to its place on the screen and back costs the same at
//! ten rows and at a million.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::protocol::json::{Fault, Json, JsonKind, Scanner, TokenKind, unescape};

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
    nodes: Vec<Node>,
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
    pub fold: Fold,
    /// What it is called in its container.
    pub label: Label<'a>,
    /// Which kind of value it is.
    pub kind: JsonKind,
    /// The value as it is written, all of it: for a large one take what is needed ([`fit`](super::text::fit) does).
    pub value: &'a str,
    /// How many values it contains directly.
    pub count: usize,
}

/// Whether a row hides something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
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
        let nodes = scan(&text)?;
        let folded = Bits::new(nodes.len(), false);
        let visible = Bits::new(nodes.len(), true);
        Ok(Self {
            text,
            nodes,
            folded,
            visible,
        })
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many rows there are, folded or not; never 0.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Never: a JSON text has a value.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
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
                0 => Fold::Leaf,
                _ if self.folded.get(row) => Fold::Folded,
                _ => Fold::Open,
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

    /// The way to a row as `jq` writes it: `.payload.content[0].text`, `.` for the outermost value.
    pub fn path(&self, row: usize) -> String {
        let mut steps = Vec::new();
        let mut at = row;
        while let Some(node) = self.nodes.get(at).filter(|node| node.parent != NONE) {
            steps.push(match self.label(node) {
                Label::Key(key) if is_identifier(&key) => format!(".{key}"),
                Label::Key(_) => format!("[{}]", self.key_text(node)),
                Label::Index(index) => format!("[{index}]"),
                Label::Root => String::new(),
            });
            at = node.parent as usize;
        }
        steps.reverse();
        let path = steps.concat();
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

/// Moving. Rows in, rows out; `None` where there is nothing that way.
impl JsonTree {
    /// The next row that can be seen.
    pub fn next_visible(&self, row: usize) -> Option<usize> {
        let node = self.nodes.get(row)?;
        let next = if self.folded.get(row) {
            node.next as usize
        } else {
            row + 1
        };
        (next < self.len())
            .then_some(next)
            .filter(|next| self.is_visible(*next))
    }

    /// The row before it that can be seen.
    pub fn prev_visible(&self, row: usize) -> Option<usize> {
        self.row_at(self.visible.rank(row).checked_sub(1)?)
    }

    /// The container of a row.
    pub fn parent(&self, row: usize) -> Option<usize> {
        self.nodes
            .get(row)
            .filter(|node| node.parent != NONE)
            .map(|node| node.parent as usize)
    }

    /// The first value in a container.
    pub fn first_child(&self, row: usize) -> Option<usize> {
        self.nodes.get(row).filter(|node| node.count > 0).map(|_| row + 1)
    }

    /// The next value in the same container.
    pub fn next_sibling(&self, row: usize) -> Option<usize> {
        let node = self.nodes.get(row)?;
        let next = self.nodes.get(node.next as usize)?;
        (next.parent == node.parent).then_some(node.next as usize)
    }

    /// The value before it in the same container.
    pub fn prev_sibling(&self, row: usize) -> Option<usize> {
        let parent = self.parent(row)?;
        let mut at = row.checked_sub(1).filter(|before| *before != parent)?;
        while self.parent(at)? != parent {
            at = self.parent(at)?;
        }
        Some(at)
    }
}

/// Folding.
impl JsonTree {
    /// Hides what is below a row; nothing for a leaf.
    pub fn fold(&mut self, row: usize) {
        if self.first_child(row).is_some() && !self.folded.get(row) {
            self.folded.set(row, true);
            self.show_below(row);
        }
    }

    /// Shows what is below a row again, as it was folded before.
    pub fn unfold(&mut self, row: usize) {
        if self.folded.get(row) {
            self.folded.set(row, false);
            self.show_below(row);
        }
    }

    /// Folds what is open and the other way round.
    pub fn toggle(&mut self, row: usize) {
        if self.folded.get(row) {
            self.unfold(row);
        } else {
            self.fold(row);
        }
    }

    /// Folds a row and every container below it.
    pub fn fold_all(&mut self, row: usize) {
        self.fold_by(row, |_| true);
    }

    /// Shows everything below a row.
    pub fn unfold_all(&mut self, row: usize) {
        self.fold_by(row, |_| false);
    }

    /// Shows the whole tree down to `level` containers deep and folds what is below: 0 leaves only the outermost row.
    pub fn fold_to_level(&mut self, level: usize) {
        self.fold_by(0, |node| node.depth as usize >= level);
    }

    /// Unfolds the containers around a row, so that it can be seen.
    pub fn reveal(&mut self, row: usize) {
        let mut outermost = None;
        let mut at = row;
        while let Some(parent) = self.parent(at) {
            if self.folded.get(parent) {
                self.folded.set(parent, false);
                outermost = Some(parent);
            }
            at = parent;
        }
        if let Some(outermost) = outermost {
            self.show_below(outermost);
        }
    }

    /// Folds each container from a row on down, or not, and shows what is to be seen then.
    fn fold_by(&mut self, row: usize, folds: impl Fn(&Node) -> bool) {
        for at in row..self.end_of(row) {
            let fold = self
                .nodes
                .get(at)
                .is_some_and(|node| node.count > 0 && folds(node));
            self.folded.set(at, fold);
        }
        self.show_below(row);
    }

    fn end_of(&self, row: usize) -> usize {
        self.nodes.get(row).map_or(row, |node| node.next as usize)
    }

    /// Finds out anew which rows below one can be seen.
    fn show_below(&mut self, row: usize) {
        let end = self.end_of(row);
        let shown = self.is_visible(row) && !self.folded.get(row);
        self.visible.fill(row + 1..end, shown);
        let mut at = row + 1;
        while shown && at < end {
            if self.folded.get(at) {
                let below = self.end_of(at);
                self.visible.fill(at + 1..below, false);
                at = below;
            } else {
                at += 1;
            }
        }
        self.visible.count();
    }
}

fn is_identifier(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// All rows of a text, in one scan.
fn scan(text: &str) -> Result<Vec<Node>, Fault> {
    if u32::try_from(text.len()).is_err() {
        return Err(Fault {
            at: 0,
            what: "longer than 4 GiB, too long to be shown as a tree",
        });
    }
    let mut scanner = Scanner::new();
    let mut nodes: Vec<Node> = Vec::new();
    let mut open: Vec<u32> = Vec::new();
    let mut key = (NONE, NONE);
    while let Some(token) = scanner.next(text.as_bytes(), true)? {
        let (start, end) = (narrow(token.start), narrow(token.end));
        let row = narrow(nodes.len());
        match token.kind {
            TokenKind::End => return nothing_follows(text, token.end).map(|()| nodes),
            TokenKind::Key => key = (start, end),
            TokenKind::ObjectEnd | TokenKind::ArrayEnd => {
                if let Some(node) = open.pop().and_then(|row| nodes.get_mut(row as usize)) {
                    node.end = end;
                    node.next = row;
                }
            }
            kind => {
                let parent = open.last().copied().unwrap_or(NONE);
                let index = nodes.get_mut(parent as usize).map_or(0, |parent| {
                    parent.count += 1;
                    parent.count - 1
                });
                let (key, key_end) = std::mem::replace(&mut key, (NONE, NONE));
                let depth = narrow(open.len());
                nodes.push(Node {
                    start,
                    end,
                    key,
                    key_end,
                    parent,
                    next: row + 1,
                    depth,
                    index,
                    count: 0,
                });
                if matches!(kind, TokenKind::ObjectStart | TokenKind::ArrayStart) {
                    open.push(row);
                }
            }
        }
    }
    Ok(nodes)
}

fn nothing_follows(text: &str, end: usize) -> Result<(), Fault> {
    let rest = text.get(end..).unwrap_or_default();
    let more = rest.trim_start_matches([' ', '\t', '\n', '\r']);
    match more {
        "" => Ok(()),
        _ => Err(Fault {
            at: text.len() - more.len(),
            what: "something follows the value",
        }),
    }
}

/// A place in a text of less than 4 GiB.
fn narrow(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(NONE)
}
