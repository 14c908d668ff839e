//! Wrong metadata: patches of unknown threads, create and patches that set the same value, values that are kept but
//! never shown, and appends that change what only a patch may change. `fields.rs` and `values.rs` test the effect of a
//! patch on a field.

use serde_json::{Value, json};
use threadloupe::contract::{ThreadMetadataPatch, ThreadStoreError};

use super::wrong::{
    Call, Row, Seen, answers, does, forgets, gives, instead, not_found, refused, refuses, shows,
};

const UPDATE: &str = "update_thread_metadata";
const APPEND: &str = "append_items";
const CREATE: &str = "create_thread";

pub fn rows() -> Vec<Row> {
    let mut rows = unknown_threads();
    rows.extend(names_and_what_is_kept());
    rows.extend(sources());
    rows.extend(flags_and_empty_patches());
    rows.extend(items());
    rows
}

fn id(thread: &Value) -> String {
    thread["thread_id"].as_str().unwrap().to_string()
}

fn unknown_threads() -> Vec<Row> {
    let ghost = |call: &Call, seen: &Seen| call.is(UPDATE) && !seen.is_created(call.id());
    let mut rows = vec![
        refuses(
            "M1",
            UPDATE,
            "a patch for an unknown thread is not kept",
            |call, seen| !seen.is_created(call.id()),
        ),
        answers(
            "M1",
            "a patch for an unknown thread succeeds",
            move |call, seen, result| match ghost(call, seen) {
                true => Ok(thread_like(call)),
                false => result,
            },
        ),
        instead(
            "M1",
            UPDATE,
            "a patch creates an unknown thread",
            |call, seen| match seen.is_created(call.id()) {
                true => call.itself(),
                false => call.after(CREATE, json!({"thread_id": call.id()})),
            },
        ),
        answers(
            "M1",
            "a patch for an unknown thread is an invalid request",
            |call, _, result| match result {
                Err(ThreadStoreError::ThreadNotFound { thread_id }) if call.is(UPDATE) => {
                    Err(refused(&format!("thread {thread_id} not found")))
                }
                result => result,
            },
        ),
        answers(
            "M1",
            "the error of a patch names no thread",
            |call, _, result| match result {
                Err(ThreadStoreError::ThreadNotFound { .. }) if call.is(UPDATE) => {
                    Err(not_found("00000000-0000-0000-0000-000000000000"))
                }
                result => result,
            },
        ),
        forgets(
            "M1",
            "a create drops the patches before it",
            |made, call, seen| {
                call.is(CREATE) && !seen.is_created(call.id()) && made.is(UPDATE) && made.id() == call.id()
            },
        ),
        forgets(
            "M1",
            "of patches for an unknown thread the last one is kept",
            move |made, call, seen| ghost(call, seen) && made.is(UPDATE) && made.id() == call.id(),
        ),
        does(
            "M1",
            "of patches for an unknown thread the first one is kept",
            move |call, seen| match ghost(call, seen) && seen.was(call.id(), &[UPDATE]) {
                true => Err(not_found(call.id())),
                false => Ok(call.itself()),
            },
        ),
        instead(
            "M2",
            UPDATE,
            "a patch for an unknown thread starts a history",
            move |call, seen| match ghost(call, seen) {
                true => call.after(APPEND, json!({"thread_id": call.id(), "items": []})),
                false => call.itself(),
            },
        ),
        instead("M2", UPDATE, "a patch is written into the history", |call, _| {
            let item = json!({"type": "metadata", "payload": call.params["patch"]});
            call.after(APPEND, json!({"thread_id": call.id(), "items": [item]}))
        }),
    ];
    let mut kept = |wrong: &str, keep: fn(&str) -> bool| {
        rows.push(instead("M1", UPDATE, wrong, move |call, seen| {
            call.with(|params| {
                if !seen.is_created(call.id()) {
                    params["patch"]
                        .as_object_mut()
                        .unwrap()
                        .retain(|key, _| keep(key));
                }
            })
        }));
    };
    kept("of a patch for an unknown thread the name alone is kept", |key| {
        key == "name"
    });
    kept("of a patch for an unknown thread the name is not kept", |key| {
        key != "name"
    });
    rows
}

/// The thread in an answer to a call that should have failed.
fn thread_like(call: &Call) -> Value {
    let params = json!({"thread_id": call.id(), "source": "vscode", "forked_from_id": null, "thread_source": null,
        "base_instructions": {"text": ""}, "dynamic_tools": [],
        "metadata": {"cwd": null, "model_provider": "", "memory_mode": "enabled"}, "event_persistence_mode": "Limited"});
    let record = threadloupe::store::ThreadRecord::created(serde_json::from_value(params).unwrap());
    json!(record.project(call.at))
}

fn names_and_what_is_kept() -> Vec<Row> {
    let mut rows = vec![
        shows("M3", "a title is a name", |thread, seen| {
            if let Value::String(title) = &seen.patch(&id(thread))["title"] {
                thread["name"] = json!(title);
            }
        }),
        shows("M3", "without a name the title is shown", |thread, seen| {
            if thread["name"].is_null() {
                thread["name"] = seen.patch(&id(thread))["title"].clone();
            }
        }),
        shows("M3", "an empty name shows the title", |thread, seen| {
            if thread["name"] == "" {
                thread["name"] = seen.patch(&id(thread))["title"].clone();
            }
        }),
        shows("M3", "without a name the preview is shown", |thread, _| {
            if thread["name"].is_null() && thread["preview"] != "" {
                thread["name"] = thread["preview"].clone();
            }
        }),
        instead("M3", UPDATE, "a title clears the name", |call, _| {
            call.with(|params| {
                if params["patch"]["title"].is_string() {
                    params["patch"]["name"] = Value::Null;
                }
            })
        }),
        refuses(
            "M3",
            UPDATE,
            "a name that another thread has is refused",
            |call, seen| {
                let name = call.params["patch"]["name"].as_str();
                name.is_some_and(|name| {
                    let mut others = seen
                        .store
                        .threads()
                        .filter(|record| record.id.to_string() != call.id());
                    others.any(|record| record.name() == Some(name))
                })
            },
        ),
        refuses("M3", UPDATE, "an empty name is refused", |call, _| {
            call.params["patch"]["name"] == ""
        }),
    ];
    for (kept, shown) in [
        ("title", "preview"),
        ("title", "first_user_message"),
        ("memory_mode", "agent_role"),
    ] {
        rows.push(shows(
            "M4",
            format!("{kept} is shown as {shown}"),
            move |thread, seen| {
                if let Value::String(text) = &seen.patch(&id(thread))[kept] {
                    thread[shown] = json!(text);
                }
            },
        ));
    }
    for key in ["title", "memory_mode", "dynamic_tools"] {
        rows.push(refuses(
            "M4",
            UPDATE,
            format!("{key} is refused"),
            move |call, _| !call.params["patch"][key].is_null(),
        ));
        rows.push(instead(
            "M4",
            UPDATE,
            format!("with {key} the rest of the patch is dropped"),
            move |call, _| {
                call.with(|params| {
                    if !params["patch"][key].is_null() {
                        params["patch"]
                            .as_object_mut()
                            .unwrap()
                            .retain(|other, _| other == key);
                    }
                })
            },
        ));
    }
    rows.extend([
        gives(
            "M4",
            "list_threads",
            "a thread whose memory mode was disabled is not listed",
            |page, _, seen| {
                let threads = page["items"].as_array_mut().unwrap();
                threads.retain(|thread| seen.patch(&id(thread))["memory_mode"] != "disabled");
            },
        ),
        instead(
            "M4",
            APPEND,
            "a thread whose memory mode was disabled drops its items",
            |call, seen| {
                call.with(|params| {
                    if seen.patch(call.id())["memory_mode"] == "disabled" {
                        params["items"] = json!([]);
                    }
                })
            },
        ),
        shows(
            "M4",
            "a name that was never taken into the names is shown from the patch",
            |thread, seen| {
                let patches = seen.about(&id(thread), &[UPDATE]);
                let mut names = patches
                    .iter()
                    .filter_map(|call| call.params["patch"]["name"].as_str());
                if thread["name"].is_null() {
                    thread["name"] = json!(names.next_back());
                }
            },
        ),
    ]);
    rows
}

fn sources() -> Vec<Row> {
    let mut rows = vec![
        shows(
            "M5",
            "a cleared thread_source shows the one from create",
            |thread, seen| {
                if thread["thread_source"].is_null() {
                    thread["thread_source"] = seen.create(&id(thread))["thread_source"].clone();
                }
            },
        ),
        shows(
            "M5",
            "the thread_source of create is not shown",
            |thread, seen| {
                let patches = seen.about(&id(thread), &[UPDATE]);
                let mut patched = patches
                    .iter()
                    .filter_map(|call| call.params["patch"].get("thread_source"));
                thread["thread_source"] = patched.next_back().cloned().unwrap_or_default();
            },
        ),
    ];
    for key in ["agent_nickname", "agent_role", "agent_path"] {
        rows.push(shows(
            "M5",
            format!("a {key} that is not there is taken from the source"),
            move |thread, seen| {
                let spawn = &seen.create(&id(thread))["source"]["subagent"]["thread_spawn"][key];
                if thread[key].is_null() {
                    thread[key] = spawn.clone();
                }
            },
        ));
    }
    for key in ["source", "thread_source"] {
        rows.push(shows(
            "M9",
            format!("create wins over the patches for {key}"),
            move |thread, seen| {
                let create = seen.create(&id(thread));
                if !create[key].is_null() {
                    thread[key] = create[key].clone();
                }
            },
        ));
        rows.push(instead(
            "M9",
            CREATE,
            format!("a later create drops the {key} of patches"),
            move |call, _| {
                let mut calls = call.itself();
                if !call.params[key].is_null() {
                    calls.insert(
                        0,
                        (
                            UPDATE,
                            json!({"thread_id": call.id(), "patch": {key: call.params[key]}}),
                        ),
                    );
                }
                calls
            },
        ));
    }
    rows.push(shows(
        "M9",
        "where a thread was forked from can be patched",
        |thread, seen| {
            let patches = seen.about(&id(thread), &[UPDATE]);
            let mut forked = patches
                .iter()
                .filter_map(|call| call.params["patch"]["forked_from_id"].as_str());
            if let Some(forked) = forked.next_back() {
                thread["forked_from_id"] = json!(forked);
            }
        },
    ));
    rows.push(refuses(
        "M9",
        UPDATE,
        "a patch with forked_from_id is refused",
        |call, _| call.params["patch"].get("forked_from_id").is_some(),
    ));
    rows
}

fn flags_and_empty_patches() -> Vec<Row> {
    let empty = |call: &Call| {
        call.params["patch"]
            .as_object()
            .is_some_and(|patch| patch.is_empty())
    };
    vec![
        refuses("M8", UPDATE, "an empty patch is refused", move |call, _| {
            empty(call)
        }),
        instead(
            "M8",
            UPDATE,
            "an empty patch changes updated_at",
            move |call, seen| {
                call.with(|params| {
                    if empty(call) {
                        params["patch"] = json!({"updated_at": seen.now});
                    }
                })
            },
        ),
        forgets(
            "M8",
            "an empty patch empties the accumulated one",
            move |made, call, _| empty(call) && made.is(UPDATE) && made.id() == call.id(),
        ),
        instead("M8", UPDATE, "an empty patch clears the name", move |call, _| {
            call.with(|params| {
                if empty(call) {
                    params["patch"] = json!({"name": null});
                }
            })
        }),
        gives(
            "M8",
            UPDATE,
            "an empty patch gives an empty thread",
            move |thread, call, _| {
                if empty(call) {
                    thread["name"] = Value::Null;
                    thread["preview"] = json!("");
                }
            },
        ),
        super::wrong::counts("M8", "an empty patch is not counted", move |call, _| {
            let itself = threadloupe::contract::Op::named(call.method).into_iter();
            itself.filter(|_| !empty(call)).collect()
        }),
        gives(
            "M8",
            UPDATE,
            "an update returns the thread before the update",
            |thread, call, seen| {
                let before: Vec<Call> = seen.calls[..seen.calls.len() - 1].to_vec();
                let earlier = before
                    .iter()
                    .filter(|made| made.is(UPDATE) && made.id() == call.id());
                let mut patch = ThreadMetadataPatch::default();
                earlier.for_each(|made| {
                    patch.merge(&serde_json::from_value(made.params["patch"].clone()).unwrap())
                });
                thread["name"] = json!(patch.name.flatten());
            },
        ),
        refuses(
            "M10",
            UPDATE,
            "an archived thread is patched only with include_archived",
            |call, seen| seen.is_archived(call.id()) && !call.has("include_archived"),
        ),
        refuses(
            "M10",
            UPDATE,
            "include_archived patches no other threads",
            |call, seen| {
                seen.is_created(call.id()) && !seen.is_archived(call.id()) && call.has("include_archived")
            },
        ),
        refuses(
            "M10",
            UPDATE,
            "an archived thread cannot be patched",
            |call, seen| seen.is_archived(call.id()),
        ),
        refuses(
            "M10",
            UPDATE,
            "a patch with an unknown key is refused",
            |call, _| {
                let patch = call.params["patch"].as_object().unwrap();
                patch
                    .keys()
                    .any(|key| threadloupe::contract::field(key).is_none())
            },
        ),
        instead(
            "M10",
            UPDATE,
            "a patch with an unknown key is dropped",
            |call, _| {
                let known = |key: &String| threadloupe::contract::field(key).is_some();
                call.with(|params| {
                    if !params["patch"].as_object().unwrap().keys().all(known) {
                        params["patch"] = json!({});
                    }
                })
            },
        ),
    ]
}

/// Appends that change the metadata, each with its item and the patch that it causes.
fn items() -> Vec<Row> {
    let item = |wrong: &str, kind: &'static str, patch: fn(&Value) -> Value| {
        instead("M11", APPEND, wrong, move |call, _| {
            let items = call.params["items"].as_array().unwrap();
            let of_kind = |item: &&Value| item["type"] == kind || item["payload"]["type"] == kind;
            let patches = items.iter().filter(of_kind).map(|item| {
                (
                    UPDATE,
                    json!({"thread_id": call.id(), "patch": patch(&item["payload"])}),
                )
            });
            patches.chain(call.itself()).collect()
        })
    };
    vec![
        item(
            "a message sets the preview",
            "user_message",
            |it| json!({"preview": it["message"]}),
        ),
        item(
            "a message sets the title and the name",
            "user_message",
            |it| json!({"name": it["message"]}),
        ),
        item(
            "a message sets first_user_message",
            "user_message",
            |it| json!({"first_user_message": it["message"]}),
        ),
        item(
            "an answer makes the preview",
            "agent_message",
            |it| json!({"preview": it["message"]}),
        ),
        item(
            "a turn sets the folder",
            "turn_context",
            |it| json!({"cwd": it["cwd"]}),
        ),
        item(
            "a turn sets the model",
            "turn_context",
            |it| json!({"model": it["model"]}),
        ),
        item(
            "a turn sets the effort",
            "turn_context",
            |it| json!({"reasoning_effort": it["effort"]}),
        ),
        item(
            "a turn sets the approval",
            "turn_context",
            |it| json!({"approval_mode": it["approval_policy"]}),
        ),
        item(
            "a turn sets the sandbox",
            "turn_context",
            |it| json!({"sandbox_policy": it["sandbox_policy"]}),
        ),
        item(
            "a header sets the folder",
            "session_meta",
            |it| json!({"cwd": it["cwd"]}),
        ),
        item(
            "a header sets the source",
            "session_meta",
            |it| json!({"source": it["source"]}),
        ),
        item(
            "a header sets the version",
            "session_meta",
            |it| json!({"cli_version": it["cli_version"]}),
        ),
        item(
            "a header sets the provider",
            "session_meta",
            |it| json!({"model_provider": it["model_provider"]}),
        ),
        item(
            "a header sets created_at",
            "session_meta",
            |it| json!({"created_at": it["timestamp"]}),
        ),
        item(
            "a header sets the commit",
            "session_meta",
            |it| json!({"git_info": {"sha": it["git"]["commit_hash"]}}),
        ),
        item(
            "a token_count item sets token_usage",
            "token_count",
            |it| json!({"token_usage": it["info"]["total_token_usage"]}),
        ),
        item(
            "an event of a new name sets the name",
            "thread_name_updated",
            |it| json!({"name": it["thread_name"]}),
        ),
        instead("M11", APPEND, "an append changes updated_at", |call, seen| {
            call.after(
                UPDATE,
                json!({"thread_id": call.id(), "patch": {"updated_at": seen.now}}),
            )
        }),
        forgets("M11", "an append drops the metadata", |made, call, _| {
            call.is(APPEND) && made.is(UPDATE) && made.id() == call.id()
        }),
    ]
}
