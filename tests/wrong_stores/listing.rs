//! Wrong lists: parameters that have an effect, other orders, too many or too few threads.

use serde_json::{Value, json};
use threadloupe::protocol::ThreadId;

use super::wrong::{Call, Row, Seen, gives, refuses};

const LIST: &str = "list_threads";

/// A store that changes the threads of a list.
fn lists(
    rule: &'static str,
    wrong: &str,
    change: impl Fn(&mut Vec<Value>, &Call, &Seen) + Send + Sync + 'static,
) -> Row {
    gives(rule, LIST, wrong, move |page, call, seen| {
        change(page["items"].as_array_mut().unwrap(), call, seen);
    })
}

/// A store that lists only the threads for which a condition is true.
fn keeps(
    rule: &'static str,
    wrong: &str,
    keep: impl Fn(&Value, &Value, &Seen) -> bool + Send + Sync + 'static,
) -> Row {
    lists(rule, wrong, move |threads, call, seen| {
        threads.retain(|thread| keep(thread, &call.params, seen));
    })
}

fn id(thread: &Value) -> &str {
    thread["thread_id"].as_str().unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Whether a list contains a value, if there is a list.
fn is_in(list: &Value, value: &Value) -> bool {
    list.as_array().is_none_or(|list| list.contains(value))
}

/// The same, but an empty list counts as no list.
fn is_in_some(list: &Value, value: &Value) -> bool {
    list == &json!([]) || is_in(list, value)
}

fn size(call: &Call) -> Option<usize> {
    call.params["page_size"]
        .as_u64()
        .map(|size| usize::try_from(size).unwrap())
}

pub fn rows() -> Vec<Row> {
    let mut rows = pages();
    rows.extend(orders());
    rows.extend(filters());
    rows.extend(members());
    rows
}

fn pages() -> Vec<Row> {
    vec![
        lists("L1", "page_size is honoured", |threads, call, _| {
            if let Some(size) = size(call).filter(|size| *size > 0) {
                threads.truncate(size);
            }
        }),
        lists("L1", "a page_size of 0 lists nothing", |threads, call, _| {
            if size(call) == Some(0) {
                threads.clear();
            }
        }),
        refuses("L1", LIST, "a page_size of 0 is refused", |call, _| {
            size(call) == Some(0)
        }),
        gives("L1", LIST, "a full page has a next_cursor", |page, call, _| {
            let last = size(call).and_then(|size| page["items"].get(size.checked_sub(1)?));
            page["next_cursor"] = last.map_or(Value::Null, |thread| thread["thread_id"].clone());
        }),
        refuses("L1", LIST, "a cursor is refused", |call, _| {
            call.params["cursor"].is_string()
        }),
        lists("L1", "a list with a cursor is empty", |threads, call, _| {
            if call.params["cursor"].is_string() {
                threads.clear();
            }
        }),
        lists("L1", "a list continues after its cursor", |threads, call, _| {
            let cursor = text(&call.params["cursor"]);
            if ThreadId::from_string(cursor).is_ok() {
                threads.retain(|thread| id(thread) > cursor);
            }
        }),
        gives("L1", LIST, "the cursor is returned", |page, call, _| {
            page["next_cursor"] = call.params["cursor"].clone();
        }),
        gives("L2", LIST, "the last thread is the next cursor", |page, _, _| {
            let last = page["items"].as_array().unwrap().last();
            page["next_cursor"] = last.map_or(Value::Null, |thread| thread["thread_id"].clone());
        }),
        gives("L2", LIST, "an empty text is the next cursor", |page, _, _| {
            page["next_cursor"] = json!("");
        }),
    ]
}

/// A list that is sorted by a key if a condition is true.
fn sorted(
    rule: &'static str,
    wrong: &str,
    key: &'static str,
    falling: bool,
    when: impl Fn(&Call) -> bool + Send + Sync + 'static,
) -> Row {
    lists(rule, wrong, move |threads, call, _| {
        if when(call) {
            threads.sort_by_key(|thread| text(&thread[key]).to_string());
            if falling {
                threads.reverse();
            }
        }
    })
}

fn orders() -> Vec<Row> {
    let mut rows = vec![
        sorted(
            "L1",
            "lists are sorted by creation, the youngest first",
            "created_at",
            true,
            |_| true,
        ),
        sorted(
            "L1",
            "lists are sorted by the last change, the youngest first",
            "updated_at",
            true,
            |_| true,
        ),
        sorted(
            "L1",
            "without a sort_key the newest threads come first",
            "created_at",
            true,
            |call| call.params["sort_key"].is_null(),
        ),
        sorted("L2", "lists are sorted by name", "name", false, |_| true),
        sorted("L2", "lists are sorted by preview", "preview", false, |_| true),
        sorted(
            "L2",
            "lists are sorted by id, the greatest first",
            "thread_id",
            true,
            |_| true,
        ),
        lists("L2", "lists are in the order of creation", |threads, _, seen| {
            let creates: Vec<&str> = seen
                .calls
                .iter()
                .filter(|call| call.is("create_thread"))
                .map(Call::id)
                .collect();
            threads.sort_by_key(|thread| creates.iter().position(|of| *of == id(thread)));
        }),
        lists(
            "L2",
            "lists are in the order of the last create",
            |threads, _, seen| {
                let creates: Vec<&str> = seen
                    .calls
                    .iter()
                    .filter(|call| call.is("create_thread"))
                    .map(Call::id)
                    .collect();
                threads.sort_by_key(|thread| creates.iter().rposition(|of| *of == id(thread)));
            },
        ),
        lists(
            "L2",
            "the thread that was touched last comes first",
            |threads, _, seen| {
                threads.sort_by_key(|thread| seen.calls.iter().rposition(|call| call.id() == id(thread)));
                threads.reverse();
            },
        ),
        lists("L2", "lists are sorted by the end of the id", |threads, _, _| {
            threads.sort_by_key(|thread| id(thread).chars().rev().collect::<String>());
        }),
    ];
    for (name, key) in [("CreatedAt", "created_at"), ("UpdatedAt", "updated_at")] {
        for (direction, falling) in [("Asc", false), ("Desc", true)] {
            let wrong = format!("{name} {direction} is honoured");
            rows.push(sorted("L1", &wrong, key, falling, move |call| {
                call.params["sort_key"] == name && call.params["sort_direction"] == direction
            }));
        }
    }
    rows.push(lists(
        "L1",
        "Desc turns the order of the ids round",
        |threads, call, _| {
            if call.params["sort_direction"] == "Desc" {
                threads.reverse();
            }
        },
    ));
    rows
}

fn filters() -> Vec<Row> {
    let archived = |thread: &Value, seen: &Seen| seen.is_archived(id(thread));
    vec![
        keeps("L1", "allowed_sources is honoured", |thread, asked, _| {
            is_in_some(&asked["allowed_sources"], &thread["source"])
        }),
        keeps(
            "L1",
            "no allowed_sources means only interactive sources",
            |thread, asked, _| {
                let none = asked["allowed_sources"].is_null() || asked["allowed_sources"] == json!([]);
                !none || thread["source"] == "cli" || thread["source"] == "vscode"
            },
        ),
        keeps("L1", "model_providers is honoured", |thread, asked, _| {
            is_in_some(&asked["model_providers"], &thread["model_provider"])
        }),
        keeps("L1", "an empty model_providers finds nothing", |_, asked, _| {
            asked["model_providers"] != json!([])
        }),
        keeps(
            "L1",
            "no model_providers means the first one's",
            |thread, asked, _| !asked["model_providers"].is_null() || thread["model_provider"] != "openai",
        ),
        keeps("L1", "cwd_filters is honoured", |thread, asked, _| {
            is_in_some(&asked["cwd_filters"], &thread["cwd"])
        }),
        keeps("L1", "an empty cwd_filters finds nothing", |_, asked, _| {
            asked["cwd_filters"] != json!([])
        }),
        keeps(
            "L1",
            "archived lists only archived threads",
            move |thread, asked, seen| asked["archived"] != true || archived(thread, seen),
        ),
        keeps(
            "L1",
            "archived threads are listed only if archived is true",
            move |thread, asked, seen| asked["archived"] == true || !archived(thread, seen),
        ),
        keeps(
            "L1",
            "archived threads are hidden if archived is false",
            move |thread, asked, seen| asked["archived"] != false || !archived(thread, seen),
        ),
        keeps("L1", "search_term is honoured in names", |thread, asked, _| {
            text(&thread["name"]).contains(text(&asked["search_term"]))
        }),
        keeps("L1", "search_term is honoured in previews", |thread, asked, _| {
            text(&thread["preview"]).contains(text(&asked["search_term"]))
        }),
        keeps("L1", "search_term is honoured anywhere", |thread, asked, seen| {
            let all = format!("{thread}{}", json!(seen.items(id(thread))));
            all.contains(text(&asked["search_term"]))
        }),
        refuses("L1", LIST, "a search is refused", |call, _| {
            call.params["search_term"].is_string()
        }),
        keeps("L1", "use_state_db_only lists nothing", |_, asked, _| {
            asked["use_state_db_only"] != true
        }),
        refuses("L1", LIST, "use_state_db_only is refused", |call, _| {
            call.has("use_state_db_only")
        }),
        keeps(
            "L1",
            "use_state_db_only lists only threads with a patched preview",
            |thread, asked, seen| {
                asked["use_state_db_only"] != true || seen.patch(id(thread))["preview"].is_string()
            },
        ),
    ]
}

fn members() -> Vec<Row> {
    /// Threads that were never created but have other data.
    fn also(method: &'static str) -> impl Fn(&mut Vec<Value>, &Call, &Seen) {
        move |threads, _, seen| {
            let Some(like) = threads.first().cloned() else {
                return;
            };
            for call in seen.calls.iter().filter(|call| call.is(method)) {
                if !threads.iter().any(|thread| id(thread) == call.id()) {
                    let mut thread = like.clone();
                    thread["thread_id"] = json!(call.id());
                    threads.push(thread);
                }
            }
            threads.sort_by_key(|thread| id(thread).to_string());
        }
    }
    vec![
        lists(
            "L2",
            "threads that were only resumed are listed",
            also("resume_thread"),
        ),
        lists(
            "L2",
            "threads that were only written to are listed",
            also("append_items"),
        ),
        lists(
            "L2",
            "threads that were only patched are listed",
            also("update_thread_metadata"),
        ),
        lists(
            "L2",
            "threads that were only archived are listed",
            also("archive_thread"),
        ),
        lists(
            "L2",
            "a thread is listed once for each create",
            |threads, _, seen| {
                let again =
                    |thread: &Value| vec![thread.clone(); seen.about(id(thread), &["create_thread"]).len()];
                *threads = threads.iter().flat_map(again).collect();
            },
        ),
        keeps("L2", "threads without items are not listed", |thread, _, seen| {
            !seen.items(id(thread)).is_empty()
        }),
        keeps(
            "L2",
            "threads without a preview are not listed",
            |thread, _, _| thread["preview"] != "",
        ),
        keeps("L2", "threads without a name are not listed", |thread, _, _| {
            thread["name"].is_string()
        }),
        keeps(
            "L2",
            "threads without a patch are not listed",
            |thread, _, seen| seen.patch(id(thread)).is_object(),
        ),
        keeps("L2", "threads without a path are not listed", |thread, _, _| {
            thread["rollout_path"].is_string()
        }),
        keeps("L2", "threads of sub-agents are not listed", |thread, _, _| {
            thread["source"]["subagent"].is_null()
        }),
        keeps("L2", "forks are not listed", |thread, _, _| {
            thread["forked_from_id"].is_null()
        }),
        keeps(
            "L2",
            "threads that no user started are not listed",
            |thread, _, _| thread["thread_source"].is_null() || thread["thread_source"] == "user",
        ),
        lists("L2", "a row of a list has no metadata", |threads, _, _| {
            for thread in threads {
                thread["name"] = Value::Null;
            }
        }),
        lists("L2", "a row of a list has no preview", |threads, _, _| {
            for thread in threads {
                thread["preview"] = json!("");
            }
        }),
        lists("L2", "a list shows the first 3 threads", |threads, _, _| {
            threads.truncate(3)
        }),
        lists(
            "L2",
            "a list shows what it showed the first time",
            |threads, _, seen| {
                let first = seen.calls.iter().position(|call| call.is(LIST)).unwrap();
                threads.retain(|thread| {
                    let created = seen
                        .calls
                        .iter()
                        .position(|call| call.is("create_thread") && call.id() == id(thread));
                    created.is_some_and(|created| created < first)
                });
            },
        ),
    ]
}
