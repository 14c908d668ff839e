//! Imports rollout files into a store: each thread gets one create call, its items in batches, one patch from its
//! items, a second patch if its home gives other values, and a resume call for each file.

use std::collections::{HashMap, HashSet};
use std::ops::{ControlFlow, Range};
use std::path::PathBuf;
use std::sync::Arc;

use super::find::Source;
use super::known::KnownThreads;
use super::limit::{Limit, MaxBytes, StopFlag};
use super::lineage::ThreadPlan;
use super::open::RolloutInput;
use super::read::Skeleton;
use super::report::{FileRow, Problem, Remark, Total};
use super::sources::ThreadSources;
use crate::contract::ThreadStore;
use crate::home::Home;
use crate::protocol::{RolloutItem, ThreadId};
use crate::store::Snapshot;

mod copies;
mod files;
mod finish;
mod homes;
mod reading;
mod reload;
mod remarks;
mod replays;
mod run;
mod thread;

pub use files::ImportOrder;
use files::{FileEntry, KnownFiles, turns};
use finish::absolute;
use run::ImportRun;
pub use thread::{BATCH_BYTES, BATCH_ITEMS};

/// A notification during an import.
#[derive(Debug)]
pub enum Notice<'a> {
    /// A file is done. Files are reported in the requested order.
    Row(&'a FileRow),
    /// A part of a file is in the store.
    Progress(&'a Progress),
    /// The metadata of a thread is in the store, from its items or from its home.
    Updated(ThreadId),
    /// Something that a person should know about a file or a home.
    Remark(&'a Remark),
}

/// The progress of an import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// The number of files that are done.
    pub files: usize,
    /// The total number of files, including skipped and failed ones.
    pub of_files: usize,
    /// The bytes read: the size on disk of the files that are done, plus the uncompressed bytes read of the current file.
    pub bytes: u64,
    /// The total size of all files on disk, in bytes.
    pub of_bytes: u64,
    /// The number of items in the store.
    pub items: u64,
}

/// An imported file, with the data that is needed to export it.
#[derive(Debug, Clone)]
pub struct ImportedFile {
    /// The file that it was read from.
    pub source: Source,
    /// Whether the source is a pipe, which cannot be read again.
    pub is_pipe: bool,
    /// Its thread; `None` for an empty file.
    pub thread_id: Option<ThreadId>,
    /// The range of the file's items among those that the import appended to its thread.
    pub items: Range<usize>,
    /// The items of the file after `items`, which a later rollout of the thread cut off.
    pub superseded: Vec<RolloutItem>,
    /// The bytes that are not items.
    pub skeleton: Skeleton,
}

/// The result of an import.
#[derive(Debug, Clone, Default)]
pub struct Imported {
    /// One row per file, in the requested order.
    pub rows: Vec<FileRow>,
    /// The totals of all rows.
    pub total: Total,
    /// The files that were read, in the requested order.
    pub files: Vec<ImportedFile>,
    /// The threads, in the order in which they were created.
    pub threads: Vec<ThreadSources>,
    /// What a person should know about files that were read, and about homes.
    pub remarks: Vec<Remark>,
    /// The subset of `remarks` that is about homes and missing files. Each import finds them again.
    pub home_remarks: Vec<Remark>,
    /// The homes of the files.
    pub homes: Vec<Arc<Home>>,
    /// The threads that were imported before and have to be read again from the start. Nothing from their files was imported.
    pub outdated: Vec<OutdatedThread>,
}

/// A thread whose history in the store cannot be continued from its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutdatedThread {
    /// The thread.
    pub thread_id: ThreadId,
    /// The reason, without a full stop.
    pub reason: String,
}

/// Options of an import.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// Import only the files of this thread; other files are not reported.
    pub only: Option<ThreadId>,
    /// The order of the files.
    pub order: ImportOrder,
    /// The size limit for compressed files.
    pub limit: MaxBytes,
    /// The threads that were imported before, from [`Imported::threads`]. Only what is new in these threads is
    /// imported.
    pub known: KnownThreads,
    /// The homes that were read before, from [`Imported::homes`]. The homes are read again if they have changed.
    pub homes: Vec<Arc<Home>>,
    /// Whether to treat threads whose files were truncated or changed as outdated. Otherwise such files are reported and
    /// not read.
    pub again: bool,
    /// The store. Files that were written to but have not grown are compared with this store.
    pub store: Option<Snapshot>,
    /// Stops the import, even in the middle of a file. After [`StopFlag::leave`], no more calls are made to the store.
    pub stop: StopFlag,
}

/// The files for some paths, and which of them make up the history of each thread. A file is referred to by its index.
pub(super) struct PlannedFiles {
    pub(super) files: Vec<PlannedFile>,
    pub(super) plans: HashMap<ThreadId, ThreadPlan>,
}

/// What is known about a file before it is read.
pub(super) enum PlannedFile {
    /// A file that can be read, and its thread. An empty file has no thread.
    Readable(RolloutInput, Option<ThreadId>),
    /// A file that cannot be read.
    Failed(PathBuf, Problem),
    /// A copy of another file, or a file whose name is not that of a rollout.
    Skipped,
}

/// Finds the files for some paths, and which of them make up the history of each thread, as an import of these paths does.
/// Pipes are read to their end.
pub(super) fn planned(paths: &[PathBuf], limit: &Limit) -> PlannedFiles {
    let none = KnownThreads::default();
    let known = KnownFiles::of(&none);
    let (mut entries, homes) = files::identified(paths, &known, &[], limit);
    homes::refuse_second_homes(&mut entries);
    copies::skip_copies(&mut entries, &known, &homes, limit);
    let mut plans = files::plans(&entries, &homes);
    for (index, entry) in entries.iter_mut().enumerate() {
        if let FileEntry::Pipe(source) = entry {
            *entry = FileEntry::spooled(source, limit);
            if let Some(id) = entry.waiting_for() {
                plans.entry(id).or_default().add(index);
            }
        }
    }
    PlannedFiles {
        files: entries.into_iter().map(FileEntry::planned).collect(),
        plans,
    }
}

/// The ids of the threads whose files are found for some paths, as far as the beginnings of the files contain them.
/// `None` if a path is a pipe, which can be read only once.
pub fn thread_ids(paths: &[PathBuf], limit: MaxBytes) -> Option<Vec<ThreadId>> {
    let limit = Limit {
        most: limit,
        ..Limit::default()
    };
    let (entries, _) = files::identified(paths, &KnownFiles::of(&KnownThreads::default()), &[], &limit);
    if entries.iter().any(|entry| matches!(entry, FileEntry::Pipe(_))) {
        return None;
    }
    Some(entries.iter().filter_map(FileEntry::known_thread).collect())
}

/// Imports the rollout files for `paths` into a store.
///
/// A pipe is read when all files before it are done. If the pipe belongs to a thread that is already in the store, its
/// items are appended after those of the thread's files.
///
/// Polling the future reads files and can block, so run it on a separate thread. `hear` receives a notification for
/// each file and for progress. If `hear` returns `Break`, or a stop is requested, no more is read: the current thread
/// keeps the items appended so far and gets their metadata, and all remaining files fail as cancelled.
pub async fn import(
    store: &dyn ThreadStore,
    paths: &[PathBuf],
    wanted: ImportOptions,
    hear: &mut (dyn FnMut(Notice<'_>) -> ControlFlow<()> + Send),
) -> Imported {
    let limit = Limit {
        most: wanted.limit,
        stop: wanted.stop.clone(),
    };
    let only = wanted.only;
    let known = KnownFiles::of(&wanted.known);
    let (mut entries, homes) = files::identified(paths, &known, &wanted.homes, &limit);
    homes::refuse_second_homes(&mut entries);
    copies::skip_copies(&mut entries, &known, &homes, &limit);
    // The files of other threads are read only if a wanted thread continues them.
    let is_left_out =
        |entry: &FileEntry| only.is_some() && entry.known_thread().is_some_and(|id| Some(id) != only);
    let mut run = ImportRun {
        store,
        hear,
        limit,
        progress: Progress::default(),
        imported: Imported::default(),
        pipes: entries
            .iter()
            .filter(|entry| matches!(entry, FileEntry::Pipe(_)))
            .count(),
        begun: HashMap::new(),
        bases: HashMap::new(),
        replays: Vec::new(),
        homes,
    };
    let mut plans = run.plans(&entries);
    run.progress.of_files = entries.iter().filter(|entry| !is_left_out(entry)).count();
    run.progress.of_bytes = entries
        .iter()
        .filter(|entry| !is_left_out(entry))
        .map(FileEntry::length)
        .sum();
    let mut named = HashSet::new();
    for index in turns(&entries, wanted.order) {
        if let FileEntry::Pipe(source) = &entries[index] {
            entries[index] = FileEntry::spooled(source, &run.limit);
            run.pipes -= 1;
            if is_left_out(&entries[index]) {
                run.progress.of_files -= 1;
                continue;
            }
            if let Some(id) = entries[index].waiting_for() {
                plans.entry(id).or_default().add(index);
            }
        }
        if is_left_out(&entries[index]) {
            continue;
        }
        if let Some(id) = entries[index].waiting_for() {
            let plan = plans.entry(id).or_default();
            match wanted.known.get(&id) {
                Some(known) => run.reload(known, plan, &wanted, &mut entries).await,
                None => run.thread(id, plan, &mut entries).await,
            }
        }
        run.row(&mut entries[index], &mut named);
    }
    run.mark_replays(&entries);
    run.note_copies(&entries);
    if only.is_none() {
        run.remark_homes(&entries);
        run.remark_gone(&wanted.known, &entries);
    }
    run.imported.homes = run.homes.sorted();
    run.imported
}

#[cfg(test)]
mod tests {
    use super::super::report::{FileOutcome, ProblemCode};
    use super::*;
    use crate::store::InMemoryThreadStore;

    #[test]
    fn an_import_can_run_on_any_thread() {
        fn movable<T: Send>(_: T) {}
        let store = InMemoryThreadStore::default();
        movable(import(&store, &[], ImportOptions::default(), &mut |_| {
            ControlFlow::Continue(())
        }));
    }

    #[tokio::test]
    async fn nothing_reaches_the_store_once_nobody_waits_for_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        // More than one append, so that some items are in the store already.
        std::fs::write(&path, "{}\n".repeat(BATCH_ITEMS + 1)).unwrap();
        let store = InMemoryThreadStore::default();
        let stop = StopFlag::default();
        let wanted = ImportOptions {
            stop: stop.clone(),
            ..ImportOptions::default()
        };
        let done = import(&store, &[path], wanted, &mut |_| {
            stop.leave();
            ControlFlow::Continue(())
        })
        .await;
        let calls = store.calls().await;
        assert_eq!((calls.create_thread, calls.append_items), (1, 1));
        assert_eq!((calls.update_thread_metadata, calls.resume_thread), (0, 0));
        assert!(
            matches!(&done.rows[0].outcome, FileOutcome::Error(problem) if problem.code == ProblemCode::Cancelled)
        );
    }
}
