//! Gives a live thread up again when what it was started for does not come about.

use tokio::runtime::Handle;

use super::LiveThread;

/// Holds a live thread while a session is being set up around it. Unless it is told that all went well it discards the
/// thread (contract 9.6).
#[derive(Debug)]
pub struct LiveThreadInitGuard {
    thread: Option<LiveThread>,
}

impl LiveThreadInitGuard {
    /// Guards a thread; None for a session that keeps nothing.
    pub fn new(thread: Option<LiveThread>) -> Self {
        Self { thread }
    }

    /// The thread, as long as it is guarded.
    pub fn thread(&self) -> Option<&LiveThread> {
        self.thread.as_ref()
    }

    /// All went well: the thread stays. It is handed back.
    pub fn commit(&mut self) -> Option<LiveThread> {
        self.thread.take()
    }

    /// Discards the thread now and waits until it is done. An error of the store is let go: whoever discards has a
    /// better one to tell of.
    pub async fn discard(&mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.discard().await;
        }
    }
}

impl Drop for LiveThreadInitGuard {
    /// Discards a thread that is still guarded, on the current runtime; without one it cannot and says so on standard
    /// error.
    fn drop(&mut self) {
        let Some(thread) = self.thread.take() else {
            return;
        };
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(async move { thread.discard().await })),
            Err(_) => eprintln!(
                "thread {} was not discarded: its start was given up outside of the async runtime; discard it by hand",
                thread.thread_id()
            ),
        }
    }
}
