//! Reads rollout files into a store for subcommands that then use the store.

use std::ops::ControlFlow;
use std::path::PathBuf;

use super::output::complain;
use crate::contract::ThreadStore;
use crate::rollout::import::{ImportOptions, Imported, import};
use crate::rollout::limit::MaxBytes;
use crate::rollout::sources::ThreadSources;
use crate::store::{InMemoryThreadStore, Snapshot};
use crate::workbench::query::{ImportedFlags, ThreadFilter, ThreadMatcher};

/// Imports rollout files. Reports the files and databases that cannot be read, and histories that disagree with their
/// files. Returns the exit status so far.
pub(super) async fn read(
    store: &dyn ThreadStore,
    from: &[PathBuf],
    options: ImportOptions,
) -> (Imported, u8) {
    let imported = import(store, from, options, &mut |_| ControlFlow::Continue(())).await;
    // Database rows without a file, and files without a database row, matter only to an import.
    for remark in imported.homes.iter().flat_map(|home| &home.remarks) {
        complain(&format!("{remark}."));
    }
    for remark in imported.threads.iter().flat_map(ThreadSources::remarks) {
        complain(&format!("{remark}."));
    }
    let mut status = super::FINE;
    for row in &imported.rows {
        if let Some(complaint) = row.outcome.complaint() {
            complain(&format!("{}: {complaint}", row.file));
            status = super::UNUSABLE;
        }
    }
    (imported, status)
}

/// Rollout files in a store of their own, and what is needed to query their threads.
pub(super) struct QueriedThreads {
    /// The store.
    pub snapshot: Snapshot,
    /// The query.
    pub matcher: ThreadMatcher,
    /// The import.
    pub imported: Imported,
    /// The exit status so far.
    pub status: u8,
}

/// Imports rollout files into a store of their own, to query their threads. Reports like [`read`].
pub(super) async fn query(filter: &ThreadFilter, from: &[PathBuf], limit: MaxBytes) -> QueriedThreads {
    let store = InMemoryThreadStore::default();
    let options = ImportOptions {
        limit,
        ..ImportOptions::default()
    };
    let (imported, status) = read(&store, from, options).await;
    let snapshot = store.snapshot();
    QueriedThreads {
        matcher: filter
            .matcher(&snapshot)
            .with_imported(ImportedFlags::of(&imported.threads)),
        snapshot,
        imported,
        status,
    }
}
