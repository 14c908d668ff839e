//! Measures the speed of the store against a plain implementation of the contract: `cargo bench --bench store`. Prints
//! a table with a pass or fail for each limit; each figure is the median of several runs after a warm-up.

#![allow(clippy::unwrap_used, reason = "a benchmark cannot run without its store")]

use std::collections::HashMap;
use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use threadloupe::contract::{
    AppendThreadItemsParams, ListThreadsParams, Op, ReadThreadParams, ResumeThreadParams, Step, ThreadStore,
};
use threadloupe::protocol::json::Json;
use threadloupe::protocol::{RolloutItem, ThreadId};
use threadloupe::store::InMemoryThreadStore;

const ITEM: &str = r#"{"timestamp":"2026-05-13T00:28:15.000Z","type":"event_msg","payload":{"type":"agent_message","message":"One of the items of a thread, about as long as a short message is.","phase":null}}"#;

/// The plain store: it clones a thread with its whole history and then drops the history; its paths are a list.
#[derive(Default)]
struct Plain {
    histories: HashMap<ThreadId, Vec<Value>>,
    paths: Vec<(PathBuf, ThreadId)>,
}

/// The part of a stored thread that the comparison needs.
struct PlainThread {
    _id: ThreadId,
    _path: Option<PathBuf>,
    history: Option<Vec<Value>>,
}

impl Plain {
    fn project(&self, id: ThreadId) -> PlainThread {
        let history = self.histories.get(&id).cloned();
        let path = self
            .paths
            .iter()
            .find(|(_, owner)| *owner == id)
            .map(|(path, _)| path.clone());
        PlainThread {
            _id: id,
            _path: path,
            history,
        }
    }

    fn read(&self, id: ThreadId) -> PlainThread {
        let mut thread = self.project(id);
        thread.history = None;
        thread
    }

    fn list(&self) -> Vec<PlainThread> {
        let mut ids: Vec<ThreadId> = self.histories.keys().copied().collect();
        ids.sort_by_key(ThreadId::to_string);
        ids.into_iter().map(|id| self.read(id)).collect()
    }
}

fn id(n: usize) -> ThreadId {
    ThreadId::from_string(&format!("0198f2a3-0000-7000-8000-{n:012x}")).unwrap()
}

/// The median time of the runs after a first one that does not count.
fn median(runs: usize, mut run: impl FnMut()) -> Duration {
    run();
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let began = Instant::now();
            run();
            began.elapsed()
        })
        .collect();
    times.sort();
    times[runs / 2]
}

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct Bench(tokio::runtime::Runtime);

impl Bench {
    fn threads(&self, count: usize, items: usize, paths: bool) -> Arc<InMemoryThreadStore> {
        let store = Arc::new(InMemoryThreadStore::default());
        let item = RolloutItem::parse(ITEM).unwrap();
        self.0.block_on(async {
            for n in 0..count {
                let params = format!(r#"{{"thread_id":"{}"}}"#, id(n));
                let Step::CreateThread(params) =
                    Step::read(Op::CreateThread, Some(Json::parse(&params).unwrap())).unwrap()
                else {
                    unreachable!("a create is read as a create");
                };
                store.create_thread(params).await.unwrap();
                if items > 0 {
                    let items = vec![item.clone(); items];
                    store.append_items(AppendThreadItemsParams::new(id(n), items)).await.unwrap();
                }
                if paths {
                    let params = format!(r#"{{"thread_id":"{}","rollout_path":"/home/someone/.codex/sessions/2026/05/13/rollout-{n}.jsonl"}}"#, id(n));
                    let Step::ResumeThread(params) =
                        Step::read(Op::ResumeThread, Some(Json::parse(&params).unwrap())).unwrap()
                    else {
                        unreachable!("a resume is read as a resume");
                    };
                    let params: ResumeThreadParams = params;
                    store.resume_thread(params).await.unwrap();
                }
            }
        });
        store
    }

    fn list(&self, store: &InMemoryThreadStore) {
        let Step::ListThreads(params) = Step::read(Op::ListThreads, None).unwrap() else {
            unreachable!("a list is read as a list");
        };
        let params: ListThreadsParams = params;
        black_box(self.0.block_on(store.list_threads(params)).unwrap());
    }

    fn read(&self, store: &InMemoryThreadStore, id: ThreadId) {
        let params = ReadThreadParams::new(id);
        black_box(self.0.block_on(store.read_thread(params)).unwrap());
    }
}

fn plain(threads: usize, items: usize) -> Plain {
    let item: Value = serde_json::from_str(ITEM).unwrap();
    let mut plain = Plain::default();
    for n in 0..threads {
        plain.histories.insert(id(n), vec![item.clone(); items]);
        plain.paths.push((PathBuf::from(format!("/r/{n}.jsonl")), id(n)));
    }
    plain
}

fn say(what: &str, figure: String, bar: &str, passed: bool) {
    println!(
        "{}  {what:<66}  {figure:<34}  bar: {bar}",
        if passed { "pass" } else { "FAIL" }
    );
}

fn main() {
    let bench = Bench(tokio::runtime::Builder::new_current_thread().build().unwrap());

    let store = bench.threads(1_000, 1_000, false);
    let ours = median(21, || bench.list(&store));
    let slow = plain(1_000, 1_000);
    let theirs = median(3, || drop(black_box(slow.list())));
    let times = theirs.as_secs_f64() / ours.as_secs_f64();
    say(
        "list_threads, 1,000 threads of 1,000 items",
        format!("{times:.0} times faster ({ours:?}, plain {theirs:?})"),
        "500 times",
        times >= 500.0,
    );
    drop((store, slow));

    let store = bench.threads(1, 100_000, false);
    // One read is too short for the clock, so a run is a thousand reads.
    let ours = median(21, || (0..1_000).for_each(|_| bench.read(&store, id(0)))) / 1_000;
    let slow = plain(1, 100_000);
    let theirs = median(3, || drop(black_box(slow.read(id(0)))));
    let times = theirs.as_secs_f64() / ours.as_secs_f64();
    say(
        "read_thread without history, 100,000 items",
        format!("{times:.0} times faster ({ours:?}, plain {theirs:?})"),
        "50,000 times",
        times >= 50_000.0,
    );
    drop((store, slow));

    let small = bench.threads(100_000, 0, true);
    let fewer = median(7, || bench.list(&small));
    drop(small);
    let large = bench.threads(1_000_000, 0, true);
    let more = median(5, || bench.list(&large));
    let times = more.as_secs_f64() / fewer.as_secs_f64();
    say(
        "list_threads with paths, 1,000,000 threads against 100,000",
        format!("{times:.1} times the time ({more:?}, {fewer:?})"),
        "at most 12 times",
        times <= 12.0,
    );
    say(
        "list_threads, 1,000,000 threads",
        format!("{more:?}"),
        "1 s",
        more <= Duration::from_secs(1),
    );
    drop(large);

    append();
}

/// Eight tasks at once, each on its own thread, with batches of 100; alone, and while a reader takes snapshots.
fn append() {
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    append_once(&runtime, false);
    // In turns, so that both run under the same conditions.
    let rounds: Vec<[Duration; 2]> = (0..9)
        .map(|_| [false, true].map(|read| append_once(&runtime, read)))
        .collect();
    let best = |which: usize| rounds.iter().map(|round| round[which]).min().unwrap();
    let (alone, read) = (best(0), best(1));
    let rate = (TASKS * BATCHES * BATCH) as f64 / alone.as_secs_f64();
    say(
        "append_items, 8 tasks at once, batches of 100",
        format!("{:.1} million items a second", rate / 1e6),
        "1 million",
        rate >= 1e6,
    );
    let slower = read.as_secs_f64() / alone.as_secs_f64() - 1.0;
    say(
        "the same while 1,000 snapshots are taken a second",
        format!("{:.1} % slower ({read:?}, {alone:?})", slower * 100.0),
        "10 %",
        slower < 0.1,
    );
}

const TASKS: usize = 8;
const BATCHES: usize = 8_000;
const BATCH: usize = 100;

fn append_once(runtime: &tokio::runtime::Runtime, read: bool) -> Duration {
    let item = RolloutItem::parse(ITEM).unwrap();
    let store = Arc::new(InMemoryThreadStore::default());
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        if read {
            scope.spawn(|| {
                let began = Instant::now();
                for taken in 1.. {
                    black_box(store.snapshot());
                    let next = began + Duration::from_millis(taken);
                    std::thread::sleep(next.saturating_duration_since(Instant::now()));
                    if ended.load(Ordering::Relaxed) {
                        break;
                    }
                }
            });
        }
        let began = Instant::now();
        runtime.block_on(async {
            let task = |task| {
                let (store, item) = (Arc::clone(&store), item.clone());
                async move {
                    for _ in 0..BATCHES {
                        let (thread_id, items) = (id(task), vec![item.clone(); BATCH]);
                        let params = AppendThreadItemsParams::new(thread_id, items);
                        store.append_items(params).await.unwrap();
                    }
                }
            };
            let tasks: Vec<_> = (0..TASKS).map(|number| tokio::spawn(task(number))).collect();
            for task in tasks {
                task.await.unwrap();
            }
        });
        let time = began.elapsed();
        ended.store(true, Ordering::Relaxed);
        time
    })
}
