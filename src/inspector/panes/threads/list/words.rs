//! Looking for words in what is known of a thread, whatever their capitals.

use std::fmt::Write;
use std::path::Path;

use memchr::memmem::Finder;
use uuid::Uuid;

use super::facts::{label, source};
use crate::store::ThreadRecord;

/// Words that a thread must hold, and room to look for them.
#[derive(Clone)]
pub struct Words {
    words: Vec<Finder<'static>>,
    text: String,
}

impl Words {
    /// The words of a filter.
    pub fn new(filter: &str) -> Self {
        Self::of(filter.split_whitespace())
    }

    /// One text, blanks included.
    pub fn text(text: &str) -> Self {
        Self::of([text].into_iter())
    }

    fn of<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        Self {
            words: words
                .map(|word| Finder::new(&word.to_lowercase()).into_owned())
                .collect(),
            text: String::new(),
        }
    }

    /// Whether there are none: every thread holds them.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether a thread holds all of them.
    pub fn are_in(&mut self, record: &ThreadRecord) -> bool {
        let patch = record.patch.as_deref();
        let text = &mut self.text;
        text.clear();
        text.push_str(
            record
                .id
                .uuid()
                .hyphenated()
                .encode_lower(&mut Uuid::encode_buffer()),
        );
        let mut add = |part: Option<&str>| {
            if let Some(part) = part {
                text.push('\n');
                text.push_str(part);
            }
        };
        let label = label(record);
        let preview = patch.and_then(|patch| patch.preview.as_deref());
        add(label);
        add(preview.filter(|_| preview != label));
        add(patch
            .and_then(|patch| patch.cwd.as_deref())
            .and_then(Path::to_str));
        add(patch.and_then(|patch| patch.model.as_deref()));
        add(patch.and_then(|patch| patch.agent_nickname.as_ref()?.as_deref()));
        if let Some(source) = source(record) {
            // A text takes whatever is written into it.
            let _ = write!(text, "\n{source}");
        }
        match text.is_ascii() {
            true => text.make_ascii_lowercase(),
            false => *text = text.to_lowercase(),
        }
        self.words.iter().all(|word| word.find(text.as_bytes()).is_some())
    }
}
