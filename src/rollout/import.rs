//! Imports rollout files into a store: for each thread one create, its items in batches, one patch, and a resume for each
//! file.
//!
//! This file decides which store calls an import makes, and in which order. The patch comes from the fold.

use std::collections::{HashMap, HashSet};
use std::ops::{ControlFlow, Range};
use std::path::{Path, PathBuf};

use super::find::{Source, find_until};
use super::identity::{Identity, identify};
use super::limit::{Limit, MaxBytes, StopFlag};
use super::lines::{SEGMENT, cancelled, cut, unpacks};
use super::open::RolloutInput;
use super::read::{RolloutReader, Skeleton};
use super::report::{FileOutcome, FileRow, Problem, ProblemCode, Total};
use crate::contract::{ResumeThreadParams, ThreadStore, ThreadStoreError, UpdateThreadMetadataParams};
use crate::live::Fold;
use crate::protocol::{ThreadEventPersistenceMode, ThreadId, ThreadPersistenceMetadata};

mod files;
mod thread;

pub use files::ImportOrder;
use files::{FileEntry, groups, ordered, turns};
pub use thread::{BATCH_BYTES, BATCH_ITEMS};
use thread::{PendingItems, creation};

/// A notification during an import.
#[derive(Debug)]
pub enum Notice<'a> {
    /// A file is done. Files are reported in the requested order.
    Row(&'a FileRow),
    /// A part of a file is in the store.
    Progress(&'a Progress),
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
    /// Whether that is a pipe, which cannot be read again.
    pub is_pipe: bool,
    /// Its thread; `None` for an empty file.
    pub thread_id: Option<ThreadId>,
    /// The range of the file's items among those that the import appended to its thread.
    pub items: Range<usize>,
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
    /// The number of items appended to each thread; threads in the order in which they were created.
    pub threads: Vec<(ThreadId, usize)>,
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
    /// Stops the import, even in the middle of a file. After [`StopFlag::leave`], no more calls are made to the store.
    pub stop: StopFlag,
}

/// Imports the rollout files for `paths` into a store.
///
/// A pipe is read when all files before it are done. If it belongs to a thread that is already in the store, its items are
/// appended after those of the thread's files.
///
/// Polling the future reads files and can block, so run it on a separate thread. `hear` receives a notification for each file
/// and for progress. If it returns `Break`, or a stop is requested, no more is read: the current thread keeps the items
/// appended so far and gets their metadata, and all remaining files fail as cancelled.
pub async fn import(
    store: &dyn ThreadStore,
    paths: &[PathBuf],
    wanted: ImportOptions,
    hear: &mut (dyn FnMut(Notice<'_>) -> ControlFlow<()> + Send),
) -> Imported {
    let limit = Limit {
        most: wanted.limit,
        stop: wanted.stop,
    };
    let mut entries = files::identified(&find_until(paths, &limit.stop), &limit);
    let only = wanted.only;
    let is_left_out = |entry: &FileEntry| {
        only.is_some() && matches!(entry, FileEntry::Waiting(_, known) if known.thread_id != only)
    };
    entries.retain(|entry| !is_left_out(entry));
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
    };
    run.progress.of_files = entries.len();
    run.progress.of_bytes = entries.iter().map(FileEntry::length).sum();
    let mut groups = groups(&entries);
    let mut named = HashSet::new();
    for index in turns(&entries, wanted.order) {
        let entry = &mut entries[index];
        if let FileEntry::Pipe(source) = entry {
            *entry = FileEntry::spooled(source, &run.limit);
            run.pipes -= 1;
            if is_left_out(entry) {
                run.progress.of_files -= 1;
                continue;
            }
            if let Some(id) = entry.waiting_for() {
                let group = groups.entry(id).or_default();
                group.push(index);
                ordered(group, &entries);
            }
        }
        if let Some(id) = entries[index].waiting_for() {
            run.thread(id, &groups[&id], &mut entries).await;
        }
        run.row(&mut entries[index], &mut named);
    }
    run.imported
}

struct ImportRun<'a> {
    store: &'a dyn ThreadStore,
    hear: &'a mut (dyn FnMut(Notice<'_>) -> ControlFlow<()> + Send),
    limit: Limit,
    progress: Progress,
    imported: Imported,
    /// The number of pipes that have not been read yet.
    pipes: usize,
    /// The threads in the store, kept while a pipe may continue one of them.
    begun: HashMap<ThreadId, ContinuableThread>,
}

/// A thread in the store that can be continued.
struct ContinuableThread {
    batch: PendingItems,
    metadata: ThreadPersistenceMetadata,
    /// Its index among all threads.
    place: usize,
}

impl ImportRun<'_> {
    /// Reports a file that is done.
    fn row(&mut self, entry: &mut FileEntry, named: &mut HashSet<ThreadId>) {
        if let FileEntry::Waiting(input, _) = entry {
            // The file was empty and belongs to no thread.
            let source = input.source.clone();
            let outcome = FileOutcome::Read {
                thread_id: None,
                layout: None,
                counts: Default::default(),
                joined: false,
            };
            let file = ImportedFile {
                source,
                is_pipe: input.is_spooled(),
                thread_id: None,
                items: 0..0,
                skeleton: Skeleton::default(),
            };
            *entry = FileEntry::Done(file.source.path.clone(), outcome, Some(file));
        }
        let FileEntry::Done(path, outcome, file) = entry else {
            return;
        };
        let mut outcome = outcome.clone();
        if let FileOutcome::Read {
            thread_id: Some(id),
            joined,
            ..
        } = &mut outcome
        {
            *joined = !named.insert(*id);
        }
        let row = FileRow {
            file: path.to_string_lossy().into_owned(),
            outcome,
        };
        self.imported.total.add(&row);
        self.imported.rows.push(row);
        self.imported.files.extend(file.take());
        self.progress.files += 1;
        if let Some(row) = self.imported.rows.last() {
            let heard = (self.hear)(Notice::Row(row));
            self.go_on(heard);
        }
    }

    /// Fails after [`StopFlag::leave`], so that no more calls are made to the store.
    fn awaited(&self) -> Result<(), Problem> {
        match self.limit.stop.is_left() {
            true => Err(cancelled()),
            false => Ok(()),
        }
    }

    /// Sends a notification, and requests a stop if the receiver returns `Break`.
    fn go_on(&self, heard: ControlFlow<()>) {
        if heard.is_break() {
            self.limit.stop.ask();
        }
    }

    /// Imports one thread: the waiting files of `group`, in the order of their items.
    async fn thread(&mut self, id: ThreadId, group: &[usize], entries: &mut [FileEntry]) {
        let limit = self.limit.clone();
        let mut sources = Vec::new();
        for &index in group {
            let entry = &mut entries[index];
            let FileEntry::Waiting(input, known) = entry else {
                continue;
            };
            match whole(input, &limit) {
                Ok(()) => sources.push((index, input.clone(), known.clone())),
                Err(problem) => entry.fail(problem),
            }
        }
        if sources.is_empty() {
            return;
        }
        let begun = match self.begun.remove(&id) {
            Some(begun) => Ok(begun),
            None => self.begin(id, &sources).await,
        };
        let ContinuableThread {
            mut batch,
            metadata,
            place,
        } = match begun {
            Ok(begun) => begun,
            Err(problem) => {
                for (index, ..) in &sources {
                    entries[*index].fail(problem.clone());
                }
                return;
            }
        };
        let mut paths = Vec::new();
        for (index, input, known) in sources {
            let entry = &mut entries[index];
            let before = batch.given;
            match self.file(input, known.length, &mut batch).await {
                Ok((outcome, file)) => {
                    // A pipe cannot be read again.
                    if !file.is_pipe {
                        paths.push(absolute(&file.source.path));
                    }
                    *entry = FileEntry::Done(file.source.path.clone(), outcome, Some(file));
                }
                Err(problem) => entry.fail(partly(problem, batch.given - before)),
            }
        }
        let finished = match self.send(&mut batch).await {
            Ok(()) => self.finish(&mut batch, paths, &metadata).await,
            Err(problem) => Err(problem),
        };
        match self.imported.threads.get_mut(place) {
            Some((_, given)) => *given = batch.sent,
            None => self.imported.threads.push((id, batch.sent)),
        }
        if let Err(problem) = finished {
            for &index in group {
                if let FileEntry::Done(_, outcome @ FileOutcome::Read { .. }, file) = &mut entries[index] {
                    *outcome = FileOutcome::Error(problem.clone());
                    *file = None;
                }
            }
        } else if self.pipes > 0 {
            let begun = ContinuableThread {
                batch,
                metadata,
                place,
            };
            self.begun.insert(id, begun);
        }
    }

    /// Creates a thread with the values of the first header in its files.
    async fn begin(
        &mut self,
        id: ThreadId,
        sources: &[(usize, RolloutInput, Identity)],
    ) -> Result<ContinuableThread, Problem> {
        let headed = sources.iter().filter(|(_, _, known)| known.is_headed);
        let header = headed
            .map(|(_, input, _)| input)
            .find_map(|input| identify(input, &self.limit).ok()?.header);
        let create = creation(id, header.as_ref());
        drop(header);
        let metadata = create.metadata.clone();
        self.awaited()?;
        let created = self.store.create_thread(create).await;
        created.map_err(|error| refused("create its thread", &error))?;
        Ok(ContinuableThread {
            batch: PendingItems::new(id),
            metadata,
            place: self.imported.threads.len(),
        })
    }

    /// Appends the items of one file to the store in batches; `length` is the size of the file when it was found.
    async fn file(
        &mut self,
        input: RolloutInput,
        length: u64,
        batch: &mut PendingItems,
    ) -> Result<(FileOutcome, ImportedFile), Problem> {
        let mut reading = RolloutReader::open(&input, SEGMENT, &self.limit)?;
        let before = self.progress.bytes;
        let first = batch.given;
        while let Some(items) = reading.items()? {
            for item in items {
                if batch.push(item) {
                    self.send(batch).await?;
                }
            }
            self.progress.bytes = before + reading.counts().bytes;
            let heard = (self.hear)(Notice::Progress(&self.progress));
            self.go_on(heard);
            if self.limit.stop.is_asked() {
                return Err(cancelled());
            }
        }
        if reading.length() < length {
            return Err(cut(reading.length(), length));
        }
        self.progress.bytes = before + reading.length();
        let outcome = FileOutcome::Read {
            thread_id: Some(batch.id),
            layout: reading.layout(),
            counts: reading.counts(),
            joined: false,
        };
        let skeleton = reading.into_skeleton();
        Ok((
            outcome,
            ImportedFile {
                is_pipe: input.is_spooled(),
                source: input.source,
                thread_id: Some(batch.id),
                items: first..batch.given,
                skeleton,
            },
        ))
    }

    async fn send(&mut self, batch: &mut PendingItems) -> Result<(), Problem> {
        let Some(params) = batch.take() else { return Ok(()) };
        self.awaited()?;
        let items = params.items.len();
        self.store
            .append_items(params)
            .await
            .map_err(|error| refused("append its items", &error))?;
        batch.sent += items;
        self.progress.items += items as u64;
        Ok(())
    }

    /// Sends the metadata from all items, then registers the thread's paths.
    async fn finish(
        &mut self,
        batch: &mut PendingItems,
        paths: Vec<PathBuf>,
        metadata: &ThreadPersistenceMetadata,
    ) -> Result<(), Problem> {
        let thread_id = batch.id;
        let mut patch = match self.pipes {
            0 => std::mem::replace(&mut batch.fold, Fold::new(thread_id)),
            _ => batch.fold.clone(),
        }
        .into_patch();
        patch.updated_at = batch.last;
        self.awaited()?;
        let update = UpdateThreadMetadataParams {
            thread_id,
            patch,
            include_archived: false,
        };
        self.store
            .update_thread_metadata(update)
            .await
            .map_err(|error| refused("set its thread's metadata", &error))?;
        for path in paths {
            let resume = ResumeThreadParams {
                thread_id,
                rollout_path: Some(path),
                history: None,
                include_archived: false,
                metadata: metadata.clone(),
                event_persistence_mode: ThreadEventPersistenceMode::Limited,
            };
            self.awaited()?;
            self.store
                .resume_thread(resume)
                .await
                .map_err(|error| refused("register its path", &error))?;
        }
        Ok(())
    }
}

/// Checks that a file can be read to its end. A compressed file is decompressed once for this check, so that nothing is
/// imported from a broken one.
fn whole(input: &RolloutInput, limit: &Limit) -> Result<(), Problem> {
    match input.source.is_packed() {
        _ if limit.stop.is_asked() => Err(cancelled()),
        true => unpacks(input, limit),
        false => Ok(()),
    }
}

/// The problem of a file that failed after some of its items were added to the store.
fn partly(problem: Problem, items: usize) -> Problem {
    let what = match problem.code {
        ProblemCode::Unreadable => problem.message.as_str(),
        // A compressed file passed the check a moment ago.
        ProblemCode::CutShort | ProblemCode::Corrupt | ProblemCode::TooLarge => {
            "this file was truncated or changed while it was read; import it again when no other program writes to it"
        }
        _ => return problem,
    };
    match items {
        0 => problem,
        1 => Problem::new(problem.code, format!("{what}; the item before it is kept")),
        _ => Problem::new(
            problem.code,
            format!("{what}; the {items} items before it are kept"),
        ),
    }
}

/// An absolute path, without resolving links.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn refused(what: &str, error: &ThreadStoreError) -> Problem {
    Problem::new(ProblemCode::Store, format!("the store failed to {what}: {error}"))
}

#[cfg(test)]
mod tests {
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
