//! Files that are not regular files: those in a folder are reported but never opened, and a pipe that is given by name
//! is read.

#![cfg(unix)]
use crate::support::terminal;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::process::Stdio;

use rustix::process::Signal;
use serde_json::{Value, json};
use threadloupe::workbench::state_file::StateFileReader;

use crate::support::rollouts::{Ended, Folder, ONE, OTHER, header, packed, said};
use crate::support::terminal::{ENTER, ESC, Start, ctrl};

/// A folder with two rollouts, and other files between them.
fn mixed() -> (Folder, UnixListener) {
    let folder = Folder::new();
    folder.write("in/a.jsonl", header(ONE));
    folder.pipe("in/b.jsonl");
    folder.pipe("in/b.jsonl.zst");
    let socket = UnixListener::bind(folder.path().join("in/c.jsonl")).unwrap();
    symlink("/dev/zero", folder.path().join("in/d.jsonl")).unwrap();
    symlink("b.jsonl", folder.path().join("in/e.jsonl")).unwrap();
    folder.write("in/f.jsonl", header(OTHER));
    (folder, socket)
}

fn values(ended: &Ended) -> Vec<Value> {
    let lines = ended.lines.iter();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn what_is_no_regular_file_in_a_folder_is_an_error_row() {
    let (folder, _socket) = mixed();
    let ended = folder
        .start(&["import", "--format", "json", "in"], Stdio::null())
        .end();
    let rows = values(&ended);
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row["file"].as_str(), row["error"]["code"].as_str()))
        .collect();
    let odd = Some("not_regular");
    assert_eq!(
        told,
        [
            (Some("in/a.jsonl"), None),
            (Some("in/b.jsonl"), odd),
            (Some("in/b.jsonl.zst"), odd),
            (Some("in/c.jsonl"), odd),
            (Some("in/d.jsonl"), odd),
            // The target of the link was found before.
            (Some("in/f.jsonl"), None),
            (None, None),
        ]
    );
    for (row, kind) in [(1, "a named pipe"), (3, "a socket"), (4, "a device")] {
        let message = rows[row]["error"]["message"].as_str().unwrap();
        assert!(message.contains(kind), "{message}");
    }
    let total = &rows[6]["total"];
    assert_eq!((&total["files"], &total["failed"]), (&json!(2), &json!(4)));
    assert_eq!(ended.status, Some(2));

    let ended = folder
        .start(&["export", "--all", "--from", "in", "--to", "out"], Stdio::null())
        .end();
    assert_eq!((ended.status, ended.complaints.len()), (Some(2), 4));
    for (name, id) in [("a", ONE), ("f", OTHER)] {
        let written = fs::read_to_string(folder.path().join(format!("out/{name}.jsonl"))).unwrap();
        assert_eq!(written, header(id));
    }
}

#[test]
fn what_is_no_regular_file_is_no_scenario_of_a_folder() {
    let (folder, _socket) = mixed();
    folder.write("in/a.jsonl", "{\"method\":\"calls\"}");
    folder.write("in/f.jsonl", "{\"method\":\"calls\"}");
    for more in [&[][..], &["--jobs", "2"]] {
        let ended = folder
            .start(&[&["run"], more, &["in"]].concat(), Stdio::null())
            .end();
        assert_eq!((ended.status, ended.lines.len()), (Some(2), 2), "{ended:?}");
        for (complaint, (name, kind)) in ended.complaints.iter().zip([
            ("b", "a named pipe"),
            ("c", "a socket"),
            ("d", "a device"),
            ("e", "a named pipe"),
        ]) {
            assert!(
                complaint.starts_with(&format!("in/{name}.jsonl: ")) && complaint.contains(kind),
                "{complaint}"
            );
        }
        assert_eq!(ended.complaints.len(), 4);
    }
}

#[test]
fn a_pipe_that_is_named_itself_is_read() {
    let text = format!("{}\n\n{}\n?", header(ONE), said("hi", 1));
    for (name, bytes) in [
        ("p.jsonl", text.clone().into_bytes()),
        ("p", text.clone().into_bytes()),
        ("p.jsonl.zst", packed(text.as_bytes())),
        ("empty.jsonl", Vec::new()),
    ] {
        let folder = Folder::new();
        let plain = if bytes.is_empty() { "" } else { text.as_str() };
        folder.write(format!("regular/{name}"), &bytes);
        let regular = folder
            .start(
                &["import", "--format", "json", &format!("regular/{name}")],
                Stdio::null(),
            )
            .end();
        let pipe = folder.pipe(name);
        let write = |bytes: Vec<u8>| {
            let pipe = pipe.clone();
            std::thread::spawn(move || File::create(pipe).unwrap().write_all(&bytes).unwrap())
        };
        let run = folder.start(&["import", "--format", "json", name], Stdio::null());
        write(bytes.clone()).join().unwrap();
        let ended = run.end();
        assert_eq!(ended.status, Some(0), "{ended:?}");
        let (mut rows, wanted) = (values(&ended), values(&regular));
        rows[0]["file"] = wanted[0]["file"].clone();
        assert_eq!(rows, wanted);

        let run = folder.start(&["export", "--from", name, "--to", "out"], Stdio::null());
        write(bytes).join().unwrap();
        let ended = run.end();
        assert_eq!((ended.status, ended.complaints.len()), (Some(0), 0), "{ended:?}");
        // A pipe whose name is not that of a rollout is exported under the name of its thread.
        let out = match name {
            "p" => format!("{ONE}.jsonl"),
            name => name.trim_end_matches(".zst").to_string(),
        };
        assert_eq!(
            fs::read_to_string(folder.path().join("out").join(out)).unwrap(),
            plain
        );
    }
}

#[test]
fn a_dash_is_standard_input() {
    let folder = Folder::new();
    let text = format!("{}\r\n{}", header(ONE), said("hi", 1));
    let path = folder.write("a.jsonl", &text);
    let open = || Stdio::from(File::open(&path).unwrap());
    let ended = folder.start(&["import", "--format", "json", "-"], open()).end();
    let rows = values(&ended);
    assert_eq!(
        (ended.status, &rows[0]["file"], &rows[0]["items"]),
        (Some(0), &json!("-"), &json!(2))
    );
    let ended = folder
        .start(&["export", "--from", "-", "--to", "out"], open())
        .end();
    assert_eq!(ended.status, Some(0), "{ended:?}");
    let written = fs::read_to_string(folder.path().join(format!("out/{ONE}.jsonl"))).unwrap();
    assert_eq!(written, text);
    let ended = folder
        .start(&["export", ONE, "--from", "-", "--format", "json"], open())
        .end();
    assert_eq!(values(&ended)[0]["rollout_path"], Value::Null);
}

#[test]
fn what_is_done_is_told_before_a_pipe_is_waited_for() {
    let folder = Folder::new();
    folder.write("a.jsonl", header(ONE));
    folder.write("b.jsonl", "not one object");
    folder.write("z.jsonl", header(ONE));
    let pipe = folder.pipe("c.jsonl");
    for format in ["text", "json"] {
        let run = folder.start(
            &[
                "import", "--format", format, "z.jsonl", "c.jsonl", "b.jsonl", "a.jsonl",
            ],
            Stdio::null(),
        );
        let mut lines = vec![run.line()];
        if format == "json" {
            lines.push(run.line());
        }
        // None of this output can appear before the data is there.
        let text = format!("{}\n{}\n", header(ONE), said("late", 1));
        File::create(&pipe).unwrap().write_all(text.as_bytes()).unwrap();
        let ended = run.end();
        lines.extend(ended.lines);
        assert_eq!(ended.status, Some(2));
        if format == "text" {
            assert!(
                lines[1].starts_with("c.jsonl: ") && lines[1].contains("(also in an earlier file)"),
                "{lines:?}"
            );
            assert!(
                lines[2].starts_with("z.jsonl: ") && lines[2].contains("(also in an earlier file)"),
                "{lines:?}"
            );
            assert!(
                lines[3].contains("3 files, 1 failed, 0 skipped, 1 threads"),
                "{lines:?}"
            );
        }
    }
}

/// The items of a thread that come from a pipe are after those of its files, and all of them count for its metadata.
#[test]
fn a_pipe_goes_on_with_a_thread_that_is_there_already() {
    let folder = Folder::new();
    let [one, two, three] =
        ["one", "two", "three"].map(|text| format!("{}\n{}\n", header(ONE), said(text, 1)));
    folder.write("a.jsonl", &one);
    let pipe = folder.pipe("b.jsonl");
    folder.write("c.jsonl", &three);
    let paths = ["a.jsonl", "b.jsonl", "c.jsonl"];
    let run = folder.start(
        &[&["export", ONE, "--format", "json", "--from"], &paths[..]].concat(),
        Stdio::null(),
    );
    File::create(&pipe).unwrap().write_all(two.as_bytes()).unwrap();
    let ended = run.end();
    let thread = &values(&ended)[0];
    let items = thread["history"]["items"].as_array().unwrap().iter();
    let said: Vec<_> = items
        .filter_map(|item| item["payload"]["message"].as_str())
        .collect();
    assert_eq!(said, ["one", "three", "two"]);
    assert_eq!(thread["preview"], "one");
    // The export as files gives the same bytes.
    let run = folder.start(
        &[&["export", "--to", "out", "--from"], &paths[..]].concat(),
        Stdio::null(),
    );
    File::create(&pipe).unwrap().write_all(two.as_bytes()).unwrap();
    assert_eq!(run.end().status, Some(0));
    for (name, text) in paths.iter().zip([&one, &two, &three]) {
        assert_eq!(
            &fs::read_to_string(folder.path().join("out").join(name)).unwrap(),
            text
        );
    }
}

#[test]
fn waiting_for_a_pipe_ends_with_an_interrupt() {
    let folder = Folder::new();
    folder.write("a.jsonl", header(ONE));
    let pipe = folder.pipe("b.jsonl");
    for begun in [false, true] {
        let run = folder.start(&["import", "a.jsonl", "b.jsonl"], Stdio::null());
        run.line();
        let writer = begun.then(|| {
            let mut writer = File::create(&pipe).unwrap();
            writer.write_all(header(OTHER).as_bytes()).unwrap();
            writer
        });
        run.signal(Signal::INT);
        assert_eq!(run.end().status, Some(130));
        drop(writer);
    }
}

#[test]
fn a_state_is_a_regular_file() {
    let folder = Folder::new();
    let pipe = folder.pipe("p.state");
    let (send, opened) = std::sync::mpsc::channel();
    std::thread::spawn(move || send.send(StateFileReader::open(&pipe).map(|_| ()).unwrap_err().to_string()));
    let refused = opened.recv_timeout(std::time::Duration::from_secs(60)).unwrap();
    assert!(refused.contains("a named pipe"), "{refused}");
    let mut terminal = Start::threadloupe(&["--state", "p.state"])
        .folder(folder.path())
        .spawn();
    assert_eq!(terminal.wait_exit().exit_code(), 2);
    assert!(
        terminal
            .text()
            .contains("p.state: this is a named pipe, not a regular file"),
        "{}",
        terminal.text()
    );
}

#[test]
fn the_inspector_reads_a_named_pipe_and_esc_gives_it_up() {
    let folder = Folder::new();
    folder.write("a.jsonl", header(ONE));
    let pipe = folder.pipe("b.jsonl");
    for begun in [false, true] {
        let mut terminal = Start::threadloupe(&["b.jsonl", "a.jsonl"])
            .folder(folder.path())
            .spawn();
        terminal.wait_for("1 thread");
        let writer = begun.then(|| File::create(&pipe).unwrap());
        terminal.type_keys(ESC);
        terminal.wait_for("Stopped importing");
        drop(writer);
        terminal.type_keys(&format!(":import b.jsonl{ENTER}"));
        terminal.wait_for("Importing");
        let text = format!("{}\n", header(OTHER));
        File::create(&pipe).unwrap().write_all(text.as_bytes()).unwrap();
        terminal.wait_for("Imported b.jsonl: 1 thread");
        terminal.type_keys(&ctrl('c'));
        terminal.type_keys("y");
        terminal.wait_exit();
    }
}

#[test]
fn opening_a_scenario_out_of_a_pipe_can_be_stopped() {
    let folder = Folder::new();
    let pipe = folder.pipe("b.jsonl");
    let mut terminal = Start::threadloupe(&["play", "b.jsonl"])
        .folder(folder.path())
        .spawn();
    terminal.wait_for("Opening a scenario");
    terminal.type_keys(ESC);
    terminal.wait_gone("Opening a scenario");
    terminal.type_keys(&format!(":play b.jsonl{ENTER}"));
    terminal.wait_for("Opening a scenario");
    // A stopped reader takes none of this data.
    File::create(&pipe)
        .unwrap()
        .write_all(b"{\"scenario\":\"out of a pipe\"}\n{\"method\":\"calls\"}\n")
        .unwrap();
    terminal.wait_for("out of a pipe");
}

/// Starts the inspector through a shell, which connects its standard input.
fn piped(folder: &Folder, command: &str) -> terminal::Terminal {
    let program = env!("CARGO_BIN_EXE_threadloupe");
    Start::program("bash", &["-c", command])
        .env("LOUPE", program)
        .folder(folder.path())
        .spawn()
}

#[test]
fn the_inspector_reads_standard_input_and_keys_come_from_the_terminal() {
    let folder = Folder::new();
    folder.write(
        "a.jsonl",
        format!("{}\n{}\n", header(ONE), said("out of a pipe", 1)),
    );
    folder.write("b.jsonl", header(OTHER));
    for command in [
        "cat a.jsonl | \"$LOUPE\" -",
        "\"$LOUPE\" - < a.jsonl",
        "\"$LOUPE\" <(cat a.jsonl)",
        "\"$LOUPE\" <(cat a.jsonl) b.jsonl",
    ] {
        let mut terminal = piped(&folder, command);
        terminal.wait_for("out of a pipe");
        terminal.wait_for("Imported");
        // A dash is a file name for a command of the inspector.
        terminal.type_keys(&format!(":import -{ENTER}"));
        terminal.wait_for("No such file");
        assert_eq!(terminal.quit().exit_code(), 0);
    }
}

#[test]
fn standard_input_that_never_ends_holds_up_neither_the_screen_nor_the_end() {
    let folder = Folder::new();
    folder.pipe("silent");
    for input in ["- <> silent", "<(exec cat silent)"] {
        for stopped in [true, false] {
            let mut terminal = piped(&folder, &format!("exec \"$LOUPE\" {input}"));
            terminal.wait_for("Importing");
            if stopped {
                terminal.type_keys(ESC);
                terminal.wait_for("Stopped importing");
                terminal.type_keys("?");
                terminal.wait_for("type to search");
                terminal.type_keys(ESC);
            }
            assert_eq!(terminal.quit().exit_code(), 0);
        }
    }
}

#[test]
fn an_editor_reads_keys_from_the_terminal_even_if_standard_input_is_a_pipe() {
    let folder = Folder::new();
    folder.write(
        "a.jsonl",
        format!("{}\n{}\n", header(ONE), said("out of a pipe", 1)),
    );
    let editor = "sh -c 'test -t 0 && printf \"{\\\"name\\\":\\\"edited\\\"}\" > \"$1\"' sh";
    let mut terminal = Start::program("bash", &["-c", "cat a.jsonl | \"$LOUPE\" -"])
        .env("LOUPE", env!("CARGO_BIN_EXE_threadloupe"))
        .env("EDITOR", editor)
        .folder(folder.path())
        .spawn();
    terminal.wait_for("Imported");
    terminal.type_keys("4E");
    terminal.wait_for("edited");
    terminal.quit();
}

#[test]
fn a_terminal_is_no_rollout() {
    let folder = Folder::new();
    let mut terminal = piped(&folder, "exec \"$LOUPE\" -");
    assert_eq!(terminal.wait_exit().exit_code(), 2);
    assert!(
        terminal.text().contains("standard input is the terminal"),
        "{}",
        terminal.text()
    );
}
