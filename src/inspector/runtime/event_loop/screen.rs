//! The terminal as the event loop uses it. The real implementation is `terminal::TerminalSession`. Tests have their
//! own.

use std::io;

use crossterm::event::Event;

use super::{Canvas, PasteNotice};

/// An event from the terminal or the system.
#[derive(Debug, Clone, PartialEq)]
pub enum TermEvent {
    /// A key, a paste, the mouse, a resize.
    Event(Event),
    /// The terminal told its background: red, green and blue, each from 0 to 1.
    Background([f32; 3]),
    /// The terminal has answered all questions.
    Answered,
    /// A notice about an unfinished or truncated paste.
    Paste(PasteNotice),
    /// The terminal was closed, or a signal with this number asks the process to end.
    End(i32),
    /// A signal asks the process to suspend until it is continued.
    Stop,
    /// Another process suspended this process, and it continues now.
    Continued,
}

/// The processes to suspend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuspendTarget {
    /// Only this process. The other processes are already suspended, or they should keep running.
    Process,
    /// The whole job, as Ctrl+Z does, including processes that wait for this process.
    Job,
}

/// The size for a terminal that does not report its own.
const UNKNOWN: (u16, u16) = (80, 24);

/// The maximum number of columns and rows that are drawn. No real screen is larger, but a terminal may report a size
/// that does not fit into memory.
const MOST: (u16, u16) = (1024, 512);

/// Returns the columns and rows that are drawn on a terminal of the reported size: all of them if possible. The area
/// beyond them stays blank.
pub fn drawable((columns, rows): (u16, u16)) -> (u16, u16) {
    let known = |length, unknown| if length == 0 { unknown } else { length };
    (
        known(columns, UNKNOWN.0).min(MOST.0),
        known(rows, UNKNOWN.1).min(MOST.1),
    )
}

/// A terminal that the inspector controls.
#[allow(
    async_fn_in_trait,
    reason = "the loop runs on the task that owns the terminal, so Send is not needed"
)]
pub trait Terminal {
    /// Waits for the next event. Dropping the future loses no event.
    ///
    /// # Errors
    /// The terminal was closed.
    async fn next(&mut self) -> io::Result<TermEvent>;

    /// Returns the next event if one is ready, without waiting.
    ///
    /// # Errors
    /// The terminal is gone.
    async fn ready(&mut self) -> io::Result<Option<TermEvent>> {
        tokio::select! {
            biased;
            happening = self.next() => happening.map(Some),
            () = std::future::ready(()) => Ok(None),
        }
    }

    /// Waits until the terminal has taken the last frame. Completes immediately if the terminal accepts all output. No
    /// frame is drawn before that. The next frame includes all changes up to then.
    fn room(&self) -> impl Future<Output = ()> + 'static;

    /// Returns the columns and rows that the terminal reports. [`drawable`] limits them to what is drawn.
    ///
    /// # Errors
    /// The terminal is gone.
    fn size(&self) -> io::Result<(u16, u16)>;

    /// Draws one frame without waiting. If `all` is true, writes every cell, including unchanged ones.
    ///
    /// # Errors
    /// The terminal is gone.
    fn frame(&mut self, draw: &mut dyn FnMut(&mut Canvas), all: bool) -> io::Result<()>;

    /// Copies a text to the clipboard of the terminal after the next frame. If this is called several times between two
    /// frames, the last text is copied.
    fn copy(&mut self, text: String);

    /// Captures the mouse: clicks, the wheel and dragging become events, and no longer select text. Or stops that.
    fn capture_mouse(&mut self, on: bool);

    /// Takes control of the terminal, again if necessary.
    ///
    /// # Errors
    /// The terminal cannot be controlled.
    fn enter(&mut self) -> io::Result<()>;

    /// Restores the terminal, suspends, and takes control of the terminal again when the process continues.
    ///
    /// # Errors
    /// The terminal cannot be controlled again.
    async fn suspend(&mut self, who: SuspendTarget) -> io::Result<()>;

    /// Restores the terminal while `work` runs, then takes control of it again.
    ///
    /// # Errors
    /// The terminal cannot be controlled again.
    async fn lend<T>(&mut self, work: impl FnOnce() -> T) -> io::Result<T>;
}
