//! Checks the summaries against an example of each kind, and with payloads of every wrong type.

use pretty_assertions::assert_eq;

use super::examples::EXAMPLES;
use super::*;
use crate::protocol::kinds::{AuthorRole, DAMAGED, KINDS, kind, kind_of};

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
        assert_eq!(&summarize(kind(index), payload), summary, "{line}");
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
    assert_eq!((item.kind().name, item.role()), ("damaged", AuthorRole::Damage));
    assert_eq!(item_summary(&item), "{\"torn \u{fffd}");
    assert_eq!(
        item_summary(&RolloutItem::damaged(&[b'x'; 3000])).chars().count(),
        200
    );
    for (line, summary) in EXAMPLES {
        let item = RolloutItem::parse(*line).unwrap();
        assert_eq!(&item_summary(&item), summary, "{line}");
        assert_eq!(item.kind().name, kind(index_of(Json::parse(line).unwrap())).name);
    }
    let user = RolloutItem::parse(r#"{"type":"message","role":"user"}"#).unwrap();
    assert_eq!((user.kind().outer, user.role()), ("", AuthorRole::User));
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
                let summary = summarize(kind, json);
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
            summarize(kind, json);
        }
    }
}

#[test]
fn long_texts_are_cut_and_long_pictures_measured() {
    let said = |text: &str| {
        let text = text.replace('\n', "\\n");
        let payload = format!(r#"{{"role":"user","content":"{text}"}}"#);
        summarize(
            kind(kind_of(Some("response_item"), Some("message"))),
            Json::parse(&payload).unwrap(),
        )
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
        summarize(
            kind(kind_of(Some("response_item"), Some("function_call_output"))),
            Json::parse(&payload).unwrap(),
        )
    };
    assert_eq!(
        said("Exit code: 2\nWall time: 0.1 seconds\nOutput:\n\nnot found\nx"),
        "exit 2 · not found …"
    );
    assert_eq!(
        said(
            "Chunk ID: 1a\nWall time: 0.1 seconds\nProcess exited with code 0\nOriginal token count: 3\nOutput:\nok"
        ),
        "exit 0 · ok"
    );
    assert_eq!(said("Output:\nx"), "Output: …");
    assert_eq!(said(r#"{"a":1}"#), r#"{"a":1}"#);
}

#[test]
fn what_is_empty_or_of_another_type_is_shown_as_it_is() {
    let said = |line: &str| item_summary(&RolloutItem::parse(line).unwrap());
    for name in ["function_call_output", "custom_tool_call_output"] {
        let line = format!(r#"{{"type":"response_item","payload":{{"type":"{name}","output":null}}}}"#);
        assert_eq!(said(&line), "null");
    }
    let counts = r#"{"type":"event_msg","payload":{"type":"token_count","info":null,"rate_limits":null}}"#;
    assert_eq!(said(counts), "no counts");
    assert_eq!(said(&counts.replace("\"info\":null", "\"info\":{}")), "no counts");
    assert_eq!(
        said(r#"{"type":"event_msg","payload":["a",{"b":1}]}"#),
        r#"event_msg · ["a",{"b":1}]"#
    );
    assert_eq!(said(r#"{"type":"compacted","payload":[]}"#), "compacted · []");
    assert_eq!(
        said(r#"{"type":"session_meta","payload":null}"#),
        "session_meta · null"
    );
}
