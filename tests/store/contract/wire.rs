//! Rules S: pitfalls of the JSON forms. This store keeps the text of items, so they come back with details that a store
//! that rewrites items would lose.

use serde_json::{Value, json};
use threadloupe::contract::{
    ListThreadsParams, ListTurnsParams, Op, Step, StoredTurnStatus, ThreadMetadataPatch,
};
use threadloupe::protocol::json::Json;
use threadloupe::protocol::{RolloutItem, SessionSource, ThreadEventPersistenceMode, ThreadSource};
use threadloupe::workbench::item_summary;

use super::desk::{Desk, ONE, TWO};

/// The text of a history after these items were appended.
fn back(items: &[&str]) -> String {
    let desk = Desk::with_one();
    let append = format!(r#"{{"thread_id":"{ONE}","items":[{}]}}"#, items.join(" , "));
    desk.call("append_items", &append).unwrap();
    let load = desk
        .call("load_history", &format!(r#"{{"thread_id":"{ONE}"}}"#))
        .unwrap();
    let read = format!(r#"{{"thread_id":"{ONE}","include_history":true}}"#);
    let read = desk.call("read_thread", &read).unwrap();
    assert!(read.ends_with(&format!(r#""history":{load}}}"#)), "{read}");
    load
}

/// Checks that items come back unchanged and have these kinds.
fn kept(items: &[(&str, &str)]) {
    let texts: Vec<&str> = items.iter().map(|(text, _)| *text).collect();
    assert_eq!(
        back(&texts),
        format!(r#"{{"thread_id":"{ONE}","items":[{}]}}"#, texts.join(","))
    );
    for (text, kind) in items {
        assert_eq!(RolloutItem::parse(*text).unwrap().kind().name, *kind, "{text}");
    }
}

#[test]
fn s1_nothing_is_null_in_two_state_fields_and_left_out_of_three_state_ones() {
    let empty = serde_json::to_value(ThreadMetadataPatch::default()).unwrap();
    let empty = empty.as_object().unwrap();
    assert!(empty.values().all(Value::is_null));
    assert_eq!(empty.len(), 18);
    for field in [
        "name",
        "thread_source",
        "agent_nickname",
        "agent_role",
        "agent_path",
    ] {
        assert!(!empty.contains_key(field), "{field}");
        let cleared: ThreadMetadataPatch = serde_json::from_value(json!({field: null})).unwrap();
        assert!(!cleared.is_empty(), "{field}");
        assert_eq!(serde_json::to_value(&cleared).unwrap()[field], Value::Null);
        assert_eq!(
            serde_json::to_value(&cleared).unwrap().as_object().unwrap().len(),
            19
        );
    }
}

#[test]
fn s2_an_unknown_source_is_unknown_and_an_unknown_thread_source_an_error() {
    assert_eq!(
        serde_json::from_str::<SessionSource>("\"future\"").unwrap(),
        SessionSource::Unknown
    );
    assert!(serde_json::from_str::<ThreadSource>("\"future\"").is_err());
    let desk = Desk::new();
    desk.ok("create_thread", json!({"thread_id": ONE, "source": "future"}));
    assert_eq!(desk.read(ONE)["source"], "unknown");
    let params = format!(r#"{{"thread_id":"{ONE}","thread_source":"future"}}"#);
    let refused = Step::read(Op::CreateThread, Some(Json::parse(&params).unwrap())).unwrap_err();
    assert_eq!(refused.path, "thread_source");
    // In an item neither value is decoded, so neither fails or changes.
    kept(&[(
        r#"{"timestamp":"t","type":"session_meta","payload":{"id":"i","source":"Future","thread_source":"future"}}"#,
        "session_meta",
    )]);
}

#[test]
fn s3_turns_begin_and_end_under_their_tags_and_older_ones() {
    kept(&[
        (
            r#"{"type":"event_msg","payload":{"type":"task_started","turn_id":"1"}}"#,
            "task_started",
        ),
        (
            r#"{"type":"event_msg","payload":{"type":"turn_started","turn_id":"1"}}"#,
            "task_started",
        ),
        (
            r#"{"type":"event_msg","payload":{"type":"task_complete","turn_id":"1"}}"#,
            "task_complete",
        ),
        (
            r#"{"type":"event_msg","payload":{"type":"turn_complete","turn_id":"1"}}"#,
            "task_complete",
        ),
    ]);
}

#[test]
fn s4_response_items_keep_their_ids_and_unknown_ones_their_content() {
    kept(&[
        (
            r#"{"type":"response_item","payload":{"type":"message","id":"msg_1","role":"user","content":[]}}"#,
            "message",
        ),
        (
            r#"{"type":"response_item","payload":{"type":"function_call","id":"fc_1","name":"f","arguments":"{}","call_id":"c"}}"#,
            "function_call",
        ),
    ]);
    let unknown = r#"{"type":"response_item","payload":{"type":"ghost_snapshot","ghost_commit":{"id":"x"}}}"#;
    assert_eq!(
        back(&[unknown]),
        format!(r#"{{"thread_id":"{ONE}","items":[{unknown}]}}"#)
    );
}

#[test]
fn s5_reasoning_keeps_its_content_whatever_it_is() {
    let reasoning = |content: &str| {
        format!(
            r#"{{"type":"response_item","payload":{{"type":"reasoning","id":"rs_1","summary":[]{content},"encrypted_content":null}}}}"#
        )
    };
    let items = [
        reasoning(""),
        reasoning(r#","content":null"#),
        reasoning(r#","content":[]"#),
        reasoning(r#","content":[{"type":"text","text":"t"}]"#),
        reasoning(r#","content":[{"type":"reasoning_text","text":"t"}]"#),
    ];
    let items: Vec<(&str, &str)> = items.iter().map(|text| (text.as_str(), "reasoning")).collect();
    kept(&items);
}

#[test]
fn s6_a_sandbox_that_only_reads_leaves_out_the_network_and_one_that_writes_names_it() {
    let desk = Desk::with_one();
    for (given, shown) in [
        (
            json!({"type": "read-only", "network_access": false}),
            json!({"type": "read-only"}),
        ),
        (
            json!({"type": "read-only", "network_access": true}),
            json!({"type": "read-only", "network_access": true}),
        ),
        (
            json!({"type": "workspace-write"}),
            json!({"type": "workspace-write", "network_access": false, "exclude_tmpdir_env_var": false, "exclude_slash_tmp": false}),
        ),
        (
            json!({"type": "external-sandbox"}),
            json!({"type": "external-sandbox", "network_access": "restricted"}),
        ),
    ] {
        assert_eq!(
            desk.update(ONE, json!({"sandbox_policy": given}))["sandbox_policy"],
            shown
        );
    }
}

#[test]
fn s7_enums_of_the_contract_are_written_by_their_variants_names_and_others_are_not() {
    let text = |value: Value| value.as_str().unwrap().to_string();
    let list: ListThreadsParams = {
        let params = Json::parse("{}").unwrap();
        match Step::read(Op::ListThreads, Some(params)).unwrap() {
            Step::ListThreads(params) => params,
            other => panic!("{other:?}"),
        }
    };
    let list = serde_json::to_value(list).unwrap();
    assert_eq!(
        (&list["sort_key"], &list["sort_direction"]),
        (&json!("CreatedAt"), &json!("Desc"))
    );
    let turns: ListTurnsParams = serde_json::from_value(json!({
        "thread_id": ONE, "include_archived": false, "page_size": 1, "sort_direction": "Asc", "items_view": "NotLoaded",
    }))
    .unwrap();
    assert_eq!(serde_json::to_value(&turns).unwrap()["items_view"], "NotLoaded");
    assert_eq!(
        text(serde_json::to_value(StoredTurnStatus::InProgress).unwrap()),
        "InProgress"
    );
    assert_eq!(
        text(serde_json::to_value(ThreadEventPersistenceMode::Limited).unwrap()),
        "Limited"
    );
    for (key, wrong) in [("sort_key", "created_at"), ("sort_direction", "desc")] {
        let params = json!({key: wrong}).to_string();
        let refused = Step::read(Op::ListThreads, Some(Json::parse(&params).unwrap()));
        assert_eq!(refused.unwrap_err().path, key);
    }
    let desk = Desk::with_one();
    let shown = desk.update(
        ONE,
        json!({"approval_mode": "on-request", "reasoning_effort": "xhigh", "thread_source": "memory_consolidation"}),
    );
    assert_eq!(
        json!([
            shown["source"],
            shown["approval_mode"],
            shown["reasoning_effort"],
            shown["thread_source"]
        ]),
        json!(["vscode", "on-request", "xhigh", "memory_consolidation"])
    );
}

#[test]
fn s8_two_events_speak_camel_case_and_come_back_so() {
    kept(&[
        (
            r#"{"type":"event_msg","payload":{"type":"thread_goal_updated","threadId":"t","goal":{"threadId":"t","objective":"o","status":"budgetLimited","tokensUsed":1,"timeUsedSeconds":2,"createdAt":3,"updatedAt":4}}}"#,
            "thread_goal_updated",
        ),
        (
            r#"{"type":"event_msg","payload":{"type":"dynamic_tool_call_request","callId":"c","turnId":"t","startedAtMs":1,"namespace":null,"tool":"tool","arguments":{}}}"#,
            "dynamic_tool_call_request",
        ),
    ]);
    let goal = RolloutItem::parse(
        r#"{"type":"event_msg","payload":{"type":"thread_goal_updated","threadId":"t","goal":{"objective":"land it"}}}"#,
    );
    assert!(item_summary(&goal.unwrap()).contains("land it"));
}

#[test]
fn s9_a_completed_item_has_a_tag_in_pascal_case() {
    let plan = r#"{"type":"event_msg","payload":{"type":"item_completed","thread_id":"t","turn_id":"u","item":{"type":"Plan","id":"p","text":"first this"},"completed_at_ms":0}}"#;
    kept(&[(plan, "item_completed")]);
    let summary = item_summary(&RolloutItem::parse(plan).unwrap());
    assert!(
        summary.contains("Plan") || summary.contains("first this"),
        "{summary}"
    );
}

#[test]
fn s10_what_a_context_or_header_lacks_makes_it_no_less_an_item() {
    kept(&[
        (
            r#"{"type":"turn_context","payload":{"cwd":"/w","approval_policy":"never","sandbox_policy":{"type":"read-only"},"model":"m"}}"#,
            "turn_context",
        ),
        (
            &format!(
                r#"{{"timestamp":"t","type":"session_meta","payload":{{"id":"{TWO}","timestamp":"t","cwd":"/w","originator":"o"}}}}"#
            ),
            "session_meta",
        ),
    ]);
}
