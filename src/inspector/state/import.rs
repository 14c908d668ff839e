//! The state of an import in the interface: its messages, its progress line, and the summary at its end.
//!
//! The import itself runs in the background and sends its progress as messages.

use std::path::{Path, PathBuf};

use crate::protocol::numbers::{count, grouped, size};
use crate::rollout::find::shown_name;

/// A message from an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportMsg {
    /// The import made progress.
    Progress(ImportProgress),
    /// A file could not be imported, or not to its end. Contains a sentence with the location.
    Failed(String),
    /// A file was skipped on purpose. Contains a sentence.
    Skipped(String),
    /// A file that was imported has changed, or there are new files.
    Changed,
    /// The files cannot be watched. Contains a sentence.
    Unwatched(String),
    /// The import has ended.
    Done {
        /// The total progress.
        progress: ImportProgress,
        /// Whether the import was stopped before its end.
        stopped: bool,
    },
}

/// The progress of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportProgress {
    /// The number of files read, including failed files.
    pub files: u64,
    /// The number of files found so far.
    pub of_files: u64,
    /// The number of uncompressed bytes read.
    pub bytes: u64,
    /// The number of threads created.
    pub threads: u64,
    /// The number of items stored, without damaged lines.
    pub items: u64,
    /// The number of damaged lines.
    pub damaged: u64,
    /// The number of files that could not be imported.
    pub failed: u64,
    /// The number of files that were read, but not to their end.
    pub partial: u64,
    /// The number of skipped files.
    pub skipped: u64,
    /// The number of remarks about files and homes that currently apply.
    pub remarks: u64,
    /// The number of threads that have no new items, but changed metadata, files or data from the home.
    pub changed: u64,
    /// The number of threads that were read again from the start.
    pub replaced: u64,
}

/// The current or last import.
#[derive(Clone, Debug, Default)]
pub struct ImportState {
    running: bool,
    /// Whether the import opens the store.
    opening: bool,
    stopping: bool,
    what: String,
    /// Whether changes of the files are imported as they happen.
    follows: bool,
    /// Whether files have changed since the running import began.
    is_stale: bool,
    /// Whether the running import shows no message if nothing is new.
    is_quiet: bool,
    /// The number of remarks after the previous import.
    remarks: u64,
    /// The last file that failed, and why.
    failure: Option<String>,
    /// The progress so far.
    pub progress: ImportProgress,
}

impl ImportState {
    /// Starts an import of these paths.
    pub fn start(&mut self, paths: &[PathBuf], opening: bool) {
        *self = Self {
            running: true,
            opening,
            what: names(paths),
            follows: self.follows,
            remarks: self.remarks,
            ..Self::default()
        };
    }

    /// Starts or ends following the files.
    pub fn follow(&mut self, on: bool) {
        self.follows = on;
    }

    /// Returns whether the files are followed.
    pub fn is_following(&self) -> bool {
        self.follows
    }

    /// Returns whether the last import was of files that were imported before.
    pub fn is_reload(&self) -> bool {
        self.what.is_empty()
    }

    /// Returns whether the files are to be imported again, and resets this flag.
    pub fn take_stale(&mut self) -> bool {
        !self.running && std::mem::take(&mut self.is_stale)
    }

    /// Makes the running import say nothing if nothing is new.
    pub fn be_quiet(&mut self) {
        self.is_quiet = true;
    }

    /// Records that the user asked to stop the import.
    pub fn stop(&mut self) {
        self.stopping = true;
    }

    /// Returns whether an import is running.
    pub fn is_running(&self) -> bool {
        self.running
    }

    /// Returns whether an import that opens the store is running.
    pub fn is_opening(&self) -> bool {
        self.running && self.opening
    }

    /// Receives a message. Returns the sentence to show, and whether it is a warning.
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
            ImportMsg::Changed => {
                self.is_stale |= self.follows;
                None
            }
            ImportMsg::Unwatched(text) => Some((text, true)),
            ImportMsg::Done { progress, stopped } => {
                self.progress = progress;
                self.running = false;
                let has_other_remarks =
                    progress.remarks != std::mem::replace(&mut self.remarks, progress.remarks);
                let is_new = progress.items + progress.threads + progress.failed + progress.replaced > 0;
                if self.what.is_empty() && !is_new && !has_other_remarks {
                    // Followed files are often written to without getting new items.
                    let text = "Nothing new in the imported files.".to_string();
                    return (!self.is_quiet).then_some((text, false));
                }
                Some((self.summary(stopped), progress.failed + progress.partial > 0))
            }
        }
    }

    fn summary(&self, stopped: bool) -> String {
        let progress = self.progress;
        let mut text = match self.what.as_str() {
            "" => self.news(stopped),
            what => format!(
                "{} {what}: {}, {} from {} ({})",
                if stopped { "Stopped importing" } else { "Imported" },
                count(progress.threads, "thread"),
                count(progress.items, "item"),
                count(progress.files.saturating_sub(progress.failed), "file"),
                size(progress.bytes),
            ),
        };
        if progress.damaged > 0 {
            text.push_str(&format!(", {} kept", count(progress.damaged, "damaged line")));
        }
        if progress.skipped > 0 {
            text.push_str(&format!(", {} skipped", count(progress.skipped, "file")));
        }
        if progress.failed > 0 {
            let word = if self.what.is_empty() {
                "not read"
            } else {
                "failed"
            };
            text.push_str(&format!(", {} {word}", count(progress.failed, "file")));
        }
        if progress.partial > 0 {
            text.push_str(&format!(", {} read in part", count(progress.partial, "file")));
        }
        if progress.remarks > 0 {
            text.push_str(&format!(", {} (:home-report)", count(progress.remarks, "remark")));
        }
        match &self.failure {
            Some(failure) if progress.failed + progress.partial == 1 => {
                text.push_str(&format!(": {failure}"))
            }
            _ if progress.failed + progress.partial + progress.skipped > 0 => {
                text.push_str(". {key:messages} shows details.")
            }
            _ => text.push('.'),
        }
        text
    }

    /// Returns what is new after a reload.
    fn news(&self, stopped: bool) -> String {
        let progress = self.progress;
        let mut news = Vec::new();
        let grown = progress.threads.saturating_sub(progress.changed);
        if grown > 0 {
            let items = count(progress.items, "new item");
            news.push(format!("{items} in {}", count(grown, "thread")));
        }
        if progress.changed > 0 {
            news.push(format!(
                "metadata or files of {} were changed",
                count(progress.changed, "thread")
            ));
        }
        if progress.replaced > 0 {
            news.push(format!(
                "the history of {} was replaced",
                count(progress.replaced, "thread")
            ));
        }
        if news.is_empty() {
            news.push("no new items".to_string());
        }
        let word = if stopped { "Stopped reloading" } else { "Reloaded" };
        format!("{word}: {}", news.join(", "))
    }

    /// Returns the progress line of a running import.
    pub fn line(&self) -> String {
        let progress = self.progress;
        format!(
            "{} {} of {}, {}, {}, {}{} from {}",
            match (self.stopping, self.what.as_str()) {
                (true, _) => "Stopping after",
                (false, "") => "Reloading",
                (false, _) => "Importing",
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
            match self.what.as_str() {
                "" => "the imported files",
                what => what,
            }
        )
    }
}

/// Replaces a leading `~` in a path with the user's home directory.
pub fn at_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), std::env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_path_buf(),
    }
}

/// Returns the names of files and folders without their parent folders.
pub fn names(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths.iter().map(|path| name_of(path)).collect();
    names.join(", ")
}

fn name_of(path: &Path) -> String {
    // The name of a pipe of this process is only a number.
    if path.starts_with("/dev/fd") {
        return path.display().to_string();
    }
    shown_name(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_says_what_went_wrong_and_where_to_read_more() {
        let mut import = ImportState::default();
        import.start(&[PathBuf::from("/data/sessions")], false);
        let progress = ImportProgress {
            files: 4,
            failed: 1,
            threads: 3,
            items: 1_200,
            damaged: 2,
            ..ImportProgress::default()
        };
        let said = import.take(ImportMsg::Done {
            progress,
            stopped: false,
        });
        let text = "Imported sessions: 3 threads, 1,200 items from 3 files (0 B), 2 damaged lines kept, 1 file failed. {key:messages} shows details.";
        assert_eq!(said, Some((text.to_string(), true)));
        assert!(!import.is_running());
    }
}
