//! Tests the policy against the lists of the contract. The test of the KINDS table checks the class of each kind.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::*;
use ThreadEventPersistenceMode::{Extended, Limited};

fn item(kind: &str, payload: Value) -> RolloutItem {
    RolloutItem::parse(json!({"timestamp": "t", "type": kind, "payload": payload}).to_string()).unwrap()
}

fn event(kind: &str) -> RolloutItem {
    item("event_msg", json!({"type": kind}))
}

fn response(kind: &str) -> RolloutItem {
    item("response_item", json!({"type": kind}))
}

#[test]
fn lines_and_model_items_are_always_kept_but_for_unknown_ones() {
    for kept in [
        item("session_meta", json!({})),
        item("turn_context", json!({})),
        item("compacted", json!({})),
        response("message"),
        response("reasoning"),
        response("compaction_summary"),
    ] {
        assert!(is_kept(&kept, Limited) && is_kept(&kept, Extended), "{kept:?}");
    }
    for dropped in [
        response("other"),
        response("ghost_snapshot"),
        response("tomorrow"),
        item("tomorrow", json!({})),
        item("world_state", json!({})),
        RolloutItem::parse("{}").unwrap(),
        RolloutItem::damaged(b"{"),
        RolloutItem::parse(r#"{"type":"message","role":"user"}"#).unwrap(),
    ] {
        assert!(
            !is_kept(&dropped, Limited) && !is_kept(&dropped, Extended),
            "{dropped:?}"
        );
    }
}

#[test]
fn events_are_kept_by_their_class() {
    for (kind, limited, extended) in [
        ("user_message", true, true),
        ("task_started", true, true),
        ("turn_started", true, true),
        ("error", false, true),
        ("exec_command_end", false, true),
        ("shutdown_complete", false, false),
        ("exec_command_begin", false, false),
        ("tomorrow", false, false),
    ] {
        assert_eq!(
            (is_kept(&event(kind), Limited), is_kept(&event(kind), Extended)),
            (limited, extended),
            "{kind}"
        );
    }
}

#[test]
fn a_completed_item_is_kept_if_it_is_a_plan() {
    let completed = |kind: &str| {
        item(
            "event_msg",
            json!({"type": "item_completed", "item": {"type": kind}}),
        )
    };
    for mode in [Limited, Extended] {
        assert!(is_kept(&completed("Plan"), mode));
        assert!(!is_kept(&completed("AgentMessage"), mode));
        assert!(!is_kept(&event("item_completed"), mode));
    }
}

#[test]
fn order_and_text_stay() {
    let odd =
        RolloutItem::parse(r#"{"payload": {"type":"user_message" ,"x":1.50}, "type":"event_msg"}"#).unwrap();
    let items = [
        odd.clone(),
        event("shutdown_complete"),
        response("message"),
        event("error"),
    ];
    assert_eq!(kept(&items, Limited), [odd.clone(), response("message")]);
    assert_eq!(kept(&items, Extended), [odd, response("message"), event("error")]);
}

fn command_end(output: &str) -> RolloutItem {
    let payload = json!({"type": "exec_command_end", "stdout": "o", "stderr": "e", "formatted_output": "f",
        "aggregated_output": output, "exit_code": 0});
    item("event_msg", payload)
}

fn output_of(item: &RolloutItem) -> String {
    item.payload()
        .unwrap()
        .get("aggregated_output")
        .unwrap()
        .as_str()
        .unwrap()
        .into_owned()
}

#[test]
fn extended_empties_what_a_command_says_twice() {
    let short = &kept(&[command_end("a\n\"b\"")], Extended)[0];
    let payload = short.payload().unwrap();
    for key in ["stdout", "stderr", "formatted_output"] {
        assert_eq!(payload.get(key).unwrap().text(), "\"\"", "{key}");
    }
    assert_eq!(output_of(short), "a\n\"b\"");
    assert_eq!(payload.get("exit_code").unwrap().text(), "0");
    assert_eq!(short.json().unwrap().get("timestamp").unwrap().text(), "\"t\"");
    assert!(kept(&[command_end("a")], Limited).is_empty());

    let odd = item(
        "event_msg",
        json!({"type": "exec_command_end", "stdout": ["x"], "aggregated_output": null}),
    );
    assert_eq!(kept(std::slice::from_ref(&odd), Extended), [odd]);
}

#[test]
fn extended_cuts_long_output_in_the_middle() {
    let cut = |output: &str| output_of(&kept(&[command_end(output)], Extended)[0]);
    assert_eq!(cut(&"x".repeat(10_000)), "x".repeat(10_000));

    let ascii = cut(&"x".repeat(20_000));
    assert_eq!(ascii.len(), 10_027);
    assert_eq!(ascii, format!("{0}…10000 chars truncated…{0}", "x".repeat(5000)));

    let wide = cut(&"語".repeat(4000));
    assert_eq!(wide, format!("{0}…668 chars truncated…{0}", "語".repeat(1666)));
}

#[test]
fn memories_are_drawn_from_what_was_said_and_done() {
    let message = |role: &str| item("response_item", json!({"type": "message", "role": role}));
    for read in [
        message("user"),
        message("assistant"),
        response("local_shell_call"),
        response("function_call"),
        response("function_call_output"),
        response("tool_search_call"),
        response("tool_search_output"),
        response("custom_tool_call"),
        response("custom_tool_call_output"),
        response("web_search_call"),
    ] {
        assert!(is_for_memories(&read), "{read:?}");
    }
    for left_out in [
        message("developer"),
        response("reasoning"),
        response("image_generation_call"),
        response("compaction"),
        response("context_compaction"),
        response("other"),
        response("ghost_snapshot"),
        event("user_message"),
        item("session_meta", json!({})),
        item("turn_context", json!({})),
        item("compacted", json!({})),
    ] {
        assert!(!is_for_memories(&left_out), "{left_out:?}");
    }
}
