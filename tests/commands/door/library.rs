//! The door as a library: a store that is served over a stream, and a store at the other end of one.

use std::sync::Arc;
use std::time::Duration;

use threadloupe::contract::{
    AppendThreadItemsParams, CreateThreadParams, ListThreadsParams, ReadThreadParams, ThreadMetadataPatch,
    ThreadStore, ThreadStoreError, UpdateThreadMetadataParams,
};
use threadloupe::door::{ConnectionOptions, RemoteStore, serve, serve_with};
use threadloupe::protocol::{RolloutItem, ThreadId};
use threadloupe::store::InMemoryThreadStore;
use threadloupe::workbench::scenario::SessionStore;
use threadloupe::workbench::{Workbench, conformance};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex, split};

/// A store at the other end of a stream.
fn remote(store: impl SessionStore + 'static) -> RemoteStore {
    let (client, server) = duplex(1 << 16);
    tokio::spawn(serve(store, server));
    let (input, output) = split(client);
    RemoteStore::over(input, output, Duration::from_secs(20))
}

#[tokio::test]
async fn a_store_behind_a_stream_follows_the_contract() {
    let new = || async { remote(Arc::new(InMemoryThreadStore::default())) };
    let report = conformance::play(conformance::contract(), new).await;
    assert!(report.passed(), "{report}");
}

#[tokio::test]
async fn answers_and_errors_are_those_of_the_store() {
    let inner = Arc::new(InMemoryThreadStore::default());
    let store = remote(Arc::clone(&inner));
    let id = ThreadId::new();
    let read = || {
        let mut params = ReadThreadParams::new(id);
        params.include_history = true;
        params
    };
    let error = store.read_thread(read()).await.unwrap_err();
    assert_eq!(error, ThreadStoreError::ThreadNotFound { thread_id: id });
    store.create_thread(CreateThreadParams::new(id)).await.unwrap();
    let item = RolloutItem::parse(r#"{"b" :1.50,"a":"\u00e9","a":2}"#).unwrap();
    store
        .append_items(AppendThreadItemsParams::new(id, vec![item.clone()]))
        .await
        .unwrap();
    let mut patch = ThreadMetadataPatch::default();
    patch.set_name("a\n\u{1}é");
    let named = store
        .update_thread_metadata(UpdateThreadMetadataParams::new(id, patch))
        .await
        .unwrap();
    assert_eq!(named.name.as_deref(), Some("a\n\u{1}é"));
    let thread = store.read_thread(read()).await.unwrap();
    assert_eq!(thread.history.unwrap().items, [item]);
    assert_eq!(
        store
            .list_threads(ListThreadsParams::new())
            .await
            .unwrap()
            .items
            .len(),
        1
    );
    assert_eq!(inner.calls().await.read_thread, 2);
    store.finish().await.unwrap();
}

#[tokio::test]
async fn the_journal_has_the_name_of_each_client() {
    let bench = Workbench::new(Arc::default());
    for (name, hello) in [
        (None, ""),
        (Some("first"), ""),
        (Some("first"), "{\"hello\":{\"client\":\"agent\"}}\n"),
    ] {
        let mut options = ConnectionOptions::default();
        options.client = name.map(str::to_string);
        let (mut client, server) = duplex(1 << 16);
        let (input, output) = split(server);
        let serving = tokio::spawn(serve_with(bench.client(None), input, output, options));
        let steps = format!("{hello}{{\"method\":\"list_threads\"}}\n");
        client.write_all(steps.as_bytes()).await.unwrap();
        client.shutdown().await.unwrap();
        client.read_to_string(&mut String::new()).await.unwrap();
        serving.await.unwrap().unwrap();
    }
    let journal = bench.journal();
    let clients: Vec<Option<&str>> = journal.entries().map(|entry| entry.client.as_deref()).collect();
    assert_eq!(clients, [None, Some("first"), Some("agent")]);
    // Each call is undone by itself.
    for number in 1..=2 {
        let store = bench.client(Some("x"));
        store
            .create_thread(CreateThreadParams::new(ThreadId::new()))
            .await
            .unwrap();
        assert_eq!(bench.snapshot().len(), number);
    }
    bench.undo().await.unwrap();
    assert_eq!(bench.snapshot().len(), 1);
}

#[tokio::test]
async fn a_call_that_is_dropped_does_not_mix_up_answers() {
    let (client, server) = duplex(1 << 16);
    let (input, output) = split(client);
    let store = RemoteStore::over(input, output, Duration::from_secs(20));
    // Nobody answers.
    let calling = tokio::time::timeout(
        Duration::from_millis(50),
        store.list_threads(ListThreadsParams::new()),
    );
    assert!(calling.await.is_err());
    let error = store.list_threads(ListThreadsParams::new()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "thread-store internal error: an earlier call was interrupted"
    );
    drop(server);
}
