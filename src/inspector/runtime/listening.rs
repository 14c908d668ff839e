//! Lets other programs call the store of the inspector. Sends a message when clients connect or leave.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::event_loop::Mailbox;
use crate::door::{Address, ConnectionOptions, Listener, ListenerOptions};
use crate::inspector::state::msg::Msg;
use crate::workbench::Workbench;

/// The minimum time between two messages.
const PAUSE: Duration = Duration::from_millis(40);
/// How long the program waits at its end for answers that clients do not read.
const ENDING: Duration = Duration::from_secs(1);

/// A store that other programs can call. Dropping it ends their access.
pub struct ServedStore {
    /// Where it listens.
    pub address: Address,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl ServedStore {
    /// Starts to listen.
    ///
    /// # Errors
    /// A sentence with the address: another program listens there, or the address cannot be used.
    pub async fn start(
        background: &Handle,
        address: Address,
        bench: &Workbench,
        mail: Mailbox<Msg>,
    ) -> Result<Self, String> {
        let bound = background.spawn(async move {
            let listener = Listener::bind(&address).await;
            listener.map_err(|error| format!("{address}: {error}"))
        });
        let listener = bound.await.map_err(|error| error.to_string())??;
        let address = listener.address().clone();
        let (stop, stopped) = watch::channel(false);
        let (connected, mut clients) = watch::channel(0);
        let mut options = ListenerOptions::new(ConnectionOptions::default());
        options.connected = Some(connected);
        let serving = background.spawn(listener.serve(bench.client(None), options, stopped));
        background.spawn(async move {
            while clients.changed().await.is_ok() {
                let number = *clients.borrow_and_update();
                if !mail.send(Msg::Clients(number)).await {
                    break;
                }
                sleep(PAUSE).await;
            }
        });
        Ok(Self {
            address,
            stop,
            serving,
        })
    }

    /// Stops listening: the socket file is removed, and no more steps are received.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Waits until the steps that were received are answered.
    pub async fn finish(self) {
        self.stop();
        // A client that does not read its answers in time does not get them.
        let _ = timeout(ENDING, self.serving).await;
    }
}
