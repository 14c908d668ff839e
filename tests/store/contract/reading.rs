//! Rules G and L: what reads and lists return.

use serde_json::{Value, json};

use super::desk::{Desk, NOW, ONE, THREE, TWO, moment};

#[test]
fn g1_a_history_needs_an_entry_and_no_create() {
    let desk = Desk::new();
    desk.not_found("load_history", json!({"thread_id": ONE}), ONE);
    desk.ok("resume_thread", json!({"thread_id": ONE}));
    desk.append(TWO, json!([{"a": 1}]));
    for archived in [false, true] {
        let load = |id: &str| {
            desk.ok(
                "load_history",
                json!({"thread_id": id, "include_archived": archived}),
            )
        };
        assert_eq!(load(ONE), json!({"thread_id": ONE, "items": []}));
        assert_eq!(load(TWO), json!({"thread_id": TWO, "items": [{"a": 1}]}));
    }
}

#[test]
fn g2_reads_need_a_create_even_where_the_history_loads() {
    let desk = Desk::new();
    desk.append(ONE, json!([{"a": 1}]));
    desk.resume(TWO, "/p/two.jsonl");
    for id in [ONE, TWO, THREE] {
        for archived in [false, true] {
            let params = json!({"thread_id": id, "include_archived": archived});
            desk.not_found("read_thread", params, id);
        }
        desk.not_found("unarchive_thread", json!({"thread_id": id}), id);
        desk.not_found(
            "update_thread_metadata",
            json!({"thread_id": id, "patch": {}}),
            id,
        );
    }
    assert_eq!(desk.history(ONE), json!([{"a": 1}]));
}

#[test]
fn g3_the_history_is_there_if_and_only_if_it_was_asked_for() {
    let desk = Desk::with_one();
    desk.resume(ONE, "/p/one.jsonl");
    let reads = |history: bool| {
        [
            desk.ok(
                "read_thread",
                json!({"thread_id": ONE, "include_history": history}),
            ),
            desk.ok(
                "read_thread_by_rollout_path",
                json!({"rollout_path": "/p/one.jsonl", "include_history": history}),
            ),
        ]
    };
    for items in [json!([]), json!([{"a": 1}])] {
        desk.append(ONE, items.clone());
        for thread in reads(true) {
            assert_eq!(thread["history"], json!({"thread_id": ONE, "items": items}));
        }
        for thread in reads(false) {
            assert_eq!(thread["history"], Value::Null);
        }
        for thread in [
            desk.ok("list_threads", json!({}))["items"][0].clone(),
            desk.update(ONE, json!({})),
            desk.ok("unarchive_thread", json!({"thread_id": ONE})),
        ] {
            assert_eq!(thread["history"], Value::Null);
        }
    }
}

#[test]
fn g4_times_that_nobody_patched_are_those_of_the_clock_at_each_read() {
    let desk = Desk::with_one();
    let times = |desk: &Desk| {
        let thread = desk.read(ONE);
        (thread["created_at"].clone(), thread["updated_at"].clone())
    };
    assert_eq!(times(&desk), (json!(NOW), json!(NOW)));
    desk.store.stand_at(moment("2026-05-13T00:28:15.000000007Z"));
    let later = json!("2026-05-13T00:28:15.000000007Z");
    assert_eq!(times(&desk), (later.clone(), later.clone()));
    desk.update(ONE, json!({"updated_at": "2020-01-01T00:00:00.5Z"}));
    assert_eq!(times(&desk), (later, json!("2020-01-01T00:00:00.500Z")));
    desk.update(ONE, json!({"created_at": "2030-01-01T02:00:00+02:00"}));
    desk.store.stand_at(moment(NOW));
    let fixed = (json!("2030-01-01T00:00:00Z"), json!("2020-01-01T00:00:00.500Z"));
    assert_eq!(times(&desk), fixed);
    // Each call reads the system clock once too, so all times in an answer are equal, and later answers have later
    // times.
    let desk = Desk::at(std::sync::Arc::default());
    desk.create(ONE);
    desk.create(TWO);
    let before = chrono::Utc::now();
    let first = desk.read(ONE);
    let list = desk.ok("list_threads", json!({}));
    let after = chrono::Utc::now();
    let times: Vec<_> = [&first, &list["items"][0], &list["items"][1]]
        .into_iter()
        .flat_map(|thread| ["created_at", "updated_at"].map(|key| moment(thread[key].as_str().unwrap())))
        .collect();
    assert_eq!(times[0], times[1]);
    assert!(times[2..].iter().all(|time| *time == times[2]));
    assert!(before <= times[0] && times[0] <= times[2] && times[2] <= after);
}

#[test]
fn g5_archiving_only_counts() {
    let desk = Desk::with_one();
    let before = desk.read(ONE);
    assert_eq!(before["archived_at"], Value::Null);
    for id in [ONE, TWO] {
        assert_eq!(desk.ok("archive_thread", json!({"thread_id": id})), Value::Null);
    }
    assert_eq!(desk.read(ONE), before);
    assert_eq!(desk.listed(), [ONE]);
    assert_eq!(desk.store.snapshot().len(), 1);
    assert_eq!(desk.ok("unarchive_thread", json!({"thread_id": ONE})), before);
    desk.create(TWO);
    let never = desk.ok("unarchive_thread", json!({"thread_id": TWO}));
    assert_eq!(never["thread_id"], TWO);
    assert_eq!(desk.calls().archive_thread, 2);
}

#[test]
fn g6_what_nobody_set_has_its_fixed_value() {
    let desk = Desk::new();
    desk.ok(
        "create_thread",
        json!({"thread_id": ONE, "source": "exec", "thread_source": "user"}),
    );
    assert_eq!(
        desk.read(ONE),
        json!({
            "thread_id": ONE, "rollout_path": null, "forked_from_id": null, "preview": "", "name": null,
            "model_provider": "test", "model": null, "reasoning_effort": null, "created_at": NOW,
            "updated_at": NOW, "archived_at": null, "cwd": "", "cli_version": "test", "source": "exec",
            "thread_source": "user", "agent_nickname": null, "agent_role": null, "agent_path": null,
            "git_info": null, "approval_mode": "never", "sandbox_policy": {"type": "read-only"},
            "token_usage": null, "first_user_message": null, "history": null,
        })
    );
    // An empty text is a value; it does not mean that there is none.
    let set = desk.update(ONE, json!({"model_provider": "", "cli_version": ""}));
    assert_eq!(
        (&set["model_provider"], &set["cli_version"]),
        (&json!(""), &json!(""))
    );
}

#[test]
fn g7_a_spawned_source_alone_names_no_agent() {
    let desk = Desk::new();
    let source = json!({"subagent": {"thread_spawn": {
        "parent_thread_id": TWO, "depth": 1, "agent_path": "/root/scout", "agent_nickname": "Nick", "agent_role": "scout",
    }}});
    desk.ok("create_thread", json!({"thread_id": ONE, "source": source}));
    let agent = |thread: &Value| {
        [
            thread["agent_nickname"].clone(),
            thread["agent_role"].clone(),
            thread["agent_path"].clone(),
        ]
    };
    let thread = desk.read(ONE);
    assert_eq!(thread["source"], source);
    assert_eq!(agent(&thread), [Value::Null, Value::Null, Value::Null]);
    desk.update(ONE, json!({"source": source}));
    assert_eq!(agent(&desk.read(ONE)), [Value::Null, Value::Null, Value::Null]);
    desk.update(
        ONE,
        json!({"agent_nickname": "N", "agent_role": "r", "agent_path": "not a path"}),
    );
    assert_eq!(
        agent(&desk.read(ONE)),
        [json!("N"), json!("r"), json!("not a path")]
    );
}

#[test]
fn l1_a_list_shows_everything_whatever_it_is_asked() {
    let desk = Desk::with_one();
    desk.create(TWO);
    desk.ok("archive_thread", json!({"thread_id": TWO}));
    let all = desk.ok("list_threads", json!({}));
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
    for params in [
        json!({"page_size": 0}),
        json!({"page_size": 1}),
        json!({"page_size": u64::MAX}),
        json!({"cursor": "garbage"}),
        json!({"cursor": ""}),
        json!({"sort_key": "UpdatedAt", "sort_direction": "Desc"}),
        json!({"sort_key": "CreatedAt", "sort_direction": "Asc"}),
        json!({"allowed_sources": ["mcp"]}),
        json!({"model_providers": []}),
        json!({"model_providers": ["nobody"]}),
        json!({"cwd_filters": []}),
        json!({"cwd_filters": ["/nowhere"]}),
        json!({"archived": true}),
        json!({"search_term": "nothing has this"}),
        json!({"use_state_db_only": true}),
    ] {
        assert_eq!(desk.ok("list_threads", params.clone()), all, "{params}");
    }
}

#[test]
fn l2_a_list_has_each_created_thread_once_by_id_and_no_cursor() {
    let desk = Desk::new();
    assert_eq!(
        desk.ok("list_threads", json!({})),
        json!({"items": [], "next_cursor": null})
    );
    let ids = [
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        THREE,
        "00000000-0000-0000-0000-000000000000",
        "a0000000-0000-4000-8000-000000000000",
        ONE,
        "9fffffff-0000-4000-8000-000000000000",
    ];
    for id in ids.iter().chain(&ids) {
        desk.create(id);
    }
    desk.resume("10000000-0000-4000-8000-000000000000", "/p/resumed.jsonl");
    desk.append("20000000-0000-4000-8000-000000000000", json!([{"a": 1}]));
    desk.fails(
        "update_thread_metadata",
        json!({"thread_id": "30000000-0000-4000-8000-000000000000", "patch": {"name": "n"}}),
    );
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    assert_eq!(desk.listed(), sorted);
    assert_eq!(desk.ok("list_threads", json!({}))["next_cursor"], Value::Null);
    // A list returns the same of a thread as a read.
    desk.update(ONE, json!({"name": "n", "git_info": {"sha": "s"}}));
    desk.resume(ONE, "/p/one.jsonl");
    let page = desk.ok("list_threads", json!({}));
    let listed = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|thread| thread["thread_id"] == ONE);
    assert_eq!(listed, Some(&desk.read(ONE)));
}
