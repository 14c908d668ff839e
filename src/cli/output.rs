//! Standard output and standard error as subcommands use them.

use std::io::{self, Write};

use crate::rollout::report::said;
use crate::text::visible;

/// Says one line on standard error, with whatever could move the terminal made visible.
pub fn complain(sentence: &str) {
    // There is no one left to tell if this fails.
    let _ = writeln!(io::stderr(), "{}", visible(sentence));
}

/// The exit status of a run whose output ended so: a reader that went away is no failure.
pub fn status(written: io::Result<()>, otherwise: u8) -> u8 {
    match written {
        Ok(()) => otherwise,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => super::FINE,
        Err(error) => {
            complain(&format!(
                "cannot write to standard output ({}): give it another place",
                said(&error)
            ));
            super::UNUSABLE
        }
    }
}

/// Standard output, to be written in pieces and flushed at the end.
pub fn standard() -> io::BufWriter<io::Stdout> {
    io::BufWriter::with_capacity(1 << 16, io::stdout())
}
