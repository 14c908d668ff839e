//! How subcommands write to standard output and standard error.

use std::io::{self, IsTerminal as _, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::AsyncWrite;

use super::escapes::{Escapes, Styles};
use crate::contract::{Change, Field};
use crate::rollout::report::said;
use crate::text::visible;

/// Formats a field that a patch sets or clears as one line, for people.
pub fn field_change(field: &Field, change: &Change) -> String {
    let (state, value) = match change {
        Change::Set(value) => ("set", value.as_str()),
        _ => ("clear", ""),
    };
    format!("{:<20}  {state:<5}  {value}", field.name)
}

/// Prints one line to standard error, with control characters made visible.
pub fn complain(sentence: &str) {
    // If standard error fails, there is nowhere to report it.
    let _ = writeln!(io::stderr(), "{}", visible(sentence));
}

/// The exit status after an attempt to write output. A closed pipe is not a failure.
pub fn status(written: io::Result<()>, otherwise: u8) -> u8 {
    match written {
        Ok(()) => otherwise,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => super::FINE,
        Err(error) => {
            complain(&format!(
                "cannot write to standard output ({}); redirect it elsewhere",
                said(&error)
            ));
            super::UNUSABLE
        }
    }
}

/// The width in columns of the terminal on standard output; `None` if it is no terminal or its width is unknown.
pub fn columns() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
}

/// Buffered standard output; the caller flushes it at the end. If it is a terminal, characters that would control it or
/// reorder its text are written as escapes.
pub fn standard() -> StandardOutput {
    StandardOutput::new(Styles::Escape)
}

/// Like [`standard`], for text that contains escape sequences of the program itself.
pub fn styled() -> StandardOutput {
    StandardOutput::new(Styles::Keep)
}

/// Standard output. See [`standard`].
pub struct StandardOutput {
    out: io::BufWriter<io::Stdout>,
    /// The escapes, if standard output is a terminal.
    escapes: Option<Escapes>,
}

impl StandardOutput {
    fn new(styles: Styles) -> Self {
        Self {
            out: io::BufWriter::with_capacity(1 << 16, io::stdout()),
            escapes: io::stdout().is_terminal().then(|| Escapes::new(styles)),
        }
    }
}

impl Write for StandardOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(escapes) = &mut self.escapes else {
            return self.out.write(bytes);
        };
        self.out.write_all(&escapes.escape(bytes))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some(escapes) = &mut self.escapes {
            self.out.write_all(&escapes.finish())?;
        }
        self.out.flush()
    }
}

/// [`standard`] output for a server that must not wait for it.
pub struct ServerOutput {
    out: tokio::io::Stdout,
    escapes: Option<Escapes>,
    /// Escaped bytes that are not written yet.
    unwritten: Vec<u8>,
}

impl ServerOutput {
    /// The standard output of this process.
    pub fn new() -> Self {
        Self {
            out: tokio::io::stdout(),
            escapes: io::stdout().is_terminal().then(|| Escapes::new(Styles::Escape)),
            unwritten: Vec::new(),
        }
    }

    fn poll_unwritten(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.unwritten.is_empty() {
            let written = ready!(Pin::new(&mut self.out).poll_write(context, &self.unwritten))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.unwritten.drain(..written);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for ServerOutput {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_unwritten(context))?;
        let this = &mut *self;
        let Some(escapes) = &mut this.escapes else {
            return Pin::new(&mut this.out).poll_write(context, bytes);
        };
        this.unwritten = escapes.escape(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(escapes) = &mut self.escapes {
            let rest = escapes.finish();
            self.unwritten.extend(rest);
        }
        ready!(self.poll_unwritten(context))?;
        Pin::new(&mut self.out).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_flush(context))?;
        Pin::new(&mut self.out).poll_shutdown(context)
    }
}
