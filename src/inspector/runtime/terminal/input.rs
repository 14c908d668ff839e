//! What comes from the terminal: keys, pastes, and that its size has changed. How it is decoded is the [`decoder`]'s matter;
//! here it is read.
//!
//! Nothing is read unless somebody waits for it, and never more than has come: while a child program has the terminal,
//! every key is the child's. The file description is shared with that child, the shell and standard output, so it stays
//! blocking, and is read only when it says that something is there.
//!
//! A silence means something only while something is open that it could end, and only if nothing was there to be read
//! at its end: a program that comes late to look takes nothing apart. Else no timer runs.

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
use decoder::Decoder;

mod chars;
mod decoder;
mod forms;
#[cfg(any(test, feature = "fuzzing"))]
pub(super) mod fuzzed;
mod keys;
mod paste;
#[cfg(test)]
mod tests;

/// How long an ESC waits to be the beginning of something, unless `ESCDELAY` says so many milliseconds. Terminals send a
/// sequence in one piece, so this is for networks; longer than this the key Esc must not take.
const KEY_PAUSE: Duration = Duration::from_millis(50);

/// The longest that `ESCDELAY` can make it.
const LONGEST_KEY_PAUSE: Duration = Duration::from_secs(60);

/// How long a sequence that has begun waits to go on. Nobody waits for a reaction to it, so it may be late.
const SEQUENCE_PAUSE: Duration = Duration::from_millis(500);

/// How long a paste waits to go on before the person is told that it has not ended. A network may be that slow, so
/// nothing is lost by it.
const PASTE_PAUSE: Duration = Duration::from_secs(1);

/// How many bytes of a paste are taken. No text that is written here is that long.
const PASTE_LIMIT: usize = 16 << 20;

/// So many bytes are read at once.
const CHUNK: usize = 1 << 16;

/// A silence after which something that has begun is taken to be over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pause {
    /// Behind an ESC, or the first two characters of a sequence: a key may have been pressed.
    Key,
    /// Within a sequence, or within a character.
    Sequence,
    /// Within a paste.
    Paste,
}

/// What was heard.
pub(super) enum Heard {
    /// A key, a paste, or that the terminal is gone.
    Happening(TermEvent),
    /// The terminal has another size.
    Resized,
}

/// Reads the terminal.
pub(super) struct Input {
    tty: AsyncFd<File>,
    resized: Signal,
    decoder: Decoder,
    buffer: Vec<u8>,
    /// When bytes came last.
    last: Instant,
    key_pause: Duration,
}

impl Input {
    /// Gets ready to read the terminal that the process was started on.
    ///
    /// # Errors
    /// There is no terminal to read.
    pub(super) fn open() -> io::Result<Self> {
        let stdin = io::stdin();
        let tty = match stdin.is_terminal() {
            true => File::from(stdin.as_fd().try_clone_to_owned()?),
            false => File::open("/dev/tty")?,
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

    /// Waits for what comes next. Nothing is lost when the waiting is given up.
    ///
    /// # Errors
    /// The terminal cannot be read. That it is gone is no error but the end, as by a hang-up.
    pub(super) async fn next(&mut self) -> io::Result<Heard> {
        loop {
            if let Some(happening) = self.decoder.next() {
                return Ok(Heard::Happening(happening));
            }
            let silence = self.decoder.pending().map(|pause| match pause {
                Pause::Key => self.key_pause,
                Pause::Sequence => SEQUENCE_PAUSE.max(self.key_pause),
                Pause::Paste => PASTE_PAUSE,
            });
            let silent = self.last + silence.unwrap_or_default();
            let (read, is_late) = tokio::select! {
                biased;
                _ = self.resized.recv() => return Ok(Heard::Resized),
                ready = self.tty.readable() => {
                    let read = ready?.try_io(|tty| read_available(tty.get_ref(), &mut self.buffer));
                    (read.unwrap_or_else(|_| Err(ErrorKind::WouldBlock.into())), false)
                }
                () = sleep_until(silent), if silence.is_some() => {
                    (read_available(self.tty.get_ref(), &mut self.buffer), true)
                }
            };
            match read {
                Ok(0) => return Ok(Heard::Happening(TermEvent::End(Number::HUP.as_raw()))),
                Ok(length) => {
                    self.last = Instant::now();
                    self.decoder.push(self.buffer.get(..length).unwrap_or_default());
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

/// Reads what has come; 0 when the terminal is gone. Never waits: `WouldBlock` when nothing has come.
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

/// The pause behind an ESC, as `ESCDELAY` has it: a number of milliseconds, as curses programs take it.
fn key_pause(escdelay: Option<&str>) -> Duration {
    let asked = escdelay.and_then(|text| text.trim().parse().ok());
    asked
        .map_or(KEY_PAUSE, Duration::from_millis)
        .min(LONGEST_KEY_PAUSE)
}
