//! How hard a model is asked to think.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How hard a model is asked to think, from not at all to as hard as it can.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReasoningEffort {
    /// Not at all.
    None,
    /// The least that there is.
    Minimal,
    /// A little.
    Low,
    /// The usual amount.
    #[default]
    Medium,
    /// Much.
    High,
    /// The most that there is.
    XHigh,
}

impl ReasoningEffort {
    /// All efforts, from least to most.
    pub const ALL: [Self; 6] = [
        Self::None,
        Self::Minimal,
        Self::Low,
        Self::Medium,
        Self::High,
        Self::XHigh,
    ];

    /// The wire name.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minimal => "minimal",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::XHigh => "xhigh",
        }
    }
}

impl fmt::Display for ReasoningEffort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text is the name of no [`ReasoningEffort`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid reasoning_effort: {0}")]
pub struct UnknownEffort(pub String);

impl FromStr for ReasoningEffort {
    type Err = UnknownEffort;

    fn from_str(text: &str) -> Result<Self, UnknownEffort> {
        Self::ALL
            .into_iter()
            .find(|effort| effort.as_str() == text)
            .ok_or_else(|| UnknownEffort(text.to_owned()))
    }
}
