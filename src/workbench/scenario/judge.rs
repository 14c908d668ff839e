//! Whether what came of a step is what was expected of it. What nobody can know of a store is not judged, and said to be so.

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

use super::answer::Returned;
use super::expect::{Compared, Mismatch, compare};
use crate::contract::{OPS, Op, OpRow};
use crate::protocol::json::Json;
use crate::store::InMemoryThreadStoreCalls;

/// What is known of a step beside what it returned.
pub(super) struct Evidence {
    /// The method that it called, `None` for the counters.
    pub op: Option<Op>,
    /// The counters before and after it, if the store tells them.
    pub calls: Option<[InMemoryThreadStoreCalls; 2]>,
    /// The moment that it should have seen and did not, because the store goes by a clock of its own.
    pub unseen: Option<DateTime<Utc>>,
}

/// What became of an expectation.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// Where it was not met; `None` if nothing of it could be judged.
    pub failures: Option<Vec<Mismatch>>,
    /// The paths of what could not be judged.
    pub not_judged: Vec<String>,
}

impl Verdict {
    /// Of an expectation of which nothing could be judged.
    pub fn none_of(expect: &str) -> Self {
        Self {
            failures: None,
            not_judged: Json::trusted(expect)
                .members()
                .map(|(key, _)| key.into_owned())
                .collect(),
        }
    }
}

/// Holds what came of a step against what was expected of it. Not judged are: `calls`, `moved` and what the counters
/// answer, where the store does not tell its counters; and a time of a thread that is expected to be the step's moment,
/// where the store reads a clock of its own.
pub(super) fn judge(expect: &str, returned: &Returned, evidence: &Evidence) -> Verdict {
    let want = Json::trusted(expect);
    let unknown = |key: &str| match evidence.op {
        _ if evidence.calls.is_some() => false,
        // What came are no counters but that there are none.
        None => true,
        Some(_) => matches!(key, "calls" | "moved"),
    };
    let mut not_judged: Vec<String> = want
        .members()
        .filter(|(key, _)| unknown(key))
        .map(|(key, _)| key.into_owned())
        .collect();
    if !not_judged.is_empty() && want.members().all(|(key, _)| unknown(&key)) {
        return Verdict {
            failures: None,
            not_judged,
        };
    }
    let came = match came(returned, evidence.calls) {
        Ok(came) => came,
        // What cannot be written down to be compared is a mismatch too.
        Err(error) => {
            let failure = Mismatch {
                path: "result".to_string(),
                want: "null".to_string(),
                got: None,
                message: Some(format!("the answer cannot be written as JSON: {error}")),
            };
            return Verdict {
                failures: Some(vec![failure]),
                not_judged,
            };
        }
    };
    let compared = held(want, Json::trusted(&came), evidence.op, evidence.unseen);
    let mut failures = compared.mismatches;
    failures.retain(|failure| !not_judged.contains(&failure.path));
    not_judged.extend(compared.of_clock);
    Verdict {
        failures: Some(failures),
        not_judged,
    }
}

/// Where what [`came`] of a step is not what was expected of it, both as JSON objects; `op` is the method that it called,
/// `None` for the counters.
pub(crate) fn unmet(expect: &str, came: &str, op: Option<Op>) -> Vec<Mismatch> {
    held(Json::trusted(expect), Json::trusted(came), op, None).mismatches
}

fn held(want: Json<'_>, came: Json<'_>, op: Option<Op>, unseen: Option<DateTime<Utc>>) -> Compared {
    let mut compared = compare(want, came, op, unseen);
    if let (Some(named), Some(moved)) = (want.get("moved"), came.get("moved")) {
        // Whatever moved without being named is a mismatch too.
        let others = moved
            .members()
            .filter(|(name, by)| by.as_u64() != Some(0) && named.get(name).is_none());
        compared.mismatches.extend(others.map(|(name, by)| Mismatch {
            path: format!("moved.{name}"),
            want: "0".to_string(),
            got: Some(by.text().to_string()),
            message: None,
        }));
    }
    compared
}

/// What came of a step, as an object with all that can be expected of it: `result` or `error` from what it returned, and
/// `calls` and `moved`, if the counters before and after it are known.
pub fn came(
    returned: &Returned,
    calls: Option<[InMemoryThreadStoreCalls; 2]>,
) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Came {
        returned,
        calls: calls.map(|[_, after]| after),
        moved: calls.map(|[before, after]| Moved {
            before,
            after,
            all: true,
        }),
    })
}

#[derive(Serialize)]
struct Came<'a> {
    #[serde(flatten)]
    returned: &'a Returned,
    #[serde(skip_serializing_if = "Option::is_none")]
    calls: Option<InMemoryThreadStoreCalls>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved: Option<Moved>,
}

/// By how much each counter moved, written as an object.
#[derive(Clone, Copy, Debug)]
pub(in crate::workbench) struct Moved {
    /// The counters before.
    pub before: InMemoryThreadStoreCalls,
    /// The counters after.
    pub after: InMemoryThreadStoreCalls,
    /// Whether those that did not move are written too.
    pub all: bool,
}

impl Serialize for Moved {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let by = |row: &OpRow| {
            let [before, after] = [self.before, self.after].map(|calls| calls.get(row.op));
            Some((row.name, after?.saturating_sub(before?)))
        };
        let moved = OPS.iter().filter_map(by).filter(|(_, by)| self.all || *by != 0);
        serializer.collect_map(moved)
    }
}
