//! Many callers at once on one store. Each call is atomic, the counters are exact and the histories are complete (rule
//! C1 and the single lock around the state).

use std::sync::Arc;

use serde_json::{Value, json};
use threadloupe::contract::{AppendThreadItemsParams, Op, Step, ThreadStore, carry};
use threadloupe::protocol::RolloutItem;
use threadloupe::protocol::json::Json;
use threadloupe::store::InMemoryThreadStore;
use tokio::task::JoinSet;

use super::desk::{Desk, ONE, TWO, id};

const TASKS: usize = 8;
const ROUNDS: usize = 40;
const BATCH: usize = 5;

async fn call(store: &InMemoryThreadStore, method: &str, params: Value) -> Result<Value, String> {
    let params = params.to_string();
    let step = Step::read(Op::named(method).unwrap(), Some(Json::parse(&params).unwrap())).unwrap();
    carry(store, step)
        .await
        .map(|answer| serde_json::to_value(answer).unwrap())
        .map_err(|error| error.to_string())
}

fn batch(task: usize, round: usize) -> Vec<RolloutItem> {
    (0..BATCH)
        .map(|place| {
            RolloutItem::parse(json!({"task": task, "round": round, "place": place}).to_string()).unwrap()
        })
        .collect()
}

/// Checks that a history consists of whole batches, with those of each task in order. Returns the number of batches.
fn whole(items: &[RolloutItem]) -> usize {
    let mut next = [0_u64; TASKS];
    assert!(items.len().is_multiple_of(BATCH));
    for batch in items.chunks(BATCH) {
        let number = |item: &RolloutItem, key: &str| item.json().unwrap().get(key).unwrap().as_u64().unwrap();
        let (task, round) = (number(&batch[0], "task"), number(&batch[0], "round"));
        for (place, item) in batch.iter().enumerate() {
            assert_eq!(
                (number(item, "task"), number(item, "round"), number(item, "place")),
                (task, round, place as u64)
            );
        }
        let turn = &mut next[usize::try_from(task).unwrap()];
        assert_eq!(round, *turn, "task {task} in order");
        *turn += 1;
    }
    items.len() / BATCH
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn callers_at_once_lose_nothing_and_are_counted_exactly() {
    let store = Arc::new(InMemoryThreadStore::default());
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            let mut seen = 0;
            for round in 0..ROUNDS {
                let items = batch(task, round);
                let append = AppendThreadItemsParams::new(id(ONE), items);
                store.append_items(append).await.unwrap();
                call(&store, "create_thread", json!({"thread_id": TWO}))
                    .await
                    .unwrap();
                let part = ["sha", "branch", "origin_url"][task % 3];
                let patch = json!({"git_info": {part: format!("{task} {round}")}});
                let patched = call(
                    &store,
                    "update_thread_metadata",
                    json!({"thread_id": TWO, "patch": patch}),
                );
                assert_eq!(patched.await.unwrap()["thread_id"], TWO);
                call(
                    &store,
                    "resume_thread",
                    json!({"thread_id": ONE, "rollout_path": "/p/shared"}),
                )
                .await
                .unwrap();
                call(
                    &store,
                    "resume_thread",
                    json!({"thread_id": TWO, "rollout_path": "/p/shared"}),
                )
                .await
                .unwrap();
                let read = call(&store, "read_thread", json!({"thread_id": ONE})).await;
                assert!(read.is_err());
                let page = call(&store, "list_threads", json!({})).await.unwrap();
                assert_eq!(page["items"].as_array().unwrap().len(), 1);
                let params = threadloupe::contract::LoadThreadHistoryParams::new(id(ONE));
                let now = whole(&store.load_history(params).await.unwrap().items);
                assert!(now > seen && now > round, "a history only grows");
                seen = now;
                // A snapshot contains each call completely or not at all.
                let snapshot = store.snapshot();
                let appended = snapshot.thread(id(ONE)).unwrap().history.as_ref().unwrap().len();
                assert_eq!(snapshot.calls().append_items * BATCH, appended);
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let calls = store.calls().await;
    let each = TASKS * ROUNDS;
    assert_eq!(
        [
            calls.append_items,
            calls.create_thread,
            calls.update_thread_metadata,
            calls.resume_thread,
            calls.read_thread,
            calls.list_threads,
            calls.load_history,
            calls.flush_thread,
        ],
        [each, each, each, 2 * each, each, each, each, 0]
    );
    let snapshot = store.snapshot();
    let history = snapshot.thread(id(ONE)).unwrap().history.clone().unwrap();
    assert_eq!(history.len(), each * BATCH);
    let all: Vec<RolloutItem> = history.iter().cloned().collect();
    assert_eq!(whole(&all), each);
    // The path belongs to exactly one of the two threads, and both records agree on which one.
    let owner = snapshot.owner("/p/shared".as_ref()).unwrap();
    let holders: Vec<_> = snapshot
        .threads()
        .filter(|thread| thread.rollout_paths().count() > 0)
        .map(|thread| thread.id)
        .collect();
    assert_eq!(holders, [owner]);
    let read = call(&store, "read_thread", json!({"thread_id": TWO}))
        .await
        .unwrap();
    let git = &read["git_info"];
    for (part, remainder) in [("commit_hash", 0), ("branch", 1), ("repository_url", 2)] {
        let text = git[part].as_str().unwrap();
        let (task, round) = text.split_once(' ').unwrap();
        assert_eq!(task.parse::<usize>().unwrap() % 3, remainder);
        assert_eq!(
            round,
            (ROUNDS - 1).to_string(),
            "the last call of all was the last call of some task"
        );
    }
}

#[test]
fn a_call_that_is_never_awaited_does_nothing() {
    let desk = Desk::with_one();
    drop(
        desk.store
            .archive_thread(threadloupe::contract::ArchiveThreadParams::new(id(ONE))),
    );
    assert_eq!(desk.calls().archive_thread, 0);
}
