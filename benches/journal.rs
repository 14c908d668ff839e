//! What a long journal costs, in memory and in time: `cargo bench --bench journal`. Prints a table with a pass or fail for
//! each bar; times are medians of many runs. Memory is what the process grows by, so this runs where `/proc` is.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot make its journal has nothing to measure"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use threadloupe::contract::{Op, Step, carry};
use threadloupe::protocol::ThreadId;
use threadloupe::protocol::json::Json;
use threadloupe::store::InMemoryThreadStore;
use threadloupe::workbench::{Journal, Workbench};

const STEPS: usize = 1_000_000;
const KIB: f64 = 1024.0;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn id(n: usize) -> ThreadId {
    ThreadId::from_string(&format!("0198f2a3-0000-7000-8000-{n:012x}")).unwrap()
}

fn step(op: Op, thread: usize, more: &str) -> Step {
    let params = format!(r#"{{"thread_id":"{}"{more}}}"#, id(thread));
    Step::read(op, Some(Json::parse(&params).unwrap())).unwrap()
}

/// The memory of this process, in bytes.
fn memory() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: f64 = statm.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4.0 * KIB
}

/// The nth number of a row that jumps about.
fn jumping(n: usize) -> usize {
    n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20
}

/// What is called at each step.
#[derive(Clone, Copy)]
enum Kind {
    Name,
    Append,
}

impl Kind {
    fn step(self, n: usize, threads: usize) -> Step {
        let thread = jumping(n) % threads;
        match self {
            Self::Name => step(
                Op::UpdateThreadMetadata,
                thread,
                &format!(r#","patch":{{"name":"name {n}"}}"#),
            ),
            Self::Append => step(Op::AppendItems, thread, &format!(r#","items":[{{"n":{n}}}]"#)),
        }
    }
}

struct Bench(tokio::runtime::Runtime);

impl Bench {
    /// A store of so many threads.
    fn store(&self, threads: usize) -> Arc<InMemoryThreadStore> {
        let store = Arc::new(InMemoryThreadStore::default());
        self.0.block_on(async {
            for n in 0..threads {
                carry(&*store, step(Op::CreateThread, n, "")).await.unwrap();
            }
        });
        store
    }

    /// A long journal of a store, and how long its steps took.
    fn journal(&self, store: Arc<InMemoryThreadStore>, kind: Kind, threads: usize) -> (Workbench, Duration) {
        let bench = Workbench::new(store);
        let mut took = Duration::ZERO;
        self.0.block_on(async {
            for n in 0..STEPS {
                let step = kind.step(n, threads);
                let began = Instant::now();
                bench.call(step).await.unwrap();
                took += began.elapsed();
            }
        });
        (bench, took)
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// The median times of a step back or forth and of a jump.
fn times(journal: &Journal) -> (Duration, Duration) {
    let last = journal.tip();
    let mut at = last / 2;
    let mut hand = journal.at(at).unwrap();
    let mut go = |to: u64| {
        let began = Instant::now();
        let store = journal.near(to, Some((at, &hand))).unwrap();
        black_box(journal.until(to).len());
        let took = began.elapsed();
        (at, hand) = (to, store);
        took
    };
    let one: Vec<Duration> = (0..1_001).map(|n| go(last / 2 + n % 3)).collect();
    let jump: Vec<Duration> = (0..1_001).map(|n| go(jumping(n) as u64 % last)).collect();
    (median(one), median(jump))
}

fn say(what: &str, figure: String, bar: &str, passed: bool) {
    println!(
        "{}  {what:<58}  {figure:<40}  bar: {bar}",
        if passed { "pass" } else { "FAIL" }
    );
}

const KINDS: [(&str, Kind); 2] = [("names", Kind::Name), ("appends", Kind::Append)];

fn main() {
    let given: Vec<String> = std::env::args().collect();
    let of = |name: &String| KINDS.iter().find(|(kind, _)| kind == name).copied();
    if let [_, kind, threads] = given.as_slice()
        && let (Some(kind), Ok(threads)) = (of(kind), threads.parse())
    {
        return measure(kind, threads);
    }
    for (name, _) in KINDS {
        for threads in ["10", "100000"] {
            // Memory can only be told apart in a process that has not used any before.
            let program = std::env::current_exe().unwrap();
            let status = std::process::Command::new(program).args([name, threads]).status();
            assert!(status.unwrap().success());
        }
    }
}

fn measure((name, kind): (&str, Kind), threads: usize) {
    let bench = Bench(tokio::runtime::Builder::new_current_thread().build().unwrap());
    let before = memory();
    let carried: Vec<Step> = (0..STEPS).map(|n| kind.step(n, threads)).collect();
    let carried_by = memory() - before;
    let bare = bench.store(threads);
    let before = memory();
    let (full, took) = bench.journal(bare, kind, threads);
    let grown = (memory() - before - carried_by) / STEPS as f64;
    drop(carried);
    let what = |what: &str| format!("1,000,000 {name}, {threads} threads: {what}");
    say(
        &what("a step beyond what it carries"),
        format!("{:.2} KiB", grown / KIB),
        "2 KiB",
        grown <= 2.0 * KIB,
    );
    let rate = STEPS as f64 / took.as_secs_f64();
    say(
        &what("journalled"),
        format!("{:.0} thousand steps a second", rate / 1e3),
        "none",
        true,
    );
    let (one, jump) = times(&full.journal());
    say(
        &what("the cursor"),
        format!("a step {one:?}, a jump {jump:?}"),
        "5 ms",
        jump < Duration::from_millis(5),
    );
}
