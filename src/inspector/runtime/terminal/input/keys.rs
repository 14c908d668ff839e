//! Maps forms to keys, with one table for each way in which terminals send keys:
//! - characters and control characters;
//! - function sequences that end with a letter (xterm, rxvt, SS3, the keypad, the console of Linux);
//! - function sequences that end with `~` (VT220, xterm), `^` or `@` (rxvt);
//! - `CSI u` (kitty's keyboard protocol) and `CSI 27 ~` (xterm's modifyOtherKeys).
//!
//! Everything else is not a key. This includes cursor positions (`CSI 1;5R`), although F3 with modifiers looks the
//! same.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::forms::{Introducer, SequenceForm};

/// Returns the keys of a form: usually one, several if a key has typed several characters, none if the form is not a
/// key.
pub(super) fn keys(form: &SequenceForm) -> Vec<KeyEvent> {
    match form {
        SequenceForm::Char { c, alt } => vec![behind_escape(of_char(*c), *alt)],
        SequenceForm::Osc(_) => Vec::new(),
        SequenceForm::Function {
            introducer,
            body,
            last,
            alt,
        } => {
            let keys = of_function(*introducer, body, *last).unwrap_or_default();
            match keys.is_empty() && *alt {
                // Something that is not a key cannot have Alt, so the ESC before it was a separate key.
                true => vec![KeyCode::Esc.into()],
                false => keys.into_iter().map(|key| behind_escape(key, *alt)).collect(),
            }
        }
    }
}

/// Returns whether a form is Ctrl+C, in any encoding.
pub(super) fn is_interrupt(form: &SequenceForm) -> bool {
    keys(form).iter().any(|key| {
        key.code == KeyCode::Char('c')
            && key.modifiers.contains(KeyModifiers::CONTROL)
            && key.kind != KeyEventKind::Release
    })
}

fn behind_escape(mut key: KeyEvent, alt: bool) -> KeyEvent {
    key.modifiers.set(
        KeyModifiers::ALT,
        alt || key.modifiers.contains(KeyModifiers::ALT),
    );
    key
}

fn of_char(c: char) -> KeyEvent {
    let control = |letter: char| KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL);
    let behind = |first: char, base: char| {
        char::from_u32(u32::from(c) - u32::from(base) + u32::from(first)).unwrap_or(c)
    };
    match c {
        '\0' => control(' '),
        '\u{1}'..='\u{1a}' if !matches!(c, '\t' | '\r') => control(behind('a', '\u{1}')),
        '\u{1c}'..='\u{1f}' => control(behind('4', '\u{1c}')),
        _ => with_shift(named(c).unwrap_or(KeyCode::Char(c))),
    }
}

/// Returns the key of a control character, if it has one.
fn named(c: char) -> Option<KeyCode> {
    Some(match c {
        '\t' => KeyCode::Tab,
        '\r' => KeyCode::Enter,
        '\u{1b}' => KeyCode::Esc,
        '\u{8}' | '\u{7f}' => KeyCode::Backspace,
        _ => return None,
    })
}

/// Adds Shift to a capital letter.
fn with_shift(code: KeyCode) -> KeyEvent {
    let is_capital = matches!(code, KeyCode::Char(c) if c.is_uppercase());
    let modifiers = if is_capital {
        KeyModifiers::SHIFT
    } else {
        KeyModifiers::NONE
    };
    KeyEvent::new(code, modifiers)
}

fn of_function(introducer: Introducer, body: &str, last: char) -> Option<Vec<KeyEvent>> {
    let is_csi = introducer != Introducer::Ss3;
    if is_csi && body == "[" {
        let number = u8::try_from(last).ok()?.checked_sub(b'A')?;
        return (number < 5).then(|| vec![KeyCode::F(number + 1).into()]);
    }
    let numbers = Numbers::parse(body)?;
    let key = match last {
        'u' if is_csi => return kitty(&numbers),
        '~' if is_csi && numbers.at(0, 0) == 27 => other(numbers.at(2, 0), 0, 0, numbers.modifiers(1)?)?,
        '~' if is_csi => press(tilde(numbers.at(0, 0))?, numbers.modifiers(1)?),
        '^' if is_csi => press(tilde(numbers.only()?)?, KeyModifiers::CONTROL),
        '@' if is_csi => press(
            tilde(numbers.only()?)?,
            KeyModifiers::CONTROL | KeyModifiers::SHIFT,
        ),
        // This is also the answer to a cursor position query, which has numbers.
        'R' if is_csi && !body.is_empty() => return None,
        _ if is_csi => {
            let (code, modifiers) = letter(last).or_else(|| csi_letter(last))?;
            press(code, modifiers | numbers.letter_modifiers()?)
        }
        _ => {
            let (code, modifiers) = letter(last).or_else(|| ss3_letter(last))?;
            press(code, modifiers | numbers.letter_modifiers()?)
        }
    };
    Some(vec![KeyEvent {
        kind: numbers.kind(),
        ..key
    }])
}

fn press(code: KeyCode, modifiers: KeyModifiers) -> KeyEvent {
    match code {
        KeyCode::Tab if modifiers.contains(KeyModifiers::SHIFT) => KeyEvent::new(KeyCode::BackTab, modifiers),
        _ => KeyEvent::new(code, modifiers),
    }
}

/// Keys after CSI and after SS3.
fn letter(last: char) -> Option<(KeyCode, KeyModifiers)> {
    let code = match last {
        'A' => KeyCode::Up,
        'B' => KeyCode::Down,
        'C' => KeyCode::Right,
        'D' => KeyCode::Left,
        'E' => KeyCode::KeypadBegin,
        'F' => KeyCode::End,
        'H' => KeyCode::Home,
        'P' => KeyCode::F(1),
        'Q' => KeyCode::F(2),
        'R' => KeyCode::F(3),
        'S' => KeyCode::F(4),
        _ => return None,
    };
    Some((code, KeyModifiers::NONE))
}

/// Keys only after CSI. The arrows are rxvt's, with Shift.
fn csi_letter(last: char) -> Option<(KeyCode, KeyModifiers)> {
    match last {
        'Z' => Some((KeyCode::BackTab, KeyModifiers::SHIFT)),
        _ => Some((arrow(last)?, KeyModifiers::SHIFT)),
    }
}

/// Keys only after SS3: the keypad in application mode, and rxvt's arrows with Ctrl.
fn ss3_letter(last: char) -> Option<(KeyCode, KeyModifiers)> {
    let code = match last {
        ' ' => KeyCode::Char(' '),
        'I' => KeyCode::Tab,
        'M' => KeyCode::Enter,
        'X' => KeyCode::Char('='),
        // In ASCII order, from * to 9.
        'j'..='y' => KeyCode::Char(char::from(u8::try_from(last).ok()? - b'j' + b'*')),
        _ => return Some((arrow(last)?, KeyModifiers::CONTROL)),
    };
    Some((code, KeyModifiers::NONE))
}

fn arrow(last: char) -> Option<KeyCode> {
    Some(match last {
        'a' => KeyCode::Up,
        'b' => KeyCode::Down,
        'c' => KeyCode::Right,
        'd' => KeyCode::Left,
        _ => return None,
    })
}

/// The numbered keys of the VT220 and its successors.
fn tilde(number: u32) -> Option<KeyCode> {
    let function = |first: u8, base: u32| {
        let number = u8::try_from(number - base).ok();
        number.map(|behind| KeyCode::F(first + behind))
    };
    match number {
        1 | 7 => Some(KeyCode::Home),
        2 => Some(KeyCode::Insert),
        3 => Some(KeyCode::Delete),
        4 | 8 => Some(KeyCode::End),
        5 => Some(KeyCode::PageUp),
        6 => Some(KeyCode::PageDown),
        11..=15 => function(1, 11),
        17..=21 => function(6, 17),
        23..=26 => function(11, 23),
        28..=29 => function(15, 28),
        31..=34 => function(17, 31),
        57427 => Some(KeyCode::KeypadBegin),
        _ => None,
    }
}

/// `CSI code:shifted:base ; modifiers:kind ; text u`.
fn kitty(numbers: &Numbers) -> Option<Vec<KeyEvent>> {
    let modifiers = numbers.modifiers(1)?;
    let kind = numbers.kind();
    let text = numbers.group(2).iter().filter_map(|code| char::from_u32(*code));
    let text: Vec<char> = text.filter(|c| *c != '\0').collect();
    if !text.is_empty()
        && (modifiers - KeyModifiers::SHIFT).is_empty()
        && named_by_number(numbers.at(0, 0)).is_none()
    {
        let typed = text.into_iter().map(|c| KeyEvent { kind, ..of_char(c) });
        return Some(typed.collect());
    }
    let key = other(numbers.at(0, 0), numbers.at(0, 1), numbers.at(0, 2), modifiers)?;
    Some(vec![KeyEvent { kind, ..key }])
}

/// Returns a key by its number: a code point, or one of kitty's numbers for keys without one. `shifted` is the
/// character with Shift. `base` is the character at the same position on an English keyboard. Both are 0 if not
/// reported.
fn other(number: u32, shifted: u32, base: u32, modifiers: KeyModifiers) -> Option<KeyEvent> {
    if let Some(code) = named_by_number(number) {
        return Some(press(code, modifiers));
    }
    let is_private = |c: &char| ('\u{e000}'..='\u{f8ff}').contains(c);
    let char_of = |number| char::from_u32(number).filter(|c| *c != '\0' && !is_private(c));
    let mut c = char_of(number)?;
    if c < ' ' {
        let key = of_char(c);
        return Some(KeyEvent::new(key.code, key.modifiers | modifiers));
    }
    if modifiers.contains(KeyModifiers::SHIFT)
        && let Some(shifted) = char_of(shifted)
    {
        c = shifted;
    }
    // For Ctrl and Alt, the letter on the English keyboard counts if the layout has no such letters.
    if modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
        && !c.is_ascii()
        && let Some(base) = char_of(base)
    {
        c = base;
    }
    // The same mapping as for terminals that send Ctrl with a letter as a control character.
    if modifiers == KeyModifiers::CONTROL {
        match c {
            '[' => return Some(KeyCode::Esc.into()),
            'i' => return Some(KeyCode::Tab.into()),
            'm' => return Some(KeyCode::Enter.into()),
            _ => {}
        }
    }
    let key = with_shift(KeyCode::Char(c));
    Some(KeyEvent::new(key.code, key.modifiers | modifiers))
}

fn named_by_number(number: u32) -> Option<KeyCode> {
    let numbered = |base: u32| u8::try_from(number - base).ok();
    Some(match number {
        57376..=57398 => KeyCode::F(13 + numbered(57376)?),
        57399..=57408 => KeyCode::Char(char::from(b'0' + numbered(57399)?)),
        57409 => KeyCode::Char('.'),
        57410 => KeyCode::Char('/'),
        57411 => KeyCode::Char('*'),
        57412 => KeyCode::Char('-'),
        57413 => KeyCode::Char('+'),
        57414 => KeyCode::Enter,
        57415 => KeyCode::Char('='),
        57416 => KeyCode::Char(','),
        57417 => KeyCode::Left,
        57418 => KeyCode::Right,
        57419 => KeyCode::Up,
        57420 => KeyCode::Down,
        57421 => KeyCode::PageUp,
        57422 => KeyCode::PageDown,
        57423 => KeyCode::Home,
        57424 => KeyCode::End,
        57425 => KeyCode::Insert,
        57426 => KeyCode::Delete,
        57427 => KeyCode::KeypadBegin,
        _ => return char::from_u32(number).and_then(named),
    })
}

/// The numbers of a sequence: groups separated by semicolons, and numbers in a group separated by colons. A missing
/// number is 0.
struct Numbers(Vec<Vec<u32>>);

impl Numbers {
    /// Returns `None` if the body contains anything but numbers, because then the sequence is not a key.
    fn parse(body: &str) -> Option<Self> {
        let number = |text: &str| match text {
            "" => Some(0),
            _ if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
            _ => None,
        };
        let group = |text: &str| text.split(':').map(number).collect::<Option<Vec<u32>>>();
        body.split(';').map(group).collect::<Option<_>>().map(Self)
    }

    fn group(&self, index: usize) -> &[u32] {
        self.0.get(index).map_or(&[], Vec::as_slice)
    }

    fn at(&self, group: usize, index: usize) -> u32 {
        self.group(group).get(index).copied().unwrap_or(0)
    }

    /// Returns the first number of a sequence with a single group.
    fn only(&self) -> Option<u32> {
        (self.0.len() == 1).then(|| self.at(0, 0))
    }

    /// Returns the modifiers in a group: 1 plus a bit for each. Caps Lock and Num Lock are ignored.
    fn modifiers(&self, group: usize) -> Option<KeyModifiers> {
        let bits = self.at(group, 0).max(1) - 1;
        let all = [
            KeyModifiers::SHIFT,
            KeyModifiers::ALT,
            KeyModifiers::CONTROL,
            KeyModifiers::SUPER,
            KeyModifiers::HYPER,
            KeyModifiers::META,
        ];
        let set = |bit: usize| bits & (1 << bit) != 0;
        let held = all.into_iter().enumerate().filter(|(bit, _)| set(*bit));
        (bits < 256).then(|| held.map(|(_, modifier)| modifier).collect())
    }

    /// Returns the modifiers of a sequence that ends with a letter: after a 1, or alone in old xterms.
    fn letter_modifiers(&self) -> Option<KeyModifiers> {
        match self.0.len() {
            1 => self.modifiers(0),
            2 if self.at(0, 0) <= 1 => self.modifiers(1),
            _ => None,
        }
    }

    fn kind(&self) -> KeyEventKind {
        match self.at(1, 1) {
            2 => KeyEventKind::Repeat,
            3 => KeyEventKind::Release,
            _ => KeyEventKind::Press,
        }
    }
}
