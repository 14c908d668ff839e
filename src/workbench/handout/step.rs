//! What a document says about a step.

use crate::protocol::json::{Json, text_of};
use crate::store::Snapshot;
use crate::workbench::Journal;
use crate::workbench::diff::{self, CLOCK, Difference, RunKind, Section};
use crate::workbench::query::cut_after;
use crate::workbench::scenario::{InvalidStep, Method, Mismatch, Outcome, Statement, result_text};

/// The length in characters of a value in a change; a longer one is cut.
const VALUE: usize = 120;

/// A step in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HandoutStep {
    /// Its number in its scenario, starting at 1.
    pub number: usize,
    /// Its method, or `invalid step`.
    pub method: String,
    /// Its note.
    pub note: Option<String>,
    /// The id of another store that it is called on.
    pub store: Option<String>,
    /// The parameters as they were sent, as JSON on several lines; `None` if there are none.
    pub params: Option<String>,
    /// A short description of the answer.
    pub summary: String,
    /// The result or the error, as JSON on several lines; `None` for a call that returns nothing.
    pub answer: Option<String>,
    /// Whether it is valid and its expectation, if it has one, was met.
    pub is_good: bool,
    /// What was said about its expectation; `None` if it has none.
    pub verdict: Option<String>,
    /// What differs from the expectation.
    pub failures: Vec<String>,
    /// What it changed: counters, then threads.
    pub changes: Vec<String>,
    /// The warnings.
    pub lints: Vec<String>,
}

impl HandoutStep {
    /// Describes a step that was played, from the journal and the store before and after it.
    pub(super) fn new(
        place: usize,
        step: Option<Result<Box<Statement>, InvalidStep>>,
        outcome: &Outcome,
        before: (Journal, Snapshot),
        after: (Journal, Snapshot),
    ) -> Self {
        let statement = step.and_then(Result::ok);
        let params = statement.as_ref().and_then(|statement| match &statement.method {
            Method::Call(request) => request.params().ok(),
            Method::Calls => None,
        });
        let verdict = match &outcome.expect {
            Some(found) if found.is_empty() => Some("as expected".to_string()),
            Some(_) => Some("not as expected".to_string()),
            None => outcome.told_not_judged(),
        };
        let failures = outcome.expect.iter().flatten().flat_map(Mismatch::differences);
        let failures = failures.map(|difference| match difference.values {
            Some(values) => {
                let (want, got) = (cut(values.wanted()), cut(values.came()));
                format!("{}: expected {want}, got {got}", difference.place())
            }
            None => difference.place(),
        });
        Self {
            number: place + 1,
            method: outcome
                .method
                .clone()
                .unwrap_or_else(|| "invalid step".to_string()),
            note: outcome.note.clone(),
            store: statement.and_then(|statement| statement.store.clone()),
            params: params.map(|params| pretty(&params)),
            summary: outcome.summary(),
            answer: answer(outcome),
            is_good: outcome.is_good(),
            verdict,
            failures: failures.collect(),
            changes: changes(&before, &after),
            lints: outcome.lints.iter().map(ToString::to_string).collect(),
        }
    }
}

/// The result or the error of a step; `None` for a call that returns nothing.
fn answer(outcome: &Outcome) -> Option<String> {
    let text = result_text(&outcome.returned).ok()?;
    let (_, value) = Json::trusted(&text).members().next()?;
    (!value.is_null()).then(|| pretty(value.text()))
}

/// JSON on several lines, or on one if it is short.
fn pretty(text: &str) -> String {
    const SHORT: usize = 100;
    let lines = if text.len() > SHORT { indented(text) } else { None };
    lines.unwrap_or_else(|| text.to_string())
}

/// The members of the outermost object or the elements of the outermost list, each on a line.
fn indented(text: &str) -> Option<String> {
    let json = Json::trusted(text);
    let lines: Vec<String> = match text.as_bytes().first()? {
        b'{' => json
            .members()
            .map(|(key, value)| format!("  {}: {}", text_of(&*key), value.text()))
            .collect(),
        b'[' => json
            .elements()
            .map(|value| format!("  {}", value.text()))
            .collect(),
        _ => return None,
    };
    let (open, close) = (text.get(..1)?, text.get(text.len() - 1..)?);
    match lines.is_empty() {
        true => None,
        false => Some(format!("{open}\n{}\n{close}", lines.join(",\n"))),
    }
}

/// The counters that moved, then the threads that changed with what differs in them.
fn changes((journal, before): &(Journal, Snapshot), (later, after): &(Journal, Snapshot)) -> Vec<String> {
    let touched = later.touched(journal.tip(), later.tip());
    let comparison = diff::stores((String::new(), before), (String::new(), after), &touched);
    let mut lines = Vec::new();
    // Counters come first, as in the Calls pane.
    for section in comparison.sections.iter().rev() {
        for run in &section.runs {
            let (left, right) = (run.left.clone(), run.right.clone());
            match run.fate {
                RunKind::Same => {}
                RunKind::Changed => lines.extend(
                    left.zip(right)
                        .flat_map(|(left, right)| changed(section, left, right)),
                ),
                RunKind::Added => lines.extend(
                    right
                        .filter_map(|index| section.right(index))
                        .map(|thread| format!("thread {}: new", thread.name)),
                ),
                RunKind::Removed => lines.extend(
                    left.filter_map(|index| section.left(index))
                        .map(|thread| format!("thread {}: gone", thread.name)),
                ),
            }
        }
    }
    lines
}

/// What differs in a counter or a thread.
fn changed(section: &Section, left: usize, right: usize) -> Vec<String> {
    let name = section.right(right).map(|element| element.name.into_owned());
    let name = name.unwrap_or_default();
    let differences = section.differences(left, right);
    if let [Difference { path, left, right }] = differences.as_slice()
        && path == "."
    {
        return vec![format!("{name}: {} \u{2192} {}", value(left), value(right))];
    }
    let shown: Vec<&str> = differences
        .iter()
        .filter_map(|difference| difference.path.strip_prefix(".shown."))
        .collect();
    let mut lines = vec![format!("thread {name}:")];
    for Difference { path, left, right } in &differences {
        let (left, right) = (value(left), value(right));
        let path = match (path.strip_prefix(".shown."), path.strip_prefix(".patch.")) {
            (Some(field), _) => field.to_string(),
            // Of a field that a read shows, the accumulated patch says the same.
            (None, Some(field)) if shown.contains(&field) => continue,
            (None, Some(field)) => format!("{field} in the accumulated patch"),
            (None, None) => path.trim_start_matches('.').to_string(),
        };
        lines.push(format!("  {path}: {left} \u{2192} {right}"));
    }
    lines
}

/// A value of a difference.
fn value(value: &Option<String>) -> String {
    match value.as_deref() {
        None => "nothing".to_string(),
        // The note in place of a time that no patch has set.
        Some(note) if note.trim_matches('"') == CLOCK => CLOCK.to_string(),
        Some(value) => cut(value),
    }
}

/// A text in one line of a document, cut if it is long.
fn cut(text: &str) -> String {
    cut_after(text, VALUE)
}
