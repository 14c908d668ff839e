//! `threadloupe show` with the real binary: each message of a thread once and whole, tool calls with their outcome, and
//! output in which no text of a thread becomes markup.

mod formats;
mod messages;
mod threads;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::rollouts::{Folder, ONE, header};
use serde_json::{Value, json};

/// Runs `show` on a folder or file.
fn run(from: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .arg("show")
        .args(arguments)
        .arg(format!("--from={}", from.display()))
        .env("TZ", "<+0530>-5:30")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// The output of `show`, which must succeed.
fn shown(from: &Path, arguments: &[&str]) -> String {
    let output = run(from, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?} {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// A line of a wrapped rollout.
fn item(kind: &str, payload: Value) -> String {
    json!({"timestamp": "2025-09-26T15:00:01.000Z", "type": kind, "payload": payload}).to_string()
}

fn event(payload: Value) -> String {
    item("event_msg", payload)
}

fn model(payload: Value) -> String {
    item("response_item", payload)
}

/// A folder with one thread of these lines after its header.
fn thread(lines: &[String]) -> Folder {
    let folder = Folder::new();
    let lines = [&[header(ONE)], lines].concat();
    folder.write("rollout.jsonl", lines.join("\n") + "\n");
    folder
}

fn user(text: &str) -> String {
    event(json!({"type": "user_message", "message": text}))
}

fn agent(text: &str) -> String {
    event(json!({"type": "agent_message", "message": text}))
}

fn call(id: &str, name: &str, arguments: &Value) -> String {
    model(json!({"type": "function_call", "name": name, "arguments": arguments.to_string(), "call_id": id}))
}

fn output_of(id: &str, output: &str) -> String {
    model(json!({"type": "function_call_output", "call_id": id, "output": output}))
}

#[test]
fn a_call_is_a_line_with_its_outcome_and_a_few_lines_of_output() {
    let long: Vec<String> = (1..=30).map(|line| format!("line {line}")).collect();
    let folder = thread(&[
        user("run it"),
        call("a", "shell", &json!({"command": ["bash", "-lc", "make"]})),
        agent("meanwhile"),
        output_of(
            "a",
            &format!("Exit code: 2\nWall time: 1 s\nOutput:\n{}", long.join("\n")),
        ),
        call("b", "exec_command", &json!({"cmd": "ls"})),
        output_of("b", "Process exited with code 0\nOutput:\nsrc"),
        call("c", "shell", &json!({"command": "true"})),
        output_of(
            "c",
            &json!({"output": "", "metadata": {"exit_code": 0}}).to_string(),
        ),
        call("d", "shell", &json!({"command": "lost"})),
        output_of("e", "nobody asked"),
    ]);
    let text = shown(folder.path(), &["0199", "--utc"]);
    let time = "2025-09-26 15:00:01 +00:00";
    for line in [
        format!("[3] tool \u{b7} {time} \u{b7} shell bash -lc make \u{b7} exit 2"),
        "    \u{2026} 21 more lines".to_owned(),
        "    line 30".to_owned(),
        format!("[6] tool \u{b7} {time} \u{b7} exec_command ls \u{b7} exit 0"),
        format!("[8] tool \u{b7} {time} \u{b7} shell true \u{b7} exit 0"),
        format!("[10] tool \u{b7} {time} \u{b7} shell lost \u{b7} no output"),
        format!("[11] tool \u{b7} {time} \u{b7} output of a call that is not in the history \u{b7} done"),
        "    nobody asked".to_owned(),
    ] {
        assert!(text.lines().any(|shown| shown == line), "{line}\n\n{text}");
    }
    assert!(!text.contains("line 10\n") && !text.contains("[5]"), "{text}");
    let full = shown(folder.path(), &["0199", "--tools", "full"]);
    assert!(
        full.contains(&long.join("\n    ")) && full.contains("\"bash\",\n"),
        "{full}"
    );
    let none = shown(folder.path(), &["0199", "--tools", "none"]);
    assert!(!none.contains("] tool") && none.contains("meanwhile"), "{none}");
}

#[test]
fn edits_are_diffs_and_plans_are_steps() {
    let patch = "*** Begin Patch\n*** Update File: src/a.rs\n@@\n-old\n+new\n*** End Patch";
    let changes = json!({"/w/b.rs": {"type": "add", "content": "one\ntwo\n"}});
    let folder = thread(&[
        model(
            json!({"type": "custom_tool_call", "name": "apply_patch", "input": patch, "call_id": "a", "status": "completed"}),
        ),
        event(
            json!({"type": "patch_apply_end", "call_id": "a", "success": true, "stdout": "Success", "changes": changes}),
        ),
        call("b", "shell", &json!({"command": ["apply_patch", patch]})),
        event(
            json!({"type": "patch_apply_end", "call_id": "c", "success": false, "stderr": "no such file", "changes": changes}),
        ),
        call(
            "d",
            "update_plan",
            &json!({"explanation": "why", "plan": [{"step": "look", "status": "completed"}, {"step": "fix", "status": "pending"}]}),
        ),
    ]);
    let text = shown(folder.path(), &["0199"]);
    assert_eq!(text.matches("    -old\n    +new\n").count(), 2, "{text}");
    assert!(text.contains("apply_patch src/a.rs \u{b7} done"), "{text}");
    assert!(
        text.contains("edit /w/b.rs \u{b7} failed\n    add /w/b.rs\n    +one\n    +two\n    no such file\n"),
        "{text}"
    );
    assert!(
        text.contains("update_plan \u{b7} no output\n    why\n    [x] look\n    [ ] fix\n"),
        "{text}"
    );
}

#[test]
fn times_are_local_with_their_offset() {
    let folder = thread(&[user("now")]);
    assert!(shown(folder.path(), &["0199"]).contains("[2] user \u{b7} 2025-09-26 20:30:01 +05:30\nnow\n"));
    assert!(
        shown(folder.path(), &["0199", "--utc"])
            .contains("[2] user \u{b7} 2025-09-26 15:00:01 +00:00\nnow\n")
    );
}

#[test]
fn keys_and_tokens_are_masked_and_counted() {
    let key = "sk-proj-abcdefghij0123456789";
    let folder = thread(&[
        user(&format!("use {key} and ghp_0123456789abcdefghijABCDEFGHIJ012345")),
        call(
            "a",
            "shell",
            &json!({"command": format!("curl -H 'Authorization: Bearer {key}'")}),
        ),
        output_of("a", "API_KEY=abcdef123456"),
    ]);
    for format in ["text", "markdown", "html"] {
        let output = run(folder.path(), &["0199", "--tools", "full", "--format", format]);
        let (text, said) = (
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        );
        assert!(
            !text.contains("sk-proj") && !text.contains("ghp_") && !text.contains("abcdef123456"),
            "{text}"
        );
        assert!(text.contains("[masked, 28 characters]"), "{text}");
        // The title, the first message twice, the line and the arguments of the call, and its output.
        assert!(
            said.starts_with("masked ") && said.contains("--no-redact"),
            "{said}"
        );
        let masks: usize = said.split(' ').nth(1).unwrap().parse().unwrap();
        let title = usize::from(format == "html");
        assert_eq!(
            text.replace('\\', "").matches("[masked, ").count(),
            masks + 2 * title,
            "{text}"
        );
    }
    // What is cut is not counted, and a failure can contain a key, too.
    let lines: Vec<String> = (0..50)
        .map(|number| format!("API_KEY=abcdef{number:06}"))
        .collect();
    let long = thread(&[
        call("a", "shell", &json!({"command": "env"})),
        output_of("a", &lines.join("\n")),
        call("b", "shell", &json!({"command": "curl"})),
        output_of("b", &format!("exec_command failed for {key}")),
    ]);
    let output = run(long.path(), &["0199"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains("sk-proj"), "{text}");
    let said = String::from_utf8(output.stderr).unwrap();
    let shown = text.matches("[masked, ").count();
    assert!(
        shown >= 7 && said.starts_with(&format!("masked {shown} texts")),
        "{shown} {said}\n{text}"
    );
    let output = run(folder.path(), &["0199", "--no-redact"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains(key) && output.stderr.is_empty());
}
