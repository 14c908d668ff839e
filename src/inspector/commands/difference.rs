//! Commands about comparisons: choosing what to compare, and moving through the differences.

use crate::inspector::features::compare;
use crate::inspector::overlays::difference::DifferenceView;
use crate::inspector::panes::Pane;
use crate::inspector::state::command::{Command, ROW, ensured};
use crate::inspector::state::context::{Context, PANES};
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;

const HERE: &[Context] = &[Context::Difference];

pub const ROWS: &[Command] = &[
    Command {
        name: "diff",
        keys: &["d"],
        contexts: &[
            Context::Pane(Pane::Threads),
            Context::Pane(Pane::History),
            Context::Pane(Pane::Metadata),
            Context::Pane(Pane::Calls),
        ],
        takes: "[STEP [STEP]]",
        about: "Compares two marked threads, or one marked thread with the selected one. If none is marked, compares the selected thread before and after its last change, or at the given steps.",
        also: &["compare", "changes"],
        possible: super::threads::selected,
        make: compare::threads,
        ..ROW
    },
    Command {
        name: "diff-store",
        contexts: PANES,
        takes: "[STEP [STEP]]",
        about: "Compares the whole store at two steps. With one step, compares that step with the latest one; with none, the store before and after the last step.",
        also: &["compare", "changes"],
        make: compare::store,
        ..ROW
    },
    Command {
        name: "next-change",
        keys: &["n"],
        contexts: HERE,
        hint: "next",
        about: "Goes to the next change.",
        make: |model, _| next(model, true),
        ..ROW
    },
    Command {
        name: "previous-change",
        keys: &["p", "N"],
        contexts: HERE,
        hint: "previous",
        about: "Goes to the previous change.",
        make: |model, _| next(model, false),
        ..ROW
    },
    Command {
        name: "diff-thread",
        keys: &["d"],
        contexts: HERE,
        about: "In a comparison of two steps of the store, compares the selected thread item by item.",
        make: |model, _| compare::thread(model),
        ..ROW
    },
];

fn next(model: &mut Model, forward: bool) -> Effects {
    let view = ensured(model.overlays.top_mut::<DifferenceView>());
    if !view.next_change(forward) {
        let which = if forward { "last" } else { "first" };
        model.say(format!("This is the {which} change."));
    }
    Vec::new()
}
