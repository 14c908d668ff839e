//! A line of text that is being written: the text, the cursor in it, and the ways to change them.
//!
//! The cursor stands between graphemes, never within one. How the line is shown is left to whoever draws it.

use unicode_segmentation::UnicodeSegmentation;

/// A text and a cursor in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    text: String,
    /// A byte offset at a boundary of graphemes.
    at: usize,
}

/// One way to change a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// Cursor to the left, to the right, to the beginning, to the end.
    Left,
    /// One grapheme to the right.
    Right,
    /// To the beginning of the text.
    Home,
    /// To the end of the text.
    End,
    /// Removes the grapheme before the cursor.
    Backspace,
    /// Removes the grapheme after the cursor.
    Delete,
    /// Removes the word before the cursor.
    DeleteWord,
    /// Removes everything before the cursor.
    DeleteToStart,
    /// Removes everything after the cursor.
    DeleteToEnd,
}

impl Line {
    /// A line that holds `text`, with the cursor behind it.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { at: text.len(), text }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text before the cursor and the text behind it.
    pub fn parts(&self) -> (&str, &str) {
        self.text.split_at_checked(self.at).unwrap_or((&self.text, ""))
    }

    /// Writes `text` at the cursor; line ends of every kind become line feeds.
    pub fn insert(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let (before, after) = self.parts();
        self.text = format!("{before}{text}{after}");
        self.at += text.len();
        // What was inserted may have joined with what follows into one grapheme.
        self.at = self.boundary_from(self.at);
    }

    /// Changes the line.
    pub fn stroke(&mut self, stroke: Stroke) {
        let (before, after) = self.parts();
        let left = before.len() - before.graphemes(true).next_back().map_or(0, str::len);
        let right = before.len() + after.graphemes(true).next().map_or(0, str::len);
        let word = before
            .trim_end()
            .char_indices()
            .rev()
            .find(|(_, c)| c.is_whitespace())
            .map_or(0, |(index, c)| index + c.len_utf8());
        match stroke {
            Stroke::Left => self.at = left,
            Stroke::Right => self.at = right,
            Stroke::Home => self.at = 0,
            Stroke::End => self.at = self.text.len(),
            Stroke::Backspace => self.cut(left, self.at),
            Stroke::Delete => self.cut(self.at, right),
            Stroke::DeleteWord => self.cut(word, self.at),
            Stroke::DeleteToStart => self.cut(0, self.at),
            Stroke::DeleteToEnd => self.cut(self.at, self.text.len()),
        }
    }

    fn cut(&mut self, from: usize, to: usize) {
        let before = self.text.get(..from).unwrap_or("");
        let after = self.text.get(to..).unwrap_or("");
        self.text = format!("{before}{after}");
        self.at = self.boundary_from(from);
    }

    fn boundary_from(&self, at: usize) -> usize {
        self.text
            .grapheme_indices(true)
            .map(|(index, _)| index)
            .chain([self.text.len()])
            .find(|index| *index >= at)
            .unwrap_or(self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn graphemes_are_written_and_removed_whole() {
        let mut line = Line::new("a\u{301}👩‍👧b");
        line.stroke(Stroke::Left);
        line.stroke(Stroke::Backspace);
        assert_eq!((line.text(), line.parts().0), ("a\u{301}b", "a\u{301}"));
        line.stroke(Stroke::Backspace);
        line.stroke(Stroke::Backspace);
        assert_eq!(line.text(), "b");
        line.insert("x\r\ny\r");
        assert_eq!(line.parts(), ("x\ny\n", "b"));
    }

    #[test]
    fn words_and_ends_are_removed() {
        let mut line = Line::new("one two  three");
        line.stroke(Stroke::DeleteWord);
        assert_eq!(line.text(), "one two  ");
        line.stroke(Stroke::DeleteWord);
        assert_eq!(line.text(), "one ");
        line.stroke(Stroke::Home);
        line.stroke(Stroke::Right);
        line.stroke(Stroke::DeleteToEnd);
        assert_eq!(line.text(), "o");
        line.stroke(Stroke::DeleteToStart);
        line.stroke(Stroke::Delete);
        assert_eq!(line.text(), "");
    }

    #[test]
    fn no_stroke_leaves_the_boundaries_of_graphemes() {
        let strokes = [
            Stroke::Left,
            Stroke::Backspace,
            Stroke::Right,
            Stroke::Delete,
            Stroke::DeleteWord,
            Stroke::DeleteToStart,
            Stroke::End,
        ];
        let mut line = Line::default();
        for round in 0..500_usize {
            let text = ["\u{301}", "e", "🇩🇪", "\u{200d}", " ", "👩", "\u{200f}"];
            line.insert(text.get(round * 5 % text.len()).unwrap());
            line.stroke(*strokes.get(round * 3 % strokes.len()).unwrap());
            assert!(line.text.is_char_boundary(line.at));
            assert_eq!(line.boundary_from(line.at), line.at, "{line:?}");
        }
    }
}
