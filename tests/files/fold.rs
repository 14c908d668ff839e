//! Which items set which metadata fields: every row of table 9.4 of the contract.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use threadloupe::live::{Fold, SeenValues, affects_metadata};
use threadloupe::protocol::{RolloutItem, ThreadId};

const ID: &str = "0198e0c2-1a2b-7c3d-8e4f-5a6b7c8d9e0f";

fn item(kind: &str, payload: Value) -> RolloutItem {
    let line = json!({"timestamp": "2026-01-01T00:00:00.000Z", "type": kind, "payload": payload});
    RolloutItem::parse(line.to_string()).unwrap()
}

fn event(payload: Value) -> RolloutItem {
    item("event_msg", payload)
}

fn user(message: &str) -> RolloutItem {
    event(json!({"type": "user_message", "message": message, "local_images": [], "text_elements": []}))
}

/// A header of this thread with the required fields and more.
fn header(more: Value) -> RolloutItem {
    let mut meta = json!({"id": ID, "timestamp": "2025-01-03T12:00:00.000Z", "cwd": "", "originator": "o",
        "cli_version": "", "source": "cli"});
    meta.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    item("session_meta", meta)
}

fn turn(more: Value) -> RolloutItem {
    let mut turn = json!({"cwd": "", "approval_policy": "never", "sandbox_policy": {"type": "read-only"},
        "model": "m", "summary": "auto"});
    turn.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    item("turn_context", turn)
}

/// The metadata from the items, as a sparse patch in JSON.
fn said_with(seen: SeenValues, items: &[RolloutItem]) -> (Value, SeenValues) {
    let mut fold = Fold::with_seen(ThreadId::from_string(ID).unwrap(), seen);
    items.iter().for_each(|item| fold.observe(item));
    let seen = fold.seen();
    let patch = fold.into_patch();
    let mut said = serde_json::to_value(&patch).unwrap();
    let clearable = [
        "name",
        "thread_source",
        "agent_nickname",
        "agent_role",
        "agent_path",
    ];
    said.as_object_mut()
        .unwrap()
        .retain(|key, value| !value.is_null() || clearable.contains(&key.as_str()));
    assert_eq!(patch.is_empty(), said == json!({}));
    (said, seen)
}

fn said(items: &[RolloutItem]) -> Value {
    said_with(SeenValues::default(), items).0
}

#[test]
fn session_meta_of_this_thread_sets_its_fields() {
    let tool = json!({"name": "n", "description": "d", "inputSchema": {}, "deferLoading": true});
    let items = [header(json!({
        "cwd": "/w", "cli_version": "0.144.0", "model_provider": "openai", "source": {"custom": "Atlas"},
        "thread_source": "user", "agent_nickname": "Nick", "agent_type": "worker", "agent_path": "/root/a",
        "git": {"commit_hash": "abc", "branch": "main"}, "memory_mode": "disabled", "dynamic_tools": [tool],
        "base_instructions": {"text": "bi"}, "forked_from_id": ID
    }))];
    let (said, seen) = said_with(SeenValues::default(), &items);
    assert_eq!(
        said,
        json!({
            "created_at": "2025-01-03T12:00:00Z", "source": {"custom": "Atlas"}, "thread_source": "user",
            "agent_nickname": "Nick", "agent_role": "worker", "agent_path": "/root/a", "model_provider": "openai",
            "cli_version": "0.144.0", "cwd": "/w", "git_info": {"sha": "abc", "branch": "main"},
            "memory_mode": "disabled", "dynamic_tools": [tool]
        })
    );
    assert_eq!(
        seen,
        SeenValues {
            cwd: true,
            ..SeenValues::default()
        }
    );
}

#[test]
fn session_meta_created_at_is_unset_by_a_bad_timestamp() {
    let at = |timestamp: &str| header(json!({"timestamp": timestamp}));
    assert_eq!(
        said(&[at("2025-01-03T12-00-05")])["created_at"],
        json!("2025-01-03T12:00:05Z")
    );
    assert_eq!(
        said(&[at("2025-01-03T12:00:00+01:00")])["created_at"],
        json!("2025-01-03T11:00:00Z")
    );
    assert_eq!(
        said(&[at("2025-01-03T12:00:00Z"), at("soon")]).get("created_at"),
        None
    );
    let last = said(&[at("2025-01-03T12:00:00Z"), at("2025-01-04T12:00:00Z")]);
    assert_eq!(last["created_at"], json!("2025-01-04T12:00:00Z"));
}

#[test]
fn session_meta_source_and_agent_facts_clear_when_absent() {
    let full =
        header(json!({"thread_source": "user", "agent_nickname": "N", "agent_role": "r", "agent_path": "p"}));
    let bare = header(json!({"agent_role": null}));
    let said = said(&[full, bare]);
    for key in ["thread_source", "agent_nickname", "agent_role", "agent_path"] {
        assert_eq!(said.get(key), Some(&Value::Null), "{key}");
    }
    assert_eq!(said["source"], json!("cli"));
}

#[test]
fn session_meta_without_a_source_is_from_the_editor() {
    let line = format!(r#"{{"type":"session_meta","payload":{{"id":"{ID}"}}}}"#);
    assert_eq!(
        said(&[RolloutItem::parse(line).unwrap()])["source"],
        json!("vscode")
    );
}

#[test]
fn session_meta_provider_version_and_cwd_count_only_if_not_empty() {
    let full = header(json!({"model_provider": "openai", "cli_version": "1", "cwd": "/w"}));
    let empty = header(json!({"model_provider": "", "cli_version": "", "cwd": ""}));
    let said_both = said(&[full.clone(), empty.clone()]);
    assert_eq!(said_both["model_provider"], json!("openai"));
    assert_eq!(said_both["cli_version"], json!("1"));
    assert_eq!(said_both["cwd"], json!("/w"));
    let moved = header(json!({"model_provider": "x", "cli_version": "2", "cwd": "/v"}));
    assert_eq!(said(&[full, moved])["cwd"], json!("/v"));
    assert!(!said_with(SeenValues::default(), &[empty]).1.cwd);
}

#[test]
fn session_meta_git_replaces_the_earlier_one_and_sets_parts_only() {
    let first = header(json!({"git": {"commit_hash": "abc", "branch": "main"}}));
    let second = header(json!({"git": {"repository_url": "u", "branch": null}}));
    let none = header(json!({"git": null}));
    assert_eq!(
        said(&[first.clone(), second, none])["git_info"],
        json!({"origin_url": "u"})
    );
    assert_eq!(said(&[first, header(json!({"git": {}}))])["git_info"], json!({}));
}

#[test]
fn session_meta_memory_mode_and_tools() {
    let mode = |mode: &str| header(json!({"memory_mode": mode}));
    assert_eq!(
        said(&[mode("enabled"), mode("polluted")])["memory_mode"],
        json!("enabled")
    );
    assert_eq!(said(&[mode("polluted")]).get("memory_mode"), None);
    assert_eq!(
        said(&[header(json!({"dynamic_tools": []}))])["dynamic_tools"],
        json!([])
    );
    assert_eq!(
        said(&[header(json!({"dynamic_tools": null}))]).get("dynamic_tools"),
        None
    );
}

#[test]
fn session_meta_of_another_thread_says_nothing_but_affects() {
    let other = header(json!({"id": "0198e0c2-0000-7000-8000-000000000000", "cwd": "/other"}));
    assert_eq!(
        said_with(SeenValues::default(), std::slice::from_ref(&other)),
        (json!({}), SeenValues::default())
    );
    assert!(affects_metadata(&other));
}

#[test]
fn a_bare_header_says_when_and_on_which_commit() {
    let line = json!({"id": ID, "timestamp": "2025-08-19T08:25:08.061Z", "instructions": null,
        "git": {"branch": "main"}, "cwd": "/no", "source": "cli"});
    let header = RolloutItem::parse(line.to_string()).unwrap();
    let (said, seen) = said_with(SeenValues::default(), &[header]);
    assert_eq!(
        said,
        json!({"created_at": "2025-08-19T08:25:08.061Z", "git_info": {"branch": "main"}})
    );
    assert!(!seen.cwd);
}

#[test]
fn turn_context_cwd_counts_only_before_any_other() {
    let said_cwd = |items: &[RolloutItem]| said(items).get("cwd").cloned();
    let at = |cwd: &str| turn(json!({"cwd": cwd}));
    assert_eq!(said_cwd(&[at(""), at("/a"), at("/b")]), Some(json!("/a")));
    assert_eq!(
        said_cwd(&[header(json!({"cwd": "/h"})), at("/a")]),
        Some(json!("/h"))
    );
    assert_eq!(
        said_cwd(&[at("/a"), header(json!({"cwd": "/h"}))]),
        Some(json!("/h"))
    );
    let (said, _) = said_with(
        SeenValues {
            cwd: true,
            ..SeenValues::default()
        },
        &[at("/a")],
    );
    assert_eq!(said.get("cwd"), None);
}

#[test]
fn turn_context_model_approval_and_sandbox_last_wins() {
    let first = turn(json!({"model": "a", "approval_policy": "on-request"}));
    let last = turn(
        json!({"model": "b", "approval_policy": "untrusted", "sandbox_policy": {"type": "danger-full-access"}}),
    );
    let said = said(&[first, last]);
    assert_eq!(said["model"], json!("b"));
    assert_eq!(said["approval_mode"], json!("untrusted"));
    assert_eq!(said["sandbox_policy"], json!({"type": "danger-full-access"}));
}

#[test]
fn turn_context_effort_is_unset_within_the_batch_by_an_absent_one() {
    let effort = |effort: Value| turn(json!({"effort": effort}));
    assert_eq!(
        said(&[turn(json!({})), effort(json!("high"))])["reasoning_effort"],
        json!("high")
    );
    assert_eq!(
        said(&[effort(json!("high")), turn(json!({}))]).get("reasoning_effort"),
        None
    );
    assert_eq!(
        said(&[effort(json!("high")), effort(Value::Null)]).get("reasoning_effort"),
        None
    );
}

#[test]
fn user_message_first_one_gives_message_preview_and_title() {
    let (said, seen) = said_with(
        SeenValues::default(),
        &[user("  "), user(" hello\nyou "), user("later")],
    );
    assert_eq!(
        said,
        json!({"first_user_message": "hello\nyou", "preview": "hello\nyou", "title": "hello\nyou"})
    );
    assert_eq!(
        seen,
        SeenValues {
            cwd: false,
            preview: true,
            first_user_message: true,
            title: true
        }
    );
    assert_eq!(said_with(seen, &[user("later")]).0, json!({}));
}

#[test]
fn user_message_pictures_alone_give_a_placeholder_but_no_title() {
    let pictures = |key: &str| event(json!({"type": "user_message", "message": " ", key: ["x"]}));
    for key in ["images", "local_images"] {
        let said = said(&[pictures(key), user("words")]);
        assert_eq!(
            said,
            json!({"first_user_message": "[Image]", "preview": "[Image]", "title": "words"}),
            "{key}"
        );
    }
    assert_eq!(said(&[pictures("audio")]), json!({}));
}

#[test]
fn user_message_is_what_follows_the_first_marker() {
    let text = "# Context\n## My request for Codex:\n fix ## My request for Codex: it \n";
    assert_eq!(
        said(&[user(text)])["title"],
        json!("fix ## My request for Codex: it")
    );
    assert_eq!(said(&[user("## My request for Codex:\n \n")]), json!({}));
}

#[test]
fn token_count_total_last_wins_and_null_changes_nothing() {
    let usage = |total: i64| {
        json!({"input_tokens": 1, "cached_input_tokens": 0, "output_tokens": 1,
        "reasoning_output_tokens": 0, "total_tokens": total})
    };
    let count = |info: Value| event(json!({"type": "token_count", "info": info, "rate_limits": null}));
    let info = |total| json!({"total_token_usage": usage(total), "last_token_usage": usage(1), "model_context_window": null});
    let items = [count(info(5)), count(info(9)), count(Value::Null)];
    assert_eq!(said(&items), json!({"token_usage": usage(9)}));
    assert!(affects_metadata(&count(Value::Null)));
}

#[test]
fn thread_goal_gives_the_preview_that_messages_share() {
    let goal = |objective: &str| {
        event(json!({"type": "thread_goal_updated", "threadId": ID, "goal": {"objective": objective}}))
    };
    assert_eq!(
        said(&[goal("  "), goal(" ship it "), goal("no")]),
        json!({"preview": "ship it"})
    );
    let said = said(&[goal("ship"), user("hello")]);
    assert_eq!(
        said,
        json!({"preview": "ship", "first_user_message": "hello", "title": "hello"})
    );
}

#[test]
fn everything_else_says_nothing() {
    let quiet = [
        item("compacted", json!({"message": "m"})),
        item(
            "response_item",
            json!({"type": "message", "role": "user", "content": [{"type": "input_text", "text": "x"}]}),
        ),
        event(json!({"type": "agent_message", "message": "x"})),
        event(json!({"type": "thread_name_updated", "thread_name": "x"})),
        event(json!({"type": "thread_settings_applied", "thread_settings": {"model": "x", "cwd": "/x"}})),
        item("world_state", json!({"full": true, "state": {}})),
        RolloutItem::parse(r#"{"type":"message","role":"user","content":"x"}"#).unwrap(),
        RolloutItem::damaged(b"{\"type\":\"turn_context\""),
    ];
    assert_eq!(
        said_with(SeenValues::default(), &quiet),
        (json!({}), SeenValues::default())
    );
    assert!(!quiet.iter().any(affects_metadata));
    for item in [
        user("x"),
        turn(json!({})),
        event(json!({"type": "thread_goal_updated"})),
    ] {
        assert!(affects_metadata(&item), "{item:?}");
    }
}

#[test]
fn a_field_that_does_not_decode_is_left_alone_and_the_others_count() {
    let first = header(json!({"agent_nickname": "N", "thread_source": "user", "git": {"branch": "b"}}));
    let odd = header(json!({
        "timestamp": 5, "source": {"future": 1}, "thread_source": "zzz", "agent_nickname": 3, "cwd": ["x"],
        "model_provider": "p", "git": {"branch": 7, "commit_hash": "abc"}, "memory_mode": true, "dynamic_tools": [{"a": 1}]
    }));
    let (said, _) = said_with(SeenValues::default(), &[first, odd]);
    assert_eq!(
        said,
        json!({
            "created_at": "2025-01-03T12:00:00Z", "source": "cli", "thread_source": "user", "agent_nickname": "N",
            "agent_role": null, "agent_path": null, "model_provider": "p", "git_info": {"sha": "abc"}
        })
    );
    let turns = [
        turn(json!({"effort": "high"})),
        turn(
            json!({"effort": "ultra", "approval_policy": {"x": 1}, "sandbox_policy": {"mode": "read-only"}, "model": "n"}),
        ),
    ];
    assert_eq!(
        said_with(SeenValues::default(), &turns).0,
        json!({"reasoning_effort": "high", "approval_mode": "never", "sandbox_policy": {"type": "read-only"}, "model": "n"})
    );
    let pictures = event(json!({"type": "user_message", "message": {"a": 1}, "images": ["x"]}));
    assert_eq!(
        said_with(SeenValues::default(), &[pictures]).0["preview"],
        json!("[Image]")
    );
    for payload in [json!(null), json!("x"), json!([1]), json!(5)] {
        said_with(
            SeenValues::default(),
            &[
                item("turn_context", payload.clone()),
                item("session_meta", payload),
            ],
        );
    }
}
