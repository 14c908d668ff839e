//! Compares the result of a step with its expectation. The parts that cannot be determined for a store are not
//! judged, and are reported as such.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

use super::answer::Returned;
use super::expect::{Compared, Mismatch, compare};
use super::left_open::LeftOpen;
use crate::contract::{OPS, Op, OpRow};
use crate::protocol::json::{Json, text_of};
use crate::store::InMemoryThreadStoreCalls;
use crate::workbench::lints::Lint;

/// What is known about a step in addition to its result.
pub(super) struct Evidence {
    /// The method that the step called, or `None` if the step reads the counters.
    pub op: Option<Op>,
    /// The counters before and after the step, if the store exposes its counters.
    pub calls: Option<[InMemoryThreadStoreCalls; 2]>,
    /// Whether all lints of the step are known, not only those about its text.
    pub knows_lints: bool,
    /// The time that was specified for the step but not used, because the store uses its own clock.
    pub unseen: Option<DateTime<Utc>>,
}

/// The result of judging an expectation.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// The mismatches; `None` if no part of the expectation could be judged.
    pub failures: Option<Vec<Mismatch>>,
    /// The paths of the parts that were not judged.
    pub not_judged: Vec<String>,
}

impl Verdict {
    /// Removes the failures at some paths, and adds these paths to those that were not judged.
    pub(super) fn leave_open(&mut self, open: &LeftOpen) {
        let failures = self.failures.iter_mut().flatten();
        let paths = failures.map(|failure| failure.path.clone());
        self.not_judged.extend(paths.filter(|path| open.has(path)));
        if let Some(failures) = &mut self.failures {
            failures.retain(|failure| !open.has(&failure.path));
        }
    }

    /// The verdict for an expectation of which no part could be judged.
    pub(super) fn none_of(expect: &str) -> Self {
        Self {
            failures: None,
            not_judged: Json::trusted(expect)
                .members()
                .map(|(key, _)| key.into_owned())
                .collect(),
        }
    }
}

/// Compares the result and the lints of a step with its expectation. If the store does not expose its counters,
/// `calls`, `moved` and the result of a step that reads the counters are not judged. If the store before a call is not
/// known, `lints` are not judged. If the store uses its own clock, an expectation that a time of a thread equals the
/// time of the step is not judged.
pub(super) fn judge(expect: &str, returned: &Returned, lints: &[Lint], evidence: &Evidence) -> Verdict {
    let want = Json::trusted(expect);
    let unknown = |key: &str| match evidence.op {
        _ if key == LINTS => !evidence.knows_lints,
        _ if evidence.calls.is_some() => false,
        // The store does not expose its counters, so a step that reads them returned only an error.
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
        // A result that cannot be written as JSON is a mismatch.
        Err(error) => {
            let failure = Mismatch::new("result", "null", None)
                .with_message(format!("the answer cannot be written as JSON: {error}"));
            return Verdict {
                failures: Some(vec![failure]),
                not_judged,
            };
        }
    };
    let compared = held(want, Json::trusted(&came), evidence.op, evidence.unseen);
    let mut failures = compared.mismatches;
    failures.retain(|failure| !not_judged.contains(&failure.path));
    if evidence.knows_lints {
        failures.extend(unmet_lints(want, lints));
    }
    not_judged.extend(compared.of_clock);
    Verdict {
        failures: Some(failures),
        not_judged,
    }
}

/// The mismatches between an expectation and a result from [`came`], both as JSON objects. `op` is the method that
/// the step called, or `None` if the step reads the counters.
pub(crate) fn unmet(expect: &str, came: &str, op: Option<Op>) -> Vec<Mismatch> {
    held(Json::trusted(expect), Json::trusted(came), op, None).mismatches
}

/// The key of the expected lints.
pub(crate) const LINTS: &str = "lints";

/// The codes of the lints that an expectation names; `None` if it does not name any.
pub(super) fn expected_lints(expect: &str) -> Option<BTreeSet<String>> {
    let lints = Json::trusted(expect).get(LINTS)?;
    Some(
        lints
            .elements()
            .filter_map(|code| Some(code.as_str()?.into_owned()))
            .collect(),
    )
}

/// The mismatch between the expected lints and those of the step. Both are sets of codes.
fn unmet_lints(want: Json<'_>, lints: &[Lint]) -> Option<Mismatch> {
    let wanted = expected_lints(want.text())?;
    let came: BTreeSet<&str> = lints.iter().map(|lint| lint.code).collect();
    (!wanted.iter().map(String::as_str).eq(came.iter().copied())).then(|| {
        let want = want.get(LINTS).map_or("null", Json::text);
        Mismatch::new(LINTS, want, Some(text_of(&came)))
    })
}

fn held(want: Json<'_>, came: Json<'_>, op: Option<Op>, unseen: Option<DateTime<Utc>>) -> Compared {
    let mut compared = compare(want, came, op, unseen);
    // Lints are no part of a result.
    compared.mismatches.retain(|mismatch| mismatch.path != LINTS);
    if let (Some(named), Some(moved)) = (want.get("moved"), came.get("moved")) {
        // A counter that changed but is not in the expectation is a mismatch.
        let others = moved
            .members()
            .filter(|(name, by)| by.as_u64() != Some(0) && named.get(name).is_none());
        compared.mismatches.extend(
            others.map(|(name, by)| Mismatch::new(format!("moved.{name}"), "0", Some(by.text().to_string()))),
        );
    }
    compared
}

/// The result of a step as a JSON object with every key that can be expected: `result` or `error`, and `calls` and
/// `moved` if the counters before and after the step are known.
///
/// # Errors
/// If the result cannot be written as JSON, for example because it contains a path that is not UTF-8.
pub fn came(
    returned: &Returned,
    calls: Option<[InMemoryThreadStoreCalls; 2]>,
) -> Result<String, serde_json::Error> {
    serde_json::to_string(&ResultJson {
        returned,
        calls: calls.map(|[_, after]| after),
        moved: calls.map(|[before, after]| Moved {
            before,
            after,
            all: true,
        }),
    })
}

/// The result of a step as a JSON object with the only key `result` or `error`.
///
/// # Errors
/// If the result cannot be written as JSON.
pub(crate) fn result_text(returned: &Returned) -> Result<String, serde_json::Error> {
    serde_json::to_string(returned)
}

#[derive(Serialize)]
struct ResultJson<'a> {
    #[serde(flatten)]
    returned: &'a Returned,
    #[serde(skip_serializing_if = "Option::is_none")]
    calls: Option<InMemoryThreadStoreCalls>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved: Option<Moved>,
}

/// The change of each counter, serialized as an object.
#[derive(Clone, Copy, Debug)]
pub(in crate::workbench) struct Moved {
    /// The counters before.
    pub before: InMemoryThreadStoreCalls,
    /// The counters after.
    pub after: InMemoryThreadStoreCalls,
    /// Whether counters that did not change are included.
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
