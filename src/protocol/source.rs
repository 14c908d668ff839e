//! The origin of a thread: what started it ([`SessionSource`]), its class in statistics ([`ThreadSource`]) and the position
//! of a sub-agent in the tree of agents ([`AgentPath`]).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ThreadId;

/// The name of a session source is blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("session source must not be empty")]
pub struct EmptySource;

/// What started a thread: a program or another thread.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SessionSource {
    /// The command-line interface.
    Cli,
    /// An editor extension; the default for a header without a source.
    #[default]
    VSCode,
    /// A non-interactive run.
    Exec,
    /// A server that is used by other programs.
    Mcp,
    /// Another program, with its name as given.
    Custom(String),
    /// The agent itself, for internal maintenance.
    Internal(InternalSource),
    /// Another thread.
    SubAgent(SubAgentSource),
    /// A name that is unknown to this version.
    #[serde(other)]
    Unknown,
}

/// An internal task for which the agent starts a thread.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InternalSource {
    /// Collecting and condensing memories.
    MemoryConsolidation,
}

/// Why one thread started another.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubAgentSource {
    /// Reviewing a change.
    Review,
    /// Condensing a long history.
    Compact,
    /// Working on a separate task.
    ThreadSpawn {
        /// The thread that started this one.
        parent_thread_id: ThreadId,
        /// The number of ancestors of this thread.
        depth: i32,
        /// The position of the thread in the tree of agents.
        #[serde(default)]
        agent_path: Option<AgentPath>,
        /// The name that is shown to users.
        #[serde(default)]
        agent_nickname: Option<String>,
        /// The kind of work that the sub-agent does; `agent_type` is accepted too.
        #[serde(default, alias = "agent_type")]
        agent_role: Option<String>,
    },
    /// Collecting and condensing memories.
    MemoryConsolidation,
    /// Another reason, with its name as given.
    Other(String),
}

impl SessionSource {
    /// Parses the source that a program passes when it starts. Ignores case and surrounding white space; an unknown name
    /// becomes [`SessionSource::Custom`]. Fails if the text is blank.
    pub fn from_startup_arg(text: &str) -> Result<Self, EmptySource> {
        let name = text.trim().to_lowercase();
        Ok(match name.as_str() {
            "" => return Err(EmptySource),
            "cli" => Self::Cli,
            "vscode" => Self::VSCode,
            "exec" => Self::Exec,
            "mcp" | "appserver" | "app-server" | "app_server" => Self::Mcp,
            "unknown" => Self::Unknown,
            _ => Self::Custom(name),
        })
    }

    /// The nickname given by the parent thread; only spawned threads have one.
    pub fn get_nickname(&self) -> Option<String> {
        match self {
            Self::SubAgent(SubAgentSource::ThreadSpawn { agent_nickname, .. }) => agent_nickname.clone(),
            _ => None,
        }
    }

    /// The role given by the parent thread; only spawned threads have one.
    pub fn get_agent_role(&self) -> Option<String> {
        match self {
            Self::SubAgent(SubAgentSource::ThreadSpawn { agent_role, .. }) => agent_role.clone(),
            _ => None,
        }
    }

    /// The position in the tree of agents; only spawned threads have one.
    pub fn get_agent_path(&self) -> Option<AgentPath> {
        match self {
            Self::SubAgent(SubAgentSource::ThreadSpawn { agent_path, .. }) => agent_path.clone(),
            _ => None,
        }
    }

    /// Whether the agent started the thread for an internal task.
    pub fn is_internal(&self) -> bool {
        matches!(self, Self::Internal(_))
    }

    /// Whether the agent itself started the thread: for an internal task or as a sub-agent.
    pub fn is_non_root_agent(&self) -> bool {
        matches!(self, Self::Internal(_) | Self::SubAgent(_))
    }
}

impl fmt::Display for SessionSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cli => f.write_str("cli"),
            Self::VSCode => f.write_str("vscode"),
            Self::Exec => f.write_str("exec"),
            Self::Mcp => f.write_str("mcp"),
            Self::Custom(name) => f.write_str(name),
            Self::Internal(source) => write!(f, "internal_{source}"),
            Self::SubAgent(source) => write!(f, "subagent_{source}"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

impl fmt::Display for InternalSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MemoryConsolidation => f.write_str("memory_consolidation"),
        }
    }
}

impl fmt::Display for SubAgentSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Review => f.write_str("review"),
            Self::Compact => f.write_str("compact"),
            Self::ThreadSpawn {
                parent_thread_id,
                depth,
                ..
            } => {
                write!(f, "thread_spawn_{parent_thread_id}_d{depth}")
            }
            Self::MemoryConsolidation => f.write_str("memory_consolidation"),
            Self::Other(name) => f.write_str(name),
        }
    }
}

/// Who started a thread, for statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThreadSource {
    /// The user.
    User,
    /// Another thread.
    Subagent,
    /// The internal task that consolidates memories.
    MemoryConsolidation,
}

impl ThreadSource {
    /// The name in JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Subagent => "subagent",
            Self::MemoryConsolidation => "memory_consolidation",
        }
    }
}

impl fmt::Display for ThreadSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is not the name of a [`ThreadSource`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown thread source: {0}")]
pub struct UnknownThreadSource(pub String);

impl FromStr for ThreadSource {
    type Err = UnknownThreadSource;

    fn from_str(text: &str) -> Result<Self, UnknownThreadSource> {
        [Self::User, Self::Subagent, Self::MemoryConsolidation]
            .into_iter()
            .find(|source| source.as_str() == text)
            .ok_or_else(|| UnknownThreadSource(text.to_owned()))
    }
}

/// The position of an agent in the tree of agents: `/morpheus`, or `/root` followed by further names. A name consists of
/// `a-z`, `0-9` and `_`; it is not empty and not `root`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AgentPath(String);

impl AgentPath {
    /// The path of the thread that the user talks to.
    pub const ROOT: &str = "/root";
    /// The only path outside the tree below `/root`.
    pub const MORPHEUS: &str = "/morpheus";

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is not an [`AgentPath`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidAgentPath {
    /// The path does not start with `/root` and is not `/morpheus`.
    #[error("absolute agent paths must start with `/root` or be `/morpheus`")]
    Start,
    /// The path ends with a slash.
    #[error("absolute agent paths must not end with `/`")]
    End,
    /// A name in the path is empty.
    #[error("agent names must not be empty")]
    EmptyName,
    /// A name in the path is reserved.
    #[error("the agent name `{0}` is reserved")]
    ReservedName(String),
    /// A name contains an invalid character.
    #[error("the agent name `{0}` may only have lower-case letters, digits and underscores")]
    Name(String),
}

impl TryFrom<String> for AgentPath {
    type Error = InvalidAgentPath;

    fn try_from(text: String) -> Result<Self, InvalidAgentPath> {
        if text == Self::MORPHEUS || text == Self::ROOT {
            return Ok(Self(text));
        }
        let names = text
            .strip_prefix(Self::ROOT)
            .and_then(|rest| rest.strip_prefix('/'))
            .ok_or(InvalidAgentPath::Start)?;
        if names.ends_with('/') || names.is_empty() {
            return Err(InvalidAgentPath::End);
        }
        names.split('/').try_for_each(check_agent_name)?;
        Ok(Self(text))
    }
}

fn check_agent_name(name: &str) -> Result<(), InvalidAgentPath> {
    match name {
        "" => Err(InvalidAgentPath::EmptyName),
        "root" | "." | ".." => Err(InvalidAgentPath::ReservedName(name.to_owned())),
        _ if name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') =>
        {
            Ok(())
        }
        _ => Err(InvalidAgentPath::Name(name.to_owned())),
    }
}

impl FromStr for AgentPath {
    type Err = InvalidAgentPath;

    fn from_str(text: &str) -> Result<Self, InvalidAgentPath> {
        Self::try_from(text.to_owned())
    }
}

impl From<AgentPath> for String {
    fn from(path: AgentPath) -> Self {
        path.0
    }
}

impl fmt::Display for AgentPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
