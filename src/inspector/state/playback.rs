//! Playback of scenarios: the queue, the current playback, and the messages of the executor.

use std::collections::HashMap;
use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::import::names;
use super::pace::{PlaybackOrders, Speed};
use crate::inspector::state::session::{StoreKey, StoreNews};
use crate::workbench::Player;
use crate::workbench::scenario::Script;

/// Scenarios to play, each from its beginning.
#[derive(Clone, Debug)]
pub struct Scenarios {
    /// The scenario files.
    pub files: Vec<PathBuf>,
    /// The clock at the first step, which overrides the header of the scenario.
    pub clock: Option<DateTime<Utc>>,
    /// The id of the store for the first scenario, if it has one.
    pub store: Option<String>,
    /// Whether all scenarios are played on that store.
    pub together: bool,
}

/// The state of playback.
#[derive(Debug, Default)]
pub struct PlaybackState {
    /// The next row of the last scenario, if there is one. The row is played before the files.
    pub row: Option<Script>,
    /// The files still to be played, in order.
    pub files: Vec<PathBuf>,
    /// The clock that overrides those of the scenario headers.
    pub clock: Option<DateTime<Utc>>,
    /// The id of the registered store on which all scenarios are played.
    pub store: Option<String>,
    /// The stores that scenario headers name, by id.
    pub named: HashMap<String, StoreKey>,
    /// Whether a scenario was read and its store is still being created.
    pub awaited: bool,
    /// The store on which steps are played continuously.
    pub going: Option<StoreKey>,
    /// The number of single steps that were requested and are not finished yet.
    pub steps: usize,
    /// The instructions for continuous playback.
    pub orders: PlaybackOrders,
    /// The step that the panes followed last: the store, the number of scenario steps, and the last step of the journal.
    pub followed: Option<(StoreKey, usize, u64)>,
}

/// A request to a player.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlayAction {
    /// Play one step.
    Step,
    /// Play steps continuously at the speed in the instructions, or at full speed up to the next step with a note.
    On {
        /// Whether playback stops at the next note.
        to_note: bool,
    },
    /// Go back to the start of the scenario.
    Restart,
}

/// A scenario was loaded into a store.
pub struct ScenarioBegun {
    /// The id of the store, if it has one.
    pub id: Option<String>,
    /// The name, if the store has no id.
    pub name: String,
    /// The state of the store.
    pub news: StoreNews,
    /// The player of the store.
    pub player: Player,
}

/// The result of playing steps.
pub struct StepsPlayed {
    /// The state of the store.
    pub news: StoreNews,
    /// The player of the store.
    pub player: Player,
    /// The request to the player.
    pub act: PlayAction,
    /// The number of the playback that ended with these steps, if it ended.
    pub ended: Option<u64>,
    /// A sentence about what failed, if anything failed.
    pub wrong: Option<String>,
}

/// Returns the name of a scenario: its file, and its row if it has rows.
pub fn script_name(script: &Script) -> String {
    let file = names(&[PathBuf::from(&script.name)]);
    match script.row() {
        Some(row) => format!("{file}, row {row} of {}", script.header.rows.len()),
        None => file,
    }
}

impl PlaybackState {
    /// Returns the name of what is played next: the next row, or the next file.
    pub fn next(&self) -> Option<String> {
        match &self.row {
            Some(script) => Some(script_name(script)),
            None => self.files.first().map(|file| names(std::slice::from_ref(file))),
        }
    }

    /// Returns whether steps are played continuously on a store.
    pub fn is_going(&self, store: StoreKey) -> bool {
        self.going == Some(store)
    }

    /// Returns whether steps are being played on any store.
    pub fn is_busy(&self) -> bool {
        self.going.is_some() || self.steps > 0
    }

    /// Returns the playback speed.
    pub fn speed(&self) -> Speed {
        self.orders.speed
    }
}
