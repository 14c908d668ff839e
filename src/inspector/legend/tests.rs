//! Tests of the tables: they are complete and in order.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::signs::SIGNS;
use super::words::WORDS;
use super::*;
use crate::inspector::panes::calls::columns::BARS;
use crate::inspector::widgets::ascii::ascii;

/// Characters that are drawn but say nothing by themselves: lines, bars and punctuation.
const NO_SIGNS: &str = "─━│┃╌╍┆┇▏▎▍▌▋▊▉█·…“”→µ×\u{a0}\u{fffd}\u{fffe}\u{ffff}";

/// The characters above ASCII in the string literals of the source files below a folder, except tests.
fn drawn(folder: &Path, found: &mut BTreeSet<char>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            if !["tests", "runtime", "legend"].contains(&name) {
                drawn(&path, found);
            }
            continue;
        }
        if ["tests.rs", "glyph.rs", "ascii.rs"].contains(&name)
            || path.extension().is_none_or(|end| end != "rs")
        {
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        let code = source.split("#[cfg(test)]").next().unwrap();
        for part in code.split("\\u{").skip(1) {
            let digits = part.split('}').next().unwrap();
            found.extend(u32::from_str_radix(digits, 16).ok().and_then(char::from_u32));
        }
    }
}

#[test]
fn each_sign_that_is_drawn_is_in_the_legend() {
    let mut found = BTreeSet::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/inspector");
    drawn(&root, &mut found);
    let is_known =
        |c: &char| SIGNS.iter().any(|row| row.sign.contains(*c)) || NO_SIGNS.contains(*c) || BARS.contains(c);
    // Arrow keys in the key bar.
    let arrows = ['\u{2190}', '\u{2191}', '\u{2193}'];
    found.retain(|c| !is_known(c) && !arrows.contains(c));
    assert!(found.is_empty(), "add them to the table of signs: {found:?}");
}

#[test]
fn each_sign_has_a_form_in_ascii() {
    for row in SIGNS {
        assert!(ascii(row.sign).is_ascii(), "{}", row.sign);
    }
}

#[test]
fn a_sign_means_one_thing_at_a_place_and_a_word_is_there_once() {
    let mut seen = BTreeSet::new();
    for row in SIGNS {
        let is_fold = row.place == "trees";
        assert!(
            seen.insert((row.place, row.sign)) || is_fold,
            "{} {}",
            row.place,
            row.sign
        );
    }
    let names: Vec<String> = WORDS.iter().map(|(name, _)| name.to_lowercase()).collect();
    assert!(
        names.is_sorted() && names.windows(2).all(|pair| pair[0] != pair[1]),
        "{names:?}"
    );
}

#[test]
fn each_row_has_a_sentence() {
    for row in rows() {
        let is_sentence = row.about.ends_with('.') && row.about.starts_with(char::is_uppercase);
        assert!(
            is_sentence || row.about.starts_with(|c: char| c.is_ascii_digit()),
            "{}",
            row.about
        );
    }
}
