//! Random steps: every method, with few threads and paths, so that steps affect each other.

#![allow(dead_code, reason = "each test uses only a part of this module")]

use proptest::prelude::*;
use serde_json::{Value, json};

/// The fields that a read returns as patched, two-state fields first. For source and thread_source, create has a value
/// too.
pub const SHOWN: [&str; 8] = [
    "model_provider",
    "preview",
    "model",
    "cwd",
    "cli_version",
    "created_at",
    "updated_at",
    "first_user_message",
];
pub const CLEARABLE: [&str; 5] = [
    "name",
    "thread_source",
    "agent_nickname",
    "agent_role",
    "agent_path",
];

/// Items that a JSON value cannot represent unchanged. In a step, the text `@0` stands for the first one.
pub const ODD: [&str; 5] = [
    r#"{"z":1.0,"a":-0,"z":[1E+5,{"b":1,"b":2}]}"#,
    r#"{ "lone" : "\ud800" ,	"slash":"\/\u0041" }"#,
    r#"{"n":123456789012345678901234567890,"e":1e999}"#,
    "{}",
    r#"{"$damaged":{"base64":"/w=="}}"#,
];

pub fn odd(text: String) -> String {
    ODD.iter().enumerate().fold(text, |text, (index, item)| {
        text.replace(&format!("\"@{index}\""), item)
    })
}

/// The thread ids, by number from 0 to 3.
pub fn id(n: usize) -> String {
    format!("0198f2a3-0000-7000-8000-00000000000{n}")
}

pub fn any_id() -> impl Strategy<Value = String> {
    (0usize..4).prop_map(id)
}

/// Paths; some of them are equal by their components.
pub const PATHS: [&str; 6] = [
    "/p/a.jsonl",
    "/p/./a.jsonl",
    "//p/a.jsonl",
    "/q/../p/a.jsonl",
    "b.jsonl",
    "",
];

pub fn any_path() -> impl Strategy<Value = &'static str> {
    prop::sample::select(PATHS.to_vec())
}

pub fn any_patch() -> impl Strategy<Value = Value> {
    let text = prop::sample::select(vec![json!(""), json!("x"), json!("é\u{1b}"), Value::Null]);
    let time = prop::sample::select(vec![
        json!("2026-05-13T00:28:15Z"),
        json!("1999-12-31T23:59:59.123Z"),
        Value::Null,
    ]);
    let field = prop_oneof![
        (prop::sample::select(SHOWN.to_vec()), text.clone(), time).prop_map(|(key, text, time)| {
            (key.to_string(), if key.ends_with("_at") { time } else { text })
        }),
        (prop::sample::select(CLEARABLE.to_vec()), text.clone()).prop_map(|(key, text)| {
            let value = match (key, text.is_null()) {
                ("thread_source", false) => json!("subagent"),
                _ => text,
            };
            (key.to_string(), value)
        }),
        prop::sample::select(vec![
            ("title", json!("t")),
            ("memory_mode", json!("disabled")),
            ("dynamic_tools", json!([])),
            ("rollout_path", json!("/shown.jsonl")),
            ("source", json!("cli")),
            ("source", json!({"custom": "Atlas"})),
            ("approval_mode", json!("on-request")),
            ("sandbox_policy", json!({"type": "danger-full-access"})),
            ("reasoning_effort", json!("xhigh")),
            (
                "token_usage",
                json!({"input_tokens": 1, "cached_input_tokens": 0, "output_tokens": 2,
                    "reasoning_output_tokens": -3, "total_tokens": i64::MAX}),
            ),
            ("token_usage", Value::Null),
            ("git_info", json!({})),
            ("git_info", Value::Null),
            ("no_such_field", json!(5)),
        ])
        .prop_map(|(key, value)| (key.to_string(), value)),
        (prop::sample::select(vec!["sha", "branch", "origin_url"]), text)
            .prop_map(|(part, value)| ("git_info".to_string(), json!({part: value}))),
    ];
    prop::collection::vec(field, 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect()))
}

pub fn any_step() -> impl Strategy<Value = Value> {
    let plain = prop::sample::select(vec![
        "persist_thread",
        "flush_thread",
        "shutdown_thread",
        "discard_thread",
        "archive_thread",
        "unarchive_thread",
        "load_history",
        "list_turns",
    ]);
    let item = prop::sample::select(vec![
        json!({"type": "event_msg", "payload": {"type": "user_message", "message": "hi"}}),
        json!({"record_type": "state"}),
        json!({"n": 1.5, "s": "\u{2028}\u{0}"}),
        json!({"$damaged": {"text": "torn"}}),
        json!("@0"),
        json!("@1"),
        json!("@2"),
        json!("@3"),
        json!("@4"),
    ]);
    // The place is filled in when the step is added to the scenario.
    let invalid = prop::sample::select(vec![
        json!({"method": "no such", "note": "line @, column 11: there is no method `no such`; `threadloupe list ops` lists all methods"}),
        json!({"method": "reed_thread", "note": "line @, column 11: there is no method `reed_thread`; did you mean read_thread?"}),
    ]);
    prop_oneof![
        2 => (any_id(), prop::option::of(any_id()), prop::sample::select(vec![json!("exec"), json!({"subagent": "review"})]), any::<bool>())
            .prop_map(|(id, forked, source, user)| json!({"method": "create_thread", "params": {
                "thread_id": id, "forked_from_id": forked, "source": source,
                "thread_source": if user { json!("user") } else { Value::Null },
                "metadata": {"cwd": "/never/shown", "model_provider": "never", "memory_mode": "enabled"},
            }})),
        2 => (any_id(), prop::option::of(any_path())).prop_map(|(id, path)| {
            json!({"method": "resume_thread", "params": {"thread_id": id, "rollout_path": path}})
        }),
        3 => (any_id(), prop::collection::vec(item, 0..3)).prop_map(|(id, items)| {
            json!({"method": "append_items", "params": {"thread_id": id, "items": items}})
        }),
        2 => (any_id(), plain).prop_map(|(id, method)| json!({"method": method, "params": {"thread_id": id}})),
        2 => (any_id(), any::<bool>()).prop_map(|(id, history)| {
            json!({"method": "read_thread", "params": {"thread_id": id, "include_history": history}})
        }),
        2 => (any_path(), any::<bool>()).prop_map(|(path, history)| {
            json!({"method": "read_thread_by_rollout_path", "params": {"rollout_path": path, "include_history": history}})
        }),
        1 => any_id().prop_map(|_| json!({"method": "list_threads", "params": {"page_size": 1, "cwd_filters": [], "archived": true}})),
        5 => (any_id(), any_patch()).prop_map(|(id, patch)| {
            json!({"method": "update_thread_metadata", "params": {"thread_id": id, "patch": patch}})
        }),
        1 => any_id().prop_map(|id| json!({"method": "list_items", "params": {"thread_id": id, "turn_id": "t"}})),
        1 => any_id().prop_map(|_| json!({"method": "calls", "params": {}})),
        1 => any_id().prop_map(|id| json!({"method": "create_thread", "params": {"thread_id": id}})),
        1 => invalid,
    ]
}
