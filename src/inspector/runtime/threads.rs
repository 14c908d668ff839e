//! Threads for background work, and the error message if the system cannot start one.

use std::io;
use std::ops::ControlFlow;
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use super::event_loop::Mailbox;
use crate::inspector::state::msg::Msg;

/// The minimum time between two progress messages.
pub const TELL: Duration = Duration::from_millis(80);

/// Returns a callback with which work on another thread reports its progress. The callback sends the messages that `progress`
/// returns, and returns `Break` once `is_stopped` returns true or the event loop has ended.
pub fn progress<N>(
    mail: &Mailbox<Msg>,
    is_stopped: impl Fn() -> bool,
    progress: impl Fn(N, N) -> Msg,
) -> impl FnMut(N, N) -> ControlFlow<()> {
    let mut last = Instant::now();
    move |done, of| {
        if is_stopped() || mail.is_closed() {
            return ControlFlow::Break(());
        }
        if last.elapsed() >= TELL {
            last = Instant::now();
            mail.send_blocking(progress(done, of));
        }
        ControlFlow::Continue(())
    }
}

/// Runs work on a new thread.
///
/// # Errors
/// A sentence for the user: the system cannot start another thread.
pub fn start<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<JoinHandle<T>, String> {
    spawn(work).map_err(|error| {
        format!(
            "The system cannot start another thread ({error}): close other programs or raise \
             the process limit, and try again."
        )
    })
}

fn spawn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<JoinHandle<T>> {
    #[cfg(test)]
    if tests::REFUSING.get() {
        return Err(io::ErrorKind::WouldBlock.into());
    }
    Builder::new().name("aside".to_owned()).spawn(work)
}

#[cfg(test)]
pub mod tests {
    use std::cell::Cell;

    thread_local! {
        /// Whether starting a thread fails, as on a system that has reached its limit.
        pub static REFUSING: Cell<bool> = const { Cell::new(false) };
    }
}
