//! What an agent may do: when it asks for approval ([`AskForApproval`]) and what its commands can access
//! ([`SandboxPolicy`]).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::AbsolutePath;

/// When an agent asks the user for approval.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AskForApproval {
    /// Before every command that is not known to be safe.
    #[serde(rename = "untrusted")]
    UnlessTrusted,
    /// After a command failed in the sandbox. Later versions have removed this.
    OnFailure,
    /// When the agent decides to.
    #[default]
    OnRequest,
    /// Depending on the kind of request.
    Granular(GranularApprovalConfig),
    /// Never; actions that need approval are rejected.
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

/// Which kinds of requests are shown to the user; all others are rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GranularApprovalConfig {
    /// Running a command outside of the sandbox.
    pub sandbox_approval: bool,
    /// Requests that come from the execution rules.
    pub rules: bool,
    /// Using a skill; false if omitted.
    #[serde(default)]
    pub skill_approval: bool,
    /// Requesting more permissions; false if omitted.
    #[serde(default)]
    pub request_permissions: bool,
    /// Requests that come from a tool server.
    pub mcp_elicitations: bool,
}

/// Whether network access is allowed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkAccess {
    /// No network access.
    #[default]
    Restricted,
    /// Network access.
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

/// What the commands of an agent can access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum SandboxPolicy {
    /// Unrestricted access.
    DangerFullAccess,
    /// Read access to all files.
    ReadOnly {
        /// Whether network access is allowed; omitted in JSON if not (rule S6).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        network_access: bool,
    },
    /// Whatever an external sandbox allows.
    ExternalSandbox {
        /// Whether that sandbox allows network access.
        #[serde(default)]
        network_access: NetworkAccess,
    },
    /// Read access to all files, and write access to some folders.
    WorkspaceWrite {
        /// Writable folders besides the working directory; omitted in JSON if there are none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        writable_roots: Vec<AbsolutePath>,
        /// Whether network access is allowed.
        #[serde(default)]
        network_access: bool,
        /// Whether the folder that `TMPDIR` names is not writable.
        #[serde(default)]
        exclude_tmpdir_env_var: bool,
        /// Whether `/tmp` is not writable.
        #[serde(default)]
        exclude_slash_tmp: bool,
    },
}

impl SandboxPolicy {
    /// Read access only, no network.
    pub fn new_read_only_policy() -> Self {
        Self::ReadOnly {
            network_access: false,
        }
    }

    /// Write access to the working directory and the temporary folders, no network.
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
