//! The real program on a pseudo-terminal: the first lesson of the tutor and its end, and the hint of the first run.

use std::fs;
use std::path::Path;

use crate::support::terminal::{Start, Terminal};

/// The key that skips a lesson.
const SKIP: &str = "\u{1b}n";

fn leave(mut terminal: Terminal) {
    let status = terminal.quit();
    assert!(status.success(), "{}", terminal.picture());
    assert!(terminal.is_given_back(), "{}", terminal.picture());
}

#[test]
fn the_first_lesson_goes_on_with_each_key_and_the_tutor_has_an_end() {
    let state = tempfile::tempdir().unwrap();
    let path = state.path().to_str().unwrap();
    let mut terminal = Start::threadloupe(&["tutor"]).env("XDG_STATE_HOME", path).spawn();
    terminal.wait_for("Lesson 1 of 11: Moving");
    for (said, key) in [
        ("Press j to select the next one.", "j"),
        ("Press 2 to go to History.", "2"),
        ("Press z to give History the whole screen.", "z"),
        ("Press z again", "z"),
        ("Press 1 to go back to Threads.", "1"),
    ] {
        terminal.wait_for(said);
        terminal.type_keys(key);
    }
    for lesson in 2..=11 {
        terminal.wait_for(&format!("Lesson {lesson} of 11"));
        terminal.type_keys(SKIP);
    }
    terminal.wait_for("The end of the tutor");
    terminal.wait_for("You have done 5 of");
    leave(terminal);
    assert_eq!(
        fs::read_dir(state.path()).unwrap().count(),
        0,
        "no settings are saved"
    );
}

/// Starts the program with this state folder, and returns whether it shows the hint.
fn shows_hint(state: &Path, args: &[&str]) -> bool {
    let mut terminal = Start::threadloupe(args)
        .env("XDG_STATE_HOME", state.to_str().unwrap())
        .size(120, 36)
        .spawn();
    terminal.wait_for("Threads");
    let is_shown = terminal.text().contains("threadloupe tutor teaches them");
    for key in ["j", "k", "2"] {
        terminal.type_keys(key);
    }
    terminal.wait_for("step 55 \u{b7}");
    terminal.wait_gone("threadloupe tutor");
    leave(terminal);
    is_shown
}

#[test]
fn only_the_first_run_shows_a_hint() {
    let state = tempfile::tempdir().unwrap();
    assert!(shows_hint(state.path(), &[]));
    assert!(!shows_hint(state.path(), &[]));
    assert!(shows_hint(state.path(), &["--no-settings"]));
}
