//! The output queue of the terminal, and the thread that writes it. No other thread waits for a terminal that accepts
//! no output. Frames and copies are queued, and restoring the terminal waits only for a bounded time.
//!
//! The queue is short because the event loop draws a frame only when all previous bytes were written. So no frame is
//! dropped after it was compared with the previous one, and the first frame after a stall shows the current state.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{io, thread};

use crossterm::clipboard::CopyToClipboard;
use crossterm::queue;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::io::Errno;
use rustix::termios::{OptionalActions, QueueSelector, tcflush, tcgetattr, tcsetattr, ttyname};
use tokio::sync::Notify;

/// How long to wait for the pending output when the terminal is restored, and then up to twice more for the restoring
/// sequences. The total is well below the two seconds in which the program must end.
pub(super) const GRACE: Duration = Duration::from_millis(400);

/// The number of bytes per write. Between two writes, the rest can be dropped.
const PIECE: usize = 4096;

/// Ends a partially written sequence: CAN cancels the sequence, and ST ends a string on terminals that do not support
/// CAN.
const CANCEL: &[u8] = b"\x18\x1b\\";

/// A job that is written as a whole.
enum OutputJob {
    Bytes(Vec<u8>),
    /// A text for the clipboard (OSC 52), which the writer encodes.
    Copy(String),
}

impl OutputJob {
    fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Copy(text) => {
                let mut bytes = Vec::new();
                // Writing to a `Vec` cannot fail.
                let _ = queue!(bytes, CopyToClipboard::to_clipboard_from(text));
                if std::env::var_os("TMUX").is_some() {
                    let passed = passed_through_tmux(&bytes);
                    bytes.extend(passed);
                }
                bytes
            }
        }
    }
}

/// Wraps a sequence so that tmux passes it to the terminal outside. By default, tmux ignores clipboard sequences of
/// programs, but many users allow it to pass sequences through.
fn passed_through_tmux(sequence: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x1bPtmux;".to_vec();
    for byte in sequence {
        if *byte == b'\x1b' {
            bytes.push(*byte);
        }
        bytes.push(*byte);
    }
    bytes.extend(b"\x1b\\");
    bytes
}

/// The output to the terminal. There is one terminal, so there is one value: [`OUTPUT`].
pub(super) struct TerminalOutput {
    state: Mutex<OutputState>,
    /// Notifies threads that the state has changed.
    changed: Condvar,
    /// Notifies tasks that the queue is empty.
    emptied: Notify,
    /// Notifies tasks that writing has failed.
    failed: Notify,
}

/// The output to standard output.
pub(super) static OUTPUT: TerminalOutput = TerminalOutput {
    state: Mutex::new(OutputState {
        is_taken: false,
        is_ending: false,
        has_writer: false,
        direct: None,
        queue: VecDeque::new(),
        is_writing: false,
        dropped: 0,
        failure: None,
    }),
    changed: Condvar::new(),
    emptied: Notify::const_new(),
    failed: Notify::const_new(),
};

struct OutputState {
    /// Whether the inspector controls the terminal. Output is discarded otherwise.
    is_taken: bool,
    /// Whether the process is about to end because of a panic, so that the terminal must not be taken again.
    is_ending: bool,
    has_writer: bool,
    /// The terminal, opened a second time, so that a write to it can return instead of waiting. Other processes share
    /// standard output, so its mode must not be changed.
    direct: Option<OwnedFd>,
    queue: VecDeque<OutputJob>,
    /// Whether the writer has taken a job from the queue and has not finished it yet.
    is_writing: bool,
    /// How many times the pending output was dropped.
    dropped: u64,
    failure: Option<Errno>,
}

impl OutputState {
    fn is_empty(&self) -> bool {
        self.queue.is_empty() && !self.is_writing
    }
}

impl TerminalOutput {
    /// Starts the writer thread, once.
    ///
    /// # Errors
    /// The system cannot start another thread.
    pub(super) fn start(&'static self) -> io::Result<()> {
        let mut state = self.lock();
        if !state.has_writer {
            thread::Builder::new()
                .name("terminal".to_owned())
                .spawn(|| self.write_jobs())?;
            state.has_writer = true;
            state.direct = open_again().ok();
        }
        Ok(())
    }

    /// Marks the terminal as under control, and queues these bytes before any other output. Returns false if the
    /// process is about to end.
    pub(super) fn take(&self, bytes: Vec<u8>) -> bool {
        let mut state = self.lock();
        state.is_taken = !state.is_ending;
        drop(state);
        self.queue(OutputJob::Bytes(bytes))
    }

    /// Sends bytes. As much as the terminal accepts immediately is written now. The rest is queued, and so is
    /// everything that is sent while earlier output is pending. Returns false if the terminal is not under control.
    pub(super) fn send(&self, mut bytes: Vec<u8>) -> bool {
        let mut state = self.lock();
        if let Some(direct) = state
            .direct
            .as_ref()
            .filter(|_| state.is_taken && state.is_empty())
        {
            // If this fails, the writer thread tries again and reports the failure.
            let written = rustix::io::write(direct, &bytes).unwrap_or(0);
            bytes.drain(..written);
            if bytes.is_empty() {
                return true;
            }
        }
        self.push(&mut state, OutputJob::Bytes(bytes))
    }

    /// Queues a text for the clipboard. Returns false if the terminal is not under control.
    pub(super) fn copy(&self, text: String) -> bool {
        self.queue(OutputJob::Copy(text))
    }

    fn queue(&self, job: OutputJob) -> bool {
        self.push(&mut self.lock(), job)
    }

    fn push(&self, state: &mut OutputState, job: OutputJob) -> bool {
        if state.is_taken {
            state.queue.push_back(job);
            self.changed.notify_all();
        }
        state.is_taken
    }

    /// Restores the terminal with these bytes if it is under control, and returns whether it was. Waits for the pending
    /// output for a short time and then drops it. The bytes are dropped too if the terminal does not accept them.
    pub(super) fn give_back(&self, bytes: &[u8]) -> bool {
        let mut state = self.lock();
        let was_taken = std::mem::take(&mut state.is_taken);
        state = self.wait_empty(state);
        if was_taken {
            // These bytes themselves can fill the terminal's buffer. In that case the bytes are sent once more.
            for _ in 0..2 {
                let mut bytes = bytes.to_vec();
                if !state.is_empty() {
                    self.drop_rest(&mut state);
                    bytes.splice(0..0, CANCEL.iter().copied());
                }
                state.queue.push_back(OutputJob::Bytes(bytes));
                self.changed.notify_all();
                state = self.wait_empty(state);
                if state.is_empty() {
                    return true;
                }
            }
            self.drop_rest(&mut state);
        }
        was_taken
    }

    /// Marks the process as ending because of a panic, so that the terminal is not taken again.
    pub(super) fn end(&self) {
        self.lock().is_ending = true;
    }

    /// Waits until the queue is empty, at most for [`GRACE`].
    fn wait_empty<'a>(&self, state: MutexGuard<'a, OutputState>) -> MutexGuard<'a, OutputState> {
        self.changed
            .wait_timeout_while(state, GRACE, |state| !state.is_empty())
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }

    /// Drops the pending output and the output that the system has buffered for the terminal. Dropping the output makes
    /// room for the restoring bytes and ends a blocked write.
    fn drop_rest(&self, state: &mut OutputState) {
        state.queue.clear();
        state.dropped += 1;
        // If this fails, the bytes are dropped too.
        let _ = make_room();
    }

    /// Returns whether all output was written.
    pub(super) fn has_room(&self) -> bool {
        self.lock().is_empty()
    }

    /// Waits until all output was written.
    pub(super) async fn room(&self) {
        loop {
            let emptied = self.emptied.notified();
            if self.has_room() {
                return;
            }
            emptied.await;
        }
    }

    /// Waits until writing fails, and returns the error once.
    pub(super) async fn failure(&self) -> io::Error {
        loop {
            let failed = self.failed.notified();
            if let Some(errno) = self.lock().failure.take() {
                return errno.into();
            }
            failed.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, OutputState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs the writer thread for the lifetime of the process.
    fn write_jobs(&self) {
        loop {
            let mut state = self
                .changed
                .wait_while(self.lock(), |state| state.queue.is_empty())
                .unwrap_or_else(PoisonError::into_inner);
            let Some(job) = state.queue.pop_front() else {
                continue;
            };
            state.is_writing = true;
            let dropped = state.dropped;
            drop(state);
            let written = self.write(&job.into_bytes(), dropped);
            let mut state = self.lock();
            state.is_writing = false;
            if let Err(errno) = written {
                // The terminal is gone, so the rest is dropped.
                state.queue.clear();
                state.failure = Some(errno);
                self.failed.notify_waiters();
            }
            if state.is_empty() {
                self.emptied.notify_waiters();
            }
            self.changed.notify_all();
        }
    }

    /// Writes bytes, unless the pending output is dropped.
    fn write(&self, bytes: &[u8], dropped: u64) -> Result<(), Errno> {
        for mut piece in bytes.chunks(PIECE) {
            if self.lock().dropped != dropped {
                break;
            }
            while !piece.is_empty() {
                match rustix::io::write(io::stdout(), piece) {
                    Ok(count) => piece = &piece[count..],
                    Err(Errno::INTR) => {}
                    // Another process that shares the terminal has made it non-blocking.
                    Err(Errno::AGAIN) => wait_writable()?,
                    Err(errno) => return Err(errno),
                }
            }
        }
        Ok(())
    }
}

/// Discards the output that the terminal has not accepted, and wakes up a blocked write. On Linux, this requires
/// setting the terminal modes, even if they stay the same.
fn make_room() -> Result<(), Errno> {
    let out = io::stdout();
    tcflush(&out, QueueSelector::OFlush)?;
    tcsetattr(&out, OptionalActions::Now, &tcgetattr(&out)?)
}

/// Opens the terminal of standard output for non-blocking writes.
fn open_again() -> Result<OwnedFd, Errno> {
    let name = ttyname(io::stdout(), Vec::new())?;
    let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    open(name, flags, Mode::empty())
}

fn wait_writable() -> Result<(), Errno> {
    let out = io::stdout();
    match poll(&mut [PollFd::new(&out, PollFlags::OUT)], None) {
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(errno) => Err(errno),
    }
}
