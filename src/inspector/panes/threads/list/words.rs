//! Searches the data of threads for words, ignoring case.

use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;

use memchr::memmem::Finder;
use uuid::Uuid;

use super::facts::label;
use super::rows::ThreadRow;
use crate::protocol::SessionSource;
use crate::store::ThreadRecord;
use crate::workbench::query::facts::source;

/// The number of threads that are fetched at once.
const FETCHED: usize = 64;

/// Words that a thread must contain, and buffers for the search.
#[derive(Clone)]
pub struct Words {
    words: Vec<Finder<'static>>,
    text: String,
}

impl Words {
    /// Creates the words of a filter.
    pub fn new(filter: &str) -> Self {
        Self::of(filter.split_whitespace())
    }

    /// Creates one search text, including spaces.
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

    /// Returns whether there are no words, so that every thread matches.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Returns whether a thread contains all words.
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
            // Writing to a string cannot fail.
            let _ = write!(text, "\n{source}");
        }
        match text.is_ascii() {
            true => text.make_ascii_lowercase(),
            false => *text = text.to_lowercase(),
        }
        self.words.iter().all(|word| word.find(text.as_bytes()).is_some())
    }

    /// Returns the rows whose threads contain all words.
    pub fn sift<'a>(&mut self, mut rows: impl Iterator<Item = &'a ThreadRow>) -> Vec<ThreadRow> {
        let mut found = Vec::new();
        let mut some: Vec<&ThreadRow> = Vec::with_capacity(FETCHED);
        loop {
            some.clear();
            some.extend(rows.by_ref().take(FETCHED));
            if some.is_empty() {
                return found;
            }
            fetch(&some);
            let hold = some.iter().filter(|row| self.are_in(&row.record));
            found.extend(hold.map(|&row| row.clone()));
        }
    }
}

/// Prefetches the searched data of some threads. The data is scattered in memory, and waiting for one piece after the
/// other takes longer than the rest of the search. In short passes, the processor waits for many pieces at once.
fn fetch(rows: &[&ThreadRow]) {
    let records = || rows.iter().map(|row| &*row.record);
    let made = |record: &ThreadRecord| usize::from(record.patch.is_some() != record.create.is_some());
    let long = |record: &ThreadRecord| {
        let known = source(record).is_some_and(|source| *source == SessionSource::Cli);
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

/// Returns the texts that most threads have.
fn texts(record: &ThreadRecord) -> [&[u8]; 4] {
    let patch = record.patch.as_deref();
    let name = record.name().map(str::as_bytes);
    let preview = patch.and_then(|patch| Some(patch.preview.as_ref()?.as_bytes()));
    let cwd = patch.and_then(|patch| Some(patch.cwd.as_ref()?.as_os_str().as_encoded_bytes()));
    let model = patch.and_then(|patch| Some(patch.model.as_ref()?.as_bytes()));
    [name, preview, cwd, model].map(Option::unwrap_or_default)
}
