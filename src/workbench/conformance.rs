//! Checks whether a store follows the contract, with one line in a test:
//!
//! ```
//! use threadloupe::workbench::conformance;
//! # use threadloupe::store::InMemoryThreadStore as MyStore;
//!
//! # /*
//! #[test]
//! # */
//! fn rules() {
//!     conformance::check(MyStore::default)
//! }
//! # rules();
//! ```
//!
//! This plays the included scenarios that apply to every store, because they only show rules of the contract.
//! [`contract`] returns them. These scenarios require that a created thread can be read, updated and appended to, that
//! its history contains the appended items, and that answers have the JSON forms of the contract. Other behaviour
//! (which threads are listed, what an update of an unknown thread leaves behind, ...) is specific to the in-memory
//! store. To check this behaviour too, use [`report`]:
//!
//! ```
//! use threadloupe::workbench::{conformance, scenario};
//! # use threadloupe::store::InMemoryThreadStore as MyStore;
//!
//! let report = conformance::report(scenario::shipped(), MyStore::default);
//! assert!(report.passed(), "{report}");
//! ```
//!
//! A [`ThreadStore`] does not expose its counters, its clock or the contents that lints depend on, so expectations
//! about them are not checked, and the report lists them. Such expectations are checked for the in-memory store and for
//! an observed store.

use std::collections::HashMap;
use std::future::ready;
use std::sync::Arc;

use super::scenario::{Report, Scenario, ScenarioReport, ScenarioSession, Shipped, shipped, to_end};
use crate::contract::{RuleScope, ThreadStore};

/// The included scenarios that apply to every store.
pub fn contract() -> impl Iterator<Item = &'static Shipped> {
    shipped()
        .iter()
        .filter(|scenario| scenario.scope() == RuleScope::Contract)
}

/// Plays the [`contract`]'s scenarios, each on a new store, and prints the report.
///
/// Everything, including `new`, runs on a separate thread with its own tokio runtime. If opening the store is async, or
/// the store needs another runtime, use [`play`].
///
/// # Panics
/// If an expectation is not met; the message is the report.
#[track_caller]
#[expect(clippy::panic, reason = "this function is an assertion for tests")]
pub fn check<S: ThreadStore>(new: impl Fn() -> S + Send + Sync) {
    let report = report(contract(), new);
    if !report.passed() {
        panic!("the store does not follow the contract\n\n{report}");
    }
    println!("{report}");
}

/// Plays included scenarios and returns the report. Each scenario, and each row of a scenario, is played on a new store;
/// only scenarios whose headers name the same store share it.
pub fn report<'a, S: ThreadStore>(
    scenarios: impl IntoIterator<Item = &'a Shipped>,
    new: impl Fn() -> S + Send + Sync,
) -> Report {
    let scenarios: Vec<&Shipped> = scenarios.into_iter().collect();
    to_end(async { play(scenarios, || ready(new())).await })
}

/// Like [`report`], but runs on the runtime of the caller, and opens stores with an async function.
pub async fn play<'a, S: ThreadStore, F: Future<Output = S>>(
    scenarios: impl IntoIterator<Item = &'a Shipped>,
    new: impl Fn() -> F,
) -> Report {
    let mut report = Report::default();
    let mut named: HashMap<String, ScenarioSession> = HashMap::new();
    for shipped in scenarios {
        #[expect(
            clippy::expect_used,
            reason = "only reading a file or a pipe can fail, and this is text in memory"
        )]
        let mut scenario = Scenario::open(shipped.text.as_bytes()).expect("a text in memory can be read");
        let mut file = ScenarioReport::new(shipped.name, true);
        let id = scenario.header.store.clone();
        loop {
            let mut session = match id.as_ref().and_then(|id| named.remove(id)) {
                Some(session) => session,
                None => ScenarioSession::new(Arc::new(new().await) as Arc<dyn ThreadStore>),
            };
            let played = file.play_row(&mut scenario, &mut session).await;
            if let Some(id) = id.clone() {
                named.insert(id, session);
            }
            if !played || !scenario.next_row() {
                break;
            }
        }
        report.add(file);
    }
    report
}
