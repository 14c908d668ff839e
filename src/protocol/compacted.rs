//! The item that marks where the history so far was replaced by a shorter one.

use serde::{Deserialize, Serialize};

use super::RolloutItem;

/// The payload of a `compacted` line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompactedItem {
    /// The summary of the history; empty if one of the items contains the summary.
    pub message: String,
    /// The model items that replace the history, bare and with their original text; omitted in JSON if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement_history: Option<Vec<RolloutItem>>,
}
