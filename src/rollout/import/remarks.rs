//! The remarks of an import about chains of files and about homes.

use std::collections::HashSet;
use std::path::PathBuf;

use super::super::known::{FileStamp, KnownFile, KnownThreads};
use super::super::lineage::{ChainFault, ThreadPlan};
use super::files::FileEntry;
use super::homes::unmatched;
use super::run::ImportRun;
use super::thread::PendingItems;
use crate::home::STATE_DATABASE;
use crate::protocol::ThreadId;

impl ImportRun<'_> {
    /// Says what is wrong with the chains of a thread's files.
    pub(super) fn remark_faults(
        &mut self,
        batch: &mut PendingItems,
        plan: &ThreadPlan,
        entries: &[FileEntry],
    ) {
        for fault in &plan.faults {
            let (file, sentence) = match fault {
                ChainFault::Missing { file, base } => (
                    *file,
                    format!(
                        "continues the rollout {base}, which is not among the files that were read, so the items of {base} are missing from the history"
                    ),
                ),
                ChainFault::Cycle { file } => (
                    *file,
                    "continues itself, directly or through other rollouts, so the history begins with the items of this file"
                        .to_owned(),
                ),
                ChainFault::Reverted { file } => (
                    *file,
                    format!(
                        "was reverted, but thread {} continues it from a later point and keeps the items up to that point",
                        batch.id
                    ),
                ),
            };
            if let Some(source) = entries.get(file).and_then(FileEntry::source).cloned() {
                self.remark_on(batch, &source, sentence);
            }
        }
    }

    /// Reports which files of known threads no longer exist.
    pub(super) fn remark_gone(&mut self, known: &KnownThreads, entries: &[FileEntry]) {
        let present: HashSet<(ThreadId, &[u8])> = entries
            .iter()
            .filter_map(|entry| Some((entry.known_thread()?, entry.source()?.name_of_plain())))
            .collect();
        let is_gone = |id: ThreadId, file: &&KnownFile| {
            file.is_own
                && !present.contains(&(id, file.source.name_of_plain()))
                && FileStamp::of(&file.source.path).is_none()
        };
        let mut gone: Vec<String> = known
            .iter()
            .flat_map(|(id, thread)| thread.read.files.iter().filter(|file| is_gone(*id, file)))
            .map(|file| file.source.shown())
            .collect();
        gone.sort();
        for file in gone {
            self.remark_home(
                file,
                "no longer exists; the items that were read from it are kept".to_owned(),
            );
        }
    }

    fn remark_home(&mut self, file: String, sentence: String) {
        self.remark(file, sentence);
        self.imported
            .home_remarks
            .extend(self.imported.remarks.last().cloned());
    }

    /// Reports what could not be read in the homes, and which rows and files have no counterpart.
    pub(super) fn remark_homes(&mut self, entries: &[FileEntry]) {
        for home in self.homes.sorted() {
            for remark in &home.remarks {
                self.remark_home(
                    remark.file.to_string_lossy().into_owned(),
                    remark.sentence.clone(),
                );
            }
            let in_home = |entry: &&FileEntry| {
                entry.source().and_then(|source| source.home.as_deref()) == Some(home.path.as_path())
            };
            let present: Vec<(ThreadId, PathBuf)> = entries
                .iter()
                .filter(in_home)
                .filter_map(|entry| Some((entry.known_thread()?, entry.source()?.path.clone())))
                .collect();
            let unmatched = unmatched(&home, &present);
            for (id, path) in unmatched.other_file {
                let database = home.database.to_string_lossy().into_owned();
                let path = path.display();
                self.remark_home(
                    database,
                    format!("names {path} as the rollout of the thread {id}, but that file was not read"),
                );
            }
            for id in unmatched.without_file {
                let name = home
                    .name(id, true)
                    .map_or(String::new(), |(name, _)| format!(" ({name})"));
                let database = home.database.to_string_lossy().into_owned();
                self.remark_home(
                    database,
                    format!("has a row for the thread {id}{name}, which has no rollout file"),
                );
            }
            for path in unmatched.without_row {
                let path = path.to_string_lossy().into_owned();
                self.remark_home(
                    path,
                    format!("has no row in {STATE_DATABASE}, so Codex may not list its thread"),
                );
            }
        }
    }
}
