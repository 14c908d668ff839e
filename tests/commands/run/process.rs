//! A run as a process: streaming, signals, pipes, unreadable files, memory.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::tempdir;

use super::{ONE, create, read, run, run_in, threadloupe};

/// A run with pipes for its input and output.
struct Driven {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Driven {
    fn new(arguments: &[&str]) -> Self {
        let mut child = threadloupe(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (send, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in stdout.lines() {
                if send.send(line.unwrap()).is_err() {
                    break;
                }
            }
        });
        let stdin = child.stdin.take();
        Self { child, stdin, lines }
    }

    fn send(&mut self, text: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(text.as_bytes()).unwrap();
        stdin.flush().unwrap();
    }

    /// The next answer, which arrives without further input.
    fn answer(&self) -> String {
        self.lines
            .recv_timeout(Duration::from_secs(60))
            .expect("an answer before the next step is sent")
    }

    fn status(mut self) -> Option<i32> {
        drop(self.stdin.take());
        self.child.wait().unwrap().code()
    }
}

#[test]
fn an_answer_is_out_before_the_next_step_is_sent() {
    let mut run = Driven::new(&["-"]);
    // The closing brace is enough: no line end, no further byte.
    run.send(&create(ONE));
    assert_eq!(
        run.answer(),
        r#"{"step":1,"method":"create_thread","result":null}"#
    );
    run.send("\n{\"method\":\n");
    run.send("\"read_thread\",\"params\":{\"thread_id\":");
    run.send(&format!("\"{ONE}\"}}"));
    run.send("}");
    assert!(
        run.answer()
            .starts_with(r#"{"step":2,"method":"read_thread","result":{"#)
    );
    run.send("\n{\"method\":\"calls\"}{\"method\":\"calls\"}\n");
    assert!(run.answer().starts_with(r#"{"step":3,"#));
    assert!(run.answer().starts_with(r#"{"step":4,"#));
    run.send("{}");
    assert!(run.answer().starts_with(r#"{"step":5,"method":null,"#));
    assert_eq!(run.status(), Some(2));
}

#[test]
fn an_interrupt_ends_it_with_130() {
    let mut run = Driven::new(&["-"]);
    run.send(&create(ONE));
    run.answer();
    let pid = Pid::from_child(&run.child);
    kill_process(pid, Signal::INT).unwrap();
    let status = run.child.wait().unwrap();
    assert_eq!(status.code(), Some(130), "{status}");
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly_with_0() {
    let mut child = threadloupe(&["-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    // An expectation that fails, then steps until nobody reads the answers.
    let failing = "{\"method\":\"calls\",\"expect\":{\"result\":{\"read_thread\":9}}}\n";
    while stdin.write_all(failing.as_bytes()).is_ok() {}
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn the_status_is_the_worst_of_all_files() {
    let folder = tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "good.jsonl",
        "{\"method\":\"calls\",\"expect\":{\"result\":{\"read_thread\":0}}}",
    );
    write(
        "failed.jsonl",
        "{\"method\":\"calls\",\"expect\":{\"result\":{\"read_thread\":1}}}",
    );
    write("invalid.jsonl", "{\"method\":\"cals\"}");
    for (files, status) in [
        (&["good.jsonl"][..], 0),
        (&["good.jsonl", "failed.jsonl", "good.jsonl"], 1),
        (&["failed.jsonl", "invalid.jsonl", "good.jsonl"], 2),
        (&["invalid.jsonl", "failed.jsonl"], 2),
        (&["missing.jsonl", "failed.jsonl"], 2),
    ] {
        assert_eq!(run_in(folder.path(), files, "").status, status, "{files:?}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_one_sentence_and_the_others_run() {
    let folder = tempdir().unwrap();
    fs::create_dir(folder.path().join("folder.jsonl")).unwrap();
    fs::write(folder.path().join("good.jsonl"), create(ONE)).unwrap();
    for (wrong, sentence) in [
        (
            "missing.jsonl",
            "cannot be read: No such file or directory (os error 2); check the path and its permissions",
        ),
        (
            "folder.jsonl",
            "this folder has no scenarios (*.jsonl files); choose another one",
        ),
    ] {
        let run = run_in(folder.path(), &[wrong, "good.jsonl"], "");
        assert_eq!((run.status, run.lines.len()), (2, 1), "{wrong}");
        assert_eq!(run.complaints, format!("{wrong}: {sentence}\n"));
    }
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempdir().unwrap();
    let path = folder.path().join("closed.jsonl");
    fs::write(&path, create(ONE)).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    let run = run_in(folder.path(), &["closed.jsonl"], "");
    // A privileged user can read the file anyway.
    if fs::File::open(&path).is_ok() {
        assert_eq!((run.status, run.lines.len()), (0, 1));
    } else {
        assert_eq!((run.status, run.lines.len()), (2, 0));
        assert!(
            run.complaints
                .starts_with("closed.jsonl: cannot be read: Permission denied")
        );
    }
}

#[cfg(unix)]
#[test]
fn a_file_name_need_not_be_utf8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = tempdir().unwrap();
    let name = OsStr::from_bytes(b"a\xFF.jsonl");
    fs::write(folder.path().join(name), create(ONE)).unwrap();
    let output = threadloupe(&[])
        .current_dir(folder.path())
        .arg(name)
        .arg(name)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("{\"file\":\"a\u{FFFD}.jsonl\",\"step\":1,"));
}

#[test]
fn a_binary_file_is_answered_and_nothing_worse() {
    let folder = tempdir().unwrap();
    let bytes: Vec<u8> = (0..=255u8).cycle().take(100_000).collect();
    fs::write(folder.path().join("binary.jsonl"), bytes).unwrap();
    let run = run_in(folder.path(), &["binary.jsonl"], "");
    assert_eq!(run.status, 2);
    assert!(!run.lines.is_empty());
    assert!(
        run.answers()
            .iter()
            .all(|answer| answer["error"]["code"] == "invalid_step")
    );
}

#[test]
fn no_file_is_a_wrong_command_line() {
    let run = run_in(&std::env::temp_dir(), &[], "");
    assert_eq!((run.status, run.lines.len()), (2, 0));
    assert!(run.complaints.contains("<PATH>"));
    assert_eq!(
        run_in(&std::env::temp_dir(), &["--format", "xml", "-"], "").status,
        2
    );
}

#[test]
fn a_file_that_ends_within_a_value_says_so() {
    let cut = read(ONE);
    let message = run(&cut[..cut.len() - 1]).invalid();
    assert!(
        message.starts_with(&format!("line 1, column {}: ", cut.len())),
        "{message}"
    );
}

/// The peak memory of a process.
#[cfg(target_os = "linux")]
fn high_water(pid: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_answers() {
    let mut run = Driven::new(&["-"]);
    let item = format!("{{\"t\":\"{}\"}}", "x".repeat(1 << 20));
    run.send(&format!(
        r#"{{"method":"append_items","params":{{"thread_id":"{ONE}","items":[{item}]}}}}"#
    ));
    run.answer();
    let mut load = |times: usize| {
        for _ in 0..times {
            run.send(&format!(
                r#"{{"method":"load_history","params":{{"thread_id":"{ONE}"}}}}"#
            ));
            assert!(run.answer().len() > 1 << 20);
        }
        high_water(run.child.id())
    };
    let few = load(3);
    let many = load(60);
    // The run wrote sixty answers of a megabyte each and kept none of them.
    assert!(many < few + (8 << 20), "from {few} to {many} bytes");
}
