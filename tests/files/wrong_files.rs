//! Files of the wrong format: what is not a rollout is named, with what to do; data after the frames of a zstd file is
//! reported and the frames are kept; a scenario, a state file and a rollout are recognized in place of each other.

use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::rollouts::{Folder, ONE, OTHER, header, packed, said};

/// The output of a program that reads `input`.
fn piped(program: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap().stdout
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

const SCENARIO: &str = "{\"scenario\":\"s\"}\n{\"method\":\"calls\"}\n";
const STEPS: &str = "\u{feff}\n {\n  \"method\": \"create_thread\",\n  \"params\": {\"thread_id\": \"0199865a-ee71-7ae3-b232-87583b038e9f\"}\n}\n";
const STATE: &str = "{\"threadloupe_state\":1,\"clock\":null}\n{\"type\":\"session_meta\"}\n";

/// The start of a message, after the sentence about the name.
fn message(row: &Value) -> &str {
    row["error"]["message"].as_str().unwrap()
}

#[test]
fn a_plain_file_of_another_format_is_named() {
    let folder = Folder::new();
    let text = format!("{}\n", header(ONE));
    let marked = format!("\u{feff}{text}");
    let database = [&b"SQLite format 3\0"[..], &[16, 0, 1, 1, 0], text.as_bytes()].concat();
    for (bytes, named, advice) in [
        (
            piped("gzip", &["-c"], text.as_bytes()),
            "this is gzip data",
            "gzip -dc",
        ),
        (packed(text.as_bytes()), "this is zstd data", ".jsonl.zst"),
        (utf16(&marked, u16::to_le_bytes), "this is UTF-16 text", "iconv"),
        (utf16(&marked, u16::to_be_bytes), "this is UTF-16 text", "iconv"),
        (utf16(&text, u16::to_le_bytes), "this is UTF-16 text", "iconv"),
        (utf16(&text, u16::to_be_bytes), "this is UTF-16 text", "iconv"),
        (database, "this is an SQLite database", "folder"),
        (SCENARIO.into(), "this is a scenario", "threadloupe play FILE"),
        (STEPS.into(), "this is a scenario", "threadloupe run FILE"),
        (STATE.into(), "this is a state file", "threadloupe --state FILE"),
    ] {
        folder.write("in/a.jsonl", bytes);
        let (status, rows) = folder.import(&["in"]);
        let message = message(&rows[0]);
        assert!(
            message.starts_with(named) && message.contains(advice),
            "{message}"
        );
        assert_eq!((status, &rows[0]["error"]["code"]), (2, &json!("not_a_rollout")));
        assert_eq!(rows[1]["total"]["failed"], 1);
        for arguments in [
            &["export", "--all", "--from", "in/a.jsonl"][..],
            &["threads", "--from", "in/a.jsonl"],
        ] {
            let output = folder.run(arguments);
            let complaint = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2));
            assert!(
                complaint.starts_with(&format!("in/a.jsonl: {named}")),
                "{complaint}"
            );
        }
    }
    // Lines that only look similar are items.
    for (line, items) in [
        (r#"{"method":"GET","path":"/"}"#, 1),
        (
            r#"{"type":"event_msg","payload":{"scenario":"s"},"scenario":"s"}"#,
            1,
        ),
        (
            r#"{"timestamp":"2025-09-26T15:00:00.000Z","id":"x","method":"create_thread"}"#,
            1,
        ),
    ] {
        folder.write("in/a.jsonl", line);
        let (status, rows) = folder.import(&["in"]);
        assert_eq!((status, &rows[0]["items"]), (0, &json!(items)), "{rows:?}");
    }
}

#[test]
fn a_zst_file_that_is_not_zstd_is_named() {
    let folder = Folder::new();
    let text = format!("{}\n", header(ONE));
    for (bytes, named) in [
        (piped("gzip", &["-c"], text.as_bytes()), "but this is gzip data"),
        (text.clone().into_bytes(), "but it is not compressed"),
        (
            b"this is no zstd frame at all".to_vec(),
            "but it is not compressed",
        ),
        (vec![1, 2, 3, 255, 0], "but it is not zstd data"),
    ] {
        folder.write("a.jsonl.zst", bytes);
        let (status, rows) = folder.import(&["a.jsonl.zst"]);
        assert!(message(&rows[0]).contains(named), "{rows:?}");
        assert_eq!((status, &rows[0]["error"]["code"]), (2, &json!("corrupt")));
    }
}

#[test]
fn data_after_the_frames_of_a_file_is_reported_and_the_frames_are_kept() {
    let folder = Folder::new();
    let text = format!("{}\n{}\n", header(ONE), said("hi", 1));
    let (front, back) = text.as_bytes().split_at(30);
    let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
    let frames = [packed(front), skippable, packed(back)].concat();
    for garbage in [&b"garbage after frame"[..], b"?", &[0; 512]] {
        folder.write("a.jsonl.zst", [&frames, garbage].concat());
        let (status, rows) = folder.import(&["."]);
        let trailing = json!({"byte": frames.len(), "bytes": garbage.len()});
        assert_eq!(
            (status, &rows[0]["items"], &rows[0]["trailing"]),
            (2, &json!(2), &trailing)
        );
        assert_eq!(
            (&rows[1]["total"]["files"], &rows[1]["total"]["failed"]),
            (&json!(1), &json!(0))
        );
        let output = folder.run(&["import", "."]);
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(complaint.lines().count(), 1);
        assert!(
            complaint.contains(&format!("from byte {} on", frames.len())),
            "{complaint}"
        );
        assert!(String::from_utf8(output.stdout).unwrap().contains("2 items"));
        let output = folder.run(&["export", "--from", "."]);
        assert_eq!(
            (output.status.code(), &output.stdout[..]),
            (Some(2), text.as_bytes())
        );
        assert!(
            String::from_utf8(output.stderr)
                .unwrap()
                .contains("not zstd data")
        );
    }
    // A file without content, which belongs to no thread.
    folder.write("a.jsonl.zst", [packed(b""), b"garbage".to_vec()].concat());
    let (status, rows) = folder.import(&["."]);
    assert_eq!((status, &rows[0]["thread_id"]), (2, &Value::Null));
    assert_eq!(rows[0]["trailing"]["bytes"], 7);
    // A file that is cut short is not imported, even if whole frames come before.
    for cut in 1..20 {
        let frame = packed(format!("{}\n", said("x", 2)).as_bytes());
        folder.write("a.jsonl.zst", [&frames, &frame[..cut]].concat());
        let (status, rows) = folder.import(&["."]);
        assert_eq!((status, &rows[0]["error"]["code"]), (2, &json!("cut_short")));
    }
}

#[test]
fn a_system_error_comes_with_advice_that_fits() {
    let folder = Folder::new();
    symlink("round.jsonl", folder.path().join("round.jsonl")).unwrap();
    folder.write("file", "");
    let long = format!("{}.jsonl", "x".repeat(300));
    for (path, advice) in [
        ("round.jsonl", "its links form a loop"),
        ("file/below.jsonl", "a part of this path is a file"),
        (&long, "use a shorter path"),
        ("none.jsonl", "check the path"),
    ] {
        let (status, rows) = folder.import(&[path]);
        assert_eq!((status, &rows[0]["error"]["code"]), (2, &json!("unreadable")));
        assert!(message(&rows[0]).contains(advice), "{rows:?}");
        let output = folder.run(&["run", path]);
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(complaint.contains(advice), "{complaint}");
    }
}

#[test]
fn a_rollout_or_a_state_file_is_no_scenario() {
    let folder = Folder::new();
    let bare = format!(r#"{{"id":"{OTHER}","timestamp":"2025-08-21T06:29:22.000Z","instructions":null}}"#);
    for (text, named) in [
        (
            format!("{}\n{}\n", header(ONE), said("hi", 1)),
            "this is a rollout file: open it with `threadloupe FILE`",
        ),
        (bare, "this is a rollout file"),
        ("SQLite format 3\0".to_owned(), "this is an SQLite database"),
        (
            STATE.to_owned(),
            "this is a state file: open it with `threadloupe --state FILE`",
        ),
    ] {
        let path = folder.write("in/a.jsonl", &text);
        for arguments in [
            &["run", "in/a.jsonl"][..],
            &["run", "--jobs", "2", "in"],
            &["play", "in/a.jsonl"],
        ] {
            let output = folder.run(arguments);
            let complaint = String::from_utf8(output.stderr).unwrap();
            assert_eq!(
                (output.status.code(), output.stdout.len()),
                (Some(2), 0),
                "{complaint}"
            );
            assert!(
                complaint.starts_with(&format!("in/a.jsonl: {named}")),
                "{complaint}"
            );
        }
        let input = Stdio::from(std::fs::File::open(path).unwrap());
        let ended = folder.start(&["run", "-"], input).end();
        assert_eq!((ended.status, ended.lines.len()), (Some(2), 0));
        assert!(
            ended.complaints[0].starts_with(&format!("-: {named}")),
            "{ended:?}"
        );
    }
}
