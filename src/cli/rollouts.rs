//! Reads rollout files into a store for subcommands that then use the store.

use std::ops::ControlFlow;
use std::path::PathBuf;

use super::output::complain;
use crate::contract::ThreadStore;
use crate::rollout::import::{ImportOptions, Imported, import};
use crate::rollout::sources::ThreadSources;

/// Imports rollout files. Reports the files and databases that cannot be read, and histories that are not what their files
/// say. Returns the exit status so far.
pub(super) async fn read(
    store: &dyn ThreadStore,
    from: &[PathBuf],
    options: ImportOptions,
) -> (Imported, u8) {
    let imported = import(store, from, options, &mut |_| ControlFlow::Continue(())).await;
    // Rows of a home without a file, and files without a row, concern only an import.
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
