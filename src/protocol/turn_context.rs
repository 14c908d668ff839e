//! The settings under which a turn ran, as its rollout holds them.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AskForApproval, FileSystemSandboxPolicy, PermissionProfile, ReasoningEffort, SandboxPolicy};

/// The payload of a `turn_context` line. What is optional is left out on the wire if it is not known; keys that it does
/// not know are let go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnContextItem {
    /// The turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn_id: Option<String>,
    /// Under which the turn is found in traces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// The folder that it works in.
    pub cwd: PathBuf,
    /// The day, as the model is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_date: Option<String>,
    /// The time zone, as the model is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// When the agent asks a person.
    pub approval_policy: AskForApproval,
    /// What its commands can reach.
    pub sandbox_policy: SandboxPolicy,
    /// The same in the newer form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission_profile: Option<PermissionProfile>,
    /// Which hosts it can reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<TurnContextNetwork>,
    /// Which files it can reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_system_sandbox_policy: Option<FileSystemSandboxPolicy>,
    /// The model.
    pub model: String,
    /// The manner in which it talks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personality: Option<Personality>,
    /// How agent and person work together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collaboration_mode: Option<CollaborationMode>,
    /// Whether they talk aloud.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub realtime_active: Option<bool>,
    /// How hard the model is asked to think.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<ReasoningEffort>,
    /// How it sums up its thoughts. A turn without it is refused (rule S10).
    pub summary: ReasoningSummary,
    /// What the person asked for once and for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_instructions: Option<String>,
    /// What the program asked for once and for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub developer_instructions: Option<String>,
    /// The JSON schema that the last answer must fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub final_output_json_schema: Option<Value>,
    /// How long tool output may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncation_policy: Option<TruncationPolicy>,
}

/// Which hosts a turn can reach.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnContextNetwork {
    /// Those that it can.
    pub allowed_domains: Vec<String>,
    /// Those that it cannot.
    pub denied_domains: Vec<String>,
}

/// How a model sums up its thoughts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReasoningSummary {
    /// As it sees fit.
    #[default]
    Auto,
    /// In a few words.
    Concise,
    /// At length.
    Detailed,
    /// Not at all.
    None,
}

/// The manner in which a model talks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Personality {
    /// None in particular.
    None,
    /// Warmly.
    Friendly,
    /// To the point.
    Pragmatic,
}

/// How agent and person work together, and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollaborationMode {
    /// How they do.
    pub mode: ModeKind,
    /// What follows.
    pub settings: CollaborationSettings,
}

/// How agent and person work together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModeKind {
    /// A plan is made before anything is done.
    Plan,
    /// The agent goes ahead. Four older names are read as this one.
    #[default]
    #[serde(
        alias = "code",
        alias = "pair_programming",
        alias = "execute",
        alias = "custom"
    )]
    Default,
}

/// What follows from a way of working together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollaborationSettings {
    /// The model.
    pub model: String,
    /// How hard it is asked to think; null if not said.
    pub reasoning_effort: Option<ReasoningEffort>,
    /// What it is told beside; null if nothing.
    pub developer_instructions: Option<String>,
}

/// How long tool output may be before its middle is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "mode", content = "limit", rename_all = "snake_case")]
pub enum TruncationPolicy {
    /// So many bytes.
    Bytes(usize),
    /// So many tokens.
    Tokens(usize),
}
