//! Commands about stores and imports.

use std::path::PathBuf;

use crate::inspector::features::{lists, state_file, stores};
use crate::inspector::panes::Pane;
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::effect::{Call, Effects, Moment};
use crate::inspector::state::model::Model;
use crate::inspector::state::patch_draft::PatchDraft;

pub const ROWS: &[Command] = &[
    Command {
        name: "import",
        takes: "PATH",
        about: "Reads a rollout file or a folder of them into the store, while one goes on reading.",
        possible: |model| match (model.import.is_running(), model.session.past()) {
            (true, _) => Err("an import is running: Esc stops it"),
            (false, Some(_)) => Err(PAST),
            (false, None) => Ok(()),
        },
        make: |model, text| stores::import(model, vec![PathBuf::from(text.trim())], false),
        ..ROW
    },
    Command {
        name: "stop-import",
        about: "Stops the import that is running; what is in the store stays.",
        possible: |model| match model.import.is_running() {
            true => Ok(()),
            false => Err("no import is running"),
        },
        make: |model, _| {
            model.import.stop();
            vec![Effect::Run(Call::StopImport)]
        },
        ..ROW
    },
    Command {
        name: "save",
        takes: "FILE",
        about: "Saves the whole store, as it is looked at, into a file that --state opens; asks before it writes over one.",
        possible: |model| match model.file_job.is_running() {
            true => Err("a file is being written or read: wait for it, or stop it with Esc"),
            false => Ok(()),
        },
        make: state_file::save,
        ..ROW
    },
    Command {
        name: "store",
        takes: "[ID]",
        about: "Opens the registered store of that id or switches to it; without an id, lists the open ones.",
        make: |model, text| match text {
            "" => {
                let finder = lists::stores(model);
                model.open(finder)
            }
            id => stores::switch_to(model, id),
        },
        ..ROW
    },
    Command {
        name: "undo",
        keys: &["u"],
        about: "Undoes the last action that changed more than counters; stops at the store as it was opened and at outside changes. In the patch form, first undoes what was edited since the patch was applied.",
        possible: |model| {
            in_form(model, PatchDraft::can_take_back).map_or_else(|| undoable(model), |_| Ok(()))
        },
        make: |model, _| match in_form(model, PatchDraft::can_take_back) {
            Some(()) => edit(model, PatchDraft::take_back),
            None => travel(model, Moment::Undo),
        },
        ..ROW
    },
    Command {
        name: "redo",
        keys: &["Ctrl+R"],
        about: "Redoes what was undone last; in the patch form first what was undone there.",
        possible: |model| in_form(model, PatchDraft::can_do_again).map_or_else(|| at_rest(model), |_| Ok(())),
        make: |model, _| match in_form(model, PatchDraft::can_do_again) {
            Some(()) => edit(model, PatchDraft::do_again),
            None => travel(model, Moment::Redo),
        },
        ..ROW
    },
    Command {
        name: "branch",
        takes: "[STEP]",
        about: "Goes to the line of steps that ends with that step and was left after an undo; without a step, names them.",
        possible: at_rest,
        make: |model, text| match text.trim() {
            "" => travel(model, Moment::Branches),
            step => {
                match step.parse() {
                    Ok(step) => travel(model, Moment::Branch(step)),
                    Err(_) => {
                        model.warn(format!("{step} is no step: write the number of a branch's last step, as :branch names them"));
                        Vec::new()
                    }
                }
            }
        },
        ..ROW
    },
];

/// Whether the patch form has the focus and can do that with its edits.
fn in_form(model: &Model, can: fn(&PatchDraft) -> bool) -> Option<()> {
    (model.layout.focus == Pane::Patch && can(&model.draft)).then_some(())
}

fn edit(model: &mut Model, edit: fn(&mut PatchDraft) -> Option<String>) -> Effects {
    if let Some(told) = edit(&mut model.draft) {
        model.say(told);
    }
    Vec::new()
}

const PAST: &str = "the past is on the screen: } returns to now";

fn at_rest(model: &Model) -> Result<(), &'static str> {
    match (model.import.is_running(), model.session.past()) {
        (true, _) => Err("an import is running: wait for it, or stop it with Esc"),
        (false, Some(_)) => Err(PAST),
        (false, None) => Ok(()),
    }
}

fn undoable(model: &Model) -> Result<(), &'static str> {
    let journal = model.session.line();
    let is_opening = model.import.is_opening() || model.file_job.is_opening();
    match is_opening && journal.tip() == journal.floor() {
        true => Err("nothing was changed yet: the store is still being opened"),
        false => at_rest(model),
    }
}

fn travel(model: &mut Model, to: Moment) -> Effects {
    vec![Effect::Run(Call::Travel {
        store: model.session.store,
        to,
    })]
}
