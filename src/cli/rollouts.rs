//! Reads rollout files into a store for subcommands that then use the store.

use std::ops::ControlFlow;
use std::path::PathBuf;

use super::output::complain;
use crate::contract::ThreadStore;
use crate::rollout::import::{ImportOptions, Imported, import};

/// Imports rollout files and reports the files that cannot be read. Returns the exit status so far.
pub(super) async fn read(
    store: &dyn ThreadStore,
    from: &[PathBuf],
    options: ImportOptions,
) -> (Imported, u8) {
    let imported = import(store, from, options, &mut |_| ControlFlow::Continue(())).await;
    for remark in &imported.remarks {
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
