//! Iterates over the values of text that is known to be valid JSON. This takes much less work than [`super::Scanner`],
//! which has to check every byte: here, only quotes matter within a string, and only brackets matter between strings.

use super::skip::find_quote;

/// A position in an object or array.
#[derive(Debug, Clone)]
pub(super) struct Walk<'a> {
    text: &'a str,
    pos: usize,
}

impl<'a> Walk<'a> {
    /// Begins after the opening bracket of an object or array.
    pub(super) fn into(text: &'a str) -> Self {
        debug_assert!(text.starts_with(['{', '[']), "a container opens");
        Self { text, pos: 1 }
    }

    /// A walk without values.
    pub(super) fn none() -> Self {
        Self { text: "", pos: 0 }
    }

    /// The next value of an array; `None` at its end.
    pub(super) fn element(&mut self) -> Option<&'a str> {
        let start = self.next_start()?;
        let end = self.value_end(start);
        self.pos = end;
        self.text.get(start..end)
    }

    /// The next member of an object, the key without its quotes; `None` at its end.
    pub(super) fn member(&mut self) -> Option<(&'a str, &'a str)> {
        let start = self.next_start()?;
        let end = string_end(self.text.as_bytes(), start);
        self.pos = end;
        Some((self.text.get(start + 1..end - 1)?, self.element()?))
    }

    /// The start of the next key or value.
    fn next_start(&mut self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.pos) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' => self.pos += 1,
                b'}' | b']' => return None,
                _ => return Some(self.pos),
            }
        }
        debug_assert!(bytes.is_empty(), "a container is closed");
        None
    }

    fn value_end(&self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        match bytes.get(start) {
            Some(b'"') => string_end(bytes, start),
            Some(b'{' | b'[') => container_end(bytes, start),
            _ => {
                let is_end = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r');
                let rest = bytes.get(start..).unwrap_or_default();
                start + rest.iter().position(is_end).unwrap_or(rest.len())
            }
        }
    }
}

/// Index after the closing quote of the string whose opening quote is at `start`: the first quote after an even number of
/// backslashes.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut pos = start + 1;
    while let Some(quote) = find_quote(bytes, pos) {
        let before = bytes.get(start + 1..quote).unwrap_or_default();
        let slashes = before.iter().rev().take_while(|byte| **byte == b'\\').count();
        if slashes.is_multiple_of(2) {
            return quote + 1;
        }
        pos = quote + 1;
    }
    debug_assert!(false, "a string is closed");
    bytes.len()
}

/// Index after the closing bracket of the object or array whose opening bracket is at `start`.
fn container_end(bytes: &[u8], start: usize) -> usize {
    let (mut pos, mut depth) = (start, 0_usize);
    while let Some(byte) = bytes.get(pos) {
        match byte {
            b'"' => {
                pos = string_end(bytes, pos);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return pos + 1;
                }
            }
            _ => {}
        }
        pos += 1;
    }
    debug_assert!(false, "a container is closed");
    bytes.len()
}
