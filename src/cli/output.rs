//! How subcommands write to standard output and standard error.

use std::io::{self, Write};

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

/// Buffered standard output; the caller flushes it at the end.
pub fn standard() -> io::BufWriter<io::Stdout> {
    io::BufWriter::with_capacity(1 << 16, io::stdout())
}
