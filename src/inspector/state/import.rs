//! An import as the interface sees it: what is told of it while it runs, its progress line, and its end in a sentence.
//!
//! The import itself runs beside the interface and sends its news as messages.

use std::path::{Path, PathBuf};

use crate::protocol::numbers::{count, grouped, size};

/// What an import tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportMsg {
    /// It goes on: so much is done.
    Progress(Progress),
    /// A file could not be used: a sentence with its place.
    Failed(String),
    /// A file was left out on purpose: a sentence.
    Skipped(String),
    /// It has ended.
    Done {
        /// What was done in all.
        progress: Progress,
        /// Whether it was stopped before its end.
        stopped: bool,
    },
}

/// How much an import has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Files that were read, failed ones included.
    pub files: u64,
    /// Files that there are, as far as is known.
    pub of_files: u64,
    /// Plain bytes read.
    pub bytes: u64,
    /// Threads made.
    pub threads: u64,
    /// Items stored, damaged ones not counted.
    pub items: u64,
    /// Damaged lines.
    pub damaged: u64,
    /// Files that could not be used.
    pub failed: u64,
    /// Files that were left out.
    pub skipped: u64,
}

/// The import that runs or ran last.
#[derive(Clone, Debug, Default)]
pub struct ImportState {
    running: bool,
    /// Whether it opens the store.
    opening: bool,
    stopping: bool,
    what: String,
    /// The file that failed last, and why.
    failure: Option<String>,
    /// What it has done so far.
    pub progress: Progress,
}

impl ImportState {
    /// An import of these paths begins.
    pub fn start(&mut self, paths: &[PathBuf], opening: bool) {
        *self = Self {
            running: true,
            opening,
            stopping: false,
            what: names(paths),
            failure: None,
            progress: Progress::default(),
        };
    }

    /// It was asked to stop.
    pub fn stop(&mut self) {
        self.stopping = true;
    }

    /// Whether an import is running.
    pub fn is_running(&self) -> bool {
        self.running
    }

    /// Whether one is running that opens the store.
    pub fn is_opening(&self) -> bool {
        self.running && self.opening
    }

    /// Takes news; the sentence that is to be said of them, and whether it is a bad one.
    pub fn take(&mut self, news: ImportMsg) -> Option<(String, bool)> {
        match news {
            ImportMsg::Progress(progress) => {
                self.progress = progress;
                None
            }
            ImportMsg::Failed(text) => {
                self.failure = Some(text.clone());
                Some((text, true))
            }
            ImportMsg::Skipped(text) => Some((text, false)),
            ImportMsg::Done { progress, stopped } => {
                self.progress = progress;
                self.running = false;
                Some((self.summary(stopped), progress.failed > 0))
            }
        }
    }

    fn summary(&self, stopped: bool) -> String {
        let progress = self.progress;
        let mut text = format!(
            "{} {}: {}, {} from {} ({})",
            if stopped { "Stopped importing" } else { "Imported" },
            self.what,
            count(progress.threads, "thread"),
            count(progress.items, "item"),
            count(progress.files.saturating_sub(progress.failed), "file"),
            size(progress.bytes),
        );
        if progress.damaged > 0 {
            text.push_str(&format!(", {} kept", count(progress.damaged, "damaged line")));
        }
        if progress.skipped > 0 {
            text.push_str(&format!(", {} skipped", count(progress.skipped, "file")));
        }
        if progress.failed > 0 {
            text.push_str(&format!(", {} failed", count(progress.failed, "file")));
        }
        match &self.failure {
            Some(failure) if progress.failed == 1 => text.push_str(&format!(": {failure}")),
            _ if progress.failed + progress.skipped > 0 => text.push_str(". ! shows details."),
            _ => text.push('.'),
        }
        text
    }

    /// The progress line while it runs.
    pub fn line(&self) -> String {
        let progress = self.progress;
        format!(
            "{} {} of {}, {}, {}, {}{} from {}",
            if self.stopping {
                "Stopping after"
            } else {
                "Importing"
            },
            grouped(progress.files),
            count(progress.of_files.max(progress.files), "file"),
            count(progress.threads, "thread"),
            count(progress.items, "item"),
            size(progress.bytes),
            if progress.damaged > 0 {
                format!(", {} damaged", grouped(progress.damaged))
            } else {
                String::new()
            },
            self.what
        )
    }
}

/// A path whose first part `~` stands for the person's own folder.
pub fn at_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), std::env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_path_buf(),
    }
}

/// The names of files and folders, without the folders that they are in.
pub fn names(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths.iter().map(|path| name_of(path)).collect();
    names.join(", ")
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_says_what_went_wrong_and_where_to_read_more() {
        let mut import = ImportState::default();
        import.start(&[PathBuf::from("/data/sessions")], false);
        let progress = Progress {
            files: 4,
            failed: 1,
            threads: 3,
            items: 1_200,
            damaged: 2,
            ..Progress::default()
        };
        let said = import.take(ImportMsg::Done {
            progress,
            stopped: false,
        });
        let text = "Imported sessions: 3 threads, 1,200 items from 3 files (0 B), 2 damaged lines kept, 1 file failed. ! shows details.";
        assert_eq!(said, Some((text.to_string(), true)));
        assert!(!import.is_running());
    }
}
