//! The real terminal, as a [`Terminal`] for the event loop.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;
use std::time::Duration;

use crossterm::cursor::Hide;
use crossterm::event::Event;
use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate};
use ratatui::backend::{Backend as _, CrosstermBackend};
use ratatui::layout::Rect;
use rustix::termios::tcgetwinsize;
use tokio::runtime::Handle;

use super::input::{InputEvent, QUESTIONS, TerminalInput};
use super::output::OUTPUT;
use super::signals::{Signals, with_child};
use super::{Mouse, give_back, require, take};
use crate::inspector::runtime::event_loop::{Canvas, SuspendTarget, TermEvent, Terminal, drawable};

/// What the inspector wants from the terminal besides a screen and keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Modes {
    /// Whether the mouse is captured at the start.
    pub mouse: bool,
    /// Whether the terminal is asked for its background. The answer is an event; nothing waits for it.
    pub background: bool,
}

/// How long leaving waits for an answer of the terminal. An answer that arrives later would be typed into the shell.
/// Terminals answer at once; this is for networks.
const ANSWER: Duration = Duration::from_millis(150);

/// The terminal while the inspector controls it. Dropping it restores the terminal.
pub struct TerminalSession {
    /// The part of the terminal that frames are drawn on.
    canvas: Canvas,
    backend: CrosstermBackend<Unsent>,
    unsent: Unsent,
    /// Text to send to the clipboard. It is sent after the next frame; the next text is sent after the frame that
    /// follows. So at most one text is being sent and one waits, and long texts alternate with frames.
    copy: Option<String>,
    /// Reads the terminal only while a caller waits for input.
    input: TerminalInput,
    signals: Signals,
    has_mouse: bool,
    /// Whether the terminal has not answered all questions yet.
    is_asked: bool,
    /// The runtime that handles signals while a child program has the terminal.
    background: Handle,
}

/// Buffers the bytes of a frame until the frame is complete. The backend writes the bytes, the session sends them.
#[derive(Clone, Default)]
struct Unsent(Rc<RefCell<Vec<u8>>>);

impl Write for Unsent {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Does nothing, because the frame is sent in one piece.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminalSession {
    /// Takes control of the terminal. Must be called inside a tokio runtime. While a child program has the terminal, that
    /// runtime waits, and `background` handles signals. `modes` are requested at once.
    ///
    /// # Errors
    /// Standard output is not a terminal ([`NoTerminal`](super::NoTerminal) inside the error), or the terminal cannot
    /// be controlled.
    pub fn start(background: Handle, modes: Modes) -> io::Result<Self> {
        require().map_err(io::Error::other)?;
        let signals = Signals::listen()?;
        let input = TerminalInput::open()?;
        let unsent = Unsent::default();
        let backend = CrosstermBackend::new(unsent.clone());
        take(modes.mouse)?;
        let is_asked = modes.background && OUTPUT.send(QUESTIONS.to_vec());
        Ok(Self {
            canvas: Canvas::new(Rect::ZERO),
            backend,
            unsent,
            copy: None,
            input,
            signals,
            has_mouse: modes.mouse,
            is_asked,
            background,
        })
    }

    fn give_back(&mut self) {
        self.send_copy();
        if std::mem::take(&mut self.is_asked) {
            self.input.wait_answered(ANSWER);
        }
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
            InputEvent::Happening(happening) => {
                self.is_asked &= happening != TermEvent::Answered;
                Ok(happening)
            }
            InputEvent::Resized => {
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

    fn capture_mouse(&mut self, on: bool) {
        self.has_mouse = on;
        let mut bytes = Vec::new();
        // Writing to a `Vec` cannot fail.
        let _ = queue!(bytes, Mouse(on));
        OUTPUT.send(bytes);
    }

    fn enter(&mut self) -> io::Result<()> {
        take(self.has_mouse)
    }

    async fn suspend(&mut self, who: SuspendTarget) -> io::Result<()> {
        self.give_back();
        self.signals.stop(who).await?;
        self.enter()
    }

    async fn lend<T>(&mut self, work: impl FnOnce() -> T) -> io::Result<T> {
        self.give_back();
        let watching = self.background.spawn(with_child()?);
        let answer = work();
        watching.abort();
        self.signals.forget()?;
        self.enter()?;
        Ok(answer)
    }
}
