//! Threads and files out of a store: a thread as JSON with its history, a file as the bytes that were read.

use std::collections::HashMap;
use std::io::{self, Write};

use super::import::{Imported, ImportedFile};
use super::report::{Code, Problem};
use crate::contract::{LoadThreadHistoryParams, ReadThreadParams, ThreadStore, ThreadStoreError};
use crate::protocol::{RolloutItem, ThreadId};

/// Why something could not be written out.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The store did not give it.
    #[error(transparent)]
    Store(Problem),
    /// It could not be written.
    #[error(transparent)]
    Out(#[from] io::Error),
}

/// Imported files on their way out, each once and in any order. A history is loaded for the first file of its thread and
/// dropped behind the last one, so that many files of one thread cost no more than as many threads.
pub struct Rollouts<'a> {
    store: &'a dyn ThreadStore,
    threads: HashMap<ThreadId, Thread>,
}

/// A thread that has files to be written.
struct Thread {
    /// How many items the import gave it.
    given: usize,
    /// How many of its files are still to be written.
    files: usize,
    /// Its history, from the first of them on.
    history: Option<Vec<RolloutItem>>,
}

impl<'a> Rollouts<'a> {
    /// The files of an import, in the store into which they were read.
    pub fn new(store: &'a dyn ThreadStore, imported: &Imported) -> Self {
        let thread = |given| Thread {
            given,
            files: 0,
            history: None,
        };
        let threads = imported.threads.iter();
        let mut threads: HashMap<_, _> = threads.map(|(id, given)| (*id, thread(*given))).collect();
        for id in imported.files.iter().filter_map(|file| file.thread_id) {
            threads.entry(id).or_insert_with(|| thread(0)).files += 1;
        }
        Self { store, threads }
    }

    /// Writes one file byte for byte: its items out of the store, and between them what was no item.
    ///
    /// # Errors
    /// If the store does not have the items any more, or `out` cannot be written.
    pub async fn write(&mut self, file: &ImportedFile, out: &mut (dyn Write + Send)) -> Result<(), Failure> {
        let known = file
            .thread_id
            .and_then(|id| Some((id, self.threads.get_mut(&id)?)));
        let Some((thread_id, thread)) = known else {
            return Ok(file.skeleton.write([].into_iter(), out)?);
        };
        let history = match thread.history.take() {
            Some(history) => history,
            None => {
                let load = LoadThreadHistoryParams {
                    thread_id,
                    include_archived: true,
                };
                let history = self.store.load_history(load).await;
                history.map_err(|error| failed(&error))?.items
            }
        };
        let before = history.len().saturating_sub(thread.given);
        let (start, end) = (before + file.items.start, before + file.items.end);
        // Items that the store does not have any more are missed as they are written.
        let items = &history[start.min(history.len())..end.min(history.len())];
        let written = file.skeleton.write(items.iter(), out);
        thread.files = thread.files.saturating_sub(1);
        thread.history = (thread.files > 0).then_some(history);
        Ok(written?)
    }
}

/// Writes one imported file, as [`Rollouts`] does.
///
/// # Errors
/// If the store does not have the items any more, or `out` cannot be written.
pub async fn rollout(
    store: &dyn ThreadStore,
    imported: &Imported,
    file: &ImportedFile,
    out: &mut (dyn Write + Send),
) -> Result<(), Failure> {
    Rollouts::new(store, imported).write(file, out).await
}

/// Writes a thread as the store shows it with its history: one JSON object and a line feed.
///
/// # Errors
/// If the store does not have the thread, or `out` cannot be written.
pub async fn thread(
    store: &dyn ThreadStore,
    thread_id: ThreadId,
    out: &mut (dyn Write + Send),
) -> Result<(), Failure> {
    let read = ReadThreadParams {
        thread_id,
        include_archived: true,
        include_history: true,
    };
    let thread = store.read_thread(read).await.map_err(|error| failed(&error))?;
    serde_json::to_writer(&mut *out, &thread).map_err(|error| Failure::Out(error.into()))?;
    Ok(out.write_all(b"\n")?)
}

fn failed(error: &ThreadStoreError) -> Failure {
    Failure::Store(Problem::new(
        Code::Store,
        format!("the store would not give the thread: {error}"),
    ))
}
