//! The JSON forms of lines with typed payloads: headers, turn contexts, compactions, and their parts.

use std::fmt::Debug;
use std::path::PathBuf;

use pretty_assertions::{assert_eq, assert_ne};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{from_str, json, to_string};
use threadloupe::protocol::*;

const ID: &str = "0198e0c2-1a2b-7c3d-8e4f-5a6b7c8d9e0f";

#[track_caller]
fn both_ways<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T, wire: &str) {
    assert_eq!(to_string(&value).unwrap(), wire);
    assert_eq!(from_str::<T>(wire).unwrap(), value);
}

#[track_caller]
fn refuses<T: DeserializeOwned + Debug>(wire: &str, because: &str) {
    let error = from_str::<T>(wire).unwrap_err().to_string();
    assert!(error.contains(because), "{wire}: {error}");
}

/// The JSON text comes back unchanged.
#[track_caller]
fn comes_back<T: Serialize + DeserializeOwned>(wire: &str) {
    assert_eq!(to_string(&from_str::<T>(wire).unwrap()).unwrap(), wire);
}

fn meta() -> SessionMeta {
    SessionMeta {
        id: ThreadId::from_string(ID).unwrap(),
        timestamp: "2025-01-03T12:00:00Z".to_owned(),
        cwd: PathBuf::from("/w"),
        originator: "o".to_owned(),
        cli_version: "1".to_owned(),
        ..SessionMeta::default()
    }
}

#[test]
fn session_meta_leaves_out_what_it_does_not_know_but_for_three_keys() {
    let line = SessionMetaLine {
        meta: meta(),
        git: None,
    };
    let wire = format!(
        r#"{{"id":"{ID}","timestamp":"2025-01-03T12:00:00Z","cwd":"/w","originator":"o","cli_version":"1","source":"vscode","model_provider":null,"base_instructions":null}}"#
    );
    both_ways(line, &wire);
    both_ways(meta(), &wire);
}

#[test]
fn session_meta_has_its_keys_in_order() {
    comes_back::<SessionMetaLine>(&format!(
        r#"{{"id":"{ID}","forked_from_id":"{ID}","timestamp":"t","cwd":"/w","originator":"o","cli_version":"1","source":{{"custom":"Atlas"}},"thread_source":"user","agent_nickname":"N","agent_role":"r","agent_path":"/root/a","model_provider":"p","base_instructions":{{"text":"bi"}},"dynamic_tools":[],"memory_mode":"polluted","git":{{"branch":"main"}}}}"#
    ));
}

#[test]
fn session_meta_reads_older_and_newer_headers() {
    let wire = format!(
        r#"{{"id":"{ID}","timestamp":"2025-01-03T12:00:00Z","cwd":"/w","originator":"o","cli_version":"1","instructions":"old","session_id":"{ID}","agent_type":"worker","source":"tomorrow","git":null}}"#
    );
    let line: SessionMetaLine = from_str(&wire).unwrap();
    let want = SessionMeta {
        agent_role: Some("worker".to_owned()),
        source: SessionSource::Unknown,
        ..meta()
    };
    assert_eq!(
        line,
        SessionMetaLine {
            meta: want,
            git: None
        }
    );
}

#[test]
fn s2_s10_session_meta_refuses_an_unknown_thread_source_and_a_missing_version() {
    let with = |more: &str| format!(r#"{{"id":"{ID}","timestamp":"t","cwd":"/w","originator":"o"{more}}}"#);
    refuses::<SessionMetaLine>(&with(""), "missing field `cli_version`");
    refuses::<SessionMetaLine>(
        &with(r#","cli_version":"1","thread_source":"zzz""#),
        "unknown variant `zzz`",
    );
}

#[test]
fn session_meta_default_is_empty_with_an_id_of_its_own() {
    let (one, two) = (SessionMeta::default(), SessionMeta::default());
    assert_ne!(one.id, two.id);
    assert_eq!(
        (one.cwd, one.cli_version, one.source),
        (PathBuf::new(), String::new(), SessionSource::VSCode)
    );
}

#[test]
fn turn_context_has_its_keys_in_order() {
    comes_back::<TurnContextItem>(
        r#"{"cwd":"/w","approval_policy":"never","sandbox_policy":{"type":"read-only"},"model":"m","summary":"auto"}"#,
    );
    comes_back::<TurnContextItem>(concat!(
        r#"{"turn_id":"t","trace_id":"x","cwd":"/w","current_date":"2026-01-01","timezone":"UTC","#,
        r#""approval_policy":"on-request","sandbox_policy":{"type":"danger-full-access"},"permission_profile":{"type":"disabled"},"#,
        r#""network":{"allowed_domains":["a"],"denied_domains":[]},"file_system_sandbox_policy":{"kind":"restricted"},"#,
        r#""model":"m","personality":"friendly","collaboration_mode":{"mode":"plan","settings":{"model":"m","reasoning_effort":null,"developer_instructions":null}},"#,
        r#""realtime_active":false,"effort":"xhigh","summary":"detailed","user_instructions":"u","developer_instructions":"d","#,
        r#""final_output_json_schema":{"type":"object"},"truncation_policy":{"mode":"tokens","limit":10}}"#,
    ));
}

#[test]
fn s10_turn_context_needs_a_summary() {
    let wire = r#"{"cwd":"/w","approval_policy":"never","sandbox_policy":{"type":"read-only"},"model":"m"}"#;
    refuses::<TurnContextItem>(wire, "missing field `summary`");
}

#[test]
fn compacted_keeps_the_text_of_its_items() {
    both_ways(
        CompactedItem {
            message: "m".to_owned(),
            ..CompactedItem::default()
        },
        r#"{"message":"m"}"#,
    );
    comes_back::<CompactedItem>(
        r#"{"message":"","replacement_history":[{"type":"message" , "role":"user","n":1.50,"content":[]},{"type":"tomorrow"}]}"#,
    );
    let null: CompactedItem =
        from_str(r#"{"message":"m","replacement_history":null,"window_number":2}"#).unwrap();
    assert_eq!(null.replacement_history, None);
    refuses::<CompactedItem>("{}", "missing field `message`");
}

#[test]
fn the_words_of_turns() {
    both_ways(ReasoningSummary::default(), "\"auto\"");
    both_ways(
        [
            ReasoningSummary::Concise,
            ReasoningSummary::Detailed,
            ReasoningSummary::None,
        ],
        r#"["concise","detailed","none"]"#,
    );
    both_ways(
        [Personality::None, Personality::Friendly, Personality::Pragmatic],
        r#"["none","friendly","pragmatic"]"#,
    );
    both_ways(TruncationPolicy::Bytes(10), r#"{"mode":"bytes","limit":10}"#);
    both_ways(TruncationPolicy::Tokens(10), r#"{"mode":"tokens","limit":10}"#);
    both_ways([ModeKind::Plan, ModeKind::Default], r#"["plan","default"]"#);
    for older in ["code", "pair_programming", "execute", "custom"] {
        assert_eq!(
            from_str::<ModeKind>(&format!("\"{older}\"")).unwrap(),
            ModeKind::Default
        );
    }
    let element = TextElement {
        byte_range: ByteRange { start: 0, end: 3 },
        placeholder: None,
    };
    both_ways(
        element,
        r#"{"byte_range":{"start":0,"end":3},"placeholder":null}"#,
    );
}

#[test]
fn permission_profiles_are_tagged() {
    for wire in [
        r#"{"type":"disabled"}"#,
        r#"{"type":"external","network":"enabled"}"#,
        r#"{"type":"managed","file_system":{"type":"unrestricted"},"network":"restricted"}"#,
        r#"{"type":"managed","file_system":{"type":"restricted","entries":[{"path":{"type":"path","path":"/w"},"access":"write"}],"glob_scan_max_depth":3},"network":"enabled"}"#,
    ] {
        comes_back::<PermissionProfile>(wire);
    }
    refuses::<PermissionProfile>(r#"{"type":"tomorrow"}"#, "");
}

#[test]
fn an_older_permission_profile_has_no_tag_and_no_unknown_key() {
    let managed = |network: &str| {
        format!(
            r#"{{"type":"managed","file_system":{{"type":"restricted","entries":[]}},"network":"{network}"}}"#
        )
    };
    let read = |wire: &str| to_string(&from_str::<PermissionProfile>(wire).unwrap()).unwrap();
    assert_eq!(
        read(r#"{"network":{"enabled":true},"file_system":null}"#),
        managed("enabled")
    );
    assert_eq!(read(r#"{"network":{"enabled":null}}"#), managed("restricted"));
    assert_eq!(read("{}"), managed("restricted"));
    refuses::<PermissionProfile>(r#"{"network":{"enabled":true},"x":1}"#, "");
}

#[test]
fn sandbox_entries_name_paths_patterns_and_places() {
    for path in [
        json!({"path": "/a", "type": "path"}),
        json!({"pattern": "**/*.key", "type": "glob_pattern"}),
        json!({"type": "special", "value": {"kind": "root"}}),
        json!({"type": "special", "value": {"kind": "minimal"}}),
        json!({"type": "special", "value": {"kind": "project_roots"}}),
        json!({"type": "special", "value": {"kind": "project_roots", "subpath": ".git"}}),
        json!({"type": "special", "value": {"kind": "tmpdir"}}),
        json!({"type": "special", "value": {"kind": "slash_tmp"}}),
        json!({"type": "special", "value": {"kind": "unknown", "path": "x", "subpath": "y"}}),
    ] {
        let entry = json!({"path": path, "access": "none"});
        let read: SandboxEntry = serde_json::from_value(entry.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), entry);
    }
    let older: SpecialPath = from_str(r#"{"kind":"current_working_directory"}"#).unwrap();
    assert_eq!(to_string(&older).unwrap(), r#"{"kind":"project_roots"}"#);
    for kind in ["restricted", "unrestricted", "external-sandbox"] {
        comes_back::<FileSystemSandboxPolicy>(&format!(r#"{{"kind":"{kind}"}}"#));
    }
    comes_back::<FileSystemSandboxPolicy>(
        r#"{"kind":"restricted","glob_scan_max_depth":2,"entries":[{"path":{"type":"glob_pattern","pattern":"*"},"access":"read"}]}"#,
    );
}
