//! The reasoning effort of a model.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The reasoning effort requested from a model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReasoningEffort {
    /// No reasoning.
    None,
    /// The lowest effort.
    Minimal,
    /// Low effort.
    Low,
    /// Medium effort, the default.
    #[default]
    Medium,
    /// High effort.
    High,
    /// The highest effort.
    XHigh,
}

impl ReasoningEffort {
    /// All efforts, from lowest to highest.
    pub const ALL: [Self; 6] = [
        Self::None,
        Self::Minimal,
        Self::Low,
        Self::Medium,
        Self::High,
        Self::XHigh,
    ];

    /// The name in JSON.
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

/// The text is not the name of a [`ReasoningEffort`].
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
