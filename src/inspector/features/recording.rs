//! Records manual steps as a scenario: adds expectations at the cursor, adds notes, and saves the steps.
//!
//! The journal stores the steps and their results. The workbench writes the scenario.

use crate::contract::{Op, ReadThreadParams, Step};
use crate::inspector::features::targets;
use crate::inspector::overlays::finder::{Finder, ListEntry, ListPurpose};
use crate::inspector::overlays::reader::{Reader, StepPart};
use crate::inspector::panes::Pane;
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::action::Action;
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::{Call, Effects, ExpectedStep};
use crate::inspector::state::model::Model;
use crate::inspector::widgets::json_tree::Label;
use crate::protocol::ThreadId;
use crate::store::CallTime;
use crate::workbench::scenario::Key;
use crate::workbench::{Annotation, ThreadValue, Workbench};

/// The parts of the result of a step that can be expected.
const PARTS: [&str; 4] = ["result", "error", "moved", "calls"];

/// The target of the cursor.
struct CursorTarget {
    of: ExpectedStep,
    path: Vec<Key>,
}

fn key(name: impl Into<String>) -> Key {
    Key::Name(name.into())
}

/// Returns the target of the cursor in a pane or in an opened step, or why it cannot be expected.
fn pointed(model: &Model) -> Result<CursorTarget, &'static str> {
    if let Some(reader) = model.overlays.top::<Reader>() {
        return of_reader(reader);
    }
    match model.layout.focus {
        Pane::Metadata => of_field(model),
        Pane::Patch => of_patch(model),
        Pane::Calls => {
            let op = model.session.calls.selected().ok_or("no counter is selected")?;
            let path = vec![key("calls"), key(op.name())];
            let of = ExpectedStep::Step(last(model)?);
            Ok(CursorTarget { of, path })
        }
        _ => Err("select a field, a counter, or a value in an opened step"),
    }
}

/// Returns the step that is shown.
fn last(model: &Model) -> Result<u64, &'static str> {
    match model.session.journal.tip() {
        0 => Err("there is no step yet"),
        step => Ok(step),
    }
}

fn of_reader(reader: &Reader) -> Result<CursorTarget, &'static str> {
    let shown = reader.step.ok_or("this is not the result of a step")?;
    let first = match shown {
        StepPart::Step(_) => None,
        StepPart::Result(_) => Some(key("result")),
        StepPart::Error(_) => Some(key("error")),
    };
    let way = reader.way().into_iter().filter_map(|label| match label {
        Label::Key(name) => Some(key(name)),
        Label::Index(place) => Some(Key::Place(place)),
        Label::Root => None,
    });
    let path: Vec<Key> = first.into_iter().chain(way).collect();
    match path.first() {
        Some(Key::Name(name)) if PARTS.contains(&name.as_str()) => Ok(CursorTarget {
            of: ExpectedStep::Step(shown.step()),
            path,
        }),
        _ => Err(
            "an expectation can only be for a step's result, its error, the counters that changed or all counters",
        ),
    }
}

/// Returns the field of the target that the selected row of the patch form changes.
fn of_patch(model: &Model) -> Result<CursorTarget, &'static str> {
    let field = ensured(model.draft.field());
    let shown = field.shown.ok_or("no read returns this field (rule M4)")?;
    let target = targets::shown(model).filter(|target| target.session.store == model.session.store);
    let target = target.ok_or("no thread is selected")?;
    if !target.record().is_some_and(|record| record.is_listed()) {
        return Err("no read returns a thread that was never created (rule G2)");
    }
    let mut path: Vec<Key> = field
        .name
        .split_once('.')
        .map(|(whole, _)| key(whole))
        .into_iter()
        .collect();
    path.push(key(shown));
    Ok(of_thread(model, target.id, path))
}

/// Returns the field of the selected row of the Metadata pane.
fn of_field(model: &Model) -> Result<CursorTarget, &'static str> {
    let session = &model.session;
    let row = session.metadata.selected().ok_or("no field is selected")?;
    let record = session.thread().ok_or("no thread is selected")?;
    let shown = match &row.subject {
        ThreadValue::Shown(shown) if record.is_listed() => shown,
        ThreadValue::Shown(_) => return Err("no read returns a thread that was never created (rule G2)"),
        ThreadValue::Patch(_) => {
            return Err("no read returns the accumulated patch: select a field above it");
        }
    };
    Ok(of_thread(model, record.id, vec![key(shown)]))
}

/// Returns the value at a path of a thread. The value is expected from the shown step if the answer of that step
/// contains the thread. Otherwise, the value is expected from a new read.
fn of_thread(model: &Model, id: ThreadId, path: Vec<Key>) -> CursorTarget {
    let answers = |entry: &&std::sync::Arc<crate::workbench::JournalEntry>| {
        entry.thread_id() == Some(id)
            && entry.outcome.is_ok()
            && matches!(
                entry.op(),
                Some(Op::ReadThread | Op::UpdateThreadMetadata | Op::UnarchiveThread)
            )
    };
    CursorTarget {
        of: match model.session.journal.last().filter(answers) {
            Some(entry) => ExpectedStep::Step(entry.step),
            None => ExpectedStep::Read(id),
        },
        path: [vec![key("result")], path].concat(),
    }
}

/// Returns the step of the journal at the cursor.
fn of_journal(model: &Model) -> Option<Result<u64, &'static str>> {
    let here = model.overlays.top::<Reader>().is_none() && model.layout.focus == Pane::Journal;
    here.then(|| last(model))
}

/// Returns `Ok` if the target of the cursor can be expected.
pub fn possible(model: &Model) -> Result<(), &'static str> {
    match of_journal(model) {
        Some(step) => step.map(|_| ()),
        None => pointed(model).map(|_| ()),
    }
}

/// Adds an expectation that the target of the cursor is as it is now. For a whole step, asks what to expect.
pub fn point(model: &mut Model) -> Effects {
    if let Some(Ok(step)) = of_journal(model) {
        return offer(model, step);
    }
    let CursorTarget { of, path } = ensured(pointed(model).ok());
    asked(model, of, path)
}

/// Adds an expectation to a step.
pub fn asked(model: &Model, of: ExpectedStep, path: Vec<Key>) -> Effects {
    let store = model.session.store;
    vec![Effect::Run(Call::Expect { store, of, path })]
}

/// Lists what can be expected of a whole step.
fn offer(model: &mut Model, step: u64) -> Effects {
    let entry = ensured(model.session.line().get(step));
    let what: &[(&str, &[&str], &str)] = match &entry.outcome {
        Ok(_) => &[("the result", &["result"], "The call returns exactly this result.")],
        Err(_) => &[
            (
                "the error",
                &["error"],
                "The call fails with this code and this message.",
            ),
            (
                "the error's code",
                &["error", "code"],
                "The call fails with this code and any message.",
            ),
        ],
    };
    let counters: &[(&str, &[&str], &str)] = &[
        (
            "counters that changed",
            &["moved"],
            "The call changes exactly these counters.",
        ),
        (
            "the counters",
            &["calls"],
            "After the call, all counters have these values.",
        ),
    ];
    let entries = what.iter().chain(counters).map(|(name, path, about)| {
        let path = path.iter().copied().map(key).collect();
        ListEntry::new(*name, *about, Action::Expect(step, path))
    });
    let finder = Finder::new(ListPurpose::Expectations, entries.collect());
    model.open(finder)
}

/// Adds the expectation in the store. The message names the value and the step, or says why the expectation was not
/// added.
pub async fn expect(bench: &Workbench, of: ExpectedStep, path: &[Key]) -> Result<String, String> {
    let (step, made) = match of {
        ExpectedStep::Step(step) => (step, ""),
        ExpectedStep::Read(id) => (read(bench, id).await, " Called read_thread to read it."),
    };
    let name = named(path);
    match bench.expect(step, path) {
        Some(value) => {
            let short: String = value.chars().take(60).collect();
            let end = if short.len() < value.len() {
                "\u{2026}"
            } else {
                "."
            };
            Ok(format!(
                "Step {step} now expects {name}: {short}{end}{made} :save-scenario saves it."
            ))
        }
        None => Err(format!(
            "Step {step} has no {name}: there is nothing to expect.{made}"
        )),
    }
}

async fn read(bench: &Workbench, thread_id: ThreadId) -> u64 {
    let params = ReadThreadParams {
        thread_id,
        include_archived: false,
        include_history: false,
    };
    bench.numbered(Step::ReadThread(params), CallTime::Next).await.0
}

fn named(path: &[Key]) -> String {
    let mut text = String::new();
    for key in path {
        match key {
            Key::Name(name) if text.is_empty() => text.push_str(name),
            Key::Name(name) => text.push_str(&format!(".{name}")),
            Key::Place(place) => text.push_str(&format!("[{place}]")),
        }
    }
    text
}

/// Returns the step to annotate: the open step if there is one, otherwise the step that is shown.
fn at_hand(model: &Model) -> Option<u64> {
    let open = model.overlays.top::<Reader>().and_then(|reader| reader.step);
    open.map(StepPart::step).or_else(|| last(model).ok())
}

/// Returns whether there is a step to annotate.
pub fn has_step(model: &Model) -> Result<(), &'static str> {
    at_hand(model).map(|_| ()).ok_or("there is no step yet")
}

/// Returns whether the step to annotate has an expectation.
pub fn is_expected(model: &Model) -> Result<(), &'static str> {
    let remark = at_hand(model).and_then(|step| model.session.line().remark(step));
    match remark.is_some_and(|remark| remark.expect.is_some()) {
        true => Ok(()),
        false => Err("this step has no expectation"),
    }
}

/// Changes the annotation of the step to annotate.
fn remark(model: &mut Model, change: impl FnOnce(&mut Annotation)) -> (u64, Effects) {
    let step = ensured(at_hand(model));
    let known = model.session.line().remark(step);
    let mut remark = known.map(|remark| Annotation::clone(remark)).unwrap_or_default();
    change(&mut remark);
    let store = model.session.store;
    (step, vec![Effect::Run(Call::Remark { store, step, remark })])
}

/// Removes all expectations from the step to annotate.
pub fn forget(model: &mut Model) -> Effects {
    let (step, effects) = remark(model, |remark| {
        remark.expect = None;
        remark.failures.clear();
    });
    model.say(format!("Removed the expectations of step {step}."));
    effects
}

/// Sets the note of the step to annotate. An empty text removes the note.
pub fn note(model: &mut Model, text: &str) -> Effects {
    let text = text.trim();
    let (step, effects) = remark(model, |remark| {
        remark.note = Some(text.to_string()).filter(|text| !text.is_empty());
    });
    model.say(match text.is_empty() {
        true => format!("Removed the note of step {step}."),
        false => format!("Added a note to step {step}."),
    });
    effects
}
