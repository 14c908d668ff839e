//! Measures the memory and time of a long journal: `cargo bench --bench journal`. Prints a table with a pass or fail
//! for each limit; times are medians of many runs. Memory is the growth of the process, read from `/proc`.

#![allow(clippy::unwrap_used, reason = "a benchmark cannot run without its journal")]

use std::hint::black_box;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use threadloupe::contract::{Op, Step, carry};
use threadloupe::inspector::internals::event_loop::Effect;
use threadloupe::inspector::internals::{
    COMMANDS, Call, ColorLevel, Commands, JobMsg, Model, Msg, Session, StoreKey, StoreNews, Theme, draw,
    update,
};
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

/// The nth number of a sequence that jumps around.
fn jumping(n: usize) -> usize {
    n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20
}

/// The call of each step.
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
    /// A store with this many threads.
    fn store(&self, threads: usize) -> Arc<InMemoryThreadStore> {
        let store = Arc::new(InMemoryThreadStore::default());
        self.0.block_on(async {
            for n in 0..threads {
                carry(&*store, step(Op::CreateThread, n, "")).await.unwrap();
            }
        });
        store
    }

    /// A journal of a store, and the time of its steps.
    fn journal(
        &self,
        store: Arc<InMemoryThreadStore>,
        kind: Kind,
        threads: usize,
        steps: usize,
    ) -> (Workbench, Duration) {
        let bench = Workbench::new(store);
        let mut took = Duration::ZERO;
        self.0.block_on(async {
            for n in 0..steps {
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

/// The median times of a step back or forward and of a jump.
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

/// The interface on a store, on a large screen.
struct Screen {
    model: Model,
    buffer: Buffer,
}

impl Screen {
    fn on(bench: &Workbench) -> Self {
        let news = StoreNews {
            store: StoreKey(0),
            snapshot: bench.snapshot(),
            journal: bench.journal(),
            imports: bench.imports(),
            redo: None,
        };
        let mut model = Model::new(
            Session::new(String::new(), news),
            Theme::new(ColorLevel::True),
            Commands(COMMANDS),
        );
        let area = Rect::new(0, 0, 200, 50);
        update(&mut model, Msg::Resize(area.width, area.height));
        Self {
            model,
            buffer: Buffer::empty(area),
        }
    }

    /// Presses a key and draws; returns the time.
    fn press(&mut self, key: char) -> Duration {
        let began = Instant::now();
        let event = KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE);
        black_box(update(&mut self.model, Msg::Key(event)));
        self.buffer.reset();
        draw(&self.model, &mut self.buffer);
        began.elapsed()
    }

    /// Shows only the steps of one method; in a long journal, the search runs in the background.
    fn filter(&mut self) {
        let event = KeyEvent::new(KeyCode::Char('m'), KeyModifiers::NONE);
        for effect in update(&mut self.model, Msg::Key(event)) {
            if let Effect::Run(Call::Job(number, job)) = effect {
                let done = job.run(&mut |_, _| ControlFlow::Continue(())).unwrap();
                update(&mut self.model, Msg::Job(number, JobMsg::Done(done)));
            }
        }
    }

    /// The median time of a key that moves somewhere, and another key that moves back, in a pane.
    fn median(&mut self, pane: char, (there, back): (char, char)) -> Duration {
        self.press(pane);
        let times = (0..1_001).map(|_| {
            let took = self.press(there);
            self.press(back);
            took
        });
        median(times.collect())
    }
}

/// The keys that move the time cursor, those that move it back, and the pane.
const MOVES: [(&str, char, (char, char)); 4] = [
    ("k in the journal", '6', ('k', 'j')),
    ("[ among the threads", '1', ('[', ']')),
    ("g in the journal", '6', ('g', 'G')),
    ("k in the journal, filtered", '6', ('k', 'j')),
];

/// Moves the cursor and draws the screen, in a short journal and in a long one.
fn keys(what: &dyn Fn(&str) -> String, few: &Workbench, many: &Workbench) {
    let (mut few, mut many) = (Screen::on(few), Screen::on(many));
    for (name, pane, keys) in MOVES {
        if name.ends_with("filtered") {
            few.filter();
            many.filter();
        }
        let (short, long) = (few.median(pane, keys), many.median(pane, keys));
        let ratio = long.as_secs_f64() / short.as_secs_f64();
        say(
            &what(name),
            format!("10 steps {short:?}, all {long:?}, {ratio:.2} times"),
            "2 times",
            ratio <= 2.0,
        );
    }
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
            // Memory can only be compared in a process that has not used any before.
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
    let (full, took) = bench.journal(bare, kind, threads, STEPS);
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
    let (few, _) = bench.journal(bench.store(threads), kind, threads, 10);
    keys(&what, &few, &full);
}
