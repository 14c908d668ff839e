//! The header of a rollout file.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{BaseInstructions, DynamicToolSpec, GitInfo, SessionSource, ThreadId, ThreadSource};

/// The header of a thread: when, where and by what it was started. Unknown keys are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionMeta {
    /// The id of the thread.
    pub id: ThreadId,
    /// The thread that it was forked from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forked_from_id: Option<ThreadId>,
    /// When it started; see [`super::parse_rollout_time`].
    pub timestamp: String,
    /// The working directory.
    pub cwd: PathBuf,
    /// The name of the program that started it.
    pub originator: String,
    /// The version of the agent. Required (rule S10).
    pub cli_version: String,
    /// What started it; by default the editor. Unlike in `thread_source`, unknown names are accepted (rule S2).
    #[serde(default)]
    pub source: SessionSource,
    /// Who started it, for statistics.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_source: Option<ThreadSource>,
    /// A sub-agent's nickname.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_nickname: Option<String>,
    /// A sub-agent's role; `agent_type` is accepted too.
    #[serde(default, alias = "agent_type", skip_serializing_if = "Option::is_none")]
    pub agent_role: Option<String>,
    /// A sub-agent's position in the tree of agents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_path: Option<String>,
    /// The provider of its model; null in JSON if unknown.
    #[serde(default)]
    pub model_provider: Option<String>,
    /// The instructions that it started with; null in JSON if unknown.
    #[serde(default)]
    pub base_instructions: Option<BaseInstructions>,
    /// The tools that it started with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dynamic_tools: Option<Vec<DynamicToolSpec>>,
    /// Whether memories may be created from it: `enabled` or `disabled`; other values are ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_mode: Option<String>,
}

/// A header with the git information: the payload of a `session_meta` line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionMetaLine {
    /// The header.
    #[serde(flatten)]
    pub meta: SessionMeta,
    /// The git information; `None` outside of a repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub git: Option<GitInfo>,
}
