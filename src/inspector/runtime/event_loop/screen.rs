//! What the loop needs of a terminal. The real one is `terminal::Session`; tests have one of their own.

use std::io;

use crossterm::event::Event;

use super::{Canvas, PasteNotice};

/// What comes from the terminal and the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TermEvent {
    /// A key, a paste, a resize, a change of focus.
    Event(Event),
    /// A paste is not as pastes should be.
    Paste(PasteNotice),
    /// The terminal is gone, or a signal of this number asks the process to end.
    End(i32),
    /// A signal asks the process to stop until it is continued.
    Stop,
    /// The process was stopped by somebody else, and goes on.
    Continued,
}

/// Who is to be stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// This process: somebody has stopped the others, or wants this one only.
    Process,
    /// The whole job, as Ctrl+Z does: also those that wait for this process.
    Job,
}

/// The size that is taken for a terminal that does not know its own.
const UNKNOWN: (u16, u16) = (80, 24);

/// Columns and rows that are drawn at most. No screen shows as many, but a terminal may claim more than memory holds.
const MOST: (u16, u16) = (1024, 512);

/// Columns and rows that are drawn on a terminal that says it has so many: all of them where that is possible. What is
/// beyond them stays blank.
pub fn drawable((columns, rows): (u16, u16)) -> (u16, u16) {
    let known = |length, unknown| if length == 0 { unknown } else { length };
    (
        known(columns, UNKNOWN.0).min(MOST.0),
        known(rows, UNKNOWN.1).min(MOST.1),
    )
}

/// A terminal that is ours for the time being.
#[allow(
    async_fn_in_trait,
    reason = "the loop runs on the task that owns the stage; nothing asks for Send"
)]
pub trait Terminal {
    /// Waits for what happens next. Nothing is lost when the waiting is given up.
    ///
    /// # Errors
    /// The terminal is gone.
    async fn next(&mut self) -> io::Result<TermEvent>;

    /// What has happened already, without waiting.
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

    /// Waits until the terminal has taken what was drawn last; done at once while it takes everything. No frame is drawn
    /// before: what has changed meanwhile is seen in the next one.
    fn room(&self) -> impl Future<Output = ()> + 'static;

    /// Columns and rows, as the terminal gives them; what of that is drawn, [`drawable`] says.
    ///
    /// # Errors
    /// The terminal is gone.
    fn size(&self) -> io::Result<(u16, u16)>;

    /// Draws one frame, and waits for nothing; `all` writes every cell, whatever should be on the screen already.
    ///
    /// # Errors
    /// The terminal is gone.
    fn frame(&mut self, draw: &mut dyn FnMut(&mut Canvas), all: bool) -> io::Result<()>;

    /// Puts a text onto the terminal's clipboard, after the next frame; of several between two frames, the last one.
    fn copy(&mut self, text: String);

    /// Takes the terminal, again if need be.
    ///
    /// # Errors
    /// The terminal does not let itself be taken.
    fn enter(&mut self) -> io::Result<()>;

    /// Gives the terminal back, stops, and takes the terminal again when it is continued.
    ///
    /// # Errors
    /// The terminal does not let itself be taken again.
    async fn suspend(&mut self, who: Who) -> io::Result<()>;

    /// Gives the terminal back while `work` runs, and takes it again.
    ///
    /// # Errors
    /// The terminal does not let itself be taken again.
    async fn lend<T>(&mut self, work: impl FnOnce() -> T) -> io::Result<T>;
}
