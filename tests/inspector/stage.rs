//! The terminal is restored in every case: a small interface on the real driver and the real session, on a
//! pseudo-terminal. The interface is in this file; the tests start this test binary again to run it as a process.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a failed test panics, and one panics on purpose"
)]

use std::process::Command;
use std::time::Duration;

use crate::support::terminal::{ENTER, Start, Terminal, ctrl};
use crossterm::event::{Event, KeyCode, KeyModifiers};
use ratatui::text::{Line, Text};
use ratatui::widgets::Widget as _;
use rustix::process::Signal;
use threadloupe::inspector::internals::event_loop::{self, App, Canvas, Effect, Handler, Mailbox};
use threadloupe::inspector::internals::terminal::{Modes, TerminalSession};

/// Set in the process that runs the interface.
const ON_STAGE: &str = "THREADLOUPE_TEST_ON_STAGE";

/// The number of words in a long text for the clipboard: 16 MB.
const LOUPES: usize = 3 << 20;

/// The process ends or stops within this time, whatever its terminal does.
const SOON: Duration = Duration::from_secs(2);

/// Shows the last events, newest first, and their number.
#[derive(Default)]
struct Small {
    events: Vec<String>,
}

impl App for Small {
    type Msg = Event;
    type Call = ();

    fn event(&self, event: Event) -> Option<Event> {
        Some(event)
    }

    fn update(&mut self, event: Event) -> Vec<Effect<()>> {
        self.events.push(match &event {
            Event::Key(key) => format!("key {}", key.code),
            Event::Paste(text) => format!("paste {text:?}"),
            Event::Resize(columns, rows) => format!("size {columns}x{rows}"),
            other => format!("{other:?}"),
        });
        let Event::Key(key) = event else { return Vec::new() };
        match (key.code, key.modifiers) {
            (KeyCode::Char('z'), KeyModifiers::CONTROL) => vec![Effect::Suspend],
            (KeyCode::Char('q'), _) => vec![Effect::Quit],
            (KeyCode::Char('e'), _) => vec![Effect::Outside(())],
            (KeyCode::Char('t'), _) => vec![Effect::Run(())],
            (KeyCode::Char('y'), _) => vec![Effect::Copy("loupe".into())],
            (KeyCode::Char('Y'), _) => vec![Effect::Copy("loupe".repeat(LOUPES))],
            (KeyCode::Char('p'), _) => panic!("the interface is broken"),
            _ => Vec::new(),
        }
    }

    fn draw(&self, canvas: &mut Canvas) {
        let lines = self.events.iter().rev().map(|event| Line::raw(event.as_str()));
        let title = Line::raw(format!("small: {} events", self.events.len()));
        canvas.draw_all(|buffer| {
            Text::from_iter(std::iter::once(title).chain(lines)).render(buffer.area, buffer);
            if self.events.last().is_some_and(|event| event == "key x") {
                // A pane that writes an escape character.
                buffer[(0, 0)].set_symbol("\u{1b}");
            }
        });
    }
}

struct Child;

impl Handler<Small> for Child {
    fn run(&mut self, (): (), _: &Mailbox<Event>) {
        tokio::spawn(async { panic!("a task is broken") });
    }

    fn outside(&mut self, (): ()) -> Option<Event> {
        let script = "echo child has the terminal; $STOP; read -r word; echo \"child read $word\"";
        let status = Command::new("/bin/sh")
            .args(["-c", script])
            .status()
            .expect("there is a shell");
        Some(Event::Paste(format!("child ended with {status}")))
    }
}

/// Not a test: the process that the tests start.
#[test]
fn the_interface() {
    if std::env::var_os(ON_STAGE).is_none() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let ended = runtime.block_on(async {
        let mut stage = TerminalSession::start(tokio::runtime::Handle::current(), Modes::default())?;
        let mut app = Small::default();
        event_loop::run(&mut app, &mut Child, &mut stage, event_loop::mailbox(8)).await
    });
    match ended {
        Ok(ended) => std::process::exit(ended.status().into()),
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(2);
        }
    }
}

const ARGS: [&str; 4] = [
    "stage::the_interface",
    "--exact",
    "--nocapture",
    "--test-threads=1",
];

fn this() -> String {
    std::env::current_exe()
        .expect("a test is a program")
        .to_str()
        .expect("a path of letters")
        .to_owned()
}

fn interface() -> Terminal {
    let mut terminal = Start::program(&this(), &ARGS)
        .env(ON_STAGE, "1")
        .size(60, 8)
        .spawn();
    terminal.wait_for("small: 1 events\nsize 60x8");
    assert!(is_taken(&terminal), "{}", terminal.picture());
    terminal
}

/// The interface, started from a shell with job control.
fn interface_in_a_shell() -> Terminal {
    let shell = Start::program("/bin/sh", &["-i"])
        .env(ON_STAGE, "1")
        .env("PS1", "ready> ");
    // As editors do on Ctrl+Z: they stop the whole job.
    let mut terminal = shell.env("STOP", "kill -TSTP 0").size(70, 12).spawn();
    terminal.wait_for("ready>");
    terminal.type_keys(&format!("'{}' {}{ENTER}", this(), ARGS.join(" ")));
    terminal.wait_for("small: 1 events\nsize 70x12");
    terminal
}

fn is_taken(terminal: &Terminal) -> bool {
    let screen = terminal.screen();
    screen.alternate_screen() && screen.bracketed_paste() && screen.hide_cursor() && terminal.is_raw()
}

#[test]
fn after_quitting() {
    let mut terminal = interface();
    terminal.type_keys("q");
    assert_eq!(terminal.wait_exit().exit_code(), 0);
    assert!(terminal.is_given_back(), "{}", terminal.picture());
    assert!(!terminal.text().contains("small"), "{}", terminal.picture());
    assert_eq!(terminal.questions(), 0);
}

#[test]
fn after_a_panic_whose_message_is_readable() {
    for (key, message) in [("p", "the interface is broken"), ("t", "a task is broken")] {
        let mut terminal = interface();
        terminal.type_keys(key);
        assert_eq!(terminal.wait_exit().exit_code(), 101);
        assert!(terminal.is_given_back(), "{}", terminal.picture());
        assert!(
            String::from_utf8_lossy(terminal.bytes()).contains(message),
            "{}",
            terminal.picture()
        );
        assert!(!terminal.text().contains("small:"), "{}", terminal.picture());
    }
}

#[test]
fn after_a_signal_that_ends() {
    for (signal, status) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let mut terminal = interface();
        terminal.signal(signal);
        assert_eq!(terminal.wait_exit().exit_code(), status);
        assert!(terminal.is_given_back(), "{}", terminal.picture());
    }
}

#[test]
fn around_a_stop_and_a_continuation() {
    let mut terminal = interface();
    for stop in [true, false] {
        if stop {
            terminal.type_keys(&ctrl('z'));
        } else {
            terminal.signal(Signal::TSTP);
        }
        terminal.wait_stopped();
        terminal.wait_until("the terminal is given back", |screen| !screen.alternate_screen());
        assert!(terminal.is_given_back(), "{}", terminal.picture());
        terminal.signal(Signal::CONT);
        terminal.wait_for("size 60x8");
        assert!(is_taken(&terminal), "{}", terminal.picture());
    }
    terminal.type_keys("q");
    assert!(terminal.wait_exit().success());
}

#[test]
fn around_a_stop_by_somebody_else() {
    let mut terminal = interface();
    terminal.type_keys("a");
    terminal.wait_for("small: 2 events\nkey a");
    terminal.signal(Signal::STOP);
    terminal.wait_stopped();
    terminal.signal(Signal::CONT);
    terminal.wait_for("small: 3 events\nsize 60x8");
    terminal.type_keys("q");
    assert!(terminal.wait_exit().success());
    assert!(terminal.is_given_back(), "{}", terminal.picture());
}

#[test]
fn around_ctrl_z_and_fg_in_a_shell() {
    let mut terminal = interface_in_a_shell();
    terminal.type_keys(&ctrl('z'));
    terminal.wait_until("the shell is back", |screen| {
        !screen.alternate_screen() && screen.contents().trim_end().ends_with("ready>")
    });
    terminal.resize(64, 10);
    terminal.type_keys(&format!("echo $((6 * 7)){ENTER}"));
    terminal.wait_for("42");
    assert!(
        terminal.is_given_back() || terminal.is_raw(),
        "the shell may edit lines itself: {}",
        terminal.picture()
    );
    terminal.type_keys(&format!("fg{ENTER}"));
    terminal.wait_for("events\nsize 64x10");
    assert!(is_taken(&terminal), "{}", terminal.picture());
    terminal.type_keys("q");
    terminal.wait_until("the shell is back", |screen| {
        !screen.alternate_screen() && screen.contents().trim_end().ends_with("ready>")
    });
}

#[test]
fn around_a_child_program_also_when_that_is_stopped() {
    let mut terminal = interface_in_a_shell();
    terminal.type_keys("e");
    terminal.wait_for("child has the terminal");
    terminal.wait_until("the shell is back", |screen| {
        screen.contents().trim_end().ends_with("ready>")
    });
    terminal.type_keys(&format!("fg{ENTER}"));
    terminal.type_keys(&format!("loupe{ENTER}"));
    terminal.wait_for("child ended with exit status: 0");
    assert!(is_taken(&terminal), "{}", terminal.picture());
    terminal.type_keys("a");
    terminal.wait_for("key a");
    terminal.type_keys("q");
    terminal.wait_until("the shell is back", |screen| {
        screen.contents().trim_end().ends_with("ready>")
    });
    assert!(
        terminal.text().contains("child read loupe"),
        "{}",
        terminal.picture()
    );
}

#[test]
fn after_a_panic_while_the_terminal_takes_nothing() {
    for key in ["p", "t"] {
        let mut terminal = interface();
        terminal.stall();
        terminal.type_keys(key);
        assert_eq!(terminal.wait_ended_within(SOON).exit_code(), 101);
        terminal.read_again();
        terminal.wait_exit();
        assert!(terminal.is_given_back(), "{}", terminal.picture());
    }
}

#[test]
fn around_a_stop_while_the_terminal_takes_nothing() {
    let mut terminal = interface();
    terminal.stall();
    terminal.type_keys(&ctrl('z'));
    terminal.wait_stopped();
    terminal.read_again();
    terminal.wait_until("the terminal is given back", |screen| !screen.alternate_screen());
    assert!(terminal.is_given_back(), "{}", terminal.picture());
    terminal.signal(Signal::CONT);
    terminal.wait_for("size 60x8");
    terminal.type_keys("a");
    terminal.wait_for("key a");
    // It is stopped while nobody reads.
    terminal.stall();
    terminal.type_keys(&ctrl('z'));
    terminal.wait_stopped();
    terminal.signal(Signal::CONT);
    terminal.type_keys("b");
    terminal.read_again();
    terminal.wait_for("key b");
    assert!(is_taken(&terminal), "{}", terminal.picture());
    terminal.type_keys("q");
    assert!(terminal.wait_exit().success());
    assert!(terminal.is_given_back(), "{}", terminal.picture());
}

#[test]
fn around_a_child_program_while_the_terminal_takes_nothing() {
    let mut terminal = interface();
    terminal.stall();
    terminal.type_keys("e");
    terminal.read_again();
    terminal.wait_for("child has the terminal");
    assert!(!terminal.screen().alternate_screen(), "{}", terminal.picture());
    terminal.type_keys(&format!("loupe{ENTER}"));
    terminal.wait_for("child ended with exit status: 0");
    assert!(is_taken(&terminal), "{}", terminal.picture());
    terminal.type_keys("q");
    assert!(terminal.wait_exit().success());
}

#[test]
fn signals_end_the_process_while_a_child_program_has_the_terminal() {
    for (signal, status) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        let mut terminal = interface();
        terminal.type_keys("e");
        terminal.wait_for("child has the terminal");
        terminal.signal(signal);
        assert_eq!(terminal.wait_ended_within(SOON).exit_code(), status);
        terminal.type_keys(&format!("end{ENTER}"));
        terminal.wait_exit();
        assert!(terminal.is_given_back(), "{}", terminal.picture());
    }
}

#[test]
fn a_paste_is_one_event_and_a_resize_is_seen() {
    let mut terminal = interface();
    terminal.paste("two\rlines");
    terminal.wait_for(r#"paste "two\rlines""#);
    terminal.resize(1, 1);
    terminal.wait_until("one cell is drawn", |screen| screen.contents() == "s");
    terminal.resize(80, 3);
    terminal.wait_for("events\nsize 80x3");
    terminal.type_keys("q");
    assert!(terminal.wait_exit().success());
}

#[test]
fn a_copy_goes_to_the_clipboard_and_escapes_go_nowhere() {
    let mut terminal = interface();
    terminal.type_keys("yx");
    terminal.wait_for("␛mall: 3 events");
    terminal.wait_clipboard("it was copied", |copied| copied == b"bG91cGU=");
    terminal.type_keys("q");
    assert!(terminal.wait_exit().success());
}

#[test]
fn a_long_copy_keeps_nobody_from_working_or_leaving() {
    let mut terminal = interface();
    terminal.type_keys("Yab");
    terminal.wait_for("small: 4 events\nkey b");
    let length = (LOUPES * "loupe".len()).div_ceil(3) * 4;
    terminal.wait_clipboard("all of it was copied", |copied| copied.len() == length);
    terminal.type_keys("Y");
    terminal.wait_bytes(1 << 20);
    terminal.type_keys("Yy");
    terminal.wait_clipboard("the last copy stays", |copied| copied == b"bG91cGU=");
    terminal.wait_for("small: 7 events\nkey y");
    // The program quits with more text to copy.
    terminal.type_keys("Y");
    terminal.wait_bytes(1 << 20);
    terminal.type_keys("q");
    assert_eq!(terminal.wait_ended_within(SOON).exit_code(), 0);
    terminal.wait_exit();
    assert!(terminal.is_given_back(), "{}", terminal.picture());
}

#[test]
fn a_long_copy_that_nobody_takes_keeps_nobody_from_leaving() {
    for (keys, status) in [("YYYq", 0), ("YYY", 143)] {
        let mut terminal = interface();
        terminal.stall();
        terminal.type_keys(keys);
        if status != 0 {
            terminal.signal(Signal::TERM);
        }
        assert_eq!(terminal.wait_ended_within(SOON).exit_code(), status);
        terminal.read_again();
        terminal.wait_exit();
        assert!(terminal.is_given_back(), "{}", terminal.picture());
    }
}

#[test]
fn without_a_terminal_there_is_a_sentence() {
    let output = Command::new(this())
        .args(ARGS)
        .env(ON_STAGE, "1")
        .output()
        .expect("it starts");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("standard output is not a terminal") && said.contains("threadloupe run"),
        "{said}"
    );
}
