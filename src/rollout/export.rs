//! Exports from a store: a thread as JSON with its history, or a file byte for byte as it was read.

use std::collections::HashMap;
use std::io::{self, Write};

use super::import::{Imported, ImportedFile};
use super::report::{Problem, ProblemCode};
use crate::contract::{LoadThreadHistoryParams, ReadThreadParams, ThreadStore, ThreadStoreError};
use crate::protocol::{RolloutItem, ThreadId};

/// Why an export failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The store returned an error.
    #[error(transparent)]
    Store(Problem),
    /// The output could not be written.
    #[error(transparent)]
    Out(#[from] io::Error),
}

/// Writes imported files, each once and in any order. The history of a thread is loaded for its first file and dropped after
/// its last one, so it is loaded only once.
pub struct RolloutWriter<'a> {
    store: &'a dyn ThreadStore,
    threads: HashMap<ThreadId, ThreadToWrite>,
}

/// A thread with files to write.
struct ThreadToWrite {
    /// The number of items that the import appended to the thread.
    given: usize,
    /// The number of files of the thread that are still to be written.
    files: usize,
    /// The history of the thread, loaded when the first of these files is written.
    history: Option<Vec<RolloutItem>>,
}

impl<'a> RolloutWriter<'a> {
    /// Creates a writer for the files of an import, from the store that they were imported into.
    pub fn new(store: &'a dyn ThreadStore, imported: &Imported) -> Self {
        let thread = |given| ThreadToWrite {
            given,
            files: 0,
            history: None,
        };
        let threads = imported.threads.iter();
        let mut threads: HashMap<_, _> = threads
            .map(|sources| (sources.thread_id, thread(sources.items)))
            .collect();
        for id in imported.files.iter().filter_map(|file| file.thread_id) {
            threads.entry(id).or_insert_with(|| thread(0)).files += 1;
        }
        Self { store, threads }
    }

    /// Writes one file byte for byte: its items from the store, with the other bytes of the file between them.
    ///
    /// # Errors
    /// If the store no longer has the items, or `out` cannot be written.
    pub async fn write(
        &mut self,
        file: &ImportedFile,
        out: &mut (dyn Write + Send),
    ) -> Result<(), ExportError> {
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
        // If the store no longer has all items, writing the file fails.
        let items = &history[start.min(history.len())..end.min(history.len())];
        let written = file.skeleton.write(items.iter().chain(&file.superseded), out);
        thread.files = thread.files.saturating_sub(1);
        thread.history = (thread.files > 0).then_some(history);
        Ok(written?)
    }
}

/// Writes one imported file byte for byte, like [`RolloutWriter::write`].
///
/// # Errors
/// If the store no longer has the items, or `out` cannot be written.
pub async fn rollout(
    store: &dyn ThreadStore,
    imported: &Imported,
    file: &ImportedFile,
    out: &mut (dyn Write + Send),
) -> Result<(), ExportError> {
    RolloutWriter::new(store, imported).write(file, out).await
}

/// Writes a thread with its history, as the store returns it: one JSON object and a line feed.
///
/// # Errors
/// If the store does not have the thread, or `out` cannot be written.
pub async fn thread(
    store: &dyn ThreadStore,
    thread_id: ThreadId,
    out: &mut (dyn Write + Send),
) -> Result<(), ExportError> {
    let read = ReadThreadParams {
        thread_id,
        include_archived: true,
        include_history: true,
    };
    let thread = store.read_thread(read).await.map_err(|error| failed(&error))?;
    serde_json::to_writer(&mut *out, &thread).map_err(|error| ExportError::Out(error.into()))?;
    Ok(out.write_all(b"\n")?)
}

fn failed(error: &ThreadStoreError) -> ExportError {
    ExportError::Store(Problem::new(
        ProblemCode::Store,
        format!("the store did not return the thread: {error}"),
    ))
}
