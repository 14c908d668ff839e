//! Carries the model's effects out beside the interface: store calls as tasks, imports and searches on threads. Playing
//! scenarios is `playing`'s matter, below this file.

mod importing;
mod playing;

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime;
use tokio::sync::{Mutex, MutexGuard, mpsc, watch};

use super::super::beside::{Task, Told};
use super::super::driver::{Handler, Mailbox};
use super::super::filing;
use super::super::importing::at_home;
use super::super::model::{Answered, Applied, Call, Found, Model, Moment, Msg, News};
use super::super::panes::threads::Listing;
use super::super::playing::Orders;
use super::super::search::Needle;
use super::super::session::StoreKey;
use super::super::{recording, taking, timeline};
use super::aside;
use super::editor::edited;
use super::files::Files;
use crate::contract::{Step, ThreadMetadataPatch, ThreadStore, UpdateThreadMetadataParams};
use crate::protocol::ThreadId;
use crate::rollout::import::{Order, Wanted};
use crate::rollout::limit::MaxBytes;
use crate::store::{History, InMemoryThreadStore, When};
use crate::workbench::{Player, Workbench};
use importing::Import;
use playing::Stand;

/// After a change the interface looks again this soon, and later with each change that follows.
const SOON: Duration = Duration::from_millis(2);
/// While a store changes all the time the interface looks at it so often at most.
const LOOK: Duration = Duration::from_millis(40);
/// While an import runs its progress is told so often at most.
pub(super) const TELL: Duration = Duration::from_millis(80);

/// The stores of this run and the work under way.
pub struct Hand {
    mail: Mailbox<Msg>,
    benches: Vec<Workbench>,
    /// The players of stores on which scenarios are played.
    players: HashMap<usize, Arc<Mutex<Player>>>,
    /// What holds for steps that are played one after the other.
    orders: watch::Sender<Orders>,
    /// How large packed files may be.
    max_bytes: MaxBytes,
    /// The state file under way.
    pub(super) files: Files,
    /// The import that runs.
    import: Import,
    /// The number of the search that still counts.
    search: Arc<AtomicU64>,
    /// The number of the task that still counts.
    beside: Arc<AtomicU64>,
}

impl Hand {
    /// A hand without stores that sends its results to a mailbox.
    pub fn new(mail: Mailbox<Msg>, max_bytes: MaxBytes) -> Self {
        Self {
            mail,
            benches: Vec::new(),
            players: HashMap::new(),
            orders: watch::Sender::default(),
            max_bytes,
            files: Files::default(),
            import: Import::default(),
            search: Arc::default(),
            beside: Arc::default(),
        }
    }

    /// Takes a store in, tells of each of its steps from now on, and gives its state.
    pub fn observe(&mut self, bench: Workbench) -> News {
        let store = StoreKey(self.benches.len());
        let mut changes = bench.changes();
        changes.mark_unchanged();
        let news = look(store, &bench);
        self.benches.push(bench.clone());
        let mail = self.mail.clone();
        tokio::spawn(async move {
            let mut pause = SOON;
            while changes.changed().await.is_ok() {
                if !mail.send(Msg::News(look(store, &bench))).await {
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

    fn bench(&self, store: StoreKey) -> Option<Workbench> {
        self.benches.get(store.0).cloned()
    }

    /// What plays on a store; the player is made with the first scenario.
    fn stand(&mut self, store: StoreKey) -> Option<Stand> {
        let bench = self.bench(store)?;
        let player = self.players.entry(store.0);
        Some(Stand {
            store,
            player: Arc::clone(player.or_insert_with(|| Arc::new(Mutex::new(Player::new(&bench.journal()))))),
            bench,
            mail: self.mail.clone(),
        })
    }
}

fn look(store: StoreKey, bench: &Workbench) -> News {
    let (journal, snapshot) = bench.look();
    News {
        store,
        snapshot,
        journal,
    }
}

impl Handler<Model> for Hand {
    fn run(&mut self, call: Call, mailbox: &Mailbox<Msg>) {
        let mail = mailbox.clone();
        match call {
            Call::Step { store, .. } | Call::Apply { store, .. } | Call::Expect { store, .. } => {
                if let Some(bench) = self.bench(store) {
                    tokio::spawn(acted(bench, call, mail));
                }
            }
            Call::Branch { store, step, then } => {
                if let Some(bench) = self.bench(store) {
                    let player = self.players.get(&store.0).cloned();
                    tokio::spawn(async move {
                        let held = held(&player).await;
                        let gone = bench.go_back(step).await;
                        drop(held);
                        match gone {
                            Ok(()) => acted(bench, *then, mail).await,
                            Err(stop) => {
                                if mail.send(Msg::News(look(store, &bench))).await {
                                    mail.send(Msg::NotBranched(stop.to_string())).await;
                                }
                            }
                        }
                    });
                }
            }
            Call::Remark { store, step, remark } => {
                if let Some(bench) = self.bench(store) {
                    bench.say(step, remark);
                }
            }
            Call::Travel { store, to } => {
                if let Some(bench) = self.bench(store) {
                    let player = self.players.get(&store.0).cloned();
                    tokio::spawn(async move {
                        let held = held(&player).await;
                        let told = timeline::travel(&bench, to).await;
                        drop(held);
                        if mail.send(Msg::News(look(store, &bench))).await {
                            // Who only asks for the branches goes nowhere.
                            let msg = match to {
                                Moment::Branches => Msg::Said(told),
                                _ => Msg::Travelled(told),
                            };
                            mail.send(msg).await;
                        }
                    });
                }
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
                if let Some(stand) = self.stand(store) {
                    tokio::spawn(async move { stand.begin(id, script, clock).await });
                }
            }
            Call::Perform { store, act } => {
                let orders = self.orders.subscribe();
                if let Some(stand) = self.stand(store) {
                    tokio::spawn(stand.perform(act, orders));
                }
            }
            Call::Order(orders) => {
                self.orders.send_replace(orders);
            }
            // It needs the terminal: see below.
            Call::Edit(_) => {}
            Call::Open(id) => {
                let news = self.observe(Workbench::new(InMemoryThreadStore::for_id(id.as_str())));
                tokio::spawn(async move { mail.send(Msg::Opened { id, news }).await });
            }
            Call::Import {
                store,
                paths,
                opening,
            } => {
                if let Some(bench) = self.bench(store) {
                    let (tell, mut told) = mpsc::unbounded_channel();
                    tokio::spawn(async move {
                        while let Some(news) = told.recv().await {
                            mail.send(Msg::Import(news)).await;
                        }
                    });
                    let import = Import::new(tell);
                    let wanted = Wanted {
                        order: Order::Newest,
                        limit: self.max_bytes,
                        stop: import.stop.clone(),
                        ..Wanted::default()
                    };
                    let runtime = runtime::Handle::current();
                    self.import = import.clone();
                    let all = if opening { bench.opening() } else { bench.store() };
                    let started = aside::start(move || import.run(&runtime, all, &paths, wanted));
                    if let Err(sentence) = started {
                        self.import.refuse(sentence);
                    }
                }
            }
            Call::Save { path, text, over } => {
                aside(
                    mailbox,
                    move || {
                        let saved = taking::carry_out(&at_home(&path), text, over);
                        mail.send_blocking(Msg::Saved(saved));
                    },
                    |sentence| vec![Msg::Said(Err(sentence))],
                );
            }
            Call::SaveState(saving) => self.files.save(*saving, mail),
            Call::OpenState(opening) => self.files.open(*opening, mail),
            Call::StopFiling => self.files.stop(),
            Call::Restore { store, state } => {
                if let Some(bench) = self.bench(store) {
                    let news = self.observe(filing::restore(&bench, &state));
                    tokio::spawn(async move { mail.send(Msg::Restored(news)).await });
                }
            }
            Call::Beside { number, task } => {
                self.beside.store(number, Ordering::Relaxed);
                let latest = Arc::clone(&self.beside);
                aside(
                    mailbox,
                    move || do_beside(number, task, &latest, &mail),
                    move |sentence| {
                        let told = Told::Failed(sentence);
                        vec![Msg::Beside { number, told }]
                    },
                );
            }
            Call::StopBeside => self.beside.store(0, Ordering::Relaxed),
            Call::StopImport => self.import.stop(),
            Call::List(store, listing) => {
                aside(
                    mailbox,
                    move || list(store, listing.by_all(), &mail),
                    |sentence| vec![Msg::Said(Err(sentence))],
                );
            }
            Call::Search {
                search,
                history,
                needle,
            } => {
                self.search.store(search, Ordering::Relaxed);
                let latest = Arc::clone(&self.search);
                let seen = history.len();
                aside(
                    mailbox,
                    move || look_through(search, &history, &needle, &latest, &mail),
                    move |sentence| {
                        let found = Found {
                            search,
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
            Call::Edit(text) => Some(Msg::Edited(edited(&text))),
            call => {
                let mail = self.mail.clone();
                self.run(call, &mail);
                None
            }
        }
    }
}

/// Does work on a thread of its own; where there is none to be had, the messages say so.
fn aside(
    mailbox: &Mailbox<Msg>,
    work: impl FnOnce() + Send + 'static,
    refused: impl FnOnce(String) -> Vec<Msg>,
) {
    if let Err(sentence) = aside::start(work) {
        let (mail, msgs) = (mailbox.clone(), refused(sentence));
        tokio::spawn(async move {
            for msg in msgs {
                mail.send(msg).await;
            }
        });
    }
}

/// Keeps a player from playing while the store goes elsewhere in time.
async fn held(player: &Option<Arc<Mutex<Player>>>) -> Option<MutexGuard<'_, Player>> {
    match player {
        Some(player) => Some(player.lock().await),
        None => None,
    }
}

/// Makes the calls of one action of the person.
async fn acted(bench: Workbench, call: Call, mail: Mailbox<Msg>) {
    match call {
        Call::Step { store, step } => step_taken(bench, store, *step, mail).await,
        Call::Apply {
            store,
            threads,
            patch,
        } => apply(bench, store, threads, *patch, mail).await,
        Call::Expect { store, of, path } => {
            let told = recording::expect(&bench, of, &path).await;
            if mail.send(Msg::News(look(store, &bench))).await {
                mail.send(Msg::Said(told)).await;
            }
        }
        _ => {}
    }
}

/// Applies a patch to threads through one store, so that it is one action.
async fn apply(
    bench: Workbench,
    store: StoreKey,
    threads: Vec<ThreadId>,
    patch: ThreadMetadataPatch,
    mail: Mailbox<Msg>,
) {
    let all = bench.by_hand();
    let mut applied = Applied::of(&patch);
    for thread_id in threads {
        let params = UpdateThreadMetadataParams {
            thread_id,
            patch: patch.clone(),
            include_archived: false,
        };
        match all.update_thread_metadata(params).await {
            Ok(_) => applied.done += 1,
            Err(error) => applied.failed.push(error.to_string()),
        }
    }
    if mail.send(Msg::News(look(store, &bench))).await {
        mail.send(Msg::Applied(applied)).await;
    }
}

/// Makes a call of the person.
async fn step_taken(bench: Workbench, store: StoreKey, step: Step, mail: Mailbox<Msg>) {
    let op = step.op();
    let (number, result) = bench.numbered(step, When::Next).await;
    let summary = result.as_ref().map(|answer| answer.summary()).unwrap_or_default();
    let outcome = match result {
        Ok(answer) => {
            serde_json::to_string(&answer).map_err(|error| format!("the answer cannot be shown: {error}"))
        }
        Err(error) => Err(error.to_string()),
    };
    if mail.send(Msg::News(look(store, &bench))).await {
        let answered = Answered {
            step: number,
            op,
            outcome,
            summary,
        };
        mail.send(Msg::Answered(Box::new(answered))).await;
    }
}

/// Does a task and tells how it goes, until it is stopped or another one begins.
fn do_beside(number: u64, task: Task, latest: &AtomicU64, mail: &Mailbox<Msg>) {
    let mut last = Instant::now();
    let mut tell = |done, of| {
        if latest.load(Ordering::Relaxed) != number || mail.is_closed() {
            return ControlFlow::Break(());
        }
        if last.elapsed() >= TELL {
            last = Instant::now();
            let told = Told::Progress(done, of);
            mail.send_blocking(Msg::Beside { number, told });
        }
        ControlFlow::Continue(())
    };
    if let Some(finding) = task.run(&mut tell) {
        let told = Told::Found(finding);
        mail.send_blocking(Msg::Beside { number, told });
    }
}

/// Lists threads and shows what there is from time to time, as long as the list is awaited.
fn list(store: StoreKey, mut listing: Listing, mail: &Mailbox<Msg>) {
    let mut last = Instant::now();
    let tell = |listing: &Listing| mail.send_blocking(Msg::Listed(store, Box::new(listing.list().clone())));
    while !listing.go_on() {
        if !listing.is_awaited() || mail.is_closed() {
            return;
        }
        if last.elapsed() >= LOOK {
            last = Instant::now();
            tell(&listing);
        }
    }
    tell(&listing);
}

/// Looks for a text in every item and tells of what it finds as it goes, until another search begins.
fn look_through(search: u64, history: &History, needle: &str, latest: &AtomicU64, mail: &Mailbox<Msg>) {
    let needle = Needle::new(needle);
    let mut places = Vec::new();
    let mut last = Instant::now();
    let mut told = false;
    for (place, item) in history.iter().enumerate() {
        if latest.load(Ordering::Relaxed) != search || mail.is_closed() {
            return;
        }
        if needle.is_in_item(item) {
            places.push(place);
        }
        if place % 256 == 0 && !places.is_empty() && (!told || last.elapsed() >= TELL) {
            told = true;
            last = Instant::now();
            let places = std::mem::take(&mut places);
            mail.send_blocking(Msg::Found(Found {
                search,
                places,
                seen: place + 1,
                done: false,
            }));
        }
    }
    mail.send_blocking(Msg::Found(Found {
        search,
        places,
        seen: history.len(),
        done: true,
    }));
}

#[cfg(test)]
mod tests;
