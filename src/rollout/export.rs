//! Threads and files out of a store: a thread as JSON with its history, a file as the bytes that were read.

use std::io::{self, Write};

use super::import::{Imported, ImportedFile};
use super::report::{Code, Problem};
use crate::contract::{LoadThreadHistoryParams, ReadThreadParams, ThreadStore, ThreadStoreError};
use crate::protocol::ThreadId;

/// Why something could not be written out.
#[derive(Debug)]
pub enum Failure {
    /// The store did not give it.
    Store(Problem),
    /// It could not be written.
    Out(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Out(error)
    }
}

/// Writes one imported file byte for byte: its items out of the store, and between them what was no item.
///
/// # Errors
/// If the store does not have the items any more, or `out` cannot be written.
pub async fn rollout(
    store: &dyn ThreadStore,
    imported: &Imported,
    file: &ImportedFile,
    out: &mut (dyn Write + Send),
) -> Result<(), Failure> {
    let Some(thread_id) = file.thread_id else {
        return Ok(file.skeleton.write([].into_iter(), out)?);
    };
    let load = LoadThreadHistoryParams {
        thread_id,
        include_archived: true,
    };
    let history = store.load_history(load).await.map_err(|error| failed(&error))?;
    let given = imported
        .threads
        .iter()
        .find(|(id, _)| *id == thread_id)
        .map_or(0, |(_, given)| *given);
    let before = history.items.len().saturating_sub(given);
    let items = history
        .items
        .iter()
        .skip(before + file.items.start)
        .take(file.items.len());
    Ok(file.skeleton.write(items, out)?)
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
