//! How a thread is stored: its initial metadata, which of its events are kept, and whether memories may be created from it.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Whether memories may be created from a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThreadMemoryMode {
    /// Memories may be created.
    Enabled,
    /// No memories may be created.
    Disabled,
}

impl ThreadMemoryMode {
    /// The name in JSON.
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

/// Which of a thread's events are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ThreadEventPersistenceMode {
    /// The events needed to show and resume the thread.
    #[default]
    Limited,
    /// Also events that show how the work was done: command output, errors, sub-agents.
    Extended,
}

/// The metadata of a thread that is known when it is opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadPersistenceMetadata {
    /// The working directory; `None` for a thread without one.
    pub cwd: Option<PathBuf>,
    /// The id of the model's provider.
    pub model_provider: String,
    /// Whether memories may be created from the thread.
    pub memory_mode: ThreadMemoryMode,
}

impl Default for ThreadPersistenceMetadata {
    /// No working directory, an empty provider, and memories enabled: the defaults for a step that omits the metadata.
    fn default() -> Self {
        Self {
            cwd: None,
            model_provider: String::new(),
            memory_mode: ThreadMemoryMode::Enabled,
        }
    }
}
