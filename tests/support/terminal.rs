//! A pseudo-terminal with an emulator: starts the real program as a user's terminal would, types, and waits for its
//! output. Nothing sleeps: a wait ends as soon as the program has written the expected output. If that takes too long,
//! the test fails with a picture of the screen.

#![allow(dead_code, reason = "each test uses only a part of this module")]
#![allow(clippy::expect_used, clippy::panic, reason = "a failed test panics")]

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{ChildKiller, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use tempfile::TempDir;

/// The time after which a wait fails, even on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The key Esc as a terminal with kitty's protocol sends it. A single ESC character is that key only if nothing follows
/// for a while; otherwise it starts another sequence.
pub const ESC: &str = "\u{1b}[27u";
pub const TAB: &str = "\t";
pub const BACK_TAB: &str = "\u{1b}[Z";
pub const ENTER: &str = "\r";
pub const BACKSPACE: &str = "\u{7f}";
pub const UP: &str = "\u{1b}[A";
pub const DOWN: &str = "\u{1b}[B";
pub const RIGHT: &str = "\u{1b}[C";
pub const LEFT: &str = "\u{1b}[D";
pub const HOME: &str = "\u{1b}[H";
pub const END: &str = "\u{1b}[F";
pub const PAGE_UP: &str = "\u{1b}[5~";
pub const PAGE_DOWN: &str = "\u{1b}[6~";

/// The character that a key sends with Ctrl: `ctrl('z')`.
pub fn ctrl(letter: char) -> String {
    char::from(letter.to_ascii_uppercase() as u8 & 0x1f).to_string()
}

/// The program to start, and its terminal.
pub struct Start {
    command: CommandBuilder,
    state: TempDir,
    background: Option<String>,
    columns: u16,
    rows: u16,
}

impl Start {
    /// The `threadloupe` under test.
    pub fn threadloupe(args: &[&str]) -> Self {
        Self::program(env!("CARGO_BIN_EXE_threadloupe"), args)
    }

    /// Any program, on a terminal of 80x24 with 256 colours.
    pub fn program(program: &str, args: &[&str]) -> Self {
        let mut command = CommandBuilder::new(program);
        command.args(args);
        for name in ["NO_COLOR", "COLORTERM", "TMUX", "EDITOR", "VISUAL", "ENV"] {
            command.env_remove(name);
        }
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        // Each run has its own folder for state and configuration, so that no test sees the settings of another.
        let state = tempfile::tempdir().expect("a temporary folder can be created");
        command.env("XDG_STATE_HOME", state.path());
        command.env("XDG_CONFIG_HOME", state.path());
        Self {
            command,
            state,
            background: None,
            columns: 80,
            rows: 24,
        }
    }

    /// Sets the size of the terminal; 0 is an unknown length.
    pub fn size(mut self, columns: u16, rows: u16) -> Self {
        (self.columns, self.rows) = (columns, rows);
        self
    }

    /// Writes the configuration file of this run.
    pub fn configure(&mut self, text: &str) {
        let folder = self.state.path().join("threadloupe");
        std::fs::create_dir_all(&folder).expect("a folder can be created");
        std::fs::write(folder.join("config.toml"), text).expect("a file can be written");
    }

    /// Sets the background that the terminal tells, such as `rgb:0000/0000/0000`. By default, it tells none.
    pub fn background(mut self, color: &str) -> Self {
        self.background = Some(color.to_owned());
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn env_remove(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub fn folder(mut self, folder: &Path) -> Self {
        self.command.cwd(folder);
        self
    }

    pub fn spawn(self) -> Terminal {
        let size = pty_size(self.columns, self.rows);
        let pair = native_pty_system()
            .openpty(size)
            .expect("a pseudo-terminal can be opened");
        let child = pair
            .slave
            .spawn_command(self.command)
            .expect("the program starts");
        let (process, killer) = (child.process_id().expect("it has a number"), child.clone_killer());
        let mut reader = pair.master.try_clone_reader().expect("its output can be read");
        let (sender, news) = channel();
        let ended = sender.clone();
        let gate = Arc::new(Gate::default());
        let mut emulator = emulator(self.columns, self.rows);
        emulator.callbacks_mut().background = self.background;
        let opened = Arc::clone(&gate);
        std::thread::spawn(move || {
            let mut buffer = [0; 65536];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                opened.pass();
                let output = News::Output(Instant::now(), buffer[..length].to_vec());
                if sender.send(output).is_err() {
                    return;
                }
            }
            let _ = sender.send(News::Silence);
        });
        let waiter = std::thread::spawn(move || wait(child, &ended));
        Terminal {
            _state: self.state,
            writer: pair
                .master
                .take_writer()
                .expect("keys can be sent to the program"),
            master: pair.master,
            killer,
            waiter: Some(waiter),
            process,
            news,
            gate,
            emulator,
            bytes: Vec::new(),
            heard: Instant::now(),
            exit: None,
            silent: false,
        }
    }
}

/// Makes the reader of the terminal wait while it is closed.
#[derive(Default)]
struct Gate {
    is_closed: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    fn pass(&self) {
        let is_closed = self
            .is_closed
            .lock()
            .expect("no thread panics while it holds the lock");
        let _open = self.opened.wait_while(is_closed, |is_closed| *is_closed);
    }

    fn close(&self, is_closed: bool) {
        *self
            .is_closed
            .lock()
            .expect("no thread panics while it holds the lock") = is_closed;
        self.opened.notify_all();
    }
}

enum News {
    Output(Instant, Vec<u8>),
    /// No process has the terminal open any more.
    Silence,
    Exit(ExitStatus),
}

fn wait(mut child: Box<dyn portable_pty::Child + Send + Sync>, news: &Sender<News>) {
    if let Ok(status) = child.wait() {
        let _ = news.send(News::Exit(status));
    }
}

fn pty_size(columns: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    }
}

fn emulator(columns: u16, rows: u16) -> vt100::Parser<Answers> {
    let (rows, columns) = emulated(columns, rows);
    vt100::Parser::new_with_callbacks(rows, columns, 0, Answers::default())
}

/// The rows and columns of the emulator. A terminal of unknown size has 80x24.
fn emulated(columns: u16, rows: u16) -> (NonZeroU16, NonZeroU16) {
    let length = |length, unknown| NonZeroU16::new(length).or(NonZeroU16::new(unknown));
    let (rows, columns) = (length(rows, 24), length(columns, 80));
    (rows.expect("24 is not zero"), columns.expect("80 is not zero"))
}

/// The answers of the emulator to the program, and what it records besides the screen.
#[derive(Default)]
struct Answers {
    unsent: Vec<u8>,
    background: Option<String>,
    are_held: bool,
    questions: usize,
    in_frame: bool,
    frames: usize,
    clipboard: Option<Vec<u8>>,
}

impl vt100::Callbacks for Answers {
    fn unhandled_csi(
        &mut self,
        screen: &mut vt100::Screen,
        first: Option<u8>,
        _: Option<u8>,
        params: &[&[u16]],
        last: char,
    ) {
        let answer = match (first, last, params) {
            (Some(b'?'), 'h' | 'l', [[2026]]) => {
                self.in_frame = last == 'h';
                self.frames += usize::from(last == 'h');
                return;
            }
            (None, 'n', [[6]]) => {
                let (row, column) = screen.cursor_position();
                format!("\u{1b}[{};{}R", row + 1, column + 1)
            }
            (None, 'c', _) => "\u{1b}[?62;22c".into(),
            (Some(b'>'), 'c', _) => "\u{1b}[>0;0;0c".into(),
            (Some(b'?'), 'u', _) => "\u{1b}[?0u".into(),
            _ => return,
        };
        self.questions += 1;
        self.unsent.extend_from_slice(answer.as_bytes());
    }

    fn unhandled_osc(&mut self, _: &mut vt100::Screen, params: &[&[u8]]) {
        if params == [&b"11"[..], b"?"] {
            self.questions += 1;
            if let Some(color) = &self.background {
                self.unsent
                    .extend_from_slice(format!("\u{1b}]11;{color}\u{7}").as_bytes());
            }
        }
    }

    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], data: &[u8]) {
        self.clipboard = Some(data.to_vec());
    }
}

/// A program on its terminal. Dropping it kills the program and waits until it has ended.
pub struct Terminal {
    _state: TempDir,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    killer: Box<dyn ChildKiller + Send + Sync>,
    waiter: Option<JoinHandle<()>>,
    process: u32,
    news: Receiver<News>,
    gate: Arc<Gate>,
    emulator: vt100::Parser<Answers>,
    bytes: Vec<u8>,
    heard: Instant,
    exit: Option<ExitStatus>,
    silent: bool,
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.killer.kill();
        // Until the process is gone it takes time and memory that the next one is measured by.
        if let Some(waiter) = self.waiter.take() {
            let _ = waiter.join();
        }
    }
}

impl Terminal {
    /// Types text or keys, as a terminal sends them.
    pub fn type_keys(&mut self, keys: &str) {
        self.type_bytes(keys.as_bytes());
    }

    /// Sends bytes to the program.
    pub fn type_bytes(&mut self, bytes: &[u8]) {
        self.writer.write_all(bytes).expect("the program takes keys");
        self.writer.flush().expect("the program takes keys");
    }

    /// Sends one byte and waits until the program has read it, so that it arrives alone.
    pub fn type_byte_alone(&mut self, byte: u8) {
        let deadline = Instant::now() + PATIENCE;
        let before = self.bytes_read();
        self.type_bytes(&[byte]);
        while self.bytes_read() == before {
            assert!(
                Instant::now() < deadline,
                "a byte was not read\n{}",
                self.picture()
            );
            std::thread::yield_now();
        }
    }

    /// The number of bytes that the program has read so far, from any source.
    fn bytes_read(&self) -> u64 {
        let counts =
            std::fs::read_to_string(format!("/proc/{}/io", self.process)).expect("the program is running");
        let read = counts.lines().find_map(|line| line.strip_prefix("rchar: "));
        read.and_then(|count| count.parse().ok())
            .expect("reading is counted")
    }

    /// Pastes a text as a whole, with bracketed paste.
    pub fn paste(&mut self, text: &str) {
        self.type_keys(&format!("\u{1b}[200~{text}\u{1b}[201~"));
    }

    /// Waits until a text is on the screen.
    pub fn wait_for(&mut self, text: &str) {
        self.wait_until(&format!("{text:?} can be seen"), |screen| {
            screen.contents().contains(text)
        });
    }

    /// Waits until a text is no longer on the screen.
    pub fn wait_gone(&mut self, text: &str) {
        self.wait_until(&format!("{text:?} has gone"), |screen| {
            !screen.contents().contains(text)
        });
    }

    /// Whether a text appears on the screen within this time.
    pub fn is_seen_within(&mut self, text: &str, time: Duration) -> bool {
        let deadline = Instant::now() + time;
        while self.emulator.callbacks().in_frame || !self.screen().contents().contains(text) {
            if !self.hear_until(deadline) {
                return false;
            }
        }
        true
    }

    /// Waits until the screen meets a condition between two frames.
    ///
    /// # Panics
    /// If that takes too long or the program has ended; the message contains the screen.
    pub fn wait_until(&mut self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) {
        self.wait_while(what, |terminal| !holds(terminal.screen()));
    }

    /// Waits until more than this many frames were drawn ([`Terminal::frames`]).
    pub fn wait_frame_after(&mut self, frames: usize) {
        self.wait_while("one more frame is drawn", |terminal| terminal.frames() <= frames);
    }

    /// Waits until the clipboard meets a condition; its text is in base64.
    pub fn wait_clipboard(&mut self, what: &str, holds: impl Fn(&[u8]) -> bool) {
        self.wait_while(what, |terminal| !terminal.clipboard().is_some_and(&holds));
    }

    /// Waits until the program has written this many more bytes.
    pub fn wait_bytes(&mut self, count: usize) {
        let all = self.bytes.len() + count;
        let deadline = Instant::now() + PATIENCE;
        while self.bytes.len() < all {
            self.hear(deadline, &format!("{count} bytes more are written"));
        }
    }

    /// Takes what the program writes for so long. For benchmarks, which must not take an old frame's bytes for a new one's.
    pub fn settle(&mut self, time: Duration) {
        let deadline = Instant::now() + time;
        while self.hear_until(deadline) {}
    }

    fn wait_while(&mut self, what: &str, waits: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while self.emulator.callbacks().in_frame || waits(self) {
            assert!(
                !self.silent,
                "the program ended before {what}\n{}",
                self.picture()
            );
            self.hear(deadline, what);
        }
    }

    /// Waits until the program has ended, at most this long. Its last output may not have been read yet.
    pub fn wait_ended_within(&mut self, limit: Duration) -> ExitStatus {
        let deadline = Instant::now() + limit;
        loop {
            match &self.exit {
                Some(status) => return status.clone(),
                None => self.hear(deadline, &format!("the program has ended in {limit:?}")),
            }
        }
    }

    /// Quits with q, and answers yes if the program asks about something that is not saved.
    pub fn quit(&mut self) -> ExitStatus {
        self.type_keys("q");
        let deadline = Instant::now() + PATIENCE;
        let mut is_asked = false;
        while self.exit.is_none() {
            if !is_asked && self.screen().contents().contains("Quit anyway?") {
                is_asked = true;
                self.type_keys("y");
            }
            self.hear(deadline, "the program has ended or asked");
        }
        self.wait_exit()
    }

    /// Waits until the program has ended and all its output is on the screen.
    pub fn wait_exit(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match &self.exit {
                Some(status) if self.silent => return status.clone(),
                _ => self.hear(deadline, "the program has ended"),
            }
        }
    }

    /// Handles the next event.
    fn hear(&mut self, deadline: Instant, what: &str) {
        assert!(
            self.hear_until(deadline),
            "timed out waiting until {what}\n{}",
            self.picture()
        );
    }

    /// Handles the next event; false if none arrives before the deadline.
    fn hear_until(&mut self, deadline: Instant) -> bool {
        match self
            .news
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            Ok(News::Output(when, bytes)) => {
                self.heard = when;
                self.take_in(&bytes);
            }
            Ok(News::Silence) => self.silent = true,
            Ok(News::Exit(status)) => self.exit = Some(status),
            Err(RecvTimeoutError::Disconnected) => self.silent = true,
            Err(RecvTimeoutError::Timeout) => return false,
        }
        true
    }

    fn take_in(&mut self, bytes: &[u8]) {
        self.emulator.process(bytes);
        self.bytes.extend_from_slice(bytes);
        if !self.emulator.callbacks().are_held {
            self.answer();
        }
    }

    fn answer(&mut self) {
        let answers = std::mem::take(&mut self.emulator.callbacks_mut().unsent);
        // A program that has ended needs no answer.
        let _ = self.writer.write_all(&answers);
    }

    /// Answers no question from now on.
    pub fn hold_answers(&mut self) {
        self.emulator.callbacks_mut().are_held = true;
    }

    /// Sends the answers that were held back.
    pub fn send_answers(&mut self) {
        self.emulator.callbacks_mut().are_held = false;
        self.answer();
    }

    /// Stops reading, and makes the program draw until the terminal takes no more bytes.
    pub fn stall(&mut self) {
        self.gate.close(true);
        let (rows, columns) = self.screen().size();
        let deadline = Instant::now() + PATIENCE;
        let mut full = 0;
        // If the program has nothing to write, it only notices the full terminal in the next frame.
        while full < 2 {
            assert!(Instant::now() < deadline, "it takes all\n{}", self.picture());
            full = if self.takes_bytes() { 0 } else { full + 1 };
            self.claim_size(columns.get() - 1, rows.get());
            self.claim_size(columns.get(), rows.get());
            // Gives the program time to draw; the reader does not read any more.
            if let Ok(News::Output(_, bytes)) = self.news.recv_timeout(Duration::from_millis(5)) {
                self.take_in(&bytes);
            }
        }
    }

    /// Starts reading again.
    pub fn read_again(&self) {
        self.gate.close(false);
    }

    /// Whether the terminal takes bytes from the program now or soon.
    fn takes_bytes(&self) -> bool {
        let path = self.master.tty_name().expect("it has a name");
        let flags = OFlags::NOCTTY | OFlags::NONBLOCK;
        let other_side = std::fs::File::options()
            .write(true)
            .custom_flags(i32::try_from(flags.bits()).expect("the flags are an integer"))
            .open(path)
            .expect("it can be opened again");
        let soon = Timespec {
            tv_sec: 0,
            tv_nsec: 200_000_000,
        };
        let ready = poll(&mut [PollFd::new(&other_side, PollFlags::OUT)], Some(&soon));
        ready.expect("it can be asked") > 0
    }

    /// Resizes the terminal, as dragging its window does.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        let (emulated_rows, emulated_columns) = emulated(columns, rows);
        self.emulator.set_size(emulated_rows, emulated_columns);
        self.claim_size(columns, rows);
    }

    /// Reports a size to the program that is not that of the terminal.
    pub fn claim_size(&mut self, columns: u16, rows: u16) {
        self.master
            .resize(pty_size(columns, rows))
            .expect("the terminal can be resized");
    }

    /// Types keys to a program that may have ended.
    pub fn type_if_there(&mut self, keys: &str) {
        let typed = self.writer.write_all(keys.as_bytes());
        let _ = typed.and_then(|()| self.writer.flush());
    }

    /// Waits until more than this many frames were drawn, or the program has ended and closed the terminal; true if it
    /// has ended.
    ///
    /// # Panics
    /// If that takes too long; the message contains the screen.
    pub fn wait_frame_or_end(&mut self, frames: usize) -> bool {
        let deadline = Instant::now() + PATIENCE;
        while self.frames() <= frames || self.emulator.callbacks().in_frame {
            if self.has_ended() {
                return true;
            }
            self.hear(deadline, "one more frame is drawn or the program has ended");
        }
        false
    }

    /// Whether the program has ended and all its output is on the screen.
    pub fn has_ended(&self) -> bool {
        self.silent && self.exit.is_some()
    }

    /// Sends a signal to the program.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("the program is running");
    }

    /// Waits until the program has stopped, for example by Ctrl+Z.
    pub fn wait_stopped(&mut self) {
        let options = WaitIdOptions::STOPPED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        let deadline = Instant::now() + PATIENCE;
        let moment = Duration::from_millis(5);
        while waitid(WaitId::Pid(self.pid()), options)
            .expect("the program is running")
            .is_none()
        {
            assert!(Instant::now() < deadline, "it does not stop\n{}", self.picture());
            if let Ok(News::Output(_, bytes)) = self.news.recv_timeout(moment) {
                self.take_in(&bytes);
            }
        }
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.process.try_into().expect("a process number")).expect("not zero")
    }

    pub fn screen(&self) -> &vt100::Screen {
        self.emulator.screen()
    }

    /// The text of the screen, one line per row, without trailing blanks.
    pub fn text(&self) -> String {
        self.screen().contents()
    }

    /// One row of the screen, starting at 0.
    pub fn row(&self, row: u16) -> String {
        let columns = self.screen().size().1.get();
        self.screen().rows(0, columns).nth(row.into()).unwrap_or_default()
    }

    /// Everything that the program has written so far.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The time of the last output of the program.
    pub fn heard(&self) -> Instant {
        self.heard
    }

    /// The process id of the program.
    pub fn process(&self) -> u32 {
        self.process
    }

    /// The number of frames drawn so far.
    pub fn frames(&self) -> usize {
        self.emulator.callbacks().frames
    }

    /// How often the program has asked the terminal something and waited for the answer.
    pub fn questions(&self) -> usize {
        self.emulator.callbacks().questions
    }

    /// The text that the program has put on the clipboard, in base64.
    pub fn clipboard(&self) -> Option<&[u8]> {
        self.emulator.callbacks().clipboard.as_deref()
    }

    /// Whether the terminal is in raw mode, in which it sends each key at once.
    pub fn is_raw(&self) -> bool {
        let modes = self.master.get_termios().expect("the terminal has modes");
        !format!("{:?}", modes.local_flags).contains("ICANON")
    }

    /// Whether the terminal is restored completely.
    pub fn is_given_back(&self) -> bool {
        let screen = self.screen();
        !(screen.alternate_screen() || screen.bracketed_paste() || screen.hide_cursor() || self.is_raw())
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    }

    /// The screen in a frame and the state of the terminal, for messages.
    pub fn picture(&self) -> String {
        let screen = self.screen();
        let (rows, columns) = screen.size();
        let edge = format!("+{}+", "-".repeat(columns.get().into()));
        let lines: String = screen
            .rows(0, columns.get())
            .map(|row| format!("|{row}\n"))
            .collect();
        let tail = &self.bytes[self.bytes.len().saturating_sub(300)..];
        format!(
            "{edge}\n{lines}{edge}\n{columns}x{rows}, cursor at {:?}{}, alternate screen {}, paste {}, raw {}, exit {:?}\nlast bytes: {}",
            screen.cursor_position(),
            if screen.hide_cursor() { " (hidden)" } else { "" },
            screen.alternate_screen(),
            screen.bracketed_paste(),
            self.is_raw(),
            self.exit,
            tail.escape_ascii()
        )
    }
}
