//! The real terminal as the [`Terminal`] of the loop.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use crossterm::cursor::Hide;
use crossterm::event::Event;
use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate};
use ratatui::backend::{Backend as _, CrosstermBackend};
use ratatui::layout::Rect;
use rustix::termios::tcgetwinsize;

use super::input::{Heard, Input};
use super::output::OUTPUT;
use super::signals::{Signals, with_child};
use super::{give_back, require, take};
use crate::inspector::runtime::event_loop::{Canvas, TermEvent, Terminal, Who, drawable};

/// The terminal while it is ours; given back when it is dropped.
pub struct TerminalSession {
    /// The part of the terminal that is drawn.
    canvas: Canvas,
    backend: CrosstermBackend<Unsent>,
    unsent: Unsent,
    /// A text for the clipboard. It goes out behind the next frame, and the next one behind the frame after that: so
    /// there is at most one under way and one that waits, and long texts take turns with frames.
    copy: Option<String>,
    /// Reads the terminal while somebody waits for it, and at no other time.
    input: Input,
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

impl TerminalSession {
    /// Takes the terminal. To be called inside a tokio runtime that has threads of its own.
    ///
    /// # Errors
    /// Standard output is no terminal ([`NoTerminal`](super::NoTerminal) within the error), or the terminal does not let itself be taken.
    pub fn start() -> io::Result<Self> {
        require().map_err(io::Error::other)?;
        let signals = Signals::listen()?;
        let input = Input::open()?;
        let unsent = Unsent::default();
        let backend = CrosstermBackend::new(unsent.clone());
        take()?;
        Ok(Self {
            canvas: Canvas::new(Rect::ZERO),
            backend,
            unsent,
            copy: None,
            input,
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

impl Drop for TerminalSession {
    fn drop(&mut self) {
        self.give_back();
    }
}

impl Terminal for TerminalSession {
    async fn next(&mut self) -> io::Result<TermEvent> {
        let heard = tokio::select! {
            biased;
            signal = self.signals.next() => return Ok(signal),
            heard = self.input.next() => heard?,
            failure = OUTPUT.failure() => return Err(failure),
        };
        match heard {
            Heard::Happening(happening) => Ok(happening),
            Heard::Resized => {
                let (columns, rows) = self.size()?;
                Ok(TermEvent::Event(Event::Resize(columns, rows)))
            }
        }
    }

    fn room(&self) -> impl Future<Output = ()> + 'static {
        OUTPUT.room()
    }

    fn size(&self) -> io::Result<(u16, u16)> {
        let size = tcgetwinsize(io::stdout())?;
        Ok((size.ws_col, size.ws_row))
    }

    fn frame(&mut self, draw: &mut dyn FnMut(&mut Canvas), all: bool) -> io::Result<()> {
        queue!(self.unsent, BeginSynchronizedUpdate)?;
        let (columns, rows) = drawable(self.size()?);
        let area = Rect::new(0, 0, columns, rows);
        if all || area != self.canvas.area() {
            self.canvas = Canvas::new(area);
            queue!(self.unsent, Hide, Clear(ClearType::All))?;
        }
        draw(&mut self.canvas);
        let changes = self.canvas.take_changes();
        let cells = self.canvas.cells();
        let changed = changes
            .iter()
            .filter_map(|at| Some((at.0, at.1, cells.cell(*at)?)));
        self.backend.draw(changed)?;
        queue!(self.unsent, EndSynchronizedUpdate)?;
        OUTPUT.send(self.unsent.0.take());
        self.send_copy();
        Ok(())
    }

    fn copy(&mut self, text: String) {
        self.copy = Some(text);
    }

    fn enter(&mut self) -> io::Result<()> {
        take()
    }

    async fn suspend(&mut self, who: Who) -> io::Result<()> {
        self.give_back();
        self.signals.stop(who).await?;
        self.enter()
    }

    async fn lend<T>(&mut self, work: impl FnOnce() -> T) -> io::Result<T> {
        self.give_back();
        let watching = tokio::spawn(with_child()?);
        let answer = work();
        watching.abort();
        self.signals.forget()?;
        self.enter()?;
        Ok(answer)
    }
}
