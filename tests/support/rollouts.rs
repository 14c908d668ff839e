//! Shared code for the tests of import and export: folders of small rollouts, the program, and an import into a new
//! store.

#![allow(dead_code, reason = "each test file uses only a part of this module")]
#![allow(clippy::unwrap_used, reason = "a failed test panics")]

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;
use threadloupe::contract::{LoadThreadHistoryParams, ReadThreadParams, StoredThread, ThreadStore};
use threadloupe::protocol::ThreadId;
use threadloupe::rollout::import::{ImportOptions, Imported, import};
use threadloupe::store::InMemoryThreadStore;

pub const ONE: &str = "0199865a-ee71-7ae3-b232-87583b038e9f";
pub const OTHER: &str = "38b123ff-933b-4dfe-bd12-d42671fcb25f";

/// The first line of a wrapped rollout.
pub fn header(id: &str) -> String {
    format!(
        r#"{{"timestamp":"2025-09-26T14:08:55.422Z","type":"session_meta","payload":{{"id":"{id}","timestamp":"2025-09-26T14:08:50.000Z","cwd":"/w","originator":"codex_vscode","cli_version":"0.63.0","source":"cli","model_provider":"openai"}}}}"#
    )
}

/// A line of a wrapped rollout, written this many seconds after the minute.
pub fn said(text: &str, second: u32) -> String {
    format!(
        r#"{{"timestamp":"2025-09-26T15:00:{second:02}.000Z","type":"event_msg","payload":{{"type":"user_message","message":"{text}"}}}}"#
    )
}

/// A temporary folder, removed with the test.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file and creates its folders.
    pub fn write(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Runs the program in this folder, which is also its configuration folder.
    pub fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_threadloupe"))
            .args(arguments)
            .current_dir(self.path())
            .env("XDG_CONFIG_HOME", self.path())
            .output()
            .unwrap()
    }

    /// Starts the program in this folder with this standard input.
    pub fn start(&self, arguments: &[&str], stdin: Stdio) -> Running {
        let mut child = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
            .args(arguments)
            .current_dir(self.path())
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Running {
            lines: lines(child.stdout.take().unwrap()),
            complaints: lines(child.stderr.take().unwrap()),
            child,
        }
    }

    /// Creates a named pipe.
    pub fn pipe(&self, name: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let made = Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        path
    }

    /// Imports with `--format json` and returns the exit status and the rows.
    pub fn import(&self, paths: &[&str]) -> (i32, Vec<Value>) {
        let output = self.run(&[&["import", "--format", "json"], paths].concat());
        (output.status.code().unwrap(), rows(&output))
    }
}

/// The longest wait of a test, even on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until a condition is true.
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "timed out waiting until {what}");
        std::thread::yield_now();
    }
}

/// A running program. Dropping it kills the program.
pub struct Running {
    pub child: Child,
    lines: Receiver<String>,
    complaints: Receiver<String>,
}

/// The exit of a program, and its output that was not read before.
#[derive(Debug)]
pub struct Ended {
    pub status: Option<i32>,
    pub lines: Vec<String>,
    pub complaints: Vec<String>,
}

fn lines(output: impl Read + Send + 'static) -> Receiver<String> {
    let (send, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines() {
            if send.send(line.unwrap()).is_err() {
                break;
            }
        }
    });
    lines
}

impl Running {
    pub fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), signal).unwrap();
    }

    /// The next line on standard output.
    pub fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).unwrap()
    }

    /// Waits until the program has ended.
    pub fn end(mut self) -> Ended {
        let mut status = None;
        wait_until("the program has ended", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        Ended {
            status: status.and_then(|status| status.code()),
            lines: self.lines.iter().collect(),
            complaints: self.complaints.iter().collect(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines of standard output, parsed as JSON.
pub fn rows(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "{text}");
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

pub fn packed(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

pub fn id(text: &str) -> ThreadId {
    ThreadId::from_string(text).unwrap()
}

/// Imports into a new store.
pub async fn imported(paths: &[PathBuf]) -> (Arc<InMemoryThreadStore>, Imported) {
    let store = Arc::new(InMemoryThreadStore::default());
    let imported = import(store.as_ref(), paths, ImportOptions::default(), &mut |_| {
        ControlFlow::Continue(())
    })
    .await;
    (store, imported)
}

/// The texts of a thread's items.
pub async fn texts(store: &InMemoryThreadStore, thread: &str) -> Vec<String> {
    let load = LoadThreadHistoryParams::new(id(thread));
    let history = store.load_history(load).await.unwrap();
    history
        .items
        .iter()
        .map(|item| item.text().into_owned())
        .collect()
}

pub async fn read(store: &InMemoryThreadStore, thread: &str) -> StoredThread {
    let read = ReadThreadParams::new(id(thread));
    store.read_thread(read).await.unwrap()
}

/// The folder of real rollouts, if the environment names one; prints whether the test runs on it.
pub fn samples(test: &str) -> Option<PathBuf> {
    real("THREADLOUPE_ROLLOUTS", test)
}

/// The folder of homes that real versions wrote, if the environment names one.
pub fn homes(test: &str) -> Option<PathBuf> {
    real("THREADLOUPE_HOMES", test)
}

/// The folder that a variable names. Prints whether the test runs on it.
fn real(variable: &str, test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os(variable)
        .map(PathBuf::from)
        .filter(|folder| folder.is_dir());
    let said = match &folder {
        Some(folder) => format!("{test}: runs on {}", folder.display()),
        None => format!("{test}: skipped, {variable} names no folder"),
    };
    // Writes around the capture of the test runner, so that the message also appears when the test passes.
    let _ = writeln!(std::io::stderr(), "{said}");
    folder
}
