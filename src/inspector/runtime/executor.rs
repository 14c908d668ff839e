//! Runs the effects of the model in the background: store calls as tasks, imports and searches on threads. The
//! submodule `playing` plays scenarios.

mod background;
mod following;
mod importing;
mod playing;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Mutex, MutexGuard, mpsc, watch};

use super::editor::edited;
use super::files::Files;
use super::settings_file::SettingsFile;
use crate::contract::ThreadMetadataPatch;
use crate::inspector::features::{patch_drawer, patch_io, recording, time_travel};
use crate::inspector::panes::history::conversation::ReadTranscript;
use crate::inspector::runtime::event_loop::{Handler, Mailbox};
use crate::inspector::runtime::threads;
use crate::inspector::state::effect::Call;
use crate::inspector::state::file::{self, FileMsg};
use crate::inspector::state::import::{ImportMsg, at_home};
use crate::inspector::state::model::Model;
use crate::inspector::state::msg::{
    Answered, Applied, CallMsg, JobMsg, Msg, PatchMsg, SearchMatches, StoreMsg, TimeMsg,
};
use crate::inspector::state::pace::PlaybackOrders;
use crate::inspector::state::playback::PlayAction;
use crate::inspector::state::session::{StoreKey, StoreNews};
use crate::protocol::ThreadId;
use crate::rollout::import::{ImportOptions, ImportOrder};
use crate::rollout::limit::MaxBytes;
use crate::store::{CallTime, InMemoryThreadStore};
use crate::workbench::{ItemMarks, Player, Request, Workbench};
use background::{do_job, keep_copy, list, look_through};
use following::Following;
use importing::Import;
use playing::PlaybackTask;

/// The delay before the first update after a change. The delay doubles with each further change.
const SOON: Duration = Duration::from_millis(2);
/// The maximum delay between two updates while a store keeps changing.
const LOOK: Duration = Duration::from_millis(40);
/// The stores of this run and the work in progress.
pub struct Executor {
    /// The runtime that runs the tasks.
    runtime: Handle,
    mail: Mailbox<Msg>,
    benches: Vec<Workbench>,
    /// The players of the stores on which scenarios are played.
    players: HashMap<usize, Arc<Mutex<Player>>>,
    /// The orders for continuous playback.
    orders: watch::Sender<PlaybackOrders>,
    /// The size limit for compressed files.
    max_bytes: MaxBytes,
    /// The state file that is being saved or opened.
    pub(super) files: Files,
    /// The settings to save.
    pub(super) settings: SettingsFile,
    /// The running import.
    import: Import,
    /// The files that are followed.
    following: Option<Following>,
    /// The numbers of the current search and of the current filter of a history.
    searches: [Arc<AtomicU64>; 2],
    /// The number of the current request to count values.
    counting: Arc<AtomicU64>,
    /// The number of the last request to read marks.
    marks: Arc<AtomicU64>,
    /// The number of the last request to read a transcript.
    transcripts: Arc<AtomicU64>,
    /// The numbers of the last additions to the statistics of each store.
    calls: HashMap<usize, Arc<AtomicU64>>,
    /// The number of the current job.
    job: Arc<AtomicU64>,
    /// Cloned into each task and thread that finishes without user input; the number of clones shows whether any is in
    /// progress.
    work: Arc<()>,
}

impl Executor {
    /// Creates an executor without stores that sends its results to a mailbox. Its tasks run on the current runtime.
    pub fn new(mail: Mailbox<Msg>, max_bytes: MaxBytes) -> Self {
        Self {
            runtime: Handle::current(),
            mail,
            benches: Vec::new(),
            players: HashMap::new(),
            orders: watch::Sender::default(),
            max_bytes,
            files: Files::default(),
            settings: SettingsFile::default(),
            import: Import::default(),
            following: None,
            searches: Default::default(),
            counting: Arc::default(),
            marks: Arc::default(),
            transcripts: Arc::default(),
            calls: HashMap::new(),
            job: Arc::default(),
            work: Arc::default(),
        }
    }

    /// Adds a store, sends a message whenever it changes from now on, and returns its state.
    pub fn observe(&mut self, bench: Workbench) -> StoreNews {
        let store = StoreKey(self.benches.len());
        let mut changes = bench.changes();
        changes.mark_unchanged();
        let news = StoreNews::of(store, &bench);
        self.benches.push(bench.clone());
        let mail = self.mail.clone();
        tokio::spawn(async move {
            let mut pause = SOON;
            while changes.changed().await.is_ok() {
                if !look(&mail, store, &bench).await {
                    break;
                }
                tokio::time::sleep(pause).await;
                pause = match changes.has_changed() {
                    Ok(true) => LOOK.min(pause * 2),
                    _ => SOON,
                };
            }
        });
        news
    }

    /// Returns whether work is in progress that finishes without user input. This excludes playback with pauses.
    pub fn is_busy(&self) -> bool {
        Arc::strong_count(&self.work) > 1
    }

    /// Runs work in a task.
    fn task(&self, work: impl Future<Output = ()> + Send + 'static) {
        let held = Arc::clone(&self.work);
        tokio::spawn(async move {
            work.await;
            drop(held);
        });
    }

    /// Runs work on a new thread. If no thread can be started, sends the messages that `refused` returns.
    fn aside(&self, work: impl FnOnce() + Send + 'static, refused: impl FnOnce(String) -> Vec<Msg>) {
        let held = Arc::clone(&self.work);
        let started = threads::start(move || {
            work();
            drop(held);
        });
        if let Err(sentence) = started {
            let (mail, msgs) = (self.mail.clone(), refused(sentence));
            self.task(async move {
                for msg in msgs {
                    mail.send(msg).await;
                }
            });
        }
    }

    /// Runs work with a number on its own thread, and sends its message. The work is asked to stop when one of the same kind
    /// begins, or when the event loop has ended.
    fn until_next(
        &self,
        kind: &Arc<AtomicU64>,
        number: u64,
        work: impl FnOnce(&dyn Fn() -> bool) -> Option<Msg> + Send + 'static,
    ) {
        let (latest, mail) = (Arc::clone(kind), self.mail.clone());
        latest.store(number, Ordering::Relaxed);
        self.aside(
            move || {
                let goes_on = || latest.load(Ordering::Relaxed) == number && !mail.is_closed();
                if let Some(msg) = work(&goes_on) {
                    mail.send_blocking(msg);
                }
            },
            |sentence| vec![Msg::Said(Err(sentence))],
        );
    }

    /// Returns the number of stores.
    #[cfg(test)]
    pub fn stores(&self) -> usize {
        self.benches.len()
    }

    /// Returns the store with this key, which is a key of this executor.
    pub fn bench(&self, store: StoreKey) -> Workbench {
        self.benches[store.0].clone()
    }

    /// Returns a playback task for a store. The first call creates the player.
    fn stand(&mut self, store: StoreKey) -> PlaybackTask {
        let bench = self.bench(store);
        let player = self.players.entry(store.0);
        PlaybackTask {
            store,
            player: Arc::clone(player.or_insert_with(|| Arc::new(Mutex::new(Player::new(&bench.journal()))))),
            bench,
            mail: self.mail.clone(),
        }
    }
}

impl Handler<Model> for Executor {
    fn run(&mut self, call: Call, mailbox: &Mailbox<Msg>) {
        let runtime = self.runtime.clone();
        let _inside = runtime.enter();
        let mail = mailbox.clone();
        match call {
            Call::Step { store, .. } | Call::Apply { store, .. } | Call::Expect { store, .. } => {
                let bench = self.bench(store);
                self.task(acted(bench, call, mail));
            }
            Call::Branch { store, step, then } => {
                let bench = self.bench(store);
                let player = self.players.get(&store.0).cloned();
                self.task(async move {
                    let held = held(&player).await;
                    let gone = bench.go_back(step).await;
                    drop(held);
                    match gone {
                        Ok(()) => acted(bench, *then, mail).await,
                        Err(stop) => {
                            if look(&mail, store, &bench).await {
                                mail.send(Msg::Time(TimeMsg::NotBranched(stop.to_string()))).await;
                            }
                        }
                    }
                });
            }
            Call::Remark { store, step, remark } => {
                let bench = self.bench(store);
                bench.say(step, remark);
                self.task(async move {
                    look(&mail, store, &bench).await;
                });
            }
            Call::Travel { store, to, .. } => {
                let bench = self.bench(store);
                let player = self.players.get(&store.0).cloned();
                self.task(async move {
                    let held = held(&player).await;
                    let told = time_travel::travel(&bench, to).await;
                    drop(held);
                    if look(&mail, store, &bench).await {
                        mail.send(Msg::Time(TimeMsg::Travelled(told))).await;
                    }
                });
            }
            Call::ListBranches(store) => {
                let bench = self.bench(store);
                self.task(async move {
                    let branches = bench.branches().await;
                    mail.send(Msg::Time(TimeMsg::Branches(branches))).await;
                });
            }
            Call::Begin {
                store,
                id,
                script,
                clock,
            } => {
                let store = store.unwrap_or_else(|| {
                    let own = id
                        .as_deref()
                        .map_or_else(Arc::default, InMemoryThreadStore::for_id);
                    self.observe(Workbench::new(own)).store
                });
                let stand = self.stand(store);
                self.task(stand.begin(id, script, clock));
            }
            Call::Perform { store, act } => {
                let orders = self.orders.subscribe();
                let stand = self.stand(store);
                match act {
                    // Continuous playback waits between steps.
                    PlayAction::On { to_note: false } => drop(tokio::spawn(stand.perform(act, orders))),
                    act => self.task(stand.perform(act, orders)),
                }
            }
            Call::Order(orders) => {
                self.orders.send_replace(orders);
            }
            Call::Edit(_) => debug_assert!(false, "an editor needs the terminal, so `outside` runs it"),
            Call::Open(id) => {
                let news = self.observe(Workbench::new(InMemoryThreadStore::for_id(id.as_str())));
                self.task(async move {
                    mail.send(Msg::Store(StoreMsg::Opened { id, news })).await;
                });
            }
            Call::Import {
                store,
                paths,
                opening,
                again,
            } => {
                let bench = self.bench(store);
                let (tell, mut told) = mpsc::unbounded_channel();
                let imported = bench.clone();
                self.task(async move {
                    while let Some(news) = told.recv().await {
                        // After the end, commands rely on what the import has noted.
                        if matches!(news, ImportMsg::Done { .. }) {
                            look(&mail, store, &imported).await;
                        }
                        mail.send(Msg::Import(news)).await;
                    }
                });
                let import = Import::new(tell);
                let wanted = ImportOptions {
                    order: ImportOrder::Newest,
                    limit: self.max_bytes,
                    stop: import.stop.clone(),
                    again,
                    ..ImportOptions::default()
                };
                let runtime = self.runtime.clone();
                self.import = import.clone();
                let all = if opening { bench.opening() } else { bench.store() };
                let started = threads::start(move || import.run(&runtime, all, &paths, opening, wanted));
                if let Err(sentence) = started {
                    self.import.refuse(sentence);
                }
            }
            Call::Follow(store) => {
                let roots = store.map(|store| self.bench(store).imports().roots.clone());
                self.following = roots.map(|roots| Following::start(&roots, self.mail.clone()));
            }
            Call::ListPatches(folder) => self.aside(
                move || {
                    let named = patch_drawer::named(folder);
                    mail.send_blocking(Msg::Patch(PatchMsg::Listed(named)));
                },
                |sentence| vec![Msg::Said(Err(sentence))],
            ),
            Call::LoadPatch(path) => self.aside(
                move || {
                    let text = patch_drawer::read(&at_home(&path));
                    mail.send_blocking(Msg::Patch(PatchMsg::Loaded(text)));
                },
                |sentence| vec![Msg::Said(Err(sentence))],
            ),
            Call::Save {
                path,
                text,
                over,
                in_state_folder,
            } => {
                self.aside(
                    move || {
                        let path = at_home(&path);
                        if in_state_folder && let Some(folder) = path.parent() {
                            // Saving the file reports why there is no folder.
                            let _ = std::fs::create_dir_all(folder);
                        }
                        let saved = patch_io::carry_out(&path, text, over);
                        mail.send_blocking(Msg::Patch(PatchMsg::Saved(saved)));
                    },
                    |sentence| vec![Msg::Said(Err(sentence))],
                );
            }
            Call::KeepCopy { path, text, reason } => {
                self.aside(
                    move || {
                        mail.send_blocking(Msg::Said(keep_copy(&path, text, &reason)));
                    },
                    |sentence| vec![Msg::Said(Err(sentence))],
                );
            }
            Call::Picture(picture) => self.aside(
                move || {
                    mail.send_blocking(Msg::Said(picture.write()));
                },
                |sentence| vec![Msg::Said(Err(sentence))],
            ),
            Call::KeepSettings { path, text } => {
                let settings = self.settings.clone();
                settings.put(path, text);
                self.aside(
                    move || {
                        if let Err(sentence) = settings.save() {
                            mail.send_blocking(Msg::Said(Err(sentence)));
                        }
                    },
                    |sentence| vec![Msg::Said(Err(sentence))],
                );
            }
            Call::SaveState(saving) => {
                let work = self.files.save(*saving, mail);
                self.aside(work, not_filed);
            }
            Call::OpenState(opening) => {
                let work = self.files.open(*opening, mail);
                self.aside(work, not_filed);
            }
            Call::StopFiling => self.files.stop(),
            Call::Restore { store, state } => {
                let bench = self.bench(store);
                let news = self.observe(file::restore(&bench, &state));
                let news = FileMsg::Restored(Box::new(news));
                self.task(async move {
                    mail.send(Msg::StateFile(news)).await;
                });
            }
            Call::Job(number, job) => {
                self.job.store(number, Ordering::Relaxed);
                let latest = Arc::clone(&self.job);
                self.aside(
                    move || do_job(number, job, &latest, &mail),
                    |sentence| vec![Msg::Job(number, JobMsg::Failed(sentence))],
                );
            }
            Call::StopJob => self.job.store(0, Ordering::Relaxed),
            Call::StopImport => self.import.stop(),
            Call::List(store, listing) => {
                self.aside(
                    move || list(store, listing.by_all(), &mail),
                    |sentence| vec![Msg::Said(Err(sentence))],
                );
            }
            Call::ReadMarks(thread, history) => {
                let number = self.marks.load(Ordering::Relaxed) + 1;
                self.until_next(&self.marks, number, move |goes_on| {
                    let marks = ItemMarks::read_all(&history, goes_on)?;
                    Some(Msg::Marks(thread, Box::new(marks)))
                });
            }
            Call::ReadTranscript(thread, history) => {
                let number = self.transcripts.load(Ordering::Relaxed) + 1;
                self.until_next(&self.transcripts, number, move |goes_on| {
                    let read = ReadTranscript::read_all(&history, goes_on)?;
                    Some(Msg::Transcript(thread, Box::new(read)))
                });
            }
            Call::AddCalls(store, calls) => {
                let (number, calls) = (calls.number, *calls);
                let kind = Arc::clone(self.calls.entry(store.0).or_default());
                self.until_next(&kind, number, move |goes_on| {
                    Some(Msg::CallsAdded(store, number, Box::new(calls.run(goes_on)?)))
                });
            }
            Call::Count(number, count) => {
                self.until_next(&self.counting, number, move |goes_on| {
                    Some(Msg::Counted(number, count(goes_on)?))
                });
            }
            Call::Search(search) => {
                let latest = Arc::clone(&self.searches[usize::from(search.is_filter)]);
                latest.store(search.number, Ordering::Relaxed);
                let (number, seen) = (search.number, search.history.len());
                self.aside(
                    move || look_through(&search, &latest, &mail),
                    move |sentence| {
                        let found = SearchMatches {
                            search: number,
                            places: Vec::new(),
                            seen,
                            done: true,
                        };
                        vec![Msg::Found(found), Msg::Said(Err(sentence))]
                    },
                );
            }
        }
    }

    fn outside(&mut self, call: Call) -> Option<Msg> {
        match call {
            Call::Edit(text) => Some(Msg::Patch(PatchMsg::Edited(edited(&text)))),
            call => {
                let mail = self.mail.clone();
                self.run(call, &mail);
                None
            }
        }
    }
}

/// Returns the messages if no thread can be started to save or open a file.
fn not_filed(sentence: String) -> Vec<Msg> {
    vec![Msg::StateFile(FileMsg::Failed(sentence))]
}

/// Locks the player so that no step is played while the store goes to another step.
async fn held(player: &Option<Arc<Mutex<Player>>>) -> Option<MutexGuard<'_, Player>> {
    match player {
        Some(player) => Some(player.lock().await),
        None => None,
    }
}

/// Sends the current state of a store. Returns false if the event loop has ended.
async fn look(mail: &Mailbox<Msg>, store: StoreKey, bench: &Workbench) -> bool {
    mail.send(Msg::Store(StoreMsg::News(StoreNews::of(store, bench))))
        .await
}

/// Makes the store calls of one action of the user.
async fn acted(bench: Workbench, call: Call, mail: Mailbox<Msg>) {
    match call {
        Call::Step { store, request } => request_made(bench, store, *request, mail).await,
        Call::Apply {
            store,
            threads,
            patch,
            text,
        } => {
            let applied = apply(&bench, &threads, &patch, text.as_deref()).await;
            if look(&mail, store, &bench).await {
                mail.send(Msg::Patch(PatchMsg::Applied(applied))).await;
            }
        }
        Call::Expect { store, of, path } => {
            let told = recording::expect(&bench, of, &path).await;
            if look(&mail, store, &bench).await {
                mail.send(Msg::Said(told)).await;
            }
        }
        _ => debug_assert!(false, "only calls of a store are actions on it"),
    }
}

/// Applies a patch to several threads through one store handle, so that the calls form one action.
async fn apply(
    bench: &Workbench,
    threads: &[ThreadId],
    patch: &ThreadMetadataPatch,
    text: Option<&str>,
) -> Applied {
    let all = bench.by_hand();
    let mut applied = Applied::of(patch);
    for thread in threads {
        match all.request(Request::patch(*thread, patch.clone(), text)).await {
            Ok(_) => applied.done += 1,
            Err(error) => applied.failed.push(error.to_string()),
        }
    }
    applied
}

/// Makes a store call for the user.
async fn request_made(bench: Workbench, store: StoreKey, request: Request, mail: Mailbox<Msg>) {
    let op = request.step.op();
    let (number, result) = bench.numbered(request, CallTime::Next).await;
    let summary = result.as_ref().map(|answer| answer.summary()).unwrap_or_default();
    let outcome = match result {
        Ok(answer) => {
            serde_json::to_string(&answer).map_err(|error| format!("the answer cannot be shown: {error}"))
        }
        Err(error) => Err(error.to_string()),
    };
    if look(&mail, store, &bench).await {
        let answered = Answered {
            step: number,
            op,
            outcome,
            summary,
        };
        mail.send(Msg::Call(CallMsg::Answered(Box::new(answered)))).await;
    }
}

#[cfg(test)]
mod tests;
