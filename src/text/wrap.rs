//! Wraps text into rows of a given width, lazily. Rows are cached by the panes, not here.

use std::borrow::Cow;
use std::ops::Range;

use super::cluster::{Cluster, clusters_from};
use super::fit;

#[cfg(test)]
thread_local! {
    /// The number of rows that this thread has created.
    pub static WRAPPED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// The distance between tab stops, in columns.
const TAB: usize = 4;

/// Where a row can be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// After white space if the row contains any, otherwise between any two clusters. Used for prose.
    Word,
    /// Between any two clusters. Used for ids, paths and JSON, to use every column.
    Cell,
}

/// One row of a wrapped text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedRow<'a> {
    /// The byte range of the row in the text, without the line break that ends the row. Rows and line breaks together
    /// cover the whole text.
    pub range: Range<usize>,
    /// The displayed text: [`visible`](super::visible), with tabs replaced by spaces, and without the white space at
    /// which a row of prose was broken.
    pub text: Cow<'a, str>,
    /// The number of columns that the row takes; at most the requested number.
    pub width: usize,
}

/// An iterator over the rows of a text, which are computed lazily; created by [`wrap`].
#[derive(Debug, Clone)]
pub struct Wrap<'a> {
    text: &'a str,
    columns: usize,
    how: Break,
    at: usize,
    done: bool,
}

/// Breaks a text into rows of at most `columns` columns (0 counts as 1). A line break in the text (`\n`, `\r\n`) starts a
/// new row. An
/// empty text has one empty row. A cluster that is wider than a row is cut with an ellipsis.
pub fn wrap(text: &str, columns: usize, how: Break) -> Wrap<'_> {
    Wrap {
        text,
        columns: columns.max(1),
        how,
        at: 0,
        done: false,
    }
}

impl Wrap<'_> {
    /// Starts at a byte offset that is the start of a row of the same text, so that a later row can be found from a
    /// nearby row.
    pub fn starting_at(self, at: usize) -> Self {
        Self { at, ..self }
    }
}

/// A row that is being filled.
#[derive(Default)]
struct RowBuilder {
    shown: String,
    width: usize,
    /// The last position at which the row can be broken, before a word: the lengths of `shown` and of the text, and
    /// the width.
    word: Option<(usize, usize, usize)>,
    after_blank: bool,
}

impl<'a> Iterator for Wrap<'a> {
    type Item = WrappedRow<'a>;

    fn next(&mut self) -> Option<WrappedRow<'a>> {
        if self.done {
            return None;
        }
        #[cfg(test)]
        WRAPPED.set(WRAPPED.get() + 1);
        let start = self.at;
        let mut row = RowBuilder::default();
        let mut rest = clusters_from(self.text, start);
        loop {
            let here = self.at;
            if let Some(length) = line_break(self.text, here) {
                self.at = here + length;
                self.done = self.at >= self.text.len();
                return Some(self.row(start..here, row.shown, row.width));
            }
            let Some(cluster) = rest.next() else {
                self.done = true;
                return Some(self.row(start..here, row.shown, row.width));
            };
            let is_blank = matches!(self.text.get(cluster.at..cluster.end), Some(" " | "\t"));
            let (shown, width) = self.piece(cluster.clone(), row.width);
            if row.width + width > self.columns {
                if is_blank && self.how == Break::Word && !row.shown.is_empty() {
                    // White space at the break is not displayed.
                    let end = self.behind_blanks(here);
                    self.at = end + line_break(self.text, end).unwrap_or(0);
                    self.done = self.at >= self.text.len();
                    return Some(self.row(start..end, row.shown, row.width));
                }
                let (text, at, width) = row.word.unwrap_or((row.shown.len(), here, row.width));
                self.at = at;
                row.shown.truncate(text);
                return Some(self.row(start..at, row.shown, width));
            }
            if self.how == Break::Word && row.after_blank && !is_blank {
                row.word = Some((row.shown.len(), here, row.width));
            }
            row.after_blank = is_blank;
            row.shown.push_str(&shown);
            row.width += width;
            self.at = cluster.end;
        }
    }
}

impl<'a> Wrap<'a> {
    /// The displayed text and width of a cluster at a column of its row.
    fn piece(&self, cluster: Cluster<'a>, column: usize) -> (Cow<'a, str>, usize) {
        if self.text.get(cluster.at..cluster.end) == Some("\t") {
            let blanks = TAB - column % TAB;
            let blanks = if column == 0 {
                blanks.min(self.columns)
            } else {
                blanks
            };
            return (Cow::Owned(" ".repeat(blanks)), blanks);
        }
        if cluster.width > self.columns {
            let cut = fit(&cluster.text, self.columns).into_owned();
            let width = super::width(&cut);
            return (Cow::Owned(cut), width);
        }
        (cluster.text, cluster.width)
    }

    fn behind_blanks(&self, at: usize) -> usize {
        clusters_from(self.text, at)
            .take_while(|cluster| matches!(self.text.get(cluster.at..cluster.end), Some(" " | "\t")))
            .last()
            .map_or(at, |cluster| cluster.end)
    }

    fn row(&self, range: Range<usize>, shown: String, width: usize) -> WrappedRow<'a> {
        let text = match self.text.get(range.clone()) {
            Some(same) if same == shown => Cow::Borrowed(same),
            _ => Cow::Owned(shown),
        };
        WrappedRow { range, text, width }
    }
}

/// The length in bytes of the line break at a byte offset; `None` if there is none.
fn line_break(text: &str, at: usize) -> Option<usize> {
    match text.as_bytes().get(at..)? {
        [b'\n', ..] => Some(1),
        [b'\r', b'\n', ..] => Some(2),
        _ => None,
    }
}
