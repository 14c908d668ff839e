//! The real program on a real pseudo-terminal: starting, looking around, opening an item, setting a name, resizing,
//! quitting; importing while the user reads; several stores; error messages.

use std::fs;
use std::io::Write as _;

use crate::support::terminal::{ENTER, ESC, Start, TAB, Terminal, ctrl};

fn demo(columns: u16, rows: u16) -> Terminal {
    let mut terminal = Start::threadloupe(&[]).size(columns, rows).spawn();
    terminal.wait_for("Threads");
    terminal
}

fn leave(mut terminal: Terminal) {
    let status = terminal.quit();
    assert!(status.success(), "{}", terminal.picture());
    assert!(terminal.is_given_back(), "{}", terminal.picture());
}

const METHODS: [&str; 14] = [
    "create_thread",
    "resume_thread",
    "append_items",
    "persist_thread",
    "flush_thread",
    "shutdown_thread",
    "discard_thread",
    "load_history",
    "read_thread",
    "read_thread_by_rollout_path",
    "list_threads",
    "update_thread_metadata",
    "archive_thread",
    "unarchive_thread",
];

/// The total of each method in the calls pane.
fn counters(terminal: &Terminal) -> Vec<u64> {
    let text = terminal.text();
    let words: Vec<&str> = text
        .split([' ', '\n', '│', '┃', '┆', '┇', '▸', '█', '+'])
        .filter(|word| !word.is_empty())
        .collect();
    let total = |name: &&str| {
        let found = words
            .windows(2)
            .find_map(|pair| (pair[0] == *name).then(|| pair[1].parse().ok())?);
        found.unwrap_or_else(|| panic!("no counter of {name}: {}", terminal.picture()))
    };
    METHODS.iter().map(total).collect()
}

#[test]
fn a_name_is_set_through_the_form_and_seen_with_its_origin() {
    let mut terminal = demo(200, 50);
    for title in ["Threads", "History", "Metadata", "Patch", "Calls"] {
        terminal.wait_for(title);
    }
    for name in METHODS {
        terminal.wait_for(name);
    }
    let before = counters(&terminal);
    // Looking around makes no call.
    terminal.type_keys("jj");
    terminal.type_keys(TAB);
    terminal.type_keys("jj");
    terminal.type_keys(ENTER);
    terminal.wait_for("payload");
    terminal.type_keys(ESC);
    terminal.wait_gone("payload");
    assert_eq!(counters(&terminal), before);
    // The form.
    terminal.type_keys("4");
    terminal.type_keys(ENTER);
    terminal.type_keys("Set on a screen");
    terminal.type_keys(ENTER);
    terminal.wait_for("= set");
    terminal.type_keys(&ctrl('s'));
    terminal.wait_for("applied, 1 field");
    terminal.wait_for("patch, step 56");
    let name = terminal
        .text()
        .lines()
        .find(|row| row.contains("patch, step 56"))
        .unwrap()
        .to_string();
    assert!(
        name.contains("name") && name.contains("Set on a screen"),
        "{name}"
    );
    let mut expected = before;
    expected[11] += 1;
    assert_eq!(counters(&terminal), expected);
    // A small screen, and back.
    terminal.resize(20, 6);
    terminal.wait_until("one pane", |screen| screen.contents().contains("Patch"));
    terminal.resize(200, 50);
    terminal.wait_for("unarchive_thread");
    terminal.wait_for("Set on a screen");
    assert_eq!(counters(&terminal), expected);
    leave(terminal);
}

#[test]
fn an_unsaved_patch_is_asked_about_and_escape_never_leaves() {
    let mut terminal = demo(80, 24);
    terminal.type_keys("4c");
    terminal.wait_for("not applied");
    terminal.type_keys("q");
    terminal.wait_for("Quit anyway?");
    terminal.type_keys(ESC);
    terminal.wait_gone("Quit anyway?");
    terminal.type_keys("q");
    terminal.wait_for("Quit anyway?");
    terminal.type_keys("y");
    assert!(terminal.wait_exit().success());
    assert!(terminal.is_given_back());
}

#[test]
fn methods_are_called_from_the_palette_and_their_answers_shown() {
    let mut terminal = demo(100, 30);
    terminal.type_keys(":list_threads");
    terminal.type_keys(ENTER);
    terminal.wait_for("page_size");
    terminal.type_keys(&ctrl('s'));
    terminal.wait_for("answer: 11 threads");
    terminal.type_keys(ESC);
    terminal.wait_gone("answer");
    terminal.type_keys(":read_thread_by_rollout_path /nowhere");
    terminal.type_keys(ENTER);
    terminal.wait_for("/nowhere");
    terminal.type_keys(ENTER);
    terminal.wait_for("does not know");
    terminal.type_keys(ESC);
    leave(terminal);
}

#[test]
fn files_are_read_beside_the_interface_and_what_failed_can_be_read_later() {
    let folder = tempfile::tempdir().unwrap();
    for file in 0..3 {
        let id = format!("0199865a-0000-7000-8000-00000000000{file}");
        let lines = format!(
            "{{\"timestamp\":\"2026-01-01T00:00:0{file}.000Z\",\"type\":\"session_meta\",\"payload\":{{\"id\":\"{id}\",\"cwd\":\"/w\"}}}}\n\
             {{\"timestamp\":\"2026-01-01T00:00:0{file}.500Z\",\"type\":\"event_msg\",\"payload\":{{\"type\":\"user_message\",\"message\":\"said in {file}\"}}}}\n\
             torn"
        );
        fs::write(folder.path().join(format!("rollout-{id}.jsonl")), lines).unwrap();
    }
    fs::write(folder.path().join("x-broken.jsonl"), "no object at all\n").unwrap();
    let path = folder.path().to_str().unwrap();
    let mut terminal = Start::threadloupe(&[path]).size(120, 30).spawn();
    terminal.wait_for("3 threads");
    terminal.wait_for("3 damaged lines kept");
    terminal.wait_for("1 file failed");
    terminal.wait_for("said in 2");
    terminal.type_keys("!");
    terminal.wait_for("x-broken.jsonl");
    terminal.type_keys(ESC);
    terminal.type_keys(&format!(":store pty-{}", std::process::id()));
    terminal.type_keys(ENTER);
    terminal.wait_for("No threads yet");
    terminal.type_keys(":import");
    terminal.type_keys(ENTER);
    terminal.paste(path);
    terminal.type_keys(ENTER);
    terminal.wait_for("said in 1");
    terminal.wait_for("2 stores open");
    leave(terminal);
}

#[test]
fn undo_stops_at_what_the_program_was_opened_with() {
    let sentence = "Nothing to undo: the store is as it was when it was opened";
    let mut terminal = demo(200, 50);
    terminal.type_keys("u");
    terminal.wait_for(sentence);
    terminal.wait_for("11 threads");
    leave(terminal);

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.jsonl");
    fs::write(
        &file,
        concat!(
            r#"{"timestamp":"2026-05-13T00:28:15.000Z","type":"session_meta","payload":{"id":"0198f2a3-0000-7000-8000-000000000001","timestamp":"2026-05-13T00:28:15.000Z","cwd":"/w","originator":"o","cli_version":"1"}}"#,
            "\n"
        ),
    )
    .unwrap();
    let path = file.to_str().unwrap();
    let mut terminal = Start::threadloupe(&[path]).size(200, 50).spawn();
    terminal.wait_for("Imported");
    terminal.type_keys("u");
    terminal.wait_for(sentence);
    terminal.wait_for("1 thread");
    // An import that the user asks for is one action, and one undo removes it. Only what is new is imported.
    let line = r#"{"type":"event_msg","payload":{"type":"user_message","message":"more"}}"#;
    let mut file = fs::OpenOptions::new().append(true).open(&file).unwrap();
    writeln!(file, "{line}").unwrap();
    terminal.type_keys(&format!(":import {path}{ENTER}"));
    terminal.wait_for("1 item from 1 file");
    terminal.type_keys("u");
    terminal.wait_for("Undid");
    terminal.type_keys("u");
    terminal.wait_for(sentence);
    leave(terminal);
}

/// A zstd frame that decompresses to a terabyte of one byte: each block gives a repeat count.
fn bomb(byte: u8) -> Vec<u8> {
    let block = [2, 0, 16, byte];
    let last = [3, 0, 16, byte];
    let start = [0x28, 0xb5, 0x2f, 0xfd, 0, 0x50];
    [&start[..], &block.repeat(8_000_000), &last].concat()
}

/// Neither file could be decompressed to its end within the test. Other tests check that the import stops at every
/// place.
#[test]
fn esc_ends_the_unpacking_of_a_packed_file_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let header = r#"{"type":"session_meta","payload":{"id":"0199865a-ee71-7ae3-b232-87583b038e9f"}}"#;
    let packed = zstd::encode_all(format!("{header}\n").as_bytes(), 3).unwrap();
    for (name, bytes) in [
        // The first file has a header, so it is decompressed once for the check. The second one is a single line.
        ("blank.jsonl.zst", [packed, bomb(b'\n')].concat()),
        ("line.jsonl.zst", bomb(b'x')),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let path = path.to_str().unwrap();
        let mut terminal = Start::threadloupe(&["--max-bytes", "2000GB", path])
            .size(100, 24)
            .spawn();
        terminal.wait_for("Importing");
        terminal.type_keys(ESC);
        terminal.wait_for(&format!("Stopped importing {name}"));
        leave(terminal);
    }
}

#[test]
fn a_store_is_saved_and_opened_again_with_its_threads_counters_and_histories() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Start::threadloupe(&[])
        .size(200, 50)
        .folder(folder.path())
        .spawn();
    terminal.wait_for("Threads");
    terminal.type_keys(":create_thread 0198f2a3-0000-7000-8000-000000000001\r");
    terminal.wait_for("forked_from_id");
    terminal.type_keys(ENTER);
    terminal.wait_for("create_thread: done.");
    terminal.type_keys(ESC);
    terminal.wait_for("step 56");
    terminal.type_keys("sssg2");
    terminal.wait_for("┏━ History 1 of 215");
    let before = (counters(&terminal), history(&terminal));
    terminal.type_keys(":save kept.jsonl\r");
    terminal.wait_for("Saved the store to kept.jsonl: 14 threads, 321 items");
    leave(terminal);
    let kept = folder.path().join("kept.jsonl");
    let file = fs::read(&kept).unwrap();
    let mut terminal = Start::threadloupe(&["--state", "kept.jsonl"])
        .size(200, 50)
        .folder(folder.path())
        .spawn();
    terminal.wait_for("Opened kept.jsonl: 14 threads.");
    terminal.wait_for("12 threads + 2 unlisted");
    terminal.wait_for("step 0");
    terminal.type_keys("sssg2");
    terminal.wait_for("┏━ History 1 of 215");
    assert_eq!((counters(&terminal), history(&terminal)), before);
    // Saving again to the same file gives the same content.
    terminal.type_keys(":save kept.jsonl\r");
    terminal.wait_for("Overwrite it?");
    terminal.type_keys("y");
    terminal.wait_for("Saved the store to kept.jsonl: 14 threads, 321 items");
    leave(terminal);
    assert!(fs::read(&kept).unwrap() == file);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// The rows of the history pane, which has the focus.
fn history(terminal: &Terminal) -> Vec<String> {
    let text = terminal.text();
    let rows = text.lines().skip_while(|row| !row.contains("1 of 215")).skip(1);
    let rows: Vec<String> = rows
        .take(10)
        .filter_map(|row| row.split('┃').nth(1)?.split('│').next())
        .map(str::to_string)
        .collect();
    assert_eq!(rows.len(), 10, "{}", terminal.picture());
    rows
}

#[test]
fn a_state_that_cannot_be_opened_ends_the_program_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Start::threadloupe(&[]).folder(folder.path()).spawn();
    terminal.wait_for("Threads");
    terminal.type_keys(":save whole\r");
    terminal.wait_for("Saved the store to whole");
    leave(terminal);
    let text = fs::read_to_string(folder.path().join("whole")).unwrap();
    fs::write(folder.path().join("changed"), text.replacen("Fix", "Fax", 1)).unwrap();
    fs::write(folder.path().join("cut"), text.get(..2_000).unwrap()).unwrap();
    let later = text.replacen("state\":1", "state\":9", 1);
    fs::write(folder.path().join("later"), later).unwrap();
    for (file, sentence) in [
        (
            "changed",
            "changed:336: the last line does not match the lines before it",
        ),
        ("cut", "the file ends here: it is truncated"),
        ("later", "later:1: this state file uses format version 9"),
        ("missing", "missing: cannot open this state"),
        (".", ".: this is a folder, not a regular file"),
    ] {
        let mut terminal = Start::threadloupe(&["--state", file])
            .folder(folder.path())
            .size(120, 24)
            .spawn();
        terminal.wait_for(sentence);
        assert_eq!(terminal.wait_exit().exit_code(), 2, "{}", terminal.picture());
    }
}

#[test]
fn text_from_data_never_drives_the_terminal() {
    let mut terminal = demo(200, 50);
    terminal.wait_for("Escapes");
    terminal.type_keys("/Escapes");
    terminal.type_keys(ENTER);
    terminal.type_keys("2v");
    terminal.wait_for("summary");
    terminal.type_keys("GmJKm");
    terminal.wait_for("Item");
    assert_eq!(terminal.clipboard(), None);
    let raw = String::from_utf8_lossy(terminal.bytes()).into_owned();
    for attack in [
        "\u{1b}[2J\u{1b}[31mYour",
        "\u{1b}]0;title",
        "\u{1b}]52;c;cm0",
        "\u{202e}",
    ] {
        assert!(!raw.contains(attack), "{attack:?} reached the terminal");
    }
    terminal.type_keys(ESC);
    leave(terminal);
}

#[test]
fn copies_reach_the_clipboard_of_the_terminal() {
    let mut terminal = demo(120, 30);
    terminal.type_keys("2y");
    terminal.wait_for("Copied the item as JSON to the terminal's clipboard");
    terminal.wait_clipboard("the item was copied", |copied| {
        copied.starts_with(b"eyJ0aW1lc3RhbXAi")
    });
    leave(terminal);
}

#[test]
fn what_is_too_long_for_the_clipboard_goes_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let long = "x".repeat(60_000);
    let line = format!(r#"{{"type":"event_msg","payload":{{"type":"user_message","message":"{long}"}}}}"#);
    let file = folder.path().join("a.jsonl");
    fs::write(&file, &line).unwrap();
    let mut terminal = Start::threadloupe(&[file.to_str().unwrap()])
        .size(120, 30)
        .env("XDG_STATE_HOME", folder.path().to_str().unwrap())
        .spawn();
    terminal.wait_for("Imported");
    terminal.type_keys("2y");
    terminal
        .wait_for("the text of the entry has 60.0 kB, but the terminal's clipboard takes at most 56.2 kB.");
    assert_eq!(terminal.clipboard(), None);
    let saved = fs::read_to_string(folder.path().join("threadloupe/copied.txt")).unwrap();
    assert_eq!(saved, long);
    leave(terminal);
}

/// The rows of the screen that contain a text.
fn rows_with(terminal: &Terminal, text: &str) -> Vec<String> {
    let screen = terminal.text();
    let rows = screen.lines().filter(|row| row.contains(text));
    rows.map(str::to_string).collect()
}

#[test]
fn a_patch_is_set_cleared_and_left_seen_before_applied_taken_back_and_done_again() {
    let mut terminal = demo(200, 50);
    // The thread with a value in every field.
    terminal.type_keys("sssg4g");
    terminal.type_keys(ENTER);
    terminal.type_keys("Seen before");
    terminal.type_keys(ENTER);
    terminal.wait_for("1 changed, not applied");
    terminal.wait_until("the name in the patch, accumulated and after", |screen| {
        screen.contents().matches("\"Seen before\"").count() == 3
    });
    let before = counters(&terminal);
    // Clears one part of git_info, then clears another part and leaves it again.
    terminal.type_keys("Gkkkc");
    terminal.wait_for("2 changed, not applied");
    terminal.type_keys("kc");
    terminal.wait_for("3 changed, not applied");
    terminal.type_keys("d");
    terminal.wait_for("2 changed, not applied");
    let branch = rows_with(&terminal, "  .branch").remove(0);
    assert!(
        branch.contains("clear")
            && branch.contains("\"retry-jitter\"")
            && branch.matches("null").count() == 3,
        "{branch}"
    );
    let sha = rows_with(&terminal, "  .sha").remove(0);
    assert!(sha.contains("leave") && sha.contains("\"5f2c1e9a"), "{sha}");
    assert_eq!(counters(&terminal), before, "a preview is not a call");
    terminal.type_keys(&ctrl('s'));
    terminal.wait_for("applied, 2 fields");
    terminal.wait_for("2 changed, applied");
    terminal.wait_for("step 56 ");
    let mut applied = before.clone();
    applied[11] += 1;
    assert_eq!(counters(&terminal), applied);
    terminal.type_keys("u");
    terminal.wait_for("now at step 55");
    terminal.wait_for("2 changed, not applied");
    terminal.wait_for("Fix the flaky retry test");
    assert_eq!(counters(&terminal), before, "counters are undone too");
    terminal.type_keys(&ctrl('r'));
    terminal.wait_for("now at step 56");
    terminal.wait_for("2 changed, applied");
    assert_eq!(counters(&terminal), applied);
    // A read of the same thread returns the previewed values.
    terminal.type_keys(":read_thread\r");
    terminal.wait_for("thread_id");
    terminal.type_keys(ENTER);
    terminal.wait_for("name: \"Seen before\"");
    terminal.wait_for("commit_hash: \"5f2c1e9a");
    assert!(!terminal.text().contains("branch:"), "{}", terminal.picture());
    terminal.type_keys(ESC);
    // The patch is applied, but the step that applied it is not saved.
    terminal.type_keys("q");
    terminal.wait_for("Your calls and expectations (");
    terminal.type_keys("y");
    assert!(terminal.wait_exit().success());
    assert!(terminal.is_given_back(), "{}", terminal.picture());
}

#[test]
fn the_journal_goes_back_in_time_and_every_pane_follows() {
    let mut terminal = demo(200, 50);
    let now = counters(&terminal);
    terminal.type_keys("6");
    terminal.wait_for("Why: This store does not support list_turns");
    for step in [54, 53, 52] {
        terminal.type_keys("k");
        terminal.wait_for(&format!("PAST step {step} of 55"));
    }
    // The shown counters do not include the calls after step 52.
    let then = counters(&terminal);
    let sum = |counters: &[u64]| counters.iter().sum::<u64>();
    assert_eq!((sum(&now), sum(&then)), (54, 52), "{}", terminal.picture());
    terminal.wait_for("(rule G5)");
    // The first step: one thread with an empty history.
    terminal.type_keys("g");
    terminal.wait_for("PAST step 1 of 55");
    terminal.wait_for("Threads 1 ");
    assert_eq!(sum(&counters(&terminal)), 1, "{}", terminal.picture());
    // Only failed steps, and from one of them to the one before.
    terminal.type_keys("}f");
    terminal.wait_for("of 55 \u{b7} errors");
    terminal.type_keys("k");
    terminal.wait_for("PAST step 45 of 55");
    terminal.wait_for("(rule P1)");
    terminal.type_keys("}");
    terminal.wait_for("step 55");
    terminal.wait_until("now", |screen| !screen.contents().contains("PAST"));
    assert_eq!(
        counters(&terminal),
        now,
        "viewing earlier steps changed no counter"
    );
    leave(terminal);
}

#[test]
fn the_patch_is_edited_in_the_persons_own_editor() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("an editor.sh");
    let edits = "#!/bin/sh\ncp \"$2\" \"$0.seen\"\nprintf 'EDITING %s.\\n' \"$(wc -c < \"$2\")\"\nread line\nprintf '%s' \"$line\" > \"$2\"\n";
    fs::write(&script, edits).unwrap();
    let editor = format!("sh '{}' --wait", script.display());
    let mut terminal = Start::threadloupe(&[])
        .env("EDITOR", &editor)
        .size(120, 40)
        .spawn();
    terminal.wait_for("Threads");
    terminal.type_keys("4gE");
    terminal.wait_for("EDITING 3.");
    terminal.type_keys("{\"name\": null, \"model\": \"m\"}\r");
    terminal.wait_for("2 fields set or cleared");
    terminal.wait_for("2 changed, not applied");
    assert_eq!(
        fs::read_to_string(folder.path().join("an editor.sh.seen")).unwrap(),
        "{}\n"
    );
    terminal.type_keys("E");
    terminal.wait_for("EDITING 35.");
    terminal.type_keys("{\"model\": 5}\r");
    terminal.wait_for("Not a valid patch: line 1, column 11");
    terminal.wait_for("2 changed, not applied");
    terminal.type_keys("q");
    terminal.wait_for("Question");
    terminal.type_keys("y");
    assert!(terminal.wait_exit().success());
    assert!(terminal.is_given_back(), "{}", terminal.picture());
}

#[test]
fn what_an_editor_leaves_that_is_no_text_is_kept_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("editor.sh");
    fs::write(
        &script,
        "#!/bin/sh\nprintf '{\\n\"name\":\"\\303\\251\\377\"}' > \"$1\"\n",
    )
    .unwrap();
    let mut terminal = Start::threadloupe(&[])
        .env("EDITOR", &format!("sh '{}'", script.display()))
        .env("TMPDIR", folder.path().to_str().unwrap())
        .size(200, 40)
        .spawn();
    terminal.wait_for("Threads");
    terminal.type_keys("4gE");
    terminal.wait_for("is not UTF-8 at line 2, column 10; the patch is unchanged; it is kept in");
    let kept = fs::read_dir(folder.path())
        .unwrap()
        .map(|file| file.unwrap().path())
        .find(|path| path.extension().is_some_and(|extension| extension == "json"));
    assert_eq!(fs::read(kept.unwrap()).unwrap(), b"{\n\"name\":\"\xc3\xa9\xff\"}");
    leave(terminal);
}
