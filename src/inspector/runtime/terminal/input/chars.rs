//! Decodes bytes to characters. C1 controls become U+0080 to U+009F, whether they arrive as UTF-8 or as single bytes
//! that cannot be UTF-8. Every other byte that is not UTF-8 becomes U+FFFD.

/// Collects the bytes of one character.
#[derive(Debug, Default)]
pub(super) struct Chars {
    begun: Vec<u8>,
}

impl Chars {
    /// Processes one byte and passes on the characters that it completes.
    pub(super) fn push(&mut self, byte: u8, take: &mut impl FnMut(char)) {
        self.begun.push(byte);
        match std::str::from_utf8(&self.begun) {
            Ok(text) => {
                text.chars().for_each(take);
                self.begun.clear();
            }
            Err(error) if error.error_len().is_none() => {}
            Err(_) if self.begun.len() == 1 => {
                self.begun.clear();
                take(match byte {
                    0x80..=0x9f => char::from(byte),
                    _ => char::REPLACEMENT_CHARACTER,
                });
            }
            Err(_) => {
                // This byte does not continue the incomplete character but starts a new one.
                for _ in 1..self.begun.len() {
                    take(char::REPLACEMENT_CHARACTER);
                }
                self.begun.clear();
                self.push(byte, take);
            }
        }
    }

    /// Returns whether a character is incomplete.
    pub(super) fn is_pending(&self) -> bool {
        !self.begun.is_empty()
    }

    /// Discards the incomplete character.
    pub(super) fn reset(&mut self) {
        self.begun.clear();
    }
}
