//! Text hygiene: how text from files and stores becomes text for a terminal. Everything that is drawn and was not written
//! in this program goes through here; styles and places are the panes' matter.
//!
//! # What is promised
//! - **Data never drives the terminal.** Controls (C0, C1, DEL) and everything that draws nothing or changes how its
//!   neighbours are drawn (directional marks, embeddings and isolates, zero-width characters, line and paragraph
//!   separators, tags, variation selectors, byte order marks) comes out as a visible symbol: `␛`, `␡`, `‹9B›`, `‹RLO›`.
//!   The one exception is an emoji's presentation selector in its proper place: it is left out, since it says only which dress
//!   the character wears, and terminals do not agree how wide the dress is.
//! - **Width is the width in cells**, counted cluster by cluster as the screen buffer counts it, and only clusters reach the
//!   screen whose width is the sum of their characters': on those all terminals agree. Where they would not (joined
//!   emoji, skin tones), the joining character is spelled out.
//! - **Nothing is torn.** Cuts fall between clusters, and every cut shows an ellipsis.
//! - **Cost follows the columns asked for**, not the length of the text.
//!
//! # Right-to-left text
//! Letters of right-to-left scripts are shown in logical order, first letter leftmost, one cell each like any other
//! letter, so a cell of the buffer, a column of the screen and a character of the data stay in step, and cutting, wrapping, searching and the cursor
//! need no second order. Characters that could reorder (marks, overrides, isolates) never get out. A
//! terminal that reorders on its own would, for two such words in neighbouring panes, turn over everything between them, the
//! border too; it is therefore told not to, with the standard's own switch for that (bidirectional support mode set to
//! explicit, see `terminal`), which terminals without reordering ignore. We do not wrap words into isolates
//! instead: those are characters too, would be copied with the text, and not all terminals drop them.

mod cluster;
pub mod needle;
#[cfg(test)]
mod tests;
mod wrap;

use std::borrow::Cow;

use ratatui::buffer::Cell;
use unicode_segmentation::UnicodeSegmentation;

pub use cluster::clusters;
#[cfg(test)]
pub use wrap::WRAPPED;
pub use wrap::{Break, Row, wrap};

use cluster::is_plain as is_plain_byte;

/// What a cut shows.
pub const ELLIPSIS: &str = "…";

/// Whether each byte of the text is a character that can be shown as it is, in one column.
pub fn is_plain(text: &str) -> bool {
    text.bytes().all(is_plain_byte)
}

/// The text on one line, harmless: everything invisible or active replaced by a symbol. Borrowed when nothing had to be.
/// The result goes through unchanged when given again.
pub fn visible(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let shown: String = clusters(text).map(|cluster| cluster.text).collect();
    if shown == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(shown)
    }
}

/// So many bytes are more than a row of any screen shows.
const ROW: usize = 16 * 1024;

/// As much of a text as a row can show of it: what is drawn again with each frame must not cost what a long text costs.
pub fn beginning(text: &str) -> &str {
    text.get(..text.floor_char_boundary(ROW)).unwrap_or(text)
}

/// How many columns [`visible`] of the text takes.
pub fn width(text: &str) -> usize {
    if is_plain(text) {
        return text.len();
    }
    clusters(text).map(|cluster| cluster.width).sum()
}

/// [`visible`] of the text in at most `columns` columns: whole when it fits, else its beginning and an ellipsis.
pub fn fit(text: &str, columns: usize) -> Cow<'_, str> {
    if fits(text, columns) {
        return visible(text);
    }
    match columns.checked_sub(1) {
        Some(room) => Cow::Owned(head(text, room) + ELLIPSIS),
        None => Cow::Borrowed(""),
    }
}

/// [`fit`] in runs, each with whether it is symbols that stand for what cannot be shown: drawn differently, they are not
/// taken for the same letters in the text itself.
pub fn fit_runs(text: &str, columns: usize) -> Vec<(Cow<'_, str>, bool)> {
    if text.bytes().take(columns.saturating_add(1)).all(is_plain_byte) {
        return vec![(fit(text, columns), false)];
    }
    let is_whole = fits(text, columns);
    let mut left = if is_whole {
        columns
    } else {
        columns.saturating_sub(1)
    };
    let mut runs: Vec<(Cow<'_, str>, bool)> = Vec::new();
    for cluster in clusters(text) {
        let Some(rest) = left.checked_sub(cluster.width) else {
            break;
        };
        left = rest;
        match runs.last_mut() {
            Some((run, is_symbol)) if *is_symbol == cluster.is_symbol => run.to_mut().push_str(&cluster.text),
            _ => runs.push((cluster.text, cluster.is_symbol)),
        }
    }
    if !is_whole && columns > 0 {
        runs.push((Cow::Borrowed(ELLIPSIS), false));
    }
    runs
}

/// [`fit`], filled up with blanks on the right to exactly `columns` columns.
pub fn pad(text: &str, columns: usize) -> String {
    let mut shown = fit(text, columns).into_owned();
    shown.extend(std::iter::repeat_n(' ', columns.saturating_sub(width(&shown))));
    shown
}

/// [`fit`], filled up with blanks on the left to exactly `columns` columns, as numbers are.
pub fn pad_left(text: &str, columns: usize) -> String {
    let shown = fit(text, columns);
    let blanks = columns.saturating_sub(width(&shown));
    format!("{:blanks$}{shown}", "")
}

/// [`visible`] of the text in at most `columns` columns, with the ellipsis in its middle: for ids and paths, whose ends
/// say more than what lies between. The tail gets the odd column.
pub fn fit_middle(text: &str, columns: usize) -> Cow<'_, str> {
    if columns < 3 {
        return fit(text, columns);
    }
    if fits(text, columns) {
        return visible(text);
    }
    let room = columns - 1;
    let end = tail(text, room - room / 2);
    // what a wide character at the end leaves free goes to the beginning
    Cow::Owned(head(text, room - width(&end)) + ELLIPSIS + &end)
}

/// Replaces what could still drive the terminal in a finished frame, cell by cell: the last door before the terminal.
/// Panes that use this module leave it nothing to do.
pub fn disarm(cells: &mut [Cell]) {
    for cell in cells {
        let symbol = cell.symbol();
        if !matches!(symbol.as_bytes(), [byte] if is_plain_byte(*byte))
            && symbol.chars().any(cluster::is_hidden)
        {
            let symbol = symbol.to_owned();
            let safe = clusters(&symbol).next().filter(|first| first.width == 1);
            cell.set_symbol(safe.as_ref().map_or("?", |first| first.text.as_ref()));
        }
    }
}

/// Whether [`visible`] of the text fits into `columns`, looking at no more of it than that.
fn fits(text: &str, columns: usize) -> bool {
    clusters(text)
        .try_fold(0, |used, cluster| {
            Some(used + cluster.width).filter(|used| *used <= columns)
        })
        .is_some()
}

/// As many clusters from the beginning as fit.
fn head(text: &str, columns: usize) -> String {
    let mut left = columns;
    clusters(text)
        .map_while(|cluster| {
            left = left.checked_sub(cluster.width)?;
            Some(cluster.text)
        })
        .collect()
}

/// As many graphemes from the end as fit.
fn tail(text: &str, columns: usize) -> String {
    let mut left = columns;
    let mut taken: Vec<Cow<'_, str>> = text
        .graphemes(true)
        .rev()
        .map_while(|grapheme| {
            left = left.checked_sub(width(grapheme))?;
            Some(visible(grapheme))
        })
        .collect();
    taken.reverse();
    taken.concat()
}
