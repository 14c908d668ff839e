//! Taking a terminal, and giving it back in every case: after quitting, after a panic, after a signal, around a stop and
//! around a child program. What is drawn on it is not its matter, nor when: that is the [`driver`](crate::inspector::runtime::event_loop)'s.
//!
//! Taken means: raw mode, the alternate screen, bracketed paste, kitty's keyboard protocol where there is one, a hidden cursor, and no reordering of right-to-left text by the terminal (see
//! `crate::text`). The mouse stays the terminal's own, so that selecting text works as everywhere.

use std::io::{self, IsTerminal, Write};
use std::sync::Once;
use std::time::Duration;
use std::{fmt, thread};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{
    DisableBracketedPaste, EnableBracketedPaste, KeyboardEnhancementFlags, PopKeyboardEnhancementFlags,
    PushKeyboardEnhancementFlags,
};
use crossterm::style::{Attribute, SetAttribute};
use crossterm::terminal::{
    Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{Command, queue};

mod input;
mod output;
mod session;
mod signals;
#[cfg(test)]
mod tests;

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use input::fuzzed::fuzz_input;
use output::{GRACE, OUTPUT};
pub use session::TerminalSession;

/// There is no terminal to draw on. Its display is the whole sentence for the person; the exit status is 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoTerminal {
    /// Standard output is something else.
    Other,
    /// The terminal says that it cannot move its cursor.
    Dumb,
}

impl NoTerminal {
    /// The exit status that goes with it.
    pub const STATUS: u8 = 2;
}

impl fmt::Display for NoTerminal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Other => {
                "standard output is not a terminal, and the inspector needs one: start it in a terminal, \
                 or use `threadloupe run FILE`, which needs none"
            }
            Self::Dumb => {
                "TERM is dumb, and the inspector needs a terminal that can move its cursor: use another terminal, \
                 set TERM to the type of this one (such as xterm-256color), or use `threadloupe run FILE`, which \
                 needs none"
            }
        })
    }
}

impl std::error::Error for NoTerminal {}

/// Whether standard output is a terminal that can be drawn on; to be asked before anything is read or written.
///
/// A terminal without `TERM` is taken for one that can: that says nothing about it, while `dumb` says that it cannot. It
/// gets no colours, as with ripgrep.
///
/// # Errors
/// [`NoTerminal`] if it is not.
pub fn require() -> Result<(), NoTerminal> {
    if !io::stdout().is_terminal() {
        Err(NoTerminal::Other)
    } else if std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
        Err(NoTerminal::Dumb)
    } else {
        Ok(())
    }
}

/// Takes the terminal. When it was ours already it is given back before: its modes may have been changed by others meanwhile.
fn take() -> io::Result<()> {
    install_panic_hook();
    OUTPUT.start()?;
    give_back();
    // a process in the background stops here until it is brought to the foreground, before it has written anything
    enable_raw_mode()?;
    let mut bytes = Vec::new();
    write_taking(&mut bytes)?;
    if !OUTPUT.take(bytes) {
        disable_raw_mode()?;
    }
    Ok(())
}

/// Gives the terminal back if it is taken, and says whether it was. Does what can be done, also where writing fails, and
/// waits for a bounded time only.
fn give_back() -> bool {
    let mut bytes = Vec::new();
    // a `Vec` takes everything
    let _ = write_giving_back(&mut bytes);
    let taken = OUTPUT.give_back(&bytes);
    if taken {
        // a terminal that is gone needs nothing back
        let _ = disable_raw_mode();
    }
    taken
}

/// What is asked of kitty's keyboard protocol: keys that no other key can be taken for (Esc is not the beginning of something),
/// and where on an English keyboard a key is, so that Ctrl+C is that key in every layout.
///
/// It is not asked whether the terminal knows the protocol. One that does not ignores these sequences; a question would
/// have an answer that arrives at some time, after a quick end in the shell's prompt.
const KEYBOARD: KeyboardEnhancementFlags = KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES
    .union(KeyboardEnhancementFlags::REPORT_ALTERNATE_KEYS);

fn write_taking(out: &mut impl Write) -> io::Result<()> {
    queue!(
        out,
        EnterAlternateScreen,
        EnableBracketedPaste,
        PushKeyboardEnhancementFlags(KEYBOARD),
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
        PopKeyboardEnhancementFlags,
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

/// The exit status after a panic, as the standard library has it.
const PANICKED: i32 = 101;

/// Ends the process with this status after this time, whatever else still waits then: for the end of a program that writes to
/// a terminal that takes nothing.
pub fn exit_after(time: Duration, status: i32) {
    // where no thread can be started the end comes as soon as nothing waits any more
    let _ = thread::Builder::new().name("end".to_owned()).spawn(move || {
        thread::sleep(time);
        std::process::exit(status);
    });
}

/// A panic on any thread gives the terminal back before its message is written, and ends the process while the terminal was taken: an interface
/// that has lost a part is not to be trusted with a store.
fn install_panic_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let taken = give_back();
            if taken {
                OUTPUT.end();
                // a terminal that takes nothing does not take the message either
                exit_after(GRACE, PANICKED);
            }
            before(panic);
            if taken {
                std::process::exit(PANICKED);
            }
        }));
    });
}
