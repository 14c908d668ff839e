//! Wrong values: parts of `git_info`, times, tokens and policies that are changed.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde_json::{Value, json};

use super::wrong::{Row, merges, refuses, shows};

const UPDATE: &str = "update_thread_metadata";

pub fn rows() -> Vec<Row> {
    let mut rows = git();
    rows.extend(values());
    rows
}

fn id(thread: &Value) -> String {
    thread["thread_id"].as_str().unwrap().to_string()
}

fn git() -> Vec<Row> {
    let parts = |thread: &Value| -> Vec<bool> {
        let git = &thread["git_info"];
        ["commit_hash", "branch", "repository_url"]
            .iter()
            .map(|part| git[part].is_string())
            .collect()
    };
    vec![
        merges(
            "M7",
            "a patch of the repository replaces all parts",
            |all, next, _| {
                let before = all.git_info.take();
                all.merge(next);
                if next.git_info.is_none() {
                    all.git_info = before;
                }
            },
        ),
        merges("M7", "a cleared part clears the others", |all, next, _| {
            all.merge(next);
            let git = next.git_info.as_ref();
            if git.is_some_and(|git| [&git.sha, &git.branch, &git.origin_url].contains(&&Some(None))) {
                all.git_info = None;
            }
        }),
        merges("M7", "null for git_info clears all parts", |all, next, text| {
            all.merge(next);
            if text.get("git_info").is_some_and(Value::is_null) {
                all.git_info = None;
            }
        }),
        merges("M7", "an empty git_info clears all parts", |all, next, text| {
            all.merge(next);
            if text["git_info"] == json!({}) {
                all.git_info = None;
            }
        }),
        shows(
            "M7",
            "git_info that was patched is shown without parts",
            move |thread, seen| {
                if !parts(thread).contains(&true) && seen.patch(&id(thread))["git_info"].is_object() {
                    thread["git_info"] = json!({});
                }
            },
        ),
        shows(
            "M7",
            "git_info with all parts cleared is shown without parts",
            move |thread, seen| {
                let git = &seen.patch(&id(thread))["git_info"];
                if !parts(thread).contains(&true) && git.as_object().is_some_and(|git| !git.is_empty()) {
                    thread["git_info"] = json!({});
                }
            },
        ),
        shows(
            "M7",
            "git_info that was never patched is shown without parts",
            |thread, seen| {
                if seen.patch(&id(thread))["git_info"].is_null() {
                    thread["git_info"] = json!({});
                }
            },
        ),
        shows("M7", "an empty part does not count", |thread, _| {
            if let Some(git) = thread["git_info"].as_object_mut() {
                git.retain(|_, part| part != "");
                if git.is_empty() {
                    thread["git_info"] = Value::Null;
                }
            }
        }),
        shows("M7", "a repository is shown only with a commit", |thread, _| {
            if !thread["git_info"]["commit_hash"].is_string() {
                thread["git_info"] = Value::Null;
            }
        }),
        shows(
            "M7",
            "a repository is shown only with all parts",
            move |thread, _| {
                if parts(thread).contains(&false) {
                    thread["git_info"] = Value::Null;
                }
            },
        ),
        shows(
            "M7",
            "parts that are not set are shown as empty texts",
            move |thread, _| {
                if parts(thread).contains(&true) {
                    for part in ["commit_hash", "branch", "repository_url"] {
                        if thread["git_info"][part].is_null() {
                            thread["git_info"][part] = json!("");
                        }
                    }
                }
            },
        ),
        shows("M7", "a commit is cut to seven letters", |thread, _| {
            if let Some(sha) = thread["git_info"]["commit_hash"].as_str() {
                thread["git_info"]["commit_hash"] = json!(sha.chars().take(7).collect::<String>());
            }
        }),
    ]
}

/// Wrong changes of values that must be kept unchanged.
fn values() -> Vec<Row> {
    let time = |value: &Value| value.as_str().and_then(|text| text.parse::<DateTime<Utc>>().ok());
    let mut rows = vec![
        merges("M10", "updated_at never becomes earlier", |all, next, _| {
            let before = all.updated_at;
            all.merge(next);
            all.updated_at = all.updated_at.max(before);
        }),
        merges("M10", "created_at never goes forwards", |all, next, _| {
            let before = all.created_at;
            all.merge(next);
            all.created_at = before.map_or(all.created_at, |before| all.created_at.map(|at| at.min(before)));
        }),
        shows(
            "M10",
            "updated_at is never before created_at",
            move |thread, _| {
                if time(&thread["updated_at"]) < time(&thread["created_at"]) {
                    thread["updated_at"] = thread["created_at"].clone();
                }
            },
        ),
        shows("M10", "created_at is never after updated_at", move |thread, _| {
            if time(&thread["updated_at"]) < time(&thread["created_at"]) {
                thread["created_at"] = thread["updated_at"].clone();
            }
        }),
        refuses(
            "M10",
            UPDATE,
            "a time before the current value is refused",
            move |call, seen| {
                let next = time(&call.params["patch"]["updated_at"]);
                next.is_some() && next < time(&seen.patch(call.id())["updated_at"])
            },
        ),
        refuses(
            "M10",
            UPDATE,
            "a time in the future is refused",
            move |call, seen| time(&call.params["patch"]["updated_at"]).is_some_and(|at| at > seen.now),
        ),
        shows("M10", "no time is in the future", move |thread, seen| {
            for key in ["created_at", "updated_at"] {
                if time(&thread[key]).is_some_and(|at| at > seen.now) {
                    thread[key] = json!(seen.now);
                }
            }
        }),
    ];
    for (what, unit) in [
        ("seconds", TimeDelta::seconds(1)),
        ("milliseconds", TimeDelta::milliseconds(1)),
        ("microseconds", TimeDelta::microseconds(1)),
    ] {
        rows.push(shows(
            "M10",
            format!("times are kept as whole {what}"),
            move |thread, seen| {
                for key in ["created_at", "updated_at"] {
                    let patched = time(&seen.patch(&id(thread))[key]);
                    if let Some(at) = patched.map(|at| at.duration_trunc(unit).unwrap()) {
                        thread[key] = json!(at);
                    }
                }
            },
        ));
    }
    rows.extend([
        shows("M10", "the offset of a time is lost", |thread, seen| {
            let patches = seen.about(&id(thread), &[UPDATE]);
            for key in ["created_at", "updated_at"] {
                let written = patches
                    .iter()
                    .filter_map(|call| call.params["patch"][key].as_str())
                    .next_back();
                if let Some((moment, _)) = written.and_then(|text| text.split_once('+')) {
                    thread[key] = json!(format!("{moment}Z"));
                }
            }
        }),
        merges("M6", "tokens are added up", |all, next, _| {
            let before = all.token_usage.as_ref().map_or(0, |usage| usage.total_tokens);
            all.merge(next);
            if let Some(usage) = all.token_usage.as_mut().filter(|_| next.token_usage.is_some()) {
                usage.total_tokens += before;
            }
        }),
        merges("M6", "tokens are merged part by part", |all, next, _| {
            let before = all.token_usage.clone();
            all.merge(next);
            if let (Some(usage), Some(before)) = (&mut all.token_usage, before) {
                usage.input_tokens = usage.input_tokens.max(before.input_tokens);
            }
        }),
        merges("M6", "tokens never become fewer", |all, next, _| {
            let before = all.token_usage.clone();
            all.merge(next);
            if let (Some(usage), Some(before)) = (&all.token_usage, before)
                && usage.total_tokens < before.total_tokens
            {
                all.token_usage = Some(before);
            }
        }),
        shows("M6", "an approval of never is none", |thread, seen| {
            if seen.patch(&id(thread))["approval_mode"] == "never" {
                thread["approval_mode"] = json!("on-request");
            }
        }),
        shows(
            "M6",
            "a sandbox without network omits its other flags",
            |thread, _| {
                if thread["sandbox_policy"]["type"] == "workspace-write" {
                    thread["sandbox_policy"]["writable_roots"] = json!([]);
                    thread["sandbox_policy"]["exclude_slash_tmp"] = json!(false);
                }
            },
        ),
    ]);
    rows
}
