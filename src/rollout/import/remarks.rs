//! What an import says about chains of files and about homes.

use std::path::PathBuf;

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
                        "continues the rollout {base}, which is not among the files, so the history of its thread begins here"
                    ),
                ),
                ChainFault::Cycle { file } => (
                    *file,
                    "continues a rollout that continues this one, so the history of its thread begins here"
                        .to_owned(),
                ),
                ChainFault::Reverted { file } => (
                    *file,
                    format!(
                        "the thread {} continues it after the place to which its own thread was reverted later; the items after that place are only in the history of {0}",
                        batch.id
                    ),
                ),
            };
            if let Some(source) = entries.get(file).and_then(FileEntry::source).cloned() {
                self.remark_on(batch, &source, sentence);
            }
        }
    }

    /// Says what could not be read in the homes, and which rows and files have no counterpart.
    pub(super) fn remark_homes(&mut self, entries: &[FileEntry]) {
        for home in self.homes.sorted() {
            for remark in &home.remarks {
                self.remark(
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
            let (without_file, without_row) = unmatched(&home, &present);
            for id in without_file {
                let name = home
                    .name(id)
                    .map_or(String::new(), |(name, _)| format!(" ({name})"));
                let database = home.path.join(STATE_DATABASE).to_string_lossy().into_owned();
                self.remark(
                    database,
                    format!("has a row for the thread {id}{name}, which has no rollout file"),
                );
            }
            for path in without_row {
                let path = path.to_string_lossy().into_owned();
                self.remark(
                    path,
                    format!("has no row in {STATE_DATABASE}, so Codex may not list its thread"),
                );
            }
        }
    }
}
