//! What the inspector is opened on: a path that cannot be opened is refused before the screen opens, with a similar one
//! if there is one, and `--home` opens the home folder of Codex.

use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

use crate::support::rollouts::{Folder, ONE, header, said};
use crate::support::terminal::{Start, Terminal};

/// The output of a program that does not open the screen: its exit status is 2.
fn refused(folder: &Folder, arguments: &[&str]) -> String {
    let mut terminal = Start::threadloupe(arguments)
        .size(200, 24)
        .env("CODEX_HOME", "")
        .env("HOME", folder.path().to_str().unwrap())
        .folder(folder.path())
        .spawn();
    assert_eq!(terminal.wait_exit().exit_code(), 2, "{}", terminal.picture());
    assert!(!terminal.bytes().contains(&0x1b), "{}", terminal.picture());
    terminal.text().trim_end().to_owned()
}

#[test]
fn a_path_that_does_not_exist_is_refused_before_the_screen() {
    let folder = Folder::new();
    folder.write("good.jsonl", header(ONE));
    folder.write("sessions/rollout-1.jsonl", header(ONE));
    symlink("gone.jsonl", folder.path().join("link.jsonl")).unwrap();
    symlink("round", folder.path().join("round")).unwrap();
    let missing = "cannot open this path (No such file or directory); check the path";
    let suggested = |path: &str| format!("there is no such file or folder; did you mean {path}?");
    for (arguments, sentence) in [
        (&["nope.jsonl"][..], format!("nope.jsonl: {missing}")),
        (&["good.jsonl", "nope.jsonl"], format!("nope.jsonl: {missing}")),
        (&["link.jsonl"], "link.jsonl: this is a link to a file that does not exist; use the path of a file".to_owned()),
        (&["round"], "round: cannot open this path (Too many levels of symbolic links); its links form a loop: replace the link, or use the path of a file".to_owned()),
        (&["god.jsonl"], format!("god.jsonl: {}", suggested("good.jsonl"))),
        (&["good.json"], format!("good.json: {}", suggested("good.jsonl"))),
        (&["sesions"], format!("sesions: {}", suggested("sessions"))),
        (
            &["./sesions/rollout-1.jsonl"],
            format!(
                "./sesions/rollout-1.jsonl: {}",
                suggested("./sessions/rollout-1.jsonl")
            ),
        ),
        (
            &["improt", "x"],
            "improt: there is no such command or file; did you mean import?".to_owned(),
        ),
        (
            &["exprot", "--all", "--from", "good.jsonl"],
            "exprot: there is no such command or file; did you mean export?".to_owned(),
        ),
    ] {
        assert_eq!(refused(&folder, arguments), sentence, "{arguments:?}");
    }
}

#[test]
fn a_file_of_another_format_is_refused_before_the_screen() {
    let folder = Folder::new();
    folder.write("good.jsonl", header(ONE));
    folder.write("s.jsonl", "{\"scenario\":\"s\"}\n");
    folder.write("whole", "{\"threadloupe_state\":1,\"clock\":null}\n");
    let _socket = UnixListener::bind(folder.path().join("socket")).unwrap();
    for (arguments, sentence) in [
        (
            &["s.jsonl"][..],
            "s.jsonl: this is a scenario: play it with `threadloupe play FILE`",
        ),
        (
            &["good.jsonl", "whole"],
            "whole: this is a state file: open it with `threadloupe --state FILE`",
        ),
        (&["socket"], "socket: this is a socket, not a regular file"),
        (
            &["--state", "good.jsonl"],
            "good.jsonl:1: this is a rollout file: open it with `threadloupe FILE`",
        ),
        (&["--state", "s.jsonl"], "s.jsonl:1: this is a scenario"),
    ] {
        let text = refused(&folder, arguments);
        assert!(text.starts_with(sentence), "{text}");
    }
}

#[test]
fn the_home_folder_of_codex_is_opened() {
    let folder = Folder::new();
    let no_home = "--home: there is no folder ~/.codex";
    assert!(refused(&folder, &["--home"]).starts_with(no_home));
    folder.write(
        ".codex/sessions/a.jsonl",
        format!("{}\n{}\n", header(ONE), said("of home", 1)),
    );
    folder.write(
        "other/sessions/a.jsonl",
        format!("{}\n{}\n", header(ONE), said("of CODEX_HOME", 1)),
    );
    let open = |home: &str| {
        Start::threadloupe(&["--home"])
            .env("HOME", folder.path().to_str().unwrap())
            .env("CODEX_HOME", home)
            .folder(folder.path())
    };
    for (home, text) in [("", "of home"), ("other", "of CODEX_HOME")] {
        let mut terminal = open(home).spawn();
        terminal.wait_for(text);
        assert_eq!(terminal.quit().exit_code(), 0);
    }
    let mut terminal = open("none").size(200, 24).spawn();
    assert_eq!(terminal.wait_exit().exit_code(), 2);
    assert!(
        terminal
            .text()
            .starts_with("--home: CODEX_HOME is none, which is not a folder")
    );
}

/// The demo at 120x36 with this state folder.
fn demo(state: &Folder, arguments: &[&str]) -> Terminal {
    let mut terminal = Start::threadloupe(arguments)
        .size(120, 36)
        .env("XDG_STATE_HOME", state.path().to_str().unwrap())
        .spawn();
    terminal.wait_for("Threads 13");
    terminal
}

#[test]
fn the_arrangement_of_the_panes_is_there_in_the_next_run() {
    let state = Folder::new();
    let tabs_of_reading = "2 History  3 Metadata  4 Patch  5 Calls  6 Journal";
    let mut first = demo(&state, &[]);
    first.type_keys("7");
    first.wait_for(tabs_of_reading);
    first.type_keys("q");
    assert_eq!(first.wait_exit().exit_code(), 0);
    let mut second = demo(&state, &[]);
    second.wait_for(tabs_of_reading);
    let mut plain = demo(&state, &["--no-settings"]);
    plain.wait_for("4 Patch  6 Journal");
    plain.type_keys("8q");
    assert_eq!(plain.wait_exit().exit_code(), 0);
    // A file that cannot be read is kept, and the program says so.
    let path = state.path().join("threadloupe/settings.json");
    let saved = std::fs::read_to_string(&path).unwrap();
    assert!(saved.contains(r#""other": "read""#), "{saved}");
    let damaged = &saved[..saved.len() / 2];
    std::fs::write(&path, damaged).unwrap();
    let mut third = demo(&state, &[]);
    third.wait_for("are damaged");
    third.type_keys("7q");
    assert_eq!(third.wait_exit().exit_code(), 0);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), damaged);
}
