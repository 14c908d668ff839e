//! Wrong reads: histories and threads with other requirements, new threads with other values, fixed times, and threads
//! that are really archived.

use chrono::DurationRound;
use serde_json::{Value, json};
use threadloupe::contract::ThreadStoreError;

use super::wrong::{Row, Seen, answers, does, forgets, gives, instead, not_found, refused, refuses, shows};

const CREATE: &str = "create_thread";
const RESUME: &str = "resume_thread";
const APPEND: &str = "append_items";
const LOAD: &str = "load_history";
const READ: &str = "read_thread";
const BY_PATH: &str = "read_thread_by_rollout_path";
const LIST: &str = "list_threads";
const UPDATE: &str = "update_thread_metadata";
const ARCHIVE: &str = "archive_thread";
const UNARCHIVE: &str = "unarchive_thread";

pub fn rows() -> Vec<Row> {
    let mut rows = loading();
    rows.extend(needing_a_create());
    rows.extend(histories());
    rows.extend(times());
    rows.extend(putting_away());
    rows.extend(defaults());
    for key in ["agent_nickname", "agent_role", "agent_path"] {
        rows.push(shows(
            "G7",
            format!("{key} is taken from the source"),
            move |thread, seen| {
                let spawn = &thread["source"]["subagent"]["thread_spawn"];
                if seen.patch(&id(thread))[key].is_null() && spawn.is_object() {
                    thread[key] = spawn[key].clone();
                }
            },
        ));
        rows.push(shows("G7", format!("{key} is never shown"), move |thread, _| {
            thread[key] = Value::Null;
        }));
    }
    rows
}

fn id(thread: &Value) -> String {
    thread["thread_id"].as_str().unwrap().to_string()
}

fn loading() -> Vec<Row> {
    let mut rows = vec![
        refuses(
            "G1",
            LOAD,
            "the history of a thread that was only resumed cannot be loaded",
            |call, seen| !seen.is_created(call.id()) && seen.was(call.id(), &[RESUME]),
        ),
        refuses(
            "G1",
            LOAD,
            "the history of a thread that was only written to cannot be loaded",
            |call, seen| !seen.is_created(call.id()) && seen.was(call.id(), &[APPEND]),
        ),
        refuses("G1", LOAD, "an empty history cannot be loaded", |call, seen| {
            seen.items(call.id()).is_empty()
        }),
        instead(
            "G1",
            LOAD,
            "the history of an unknown thread is empty",
            |call, _| call.after(APPEND, json!({"thread_id": call.id(), "items": []})),
        ),
        refuses(
            "G1",
            LOAD,
            "an archived history is loaded only with include_archived",
            |call, seen| seen.is_archived(call.id()) && !call.has("include_archived"),
        ),
        refuses(
            "G1",
            LOAD,
            "include_archived finds no other histories",
            |call, seen| !seen.is_archived(call.id()) && call.has("include_archived"),
        ),
        gives("G1", LOAD, "a history has no thread id", |history, _, _| {
            history["thread_id"] = json!("00000000-0000-0000-0000-000000000000");
        }),
        gives(
            "G1",
            LOAD,
            "a history has only its first item",
            |history, _, _| {
                history["items"].as_array_mut().unwrap().truncate(1);
            },
        ),
    ];
    for method in [LOAD, READ, UPDATE, UNARCHIVE] {
        let rule = if method == LOAD { "G1" } else { "G2" };
        let fails = |wrong: String, error: fn(&str) -> ThreadStoreError| {
            answers(rule, wrong, move |call, _, result| match result {
                Err(ThreadStoreError::ThreadNotFound { thread_id }) if call.is(method) => {
                    Err(error(&thread_id.to_string()))
                }
                result => result,
            })
        };
        rows.push(fails(
            format!("{method} calls an unknown thread a bad request"),
            |id| refused(&format!("thread {id} not found")),
        ));
        rows.push(fails(
            format!("{method} calls an unknown thread an internal error"),
            |id| ThreadStoreError::Internal {
                message: id.to_string(),
            },
        ));
        rows.push(fails(
            format!("{method} names another thread that is not found"),
            |_| not_found("00000000-0000-0000-0000-000000000000"),
        ));
    }
    rows
}

/// Reads that need no create, or only sometimes.
fn needing_a_create() -> Vec<Row> {
    let mut rows = Vec::new();
    for method in [READ, UPDATE, UNARCHIVE] {
        for (what, by) in [("resumed", RESUME), ("written to", APPEND)] {
            rows.push(instead(
                "G2",
                method,
                format!("{method} works for a thread that was only {what}"),
                move |call, seen| match !seen.is_created(call.id()) && seen.was(call.id(), &[by]) {
                    true => call.after(CREATE, json!({"thread_id": call.id()})),
                    false => call.itself(),
                },
            ));
        }
        rows.push(instead(
            "G2",
            method,
            format!("{method} makes a thread that is not there"),
            move |call, seen| match seen.record(call.id()) {
                Some(_) => call.itself(),
                None => call.after(CREATE, json!({"thread_id": call.id()})),
            },
        ));
        rows.push(refuses(
            "G2",
            method,
            format!("{method} needs items in the history"),
            |call, seen| seen.is_created(call.id()) && seen.items(call.id()).is_empty(),
        ));
    }
    rows
}

/// The history of a thread, as a read returns it.
fn history(seen: &Seen, id: &str) -> Value {
    json!({"thread_id": id, "items": seen.items(id)})
}

fn histories() -> Vec<Row> {
    let mut rows = Vec::new();
    for method in [READ, UPDATE, UNARCHIVE, BY_PATH] {
        rows.push(gives(
            "G3",
            method,
            format!("{method} always brings the history"),
            |thread, _, seen| {
                let id = id(thread);
                thread["history"] = history(seen, &id);
            },
        ));
        rows.push(gives(
            "G3",
            method,
            format!("{method} brings a history without items if it is not asked for one"),
            |thread, call, _| {
                if !call.has("include_history") {
                    thread["history"] = json!({"thread_id": id(thread), "items": []});
                }
            },
        ));
    }
    for method in [READ, BY_PATH] {
        rows.push(gives(
            "G3",
            method,
            format!("{method} never brings the history"),
            |thread, _, _| {
                thread["history"] = Value::Null;
            },
        ));
        rows.push(gives(
            "G3",
            method,
            format!("{method} brings no empty history"),
            |thread, _, _| {
                if thread["history"]["items"] == json!([]) {
                    thread["history"] = Value::Null;
                }
            },
        ));
        rows.push(gives(
            "G3",
            method,
            format!("{method} brings a history without its items"),
            |thread, _, _| {
                if thread["history"].is_object() {
                    thread["history"]["items"] = json!([]);
                }
            },
        ));
        rows.push(gives(
            "G3",
            method,
            format!("{method} brings a history of no thread"),
            |thread, _, _| {
                if thread["history"].is_object() {
                    thread["history"]["thread_id"] = json!("00000000-0000-0000-0000-000000000000");
                }
            },
        ));
    }
    rows.push(gives(
        "G3",
        LIST,
        "a list brings the histories",
        |page, _, seen| {
            for thread in page["items"].as_array_mut().unwrap() {
                let id = id(thread);
                thread["history"] = history(seen, &id);
            }
        },
    ));
    rows
}

fn times() -> Vec<Row> {
    const TIMES: [&str; 2] = ["created_at", "updated_at"];
    let unpatched = |thread: &Value, seen: &Seen, key: &str| seen.patch(&id(thread))[key].is_null();
    let mut rows = Vec::new();
    for key in TIMES {
        for (what, methods) in [
            ("the create", &[CREATE][..]),
            ("the last append", &[APPEND]),
            ("the last change of metadata", &[UPDATE]),
            (
                "the last call",
                &[CREATE, RESUME, APPEND, UPDATE, ARCHIVE, UNARCHIVE, READ],
            ),
        ] {
            rows.push(shows(
                "G4",
                format!("{key} is the time of {what}"),
                move |thread, seen| {
                    if let Some(at) = seen
                        .last(&id(thread), methods)
                        .filter(|_| unpatched(thread, seen, key))
                    {
                        thread[key] = json!(at);
                    }
                },
            ));
        }
        rows.push(shows(
            "G4",
            format!("{key} is the time of the first read"),
            move |thread, seen| {
                let reads = seen.about(&id(thread), &[READ]);
                if let Some(first) = reads.first().filter(|_| unpatched(thread, seen, key)) {
                    thread[key] = json!(first.at);
                }
            },
        ));
        rows.push(shows(
            "G4",
            format!("{key} is 1970 until it is set"),
            move |thread, seen| {
                if unpatched(thread, seen, key) {
                    thread[key] = json!("1970-01-01T00:00:00Z");
                }
            },
        ));
        rows.push(shows(
            "G4",
            format!("{key} follows the clock even when it is set"),
            move |thread, seen| {
                thread[key] = json!(seen.now);
            },
        ));
        rows.push(shows(
            "G4",
            format!("{key} counts whole seconds"),
            move |thread, seen| {
                if unpatched(thread, seen, key) {
                    thread[key] = json!(seen.now.duration_trunc(chrono::TimeDelta::seconds(1)).unwrap());
                }
            },
        ));
        let other = if key == TIMES[0] { TIMES[1] } else { TIMES[0] };
        rows.push(shows(
            "G4",
            format!("{key} is {other} until it is set"),
            move |thread, seen| {
                if unpatched(thread, seen, key) {
                    thread[key] = thread[other].clone();
                }
            },
        ));
        for method in [READ, UPDATE, UNARCHIVE] {
            rows.push(gives(
                "G4",
                method,
                format!("{method} shows a millisecond later in {key}"),
                move |thread, _, seen| {
                    if unpatched(thread, seen, key) {
                        thread[key] = json!(seen.now + chrono::TimeDelta::milliseconds(1));
                    }
                },
            ));
        }
        rows.push(gives(
            "G4",
            LIST,
            format!("a list shows each thread with the {key} of its create"),
            move |page, _, seen| {
                for thread in page["items"].as_array_mut().unwrap() {
                    if unpatched(thread, seen, key) {
                        thread[key] = json!(seen.last(&id(thread), &[CREATE]));
                    }
                }
            },
        ));
    }
    rows
}

fn putting_away() -> Vec<Row> {
    let hidden = |call: &super::wrong::Call, seen: &Seen| seen.is_archived(call.id());
    let mut rows = vec![
        shows(
            "G5",
            "an archived thread shows when it was archived",
            |thread, seen| {
                let id = id(thread);
                if seen.is_archived(&id) {
                    thread["archived_at"] = json!(seen.last(&id, &[ARCHIVE]));
                }
            },
        ),
        shows(
            "G5",
            "a thread that was once archived shows archived_at",
            |thread, seen| {
                if let Some(at) = seen.last(&id(thread), &[ARCHIVE]) {
                    thread["archived_at"] = json!(at);
                }
            },
        ),
        gives(
            "G5",
            UNARCHIVE,
            "unarchive shows when the thread was archived",
            |thread, call, seen| {
                if let Some(at) = seen.last(call.id(), &[ARCHIVE]) {
                    thread["archived_at"] = json!(at);
                }
            },
        ),
        gives("G5", LIST, "an archived thread is not listed", |page, _, seen| {
            page["items"]
                .as_array_mut()
                .unwrap()
                .retain(|thread| !seen.is_archived(&id(thread)));
        }),
        refuses(
            "G5",
            ARCHIVE,
            "an unknown thread cannot be archived",
            |call, seen| seen.record(call.id()).is_none(),
        ),
        refuses(
            "G5",
            ARCHIVE,
            "a thread that was never created cannot be archived",
            |call, seen| !seen.is_created(call.id()),
        ),
        refuses("G5", ARCHIVE, "an archived thread cannot be archived", hidden),
        refuses(
            "G5",
            UNARCHIVE,
            "a thread that is not archived cannot be unarchived",
            |call, seen| !seen.is_archived(call.id()),
        ),
        instead(
            "G5",
            ARCHIVE,
            "archive creates the thread",
            |call, seen| match seen.is_created(call.id()) {
                true => call.itself(),
                false => call.after(CREATE, json!({"thread_id": call.id()})),
            },
        ),
        instead("G5", ARCHIVE, "archive makes a history", |call, _| {
            call.after(APPEND, json!({"thread_id": call.id(), "items": []}))
        }),
        forgets("G5", "archive drops the thread", |made, call, _| {
            call.is(ARCHIVE) && made.id() == call.id()
        }),
        forgets("G5", "archive drops the items", |made, call, _| {
            call.is(ARCHIVE) && made.is(APPEND) && made.id() == call.id()
        }),
        forgets("G5", "archive drops the metadata", |made, call, _| {
            call.is(ARCHIVE) && made.is(UPDATE) && made.id() == call.id()
        }),
        forgets("G5", "unarchive drops the metadata", |made, call, _| {
            call.is(UNARCHIVE) && made.is(UPDATE) && made.id() == call.id()
        }),
        gives(
            "G5",
            UNARCHIVE,
            "unarchive returns only the id",
            |thread, _, _| {
                for key in ["model", "source", "name", "preview"] {
                    thread[key] = json!(null);
                }
                thread["source"] = json!("unknown");
                thread["preview"] = json!("");
            },
        ),
        refuses("G5", APPEND, "an archived thread cannot be written to", hidden),
    ];
    for method in [ARCHIVE, UNARCHIVE] {
        rows.push(instead(
            "G5",
            method,
            format!("{method} makes the thread newer"),
            |call, seen| {
                call.after(
                    UPDATE,
                    json!({"thread_id": call.id(), "patch": {"updated_at": seen.now}}),
                )
            },
        ));
    }
    for method in [READ, LOAD, UPDATE] {
        rows.push(refuses(
            "G5",
            method,
            format!("{method} fails for an archived thread"),
            hidden,
        ));
        rows.push(refuses(
            "G5",
            method,
            format!("{method} gives an archived thread only if one asks for such"),
            move |call, seen| hidden(call, seen) && !call.has("include_archived"),
        ));
        rows.push(does(
            "G5",
            format!("{method} gives no other threads if one asks for archived ones"),
            move |call, seen| match call.is(method) && call.has("include_archived") && !hidden(call, seen) {
                true => Err(not_found(call.id())),
                false => Ok(call.itself()),
            },
        ));
    }
    rows
}

/// Wrong defaults of a new thread.
fn defaults() -> Vec<Row> {
    let wrong = [
        ("model_provider", json!("")),
        ("model_provider", json!("openai")),
        ("cli_version", json!("")),
        ("cli_version", json!(env!("CARGO_PKG_VERSION"))),
        ("cwd", json!("/")),
        ("cwd", json!(".")),
        ("preview", json!("(no preview)")),
        ("approval_mode", json!("on-request")),
        ("approval_mode", json!("untrusted")),
        ("sandbox_policy", json!({"type": "workspace-write"})),
        ("sandbox_policy", json!({"type": "danger-full-access"})),
        (
            "sandbox_policy",
            json!({"type": "read-only", "network_access": true}),
        ),
        ("name", json!("")),
        ("model", json!("")),
        ("reasoning_effort", json!("medium")),
        ("rollout_path", json!("")),
        ("agent_nickname", json!("")),
        ("agent_role", json!("default")),
        ("agent_path", json!("/root")),
        ("git_info", json!({})),
        (
            "token_usage",
            json!({"input_tokens": 0, "cached_input_tokens": 0, "output_tokens": 0, "reasoning_output_tokens": 0, "total_tokens": 0}),
        ),
        ("first_user_message", json!("")),
        ("thread_source", json!("user")),
    ];
    let defaults = wrong.into_iter().map(|(key, value)| {
        shows(
            "G6",
            format!("{key} is {value} until it is set"),
            move |thread, seen| {
                let id = id(thread);
                let create = seen.create(&id);
                let untold = !create.as_object().unwrap().contains_key(key) || create[key].is_null();
                if seen.patch(&id)[key].is_null() && untold {
                    thread[key] = value.clone();
                }
            },
        )
    });
    let mut rows: Vec<Row> = defaults.collect();
    rows.extend([
        shows("G6", "the preview is the name until it is set", |thread, _| {
            if thread["preview"] == "" && thread["name"].is_string() {
                thread["preview"] = thread["name"].clone();
            }
        }),
        shows(
            "G6",
            "the preview is the first message until it is set",
            |thread, seen| {
                let items = seen.items(&id(thread));
                if let Some(first) = items.first().filter(|_| thread["preview"] == "") {
                    thread["preview"] = first["payload"]["message"].clone();
                }
            },
        ),
    ]);
    rows
}
