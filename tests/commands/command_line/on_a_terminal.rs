//! On a terminal, output contains no character that controls the terminal or reorders its text. Elsewhere it has the exact
//! bytes of the values.

use crate::support::rollouts::{Folder, ONE, header, rows, said};
use crate::support::terminal::Start;

/// CSI, DCS, ST and OSC as single characters, DEL, and an override, isolates and marks of direction.
const ODD: &str =
    "a\u{9b}31m\u{90}b\u{9c}\u{9d}c\u{80}\u{9f}\u{7f}\u{202e}d\u{2066}\u{2069}\u{200e}\u{61c}e é 漢";

/// [`ODD`] as a part of a JSON text on a terminal.
const ESCAPED: &str =
    "a\\u009b31m\\u0090b\\u009c\\u009dc\\u0080\\u009f\\u007f\\u202ed\\u2066\\u2069\\u200e\\u061ce é 漢";

fn folder() -> Folder {
    let folder = Folder::new();
    let name = "name";
    let create = format!(r#"{{"method":"create_thread","params":{{"thread_id":"{ONE}"}}}}"#);
    let update = format!(
        r#"{{"method":"update_thread_metadata","params":{{"thread_id":"{ONE}","patch":{{"{name}":"{ODD}","{ODD}":1}}}},"note":"{ODD}"}}"#
    );
    folder.write("run.jsonl", format!("{create}\n{update}\n"));
    folder.write("patch.json", format!(r#"{{"name":"{ODD}","cwd":"/{ODD}"}}"#));
    folder.write("one.json", format!(r#"{{"thread_id":"{ONE}"}}"#));
    folder.write(
        "a.jsonl",
        format!("{}\n{}\n{{\"torn\": \u{1b}[31m{ODD}\n", header(ONE), said(ODD, 1)),
    );
    folder
}

/// Each command that prints text of files, with its expected status.
const COMMANDS: &[(&[&str], u32)] = &[
    (&["run", "--clock", "2026-05-13T00:28:15Z", "run.jsonl"], 0),
    (&["run", "--jobs", "2", "run.jsonl", "run.jsonl"], 0),
    (&["merge", "--format", "json", "patch.json"], 0),
    (&["merge", "--wire", "patch.json"], 0),
    (
        &["preview", "--format", "json", "patch.json", "--from", "a.jsonl"],
        0,
    ),
    (&["export", "--format", "json", "--from", "a.jsonl"], 0),
    (&["export", "--from", "a.jsonl"], 0),
    (&["search", "--format", "json", "31m", "--from", "a.jsonl"], 0),
    (&["threads", "--format", "json", "--from", "a.jsonl"], 0),
    (&["show", "--format", "markdown", ONE, "--from", "a.jsonl"], 0),
];

fn is_odd(c: char) -> bool {
    c != '\n' && c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn a_terminal_gets_escapes_and_a_pipe_the_exact_bytes() {
    let folder = folder();
    for (arguments, status) in COMMANDS {
        let piped = folder.run(arguments);
        assert_eq!(piped.status.code(), Some(*status as i32), "{arguments:?}");
        let piped = String::from_utf8(piped.stdout).unwrap();
        let mut terminal = Start::threadloupe(arguments).folder(folder.path()).spawn();
        assert_eq!(terminal.wait_exit().exit_code(), *status, "{arguments:?}");
        let shown = String::from_utf8(terminal.bytes().to_vec())
            .unwrap()
            .replace("\r\n", "\n");
        if let Some(odd) = shown.chars().find(|c| is_odd(*c)) {
            panic!("{arguments:?} prints {odd:?}: {shown:?}");
        }
        assert!(shown.contains("é 漢"), "{arguments:?}: {shown}");
        if piped.contains(ODD) {
            assert!(shown.contains(ESCAPED), "{arguments:?}: {shown}");
        }
    }
}

#[test]
fn the_escaped_json_has_the_same_value() {
    let folder = folder();
    for arguments in [
        &["export", "--format", "json", "--from", "a.jsonl"][..],
        &["merge", "--format", "json", "patch.json"],
        &["run", "--clock", "2026-05-13T00:28:15Z", "run.jsonl"],
    ] {
        let piped = folder.run(arguments);
        let raw = String::from_utf8(piped.stdout.clone()).unwrap();
        assert!(raw.contains(ODD), "{arguments:?}: {raw}");
        let mut terminal = Start::threadloupe(arguments).folder(folder.path()).spawn();
        terminal.wait_exit();
        let shown = String::from_utf8(terminal.bytes().to_vec()).unwrap();
        let values: Vec<serde_json::Value> = shown
            .lines()
            .filter_map(|line| serde_json::from_str(line.trim_end()).ok())
            .collect();
        assert_eq!(values, rows(&piped), "{arguments:?}");
    }
}

#[test]
fn a_server_on_a_terminal_escapes_its_answers() {
    let folder = Folder::new();
    folder.write(
        "step",
        format!("{{\"id\":\"{ODD}\",\"method\":\"calls\",\"params\":{{}}}}\n"),
    );
    let command = format!("exec {} serve --stdio < step", env!("CARGO_BIN_EXE_threadloupe"));
    let mut terminal = Start::program("/bin/sh", &["-c", &command])
        .folder(folder.path())
        .spawn();
    assert_eq!(terminal.wait_exit().exit_code(), 0, "{}", terminal.picture());
    let shown = String::from_utf8(terminal.bytes().to_vec()).unwrap();
    assert!(
        shown.starts_with(&format!("{{\"id\":\"{ESCAPED}\",")),
        "{shown:?}"
    );
    assert!(shown.ends_with("}\r\n"), "{shown:?}");
}
