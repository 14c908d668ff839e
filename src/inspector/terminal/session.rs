//! The real terminal as the [`Stage`] of the loop.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;
use std::time::Duration;

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::EventStream;
use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Frame, Terminal};
use tokio_stream::StreamExt;

use super::signals::{Signals, stop_with_child};
use super::{give_back, require, send, take};
use crate::inspector::driver::{Happening, Stage, Who};
use crate::inspector::text::disarm;

/// The terminal while it is ours; given back when it is dropped.
pub struct Session {
    terminal: Terminal<CrosstermBackend<Unsent>>,
    unsent: Unsent,
    /// Reads the terminal as long as it is there; absent while somebody else has the terminal.
    events: Option<EventStream>,
    signals: Signals,
}

/// Bytes on their way to the terminal, kept together until a frame is whole. The backend writes them, the session sends them.
#[derive(Clone, Default)]
struct Unsent(Rc<RefCell<Vec<u8>>>);

impl Write for Unsent {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Does nothing: the frame goes out in one piece.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Session {
    /// Takes the terminal. To be called inside a tokio runtime that has threads of its own.
    ///
    /// # Errors
    /// Standard output is no terminal ([`NoTerminal`](super::NoTerminal) within the error), or the terminal does not let itself be taken.
    pub fn start() -> io::Result<Self> {
        require().map_err(io::Error::other)?;
        let signals = Signals::listen()?;
        let unsent = Unsent::default();
        let terminal = Terminal::new(CrosstermBackend::new(unsent.clone()))?;
        take()?;
        Ok(Self {
            terminal,
            unsent,
            events: Some(EventStream::new()),
            signals,
        })
    }

    /// Sends what has been written.
    fn send(&mut self) -> io::Result<()> {
        send(&self.unsent.0.take())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.events = None;
        give_back();
    }
}

impl Stage for Session {
    async fn next(&mut self) -> io::Result<Happening> {
        let events = async {
            match &mut self.events {
                Some(events) => events.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            signal = self.signals.next() => Ok(signal),
            event = events => match event {
                Some(event) => event.map(Happening::Event),
                None => Err(io::Error::other("the terminal gives no more input")),
            },
        }
    }

    fn size(&self) -> io::Result<(u16, u16)> {
        crossterm::terminal::size()
    }

    fn frame(&mut self, draw: &mut dyn FnMut(&mut Frame<'_>), all: bool) -> io::Result<()> {
        queue!(self.unsent, BeginSynchronizedUpdate)?;
        if all {
            // not `Terminal::clear`: that asks the terminal where its cursor is, and waits for an answer
            let (columns, rows) = self.size()?;
            self.terminal.resize(Rect::new(0, 0, columns, rows))?;
        }
        self.terminal.draw(|frame| {
            if !frame.area().is_empty() {
                draw(frame);
                disarm(frame.buffer_mut());
            }
        })?;
        queue!(self.unsent, EndSynchronizedUpdate)?;
        self.send()
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        queue!(self.unsent, CopyToClipboard::to_clipboard_from(text))?;
        self.send()
    }

    fn enter(&mut self) -> io::Result<()> {
        take()?;
        self.events.get_or_insert_with(EventStream::new);
        Ok(())
    }

    async fn suspend(&mut self, who: Who) -> io::Result<()> {
        give_back();
        self.signals.stop(who).await?;
        self.enter()
    }

    async fn lend<T>(&mut self, work: impl FnOnce() -> T) -> io::Result<T> {
        self.events = None;
        // Dropping the stream wakes whoever reads the terminal. Where nobody does just then, the wake would stay behind and
        // swallow a key that arrives together with it when we are back: this takes it.
        let _ = crossterm::event::poll(Duration::ZERO);
        give_back();
        let stopping = tokio::spawn(stop_with_child());
        let answer = work();
        stopping.abort();
        // what was meant for the child (an interrupt, a stop) is not for us
        self.signals = Signals::listen()?;
        self.enter()?;
        Ok(answer)
    }
}
