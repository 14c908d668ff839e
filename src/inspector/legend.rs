//! What the screen means: the table of signs and the table of words. Drawing takes its signs from here, and the
//! command `legend`, `threadloupe list legend` and `docs/legend.md` list both tables.
//!
//! The symbols of the kinds of items are in `panes/history/glyph.rs`, which the legend lists too.

pub mod signs;
pub mod words;

use crate::inspector::panes::history::glyph::GLYPHS;

/// A row of the legend.
pub struct LegendRow {
    /// The sign; empty for a word.
    pub sign: &'static str,
    /// The word or, for a sign, where it is.
    pub name: &'static str,
    /// A sentence that says what it means.
    pub about: &'static str,
}

/// Returns all rows: the signs by place, the symbols of the kinds of items, and the words by name.
pub fn rows() -> impl Iterator<Item = LegendRow> {
    let signs = signs::SIGNS.iter().map(|row| LegendRow {
        sign: row.sign,
        name: row.place,
        about: row.about,
    });
    let kinds = GLYPHS.iter().map(|row| LegendRow {
        sign: row.glyph,
        name: "kind of item",
        about: row.about,
    });
    let words = words::WORDS.iter().map(|(name, about)| LegendRow {
        sign: "",
        name,
        about,
    });
    signs.chain(kinds).chain(words)
}

#[cfg(test)]
mod tests;
