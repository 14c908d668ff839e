//! Wrong JSON forms, as far as a step shows them.

use serde_json::{Value, json};

use super::wrong::{Row, Way, instead, row, shows};

pub fn rows() -> Vec<Row> {
    let writes = |rule, wrong: &str, way| row(rule, wrong, Way::Writes(way));
    let items = |rule, wrong: &str, change: fn(&mut Value)| {
        instead(rule, "append_items", wrong, move |call, _| {
            call.with(|params| {
                params["items"]
                    .as_array_mut()
                    .unwrap()
                    .iter_mut()
                    .for_each(change)
            })
        })
    };
    vec![
        writes("S1", "values that are not there are left out", |thread| {
            thread
                .as_object_mut()
                .unwrap()
                .retain(|_, value| !value.is_null());
        }),
        writes(
            "S1",
            "parts of the repository that are not there are written as null",
            |thread| {
                if let Some(git) = thread["git_info"].as_object_mut() {
                    for part in ["commit_hash", "branch", "repository_url"] {
                        git.entry(part).or_insert(Value::Null);
                    }
                }
            },
        ),
        shows("S2", "an unknown source keeps its name", |thread, seen| {
            let id = thread["thread_id"].as_str().unwrap().to_string();
            let said = seen.calls.iter().filter(|call| call.id() == id);
            let mut sources = said.filter_map(|call| match &call.params["source"] {
                Value::Null => call.params["patch"]["source"].as_str(),
                source => source.as_str(),
            });
            if let Some(source) = sources.next_back().filter(|_| thread["source"] == "unknown") {
                thread["source"] = json!({"custom": source});
            }
        }),
        shows("S2", "an unknown source becomes vscode", |thread, _| {
            if thread["source"] == "unknown" {
                thread["source"] = json!("vscode");
            }
        }),
        items("S3", "the tag of a turn's beginning is the new one", |item| {
            if item["payload"]["type"] == "task_started" {
                item["payload"]["type"] = json!("turn_started");
            }
        }),
        items("S4", "the id of an answer is lost", |item| {
            if item["type"] == "response_item" {
                item["payload"]
                    .as_object_mut()
                    .map(|payload| payload.remove("id"));
            }
        }),
        items("S4", "an item of a kind that is not known is rewritten", |item| {
            let known = ["message", "reasoning", "function_call"];
            if item["type"] == "response_item" && !known.iter().any(|kind| item["payload"]["type"] == *kind) {
                item["payload"] = json!({"type": "other"});
            }
        }),
        items("S5", "a null in a reasoning item is omitted", |item| {
            if item["payload"]["type"] == "reasoning"
                && let Some(payload) = item["payload"].as_object_mut()
            {
                payload.retain(|_, value| !value.is_null());
            }
        }),
        writes(
            "S6",
            "a read-only sandbox includes network_access when it is false",
            |thread| {
                if thread["sandbox_policy"]["type"] == "read-only" {
                    thread["sandbox_policy"]["network_access"] = json!(false);
                }
            },
        ),
        writes(
            "S6",
            "a workspace-write sandbox omits flags that are false",
            |thread| {
                if let Some(policy) = thread["sandbox_policy"].as_object_mut() {
                    policy.retain(|_, value| *value != false);
                }
            },
        ),
        writes("S7", "an effort is written as its variant is called", |thread| {
            if thread["reasoning_effort"] == "xhigh" {
                thread["reasoning_effort"] = json!("XHigh");
            }
        }),
        writes("S7", "an approval is written with underscores", |thread| {
            if thread["approval_mode"] == "on-request" {
                thread["approval_mode"] = json!("on_request");
            }
        }),
        items("S8", "a goal is written with underscores", |item| {
            let payload = &mut item["payload"];
            if payload["type"] == "thread_goal_updated" {
                payload["thread_id"] = payload["threadId"].take();
                payload.as_object_mut().unwrap().remove("threadId");
            }
        }),
        items(
            "S9",
            "the type of a completed item is written in lower case",
            |item| {
                if let Value::String(tag) = &item["payload"]["item"]["type"] {
                    item["payload"]["item"]["type"] = json!(tag.to_lowercase());
                }
            },
        ),
        instead(
            "S10",
            "append_items",
            "a turn without a summary is dropped",
            |call, _| {
                call.with(|params| {
                    params["items"].as_array_mut().unwrap().retain(|item| {
                        item["type"] != "turn_context" || !item["payload"]["summary"].is_null()
                    });
                })
            },
        ),
        instead(
            "S10",
            "append_items",
            "a header without a version is dropped",
            |call, _| {
                call.with(|params| {
                    params["items"].as_array_mut().unwrap().retain(|item| {
                        item["type"] != "session_meta" || !item["payload"]["cli_version"].is_null()
                    });
                })
            },
        ),
    ]
}
