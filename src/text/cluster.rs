//! Splits a text into clusters, the smallest units that a terminal displays: characters that share their cells. All
//! terminals agree on the width of each cluster. Invisible characters and control characters are replaced by visible
//! symbols. The parent module [`text`](super) fits clusters into columns and wraps them.

use std::borrow::Cow;

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

/// The maximum number of combining marks on one letter. Further marks would overlap the neighboring rows, and are
/// replaced by symbols.
const MARKS: usize = 6;

/// The maximum number of bytes that are searched for the end of a cluster, which limits the cost of a text with many
/// joiners.
const WINDOW: usize = 256;

/// Characters that are displayed together and never split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster<'a> {
    /// The start of its characters in the text, as a byte offset.
    pub at: usize,
    /// The end of its characters in the text, as a byte offset.
    pub end: usize,
    /// The displayed text: the characters themselves, or a symbol for a character that must not be sent to a
    /// terminal.
    pub text: Cow<'a, str>,
    /// The number of columns that the displayed text takes; at least one.
    pub width: usize,
    /// Whether `text` is a symbol that replaces a character.
    pub is_symbol: bool,
}

/// An iterator over the clusters of a text; created by [`clusters`].
#[derive(Debug, Clone)]
pub struct Clusters<'a> {
    text: &'a str,
    at: usize,
    /// Whether the next character is always replaced by a symbol, because it would change the previous cluster.
    spell: bool,
}

/// The clusters of a text, determined lazily: the cost of a long text depends only on the part that is read.
pub fn clusters(text: &str) -> Clusters<'_> {
    clusters_from(text, 0)
}

/// The clusters of a text, starting at a byte offset, which must be the end of a cluster.
pub(super) fn clusters_from(text: &str, at: usize) -> Clusters<'_> {
    Clusters {
        text,
        at,
        spell: false,
    }
}

impl<'a> Iterator for Clusters<'a> {
    type Item = Cluster<'a>;

    fn next(&mut self) -> Option<Cluster<'a>> {
        let rest = self.text.get(self.at..)?;
        let at = self.at;
        let bytes = rest.as_bytes();
        let first = *bytes.first()?;
        let spell = std::mem::take(&mut self.spell);
        if !spell && is_plain(first) && bytes.get(1).is_none_or(u8::is_ascii) {
            self.at += 1;
            return rest.get(..1).map(|text| piece(at, at + 1, Cow::Borrowed(text)));
        }
        let lead = rest.chars().next()?;
        if spell || is_hidden(lead) || advance(lead) == 0 {
            self.at += lead.len_utf8();
            let text = symbol(lead);
            let width = text.chars().map(advance).sum();
            return Some(Cluster {
                at,
                end: self.at,
                text,
                width,
                is_symbol: true,
            });
        }
        let window = rest.get(..rest.floor_char_boundary(WINDOW)).unwrap_or(rest);
        let grapheme = window.graphemes(true).next()?;
        let (taken, text) = harmless(grapheme);
        self.at += taken;
        self.spell = taken < grapheme.len() || (taken == window.len() && taken < rest.len());
        Some(piece(at, self.at, text))
    }
}

fn piece(at: usize, end: usize, text: Cow<'_, str>) -> Cluster<'_> {
    let width = usize::from(text.cell_width());
    Cluster {
        at,
        end,
        text,
        width,
        is_symbol: false,
    }
}

/// The longest prefix of a grapheme that can be displayed: its length in bytes, and the text to display.
fn harmless(grapheme: &str) -> (usize, Cow<'_, str>) {
    let mut shown = Cow::Borrowed("");
    let mut joiner = None;
    let mut sum = 0;
    let mut marks = 0;
    for (i, c) in grapheme.char_indices() {
        if i > 0 && is_presentation(c) && shown.chars().count() == 1 && takes_presentation(&shown) {
            // The selector chooses a variant of the same character. Terminals disagree on which variant they display,
            // and how wide it is.
            shown.to_mut();
            continue;
        }
        if i > 0 && is_hidden(c) {
            return (i, shown);
        }
        let with = match &shown {
            Cow::Borrowed(_) => Cow::Borrowed(grapheme.get(..i + c.len_utf8()).unwrap_or(grapheme)),
            Cow::Owned(text) => Cow::Owned(format!("{text}{c}")),
        };
        sum += advance(c);
        marks += usize::from(advance(c) == 0);
        if i > 0 && usize::from(with.cell_width()) != sum {
            // If a mark joins this character to the previous one, the mark is replaced by a symbol.
            return joiner.unwrap_or((i, shown));
        }
        if marks > MARKS {
            return (i, shown);
        }
        joiner = (i > 0 && advance(c) == 0).then_some((i, shown));
        shown = with;
    }
    (grapheme.len(), shown)
}

/// Whether a byte is a printable ASCII character. It takes one column, whatever its neighbors are, unless combining
/// marks follow.
pub(super) fn is_plain(byte: u8) -> bool {
    (0x20..0x7f).contains(&byte)
}

/// The number of columns of a single character.
pub(super) fn advance(c: char) -> usize {
    c.width().unwrap_or(0)
}

fn is_presentation(c: char) -> bool {
    matches!(c, '\u{fe0e}' | '\u{fe0f}')
}

/// Whether a character has a text variant and an emoji variant, so that a presentation selector after it is valid.
fn takes_presentation(base: &str) -> bool {
    usize::from(format!("{base}\u{fe0f}").cell_width()) == 2
}

/// Whether a character is invisible, controls the terminal, or changes how its neighbors are displayed.
pub(super) fn is_hidden(c: char) -> bool {
    match c {
        ' '..='~' => false,
        '\0'..='\u{9f}' => true,
        // soft hyphen, grapheme joiner, letter mark, fillers of Hangul and Khmer, Mongolian selectors
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' => true,
        // zero-width spaces and joiners, marks, separators, embeddings, overrides, isolates, invisible operators
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        // Half-width voiced sound marks, whose width is one column in some terminals and none in others.
        '\u{ff9e}' | '\u{ff9f}' => true,
        // fillers, variation selectors, byte order mark, interlinear annotation
        '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' => true,
        // Controls for hieroglyphs, shorthand and music; skin tones, whose width differs between terminals.
        '\u{13430}'..='\u{1343f}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{1f3fb}'..='\u{1f3ff}' => true,
        // tags and the supplementary variation selectors
        '\u{e0000}'..='\u{e0fff}' => true,
        _ => is_noncharacter(c),
    }
}

fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || (c as u32) & 0xfffe == 0xfffe
}

/// Symbols and short names that are more familiar than the code point.
const NAMES: &[(char, &str)] = &[
    ('\u{ad}', "‹SHY›"),
    ('\u{34f}', "‹CGJ›"),
    ('\u{61c}', "‹ALM›"),
    ('\u{200b}', "‹ZWSP›"),
    ('\u{200c}', "‹ZWNJ›"),
    ('\u{200d}', "‹ZWJ›"),
    ('\u{200e}', "‹LRM›"),
    ('\u{200f}', "‹RLM›"),
    ('\u{2028}', "‹LS›"),
    ('\u{2029}', "‹PS›"),
    ('\u{202a}', "‹LRE›"),
    ('\u{202b}', "‹RLE›"),
    ('\u{202c}', "‹PDF›"),
    ('\u{202d}', "‹LRO›"),
    ('\u{202e}', "‹RLO›"),
    ('\u{2060}', "‹WJ›"),
    ('\u{2066}', "‹LRI›"),
    ('\u{2067}', "‹RLI›"),
    ('\u{2068}', "‹FSI›"),
    ('\u{2069}', "‹PDI›"),
    ('\u{feff}', "‹BOM›"),
    ('\u{ff9e}', "゛"),
    ('\u{ff9f}', "゜"),
    ('\u{1f3fb}', "‹tone 1›"),
    ('\u{1f3fc}', "‹tone 2›"),
    ('\u{1f3fd}', "‹tone 3›"),
    ('\u{1f3fe}', "‹tone 4›"),
    ('\u{1f3ff}', "‹tone 5›"),
];

/// The symbol for a character that cannot be displayed: a control picture, a name, or its code point in hexadecimal.
fn symbol(c: char) -> Cow<'static, str> {
    if let Some((_, name)) = NAMES.iter().find(|(known, _)| *known == c) {
        return Cow::Borrowed(name);
    }
    let number = c as u32;
    let picture = match number {
        0..=0x1f => char::from_u32(0x2400 + number),
        0x7f => Some('\u{2421}'),
        _ => None,
    };
    match (picture, number) {
        (Some(picture), _) => Cow::Owned(picture.to_string()),
        (None, 0xfe00..=0xfe0f) => Cow::Owned(format!("‹VS{}›", number - 0xfe00 + 1)),
        (None, 0xe0100..=0xe01ef) => Cow::Owned(format!("‹VS{}›", number - 0xe0100 + 17)),
        (None, 0xe0020..=0xe007e) => {
            let letter = char::from_u32(number - 0xe0000).unwrap_or('?');
            Cow::Owned(format!("‹tag {letter}›"))
        }
        (None, _) => Cow::Owned(format!("‹{number:02X}›")),
    }
}
