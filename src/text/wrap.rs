//! Wrapping a text into rows of a given width, lazily. Caching of rows is the panes' matter.

use std::borrow::Cow;
use std::ops::Range;

use super::cluster::{Cluster, clusters_from};
use super::fit;

#[cfg(test)]
thread_local! {
    /// How many rows this thread has made.
    pub static WRAPPED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// The distance between tabulator stops, in columns.
const TAB: usize = 4;

/// Where a row may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// Behind blank space where there is some in the row, else anywhere: for prose.
    Word,
    /// Between any two clusters: for ids, paths and JSON, where every column counts.
    Cell,
}

/// One row of a wrapped text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'a> {
    /// The bytes of the text that the row stands for, without the line break that ended it. Rows and line breaks together
    /// cover the text.
    pub range: Range<usize>,
    /// What is shown; [`visible`](super::visible), without the blanks at which a row of prose was broken, tabulators as blanks.
    pub text: Cow<'a, str>,
    /// How many columns that takes; never more than asked for.
    pub width: usize,
}

/// The rows of a text, made as they are asked for; made by [`wrap`].
#[derive(Debug, Clone)]
pub struct Wrap<'a> {
    text: &'a str,
    columns: usize,
    how: Break,
    at: usize,
    done: bool,
}

/// Wraps a text into rows of at most `columns` columns (at least one), also at its own line breaks (`\n`, `\r\n`). An
/// empty text has one empty row. A cluster that is wider than a whole row is cut with an ellipsis.
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
    /// Goes on at a byte offset at which a row of the same text begins, so that a row far down is found from one nearby.
    pub fn starting_at(self, at: usize) -> Self {
        Self { at, ..self }
    }
}

/// A row that is being filled.
#[derive(Default)]
struct Filling {
    shown: String,
    width: usize,
    /// Lengths of `shown` and the text, and the width, where the row may be broken: before a word.
    word: Option<(usize, usize, usize)>,
    after_blank: bool,
}

impl<'a> Iterator for Wrap<'a> {
    type Item = Row<'a>;

    fn next(&mut self) -> Option<Row<'a>> {
        if self.done {
            return None;
        }
        #[cfg(test)]
        WRAPPED.set(WRAPPED.get() + 1);
        let start = self.at;
        let mut row = Filling::default();
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
                    // the blanks at the break hang over the edge, unseen
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
    /// What a cluster is drawn as in a row that is filled up to a column.
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

    fn row(&self, range: Range<usize>, shown: String, width: usize) -> Row<'a> {
        let text = match self.text.get(range.clone()) {
            Some(same) if same == shown => Cow::Borrowed(same),
            _ => Cow::Owned(shown),
        };
        Row { range, text, width }
    }
}

/// The length of the line break that begins at a byte offset.
fn line_break(text: &str, at: usize) -> Option<usize> {
    match text.as_bytes().get(at..)? {
        [b'\n', ..] => Some(1),
        [b'\r', b'\n', ..] => Some(2),
        _ => None,
    }
}
