//! Discards a live thread if starting its session fails.

use tokio::runtime::Handle;

use super::LiveThread;

/// Holds a live thread while its session is being set up, and discards the thread on drop unless it is committed
/// (contract 9.6).
#[derive(Debug)]
pub struct LiveThreadInitGuard {
    thread: Option<LiveThread>,
}

impl LiveThreadInitGuard {
    /// Guards a thread; `None` for an ephemeral session.
    pub fn new(thread: Option<LiveThread>) -> Self {
        Self { thread }
    }

    /// The thread, while it is guarded.
    pub fn thread(&self) -> Option<&LiveThread> {
        self.thread.as_ref()
    }

    /// Keeps the thread and returns it.
    pub fn commit(&mut self) -> Option<LiveThread> {
        self.thread.take()
    }

    /// Discards the thread now and waits until it is done. Errors of the store are ignored, because the caller already has
    /// the error that made the start fail.
    pub async fn discard(&mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.discard().await;
        }
    }
}

impl Drop for LiveThreadInitGuard {
    /// Discards a thread that is still guarded, on the current runtime. Without a runtime, prints a message to standard
    /// error instead.
    fn drop(&mut self) {
        let Some(thread) = self.thread.take() else {
            return;
        };
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(async move { thread.discard().await })),
            Err(_) => eprintln!(
                "thread {} was not discarded, because its start failed outside of an async runtime; call discard_thread for it",
                thread.thread_id()
            ),
        }
    }
}
