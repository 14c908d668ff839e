//! The grammar of terminal input (ECMA-48, with what terminals do beside it): bytes to [`SequenceForm`]s.
//!
//! A form is a character, a character behind an ESC, or a function sequence (CSI or SS3). What a form means is not known
//! here. Control strings (OSC, DCS, APC, PM, SOS) and mouse reports are never a key, so they end here, complete or not:
//! - a string ends with ST or BEL; CAN and SUB cancel it, and so does an ESC that begins something else;
//! - a control character inside a CSI sequence is a form of its own and does not end the sequence, as in terminals;
//! - what has begun and does not go on is given up after a pause ([`Parser::pause`]), so no input silences the keyboard.
//!
//! The parser keeps at most [`LONGEST`] bytes and one more, however long a form is.

use super::Pause;
use super::chars::Chars;

/// A function sequence with more bytes than these is no key. One more is kept, which tells that it is longer: what is
/// kept of one that was cut could be a key.
const LONGEST: usize = 64;

const BEL: char = '\u{7}';
const CAN: char = '\u{18}';
const SUB: char = '\u{1a}';
const ESC: char = '\u{1b}';
/// String terminator, as one character.
const ST: char = '\u{9c}';

/// What a terminal has sent, as a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SequenceForm {
    /// A character, or a control character; `alt`: behind an ESC.
    Char {
        /// The character.
        c: char,
        /// Whether an ESC stood before it.
        alt: bool,
    },
    /// A CSI or SS3 sequence.
    Function {
        /// How it was introduced.
        introducer: Introducer,
        /// What stands between introducer and final character: parameters, private markers, intermediates.
        body: String,
        /// The final character.
        last: char,
        /// Whether an ESC stood before it.
        alt: bool,
    },
}

/// What a function sequence begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Introducer {
    /// `ESC [`
    Csi,
    /// CSI as one control character.
    C1Csi,
    /// `ESC O`, or SS3 as one control character.
    Ss3,
}

/// Splits input into forms.
#[derive(Debug, Default)]
pub(super) struct Parser {
    chars: Chars,
    state: ParserState,
}

impl Parser {
    /// Takes one byte and passes on the forms that are complete with it.
    pub(super) fn push(&mut self, byte: u8, forms: &mut Vec<SequenceForm>) {
        let state = &mut self.state;
        self.chars.push(byte, &mut |c| state.step(c, forms));
    }

    /// Which pause ends what has begun; `None` when nothing has.
    pub(super) fn pending(&self) -> Option<Pause> {
        match &self.state {
            ParserState::Ground => self.chars.is_pending().then_some(Pause::Sequence),
            ParserState::Escape { in_string: false, .. } | ParserState::Text { is_empty: true } => {
                Some(Pause::Key)
            }
            ParserState::Function { body, .. } if body.is_empty() => Some(Pause::Key),
            _ => Some(Pause::Sequence),
        }
    }

    /// Nothing came for as long as [`Parser::pending`] asked: an ESC by itself is a key, anything else is given up.
    pub(super) fn pause(&mut self, forms: &mut Vec<SequenceForm>) {
        self.chars.reset();
        match std::mem::take(&mut self.state) {
            ParserState::Escape { alt, .. } => {
                escape_key(alt, forms);
                escape_key(true, forms);
            }
            ParserState::Function { alt, .. } => escape_key(alt, forms),
            ParserState::Ground | ParserState::Text { .. } | ParserState::Mouse { .. } => {}
        }
    }
}

/// An ESC that turned out to belong to nothing: the key Esc.
fn escape_key(is_there: bool, forms: &mut Vec<SequenceForm>) {
    if is_there {
        forms.push(SequenceForm::Char { c: ESC, alt: false });
    }
}

/// Where in the grammar the input stands.
#[derive(Debug, Default)]
enum ParserState {
    #[default]
    Ground,
    /// Behind an ESC; `alt`: there was one before it; `in_string`: it may be the beginning of ST.
    Escape { alt: bool, in_string: bool },
    /// Behind CSI or SS3.
    Function {
        introducer: Introducer,
        body: String,
        alt: bool,
    },
    /// In a control string.
    Text { is_empty: bool },
    /// In a mouse report of the oldest kind, of which so many characters are to come.
    Mouse { left: u8 },
}

impl ParserState {
    fn step(&mut self, c: char, forms: &mut Vec<SequenceForm>) {
        *self = match std::mem::take(self) {
            ParserState::Ground => ground(c, forms),
            ParserState::Escape { alt, in_string } => escape(c, alt, in_string, forms),
            _ if c == CAN || c == SUB => ParserState::Ground,
            ParserState::Text { .. } => match c {
                BEL | ST => ParserState::Ground,
                ESC => ParserState::Escape {
                    alt: false,
                    in_string: true,
                },
                _ => ParserState::Text { is_empty: false },
            },
            _ if c == ESC => ParserState::Escape {
                alt: false,
                in_string: false,
            },
            ParserState::Function {
                introducer,
                body,
                alt,
            } => function(c, introducer, body, alt, forms),
            ParserState::Mouse { left: 0 | 1 } => ParserState::Ground,
            ParserState::Mouse { left } => ParserState::Mouse { left: left - 1 },
        };
    }
}

fn ground(c: char, forms: &mut Vec<SequenceForm>) -> ParserState {
    match c {
        ESC => ParserState::Escape {
            alt: false,
            in_string: false,
        },
        '\u{9b}' => begin(Introducer::C1Csi, false),
        '\u{8f}' => begin(Introducer::Ss3, false),
        '\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}' => ParserState::Text { is_empty: true },
        '\u{80}'..='\u{9f}' | char::REPLACEMENT_CHARACTER => ParserState::Ground,
        _ => {
            forms.push(SequenceForm::Char { c, alt: false });
            ParserState::Ground
        }
    }
}

fn begin(introducer: Introducer, alt: bool) -> ParserState {
    let body = String::new();
    ParserState::Function {
        introducer,
        body,
        alt,
    }
}

fn escape(c: char, alt: bool, in_string: bool, forms: &mut Vec<SequenceForm>) -> ParserState {
    match c {
        '[' => return begin(Introducer::Csi, alt),
        'O' => return begin(Introducer::Ss3, alt),
        _ => escape_key(alt, forms),
    }
    match c {
        ESC => ParserState::Escape {
            alt: !in_string,
            in_string: false,
        },
        ']' | 'P' | 'X' | '^' | '_' => ParserState::Text { is_empty: true },
        // ST, of a string that has ended already if not of this one
        '\\' => ParserState::Ground,
        '\u{80}'..='\u{9f}' => {
            escape_key(!in_string, forms);
            ground(c, forms)
        }
        _ => {
            forms.push(SequenceForm::Char { c, alt: true });
            ParserState::Ground
        }
    }
}

fn function(
    c: char,
    introducer: Introducer,
    mut body: String,
    alt: bool,
    forms: &mut Vec<SequenceForm>,
) -> ParserState {
    let is_csi = introducer != Introducer::Ss3;
    match c {
        // behind SS3 a blank is the blank of the keypad
        ' '..='?' if is_csi || c.is_ascii_digit() || c == ';' => {}
        // the console of Linux: CSI [ A to CSI [ E
        '[' if is_csi && body.is_empty() => {}
        'M' if is_csi && body.is_empty() => {
            escape_key(alt, forms);
            return ParserState::Mouse { left: 3 };
        }
        ' '..='~' if body.len() > LONGEST => {
            escape_key(alt, forms);
            return ParserState::Ground;
        }
        ' '..='~' => {
            let last = c;
            forms.push(SequenceForm::Function {
                introducer,
                body,
                last,
                alt,
            });
            return ParserState::Ground;
        }
        '\0'..='\u{1f}' | '\u{7f}' => {
            forms.push(SequenceForm::Char { c, alt: false });
            return ParserState::Function {
                introducer,
                body,
                alt,
            };
        }
        _ => return ground(c, forms),
    }
    if body.len() <= LONGEST {
        body.push(c);
    }
    ParserState::Function {
        introducer,
        body,
        alt,
    }
}
