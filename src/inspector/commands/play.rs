//! Commands that play scenarios.

use crate::inspector::features::playback;
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::model::Model;

/// Commands of this group come first in the key bar while a scenario is open.
pub const ROWS: &[Command] = &[
    Command {
        name: "play-or-pause",
        keys: &["p"],
        hint: "play",
        about: "Plays the scenario step by step, or pauses; after the last step, opens the next scenario.",
        also: &["start", "stop", "run"],
        possible: playback::possible,
        make: |model, _| playback::play_or_pause(model),
        ..ROW
    },
    Command {
        name: "play-step",
        keys: &["."],
        hint: "step",
        about: "Goes to the next step of the scenario; plays it if it has not been played.",
        possible: playback::possible,
        make: |model, _| playback::forth(model),
        ..ROW
    },
    Command {
        name: "previous-played-step",
        keys: &[","],
        hint: "back",
        about: "Shows the store as it was one scenario step earlier; changes nothing.",
        possible: playback::possible,
        make: |model, _| playback::back(model),
        ..ROW
    },
    Command {
        name: "play-to-note",
        keys: &["P"],
        hint: "to note",
        about: "Plays at full speed up to the next step with a note.",
        possible: playback::possible,
        make: |model, _| playback::play(model, true),
        ..ROW
    },
    Command {
        name: "slower",
        keys: &["("],
        about: "Plays slower. At normal speed a step is shown for 1.5 seconds, longer if it has a note.",
        also: &["speed"],
        possible: playback::possible,
        make: |model, _| playback::speed_up(model, -1),
        ..ROW
    },
    Command {
        name: "faster",
        keys: &[")"],
        about: "Plays faster, up to full speed.",
        also: &["speed"],
        possible: playback::possible,
        make: |model, _| playback::speed_up(model, 1),
        ..ROW
    },
    Command {
        name: "restart",
        keys: &["R"],
        about: "Goes back to the start of the scenario; the played steps stay reachable with {key:redo} and :branch.",
        also: &["reset", "rewind"],
        possible: playback::possible,
        make: |model, _| playback::restart(model),
        ..ROW
    },
    Command {
        name: "played",
        keys: &["r"],
        about: "Opens the current step of the scenario or, before the first step, the description of the scenario.",
        possible: playback::possible,
        make: |model, _| playback::open_step(model),
        ..ROW
    },
    Command {
        name: "play",
        takes: "PATH...",
        about: "Opens scenarios to play, each in its own store; for a folder, all .jsonl files below it.",
        also: &["open", "run", "load"],
        possible: |model| match model.file_job.is_opening() {
            true => Err("a state file is being opened: wait, or stop it with {key:step-back}"),
            false => Ok(()),
        },
        make: |model, text| playback::open::open(model, text),
        ..ROW
    },
    Command {
        name: "next-scenario",
        about: "Opens the next row of the scenario, or the next of the opened scenarios.",
        possible: next,
        make: |model, _| playback::open::open_next(model),
        ..ROW
    },
];

fn next(model: &Model) -> Result<(), &'static str> {
    match model.playback.next() {
        Some(_) => Ok(()),
        None => Err("there is no other scenario: :play PATH opens one"),
    }
}
