//! Rules M: what a metadata patch does.

use serde_json::{Value, json};

use super::desk::{Desk, ONE, TWO, id};

/// Applies a patch to an id that was never created, and checks the error.
fn leak(desk: &Desk, id: &str, patch: Value) {
    desk.not_found(
        "update_thread_metadata",
        json!({"thread_id": id, "patch": patch}),
        id,
    );
}

#[test]
fn m1_a_patch_for_an_unknown_id_is_kept_and_a_later_create_shows_it() {
    let desk = Desk::new();
    leak(
        &desk,
        ONE,
        json!({"name": "early", "preview": "p", "git_info": {"sha": "s"}}),
    );
    leak(&desk, ONE, json!({"model": "m", "git_info": {"branch": "b"}}));
    desk.not_found("read_thread", json!({"thread_id": ONE}), ONE);
    assert!(desk.listed().is_empty());
    desk.create(ONE);
    let thread = desk.read(ONE);
    assert_eq!(
        json!([
            thread["name"],
            thread["preview"],
            thread["model"],
            thread["git_info"]
        ]),
        json!(["early", "p", "m", {"commit_hash": "s", "branch": "b"}])
    );
    leak(&desk, TWO, json!({"name": "early"}));
    leak(&desk, TWO, json!({"name": null}));
    desk.create(TWO);
    assert_eq!(desk.read(TWO)["name"], Value::Null);
}

#[test]
fn m2_such_a_patch_makes_no_history() {
    let desk = Desk::new();
    leak(&desk, ONE, json!({"name": "early"}));
    desk.not_found("load_history", json!({"thread_id": ONE}), ONE);
}

#[test]
fn m3_a_name_is_set_cleared_or_left_and_the_title_is_no_name() {
    let desk = Desk::with_one();
    let name = |patch: Value| desk.update(ONE, patch)["name"].clone();
    assert_eq!(name(json!({"name": "one"})), "one");
    assert_eq!(name(json!({"preview": "p"})), "one");
    assert_eq!(name(json!({"title": "title"})), "one");
    assert_eq!(name(json!({"name": ""})), "");
    assert_eq!(name(json!({})), "");
    assert_eq!(name(json!({"name": null})), Value::Null);
    assert_eq!(name(json!({"title": "title"})), Value::Null);
    let snapshot = desk.store.snapshot();
    let record = snapshot.thread(id(ONE)).unwrap();
    assert_eq!(record.patch.as_ref().unwrap().name, Some(None));
}

#[test]
fn m4_title_memory_mode_and_tools_are_kept_but_never_shown() {
    let desk = Desk::with_one();
    let before = desk.read(ONE);
    let tools =
        json!([{"name": "t", "description": "d", "inputSchema": {"type": "object"}, "deferLoading": true}]);
    let patch = json!({"title": "title", "memory_mode": "disabled", "dynamic_tools": tools});
    assert_eq!(desk.update(ONE, patch), before);
    assert_eq!(desk.update(ONE, json!({"title": "other"})), before);
    let snapshot = desk.store.snapshot();
    let kept = snapshot.thread(id(ONE)).unwrap().patch.clone().unwrap();
    let kept = serde_json::to_value(&*kept).unwrap();
    assert_eq!(
        (&kept["title"], &kept["memory_mode"], &kept["dynamic_tools"]),
        (&json!("other"), &json!("disabled"), &tools)
    );
}

#[test]
fn m5_thread_source_and_agents_have_three_states() {
    let desk = Desk::new();
    desk.ok(
        "create_thread",
        json!({"thread_id": ONE, "thread_source": "user"}),
    );
    let source = |patch: Value| desk.update(ONE, patch)["thread_source"].clone();
    assert_eq!(source(json!({})), "user");
    assert_eq!(source(json!({"thread_source": null})), Value::Null);
    assert_eq!(source(json!({})), Value::Null, "cleared stays cleared");
    assert_eq!(source(json!({"thread_source": "subagent"})), "subagent");
    for field in ["agent_nickname", "agent_role", "agent_path"] {
        let shown = |patch: Value| desk.update(ONE, patch)[field].clone();
        assert_eq!(shown(json!({})), Value::Null, "{field}");
        assert_eq!(shown(json!({field: "x"})), "x");
        assert_eq!(shown(json!({})), "x");
        assert_eq!(shown(json!({field: ""})), "");
        assert_eq!(shown(json!({field: null})), Value::Null);
    }
}

#[test]
fn m6_a_two_state_field_cannot_be_cleared_and_an_empty_value_is_a_value() {
    let desk = Desk::with_one();
    let set = json!({
        "rollout_path": "/p/x.jsonl", "preview": "p", "model_provider": "openai", "model": "m",
        "reasoning_effort": "high", "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-02T00:00:00Z",
        "source": "mcp", "cwd": "/w", "cli_version": "0.1", "approval_mode": "on-request",
        "sandbox_policy": {"type": "danger-full-access"}, "first_user_message": "f",
        "token_usage": {"input_tokens": 1, "cached_input_tokens": 2, "output_tokens": 3,
            "reasoning_output_tokens": 4, "total_tokens": 5},
    });
    let after = desk.update(ONE, set.clone());
    for (field, value) in set.as_object().unwrap() {
        assert_eq!(after[field], *value, "{field}");
    }
    let nulls: serde_json::Map<String, Value> = set
        .as_object()
        .unwrap()
        .keys()
        .map(|key| (key.clone(), Value::Null))
        .collect();
    assert_eq!(desk.update(ONE, Value::Object(nulls)), after);
    assert_eq!(desk.update(ONE, json!({"git_info": null, "title": null})), after);
    for field in [
        "rollout_path",
        "preview",
        "model_provider",
        "model",
        "cwd",
        "cli_version",
        "first_user_message",
    ] {
        assert_eq!(desk.update(ONE, json!({field: ""}))[field], "", "{field}");
    }
}

#[test]
fn m7_git_parts_merge_and_vanish_together() {
    let desk = Desk::with_one();
    let git = |patch: Value| desk.update(ONE, json!({"git_info": patch}))["git_info"].clone();
    assert_eq!(git(Value::Null), Value::Null);
    assert_eq!(git(json!({})), Value::Null);
    assert_eq!(
        git(json!({"sha": null, "branch": null, "origin_url": null})),
        Value::Null
    );
    assert_eq!(git(json!({"sha": "s"})), json!({"commit_hash": "s"}));
    assert_eq!(
        git(json!({"branch": "b"})),
        json!({"commit_hash": "s", "branch": "b"})
    );
    assert_eq!(git(json!({})), json!({"commit_hash": "s", "branch": "b"}));
    assert_eq!(git(Value::Null), json!({"commit_hash": "s", "branch": "b"}));
    assert_eq!(
        git(json!({"origin_url": "u", "branch": null})),
        json!({"commit_hash": "s", "repository_url": "u"})
    );
    assert_eq!(git(json!({"origin_url": null})), json!({"commit_hash": "s"}));
    assert_eq!(git(json!({"sha": null})), Value::Null);
    assert_eq!(
        git(json!({"sha": ""})),
        json!({"commit_hash": ""}),
        "an empty part is there"
    );
    assert_eq!(
        desk.update(ONE, json!({"git_info": {"sha": " abc "}}))["git_info"]["commit_hash"],
        " abc "
    );

    desk.create(TWO);
    desk.update(TWO, json!({"git_info": {"sha": "s", "branch": "b"}}));
    desk.update(TWO, json!({"git_info": {"sha": null}}));
    assert_eq!(desk.read(TWO)["git_info"], json!({"branch": "b"}));
    desk.update(TWO, json!({"git_info": {"branch": null}}));
    assert_eq!(desk.read(TWO)["git_info"], Value::Null);
}

#[test]
fn m8_an_empty_patch_answers_the_thread() {
    let desk = Desk::with_one();
    let before = desk.read(ONE);
    assert_eq!(desk.update(ONE, json!({})), before);
    assert_eq!(desk.calls().update_thread_metadata, 1);
    assert_eq!(desk.read(ONE), before);
}

#[test]
fn m9_the_patch_wins_over_create_and_nobody_patches_the_fork() {
    let desk = Desk::new();
    let create = json!({"thread_id": ONE, "source": "cli", "thread_source": "user", "forked_from_id": TWO});
    desk.ok("create_thread", create.clone());
    let shown = |thread: &Value| {
        json!([
            thread["source"],
            thread["thread_source"],
            thread["forked_from_id"]
        ])
    };
    let patched = desk.update(
        ONE,
        json!({"source": {"custom": "Atlas"}, "thread_source": "memory_consolidation", "forked_from_id": ONE}),
    );
    let expected = json!([{"custom": "Atlas"}, "memory_consolidation", TWO]);
    assert_eq!(shown(&patched), expected);
    desk.ok("create_thread", create);
    assert_eq!(
        shown(&desk.read(ONE)),
        expected,
        "a later create does not take it back"
    );
}

#[test]
fn m10_values_are_taken_as_they_are() {
    let desk = Desk::with_one();
    let literal = json!({
        "name": "  two  \n", "preview": "\t", "model": " GPT ", "cwd": "/a/../b/./", "cli_version": "not a version",
        "first_user_message": "\u{1b}[31m", "rollout_path": "rel/../x//y",
    });
    let after = desk.update(ONE, literal.clone());
    for (field, value) in literal.as_object().unwrap() {
        assert_eq!(after[field], *value, "{field}");
    }
    desk.update(
        ONE,
        json!({"created_at": "2026-05-01T00:00:00Z", "updated_at": "2026-06-01T00:00:00Z"}),
    );
    let back = desk.update(ONE, json!({"updated_at": "2026-04-01T00:00:00Z"}));
    assert_eq!(
        (&back["created_at"], &back["updated_at"]),
        (&json!("2026-05-01T00:00:00Z"), &json!("2026-04-01T00:00:00Z"))
    );
    for archived in [false, true] {
        desk.ok("archive_thread", json!({"thread_id": ONE}));
        let params = json!({"thread_id": ONE, "patch": {}, "include_archived": archived});
        assert_eq!(desk.ok("update_thread_metadata", params), back);
    }
}

#[test]
fn m11_an_append_touches_no_metadata() {
    let desk = Desk::with_one();
    let before = desk.read(ONE);
    desk.append(
        ONE,
        json!([
            {"timestamp": "2026-05-13T00:00:00.000Z", "type": "session_meta", "payload": {"id": ONE, "cwd": "/w", "model_provider": "openai"}},
            {"type": "event_msg", "payload": {"type": "user_message", "message": "hello"}},
            {"type": "turn_context", "payload": {"cwd": "/w", "model": "m", "approval_policy": "on-request"}},
        ]),
    );
    assert_eq!(desk.read(ONE), before);
}
