//! Commands about the patch form.

use crate::inspector::features::{patch, patch_io, targets};
use crate::inspector::overlays::patch_text;
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::{Context, PANES};
use crate::inspector::state::effect::Call;
use crate::inspector::state::model::Model;

const HERE: &[Context] = &[Context::Patch];

pub const ROWS: &[Command] = &[
    Command {
        name: "set-field",
        keys: &["Enter", "e"],
        contexts: HERE,
        hint: "set",
        about: "Writes a value for the selected field.",
        possible: |model| model.draft.can_set(),
        make: |model, _| patch::edit(model),
        ..ROW
    },
    Command {
        name: "clear-field",
        keys: &["c"],
        contexts: HERE,
        hint: "clear",
        about: "Makes the patch take the value of the selected field away.",
        possible: |model| model.draft.can_clear(),
        make: |model, _| {
            model.draft.clear();
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "leave-field",
        keys: &["d", "Delete"],
        contexts: HERE,
        hint: "leave",
        about: "Makes the patch leave the selected field alone.",
        make: |model, _| {
            model.draft.leave();
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "leave-all",
        keys: &["D"],
        contexts: HERE,
        about: "Empties the patch: every field is left alone.",
        possible: composed,
        make: |model, _| {
            model.draft.leave_all();
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "patch-text",
        keys: &["m"],
        contexts: HERE,
        hint: "text",
        about: "Opens the patch as JSON text to be written; the form follows every character.",
        make: |model, _| patch_text::open(model),
        ..ROW
    },
    Command {
        name: "preview",
        keys: &["v"],
        contexts: HERE,
        hint: "effect",
        about: "Shows the effect of the patch for the fields that it changes, for all fields, or not at all.",
        make: |model, _| {
            model.draft.preview = model.draft.preview.next();
            model.say(format!("Effect: {}.", model.draft.preview.name()));
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "retarget",
        keys: &["t"],
        contexts: HERE,
        hint: "target",
        about: "Makes the patch one for the marked threads, or else for the selected one; until then it stays with the thread for which it was begun.",
        possible: targets::is_elsewhere,
        make: |model, _| targets::retarget(model),
        ..ROW
    },
    Command {
        name: "next-target",
        keys: &["n"],
        contexts: HERE,
        hint: "next target",
        about: "Shows the effect on the next of the threads that the patch is for.",
        possible: targets::several,
        make: |model, _| targets::step(model, true),
        ..ROW
    },
    Command {
        name: "previous-target",
        keys: &["N"],
        contexts: HERE,
        about: "Shows the effect on the thread before of those that the patch is for.",
        possible: targets::several,
        make: |model, _| targets::step(model, false),
        ..ROW
    },
    Command {
        name: "apply",
        keys: &["Ctrl+S"],
        contexts: PANES,
        hint: "",
        about: "Applies the patch with update_thread_metadata to the threads that the title of the form names: all marked ones as one action, or else the one for which it was begun.",
        possible: applicable,
        make: |model, _| patch::apply(model),
        ..ROW
    },
    Command {
        name: "apply-to",
        takes: "ID",
        about: "Applies the patch to the thread of that id, known or not: the store keeps it for an id that it does not know too.",
        possible: composed,
        make: patch::apply_to,
        ..ROW
    },
    Command {
        name: "save-patch",
        takes: "FILE",
        about: "Writes the patch into a file as JSON; asks before it writes over one.",
        possible: composed,
        make: patch_io::save,
        ..ROW
    },
    Command {
        name: "edit-text",
        keys: &["E"],
        contexts: HERE,
        hint: "editor",
        about: "Opens the patch as JSON in the editor that VISUAL or EDITOR names, and takes it back from there.",
        make: |model, _| vec![Effect::Outside(Call::Edit(model.draft.text()))],
        ..ROW
    },
];

/// Whether there is a patch, and a thread for it.
pub fn applicable(model: &Model) -> Result<(), &'static str> {
    targets::possible(model)?;
    composed(model)
}

fn composed(model: &Model) -> Result<(), &'static str> {
    match model.draft.changed() {
        1.. => Ok(()),
        0 => Err("the patch changes nothing yet: set or clear a field of the patch form first"),
    }
}
