//! The JSON forms of the contract: stored types, metadata patches with fields of two and three states, merging, the
//! parameters of each method, and error messages.

use proptest::prelude::*;
use serde_json::{Value, json};
use threadloupe::contract::*;
use threadloupe::protocol::ThreadId;
use threadloupe::protocol::json::Json;

const ID: &str = "0198f2a3-0000-7000-8000-000000000001";

fn patch(text: &str) -> ThreadMetadataPatch {
    serde_json::from_str(text).unwrap()
}

fn written(patch: &ThreadMetadataPatch) -> Value {
    serde_json::to_value(patch).unwrap()
}

#[test]
fn a_stored_thread_writes_all_24_fields_in_order_and_reads_itself_back() {
    let minimal = format!(
        concat!(
            r#"{{"thread_id":"{}","rollout_path":null,"forked_from_id":null,"preview":"","name":null,"#,
            r#""model_provider":"test","model":null,"reasoning_effort":null,"#,
            r#""created_at":"2026-11-22T13:06:44.521545883Z","updated_at":"2026-11-22T13:06:44.521545945Z","#,
            r#""archived_at":null,"cwd":"","cli_version":"test","source":"exec","thread_source":"user","#,
            r#""agent_nickname":null,"agent_role":null,"agent_path":null,"git_info":null,"approval_mode":"never","#,
            r#""sandbox_policy":{{"type":"read-only"}},"token_usage":null,"first_user_message":null,"history":null}}"#
        ),
        ID
    );
    let thread: StoredThread = serde_json::from_str(&minimal).unwrap();
    assert_eq!(serde_json::to_string(&thread).unwrap(), minimal);
    // A value that may be null may also be missing; any other value is required.
    let whole: Value = serde_json::from_str(&minimal).unwrap();
    let optional: Vec<&String> = whole
        .as_object()
        .unwrap()
        .keys()
        .filter(|key| {
            let mut without = whole.clone();
            without.as_object_mut().unwrap().remove(*key);
            serde_json::from_value::<StoredThread>(without).is_ok()
        })
        .collect();
    let mut nullable = vec![
        "rollout_path",
        "forked_from_id",
        "name",
        "model",
        "reasoning_effort",
        "archived_at",
        "thread_source",
        "agent_nickname",
        "agent_role",
        "agent_path",
        "git_info",
        "token_usage",
        "first_user_message",
        "history",
    ];
    nullable.sort_unstable();
    assert_eq!(optional, nullable);
}

#[test]
fn a_full_stored_thread_keeps_the_text_of_its_items() {
    let full = format!(
        concat!(
            r#"{{"thread_id":"{0}","rollout_path":"/p/a.jsonl","forked_from_id":"{0}","preview":"p","name":"","#,
            r#""model_provider":"openai","model":"m","reasoning_effort":"xhigh","created_at":"2026-01-01T00:00:00Z","#,
            r#""updated_at":"2026-01-01T00:00:00.500Z","archived_at":"2026-01-02T00:00:00Z","cwd":"/w","#,
            r#""cli_version":"0.1","source":{{"subagent":{{"other":"x"}}}},"thread_source":"memory_consolidation","#,
            r#""agent_nickname":"n","agent_role":"r","agent_path":"p","git_info":{{"commit_hash":" s ","repository_url":""}},"#,
            r#""approval_mode":"on-failure","sandbox_policy":{{"type":"external-sandbox","network_access":"enabled"}},"#,
            r#""token_usage":{{"input_tokens":1,"cached_input_tokens":2,"output_tokens":3,"reasoning_output_tokens":4,"#,
            r#""total_tokens":-5}},"first_user_message":"f","history":{{"thread_id":"{0}","#,
            r#""items":[{{"z":1.0,"a":"\u0061","z":2}}]}}}}"#
        ),
        ID
    );
    let thread: StoredThread = serde_json::from_str(&full).unwrap();
    assert_eq!(serde_json::to_string(&thread).unwrap(), full);
}

#[test]
fn a_path_that_is_no_utf8_is_null_and_no_failure() {
    use std::os::unix::ffi::OsStrExt;
    let mut thread: StoredThread = {
        let text = json!({
            "thread_id": ID, "preview": "", "model_provider": "", "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z", "cwd": "", "cli_version": "", "source": "cli",
            "approval_mode": "never", "sandbox_policy": {"type": "read-only"},
        });
        serde_json::from_value(text).unwrap()
    };
    thread.rollout_path = Some(std::ffi::OsStr::from_bytes(b"/p/\xFF.jsonl").into());
    assert_eq!(
        serde_json::to_value(&thread).unwrap()["rollout_path"],
        Value::Null
    );
}

#[test]
fn pages_and_turns_write_every_key() {
    let both = |text: &str, back: String| assert_eq!(back, text);
    let page = r#"{"items":[],"next_cursor":null}"#;
    both(
        page,
        serde_json::to_string(&serde_json::from_str::<ThreadPage>(page).unwrap()).unwrap(),
    );
    let items = r#"{"items":[{"b":1,"a":2}],"next_cursor":"n","backwards_cursor":null}"#;
    both(
        items,
        serde_json::to_string(&serde_json::from_str::<ItemPage>(items).unwrap()).unwrap(),
    );
    let turns = concat!(
        r#"{"turns":[{"turn_id":"t","items":[],"items_view":"Full","status":"Failed","#,
        r#""error":{"message":"m","additional_details":null},"started_at":1,"completed_at":null,"duration_ms":2}],"#,
        r#""next_cursor":null,"backwards_cursor":"b"}"#
    );
    both(
        turns,
        serde_json::to_string(&serde_json::from_str::<TurnPage>(turns).unwrap()).unwrap(),
    );
    for (status, text) in [
        (StoredTurnStatus::Completed, "Completed"),
        (StoredTurnStatus::Interrupted, "Interrupted"),
        (StoredTurnStatus::Failed, "Failed"),
        (StoredTurnStatus::InProgress, "InProgress"),
    ] {
        assert_eq!(serde_json::to_value(status).unwrap(), text);
    }
}

#[test]
fn the_default_patch_is_18_nulls_in_order() {
    let empty = ThreadMetadataPatch::default();
    assert!(empty.is_empty());
    assert_eq!(
        serde_json::to_string(&empty).unwrap(),
        concat!(
            r#"{"rollout_path":null,"preview":null,"title":null,"model_provider":null,"model":null,"#,
            r#""reasoning_effort":null,"created_at":null,"updated_at":null,"source":null,"cwd":null,"#,
            r#""cli_version":null,"approval_mode":null,"sandbox_policy":null,"token_usage":null,"#,
            r#""first_user_message":null,"git_info":null,"memory_mode":null,"dynamic_tools":null}"#
        )
    );
    assert_eq!(patch("{}"), empty);
    assert_eq!(patch(&serde_json::to_string(&empty).unwrap()), empty);
}

#[test]
fn a_full_patch_writes_its_23_fields_in_order() {
    let full = concat!(
        r#"{"name":"n","rollout_path":"/p","preview":"p","title":"t","model_provider":"mp","model":"m","#,
        r#""reasoning_effort":"low","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-02T00:00:00Z","#,
        r#""source":"cli","thread_source":"user","agent_nickname":"a","agent_role":"b","agent_path":"c","cwd":"/w","#,
        r#""cli_version":"v","approval_mode":"untrusted","sandbox_policy":{"type":"read-only"},"#,
        r#""token_usage":{"input_tokens":1,"cached_input_tokens":2,"output_tokens":3,"reasoning_output_tokens":4,"total_tokens":5},"#,
        r#""first_user_message":"f","git_info":{"sha":"s","branch":"b","origin_url":"u"},"memory_mode":"disabled","#,
        r#""dynamic_tools":[{"namespace":"x","name":"n","description":"d","inputSchema":{},"deferLoading":true}]}"#
    );
    let patch = patch(full);
    assert_eq!(serde_json::to_string(&patch).unwrap(), full);
    let names: Vec<&str> = FIELDS
        .iter()
        .filter(|field| !field.is_part())
        .map(|field| field.name)
        .collect();
    assert_eq!(names.len(), 23);
    for field in FIELDS.iter() {
        assert_eq!(field.state(&patch), FieldState::Set, "{}", field.name);
    }
}

#[test]
fn null_clears_three_state_fields_and_leaves_two_state_ones() {
    for field in FIELDS.iter().filter(|field| !field.is_part()) {
        let patch = patch(&format!(r#"{{"{}":null}}"#, field.name));
        let (state, clear) = match field.states {
            States::Two => (FieldState::Leave, false),
            States::Three => (FieldState::Clear, true),
        };
        assert_eq!(field.state(&patch), state, "{}", field.name);
        assert_eq!(patch.is_empty(), !clear, "{}", field.name);
        let keys = written(&patch).as_object().unwrap().len();
        assert_eq!(keys, if clear { 19 } else { 18 }, "{}", field.name);
    }
    let three: Vec<&str> = FIELDS
        .iter()
        .filter(|field| field.states == States::Three)
        .map(|field| field.name)
        .collect();
    assert_eq!(
        three,
        [
            "name",
            "thread_source",
            "agent_nickname",
            "agent_role",
            "agent_path",
            "git_info.sha",
            "git_info.branch",
            "git_info.origin_url"
        ]
    );
}

#[test]
fn git_info_is_absent_present_or_present_and_empty() {
    let git = |text: &str| patch(text).git_info;
    assert_eq!(git("{}"), None);
    assert_eq!(git(r#"{"git_info":null}"#), None);
    assert_eq!(git(r#"{"git_info":{}}"#), Some(GitInfoPatch::default()));
    assert!(
        !patch(r#"{"git_info":{}}"#).is_empty(),
        "present, though it changes nothing"
    );
    assert!(GitInfoPatch::default().is_empty());
    assert_eq!(written(&patch(r#"{"git_info":{}}"#))["git_info"], json!({}));
    let some = git(r#"{"git_info":{"branch":"main","origin_url":null,"unknown":1}}"#).unwrap();
    assert_eq!(
        (some.sha.clone(), some.branch.clone(), some.origin_url.clone()),
        (None, Some(Some("main".to_string())), Some(None))
    );
    assert_eq!(
        serde_json::to_string(&some).unwrap(),
        r#"{"branch":"main","origin_url":null}"#
    );
}

#[test]
fn unknown_keys_are_ignored_and_known_ones_are_checked() {
    assert!(patch(r#"{"forked_from_id":5,"nmae":{"a":[1]},"git_info.sha":"x"}"#).is_empty());
    for wrong in [
        r#"{"name":5}"#,
        r#"{"created_at":"x"}"#,
        r#"{"git_info":[]}"#,
        r#"{"git_info":{"sha":1}}"#,
        r#"{"source":{"future":1}}"#,
        r#"{"token_usage":{}}"#,
        r#"{"name":"a","name":"b"}"#,
        "[]",
        "null",
    ] {
        assert!(
            serde_json::from_str::<ThreadMetadataPatch>(wrong).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn a_step_reads_a_patch_as_serde_does() {
    for text in [
        "{}",
        r#"{"name":null,"model":null,"git_info":{}}"#,
        r#"{"git_info":null,"title":"t"}"#,
        r#"{"git_info":{"sha":null,"branch":"b","x":1},"no":1,"git_info.sha":"y"}"#,
        r#"{"thread_source":"user","created_at":"2026-01-01T01:00:00+01:00","dynamic_tools":[]}"#,
        r#"{"source":"nobody knows","sandbox_policy":{"type":"workspace-write","writable_roots":["/a/../b"]}}"#,
    ] {
        let params = format!(r#"{{"thread_id":"{ID}","patch":{text}}}"#);
        let step = Step::read(Op::UpdateThreadMetadata, Some(Json::parse(&params).unwrap())).unwrap();
        let Step::UpdateThreadMetadata(read) = step else {
            panic!("an update is read as an update");
        };
        assert_eq!(read.patch, patch(text), "{text}");
    }
}

#[test]
fn merging_replaces_what_the_later_one_says_and_git_part_by_part() {
    let merged = |first: &str, next: &str| {
        let mut merged = patch(first);
        merged.merge(&patch(next));
        merged
    };
    assert_eq!(merged(r#"{"name":"a"}"#, "{}"), patch(r#"{"name":"a"}"#));
    assert_eq!(
        merged(r#"{"name":"a"}"#, r#"{"name":null}"#),
        patch(r#"{"name":null}"#)
    );
    assert_eq!(
        merged(r#"{"name":null}"#, r#"{"name":"b"}"#),
        patch(r#"{"name":"b"}"#)
    );
    assert_eq!(
        merged(r#"{"model":"a"}"#, r#"{"model":null}"#),
        patch(r#"{"model":"a"}"#)
    );
    assert_eq!(
        merged(
            r#"{"git_info":{"sha":"s","branch":"b"}}"#,
            r#"{"git_info":{"branch":null,"origin_url":"u"}}"#
        ),
        patch(r#"{"git_info":{"sha":"s","branch":null,"origin_url":"u"}}"#)
    );
    assert_eq!(merged("{}", r#"{"git_info":{}}"#), patch(r#"{"git_info":{}}"#));
    assert_eq!(
        merged(r#"{"git_info":{}}"#, r#"{"git_info":null}"#),
        patch(r#"{"git_info":{}}"#)
    );
    // Nothing else is merged recursively.
    let tool = |name: &str| {
        format!(r#"{{"name":"{name}","description":"","inputSchema":{{}},"deferLoading":false}}"#)
    };
    let tools = |names: &[&str]| {
        let tools: Vec<String> = names.iter().map(|name| tool(name)).collect();
        format!(r#"{{"dynamic_tools":[{}]}}"#, tools.join(","))
    };
    assert_eq!(merged(&tools(&["a", "b"]), &tools(&["c"])), patch(&tools(&["c"])));
    assert_eq!(merged(&tools(&["a"]), &tools(&[])), patch(&tools(&[])));
}

/// A patch in which each field and each part is left, cleared or set to one of two values.
fn any_patch() -> impl Strategy<Value = ThreadMetadataPatch> {
    prop::collection::vec(0u8..4, FIELDS.len()).prop_map(|choices| {
        let mut patch = ThreadMetadataPatch::default();
        for (field, choice) in FIELDS.iter().zip(choices) {
            let value = match (field.edit, choice) {
                (_, 0) | (FieldEditor::Parts, _) => continue,
                (_, 1) => "null".to_string(),
                (FieldEditor::Choice(choices), n) => choices[usize::from(n) % choices.len()].to_string(),
                (FieldEditor::Time, n) => format!("\"2026-01-0{n}T00:00:00Z\""),
                (FieldEditor::Text | FieldEditor::Path, n) => {
                    format!("\"{}\"", "x".repeat(usize::from(n - 2)))
                }
            };
            field.decode_into(&mut patch, &value).unwrap();
        }
        patch
    })
}

proptest! {
    #[test]
    fn a_patch_comes_back_from_its_wire_form(patch in any_patch()) {
        let text = serde_json::to_string(&patch).unwrap();
        let back: ThreadMetadataPatch = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(serde_json::to_string(&back).unwrap(), text);
        prop_assert_eq!(&back, &patch);
        for field in FIELDS.iter() {
            let mut copy = ThreadMetadataPatch::default();
            field.put(&mut copy, &field.get(&patch)).unwrap();
            prop_assert_eq!(field.get(&copy), field.get(&patch), "{}", field.name);
        }
    }

    #[test]
    fn merging_goes_field_by_field(first in any_patch(), next in any_patch()) {
        let mut merged = first.clone();
        merged.merge(&next);
        for field in FIELDS.iter().filter(|field| field.edit != FieldEditor::Parts) {
            let decides = if field.state(&next) == FieldState::Leave { &first } else { &next };
            prop_assert_eq!(field.get(&merged), field.get(decides), "{}", field.name);
        }
    }
}

#[test]
fn the_parameters_of_each_method_write_every_field() {
    let create = format!(
        concat!(
            r#"{{"thread_id":"{}","forked_from_id":null,"source":"exec","thread_source":"user","#,
            r#""base_instructions":{{"text":"bi"}},"dynamic_tools":[],"#,
            r#""metadata":{{"cwd":"/w","model_provider":"openai","memory_mode":"disabled"}},"event_persistence_mode":"Limited"}}"#
        ),
        ID
    );
    let params: CreateThreadParams = serde_json::from_str(&create).unwrap();
    assert_eq!(serde_json::to_string(&params).unwrap(), create);

    let id = format!(r#""thread_id":"{ID}""#);
    let metadata = r#"{"cwd":null,"model_provider":"","memory_mode":"enabled"}"#;
    let patch = serde_json::to_string(&ThreadMetadataPatch::default()).unwrap();
    for (op, least, whole) in [
        (
            Op::CreateThread,
            format!("{{{id}}}"),
            format!(
                r#"{{{id},"forked_from_id":null,"source":"vscode","thread_source":null,"base_instructions":{{"text":""}},"dynamic_tools":[],"metadata":{metadata},"event_persistence_mode":"Limited"}}"#
            ),
        ),
        (
            Op::ResumeThread,
            format!("{{{id}}}"),
            format!(
                r#"{{{id},"rollout_path":null,"history":null,"include_archived":false,"metadata":{metadata},"event_persistence_mode":"Limited"}}"#
            ),
        ),
        (Op::AppendItems, format!(r#"{{{id},"items":[{{"b":1,"a":2}}]}}"#), format!(r#"{{{id},"items":[{{"b":1,"a":2}}]}}"#)),
        (Op::PersistThread, format!("{{{id}}}"), format!("{{{id}}}")),
        (Op::FlushThread, format!("{{{id}}}"), format!("{{{id}}}")),
        (Op::ShutdownThread, format!("{{{id}}}"), format!("{{{id}}}")),
        (Op::DiscardThread, format!("{{{id}}}"), format!("{{{id}}}")),
        (Op::LoadHistory, format!("{{{id}}}"), format!(r#"{{{id},"include_archived":false}}"#)),
        (
            Op::ReadThread,
            format!("{{{id}}}"),
            format!(r#"{{{id},"include_archived":false,"include_history":false}}"#),
        ),
        (
            Op::ReadThreadByRolloutPath,
            r#"{"rollout_path":"/p"}"#.to_string(),
            r#"{"rollout_path":"/p","include_archived":false,"include_history":false}"#.to_string(),
        ),
        (
            Op::ListThreads,
            "{}".to_string(),
            r#"{"page_size":0,"cursor":null,"sort_key":"CreatedAt","sort_direction":"Desc","allowed_sources":[],"model_providers":null,"cwd_filters":null,"archived":false,"search_term":null,"use_state_db_only":false}"#.to_string(),
        ),
        (
            Op::UpdateThreadMetadata,
            format!(r#"{{{id},"patch":{{}}}}"#),
            format!(r#"{{{id},"patch":{patch},"include_archived":false}}"#),
        ),
        (Op::ArchiveThread, format!("{{{id}}}"), format!("{{{id}}}")),
        (Op::UnarchiveThread, format!("{{{id}}}"), format!("{{{id}}}")),
        (
            Op::ListTurns,
            format!("{{{id}}}"),
            format!(r#"{{{id},"include_archived":false,"cursor":null,"page_size":0,"sort_direction":"Desc","items_view":"Summary"}}"#),
        ),
        (
            Op::ListItems,
            format!(r#"{{{id},"turn_id":"t"}}"#),
            format!(r#"{{{id},"turn_id":"t","include_archived":false,"cursor":null,"page_size":0,"sort_direction":"Desc"}}"#),
        ),
    ] {
        let read = |text: &str| Step::read(op, Some(Json::parse(text).unwrap())).unwrap();
        let step = read(&least);
        assert_eq!(step.params().unwrap(), whole, "{op:?}");
        assert_eq!(read(&whole).params().unwrap(), whole, "{op:?}");
        assert_eq!(step.op(), op);
        let names: Vec<String> = Json::parse(&whole).unwrap().members().map(|(key, _)| key.into_owned()).collect();
        let rows: Vec<&str> = op.row().params.iter().map(|param| param.name).collect();
        assert_eq!(names, rows, "{op:?}");
        let about = whole.contains(ID).then(|| ThreadId::from_string(ID).unwrap());
        assert_eq!(step.thread_id(), about, "{op:?}");
    }
}

#[test]
fn the_tables_name_sixteen_methods_of_which_fourteen_are_counted() {
    let names: Vec<&str> = OPS.iter().map(|row| row.name).collect();
    assert_eq!(
        names,
        [
            "create_thread",
            "resume_thread",
            "append_items",
            "persist_thread",
            "flush_thread",
            "shutdown_thread",
            "discard_thread",
            "load_history",
            "read_thread",
            "read_thread_by_rollout_path",
            "list_threads",
            "update_thread_metadata",
            "archive_thread",
            "unarchive_thread",
            "list_turns",
            "list_items"
        ]
    );
    let counted = OPS.iter().take_while(|row| row.counted).count();
    assert_eq!((counted, OPS.iter().filter(|row| row.counted).count()), (14, 14));
}

#[test]
fn errors_have_their_texts_and_codes() {
    let message = "m".to_string();
    for (error, code, text) in [
        (
            ThreadStoreError::ThreadNotFound {
                thread_id: ThreadId::from_string(ID).unwrap(),
            },
            "thread_not_found",
            format!("thread {ID} not found"),
        ),
        (
            ThreadStoreError::InvalidRequest {
                message: message.clone(),
            },
            "invalid_request",
            "invalid thread-store request: m".to_string(),
        ),
        (
            ThreadStoreError::Conflict {
                message: message.clone(),
            },
            "conflict",
            "thread-store conflict: m".to_string(),
        ),
        (
            ThreadStoreError::Unsupported {
                operation: "list_turns",
            },
            "unsupported",
            "thread-store unsupported operation: list_turns".to_string(),
        ),
        (
            ThreadStoreError::Internal { message },
            "internal",
            "thread-store internal error: m".to_string(),
        ),
    ] {
        assert_eq!((error.code(), error.to_string()), (code, text));
        assert!(std::error::Error::source(&error).is_none());
    }
}
