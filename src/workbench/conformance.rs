//! Whether a store keeps the contract, in one line of a test:
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
//! What is played are those shipped scenarios that bind every store, because all rules that they show are the contract's:
//! the [`contract`] ones. They ask for little: a thread that was created can be read, updated and appended to, its history
//! is what was appended, and answers have the contract's JSON forms. How the in-memory store goes about the rest (which
//! threads it lists, what an update of an unknown thread leaves behind, ...) is its own affair; [`report`] plays that too:
//!
//! ```
//! use threadloupe::workbench::{conformance, scenario};
//! # use threadloupe::store::InMemoryThreadStore as MyStore;
//!
//! let report = conformance::report(scenario::shipped(), MyStore::default);
//! assert!(report.passed(), "{report}");
//! ```
//!
//! A [`ThreadStore`] shows neither its counters nor its clock, so what scenarios expect of those is not judged, and the
//! report says where. It is judged for the in-memory store and for an observed one.

use std::collections::HashMap;
use std::future::ready;
use std::sync::Arc;

use super::scenario::{Report, Scenario, Session, Shipped, shipped, to_end};
use crate::contract::{RuleScope, ThreadStore};

/// The shipped scenarios that bind every store.
pub fn contract() -> impl Iterator<Item = &'static Shipped> {
    shipped()
        .iter()
        .filter(|scenario| scenario.scope() == RuleScope::Contract)
}

/// Plays the [`contract`]'s scenarios, each on a new store, and prints the report.
///
/// Everything runs on a thread and a tokio runtime of its own, `new` included. A store that is opened by a future, or needs
/// another runtime, is checked with [`play`].
///
/// # Panics
/// With the report, if a step was not as expected.
#[track_caller]
#[expect(clippy::panic, reason = "this is an assertion of tests")]
pub fn check<S: ThreadStore>(new: impl Fn() -> S + Send + Sync) {
    let report = report(contract(), new);
    if !report.passed() {
        panic!("the store does not keep the contract\n\n{report}");
    }
    println!("{report}");
}

/// Plays shipped scenarios, each on a new store, but on the same one where their headers name it, and says what came of
/// them.
pub fn report<'a, S: ThreadStore>(
    scenarios: impl IntoIterator<Item = &'a Shipped>,
    new: impl Fn() -> S + Send + Sync,
) -> Report {
    let scenarios: Vec<&Shipped> = scenarios.into_iter().collect();
    to_end(async { play(scenarios, || ready(new())).await })
}

/// As [`report`], on the runtime of the caller and with a future that opens a store.
pub async fn play<'a, S: ThreadStore, F: Future<Output = S>>(
    scenarios: impl IntoIterator<Item = &'a Shipped>,
    new: impl Fn() -> F,
) -> Report {
    let mut report = Report::default();
    let mut named: HashMap<String, Session> = HashMap::new();
    for shipped in scenarios {
        #[expect(
            clippy::expect_used,
            reason = "reading fails where a file or a pipe does, and this is neither"
        )]
        let scenario = Scenario::open(shipped.text.as_bytes()).expect("a text in memory can be read");
        let id = scenario.header.store.clone();
        let mut session = match id.as_ref().and_then(|id| named.remove(id)) {
            Some(session) => session,
            None => Session::new(Arc::new(new().await) as Arc<dyn ThreadStore>),
        };
        report.play(shipped.name, scenario, &mut session, true).await;
        if let Some(id) = id {
            named.insert(id, session);
        }
    }
    report
}
