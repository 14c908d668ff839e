//! The agreement between the driver and the interface it drives: the [`App`] (pure: no waiting, no reading, no writing),
//! its [`Effect`]s as data, the [`Handler`] that carries the app's own effects out, and the [`Mailbox`] through which
//! results come back as messages. The loop itself is the driver's.

use std::fmt;
use std::time::Instant;

use crossterm::event::Event;
use tokio::sync::mpsc;

use super::Canvas;

/// An interface as the driver sees it.
///
/// The driver calls `event` for each terminal event, `update` for each message, in the order in which they came, and
/// `draw` once after all that was ready. None of the three may wait, read or write; what has to be done outside is
/// returned from `update` as [`Effect`]s.
pub trait App {
    /// What can happen to the interface: keys, results of effects, news from the store.
    type Msg: Send + 'static;
    /// The app's own effects, carried out by its [`Handler`].
    type Call;

    /// The message that a terminal event stands for; `None` when it means nothing here, and then nothing is drawn.
    ///
    /// The first event of a session is always `Event::Resize` with the size of the terminal in cells (columns, rows), and another
    /// one comes after each change of size. Of a burst of resizes only the last is told. Key releases are not told.
    fn event(&self, event: Event) -> Option<Self::Msg>;

    /// The message that tells the person about a paste; `None`, the default, tells nothing.
    fn paste_notice(&self, _notice: PasteNotice) -> Option<Self::Msg> {
        None
    }

    /// Takes one message into the model and says what is to be done about it outside.
    fn update(&mut self, msg: Self::Msg) -> Vec<Effect<Self::Call>>;

    /// Draws what may look different since the last time; of a blank canvas, everything. Text that comes from data goes
    /// through `crate::text` first.
    fn draw(&self, canvas: &mut Canvas);

    /// When the app wants to be woken although nothing happens, and with which message; asked after each update.
    /// `None`, the default, sleeps until something happens: an idle app takes no turn of the processor.
    fn alarm(&self) -> Option<(Instant, Self::Msg)> {
        None
    }
}

/// What a person has to know about a paste. Its display is the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasteNotice {
    /// Its end has not come for a while. All keys are text of it, until Ctrl+C ends it.
    Unfinished,
    /// One that was unfinished has ended after all; its text has been told.
    Ended,
    /// It was longer than this limit in bytes. What fits has been told.
    Cut {
        /// The limit.
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
                write!(
                    out,
                    "The paste was longer than {size} MiB: the rest of it was dropped."
                )
            }
        }
    }
}

/// What an update wants done outside the model. The driver does the terminal's part itself, and hands `Run` and `Outside`
/// to the [`Handler`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect<C> {
    /// Carry out one of the app's own effects, beside the interface.
    Run(C),
    /// Give the terminal back, let [`Handler::outside`] carry the effect out (a child program such as an editor owns the
    /// terminal meanwhile), take the terminal again and redraw everything.
    Outside(C),
    /// Put this text onto the clipboard of the terminal (OSC 52), however far away it is.
    Copy(String),
    /// Stop the process as Ctrl+Z does in a shell; everything is redrawn when it is continued.
    Suspend,
    /// Redraw every cell, also those that should be on the screen already.
    Redraw,
    /// Leave the loop, and give the terminal back. Effects behind it in the list are not carried out.
    Quit,
}

/// Carries the app's own effects out and sends their results back as messages.
pub trait Handler<A: App> {
    /// Starts the effect and returns at once: work goes into a task or a thread with a clone of the mailbox.
    /// It is called on the loop's task, inside a tokio runtime.
    fn run(&mut self, call: A::Call, mailbox: &Mailbox<A::Msg>);

    /// Carries the effect out to its end while the terminal is given back; the message, if any, is the next to be taken.
    fn outside(&mut self, call: A::Call) -> Option<A::Msg>;
}

/// The way back into the loop, to be cloned into tasks and threads. It holds a bounded number of messages: a sender that
/// is faster than the loop waits, so that memory does not grow.
#[derive(Debug)]
pub struct Mailbox<M>(mpsc::Sender<M>);

/// The loop's end of a [`Mailbox`].
#[derive(Debug)]
pub struct Inbox<M>(pub(in crate::inspector) mpsc::Receiver<M>);

/// A mailbox that holds up to `capacity` messages (at least one), and its inbox.
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
    /// Sends a message from a task, waiting while the mailbox is full; false when the loop has ended.
    pub async fn send(&self, msg: M) -> bool {
        self.0.send(msg).await.is_ok()
    }

    /// Sends a message from a thread of its own (never from a task), waiting while the mailbox is full; false when the
    /// loop has ended.
    pub fn send_blocking(&self, msg: M) -> bool {
        self.0.blocking_send(msg).is_ok()
    }

    /// Whether the loop has ended, so that a long work can stop.
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
    }
}
