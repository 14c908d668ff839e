//! The scenarios that are played: what comes, how it goes, and what the executor tells of it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::pace::{PlaybackOrders, Speed};
use crate::inspector::state::session::{News, StoreKey};
use crate::workbench::Player;

/// Scenarios to be played, from the beginning of the first.
#[derive(Clone, Debug)]
pub struct Scenarios {
    /// Their files.
    pub files: Vec<PathBuf>,
    /// The moment that the first step sees, whatever the header says.
    pub clock: Option<DateTime<Utc>>,
    /// The id of the store of the first one, if it has one.
    pub store: Option<String>,
    /// Whether all of them are played there.
    pub together: bool,
}

/// What is played, and how.
#[derive(Debug, Default)]
pub struct PlaybackState {
    /// The files that come, in their order.
    pub files: Vec<PathBuf>,
    /// The moment that wins over those of the headers.
    pub clock: Option<DateTime<Utc>>,
    /// The registered store on which all are played.
    pub store: Option<String>,
    /// The stores of ids that headers name.
    pub named: HashMap<String, StoreKey>,
    /// Whether a scenario was read and its store is being made.
    pub awaited: bool,
    /// The store on which steps are played one after the other.
    pub going: Option<StoreKey>,
    /// How many single steps were asked for that were not told yet.
    pub steps: usize,
    /// What holds for them.
    pub orders: PlaybackOrders,
}

/// What a player is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlayAction {
    /// Play one step.
    Step,
    /// Play one after the other, as the orders say; or as fast as possible up to one with a note.
    On {
        /// Whether the next note ends it.
        to_note: bool,
    },
    /// Go back to where the scenario began.
    Restart,
}

/// A scenario was given its store.
pub struct ScenarioBegun {
    /// The id of the store, if it has one.
    pub id: Option<String>,
    /// What it is called, if it has none.
    pub name: String,
    /// The store.
    pub news: News,
    /// Its player.
    pub player: Player,
}

/// Steps were played.
pub struct StepsPlayed {
    /// The store.
    pub news: News,
    /// Its player.
    pub player: Player,
    /// What the player was to do.
    pub act: PlayAction,
    /// The number of the playing that has ended with them.
    pub ended: Option<u64>,
    /// What could not be done, in a sentence.
    pub wrong: Option<String>,
}

impl PlaybackState {
    /// The file that comes next.
    pub fn next(&self) -> Option<&Path> {
        self.files.first().map(PathBuf::as_path)
    }

    /// Whether steps follow each other on a store.
    pub fn is_going(&self, store: StoreKey) -> bool {
        self.going == Some(store)
    }

    /// Whether steps are being played, on whichever store.
    pub fn is_busy(&self) -> bool {
        self.going.is_some() || self.steps > 0
    }

    /// How fast.
    pub fn speed(&self) -> Speed {
        self.orders.speed
    }
}
