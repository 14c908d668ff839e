//! Commands that change the shown step. All panes show the store after this step.

use crate::inspector::features::time_travel::{look, look_at};
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::model::Model;

pub const ROWS: &[Command] = &[
    Command {
        name: "back-in-time",
        keys: &["["],
        about: "Shows the store as it was one step earlier; changes nothing.",
        also: &["earlier", "past", "previous", "rewind", "travel"],
        possible: |model| match model.session.journal.is_empty() {
            true => Err("there is no earlier step"),
            false => Ok(()),
        },
        make: |model, _| look(model, |at, _| at.saturating_sub(1)),
        ..ROW
    },
    Command {
        name: "forward-in-time",
        keys: &["]"],
        about: "Shows the store as it was one step later.",
        also: &["later", "next", "travel"],
        possible: past,
        make: |model, _| look(model, |at, _| at + 1),
        ..ROW
    },
    Command {
        name: "before-the-first-step",
        keys: &["{"],
        about: "Shows the store as it was before the first step.",
        also: &["beginning", "start", "rewind"],
        make: |model, _| look(model, |_, _| 0),
        ..ROW
    },
    Command {
        name: "now",
        keys: &["}"],
        hint: "now",
        about: "Shows the latest step again.",
        also: &["present", "latest", "end"],
        possible: past,
        make: |model, _| look(model, |_, of| of),
        ..ROW
    },
    Command {
        name: "look-at-step",
        takes: "NUMBER",
        about: "Shows the store as it was after the step with that number; 0 is before the first step.",
        also: &["jump", "travel"],
        make: |model, text| match text.trim().parse() {
            Ok(step) => look_at(model, step),
            Err(_) => {
                model.warn(format!(
                    "{text} is not a step number; write a number, such as 12."
                ));
                Vec::new()
            }
        },
        ..ROW
    },
];

pub fn past(model: &Model) -> Result<(), &'static str> {
    match model.session.past() {
        Some(_) => Ok(()),
        None => Err("this is the last step: {key:back-in-time} goes to the previous one"),
    }
}
