//! Finds the steps of a scenario up to its first failure, with the clock time of each step.

use std::io::{self, Write};
use std::iter::successors;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use super::FailurePlace;
use crate::protocol::json::{Json, quoted};
use crate::workbench::composed::Composed;
use crate::workbench::scenario::{
    LineColumn, Outcome, Parsed, ScenarioSession, Script, Statement, StreamValue,
};

const TICK: TimeDelta = TimeDelta::milliseconds(1);

/// Whether a lint is a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lints {
    /// Lints are not failures.
    Allowed,
    /// A lint that is not expected is a failure.
    Denied,
}

/// The steps of a scenario up to the first one that fails.
#[derive(Clone, Debug)]
pub struct FailingScenario {
    /// The text of the header without its rows, if there is a header.
    header: Option<String>,
    /// The time of the first step in the header.
    clock: Option<DateTime<Utc>>,
    /// The number of the row that fails, if the scenario has rows.
    pub row: Option<usize>,
    /// The number of the step that fails, starting at 1.
    pub step: usize,
    /// The texts of the valid steps up to that one, with the values of the row. If the time of a step is known, it is
    /// written into the step, so that removing a step does not move the times of later ones.
    pub steps: Vec<String>,
    /// Where the last of them fails.
    pub place: FailurePlace,
}

impl FailingScenario {
    /// Plays the rows of a scenario one after the other, each in the session that `fresh` returns, until a step fails.
    /// `clock` overrides the clock in the header. `None` if nothing fails.
    pub async fn find(
        script: &Script,
        clock: Option<DateTime<Utc>>,
        lints: Lints,
        fresh: impl Fn() -> ScenarioSession,
    ) -> Option<Self> {
        for script in successors(Some(script.clone()), Script::next_row) {
            let mut session = fresh();
            let mut next = clock.or(script.header.clock);
            let mut steps = Vec::new();
            for index in 0..script.len() {
                let (Some(Ok(mut statement)), Some(text)) = (script.step(index), script.step_text(index))
                else {
                    // An invalid step only advances the time.
                    seen(&mut next, None);
                    continue;
                };
                statement.at = seen(&mut next, statement.at);
                steps.push(at_time(text, statement.at));
                let outcome = played(&mut session, *statement, lints).await;
                if let Some(place) = FailurePlace::of(&outcome) {
                    return Some(Self {
                        header: script.header_text().map(without_rows),
                        clock: script.header.clock,
                        row: script.row(),
                        step: index + 1,
                        steps,
                        place,
                    });
                }
            }
        }
        None
    }

    /// Writes steps as a scenario with the same header, one per line. Omits the time of a step if the step would have
    /// that time anyway.
    pub fn write(&self, steps: &[String], out: &mut impl Write) -> io::Result<()> {
        if let Some(header) = &self.header {
            writeln!(out, "{header}")?;
        }
        let mut next = self.clock;
        for text in steps {
            let step = Json::trusted(text);
            let own = step
                .get("at")
                .and_then(Json::as_str)
                .and_then(|at| DateTime::parse_from_rfc3339(&at).ok().map(|time| time.to_utc()));
            let has_it_anyway = own.is_some() && own == next;
            seen(&mut next, own);
            let text = match has_it_anyway {
                true => without(step, "at"),
                false => text.clone(),
            };
            writeln!(out, "{}", one_line(&text))?;
        }
        Ok(())
    }
}

/// The place where the last of these steps fails in a session; `None` if it does not, if another step fails, or if a step
/// is invalid.
pub async fn place_of(steps: &[String], lints: Lints, mut session: ScenarioSession) -> Option<FailurePlace> {
    let (last, others) = steps.split_last()?;
    for text in others {
        let outcome = played(&mut session, parsed(text)?, lints).await;
        if !outcome.is_good() {
            return None;
        }
    }
    FailurePlace::of(&played(&mut session, parsed(last)?, lints).await)
}

fn parsed(text: &str) -> Option<Statement> {
    let value = StreamValue {
        start: LineColumn { line: 1, column: 1 },
        text: Ok(text.to_string()),
    };
    match Parsed::read(&value, false) {
        Parsed::Step(statement) => Some(*statement),
        Parsed::Header(_) | Parsed::Invalid(_) => None,
    }
}

async fn played(session: &mut ScenarioSession, statement: Statement, lints: Lints) -> Outcome {
    let mut outcome = session.play(statement).await;
    if lints == Lints::Denied {
        outcome.deny_lints();
    }
    outcome
}

/// The time of a step, given the time of the next step and the time in the step itself. Advances the time of the next
/// step.
fn seen(next: &mut Option<DateTime<Utc>>, own: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    let at = own.or(*next);
    *next = at.and_then(|at| at.checked_add_signed(TICK)).or(at);
    at
}

/// The text of a step with a time, unless it has one already or the time is not known.
fn at_time(text: String, at: Option<DateTime<Utc>>) -> String {
    let Some(at) = at.filter(|_| Json::trusted(&text).get("at").is_none()) else {
        return text;
    };
    let time = quoted(&at.to_rfc3339_opts(SecondsFormat::AutoSi, true));
    let mut members: Vec<_> = Json::trusted(&text)
        .members()
        .map(|(key, value)| (key, Composed::Text(value)))
        .collect();
    members.push(("at".into(), Composed::Text(Json::trusted(&time))));
    Composed::Object(members).text()
}

fn without_rows(header: &str) -> String {
    let json = Json::trusted(header);
    match json.get("rows") {
        Some(_) => one_line(&without(json, "rows")),
        None => one_line(json.text()),
    }
}

/// The text of an object with one member removed.
fn without(object: Json<'_>, key: &str) -> String {
    let members = object.members().filter(|(name, _)| name != key);
    Composed::Object(members.map(|(key, value)| (key, Composed::Text(value))).collect()).text()
}

/// The text on one line. Line breaks can only be between its tokens.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], "")
}
