//! How a thread is to be kept: the facts of its start, how much of its events, and whether it may become a memory.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Whether memories may be drawn from a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThreadMemoryMode {
    /// They may.
    Enabled,
    /// They may not.
    Disabled,
}

impl ThreadMemoryMode {
    /// The wire name.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
        }
    }
}

impl fmt::Display for ThreadMemoryMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How many of a thread's events are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ThreadEventPersistenceMode {
    /// What is needed to show and go on with the thread.
    #[default]
    Limited,
    /// Also what tells how the work went: command output, errors, sub-agents.
    Extended,
}

/// The facts about a thread that whoever opens it knows beforehand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadPersistenceMetadata {
    /// Where the thread works; None for one that is tied to no folder.
    pub cwd: Option<PathBuf>,
    /// The id of the model's provider.
    pub model_provider: String,
    /// Whether memories may be drawn from it.
    pub memory_mode: ThreadMemoryMode,
}

impl Default for ThreadPersistenceMetadata {
    /// No folder, an empty provider, memories enabled: what a step means that leaves it out.
    fn default() -> Self {
        Self {
            cwd: None,
            model_provider: String::new(),
            memory_mode: ThreadMemoryMode::Enabled,
        }
    }
}
