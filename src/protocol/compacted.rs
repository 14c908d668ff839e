//! The place in a rollout where the history so far was replaced by a shorter one.

use serde::{Deserialize, Serialize};

use super::RolloutItem;

/// The payload of a `compacted` line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompactedItem {
    /// What the history was summed up as; empty where the summary is among the items.
    pub message: String,
    /// The model items from which the model goes on, bare and each with its text kept; not written if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement_history: Option<Vec<RolloutItem>>,
}
