//! Saving a store to a state file, opening a state file, and saving steps as a scenario: the request, its progress, and
//! its result.
//!
//! One file is saved or opened at a time. This runs in the background and continues while the user does something else.

use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::session::{StoreKey, StoreNews};
use crate::inspector::state::import::names;
use crate::protocol::numbers::count;
use crate::store::Snapshot;
use crate::workbench::state_file::{self, StateFileReader, WrittenSize};
use crate::workbench::whole_file::{FileProgressFn, sentence};
use crate::workbench::{Journal, Workbench, recording};

/// The content to save.
pub enum FileContent {
    /// A store.
    Store(Box<Snapshot>),
    /// The steps that produce the store, as a scenario.
    Steps(Box<Journal>),
}

/// A request to save a file.
pub struct SaveRequest {
    /// The content of the file.
    pub content: FileContent,
    /// The path of the file.
    pub path: PathBuf,
    /// The store, and the number of calls, notes and expectations of the user that are saved.
    pub covers: (StoreKey, usize),
    /// The numbers of the shown step and of the last step, if the content is an earlier state of the store.
    pub past: Option<(u64, u64)>,
    /// Whether to overwrite an existing file.
    pub over: bool,
}

/// A state file to open.
pub type StateFileToOpen = StateFileReader<BufReader<File>>;

/// A message from the file job.
pub enum FileMsg {
    /// Progress: the amount done and the total, in lines when saving and in bytes when opening.
    Progress(u64, u64),
    /// The file was saved. The text says how much was saved.
    Saved(Box<SaveRequest>, String),
    /// A file with that name exists. Nothing was saved.
    Exists(Box<SaveRequest>),
    /// A state file was read.
    Read(Box<Snapshot>),
    /// The state was restored into the store.
    Restored(Box<StoreNews>),
    /// The job was stopped.
    Stopped,
    /// The job failed. The text is a sentence.
    Failed(String),
}

/// The file that is being saved or opened.
#[derive(Clone, Debug, Default)]
pub struct FileJob {
    doing: Option<FileActivity>,
    /// The name of the file.
    pub name: String,
    /// The amount done and the total.
    pub progress: (u64, u64),
}

/// Whether a file is being saved or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileActivity {
    /// The file is being saved.
    Saving,
    /// The file is being opened.
    Opening,
}

impl SaveRequest {
    /// Saves the file.
    pub fn run(self, tell: FileProgressFn<'_>) -> FileMsg {
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

fn how_much(size: WrittenSize) -> String {
    format!(
        "{}, {}, {}",
        count(size.threads, "thread"),
        count(size.items, "item"),
        crate::protocol::numbers::size(size.bytes)
    )
}

/// Reads a state file.
pub fn read(opening: StateFileToOpen, tell: FileProgressFn<'_>) -> FileMsg {
    match opening.read(tell) {
        Ok(Some(store)) => FileMsg::Read(Box::new(store)),
        Ok(None) => FileMsg::Stopped,
        Err(refusal) => FileMsg::Failed(refusal.to_string()),
    }
}

/// Restores a state into a store. Its journal starts with that state.
pub fn restore(bench: &Workbench, state: &Snapshot) -> Workbench {
    let store = Arc::clone(bench.inner());
    store.restore(state);
    Workbench::new(store)
}

impl FileJob {
    /// Starts the progress of a file that is saved or opened.
    pub fn begin(&mut self, doing: FileActivity, path: &Path) {
        *self = Self {
            doing: Some(doing),
            name: names(&[path.to_path_buf()]),
            progress: (0, 0),
        };
    }

    /// Ends the job.
    pub fn end(&mut self) {
        self.doing = None;
    }

    /// Returns whether a file is being saved or opened.
    pub fn is_running(&self) -> bool {
        self.doing.is_some()
    }

    /// Returns whether a state file is being opened as the store.
    pub fn is_opening(&self) -> bool {
        self.doing == Some(FileActivity::Opening)
    }

    /// Returns a sentence about what is lost if the user quits now.
    pub fn loss(&self) -> Option<String> {
        (self.doing == Some(FileActivity::Saving))
            .then(|| format!("{} is still being written; quitting stops it.", self.name))
    }

    /// Returns the progress line.
    pub fn line(&self) -> Option<String> {
        let (done, of) = self.progress;
        let far = |word: &str| match of {
            0 => format!("{word} {}", self.name),
            of => format!("{word} {}: {} %", self.name, done.saturating_mul(100) / of),
        };
        self.doing.map(|doing| match doing {
            FileActivity::Saving => far("Saving"),
            FileActivity::Opening => far("Opening"),
        })
    }
}
