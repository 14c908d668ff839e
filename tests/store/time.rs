//! Time is an argument of a call: a store that uses the system clock never appears to have a fixed clock, whatever
//! calls it gets and whoever reads it at the same time.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use chrono::{DateTime, TimeDelta, Utc};
use threadloupe::contract::{Op, Step, carry};
use threadloupe::protocol::json::Json;
use threadloupe::rollout::import::{ImportOptions, import};
use threadloupe::store::{CallTime, InMemoryThreadStore, Snapshot};
use threadloupe::workbench::Workbench;
use threadloupe::workbench::scenario::{Parsed, Scenario, ScenarioSession};
use threadloupe::workbench::state_file::{StateFileReader, save};

/// The number of files, each with this many items.
const FILES: usize = 40;
const ITEMS: usize = 100;

fn rollouts(folder: &Path) {
    for file in 0..FILES {
        let id = format!("0198f2a3-0000-7000-8000-{file:012}");
        let mut text = format!(
            r#"{{"timestamp":"2026-05-13T00:28:15.000Z","type":"session_meta","payload":{{"id":"{id}","timestamp":"2026-05-13T00:28:15.000Z","cwd":"/w","originator":"o","cli_version":"1"}}}}"#
        );
        for item in 0..ITEMS {
            text += &format!(
                "\n{}",
                format_args!(
                    r#"{{"timestamp":"2026-05-13T00:28:16.000Z","type":"event_msg","payload":{{"type":"user_message","message":"m{item}"}}}}"#
                )
            );
        }
        fs::write(
            folder.join(format!("rollout-2026-05-13T00-28-15-{id}.jsonl")),
            text + "\n",
        )
        .unwrap();
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

/// The store in a state file.
fn saved(store: &Snapshot, path: &Path) -> Snapshot {
    save(store, path, true, &mut |_, _| ControlFlow::Continue(()))
        .unwrap()
        .unwrap();
    let reading = StateFileReader::open(path)
        .map_err(|refusal| refusal.to_string())
        .unwrap();
    let read = reading.read(&mut |_, _| ControlFlow::Continue(()));
    read.map_err(|refusal| refusal.to_string()).unwrap().unwrap()
}

#[test]
fn no_snapshot_of_a_store_on_the_systems_clock_says_that_it_stands_while_an_import_runs() {
    let folder = tempfile::tempdir().unwrap();
    rollouts(folder.path());
    let out = tempfile::tempdir().unwrap();
    let bench = Workbench::new(Arc::default());
    let done = AtomicBool::new(false);
    let list = || Step::read(Op::ListThreads, Some(Json::parse("{}").unwrap())).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            let store = bench.store();
            let paths = [folder.path().to_path_buf()];
            let going = &mut |_: threadloupe::rollout::import::Notice<'_>| ControlFlow::Continue(());
            let imported = runtime().block_on(import(&*store, &paths, ImportOptions::default(), going));
            done.store(true, Ordering::Relaxed);
            assert_eq!(imported.total.threads, FILES as u64);
        });
        // Single calls, and steps of a scenario without times.
        scope.spawn(|| {
            let runtime = runtime();
            while !done.load(Ordering::Relaxed) {
                runtime.block_on(bench.call(list())).unwrap();
                let text = r#"{"method":"list_threads"}"#;
                let mut scenario = Scenario::open(text.as_bytes()).unwrap();
                let Some(Parsed::Step(step)) = scenario.next_step().unwrap() else {
                    panic!("{text} is a step");
                };
                runtime.block_on(bench.play(Ok(step), None));
            }
        });
        scope.spawn(|| {
            let mut seen = (0, 0);
            while !done.load(Ordering::Relaxed) {
                for _ in 0..100 {
                    seen.0 += 1;
                    seen.1 += usize::from(bench.snapshot().clock().is_some());
                }
            }
            assert_eq!(seen.1, 0, "snapshots with a fixed clock, of {}", seen.0);
        });
        scope.spawn(|| {
            let mut seen = (0, 0);
            while !done.load(Ordering::Relaxed) {
                let opened = saved(&bench.snapshot(), &out.path().join("state"));
                seen.0 += 1;
                seen.1 += usize::from(opened.clock().is_some());
            }
            assert_eq!(seen.1, 0, "states with a fixed clock, of {}", seen.0);
        });
    });
    let journal = bench.journal();
    let stood = (0..=journal.tip()).filter(|step| journal.at(*step).unwrap().clock().is_some());
    assert_eq!((stood.count(), bench.snapshot().clock()), (0, None));
}

fn start() -> DateTime<Utc> {
    "2026-05-13T00:28:15Z".parse().unwrap()
}

fn later(milliseconds: i64) -> DateTime<Utc> {
    start() + TimeDelta::milliseconds(milliseconds)
}

fn call(op: Op) -> Step {
    let params = r#"{"thread_id":"0198f2a3-0000-7000-8000-000000000001"}"#;
    Step::read(op, Some(Json::parse(params).unwrap())).unwrap()
}

#[test]
fn a_call_at_a_moment_moves_a_clock_that_stands_and_leaves_the_systems_alone() {
    for stands in [false, true] {
        let store = match stands {
            true => InMemoryThreadStore::standing_at(start()),
            false => InMemoryThreadStore::default(),
        };
        store.call_at(call(Op::CreateThread), CallTime::At(later(5)));
        assert_eq!(store.clock(), stands.then(|| later(5)));
        let read = store.call_at(call(Op::ReadThread), CallTime::At(later(9)));
        let answer = serde_json::to_value(read.result.unwrap()).unwrap();
        for key in ["created_at", "updated_at"] {
            assert_eq!(answer[key], "2026-05-13T00:28:15.009Z");
        }
        assert_eq!(
            (read.at, read.before.now(), read.after.now()),
            (later(9), later(9), later(9))
        );
        assert_eq!(read.before.clock(), stands.then(|| later(5)));
        assert_eq!(read.after.clock(), stands.then(|| later(9)));
        assert_eq!(
            read.after.calls().read_thread - read.before.calls().read_thread,
            1
        );
        // Without a time, a call uses the time of the clock; the next time of a fixed clock is one millisecond later.
        let now = store.call_at(call(Op::ReadThread), CallTime::Now).at;
        let next = store.call_at(call(Op::ReadThread), CallTime::Next).at;
        match stands {
            true => assert_eq!((now, next), (later(9), later(10))),
            false => assert!(now > later(10) && next >= now),
        }
        assert_eq!(store.clock(), stands.then(|| later(10)));
    }
}

#[tokio::test]
async fn what_is_done_by_hand_goes_on_by_a_millisecond_and_an_undo_goes_back() {
    let bench = Workbench::new(Arc::new(InMemoryThreadStore::standing_at(start())));
    let hand = bench.by_hand();
    carry(&*hand, call(Op::CreateThread)).await.unwrap();
    carry(&*hand, call(Op::ReadThread)).await.unwrap();
    let moments = |bench: &Workbench| {
        bench
            .journal()
            .entries()
            .map(|entry| entry.at)
            .collect::<Vec<_>>()
    };
    assert_eq!(moments(&bench), [later(1), later(2)]);
    bench.undo().await.unwrap();
    assert_eq!(bench.snapshot().clock(), Some(start()));
    bench.redo().await.unwrap();
    assert_eq!(bench.snapshot().clock(), Some(later(2)));
    // A repeated step uses its own time, not the current one.
    let again = bench.journal().again(2).unwrap().text().unwrap();
    assert!(
        again.contains(r#""created_at":"2026-05-13T00:28:15.002Z""#),
        "{again}"
    );
}

#[tokio::test]
async fn steps_with_moments_leave_the_systems_clock_alone() {
    let store = Arc::new(InMemoryThreadStore::default());
    let bench = Workbench::new(Arc::clone(&store));
    let text = concat!(
        r#"{"method":"create_thread","params":{"thread_id":"0198f2a3-0000-7000-8000-000000000001"},"at":"2026-05-13T00:28:15Z"}"#,
        r#"{"method":"calls"}"#,
        r#"{"method":"read_thread","params":{"thread_id":"0198f2a3-0000-7000-8000-000000000001"},"expect":{"result":{"created_at":"2026-05-13T00:28:15.002Z"}}}"#,
    );
    let mut scenario = Scenario::open(text.as_bytes()).unwrap();
    let mut session = ScenarioSession::new(bench.store());
    while let Some(Parsed::Step(step)) = scenario.next_step().unwrap() {
        let outcome = session.play(*step).await;
        assert!(outcome.is_good(), "{outcome:?}");
        assert_eq!(store.clock(), None);
    }
    let moments: Vec<_> = bench.journal().entries().map(|entry| entry.at).collect();
    assert_eq!(moments, [later(0), later(2)]);
}

#[test]
fn a_state_is_restored_only_where_nothing_was_done_since() {
    let store = InMemoryThreadStore::default();
    let empty = store.snapshot();
    store.call_at(call(Op::CreateThread), CallTime::Now);
    let made = store.snapshot();
    assert!(!store.restore_if(&empty, &empty));
    assert_eq!(store.snapshot().len(), 1);
    store.call_at(call(Op::FlushThread), CallTime::Now);
    assert!(
        !store.restore_if(&made, &empty),
        "a changed counter counts as a change"
    );
    assert!(store.restore_if(&store.snapshot(), &empty));
    assert!(store.snapshot().is_empty());
}
