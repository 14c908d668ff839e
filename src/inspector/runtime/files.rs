//! Writes and reads state files, and writes scenarios, on a thread beside the interface, and tells how it goes.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use crate::inspector::runtime::event_loop::Mailbox;
use crate::inspector::runtime::threads::{self, TELL};
use crate::inspector::state::file::{self, FileMsg, Opening, Saving};
use crate::inspector::state::import::at_home;
use crate::inspector::state::msg::Msg;
use crate::workbench::whole_file::Tell;

/// How long the end of the program waits for a file that is being written to be removed.
const REMOVING: Duration = Duration::from_millis(500);

/// The file under way.
#[derive(Default)]
pub struct Files {
    /// Set to end it.
    stop: Arc<AtomicBool>,
    /// Closed when the thread that writes one has ended.
    writing: Option<mpsc::Receiver<()>>,
}

impl Files {
    /// Saves a store.
    pub fn save(&mut self, saving: Saving, mail: Mailbox<Msg>, work: Arc<()>) {
        let path = at_home(&saving.path);
        let saving = Saving { path, ..saving };
        let (ended, writing) = mpsc::channel();
        self.writing = Some(writing);
        self.begin(mail, work, move |tell| {
            let _ended: mpsc::Sender<()> = ended;
            saving.run(tell)
        });
    }

    /// Opens a state.
    pub fn open(&mut self, opening: Opening, mail: Mailbox<Msg>, work: Arc<()>) {
        self.begin(mail, work, move |tell| file::read(opening, tell));
    }

    /// Ends what is under way.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Ends what is being written, and waits a moment until nothing is left of it.
    pub fn finish(&mut self) {
        self.stop();
        if let Some(writing) = self.writing.take() {
            // Nothing is ever sent: this ends with the thread.
            let _ = writing.recv_timeout(REMOVING);
        }
    }

    fn begin(
        &mut self,
        mail: Mailbox<Msg>,
        held: Arc<()>,
        work: impl FnOnce(Tell<'_>) -> FileMsg + Send + 'static,
    ) {
        self.stop = Arc::default();
        let stop = Arc::clone(&self.stop);
        let refused = mail.clone();
        let started = threads::start(move || {
            let mut last = Instant::now();
            let mut tell = |done, of| {
                if stop.load(Ordering::Relaxed) || mail.is_closed() {
                    return ControlFlow::Break(());
                }
                if last.elapsed() >= TELL {
                    last = Instant::now();
                    mail.send_blocking(Msg::StateFile(FileMsg::Progress(done, of)));
                }
                ControlFlow::Continue(())
            };
            let news = work(&mut tell);
            mail.send_blocking(Msg::StateFile(news));
            drop(held);
        });
        if let Err(sentence) = started {
            let failed = Msg::StateFile(FileMsg::Failed(sentence));
            tokio::spawn(async move { refused.send(failed).await });
        }
    }
}
