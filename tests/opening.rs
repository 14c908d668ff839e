//! What the inspector is opened on: a path that cannot be opened is refused before the screen opens, with a similar one
//! if there is one, and `--home` opens the home folder of Codex.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

#[path = "support/rollouts.rs"]
mod rollouts;
#[path = "support/terminal.rs"]
mod terminal;

use rollouts::{Folder, ONE, header, said};
use terminal::Start;

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
