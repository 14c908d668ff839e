//! Where a thread comes from: what started it ([`SessionSource`]), how statistics class it ([`ThreadSource`]) and the
//! place of a sub-agent in its tree ([`AgentPath`]).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ThreadId;

/// A program named itself with a blank text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("session source must not be empty")]
pub struct EmptySource;

/// What started a thread: a program, a person's tool of any name, or another thread.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SessionSource {
    /// The command-line interface.
    Cli,
    /// An editor extension; also what a header without a source means.
    #[default]
    VSCode,
    /// A run without a person at it.
    Exec,
    /// A server that other programs drive.
    Mcp,
    /// Another program, by its name as given.
    Custom(String),
    /// The agent itself, for its own upkeep.
    Internal(InternalSource),
    /// Another thread.
    SubAgent(SubAgentSource),
    /// Any name that this version does not know.
    #[serde(other)]
    Unknown,
}

/// The upkeep for which the agent starts a thread of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InternalSource {
    /// Memories are gathered and condensed.
    MemoryConsolidation,
}

/// Why one thread started another.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubAgentSource {
    /// To review a change.
    Review,
    /// To condense a long history.
    Compact,
    /// To work on a task of its own.
    ThreadSpawn {
        /// The thread that started this one.
        parent_thread_id: ThreadId,
        /// How many threads are above this one.
        depth: i32,
        /// Its place in the tree of agents.
        #[serde(default)]
        agent_path: Option<AgentPath>,
        /// The name that people see.
        #[serde(default)]
        agent_nickname: Option<String>,
        /// The kind of work it does; read from `agent_type` too.
        #[serde(default, alias = "agent_type")]
        agent_role: Option<String>,
    },
    /// To gather and condense memories.
    MemoryConsolidation,
    /// For another reason, by its name as given.
    Other(String),
}

impl SessionSource {
    /// Reads the argument by which a program names itself at its start: trimmed, in any letter case; an unknown name
    /// becomes [`SessionSource::Custom`]. Blank text is refused.
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

    /// The nickname that a spawning thread gave; only a spawned thread has one.
    pub fn get_nickname(&self) -> Option<String> {
        match self {
            Self::SubAgent(SubAgentSource::ThreadSpawn { agent_nickname, .. }) => agent_nickname.clone(),
            _ => None,
        }
    }

    /// The role that a spawning thread gave; only a spawned thread has one.
    pub fn get_agent_role(&self) -> Option<String> {
        match self {
            Self::SubAgent(SubAgentSource::ThreadSpawn { agent_role, .. }) => agent_role.clone(),
            _ => None,
        }
    }

    /// The place in the tree of agents; only a spawned thread has one.
    pub fn get_agent_path(&self) -> Option<AgentPath> {
        match self {
            Self::SubAgent(SubAgentSource::ThreadSpawn { agent_path, .. }) => agent_path.clone(),
            _ => None,
        }
    }

    /// Whether the agent started the thread for its own upkeep.
    pub fn is_internal(&self) -> bool {
        matches!(self, Self::Internal(_))
    }

    /// Whether no person or program outside asked for the thread: upkeep and sub-agents.
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

/// How statistics class a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThreadSource {
    /// A person asked for it.
    User,
    /// Another thread asked for it.
    Subagent,
    /// The upkeep of memories asked for it.
    MemoryConsolidation,
}

impl ThreadSource {
    /// The wire name.
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

/// A text is the name of no [`ThreadSource`].
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

/// The place of an agent in the tree of agents: `/morpheus`, or `/root` with further names below it. Names are of
/// `a-z`, `0-9` and `_`, never empty, never `root`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AgentPath(String);

impl AgentPath {
    /// The place of the thread that a person talks to.
    pub const ROOT: &str = "/root";
    /// The one place outside of that tree.
    pub const MORPHEUS: &str = "/morpheus";

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is no [`AgentPath`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidAgentPath {
    /// It begins otherwise.
    #[error("absolute agent paths must start with `/root` or be `/morpheus`")]
    Start,
    /// It ends with a slash.
    #[error("absolute agent paths must not end with `/`")]
    End,
    /// There is nothing between two slashes.
    #[error("agent names must not be empty")]
    EmptyName,
    /// A name in it means something else.
    #[error("the agent name `{0}` is reserved")]
    ReservedName(String),
    /// A name has a character that names do not have.
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
