//! If the system starts no more threads, each command reports it in a sentence, and nothing panics.

use std::process::{Command, Output};

use crate::support::terminal::Start;

/// A stack size that no thread can get.
const NO_THREADS: (&str, &str) = ("RUST_MIN_STACK", "4611686018427387904");

fn refused(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .args(args)
        .env(NO_THREADS.0, NO_THREADS.1)
        .output()
        .expect("it starts")
}

#[test]
fn commands_end_with_a_sentence() {
    let here = env!("CARGO_MANIFEST_DIR");
    for args in [
        &["import", here][..],
        &["export", "--all", "--from", here],
        &["threads", "--from", here],
        &["sizes", here],
        &["run", here],
        &["laws"],
        &["list", "ops"],
    ] {
        let output = refused(args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.starts_with("cannot start: "), "{args:?}: {said}");
        assert_eq!(said.trim_end().lines().count(), 1, "{args:?}: {said}");
        assert!(output.stdout.is_empty(), "{args:?}");
    }
}

#[test]
fn the_inspector_ends_with_a_sentence_too() {
    let mut terminal = Start::threadloupe(&[]).env(NO_THREADS.0, NO_THREADS.1).spawn();
    assert_eq!(terminal.wait_exit().exit_code(), 2);
    assert!(
        terminal.text().starts_with("cannot start: "),
        "{}",
        terminal.picture()
    );
    assert!(terminal.is_given_back(), "{}", terminal.picture());
}
