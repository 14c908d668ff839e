//! A text input with one or several lines: the text, the cursor, and the ways to change them.
//!
//! The cursor is always between graphemes, never within one. The caller draws the input.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// A text and a cursor in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextInput {
    text: String,
    /// A byte offset at a boundary of graphemes.
    at: usize,
    /// Whether the whole text is selected, so that typing replaces it.
    is_selected: bool,
}

/// An edit of a text input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextEdit {
    /// Move one grapheme to the left.
    Left,
    /// Move one grapheme to the right.
    Right,
    /// Move to the start of the line.
    Home,
    /// Move to the end of the line.
    End,
    /// Move to the line above, at the same distance from its start.
    Up,
    /// Move to the line below.
    Down,
    /// Delete the grapheme before the cursor.
    Backspace,
    /// Delete the grapheme after the cursor.
    Delete,
    /// Delete the word before the cursor.
    DeleteWord,
    /// Delete everything before the cursor in its line.
    DeleteToStart,
    /// Delete everything after the cursor in its line.
    DeleteToEnd,
}

impl TextInput {
    /// Creates an input with `text` and the cursor at its end.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            at: text.len(),
            text,
            is_selected: false,
        }
    }

    /// Creates an input in which `text` is selected: typing replaces it, and moving the cursor keeps it.
    pub fn selected(text: impl Into<String>) -> Self {
        let line = Self::new(text);
        Self {
            is_selected: !line.text.is_empty(),
            ..line
        }
    }

    /// Returns whether the text is selected.
    pub fn is_selected(&self) -> bool {
        self.is_selected
    }

    /// Returns the text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the text before the cursor and the text after it.
    pub fn parts(&self) -> (&str, &str) {
        self.text.split_at(self.at)
    }

    /// Inserts `text` at the cursor. Line endings of every kind become line feeds.
    pub fn insert(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        if self.is_selected {
            *self = Self::default();
        }
        let (before, after) = self.parts();
        self.text = format!("{before}{text}{after}");
        self.at += text.len();
        // The inserted text may have formed a grapheme with the text that follows it.
        self.at = self.boundary_from(self.at);
    }

    /// Applies an edit.
    pub fn stroke(&mut self, stroke: TextEdit) {
        let deletes = !matches!(
            stroke,
            TextEdit::Left | TextEdit::Right | TextEdit::Home | TextEdit::End | TextEdit::Up | TextEdit::Down
        );
        if std::mem::take(&mut self.is_selected) && deletes {
            *self = Self::default();
            return;
        }
        let (before, after) = self.parts();
        let left = before.len() - before.graphemes(true).next_back().map_or(0, str::len);
        let right = before.len() + after.graphemes(true).next().map_or(0, str::len);
        let word = before
            .trim_end()
            .char_indices()
            .rev()
            .find(|(_, c)| c.is_whitespace())
            .map_or(0, |(index, c)| index + c.len_utf8());
        let (start, end) = (line_start(&self.text, self.at), line_end(&self.text, self.at));
        match stroke {
            TextEdit::Left => self.at = left,
            TextEdit::Right => self.at = right,
            TextEdit::Home => self.at = start,
            TextEdit::End => self.at = end,
            TextEdit::Up => self.go_to_line(
                start
                    .checked_sub(1)
                    .map(|above| (line_start(&self.text, above), above)),
            ),
            TextEdit::Down if end == self.text.len() => {}
            TextEdit::Down => {
                let below = end + 1;
                self.go_to_line(Some((below, line_end(&self.text, below))));
            }
            TextEdit::Backspace => self.cut(left, self.at),
            TextEdit::Delete => self.cut(self.at, right),
            TextEdit::DeleteWord => self.cut(word, self.at),
            TextEdit::DeleteToStart => self.cut(start, self.at),
            TextEdit::DeleteToEnd => self.cut(self.at, end),
        }
    }

    /// Moves to the line between these two bytes, at the same distance in graphemes from its start.
    fn go_to_line(&mut self, line: Option<(usize, usize)>) {
        let Some((from, to)) = line else { return };
        let here = &self.text[line_start(&self.text, self.at)..self.at];
        let column = here.graphemes(true).count();
        let before: usize = self.text[from..to]
            .graphemes(true)
            .take(column)
            .map(str::len)
            .sum();
        self.at = self.boundary_from(from + before);
    }

    /// Returns the lines of the text without line endings. There is at least one.
    pub fn rows(&self) -> impl Iterator<Item = &str> {
        self.text.split('\n')
    }

    /// Returns the line index of the cursor, starting at 0, and that line as a separate input.
    pub fn row(&self) -> (usize, TextInput) {
        let start = line_start(&self.text, self.at);
        let row = self.text[..start].matches('\n').count();
        let text = &self.text[start..line_end(&self.text, self.at)];
        let line = TextInput {
            text: text.to_string(),
            at: self.at - start,
            is_selected: self.is_selected,
        };
        (row, line)
    }

    fn cut(&mut self, from: usize, to: usize) {
        self.text.replace_range(from..to, "");
        self.at = self.boundary_from(from);
    }

    /// Returns the first grapheme boundary at or after `at`, which is a character boundary.
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
mod tests {
    use super::*;

    #[test]
    fn typing_replaces_a_selected_text_and_moving_keeps_it() {
        let typed = |strokes: &[TextEdit]| {
            let mut line = TextInput::selected("null");
            for stroke in strokes {
                line.stroke(*stroke);
            }
            line.insert("5");
            line.text().to_owned()
        };
        assert_eq!(typed(&[]), "5");
        assert_eq!(typed(&[TextEdit::End]), "null5");
        assert_eq!(typed(&[TextEdit::Home]), "5null");
        assert_eq!(typed(&[TextEdit::Backspace]), "5");
        assert!(!TextInput::selected("").is_selected());
    }

    #[test]
    fn graphemes_are_written_and_removed_whole() {
        let mut line = TextInput::new("a\u{301}👩‍👧b");
        line.stroke(TextEdit::Left);
        line.stroke(TextEdit::Backspace);
        assert_eq!((line.text(), line.parts().0), ("a\u{301}b", "a\u{301}"));
        line.stroke(TextEdit::Backspace);
        line.stroke(TextEdit::Backspace);
        assert_eq!(line.text(), "b");
        line.insert("x\r\ny\r");
        assert_eq!(line.parts(), ("x\ny\n", "b"));
    }

    #[test]
    fn words_and_ends_are_removed() {
        let mut line = TextInput::new("one two  three");
        line.stroke(TextEdit::DeleteWord);
        assert_eq!(line.text(), "one two  ");
        line.stroke(TextEdit::DeleteWord);
        assert_eq!(line.text(), "one ");
        line.stroke(TextEdit::Home);
        line.stroke(TextEdit::Right);
        line.stroke(TextEdit::DeleteToEnd);
        assert_eq!(line.text(), "o");
        line.stroke(TextEdit::DeleteToStart);
        line.stroke(TextEdit::Delete);
        assert_eq!(line.text(), "");
    }

    #[test]
    fn lines_are_gone_through_and_ends_are_those_of_a_line() {
        let mut line = TextInput::new("one\n\nthree");
        assert_eq!(line.row(), (2, TextInput::new("three")));
        line.stroke(TextEdit::Up);
        assert_eq!(line.row().0, 1);
        line.stroke(TextEdit::Up);
        line.stroke(TextEdit::Up);
        assert_eq!((line.row().0, line.parts().0), (0, ""));
        line.stroke(TextEdit::End);
        assert_eq!(line.parts(), ("one", "\n\nthree"));
        line.stroke(TextEdit::DeleteToStart);
        assert_eq!(line.text(), "\n\nthree");
        line.stroke(TextEdit::Down);
        line.stroke(TextEdit::Down);
        line.stroke(TextEdit::Down);
        line.stroke(TextEdit::DeleteToEnd);
        line.stroke(TextEdit::Backspace);
        assert_eq!((line.text(), line.rows().count()), ("\n", 2));
    }

    #[test]
    fn no_stroke_leaves_the_boundaries_of_graphemes() {
        let strokes = [
            TextEdit::Left,
            TextEdit::Backspace,
            TextEdit::Right,
            TextEdit::Delete,
            TextEdit::DeleteWord,
            TextEdit::DeleteToStart,
            TextEdit::End,
            TextEdit::Up,
            TextEdit::Down,
            TextEdit::Home,
        ];
        let mut line = TextInput::default();
        for round in 0..500_usize {
            let text = ["\u{301}", "\n", "e", "🇩🇪", "\u{200d}", " ", "👩", "\u{200f}"];
            line.insert(text.get(round * 5 % text.len()).unwrap());
            line.stroke(*strokes.get(round * 3 % strokes.len()).unwrap());
            assert!(line.text.is_char_boundary(line.at));
            assert_eq!(line.boundary_from(line.at), line.at, "{line:?}");
        }
    }
}
