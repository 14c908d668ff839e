//! The calls of each step, in order (contract 9.6).

use pretty_assertions::assert_eq;

use super::*;

#[tokio::test]
async fn create_calls_create_thread() {
    let witness = Witness::new();
    let thread = create(&witness).await;
    assert_eq!(thread.thread_id(), id());
    assert_eq!(witness.seen(), ["create_thread"]);
}

#[tokio::test]
async fn create_in_a_repository_tells_its_git_facts() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    let witness = Witness::new();
    let params = create_params_in(folder.path().to_str());
    let thread = LiveThread::create(witness.clone(), params).await.unwrap();
    thread.persist().await.unwrap();
    let facts = FACTS.replace(",memory_mode", ",git_info,memory_mode");
    assert_eq!(
        witness.seen(),
        [
            "create_thread",
            "persist_thread",
            &format!("update_thread_metadata {facts}")
        ]
    );
}

#[tokio::test]
async fn resume_with_history_calls_resume_thread() {
    let witness = Witness::new();
    resume(&witness, Some(vec![user("hello")])).await;
    resume(&witness, Some(vec![])).await;
    assert_eq!(witness.seen(), ["resume_thread", "resume_thread"]);
}

#[tokio::test]
async fn resume_without_history_loads_it() {
    let witness = Witness::new();
    resume(&witness, None).await;
    assert_eq!(witness.seen(), ["resume_thread", "load_history"]);
    let mut params = resume_params(None);
    params.include_archived = false;
    LiveThread::resume(witness.clone(), params).await.unwrap();
    assert_eq!(witness.seen(), ["resume_thread", "load_history not-archived"]);
}

#[tokio::test]
async fn resume_whose_history_fails_discards_and_returns_the_error() {
    let witness = Witness::new();
    witness.refuse(Some("load_history"));
    let error = LiveThread::resume(witness.clone(), resume_params(None))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "thread-store internal error: load_history refused"
    );
    assert_eq!(
        witness.seen(),
        ["resume_thread", "load_history", "discard_thread"]
    );
}

#[tokio::test]
async fn append_filters_then_appends_then_tells() {
    let witness = Witness::new();
    let thread = create(&witness).await;
    witness.seen();
    thread.append_items(&[]).await.unwrap();
    thread.append_items(&[never_kept()]).await.unwrap();
    assert_eq!(witness.seen(), no_calls());
    thread
        .append_items(&[never_kept(), user("hello"), compacted()])
        .await
        .unwrap();
    let told = FACTS
        .replace("model_provider", "preview,title,model_provider")
        .replace("cli_version", "cli_version,first_user_message");
    assert_eq!(
        witness.seen(),
        ["append_items 2", &format!("update_thread_metadata {told}")]
    );
}

#[tokio::test]
async fn append_that_fails_tells_nothing() {
    let witness = Witness::new();
    let thread = create(&witness).await;
    witness.refuse(Some("append_items"));
    witness.seen();
    assert!(thread.append_items(&[user("hello")]).await.is_err());
    assert_eq!(witness.seen(), ["append_items 1"]);
}

#[tokio::test]
async fn persist_tells_whatever_waits() {
    let witness = Witness::new();
    let thread = create(&witness).await;
    witness.seen();
    thread.persist().await.unwrap();
    assert_eq!(
        witness.seen(),
        ["persist_thread", &format!("update_thread_metadata {FACTS}")]
    );
    thread.persist().await.unwrap();
    assert_eq!(witness.seen(), ["persist_thread"]);

    let resumed = resume(&witness, Some(vec![user("hello")])).await;
    witness.seen();
    resumed.persist().await.unwrap();
    assert_eq!(
        witness.seen(),
        [
            "persist_thread",
            "update_thread_metadata preview,title,first_user_message"
        ]
    );
}

#[tokio::test]
async fn flush_tells_nothing_before_the_first_item() {
    let witness = Witness::new();
    for thread in [
        create(&witness).await,
        resume(&witness, Some(vec![user("hello")])).await,
    ] {
        witness.seen();
        thread.flush().await.unwrap();
        assert_eq!(witness.seen(), ["flush_thread"]);
    }
}

#[tokio::test]
async fn shutdown_tells_first() {
    let witness = Witness::new();
    let thread = create(&witness).await;
    thread.append_items(&[user("hello")]).await.unwrap();
    thread.append_items(&[compacted()]).await.unwrap();
    witness.seen();
    thread.shutdown().await.unwrap();
    assert_eq!(
        witness.seen(),
        ["update_thread_metadata updated_at", "shutdown_thread"]
    );
}

#[tokio::test]
async fn discard_load_and_read_are_one_call_each() {
    let witness = Witness::new();
    let thread = create(&witness).await;
    witness.seen();
    assert!(thread.load_history(true).await.unwrap().items.is_empty());
    assert!(thread.read_thread(false, true).await.unwrap().history.is_some());
    thread.discard().await.unwrap();
    assert_eq!(
        witness.seen(),
        ["load_history", "read_thread not-archived", "discard_thread"]
    );
}

#[tokio::test]
async fn update_metadata_tells_what_waits_then_patches() {
    let witness = Witness::new();
    let thread = create(&witness).await;
    witness.seen();
    let stored = thread.update_metadata(name_patch("n"), false).await.unwrap();
    assert_eq!(stored.name.as_deref(), Some("n"));
    assert_eq!(stored.model_provider, "openai");
    assert_eq!(
        witness.seen(),
        [
            &format!("update_thread_metadata {FACTS}"),
            "update_thread_metadata name not-archived"
        ]
    );
}

#[tokio::test]
async fn update_memory_mode_patches_nothing_else() {
    let witness = Witness::new();
    let thread = create(&witness).await;
    thread.persist().await.unwrap();
    witness.seen();
    thread
        .update_memory_mode(ThreadMemoryMode::Disabled, false)
        .await
        .unwrap();
    assert_eq!(
        witness.seen(),
        ["update_thread_metadata memory_mode not-archived"]
    );
}

#[tokio::test]
async fn a_failed_update_is_tried_again_at_the_next_occasion() {
    let witness = Witness::new();
    let thread = create(&witness).await;
    witness.refuse(Some("update_thread_metadata"));
    assert!(thread.append_items(&[user("hello")]).await.is_err());
    assert!(thread.flush().await.is_err());
    assert!(thread.persist().await.is_err());
    assert!(thread.update_metadata(name_patch("n"), true).await.is_err());
    assert!(thread.shutdown().await.is_err());
    witness.refuse(None);
    witness.seen();
    thread.append_items(&[compacted()]).await.unwrap();
    let stored = thread.read_thread(true, false).await.unwrap();
    assert_eq!((&*stored.preview, stored.cwd), ("hello", PathBuf::from("/w")));
    assert_eq!(stored.name, None);
}

#[tokio::test]
async fn clones_are_the_same_thread() {
    let witness = Witness::new();
    let thread = create(&witness).await;
    thread.clone().persist().await.unwrap();
    witness.seen();
    thread.persist().await.unwrap();
    assert_eq!(witness.seen(), ["persist_thread"]);
}
