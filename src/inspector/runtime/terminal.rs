//! Takes control of the terminal and restores it in every case: after quitting, after a panic, after a signal, around
//! suspension and around a child program. The [event loop](crate::inspector::runtime::event_loop) decides what is drawn
//! and when.
//!
//! Control means: raw mode, the alternate screen, bracketed paste, kitty's keyboard protocol if available, a hidden
//! cursor, and no reordering of right-to-left text by the terminal (see `crate::text`). The mouse is captured on request
//! ([`Modes`]); while it is, the terminal selects text with Shift.

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
pub use session::{Modes, TerminalSession};

/// There is no usable terminal. The `Display` output is a complete sentence for the user. The exit status is 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoTerminal {
    /// Standard output is not a terminal.
    Other,
    /// The terminal reports that it cannot move its cursor.
    Dumb,
}

impl fmt::Display for NoTerminal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Other => {
                "standard output is not a terminal, and the inspector needs one: start it in a terminal, \
                 or use --plain or `threadloupe run FILE`, which need none"
            }
            Self::Dumb => {
                "TERM is dumb, and the inspector needs a terminal that can move its cursor: use another terminal, \
                 set TERM to the type of this one (such as xterm-256color), or use --plain or `threadloupe run FILE`, \
                 which need none"
            }
        })
    }
}

impl std::error::Error for NoTerminal {}

/// Checks that standard output is a usable terminal. Call this before reading or writing anything.
///
/// A terminal without `TERM` is accepted, because an unset `TERM` says nothing about the terminal. `dumb` says that it
/// cannot move its cursor. A terminal without `TERM` gets no colours, as in ripgrep.
///
/// # Errors
/// [`NoTerminal`] if standard output is not a usable terminal.
pub fn require() -> Result<(), NoTerminal> {
    if !io::stdout().is_terminal() {
        Err(NoTerminal::Other)
    } else if std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
        Err(NoTerminal::Dumb)
    } else {
        Ok(())
    }
}

/// Takes control of the terminal. If it was already under control, it is restored first, because other programs may
/// have changed its modes.
fn take(with_mouse: bool) -> io::Result<()> {
    install_panic_hook();
    OUTPUT.start()?;
    give_back();
    // A background process stops here, before it has written anything, until it is brought to the foreground.
    enable_raw_mode()?;
    let mut bytes = Vec::new();
    write_taking(&mut bytes)?;
    if with_mouse {
        queue!(bytes, Mouse(true))?;
    }
    if !OUTPUT.take(bytes) {
        disable_raw_mode()?;
    }
    Ok(())
}

/// Restores the terminal if it is under control, and returns whether it was. Restores as much as possible even if
/// writing fails, and waits only for a bounded time.
fn give_back() -> bool {
    let mut bytes = Vec::new();
    // Writing to a `Vec` cannot fail.
    let _ = write_giving_back(&mut bytes);
    let taken = OUTPUT.give_back(&bytes);
    if taken {
        // A terminal that is gone need not be restored.
        let _ = disable_raw_mode();
    }
    taken
}

/// The requested flags of kitty's keyboard protocol: unambiguous keys (Esc is not the start of a sequence), and the
/// position of a key on an English keyboard, so that Ctrl+C is the same key in every layout.
///
/// The inspector does not query whether the terminal supports the protocol. A terminal without support ignores these
/// sequences.
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
        Mouse(false),
        // If the size has changed, some terminals move rows of this screen to the other one.
        Clear(ClearType::All),
        MoveTo(0, 0),
        Reordering(true),
        PopKeyboardEnhancementFlags,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    )
}

/// Whether the terminal reorders right-to-left text itself (bidirectional support mode of ECMA-48, number 8: set is
/// "implicit", reset is "explicit", which draws cells in the given order). Terminals without reordering ignore the
/// mode.
struct Reordering(bool);

impl Command for Reordering {
    fn write_ansi(&self, out: &mut impl fmt::Write) -> fmt::Result {
        out.write_str(if self.0 { "\u{1b}[8h" } else { "\u{1b}[8l" })
    }
}

/// Whether the terminal reports clicks, the wheel and dragging (modes 1000 and 1002), in the SGR form (1006). Moving the
/// mouse without a button is not reported.
struct Mouse(bool);

impl Command for Mouse {
    fn write_ansi(&self, out: &mut impl fmt::Write) -> fmt::Result {
        out.write_str(match self.0 {
            true => "\u{1b}[?1000h\u{1b}[?1002h\u{1b}[?1006h",
            false => "\u{1b}[?1006l\u{1b}[?1002l\u{1b}[?1000l",
        })
    }
}

/// The exit status after a panic, the same as in the standard library.
const PANICKED: i32 = 101;

/// Ends the process with this status after this time, even if something is still waiting. Used at exit when the
/// terminal accepts no output.
pub fn exit_after(time: Duration, status: i32) {
    // If no thread can be started, the process ends as soon as nothing is waiting.
    let _ = thread::Builder::new().name("end".to_owned()).spawn(move || {
        thread::sleep(time);
        std::process::exit(status);
    });
}

/// Installs a panic hook. A panic on any thread restores the terminal before its message is written. If the terminal
/// was under control, the panic also ends the process, because an interface that has lost a part must not change a
/// store.
fn install_panic_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let taken = give_back();
            if taken {
                OUTPUT.end();
                // A terminal that accepts no output does not accept the message either.
                exit_after(GRACE, PANICKED);
            }
            before(panic);
            if taken {
                std::process::exit(PANICKED);
            }
        }));
    });
}
