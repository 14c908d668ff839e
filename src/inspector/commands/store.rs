//! Commands about stores and imports.

use std::path::PathBuf;

use crate::inspector::features::time_travel::switch;
use crate::inspector::features::{follow, lists, state_file, stores};
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
        about: "Imports a rollout file, or a folder of them, into the store in the background.",
        also: &["open", "load", "read"],
        possible: |model| match (model.import.is_running(), model.session.past()) {
            (true, _) => Err("an import is running: {key:step-back} stops it"),
            (false, Some(_)) => Err(PAST),
            (false, None) => Ok(()),
        },
        make: |model, text| stores::import(model, vec![PathBuf::from(text.trim())], false),
        ..ROW
    },
    Command {
        name: "reload",
        keys: &["V"],
        about: "Imports what was appended to the imported files since they were read, and new files beside them.",
        also: &["refresh", "update"],
        possible: follow::possible,
        make: |model, _| follow::reload(model, false),
        ..ROW
    },
    Command {
        name: "reload-changed",
        about: "Like reload, but also reads truncated or changed files again from the start.",
        possible: follow::possible,
        make: |model, _| follow::reload(model, true),
        ..ROW
    },
    Command {
        name: "follow",
        keys: &["W"],
        about: "Follows the imported files: imports new data as it is appended. Using the command again stops following.",
        also: &["tail", "watch", "live"],
        possible: follow::can_follow,
        make: |model, _| follow::switch(model),
        ..ROW
    },
    Command {
        name: "stop-import",
        about: "Stops the running import; threads imported so far stay.",
        also: &["cancel", "abort"],
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
        about: "Saves the whole store, at the step that is shown, to a file that --state opens; asks before it overwrites a file.",
        also: &["write", "export", "dump", "state"],
        possible: |model| match model.file_job.is_running() {
            true => Err("a file is being written or read: wait, or stop it with {key:step-back}"),
            false => Ok(()),
        },
        make: state_file::save,
        ..ROW
    },
    Command {
        name: "store",
        takes: "[ID]",
        about: "Opens the registered store with that id, or switches to it; without an id, lists the open stores.",
        also: &["open", "switch", "database"],
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
        about: "Undoes the last action that changed anything except counters. Undo cannot go back past the opening of the store or past the last change made outside the inspector. In the patch form, edits made since the patch was applied are undone first.",
        also: &["revert", "rollback", "back"],
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
        about: "Redoes the last undone action; in the patch form, first the last undone edit.",
        also: &["repeat", "again"],
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
        about: "Goes back to the branch that ends with that step; without a step, lists the branches; a change after an undo starts a new one.",
        also: &["timeline", "alternative"],
        possible: at_rest,
        make: |model, text| match text.trim() {
            "" => vec![Effect::Run(Call::ListBranches(model.session.store))],
            step => {
                match step.parse() {
                    Ok(step) => switch(model, step),
                    Err(_) => {
                        model.warn(format!("{step} is not a step: write the number of a branch's last step, as listed by :branch"));
                        Vec::new()
                    }
                }
            }
        },
        ..ROW
    },
];

/// Returns `Some` if the patch form has focus and can undo or redo an edit.
fn in_form(model: &Model, can: fn(&PatchDraft) -> bool) -> Option<()> {
    (model.layout.focus == Pane::Patch && can(&model.draft)).then_some(())
}

fn edit(model: &mut Model, edit: fn(&mut PatchDraft) -> Option<String>) -> Effects {
    if let Some(told) = edit(&mut model.draft) {
        model.say(told);
    }
    Vec::new()
}

const PAST: &str = "an earlier step is shown: {key:now} shows the latest step again";

fn at_rest(model: &Model) -> Result<(), &'static str> {
    match (model.import.is_running(), model.session.past()) {
        (true, _) => Err("an import is running: wait, or stop it with {key:step-back}"),
        (false, Some(_)) => Err(PAST),
        (false, None) => Ok(()),
    }
}

fn undoable(model: &Model) -> Result<(), &'static str> {
    let journal = model.session.line();
    let is_opening = model.import.is_opening() || model.file_job.is_opening();
    match is_opening && journal.tip() == journal.floor() {
        true => Err("there is no change yet: the store is still being opened"),
        false => at_rest(model),
    }
}

fn travel(model: &mut Model, to: Moment) -> Effects {
    vec![Effect::Run(Call::Travel {
        store: model.session.store,
        to,
        is_asked: false,
    })]
}
