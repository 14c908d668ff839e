//! What is remembered between runs, as data: the presets and their sizes, the columns and order of the threads, and how
//! histories are shown. The module `features::settings` reads these values from the model and restores them.
//!
//! Unknown names are ignored, so a file from another version does no harm.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::inspector::layout::Extra;
use crate::inspector::layout::presets::{PRESETS, Preset};

/// The version of the format.
pub const VERSION: u64 = 1;

/// The name of the file in the state folder.
pub const FILE: &str = "settings.json";

/// The number of keys after which the hint of the first run goes away.
pub const HINT_KEYS: u8 = 3;

/// What is remembered between runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The version of the format.
    pub version: u64,
    /// The presets to start with.
    pub start: StartSettings,
    /// The panes of each preset, by its name.
    pub presets: BTreeMap<String, PresetSettings>,
    /// The list of threads.
    pub threads: ThreadSettings,
    /// Histories.
    pub history: HistorySettings,
    /// Whether the hint of the first run was shown.
    pub hinted: bool,
}

/// The names of the presets to start with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StartSettings {
    /// When files or a home are opened.
    pub files: String,
    /// When the demo, a scenario, a state file or a store is opened.
    pub other: String,
}

/// The panes of a preset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PresetSettings {
    /// The titles of the folded panes.
    pub folded: Vec<String>,
    /// The size adjustments.
    pub sizes: Extra,
    /// Whether a history is shown as a transcript; `None` if the preset decides.
    pub transcript: Option<bool>,
}

/// The list of threads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ThreadSettings {
    /// The name of the column that the list is sorted by.
    pub sort: String,
    /// Whether the order is reversed.
    pub reversed: bool,
    /// The name of the form: flat, a tree, or groups.
    pub form: String,
    /// The names of the columns; `None` if the width decides.
    pub columns: Option<Vec<String>>,
}

/// Histories.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HistorySettings {
    /// The name of the density.
    pub density: String,
    /// The hidden kinds: the type of the line, the type of the payload and the author, with `/` between them.
    pub hidden: Vec<String>,
    /// Whether items that only repeat the text of another item are visible.
    pub repeats: bool,
}

/// The settings of this run.
pub struct SettingsState {
    /// The file to which changes are saved. `None` if they are not saved.
    pub path: Option<PathBuf>,
    /// The settings as they were saved last.
    pub saved: Settings,
    /// The presets to start with: for files, and for everything else.
    pub starts: [Preset; 2],
    /// Whether a history is shown as a transcript, for each preset.
    pub transcripts: [bool; Preset::COUNT],
    /// The number of keys after which the hint of the first run goes away; 0 if it is not shown.
    pub hint_keys: u8,
    /// The index of the entry in `starts` that this run uses.
    pub start: usize,
}

impl Default for SettingsState {
    fn default() -> Self {
        Self {
            path: None,
            saved: Settings::default(),
            starts: [Preset::Read, Preset::Show],
            transcripts: PRESETS.each_ref().map(|row| row.transcript),
            hint_keys: 0,
            start: 1,
        }
    }
}
