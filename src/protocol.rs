//! What agents write down: ids, sources, policies, token usage, git, with their exact wire forms. Owns no store, no file
//! and no screen.

mod absolute_path;
mod effort;
mod git;
pub mod item;
pub mod json;
pub mod kinds;
mod persistence;
mod policy;
mod source;
mod thread_id;
mod time;
mod tools;
mod usage;
mod user_text;

pub use absolute_path::AbsolutePath;
pub use effort::ReasoningEffort;
pub use git::{GitInfo, GitSha};
pub use item::RolloutItem;
pub use persistence::{ThreadEventPersistenceMode, ThreadMemoryMode, ThreadPersistenceMetadata};
pub use policy::{AskForApproval, GranularApprovalConfig, NetworkAccess, SandboxPolicy};
pub use source::{AgentPath, InternalSource, SessionSource, SubAgentSource, ThreadSource};
pub use thread_id::{SessionId, ThreadId};
pub use time::parse_rollout_time;
pub use tools::{BaseInstructions, DynamicToolSpec};
pub use usage::{TokenUsage, TokenUsageInfo};
pub use user_text::{USER_MESSAGE_BEGIN, user_request};
