//! Imports rollout files into a store and queries it: lists the threads, reads one of them and searches for a text.
//!
//! `cargo run --no-default-features --features rollout --example import_and_query`

use std::error::Error;
use std::fs;
use std::ops::ControlFlow;

use threadloupe::contract::{ListThreadsParams, LoadThreadHistoryParams, ReadThreadParams, ThreadStore};
use threadloupe::rollout::import::{ImportOptions, import};
use threadloupe::store::InMemoryThreadStore;

const NAME: &str = "rollout-2026-05-13T00-28-15-0198f2a3-0000-7000-8000-000000000001.jsonl";
const ROLLOUT: &str = r#"{"timestamp":"2026-05-13T00:28:15.000Z","type":"session_meta","payload":{"id":"0198f2a3-0000-7000-8000-000000000001","timestamp":"2026-05-13T00:28:15.000Z","cwd":"/work","originator":"codex_cli_rs","cli_version":"0.140.0","source":"cli"}}
{"timestamp":"2026-05-13T00:28:16.000Z","type":"event_msg","payload":{"type":"user_message","message":"Why does the retry test fail?"}}
{"timestamp":"2026-05-13T00:28:20.000Z","type":"event_msg","payload":{"type":"agent_message","message":"It waits for a timeout that is never reached."}}
"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join(NAME), ROLLOUT)?;

    // A folder stands for all rollout files below it, including compressed ones.
    let store = InMemoryThreadStore::default();
    let paths = [folder.path().to_path_buf()];
    let imported = import(&store, &paths, ImportOptions::default(), &mut |_| {
        ControlFlow::Continue(())
    })
    .await;
    println!(
        "{} file, {} lines",
        imported.total.files, imported.total.counts.lines
    );
    assert_eq!(imported.total.failed, 0, "{:?}", imported.rows);

    // List the threads.
    let page = store.list_threads(ListThreadsParams::default()).await?;
    for thread in &page.items {
        println!("{}  {}", thread.thread_id, &*thread.preview);
    }
    assert_eq!(page.items.len(), 1);

    // Read one of them. Its metadata comes from the lines of its file.
    let id = page.items[0].thread_id;
    let thread = store.read_thread(ReadThreadParams::new(id)).await?;
    assert_eq!(thread.cwd.to_str(), Some("/work"));
    assert_eq!(thread.preview, "Why does the retry test fail?");

    // Search for a text. An item keeps the text of its line.
    let history = store.load_history(LoadThreadHistoryParams::new(id)).await?;
    let found: Vec<usize> = history
        .items
        .iter()
        .enumerate()
        .filter(|(_, item)| item.text().contains("timeout"))
        .map(|(place, _)| place + 1)
        .collect();
    println!("\"timeout\" occurs in items {found:?} of {}", history.items.len());
    assert_eq!(found, [3]);
    Ok(())
}
