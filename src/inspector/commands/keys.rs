//! Names of key events, as used in the COMMANDS table, in the key bar and in the configuration file, and a parser for
//! these names.
//!
//! A name is a character (`j`, `G`, `?`), a word (`Enter`, `PgDn`, `F1`), or one of these after `Ctrl+`, `Alt+` or
//! `Shift+`. The command table maps names to commands.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

const WORDS: &[(&str, KeyCode)] = &[
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("Shift+Tab", KeyCode::BackTab),
    ("Space", KeyCode::Char(' ')),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Insert", KeyCode::Insert),
    ("F1", KeyCode::F(1)),
    ("F2", KeyCode::F(2)),
    ("F3", KeyCode::F(3)),
    ("F4", KeyCode::F(4)),
    ("F5", KeyCode::F(5)),
    ("F6", KeyCode::F(6)),
    ("F7", KeyCode::F(7)),
    ("F8", KeyCode::F(8)),
    ("F9", KeyCode::F(9)),
    ("F10", KeyCode::F(10)),
    ("F11", KeyCode::F(11)),
    ("F12", KeyCode::F(12)),
];

/// Modifiers that no command uses. A key with one of these is a different key.
const FOREIGN: KeyModifiers = KeyModifiers::SUPER
    .union(KeyModifiers::HYPER)
    .union(KeyModifiers::META);

/// Returns the name of a key event, or `None` if the key has no name.
pub fn name(key: KeyEvent) -> Option<String> {
    if key.modifiers.intersects(FOREIGN) {
        return None;
    }
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    let base = match key.code {
        KeyCode::Char(' ') => "Space".to_string(),
        KeyCode::Char(c) if control || alt => c.to_uppercase().to_string(),
        KeyCode::Char(c) if key.modifiers.contains(KeyModifiers::SHIFT) => c.to_uppercase().to_string(),
        KeyCode::Char(c) => c.to_string(),
        code => WORDS.iter().find(|(_, word)| *word == code)?.0.to_string(),
    };
    let shift = key.modifiers.contains(KeyModifiers::SHIFT) && has_shift(key.code);
    let base = if shift { format!("Shift+{base}") } else { base };
    Some(match (control, alt) {
        (false, false) => base,
        (true, _) => format!("Ctrl+{base}"),
        (false, true) => format!("Alt+{base}"),
    })
}

/// Returns whether the name of this key with Shift is written with `Shift+`. For other keys, Shift is already part of
/// the key, as in `G`.
fn has_shift(code: KeyCode) -> bool {
    !matches!(code, KeyCode::Char(_) | KeyCode::BackTab)
}

/// Returns the key without Shift, if it has Shift.
pub fn without_shift(key: KeyEvent) -> Option<KeyEvent> {
    let modifiers = key.modifiers - KeyModifiers::SHIFT;
    (has_shift(key.code) && modifiers != key.modifiers).then_some(KeyEvent { modifiers, ..key })
}

/// Returns the character that a key event types, if any.
pub fn typed(key: KeyEvent) -> Option<char> {
    let plain = !key
        .modifiers
        .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT | FOREIGN);
    match key.code {
        KeyCode::Char(c) if plain && key.modifiers.contains(KeyModifiers::SHIFT) => c.to_uppercase().next(),
        KeyCode::Char(c) if plain => Some(c),
        _ => None,
    }
}

/// Returns the key event with this name, or `None` if there is none.
pub fn parse(name: &str) -> Option<KeyEvent> {
    if let Some((_, code)) = WORDS.iter().find(|(word, _)| *word == name) {
        return Some(KeyEvent::new(*code, KeyModifiers::NONE));
    }
    for (prefix, modifier) in [
        ("Ctrl+", KeyModifiers::CONTROL),
        ("Alt+", KeyModifiers::ALT),
        ("Shift+", KeyModifiers::SHIFT),
    ] {
        if let Some(base) = name.strip_prefix(prefix).filter(|base| !base.is_empty()) {
            let key = parse(base)?;
            let code = match key.code {
                KeyCode::Char(c) => KeyCode::Char(c.to_ascii_lowercase()),
                code => code,
            };
            return Some(KeyEvent::new(code, key.modifiers | modifier));
        }
    }
    let mut chars = name.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Some(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)),
        _ => None,
    }
}

/// Returns the names of the keys that are not characters.
pub fn words() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(|(word, _)| *word)
}

/// Returns the short form of a key name: arrows for the arrow keys, a caret for Ctrl.
pub fn short(name: &str) -> String {
    let arrow = match name {
        "Up" => "\u{2191}",
        "Down" => "\u{2193}",
        "Left" => "\u{2190}",
        "Right" => "\u{2192}",
        _ if name.len() == 1 => return name.to_string(),
        _ => return name.replace("Ctrl+", "^"),
    };
    arrow.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_its_key_lead_to_each_other() {
        for text in [
            "j",
            "G",
            "?",
            "Enter",
            "Shift+Tab",
            "Ctrl+S",
            "Alt+X",
            "Space",
            "PgDn",
            "F1",
            "+",
            "Ctrl+Left",
            "Shift+Left",
            "Ctrl+Shift+Right",
        ] {
            assert_eq!(parse(text).and_then(name).as_deref(), Some(text));
        }
        assert_eq!(parse("Ctrl+"), None);
        assert_eq!(parse("Hyper"), None);
    }

    #[test]
    fn a_shifted_letter_is_its_capital_however_the_terminal_tells_it() {
        let key = KeyEvent::new(KeyCode::Char('g'), KeyModifiers::SHIFT);
        assert_eq!((name(key).as_deref(), typed(key)), (Some("G"), Some('G')));
    }
}
