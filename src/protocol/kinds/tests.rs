//! Checks the table against an example of each kind, the lists in the contract, and payloads of every wrong type.

use pretty_assertions::assert_eq;
use unicode_width::UnicodeWidthStr;

use super::super::RolloutItem;
use super::super::json::Json;
use super::examples::EXAMPLES;
use super::*;

fn index_of(line: Json<'_>) -> u8 {
    let text = |value: Option<Json<'_>>| value.and_then(Json::as_str).map(|text| text.into_owned());
    let kind = text(line.get("type"));
    match line.get("payload") {
        Some(payload) => kind_of(
            Some(kind.as_deref().unwrap_or_default()),
            text(payload.get("type")).as_deref(),
        ),
        None if line.get("record_type").is_some() => kind_of(None, Some("state")),
        None => kind_of(None, Some(kind.as_deref().unwrap_or("header"))),
    }
}

#[test]
fn every_kind_has_an_example_with_its_summary() {
    let mut met = vec![false; KINDS.len()];
    met[usize::from(DAMAGED)] = true;
    for (line, summary) in EXAMPLES {
        let json = Json::parse(line).unwrap();
        let index = index_of(json);
        let payload = json.get("payload").unwrap_or(json);
        assert_eq!(&(kind(index).summary)(payload), summary, "{line}");
        met[usize::from(index)] = true;
    }
    let unmet: Vec<_> = KINDS
        .iter()
        .zip(met)
        .filter(|(_, met)| !met)
        .map(|(kind, _)| kind.name)
        .collect();
    assert!(unmet.is_empty(), "no example of {unmet:?}");
}

#[test]
fn items_know_their_kind_role_and_summary() {
    let item = RolloutItem::damaged(b"{\"torn\n \xff");
    assert_eq!((item.kind().name, item.role()), ("damaged", Role::Damage));
    assert_eq!(item.summary(), "{\"torn \u{fffd}");
    assert_eq!(RolloutItem::damaged(&[b'x'; 3000]).summary().chars().count(), 200);
    for (line, summary) in EXAMPLES {
        let item = RolloutItem::parse(*line).unwrap();
        assert_eq!(&item.summary(), summary, "{line}");
        assert_eq!(item.kind().name, kind(index_of(Json::parse(line).unwrap())).name);
    }
    let user = RolloutItem::parse(r#"{"type":"message","role":"user"}"#).unwrap();
    assert_eq!((user.kind().outer, user.role()), ("", Role::User));
}

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
fn glyphs_are_one_column_wide_and_sentences_end() {
    for kind in KINDS {
        assert_eq!(kind.glyph.width(), 1, "{}", kind.name);
        assert_eq!(kind.glyph.chars().count(), 1, "{}", kind.name);
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
    assert_eq!(role(r#"{"role":"user"}"#), Role::User);
    assert_eq!(role(r#"{"role":"assistant"}"#), Role::Assistant);
    assert_eq!(role(r#"{"role":"developer"}"#), Role::System);
    assert_eq!(role("{}"), Role::Assistant);
    let event = kind(kind_of(Some("event_msg"), Some("user_message")));
    assert_eq!(event.role_in(Json::parse("{}").unwrap()), Role::User);
}

#[test]
fn summaries_take_any_type_anywhere() {
    let keys: Vec<String> = EXAMPLES
        .iter()
        .flat_map(|(line, _)| line.split('"').skip(1).step_by(2))
        .filter(|key| key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
        .map(str::to_owned)
        .collect();
    for value in [
        "null",
        "true",
        "-1.5e400",
        "\"\\ud800\"",
        "[]",
        "[[1],{\"a\":null}]",
        "{}",
        "{\"x\":{\"y\":[3]}}",
    ] {
        let members: Vec<String> = keys.iter().map(|key| format!("\"{key}\":{value}")).collect();
        let all = format!("{{{}}}", members.join(","));
        for text in [value, &all] {
            let json = Json::parse(text).unwrap();
            for kind in KINDS {
                let summary = (kind.summary)(json);
                assert!(summary.chars().count() <= 210, "{} {summary}", kind.name);
                assert!(!summary.contains(['\n', '\r']), "{}", kind.name);
            }
        }
    }
}

#[test]
fn summaries_do_not_follow_values_into_the_deep() {
    for (open, close) in [
        ("[", "]"),
        ("{\"text\":", "}"),
        ("{\"content\":[", "]}"),
        ("{\"url\":", "}"),
    ] {
        let deep = format!("{}1{}", open.repeat(20_000), close.repeat(20_000));
        let text = format!(r#"{{"content":{deep},"item":{deep},"output":{deep},"image_url":{deep}}}"#);
        let json = Json::parse(&text).unwrap();
        for name in [
            "message",
            "item_completed",
            "user_message",
            "function_call_output",
            "web_search_end",
        ] {
            let kind = KINDS.iter().find(|kind| kind.name == name).unwrap();
            (kind.summary)(json);
        }
    }
}

#[test]
fn long_texts_are_cut_and_long_pictures_measured() {
    let said = |text: &str| {
        let text = text.replace('\n', "\\n");
        let payload = format!(r#"{{"role":"user","content":"{text}"}}"#);
        (kind(kind_of(Some("response_item"), Some("message"))).summary)(Json::parse(&payload).unwrap())
    };
    let long = said(&"ö".repeat(50_000));
    assert_eq!(long.chars().count(), 200);
    assert!(long.ends_with("ö…"));
    let words = said(&"many words ".repeat(1000));
    assert!(words.chars().count() <= 200 && words.ends_with('…'));
    assert!(said(&r"\\".repeat(9000)).starts_with(r"user: \\\\"));
    assert_eq!(
        said(&format!("data:image/png;base64,{}", "A".repeat(1_600_000))),
        "user: «image/png 1.2 MB»"
    );
    assert_eq!(
        said(&format!("\n\n first \\t line{}\n", " ".repeat(9000))),
        "user: first line"
    );
}

#[test]
fn tool_output_of_every_version_tells_its_exit_code() {
    let said = |output: &str| {
        let payload = format!(r#"{{"output":{}}}"#, serde_json::to_string(output).unwrap());
        (kind(kind_of(Some("response_item"), Some("function_call_output"))).summary)(
            Json::parse(&payload).unwrap(),
        )
    };
    assert_eq!(
        said("Exit code: 2\nWall time: 0.1 seconds\nOutput:\n\nnot found\nx"),
        "exit 2 · not found"
    );
    assert_eq!(
        said(
            "Chunk ID: 1a\nWall time: 0.1 seconds\nProcess exited with code 0\nOriginal token count: 3\nOutput:\nok"
        ),
        "exit 0 · ok"
    );
    assert_eq!(said("Output:\nx"), "Output:");
    assert_eq!(said(r#"{"a":1}"#), r#"{"a":1}"#);
}
