//! Following imported files, on the real program and a pseudo-terminal: what is written to them appears once.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use serde_json::json;

use crate::support::homes::{A, A2, B, HomeFolder, Rollout, named, reverted};
use crate::support::terminal::{Start, Terminal};

fn append(path: &Path, text: &str) {
    let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

fn open(args: &[&str]) -> Terminal {
    let mut terminal = Start::threadloupe(args).size(160, 40).spawn();
    terminal.wait_for("Imported");
    // The rows of the history, not its transcript.
    terminal.type_keys("2T1");
    terminal
}

#[test]
fn what_a_writer_does_to_a_home_appears_once() {
    let home = HomeFolder::new();
    let mut first = Rollout::first(A);
    first.turn("t1", "first words");
    let path = home.rollout(&named(A), &first);
    home.row(A, &named(A), json!({"name": "the thread"}));
    let mut terminal = open(&["--follow", home.path().to_str().unwrap()]);
    terminal.wait_for("following");
    terminal.wait_for("History 1 of 4");
    // A line appears; the cursor stays where it is.
    let kept = first.bytes.len();
    first.turn("t2", "second words");
    append(&path, &first.bytes[kept..]);
    terminal.wait_for("History 1 of 7");
    // At the end, the cursor follows. A torn line waits for its end.
    terminal.type_keys("2G");
    terminal.wait_for("History 7 of 7");
    let torn = first.bytes.len();
    first.turn("t3", "third words");
    append(&path, &first.bytes[torn..torn + 20]);
    append(&path, &first.bytes[torn + 20..]);
    terminal.wait_for("History 10 of 10");
    // A new row of the database.
    home.row(A, &named(A), json!({"name": "renamed"}));
    terminal.wait_for("renamed");
    // A new file, which is a fork.
    home.rollout(
        &named(B),
        Rollout::continues(B, A, &first).turn("t4", "words of the fork"),
    );
    // It is told apart by its own words, not by those of its parent.
    terminal.wait_for("\u{203a} words of the fork");
    // A revert to before the second turn.
    let mut end = Rollout::first(A);
    end.turn("t1", "first words");
    assert_eq!(end.bytes.len(), kept);
    home.rollout(&reverted(A, A2), &Rollout::continues(A, A, &end));
    home.row(A, &reverted(A, A2), json!({"name": "reverted"}));
    // The journal is visible next to the others.
    terminal.type_keys("9");
    terminal.wait_for("history replaced");
    terminal.wait_for("of 5");
    // Archived, and compressed.
    let target = home.path().join("archived_sessions").join(named(A));
    fs::create_dir_all(target.parent().unwrap()).unwrap();
    fs::rename(&path, &target).unwrap();
    terminal.wait_for("Threads 2");
    terminal.type_keys("V");
    terminal.wait_for("of 5");
    let packed = zstd::encode_all(first.bytes.as_bytes(), 3).unwrap();
    fs::write(target.with_extension("jsonl.zst"), packed).unwrap();
    fs::remove_file(&target).unwrap();
    terminal.wait_for("of 5");
    // Following ends.
    terminal.type_keys("W");
    terminal.wait_gone("following the");
    terminal.quit();
}

#[test]
fn a_file_that_has_grown_is_read_on_and_undo_moves_the_place_back() {
    let home = HomeFolder::new();
    let mut rollout = Rollout::first(A);
    let path = home.rollout(&named(A), &rollout);
    let mut terminal = open(&[path.to_str().unwrap()]);
    terminal.wait_for("History 1 of 1");
    terminal.type_keys("V");
    terminal.wait_for("Nothing new");
    let before = rollout.bytes.len();
    rollout.turn("t1", "words");
    append(&path, &rollout.bytes[before..]);
    terminal.type_keys("V");
    terminal.wait_for("Reloaded: 3 new items in 1 thread");
    terminal.wait_for("of 4");
    terminal.type_keys("u");
    terminal.wait_for("of 1");
    terminal.type_keys("V");
    terminal.wait_for("of 4");
    // Importing the file again appends nothing.
    terminal.type_keys(&format!(":import {}\r", path.display()));
    terminal.wait_for("0 items from 0 files");
    terminal.wait_for("of 4");
    terminal.quit();
}
