//! Makes text from files and stores safe for the terminal. All displayed text that is not part of the program itself
//! is processed by this module. Styles and positions are determined by the panes.
//!
//! # Guarantees
//! - **Text cannot control the terminal.** Control characters (C0, C1, DEL), invisible characters and characters that
//!   change how their neighbors are displayed are replaced by visible symbols such as `␛`, `␡`, `‹9B›` and `‹RLO›`.
//!   These include directional marks, embeddings and isolates, zero-width characters, line and paragraph separators,
//!   tags, variation selectors and byte order marks. The only exception is the presentation selector of an emoji: it
//!   is removed, because it only selects a variant of the character, and terminals disagree about the width of that
//!   variant.
//! - **Width is measured in cells**, per grapheme cluster, in the same way as the screen buffer. A cluster is only
//!   displayed if its width is the sum of the widths of its characters, because all terminals agree on the width of
//!   such clusters. In other clusters (joined emoji, skin tones), the joining character is replaced by its symbol.
//! - **Clusters are never split.** Text is cut between clusters, and every cut is marked with an ellipsis.
//! - **The cost depends on the number of columns**, not on the length of the text.
//!
//! # Right-to-left text
//! Letters of right-to-left scripts are displayed in logical order, with the first letter on the left, in one cell
//! each like any other letter. A cell of the buffer, a column of the screen and a character of the text therefore
//! correspond to each other, and no second order is needed for cutting, wrapping, searching and the cursor.
//! Characters that could reorder text (marks, overrides, isolates) are never displayed.
//!
//! If two neighboring panes contained right-to-left words, a terminal that reorders text would also reverse
//! everything between these words, including the border. The inspector therefore disables reordering with the
//! standard control sequence (bidirectional support mode set to explicit, see `terminal`), which other terminals
//! ignore. Words are not wrapped in isolates instead, because isolates are characters that would be copied with the
//! text, and not all terminals remove them.

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
pub use wrap::{Break, WrappedRow, wrap};

use cluster::is_plain as is_plain_byte;

/// The mark at a cut.
pub const ELLIPSIS: &str = "…";

/// Whether every character of the text is printable ASCII, which is displayed unchanged in one column.
pub fn is_plain(text: &str) -> bool {
    text.bytes().all(is_plain_byte)
}

/// The text on one line, with every invisible character and every control character replaced by a symbol. Borrowed if
/// nothing was replaced. The function is idempotent.
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

/// A number of bytes that is larger than a row of any screen displays.
const ROW: usize = 16 * 1024;

/// The start of a text, long enough for one row, so that drawing a long text in every frame is not expensive.
pub fn beginning(text: &str) -> &str {
    text.get(..text.floor_char_boundary(ROW)).unwrap_or(text)
}

/// The number of columns that [`visible`] text takes.
pub fn width(text: &str) -> usize {
    if is_plain(text) {
        return text.len();
    }
    clusters(text).map(|cluster| cluster.width).sum()
}

/// The largest number of columns that a terminal may take for [`visible`] text. Some give each half of a flag two columns.
pub fn reach(text: &str) -> usize {
    if text.len() == 1 {
        return 1;
    }
    width(text)
        + text
            .chars()
            .filter(|c| matches!(c, '\u{1f1e6}'..='\u{1f1ff}'))
            .count()
}

/// [`visible`] text in at most `columns` columns: the whole text if it fits, otherwise its start and an ellipsis.
pub fn fit(text: &str, columns: usize) -> Cow<'_, str> {
    if fits(text, columns) {
        return visible(text);
    }
    match columns.checked_sub(1) {
        Some(room) => Cow::Owned(head(text, room) + ELLIPSIS),
        None => Cow::Borrowed(""),
    }
}

/// [`fit`], split into runs. The flag of a run is true if the run consists of symbols that replace other characters,
/// so that symbols can be displayed in a different style than the same characters in the text itself.
pub fn fit_runs(text: &str, columns: usize) -> Vec<(Cow<'_, str>, bool)> {
    if is_plain_within(text, columns) {
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

/// [`fit`], padded with spaces on the right to exactly `columns` columns.
pub fn pad(text: &str, columns: usize) -> String {
    let mut shown = fit(text, columns).into_owned();
    shown.extend(std::iter::repeat_n(' ', columns.saturating_sub(width(&shown))));
    shown
}

/// [`fit`], padded with spaces on the left to exactly `columns` columns, as for numbers.
pub fn pad_left(text: &str, columns: usize) -> String {
    let shown = fit(text, columns);
    let blanks = columns.saturating_sub(width(&shown));
    format!("{:blanks$}{shown}", "")
}

/// [`visible`] text in at most `columns` columns, with the ellipsis in the middle. This is for ids and paths, whose
/// start and end are more informative than the middle. If the number of columns cannot be divided equally, the end
/// gets one more.
pub fn fit_middle(text: &str, columns: usize) -> Cow<'_, str> {
    if columns < 3 {
        return fit(text, columns);
    }
    if fits(text, columns) {
        return visible(text);
    }
    let room = columns - 1;
    let end = tail(text, room - room / 2);
    // If a wide character does not fit at the end, the start gets its columns.
    Cow::Owned(head(text, room - width(&end)) + ELLIPSIS + &end)
}

/// Replaces all characters in a finished frame that could still control the terminal. This is the last check before
/// the frame is written to the terminal. It has no effect on text that was processed by this module.
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

/// Whether [`visible`] text fits into `columns`. Reads no more of the text than necessary.
pub fn fits(text: &str, columns: usize) -> bool {
    if is_plain_within(text, columns) {
        return text.len() <= columns;
    }
    clusters(text)
        .try_fold(0, |used, cluster| {
            Some(used + cluster.width).filter(|used| *used <= columns)
        })
        .is_some()
}

/// Whether the part of the text that decides what fits into `columns` is plain, so that each of its bytes takes one
/// column.
fn is_plain_within(text: &str, columns: usize) -> bool {
    text.bytes().take(columns.saturating_add(1)).all(is_plain_byte)
}

/// The start of the text, with as many clusters as fit.
fn head(text: &str, columns: usize) -> String {
    if is_plain_within(text, columns) {
        return text.get(..columns).unwrap_or(text).to_owned();
    }
    let mut left = columns;
    clusters(text)
        .map_while(|cluster| {
            left = left.checked_sub(cluster.width)?;
            Some(cluster.text)
        })
        .collect()
}

/// The end of the text, with as many graphemes as fit.
pub fn tail(text: &str, columns: usize) -> String {
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
