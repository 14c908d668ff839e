//! Time is an argument of a call: a store whose clock is the system's is never seen with a clock that stands, whatever is
//! done with it and whoever looks meanwhile.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use threadloupe::contract::{Op, Step};
use threadloupe::protocol::json::Json;
use threadloupe::rollout::import::{Wanted, import};
use threadloupe::store::Snapshot;
use threadloupe::workbench::Workbench;
use threadloupe::workbench::scenario::{Parsed, Scenario};
use threadloupe::workbench::state_file::{Reading, save};

/// Files with so many items each.
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

/// What a state file opens as.
fn saved(store: &Snapshot, path: &Path) -> Snapshot {
    save(store, path, true, &mut |_, _| ControlFlow::Continue(()))
        .unwrap()
        .unwrap();
    let reading = Reading::open(path)
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
            let imported = runtime().block_on(import(&*store, &paths, Wanted::default(), going));
            done.store(true, Ordering::Relaxed);
            assert_eq!(imported.total.threads, FILES as u64);
        });
        // By hand, and as steps of a scenario that names no moment.
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
            assert_eq!(seen.1, 0, "snapshots on a clock that stands, of {}", seen.0);
        });
        scope.spawn(|| {
            let mut seen = (0, 0);
            while !done.load(Ordering::Relaxed) {
                let opened = saved(&bench.snapshot(), &out.path().join("state"));
                seen.0 += 1;
                seen.1 += usize::from(opened.clock().is_some());
            }
            assert_eq!(seen.1, 0, "states on a clock that stands, of {}", seen.0);
        });
    });
    let journal = bench.journal();
    let stood = (0..=journal.tip()).filter(|step| journal.at(*step).unwrap().clock().is_some());
    assert_eq!((stood.count(), bench.snapshot().clock()), (0, None));
}
