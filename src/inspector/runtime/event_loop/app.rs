//! The interface between the event loop and the app: the [`App`] (pure: it does not wait, read or write), its
//! [`Effect`]s as data, the [`Handler`] that runs the app's own effects, and the [`Mailbox`] through which results
//! return as messages.

use std::fmt;
use std::time::Instant;

use crossterm::event::Event;
use tokio::sync::mpsc;

use super::Canvas;

/// An app that the event loop runs.
///
/// The event loop calls `event` for each terminal event, `update` for each message in order of arrival, and `draw` once
/// after all ready events. These methods must not wait, read or write. `update` returns work outside the model as
/// [`Effect`]s.
pub trait App {
    /// The messages of the app: keys, results of effects, changes of the store.
    type Msg: Send + 'static;
    /// The app's own effects, which its [`Handler`] runs.
    type Call;

    /// Returns the message for a terminal event. If the app ignores the event, this returns `None` and nothing is
    /// drawn.
    ///
    /// The first event of a session is always `Event::Resize` with the size of the terminal in cells (columns, rows).
    /// Another one follows each change of size. Only the last of a burst of resizes is passed. Key releases are not
    /// passed.
    fn event(&self, event: Event) -> Option<Self::Msg>;

    /// Returns the message about the background of the terminal: red, green and blue, each from 0 to 1. The default,
    /// `None`, sends no message.
    fn background(&self, _color: [f32; 3]) -> Option<Self::Msg> {
        None
    }

    /// Returns the message about a paste. The default, `None`, sends no message.
    fn paste_notice(&self, _notice: PasteNotice) -> Option<Self::Msg> {
        None
    }

    /// Updates the model for one message and returns the effects.
    fn update(&mut self, msg: Self::Msg) -> Vec<Effect<Self::Call>>;

    /// Draws what may have changed since the last frame. On a blank canvas, draws everything. Text from data must go
    /// through `crate::text` first.
    fn draw(&self, canvas: &mut Canvas);

    /// Returns the time of the next alarm and its message. The loop calls this after each update. With the default,
    /// `None`, the loop sleeps until an event arrives, so an idle app uses no CPU time.
    fn alarm(&self) -> Option<(Instant, Self::Msg)> {
        None
    }
}

/// A notice about a paste. The `Display` output of a notice is the sentence for the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasteNotice {
    /// The end of the paste has not arrived for a while. All keys are added to the text of the paste until Ctrl+C ends
    /// it.
    Unfinished,
    /// An unfinished paste has ended. The text of the paste was passed to the app.
    Ended,
    /// The paste was longer than this limit in bytes. The part within the limit was passed to the app.
    Cut {
        /// The limit in bytes.
        limit: usize,
    },
}

impl fmt::Display for PasteNotice {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unfinished => out.write_str(
                "A paste has not ended: press Ctrl+C to end it. Until then, every key is added to it.",
            ),
            Self::Ended => out.write_str("The paste has ended."),
            Self::Cut { limit } => {
                let size = limit >> 20;
                write!(out, "The paste exceeded {size} MiB and was truncated.")
            }
        }
    }
}

/// Work that an update requests outside the model. The event loop handles the terminal effects itself and passes `Run`
/// and `Outside` to the [`Handler`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect<C> {
    /// Run one of the app's own effects in the background.
    Run(C),
    /// Restore the terminal, run the effect with [`Handler::outside`] (a child program such as an editor can then use
    /// the terminal), take the terminal again and redraw everything.
    Outside(C),
    /// Copy this text to the clipboard of the terminal (OSC 52), which also works over remote connections.
    Copy(String),
    /// Capture the mouse, or stop that.
    Mouse(bool),
    /// Suspend the process as Ctrl+Z does in a shell. Everything is redrawn when the process continues.
    Suspend,
    /// Redraw every cell, including cells that have not changed.
    Redraw,
    /// End the loop and restore the terminal. Later effects in the list are not run.
    Quit,
}

/// Runs the app's own effects and sends their results as messages.
pub trait Handler<A: App> {
    /// Starts the effect and returns immediately. Work runs in a task or a thread with a clone of the mailbox. The loop
    /// calls this on its own task, inside a tokio runtime.
    fn run(&mut self, call: A::Call, mailbox: &Mailbox<A::Msg>);

    /// Runs the effect to completion while the terminal is restored. The returned message, if any, is processed next.
    fn outside(&mut self, call: A::Call) -> Option<A::Msg>;
}

/// Sends messages to the loop. Can be cloned into tasks and threads. The capacity is bounded: a sender that is faster
/// than the loop waits, so memory does not grow.
#[derive(Debug)]
pub struct Mailbox<M>(mpsc::Sender<M>);

/// The receiving end of a [`Mailbox`].
#[derive(Debug)]
pub struct Inbox<M>(pub(in crate::inspector) mpsc::Receiver<M>);

/// Creates a mailbox with a capacity of `capacity` messages (at least one), and its inbox.
pub fn mailbox<M>(capacity: usize) -> (Mailbox<M>, Inbox<M>) {
    let (sender, receiver) = mpsc::channel(capacity.max(1));
    (Mailbox(sender), Inbox(receiver))
}

impl<M> Clone for Mailbox<M> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<M> Mailbox<M> {
    /// Sends a message from a task and waits while the mailbox is full. Returns false if the loop has ended.
    pub async fn send(&self, msg: M) -> bool {
        self.0.send(msg).await.is_ok()
    }

    /// Sends a message from a separate thread (never from a task) and waits while the mailbox is full. Returns false if
    /// the loop has ended.
    pub fn send_blocking(&self, msg: M) -> bool {
        self.0.blocking_send(msg).is_ok()
    }

    /// Returns whether the loop has ended, so that long-running work can stop.
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
    }
}
