//! Rules C: which calls are counted.

use serde_json::{Value, json};
use threadloupe::contract::{OPS, Op};
use threadloupe::store::{InMemoryThreadStore, InMemoryThreadStoreCalls};

use super::desk::{Desk, ONE, THREE, TWO};

/// The counters that changed between two points in time, each with its name and its change.
fn moved(before: InMemoryThreadStoreCalls, after: InMemoryThreadStoreCalls) -> Vec<(&'static str, usize)> {
    OPS.iter()
        .filter_map(|row| Some((row.name, after.get(row.op)? - before.get(row.op)?)))
        .filter(|(_, by)| *by != 0)
        .collect()
}

/// A call of each method, for an existing thread and for one that does not exist.
fn calls(id: &str, path: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("create_thread", json!({"thread_id": THREE})),
        ("resume_thread", json!({"thread_id": THREE})),
        (
            "append_items",
            json!({"thread_id": THREE, "items": [{"type": "other"}]}),
        ),
        ("persist_thread", json!({"thread_id": id})),
        ("flush_thread", json!({"thread_id": id})),
        ("shutdown_thread", json!({"thread_id": id})),
        ("discard_thread", json!({"thread_id": id})),
        ("load_history", json!({"thread_id": id})),
        ("read_thread", json!({"thread_id": id, "include_history": true})),
        (
            "read_thread_by_rollout_path",
            json!({"rollout_path": path, "include_history": true}),
        ),
        ("list_threads", json!({})),
        (
            "update_thread_metadata",
            json!({"thread_id": id, "patch": {"name": "n"}}),
        ),
        ("archive_thread", json!({"thread_id": id})),
        ("unarchive_thread", json!({"thread_id": id})),
    ]
}

#[test]
fn c1_every_counted_method_counts_one_whether_it_succeeds_or_fails() {
    let desk = Desk::with_one();
    desk.resume(ONE, "/p/one.jsonl");
    let mut failed = Vec::new();
    for (id, path) in [(ONE, "/p/one.jsonl"), (TWO, "/p/nobody.jsonl")] {
        let calls = calls(id, path);
        assert_eq!(calls.len(), OPS.iter().filter(|row| row.counted).count());
        for (method, params) in calls {
            let before = desk.calls();
            let result = desk.call(method, &params.to_string());
            assert_eq!(moved(before, desk.calls()), [(method, 1)], "{method} {params}");
            failed.extend(result.is_err().then_some(method));
        }
    }
    assert_eq!(
        failed,
        [
            "load_history",
            "read_thread",
            "read_thread_by_rollout_path",
            "update_thread_metadata",
            "unarchive_thread"
        ]
    );
}

#[test]
fn c1_a_path_without_a_created_thread_counts_too() {
    let desk = Desk::new();
    desk.resume(TWO, "/p/two.jsonl");
    let before = desk.calls();
    desk.fails(
        "read_thread_by_rollout_path",
        json!({"rollout_path": "/p/two.jsonl"}),
    );
    assert_eq!(moved(before, desk.calls()), [("read_thread_by_rollout_path", 1)]);
}

#[test]
fn c2_methods_that_give_threads_or_histories_count_for_nobody_else() {
    let desk = Desk::with_one();
    desk.resume(ONE, "/p/one.jsonl");
    desk.append(ONE, json!([{"a": 1}]));
    desk.ok("list_threads", json!({}));
    desk.update(ONE, json!({"name": "n"}));
    desk.ok("unarchive_thread", json!({"thread_id": ONE}));
    assert_eq!(desk.calls().read_thread, 0);
    desk.ok("read_thread", json!({"thread_id": ONE, "include_history": true}));
    desk.ok(
        "read_thread_by_rollout_path",
        json!({"rollout_path": "/p/one.jsonl", "include_history": true}),
    );
    let calls = desk.calls();
    assert_eq!(
        (
            calls.load_history,
            calls.read_thread,
            calls.read_thread_by_rollout_path
        ),
        (0, 1, 1)
    );
}

#[test]
fn c3_an_append_of_nothing_and_an_empty_patch_count() {
    let desk = Desk::with_one();
    desk.append(ONE, json!([]));
    desk.update(ONE, json!({}));
    let calls = desk.calls();
    assert_eq!((calls.append_items, calls.update_thread_metadata), (1, 1));
}

#[test]
fn c4_turns_items_counters_and_the_registry_count_nothing() {
    let desk = Desk::at(InMemoryThreadStore::for_id("c4"));
    for id in [ONE, TWO] {
        desk.create(id);
        let before = desk.calls();
        let turns = desk.fails("list_turns", json!({"thread_id": id}));
        let items = desk.fails("list_items", json!({"thread_id": id, "turn_id": "t"}));
        let text = |operation| {
            (
                "unsupported",
                format!("thread-store unsupported operation: {operation}"),
            )
        };
        assert_eq!((turns, items), (text("list_turns"), text("list_items")));
        desk.calls();
        threadloupe::contract::ThreadStore::as_any(&*desk.store);
        desk.store.snapshot().threads().count();
        InMemoryThreadStore::for_id("c4");
        assert_eq!(desk.calls(), before);
    }
    InMemoryThreadStore::remove_id("c4");
    assert_eq!(desk.calls().create_thread, 2);
    assert_eq!(desk.calls().get(Op::ListTurns), None);
}
