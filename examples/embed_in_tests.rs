//! Uses a thread store in a test: no files, no server, and counters that show which methods the code under test called.
//!
//! `cargo run --no-default-features --example embed_in_tests`

use std::sync::Arc;

use threadloupe::contract::{
    AppendThreadItemsParams, CreateThreadParams, ReadThreadParams, ThreadMetadataPatch, ThreadStore,
    ThreadStoreResult, UpdateThreadMetadataParams,
};
use threadloupe::protocol::{RolloutItem, ThreadId};
use threadloupe::store::InMemoryThreadStore;

/// The code under test. It depends on the trait, not on this store.
async fn rename(store: &dyn ThreadStore, thread: ThreadId, name: &str) -> ThreadStoreResult<()> {
    let mut patch = ThreadMetadataPatch::default();
    patch.set_name(name);
    store
        .update_thread_metadata(UpdateThreadMetadataParams::new(thread, patch))
        .await
        .map(drop)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Arc::new(InMemoryThreadStore::default());
    let thread = ThreadId::new();
    store.create_thread(CreateThreadParams::new(thread)).await?;
    let message =
        RolloutItem::parse(r#"{"type":"event_msg","payload":{"type":"user_message","message":"hi"}}"#)?;
    store
        .append_items(AppendThreadItemsParams::new(thread, vec![message]))
        .await?;

    rename(&*store, thread, "First steps").await?;

    let mut read = ReadThreadParams::new(thread);
    read.include_history = true;
    let stored = store.read_thread(read).await?;
    assert_eq!(stored.name.as_deref(), Some("First steps"));
    assert_eq!(stored.history.map(|history| history.items.len()), Some(1));
    assert_eq!(
        store.calls().await.update_thread_metadata,
        1,
        "one write, and no more"
    );
    println!("renamed with one call");
    Ok(())
}
