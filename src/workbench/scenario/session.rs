//! Playing steps on a store, one after the other: the clock that each sees, what it returns, whether that was expected.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::answer::{Outcome, Returned, write_returned};
use super::expect::{Mismatch, mismatches};
use super::statement::{Invalid, Method, Statement};
use crate::contract::{OPS, ThreadStore, carry};
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

    /// Begins a step: its number, and the clock as it sees it.
    fn begin(&mut self, at: Option<DateTime<Utc>>) -> u64 {
        self.step += 1;
        let now = at.or(self.next);
        self.next = now.and_then(|now| now.checked_add_signed(TICK)).or(now);
        if let (Some(memory), Some(now)) = (self.memory(), now) {
            memory.clock().set(Some(now));
        }
        self.step
    }

    /// What is no step touches neither the store nor a counter, but it has a number and takes its time.
    pub fn refuse(&mut self, invalid: Invalid) -> Outcome {
        Outcome {
            step: self.begin(None),
            method: invalid.method,
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
        Outcome {
            step,
            method: Some(method.to_string()),
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
    op: Option<crate::contract::Op>,
    before: InMemoryThreadStoreCalls,
    after: InMemoryThreadStoreCalls,
) -> Vec<Mismatch> {
    let mut answer = vec![b'{'];
    let written = write_returned(&mut answer, returned);
    answer.push(b'}');
    let unusable = |what: String| {
        vec![Mismatch {
            path: "expect".to_string(),
            want: "null".to_string(),
            got: None,
            message: Some(what),
        }]
    };
    if let Err(error) = written {
        return unusable(format!("the answer cannot be written as JSON: {error}"));
    }
    let answer = String::from_utf8_lossy(&answer);
    let (Ok(want), Ok(got)) = (Json::parse(expect), Json::parse(&answer)) else {
        return unusable("the answer or the expectation is no JSON".to_string());
    };
    let mut found = Vec::new();
    for (key, want) in want.members() {
        match &*key {
            "calls" => found.extend(counters("calls", want, after, None)),
            "moved" => found.extend(counters("moved", want, after, Some(before))),
            _ => {
                let pair = format!("{{\"{key}\":{}}}", want.text());
                if let Ok(pair) = Json::parse(&pair) {
                    found.extend(mismatches(pair, got, op));
                }
            }
        }
    }
    found
}

/// Counters against what was expected of them: their values, or, with `before`, by how much each of them moved.
fn counters(
    key: &str,
    want: Json<'_>,
    after: InMemoryThreadStoreCalls,
    before: Option<InMemoryThreadStoreCalls>,
) -> Vec<Mismatch> {
    let mut text = format!("{{\"{key}\":{{");
    let mut wanted = format!("{{\"{key}\":{{");
    for row in OPS.iter().filter(|row| row.counted) {
        let value = after.get(row.op).unwrap_or_default()
            - before.and_then(|calls| calls.get(row.op)).unwrap_or_default();
        text.push_str(&format!("\"{}\":{value},", row.name));
        // All counters that are not named have not moved.
        if before.is_some() && want.get(row.name).is_none() {
            wanted.push_str(&format!("\"{}\":0,", row.name));
        }
    }
    for (name, value) in want.members() {
        wanted.push_str(&format!("{}:{},", serde_json::Value::from(&*name), value.text()));
    }
    for text in [&mut text, &mut wanted] {
        text.truncate(text.trim_end_matches(',').len());
        text.push_str("}}");
    }
    match (Json::parse(&wanted), Json::parse(&text)) {
        (Ok(wanted), Ok(got)) => mismatches(wanted, got, None),
        _ => Vec::new(),
    }
}
