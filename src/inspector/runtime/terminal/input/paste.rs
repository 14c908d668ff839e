//! A paste while it arrives: all of it is text, whatever stands in it, until its end mark.
//!
//! A paste whose end does not come would swallow all keys. So after a pause it counts as unfinished, the person is told so,
//! and from then on Ctrl+C ends it. Before that a Ctrl+C in it is text: no terminal types into a paste.

use std::mem::take;

use super::forms::{Introducer, Parser};
use super::keys::is_interrupt;

/// Ctrl+C as a control character.
const INTERRUPT: u8 = 3;

/// A paste that arrives.
#[derive(Debug)]
pub(super) struct Paste {
    bytes: Vec<u8>,
    limit: usize,
    /// Something was dropped because there was too much.
    is_cut: bool,
    end: &'static [u8],
    /// So many bytes of the end mark have just come; they are not in `bytes`.
    matched: usize,
    unfinished: Option<Watch>,
}

/// Looks for a Ctrl+C in an unfinished paste.
#[derive(Debug, Default)]
struct Watch {
    parser: Parser,
    /// How much of the text there was when the form began that is not complete.
    before: usize,
}

/// What has been pasted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pasted {
    pub(super) text: String,
    pub(super) is_cut: bool,
    pub(super) was_unfinished: bool,
}

impl Paste {
    /// Begins with the sequence that announces a paste. At most `limit` bytes are kept.
    pub(super) fn begin(introducer: Introducer, limit: usize) -> Self {
        Self {
            bytes: Vec::new(),
            limit,
            is_cut: false,
            end: match introducer {
                Introducer::C1Csi => b"\x9b201~",
                Introducer::Csi | Introducer::Ss3 => b"\x1b[201~",
            },
            matched: 0,
            unfinished: None,
        }
    }

    /// Takes one byte; the whole paste when it ends with it.
    pub(super) fn push(&mut self, byte: u8) -> Option<Pasted> {
        if self.watch(byte) {
            return Some(self.finish());
        }
        if self.end.get(self.matched) == Some(&byte) {
            self.matched += 1;
            return (self.matched == self.end.len()).then(|| {
                // the control character was sent as UTF-8
                if self.end.first() == Some(&0x9b) && self.bytes.last() == Some(&0xc2) {
                    self.bytes.pop();
                }
                self.finish()
            });
        }
        // only its first byte can begin the mark anew
        let end = self.end;
        let prefix = end.get(..take(&mut self.matched)).unwrap_or_default();
        prefix.iter().for_each(|byte| self.keep(*byte));
        match end.first() == Some(&byte) {
            true => self.matched = 1,
            false => self.keep(byte),
        }
        None
    }

    /// Nothing came for a while: the person is to be told.
    pub(super) fn pause(&mut self) {
        self.unfinished = Some(Watch::default());
    }

    /// Whether the person has been told.
    pub(super) fn is_unfinished(&self) -> bool {
        self.unfinished.is_some()
    }

    /// Whether this byte completes a Ctrl+C that ends the paste. Nothing of it stays in the text.
    fn watch(&mut self, byte: u8) -> bool {
        let Some(watch) = &mut self.unfinished else {
            return false;
        };
        if watch.parser.pending().is_none() {
            watch.before = self.bytes.len();
        }
        let mut forms = Vec::new();
        watch.parser.push(byte, &mut forms);
        // by itself it counts wherever it stands, also in what looks like a sequence that has not ended
        let is_interrupt = byte == INTERRUPT || forms.iter().any(is_interrupt);
        if is_interrupt {
            self.bytes.truncate(watch.before);
        }
        is_interrupt
    }

    fn keep(&mut self, byte: u8) {
        match self.bytes.len() < self.limit {
            true => self.bytes.push(byte),
            false => self.is_cut = true,
        }
    }

    fn finish(&mut self) -> Pasted {
        let bytes = take(&mut self.bytes);
        Pasted {
            text: String::from_utf8(bytes)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
            is_cut: self.is_cut,
            was_unfinished: self.is_unfinished(),
        }
    }
}
