use std::sync::Arc;

use chrono::TimeDelta;

use super::*;
use crate::contract::{ArchiveThreadParams, OPS, Op, ReadThreadParams, ThreadStore, carry};
use crate::protocol::ThreadId;
use crate::protocol::json::Json;

const ONE: &str = "0198f2a3-0000-7000-8000-000000000001";
const TWO: &str = "0198f2a3-0000-7000-8000-000000000002";

fn step(method: &str, params: &str) -> Step {
    Step::read(Op::named(method).unwrap(), Some(Json::parse(params).unwrap())).unwrap()
}

/// The smallest valid call of each method.
fn least(op: Op) -> Step {
    let params = match op {
        Op::ListThreads => "{}".to_string(),
        Op::ReadThreadByRolloutPath => r#"{"rollout_path":"/p"}"#.to_string(),
        Op::AppendItems => format!(r#"{{"thread_id":"{ONE}","items":[{{"a":1}},{{"a":2}}]}}"#),
        Op::UpdateThreadMetadata => format!(r#"{{"thread_id":"{ONE}","patch":{{"name":"n"}}}}"#),
        Op::ListItems => format!(r#"{{"thread_id":"{ONE}","turn_id":"t"}}"#),
        _ => format!(r#"{{"thread_id":"{ONE}"}}"#),
    };
    step(op.name(), &params)
}

#[tokio::test]
async fn every_method_is_passed_on_counted_once_and_written_down() {
    let inner = Arc::new(InMemoryThreadStore::default());
    let workbench = Workbench::new(Arc::clone(&inner));
    let mut changes = workbench.changes();
    let store = workbench.store();
    for (number, row) in (1..).zip(OPS) {
        let before = inner.calls().await;
        let result = carry(&*store, least(row.op)).await;
        let after = inner.calls().await;
        for other in OPS {
            let moved = after.get(other.op).unwrap_or_default() - before.get(other.op).unwrap_or_default();
            assert_eq!(
                moved,
                usize::from(other.op == row.op && row.counted),
                "{}",
                other.name
            );
        }
        let journal = workbench.journal();
        let entry = journal.last().unwrap();
        assert_eq!((entry.step, entry.op()), (number, Some(row.op)));
        match (&result, &entry.outcome) {
            (Ok(answer), Ok(summary)) => assert_eq!(*summary, answer.summary()),
            (Err(error), Err(failure)) => {
                assert_eq!(
                    (failure.code, &failure.message),
                    (error.code(), &error.to_string())
                );
            }
            other => panic!("{}: {other:?}", row.name),
        }
        assert!(changes.has_changed().unwrap());
        assert_eq!(*changes.borrow_and_update(), number);
    }
    assert_eq!(workbench.journal().len(), OPS.len());
}

#[tokio::test]
async fn looking_is_no_call() {
    let workbench = Workbench::new(Arc::default());
    let other = workbench.clone();
    let _ = workbench.snapshot().threads().count();
    let _ = other.journal().entries().count();
    assert_eq!(workbench.snapshot().calls(), InMemoryThreadStoreCalls::default());
    assert!(workbench.journal().is_empty());
    assert!(!workbench.changes().has_changed().unwrap());
    other.call(least(Op::CreateThread)).await.unwrap();
    assert_eq!(workbench.journal().len(), 1, "clones share one workbench");
    let store = workbench.store();
    assert!(
        store.as_any().downcast_ref::<InMemoryThreadStore>().is_none(),
        "the inner store cannot be changed without the journal"
    );
}

#[tokio::test]
async fn an_entry_tells_the_moment_the_call_and_how_many_items() {
    let now = "2026-05-13T00:28:15Z".parse().unwrap();
    let workbench = Workbench::new(Arc::new(InMemoryThreadStore::standing_at(now)));
    workbench.call(least(Op::AppendItems)).await.unwrap();
    workbench.inner().stand_at(now + TimeDelta::milliseconds(1));
    let read = ReadThreadParams {
        thread_id: ThreadId::from_string(TWO).unwrap(),
        include_archived: false,
        include_history: true,
    };
    assert!(workbench.store().read_thread(read).await.is_err());
    let journal = workbench.journal();
    let append = journal.get(1).unwrap();
    assert_eq!((append.at, append.items), (now, 2));
    let Some(Step::AppendItems(kept)) = &append.call else {
        panic!("{append:?}");
    };
    assert!(kept.items.is_empty(), "the items are in the history");
    assert_eq!(
        workbench
            .snapshot()
            .threads()
            .next()
            .unwrap()
            .history
            .as_ref()
            .unwrap()
            .len(),
        2
    );
    let failed = journal.get(2).unwrap();
    assert_eq!(failed.at, now + TimeDelta::milliseconds(1));
    assert_eq!(failed.outcome.as_ref().unwrap_err().code, "thread_not_found");
    assert!(
        failed
            .call
            .as_ref()
            .unwrap()
            .params()
            .unwrap()
            .contains("\"include_history\":true")
    );
    assert!(journal.get(0).is_none() && journal.get(3).is_none());
    // A copy of the journal does not change.
    workbench.call(least(Op::CreateThread)).await.unwrap();
    assert_eq!((journal.len(), workbench.journal().len()), (2, 3));
}

#[tokio::test]
async fn the_journal_knows_each_threads_calls() {
    let workbench = Workbench::new(Arc::default());
    for id in [ONE, TWO, ONE] {
        let thread_id = ThreadId::from_string(id).unwrap();
        workbench
            .store()
            .archive_thread(ArchiveThreadParams { thread_id })
            .await
            .unwrap();
    }
    workbench.call(least(Op::ListThreads)).await.unwrap();
    let journal = workbench.journal();
    let steps = |id: &str| -> Vec<u64> {
        let id = ThreadId::from_string(id).unwrap();
        journal.of_thread(id).map(|entry| entry.step).collect()
    };
    assert_eq!(steps(ONE), [1, 3]);
    assert_eq!(steps(TWO), [2]);
    assert!(steps("00000000-0000-0000-0000-000000000000").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn calls_of_many_at_once_are_journalled_in_the_order_in_which_the_store_saw_them() {
    let workbench = Workbench::new(Arc::default());
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..8 {
        let workbench = workbench.clone();
        tasks.spawn(async move {
            for round in 0..25 {
                let patch = format!(r#"{{"thread_id":"{ONE}","patch":{{"title":"{task} {round}"}}}}"#);
                // The thread was never created, so each update fails, but the store keeps the patch.
                assert!(
                    workbench
                        .call(step("update_thread_metadata", &patch))
                        .await
                        .is_err()
                );
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let journal = workbench.journal();
    let steps: Vec<u64> = journal.entries().map(|entry| entry.step).collect();
    assert!(steps.into_iter().eq(1..=200));
    let Some(Step::UpdateThreadMetadata(last)) = &journal.last().unwrap().call else {
        panic!("only updates were made");
    };
    let snapshot = workbench.snapshot();
    let record = snapshot.threads().next().unwrap();
    assert_eq!(record.patch.as_ref().unwrap().title, last.patch.title);
}
