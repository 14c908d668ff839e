//! Opens the inspector on the store of a running program: the screen follows the calls of another task.
//!
//! Run `cargo run --example inspect_my_store`; `q` quits.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use threadloupe::contract::{
    CreateThreadParams, ThreadMetadataPatch, ThreadStore, UpdateThreadMetadataParams,
};
use threadloupe::inspector::{Options, run};
use threadloupe::protocol::ThreadId;
use threadloupe::store::InMemoryThreadStore;
use threadloupe::workbench::Workbench;

/// The work of the program: now and then it creates a thread and names it.
async fn work(store: Arc<dyn ThreadStore>) {
    for number in 1.. {
        let thread = ThreadId::new();
        let mut patch = ThreadMetadataPatch::default();
        patch.set_name(format!("Job {number}"));
        let created = store.create_thread(CreateThreadParams::new(thread)).await;
        let named = store
            .update_thread_metadata(UpdateThreadMetadataParams::new(thread, patch))
            .await;
        if created.and(named.map(drop)).is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Runs the inspector until the user quits.
#[tokio::main]
pub async fn main() -> ExitCode {
    let bench = Workbench::new(Arc::new(InMemoryThreadStore::default()));
    tokio::spawn(work(bench.store()));
    match run(Options::new(bench).title("my store")).await {
        Ok(status) => status.into(),
        Err(failed) => {
            eprintln!("{failed}");
            ExitCode::from(2)
        }
    }
}
