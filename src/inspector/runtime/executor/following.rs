//! Watches the files that were imported, and reports when they change. While the files do not change, nothing
//! runs, unless the system cannot report changes: then the files are checked every second.

use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::event::EventKind;
use notify::{Config, Event, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::home::{GOALS_DATABASE, HISTORY_DATABASE, Home, NAMES_INDEX, ROLLOUT_FOLDERS, STATE_DATABASE};
use crate::inspector::runtime::event_loop::Mailbox;
use crate::inspector::state::import::ImportMsg;
use crate::inspector::state::msg::Msg;
use crate::rollout::find::is_rollout;

/// How often files are checked if the system cannot report changes.
const POLL: Duration = Duration::from_secs(1);
/// How long to wait after a change for other changes that belong to it.
const TOGETHER: Duration = Duration::from_millis(15);

/// An active watch on files. Dropping it ends the watch.
pub struct Following {
    /// The watchers, which end when they are dropped.
    _watchers: Vec<Box<dyn Watcher + Send>>,
    task: JoinHandle<()>,
}

impl Drop for Following {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Following {
    /// Starts to watch files and folders.
    pub fn start(roots: &[PathBuf], mail: Mailbox<Msg>) -> Self {
        let (tell, mut changes) = mpsc::unbounded_channel();
        let mut watchers: Vec<Box<dyn Watcher + Send>> = Vec::new();
        let mut faults = Vec::new();
        let handler = || {
            let tell = tell.clone();
            move |event: notify::Result<Event>| {
                // An error can mean that changes were missed.
                if event.map_or(true, |event| is_change(&event)) {
                    let _ = tell.send(());
                }
            }
        };
        let places: Vec<(PathBuf, RecursiveMode)> = roots.iter().flat_map(|root| places(root)).collect();
        let watched = RecommendedWatcher::new(handler(), Config::default()).and_then(|mut watcher| {
            for (place, mode) in &places {
                watcher.watch(place, *mode)?;
            }
            Ok(watcher)
        });
        match watched {
            Ok(watcher) => watchers.push(Box::new(watcher)),
            Err(error) => {
                let polled = PollWatcher::new(handler(), Config::default().with_poll_interval(POLL))
                    .and_then(|mut watcher| {
                        for (place, mode) in &places {
                            watcher.watch(place, *mode)?;
                        }
                        Ok(watcher)
                    });
                match polled {
                    Ok(watcher) => {
                        watchers.push(Box::new(watcher));
                        faults.push(format!(
                            "The system cannot report changes to the files ({error}); they are checked every second instead."
                        ));
                    }
                    Err(error) => faults.push(format!(
                        "The files cannot be watched ({error}); {{key:reload}} reloads them."
                    )),
                }
            }
        }
        let task = tokio::spawn(async move {
            for sentence in faults {
                mail.send(Msg::Import(ImportMsg::Unwatched(sentence))).await;
            }
            // Reports changes between the import and now.
            mail.send(Msg::Import(ImportMsg::Changed)).await;
            while changes.recv().await.is_some() {
                tokio::time::sleep(TOGETHER).await;
                while changes.try_recv().is_ok() {}
                mail.send(Msg::Import(ImportMsg::Changed)).await;
            }
        });
        Self {
            _watchers: watchers,
            task,
        }
    }
}

/// What to watch for a path that was imported. A file can be replaced by another one, so its folder is watched.
fn places(root: &Path) -> Vec<(PathBuf, RecursiveMode)> {
    if Home::is_at(root) {
        let folders = ROLLOUT_FOLDERS.map(|name| root.join(name));
        let below = folders.into_iter().filter(|folder| folder.is_dir());
        let mut places = vec![(root.to_owned(), RecursiveMode::NonRecursive)];
        places.extend(below.map(|folder| (folder, RecursiveMode::Recursive)));
        return places;
    }
    match root.is_dir() {
        true => vec![(root.to_owned(), RecursiveMode::Recursive)],
        false => {
            let folder = root.parent().filter(|folder| !folder.as_os_str().is_empty());
            vec![(
                folder.unwrap_or(Path::new(".")).to_owned(),
                RecursiveMode::NonRecursive,
            )]
        }
    }
}

/// Whether an event can concern rollouts or a home.
fn is_change(event: &Event) -> bool {
    let is_kind = matches!(
        event.kind,
        EventKind::Any
            | EventKind::Create(_)
            | EventKind::Modify(_)
            | EventKind::Remove(_)
            | EventKind::Other
    );
    let concerns = |path: &PathBuf| {
        let Some(name) = path.file_name() else { return true };
        let text = name.to_string_lossy();
        let is_database = [STATE_DATABASE, GOALS_DATABASE, HISTORY_DATABASE]
            .iter()
            .any(|database| text.starts_with(database) && !text.ends_with("-shm"));
        is_rollout(name) || is_database || text == NAMES_INDEX || path.is_dir()
    };
    is_kind && (event.paths.is_empty() || event.paths.iter().any(concerns))
}
