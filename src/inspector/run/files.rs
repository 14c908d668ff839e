//! Writes and reads state files, and writes scenarios, on a thread beside the interface, and tells how it goes.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

use super::super::driver::Mailbox;
use super::super::filing::{self, FilingNews, Opening, Saving};
use super::super::importing::at_home;
use super::super::model::Msg;
use super::hand::TELL;
use crate::workbench::whole_file::Tell;

/// The file under way.
#[derive(Default)]
pub struct Files {
    /// Set to end it.
    stop: Arc<AtomicBool>,
    /// The thread that writes one.
    writer: Option<JoinHandle<()>>,
}

impl Files {
    /// Saves a store.
    pub fn save(&mut self, saving: Saving, mail: Mailbox<Msg>) {
        let path = at_home(&saving.path);
        let saving = Saving { path, ..saving };
        self.writer = Some(self.begin(mail, move |tell| saving.run(tell)));
    }

    /// Opens a state.
    pub fn open(&mut self, opening: Opening, mail: Mailbox<Msg>) {
        self.begin(mail, move |tell| filing::read(opening, tell));
    }

    /// Ends what is under way.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Ends what is being written, and waits until nothing is left of it.
    pub fn finish(&mut self) {
        self.stop();
        if let Some(writer) = self.writer.take() {
            // A panic of the thread has been told where it happened.
            let _ = writer.join();
        }
    }

    fn begin(
        &mut self,
        mail: Mailbox<Msg>,
        work: impl FnOnce(Tell<'_>) -> FilingNews + Send + 'static,
    ) -> JoinHandle<()> {
        self.stop = Arc::default();
        let stop = Arc::clone(&self.stop);
        std::thread::spawn(move || {
            let mut last = Instant::now();
            let mut tell = |done, of| {
                if stop.load(Ordering::Relaxed) || mail.is_closed() {
                    return ControlFlow::Break(());
                }
                if last.elapsed() >= TELL {
                    last = Instant::now();
                    mail.send_blocking(Msg::Filing(FilingNews::Progress(done, of)));
                }
                ControlFlow::Continue(())
            };
            let news = work(&mut tell);
            mail.send_blocking(Msg::Filing(news));
        })
    }
}
