//! Escapes for text on a terminal: characters that would control the terminal or reorder its text become `\\u` escapes,
//! which JSON readers understand. Text for people that is not from files passes unchanged.

use std::fmt::Write as _;

/// Which control characters may pass, apart from tabs and ends of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Styles {
    /// None.
    Escape,
    /// The escape sequences of the program itself.
    Keep,
}

/// The longest character in UTF-8, in bytes.
const LONGEST: usize = 4;

/// Escapes a stream of bytes.
#[derive(Debug)]
pub struct Escapes {
    styles: Styles,
    /// The beginning of a character or of a line ending that is not complete yet.
    begun: Vec<u8>,
}

impl Escapes {
    /// The beginning of a stream.
    pub fn new(styles: Styles) -> Self {
        Self {
            styles,
            begun: Vec::new(),
        }
    }

    /// The next bytes, escaped. What may continue in later bytes is kept until then.
    pub fn escape(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.begun.extend_from_slice(bytes);
        let complete = complete(&self.begun);
        let bytes: Vec<u8> = self.begun.drain(..complete).collect();
        self.escaped(&bytes)
    }

    /// What [`Escapes::escape`] has kept, at the end of the stream.
    pub fn finish(&mut self) -> Vec<u8> {
        let bytes = std::mem::take(&mut self.begun);
        self.escaped(&bytes)
    }

    fn escaped(&self, bytes: &[u8]) -> Vec<u8> {
        let mut out = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            let mut rest = chunk.valid().chars().peekable();
            while let Some(c) = rest.next() {
                let ends_line = c == '\r' && rest.peek() == Some(&'\n');
                match ends_line || self.passes(c) {
                    true => out.push(c),
                    false => escape(&mut out, u32::from(c)),
                }
            }
            for byte in chunk.invalid() {
                escape(&mut out, u32::from(*byte));
            }
        }
        out.into_bytes()
    }

    fn passes(&self, c: char) -> bool {
        match c {
            '\n' | '\t' => true,
            '\u{1b}' => self.styles == Styles::Keep,
            c => !(c.is_control() || reorders(c)),
        }
    }
}

/// Appends the escape of a character of the Basic Multilingual Plane, or of a byte that is not UTF-8.
fn escape(out: &mut String, number: u32) {
    // Writing to a `String` cannot fail.
    let _ = write!(out, "\\u{number:04x}");
}

/// Whether a character is a control of Unicode's bidirectional algorithm.
fn reorders(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The number of bytes before an incomplete character, or before a carriage return at the end.
fn complete(bytes: &[u8]) -> usize {
    if let [before @ .., b'\r'] = bytes {
        return before.len();
    }
    let tail = bytes.len().saturating_sub(LONGEST - 1);
    let last = bytes
        .iter()
        .skip(tail)
        .rposition(|byte| *byte >= 0xc0)
        .map(|at| tail + at);
    match last {
        Some(at) => match std::str::from_utf8(bytes.get(at..).unwrap_or_default()) {
            Err(error) if error.error_len().is_none() => at,
            _ => bytes.len(),
        },
        None => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_split_of_the_bytes_gives_the_same_escapes() {
        let bytes = "a\r\nb\rc\u{9b}\t漢\u{202e}\u{1f30d}\x1b[m".as_bytes();
        let bytes = [bytes, b"\xe6\xbc", b"x\xff\x9b\xf0"].concat();
        let expected =
            "a\r\nb\\u000dc\\u009b\t漢\\u202e\u{1f30d}\\u001b[m\\u00e6\\u00bcx\\u00ff\\u009b\\u00f0";
        for step in 1..=bytes.len() {
            let mut escapes = Escapes::new(Styles::Escape);
            let mut out: Vec<u8> = bytes
                .chunks(step)
                .flat_map(|piece| escapes.escape(piece))
                .collect();
            out.extend(escapes.finish());
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{step}");
        }
    }

    #[test]
    fn styles_of_the_program_are_kept() {
        let mut escapes = Escapes::new(Styles::Keep);
        assert_eq!(escapes.escape("\x1b[1ma\u{9b}".as_bytes()), b"\x1b[1ma\\u009b");
    }
}
