//! Playing steps on a store, one after the other: the clock that each sees, what it returns, whether that was expected.

use std::io::Write as _;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::answer::{Outcome, Returned, write_returned};
use super::expect::{Mismatch, mismatches};
use super::statement::{Invalid, Method, Statement};
use crate::contract::{OPS, Op, ThreadStore, carry};
use crate::protocol::json::Json;
use crate::store::{InMemoryThreadStore, InMemoryThreadStoreCalls};
use crate::workbench::lints;

/// A store, its clock and the number of the step that is next. Several files play in one session if they name one store.
pub struct Session {
    store: Arc<dyn ThreadStore>,
    step: u64,
    next: Option<DateTime<Utc>>,
}

const TICK: TimeDelta = TimeDelta::milliseconds(1);

impl Session {
    /// Begins a session on a store, with the system's clock until a moment is set.
    pub fn new(store: Arc<dyn ThreadStore>) -> Self {
        Self {
            store,
            step: 0,
            next: None,
        }
    }

    /// Sets the moment that the next step sees; each later one sees one millisecond more.
    pub fn set_clock(&mut self, at: DateTime<Utc>) {
        self.next = Some(at);
    }

    fn memory(&self) -> Option<&InMemoryThreadStore> {
        self.store.as_any().downcast_ref()
    }

    /// Begins a step: its number, and the moment that it sees. The clock stands still in it, the system's too.
    fn begin(&mut self, at: Option<DateTime<Utc>>) -> u64 {
        self.step += 1;
        let now = at.or(self.next);
        self.next = now.and_then(|now| now.checked_add_signed(TICK)).or(now);
        if let Some(memory) = self.memory() {
            memory.clock().set(Some(now.unwrap_or_else(Utc::now)));
        }
        self.step
    }

    /// Ends a step: without a moment of its own the store follows the system's clock again.
    fn end(&self) {
        if let (Some(memory), None) = (self.memory(), self.next) {
            memory.clock().set(None);
        }
    }

    /// What is no step touches neither the store nor a counter, but it has a number and takes its time.
    pub fn refuse(&mut self, invalid: Invalid) -> Outcome {
        let step = self.begin(None);
        self.end();
        Outcome {
            step,
            method: invalid.method,
            note: None,
            returned: Returned::Error("invalid_step", invalid.message),
            valid: false,
            lints: Vec::new(),
            expect: None,
        }
    }

    /// Plays a step.
    pub async fn play(&mut self, statement: Statement) -> Outcome {
        let step = self.begin(statement.at);
        let method = statement.method.name();
        let op = match &statement.method {
            Method::Call(call) => Some(call.op()),
            Method::Calls => None,
        };
        let before = self.memory().map(InMemoryThreadStore::snapshot);
        let mut lints = statement.lints;
        if let (Method::Call(call), Some(before)) = (&statement.method, &before) {
            lints.extend(lints::of_call(call, before));
        }
        let calls_before = before.map(|before| before.calls()).unwrap_or_default();
        let returned = match statement.method {
            Method::Call(call) => match carry(&*self.store, call).await {
                Ok(answer) => Returned::Answer(answer),
                Err(error) => Returned::Error(error.code(), error.to_string()),
            },
            Method::Calls => Returned::Calls(calls_before),
        };
        let expect = statement.expect.map(|expect| {
            let after = self
                .memory()
                .map(|memory| memory.snapshot().calls())
                .unwrap_or_default();
            held_against(&expect, &returned, op, calls_before, after)
        });
        self.end();
        Outcome {
            step,
            method: Some(method.to_string()),
            note: statement.note,
            returned,
            valid: true,
            lints,
            expect,
        }
    }
}

/// Holds what came against what was expected; what cannot be written down to be compared is a mismatch too.
fn held_against(
    expect: &str,
    returned: &Returned,
    op: Option<Op>,
    before: InMemoryThreadStoreCalls,
    after: InMemoryThreadStoreCalls,
) -> Vec<Mismatch> {
    match came(returned, before, after) {
        Ok(came) => unmet(expect, &came, op),
        Err(error) => vec![Mismatch {
            path: "result".to_string(),
            want: "null".to_string(),
            got: None,
            message: Some(format!("the answer cannot be written as JSON: {error}")),
        }],
    }
}

/// Where what [`came`] of a step is not what was expected of it, both as JSON objects; `op` is the method that it called,
/// `None` for the counters.
pub fn unmet(expect: &str, came: &str, op: Option<Op>) -> Vec<Mismatch> {
    let (want, came) = (Json::trusted(expect), Json::trusted(came));
    let mut found = mismatches(want, came, op);
    if let (Some(named), Some(moved)) = (want.get("moved"), came.get("moved")) {
        // Whatever moved without being named is a mismatch too.
        let others = moved
            .members()
            .filter(|(name, by)| by.as_u64() != Some(0) && named.get(name).is_none());
        found.extend(others.map(|(name, by)| Mismatch {
            path: format!("moved.{name}"),
            want: "0".to_string(),
            got: Some(by.text().to_string()),
            message: None,
        }));
    }
    found
}

/// What came of a step, as an object with all that can be expected of it: `result` or `error`, `calls` and `moved`, from
/// what it returned and the counters before and after it.
pub fn came(
    returned: &Returned,
    before: InMemoryThreadStoreCalls,
    after: InMemoryThreadStoreCalls,
) -> std::io::Result<String> {
    let mut text = vec![b'{'];
    write_returned(&mut text, returned)?;
    let (moved, calls) = (moved(before, after, |_| true), serde_json::to_string(&after)?);
    write!(text, ",\"calls\":{calls},\"moved\":{moved}}}")?;
    String::from_utf8(text).map_err(std::io::Error::other)
}

/// By how much each counter moved, as an object; only the amounts that are to be told.
pub fn moved(
    before: InMemoryThreadStoreCalls,
    after: InMemoryThreadStoreCalls,
    told: impl Fn(usize) -> bool,
) -> String {
    let count = |of: InMemoryThreadStoreCalls, op| of.get(op).unwrap_or_default();
    let moved: Vec<String> = OPS
        .iter()
        .filter(|row| row.counted)
        .map(|row| {
            (
                row.name,
                count(after, row.op).saturating_sub(count(before, row.op)),
            )
        })
        .filter(|(_, by)| told(*by))
        .map(|(name, by)| format!("\"{name}\":{by}"))
        .collect();
    format!("{{{}}}", moved.join(","))
}
