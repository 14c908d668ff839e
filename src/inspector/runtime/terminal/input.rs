//! Reads input from the terminal: keys, pastes, and size changes. The [`decoder`] decodes the input.
//!
//! Input is read only while a caller waits for it, and only as much as is available. While a child program has the
//! terminal, all keys go to the child. The child, the shell and standard output share the file description, so it stays
//! in blocking mode and is read only when it is readable.
//!
//! A pause matters only while it could end an incomplete sequence, and only if no input was available at its end. A
//! sequence is therefore not split if this program is scheduled late. Otherwise no timer runs.

use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, Read};
use std::os::fd::AsFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, retry_on_intr};
use rustix::process::Signal as Number;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, sleep_until};

use crate::inspector::runtime::event_loop::TermEvent;
pub(super) use answers::QUESTIONS;
use decoder::Decoder;

mod answers;
mod chars;
mod decoder;
mod forms;
#[cfg(any(test, feature = "fuzzing"))]
pub(super) mod fuzzed;
mod keys;
mod mouse;
mod paste;
#[cfg(test)]
mod tests;

/// How long an ESC waits for the rest of a sequence, unless `ESCDELAY` sets another number of milliseconds. Terminals
/// send a sequence in one piece, so this is for networks. The Esc key must not take longer than this.
const KEY_PAUSE: Duration = Duration::from_millis(50);

/// The maximum value of `ESCDELAY`.
const LONGEST_KEY_PAUSE: Duration = Duration::from_secs(60);

/// How long an incomplete sequence waits for its rest. The user does not wait for a reaction to it, so the pause may be
/// long.
const SEQUENCE_PAUSE: Duration = Duration::from_millis(500);

/// How long a paste waits for more input before the user is told that it has not ended. A network may be that slow, so
/// nothing is lost.
const PASTE_PAUSE: Duration = Duration::from_secs(1);

/// The maximum number of bytes of a paste. No text in the inspector needs to be that long.
const PASTE_LIMIT: usize = 16 << 20;

/// The number of bytes that are read at once.
const CHUNK: usize = 1 << 16;

/// A pause that ends something that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pause {
    /// After an ESC or the first two characters of a sequence, which may be a key press.
    Key,
    /// Within a sequence, or within a character.
    Sequence,
    /// Within a paste.
    Paste,
}

/// Input from the terminal.
pub(super) enum InputEvent {
    /// A key, a paste, or that the terminal is gone.
    Happening(TermEvent),
    /// The size of the terminal has changed.
    Resized,
}

/// Reads the terminal.
pub(super) struct TerminalInput {
    tty: AsyncFd<File>,
    resized: Signal,
    decoder: Decoder,
    buffer: Vec<u8>,
    /// The time of the last input.
    last: Instant,
    key_pause: Duration,
}

impl TerminalInput {
    /// Opens the terminal on which the process was started.
    ///
    /// # Errors
    /// There is no terminal to read.
    pub(super) fn open() -> io::Result<Self> {
        let stdin = io::stdin();
        let tty = match stdin.is_terminal() {
            true => File::from(stdin.as_fd().try_clone_to_owned()?),
            false => File::open("/dev/tty").map_err(no_keyboard)?,
        };
        #[expect(
            deprecated,
            reason = "its successor is unsafe, for types whose descriptor may change; that of a file does not"
        )]
        let tty = AsyncFd::with_interest(tty, Interest::READABLE)?;
        Ok(Self {
            tty,
            resized: signal(SignalKind::window_change())?,
            decoder: Decoder::new(PASTE_LIMIT),
            buffer: vec![0; CHUNK],
            last: Instant::now(),
            key_pause: key_pause(std::env::var("ESCDELAY").ok().as_deref()),
        })
    }

    /// Waits for the next input. Dropping the future loses no input.
    ///
    /// # Errors
    /// The terminal cannot be read. A terminal that is gone is not an error but the end, like a hang-up signal.
    pub(super) async fn next(&mut self) -> io::Result<InputEvent> {
        loop {
            if let Some(happening) = self.decoder.next() {
                return Ok(InputEvent::Happening(happening));
            }
            let silence = self.decoder.pending().map(|pause| match pause {
                Pause::Key => self.key_pause,
                Pause::Sequence => SEQUENCE_PAUSE.max(self.key_pause),
                Pause::Paste => PASTE_PAUSE,
            });
            let silent = self.last + silence.unwrap_or_default();
            let (read, is_late) = tokio::select! {
                biased;
                _ = self.resized.recv() => return Ok(InputEvent::Resized),
                ready = self.tty.readable() => {
                    let mut ready = ready?;
                    let read = ready.try_io(|tty| read_available(tty.get_ref(), &mut self.buffer));
                    // A short read took everything. New input makes the terminal readable again.
                    if let Ok(Ok(length)) = &read && *length < self.buffer.len() {
                        ready.clear_ready();
                    }
                    (read.unwrap_or_else(|_| Err(ErrorKind::WouldBlock.into())), false)
                }
                () = sleep_until(silent), if silence.is_some() => {
                    (read_available(self.tty.get_ref(), &mut self.buffer), true)
                }
            };
            match read {
                Ok(0) => return Ok(InputEvent::Happening(TermEvent::End(Number::HUP.as_raw()))),
                Ok(length) => {
                    self.last = Instant::now();
                    self.decoder.push(&self.buffer[..length]);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    if is_late {
                        self.decoder.pause();
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }
}

impl TerminalInput {
    /// Waits until the terminal has answered all questions, at most this long. Keys that arrive meanwhile are kept for
    /// [`TerminalInput::next`]; the answers are dropped.
    pub(super) fn wait_answered(&mut self, limit: Duration) {
        let until = std::time::Instant::now() + limit;
        while !self.decoder.drop_answers() {
            let left = until.saturating_duration_since(std::time::Instant::now());
            if left.is_zero() || !is_readable(self.tty.get_ref(), left) {
                return;
            }
            match read_available(self.tty.get_ref(), &mut self.buffer) {
                Ok(0) => return,
                Ok(length) => self.decoder.push(&self.buffer[..length]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    }
}

/// Whether there is input within this time.
fn is_readable(tty: &File, limit: Duration) -> bool {
    let limit = Timespec::try_from(limit).unwrap_or_default();
    let mut fds = [PollFd::new(tty, PollFlags::IN)];
    matches!(poll(&mut fds, Some(&limit)), Ok(1..) | Err(Errno::INTR))
}

/// The error if keys can be read neither from standard input nor from the terminal that controls the process.
fn no_keyboard(error: io::Error) -> io::Error {
    let sentence = "standard input is not a terminal, and there is no other terminal to read keys from";
    io::Error::new(error.kind(), format!("{sentence} ({error})"))
}

/// Reads the available input. Returns 0 if the terminal is gone. Never waits: returns `WouldBlock` if there is no
/// input.
fn read_available(mut tty: &File, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        let mut fds = [PollFd::new(tty, PollFlags::IN)];
        if retry_on_intr(|| poll(&mut fds, Some(&Timespec::default())))? == 0 {
            return Err(ErrorKind::WouldBlock.into());
        }
        return match tty.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) if error.raw_os_error() == Some(Errno::IO.raw_os_error()) => Ok(0),
            read => read,
        };
    }
}

/// Returns the pause after an ESC from `ESCDELAY`: a number of milliseconds, as in curses programs.
fn key_pause(escdelay: Option<&str>) -> Duration {
    let asked = escdelay.and_then(|text| text.trim().parse().ok());
    asked
        .map_or(KEY_PAUSE, Duration::from_millis)
        .min(LONGEST_KEY_PAUSE)
}
