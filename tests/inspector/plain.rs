//! `--plain`: the inspector line by line, without a terminal.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::support::rollouts::{Folder, ONE, header, said};

/// What the program prints for these lines, on a pipe and with a terminal type that has no cursor.
fn plain(args: &[&str], lines: &[&str]) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .args(["--plain", "--no-settings"])
        .args(args)
        .env("TERM", "dumb")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let input = lines.join("\n") + "\n";
    let mut stdin = child.stdin.take().unwrap();
    // A program that has quit reads no further lines.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    let stray = text.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(stray, None, "{text}");
    text
}

#[test]
fn a_patch_is_made_and_applied_by_names() {
    insta::assert_snapshot!(plain(
        &[],
        &[
            "down",
            "3",
            "4",
            "set-field",
            "A plain name",
            "apply",
            "1",
            "undo",
            "quit"
        ]
    ));
}

#[test]
fn a_line_is_text_where_text_is_asked_for() {
    let text = plain(&[], &["filter", "retry", "Esc", "help", "undo", ":down", ":Esc"]);
    let filtered = text.split("& retry").nth(1).unwrap();
    assert!(filtered.contains(">    Fix the flaky"), "{text}");
    // Esc ends the filter, and a line narrows the list of help.
    let help = text.rsplit("Threads 13").nth(1).unwrap();
    assert_eq!(help.matches("\nHelp ").count(), 2, "{text}");
    assert!(help.rsplit("\nHelp ").next().unwrap().contains("undo "), "{text}");
}

#[test]
fn an_unknown_name_is_a_sentence_with_the_nearest_one() {
    let text = plain(&[], &["opem-thread", "\u{1b}[2J"]);
    assert!(
        text.contains("Warning: There is no command opem-thread. Did you mean open-thread?"),
        "{text}"
    );
}

#[test]
fn files_are_read_and_the_end_of_the_input_ends() {
    let folder = Folder::new();
    let lines = [header(ONE), said("Look at the \u{9b}2J loom", 1)].join("\n") + "\n";
    let path = folder.write("a.jsonl", lines);
    let text = plain(&[path.to_str().unwrap()], &["2", "Enter"]);
    assert!(text.contains("Threads 1"), "{text}");
    assert!(text.contains("loom"), "{text}");
    assert!(text.contains("\n> \u{25be} { 3\n      timestamp: "), "{text}");
}

#[test]
fn a_question_is_answered_by_a_name() {
    let text = plain(
        &[],
        &["4", "set-field", "Unsaved", "quit", "no", "quit", "yes", "down"],
    );
    assert_eq!(text.matches("Quit").count(), 2, "{text}");
    assert!(!text.contains("down"), "{text}");
}
