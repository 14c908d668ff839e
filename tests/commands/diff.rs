//! `threadloupe diff` with the real binary, and its patch against what a merge of it gives.

#![expect(clippy::unwrap_used, reason = "a failed test panics")]

use std::process::{Command, Output};

use proptest::prelude::*;
use serde_json::{Value, json};
use threadloupe::contract::StoredThread;
use threadloupe::workbench::diff::patch_between;

use crate::support::stored_thread::thread;

fn diff(from: &str, to: &str, format: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let files = ["a.json", "b.json"].map(|name| folder.path().join(name));
    for (file, text) in files.iter().zip([from, to]) {
        std::fs::write(file, text).unwrap();
    }
    Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .args(["diff", "--format", format])
        .args(files)
        .output()
        .unwrap()
}

fn found(from: &Value, to: &Value) -> (Option<i32>, Value) {
    let output = diff(&from.to_string(), &to.to_string(), "json");
    (
        output.status.code(),
        serde_json::from_slice(&output.stdout).unwrap(),
    )
}

#[test]
fn the_patch_sets_and_clears_and_what_is_left_is_named() {
    let one = thread(
        &json!({"name": "a", "model": "m", "token_usage": {"input_tokens": 1, "cached_input_tokens": 0, "output_tokens": 0, "reasoning_output_tokens": 0, "total_tokens": 1}}),
    );
    let two = thread(
        &json!({"name": null, "model": "n", "git_info": {"commit_hash": "c", "branch": "main"}, "archived_at": "2026-05-13T00:28:15Z"}),
    );
    assert_eq!(
        found(&one, &two),
        (
            Some(1),
            json!({"patch": {"name": null, "model": "n", "git_info": {"sha": "c", "branch": "main"}}, "left": ["token_usage"]})
        )
    );
    assert_eq!(found(&one, &one), (Some(0), json!({"patch": {}, "left": []})));
    let forked = thread(&json!({"forked_from_id": "0198f2a3-0000-7000-8000-000000000002"}));
    assert_eq!(
        found(&thread(&json!({})), &forked),
        (Some(1), json!({"patch": {}, "left": ["forked_from_id"]}))
    );
    let answer = json!({"step": 1, "method": "read_thread", "result": two});
    assert_eq!(found(&answer, &two).0, Some(0));
}

#[test]
fn people_get_lines_and_wrong_input_a_sentence() {
    let (one, two) = (
        thread(&json!({})).to_string(),
        thread(&json!({"name": "b"})).to_string(),
    );
    let output = diff(&one, &two, "text");
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "name                  set    \"b\"\n"
    );
    assert_eq!(
        String::from_utf8(diff(&one, &one, "text").stdout).unwrap(),
        "nothing differs\n"
    );
    for wrong in ["", "[]", "{}", r#"{"step":1,"method":"calls"}"#] {
        let output = diff(&one, wrong, "json");
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("b.json: not a stored thread: "), "{said}");
    }
}

/// Values that change each kind of field, and null where a read can show it.
fn values() -> impl Strategy<Value = Value> {
    let text = || prop::sample::select(vec![json!(null), json!("a"), json!("b"), json!("")]);
    let solid = || prop::sample::select(vec![json!("a"), json!("b"), json!("")]);
    let git = prop::option::of((text(), text(), text()));
    let usage = prop::option::of(0..3_i64);
    let time = prop::sample::select(vec!["2026-05-13T00:28:15Z", "2026-05-14T00:28:15Z"]);
    let source = prop::sample::select(vec![
        json!("cli"),
        json!({"custom": "x"}),
        json!({"subagent": "review"}),
    ]);
    let policy = prop::sample::select(vec![
        json!({"type": "read-only"}),
        json!({"type": "danger-full-access"}),
    ]);
    let rest = (text(), text(), text(), solid(), solid());
    ((text(), text(), rest), (git, usage, time), (source, policy)).prop_map(
        |((name, model, (nickname, role, path, preview, cwd)), (git, usage, time), (source, policy))| {
            json!({
                "name": name, "model": model, "agent_nickname": nickname, "agent_role": role, "rollout_path": path,
                "preview": preview, "cwd": cwd, "updated_at": time, "source": source, "sandbox_policy": policy,
                "git_info": git.map(|(hash, branch, url)| {
                    json!({"commit_hash": hash, "branch": branch, "repository_url": url})
                        .as_object().unwrap().iter()
                        .filter(|(_, value)| !value.is_null())
                        .map(|(key, value)| (key.clone(), value.clone()))
                        .collect::<serde_json::Map<_, _>>()
                }),
                "token_usage": usage.map(|count| json!({"input_tokens": count, "cached_input_tokens": 0, "output_tokens": 0, "reasoning_output_tokens": 0, "total_tokens": count})),
            })
        },
    )
}

proptest! {
    #[test]
    fn merging_the_patch_gives_the_other_thread_except_what_is_left(one in values(), two in values()) {
        let [one, two] = [one, two].map(|with| serde_json::from_value::<StoredThread>(thread(&with)).unwrap());
        let difference = patch_between(&one, &two).unwrap();
        let mut after = one.clone();
        difference.patch.apply(&mut after);
        let [before, after, wanted] = [&one, &after, &two].map(|thread| serde_json::to_value(thread).unwrap());
        for (key, wanted) in wanted.as_object().unwrap() {
            let is_left = difference.left.contains(key);
            prop_assert_eq!(after[key] != *wanted, is_left, "{}: {} {}", key, after[key], wanted);
            // Only what the contract cannot clear is left.
            prop_assert!(!is_left || wanted.is_null() || key == "git_info", "{}", key);
        }
        prop_assert_eq!(difference.is_empty(), before == wanted);
    }
}
