//! The store on its way into a state file or out of one, or its steps into a scenario: what is to be done, how far it is,
//! and how it ended.
//!
//! One file is under way at a time. It is written and read beside the interface, and looking at something else does not
//! end that.

use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::session::News;
use crate::inspector::state::import::names;
use crate::protocol::numbers::count;
use crate::store::Snapshot;
use crate::workbench::state_file::{self, Reading, Size};
use crate::workbench::whole_file::{Tell, sentence};
use crate::workbench::{Journal, Workbench, recording};

/// What is to be saved.
pub enum FileContent {
    /// A store.
    Store(Box<Snapshot>),
    /// The steps that lead to it, as a scenario.
    Steps(Box<Journal>),
}

/// A file that is to be written.
pub struct Saving {
    /// What goes into it.
    pub content: FileContent,
    /// The file.
    pub path: PathBuf,
    /// Which step of how many it was after, if it is not the store as it is now.
    pub past: Option<(usize, usize)>,
    /// Whether a file that is there may be written over.
    pub over: bool,
}

/// A state that is to be opened.
pub type Opening = Reading<BufReader<File>>;

/// What a file tells that is under way.
pub enum FileMsg {
    /// It goes on: so much of so much is done, lines when writing, bytes when reading.
    Progress(u64, u64),
    /// It is written: how much that is, in words.
    Saved(Box<Saving>, String),
    /// There is a file of that name already: it is still to be written.
    Exists(Box<Saving>),
    /// A state was read.
    Read(Box<Snapshot>),
    /// The state that was read is the store.
    Restored(Box<News>),
    /// It was stopped.
    Stopped,
    /// It failed: a sentence.
    Failed(String),
}

/// The file that is under way.
#[derive(Clone, Debug, Default)]
pub struct FileJob {
    doing: Option<Doing>,
    /// What the file is called.
    pub name: String,
    /// So much of so much is done.
    pub progress: (u64, u64),
}

/// Which way a file goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// It is written.
    Saving,
    /// It is read.
    Opening,
}

impl Saving {
    /// Saves it.
    pub fn run(self, tell: Tell<'_>) -> FileMsg {
        let (path, over) = (&self.path, self.over);
        let saved = match &self.content {
            FileContent::Store(store) => {
                state_file::save(store, path, over, tell).map(|saved| saved.map(how_much))
            }
            FileContent::Steps(journal) => recording::save(journal, path, over, tell)
                .map(|saved| saved.map(|steps| count(steps as u64, "step"))),
        };
        match saved {
            Ok(Some(much)) => FileMsg::Saved(Box::new(self), much),
            Ok(None) => FileMsg::Stopped,
            Err(error) if !self.over && error.kind() == ErrorKind::AlreadyExists => {
                FileMsg::Exists(Box::new(self))
            }
            Err(error) => FileMsg::Failed(sentence(&self.path, &error)),
        }
    }
}

fn how_much(size: Size) -> String {
    format!(
        "{}, {}, {}",
        count(size.threads, "thread"),
        count(size.items, "item"),
        crate::protocol::numbers::size(size.bytes)
    )
}

/// Opens a state.
pub fn read(opening: Opening, tell: Tell<'_>) -> FileMsg {
    match opening.read(tell) {
        Ok(Some(store)) => FileMsg::Read(Box::new(store)),
        Ok(None) => FileMsg::Stopped,
        Err(refusal) => FileMsg::Failed(refusal.to_string()),
    }
}

/// Makes a store what a state says; its journal begins with that.
pub fn restore(bench: &Workbench, state: &Snapshot) -> Workbench {
    let store = Arc::clone(bench.inner());
    store.restore(state);
    Workbench::new(store)
}

impl FileJob {
    /// A file begins to be written or read.
    pub fn begin(&mut self, doing: Doing, path: &Path) {
        *self = Self {
            doing: Some(doing),
            name: names(&[path.to_path_buf()]),
            progress: (0, 0),
        };
    }

    /// Nothing is under way any more.
    pub fn end(&mut self) {
        self.doing = None;
    }

    /// Whether a file is under way.
    pub fn is_running(&self) -> bool {
        self.doing.is_some()
    }

    /// Whether one is being read that is to be the store.
    pub fn is_opening(&self) -> bool {
        self.doing == Some(Doing::Opening)
    }

    /// What is lost when the program is left now, in a sentence.
    pub fn loss(&self) -> Option<String> {
        (self.doing == Some(Doing::Saving))
            .then(|| format!("{} is still being written, and quitting stops that.", self.name))
    }

    /// What is done, and how far it is.
    pub fn line(&self) -> Option<String> {
        let (done, of) = self.progress;
        let far = |word: &str| match of {
            0 => format!("{word} {}", self.name),
            of => format!("{word} {}: {} %", self.name, done.saturating_mul(100) / of),
        };
        self.doing.map(|doing| match doing {
            Doing::Saving => far("Saving"),
            Doing::Opening => far("Opening"),
        })
    }
}
