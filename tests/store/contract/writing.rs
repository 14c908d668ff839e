//! Rules A: create, resume, append, and the methods that are only counted.

use serde_json::json;

use super::desk::{Desk, ONE, THREE, TWO};

#[test]
fn a1_create_never_fails_and_a_second_one_replaces_the_parameters_alone() {
    let desk = Desk::new();
    desk.ok(
        "create_thread",
        json!({"thread_id": ONE, "forked_from_id": TWO, "source": "cli", "thread_source": "user"}),
    );
    desk.append(ONE, json!([{"a": 1}, {"a": 2}]));
    desk.resume(ONE, "/p/one.jsonl");
    desk.update(ONE, json!({"name": "kept", "preview": "kept too"}));
    let first = desk.read(ONE);
    assert_eq!(
        (
            &first["forked_from_id"],
            &first["source"],
            &first["thread_source"]
        ),
        (&json!(TWO), &json!("cli"), &json!("user"))
    );
    desk.ok(
        "create_thread",
        json!({"thread_id": ONE, "forked_from_id": THREE, "source": "exec", "thread_source": "subagent"}),
    );
    let mut expected = first.clone();
    expected["forked_from_id"] = json!(THREE);
    expected["source"] = json!("exec");
    expected["thread_source"] = json!("subagent");
    assert_eq!(desk.read(ONE), expected);
    assert_eq!(desk.history(ONE), json!([{"a": 1}, {"a": 2}]));
    assert_eq!(desk.by_path("/p/one.jsonl")["name"], "kept");
    // A second create drops what it does not specify.
    desk.create(ONE);
    let third = desk.read(ONE);
    assert_eq!(
        (
            &third["forked_from_id"],
            &third["source"],
            &third["thread_source"]
        ),
        (&json!(null), &json!("vscode"), &json!(null))
    );
    assert_eq!(desk.listed(), [ONE]);
    assert_eq!(desk.store.snapshot().listed(), 1);
}

#[test]
fn a2_what_create_is_told_about_metadata_is_never_shown() {
    let desk = Desk::new();
    desk.ok(
        "create_thread",
        json!({
            "thread_id": ONE, "source": "exec",
            "base_instructions": {"text": "instructions"},
            "dynamic_tools": [{"name": "tool", "description": "d", "inputSchema": {}}],
            "metadata": {"cwd": "/work/shop", "model_provider": "openai", "memory_mode": "disabled"},
            "event_persistence_mode": "Extended",
        }),
    );
    desk.ok("create_thread", json!({"thread_id": TWO, "source": "exec"}));
    let mut plain = desk.read(TWO);
    plain["thread_id"] = json!(ONE);
    assert_eq!(desk.read(ONE), plain);
    // The patch is kept.
    let snapshot = desk.store.snapshot();
    let kept = snapshot
        .thread(super::desk::id(ONE))
        .unwrap()
        .create
        .clone()
        .unwrap();
    assert_eq!(kept.base_instructions.text, "instructions");
    assert_eq!(kept.metadata.model_provider, "openai");
    assert_eq!(kept.dynamic_tools.len(), 1);
}

#[test]
fn a3_create_puts_nothing_into_the_history() {
    let desk = Desk::with_one();
    assert_eq!(desk.history(ONE), json!([]));
    desk.create(ONE);
    assert_eq!(desk.history(ONE), json!([]));
}

#[test]
fn a4_resume_makes_a_history_entry_and_registers_the_path_and_no_more() {
    let desk = Desk::new();
    let resume = json!({
        "thread_id": ONE, "rollout_path": "/p/one.jsonl", "history": [{"a": 1}], "include_archived": true,
        "metadata": {"cwd": "/w", "model_provider": "openai", "memory_mode": "disabled"},
        "event_persistence_mode": "Extended",
    });
    for _ in 0..2 {
        assert_eq!(desk.ok("resume_thread", resume.clone()), json!(null));
        assert_eq!(desk.history(ONE), json!([]), "the history given is ignored");
        assert!(desk.listed().is_empty(), "resuming creates nothing");
    }
    desk.create(ONE);
    let mut plain = Desk::with_one().read(ONE);
    plain["rollout_path"] = json!("/p/one.jsonl");
    assert_eq!(desk.read(ONE), plain);
    desk.append(ONE, json!([{"b": 1}]));
    desk.ok("resume_thread", resume);
    assert_eq!(
        desk.history(ONE),
        json!([{"b": 1}]),
        "a history that is there stays"
    );
    // A resume without a path does not change the paths.
    desk.ok("resume_thread", json!({"thread_id": ONE}));
    assert_eq!(desk.read(ONE)["rollout_path"], "/p/one.jsonl");
    desk.ok("resume_thread", json!({"thread_id": TWO}));
    assert_eq!(desk.history(TWO), json!([]));
}

#[test]
fn a5_append_takes_anything_for_anyone_in_order() {
    let desk = Desk::new();
    desk.append(ONE, json!([]));
    assert_eq!(desk.history(ONE), json!([]), "a history, even without items");
    let items = [
        json!([{"type": "response_item", "payload": {"type": "other"}}]),
        json!([{"type": "event_msg", "payload": {"type": "shutdown_complete"}}, {"no": "type"}]),
        json!([]),
        json!([{"type": "event_msg", "payload": {"type": "agent_message_content_delta"}}, {}, {}]),
    ];
    for batch in &items {
        desk.append(ONE, batch.clone());
    }
    let all: Vec<_> = items.iter().flat_map(|batch| batch.as_array().unwrap()).collect();
    assert_eq!(desk.history(ONE), json!(all));
    assert!(desk.listed().is_empty());
    desk.not_found("load_history", json!({"thread_id": TWO}), TWO);
}

#[test]
fn a6_persist_flush_shutdown_and_discard_change_nothing_for_anyone() {
    let desk = Desk::with_one();
    desk.append(ONE, json!([{"a": 1}]));
    for method in [
        "persist_thread",
        "flush_thread",
        "shutdown_thread",
        "discard_thread",
    ] {
        let before = desk.read(ONE);
        for id in [ONE, TWO] {
            assert_eq!(desk.ok(method, json!({"thread_id": id})), json!(null));
        }
        assert_eq!(desk.read(ONE), before, "{method}");
        desk.not_found("load_history", json!({"thread_id": TWO}), TWO);
        assert_eq!(desk.store.snapshot().len(), 1, "{method} makes no entry");
    }
    desk.append(ONE, json!([{"a": 2}]));
    assert_eq!(desk.history(ONE), json!([{"a": 1}, {"a": 2}]));
}
