//! Bytes to characters. C1 controls come out as U+0080 to U+009F whichever way they arrive: as UTF-8, or as single bytes
//! where no UTF-8 can be meant. Every other byte that is no UTF-8 comes out as U+FFFD.

/// Collects the bytes of one character.
#[derive(Debug, Default)]
pub(super) struct Chars {
    begun: Vec<u8>,
}

impl Chars {
    /// Takes one byte and passes on the characters that are complete with it.
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
                // this byte does not go on with what was begun: it begins something itself
                for _ in 1..self.begun.len() {
                    take(char::REPLACEMENT_CHARACTER);
                }
                self.begun.clear();
                self.push(byte, take);
            }
        }
    }

    /// Whether a character has begun and not ended.
    pub(super) fn is_pending(&self) -> bool {
        !self.begun.is_empty()
    }

    /// Forgets the character that has begun.
    pub(super) fn reset(&mut self) {
        self.begun.clear();
    }
}
