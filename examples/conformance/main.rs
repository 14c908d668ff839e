//! Checks whether a store follows the contract. The first store, which has a single method `call`, does. The second one
//! leaves a name unchanged where the patch clears it, and the report says which expectations fail. In a test,
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
