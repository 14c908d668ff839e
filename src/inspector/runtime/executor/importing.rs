//! The import in the background. Sends progress while it runs, and ends when it is stopped, even if reading a file
//! never ends.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime;
use tokio::sync::mpsc;

use crate::inspector::runtime::threads::TELL;
use crate::inspector::state::import::{ImportMsg, ImportProgress, at_home};
use crate::rollout::import::{ImportOptions, Notice, import};
use crate::rollout::limit::StopFlag;
use crate::rollout::open::is_standard_input;
use crate::rollout::report::{FileOutcome, ProblemCode, Total};
use crate::workbench::ObservedStore;

/// How long to wait for an import that was stopped. After that, the import is abandoned and discards what it still
/// reads.
const PATIENCE: Duration = Duration::from_millis(60);

/// An import. Clones share their state. The default value is an import that has ended.
#[derive(Clone, Default)]
pub struct Import {
    /// Stops the import.
    pub stop: StopFlag,
    told: Arc<Mutex<ImportReport>>,
}

/// The messages that an import has sent.
#[derive(Default)]
struct ImportReport {
    /// The channel for messages. `None` after the import has ended.
    tell: Option<mpsc::UnboundedSender<ImportMsg>>,
    progress: ImportProgress,
}

impl Import {
    /// Creates an import that sends its messages to this channel.
    pub fn new(tell: mpsc::UnboundedSender<ImportMsg>) -> Self {
        let told = ImportReport {
            tell: Some(tell),
            progress: ImportProgress::default(),
        };
        Self {
            stop: StopFlag::default(),
            told: Arc::new(Mutex::new(told)),
        }
    }

    fn told(&self) -> MutexGuard<'_, ImportReport> {
        // The lock protects only messages that were sent, so poisoning is harmless.
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a message unless the import has ended. There are few messages: some progress messages per second and one
    /// for each file that could not be imported.
    fn tell(&self, news: ImportMsg) {
        let mut told = self.told();
        if let ImportMsg::Progress(progress) = &news {
            told.progress = *progress;
        }
        if let Some(tell) = &told.tell {
            // If nobody receives the messages, the import ends.
            let _ = tell.send(news);
        }
    }

    /// Sends the end of the import, once.
    fn end(&self, stopped: bool, progress: impl FnOnce(ImportProgress) -> ImportProgress) {
        let mut told = self.told();
        if let Some(tell) = told.tell.take() {
            let progress = progress(told.progress);
            let _ = tell.send(ImportMsg::Done { progress, stopped });
        }
    }

    /// Ends the import before it starts, with a sentence.
    pub fn refuse(&self, sentence: String) {
        self.tell(ImportMsg::Failed(sentence));
        self.end(true, |progress| progress);
    }

    fn is_unheard(&self) -> bool {
        self.told()
            .tell
            .as_ref()
            .is_none_or(mpsc::UnboundedSender::is_closed)
    }

    /// Stops the import. If the import does not end soon, sends its end anyway.
    pub fn stop(&self) {
        self.stop.ask();
        let import = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(PATIENCE).await;
            import.stop.leave();
            import.end(true, |progress| progress);
        });
    }

    /// Runs the import on the current thread, which must be separate from the interface, and sends its progress.
    pub fn run(
        &self,
        runtime: &runtime::Handle,
        store: Arc<ObservedStore>,
        paths: &[PathBuf],
        wanted: ImportOptions,
    ) {
        let mut total = Total::default();
        let mut last = Instant::now();
        // The inspector reads keys from standard input, so here the name that stands for standard input is a plain file
        // name.
        let file = |path: &PathBuf| match is_standard_input(path) {
            true => Path::new(".").join(path),
            false => at_home(path),
        };
        let paths: Vec<PathBuf> = paths.iter().map(file).collect();
        let mut hear = |notice: Notice<'_>| {
            match notice {
                Notice::Row(row) => {
                    total.add(row);
                    match &row.outcome {
                        FileOutcome::Error(problem) if problem.code == ProblemCode::Cancelled => {}
                        FileOutcome::Error(problem) => {
                            self.tell(ImportMsg::Failed(format!("{}: {problem}.", row.file)));
                        }
                        FileOutcome::Skipped(problem) => {
                            self.tell(ImportMsg::Skipped(format!("{}: {problem}.", row.file)));
                        }
                        FileOutcome::Read { .. } => {}
                    }
                }
                Notice::Progress(progress) => {
                    if last.elapsed() >= TELL {
                        last = Instant::now();
                        self.tell(ImportMsg::Progress(ImportProgress {
                            files: progress.files as u64,
                            of_files: progress.of_files as u64,
                            bytes: progress.bytes,
                            items: progress.items,
                            ..done(&total)
                        }));
                    }
                }
            }
            match self.is_unheard() {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        };
        let imported = runtime.block_on(import(&*store, &paths, wanted, &mut hear));
        // The store must be open before the end of the import is sent.
        drop(store);
        // A file that was read only in part also adds items.
        let items: usize = imported.threads.iter().map(|(_, items)| items).sum();
        self.end(self.stop.is_asked(), |_| ImportProgress {
            threads: imported.threads.len() as u64,
            items: (items as u64).saturating_sub(total.counts.damaged),
            ..done(&imported.total)
        });
    }
}

fn done(total: &Total) -> ImportProgress {
    ImportProgress {
        files: total.files + total.failed,
        of_files: total.files + total.failed,
        bytes: total.counts.bytes,
        threads: total.threads,
        items: total.counts.items,
        damaged: total.counts.damaged,
        failed: total.failed,
        skipped: total.skipped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_import_that_does_not_end_has_ended_soon_after_it_was_told_to() {
        let (tell, mut told) = mpsc::unbounded_channel();
        let import = Import::new(tell);
        let progress = ImportProgress {
            files: 3,
            ..ImportProgress::default()
        };
        import.tell(ImportMsg::Progress(progress));
        assert_eq!(told.recv().await, Some(ImportMsg::Progress(progress)));
        let before = tokio::time::Instant::now();
        import.stop();
        let ended = ImportMsg::Done {
            progress,
            stopped: true,
        };
        assert_eq!(told.recv().await, Some(ended));
        assert!(before.elapsed() < Duration::from_millis(100));
        assert!(import.stop.is_left() && import.is_unheard());
        // Later messages are not sent.
        import.tell(ImportMsg::Progress(ImportProgress::default()));
        import.end(true, |_| ImportProgress::default());
        assert_eq!(told.recv().await, None);
    }
}
