//! A paste while it arrives. Everything up to its end mark is text.
//!
//! A paste without an end mark would swallow all keys. Therefore, after a pause, the paste is marked as unfinished, the
//! user is notified, and Ctrl+C ends the paste from then on. Before that, Ctrl+C is text, because terminals do not send
//! keys within a paste.

use std::mem::take;

use super::forms::{Introducer, Parser};
use super::keys::is_interrupt;

/// Ctrl+C as a control character.
const INTERRUPT: u8 = 3;

/// A paste that is arriving.
#[derive(Debug)]
pub(super) struct Paste {
    bytes: Vec<u8>,
    limit: usize,
    /// Whether the paste was truncated.
    is_cut: bool,
    end: &'static [u8],
    /// The number of bytes of the end mark that were just received. They are not in `bytes`.
    matched: usize,
    unfinished: Option<InterruptWatch>,
}

/// Detects Ctrl+C in an unfinished paste.
#[derive(Debug, Default)]
struct InterruptWatch {
    parser: Parser,
    /// The length of the text before the escape sequence that is still incomplete.
    before: usize,
}

/// A complete paste.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pasted {
    pub(super) text: String,
    pub(super) is_cut: bool,
    pub(super) was_unfinished: bool,
}

impl Paste {
    /// Starts a paste after its start sequence. Stores at most `limit` bytes.
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

    /// Processes one byte. Returns the paste if the byte ends it.
    pub(super) fn push(&mut self, byte: u8) -> Option<Pasted> {
        if self.watch(byte) {
            return Some(self.finish());
        }
        if self.end.get(self.matched) == Some(&byte) {
            self.matched += 1;
            return (self.matched == self.end.len()).then(|| {
                // The control character was sent as UTF-8, so its first byte was stored as text.
                if self.end.first() == Some(&0x9b) && self.bytes.last() == Some(&0xc2) {
                    self.bytes.pop();
                }
                self.finish()
            });
        }
        // After a mismatch, only the first byte of the mark can start the mark again.
        let end = self.end;
        let prefix = &end[..take(&mut self.matched)];
        prefix.iter().for_each(|byte| self.keep(*byte));
        match end.first() == Some(&byte) {
            true => self.matched = 1,
            false => self.keep(byte),
        }
        None
    }

    /// Marks the paste as unfinished after a pause.
    pub(super) fn pause(&mut self) {
        self.unfinished = Some(InterruptWatch::default());
    }

    /// Returns whether the paste is marked as unfinished.
    pub(super) fn is_unfinished(&self) -> bool {
        self.unfinished.is_some()
    }

    /// Returns whether this byte completes a Ctrl+C that ends the paste. The Ctrl+C is removed from the text.
    fn watch(&mut self, byte: u8) -> bool {
        let Some(watch) = &mut self.unfinished else {
            return false;
        };
        if watch.parser.pending().is_none() {
            watch.before = self.bytes.len();
        }
        let mut forms = Vec::new();
        watch.parser.push(byte, &mut forms);
        // A Ctrl+C control character counts anywhere, even within something that looks like an incomplete sequence.
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
