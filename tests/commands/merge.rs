//! `threadloupe merge` with the real binary, and the examples of RFC 7396 applied to typed patches: some work as in the
//! RFC, some only for fields that can be cleared, and some are not valid patches.

#![expect(clippy::unwrap_used, reason = "a failed test panics")]

#[path = "../support/no_patch.rs"]
mod no_patch;

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use threadloupe::contract::{FIELDS, ThreadMetadataPatch};

use crate::support::stored_thread::thread;

fn threadloupe(args: &[&str], input: &str) -> Output {
    let mut run = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    run.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    run.wait_with_output().unwrap()
}

fn merged(args: &[&str], input: &str) -> Value {
    let args = [&["merge", "-", "--format", "json"], args].concat();
    let output = threadloupe(&args, input);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refused(input: &str) -> String {
    let output = threadloupe(&["merge", "-", "--format", "json"], input);
    assert_eq!(output.status.code(), Some(2), "{input}");
    assert!(output.stdout.is_empty(), "{input}");
    String::from_utf8(output.stderr).unwrap()
}

/// The thread after a patch, from the output of the binary.
fn applied(to: Value, patch: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("thread.json");
    std::fs::write(&file, thread(&to).to_string()).unwrap();
    merged(&["--onto", file.to_str().unwrap()], patch)["thread"].clone()
}

#[test]
fn the_examples_of_rfc_7396_that_carry_over() {
    // 1: replaces a value. 2: adds another member.
    assert_eq!(applied(json!({"name": "b"}), r#"{"name":"c"}"#)["name"], "c");
    let both = applied(json!({"name": "b"}), r#"{"preview":"c"}"#);
    assert_eq!((&both["name"], &both["preview"]), (&json!("b"), &json!("c")));
    // 3 and 4: null removes only this member. It has no effect on a field that cannot be cleared.
    let cleared = applied(json!({"name": "b", "preview": "c"}), r#"{"name":null}"#);
    assert_eq!(
        (&cleared["name"], &cleared["preview"]),
        (&Value::Null, &json!("c"))
    );
    assert_eq!(
        applied(json!({"preview": "b"}), r#"{"preview":null}"#)["preview"],
        "b"
    );
    // 7: within a member, one part is set and one is removed.
    let git = json!({"git_info": {"branch": "b"}});
    let parts = applied(git, r#"{"git_info":{"branch":"d","sha":null}}"#);
    assert_eq!(parts["git_info"], json!({"branch": "d"}));
    // 15: removing a missing part leaves no object; the RFC leaves an empty one.
    assert_eq!(
        applied(json!({}), r#"{"git_info":{"sha":null}}"#)["git_info"],
        Value::Null
    );
}

#[test]
fn the_examples_of_rfc_7396_that_are_no_patch_are_refused_with_their_place() {
    // 5, 6, 8: the types are fixed. 9 to 12: a patch is an object.
    for (patch, place, word) in [
        (r#"{"name":["b"]}"#, "column 9", "name"),
        (r#"{"dynamic_tools":"c"}"#, "column 18", "dynamic_tools"),
        (r#"{"dynamic_tools":[1]}"#, "column", "dynamic_tools"),
        (r#"["c","d"]"#, "column 1", "list"),
        ("[\"c\"]", "column 1", "list"),
        ("null", "column 1", "null"),
        ("\"bar\"", "column 1", "string"),
    ] {
        let sentence = refused(patch);
        assert!(
            sentence.contains(place) && sentence.contains(word),
            "{patch}: {sentence}"
        );
    }
    // 13 and 14 do not apply: a thread is an object, and a null member means that there is no value.
}

#[test]
fn composing_keeps_a_clear_that_carrying_out_would_lose() {
    let said = merged(&[], r#"{"name":"a"} {"name":null}"#);
    assert_eq!(said["patch"], json!({"name": null}));
    // RFC 7396 merges both as documents: the member is gone, so a thread would keep its name.
    let mut first = json!({"name": "a"});
    first.as_object_mut().unwrap().remove("name");
    let forgetful: ThreadMetadataPatch = serde_json::from_value(first).unwrap();
    assert!(forgetful.is_empty());
}

#[test]
fn merge_prints_patch_thread_and_who_decided() {
    let patches = r#"{"name":"a","git_info":{"branch":"main"},"model":null} {"name":null,"git_info":{}}"#;
    let said = merged(&["--explain"], patches);
    assert_eq!(
        said,
        json!({"patch": {"name": null, "git_info": {"branch": "main"}}, "thread": null,
               "decided_by": {"name": 2, "git_info.branch": 1}})
    );
    assert_eq!(merged(&[], patches).get("decided_by"), None);
    // The last patch decides, even if it sets the same value again.
    let again = merged(&["--explain"], r#"{"model":"m"} {"model":"m"}"#);
    assert_eq!(again["decided_by"], json!({"model": 2}));
    // The JSON form of the contract names every two-state field.
    let wire = merged(&["--wire"], "{}");
    assert_eq!(wire["patch"].as_object().unwrap().len(), 18);
}

#[test]
fn only_what_the_patch_touches_changes_in_the_thread() {
    let before =
        json!({"name": "kept", "git_info": {"commit_hash": "c", "branch": "b"}, "title": "not of a thread"});
    let after = applied(before.clone(), r#"{"model":"m","git_info":{"sha":null}}"#);
    let mut expected = thread(&before);
    expected.as_object_mut().unwrap().remove("title");
    expected["model"] = json!("m");
    expected["git_info"] = json!({"branch": "b"});
    assert_eq!(after, expected);
}

#[test]
fn what_is_no_patch_is_one_sentence_with_its_place_and_status_2() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("no patch.json");
    let name = file.to_str().unwrap();
    let mut badly_told = Vec::new();
    for case in no_patch::all() {
        let sentence = refused(&case.text);
        if !case.is_told(&sentence) {
            badly_told.push(format!("{}\n  {sentence}", case.brief()));
        }
        assert_eq!(sentence.lines().count(), 1, "{sentence}");
        std::fs::write(&file, &case.text).unwrap();
        let output = threadloupe(&["merge", name], "");
        assert_eq!(output.status.code(), Some(2), "{}", case.brief());
        let of_file = String::from_utf8(output.stderr).unwrap();
        assert_eq!(of_file.strip_prefix(name), sentence.strip_prefix('-'));
    }
    assert!(badly_told.is_empty(), "{}", badly_told.join(""));
    let missing = threadloupe(&["merge", "no/such/file"], "");
    assert_eq!(missing.status.code(), Some(2));
}

#[test]
fn what_is_no_utf8_is_refused_at_its_byte() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("patch.json");
    for (bytes, place) in [
        (&b"\xff{}"[..], "line 1, column 1: "),
        (b"{\n\"name\":\"\xc3\xa9\xff\"}", "line 2, column 10: "),
        (b"{\"\xed\xa0\x80\":1}", "line 1, column 3: "),
    ] {
        std::fs::write(&file, bytes).unwrap();
        let output = threadloupe(&["merge", file.to_str().unwrap()], "");
        let sentence = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{sentence}");
        assert!(
            sentence.contains(&format!("{place}this byte is not UTF-8")),
            "{sentence}"
        );
    }
}

#[test]
fn a_byte_order_mark_large_values_and_what_nobody_knows_are_fine() {
    assert_eq!(
        merged(&[], "\u{feff}{\"name\":\"a\"}")["patch"],
        json!({"name": "a"})
    );
    let large = "x".repeat(10_000_000);
    let said = merged(&[], &format!(r#"{{"name":"{large}"}}"#));
    assert_eq!(said["patch"]["name"].as_str().map(str::len), Some(large.len()));
    // The contract ignores unknown keys, even deeply nested ones.
    let deep = format!(
        r#"{{"name":"a","depth":{}{}}}"#,
        "[".repeat(200_000),
        "]".repeat(200_000)
    );
    let output = threadloupe(&["merge", "-", "--format", "json"], &deep);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stderr).contains("unknown-field: patch.depth"));
}

#[test]
fn laws_of_what_is_no_patch_are_not_checked() {
    for no_patch in ["[]", "", "{\"name\":1}"] {
        let output = threadloupe(&["laws", "-"], no_patch);
        assert_eq!(output.status.code(), Some(2), "{no_patch}");
        assert!(output.stdout.is_empty(), "{no_patch}");
        assert!(!output.stderr.is_empty(), "{no_patch}");
    }
}

#[test]
fn what_contains_a_patch_is_refused_with_what_to_write() {
    for (input, hint) in [
        (
            r#"{"method":"update_thread_metadata","params":{"patch":{"name":"a"}}}"#,
            "this is a step, not a patch",
        ),
        (
            r#"{"patch":{"name":"a"}}"#,
            "contains one; write only the value of `patch`",
        ),
        // The answer of `diff`.
        (
            r#"{"patch":{"name":"a"},"left":["token_usage"]}"#,
            "contains one; write only the value of `patch`",
        ),
        (
            r#"{"params":{"patch":{"name":"a"}}}"#,
            "contains one; write only the value of `patch`",
        ),
    ] {
        let said = refused(input);
        assert!(
            said.starts_with("-: line 1, column 1: ") && said.contains(hint),
            "{said}"
        );
    }
    // An unknown key with another key is ignored with a lint, as by the contract.
    assert_eq!(
        merged(&[], r#"{"patch":1,"name":"a"}"#)["patch"],
        json!({"name": "a"})
    );
}

#[test]
fn denied_lints_are_a_status() {
    for (patch, lint) in [
        (
            r#"{"source":"VSCode"}"#,
            "unknown-value: patch.source: the contract does not know `VSCode` and keeps `unknown` instead; did you mean vscode?",
        ),
        (r#"{"git_info":{"commit_hash":"a"}}"#, "did you mean sha?"),
        (
            r#"{"git_info":{"repository_url":"a"}}"#,
            "did you mean origin_url?",
        ),
    ] {
        for (args, status) in [(vec!["merge", "-"], 0), (vec!["merge", "-", "--deny-lints"], 1)] {
            let output = threadloupe(&args, patch);
            assert_eq!(output.status.code(), Some(status), "{patch}");
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(said.contains(lint), "{said}");
        }
    }
    for known in [
        r#"{"source":"unknown"}"#,
        r#"{"source":"vscode"}"#,
        r#"{"source":{"custom":"atlas"}}"#,
    ] {
        assert_eq!(
            threadloupe(&["merge", "-", "--deny-lints"], known).status.code(),
            Some(0),
            "{known}"
        );
    }
}

#[test]
fn a_patch_is_applied_to_an_answer_and_to_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let patch = folder.path().join("patch.json");
    std::fs::write(&patch, r#"{"name":"new"}"#).unwrap();
    let patch = patch.to_str().unwrap();
    let answer = json!({"step": 3, "method": "read_thread", "result": thread(&json!({"name": "old"}))});
    for input in [answer.to_string(), thread(&json!({"name": "old"})).to_string()] {
        let output = threadloupe(&["merge", patch, "--onto", "-", "--format", "json"], &input);
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answer["thread"]["name"], "new");
    }
    let output = threadloupe(&["merge", "-", "--onto", "-"], "{}");
    assert_eq!(output.status.code(), Some(2));
    let output = threadloupe(
        &["merge", patch, "--onto", "-"],
        r#"{"step":1,"method":"read_thread","error":{"code":"thread_not_found","message":"no"}}"#,
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("this answer has no result")
    );
}
