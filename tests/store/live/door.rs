//! Metadata updates of live and other threads through one function (contract 9.8).

use pretty_assertions::assert_eq;

use super::*;

#[tokio::test]
async fn a_patch_for_a_live_thread_goes_through_it() {
    let witness = Witness::new();
    let threads = LiveThreads::new(witness.clone());
    threads.register(create(&witness).await);
    witness.seen();
    let stored = threads
        .update_thread_metadata(id(), name_patch("n"), true)
        .await
        .unwrap();
    assert_eq!(
        (stored.name.as_deref(), stored.model_provider.as_str()),
        (Some("n"), "openai")
    );
    assert_eq!(
        witness.seen(),
        [
            &format!("update_thread_metadata {FACTS}"),
            "update_thread_metadata name"
        ]
    );
}

#[tokio::test]
async fn a_patch_for_a_cold_thread_goes_to_the_store() {
    let witness = Witness::new();
    let threads = LiveThreads::new(witness.clone());
    threads.register(create(&witness).await);
    assert!(threads.get(id()).is_some());
    assert!(threads.unregister(id()).is_some());
    assert!(threads.get(id()).is_none());
    witness.seen();
    threads
        .update_thread_metadata(id(), name_patch("n"), false)
        .await
        .unwrap();
    assert_eq!(witness.seen(), ["update_thread_metadata name not-archived"]);

    let unknown = ThreadId::new();
    let error = threads
        .update_thread_metadata(unknown, name_patch("n"), true)
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), format!("thread {unknown} not found"));
}

#[tokio::test]
async fn a_patch_for_a_thread_that_keeps_nothing_is_refused() {
    let witness = Witness::new();
    let threads = LiveThreads::new(witness.clone());
    threads.register_ephemeral(id());
    let error = threads
        .update_thread_metadata(id(), name_patch("n"), true)
        .await
        .unwrap_err();
    let text = format!("ephemeral thread does not support metadata updates: {ID}");
    assert!(matches!(error, ThreadStoreError::InvalidRequest { message } if message == text));
    assert_eq!(witness.seen(), no_calls());
    assert!(threads.unregister(id()).is_none());
    assert!(
        threads
            .update_thread_metadata(id(), name_patch("n"), true)
            .await
            .is_err()
    );
    assert_eq!(witness.seen(), ["update_thread_metadata name"]);
}
