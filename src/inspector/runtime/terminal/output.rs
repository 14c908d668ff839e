//! What is to be written to the terminal, and the thread that writes it. Nobody else waits for a terminal that takes
//! nothing: frames and copies are queued, and whoever gives the terminal back waits for a bounded time only.
//!
//! The queue is short because the loop draws a frame only while there is room, that is, when all the bytes before it were
//! taken. So no frame is dropped after it was compared with the one before, and the first frame after a stall shows
//! what is true then.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{io, thread};

use crossterm::clipboard::CopyToClipboard;
use crossterm::queue;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::termios::{OptionalActions, QueueSelector, tcflush, tcgetattr, tcsetattr};
use tokio::sync::Notify;

/// How long the terminal has to take what is under way when it is given back, and then as long again, up to twice, for the
/// sequences that give it back. All together leave enough of the two seconds in which the program ends.
pub(super) const GRACE: Duration = Duration::from_millis(400);

/// So many bytes are written at a time; between two such pieces the rest can be dropped.
const PIECE: usize = 4096;

/// Ends a sequence of which only a part was written: CAN cancels it, and ST ends a string for those who do not know CAN.
const CANCEL: &[u8] = b"\x18\x1b\\";

/// Something to be written, as a whole.
enum OutputJob {
    Bytes(Vec<u8>),
    /// A text for the clipboard (OSC 52), encoded by the writer.
    Copy(String),
}

impl OutputJob {
    fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Copy(text) => {
                let mut bytes = Vec::new();
                // a `Vec` takes everything
                let _ = queue!(bytes, CopyToClipboard::to_clipboard_from(text));
                bytes
            }
        }
    }
}

/// The way to the terminal. There is one terminal, so there is one such value: [`OUTPUT`].
pub(super) struct Output {
    state: Mutex<OutputState>,
    /// Tells threads that the state has changed.
    changed: Condvar,
    /// Tells tasks that the queue has become empty.
    emptied: Notify,
    /// Tells tasks that writing has failed.
    failed: Notify,
}

/// The way to standard output.
pub(super) static OUTPUT: Output = Output {
    state: Mutex::new(OutputState {
        is_taken: false,
        is_ending: false,
        has_writer: false,
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
    /// Whether the terminal is ours; what is sent while it is not is not wanted by anybody.
    is_taken: bool,
    /// The process is about to end by a panic: the terminal is not taken again.
    is_ending: bool,
    has_writer: bool,
    queue: VecDeque<OutputJob>,
    /// Whether the writer has taken a job out of the queue that is not done yet.
    is_writing: bool,
    /// How often the rest of the output was dropped.
    dropped: u64,
    failure: Option<Errno>,
}

impl OutputState {
    fn is_empty(&self) -> bool {
        self.queue.is_empty() && !self.is_writing
    }
}

impl Output {
    /// Starts the thread that writes, once.
    ///
    /// # Errors
    /// The system starts no more threads.
    pub(super) fn start(&'static self) -> io::Result<()> {
        let mut state = self.lock();
        if !state.has_writer {
            thread::Builder::new()
                .name("terminal".to_owned())
                .spawn(|| self.write_jobs())?;
            state.has_writer = true;
        }
        Ok(())
    }

    /// The terminal is ours from now on, and gets these bytes first; false if the process is about to end.
    pub(super) fn take(&self, bytes: Vec<u8>) -> bool {
        let mut state = self.lock();
        state.is_taken = !state.is_ending;
        drop(state);
        self.queue(OutputJob::Bytes(bytes))
    }

    /// Queues bytes; false if the terminal is not ours.
    pub(super) fn send(&self, bytes: Vec<u8>) -> bool {
        self.queue(OutputJob::Bytes(bytes))
    }

    /// Queues a text for the clipboard; false if the terminal is not ours.
    pub(super) fn copy(&self, text: String) -> bool {
        self.queue(OutputJob::Copy(text))
    }

    fn queue(&self, job: OutputJob) -> bool {
        let mut state = self.lock();
        if state.is_taken {
            state.queue.push_back(job);
            self.changed.notify_all();
        }
        state.is_taken
    }

    /// Gives the terminal back with these bytes if it is ours, and says whether it was. What is under way comes first if
    /// the terminal takes it soon; else it is dropped, as are the bytes when the terminal does not take them either.
    pub(super) fn give_back(&self, bytes: &[u8]) -> bool {
        let mut state = self.lock();
        let was_taken = std::mem::take(&mut state.is_taken);
        state = self.wait_empty(state);
        if was_taken {
            // The terminal can become full with the very bytes that give it back: then they are sent once more.
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

    /// The process ends by a panic: nobody takes the terminal any more.
    pub(super) fn end(&self) {
        self.lock().is_ending = true;
    }

    /// Waits until the queue is empty, or for [`GRACE`].
    fn wait_empty<'a>(&self, state: MutexGuard<'a, OutputState>) -> MutexGuard<'a, OutputState> {
        self.changed
            .wait_timeout_while(state, GRACE, |state| !state.is_empty())
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }

    /// Drops what is not written yet, and what the system still holds for the terminal: that makes room for the bytes
    /// that give it back, and ends a write that waits for room.
    fn drop_rest(&self, state: &mut OutputState) {
        state.queue.clear();
        state.dropped += 1;
        // where this does not help, the bytes are dropped too
        let _ = make_room();
    }

    /// Whether everything was taken that has been sent.
    pub(super) fn has_room(&self) -> bool {
        self.lock().is_empty()
    }

    /// Waits until everything was taken that has been sent.
    pub(super) async fn room(&self) {
        loop {
            let emptied = self.emptied.notified();
            if self.has_room() {
                return;
            }
            emptied.await;
        }
    }

    /// Waits until writing fails, and tells once why.
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

    /// The work of the thread, for as long as the process lives.
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
                // the terminal is gone: there is nobody for the rest
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

    /// Writes bytes until the rest is dropped.
    fn write(&self, bytes: &[u8], dropped: u64) -> Result<(), Errno> {
        for mut piece in bytes.chunks(PIECE) {
            if self.lock().dropped != dropped {
                break;
            }
            while !piece.is_empty() {
                match rustix::io::write(io::stdout(), piece) {
                    Ok(count) => piece = piece.get(count..).unwrap_or_default(),
                    Err(Errno::INTR) => {}
                    // somebody who shares the terminal does not want to wait for it
                    Err(Errno::AGAIN) => wait_writable()?,
                    Err(errno) => return Err(errno),
                }
            }
        }
        Ok(())
    }
}

/// Has the system forget what the terminal has not taken, and lets a write that waits for room look again: on Linux that
/// needs a change of modes, even to the same ones.
fn make_room() -> Result<(), Errno> {
    let out = io::stdout();
    tcflush(&out, QueueSelector::OFlush)?;
    tcsetattr(&out, OptionalActions::Now, &tcgetattr(&out)?)
}

fn wait_writable() -> Result<(), Errno> {
    let out = io::stdout();
    match poll(&mut [PollFd::new(&out, PollFlags::OUT)], None) {
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(errno) => Err(errno),
    }
}
