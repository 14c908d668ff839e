//! What the loop needs of a terminal. The real one is `terminal::Session`; tests have one of their own.

use std::io;

use crossterm::event::Event;
use ratatui::Frame;

/// What comes from the terminal and the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// A key, a paste, a resize, a change of focus.
    Event(Event),
    /// A signal of this number asks the process to end.
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

/// A terminal that is ours for the time being.
#[allow(
    async_fn_in_trait,
    reason = "the loop runs on the task that owns the stage; nothing asks for Send"
)]
pub trait Stage {
    /// Waits for what happens next. Nothing is lost when the waiting is given up.
    ///
    /// # Errors
    /// The terminal is gone.
    async fn next(&mut self) -> io::Result<Happening>;

    /// What has happened already, without waiting.
    ///
    /// # Errors
    /// The terminal is gone.
    async fn ready(&mut self) -> io::Result<Option<Happening>> {
        tokio::select! {
            biased;
            happening = self.next() => happening.map(Some),
            () = std::future::ready(()) => Ok(None),
        }
    }

    /// Columns and rows.
    ///
    /// # Errors
    /// The terminal is gone.
    fn size(&self) -> io::Result<(u16, u16)>;

    /// Draws one frame; `all` writes every cell, whatever should be on the screen already.
    ///
    /// # Errors
    /// The terminal is gone.
    fn frame(&mut self, draw: &mut dyn FnMut(&mut Frame<'_>), all: bool) -> io::Result<()>;

    /// Puts a text onto the terminal's clipboard.
    ///
    /// # Errors
    /// The terminal is gone.
    fn copy(&mut self, text: &str) -> io::Result<()>;

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
