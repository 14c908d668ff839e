//! Compares threads or stores at chosen steps, and handles the result.

use crate::inspector::overlays::difference::{DifferenceView, Sides};
use crate::inspector::panes::threads::list::facts::label;
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::{Effects, Job};
use crate::inspector::state::job::JobProgressFn;
use crate::inspector::state::model::Model;
use crate::protocol::ThreadId;
use crate::store::Snapshot;
use crate::workbench::Journal;
use crate::workbench::diff::{self, ThreadVersion};

/// The name of a comparison in the progress line.
const COMPARING: &str = "Comparing";

/// One side of a comparison.
struct ComparedThread {
    /// The title.
    title: String,
    /// The thread.
    id: ThreadId,
    /// The state of the store.
    at: SideAt,
}

/// Which state of the store to compare.
enum SideAt {
    /// The shown state.
    Now(Box<Snapshot>),
    /// The state after a step.
    Step(Box<Journal>, u64),
}

impl ComparedThread {
    fn seen(self) -> Option<ThreadVersion> {
        let store = match self.at {
            SideAt::Now(store) => *store,
            SideAt::Step(journal, step) => journal.at(step)?,
        };
        let (title, id) = (self.title, self.id);
        Some(ThreadVersion { title, store, id })
    }
}

fn of_threads([left, right]: [ComparedThread; 2]) -> Job {
    let work = move |tell: JobProgressFn<'_>| {
        let (left, right) = (left.seen()?, right.seen()?);
        let comparison = diff::threads(&left, &right, tell)?;
        let sides = Sides::Threads(Box::new([left, right]));
        Some(DifferenceView::new(comparison, sides))
    };
    Job::new(COMPARING, work, show)
}

fn of_stores(journal: Journal, from: u64, to: u64) -> Job {
    let work = move |_: JobProgressFn<'_>| {
        let (left, right) = (journal.at(from)?, journal.at(to)?);
        let touched = journal.touched(from, to);
        let comparison = diff::stores((step_title(from), &left), (step_title(to), &right), &touched);
        Some(DifferenceView::new(comparison, Sides::Steps(from, to)))
    };
    Job::new(COMPARING, work, show)
}

/// Compares two marked threads, the marked thread with the selected one, or the selected thread at two steps, depending
/// on the arguments and marks.
pub fn threads(model: &mut Model, text: &str) -> Effects {
    let sides = steps(model, text).and_then(|steps| match steps.as_slice() {
        [] => without_steps(model),
        [step] => at_steps(model, selected(model)?, *step, None),
        [from, to] => at_steps(model, selected(model)?, *from, Some(*to)),
        _ => Err("diff takes at most two steps".to_string()),
    });
    match sides {
        Ok(sides) => model.start(of_threads(sides)),
        Err(sentence) => refuse(model, sentence),
    }
}

/// Compares the whole store after two steps. Without steps, compares the store before and after the last step.
pub fn store(model: &mut Model, text: &str) -> Effects {
    let journal = &model.session.journal;
    let steps = steps(model, text).and_then(|steps| match (steps.as_slice(), journal.last()) {
        ([], Some(last)) => Ok((last.before, last.step)),
        ([], None) => Err("there is no step yet".to_string()),
        ([step], _) => Ok((*step, journal.tip())),
        ([from, to], _) => Ok((*from, *to)),
        _ => Err("diff-store takes at most two steps".to_string()),
    });
    match steps {
        Ok((from, to)) => {
            let journal = journal.clone();
            model.start(of_stores(journal, from, to))
        }
        Err(sentence) => refuse(model, sentence),
    }
}

/// In a comparison of two stores, compares both versions of the thread in the selected row.
pub fn thread(model: &mut Model) -> Effects {
    let view = ensured(model.overlays.top::<DifferenceView>());
    let asked = match (&view.sides, view.element().and_then(|name| name.parse().ok())) {
        (Sides::Steps(from, to), Some(id)) => at_steps(model, id, *from, Some(*to)),
        _ => Err("this row is not a thread".to_string()),
    };
    match asked {
        Ok(sides) => model.start(of_threads(sides)),
        Err(sentence) => refuse(model, sentence),
    }
}

/// Opens a comparison, or reports that both sides are the same.
fn show(model: &mut Model, view: DifferenceView) -> Effects {
    if view.comparison.is_same() {
        let (left, right) = (&view.comparison.left, &view.comparison.right);
        model.say(format!("No differences between {left} and {right}."));
    }
    model.arrive(view)
}

/// Returns the title of a step.
fn step_title(step: u64) -> String {
    match step {
        0 => "before the first step".to_string(),
        step => format!("after step {step}"),
    }
}

fn refuse(model: &mut Model, sentence: String) -> Effects {
    model.warn(format!("Cannot compare: {sentence}."));
    Vec::new()
}

fn steps(model: &Model, text: &str) -> Result<Vec<u64>, String> {
    let journal = &model.session.journal;
    text.split_whitespace()
        .map(|word| match word.parse::<u64>() {
            Ok(step) if step == 0 || journal.get(step).is_some() => Ok(step),
            Ok(step) => Err(format!(
                "there is no step {step}: the last is {}",
                model.session.line().tip()
            )),
            Err(_) => Err(format!(
                "{word} is not a step: enter a step number, or 0 for the state before the first step"
            )),
        })
        .collect()
}

fn selected(model: &Model) -> Result<ThreadId, String> {
    let thread = model.session.thread().map(|record| record.id);
    thread.ok_or_else(|| "no thread is selected".to_string())
}

fn without_steps(model: &Model) -> Result<[ComparedThread; 2], String> {
    let selected = selected(model)?;
    match &*model.session.marked() {
        [] => since_last_change(model, selected),
        [one] if *one == selected => since_last_change(model, selected),
        [one] => Ok([at_hand(model, *one), at_hand(model, selected)]),
        [one, other] => Ok([at_hand(model, *one), at_hand(model, *other)]),
        more => Err(format!("{} threads are marked: mark exactly two", more.len())),
    }
}

fn since_last_change(model: &Model, id: ThreadId) -> Result<[ComparedThread; 2], String> {
    let journal = &model.session.journal;
    let changed = journal
        .of_thread(id)
        .rev()
        .find(|entry| entry.touch.threads().any(|thread| thread == id));
    match changed {
        Some(entry) => at_steps(model, id, entry.before, Some(entry.step)),
        None => Err(
            "no step has changed this thread; to compare two threads, mark them with {key:mark}".to_string(),
        ),
    }
}

/// Returns a thread as it is in the shown state of the store.
fn at_hand(model: &Model, id: ThreadId) -> ComparedThread {
    let store = model.session.snapshot.clone();
    let record = store.thread(id);
    let name = record.and_then(|record| label(record)).map(str::to_string);
    ComparedThread {
        title: named(id, name),
        id,
        at: SideAt::Now(Box::new(store)),
    }
}

/// Returns the title of the shown state.
fn now(model: &Model) -> String {
    match model.session.past() {
        Some(_) => step_title(model.session.journal.tip()),
        None => "latest step".to_string(),
    }
}

fn named(id: ThreadId, name: Option<String>) -> String {
    match name {
        Some(name) => format!("{id} \u{b7} {name}"),
        None => id.to_string(),
    }
}

/// Returns two versions of a thread, one after each of the two steps. If there is no second step, the second version is
/// that of the shown state.
fn at_steps(model: &Model, id: ThreadId, from: u64, to: Option<u64>) -> Result<[ComparedThread; 2], String> {
    let journal = &model.session.journal;
    let after = |step: u64| ComparedThread {
        title: format!("{id} \u{b7} {}", step_title(step)),
        id,
        at: SideAt::Step(Box::new(journal.clone()), step),
    };
    let right = match to {
        Some(step) => after(step),
        None => ComparedThread {
            title: format!("{id} \u{b7} {}", now(model)),
            ..at_hand(model, id)
        },
    };
    Ok([after(from), right])
}
