//! The PRESETS table: one row for each preset division of the screen. The module `wide` defines the division of each
//! preset.

use crate::inspector::panes::Pane;
use Pane::{Calls, History, Journal, Metadata, Patch, Threads};

/// A division of the screen for one purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// For exploring threads.
    Read,
    /// For testing patches.
    Patch,
    /// For demonstrating what calls do.
    Show,
}

impl Preset {
    /// The number of presets.
    pub const COUNT: usize = 3;

    /// Returns the index of this preset in [`PRESETS`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Returns the table row of this preset.
    pub fn row(self) -> &'static PresetRow {
        &PRESETS[self.index()]
    }
}

/// A row of [`PRESETS`].
#[derive(Debug)]
pub struct PresetRow {
    /// The preset that the row describes.
    pub preset: Preset,
    /// The name in settings and messages.
    pub name: &'static str,
    /// The panes that the preset is for. If another pane has focus, the first of these panes gets it.
    pub main: &'static [Pane],
    /// All panes. The first of several stacked panes is visible at first.
    pub order: [Pane; Pane::COUNT],
    /// The columns of Threads, as many as fit.
    pub columns: &'static [&'static str],
    /// Whether a history is shown as a transcript at first.
    pub transcript: bool,
}

/// The columns of Threads in presets for making calls.
const ABOUT_CALLS: &[&str] = &[
    "updated", "items", "source", "cwd", "branch", "model", "tokens", "created",
];

/// All presets, in the order of their keys.
pub static PRESETS: [PresetRow; Preset::COUNT] = [
    PresetRow {
        preset: Preset::Read,
        name: "read",
        main: &[Threads, History],
        order: [Threads, History, Metadata, Patch, Calls, Journal],
        columns: &["updated", "cwd", "branch", "items", "model", "tokens", "created"],
        transcript: true,
    },
    PresetRow {
        preset: Preset::Patch,
        name: "patch",
        main: &[Patch, Threads, Metadata],
        order: [Threads, Patch, Metadata, History, Calls, Journal],
        columns: ABOUT_CALLS,
        transcript: false,
    },
    PresetRow {
        preset: Preset::Show,
        name: "show",
        main: &[Threads, History, Metadata, Journal, Patch, Calls],
        order: [Threads, History, Metadata, Journal, Patch, Calls],
        columns: ABOUT_CALLS,
        transcript: false,
    },
];
