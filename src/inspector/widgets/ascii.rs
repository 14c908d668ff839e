//! The signs that the program draws, and their ASCII forms of the same width, for terminals and fonts without them.
//!
//! A sign is replaced where the program draws it (in `frame` and in the few places that draw cells themselves), not in
//! the finished screen: there it could no longer be told from the same character in a text from a file. Such texts are
//! never changed: they are drawn with [`Cells::exact`](super::frame::Cells::exact).

use std::borrow::Cow;
use std::ffi::OsString;

use crate::text::is_plain;

/// Each sign with its ASCII form. Of the signs that have the same form, no two can stand at the same place, or a word
/// next to them tells them apart.
const ASCII_FORMS: &[(char, char)] = &[
    // Frames. That of the focused pane is the heavy one; an earlier step has dashed ones.
    ('─', '-'),
    ('━', '='),
    ('│', '|'),
    ('┃', '|'),
    ('┌', '+'),
    ('┐', '+'),
    ('└', '+'),
    ('┘', '+'),
    ('┏', '#'),
    ('┓', '#'),
    ('┗', '#'),
    ('┛', '#'),
    ('╌', '.'),
    ('╍', '~'),
    ('┆', ':'),
    ('┇', ':'),
    // Cuts, separators, quotes.
    ('…', '~'),
    ('·', '-'),
    ('“', '"'),
    ('”', '"'),
    ('×', 'x'),
    ('µ', 'u'),
    // The cursor, folds, marks, choices.
    ('▸', '>'),
    ('▾', 'v'),
    ('●', '*'),
    ('○', 'o'),
    ('◌', '.'),
    ('∅', '0'),
    // Arrows.
    ('→', '>'),
    ('←', '<'),
    ('↑', '^'),
    ('↓', 'v'),
    ('›', '>'),
    ('‹', '<'),
    ('»', ')'),
    // Outcomes and expectations.
    ('✓', '+'),
    ('✗', 'x'),
    ('≠', '!'),
    ('¶', '%'),
    // Marks and kinds of items.
    ('↶', 'u'),
    ('↷', 'r'),
    ('↺', 'r'),
    ('÷', '/'),
    ('⇄', '&'),
    ('§', 'S'),
    ('≡', '='),
    ('≣', 'P'),
    ('Σ', '#'),
    ('△', 'W'),
    ('≈', '~'),
    ('▣', 'I'),
    ('•', '*'),
    ('╳', 'X'),
    ('◎', '@'),
    ('■', 'Q'),
    ('⊕', '('),
    ('⊖', ')'),
    ('±', 'D'),
    // Bars and charts, from the lowest to the highest and from the shortest to the longest.
    ('▁', '_'),
    ('▂', '.'),
    ('▃', ':'),
    ('▄', '-'),
    ('▅', '='),
    ('▆', '+'),
    ('▇', '*'),
    ('█', '#'),
    ('▏', '.'),
    ('▎', ':'),
    ('▍', '-'),
    ('▌', '='),
    ('▋', '+'),
    ('▊', '*'),
    ('▉', '%'),
    ('▲', '^'),
];

/// What stands for a control character. It is drawn in a style of its own.
const CONTROL: &str = "?";

/// Returns a text of the program with the ASCII form of each sign. Letters of other scripts stay as they are.
pub fn ascii(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(of_sign).collect())
}

/// Returns a text of a file with the ASCII form of the symbols for control characters, which hardly ever are in such a text.
pub fn without_control(text: Cow<'_, str>) -> Cow<'_, str> {
    match text.contains(is_control) {
        true => Cow::Owned(text.replace(is_control, CONTROL)),
        false => text,
    }
}

/// Whether this is the symbol for a control character.
fn is_control(c: char) -> bool {
    matches!(c, '\u{2400}'..='\u{2421}')
}

fn of_sign(c: char) -> char {
    match ASCII_FORMS.iter().find(|(sign, _)| *sign == c) {
        Some((_, ascii)) => *ascii,
        None if is_control(c) => '?',
        None => c,
    }
}

/// Returns whether the locale asks for ASCII: it is `C` or `POSIX`, or names a character set other than UTF-8. Without a
/// locale, the terminal is assumed to have UTF-8, because many systems set none, such as containers.
pub fn needs_ascii(env: impl Fn(&str) -> Option<OsString>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| {
        let value = env(name)?.to_string_lossy().into_owned();
        Some(value).filter(|value| !value.is_empty())
    });
    let Some(locale) = locale else { return false };
    let charset = locale.split_once('.').map(|(_, charset)| {
        let charset = charset.split('@').next().unwrap_or_default();
        charset.to_ascii_lowercase().replace('-', "")
    });
    match charset {
        Some(charset) => charset != "utf8",
        None => matches!(locale.as_str(), "C" | "POSIX"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::inspector::panes::history::glyph::glyph;
    use crate::protocol::kinds::KINDS;
    use crate::text::width;

    #[test]
    fn each_sign_has_one_form_of_the_same_width() {
        let mut seen = HashSet::new();
        for (sign, form) in ASCII_FORMS {
            assert!(seen.insert(sign), "{sign} is there twice");
            assert!(form.is_ascii_graphic(), "{sign}");
            assert_eq!(width(&sign.to_string()), 1, "{sign}");
        }
    }

    #[test]
    fn the_symbols_of_the_kinds_stay_apart() {
        let signs: HashSet<&str> = KINDS.iter().map(glyph).collect();
        let forms: HashSet<Cow<'_, str>> = signs.iter().map(|sign| ascii(sign)).collect();
        assert!(forms.iter().all(|form| is_plain(form)), "{forms:?}");
        // Starts and ends of a turn look the same, and so do a call and a message of the user, an output and one of the
        // assistant; the words behind them differ.
        assert!(forms.len() + 6 >= signs.len(), "{forms:?} for {signs:?}");
    }

    #[test]
    fn the_locale_decides() {
        let asks = |env: &[(&str, &str)]| {
            needs_ascii(|name| {
                let mut env = env.iter();
                env.find(|(known, _)| *known == name)
                    .map(|(_, value)| OsString::from(value))
            })
        };
        for (env, wants) in [
            (&[][..], false),
            (&[("LANG", "en_US.UTF-8")], false),
            (&[("LANG", "C.utf8")], false),
            (&[("LANG", "de_DE")], false),
            (&[("LANG", "C")], true),
            (&[("LC_CTYPE", "POSIX"), ("LANG", "en_US.UTF-8")], true),
            (&[("LC_ALL", ""), ("LANG", "ja_JP.eucJP")], true),
            (&[("LC_ALL", "en_US.UTF-8"), ("LANG", "C")], false),
            (&[("LANG", "de_DE.ISO-8859-15@euro")], true),
        ] {
            assert_eq!(asks(env), wants, "{env:?}");
        }
    }
}
