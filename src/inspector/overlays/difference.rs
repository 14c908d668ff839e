//! The comparison of two things side by side. Equal parts are folded, and pairs that differ show where they differ.
//!
//! Stores the rows, the folds, the selection and what the user can request. [`diff`](crate::workbench::diff) computes
//! the differences. The submodule `draw` draws the rows.

mod draw;
mod lines;
mod patches;

use std::collections::{BTreeMap, BTreeSet};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use lines::DiffLine;
use patches::DiffPatch;

use super::reader::FoldAction;
use crate::inspector::layout::parts::{PaneParts, inner, split};
use crate::inspector::state::context::Context;
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay;
use crate::inspector::widgets::cursor::ListCursor;
use crate::workbench::diff::{Comparison, RunKind, SideElement, ThreadVersion};
use crate::workbench::sparse;

/// The maximum number of pairs that are unfolded at first.
const UNFOLDED: usize = 40;
/// The maximum number of pairs that are unfolded when the user unfolds all.
const ALL: usize = 1_000;

/// The type of the sides, which determines the available actions.
pub enum Sides {
    /// Two threads.
    Threads(Box<[ThreadVersion; 2]>),
    /// The store after two steps.
    Steps(u64, u64),
    /// Two values.
    Values,
}

/// A comparison of two things.
pub struct DifferenceView {
    /// The differences.
    pub comparison: Comparison,
    /// The type of the sides.
    pub sides: Sides,
    /// The selected row and the first visible row.
    pub cursor: ListCursor,
    /// The unfolded runs of equal elements: section and run.
    shown: BTreeSet<(usize, usize)>,
    /// The unfolded pairs with their lines, by section and index on the left side.
    pairs: BTreeMap<(usize, usize), Vec<DiffLine>>,
    blocks: Vec<Block>,
}

/// Consecutive rows of one type.
struct Block {
    /// The first row, and the number of rows.
    start: usize,
    rows: usize,
    section: usize,
    what: BlockKind,
}

/// The type of the rows of a block.
enum BlockKind {
    Heading,
    /// The row for a run of equal elements. If the run is unfolded, this row is above it.
    Stretch(usize),
    /// Consecutive elements of one kind of run, starting at these indices. A changed element is a folded pair.
    Elements(RunKind, usize, usize),
    /// The lines of an unfolded pair.
    Pair(usize, usize),
}

impl BlockKind {
    fn is_change(&self) -> bool {
        match self {
            BlockKind::Heading | BlockKind::Stretch(_) | BlockKind::Elements(RunKind::Same, ..) => false,
            BlockKind::Elements(..) | BlockKind::Pair(..) => true,
        }
    }
}

/// A row.
pub enum DiffRow<'a> {
    /// The heading of the following rows.
    Heading(&'static str),
    /// The number of equal elements, and whether they are shown below.
    Stretch(usize, bool),
    /// An element of one side, or of both sides if it is equal.
    Element(RunKind, SideElement<'a>),
    /// Two elements that differ.
    Pair(SideElement<'a>, SideElement<'a>),
    /// A line of such a pair.
    Line(&'a DiffLine),
}

impl DifferenceView {
    /// Creates a comparison with the differences unfolded.
    pub fn new(comparison: Comparison, sides: Sides) -> Self {
        let mut view = Self {
            comparison,
            sides,
            cursor: ListCursor::default(),
            shown: BTreeSet::new(),
            pairs: BTreeMap::new(),
            blocks: Vec::new(),
        };
        view.unfold_pairs(UNFOLDED);
        view.lay_out();
        view.next_change(true);
        view
    }

    /// Returns the number of rows.
    pub fn rows(&self) -> usize {
        self.blocks.last().map_or(0, |block| block.start + block.rows)
    }

    fn block(&self, row: usize) -> Option<&Block> {
        let behind = self.blocks.partition_point(|block| block.start <= row);
        self.blocks.get(behind.checked_sub(1)?)
    }

    /// Returns a row.
    pub fn row(&self, row: usize) -> Option<DiffRow<'_>> {
        let block = self.block(row)?;
        let at = row - block.start;
        let section = &self.comparison.sections[block.section];
        Some(match block.what {
            BlockKind::Heading => DiffRow::Heading(section.title),
            BlockKind::Stretch(run) => {
                let shown = self.shown.contains(&(block.section, run));
                DiffRow::Stretch(section.runs[run].len(), shown)
            }
            BlockKind::Elements(RunKind::Removed, left, _) => {
                DiffRow::Element(RunKind::Removed, section.left(left + at)?)
            }
            BlockKind::Elements(RunKind::Changed, left, right) => {
                DiffRow::Pair(section.left(left + at)?, section.right(right + at)?)
            }
            BlockKind::Elements(fate, _, right) => DiffRow::Element(fate, section.right(right + at)?),
            BlockKind::Pair(left, _) => DiffRow::Line(&self.pairs[&(block.section, left)][at]),
        })
    }

    /// Rebuilds the rows.
    fn lay_out(&mut self) {
        let mut blocks = Vec::new();
        let mut start = 0;
        let mut push = |section: usize, rows: usize, what: BlockKind| {
            if rows > 0 {
                blocks.push(Block {
                    start,
                    rows,
                    section,
                    what,
                });
                start += rows;
            }
        };
        for (at, section) in self.comparison.sections.iter().enumerate() {
            push(at, 1, BlockKind::Heading);
            for (index, run) in section.runs.iter().enumerate() {
                let (left, right) = (run.left.start, run.right.start);
                match run.fate {
                    RunKind::Same => {
                        push(at, 1, BlockKind::Stretch(index));
                        if self.shown.contains(&(at, index)) {
                            push(at, run.len(), BlockKind::Elements(RunKind::Same, left, right));
                        }
                    }
                    RunKind::Removed | RunKind::Added => {
                        push(at, run.len(), BlockKind::Elements(run.fate, left, right))
                    }
                    RunKind::Changed => {
                        let mut done = left;
                        let folded = |from: usize, to: usize| {
                            (
                                to - from,
                                BlockKind::Elements(RunKind::Changed, from, right + (from - left)),
                            )
                        };
                        for ((_, pair), lines) in self.pairs.range((at, left)..(at, run.left.end)) {
                            let (rows, what) = folded(done, *pair);
                            push(at, rows, what);
                            push(at, lines.len(), BlockKind::Pair(*pair, right + (pair - left)));
                            done = pair + 1;
                        }
                        let (rows, what) = folded(done, run.left.end);
                        push(at, rows, what);
                    }
                }
            }
        }
        self.blocks = blocks;
    }

    fn unfold_pairs(&mut self, most: usize) {
        for (at, section) in self.comparison.sections.iter().enumerate() {
            let pairs = section.runs.iter().filter(|run| run.fate == RunKind::Changed);
            let pairs = pairs.flat_map(|run| run.left.clone().zip(run.right.clone()));
            for (left, right) in pairs.take(most) {
                self.pairs
                    .entry((at, left))
                    .or_insert_with(|| lines::of_pair(section, left, right));
            }
        }
    }

    /// Goes to the next or previous change. Returns false if there is none.
    pub fn next_change(&mut self, forward: bool) -> bool {
        let here = self.cursor.at;
        let mut changes = self.blocks.iter().filter(|block| block.what.is_change());
        let found = match forward {
            true => changes.find(|block| block.start > here),
            false => changes.rfind(|block| block.start < here),
        };
        if let Some(block) = found {
            self.cursor.at = block.start;
        }
        found.is_some()
    }

    /// Folds or unfolds at the selected row. Returns false if there is nothing to fold.
    pub fn fold(&mut self, fold: FoldAction) -> bool {
        let Some(block) = self.block(self.cursor.at) else {
            return false;
        };
        let (at, row, start) = (block.section, self.cursor.at - block.start, block.start);
        let section = &self.comparison.sections[at];
        match (fold, &block.what) {
            (FoldAction::CloseAll, _) => {
                self.shown.clear();
                self.pairs.clear();
                self.cursor.at = 0;
            }
            (FoldAction::OpenAll, _) => {
                for (at, section) in self.comparison.sections.iter().enumerate() {
                    let runs = section.runs.iter().enumerate();
                    let same = runs.filter(|(_, run)| run.fate == RunKind::Same);
                    self.shown.extend(same.map(|(index, _)| (at, index)));
                }
                self.unfold_pairs(ALL);
            }
            (FoldAction::Toggle, BlockKind::Stretch(run)) => {
                let key = (at, *run);
                if !self.shown.remove(&key) {
                    self.shown.insert(key);
                }
            }
            (FoldAction::Open, BlockKind::Stretch(run)) => {
                self.shown.insert((at, *run));
            }
            (FoldAction::Close, BlockKind::Stretch(run)) => {
                self.shown.remove(&(at, *run));
            }
            (FoldAction::Close, BlockKind::Elements(RunKind::Same, left, _)) => {
                let run = section.runs.iter().position(|run| run.left.contains(left));
                debug_assert!(run.is_some(), "an element is of a run");
                if let Some(run) = run {
                    self.shown.remove(&(at, run));
                }
                self.cursor.at = start.saturating_sub(1);
            }
            (FoldAction::Toggle | FoldAction::Open, BlockKind::Elements(RunKind::Changed, left, right)) => {
                let (left, right) = (left + row, right + row);
                self.pairs
                    .insert((at, left), lines::of_pair(section, left, right));
            }
            (FoldAction::Close, BlockKind::Pair(left, _)) => {
                self.pairs.remove(&(at, *left));
                self.cursor.at = start;
            }
            // Enter on the heading of a pair folds it. Enter on its lines opens them.
            (FoldAction::Toggle, BlockKind::Pair(left, _)) if row == 0 && self.heads(at, *left) => {
                self.pairs.remove(&(at, *left));
            }
            _ => return false,
        }
        self.lay_out();
        true
    }

    fn heads(&self, section: usize, left: usize) -> bool {
        let lines = &self.pairs[&(section, left)];
        lines.first().is_some_and(|line| line.is_head())
    }

    /// Returns the name and the value of the selected row. The value is JSON or a text.
    pub fn selected(&self) -> Option<(String, String)> {
        Some(match self.row(self.cursor.at)? {
            DiffRow::Element(_, piece) | DiffRow::Pair(_, piece) => {
                (piece.name.into_owned(), piece.value.into_owned())
            }
            DiffRow::Line(line) if !line.is_head() => (line.label.clone(), line.text.clone()),
            _ => return None,
        })
    }

    /// Returns the patches for the differences. The error says why there are none.
    pub fn patches(&self) -> Result<Vec<DiffPatch>, String> {
        match &self.sides {
            Sides::Threads(sides) => patches::of_difference(sides),
            Sides::Steps(..) | Sides::Values => Err("this is not a comparison of two threads".to_string()),
        }
    }

    /// Returns the name of the element of the selected row.
    pub fn element(&self) -> Option<String> {
        let block = self.block(self.cursor.at)?;
        let section = &self.comparison.sections[block.section];
        let at = self.cursor.at - block.start;
        let piece = match block.what {
            BlockKind::Heading | BlockKind::Stretch(_) => None,
            BlockKind::Pair(_, right) => section.right(right),
            BlockKind::Elements(RunKind::Removed, left, _) => section.left(left + at),
            BlockKind::Elements(_, _, right) => section.right(right + at),
        };
        piece.map(|piece| piece.name.into_owned())
    }
}

impl Overlay for DifferenceView {
    fn context(&self) -> Context {
        Context::Difference
    }

    fn height(&self, body: Rect) -> u16 {
        body.height
    }

    /// The titles of the two sides are above the rows.
    fn parts(&self, area: Rect) -> PaneParts {
        let inside = inner(area);
        split(inside, if inside.height >= 5 { 2 } else { 0 }, 0)
    }

    fn draw(&self, model: &Model, buffer: &mut Buffer, area: Rect, focused: bool) {
        draw::draw(model, self, buffer, area, focused);
    }

    fn list(&mut self) -> Option<(&mut ListCursor, usize)> {
        let rows = self.rows();
        Some((&mut self.cursor, rows))
    }

    fn copies(&self) -> Vec<(&'static str, String)> {
        let value = self.selected().map(|(_, value)| ("the value", value));
        let name = self.element().map(|name| ("the name", name));
        let whole = ("the difference as text", self.comparison.to_string());
        let mut copies: Vec<(&'static str, String)> = value.into_iter().chain([whole]).chain(name).collect();
        for liking in self.patches().unwrap_or_default() {
            let [_, patch, step] = liking.names;
            copies.push((patch, sparse::text(&liking.patch)));
            copies.push((step, sparse::step(liking.thread, &sparse::text(&liking.patch))));
        }
        copies
    }
}
