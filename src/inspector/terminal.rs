//! Taking a terminal, and giving it back in every case: after quitting, after a panic, after a signal, around a stop and
//! around a child program. What is drawn on it is not its matter, nor when: that is the [`driver`](super::driver)'s.
//!
//! Taken means: raw mode, the alternate screen, bracketed paste, a hidden cursor, and no reordering of right-to-left text by the terminal (see
//! [`text`](super::text)). The mouse stays the terminal's own, so that selecting text works as everywhere.

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::{Attribute, SetAttribute};
use crossterm::terminal::{
    Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{Command, queue};

mod session;
mod signals;
#[cfg(test)]
mod tests;

pub use session::Session;

/// There is no terminal to draw on. Its display is the whole sentence for the person; the exit status is 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoTerminal;

impl NoTerminal {
    /// The exit status that goes with it.
    pub const STATUS: u8 = 2;
}

impl fmt::Display for NoTerminal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(
            "standard output is not a terminal, and the inspector needs one: start it in a terminal, \
             or use `threadloupe run FILE`, which needs none",
        )
    }
}

impl std::error::Error for NoTerminal {}

/// Whether standard output is a terminal; to be asked before anything is read or written.
///
/// # Errors
/// [`NoTerminal`] if it is not.
pub fn require() -> Result<(), NoTerminal> {
    if io::stdout().is_terminal() {
        Ok(())
    } else {
        Err(NoTerminal)
    }
}

/// Whose the terminal is. There is one terminal, so there is one such value; it changes, and frames are sent, only under
/// the lock of standard output, so that nothing is drawn any more once the terminal was given back.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Set when the process is about to end by a panic: the terminal is not taken again.
static ENDING: AtomicBool = AtomicBool::new(false);

/// Takes the terminal. When it was ours already it is given back before: its modes may have been changed by others meanwhile.
fn take() -> io::Result<()> {
    install_panic_hook();
    give_back();
    // a process in the background stops here until it is brought to the foreground, before it has written anything
    enable_raw_mode()?;
    let mut out = io::stdout().lock();
    if ENDING.load(Ordering::SeqCst) {
        return disable_raw_mode();
    }
    TAKEN.store(true, Ordering::SeqCst);
    write_taking(&mut out)?;
    out.flush()
}

/// Sends a frame, or anything else that is meant for a terminal that is ours; when it is not, nobody wants it.
fn send(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if TAKEN.load(Ordering::SeqCst) {
        out.write_all(bytes)?;
        out.flush()?;
    }
    Ok(())
}

/// Gives the terminal back if it is taken, and says whether it was. Does what can be done, also where writing fails.
fn give_back() -> bool {
    let mut out = io::stdout().lock();
    let taken = TAKEN.swap(false, Ordering::SeqCst);
    if taken {
        // a terminal that is gone needs nothing back
        let _ = write_giving_back(&mut out).and_then(|()| out.flush());
        let _ = disable_raw_mode();
    }
    taken
}

fn write_taking(out: &mut impl Write) -> io::Result<()> {
    queue!(
        out,
        EnterAlternateScreen,
        EnableBracketedPaste,
        Hide,
        Reordering(false),
        Clear(ClearType::All),
        MoveTo(0, 0)
    )
}

fn write_giving_back(out: &mut impl Write) -> io::Result<()> {
    queue!(
        out,
        EndSynchronizedUpdate,
        SetAttribute(Attribute::Reset),
        // where the size has changed meanwhile some terminals let rows of this screen slip into the other one
        Clear(ClearType::All),
        MoveTo(0, 0),
        Reordering(true),
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    )
}

/// Whether the terminal puts right-to-left text into reading order itself (ECMA-48's bidirectional support mode, number
/// 8: set is "implicit", reset is "explicit", cells as they are given). Terminals without reordering ignore it.
struct Reordering(bool);

impl Command for Reordering {
    fn write_ansi(&self, out: &mut impl fmt::Write) -> fmt::Result {
        out.write_str(if self.0 { "\u{1b}[8h" } else { "\u{1b}[8l" })
    }
}

/// A panic on any thread gives the terminal back before its message is written, and ends the process while the terminal was taken: an interface
/// that has lost a part is not to be trusted with a store.
fn install_panic_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let taken = give_back();
            ENDING.store(taken, Ordering::SeqCst);
            before(panic);
            if taken {
                std::process::exit(101);
            }
        }));
    });
}
