//! Commands of the table that shows what the patch would change.

use crate::inspector::features::patch_preview;
use crate::inspector::overlays::patch_preview::PatchPreview;
use crate::inspector::panes::Pane;
use crate::inspector::state::command::{Command, ROW, ensured};
use crate::inspector::state::context::Context;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;

const HERE: &[Context] = &[Context::Preview];

pub const ROWS: &[Command] = &[
    Command {
        name: "preview",
        keys: &["B"],
        contexts: &[Context::Pane(Pane::Patch), Context::Pane(Pane::Threads)],
        hint: "preview",
        about: "Lists what the patch would change in each marked thread, or in each listed thread if none is marked.",
        also: &["dry", "simulate", "test"],
        possible: super::patch::composed,
        make: |model, _| patch_preview::open(model),
        ..ROW
    },
    Command {
        name: "apply-preview",
        keys: &["Ctrl+S"],
        contexts: HERE,
        hint: "apply",
        about: "Applies the patch, in one action, to the threads that are not left out; {key:undo} undoes the action.",
        possible: patch_preview::possible,
        make: |model, _| patch_preview::apply(model),
        ..ROW
    },
    Command {
        name: "open-previewed",
        keys: &["Enter"],
        contexts: HERE,
        hint: "open",
        about: "Opens the fields of the selected thread before and after the patch.",
        make: |model, _| patch_preview::open_thread(model),
        ..ROW
    },
    Command {
        name: "leave-out",
        keys: &["Space"],
        contexts: HERE,
        hint: "leave out",
        about: "Leaves the selected thread out, or includes it again.",
        also: &["exclude", "skip", "remove"],
        make: |model, _| change(model, PatchPreview::toggle),
        ..ROW
    },
    Command {
        name: "include-shown",
        keys: &["a"],
        contexts: HERE,
        hint: "only these",
        about: "Includes the shown threads and leaves all others out.",
        make: |model, _| change(model, PatchPreview::include_shown),
        ..ROW
    },
    Command {
        name: "next-outcome",
        keys: &["f"],
        contexts: HERE,
        hint: "filter",
        about: "Cycles through showing all threads, those that change, those that stay the same, and those that fail.",
        make: |model, _| change(model, PatchPreview::next_outcome),
        ..ROW
    },
    Command {
        name: "close-preview",
        keys: &["Esc", "Backspace"],
        contexts: HERE,
        hint: "back",
        about: "Closes the table.",
        make: |model, _| {
            model.overlays.pop();
            model.stop_job()
        },
        ..ROW
    },
];

fn change(model: &mut Model, change: fn(&mut PatchPreview)) -> Effects {
    change(ensured(model.overlays.top_mut::<PatchPreview>()));
    Vec::new()
}
