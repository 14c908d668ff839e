//! Which key a form stands for. One table for each way in which terminals send keys:
//! - characters and control characters;
//! - function sequences that end with a letter (xterm, rxvt, SS3, the keypad, the console of Linux);
//! - function sequences that end with `~` (VT220, xterm), `^` or `@` (rxvt);
//! - `CSI u` (kitty's keyboard protocol) and `CSI 27 ~` (xterm's modifyOtherKeys).
//!
//! Everything else is no key. So are positions of the cursor (`CSI 1;5R`), although F3 with modifiers looks the same.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::forms::{Introducer, SequenceForm};

/// The keys of a form: one as a rule, several where a key has typed several characters, none where it is no key.
pub(super) fn keys(form: &SequenceForm) -> Vec<KeyEvent> {
    match form {
        SequenceForm::Char { c, alt } => vec![behind_escape(of_char(*c), *alt)],
        SequenceForm::Function {
            introducer,
            body,
            last,
            alt,
        } => {
            let keys = of_function(*introducer, body, *last).unwrap_or_default();
            match keys.is_empty() && *alt {
                // what is no key cannot have Alt: the ESC before it was a key by itself
                true => vec![KeyCode::Esc.into()],
                false => keys.into_iter().map(|key| behind_escape(key, *alt)).collect(),
            }
        }
    }
}

/// Whether a form is Ctrl+C, in whichever way it is sent.
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

/// The keys that have a control character of their own.
fn named(c: char) -> Option<KeyCode> {
    Some(match c {
        '\t' => KeyCode::Tab,
        '\r' => KeyCode::Enter,
        '\u{1b}' => KeyCode::Esc,
        '\u{8}' | '\u{7f}' => KeyCode::Backspace,
        _ => return None,
    })
}

/// A capital is typed with Shift.
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
        // also the answer to "where is the cursor", which has numbers
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

/// Behind CSI and SS3 alike.
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

/// Behind CSI alone. The arrows are rxvt's, with Shift.
fn csi_letter(last: char) -> Option<(KeyCode, KeyModifiers)> {
    match last {
        'Z' => Some((KeyCode::BackTab, KeyModifiers::SHIFT)),
        _ => Some((arrow(last)?, KeyModifiers::SHIFT)),
    }
}

/// Behind SS3 alone: the keypad in its application mode, and rxvt's arrows with Ctrl.
fn ss3_letter(last: char) -> Option<(KeyCode, KeyModifiers)> {
    let code = match last {
        ' ' => KeyCode::Char(' '),
        'I' => KeyCode::Tab,
        'M' => KeyCode::Enter,
        'X' => KeyCode::Char('='),
        // the order of ASCII, from * to 9
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

/// The keys with numbers of the VT220 and its successors.
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

/// A key by its number: a code point, or one of kitty's numbers for keys without one. `shifted` is what it types with Shift,
/// `base` what stands at its place on an English keyboard; 0 where that was not told.
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
    // the letter that Ctrl and Alt mean is the one on the English keyboard, where the layout has no such letters
    if modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
        && !c.is_ascii()
        && let Some(base) = char_of(base)
    {
        c = base;
    }
    // the same as where Ctrl with a letter is a control character
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

/// The numbers of a sequence: groups parted by semicolons, in them numbers parted by colons. One that is not there is 0.
struct Numbers(Vec<Vec<u32>>);

impl Numbers {
    /// `None` where the body holds anything but numbers: then it is no key's.
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

    /// The number that stands alone.
    fn only(&self) -> Option<u32> {
        (self.0.len() == 1).then(|| self.at(0, 0))
    }

    /// The modifiers in a group: 1 and a bit for each. Caps Lock and Num Lock count as none.
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

    /// The modifiers of a sequence that ends with a letter: behind a 1, or alone in old xterms.
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
