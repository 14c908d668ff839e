//! Input that is not a key has no effect, whole or byte by byte, and the next key works. Also tests pastes without an
//! end, Alt, and a terminal that disappears, all on a pseudo-terminal.
//!
//! A small interface shows each event; the tests start this test binary again to run it as a process. What a user sees
//! is tested with the real program.

use std::io::Read;
use std::sync::mpsc::channel;
use std::time::Duration;

use crate::support::terminal::{BACKSPACE, ENTER, ESC, LEFT, Start, Terminal, UP, ctrl};
use crossterm::event::Event;
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use ratatui::text::{Line, Text};
use ratatui::widgets::Widget as _;
use rustix::process::Signal;
use threadloupe::inspector::internals::event_loop::{
    self, App, Canvas, Effect, Handler, Mailbox, PasteNotice,
};
use threadloupe::inspector::internals::terminal::{Modes, TerminalSession};

/// Set in the process that runs the interface.
const ON_STAGE: &str = "THREADLOUPE_TEST_ON_STAGE";

/// Shows the number of events and the last one; ends with `q`.
#[derive(Default)]
struct Last {
    count: usize,
    event: String,
}

impl App for Last {
    type Msg = String;
    type Call = ();

    fn event(&self, event: Event) -> Option<String> {
        match event {
            Event::Key(key) if key.modifiers.is_empty() => Some(format!("{}", key.code)),
            Event::Key(key) => Some(format!("{:?} {}", key.modifiers, key.code)),
            Event::Resize(..) => None,
            Event::Mouse(mouse) => Some(format!("{:?} {},{}", mouse.kind, mouse.column, mouse.row)),
            other => Some(format!("{other:?}")),
        }
    }

    fn paste_notice(&self, notice: PasteNotice) -> Option<String> {
        Some(notice.to_string())
    }

    fn update(&mut self, event: String) -> Vec<Effect<()>> {
        self.count += 1;
        let is_quit = event == "q";
        self.event = event;
        if is_quit { vec![Effect::Quit] } else { Vec::new() }
    }

    fn draw(&self, canvas: &mut Canvas) {
        let lines = [
            Line::raw(format!("{} events", self.count)),
            Line::raw(format!("<{}>", self.event)),
        ];
        canvas.draw_all(|buffer| Text::from_iter(lines).render(buffer.area, buffer));
    }
}

struct Nothing;

impl Handler<Last> for Nothing {
    fn run(&mut self, (): (), _: &Mailbox<String>) {}

    fn outside(&mut self, (): ()) -> Option<String> {
        None
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
        event_loop::run(
            &mut Last::default(),
            &mut Nothing,
            &mut stage,
            event_loop::mailbox(8),
        )
        .await
    });
    std::process::exit(ended.map_or(2, |ended| ended.status().into()));
}

const ARGS: [&str; 4] = [
    "input::the_interface",
    "--exact",
    "--nocapture",
    "--test-threads=1",
];

/// Starts the small interface, which waits this many milliseconds after an ESC.
fn interface(escdelay: &str) -> Terminal {
    let this = std::env::current_exe().expect("a test is a program");
    let mut terminal = Start::program(this.to_str().expect("a path of letters"), &ARGS)
        .env(ON_STAGE, "1")
        .env("ESCDELAY", escdelay)
        .size(120, 4)
        .spawn();
    terminal.wait_for("0 events");
    terminal
}

fn leave(mut terminal: Terminal) {
    terminal.type_keys("q");
    assert!(terminal.wait_exit().success(), "{}", terminal.picture());
    assert!(terminal.is_given_back(), "{}", terminal.picture());
}

/// All input that is not a key, including the mouse, each sequence complete.
fn forms() -> Vec<Vec<u8>> {
    let reports = [
        "\x1b[?997;1n",
        "\x1b[?2026;2$y",
        "\x1b]11;rgb:1e1e/1e1e/2e2e\x07",
        "\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\",
        "\x1bP>|tmux 3.3a\x1b\\",
        "\x1bP1+r524742=38\x1b\\",
        "\x1b[>0;276;0c",
        "\x1b[?62;22c",
        "\x1b[?5u",
        "\x1b[12;40R",
        "\x1b_Gi=31;OK\x1b\\",
        "\x1b[I",
        "\x1b[8;24;80t",
        "\x1b[<0;10M",
        "\x1b[<0;0;20m",
        "\x1b[M !!",
        "\x1b[0;10;20M",
        "\x1b]11;rgb:\x1b[?997;1n",
        "\x1bPq\x1b]0;\x1b_a\x1b\\",
    ];
    let mut forms: Vec<Vec<u8>> = reports.map(|text| text.as_bytes().to_vec()).into();
    // CSI, OSC, DCS, APC, PM and SOS in each of their three forms.
    let introducers = |letter: u8| {
        let control = letter + 0x40;
        [vec![0x1b, letter], vec![control], vec![0xc2, control]]
    };
    for last in b'@'..=b'~' {
        for (begin, body) in introducers(b'[').iter().zip(["?1;2$", ">", "=0 "]) {
            forms.push([begin, body.as_bytes(), &[last]].concat());
        }
    }
    for letter in *b"]P_^X" {
        for begin in introducers(letter) {
            for end in [&b"\x07"[..], b"\x1b\\", b"\x9c", b"\xc2\x9c", b"\x18", b"\x1a"] {
                forms.push([&begin[..], "q: Üj\"".as_bytes(), end].concat());
            }
        }
    }
    for control in (0x80..=0x9f).filter(|control| !b"\x8f\x90\x98\x9b\x9d\x9e\x9f".contains(control)) {
        forms.push(vec![control]);
        forms.push(vec![0xc2, control]);
    }
    forms
}

/// Types each sequence and then a key, and checks that the key is the only event.
fn hold_forms(terminal: &mut Terminal, mut type_form: impl FnMut(&mut Terminal, &[u8])) {
    for (form, key) in forms().iter().zip(('a'..='p').cycle()) {
        let before = count(terminal);
        type_form(terminal, form);
        terminal.type_keys(key.encode_utf8(&mut [0; 4]));
        terminal.wait_until(
            &format!("{key} arrives behind {}", form.escape_ascii()),
            |screen| screen.contents().contains(&format!("<{key}>")),
        );
        assert_eq!(
            count(terminal),
            before + 1,
            "{}: {}",
            form.escape_ascii(),
            terminal.picture()
        );
    }
}

fn count(terminal: &Terminal) -> usize {
    let number = terminal
        .row(0)
        .split(' ')
        .next()
        .and_then(|word| word.parse().ok());
    number.unwrap_or_else(|| panic!("no count: {}", terminal.picture()))
}

#[test]
fn what_is_no_key_does_nothing_and_the_next_key_works() {
    let mut terminal = interface("60000");
    hold_forms(&mut terminal, |terminal, form| terminal.type_bytes(form));
    leave(terminal);
}

#[test]
fn what_is_no_key_does_nothing_when_it_comes_byte_by_byte() {
    let mut terminal = interface("60000");
    hold_forms(&mut terminal, |terminal, form| {
        for byte in form {
            terminal.type_byte_alone(*byte);
        }
    });
    leave(terminal);
}

#[test]
fn a_key_that_is_sent_as_a_beginning_is_taken_after_a_pause() {
    let mut terminal = interface("20");
    terminal.type_keys("\x1b");
    terminal.wait_for("1 events\n<Esc>");
    terminal.type_keys("\x1b");
    terminal.wait_for("2 events\n<Esc>");
    // The next key is not part of the ESC.
    terminal.type_keys("[");
    terminal.wait_for("3 events\n<[>");
    // A sequence without an end gives the keyboard back, each time.
    for (index, begun) in ["\x1b]11;rgb", "\x1b[?99", "\x1b[M "].into_iter().enumerate() {
        terminal.type_keys(begun);
        let key = char::from(b'a' + u8::try_from(index).unwrap_or(0));
        let seen = format!("<{key}>");
        // A user tries again.
        for _ in 0..20 {
            terminal.type_keys(key.encode_utf8(&mut [0; 4]));
            if terminal.is_seen_within(&seen, Duration::from_millis(600)) {
                break;
            }
        }
        terminal.wait_for(&seen);
    }
    leave(terminal);
}

#[test]
fn a_program_that_comes_late_to_look_takes_no_key_apart() {
    let mut terminal = interface("1000");
    terminal.type_byte_alone(0x1b);
    terminal.signal(Signal::STOP);
    terminal.wait_stopped();
    terminal.type_keys("[A");
    // Longer than the wait after an ESC.
    let is_esc = terminal.is_seen_within("<Esc>", Duration::from_millis(1200));
    terminal.signal(Signal::CONT);
    assert!(!is_esc, "{}", terminal.picture());
    terminal.wait_for("1 events\n<Up>");
    leave(terminal);
}

#[test]
fn keys_are_themselves_with_alt_and_in_every_protocol() {
    let mut terminal = interface("60000");
    for (keys, seen) in [
        ("\x1bq", "<KeyModifiers(ALT) q>"),
        ("\x1b\x1b[A", "<KeyModifiers(ALT) Up>"),
        ("\x1b[113;3u", "<KeyModifiers(ALT) q>"),
        (UP, "<Up>"),
        ("\x1bOA", "<Up>"),
        (LEFT, "<Left>"),
        ("\x1b[27u", "<Esc>"),
        ("\x1b[1089::99;5u", "<KeyModifiers(CONTROL) c>"),
        ("\x1b[27;5;99~", "<KeyModifiers(CONTROL) c>"),
        (BACKSPACE, "<Backspace>"),
        (ENTER, "<Enter>"),
        ("漢", "<漢>"),
    ] {
        let before = count(&terminal);
        terminal.type_keys(keys);
        terminal.wait_for(&format!("{} events", before + 1));
        terminal.wait_for(seen);
    }
    leave(terminal);
}

#[test]
fn a_paste_that_does_not_end_says_how_to_end_it() {
    let mut terminal = Start::threadloupe(&[]).size(120, 40).spawn();
    terminal.wait_for("Threads");
    terminal.type_keys("\x1b[200~hello");
    terminal.wait_for("A paste has not ended: press Ctrl+C to end it");
    terminal.type_keys("q?");
    terminal.type_keys(&ctrl('c'));
    terminal.wait_for("The paste has ended");
    assert!(!terminal.text().contains("Help"), "{}", terminal.picture());
    terminal.type_keys("?");
    terminal.wait_for("Help");
    terminal.type_keys(ESC);
    terminal.wait_gone("Help");
    // In a text input it is text.
    terminal.type_keys("/");
    terminal.type_keys("\x1b[200~retry");
    terminal.wait_for("A paste has not ended");
    terminal.type_keys("\x1b[99;5u");
    terminal.wait_for("The paste has ended");
    terminal.type_keys("s");
    terminal.wait_for("/retrys");
    terminal.type_keys(ESC);
    leave(terminal);
}

#[test]
fn a_paste_beyond_the_limit_is_cut_with_a_sentence() {
    let mut terminal = Start::threadloupe(&[]).size(120, 40).spawn();
    terminal.wait_for("Threads");
    let mebibyte = "q".repeat(1 << 20);
    terminal.type_keys("\x1b[200~");
    for _ in 0..17 {
        terminal.type_keys(&mebibyte);
    }
    terminal.type_keys("\x1b[201~");
    terminal.wait_for("The paste exceeded 16 MiB and was truncated.");
    terminal.type_keys("?");
    terminal.wait_for("Help");
    terminal.type_keys(ESC);
    leave(terminal);
}

#[test]
fn replies_and_alt_reach_no_command() {
    let mut terminal = Start::threadloupe(&[]).size(120, 40).spawn();
    terminal.wait_for("Threads");
    // The hint of the first run goes away after a few keys.
    terminal.type_keys("111");
    terminal.wait_gone("threadloupe tutor");
    let before = terminal.text();
    for keys in [
        "\x1b[?997;1n",
        "\x1b[?2026;2$y",
        "\x1b]11;rgb:1e1e/1e1e/2e2e\x07",
        "\x1bP>|tmux 3.3a\x1b\\",
        "\x1bq",
        "\x1b\x1b[A",
        "\x1b[113;3u",
        "\x1b[113;9u",
    ] {
        terminal.type_keys(keys);
        // Opens and closes the help, so that the screen is drawn again.
        terminal.type_keys("?");
        terminal.wait_for("Help");
        terminal.type_keys(ESC);
        terminal.wait_gone("Help");
        assert_eq!(terminal.text(), before, "{}", keys.escape_debug());
    }
    leave(terminal);
}

/// The program has no controlling terminal, so no signal reports that the terminal is gone.
#[test]
fn a_terminal_that_vanishes_ends_the_program() {
    let size = PtySize {
        rows: 24,
        cols: 80,
        ..PtySize::default()
    };
    let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_threadloupe"));
    command.env("TERM", "xterm-256color");
    command.set_controlling_tty(false);
    let mut child = pair.slave.spawn_command(command).expect("the program starts");
    let mut killer = child.clone_killer();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().expect("its output can be read");
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    while !String::from_utf8_lossy(&seen).contains("Threads") {
        let length = reader.read(&mut buffer).expect("the program draws");
        seen.extend_from_slice(&buffer[..length]);
    }
    drop(reader);
    drop(pair.master);
    let (sender, ended) = channel();
    std::thread::spawn(move || sender.send(child.wait()));
    let status = ended.recv_timeout(Duration::from_secs(30));
    // Ends the process if it is still running.
    let _ = killer.kill();
    let status = status.expect("it ends").expect("the program can be waited for");
    assert_eq!(status.exit_code(), 129);
}
