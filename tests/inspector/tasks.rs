//! The tasks that people come for, on the real program and a pseudo-terminal of 120x36: each takes at most so many keys
//! besides typed text, and its result is on the screen after the last of them.

use crate::support::terminal;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;

use crate::support::homes::{A, B, C, HomeFolder, Rollout, named};
use crate::support::terminal::{ENTER, Start, Terminal, ctrl};
use serde_json::json;

/// The program, and the keys that were pressed.
struct Task {
    terminal: Terminal,
    keys: usize,
}

impl Task {
    /// The demo, after these keys.
    fn demo(before: &str) -> Self {
        Self::begin(&[], before)
    }

    fn begin(args: &[&str], before: &str) -> Self {
        let mut terminal = Start::threadloupe(args).size(120, 36).spawn();
        terminal.wait_for("Threads");
        let mut task = Self { terminal, keys: 0 };
        for key in before.split_whitespace() {
            task.press(key);
        }
        task.keys = 0;
        task
    }

    /// Presses a key and counts it.
    fn press(&mut self, key: &str) {
        let bytes = match (key, key.strip_prefix("Ctrl+")) {
            ("Enter", _) => ENTER.to_string(),
            ("Down", _) => terminal::DOWN.to_string(),
            ("Space", _) => " ".to_string(),
            ("Backspace", _) => "\u{7f}".to_string(),
            (_, Some(letter)) => ctrl(letter.chars().next().unwrap()),
            (key, None) => key.to_string(),
        };
        self.terminal.type_keys(&bytes);
        self.keys += 1;
    }

    fn keys(&mut self, keys: &str) {
        keys.split_whitespace().for_each(|key| self.press(key));
    }

    /// Types a text, which is not counted.
    fn text(&mut self, text: &str) {
        self.terminal.type_keys(text);
    }

    fn see(&mut self, text: &str) {
        self.terminal.wait_for(text);
    }

    /// Checks that all of these are on the screen, and that it took at most so many keys.
    fn done(mut self, most: usize, texts: &[&str]) {
        for text in texts {
            self.terminal.wait_for(text);
        }
        assert!(self.keys <= most, "{} keys, at most {most}", self.keys);
    }
}

#[test]
fn task_1_where_a_phrase_was_said_read_in_place() {
    let mut task = Task::demo("");
    task.press("f");
    task.text("start_paused");
    task.press("Enter");
    task.see("All of the");
    task.press("Enter");
    // The words are in sight where they were said.
    task.done(3, &["match 1 of", "History ", "rg -n start_paused"]);
}

#[test]
fn task_4_the_next_failed_command_of_a_legacy_rollout_and_the_end_of_its_output() {
    let home = HomeFolder::new();
    let mut rollout = Rollout::first(A);
    for (call, code) in [("c1", 0), ("c2", 101), ("c3", 2)] {
        let name =
            serde_json::json!({"type": "function_call", "name": "shell", "arguments": "{}", "call_id": call});
        rollout.line("response_item", name);
        let output = format!(
            "Exit code: {code}\nOutput:\n{}the end of {call}\n",
            "more words\n".repeat(60)
        );
        let output = serde_json::json!({"type": "function_call_output", "call_id": call, "output": output});
        rollout.line("response_item", output);
    }
    home.rollout(&named(A), &rollout);
    let mut task = Task::begin(&[home.path().to_str().unwrap()], "");
    task.see("Imported");
    task.keys("2 g");
    task.keys = 0;
    task.press("E");
    task.see("exit 101");
    task.see("the end of c2");
    task.press("E");
    task.done(2, &["exit 2", "the end of c3"]);
}

#[test]
fn task_3_the_newest_thread_as_a_conversation_without_tools() {
    let mut task = Task::demo("");
    task.keys("T C");
    task.done(
        2,
        &[
            "History 1 of 2 \u{b7} transcript",
            "why and fix it.",
            "What if the test paused",
        ],
    );
}

#[test]
fn task_4_the_next_failed_command_of_a_paginated_rollout_and_the_end_of_its_output() {
    let home = HomeFolder::new();
    let mut rollout = Rollout::first(A);
    rollout.turn("t1", "words");
    for (id, code) in [("c1", 0), ("c2", 101), ("c3", 1)] {
        let output: String = (0..60).map(|n| format!("{id} line {n}\n")).collect();
        let item = serde_json::json!({"type": "CommandExecution", "id": id, "command": ["make", id], "status": "completed",
            "exit_code": code, "aggregated_output": output});
        let event = serde_json::json!({"type": "item_completed", "turn_id": "t1", "item": item});
        rollout.line("event_msg", event);
    }
    home.rollout(&named(A), &rollout);
    let mut task = Task::begin(&[home.path().to_str().unwrap()], "");
    task.see("Imported");
    task.press("T");
    task.see("tool command make");
    task.keys = 0;
    task.press("E");
    task.see("c2 line 59");
    task.press("E");
    task.done(2, &["c3 line 59", "exit 1"]);
}

#[test]
fn task_10_from_a_fork_to_where_it_began_and_back() {
    let home = HomeFolder::new();
    let mut parent = Rollout::first(A);
    parent.turn("t1", "first words");
    let mut fork = Rollout::continues(B, A, &parent);
    fork.turn("t2", "words of the fork");
    parent.turn("t3", "later words");
    home.rollout(&named(A), &parent);
    home.rollout(&named(B), &fork);
    let mut task = Task::begin(&[home.path().to_str().unwrap()], "");
    task.see("Imported");
    // The fork is the newest thread.
    task.press("T");
    task.see("words of the fork");
    task.keys = 0;
    task.press("L");
    task.see("later words");
    task.press("Backspace");
    task.done(2, &["words of the fork"]);
}

#[test]
fn task_2_the_threads_of_a_branch_newest_first() {
    let home = HomeFolder::new();
    for (thread, branch, minute) in [(A, "fix/retry", 1), (B, "main", 2), (C, "fix/retry", 3)] {
        let header = json!({"id": thread, "timestamp": "2026-11-27T10:00:00Z", "cwd": "/home/u/web", "source": "cli", "git": {"branch": branch}});
        let said = json!({"type": "user_message", "message": format!("say {minute}")});
        let line = |kind: &str, payload| {
            let time = format!("2026-11-27T10:0{minute}:00Z");
            json!({"timestamp": time, "type": kind, "payload": payload}).to_string() + "\n"
        };
        let text = line("session_meta", header) + &line("event_msg", said);
        home.write(Path::new("sessions/2026/11/27").join(named(thread)), text);
    }
    let mut task = Task::begin(&[home.path().to_str().unwrap()], "");
    task.see("Imported");
    task.press("&");
    task.text("branch:fix");
    task.see("Threads 2 of 3");
    let text = task.terminal.text();
    let row = |words: &str| {
        let row = text.lines().position(|line| line.contains(words));
        row.unwrap_or_else(|| panic!("{words} in {text}"))
    };
    assert!(row("say 3") < row("say 1"), "{text}");
    for words in ["say 3", "say 1"] {
        let line = text.lines().nth(row(words)).unwrap();
        assert!(line.contains("/home/u/web fix/retry"), "{text}");
    }
    task.done(1, &["branch"]);
}

/// The start of task 3: files and homes start with a large history.
#[test]
fn task_3_files_start_with_a_large_history() {
    let home = HomeFolder::new();
    let mut rollout = Rollout::first(A);
    home.rollout(&named(A), rollout.turn("t1", "words"));
    let mut task = Task::begin(&[home.path().to_str().unwrap()], "");
    task.see("Imported");
    task.done(0, &["2 History  3 Metadata  4 Patch  5 Calls  6 Journal"]);
}

#[test]
fn task_5_from_an_output_to_its_call_and_back() {
    let mut task = Task::demo("2 j j j j j j j");
    task.see("History 8 of 9");
    task.press("o");
    task.see("History 7 of 9");
    task.press("o");
    task.done(2, &["History 8 of 9"]);
}

#[test]
fn task_6_which_line_of_which_file_gave_the_model() {
    let home = HomeFolder::new();
    let settings = serde_json::json!({"model": "gpt-6", "approval_policy": "never", "sandbox_policy": {"type": "read-only"}});
    let mut rollout = Rollout::first(A);
    home.rollout(
        &named(A),
        rollout.turn("t1", "words").line("turn_context", settings),
    );
    let mut task = Task::begin(&[home.path().to_str().unwrap()], "");
    task.see("Imported");
    task.keys("3 z");
    // The whole name of the file stands at the end of the list; the row has both ends of it.
    task.done(
        3,
        &["gpt-6", "turn_context, line 5 of roll", "0000000a.jsonl, step 3"],
    );
}

#[test]
fn task_8_what_is_written_to_the_file_from_now_on() {
    let home = HomeFolder::new();
    let mut rollout = Rollout::first(A);
    let path = home.rollout(&named(A), &rollout);
    let mut task = Task::begin(&[path.to_str().unwrap()], "");
    task.see("Imported");
    task.press("W");
    task.see("Following");
    let before = rollout.bytes.len();
    rollout.turn("t1", "words from now on");
    let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(&rollout.bytes.as_bytes()[before..]).unwrap();
    task.done(1, &["words from now on"]);
}

#[test]
fn task_9_the_kinds_and_threads_that_take_the_space() {
    let mut task = Task::demo("");
    task.text(":sizes");
    task.press("Enter");
    task.done(
        1,
        &[
            "Sizes 101 kB",
            "Kinds 26",
            "token_count",
            "Threads 9",
            "Fix the flaky retry test",
        ],
    );
}

#[test]
fn task_12_the_tour_one_key_a_step() {
    let tour = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/scenarios/tour.jsonl");
    let mut task = Task::begin(&["play", tour], "");
    task.see("58 to go");
    for left in (46..58).rev() {
        task.press(".");
        task.see(&format!(" {left} to go"));
    }
    task.done(
        12,
        &[
            "update_thread_metadata {\"name\":null} -> a thread, as expected",
            "Null clears the name.",
            "+name               null",
            "name                \u{2205} clear",
            "update_thread_metadata              3   +1",
        ],
    );
}

#[test]
fn task_15_a_call_by_hand_with_its_counter_and_answer() {
    let mut task = Task::demo("");
    task.text(":read_thread");
    task.press("Enter");
    task.see("thread_id");
    task.press("Enter");
    task.done(
        2,
        &[
            "read_thread \u{b7} answer: a thread",
            "+read_thread                         3   +1",
        ],
    );
}

#[test]
fn task_13_the_calls_behind_a_counter_and_back() {
    let mut task = Task::demo("5 G k k");
    task.press("o");
    task.see("unarchive_thread");
    task.see("Journal 1 of 55");
    task.press("o");
    task.done(2, &["▸unarchive_thread"]);
}

#[test]
fn task_14_back_in_time_another_patch_and_both_branches() {
    let mut task = Task::demo("");
    task.keys("[ [ [");
    task.see("PAST step 52 of 55");
    task.keys("4 c Ctrl+S y");
    task.see("step 56 ");
    task.text(":branch");
    task.press("Enter");
    task.done(
        8,
        &[
            "step 56",
            "step 55",
            "branches off after step 52 · 3 steps",
            "current · 53 steps",
        ],
    );
}

#[test]
fn task_18_clear_a_name_set_a_branch_apply_and_undo() {
    let mut task = Task::demo("");
    task.keys("4 c /");
    task.text("branch");
    task.keys("Enter e");
    task.text("main");
    task.press("Enter");
    // The effect is seen before it is applied.
    task.see("\u{2192} \"main\"");
    task.see("2 changed, not applied");
    task.press("Ctrl+S");
    task.see("applied, 2 fields set or cleared");
    task.press("u");
    task.done(9, &["Undid update_thread_metadata"]);
}

#[test]
fn task_19_a_patch_on_every_thread_of_a_query() {
    let mut task = Task::demo("4 c");
    task.keys("1 &");
    task.text("is:fork or is:subagent");
    task.keys("Enter B");
    task.see("threads: ");
    task.see("would change, ");
    task.press("Ctrl+S");
    task.done(5, &["applied to 3 threads, 1 field set or cleared."]);
}

#[test]
fn task_20_what_a_null_does_to_a_field_of_two_states() {
    let mut task = Task::demo("4");
    task.keys("j c H");
    task.done(3, &["Rule M6 · Metadata", "null in a patch leaves it unchanged"]);
}

#[test]
fn task_21_the_case_as_a_scenario_with_an_expectation() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.jsonl");
    let mut task = Task::demo("4 c Ctrl+S");
    task.press("x");
    task.see("now expects result.name: null");
    task.text(&format!(":save-scenario {}", path.display()));
    task.press("Enter");
    task.done(2, &["Saved the scenario to"]);
    let saved = fs::read_to_string(&path).unwrap();
    let last = saved.lines().last().unwrap();
    assert!(last.contains(r#""expect":{"result":{"name":null}}"#), "{last}");
    let run = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .arg("run")
        .arg(&path)
        .output()
        .unwrap();
    assert!(run.status.success());
}

#[test]
fn task_17_another_programs_calls_as_they_come_by_client() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let mut task = Task::begin(&["--listen", &format!("unix:{}", path.display())], "");
    task.see("listening, no client");
    let mut client = UnixStream::connect(&path).unwrap();
    let mut answers = BufReader::new(client.try_clone().unwrap()).lines();
    let mut send = |line: serde_json::Value| {
        client.write_all(format!("{line}\n").as_bytes()).unwrap();
        answers.next().unwrap().unwrap()
    };
    send(json!({"hello": {"client": "agent-7"}}));
    task.see("listening, 1 client");
    let id = "0198f2a3-0000-7000-8000-000000000001";
    send(json!({"method": "create_thread", "params": {"thread_id": id}}));
    // The thread is on the screen before the next call is made.
    task.see("1 thread");
    let patch = json!({"name": "named by another program"});
    let answer =
        send(json!({"method": "update_thread_metadata", "params": {"thread_id": id, "patch": patch}}));
    assert!(answer.contains("named by another program"), "{answer}");
    task.terminal
        .wait_until("the journal names the client and the call", |screen| {
            let rows: Vec<String> = screen.rows(0, 120).collect();
            rows.iter()
                .any(|row| row.contains("agent-7") && row.contains("update_thread_metada"))
                && rows
                    .iter()
                    .any(|row| row.contains("agent-7") && row.contains("create_thread"))
        });
    task.done(0, &["step 2", "named by another"]);
}

#[test]
fn task_22_a_patch_from_a_value_in_a_history() {
    let folder = tempfile::tempdir().unwrap();
    let lines = [
        r#"{"timestamp":"2026-05-01T10:00:00Z","type":"session_meta","payload":{"id":"0198f2a3-0000-7000-8000-000000000001","cwd":"/w"}}"#,
        r#"{"timestamp":"2026-05-01T10:00:01Z","type":"event_msg","payload":{"name":"from here","model":"m"}}"#,
    ];
    let path = folder.path().join("rollout.jsonl");
    fs::write(&path, lines.join("\n")).unwrap();
    let mut task = Task::begin(&[path.to_str().unwrap()], "");
    task.see("Imported rollout.jsonl");
    task.keys("2 G");
    task.see("History 2 of 2");
    task.keys = 0;
    task.press("Enter");
    task.see("payload");
    task.press("P");
    task.done(3, &["\"from here\"", "2 changed"]);
}

#[test]
fn task_23_the_patch_that_was_used_before_last() {
    let mut task = Task::demo("4 c Ctrl+S D");
    task.press("e");
    task.text("second");
    task.keys("Enter Ctrl+S");
    task.see("applied, 1 field");
    task.keys = 0;
    task.press("L");
    task.see("applied 2 patches ago");
    task.keys("Down Enter");
    task.done(3, &["∅ clear", "1 changed, not applied"]);
}

#[test]
fn task_24_two_threads_compared() {
    let mut task = Task::demo("1 g");
    task.keys("Space Space d");
    task.done(4, &["Difference", "What a read shows", "- 0", "+ 0"]);
}

#[test]
fn task_25_an_apply_to_many_threads_is_undone() {
    let mut task = Task::demo("1 g Space Space 4 c Ctrl+S");
    task.see("applied to 2 threads");
    task.press("u");
    task.done(1, &["Undid 2 calls beginning with update_thread_metadata"]);
}

#[test]
fn task_7_the_thread_as_a_file_that_a_colleague_can_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Start::threadloupe(&[])
        .size(120, 36)
        .folder(folder.path())
        .spawn();
    terminal.wait_for("Threads");
    let mut task = Task { terminal, keys: 0 };
    task.press(":");
    task.text("export");
    task.press("Enter");
    task.done(2, &["Exported to thread-"]);
    let file = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap();
    let text = fs::read_to_string(file.path()).unwrap();
    assert!(text.starts_with("# ") && text.contains("## Turn 1"), "{text}");
}

#[test]
fn task_16_a_picture_of_the_screen_for_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Start::threadloupe(&[])
        .size(120, 36)
        .folder(folder.path())
        .spawn();
    terminal.wait_for("Threads");
    let mut task = Task { terminal, keys: 0 };
    task.press(":");
    task.text("picture");
    task.press("Enter");
    task.done(2, &["Picture written to", "screen.svg"]);
    let picture = fs::read_to_string(folder.path().join("screen.svg")).unwrap();
    assert!(
        picture.starts_with("<svg ") && picture.contains(">Threads</text>"),
        "{picture}"
    );
}

#[test]
fn task_11_the_text_of_a_message() {
    let mut task = Task::demo("2 g J");
    task.press("y");
    task.see("Copied the text to the terminal's clipboard");
    // Base64 of text, not of JSON, which begins with a brace.
    let is_text = |copied: &[u8]| !copied.is_empty() && !copied.starts_with(b"ey");
    task.terminal.wait_clipboard("the message was copied", is_text);
    task.done(1, &[]);
}
