//! Work that saves and opens state files, and saves scenarios; it runs on a thread and sends its progress.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use crate::inspector::runtime::event_loop::Mailbox;
use crate::inspector::runtime::threads::progress;
use crate::inspector::state::file::{self, FileMsg, SaveRequest, StateFileToOpen};
use crate::inspector::state::import::at_home;
use crate::inspector::state::msg::Msg;
use crate::workbench::whole_file::FileProgressFn;

/// How long the program waits at exit until a partially written file is removed.
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
    /// Returns the work that saves a store or its steps.
    pub fn save(&mut self, saving: SaveRequest, mail: Mailbox<Msg>) -> impl FnOnce() + Send + use<> {
        let path = at_home(&saving.path);
        let saving = SaveRequest { path, ..saving };
        let (ended, writing) = mpsc::channel();
        self.writing = Some(writing);
        self.begin(mail, move |tell| {
            let _ended: mpsc::Sender<()> = ended;
            saving.run(tell)
        })
    }

    /// Returns the work that opens a state file.
    pub fn open(&mut self, opening: StateFileToOpen, mail: Mailbox<Msg>) -> impl FnOnce() + Send + use<> {
        self.begin(mail, move |tell| file::read(opening, tell))
    }

    /// Stops saving or opening.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Stops saving, and waits for a short time until the partial file is removed.
    pub fn finish(&mut self) {
        self.stop();
        if let Some(writing) = self.writing.take() {
            // Nothing is ever sent on this channel. The channel closes when the thread ends.
            let _ = writing.recv_timeout(REMOVING);
        }
    }

    fn begin<W>(&mut self, mail: Mailbox<Msg>, work: W) -> impl FnOnce() + Send + use<W>
    where
        W: FnOnce(FileProgressFn<'_>) -> FileMsg + Send + 'static,
    {
        self.stop = Arc::default();
        let stop = Arc::clone(&self.stop);
        move || {
            let is_stopped = || stop.load(Ordering::Relaxed);
            let far = |done, of| Msg::StateFile(FileMsg::Progress(done, of));
            let news = work(&mut progress(&mail, is_stopped, far));
            mail.send_blocking(Msg::StateFile(news));
        }
    }
}
