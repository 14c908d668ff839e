//! The grammar of terminal input (ECMA-48 and common extensions). Parses bytes to [`SequenceForm`]s.
//!
//! A form is a character, a character after an ESC, or a function sequence (CSI or SS3). This module does not know the
//! meaning of a form. Control strings (DCS, APC, PM, SOS) and mouse reports of the oldest type are never keys, so they
//! are discarded here, complete or not. An OSC string is a form if it is complete and short:
//! - A string ends with ST or BEL. CAN, SUB and an ESC that starts something else cancel it.
//! - A control character inside a CSI sequence is a separate form and does not end the sequence, as in terminals.
//! - An incomplete form is discarded after a pause ([`Parser::pause`]), so no input can block the keyboard.
//!
//! The parser stores at most [`LONGEST`] + 1 bytes, regardless of the length of a form.

use super::Pause;
use super::chars::Chars;

/// A function sequence with more bytes than this is not a key. One more byte is stored to detect this, because a
/// truncated sequence could look like a key.
const LONGEST: usize = 64;

const BEL: char = '\u{7}';
const CAN: char = '\u{18}';
const SUB: char = '\u{1a}';
const ESC: char = '\u{1b}';
/// String terminator, as one character.
const ST: char = '\u{9c}';

/// A unit of terminal input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SequenceForm {
    /// A character or control character. `alt`: after an ESC.
    Char {
        /// The character.
        c: char,
        /// Whether it follows an ESC.
        alt: bool,
    },
    /// A CSI or SS3 sequence.
    Function {
        /// How it starts.
        introducer: Introducer,
        /// The part between introducer and final character: parameters, private markers, intermediates.
        body: String,
        /// The final character.
        last: char,
        /// Whether it follows an ESC.
        alt: bool,
    },
    /// An OSC string: the answer to a question.
    Osc(String),
}

/// The start of a function sequence.
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
    /// Processes one byte and adds the forms that it completes.
    pub(super) fn push(&mut self, byte: u8, forms: &mut Vec<SequenceForm>) {
        let state = &mut self.state;
        self.chars.push(byte, &mut |c| state.step(c, forms));
    }

    /// Returns the pause that ends the open form, or `None` if no form is open.
    pub(super) fn pending(&self) -> Option<Pause> {
        match &self.state {
            ParserState::Ground => self.chars.is_pending().then_some(Pause::Sequence),
            ParserState::Escape { string: None, .. } | ParserState::Text(ControlString::Empty { .. }) => {
                Some(Pause::Key)
            }
            ParserState::Function { body, .. } if body.is_empty() => Some(Pause::Key),
            _ => Some(Pause::Sequence),
        }
    }

    /// Handles the pause of [`Parser::pending`]: a lone ESC is a key, anything else is discarded.
    pub(super) fn pause(&mut self, forms: &mut Vec<SequenceForm>) {
        self.chars.reset();
        match std::mem::take(&mut self.state) {
            ParserState::Escape { alt, .. } => {
                escape_key(alt, forms);
                escape_key(true, forms);
            }
            ParserState::Function { alt, .. } => escape_key(alt, forms),
            ParserState::Ground | ParserState::Text(_) | ParserState::Mouse { .. } => {}
        }
    }
}

/// An ESC that belongs to no sequence is the key Esc.
fn escape_key(is_there: bool, forms: &mut Vec<SequenceForm>) {
    if is_there {
        forms.push(SequenceForm::Char { c: ESC, alt: false });
    }
}

/// The state of the parser.
#[derive(Debug, Default)]
enum ParserState {
    #[default]
    Ground,
    /// After an ESC. `alt`: another ESC precedes it. `string`: it may be the start of ST, which ends this string.
    Escape {
        alt: bool,
        string: Option<ControlString>,
    },
    /// After CSI or SS3.
    Function {
        introducer: Introducer,
        body: String,
        alt: bool,
    },
    /// In a control string.
    Text(ControlString),
    /// In a mouse report of the oldest type, with `left` characters to come.
    Mouse { left: u8 },
}

/// What is known of a control string before its end.
#[derive(Debug)]
enum ControlString {
    /// Nothing has followed its introducer yet.
    Empty { is_osc: bool },
    /// The text of an OSC string.
    Osc(String),
    /// A string that is discarded.
    Other,
}

impl ControlString {
    /// The string with one more character.
    fn with(self, c: char) -> Self {
        match self {
            Self::Empty { is_osc: true } => Self::Osc(c.to_string()),
            Self::Osc(mut text) if text.len() < LONGEST => {
                text.push(c);
                Self::Osc(text)
            }
            _ => Self::Other,
        }
    }

    fn end(self, forms: &mut Vec<SequenceForm>) {
        if let Self::Osc(text) = self {
            forms.push(SequenceForm::Osc(text));
        }
    }
}

impl ParserState {
    fn step(&mut self, c: char, forms: &mut Vec<SequenceForm>) {
        *self = match std::mem::take(self) {
            ParserState::Ground => ground(c, forms),
            ParserState::Escape { alt, string } => escape(c, alt, string, forms),
            _ if c == CAN || c == SUB => ParserState::Ground,
            ParserState::Text(string) => match c {
                BEL | ST => {
                    string.end(forms);
                    ParserState::Ground
                }
                ESC => ParserState::Escape {
                    alt: false,
                    string: Some(string),
                },
                _ => ParserState::Text(string.with(c)),
            },
            _ if c == ESC => ParserState::Escape {
                alt: false,
                string: None,
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
            string: None,
        },
        '\u{9b}' => begin(Introducer::C1Csi, false),
        '\u{8f}' => begin(Introducer::Ss3, false),
        '\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}' => ParserState::Text(ControlString::Empty {
            is_osc: c == '\u{9d}',
        }),
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

fn escape(c: char, alt: bool, string: Option<ControlString>, forms: &mut Vec<SequenceForm>) -> ParserState {
    match c {
        '[' => return begin(Introducer::Csi, alt),
        'O' => return begin(Introducer::Ss3, alt),
        _ => escape_key(alt, forms),
    }
    match c {
        ESC => ParserState::Escape {
            alt: string.is_none(),
            string: None,
        },
        ']' | 'P' | 'X' | '^' | '_' => ParserState::Text(ControlString::Empty { is_osc: c == ']' }),
        // ST of this string, or of a string that has already ended.
        '\\' => {
            if let Some(string) = string {
                string.end(forms);
            }
            ParserState::Ground
        }
        '\u{80}'..='\u{9f}' => {
            escape_key(string.is_none(), forms);
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
        // After SS3, a space is the space key of the keypad.
        ' '..='?' if is_csi || c.is_ascii_digit() || c == ';' => {}
        // The Linux console: CSI [ A to CSI [ E.
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
