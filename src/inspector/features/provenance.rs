//! The steps that affected a value. Lists the steps for the selected field, goes from the list to a step, and opens a
//! step.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::contract::{FIELDS, Field};
use crate::inspector::overlays::finder::{Finder, ListEntry, ListPurpose};
use crate::inspector::overlays::reader::{Reader, StepPart};
use crate::inspector::state::action::Action;
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::{Effects, Job};
use crate::inspector::state::job::JobProgressFn;
use crate::inspector::state::model::Model;
use crate::protocol::ThreadId;
use crate::protocol::json::{Json, text_of};
use crate::rollout::find::shown_name;
use crate::workbench::scenario::Mismatch;
use crate::workbench::{
    ItemChange, Journal, JournalEntry, Origin, ReplayedCall, ThreadValue, ValueState, ValueStep, item_changes,
};

/// The maximum number of steps in the list. The latest steps are listed.
pub const MOST: usize = 500;

/// A request for the steps that affected a value of the selected thread.
pub struct OriginQuery {
    /// The value.
    pub subject: ThreadValue,
    /// The name of the value.
    pub name: String,
    /// The current origin of the value.
    pub origin: Origin,
    /// The source from which an import took the value.
    pub import: Option<String>,
    /// The items that determined the value during an import, each with its kind and line.
    pub items: Vec<(ItemChange, String)>,
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
    let (row, record) = (ensured(session.metadata.selected()), ensured(session.thread()));
    let (journal, id) = (session.journal.clone(), record.id);
    let mut asked = OriginQuery {
        subject: row.subject.clone(),
        name: row.name.clone(),
        origin: row.origin,
        import: row.import.as_ref().map(|import| import.short.clone()),
        items: Vec::new(),
    };
    let imported = session.imported().cloned().filter(|_| row.import.is_some());
    let history = record.history.clone();
    let work = move |tell: JobProgressFn<'_>| {
        let told = journal.history_of(id, &asked.subject, MOST, tell)?;
        if let (Some(imported), Some(history), Some(field)) = (imported, history, field_of(&asked.subject)) {
            let changes = item_changes(&history, &imported, field);
            let named = changes.into_iter().filter_map(|change| {
                let item = history.get(change.place)?;
                let line = item.line().map_or(String::new(), |line| format!(", line {line}"));
                let part = imported.sources.part(change.place - imported.before)?;
                let name = format!("{}{line} of {}", item.kind().name, shown_name(&part.file));
                Some((change, name))
            });
            asked.items = named.collect();
        }
        Some((asked, told))
    };
    model.start(Job::new("Searching for steps", work, |model, (asked, told)| {
        show(model, asked, told)
    }))
}

/// The metadata field of a value.
fn field_of(subject: &ThreadValue) -> Option<&'static Field> {
    FIELDS.iter().find(|field| match subject {
        ThreadValue::Patch(name) => field.name == *name,
        ThreadValue::Shown(key) => !field.is_part() && field.shown == Some(key),
    })
}

/// Shows these steps and the current origin of the value.
pub fn show(model: &mut Model, asked: OriginQuery, told: Vec<ValueStep>) -> Effects {
    let name = asked.name;
    let origin = match asked.import {
        Some(import) => format!("{import}, by {}", asked.origin),
        None => asked.origin.to_string(),
    };
    let last = asked.items.len().checked_sub(1);
    let items: Vec<ListEntry> = asked
        .items
        .iter()
        .enumerate()
        // An item that sets the same value again is listed only if it is the last one.
        .filter(|(at, (change, _))| Some(*at) == last || change.before != change.after)
        .map(|(_, item)| item)
        .rev()
        .take(MOST)
        .map(|(change, about)| {
            let value = |value: &Option<String>| {
                value
                    .as_ref()
                    .map_or("none".to_owned(), |value| value.chars().take(60).collect())
            };
            let name = format!("{} \u{2192} {}", value(&change.before), value(&change.after));
            ListEntry {
                keys: format!("item {}", change.place + 1),
                ..ListEntry::new(name, about.clone(), Action::Item(change.place))
            }
        })
        .collect();
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
    let finder = Finder::new(ListPurpose::Steps, items.into_iter().chain(entries).collect());
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

/// The maximum number of threads that are listed for an outside change.
const NAMED: usize = 100;

/// A step as it is opened, with its members in the order in which they are shown.
#[derive(Serialize)]
struct OpenedStep<'a> {
    step: u64,
    at: DateTime<Utc>,
    #[serde(flatten)]
    change: StepChange<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expect: Option<Json<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    failures: &'a [Mismatch],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    why: Vec<String>,
    #[serde(flatten)]
    came: Option<ReplayedCall>,
}

/// What a step did.
#[derive(Serialize)]
#[serde(untagged)]
enum StepChange<'a> {
    /// The step made a call. The parameters are `null` if they have no JSON form.
    Call {
        method: &'static str,
        params: Option<Json<'a>>,
    },
    /// The step is an outside change, with a description and the first threads that it affected.
    Outside {
        outside: &'a str,
        threads: Vec<ThreadId>,
    },
}

/// Creates a reader for a step. The call is replayed to get its answer. Returns `None` if there is no such step.
pub fn read(journal: &Journal, step: u64) -> Option<Reader> {
    let entry = journal.get(step)?;
    let remark = journal.remark(step).map(|remark| &**remark);
    let params = entry.params().map(Result::ok);
    let change = match &params {
        Some(params) => StepChange::Call {
            method: entry.name(),
            params: params.as_deref().map(Json::trusted),
        },
        None => StepChange::Outside {
            outside: outside(entry),
            threads: entry.touch.threads().take(NAMED).collect(),
        },
    };
    let why = journal.why(step, None);
    let mut opened = OpenedStep {
        step,
        at: entry.at,
        change,
        client: entry.client.as_deref(),
        note: remark.and_then(|remark| remark.note.as_deref()),
        expect: remark.and_then(|remark| remark.expect.as_deref().map(Json::trusted)),
        failures: remark.map_or(&[], |remark| &remark.failures),
        why: why.iter().map(ToString::to_string).collect(),
        came: journal.again(step),
    };
    let text = serde_json::to_string(&opened).unwrap_or_else(|_| {
        // Serializing fails if the result contains a path that is not UTF-8.
        opened.came = None;
        text_of(&opened)
    });
    let mut reader = Reader::json(format!("Step {step} \u{b7} {}", entry.name()), text);
    reader.step = Some(StepPart::Step(step));
    reader.fold_key("calls");
    Some(reader)
}

/// Returns the description of an outside change.
#[expect(clippy::expect_used, reason = "only a call can fail")]
fn outside(entry: &JournalEntry) -> &str {
    entry.outcome.as_ref().expect("an outside change has no error")
}

#[cfg(test)]
mod tests;
