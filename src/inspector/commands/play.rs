//! Commands that play scenarios.

use crate::inspector::features::playback;
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::model::Model;

/// A command of this subject comes first in the key bar while a scenario is open.
pub const ROWS: &[Command] = &[
    Command {
        name: "play-or-pause",
        keys: &["p"],
        hint: "play",
        about: "Plays the scenario step by step, or pauses; behind the last step opens the next scenario.",
        possible: playback::possible,
        make: |model, _| playback::play_or_pause(model),
        ..ROW
    },
    Command {
        name: "play-step",
        keys: &["."],
        hint: "step",
        about: "Goes one step of the scenario forth: looks at it if it was played, else plays it.",
        possible: playback::possible,
        make: |model, _| playback::forth(model),
        ..ROW
    },
    Command {
        name: "look-at-step-before",
        keys: &[","],
        hint: "back",
        about: "Looks at the store as it was one step of the scenario before; nothing is changed by that.",
        possible: playback::possible,
        make: |model, _| playback::back(model),
        ..ROW
    },
    Command {
        name: "play-to-note",
        keys: &["P"],
        hint: "to note",
        about: "Plays the steps up to the next one with a note, as fast as possible.",
        possible: playback::possible,
        make: |model, _| playback::play(model, true),
        ..ROW
    },
    Command {
        name: "slower",
        keys: &["("],
        about: "Plays slower: at the usual speed a step stands for 1.5 seconds, and longer if it has a note to be read.",
        possible: playback::possible,
        make: |model, _| playback::speed_up(model, -1),
        ..ROW
    },
    Command {
        name: "faster",
        keys: &[")"],
        about: "Plays faster, up to as fast as possible.",
        possible: playback::possible,
        make: |model, _| playback::speed_up(model, 1),
        ..ROW
    },
    Command {
        name: "restart",
        keys: &["R"],
        about: "Goes back to where the scenario began; what was played stays reachable: Ctrl+R and :branch go there.",
        possible: playback::possible,
        make: |model, _| playback::restart(model),
        ..ROW
    },
    Command {
        name: "played",
        keys: &["r"],
        about: "Opens the step of the scenario that is looked at; before the first one, what the scenario is about.",
        possible: playback::possible,
        make: |model, _| playback::open_step(model),
        ..ROW
    },
    Command {
        name: "play",
        takes: "PATH...",
        about: "Opens scenarios to be played, each on a store of its own; of a folder, all .jsonl files below it.",
        possible: |model| match model.file_job.is_opening() {
            true => Err("a state is being opened: wait for it, or stop it with Esc"),
            false => Ok(()),
        },
        make: |model, text| playback::open::open(model, text),
        ..ROW
    },
    Command {
        name: "next-scenario",
        about: "Opens the next one of the scenarios that were named together.",
        possible: next,
        make: |model, _| playback::open::open_next(model),
        ..ROW
    },
];

fn next(model: &Model) -> Result<(), &'static str> {
    match model.playback.next() {
        Some(_) => Ok(()),
        None => Err("there is no other one: :play PATH... opens some"),
    }
}
