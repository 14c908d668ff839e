//! What an agent may do: when it asks a person ([`AskForApproval`]) and what its commands can reach
//! ([`SandboxPolicy`]).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::AbsolutePath;

/// When an agent asks a person before it acts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AskForApproval {
    /// Before everything but what is known to be harmless.
    #[serde(rename = "untrusted")]
    UnlessTrusted,
    /// After a command failed in the sandbox. Given up by later versions.
    OnFailure,
    /// When the agent thinks that it should.
    #[default]
    OnRequest,
    /// By the kind of question.
    Granular(GranularApprovalConfig),
    /// Never: what would need a question is refused.
    Never,
}

impl fmt::Display for AskForApproval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnlessTrusted => "untrusted",
            Self::OnFailure => "on-failure",
            Self::OnRequest => "on-request",
            Self::Granular(_) => "granular",
            Self::Never => "never",
        })
    }
}

/// Which kinds of question may reach a person; the others are refused unasked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GranularApprovalConfig {
    /// To run a command outside of the sandbox.
    pub sandbox_approval: bool,
    /// What the rules of execution ask for.
    pub rules: bool,
    /// To use a skill; false if not named.
    #[serde(default)]
    pub skill_approval: bool,
    /// For more rights; false if not named.
    #[serde(default)]
    pub request_permissions: bool,
    /// What a tool server asks.
    pub mcp_elicitations: bool,
}

/// Whether the network can be reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkAccess {
    /// It cannot.
    #[default]
    Restricted,
    /// It can.
    Enabled,
}

impl fmt::Display for NetworkAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Restricted => "restricted",
            Self::Enabled => "enabled",
        })
    }
}

/// What the commands of an agent can reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum SandboxPolicy {
    /// Everything.
    DangerFullAccess,
    /// All files for reading.
    ReadOnly {
        /// Whether the network can be reached; not written when it cannot (rule S6).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        network_access: bool,
    },
    /// Whatever a sandbox outside of the agent lets through.
    ExternalSandbox {
        /// Whether that sandbox lets the network through.
        #[serde(default)]
        network_access: NetworkAccess,
    },
    /// All files for reading, some folders for writing.
    WorkspaceWrite {
        /// Folders for writing beside the working one; not written when there are none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        writable_roots: Vec<AbsolutePath>,
        /// Whether the network can be reached.
        #[serde(default)]
        network_access: bool,
        /// Whether the folder that `TMPDIR` names stays closed.
        #[serde(default)]
        exclude_tmpdir_env_var: bool,
        /// Whether `/tmp` stays closed.
        #[serde(default)]
        exclude_slash_tmp: bool,
    },
}

impl SandboxPolicy {
    /// Reading only, no network.
    pub fn new_read_only_policy() -> Self {
        Self::ReadOnly {
            network_access: false,
        }
    }

    /// Writing in the working folder and the temporary ones, no network.
    pub fn new_workspace_write_policy() -> Self {
        Self::WorkspaceWrite {
            writable_roots: Vec::new(),
            network_access: false,
            exclude_tmpdir_env_var: false,
            exclude_slash_tmp: false,
        }
    }
}

impl fmt::Display for SandboxPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DangerFullAccess => "danger-full-access",
            Self::ReadOnly { .. } => "read-only",
            Self::ExternalSandbox { .. } => "external-sandbox",
            Self::WorkspaceWrite { .. } => "workspace-write",
        })
    }
}

impl FromStr for SandboxPolicy {
    type Err = serde_json::Error;

    /// Reads the JSON text of a policy.
    fn from_str(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}
