//! `threadloupe check` finds the wrong stores: each is served over a stream, compared with the in-memory store by random
//! scenarios, and the first one that differs is shrunk.

use std::sync::Arc;
use std::time::Duration;

use threadloupe::door::{Check, RemoteStore, serve};
use threadloupe::workbench::random::RandomScenarios;
use threadloupe::workbench::scenario::{Judged, SessionStore};
use tokio::io::{duplex, split};

use super::play::{Elsewhere, Registry};
use super::wrong::Row;

/// How many scenarios are tried. The program tries a thousand.
const CASES: u64 = 200;
/// The seed of the scenarios.
const SEED: u64 = 17;

/// Wrong stores that a check does not find, by their rule and the beginning of their text, and why.
const BEYOND: &[(&str, &str, &str)] = &[
    (
        "R",
        "",
        "each scenario uses one new store, so it does not see what stores with other ids do",
    ),
    (
        "C1",
        "a read by the path",
        "only the included scenarios use these paths",
    ),
    (
        "G4",
        "",
        "times that the in-memory store reads from its clock are not compared",
    ),
];

/// Whether a check is known not to find a wrong store.
pub fn is_beyond_a_check(row: &Row) -> bool {
    BEYOND
        .iter()
        .any(|(rule, begin, _)| row.rule.starts_with(rule) && row.wrong.starts_with(begin))
}

/// The place of a wrong store in a random order.
pub fn place(name: &str) -> u64 {
    name.bytes().fold(SEED, |hash, byte| {
        (hash ^ u64::from(byte))
            .wrapping_mul(0x0100_0000_01B3)
            .rotate_left(23)
    })
}

/// How a check of a wrong store ended.
pub enum Found {
    /// The stores differ; the number of steps that are left.
    Steps(usize),
    /// No difference was found.
    Nothing,
}

/// Checks a wrong store.
pub fn found(row: &Arc<Row>) -> Found {
    let store = Elsewhere(Arc::new(Registry::new(row)).open(None));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (difference, _) = check(store, CASES, Judged::Everything).await;
        match difference {
            Some(steps) => Found::Steps(steps.len()),
            None => Found::Nothing,
        }
    })
}

/// Compares a store with the in-memory store. Returns the steps that are left and the paths of the differences.
async fn check(
    store: impl SessionStore + 'static,
    cases: u64,
    judged: Judged,
) -> (Option<Vec<String>>, Vec<String>) {
    let (client, server) = duplex(1 << 20);
    let serving = tokio::spawn(async move { serve(store, server).await });
    let (input, output) = split(client);
    let other = RemoteStore::over(input, output, Duration::from_secs(60));
    let check = Check {
        scenarios: RandomScenarios::new(SEED),
        cases,
        judged,
    };
    let (_, difference) = check.run(&other).await.unwrap();
    other.finish().await.unwrap();
    drop(other);
    serving.await.unwrap().unwrap();
    match difference {
        Some(found) => (
            Some(found.steps),
            found.failures.into_iter().map(|failure| failure.path).collect(),
        ),
        None => (None, Vec::new()),
    }
}
