//! The patch form on a real terminal: which thread gets the patch when the list changes, and what `u` undoes in the
//! form. The tests read the result from the state that the program saves.

use std::fs;
use std::path::Path;

use crate::support::terminal::{ENTER, ESC, Start, Terminal, ctrl};
use serde_json::Value;

fn demo(folder: &Path) -> Terminal {
    let mut terminal = Start::threadloupe(&[]).size(200, 50).folder(folder).spawn();
    terminal.wait_for("Threads 13");
    terminal
}

/// Saves the store and returns the ids of the threads whose accumulated patch meets a condition.
fn patched(terminal: &mut Terminal, folder: &Path, holds: impl Fn(&Value) -> bool) -> Vec<String> {
    terminal.type_keys(":save state.jsonl\r");
    terminal.wait_for("Saved the store to state.jsonl");
    let text = fs::read_to_string(folder.join("state.jsonl")).unwrap();
    fs::remove_file(folder.join("state.jsonl")).unwrap();
    let lines = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines
        .filter(|line| line.get("thread").is_some() && holds(line.get("patch").unwrap_or(&Value::Null)))
        .map(|line| line["thread"].as_str().unwrap().to_string())
        .collect()
}

fn leave(mut terminal: Terminal) {
    assert!(terminal.quit().success(), "{}", terminal.picture());
    assert!(terminal.is_given_back(), "{}", terminal.picture());
}

/// The title of the form.
fn title(terminal: &Terminal) -> String {
    let text = terminal.text();
    let row = text
        .lines()
        .find(|row| row.contains("━ Patch ") || row.contains("─ Patch "))
        .unwrap_or_default();
    row.split(['┓', '┐']).next().unwrap_or_default().to_string()
}

/// The thread that the form names.
fn named(terminal: &Terminal) -> String {
    let title = title(terminal);
    let named = title
        .split("for ")
        .nth(1)
        .and_then(|rest| rest.split(" \u{b7} ").next());
    named
        .unwrap_or_else(|| panic!("the title names no thread: {}", terminal.picture()))
        .to_string()
}

/// The row of a field of the form.
fn field(terminal: &Terminal, name: &str) -> String {
    let text = terminal.text();
    let rows = text.lines().skip_while(|row| !row.contains("this patch"));
    let mut rows = rows.filter(|row| {
        row.split_whitespace()
            .any(|word| word.trim_start_matches(['┃', '│', '▸']) == name)
    });
    rows.next()
        .unwrap_or_else(|| panic!("no {name}: {}", terminal.picture()))
        .to_string()
}

/// The first two rows of the list of threads.
fn first_names(terminal: &Terminal) -> [String; 2] {
    [3, 4].map(|row| {
        terminal
            .row(row)
            .chars()
            .skip(5)
            .take(20)
            .collect::<String>()
            .trim()
            .to_string()
    })
}

#[test]
fn the_columns_show_the_marked_thread_before_and_after_it_was_patched() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = demo(folder.path());
    let [marked, _] = first_names(&terminal);
    terminal.type_keys(" 4c");
    terminal.wait_for("1 changed, not applied");
    let beginning: String = marked.chars().take(7).collect();
    assert!(
        title(&terminal).contains(&beginning),
        "{marked}\n{}",
        terminal.picture()
    );
    assert!(
        field(&terminal, "name").contains(&beginning),
        "{marked}\n{}",
        terminal.picture()
    );
    terminal.type_keys(&ctrl('s'));
    terminal.wait_for("applied, 1 field");
    let after = field(&terminal, "name");
    assert!(
        !after.contains(&beginning) && after.matches("null").count() == 4,
        "{after}"
    );
    leave(terminal);
}

#[test]
fn a_second_apply_goes_to_the_thread_that_the_first_one_went_to() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = demo(folder.path());
    terminal.type_keys("4jjjjjjj");
    terminal.type_keys(ENTER);
    terminal.type_keys("2020-01-01T00:00:00Z");
    terminal.type_keys(ENTER);
    terminal.wait_for("1 changed, not applied");
    terminal.type_keys("j");
    terminal.type_keys(ENTER);
    terminal.type_keys("2020-01-01T00:00:00Z");
    terminal.type_keys(ENTER);
    terminal.wait_for("2 changed, not applied");
    let first = named(&terminal);
    terminal.type_keys(&ctrl('s'));
    terminal.wait_for("step 56 ");
    terminal.wait_for("2 changed, applied");
    assert_eq!(named(&terminal), first, "{}", terminal.picture());
    terminal.type_keys(&ctrl('s'));
    terminal.wait_for("step 57 ");
    let changed = |patch: &Value| patch["created_at"] == "2020-01-01T00:00:00Z";
    assert_eq!(
        patched(&mut terminal, folder.path(), changed).len(),
        1,
        "{}",
        terminal.picture()
    );
    leave(terminal);
}

#[test]
fn an_import_that_brings_a_newer_thread_does_not_take_the_patch_away() {
    let folder = tempfile::tempdir().unwrap();
    let id = "0199865a-0000-7000-8000-000000000009";
    let lines = format!(
        "{{\"timestamp\":\"2026-09-01T00:00:00.000Z\",\"type\":\"session_meta\",\"payload\":{{\"id\":\"{id}\",\"cwd\":\"/w\"}}}}\n\
         {{\"timestamp\":\"2026-09-01T00:00:00.500Z\",\"type\":\"event_msg\",\"payload\":{{\"type\":\"user_message\",\"message\":\"newer\"}}}}\n"
    );
    fs::write(folder.path().join("newer.jsonl"), lines).unwrap();
    let mut terminal = demo(folder.path());
    terminal.type_keys("4");
    terminal.type_keys(ENTER);
    terminal.type_keys("Begun for the first");
    terminal.type_keys(ENTER);
    terminal.wait_for("1 changed, not applied");
    let first = named(&terminal);
    terminal.type_keys(":import newer.jsonl\r");
    terminal.wait_for("Threads 14");
    terminal.wait_for("newer");
    terminal.type_keys("4");
    terminal.wait_for("1 changed, not applied");
    assert_eq!(named(&terminal), first, "{}", terminal.picture());
    terminal.type_keys(&ctrl('s'));
    terminal.wait_for("applied, 1 field");
    let got = patched(&mut terminal, folder.path(), |patch| {
        patch["name"] == "Begun for the first"
    });
    assert_eq!(got.len(), 1);
    assert_ne!(got, [id], "{}", terminal.picture());
    leave(terminal);
}

#[test]
fn the_patch_of_a_difference_of_two_marked_threads_changes_one_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = demo(folder.path());
    terminal.type_keys("  d");
    terminal.wait_for("Difference");
    terminal.type_keys("P");
    terminal.wait_for("The difference as a patch");
    terminal.type_keys(ENTER);
    terminal.wait_for("Patch loaded into the form");
    let before = patched(&mut terminal, folder.path(), |_| true);
    terminal.type_keys(&ctrl('s'));
    terminal.wait_for("step 56 ");
    terminal.wait_for("applied, ");
    assert_eq!(patched(&mut terminal, folder.path(), |_| true), before);
    // One call for one thread; two calls would be two steps.
    assert!(!terminal.text().contains("step 57 "), "{}", terminal.picture());
    leave(terminal);
}

#[test]
fn edits_of_the_form_are_taken_back_and_done_again_before_actions_of_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = demo(folder.path());
    terminal.type_keys("4");
    terminal.type_keys(ENTER);
    terminal.type_keys("abc");
    terminal.type_keys(ENTER);
    terminal.wait_for("1 changed, not applied");
    terminal.type_keys("jjcD");
    terminal.wait_for("changes nothing");
    terminal.type_keys("u");
    terminal.wait_for("1 changed, not applied");
    assert!(
        field(&terminal, "name").contains("\"abc\""),
        "{}",
        terminal.picture()
    );
    terminal.type_keys("u");
    terminal.wait_for("changes nothing");
    terminal.type_keys(&ctrl('r'));
    terminal.wait_for("1 changed, not applied");
    assert!(
        terminal.text().contains("step 55 "),
        "the store does not change: {}",
        terminal.picture()
    );
    terminal.type_keys(&ctrl('s'));
    terminal.wait_for("step 56 ");
    terminal.type_keys("u");
    terminal.wait_for("now at step 55");
    terminal.type_keys("q");
    terminal.wait_for("Quit anyway?");
    terminal.type_keys(ESC);
    terminal.wait_gone("Quit anyway?");
    terminal.type_keys("D");
    leave(terminal);
}
