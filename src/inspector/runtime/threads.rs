//! Threads for work beside the interface, and what is said where the system starts none.

use std::io;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// How often work tells how far it is, at most.
pub const TELL: Duration = Duration::from_millis(80);

/// Starts work on a thread of its own.
///
/// # Errors
/// A sentence for the person: the system starts no more threads.
pub fn start<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<JoinHandle<T>, String> {
    spawn(work).map_err(|error| {
        format!(
            "The system cannot start another thread ({error}), so this was not done: close other programs or raise \
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
        /// Whether threads are refused, as by a system that has no more of them.
        pub static REFUSING: Cell<bool> = const { Cell::new(false) };
    }
}
