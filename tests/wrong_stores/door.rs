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

/// How many scenarios are tried for a sample of the wrong stores.
pub const FEW_CASES: u64 = 200;
/// How many scenarios are tried for all wrong stores; the program tries as many unless told otherwise.
pub const CASES: u64 = 1000;
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
    ("P1", "a path is found by the id in it", SPELLING),
    ("P1", "the folder of a file finds its thread", SPELLING),
    ("P1", "a path is found without its ending", SPELLING),
    ("P4", "spaces around a path are ignored", SPELLING),
    ("P4", "a backslash is a slash", SPELLING),
    ("P4", "a compressed file is the same as the plain file", SPELLING),
    (
        "P5",
        "a thread that has lost a path shows the first of the others",
        "no random scenario of this seed takes a path from a thread in a way that shows it",
    ),
    (
        "L1",
        "a list continues after its cursor",
        "a random cursor is not the id of a thread",
    ),
    ("M9", "where a thread was forked from can be patched", NO_SUCH_KEY),
    ("M9", "a patch with forked_from_id is refused", NO_SUCH_KEY),
    ("M11", "an answer makes the preview", NO_SUCH_ITEM),
    ("M11", "a turn sets the effort", NO_SUCH_ITEM),
    ("M11", "a turn sets the approval", NO_SUCH_ITEM),
    ("M11", "a turn sets the sandbox", NO_SUCH_ITEM),
    ("M11", "a header sets the source", NO_SUCH_ITEM),
    ("M11", "a header sets the version", NO_SUCH_ITEM),
    ("M11", "a header sets the provider", NO_SUCH_ITEM),
    ("M11", "a header sets created_at", NO_SUCH_ITEM),
    ("M11", "a token_count item sets token_usage", NO_SUCH_ITEM),
    ("V3", "a turn that is appended changes the approval", NO_SUCH_ITEM),
    ("V3", "a turn that is appended changes the sandbox", NO_SUCH_ITEM),
];

const SPELLING: &str = "random paths are not spelled in this way";
const NO_SUCH_KEY: &str = "random patches do not have the key forked_from_id";
const NO_SUCH_ITEM: &str = "random items do not have what this store reads from them";

/// Wrong stores that belong to a group of [`BEYOND`], but are found: a step shows them in a single store, or a patch sets
/// the time.
const FOUND_NEVERTHELESS: &[&str] = &[
    "each use of an id makes a new store",
    "all ids return the same store",
    "only the first word of an id counts",
    "created_at follows the clock even when it is set",
    "a list shows each thread with the created_at of its create",
    "updated_at follows the clock even when it is set",
    "a list shows each thread with the updated_at of its create",
];

/// Whether a check is known not to find a wrong store.
pub fn is_beyond_a_check(row: &Row) -> bool {
    let is_in =
        |(rule, begin, _): &(&str, &str, &str)| row.rule.starts_with(rule) && row.wrong.starts_with(begin);
    BEYOND.iter().any(is_in) && !FOUND_NEVERTHELESS.contains(&&*row.wrong)
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
pub fn found(row: &Arc<Row>, cases: u64) -> Found {
    let store = Elsewhere(Arc::new(Registry::new(row)).open(None));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (difference, _) = check(store, cases, Judged::Everything).await;
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
