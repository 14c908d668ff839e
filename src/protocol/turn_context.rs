//! The settings of a turn.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AskForApproval, FileSystemSandboxPolicy, PermissionProfile, ReasoningEffort, SandboxPolicy};

/// The payload of a `turn_context` line. Optional values are omitted in JSON if they are unknown; unknown keys are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnContextItem {
    /// The id of the turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn_id: Option<String>,
    /// The id of the turn in traces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// The working directory.
    pub cwd: PathBuf,
    /// The date, as given to the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_date: Option<String>,
    /// The time zone, as given to the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// The approval policy.
    pub approval_policy: AskForApproval,
    /// What the agent's commands can access.
    pub sandbox_policy: SandboxPolicy,
    /// The permissions in the newer form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission_profile: Option<PermissionProfile>,
    /// The hosts that the agent can access.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<TurnContextNetwork>,
    /// The files that the agent can access.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_system_sandbox_policy: Option<FileSystemSandboxPolicy>,
    /// The model.
    pub model: String,
    /// The personality of the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personality: Option<Personality>,
    /// The collaboration mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collaboration_mode: Option<CollaborationMode>,
    /// Whether voice mode is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub realtime_active: Option<bool>,
    /// The reasoning effort.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<ReasoningEffort>,
    /// How the model summarizes its reasoning. Required (rule S10).
    pub summary: ReasoningSummary,
    /// The user's standing instructions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_instructions: Option<String>,
    /// The program's standing instructions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub developer_instructions: Option<String>,
    /// The JSON schema of the final answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub final_output_json_schema: Option<Value>,
    /// The maximum length of tool output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncation_policy: Option<TruncationPolicy>,
}

/// The hosts that a turn can access.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnContextNetwork {
    /// Allowed hosts.
    pub allowed_domains: Vec<String>,
    /// Denied hosts.
    pub denied_domains: Vec<String>,
}

/// How a model summarizes its reasoning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReasoningSummary {
    /// The model decides.
    #[default]
    Auto,
    /// A short summary.
    Concise,
    /// A detailed summary.
    Detailed,
    /// No summary.
    None,
}

/// The personality of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Personality {
    /// No specific personality.
    None,
    /// Friendly.
    Friendly,
    /// Pragmatic.
    Pragmatic,
}

/// The collaboration mode and its settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollaborationMode {
    /// The mode.
    pub mode: ModeKind,
    /// The settings.
    pub settings: CollaborationSettings,
}

/// How the agent and the user work together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModeKind {
    /// The agent makes a plan before it acts.
    Plan,
    /// The agent acts directly. Four older names are accepted too.
    #[default]
    #[serde(
        alias = "code",
        alias = "pair_programming",
        alias = "execute",
        alias = "custom"
    )]
    Default,
}

/// The settings of a collaboration mode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollaborationSettings {
    /// The model.
    pub model: String,
    /// The reasoning effort; null if not specified.
    pub reasoning_effort: Option<ReasoningEffort>,
    /// Additional instructions; null if there are none.
    pub developer_instructions: Option<String>,
}

/// The maximum length of tool output; the middle of longer output is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "mode", content = "limit", rename_all = "snake_case")]
pub enum TruncationPolicy {
    /// A number of bytes.
    Bytes(usize),
    /// A number of tokens.
    Tokens(usize),
}
