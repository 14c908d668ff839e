//! The message log. The bar shows the last message until the next key. The user can read all messages in the log.

/// The maximum number of stored messages.
const KEPT: usize = 1_000;

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The text of the message.
    pub text: String,
    /// Whether the message is a warning.
    pub bad: bool,
}

/// All stored messages, the newest last.
#[derive(Clone, Debug, Default)]
pub struct Log {
    said: Vec<Sentence>,
    /// The number of old messages that were removed.
    removed: usize,
    fresh: bool,
}

impl Log {
    /// Adds a message and shows it in the bar.
    pub fn say(&mut self, text: String, bad: bool) {
        self.fresh = true;
        self.note(text, bad);
    }

    /// Adds a message to the log without showing it in the bar.
    pub fn note(&mut self, text: String, bad: bool) {
        if self.said.len() >= KEPT {
            self.said.drain(..KEPT / 2);
            self.removed += KEPT / 2;
        }
        self.said.push(Sentence { text, bad });
    }

    /// Returns the number of messages that were added so far, including those that were removed.
    pub fn len(&self) -> usize {
        self.removed + self.said.len()
    }

    /// Returns the messages that were added after that many.
    pub fn since(&self, len: usize) -> &[Sentence] {
        let from = len.saturating_sub(self.removed).min(self.said.len());
        self.said.get(from..).unwrap_or_default()
    }

    /// Returns the message for the bar, if it was added since the last key.
    pub fn fresh(&self) -> Option<&Sentence> {
        self.said.last().filter(|_| self.fresh)
    }

    /// Removes the message from the bar.
    pub fn seen(&mut self) {
        self.fresh = false;
    }

    /// Returns all messages as text, the newest first.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for sentence in self.said.iter().rev() {
            text.push_str(if sentence.bad { "\u{2717} " } else { "\u{b7} " });
            text.push_str(&sentence.text);
            text.push('\n');
        }
        if text.is_empty() {
            text.push_str("No messages yet.");
        }
        text.trim_end().to_string()
    }
}
