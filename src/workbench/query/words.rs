//! Looks for words in all texts of a thread at once.

use std::hint::black_box;

use super::facts;
use super::fields;
use super::terms::{TextPart, lower};
use super::title;
use crate::protocol::SessionSource;
use crate::store::ThreadRecord;

/// The byte after each text. This byte never occurs in UTF-8, so no word is found across two texts.
const END: u8 = 0xff;

/// The texts of a thread in which words are looked for. They are collected when the first word asks for them.
#[derive(Default)]
pub(super) struct WordTexts {
    /// The texts in their original case and in lowercase; each is `None` if no word needs it.
    exact: Option<Vec<u8>>,
    small: Option<Vec<u8>>,
    /// Whether a word contains a space, so that titles and previews are also needed on one line.
    is_spaced: bool,
    collected: bool,
    /// Whether the title from the history is among the texts. It is read only if a word is in no other text.
    titled: bool,
    /// A buffer for one text in lowercase.
    buffer: String,
}

impl WordTexts {
    /// Prepares to collect the texts in the forms that these words need.
    pub fn new<'a>(parts: impl Iterator<Item = &'a TextPart>) -> Self {
        let mut texts = Self::default();
        for part in parts {
            let needed = if part.fold {
                &mut texts.small
            } else {
                &mut texts.exact
            };
            needed.get_or_insert_default();
            texts.is_spaced |= part.text.contains(' ');
        }
        texts
    }

    /// Begins with another thread.
    pub fn begin(&mut self) {
        (self.collected, self.titled) = (false, false);
        for texts in [&mut self.exact, &mut self.small].into_iter().flatten() {
            texts.clear();
        }
    }

    /// Whether one of the thread's texts contains a word.
    pub fn contain(&mut self, record: &ThreadRecord, part: &TextPart) -> bool {
        if !self.collected {
            self.collected = true;
            fields::words(record, self.is_spaced, &mut |text| self.push(text));
            self.make_small();
        }
        if self.hold(part) {
            return true;
        }
        if !self.titled {
            self.titled = true;
            if let Some(title) = title::of_history(record) {
                fields::lines(&title, self.is_spaced, &mut |text| self.push(text));
                self.make_small();
                return self.hold(part);
            }
        }
        false
    }

    fn hold(&self, part: &TextPart) -> bool {
        let texts = if part.fold { &self.small } else { &self.exact };
        texts.as_ref().is_some_and(|texts| part.is_in(texts))
    }

    fn push(&mut self, text: &str) {
        if let Some(texts) = &mut self.exact {
            texts.extend_from_slice(text.as_bytes());
            texts.push(END);
        }
        if let Some(texts) = &mut self.small {
            let text = match text.is_ascii() {
                true => text,
                false => {
                    lower(text, &mut self.buffer);
                    &self.buffer
                }
            };
            texts.extend_from_slice(text.as_bytes());
            texts.push(END);
        }
    }

    /// Completes the lowercase texts: the ASCII texts are converted all at once.
    fn make_small(&mut self) {
        if let Some(texts) = &mut self.small {
            texts.make_ascii_lowercase();
        }
    }
}

/// Prefetches the data of some threads. The data is scattered in memory, and waiting for one piece after the other takes
/// longer than the rest of a test. In short passes, the processor waits for many pieces at once.
pub(super) fn fetch(records: &[impl AsRef<ThreadRecord>]) {
    let records = || records.iter().map(AsRef::as_ref);
    let made = |record: &ThreadRecord| usize::from(record.patch.is_some() != record.create.is_some());
    let long = |record: &ThreadRecord| {
        let known = facts::source(record).is_some_and(|source| *source == SessionSource::Cli);
        usize::from(known) + texts(record).map(<[u8]>::len).iter().sum::<usize>()
    };
    let first = |record: &ThreadRecord| -> usize {
        let firsts = texts(record).map(|text| usize::from(text.first().copied().unwrap_or_default()));
        firsts.iter().sum()
    };
    black_box(records().map(made).sum::<usize>());
    black_box(records().map(long).sum::<usize>());
    black_box(records().map(first).sum::<usize>());
}

/// The texts that most threads have.
fn texts(record: &ThreadRecord) -> [&[u8]; 5] {
    let patch = facts::patch(record);
    let name = record.name().map(str::as_bytes);
    let preview = patch.and_then(|patch| Some(patch.preview.as_ref()?.as_bytes()));
    let cwd = patch.and_then(|patch| Some(patch.cwd.as_ref()?.as_os_str().as_encoded_bytes()));
    let model = patch.and_then(|patch| Some(patch.model.as_ref()?.as_bytes()));
    let path = record
        .rollout_path()
        .map(|path| path.as_os_str().as_encoded_bytes());
    [name, preview, cwd, model, path].map(Option::unwrap_or_default)
}
