//! What the real program writes, and in which state it leaves the terminal. `tests/inspector/stage.rs` tests every kind of stop
//! and panic.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use crate::support::terminal::{DOWN, END, ENTER, ESC, HOME, PAGE_DOWN, Start, TAB, Terminal, ctrl};
use rustix::process::Signal;

fn started(start: Start) -> Terminal {
    let mut terminal = start.spawn();
    terminal.wait_for("Threads");
    terminal
}

fn demo() -> Start {
    Start::threadloupe(&[]).size(120, 40)
}

/// Opens every pane, many items and the help, then quits.
fn visited(start: Start) -> Terminal {
    let mut terminal = started(start);
    for _ in 0..13 {
        terminal.type_keys(&format!("1{DOWN}2{HOME}{PAGE_DOWN}{END}{ENTER}{ESC}"));
    }
    terminal.type_keys(&format!("3{END}{ENTER}{ESC}4{END}5{END}{TAB}?"));
    terminal.wait_for("Help");
    terminal.type_keys(&format!("{ESC}q"));
    assert!(terminal.wait_exit().success(), "{}", terminal.picture());
    assert!(terminal.is_given_back(), "{}", terminal.picture());
    terminal
}

/// The escape sequences in the output of a program, and the remaining text.
fn sequences(bytes: &[u8]) -> (BTreeSet<String>, String) {
    let text = String::from_utf8(bytes.to_vec()).expect("the output is UTF-8");
    let mut found = BTreeSet::new();
    let mut plain = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find('\u{1b}') {
        plain.push_str(&rest[..at]);
        let sequence = &rest[at + 1..];
        let length = match sequence.as_bytes().first() {
            Some(b'[') => {
                1 + sequence[1..]
                    .find(|c: char| ('@'..='~').contains(&c))
                    .expect("it ends")
                    + 1
            }
            Some(b']') => sequence.find(['\u{7}', '\\']).expect("it ends") + 1,
            _ => 1,
        };
        found.insert(sequence[..length].to_owned());
        rest = &sequence[length..];
    }
    plain.push_str(rest);
    (found, plain)
}

/// Whether a sequence is one of those that draw frames, set up the terminal or restore it.
fn is_ours(sequence: &str) -> bool {
    let modes = ["?1049", "?2004", "?2026", "?25", "8", "?1000", "?1002", "?1006"];
    // The question about the background.
    if sequence == "]11;?\u{7}" {
        return true;
    }
    let Some(body) = sequence.strip_prefix('[') else {
        return false;
    };
    let numbers = |body: &str| {
        body.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b';' || byte == b':')
    };
    match body.split_at(body.len().saturating_sub(1)) {
        (mode, "h" | "l") => modes.contains(&mode),
        (place, "H" | "m") => numbers(place),
        (what, "J") => what == "2",
        // The question that each terminal answers.
        (what, "c") => what.is_empty(),
        // The keyboard protocol of kitty.
        (flags, "u") => flags == ">5" || flags == "<1",
        _ => false,
    }
}

#[test]
fn only_its_own_sequences_reach_the_terminal() {
    let terminal = visited(demo());
    let (found, plain) = sequences(terminal.bytes());
    let foreign: Vec<_> = found.iter().filter(|sequence| !is_ours(sequence)).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
    let hidden: BTreeSet<char> = plain
        .chars()
        .filter(|c| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'))
        .collect();
    assert!(hidden.is_empty(), "{hidden:?}");
    assert!(
        plain.contains('␛'),
        "the demo contains escape sequences, and they are shown"
    );
    // The background, and the question that each terminal answers.
    assert_eq!(terminal.questions(), 2);
}

/// The colours that a program sets, each as the numbers of its sequence.
fn colours(terminal: &Terminal) -> BTreeSet<String> {
    let (found, _) = sequences(terminal.bytes());
    let styles = found
        .iter()
        .filter_map(|sequence| sequence.strip_prefix('[')?.strip_suffix('m'));
    let colour = |style: &str| {
        let first = style
            .split([';', ':'])
            .next()
            .and_then(|number| number.parse::<u8>().ok());
        matches!(first, Some(30..=38 | 40..=48 | 58 | 90..=97 | 100..=107))
    };
    styles.filter(|style| colour(style)).map(str::to_owned).collect()
}

#[test]
fn without_colours_there_are_none() {
    for start in [
        demo().env("NO_COLOR", "1"),
        demo().env("TERM", "vt100"),
        demo().env_remove("TERM"),
    ] {
        let terminal = visited(start);
        assert_eq!(colours(&terminal), BTreeSet::new());
    }
}

#[test]
fn each_terminal_gets_the_colours_that_it_has() {
    let palette = |style: &str| style.contains("38;5;") || style.contains("48;5;");
    let rgb = |style: &str| style.contains("38;2;") || style.contains("48;2;");
    let all = |start| colours(&visited(start));
    let true_colours = all(demo().env("COLORTERM", "truecolor"));
    assert!(true_colours.iter().any(|style| rgb(style)), "{true_colours:?}");
    let indexed = all(demo().env("TERM", "xterm-256color"));
    assert!(
        indexed.iter().any(|style| palette(style)) && !indexed.iter().any(|style| rgb(style)),
        "{indexed:?}"
    );
    // Only the sixteen named colours of the palette.
    let named = all(demo().env("TERM", "xterm"));
    let number = |style: &String| {
        style
            .split(';')
            .nth(2)
            .and_then(|number| number.parse::<u8>().ok())
    };
    assert!(
        !named.is_empty()
            && named
                .iter()
                .all(|style| number(style).is_some_and(|number| number < 16)),
        "{named:?}"
    );
}

#[test]
fn the_terminal_is_given_back_after_signals() {
    for (signal, status) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        let mut terminal = started(demo());
        terminal.signal(signal);
        assert_eq!(terminal.wait_exit().exit_code(), status);
        assert!(terminal.is_given_back(), "{}", terminal.picture());
    }
}

#[test]
fn ctrl_z_goes_back_to_the_shell_from_everywhere_and_fg_comes_back() {
    let mut terminal = Start::program("/bin/sh", &["-i"])
        .env("PS1", "ready> ")
        .size(100, 30)
        .spawn();
    terminal.wait_for("ready>");
    terminal.type_keys(&format!("'{}'{ENTER}", env!("CARGO_BIN_EXE_threadloupe")));
    terminal.wait_for("Threads");
    // In a pane, in a text input, in the help.
    for (keys, seen) in [("", "Threads"), ("4\r", "name"), ("\u{1b}[27u?", "Help")] {
        terminal.type_keys(keys);
        terminal.wait_for(seen);
        terminal.type_keys(&ctrl('z'));
        terminal.wait_until("the shell is back", |screen| !screen.alternate_screen());
        terminal.wait_until("it asks", |screen| {
            screen.contents().trim_end().ends_with("ready>")
        });
        assert!(
            !terminal.screen().hide_cursor() && !terminal.screen().bracketed_paste(),
            "{}",
            terminal.picture()
        );
        terminal.type_keys(&format!("fg{ENTER}"));
        terminal.wait_until("the screen is back", |screen| {
            screen.alternate_screen() && screen.contents().contains(seen)
        });
    }
    terminal.type_keys(&format!("{ESC}{ESC}q"));
    terminal.wait_until("the shell is back", |screen| {
        screen.contents().trim_end().ends_with("ready>")
    });
}

#[test]
fn no_size_is_too_small_or_too_large() {
    let mut terminal = started(demo());
    for (columns, rows) in [
        (1, 1),
        (2, 1),
        (1, 50),
        (19, 5),
        (20, 4),
        (20, 5),
        (30, 8),
        (500, 200),
        (60, 20),
        (120, 40),
    ] {
        let before = terminal.frames();
        terminal.resize(columns, rows);
        terminal.wait_frame_after(before);
        let middle = terminal.row(rows / 2);
        assert!(
            !middle.trim().is_empty(),
            "nothing at {columns}x{rows}: {}",
            terminal.picture()
        );
    }
    terminal.wait_for("Threads");
    terminal.type_keys("q");
    assert!(terminal.wait_exit().success());
}

#[test]
fn without_a_terminal_there_is_one_sentence_and_status_2() {
    let output = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .stdin(Stdio::null())
        .output()
        .expect("it starts");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("not a terminal") && said.contains("threadloupe run"),
        "{said}"
    );
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
}
