//! `threadloupe run` with the real binary: its input, its answers and its exit.

mod answers;
mod clocks;
mod expectations;
mod invalid;
mod items;
mod lints;
mod process;
mod reports;
mod rows;
mod shrink;
mod stores;
mod streams;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

const ONE: &str = "0198f2a3-0000-7000-8000-000000000001";
const TWO: &str = "0198f2a3-0000-7000-8000-000000000002";

/// The result of a run.
struct Run {
    status: i32,
    /// The lines of standard output.
    lines: Vec<String>,
    complaints: String,
}

impl Run {
    /// The answers as JSON.
    fn answers(&self) -> Vec<Value> {
        self.lines
            .iter()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The message of the only answer, which is an invalid step.
    fn invalid(&self) -> String {
        assert_eq!((self.status, self.lines.len()), (2, 1), "{:?}", self.lines);
        let answer = &self.answers()[0];
        assert_eq!(answer["error"]["code"], "invalid_step");
        answer["error"]["message"].as_str().unwrap().to_string()
    }
}

fn threadloupe(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_threadloupe"));
    command.arg("run").args(arguments);
    command
}

/// Runs in a folder with these arguments and this standard input.
fn run_in(folder: &Path, arguments: &[&str], input: impl AsRef<[u8]>) -> Run {
    let mut child = threadloupe(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.as_ref().to_vec();
    let writer = std::thread::spawn(move || {
        // The exit status shows whether a program ended without reading everything.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "{text}");
    Run {
        status: output.status.code().unwrap(),
        lines: text.lines().map(str::to_string).collect(),
        complaints: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs only standard input.
fn run(input: impl AsRef<[u8]>) -> Run {
    run_in(&std::env::temp_dir(), &["-"], input)
}

/// A create step, a read step.
fn create(id: &str) -> String {
    format!(r#"{{"method":"create_thread","params":{{"thread_id":"{id}"}}}}"#)
}

fn read(id: &str) -> String {
    format!(r#"{{"method":"read_thread","params":{{"thread_id":"{id}"}}}}"#)
}
