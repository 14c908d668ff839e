//! Checks the table against the lists in the contract.

use pretty_assertions::assert_eq;

use super::super::RolloutItem;
use super::super::json::Json;
use super::*;

#[test]
fn the_rows_with_a_constant_stand_where_it_says() {
    let named = |index: u8| (kind(index).outer, kind(index).name);
    assert_eq!(named(DAMAGED), ("", "damaged"));
    assert_eq!(named(UNKNOWN_BARE), ("", "unknown"));
    assert_eq!(named(UNKNOWN_LINE), ("unknown", "unknown"));
    assert_eq!(named(UNKNOWN_RESPONSE), ("response_item", "other"));
    assert_eq!(named(UNKNOWN_EVENT), ("event_msg", "unknown"));
    assert_eq!(named(BARE_HEADER), ("", "header"));
    assert_eq!(named(BARE_STATE), ("", "state"));
    assert!(KINDS.len() < usize::from(u8::MAX));
}

#[test]
#[should_panic(expected = "index out of bounds")]
fn a_row_that_is_not_there_is_not_taken_for_another() {
    kind(u8::MAX);
}

#[test]
fn rows_are_told_apart_by_their_names() {
    for (index, kind) in KINDS.iter().enumerate() {
        for name in [kind.name].iter().chain(kind.aliases) {
            let first = KINDS
                .iter()
                .position(|other| other.outer == kind.outer && other.is_called(name));
            assert_eq!(first, Some(index), "{} {name}", kind.outer);
        }
    }
    assert_eq!(kind_of(Some("response_item"), None), UNKNOWN_RESPONSE);
    assert_eq!(kind_of(Some("event_msg"), Some("message")), UNKNOWN_EVENT);
    assert_eq!(kind_of(Some("message"), Some("message")), UNKNOWN_LINE);
    assert_eq!(kind_of(None, None), UNKNOWN_BARE);
    assert_eq!(kind_of(None, Some("damaged")), UNKNOWN_BARE);
    assert_eq!(
        kind(kind_of(Some("compacted"), Some("whatever"))).name,
        "compacted"
    );
}

#[test]
fn sentences_end() {
    for kind in KINDS {
        assert!(kind.about.ends_with(['.', '?']), "{}", kind.name);
    }
}

/// Whether the policy keeps a kind, as listed in the contract (section 10).
#[test]
fn classes_are_those_of_the_contract() {
    let of = |class| {
        let mut names: Vec<_> = KINDS
            .iter()
            .filter(|kind| kind.outer == "event_msg" && kind.class == class)
            .map(|kind| kind.name)
            .collect();
        names.sort_unstable();
        names
    };
    assert_eq!(
        of(Persistence::Limited),
        [
            "agent_message",
            "agent_reasoning",
            "agent_reasoning_raw_content",
            "context_compacted",
            "entered_review_mode",
            "exited_review_mode",
            "image_generation_end",
            "mcp_tool_call_end",
            "patch_apply_end",
            "task_complete",
            "task_started",
            "thread_goal_updated",
            "thread_rolled_back",
            "token_count",
            "turn_aborted",
            "user_message",
            "web_search_end",
        ]
    );
    assert_eq!(
        of(Persistence::Extended),
        [
            "collab_agent_interaction_end",
            "collab_agent_spawn_end",
            "collab_close_end",
            "collab_resume_end",
            "collab_waiting_end",
            "dynamic_tool_call_request",
            "dynamic_tool_call_response",
            "error",
            "exec_command_end",
            "guardian_assessment",
            "view_image_tool_call",
        ]
    );
    assert_eq!(of(Persistence::LimitedIfPlan), ["item_completed"]);
    assert!(of(Persistence::Always).is_empty());
    let always: Vec<_> = KINDS
        .iter()
        .filter(|kind| kind.class == Persistence::Always)
        .map(|kind| kind.name)
        .collect();
    assert_eq!(
        always,
        [
            "session_meta",
            "turn_context",
            "compacted",
            "message",
            "reasoning",
            "local_shell_call",
            "function_call",
            "tool_search_call",
            "function_call_output",
            "custom_tool_call",
            "custom_tool_call_output",
            "tool_search_output",
            "web_search_call",
            "image_generation_call",
            "compaction",
            "context_compaction",
        ]
    );
}

#[test]
fn a_message_is_its_authors_word() {
    let message = kind(kind_of(Some("response_item"), Some("message")));
    let role = |payload| message.role_in(Json::parse(payload).unwrap());
    assert_eq!(role(r#"{"role":"user"}"#), AuthorRole::User);
    assert_eq!(role(r#"{"role":"assistant"}"#), AuthorRole::Assistant);
    assert_eq!(role(r#"{"role":"developer"}"#), AuthorRole::System);
    assert_eq!(role("{}"), AuthorRole::Assistant);
    let event = kind(kind_of(Some("event_msg"), Some("user_message")));
    assert_eq!(event.role_in(Json::parse("{}").unwrap()), AuthorRole::User);
}

#[test]
fn an_item_completed_stands_for_an_event() {
    for (item, event) in COMPLETED {
        let line = format!(
            r#"{{"type":"event_msg","payload":{{"type":"item_completed","item":{{"type":"{item}"}}}}}}"#
        );
        let item = RolloutItem::parse(line).unwrap();
        assert_eq!(item.kind().name, "item_completed");
        assert_eq!(item.content_kind().name, event, "each event has a row");
        assert_eq!(item.role(), item.content_kind().role);
    }
    for payload in ["{}", r#"{"item":3}"#, r#"{"item":{"type":"New"}}"#] {
        let kind = kind(kind_of(Some("event_msg"), Some("item_completed")));
        let payload = Json::parse(payload).unwrap();
        assert!(kind.completed_in(payload).is_none());
        assert_eq!(kind.role_in(payload), AuthorRole::Lifecycle);
    }
}
