//! Checks whether a store follows the contract. One store, made of a single `async fn call(&self, Step)`, does. The
//! other one takes null for "leave it", and the report says where it goes wrong. In a test,
//! `conformance::check(OtherStore::default)` is all that is needed.
//!
//! `cargo run --no-default-features --features workbench --example conformance`

mod store;

use store::OtherStore;
use threadloupe::contract::{Answer, Step, StepStore, ThreadStoreResult, carry};
use threadloupe::workbench::conformance;

/// A store that never clears a name.
#[derive(Default)]
struct KeepsNames(OtherStore);

impl StepStore for KeepsNames {
    async fn call(&self, step: Step) -> ThreadStoreResult<Answer> {
        let step = match step {
            Step::UpdateThreadMetadata(mut params) if params.patch.name == Some(None) => {
                params.patch.name = None;
                Step::UpdateThreadMetadata(params)
            }
            step => step,
        };
        carry(&self.0, step).await
    }
}

fn main() {
    conformance::check(OtherStore::default);

    let report = conformance::report(conformance::contract(), KeepsNames::default);
    assert!(!report.passed());
    println!("\nA store that is wrong:\n\n{report}");
}
