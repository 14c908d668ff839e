//! The steps that affected a value. Lists the steps for the selected field, goes from the list to a step, and opens a
//! step.

use chrono::SecondsFormat;

use crate::inspector::overlays::finder::{Finder, ListEntry, ListPurpose};
use crate::inspector::overlays::reader::{Reader, StepPart};
use crate::inspector::state::action::Action;
use crate::inspector::state::effect::{Effects, Job};
use crate::inspector::state::job::JobProgressFn;
use crate::inspector::state::model::Model;
use crate::protocol::json::quoted;
use crate::workbench::scenario::write_failures;
use crate::workbench::{self, Journal, Origin, ThreadValue, ValueState, ValueStep, recording};

/// The maximum number of steps in the list. The latest steps are listed.
pub const MOST: usize = 500;

/// The value of the selected thread whose steps are requested.
pub struct OriginQuery {
    /// The value.
    pub subject: ThreadValue,
    /// The name of the value.
    pub name: String,
    /// The current origin of the value.
    pub origin: Origin,
}

/// Returns whether a field is selected or its value is open.
pub fn askable(model: &Model) -> Result<(), &'static str> {
    if model
        .overlays
        .top::<Reader>()
        .is_some_and(|reader| !reader.is_field)
    {
        return Err("this is not a field of a thread");
    }
    let field = model.session.metadata.selected();
    field.map(|_| ()).ok_or("no field is selected")
}

/// Requests the steps that affected the selected field.
pub fn ask(model: &mut Model) -> Effects {
    let session = &model.session;
    let (Some(row), Some(record)) = (session.metadata.selected(), session.thread()) else {
        return Vec::new();
    };
    let (journal, id) = (session.journal.clone(), record.id);
    let asked = OriginQuery {
        subject: row.subject.clone(),
        name: row.name.clone(),
        origin: row.origin,
    };
    let work = move |tell: JobProgressFn<'_>| {
        let told = journal.history_of(id, &asked.subject, MOST, tell)?;
        Some((asked, told))
    };
    model.start(Job::new("Searching for steps", work, |model, (asked, told)| {
        show(model, asked, told)
    }))
}

/// Shows these steps and the current origin of the value.
pub fn show(model: &mut Model, asked: OriginQuery, told: Vec<ValueStep>) -> Effects {
    let (name, origin) = (asked.name, asked.origin);
    model.say(match told.len() {
        0 => format!("{name}: {origin}. No step has set or cleared it."),
        MOST => format!("{name}: {origin}. These are the latest {MOST} steps that set or cleared it."),
        _ => format!("{name}: {origin}."),
    });
    if told.is_empty() {
        return Vec::new();
    }
    let nothing = match asked.subject {
        ThreadValue::Shown(_) => "not shown",
        ThreadValue::Patch(_) => "leave",
    };
    let entries = told.into_iter().map(|told| {
        let (before, after) = (said(&told.before, nothing), said(&told.after, nothing));
        let name = format!("{before} \u{2192} {after}");
        let about = format!("{} at {}", told.name, told.at.format("%Y-%m-%d %H:%M:%S"));
        ListEntry {
            keys: format!("step {}", told.step),
            ..ListEntry::new(name, about, Action::Step(told.step))
        }
    });
    let finder = Finder::new(ListPurpose::Steps, entries.collect());
    model.arrive(finder)
}

fn said(said: &ValueState, nothing: &str) -> String {
    match said {
        ValueState::Nothing => nothing.to_string(),
        ValueState::Cleared => "cleared".to_string(),
        ValueState::Clock => "the clock".to_string(),
        ValueState::Value(value) => value.chars().take(60).collect(),
    }
}

/// Opens a step: its call, its result, and its remarks.
pub fn open(model: &mut Model, step: u64) -> Effects {
    let journal = model.session.line().clone();
    let work = move |_: JobProgressFn<'_>| read(&journal, step);
    model.start(Job::new("Opening a step", work, Model::arrive))
}

/// The maximum number of threads that are named in the step of an outside change.
const NAMED: usize = 100;

/// Describes what an outside change modified.
fn outside(entry: &workbench::JournalEntry) -> String {
    let threads: Vec<String> = entry
        .touch
        .threads()
        .take(NAMED)
        .map(|id| quoted(&id.to_string()))
        .collect();
    let changed = entry.outcome.as_ref().map_or("", String::as_str);
    format!(
        r#","outside":{},"threads":[{}]"#,
        quoted(changed),
        threads.join(",")
    )
}

/// Creates a reader for a step. The call is replayed to get its answer. Returns `None` if there is no such step.
pub fn read(journal: &Journal, step: u64) -> Option<Reader> {
    let entry = journal.get(step)?;
    let name = entry.name();
    let mut text = format!(
        r#"{{"step":{step},"at":{}"#,
        quoted(&entry.at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
    );
    text.push_str(&match entry.whole_call() {
        Some(call) => format!(
            r#","method":"{name}","params":{}"#,
            recording::params(&call).unwrap_or_else(|_| "null".to_string())
        ),
        None => outside(entry),
    });
    if let Some(remark) = journal.remark(step) {
        if let Some(note) = &remark.note {
            text.push_str(&format!(",\"note\":{}", quoted(note)));
        }
        if let Some(expect) = &remark.expect {
            text.push_str(&format!(",\"expect\":{expect}"));
        }
        if !remark.failures.is_empty() {
            let mut failures = Vec::new();
            let _ = write_failures(&mut failures, &remark.failures);
            text.push_str(&format!(",\"failures\":{}", String::from_utf8_lossy(&failures)));
        }
    }
    let why: Vec<String> = journal
        .why(step, None)
        .iter()
        .map(|why| quoted(&why.to_string()))
        .collect();
    if !why.is_empty() {
        text.push_str(&format!(",\"why\":[{}]", why.join(",")));
    }
    let came = journal.again(step).and_then(|again| again.text().ok());
    match came.as_deref().and_then(|came| came.strip_prefix('{')) {
        Some(came) => text.push_str(&format!(",{came}")),
        None => text.push('}'),
    }
    let mut reader = Reader::json(format!("Step {step} \u{b7} {name}"), text);
    reader.step = Some(StepPart::Step(step));
    reader.fold_key("calls");
    Some(reader)
}
