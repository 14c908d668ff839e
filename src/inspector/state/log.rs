//! What the interface has said so far: the last sentence stands in the bar until the next key, all can be read again.

/// So many sentences are kept.
const KEPT: usize = 1_000;

/// One sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// What was said.
    pub text: String,
    /// Whether something went wrong.
    pub bad: bool,
}

/// Everything that was said, the newest last.
#[derive(Clone, Debug, Default)]
pub struct Log {
    said: Vec<Sentence>,
    fresh: bool,
}

impl Log {
    /// Says a sentence.
    pub fn say(&mut self, text: String, bad: bool) {
        self.fresh = true;
        self.note(text, bad);
    }

    /// Keeps a sentence for later without saying it now.
    pub fn note(&mut self, text: String, bad: bool) {
        if self.said.len() >= KEPT {
            self.said.drain(..KEPT / 2);
        }
        self.said.push(Sentence { text, bad });
    }

    /// The sentence for the bar, if it was said since the last key.
    pub fn fresh(&self) -> Option<&Sentence> {
        self.said.last().filter(|_| self.fresh)
    }

    /// The last sentence has been seen.
    pub fn seen(&mut self) {
        self.fresh = false;
    }

    /// All sentences as something to read, the newest first.
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
