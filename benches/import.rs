//! Measures the speed of an import: `cargo bench --bench import`. In an import one thread does the work, so bytes
//! per second are those of one core.

#![allow(clippy::panic, reason = "a benchmark cannot run without its files")]

#[path = "support/rollout_folder.rs"]
mod rollout_folder;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use divan::Bencher;
use divan::counter::BytesCount;
use rollout_folder::{FOLDER, Plan};
use threadloupe::protocol::json::{Json, Scanner};
use threadloupe::rollout::import::{ImportOptions, Imported, import};
use threadloupe::rollout::known::KnownThreads;
use threadloupe::rollout::limit::Limit;
use threadloupe::rollout::sizes::{SizeKey, sizes};
use threadloupe::store::InMemoryThreadStore;

fn main() {
    divan::main();
}

/// 400 files, 195 MB.
#[divan::bench(sample_count = 7)]
fn folder(bencher: Bencher<'_, '_>) {
    run(bencher, &made("folder", FOLDER));
}

/// One file of 64 MB.
#[divan::bench(sample_count = 7)]
fn one_big_file(bencher: Bencher<'_, '_>) {
    run(
        bencher,
        &made(
            "big",
            Plan {
                files: 1,
                bytes: 64_000_000,
                seed: 4,
            },
        ),
    );
}

/// The bytes of the folder by month, on all processors: the grouping that reads the most.
#[divan::bench(sample_count = 7)]
fn sizes_of_folder(bencher: Bencher<'_, '_>) {
    let paths = [made("folder", FOLDER)];
    let measured = || sizes(&paths, SizeKey::Month, &Limit::default());
    let bytes = measured().total.counted.counts.bytes;
    bencher.counter(BytesCount::new(bytes)).bench_local(measured);
}

/// Importing the folder again when nothing in it has changed.
#[divan::bench(sample_count = 7)]
fn reload_of_nothing_new(bencher: Bencher<'_, '_>) {
    let small = Plan {
        files: 2_000,
        bytes: 20_000_000,
        seed: 5,
    };
    let paths = [made("many", small)];
    let store = InMemoryThreadStore::default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap_or_else(|error| panic!("no runtime: {error}"));
    let again = |options| {
        runtime.block_on(import(
            &store,
            &paths,
            options,
            &mut |_| ControlFlow::Continue(()),
        ))
    };
    let first = again(ImportOptions::default());
    let known = first
        .threads
        .into_iter()
        .map(|thread| (thread.thread_id, Arc::new(thread)));
    let known: KnownThreads = known.collect();
    bencher.bench_local(|| {
        let options = ImportOptions {
            known: known.clone(),
            homes: first.homes.clone(),
            ..ImportOptions::default()
        };
        let done = again(options);
        assert!(done.rows.is_empty(), "nothing is new");
    });
}

/// Only the tokenizer, over the lines of the big file.
#[divan::bench(sample_count = 7)]
fn tokens(bencher: Bencher<'_, '_>) {
    lines(bencher, |line| Scanner::new().finish(line.as_bytes()).is_ok());
}

/// The same check with serde_json.
#[divan::bench(sample_count = 7)]
fn tokens_of_serde_json(bencher: Bencher<'_, '_>) {
    lines(bencher, |line| {
        serde_json::from_str::<&serde_json::value::RawValue>(line).is_ok()
    });
}

/// One field of each line.
#[divan::bench(sample_count = 7)]
fn one_field(bencher: Bencher<'_, '_>) {
    lines(bencher, |line| {
        Json::parse(line).is_ok_and(|json| json.get("timestamp").is_some())
    });
}

fn lines(bencher: Bencher<'_, '_>, check: fn(&str) -> bool) {
    let root = made(
        "big",
        Plan {
            files: 1,
            bytes: 64_000_000,
            seed: 4,
        },
    );
    let file = rollouts(&root).remove(0);
    let text = std::fs::read_to_string(file).unwrap_or_default();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| text.lines().filter(|line| check(line)).count());
}

fn run(bencher: Bencher<'_, '_>, root: &Path) {
    let bytes = once(root).total.counts.bytes;
    bencher.counter(BytesCount::new(bytes)).bench_local(|| once(root));
}

fn once(root: &Path) -> Imported {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap_or_else(|error| panic!("{error}"));
    let store = InMemoryThreadStore::default();
    runtime.block_on(import(
        &store,
        &[root.to_owned()],
        ImportOptions::default(),
        &mut |_| ControlFlow::Continue(()),
    ))
}

/// A folder that is created once for the benchmarks.
fn made(name: &str, plan: Plan) -> PathBuf {
    let root =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("rollouts-{name}-{}-{}", plan.files, plan.bytes));
    if rollouts(&root).len() != plan.files
        && let Err(error) = rollout_folder::write(&root, plan)
    {
        panic!("{}: {error}", root.display());
    }
    root
}

fn rollouts(root: &Path) -> Vec<PathBuf> {
    threadloupe::rollout::find::find(&[root.to_owned()])
        .iter()
        .map(|found| found.path().to_owned())
        .filter(|path| path.is_file())
        .collect()
}
