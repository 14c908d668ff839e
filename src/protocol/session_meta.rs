//! The header of a thread as its rollout holds it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{BaseInstructions, DynamicToolSpec, GitInfo, SessionSource, ThreadId, ThreadSource};

/// Who started a thread, when, where and with what. Keys that it does not know are let go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionMeta {
    /// The thread.
    pub id: ThreadId,
    /// The thread that it is a fork of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forked_from_id: Option<ThreadId>,
    /// When it began; see [`super::parse_rollout_time`].
    pub timestamp: String,
    /// The folder that it works in.
    pub cwd: PathBuf,
    /// The program that started it, by its own name.
    pub originator: String,
    /// The version of the agent. A header without it is refused (rule S10).
    pub cli_version: String,
    /// What started it; the editor if not named. Unknown names are taken, unlike those of `thread_source` (rule S2).
    #[serde(default)]
    pub source: SessionSource,
    /// How statistics class it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_source: Option<ThreadSource>,
    /// A sub-agent's nickname.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_nickname: Option<String>,
    /// A sub-agent's role; read from `agent_type` too.
    #[serde(default, alias = "agent_type", skip_serializing_if = "Option::is_none")]
    pub agent_role: Option<String>,
    /// A sub-agent's place in the tree of agents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_path: Option<String>,
    /// The provider of its model; written as null if not known.
    #[serde(default)]
    pub model_provider: Option<String>,
    /// The instructions that it began with; written as null if not known.
    #[serde(default)]
    pub base_instructions: Option<BaseInstructions>,
    /// The tools that it began with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dynamic_tools: Option<Vec<DynamicToolSpec>>,
    /// Whether memories may be drawn from it: `enabled` or `disabled`, other words mean nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_mode: Option<String>,
}

/// A header with what git said about the folder: the payload of a `session_meta` line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionMetaLine {
    /// The header.
    #[serde(flatten)]
    pub meta: SessionMeta,
    /// What git said; none outside of a repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub git: Option<GitInfo>,
}
