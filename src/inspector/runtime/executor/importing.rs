//! The import in the background. Sends progress while it runs, and ends when it is stopped, even if reading a file
//! never ends.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use imbl::OrdSet;
use tokio::runtime;
use tokio::sync::mpsc;

use crate::inspector::runtime::threads::TELL;
use crate::inspector::state::import::{ImportMsg, ImportProgress, at_home};
use crate::protocol::ThreadId;
use crate::rollout::import::{ImportOptions, Notice, OutdatedThread, import};
use crate::rollout::known::KnownThreads;
use crate::rollout::limit::StopFlag;
use crate::rollout::open::{FileKind, is_standard_input};
use crate::rollout::report::{FileOutcome, ProblemCode, Total};
use crate::rollout::sources::ThreadSources;
use crate::store::InMemoryThreadStore;
use crate::workbench::{ImportedThread, ObservedStore, Workbench};

/// How long to wait for an import that was stopped. After that, the import is abandoned, and anything that it reads
/// later is discarded.
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
    /// Imports only what is new since the previous import; if no paths are given, uses all paths that were imported
    /// before.
    pub fn run(
        &self,
        runtime: &runtime::Handle,
        store: Arc<ObservedStore>,
        paths: &[PathBuf],
        opening: bool,
        mut wanted: ImportOptions,
    ) {
        let bench = store.bench().clone();
        let before = bench.imports();
        wanted.known = before.known(&bench.journal());
        wanted.homes.clone_from(&before.homes);
        let paths: Vec<PathBuf> = match paths {
            [] => before.roots.clone(),
            paths => paths.iter().map(|path| opened(path, opening)).collect(),
        };
        wanted.store = Some(bench.snapshot());
        let rereads = wanted.again;
        let again = ImportOptions {
            known: KnownThreads::default(),
            ..wanted.clone()
        };
        let mut total = Total::default();
        let mut last = Instant::now();
        let mut updates: HashMap<ThreadId, OrdSet<u64>> = HashMap::new();
        let mut hear = |notice: Notice<'_>| {
            match notice {
                Notice::Row(row) => {
                    total.add(row);
                    match &row.outcome {
                        FileOutcome::Error(problem) if problem.code == ProblemCode::Cancelled => {}
                        FileOutcome::Skipped(problem) => {
                            self.tell(ImportMsg::Skipped(format!("{}: {problem}.", row.file)));
                        }
                        outcome => {
                            if let Some(complaint) = outcome.complaint() {
                                self.tell(ImportMsg::Failed(format!("{}: {complaint}.", row.file)));
                            }
                        }
                    }
                }
                Notice::Remark(_) => {}
                Notice::Updated(id) => {
                    updates.entry(id).or_default().insert(store.last_step());
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
        let (mut new, mut changed) = (0, 0);
        bench.note_imports(|imports, journal| {
            imports.add_roots(paths.iter().filter(|path| is_lasting(path)));
            imports.add_homes(&imported.homes);
            imports.home_remarks.clone_from(&imported.home_remarks);
            for sources in &imported.threads {
                let updates = updates.remove(&sources.thread_id).unwrap_or_default();
                let known = before.thread(sources.thread_id, journal);
                // A file that could be read only in part adds items, too.
                let items = sources.items - known.map_or(0, |known| known.sources.items.min(sources.items));
                new += items as u64;
                let called = match known {
                    // If no call was made, only information outside the store has changed, and the previous step still
                    // applies.
                    Some(known) if items == 0 => {
                        changed += 1;
                        known.step
                    }
                    _ => store.last_step(),
                };
                let step = updates.get_max().copied().unwrap_or(called);
                imports.add(imported_thread(&bench, sources.clone(), step, updates), journal);
            }
        });
        let mut outdated = imported.outdated;
        if rereads {
            // Forks of a thread that is read again must be read again too, because they begin with items of its files.
            let forks = before.forks_of(&outdated, &bench.journal());
            outdated.extend(forks);
        }
        let replaced = outdated.len() as u64;
        for OutdatedThread { thread_id, reason } in outdated {
            runtime.block_on(replace(&bench, thread_id, &reason, &paths, again.clone()));
        }
        // The opening of the store must be complete before the end of the import is sent.
        drop(store);
        self.end(self.stop.is_asked(), |_| ImportProgress {
            threads: imported.threads.len() as u64,
            items: new.saturating_sub(total.counts.damaged),
            remarks: bench.imports().remarks(&bench.journal()).count() as u64,
            changed,
            replaced,
            ..done(&imported.total)
        });
    }
}

/// A path as the user named it. A dash stands for standard input only on the command line. In a command of the
/// inspector, a dash is a plain file name, because standard input then delivers the keys that the user types.
fn opened(path: &Path, opening: bool) -> PathBuf {
    match is_standard_input(path) && !opening {
        true => Path::new(".").join(path),
        false => at_home(path),
    }
}

/// Whether a path can be read again.
fn is_lasting(path: &Path) -> bool {
    !is_standard_input(path) && matches!(FileKind::of(path), Ok(FileKind::Regular | FileKind::Folder))
}

fn imported_thread(
    bench: &Workbench,
    sources: ThreadSources,
    step: u64,
    updates: OrdSet<u64>,
) -> ImportedThread {
    let snapshot = bench.snapshot();
    let history = snapshot
        .thread(sources.thread_id)
        .and_then(|record| record.history.clone());
    ImportedThread {
        before: history
            .map_or(0, |history| history.len())
            .saturating_sub(sources.items),
        sources: Arc::new(sources),
        step,
        updates,
    }
}

/// Reads a thread again from the start, and replaces it in the store as one change from outside.
async fn replace(bench: &Workbench, id: ThreadId, reason: &str, paths: &[PathBuf], wanted: ImportOptions) {
    let scratch = InMemoryThreadStore::default();
    let wanted = ImportOptions {
        only: Some(id),
        ..wanted
    };
    let imported = import(&scratch, paths, wanted, &mut |_| ControlFlow::Continue(())).await;
    let read = imported.threads.into_iter().find(|thread| thread.thread_id == id);
    // If the thread is missing, its files were removed in the meantime, and the thread stays as it was read before.
    if let Some(sources) = read {
        let what = format!("history replaced: {reason}");
        let step = bench.replace_thread(id, &scratch.snapshot(), what).await;
        bench.note_imports(|imports, journal| {
            imports.add(imported_thread(bench, sources, step, OrdSet::unit(step)), journal);
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
        partial: total.partial,
        skipped: total.skipped,
        remarks: 0,
        changed: 0,
        replaced: 0,
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
