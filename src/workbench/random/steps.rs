//! The steps of one random scenario.

use super::RandomMethod;
use super::numbers::Numbers;
use super::values;
use crate::contract::{CALLS, Op, Param};
use crate::protocol::json::quoted;

/// The number of threads that most steps are about.
const THREADS: u64 = 3;
/// The number of threads that few steps are about, so that some steps are about a thread that was never created.
const RARE: u64 = 6;

/// An optional parameter is given with a probability of one in this number.
const OPTIONAL: u64 = 4;

/// Makes the steps.
pub struct CaseSteps {
    numbers: Numbers,
    /// The ids of its threads; those that are rarely used come last.
    ids: Vec<String>,
}

/// The step that reads the counters.
pub fn counters() -> String {
    format!("{{\"method\":{}}}", quoted(CALLS))
}

impl CaseSteps {
    /// Begins a scenario.
    pub fn new(mut numbers: Numbers) -> Self {
        let ids = (1..=THREADS + RARE)
            .map(|number| {
                // The order of the ids differs from the order of their numbers.
                let high = numbers.below(1 << 32);
                format!("{high:08x}-a2b3-7c4d-8e5f-{number:012x}")
            })
            .chain(["00000000-0000-0000-0000-000000000000".to_string()])
            .collect();
        Self { numbers, ids }
    }

    /// The next step. There must be at least one method.
    pub fn next(&mut self, methods: &[RandomMethod]) -> String {
        let all: u64 = methods.iter().map(|method| method.weight).sum();
        let mut at = self.numbers.below(all);
        let chosen = methods.iter().find(|method| match at.checked_sub(method.weight) {
            Some(rest) => {
                at = rest;
                false
            }
            None => true,
        });
        match chosen.and_then(|method| method.op) {
            Some(op) => self.call(op),
            None => counters(),
        }
    }

    fn call(&mut self, op: Op) -> String {
        let row = op.row();
        let mut members = Vec::new();
        for param in row.params {
            if param.default.is_none() || self.numbers.once_in(OPTIONAL) || is_wanted(op, param) {
                members.push((param.name, self.value(param)));
            }
        }
        if self.numbers.once_in(25) {
            members.push(values::unknown(&mut self.numbers));
        }
        let members: Vec<String> = members
            .iter()
            .map(|(key, value)| format!("{}:{value}", quoted(key)))
            .collect();
        format!(
            "{{\"method\":{},\"params\":{{{}}}}}",
            quoted(row.name),
            members.join(",")
        )
    }

    fn value(&mut self, param: &Param) -> String {
        match (param.name, param.default) {
            ("thread_id", _) => id(&mut self.numbers, &self.ids),
            ("patch", _) => values::patch(&mut self.numbers),
            _ => {
                let ids = &self.ids;
                values::parameter(&mut self.numbers, param, |numbers| id(numbers, ids))
            }
        }
    }
}

/// Whether a parameter is always given because the method does little without it.
fn is_wanted(op: Op, param: &Param) -> bool {
    op == Op::ResumeThread && param.name == "rollout_path"
}

/// The id of a thread; occasionally in another notation, and occasionally one that no thread has.
fn id(numbers: &mut Numbers, ids: &[String]) -> String {
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let common = usize::try_from(THREADS).unwrap_or(ids.len());
    let id = match numbers.once_in(5) {
        true => numbers.one_of(&ids),
        false => numbers.one_of(ids.get(..common).unwrap_or(&ids)),
    };
    quoted(&match numbers.below(40) {
        0 => id.to_uppercase(),
        1 => id.replace('-', ""),
        2 => format!("urn:uuid:{id}"),
        3 => "ffffffff-ffff-ffff-ffff-ffffffffffff".to_string(),
        _ => id.to_string(),
    })
}
