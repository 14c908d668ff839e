//! The real terminal as the [`Stage`] of the loop.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;
use std::time::Duration;

use crossterm::cursor::Hide;
use crossterm::event::EventStream;
use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Frame, Terminal, TerminalOptions, Viewport};
use rustix::termios::tcgetwinsize;
use tokio_stream::StreamExt;

use super::output::OUTPUT;
use super::signals::{Signals, hung_up, with_child};
use super::{give_back, require, take};
use crate::inspector::driver::{Happening, Stage, Who, drawable};
use crate::inspector::text::disarm;

/// The terminal while it is ours; given back when it is dropped.
pub struct Session {
    terminal: Terminal<CrosstermBackend<Unsent>>,
    /// The part of the terminal that is drawn.
    area: Rect,
    unsent: Unsent,
    /// A text for the clipboard. It goes out behind the next frame, and the next one behind the frame after that: so
    /// there is at most one under way and one that waits, and long texts take turns with frames.
    copy: Option<String>,
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
        let terminal = blank(&unsent, Rect::ZERO)?;
        take()?;
        Ok(Self {
            terminal,
            area: Rect::ZERO,
            unsent,
            copy: None,
            events: Some(EventStream::new()),
            signals,
        })
    }

    fn give_back(&mut self) {
        self.send_copy();
        give_back();
    }

    fn send_copy(&mut self) {
        if let Some(text) = self.copy.take() {
            OUTPUT.copy(text);
        }
    }
}

/// A screen that is blank and of this size.
fn blank(unsent: &Unsent, area: Rect) -> io::Result<Terminal<CrosstermBackend<Unsent>>> {
    let viewport = Viewport::Fixed(area);
    Terminal::with_options(
        CrosstermBackend::new(unsent.clone()),
        TerminalOptions { viewport },
    )
}

impl Drop for Session {
    fn drop(&mut self) {
        self.events = None;
        self.give_back();
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
            failure = OUTPUT.failure() => hung_up(failure),
        }
    }

    fn room(&self) -> impl Future<Output = ()> + 'static {
        OUTPUT.room()
    }

    fn size(&self) -> io::Result<(u16, u16)> {
        let size = tcgetwinsize(io::stdout())?;
        Ok((size.ws_col, size.ws_row))
    }

    fn frame(&mut self, draw: &mut dyn FnMut(&mut Frame<'_>), all: bool) -> io::Result<()> {
        queue!(self.unsent, BeginSynchronizedUpdate)?;
        let (columns, rows) = drawable(self.size()?);
        let area = Rect::new(0, 0, columns, rows);
        if all || area != self.area {
            // not `Terminal::resize`: that asks for the size of the whole terminal
            self.terminal = blank(&self.unsent, area)?;
            self.area = area;
            queue!(self.unsent, Hide, Clear(ClearType::All))?;
        }
        self.terminal.draw(|frame| {
            draw(frame);
            disarm(frame.buffer_mut());
        })?;
        queue!(self.unsent, EndSynchronizedUpdate)?;
        OUTPUT.send(self.unsent.0.take());
        self.send_copy();
        Ok(())
    }

    fn copy(&mut self, text: String) {
        self.copy = Some(text);
    }

    fn enter(&mut self) -> io::Result<()> {
        take()?;
        self.events.get_or_insert_with(EventStream::new);
        Ok(())
    }

    async fn suspend(&mut self, who: Who) -> io::Result<()> {
        self.give_back();
        self.signals.stop(who).await?;
        self.enter()
    }

    async fn lend<T>(&mut self, work: impl FnOnce() -> T) -> io::Result<T> {
        self.events = None;
        // Dropping the stream wakes whoever reads the terminal. Where nobody does just then, the wake would stay behind and
        // swallow a key that arrives together with it when we are back: this takes it.
        let _ = crossterm::event::poll(Duration::ZERO);
        self.give_back();
        let watching = tokio::spawn(with_child()?);
        let answer = work();
        watching.abort();
        self.signals.forget()?;
        self.enter()?;
        Ok(answer)
    }
}
