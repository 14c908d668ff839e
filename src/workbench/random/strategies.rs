//! Strategies for the crate `proptest` (with the feature `proptest`): random scenarios and steps.
//!
//! ```ignore
//! use proptest::prelude::*;
//! use threadloupe::workbench::random::strategies::scenarios;
//!
//! proptest! {
//!     #[test]
//!     fn my_store_accepts_every_step(steps in scenarios(40)) {
//!         // Each step is a line as in a scenario file.
//!     }
//! }
//! ```

use proptest::prelude::*;
use proptest::sample::subsequence;

use super::RandomScenarios;

/// Scenarios of at least one and at most this number of steps, each step as its text. Shrinking removes steps; the steps
/// that are left stay as they are, so they still name the same threads.
///
/// # Panics
/// If `steps` is 0.
pub fn scenarios(steps: usize) -> impl Strategy<Value = Vec<String>> {
    assert!(steps > 0, "a scenario has at least one step");
    any::<u64>().no_shrink().prop_flat_map(move |seed| {
        let all = RandomScenarios::new(seed).with_steps(steps).case(0);
        subsequence(all, 1..=steps)
    })
}

/// Single steps, as their texts. They do not shrink.
pub fn step() -> impl Strategy<Value = String> {
    let number = any::<usize>().no_shrink();
    (scenarios(4).no_shrink(), number).prop_map(|(mut steps, number)| {
        let at = number % steps.len();
        steps.swap_remove(at)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::{TestError, TestRunner};

    use super::*;
    use crate::protocol::json::Json;

    fn method(text: &str) -> String {
        let method = Json::parse(text).unwrap().get("method").unwrap();
        method.as_str().unwrap().into_owned()
    }

    #[test]
    fn scenarios_and_steps_have_all_methods() {
        let mut runner = TestRunner::deterministic();
        let mut methods = BTreeSet::new();
        for _ in 0..200 {
            let steps = scenarios(30).new_tree(&mut runner).unwrap().current();
            assert!((1..=30).contains(&steps.len()));
            methods.extend(steps.iter().map(|step| method(step)));
        }
        assert_eq!(methods.len(), 17);
        for _ in 0..2_000 {
            methods.remove(&method(&step().new_tree(&mut runner).unwrap().current()));
        }
        assert!(methods.is_empty(), "{methods:?}");
    }

    #[test]
    fn a_failure_shrinks_to_the_steps_that_cause_it() {
        let mut runner = TestRunner::deterministic();
        let failed = runner.run(&scenarios(40), |steps| {
            let reads = steps.iter().filter(|step| method(step) == "read_thread").count();
            prop_assert!(reads < 2);
            Ok(())
        });
        let Err(TestError::Fail(_, steps)) = failed else {
            panic!("{failed:?}");
        };
        let methods: Vec<String> = steps.iter().map(|step| method(step)).collect();
        assert_eq!(methods, ["read_thread", "read_thread"]);
    }
}
