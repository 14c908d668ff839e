//! The shown step and the steps of the journal: moving between steps, filtering steps, going from a step to its counter
//! and back, and the slider that shows the position.

use crate::contract::Step;
use crate::inspector::features::{compare, provenance, targets};
use crate::inspector::legend::signs;
use crate::inspector::overlays::finder::{Finder, ListEntry, ListPurpose};
use crate::inspector::panes::Pane;
use crate::inspector::panes::journal::filter::Filter;
use crate::inspector::panes::journal::list::FilteredSteps;
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::action::Action;
use crate::inspector::state::command::{Commands, ensured};
use crate::inspector::state::effect::{Call, Effects, Job, Moment};
use crate::inspector::state::job::JobProgressFn;
use crate::inspector::state::model::Model;
use crate::inspector::state::msg::TimeMsg;
use crate::inspector::widgets::cursor::Motion;
use crate::inspector::widgets::frame::Cells;
use crate::inspector::widgets::theme::Role;
use crate::protocol::ThreadId;
use crate::protocol::numbers::{count, grouped};
use crate::workbench::{Branch, JournalEntry, TimeTravelError, Workbench, gist, recording, sparse};

/// The reason why an outside change has no method.
pub const OUTSIDE: &str = "this step is an outside change; its calls are unknown";

/// Shows the store in all panes as it was after the step with this number.
pub fn look_at(model: &mut Model, step: u64) -> Effects {
    let line = model.session.line();
    let place = match step {
        0 => Some(0),
        step => line.place(step).map(|place| place + 1),
    };
    match place {
        Some(place) => look(model, |_, _| place),
        None => {
            let last = line.tip();
            model.warn(match line.get(step) {
                Some(_) => format!("Step {step} is on another branch: :branch lists the branches."),
                None => format!("There is no step {step}: the last one is {last}."),
            });
            Vec::new()
        }
    }
}

/// Shows the store in all panes as it was after this many steps of the branch, and reports which step that is.
pub fn look(model: &mut Model, to: impl Fn(usize, usize) -> usize) -> Effects {
    let (at, of) = model.session.places();
    model.session.look_back(to(at, of));
    match model.session.past() {
        Some((at, of)) => {
            let call = model.session.journal.last();
            let what = call.map_or("before the first call", |entry| entry.name());
            model.say(format!(
                "Earlier step: {at} of {of}, {what}. {{key:forward-in-time}} goes to the next step, {{key:now}} to the latest."
            ));
        }
        None => model.say(format!("Latest step: {}.", model.session.journal.tip())),
    }
    Vec::new()
}

/// Moves the store to another step and reports which step it is at, or why it cannot move.
pub async fn travel(bench: &Workbench, to: Moment) -> Result<String, String> {
    let here = |word: &str, what: String| {
        let step = bench.journal().tip();
        format!("{word} {what}: now at step {step}, with its counters and clock.")
    };
    let said = |stop: TimeTravelError| stop.to_string();
    match to {
        Moment::Undo => {
            let undone = bench.undo().await.map_err(said)?;
            Ok(here("Undid", undone) + " {key:redo} redoes it.")
        }
        Moment::Back(step) => {
            bench.go_back(step).await.map_err(said)?;
            let what = format!("everything after step {}", grouped(step));
            Ok(here("Undid", what) + " {key:redo} redoes it.")
        }
        Moment::Redo => bench.redo().await.map(|what| here("Redid", what)).map_err(said),
        Moment::Branch(tip) => bench
            .go_to_branch(tip)
            .await
            .map(|()| here("Switched to the branch of step", tip.to_string()))
            .map_err(said),
    }
}

/// Lists the branches, the current one first.
fn list_branches(model: &mut Model, branches: Vec<Branch>) -> Effects {
    if branches.is_empty() {
        model.warn("There are no branches: a change after an undo starts one.".to_string());
        return Vec::new();
    }
    let journal = model.session.line();
    let entry = |tip: u64, what: String| {
        let last = journal.get(tip).map_or(String::new(), |last| {
            let at = last.at.format("%Y-%m-%d %H:%M:%S");
            format!(" \u{b7} {at} \u{b7} {} {}", last.name(), gist::gist(last))
        });
        ListEntry::new(
            format!("step {}", grouped(tip)),
            format!("{what}{last}"),
            Action::Travel(tip),
        )
    };
    let current = ListEntry {
        mark: signs::SELECTED,
        ..entry(
            journal.tip(),
            format!("current \u{b7} {}", count(journal.len() as u64, "step")),
        )
    };
    let others = branches.into_iter().rev().map(|branch| {
        let steps = count(branch.steps as u64, "step");
        entry(
            branch.tip,
            format!(
                "branches off after step {} \u{b7} {steps}",
                grouped(branch.left_at)
            ),
        )
    });
    let entries = std::iter::once(current).chain(others).collect();
    model.arrive(Finder::new(ListPurpose::Branches, entries))
}

/// Switches to the branch that ends with a step.
pub fn switch(model: &mut Model, tip: u64) -> Effects {
    if tip == model.session.line().tip() {
        model.say("This is the current branch.".to_string());
        return Vec::new();
    }
    let (store, to, is_asked) = (model.session.store, Moment::Branch(tip), false);
    vec![Effect::Run(Call::Travel { store, to, is_asked })]
}

/// Moves the shown step through the filtered steps.
pub fn go(model: &mut Model, motion: Motion, height: usize) {
    if let Some(steps) = model.session.steps.go(motion, height) {
        model.session.look_back(steps);
    }
}

/// Returns the shown step.
pub fn looked_at(model: &Model) -> Result<&JournalEntry, &'static str> {
    let last = model.session.journal.last();
    last.map(|entry| &**entry)
        .ok_or(match model.session.line().is_empty() {
            true => "there is no step yet",
            false => "no step is selected: {key:down} goes to the first step",
        })
}

/// Shows only the steps that match a filter.
pub fn sift(model: &mut Model, filter: Filter) -> Effects {
    let stopped = model.session.steps.wish(filter);
    match stopped.filter(|number| model.job.is_at(*number)) {
        Some(_) => model.stop_job(),
        None => Vec::new(),
    }
}

/// Changes the filter based on the shown step, if there is one.
pub fn sift_by(
    model: &mut Model,
    change: impl Fn(&mut Filter, Result<&JournalEntry, &'static str>) -> Result<(), &'static str>,
) -> Effects {
    let mut filter = model.session.steps.filter.clone();
    match change(&mut filter, looked_at(model)) {
        Ok(()) => sift(model, filter),
        Err(reason) => {
            model.warn(format!("Cannot filter: {reason}."));
            Vec::new()
        }
    }
}

/// Starts a requested background filter job, and cancels one that is no longer needed.
pub fn settle(model: &mut Model) -> Effects {
    let steps = &mut model.session.steps;
    if steps.awaited.is_some_and(|number| !model.job.is_at(number)) {
        steps.give_up();
        model.session.refresh();
    }
    let mut effects = Vec::new();
    // Do not replace another job that is still running.
    if !model.job.is_running()
        && let Some(sifted) = model.session.steps.asked()
    {
        let work = move |tell: JobProgressFn<'_>| sifted.run(tell);
        effects = model.start(Job::new("Searching the steps", work, sifted_through));
        model.session.steps.awaited = Some(model.job.number());
    }
    let shown = model.arrangement().place(Pane::Journal).is_some();
    if shown && model.session.steps.why.0 != model.session.journal.tip() {
        model.session.steps.why = (model.session.journal.tip(), model.session.why());
    }
    effects
}

/// Receives the steps that the background job found.
fn sifted_through(model: &mut Model, sifted: FilteredSteps) -> Effects {
    if model.session.steps.awaited == Some(model.job.number()) {
        model.session.steps.take(sifted);
    }
    Vec::new()
}

/// Handles messages about undo, redo and branches.
pub fn take(model: &mut Model, msg: TimeMsg) -> Effects {
    match msg {
        TimeMsg::Travelled(Ok(text)) => {
            let applied = applied(model);
            model.draft.travelled(applied);
            model.say(text);
        }
        TimeMsg::Travelled(Err(text)) => model.warn(text),
        TimeMsg::Branches(branches) => return list_branches(model, branches),
        TimeMsg::NotBranched(text) => {
            let applied = applied(model);
            model.draft.travelled(applied);
            model.warn(text);
        }
    }
    Vec::new()
}

/// Returns the target threads whose latest patch, up to the shown step, is the current patch of the form.
fn applied(model: &Model) -> Vec<ThreadId> {
    let targets = targets::of(model);
    let session = &model.session;
    let (true, Ok(patch)) = (targets.store == session.store, model.draft.patch()) else {
        return Vec::new();
    };
    let changes = |patch| sparse::changes(patch).map(|(field, change)| (field.name, change));
    let wanted: Vec<_> = changes(&patch).collect();
    let is_last = |id: &ThreadId| {
        let mut steps = session.line().of_thread(*id).rev();
        let last = steps.find_map(|entry| match &entry.call {
            Some(Step::UpdateThreadMetadata(params)) => Some(params),
            _ => None,
        });
        last.is_some_and(|params| params.patch == patch || changes(&params.patch).eq(wanted.iter().cloned()))
    };
    targets.threads.iter().copied().filter(is_last).collect()
}

/// Explains the result of the shown step.
pub fn why(model: &mut Model) -> Effects {
    let why = model.session.why();
    let entry = ensured(looked_at(model).ok());
    let what = format!("Step {}", grouped(entry.step));
    let text = match why.as_slice() {
        [] => format!("{what}: nothing unexpected. {}", entry.about()),
        told => {
            let told: Vec<String> = told.iter().map(ToString::to_string).collect();
            format!("{what}: {}", told.join(" "))
        }
    };
    model.say(text);
    Vec::new()
}

/// Opens the shown step.
pub fn open(model: &mut Model) -> Effects {
    provenance::open(model, model.session.journal.tip())
}

/// Compares the store before and after the shown step.
pub fn difference(model: &mut Model) -> Effects {
    let entry = ensured(looked_at(model).ok());
    let steps = format!("{} {}", entry.before, entry.step);
    compare::store(model, &steps)
}

/// Goes from the shown step to the counter of its method. If only the steps of one method are shown, goes to the counter
/// of that method.
pub fn counter(model: &mut Model) -> Effects {
    let entry = ensured(looked_at(model).ok());
    let Some(op) = model.session.steps.filter.method.or(entry.op()) else {
        model.warn(format!("No counter: {OUTSIDE}."));
        return Vec::new();
    };
    model.session.calls.select(op);
    model.layout.focus_on(Pane::Calls);
    if !op.row().counted {
        model.warn(format!("{} is not counted (rule C4).", op.name()));
    }
    Vec::new()
}

/// Goes from the selected counter to the calls that it counts.
pub fn behind(model: &mut Model) -> Effects {
    let op = ensured(model.session.calls.selected());
    model.layout.focus_on(Pane::Journal);
    sift(
        model,
        Filter {
            method: Some(op),
            ..Filter::default()
        },
    )
}

/// Returns what can be copied from the shown step, the most useful first.
pub fn copies(model: &Model) -> Vec<(&'static str, String)> {
    let Ok(entry) = looked_at(model) else {
        return Vec::new();
    };
    let remark = model.session.line().remark(entry.step).map(|remark| &**remark);
    let mut copies = Vec::new();
    copies.extend(
        recording::line(entry, remark)
            .ok()
            .map(|line| ("the step as a scenario line", line)),
    );
    copies.extend(
        entry
            .params()
            .and_then(Result::ok)
            .map(|params| ("the step's parameters as JSON", params)),
    );
    copies.extend(entry.op().map(|op| ("the step's method", op.name().to_string())));
    copies.extend(
        entry
            .thread_id()
            .map(|id| ("the id of the step's thread", id.to_string())),
    );
    if let Err(failure) = &entry.outcome {
        copies.push(("the step's error", failure.message.clone()));
    }
    let why: Vec<String> = model.session.why().iter().map(ToString::to_string).collect();
    if !why.is_empty() {
        copies.push(("the explanation of the result", why.join("\n")));
    }
    copies
}

/// The minimum width of a slider in columns.
pub const SLIDER: usize = 8;

/// Draws the position of the shown step as a slider of this width: the steps before, a knob, and the steps after. The
/// knob is at the right end only if the current state is shown, and at the left end only if no step precedes the shown
/// state.
pub fn slider(model: &Model, cells: &mut Cells, columns: usize) {
    let (at, of) = model.session.places();
    let end = columns.saturating_sub(1);
    let knob = match at {
        _ if at == of => end,
        0 => 0,
        at => (at * end / of).clamp(1, end.saturating_sub(1).max(1)),
    };
    let role = if at == of { Role::Muted } else { Role::Warning };
    cells.text(&"\u{2501}".repeat(knob), role);
    cells.text(signs::KNOB, if at == of { Role::Key } else { Role::Warning });
    cells.text(&"\u{2500}".repeat(end - knob), Role::Muted);
}

/// Returns a label of at most this many columns that says that an earlier step is shown. Returns `None` if the current
/// state is shown.
pub fn past(model: &Model, columns: usize) -> Option<String> {
    let (at, of) = model.session.past()?;
    let (at, of) = (grouped(at), grouped(of));
    let mut texts = vec![
        format!("PAST step {at} of {of}"),
        format!("PAST {at}/{of}"),
        format!("PAST {at}"),
        "PAST".to_string(),
    ];
    let unseen = model.session.unseen() as u64;
    if unseen > 0 {
        texts.splice(
            0..1,
            [
                format!("PAST step {at} of {of}, {} not seen", count(unseen, "new step")),
                format!("PAST {at}/{of}, {} new", grouped(unseen)),
            ],
        );
    }
    texts.into_iter().find(|text| text.len() <= columns)
}

/// Returns the question that is asked before a change at an earlier step.
pub fn question(commands: Commands, at: u64, of: u64) -> String {
    let (at, of) = (grouped(at), grouped(of));
    let (yes, now) = (commands.key("yes"), commands.key("return-to-now"));
    format!(
        "You are viewing step {at} of {of}. Press {yes} to branch from here, or {now} to return to the latest step. Later steps stay available with :branch."
    )
}

/// Returns to the current state and drops the change that was to be made at an earlier step.
pub fn return_to_now(model: &mut Model) -> Effects {
    model.overlays.pop();
    model.session.look_back(usize::MAX);
    let step = grouped(model.session.journal.tip());
    model.say(format!("Back at the latest step, {step}; nothing was changed."));
    Vec::new()
}
