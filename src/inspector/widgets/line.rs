//! A text input with one or several lines: the text, the cursor, the selection, and the ways to change them.
//!
//! The cursor is always between graphemes, never within one. The caller draws the input.

use std::ops::Range;

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// The maximum number of edits that can be undone, and the maximum number of bytes that are kept for them; the last
/// edit is always kept.
const KEPT: usize = 200;
const KEPT_BYTES: usize = 16 << 20;

/// A text and a cursor in it.
#[derive(Clone, Debug, Default)]
pub struct TextInput {
    text: String,
    /// A byte offset at a boundary of graphemes.
    at: usize,
    /// The other end of the selection, if something is selected. Typing replaces what is selected.
    anchor: Option<usize>,
    /// The states before the edits, the most recent last.
    before: Vec<EditedText>,
    /// The states that were undone, the most recent last.
    undone: Vec<EditedText>,
    /// The kind of the last edit. Consecutive edits of one kind are undone together.
    last: Option<EditKind>,
}

/// The text and the cursor before an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
struct EditedText {
    text: String,
    at: usize,
}

/// The kind of an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EditKind {
    /// Characters were typed.
    Typed,
    /// Characters were deleted one by one.
    Deleted,
    /// Text was pasted, replaced or deleted at once.
    Other,
}

/// Compares the text, the cursor and the selection, but not the edits that led to them.
impl PartialEq for TextInput {
    fn eq(&self, other: &Self) -> bool {
        (&self.text, self.at, self.anchor) == (&other.text, other.at, other.anchor)
    }
}

/// A motion of the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextMotion {
    /// One grapheme to the left.
    Left,
    /// One grapheme to the right.
    Right,
    /// To the start of the word, or of the previous word.
    WordLeft,
    /// To the end of the word, or of the next word.
    WordRight,
    /// To the start of the line.
    Home,
    /// To the end of the line.
    End,
    /// To the line above, at the same distance from its start.
    Up,
    /// To the line below.
    Down,
    /// To the start of the text.
    Start,
    /// To the end of the text.
    Finish,
}

/// An edit of a text input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextEdit {
    /// Move the cursor and select nothing.
    Move(TextMotion),
    /// Move the cursor and select the text up to there.
    Select(TextMotion),
    /// Select the whole text.
    SelectAll,
    /// Delete the grapheme before the cursor.
    Backspace,
    /// Delete the grapheme after the cursor.
    Delete,
    /// Delete the text before the cursor up to white space.
    DeleteWord,
    /// Delete the word after the cursor.
    DeleteWordAfter,
    /// Delete everything before the cursor in its line.
    DeleteToStart,
    /// Delete everything after the cursor in its line.
    DeleteToEnd,
    /// Undo the last edit.
    Undo,
    /// Redo the edit that was undone last.
    Redo,
}

impl TextInput {
    /// Creates an input with `text` and the cursor at its end.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            at: text.len(),
            text,
            ..Self::default()
        }
    }

    /// Creates an input in which `text` is selected: typing replaces it, and moving the cursor keeps it.
    pub fn selected(text: impl Into<String>) -> Self {
        let mut line = Self::new(text);
        line.stroke(TextEdit::SelectAll);
        line
    }

    /// Returns whether the whole text is selected.
    pub fn is_selected(&self) -> bool {
        self.selection() == Some(0..self.text.len())
    }

    /// Returns the range of the selected text, if something is selected.
    pub fn selection(&self) -> Option<Range<usize>> {
        let anchor = self.anchor?;
        let range = anchor.min(self.at)..anchor.max(self.at);
        (!range.is_empty()).then_some(range)
    }

    /// Returns the selected text, if something is selected.
    pub fn selected_text(&self) -> Option<&str> {
        Some(&self.text[self.selection()?])
    }

    /// Returns the text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the text before the cursor and the text after it.
    pub fn parts(&self) -> (&str, &str) {
        self.text.split_at(self.at)
    }

    /// Inserts `text` at the cursor, replacing the selection. Line endings of every kind become line feeds.
    pub fn insert(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let mut chars = text.chars();
        let is_typed = chars.next().is_some_and(|c| !c.is_whitespace()) && chars.next().is_none();
        let kind = match self.selection() {
            None if is_typed => EditKind::Typed,
            _ => EditKind::Other,
        };
        self.edit(kind);
        if let Some(selected) = self.selection() {
            self.cut(selected);
        }
        self.anchor = None;
        let (before, after) = self.parts();
        self.text = format!("{before}{text}{after}");
        self.at += text.len();
        // The inserted text may have formed a grapheme with the text that follows it.
        self.at = self.boundary_from(self.at);
    }

    /// Replaces the text between a byte offset before the cursor and the cursor.
    pub fn replace_before(&mut self, start: usize, text: &str) {
        self.edit(EditKind::Other);
        self.anchor = None;
        let (before, after) = self.parts();
        let kept = before.get(..start).unwrap_or(before);
        let at = kept.len() + text.len();
        self.text = format!("{kept}{text}{after}");
        self.at = self.boundary_from(at);
    }

    /// Applies an edit.
    pub fn stroke(&mut self, stroke: TextEdit) {
        match stroke {
            TextEdit::Move(motion) => {
                let selected = self.selection();
                self.last = None;
                self.anchor = None;
                self.at = match (motion, selected) {
                    // The cursor moves to the start or the end of the former selection.
                    (TextMotion::Left, Some(selected)) => selected.start,
                    (TextMotion::Right, Some(selected)) => selected.end,
                    (motion, _) => self.target(motion),
                };
            }
            TextEdit::Select(motion) => {
                self.last = None;
                self.anchor = self.anchor.or(Some(self.at));
                self.at = self.target(motion);
            }
            TextEdit::SelectAll => {
                self.last = None;
                self.anchor = Some(0);
                self.at = self.text.len();
            }
            TextEdit::Undo => self.travel(true),
            TextEdit::Redo => self.travel(false),
            TextEdit::Backspace => {
                self.delete(EditKind::Deleted, |line| line.target(TextMotion::Left)..line.at)
            }
            TextEdit::Delete => {
                self.delete(EditKind::Deleted, |line| line.at..line.target(TextMotion::Right))
            }
            TextEdit::DeleteWord => self.delete(EditKind::Other, |line| {
                let before = line.parts().0.trim_end().char_indices().rev();
                let mut spaces = before.filter(|(_, c)| c.is_whitespace());
                let space = spaces.next();
                space.map_or(0, |(index, c)| index + c.len_utf8())..line.at
            }),
            TextEdit::DeleteWordAfter => self.delete(EditKind::Other, |line| {
                line.at..line.target(TextMotion::WordRight)
            }),
            TextEdit::DeleteToStart => {
                self.delete(EditKind::Other, |line| line.target(TextMotion::Home)..line.at)
            }
            TextEdit::DeleteToEnd => {
                self.delete(EditKind::Other, |line| line.at..line.target(TextMotion::End))
            }
        }
    }

    /// Deletes the selection or, if nothing is selected, this range.
    fn delete(&mut self, kind: EditKind, range: impl FnOnce(&Self) -> Range<usize>) {
        let selected = self.selection();
        let kind = if selected.is_some() { EditKind::Other } else { kind };
        let range = selected.unwrap_or_else(|| range(self));
        if !range.is_empty() {
            self.edit(kind);
            self.cut(range);
        }
        self.anchor = None;
    }

    /// Returns the position to which a motion leads.
    fn target(&self, motion: TextMotion) -> usize {
        let (before, after) = self.parts();
        let (start, end) = (line_start(&self.text, self.at), line_end(&self.text, self.at));
        match motion {
            TextMotion::Left => before.len() - before.graphemes(true).next_back().map_or(0, str::len),
            TextMotion::Right => before.len() + after.graphemes(true).next().map_or(0, str::len),
            TextMotion::WordLeft => {
                let mut words = before.unicode_word_indices().rev();
                self.boundary_from(words.next().map_or(0, |(index, _)| index))
            }
            TextMotion::WordRight => {
                let word = after.unicode_word_indices().next();
                let end = word.map_or(after.len(), |(index, word)| index + word.len());
                self.boundary_from(self.at + end)
            }
            TextMotion::Home => start,
            TextMotion::End => end,
            TextMotion::Up => match start.checked_sub(1) {
                Some(above) => self.below_or_above(line_start(&self.text, above)..above),
                None => self.at,
            },
            TextMotion::Down if end == self.text.len() => self.at,
            TextMotion::Down => self.below_or_above(end + 1..line_end(&self.text, end + 1)),
            TextMotion::Start => 0,
            TextMotion::Finish => self.text.len(),
        }
    }

    /// Returns the position in another line, at the same distance in graphemes from its start.
    fn below_or_above(&self, line: Range<usize>) -> usize {
        let here = &self.text[line_start(&self.text, self.at)..self.at];
        let column = here.graphemes(true).count();
        let graphemes = self.text[line.clone()].graphemes(true);
        let before: usize = graphemes.take(column).map(str::len).sum();
        self.boundary_from(line.start + before)
    }

    /// Saves the state before an edit, unless the edit continues the last one.
    fn edit(&mut self, kind: EditKind) {
        if self.last != Some(kind) || kind == EditKind::Other {
            self.before.push(self.state());
            let mut bytes = 0;
            let kept = self.before.iter().rev().take(KEPT).take_while(|state| {
                bytes += state.text.len();
                bytes <= KEPT_BYTES
            });
            // The last edit can always be undone.
            let kept = kept.count().max(1);
            self.before.drain(..self.before.len() - kept);
        }
        self.undone.clear();
        self.last = Some(kind);
    }

    fn state(&self) -> EditedText {
        EditedText {
            text: self.text.clone(),
            at: self.at,
        }
    }

    /// Undoes or redoes an edit, if there is one.
    fn travel(&mut self, back: bool) {
        let from = if back { &mut self.before } else { &mut self.undone };
        let Some(state) = from.pop() else { return };
        let now = self.state();
        let to = if back { &mut self.undone } else { &mut self.before };
        to.push(now);
        self.text = state.text;
        self.at = state.at;
        self.anchor = None;
        self.last = None;
    }

    /// Returns the lines of the text without line endings. There is at least one.
    pub fn rows(&self) -> impl Iterator<Item = &str> {
        self.text.split('\n')
    }

    /// Returns the index of the line with the cursor, starting at 0.
    pub fn row(&self) -> usize {
        self.parts().0.matches('\n').count()
    }

    /// Returns a line as a separate input, with the cursor and the part of the selection that is in it. The cursor is
    /// at the start of a line that does not have it.
    pub fn line(&self, row: usize) -> TextInput {
        let mut starts = std::iter::once(0).chain(self.text.match_indices('\n').map(|(at, _)| at + 1));
        let start = starts.nth(row).unwrap_or(self.text.len());
        let end = line_end(&self.text, start);
        let within = |at: usize| at.clamp(start, end) - start;
        let selection = self
            .selection()
            .map(|selected| within(selected.start)..within(selected.end));
        let is_forward = self.anchor.is_some_and(|anchor| anchor < self.at);
        let (anchor, at) = match selection.filter(|selected| !selected.is_empty()) {
            Some(selected) if is_forward => (Some(selected.start), selected.end),
            Some(selected) => (Some(selected.end), selected.start),
            None => (None, within(self.at)),
        };
        TextInput {
            text: self.text[start..end].to_string(),
            at,
            anchor,
            ..Self::default()
        }
    }

    fn cut(&mut self, range: Range<usize>) {
        let from = range.start;
        self.text.replace_range(range, "");
        self.anchor = None;
        self.at = self.boundary_from(from);
    }

    /// Returns the first grapheme boundary at or after `at`, which must be a character boundary.
    #[expect(
        clippy::expect_used,
        reason = "the grapheme cursor always gets the whole text"
    )]
    fn boundary_from(&self, at: usize) -> usize {
        let mut cursor = GraphemeCursor::new(at, self.text.len(), true);
        if cursor.is_boundary(&self.text, 0).expect("the text is whole") {
            return at;
        }
        let next = cursor.next_boundary(&self.text, 0).expect("the text is whole");
        next.expect("the end of the text is a boundary")
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end)
}

#[cfg(test)]
mod tests;
