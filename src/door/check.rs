//! Compares a store in another program with the in-memory store by playing random scenarios on both, and shrinks the
//! first scenario with a difference.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use uuid::Uuid;

use super::compared::differ;
use super::link::RemoteError;
use super::remote::RemoteStore;
use crate::contract::Op;
use crate::protocol::json::{Json, quoted};
use crate::store::{CallTime, InMemoryThreadStore};
use crate::workbench::Request;
use crate::workbench::composed::Composed;
use crate::workbench::random::RandomScenarios;
use crate::workbench::scenario::shrink::{ATTEMPTS, shrink, without_positions};
use crate::workbench::scenario::{
    CheckedJson, Judged, LeftOpen, LineColumn, Method, Mismatch, Parsed, Returned, ThreadPasts, result_text,
};

/// The maximum time for shrinking.
const TIME: Duration = Duration::from_secs(60);
/// The time of the first step.
const CLOCK: DateTime<Utc> = DateTime::from_timestamp(1_767_225_600, 0).expect("a time of this century");

/// What is compared.
#[derive(Clone, Debug)]
pub struct Check {
    /// The scenarios.
    pub scenarios: RandomScenarios,
    /// The number of scenarios.
    pub cases: u64,
    /// What is judged.
    pub judged: Judged,
}

/// How much was compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// The number of scenarios that were played to their end or to their first difference.
    pub cases: u64,
    /// The number of steps that were played on both stores, not counting those for shrinking.
    pub steps: u64,
}

/// A scenario on which the stores differ, shrunk.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The number of the scenario, starting at 1.
    pub case: u64,
    /// The number of the first step with a difference in the original scenario, starting at 1.
    pub step: usize,
    /// The method of this step.
    pub method: String,
    /// The steps that are left after shrinking. The last one has the difference.
    pub steps: Vec<String>,
    /// The differences at the last step; the expected values are those of the in-memory store.
    pub failures: Vec<Mismatch>,
    /// Whether the steps cannot be shrunk further. If not, the number of attempts or the time was not sufficient.
    pub is_done: bool,
}

/// Why a check has ended early.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("case {case}, step {step} ({method}): {error}")]
pub struct CheckError {
    /// The number of the scenario, starting at 1.
    pub case: u64,
    /// The number of the step that was not answered, starting at 1.
    pub step: usize,
    /// Its method.
    pub method: String,
    /// What the store did instead of answering.
    pub error: RemoteError,
}

/// The first difference of a scenario.
struct Found {
    /// The index of the step.
    at: usize,
    failures: Vec<Mismatch>,
}

/// A step that was not answered.
struct Unanswered {
    at: usize,
    error: RemoteError,
}

impl Check {
    /// Plays the scenarios on both stores until they differ. Each scenario, and each attempt at shrinking, uses a new
    /// store of the other program. `None` if there is no difference.
    ///
    /// # Errors
    /// If the other store gives no answer that can be used.
    pub async fn run(&self, other: &RemoteStore) -> Result<(Checked, Option<Difference>), CheckError> {
        let mut checked = Checked::default();
        for case in 1..=self.cases {
            let texts = self.scenarios.case(case);
            let at_step = |unanswered: Unanswered| CheckError {
                case,
                step: unanswered.at + 1,
                method: texts
                    .get(unanswered.at)
                    .map_or_else(String::new, |text| method_of(text)),
                error: unanswered.error,
            };
            checked.cases += 1;
            match self.first_difference(other, &texts).await.map_err(at_step)? {
                None => checked.steps += texts.len() as u64,
                Some(found) => {
                    checked.steps += found.at as u64 + 1;
                    let difference = self.shrunk(other, case, &texts, found).await.map_err(at_step)?;
                    return Ok((checked, Some(difference)));
                }
            }
        }
        Ok((checked, None))
    }

    async fn shrunk(
        &self,
        other: &RemoteStore,
        case: u64,
        texts: &[String],
        found: Found,
    ) -> Result<Difference, Unanswered> {
        let step = found.at + 1;
        let steps: Vec<String> = texts.iter().take(step).cloned().collect();
        let method = steps.last().map_or_else(String::new, |text| method_of(text));
        let place = place(&found.failures);
        let mut failures = found.failures;
        let mut broken = None;
        let fails = async |steps: &[String]| {
            if broken.is_some() {
                return false;
            }
            match self.first_difference(other, steps).await {
                Ok(Some(found)) if found.at + 1 == steps.len() => {
                    let is_same = found
                        .failures
                        .iter()
                        .any(|failure| without_positions(&failure.path) == place);
                    if is_same {
                        failures = found.failures;
                    }
                    is_same
                }
                Ok(_) => false,
                Err(unanswered) => {
                    broken = Some(unanswered);
                    false
                }
            }
        };
        let shrunk = shrink(steps, ATTEMPTS, Some(Instant::now() + TIME), fails).await;
        match broken {
            Some(unanswered) => Err(unanswered),
            None => Ok(Difference {
                case,
                step,
                method,
                steps: shrunk.steps,
                failures,
                is_done: shrunk.is_done,
            }),
        }
    }

    /// Plays steps on a new store of both programs. `None` if all answers are the same, or a step is invalid.
    async fn first_difference(
        &self,
        other: &RemoteStore,
        texts: &[String],
    ) -> Result<Option<Found>, Unanswered> {
        let Some(steps) = texts.iter().map(|text| parsed(text)).collect::<Option<Vec<_>>>() else {
            return Ok(None);
        };
        let steps: Vec<(Option<Request>, DateTime<Utc>)> = steps.into_iter().zip(times()).collect();
        let sent: Vec<_> = steps
            .iter()
            .map(|(request, at)| (request.as_ref(), *at))
            .collect();
        let store = other.with_id(Uuid::now_v7().to_string());
        let (answers, gone) = store.together(&sent).await;
        let mut reference = Reference::new(self.judged);
        for (at, ((request, time), answer)) in steps.iter().zip(&answers).enumerate() {
            let (want, left_open) = reference.answer(request.as_ref(), *time);
            if request.is_none() {
                match store.counters_in(Some(answer.clone())) {
                    Ok(Some(_)) => {}
                    // The store does not report its counters.
                    Ok(None) => continue,
                    Err(error) => return Err(Unanswered { at, error }),
                }
            }
            let op: Option<Op> = request.as_ref().map(|request| request.step.op());
            let mut failures = differ(&want, answer, op, *time);
            failures.retain(|failure| !left_open.as_ref().is_some_and(|open| open.has(&failure.path)));
            if !failures.is_empty() {
                return Ok(Some(Found { at, failures }));
            }
        }
        match gone {
            Some(error) => Err(Unanswered {
                at: answers.len(),
                error,
            }),
            None => Ok(None),
        }
    }
}

/// The in-memory store on which a scenario is played.
struct Reference {
    store: Arc<InMemoryThreadStore>,
    judged: Judged,
    pasts: ThreadPasts,
}

impl Reference {
    fn new(judged: Judged) -> Self {
        Self {
            store: Arc::default(),
            judged,
            pasts: ThreadPasts::default(),
        }
    }

    /// The answer of the in-memory store, and the parts of an answer that are not judged.
    fn answer(&mut self, request: Option<&Request>, at: DateTime<Utc>) -> (Returned, Option<LeftOpen>) {
        let is_open = self.judged == Judged::Contract;
        let Some(request) = request else {
            let calls = Returned::Calls(self.store.snapshot().calls());
            return (calls, is_open.then(ThreadPasts::of_counters));
        };
        let called = self.store.call_at((*request.step).clone(), CallTime::At(at));
        let left_open = is_open.then(|| self.pasts.left_open(&request.step, &called.before, &called.after));
        (called.result.into(), left_open)
    }
}

impl Difference {
    /// Writes the steps as a scenario, with the answers of the in-memory store as expectations.
    pub fn write(&self, title: &str, out: &mut impl Write) -> io::Result<()> {
        let clock = CLOCK.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        writeln!(
            out,
            "{{\"scenario\":{},\"clock\":{}}}",
            quoted(title),
            quoted(&clock)
        )?;
        let mut reference = Reference::new(Judged::Everything);
        for (text, at) in self.steps.iter().zip(times()) {
            let request = parsed(text).flatten();
            let (want, _) = reference.answer(request.as_ref(), at);
            let expect = result_text(&want)?;
            let mut members: Vec<_> = Json::trusted(text)
                .members()
                .map(|(key, value)| (key, Composed::Text(value)))
                .collect();
            members.push(("expect".into(), Composed::Text(Json::trusted(&expect))));
            writeln!(
                out,
                "{}",
                Composed::Object(members).text().replace(['\n', '\r'], "")
            )?;
        }
        Ok(())
    }
}

/// The times of the steps of a scenario.
fn times() -> impl Iterator<Item = DateTime<Utc>> {
    (0..).map(|number| CLOCK + TimeDelta::milliseconds(number))
}

/// The call of a step; the inner `None` stands for a step that reads the counters. The outer `None` means that the step
/// is invalid.
fn parsed(text: &str) -> Option<Option<Request>> {
    let place = |_| LineColumn { line: 1, column: 1 };
    match Parsed::read_with_id(CheckedJson::parse(text).ok()?, &place).1 {
        Parsed::Step(statement) => Some(match statement.method {
            Method::Call(request) => Some(request),
            Method::Calls => None,
        }),
        Parsed::Header(_) | Parsed::Invalid(_) => None,
    }
}

fn method_of(text: &str) -> String {
    let method = Json::trusted(text).get("method").and_then(Json::as_str);
    method.map_or_else(String::new, std::borrow::Cow::into_owned)
}

/// The path of the first difference, without positions in lists.
fn place(failures: &[Mismatch]) -> String {
    failures
        .first()
        .map_or_else(String::new, |failure| without_positions(&failure.path))
}
