//! Rollout files into a store: for each thread one create, its items in batches, one patch, and a resume for each file.
//!
//! Owns which store calls an import makes and in which order. What the patch says is the fold's.

use std::collections::{HashMap, HashSet};
use std::ops::{ControlFlow, Range};
use std::path::{Path, PathBuf};

use super::find::{Source, find_until};
use super::identity::{Identity, identify};
use super::limit::{Limit, MaxBytes, Stop};
use super::lines::{SEGMENT, cancelled, cut, unpacks};
use super::open::Input;
use super::read::{Reading, Skeleton};
use super::report::{Code, Outcome, Problem, Row, Total};
use crate::contract::{ResumeThreadParams, ThreadStore, ThreadStoreError, UpdateThreadMetadataParams};
use crate::live::Fold;
use crate::protocol::{ThreadEventPersistenceMode, ThreadId, ThreadPersistenceMetadata};

mod files;
mod thread;

pub use files::Order;
use files::{Entry, groups, ordered, turns};
pub use thread::{BATCH_BYTES, BATCH_ITEMS};
use thread::{Batch, creation};

/// What an import tells while it runs.
#[derive(Debug)]
pub enum Notice<'a> {
    /// A file is done; in the order that is wanted.
    Row(&'a Row),
    /// A piece of a file is in the store.
    Progress(&'a Progress),
}

/// How far an import has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Files done.
    pub files: usize,
    /// Files in all, skipped and failed ones included.
    pub of_files: usize,
    /// Bytes of files done, as they lie there, and plain bytes of the one at hand.
    pub bytes: u64,
    /// Bytes of all files, as they lie there.
    pub of_bytes: u64,
    /// Items in the store.
    pub items: u64,
}

/// A file whose items are in the store, and all that is needed to get it back.
#[derive(Debug, Clone)]
pub struct ImportedFile {
    /// Where it was read from.
    pub source: Source,
    /// Whether that is a pipe, of which there is nothing more to be had.
    pub is_pipe: bool,
    /// Its thread; none for an empty file.
    pub thread_id: Option<ThreadId>,
    /// Which of the items that the import gave its thread are the file's.
    pub items: Range<usize>,
    /// Its other bytes.
    pub skeleton: Skeleton,
}

/// What an import did.
#[derive(Debug, Clone, Default)]
pub struct Imported {
    /// One row a file, in the order that was wanted.
    pub rows: Vec<Row>,
    /// All rows in one.
    pub total: Total,
    /// The files that were read, in the order that was wanted.
    pub files: Vec<ImportedFile>,
    /// How many items each thread got, threads in the order of their making.
    pub threads: Vec<(ThreadId, usize)>,
}

/// What is wanted of the files.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The files of this thread alone; others are left out without a word.
    pub only: Option<ThreadId>,
    /// Which files come first.
    pub order: Order,
    /// How large a packed file may be.
    pub limit: MaxBytes,
    /// Ends the import at once, also within a file of which nothing has been told yet. Once nobody waits for that end any
    /// more, no further call reaches the store.
    pub stop: Stop,
}

/// Reads the files that `paths` mean into a store.
///
/// A pipe is read when its turn comes, when all files before it are done; where it turns out to be one of a thread that is
/// in the store by then, its items stand behind those of the thread's files.
///
/// Files are read while the future is polled, so it wants a thread of its own. `hear` is told of every file and of
/// progress; once it breaks, or a stop is asked for, nothing more is read: the thread at hand keeps what it has and gets the patch of that, and
/// what is left fails as cancelled.
pub async fn import(
    store: &dyn ThreadStore,
    paths: &[PathBuf],
    wanted: Wanted,
    hear: &mut (dyn FnMut(Notice<'_>) -> ControlFlow<()> + Send),
) -> Imported {
    let limit = Limit {
        most: wanted.limit,
        stop: wanted.stop,
    };
    let mut entries = files::identified(&find_until(paths, &limit.stop), &limit);
    let only = wanted.only;
    let is_left_out = |entry: &Entry| {
        only.is_some() && matches!(entry, Entry::Waiting(_, known) if known.thread_id != only)
    };
    entries.retain(|entry| !is_left_out(entry));
    let mut run = Run {
        store,
        hear,
        limit,
        progress: Progress::default(),
        imported: Imported::default(),
        pipes: entries
            .iter()
            .filter(|entry| matches!(entry, Entry::Pipe(_)))
            .count(),
        begun: HashMap::new(),
    };
    run.progress.of_files = entries.len();
    run.progress.of_bytes = entries.iter().map(Entry::length).sum();
    let mut groups = groups(&entries);
    let mut named = HashSet::new();
    for index in turns(&entries, wanted.order) {
        let entry = &mut entries[index];
        if let Entry::Pipe(source) = entry {
            *entry = Entry::spooled(source, &run.limit);
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

struct Run<'a> {
    store: &'a dyn ThreadStore,
    hear: &'a mut (dyn FnMut(Notice<'_>) -> ControlFlow<()> + Send),
    limit: Limit,
    progress: Progress,
    imported: Imported,
    /// How many pipes have not been read yet.
    pipes: usize,
    /// The threads that are in the store, as long as a pipe may go on with one.
    begun: HashMap<ThreadId, Begun>,
}

/// A thread in the store, to be gone on with.
struct Begun {
    batch: Batch,
    metadata: ThreadPersistenceMetadata,
    /// Its place among all.
    place: usize,
}

impl Run<'_> {
    /// A file is done and its turn has come.
    fn row(&mut self, entry: &mut Entry, named: &mut HashSet<ThreadId>) {
        if let Entry::Waiting(input, _) = entry {
            // Nobody's: it was empty.
            let source = input.source.clone();
            let outcome = Outcome::Read {
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
            *entry = Entry::Done(file.source.path.clone(), outcome, Some(file));
        }
        let Entry::Done(path, outcome, file) = entry else {
            return;
        };
        let mut outcome = outcome.clone();
        if let Outcome::Read {
            thread_id: Some(id),
            joined,
            ..
        } = &mut outcome
        {
            *joined = !named.insert(*id);
        }
        let row = Row {
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

    /// Keeps what nobody waits for any more out of the store.
    fn awaited(&self) -> Result<(), Problem> {
        match self.limit.stop.is_left() {
            true => Err(cancelled()),
            false => Ok(()),
        }
    }

    /// Asks for the end where nobody wants to hear more.
    fn go_on(&self, heard: ControlFlow<()>) {
        if heard.is_break() {
            self.limit.stop.ask();
        }
    }

    /// Brings one thread into the store: the files at `group` that are waiting, in the order of their items.
    async fn thread(&mut self, id: ThreadId, group: &[usize], entries: &mut [Entry]) {
        let limit = self.limit.clone();
        let mut sources = Vec::new();
        for &index in group {
            let entry = &mut entries[index];
            let Entry::Waiting(input, known) = entry else {
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
        let Begun {
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
                    // Nothing more is to be had where a pipe was.
                    if !file.is_pipe {
                        paths.push(absolute(&file.source.path));
                    }
                    *entry = Entry::Done(file.source.path.clone(), outcome, Some(file));
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
                if let Entry::Done(_, outcome @ Outcome::Read { .. }, file) = &mut entries[index] {
                    *outcome = Outcome::Error(problem.clone());
                    *file = None;
                }
            }
        } else if self.pipes > 0 {
            let begun = Begun {
                batch,
                metadata,
                place,
            };
            self.begun.insert(id, begun);
        }
    }

    /// Creates a thread as the first header of its files has it.
    async fn begin(&mut self, id: ThreadId, sources: &[(usize, Input, Identity)]) -> Result<Begun, Problem> {
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
        Ok(Begun {
            batch: Batch::new(id),
            metadata,
            place: self.imported.threads.len(),
        })
    }

    /// One file's items into the batch and, as it fills, into the store; `length` is how long it was when it was found.
    async fn file(
        &mut self,
        input: Input,
        length: u64,
        batch: &mut Batch,
    ) -> Result<(Outcome, ImportedFile), Problem> {
        let mut reading = Reading::open(&input, SEGMENT, &self.limit)?;
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
        let outcome = Outcome::Read {
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

    async fn send(&mut self, batch: &mut Batch) -> Result<(), Problem> {
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

    /// The patch of all items, then the thread's paths.
    async fn finish(
        &mut self,
        batch: &mut Batch,
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

/// Whether a file can be read to its end, as far as that is known beforehand: a packed one is unpacked once for it, so
/// that nothing of a broken one is imported.
fn whole(input: &Input, limit: &Limit) -> Result<(), Problem> {
    match input.source.is_packed() {
        _ if limit.stop.is_asked() => Err(cancelled()),
        true => unpacks(input, limit),
        false => Ok(()),
    }
}

/// What is the matter with a file of which so many items are in the store all the same.
fn partly(problem: Problem, items: usize) -> Problem {
    let what = match problem.code {
        Code::Unreadable => problem.message.as_str(),
        // A packed one could be unpacked to its end a moment ago.
        Code::CutShort | Code::Corrupt | Code::TooLarge => {
            "this file was cut or changed while it was read: import it again when nothing changes it any more"
        }
        _ => return problem,
    };
    match items {
        0 => problem,
        1 => Problem::new(problem.code, format!("{what}; the item before that is kept")),
        _ => Problem::new(
            problem.code,
            format!("{what}; the {items} items before that are kept"),
        ),
    }
}

/// A path from the root on, but not resolved any further.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn refused(what: &str, error: &ThreadStoreError) -> Problem {
    Problem::new(Code::Store, format!("the store would not {what}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::InMemoryThreadStore;

    #[test]
    fn an_import_can_run_on_any_thread() {
        fn movable<T: Send>(_: T) {}
        let store = InMemoryThreadStore::default();
        movable(import(&store, &[], Wanted::default(), &mut |_| {
            ControlFlow::Continue(())
        }));
    }

    #[tokio::test]
    async fn nothing_reaches_the_store_once_nobody_waits_for_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        // More than one append, so that some of it is in the store by then.
        std::fs::write(&path, "{}\n".repeat(BATCH_ITEMS + 1)).unwrap();
        let store = InMemoryThreadStore::default();
        let stop = Stop::default();
        let wanted = Wanted {
            stop: stop.clone(),
            ..Wanted::default()
        };
        let done = import(&store, &[path], wanted, &mut |_| {
            stop.leave();
            ControlFlow::Continue(())
        })
        .await;
        let calls = store.calls().await;
        assert_eq!((calls.create_thread, calls.append_items), (1, 1));
        assert_eq!((calls.update_thread_metadata, calls.resume_thread), (0, 0));
        assert!(matches!(&done.rows[0].outcome, Outcome::Error(problem) if problem.code == Code::Cancelled));
    }
}
