//! The guard of a thread while its session is being set up.

use pretty_assertions::assert_eq;

use super::*;

#[tokio::test]
async fn guard_that_is_committed_lets_the_thread_live() {
    let witness = Witness::new();
    let mut guard = LiveThreadInitGuard::new(Some(create(&witness).await));
    assert_eq!(guard.thread().map(LiveThread::thread_id), Some(id()));
    assert!(guard.commit().is_some());
    guard.discard().await;
    drop(guard);
    tokio::task::yield_now().await;
    assert_eq!(counters(&witness).await, json!({"create_thread": 1}));
}

#[tokio::test]
async fn guard_discards_at_once_when_told_to() {
    let witness = Witness::new();
    let mut guard = LiveThreadInitGuard::new(Some(create(&witness).await));
    guard.discard().await;
    assert_eq!(
        counters(&witness).await,
        json!({"create_thread": 1, "discard_thread": 1})
    );
    drop(guard);
    tokio::task::yield_now().await;
    assert_eq!(
        counters(&witness).await,
        json!({"create_thread": 1, "discard_thread": 1})
    );
}

#[tokio::test]
async fn guard_that_is_dropped_discards_on_the_runtime() {
    let witness = Witness::new();
    drop(LiveThreadInitGuard::new(Some(create(&witness).await)));
    tokio::task::yield_now().await;
    assert_eq!(
        counters(&witness).await,
        json!({"create_thread": 1, "discard_thread": 1})
    );
    drop(LiveThreadInitGuard::new(None));
}

#[test]
fn guard_that_is_dropped_without_a_runtime_does_not_fail() {
    let witness = Witness::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let thread = runtime.block_on(create(&witness));
    drop(LiveThreadInitGuard::new(Some(thread)));
    assert_eq!(witness.seen(), ["create_thread"]);
}
