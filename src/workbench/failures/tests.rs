//! Checks failures against a table of items of every format.

use pretty_assertions::assert_eq;

use super::*;

const TABLE: &[(&str, Option<&str>)] = &[
    // Outputs
    (
        r#"{"type":"function_call_output","call_id":"c","output":"{\"output\":\"x\",\"metadata\":{\"exit_code\":1,\"duration_seconds\":0.1}}"}"#,
        Some("exit 1"),
    ),
    (
        r#"{"type":"response_item","payload":{"type":"function_call_output","output":"{\"output\":\"exit_code\",\"metadata\":{\"exit_code\":0}}"}}"#,
        None,
    ),
    (
        r#"{"type":"response_item","payload":{"type":"function_call_output","output":"Exit code: 127\nWall time: 0.1 seconds\nOutput:\nrg: not found"}}"#,
        Some("exit 127"),
    ),
    (
        r#"{"type":"response_item","payload":{"type":"function_call_output","output":"Exit code: 0\nOutput:\nExit code: 1"}}"#,
        None,
    ),
    (
        r#"{"type":"response_item","payload":{"type":"function_call_output","output":"Output:\nExit code: 1"}}"#,
        None,
    ),
    (
        r#"{"type":"response_item","payload":{"type":"function_call_output","output":"Chunk ID: 1a\nWall time: 0.1 seconds\nProcess exited with code 2\nOutput:\n"}}"#,
        Some("exit 2"),
    ),
    (
        r#"{"type":"response_item","payload":{"type":"custom_tool_call_output","output":[{"type":"input_text","text":"Script failed\nWall time 0.1 seconds\nOutput:\n"}]}}"#,
        Some("Script failed Wall time 0.1 seconds Output:"),
    ),
    (
        r#"{"type":"response_item","payload":{"type":"custom_tool_call_output","output":[{"type":"input_text","text":"Script completed\nOutput:\n"}]}}"#,
        None,
    ),
    (
        r#"{"type":"response_item","payload":{"type":"function_call_output","output":"exec_command failed: CreateProcess { message: \"no such file\" }"}}"#,
        Some("exec_command failed: CreateProcess { message: \"no such file\" }"),
    ),
    (
        r#"{"type":"response_item","payload":{"type":"function_call_output","output":"exec command rejected by user"}}"#,
        Some("exec command rejected by user"),
    ),
    (
        r#"{"type":"response_item","payload":{"type":"function_call_output","output":"unsupported call: update_plan"}}"#,
        Some("unsupported call: update_plan"),
    ),
    (
        r#"{"type":"response_item","payload":{"type":"function_call_output","output":"failed in sandbox None with execution error: command timed out"}}"#,
        Some("failed in sandbox None with execution error: command timed out"),
    ),
    (
        r#"{"type":"response_item","payload":{"type":"function_call_output","output":{"content":"no such tool","success":false}}}"#,
        Some("no such tool"),
    ),
    (
        r#"{"type":"response_item","payload":{"type":"function_call_output","output":{"content":"fine","success":true}}}"#,
        None,
    ),
    (
        r#"{"type":"response_item","payload":{"type":"function_call_output","output":"Plan updated"}}"#,
        None,
    ),
    (
        r#"{"type":"response_item","payload":{"type":"function_call_output","output":null}}"#,
        None,
    ),
    (
        r#"{"type":"response_item","payload":{"type":"function_call_output"}}"#,
        None,
    ),
    (
        r#"{"type":"response_item","payload":{"type":"tool_result","result":{"exitCode":3}}}"#,
        Some("exit 3"),
    ),
    // Calls with a status
    (
        r#"{"type":"response_item","payload":{"type":"web_search_call","status":"failed"}}"#,
        Some("failed"),
    ),
    (
        r#"{"type":"response_item","payload":{"type":"local_shell_call","status":"completed"}}"#,
        None,
    ),
    // Events of tools
    (
        r#"{"type":"event_msg","payload":{"type":"exec_command_end","exit_code":-1,"status":"failed"}}"#,
        Some("exit -1"),
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"exec_command_end","exit_code":0,"status":"failed"}}"#,
        Some("failed"),
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"exec_command_end","exit_code":0,"status":"completed"}}"#,
        None,
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"patch_apply_end","success":false,"status":"declined"}}"#,
        Some("failed"),
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"patch_apply_end","success":true,"status":"completed"}}"#,
        None,
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"mcp_tool_call_end","result":{"Err":"no\nserver"}}}"#,
        Some("no server"),
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"mcp_tool_call_end","result":{"Ok":{"content":[{"type":"text","text":"bad"}],"isError":true}}}}"#,
        Some("bad"),
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"mcp_tool_call_end","result":{"Ok":{"content":[],"isError":false}}}}"#,
        None,
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"dynamic_tool_call_response","success":false,"error":"gone"}}"#,
        Some("gone"),
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"collab_close_end","status":{"errored":"lost"}}}"#,
        Some("errored: lost"),
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"collab_close_end","status":{"completed":"done"}}}"#,
        None,
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"mcp_startup_update","server":"s","status":{"state":"failed","error":"no such file"}}}"#,
        Some("failed: no such file"),
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"hook_completed","run":{"status":"failed"}}}"#,
        Some("failed"),
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"undo_completed","success":false}}"#,
        Some("failed"),
    ),
    // Items of paginated files
    (
        r#"{"type":"event_msg","payload":{"type":"item_completed","item":{"type":"CommandExecution","exit_code":1,"status":"failed"}}}"#,
        Some("exit 1"),
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"item_completed","item":{"type":"CommandExecution","exit_code":0,"status":"completed"}}}"#,
        None,
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"item_completed","item":{"type":"FileChange","status":"failed"}}}"#,
        Some("failed"),
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"item_completed","item":{"type":"McpToolCall","result":{"content":[],"isError":true}}}}"#,
        Some("failed"),
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"item_completed","item":{"type":"AgentMessage","content":[{"text":"Exit code: 1"}]}}}"#,
        None,
    ),
    // Turns and errors
    (
        r#"{"type":"event_msg","payload":{"type":"turn_aborted","reason":"interrupted"}}"#,
        Some("aborted: interrupted"),
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"task_complete","error":{"message":"usage limit","codex_error_info":"other"}}}"#,
        Some("error: usage limit"),
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"task_complete","error":null}}"#,
        None,
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"error","message":"{\"error\":{\"message\":\"Bad request\"}}"}}"#,
        Some("error: Bad request"),
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"error","error":{"kind":"rate_limit","message":"Rate limit exceeded"}}}"#,
        Some("error: Rate limit exceeded"),
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"error"}}"#,
        Some("error: no message"),
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"stream_error","message":"lost"}}"#,
        Some("error: lost"),
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"warning","message":"failed"}}"#,
        None,
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"agent_message","message":"exec_command failed"}}"#,
        None,
    ),
];

#[test]
fn failures_are_found_in_every_format() {
    for (line, expected) in TABLE {
        let item = RolloutItem::parse(*line).unwrap();
        let found = failure(&item).map(|failure| failure.to_string());
        assert_eq!(found.as_deref(), *expected, "{line}");
    }
    assert_eq!(failure(&RolloutItem::damaged(b"Exit code: 1")), None);
}

#[test]
fn exit_codes_are_found_in_every_spelling() {
    for (line, code) in [
        (TABLE[0].0, Some(1)),
        (TABLE[1].0, Some(0)),
        (TABLE[2].0, Some(127)),
        (TABLE[5].0, Some(2)),
        (TABLE[14].0, None),
        (
            r#"{"type":"event_msg","payload":{"type":"exec_command_end","exit_code":0}}"#,
            Some(0),
        ),
        (
            r#"{"type":"event_msg","payload":{"type":"item_completed","item":{"type":"CommandExecution","exit_code":4}}}"#,
            Some(4),
        ),
    ] {
        assert_eq!(exit_code(&RolloutItem::parse(line).unwrap()), code, "{line}");
    }
}

#[test]
fn values_of_any_type_are_no_error() {
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
        for (line, _) in TABLE {
            for key in [
                "output",
                "status",
                "result",
                "error",
                "success",
                "exit_code",
                "message",
                "item",
                "payload",
            ] {
                let text = line.replace(&format!("\"{key}\":"), &format!("\"{key}\":{value},\"_\":"));
                if let Ok(item) = RolloutItem::parse(text) {
                    failure(&item);
                    exit_code(&item);
                }
            }
        }
    }
}
