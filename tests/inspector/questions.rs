//! A question on the screen has the keys, even if the user was typing when it appeared. On a real terminal.

use std::fs;
use std::path::Path;

use crate::support::terminal::{Start, Terminal, ctrl};

fn demo() -> Terminal {
    let mut terminal = Start::threadloupe(&[]).size(120, 40).spawn();
    terminal.wait_for("Threads 13");
    terminal
}

fn left(mut terminal: Terminal) {
    assert!(terminal.wait_exit().success(), "{}", terminal.picture());
    assert!(terminal.is_given_back(), "{}", terminal.picture());
}

/// Keys that start a text input while there is an unsaved patch.
const WRITING: [&str; 3] = ["4\rabc\r\rxx", "4c1/xx", "4c1&xx"];

#[test]
fn a_question_that_is_asked_while_something_is_written_is_answered() {
    for keys in WRITING {
        let mut terminal = demo();
        terminal.type_keys(keys);
        terminal.wait_for("xx");
        terminal.type_keys(&ctrl('c'));
        terminal.wait_for("Quit anyway?");
        terminal.type_keys("y");
        left(terminal);
    }
}

#[test]
fn what_was_being_written_goes_on_where_the_question_is_answered_with_no() {
    for keys in WRITING {
        let mut terminal = demo();
        terminal.type_keys(keys);
        terminal.wait_for("xx");
        terminal.type_keys(&ctrl('c'));
        terminal.wait_for("Quit anyway?");
        terminal.type_keys("n");
        terminal.wait_gone("Quit anyway?");
        terminal.type_keys("nyy");
        terminal.wait_for("xxnyy");
        terminal.type_keys(&ctrl('c'));
        terminal.wait_for("Quit anyway?");
        terminal.type_keys(&ctrl('c'));
        left(terminal);
    }
}

/// Asks for a save over an existing file and starts a text input at once; `None` if the question appeared first.
fn asked_while_writing(folder: &Path, keys: &str) -> Option<Terminal> {
    fs::write(folder.join("kept"), "something else").unwrap();
    let start = Start::threadloupe(&[]).size(120, 40).folder(folder);
    let mut terminal = start.spawn();
    terminal.wait_for("Threads 13");
    terminal.type_keys(&format!(":save kept\r{keys}"));
    terminal.wait_for("Overwrite it?");
    terminal.type_keys("y");
    terminal.wait_gone("Overwrite it?");
    terminal.text().contains("xx").then_some(terminal)
}

#[test]
fn the_question_before_a_file_is_written_over_comes_to_whoever_is_writing() {
    for keys in ["/xx", "&xx", "4\rxx", ":xx"] {
        let folder = tempfile::tempdir().unwrap();
        let mut tries = (0..20).filter_map(|_| asked_while_writing(folder.path(), keys));
        let mut terminal = tries.next().unwrap();
        terminal.type_keys("zz");
        terminal.wait_for("xxzz");
        // The confirmed action is done.
        while fs::read_to_string(folder.path().join("kept")).is_ok_and(|text| text == "something else") {
            let frames = terminal.frames();
            terminal.type_keys("z");
            terminal.wait_frame_after(frames);
        }
        // The program asks before it quits only if the file is still being written.
        let frames = terminal.frames();
        terminal.type_keys(&ctrl('c'));
        if !terminal.wait_frame_or_end(frames) {
            terminal.type_keys("y");
        }
        left(terminal);
    }
}
