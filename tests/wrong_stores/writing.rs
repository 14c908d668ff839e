//! Wrong ways to create, resume and append.

use serde_json::{Value, json};
use threadloupe::contract::ThreadStoreError;

use super::wrong::{Call, Row, Seen, answers, does, forgets, gives, instead, not_found, refuses, shows};

const CREATE: &str = "create_thread";
const RESUME: &str = "resume_thread";
const APPEND: &str = "append_items";
const UPDATE: &str = "update_thread_metadata";

pub fn rows() -> Vec<Row> {
    let mut rows = create();
    rows.extend(told_to_create());
    rows.extend(resume());
    rows.extend(append());
    rows
}

fn create() -> Vec<Row> {
    let mut rows = vec![
        does("A1", "a second create is a conflict", |call, seen| {
            match call.is(CREATE) && seen.is_created(call.id()) {
                true => Err(ThreadStoreError::Conflict {
                    message: "it is there already".to_string(),
                }),
                false => Ok(call.itself()),
            }
        }),
        refuses(
            "A1",
            CREATE,
            "an id that was only resumed cannot be created",
            |call, seen| !seen.is_created(call.id()) && seen.was(call.id(), &[RESUME]),
        ),
        refuses("A1", CREATE, "the third create fails", |call, seen| {
            seen.about(call.id(), &[CREATE]).len() >= 2
        }),
        instead("A1", CREATE, "a second create is ignored", |call, seen| {
            if seen.is_created(call.id()) {
                Vec::new()
            } else {
                call.itself()
            }
        }),
        forgets("A1", "a second create empties the history", |made, call, seen| {
            call.is(CREATE) && made.is(APPEND) && made.id() == call.id() && seen.is_created(call.id())
        }),
        forgets(
            "A1",
            "the first create empties a history that is there",
            |made, call, seen| {
                call.is(CREATE) && made.is(APPEND) && made.id() == call.id() && !seen.is_created(call.id())
            },
        ),
        forgets("A1", "a second create drops the metadata", |made, call, seen| {
            call.is(CREATE) && made.is(UPDATE) && made.id() == call.id() && seen.is_created(call.id())
        }),
        instead("A1", CREATE, "a second create drops the name", |call, seen| {
            let nameless = json!({"thread_id": call.id(), "patch": {"name": null}});
            match seen.is_created(call.id()) {
                true => call.after(UPDATE, nameless),
                false => call.itself(),
            }
        }),
        forgets("A1", "a second create drops the paths", |made, call, seen| {
            call.is(CREATE) && made.is(RESUME) && made.id() == call.id() && seen.is_created(call.id())
        }),
        forgets("A1", "the first create drops the paths", |made, call, seen| {
            call.is(CREATE) && made.is(RESUME) && made.id() == call.id() && !seen.is_created(call.id())
        }),
        answers("A1", "create makes no history", |call, seen, result| {
            let made = seen.was(call.id(), &[RESUME, APPEND]);
            if call.is("load_history") && !made {
                Err(not_found(call.id()))
            } else {
                result
            }
        }),
    ];
    rows.push(gives(
        "A1",
        "list_threads",
        "a thread is listed once for each create",
        |page, _, seen| {
            let items = page["items"].as_array().unwrap().clone();
            let again = items.into_iter().flat_map(|thread| {
                let times = seen.about(thread["thread_id"].as_str().unwrap(), &[CREATE]).len();
                vec![thread; times]
            });
            page["items"] = again.collect();
        },
    ));
    for key in ["forked_from_id", "source", "thread_source"] {
        rows.push(instead(
            "A1",
            CREATE,
            format!("a second create does not replace {key}"),
            move |call, seen| {
                let before = seen.create(call.id());
                call.with(|params| {
                    if seen.is_created(call.id()) {
                        params[key] = before[key].clone();
                    }
                })
            },
        ));
        rows.push(instead(
            "A1",
            CREATE,
            format!("a second create merges {key}"),
            move |call, seen| {
                let before = seen.create(call.id());
                call.with(|params| {
                    if seen.is_created(call.id()) && params[key].is_null() {
                        params[key] = before[key].clone();
                    }
                })
            },
        ));
        rows.push(instead(
            "A1",
            CREATE,
            format!("create does not keep {key}"),
            move |call, _| {
                call.with(|params| {
                    params.as_object_mut().unwrap().remove(key);
                })
            },
        ));
    }
    rows
}

/// Parameters of create that must not be shown.
fn told_to_create() -> Vec<Row> {
    let unpatched = |seen: &Seen, id: &str, key: &str| seen.patch(id)[key].is_null();
    let mut rows = Vec::new();
    for key in ["cwd", "model_provider"] {
        rows.push(shows(
            "A2",
            format!("the {key} of create is shown"),
            move |thread, seen| {
                let id = thread["thread_id"].as_str().unwrap().to_string();
                let told = seen.create(&id)["metadata"][key].clone();
                if told.is_string() && told != "" && unpatched(seen, &id, key) {
                    thread[key] = told;
                }
            },
        ));
    }
    let items = |wrong: &str, item: fn(&Value) -> Option<Value>| {
        instead("A2", CREATE, wrong, move |call, _| {
            let items = item(&call.params).map(|item| json!({"thread_id": call.id(), "items": [item]}));
            let append = items.map(|items| (APPEND, items));
            append.into_iter().chain(call.itself()).collect()
        })
    };
    rows.extend([
        items("base instructions become an item", |params| {
            let text = params["base_instructions"]["text"]
                .as_str()
                .filter(|text| !text.is_empty())?;
            Some(json!({"type": "instructions", "text": text}))
        }),
        items("dynamic tools become an item", |params| {
            let tools = params["dynamic_tools"]
                .as_array()
                .filter(|tools| !tools.is_empty())?;
            Some(json!({"type": "tools", "tools": tools}))
        }),
        instead(
            "A2",
            APPEND,
            "a thread without memory keeps no items",
            |call, seen| {
                let mode = &seen.create(call.id())["metadata"]["memory_mode"];
                call.with(|params| {
                    if *mode == "disabled" {
                        params["items"] = json!([]);
                    }
                })
            },
        ),
        gives(
            "A2",
            "list_threads",
            "a thread without memory is not listed",
            |page, _, seen| {
                page["items"].as_array_mut().unwrap().retain(|thread| {
                    seen.create(thread["thread_id"].as_str().unwrap())["metadata"]["memory_mode"]
                        != "disabled"
                });
            },
        ),
        instead(
            "A2",
            APPEND,
            "without the extended mode only messages are kept",
            |call, seen| {
                let mode = seen.create(call.id())["event_persistence_mode"].clone();
                call.with(|params| {
                    if mode == "Limited" {
                        let items = params["items"].as_array_mut().unwrap();
                        items.retain(|item| item["payload"]["type"] == "user_message");
                    }
                })
            },
        ),
        instead(
            "A2",
            CREATE,
            "create makes the provider and folder metadata",
            |call, _| {
                let told = &call.params["metadata"];
                let patch = json!({"cwd": told["cwd"], "model_provider": told["model_provider"]});
                match told.is_object() {
                    true => call.after(UPDATE, json!({"thread_id": call.id(), "patch": patch})),
                    false => call.itself(),
                }
            },
        ),
        instead(
            "A3",
            CREATE,
            "create writes a line about the session",
            |call, _| {
                let meta = json!({"type": "session_meta", "payload": {"id": call.id()}});
                call.after(APPEND, json!({"thread_id": call.id(), "items": [meta]}))
            },
        ),
    ]);
    rows
}

fn resume() -> Vec<Row> {
    vec![
        refuses(
            "A4",
            RESUME,
            "an unknown thread cannot be resumed",
            |call, seen| seen.record(call.id()).is_none(),
        ),
        refuses(
            "A4",
            RESUME,
            "a thread that was never created cannot be resumed",
            |call, seen| !seen.is_created(call.id()),
        ),
        refuses("A4", RESUME, "a thread is resumed only once", |call, seen| {
            seen.was(call.id(), &[RESUME])
        }),
        instead(
            "A4",
            RESUME,
            "resume creates the thread",
            |call, seen| match seen.is_created(call.id()) {
                true => call.itself(),
                false => call.after(CREATE, json!({"thread_id": call.id()})),
            },
        ),
        instead("A4", RESUME, "resume makes no history", |call, seen| {
            if seen.is_loadable(call.id()) {
                call.itself()
            } else {
                Vec::new()
            }
        }),
        instead("A4", RESUME, "resume registers no path", |call, _| {
            call.with(|params| params["rollout_path"] = Value::Null)
        }),
        instead(
            "A4",
            RESUME,
            "resume registers a path of created threads only",
            |call, seen| {
                call.with(|params| {
                    if !seen.is_created(call.id()) {
                        params["rollout_path"] = Value::Null;
                    }
                })
            },
        ),
        instead(
            "A4",
            RESUME,
            "resume registers only the first path",
            |call, seen| {
                call.with(|params| {
                    if seen.was(call.id(), &[RESUME]) {
                        params["rollout_path"] = Value::Null;
                    }
                })
            },
        ),
        instead(
            "A4",
            RESUME,
            "the history that resume is given is appended",
            |call, _| {
                let items = call.params["history"].as_array().cloned().unwrap_or_default();
                call.after(APPEND, json!({"thread_id": call.id(), "items": items}))
            },
        ),
        forgets("A4", "resume empties the history", |made, call, _| {
            call.is(RESUME) && made.is(APPEND) && made.id() == call.id()
        }),
        forgets("A4", "resume drops the metadata", |made, call, _| {
            call.is(RESUME) && made.is(UPDATE) && made.id() == call.id()
        }),
        forgets("A4", "resume without a path drops the paths", |made, call, _| {
            call.is(RESUME)
                && call.params["rollout_path"].is_null()
                && made.is(RESUME)
                && made.id() == call.id()
        }),
        instead(
            "A4",
            RESUME,
            "the folder and provider that resume is given become metadata",
            |call, _| {
                let told = &call.params["metadata"];
                let patch = json!({"cwd": told["cwd"], "model_provider": told["model_provider"]});
                match told.is_object() {
                    true => call.after(UPDATE, json!({"thread_id": call.id(), "patch": patch})),
                    false => call.itself(),
                }
            },
        ),
        instead(
            "A4",
            RESUME,
            "the path that resume is given is metadata",
            |call, _| {
                let patch = json!({"rollout_path": call.params["rollout_path"]});
                call.after(UPDATE, json!({"thread_id": call.id(), "patch": patch}))
            },
        ),
        refuses(
            "A4",
            RESUME,
            "an archived thread is resumed only with include_archived",
            |call, seen| seen.is_archived(call.id()) && !call.has("include_archived"),
        ),
        refuses(
            "A4",
            RESUME,
            "include_archived fails if there is no archived thread",
            |call, seen| !seen.is_archived(call.id()) && call.has("include_archived"),
        ),
        instead(
            "A4",
            APPEND,
            "after a resume in limited mode only messages are kept",
            |call, seen| {
                let resumed = seen
                    .about(call.id(), &[RESUME])
                    .last()
                    .is_some_and(|call| call.params["event_persistence_mode"] != "Extended");
                call.with(|params| {
                    if resumed {
                        let items = params["items"].as_array_mut().unwrap();
                        items.retain(|item| item["payload"]["type"] == "user_message");
                    }
                })
            },
        ),
        instead("A4", RESUME, "resume writes a line about itself", |call, _| {
            let meta = json!({"type": "session_meta", "payload": {"id": call.id()}});
            call.after(APPEND, json!({"thread_id": call.id(), "items": [meta]}))
        }),
    ]
}

/// An append with changed items.
fn items(wrong: &str, change: impl Fn(&mut Vec<Value>, &Call, &Seen) + Send + Sync + 'static) -> Row {
    instead("A5", APPEND, wrong, move |call, seen| {
        call.with(|params| change(params["items"].as_array_mut().unwrap(), call, seen))
    })
}

fn append() -> Vec<Row> {
    let payload = |item: &Value, kind: &str| item["payload"]["type"] == kind;
    vec![
        refuses("A5", APPEND, "an append to an unknown id fails", |call, seen| {
            seen.record(call.id()).is_none()
        }),
        refuses(
            "A5",
            APPEND,
            "an append to a thread that was never created fails",
            |call, seen| !seen.is_created(call.id()),
        ),
        refuses("A5", APPEND, "an append of no items fails", |call, _| {
            call.params["items"] == json!([])
        }),
        instead(
            "A5",
            APPEND,
            "an append to an unknown id is dropped",
            |call, seen| {
                if seen.record(call.id()).is_some() {
                    call.itself()
                } else {
                    Vec::new()
                }
            },
        ),
        instead(
            "A5",
            APPEND,
            "an append of no items starts no history",
            |call, _| {
                if call.params["items"] == json!([]) {
                    Vec::new()
                } else {
                    call.itself()
                }
            },
        ),
        instead(
            "A5",
            APPEND,
            "append creates the thread",
            |call, seen| match seen.is_created(call.id()) {
                true => call.itself(),
                false => call.after(CREATE, json!({"thread_id": call.id()})),
            },
        ),
        forgets("A5", "an append replaces the history", |made, call, _| {
            call.is(APPEND) && made.is(APPEND) && made.id() == call.id()
        }),
        forgets(
            "A5",
            "an append of no items empties the history",
            |made, call, _| {
                call.is(APPEND)
                    && call.params["items"] == json!([])
                    && made.is(APPEND)
                    && made.id() == call.id()
            },
        ),
        items("the items of an append are reversed", |items, _, _| {
            items.reverse()
        }),
        items("only the first item of an append is kept", |items, _, _| {
            items.truncate(1)
        }),
        items("only the last item of an append is kept", |items, _, _| {
            let last = items.pop();
            *items = last.into_iter().collect();
        }),
        items(
            "an item that is in the history is not added again",
            |items, call, seen| {
                let there = seen.items(call.id());
                items.retain(|item| !there.contains(item));
            },
        ),
        items(
            "an item that is in the same append before is dropped",
            |items, _, _| items.dedup(),
        ),
        items(
            "an item of a kind that is not known is dropped",
            move |items, _, _| {
                items.retain(|item| !payload(item, "other"));
            },
        ),
        items(
            "the event that a session has ended is dropped",
            move |items, _, _| {
                items.retain(|item| !payload(item, "shutdown_complete"));
            },
        ),
        items("an item without a type is dropped", |items, _, _| {
            items.retain(|item| item["type"].is_string());
        }),
        items("events are dropped", |items, _, _| {
            items.retain(|item| item["type"] != "event_msg")
        }),
        items("keys of no meaning are dropped", |items, _, _| {
            for item in items {
                if let Some(item) = item.as_object_mut() {
                    item.retain(|key, _| ["type", "payload"].contains(&&**key));
                }
            }
        }),
        answers("A5", "the newest items come first", |call, _, result| {
            result.map(|mut answer| {
                let at = if call.is("load_history") {
                    "/items"
                } else {
                    "/history/items"
                };
                if let Some(items) = answer.pointer_mut(at).and_then(Value::as_array_mut) {
                    items.reverse();
                }
                answer
            })
        }),
        answers(
            "A5",
            "only the last hundred bytes of items are kept",
            |call, _, result| {
                result.map(|mut answer| {
                    let at = if call.is("load_history") {
                        "/items"
                    } else {
                        "/history/items"
                    };
                    if let Some(items) = answer.pointer_mut(at).and_then(Value::as_array_mut) {
                        while items.len() > 1 && json!(items).to_string().len() > 100 {
                            items.remove(0);
                        }
                    }
                    answer
                })
            },
        ),
    ]
}
