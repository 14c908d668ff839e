//! An agent's home folder: what its SQLite databases and its index of names say about threads.
//!
//! Everything is read once, as plain data. The folder is not changed: no file is created in it, and a program that writes to
//! the databases at the same time is not disturbed. Databases of any version can be read, because columns are found by name.
//! What cannot be read becomes a [`HomeRemark`]; the rest is still available.
//!
//! | file | contents |
//! | --- | --- |
//! | `state_5.sqlite` | a row for each thread: name, archived, git, section, path of its current rollout |
//! | `goals_1.sqlite` | the goals of threads; older versions keep them in `state_5.sqlite` |
//! | `thread_history_1.sqlite` | how far each rollout has been read into lists of turns |
//! | `session_index.jsonl` | names; the newest line for a thread wins |
//!
//! This module does not read rollouts. [`crate::rollout`] combines the two.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use database::FileStates;

use crate::protocol::{Text, ThreadId};

mod database;
mod index;
mod tables;

/// The database with a row for each thread.
pub const STATE_DATABASE: &str = "state_5.sqlite";
/// The database of goals.
pub const GOALS_DATABASE: &str = "goals_1.sqlite";
/// The database with the turns of paginated threads.
pub const HISTORY_DATABASE: &str = "thread_history_1.sqlite";
/// The file with the names of threads.
pub const NAMES_INDEX: &str = "session_index.jsonl";
/// The folders in a home that contain rollouts.
pub const ROLLOUT_FOLDERS: [&str; 2] = ["sessions", ARCHIVE_FOLDER];
/// The folder in a home that contains the rollouts of archived threads.
pub const ARCHIVE_FOLDER: &str = "archived_sessions";

/// What the databases and the index of a home say.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Home {
    /// The folder.
    pub path: PathBuf,
    /// The path of the database of threads, which can be in another folder.
    pub database: PathBuf,
    /// The rows of the threads. `None` if there is no database of threads, or it cannot be read.
    pub threads: Option<HashMap<ThreadId, Box<HomeThread>>>,
    /// The newest name of each thread in the index.
    pub names: HashMap<ThreadId, String>,
    /// How far each rollout has been read into the database of turns, by rollout id. The first rollout of a
    /// thread has the id of the thread. `None` if there is no database of turns, or it cannot be read.
    pub projections: Option<HashMap<ThreadId, Arc<Projection>>>,
    /// What could not be read.
    pub remarks: Vec<HomeRemark>,
    /// The state of the files before they were read; `None` for one that cannot be examined.
    states: Vec<Option<FileStates>>,
}

/// The row of a thread. A value that the row does not have is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HomeThread {
    /// The path of its current rollout, as written. The home may have been moved since.
    pub rollout_path: Option<PathBuf>,
    /// Whether its history is paginated; `None` in a database without that column.
    pub is_paginated: Option<bool>,
    /// Its name. Only paginated threads use this column.
    pub name: Option<String>,
    /// Its title: a name given by the user, or derived from the first message.
    pub title: Option<Text>,
    /// The first message of the user.
    pub first_user_message: Option<Text>,
    /// Its preview.
    pub preview: Option<Text>,
    /// Its working directory.
    pub cwd: Option<PathBuf>,
    /// The commit of its repository.
    pub git_sha: Option<String>,
    /// The branch of its repository.
    pub git_branch: Option<String>,
    /// The URL of its repository.
    pub git_origin_url: Option<String>,
    /// Its memory mode.
    pub memory_mode: Option<String>,
    /// Whether it is archived.
    pub archived: bool,
    /// When it was archived.
    pub archived_at: Option<DateTime<Utc>>,
    /// The name of its section, or the id of the section if it has no name.
    pub section: Option<String>,
    /// Its goal.
    pub goal: Option<HomeGoal>,
    /// The tokens that it has used.
    pub tokens_used: Option<u64>,
    /// The thread that spawned it.
    pub parent: Option<ThreadId>,
}

/// The goal of a thread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HomeGoal {
    /// What is to be achieved.
    pub objective: String,
    /// Its status, such as `active`.
    pub status: String,
    /// The tokens used for it.
    pub tokens_used: Option<u64>,
    /// The number of tokens that it may use.
    pub token_budget: Option<u64>,
}

/// How far a rollout has been read into the database of turns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Projection {
    /// The number of bytes that have been read; `None` if there is no row for the rollout.
    pub next_byte_offset: Option<u64>,
    /// The ordinal of the next line.
    pub next_ordinal: Option<u64>,
    /// The ids of its turns.
    pub turns: HashSet<String>,
}

/// What could not be read in a home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeRemark {
    /// The file.
    pub file: PathBuf,
    /// One sentence without full stop.
    pub sentence: String,
}

impl fmt::Display for HomeRemark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.file.display(), self.sentence)
    }
}

/// Which file of a home a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HomeFile {
    /// The database of threads.
    State,
    /// The index of names.
    Index,
}

impl HomeFile {
    /// Its file name.
    pub fn name(self) -> &'static str {
        match self {
            Self::State => STATE_DATABASE,
            Self::Index => NAMES_INDEX,
        }
    }
}

impl Home {
    /// Whether a folder is a home: whether it contains a folder of rollouts.
    pub fn is_at(folder: &Path) -> bool {
        ROLLOUT_FOLDERS.iter().any(|name| folder.join(name).is_dir())
    }

    /// Reads the databases and the index of a home.
    pub fn open(folder: &Path) -> Self {
        let files = files(folder);
        let mut home = Self {
            path: folder.to_owned(),
            database: files[0].clone(),
            states: states(&files),
            ..Self::default()
        };
        let [state, goals, history, names] = &files;
        home.read_state(state);
        home.read_goals(goals);
        home.read_projections(history);
        home.read_index(names);
        home
    }

    /// Whether its databases and its index have not changed since they were read.
    pub fn is_current(&self) -> bool {
        let now = states(&files(&self.path));
        now == self.states && now.iter().all(Option::is_some)
    }

    /// The row of a thread.
    pub fn thread(&self, id: ThreadId) -> Option<&HomeThread> {
        self.threads.as_ref()?.get(&id).map(|thread| &**thread)
    }

    /// The name of a thread, and the file that it comes from.
    ///
    /// The row of a paginated thread has a column for the name. For other threads, the title is the name if it differs from
    /// the first message. If it does not, or the thread has no row, the index gives the name.
    ///
    /// `is_paginated` says whether the thread's rollout is paginated. It is used only if the row does not say whether the rollout is paginated.
    pub fn name(&self, id: ThreadId, is_paginated: bool) -> Option<(&str, HomeFile)> {
        let index = || Some((filled(self.names.get(&id).map(String::as_str))?, HomeFile::Index));
        let Some(row) = self.thread(id) else {
            return index();
        };
        if row.is_paginated.unwrap_or(is_paginated) {
            return Some((filled(row.name.as_deref())?, HomeFile::State));
        }
        let first = row.first_user_message.as_deref().unwrap_or_default().trim();
        match filled(row.title.as_deref()).filter(|title| *title != first) {
            Some(title) => Some((title, HomeFile::State)),
            None => index(),
        }
    }

    fn remark(&mut self, file: &Path, sentence: impl Into<String>) {
        self.remarks.push(HomeRemark {
            file: file.to_owned(),
            sentence: sentence.into(),
        });
    }
}

/// The databases and the index of a home.
fn files(home: &Path) -> [PathBuf; 4] {
    let databases = database_folder(home);
    let [state, goals, history] =
        [STATE_DATABASE, GOALS_DATABASE, HISTORY_DATABASE].map(|name| databases.join(name));
    [state, goals, history, home.join(NAMES_INDEX)]
}

fn states(files: &[PathBuf]) -> Vec<Option<FileStates>> {
    files.iter().map(|file| FileStates::of(file).ok()).collect()
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// The part of a path that starts with the folder of rollouts. A home can be moved after a path in it was written, so the
/// part before that folder may be wrong.
pub fn below_home(path: &Path) -> Option<PathBuf> {
    let parts: Vec<Component<'_>> = path.components().collect();
    let is_folder = |part: &Component<'_>| ROLLOUT_FOLDERS.iter().any(|name| part.as_os_str() == *name);
    let from = parts.iter().rposition(is_folder)?;
    Some(parts.get(from..)?.iter().collect())
}

/// Whether a file is in a folder for the rollouts of archived threads.
pub fn is_in_archive(file: &Path) -> bool {
    let folder = file.parent();
    folder.is_some_and(|folder| folder.iter().any(|name| name == ARCHIVE_FOLDER))
}

/// The folder of the databases: CODEX_SQLITE_HOME, if it is set and the home is the default one or has no database of its
/// own; otherwise the home.
fn database_folder(home: &Path) -> PathBuf {
    let variable = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let Some(databases) = variable("CODEX_SQLITE_HOME") else {
        return home.to_owned();
    };
    let same = |other: &Path| match (other.canonicalize(), home.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    };
    match default_home() {
        Some(own) if same(&own) => databases,
        _ if home.join(STATE_DATABASE).exists() => home.to_owned(),
        _ => databases,
    }
}

/// The home of this user: CODEX_HOME, else `~/.codex`. `None` if the user has no home folder.
pub fn default_home() -> Option<PathBuf> {
    match std::env::var_os("CODEX_HOME").filter(|value| !value.is_empty()) {
        Some(home) => Some(PathBuf::from(home)),
        None => Some(std::env::home_dir()?.join(".codex")),
    }
}

#[cfg(test)]
mod tests;
