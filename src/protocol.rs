//! The data that agents write: ids, sources, policies, token usage and git information, with their exact JSON forms. Does
//! not depend on stores, files or screens.

mod absolute_path;
mod compacted;
mod effort;
mod git;
pub mod item;
pub mod json;
pub mod kinds;
pub(crate) mod numbers;
mod permissions;
mod persistence;
mod policy;
mod session_meta;
mod source;
mod text;
mod thread_id;
mod time;
mod tools;
mod turn_context;
mod usage;
mod user_text;

pub use absolute_path::AbsolutePath;
pub use compacted::CompactedItem;
pub use effort::{ReasoningEffort, UnknownEffort};
pub use git::{GitInfo, GitSha};
pub use item::RolloutItem;
pub use permissions::{
    FileSystemSandboxKind, FileSystemSandboxPolicy, ManagedFileSystem, NetworkSandboxPolicy,
    PermissionProfile, SandboxAccess, SandboxEntry, SandboxPath, SpecialPath,
};
pub use persistence::{ThreadEventPersistenceMode, ThreadMemoryMode, ThreadPersistenceMetadata};
pub use policy::{AskForApproval, GranularApprovalConfig, NetworkAccess, SandboxPolicy};
pub use session_meta::{SessionMeta, SessionMetaLine};
pub use source::{
    AgentPath, EmptySource, InternalSource, InvalidAgentPath, SessionSource, SubAgentSource, ThreadSource,
    UnknownThreadSource,
};
pub use text::Text;
pub use thread_id::{SessionId, ThreadId};
pub use time::parse_rollout_time;
pub(crate) use time::serialize_time;
pub use tools::{BaseInstructions, DynamicToolSpec};
pub use turn_context::{
    CollaborationMode, CollaborationSettings, ModeKind, Personality, ReasoningSummary, TruncationPolicy,
    TurnContextItem, TurnContextNetwork,
};
pub use usage::{TokenUsage, TokenUsageInfo};
pub use user_text::{ByteRange, TextElement, USER_MESSAGE_BEGIN, user_request};
