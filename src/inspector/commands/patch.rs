//! Commands about the patch form.

use crate::inspector::features::{patch, patch_drawer, patch_io, targets, value_picker};
use crate::inspector::overlays::patch_text;
use crate::inspector::panes::Pane;
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::{Context, PANES};
use crate::inspector::state::effect::Call;
use crate::inspector::state::model::Model;

const HERE: &[Context] = &[Context::Pane(Pane::Patch)];

pub const ROWS: &[Command] = &[
    Command {
        name: "set-field",
        keys: &["Enter", "e"],
        contexts: HERE,
        hint: "set",
        about: "Edits the value of the selected field.",
        also: &["edit", "change", "modify", "write"],
        possible: |model| model.draft.can_set(),
        make: |model, _| patch::edit(model),
        ..ROW
    },
    Command {
        name: "next-value",
        keys: &["Space"],
        contexts: HERE,
        about: "Sets the selected field to its next allowed value, if it has a list of them.",
        also: &["toggle", "cycle"],
        possible: value_picker::has_words,
        make: |model, _| value_picker::next_word(model),
        ..ROW
    },
    Command {
        name: "clear-field",
        keys: &["c"],
        contexts: HERE,
        hint: "clear",
        about: "Sets the patch to clear the selected field.",
        also: &["null", "delete", "remove", "erase", "empty"],
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
        about: "Sets the patch to leave the selected field unchanged.",
        also: &["delete", "remove", "reset", "unset", "keep"],
        make: |model, _| {
            model.draft.leave();
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "open-row",
        keys: &["o"],
        contexts: HERE,
        hint: "open",
        about: "Opens the full values of the selected field: before, in the patch, accumulated and after, and how they differ.",
        make: |model, _| patch::open_field(model),
        ..ROW
    },
    Command {
        name: "leave-all",
        keys: &["D"],
        contexts: HERE,
        about: "Clears the patch, so that it changes no field.",
        also: &["reset", "discard", "clear", "remove", "delete"],
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
        about: "Opens the patch as JSON text to edit; the form is updated as you type.",
        also: &["json"],
        make: |model, _| patch_text::open(model),
        ..ROW
    },
    Command {
        name: "effect",
        keys: &["v"],
        contexts: HERE,
        hint: "effect",
        about: "Shows the effect of the patch on the fields that it changes, on all fields, or not at all.",
        also: &["result"],
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
        about: "Sets the targets of the patch to the marked threads, or to the selected thread if none is marked. Until then, the patch applies to the thread that was selected when it was first edited.",
        also: &["marked", "selection"],
        possible: targets::is_elsewhere,
        make: |model, _| targets::retarget(model),
        ..ROW
    },
    Command {
        name: "next-target",
        keys: &["n"],
        contexts: HERE,
        hint: "next target",
        about: "Shows the effect on the next target of the patch.",
        possible: targets::several,
        make: |model, _| targets::step(model, true),
        ..ROW
    },
    Command {
        name: "previous-target",
        keys: &["N"],
        contexts: HERE,
        about: "Shows the effect on the previous target of the patch.",
        possible: targets::several,
        make: |model, _| targets::step(model, false),
        ..ROW
    },
    Command {
        name: "apply",
        keys: &["Ctrl+S"],
        contexts: PANES,
        hint: "",
        about: "Applies the patch with update_thread_metadata to all of its targets in one action; the title of the form names them.",
        also: &["send", "commit", "write", "submit", "update"],
        possible: applicable,
        make: |model, _| patch::apply(model),
        ..ROW
    },
    Command {
        name: "apply-to",
        takes: "ID",
        about: "Applies the patch to the thread with that id. The id may be unknown: the store keeps the patch anyway.",
        also: &["send"],
        possible: composed,
        make: patch::apply_to,
        ..ROW
    },
    Command {
        name: "load-patch",
        keys: &["L"],
        contexts: HERE,
        takes: "[FILE]",
        hint: "load",
        about: "Loads a patch into the form from a file; without a file, lists the patches that were applied and those that have a name.",
        also: &["open", "read"],
        make: patch_drawer::load,
        ..ROW
    },
    Command {
        name: "name-patch",
        takes: "NAME",
        about: "Saves the patch under a name in the state folder; {key:load-patch} lists it.",
        also: &["keep", "store"],
        possible: composed,
        make: patch_drawer::name,
        ..ROW
    },
    Command {
        name: "save-patch",
        takes: "FILE",
        about: "Saves the patch to a file as JSON; asks before it overwrites a file.",
        also: &["write", "export"],
        possible: composed,
        make: patch_io::save,
        ..ROW
    },
    Command {
        name: "edit-text",
        keys: &["E"],
        contexts: HERE,
        hint: "editor",
        about: "Opens the patch as JSON in the editor that VISUAL or EDITOR names, and reads the edited patch back.",
        also: &["editor", "vim"],
        make: |model, _| vec![Effect::Outside(Call::Edit(model.draft.text()))],
        ..ROW
    },
];

/// Returns whether there is a patch, and a thread to apply it to.
pub fn applicable(model: &Model) -> Result<(), &'static str> {
    targets::possible(model)?;
    if model.draft.has_rejected() {
        return Err("the text is not a valid patch: {key:patch-text} edits it, {key:leave-all} drops it");
    }
    composed(model)
}

pub fn composed(model: &Model) -> Result<(), &'static str> {
    match model.draft.is_empty() {
        false => Ok(()),
        true => Err("the patch changes nothing yet: set or clear a field in the patch form first"),
    }
}
