//! Random scenarios of valid steps, to compare stores with. They use all methods, all fields of a patch and all
//! parameters, ids in several notations, ids that were used before, nulls, unknown keys, forks and equal paths in
//! different notations. The same seed always produces the same scenarios.
//!
//! ```
//! use threadloupe::workbench::random::RandomScenarios;
//!
//! let scenarios = RandomScenarios::new(7);
//! let steps: Vec<String> = scenarios.case(1);
//! assert_eq!(steps.len(), 40);
//! assert_eq!(steps, RandomScenarios::new(7).case(1));
//! ```

mod numbers;
mod steps;
#[cfg(any(test, feature = "proptest"))]
pub mod strategies;
mod values;

use numbers::Numbers;

use crate::contract::{CALLS, OPS, Op};

/// The number of steps of a scenario, unless another one is set.
pub const STEPS: usize = 40;

/// A series of random scenarios.
#[derive(Clone, Debug)]
pub struct RandomScenarios {
    seed: u64,
    steps: usize,
    methods: Vec<RandomMethod>,
}

/// A method that a step can call, and its relative frequency.
#[derive(Clone, Copy, Debug)]
struct RandomMethod {
    /// `None` reads the counters.
    op: Option<Op>,
    weight: u64,
}

/// There is no method with this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no method `{0}`; `threadloupe list ops` lists all methods")]
pub struct UnknownMethod(pub String);

impl RandomScenarios {
    /// The scenarios of a seed, with all methods.
    pub fn new(seed: u64) -> Self {
        let counted = OPS.iter().map(|row| RandomMethod {
            op: Some(row.op),
            weight: weight(row.op),
        });
        let counters = RandomMethod { op: None, weight: 4 };
        Self {
            seed,
            steps: STEPS,
            methods: counted.chain([counters]).collect(),
        }
    }

    /// Sets the number of steps of a scenario.
    #[must_use]
    pub fn with_steps(self, steps: usize) -> Self {
        Self { steps, ..self }
    }

    /// Uses only the methods with these names. `calls` reads the counters.
    ///
    /// # Errors
    /// If there is no such method.
    pub fn with_methods<'a>(
        mut self,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, UnknownMethod> {
        let mut ops = Vec::new();
        for name in names {
            match Op::named(name) {
                Some(op) => ops.push(Some(op)),
                None if name == CALLS => ops.push(None),
                None => return Err(UnknownMethod(name.to_string())),
            }
        }
        self.methods.retain(|method| ops.contains(&method.op));
        Ok(self)
    }

    /// The texts of the steps of a scenario, by its number.
    pub fn case(&self, number: u64) -> Vec<String> {
        let mut steps = steps::CaseSteps::new(Numbers::new(self.seed, number));
        let mut texts: Vec<String> = (0..self.steps).map(|_| steps.next(&self.methods)).collect();
        // The last step reads the counters, to compare their final values.
        if let Some(last) = texts
            .last_mut()
            .filter(|_| self.methods.iter().any(|method| method.op.is_none()))
        {
            *last = steps::counters();
        }
        texts
    }
}

/// How often a method is called, relative to the others.
fn weight(op: Op) -> u64 {
    match op {
        Op::UpdateThreadMetadata => 12,
        Op::CreateThread | Op::AppendItems | Op::ReadThread => 6,
        Op::ResumeThread | Op::LoadHistory | Op::ReadThreadByRolloutPath | Op::ListThreads => 4,
        Op::ArchiveThread | Op::UnarchiveThread => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::contract::{FIELDS, FieldState, Step};
    use crate::protocol::json::Json;
    use crate::workbench::scenario::{CheckedJson, LineColumn, Method, Parsed};

    fn parsed(text: &str) -> Method {
        let value = CheckedJson::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let place = |at| LineColumn {
            line: 1,
            column: at + 1,
        };
        match Parsed::read_with_id(value, &place).1 {
            Parsed::Step(statement) => statement.method,
            other => panic!("{other:?}: {text}"),
        }
    }

    #[test]
    fn every_step_is_valid_and_everything_occurs() {
        let scenarios = RandomScenarios::new(1);
        let mut methods = BTreeSet::new();
        let mut states = BTreeSet::new();
        let mut params = BTreeSet::new();
        for number in 0..400 {
            for text in scenarios.case(number) {
                let method = parsed(&text);
                methods.insert(method.name());
                let Method::Call(request) = method else { continue };
                let json = Json::trusted(&text).get("params").unwrap();
                params.extend(
                    json.members()
                        .map(|(key, _)| (request.step.op().name(), key.into_owned())),
                );
                if let Step::UpdateThreadMetadata(update) = &*request.step {
                    states.extend(FIELDS.iter().map(|field| match field.state(&update.patch) {
                        FieldState::Leave => (field.name, 0),
                        FieldState::Clear => (field.name, 1),
                        FieldState::Set => (field.name, 2),
                    }));
                }
            }
        }
        assert_eq!(methods.len(), 17);
        for field in FIELDS.iter() {
            assert!(
                states.contains(&(field.name, 0)) && states.contains(&(field.name, 2)),
                "{}",
                field.name
            );
            assert_eq!(
                states.contains(&(field.name, 1)),
                field.states == crate::contract::States::Three,
                "{}",
                field.name
            );
        }
        for row in OPS {
            for param in row.params {
                assert!(
                    params.contains(&(row.name, param.name.to_string())),
                    "{}: {}",
                    row.name,
                    param.name
                );
            }
        }
    }

    #[test]
    fn a_seed_has_its_scenarios() {
        let scenarios = RandomScenarios::new(5).with_steps(9);
        assert_eq!(scenarios.case(3), RandomScenarios::new(5).with_steps(9).case(3));
        assert_ne!(scenarios.case(3), scenarios.case(4));
        assert_ne!(scenarios.case(3), RandomScenarios::new(6).with_steps(9).case(3));
        assert_eq!(scenarios.case(3).len(), 9);
        let some = scenarios.with_methods(["read_thread", "calls"]).unwrap();
        for text in some.case(1) {
            assert!(["read_thread", "calls"].contains(&parsed(&text).name()));
        }
        assert_eq!(
            RandomScenarios::new(5).with_methods(["read"]).unwrap_err(),
            UnknownMethod("read".to_string())
        );
    }
}
