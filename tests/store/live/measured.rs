//! The measured sequences of calls (contract 9.7), and the rules V1 to V4.

use pretty_assertions::assert_eq;

use super::*;

#[tokio::test]
async fn measured_create() {
    let witness = Witness::new();
    create(&witness).await;
    assert_eq!(counters(&witness).await, json!({"create_thread": 1}));
}

#[tokio::test]
async fn measured_create_append_nothing_or_what_is_never_kept() {
    let witness = Witness::new();
    let thread = create(&witness).await;
    thread.append_items(&[]).await.unwrap();
    thread.append_items(&[never_kept()]).await.unwrap();
    assert_eq!(counters(&witness).await, json!({"create_thread": 1}));
}

#[tokio::test]
async fn measured_create_flush() {
    let witness = Witness::new();
    create(&witness).await.flush().await.unwrap();
    assert_eq!(
        counters(&witness).await,
        json!({"create_thread": 1, "flush_thread": 1})
    );
}

#[tokio::test]
async fn measured_create_shutdown() {
    let witness = Witness::new();
    create(&witness).await.shutdown().await.unwrap();
    assert_eq!(
        counters(&witness).await,
        json!({"create_thread": 1, "shutdown_thread": 1})
    );
}

#[tokio::test]
async fn measured_create_persist_shutdown() {
    let witness = Witness::new();
    let thread = create(&witness).await;
    thread.persist().await.unwrap();
    let persisted = json!({"create_thread": 1, "persist_thread": 1, "update_thread_metadata": 1});
    assert_eq!(counters(&witness).await, persisted);
    thread.shutdown().await.unwrap();
    let closed =
        json!({"create_thread": 1, "persist_thread": 1, "shutdown_thread": 1, "update_thread_metadata": 1});
    assert_eq!(counters(&witness).await, closed);
}

#[tokio::test]
async fn measured_create_discard() {
    let witness = Witness::new();
    create(&witness).await.discard().await.unwrap();
    assert_eq!(
        counters(&witness).await,
        json!({"create_thread": 1, "discard_thread": 1})
    );
}

#[tokio::test(start_paused = true)]
async fn measured_create_append_user_message_compacted_flush_shutdown() {
    let witness = Witness::new();
    let thread = create(&witness).await;
    thread.append_items(&[user("hello")]).await.unwrap();
    assert_eq!(
        counters(&witness).await,
        json!({"create_thread": 1, "append_items": 1, "update_thread_metadata": 1})
    );
    advance(Duration::from_millis(4999)).await;
    thread.append_items(&[compacted()]).await.unwrap();
    assert_eq!(
        counters(&witness).await,
        json!({"create_thread": 1, "append_items": 2, "update_thread_metadata": 1})
    );
    thread.flush().await.unwrap();
    let flushed =
        json!({"create_thread": 1, "append_items": 2, "flush_thread": 1, "update_thread_metadata": 2});
    assert_eq!(counters(&witness).await, flushed);
    thread.shutdown().await.unwrap();
    let closed = witness.calls().await;
    assert_eq!((closed.shutdown_thread, closed.update_thread_metadata), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn measured_create_append_compacted_first() {
    let witness = Witness::new();
    let thread = create(&witness).await;
    thread.append_items(&[compacted()]).await.unwrap();
    assert_eq!(
        counters(&witness).await,
        json!({"create_thread": 1, "append_items": 1, "update_thread_metadata": 1})
    );
    thread.append_items(&[compacted()]).await.unwrap();
    thread.append_items(&[compacted()]).await.unwrap();
    thread.append_items(&[token_count()]).await.unwrap();
    assert_eq!(
        counters(&witness).await,
        json!({"create_thread": 1, "append_items": 4, "update_thread_metadata": 2})
    );
}

#[tokio::test(start_paused = true)]
async fn measured_compacted_after_the_interval_is_told() {
    let witness = Witness::new();
    let thread = create(&witness).await;
    thread.append_items(&[compacted()]).await.unwrap();
    advance(TOUCH_INTERVAL).await;
    thread.append_items(&[compacted()]).await.unwrap();
    assert_eq!(
        counters(&witness).await,
        json!({"create_thread": 1, "append_items": 2, "update_thread_metadata": 2})
    );
}

#[tokio::test]
async fn measured_create_update_metadata() {
    let witness = Witness::new();
    create(&witness)
        .await
        .update_metadata(name_patch("n"), true)
        .await
        .unwrap();
    assert_eq!(
        counters(&witness).await,
        json!({"create_thread": 1, "update_thread_metadata": 2})
    );
}

#[tokio::test]
async fn measured_create_update_memory_mode_twice() {
    let witness = Witness::new();
    let thread = create(&witness).await;
    for mode in [ThreadMemoryMode::Disabled, ThreadMemoryMode::Enabled] {
        thread.update_memory_mode(mode, true).await.unwrap();
    }
    assert_eq!(
        counters(&witness).await,
        json!({"create_thread": 1, "update_thread_metadata": 3})
    );
}

#[tokio::test]
async fn measured_resume_without_history_of_a_created_thread() {
    let witness = Witness::new();
    create(&witness).await;
    resume(&witness, None).await;
    assert_eq!(
        counters(&witness).await,
        json!({"create_thread": 1, "resume_thread": 1, "load_history": 1})
    );
}

#[tokio::test]
async fn measured_resume_with_history_flush_append_persist() {
    let witness = Witness::new();
    create(&witness).await;
    let thread = resume(&witness, Some(vec![user("first")])).await;
    thread.flush().await.unwrap();
    assert_eq!(
        counters(&witness).await,
        json!({"create_thread": 1, "resume_thread": 1, "flush_thread": 1})
    );
    thread.append_items(&[user("second")]).await.unwrap();
    assert_eq!(witness.calls().await.update_thread_metadata, 1);
    thread.persist().await.unwrap();
    let calls = witness.calls().await;
    assert_eq!(
        (
            calls.load_history,
            calls.update_thread_metadata,
            calls.persist_thread
        ),
        (0, 1, 1)
    );
}

#[tokio::test]
async fn measured_resume_of_a_thread_that_was_never_created() {
    let witness = Witness::new();
    let thread = resume(&witness, None).await;
    assert_eq!(
        counters(&witness).await,
        json!({"resume_thread": 1, "load_history": 1})
    );
    assert!(thread.load_history(true).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn measured_v1_a_resumed_only_thread_stores_items_and_then_fails() {
    let witness = Witness::new();
    let thread = resume(&witness, None).await;
    let not_found = format!("thread {ID} not found");

    let error = thread.append_items(&[user("hello")]).await.unwrap_err();
    assert_eq!(error.to_string(), not_found);
    let appended =
        json!({"resume_thread": 1, "load_history": 1, "append_items": 1, "update_thread_metadata": 1});
    assert_eq!(counters(&witness).await, appended);

    assert_eq!(thread.flush().await.unwrap_err().to_string(), not_found);
    assert_eq!(witness.calls().await.flush_thread, 1);
    assert_eq!(witness.calls().await.update_thread_metadata, 2);

    assert_eq!(thread.shutdown().await.unwrap_err().to_string(), not_found);
    assert_eq!(witness.calls().await.shutdown_thread, 0);
    assert_eq!(witness.calls().await.update_thread_metadata, 3);

    assert_eq!(thread.load_history(true).await.unwrap().items, [user("hello")]);
}

#[tokio::test]
async fn v2_metadata_of_failed_updates_shows_after_a_later_create() {
    let witness = Witness::new();
    let thread = resume(&witness, None).await;
    assert!(thread.append_items(&[user("leaked")]).await.is_err());
    create(&witness).await;
    assert_eq!(thread.read_thread(true, false).await.unwrap().preview, "leaked");
}

#[tokio::test]
async fn v3_the_version_shows_after_the_first_update_and_policies_after_a_turn() {
    let witness = Witness::new();
    let thread = create(&witness).await;
    let stored = thread.read_thread(true, false).await.unwrap();
    assert_eq!(
        (stored.cli_version.as_str(), stored.model_provider.as_str()),
        ("test", "test")
    );

    witness.set_time("2026-02-03T04:05:07Z");
    thread.append_items(&[user("hello")]).await.unwrap();
    let stored = thread.read_thread(true, false).await.unwrap();
    assert_eq!(stored.cli_version, env!("CARGO_PKG_VERSION"));
    assert_eq!(
        (stored.model_provider.as_str(), stored.cwd),
        ("openai", PathBuf::from("/w"))
    );
    assert_eq!(
        (&*stored.preview, stored.first_user_message.as_deref()),
        ("hello", Some("hello"))
    );
    assert_eq!(stored.created_at, moment("2026-02-03T04:05:06Z"));
    assert_eq!(stored.updated_at, moment("2026-02-03T04:05:07Z"));
    assert_eq!(stored.approval_mode, AskForApproval::Never);
    assert_eq!(stored.sandbox_policy, SandboxPolicy::new_read_only_policy());
    assert_eq!(stored.git_info, None);

    thread.append_items(&[turn("/other")]).await.unwrap();
    let stored = thread.read_thread(true, false).await.unwrap();
    assert_eq!(stored.approval_mode, AskForApproval::OnRequest);
    assert_eq!(stored.sandbox_policy, SandboxPolicy::DangerFullAccess);
    assert_eq!(
        (stored.model.as_deref(), stored.cwd),
        (Some("m"), PathBuf::from("/w"))
    );
}

#[tokio::test]
async fn v4_no_local_path_even_if_the_store_knows_one() {
    let witness = Witness::new();
    create(&witness).await;
    let mut params = resume_params(None);
    params.rollout_path = Some(PathBuf::from("/p/a.jsonl"));
    let thread = LiveThread::resume(witness.clone(), params).await.unwrap();
    assert_eq!(thread.local_rollout_path(), None);
    let stored = thread.read_thread(true, false).await.unwrap();
    assert_eq!(stored.rollout_path, Some(PathBuf::from("/p/a.jsonl")));
}
