//! Saves and opens state files, and saves scenarios, on a background thread, and sends the progress.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use crate::inspector::runtime::event_loop::Mailbox;
use crate::inspector::runtime::threads::{self, TELL};
use crate::inspector::state::file::{self, FileMsg, SaveRequest, StateFileToOpen};
use crate::inspector::state::import::at_home;
use crate::inspector::state::msg::Msg;
use crate::workbench::whole_file::FileProgressFn;

/// How long the program waits at exit for the removal of a file that is being written.
const REMOVING: Duration = Duration::from_millis(500);

/// The file that is being saved or opened.
#[derive(Default)]
pub struct Files {
    /// Set to stop the work.
    stop: Arc<AtomicBool>,
    /// Closed when the thread that saves a file has ended.
    writing: Option<mpsc::Receiver<()>>,
}

impl Files {
    /// Saves a store or its steps.
    pub fn save(&mut self, saving: SaveRequest, mail: Mailbox<Msg>, work: Arc<()>) {
        let path = at_home(&saving.path);
        let saving = SaveRequest { path, ..saving };
        let (ended, writing) = mpsc::channel();
        self.writing = Some(writing);
        self.begin(mail, work, move |tell| {
            let _ended: mpsc::Sender<()> = ended;
            saving.run(tell)
        });
    }

    /// Opens a state file.
    pub fn open(&mut self, opening: StateFileToOpen, mail: Mailbox<Msg>, work: Arc<()>) {
        self.begin(mail, work, move |tell| file::read(opening, tell));
    }

    /// Stops saving or opening.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Stops saving, and waits for a short time until the partial file is removed.
    pub fn finish(&mut self) {
        self.stop();
        if let Some(writing) = self.writing.take() {
            // Nothing is ever sent. The channel closes when the thread ends.
            let _ = writing.recv_timeout(REMOVING);
        }
    }

    fn begin(
        &mut self,
        mail: Mailbox<Msg>,
        held: Arc<()>,
        work: impl FnOnce(FileProgressFn<'_>) -> FileMsg + Send + 'static,
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
