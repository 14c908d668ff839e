//! `threadloupe --listen`: other programs call the store of the inspector on the screen.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use crate::support::terminal::{Start, Terminal};
use rustix::process::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;

const ID: &str = "0198f2a3-0000-7000-8000-000000000001";

struct Client {
    stream: UnixStream,
    answers: BufReader<UnixStream>,
}

impl Client {
    fn connect(path: &Path) -> Self {
        let stream = UnixStream::connect(path).unwrap();
        let answers = BufReader::new(stream.try_clone().unwrap());
        Self { stream, answers }
    }

    /// Sends a line and returns the answer.
    fn call(&mut self, line: &Value) -> Value {
        self.stream.write_all(format!("{line}\n").as_bytes()).unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap()
    }

    fn rename(&mut self, name: &str) -> Value {
        self.call(&json!({"method": "update_thread_metadata", "params": {"thread_id": ID, "patch": {"name": name}}}))
    }
}

/// The inspector that listens on a socket, when it is ready.
fn listening(folder: &TempDir) -> (Terminal, PathBuf) {
    let path = folder.path().join("socket");
    let address = format!("unix:{}", path.display());
    let mut terminal = Start::threadloupe(&["--listen", &address]).size(120, 36).spawn();
    terminal.wait_for("Listening at");
    (terminal, path)
}

#[test]
fn a_client_calls_while_the_person_goes_back_in_time_and_undoes() {
    let folder = tempfile::tempdir().unwrap();
    let (mut terminal, path) = listening(&folder);
    let mut client = Client::connect(&path);
    terminal.wait_for("listening, 1 client");
    client.call(&json!({"method": "create_thread", "params": {"thread_id": ID}}));
    client.rename("one");
    terminal.wait_for("step 2");
    terminal.type_keys("[");
    terminal.wait_for("PAST step 1 of 2");
    client.rename("two");
    client.rename("three");
    terminal.wait_for("PAST step 1 of 4, 2 new steps not seen");
    terminal.type_keys("}");
    terminal.wait_gone("PAST");
    terminal.wait_for("three");
    terminal.type_keys("u");
    terminal.wait_for("discards 1 call made by clients");
    terminal.type_keys("y");
    terminal.wait_for("Undid everything after step 3");
    // The client goes on from there, and its steps are numbered as before.
    let read = json!({"method": "read_thread", "params": {"thread_id": ID}});
    let answer = client.call(&read);
    assert_eq!(
        (&answer["step"], &answer["result"]["name"]),
        (&json!(5), &json!("two"))
    );
    let counters = client.call(&json!({"method": "calls"}));
    assert_eq!(counters["result"]["update_thread_metadata"], 2, "{counters}");
    drop(client);
    terminal.wait_for("listening, no client");
    assert_eq!(terminal.quit().exit_code(), 0);
    assert!(!path.exists());
}

#[test]
fn the_socket_file_is_removed_when_the_program_is_told_to_end() {
    let folder = tempfile::tempdir().unwrap();
    let (mut terminal, path) = listening(&folder);
    let _client = Client::connect(&path);
    terminal.wait_for("listening, 1 client");
    assert!(path.exists());
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.wait_exit().exit_code(), 143);
    assert!(!path.exists());
}

#[test]
fn an_address_that_cannot_be_used_is_reported_before_the_screen_opens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let _other = UnixListener::bind(&path).unwrap();
    let address = format!("unix:{}", path.display());
    let mut terminal = Start::threadloupe(&["--listen", &address]).size(200, 24).spawn();
    assert_eq!(terminal.wait_exit().exit_code(), 2);
    assert!(
        terminal.text().contains("another program listens there"),
        "{}",
        terminal.text()
    );
    assert!(path.exists());
}
