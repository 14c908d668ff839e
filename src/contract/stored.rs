//! The types that a store returns. In JSON, fields are written in the order of the structs, and missing values are written
//! as `null`.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, Serializer};

use super::StoredTurnItemsView;
use crate::protocol::{
    AskForApproval, GitInfo, ReasoningEffort, RolloutItem, SandboxPolicy, SessionSource, Text, ThreadId,
    ThreadSource, TokenUsage, serialize_time,
};

/// A thread, as returned by reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoredThread {
    /// The thread's id.
    pub thread_id: ThreadId,
    /// The file that the thread was read from or is written to. A path that is not UTF-8 is written as `null`.
    #[serde(serialize_with = "utf8_path_or_null")]
    pub rollout_path: Option<PathBuf>,
    /// The thread that this one was forked from.
    pub forked_from_id: Option<ThreadId>,
    /// A short text to show for the thread in lists.
    pub preview: Text,
    /// The name that the user gave it.
    pub name: Option<String>,
    /// The provider of its model.
    pub model_provider: String,
    /// The most recently used model.
    pub model: Option<String>,
    /// The most recently used reasoning effort.
    pub reasoning_effort: Option<ReasoningEffort>,
    /// When the thread began.
    #[serde(serialize_with = "serialize_time")]
    pub created_at: DateTime<Utc>,
    /// When it was last updated.
    #[serde(serialize_with = "serialize_time")]
    pub updated_at: DateTime<Utc>,
    /// When it was archived; `None` if it is not archived.
    pub archived_at: Option<DateTime<Utc>>,
    /// Its working directory; empty if unknown.
    pub cwd: PathBuf,
    /// The version of the program that wrote the thread.
    pub cli_version: String,
    /// What started it.
    pub source: SessionSource,
    /// Who started it.
    pub thread_source: Option<ThreadSource>,
    /// A sub-agent's nickname.
    pub agent_nickname: Option<String>,
    /// A sub-agent's role.
    pub agent_role: Option<String>,
    /// A sub-agent's position in the tree of agents.
    pub agent_path: Option<String>,
    /// The state of its repository.
    pub git_info: Option<GitInfo>,
    /// The approval policy.
    pub approval_mode: AskForApproval,
    /// What the agent's commands may access.
    pub sandbox_policy: SandboxPolicy,
    /// The number of tokens used so far.
    pub token_usage: Option<TokenUsage>,
    /// The user's first message.
    pub first_user_message: Option<Text>,
    /// The history, if the read requested it.
    pub history: Option<StoredThreadHistory>,
}

impl StoredThread {
    /// Creates a thread with defaults for everything but its id and source: strings are empty, optional values are
    /// `None`, approval is `never`, the sandbox is read-only, and both times are `now`.
    ///
    /// To fill in values, use [`ThreadMetadataPatch::apply`](super::ThreadMetadataPatch::apply) or set the fields.
    pub fn new(thread_id: ThreadId, source: SessionSource, now: DateTime<Utc>) -> Self {
        Self {
            thread_id,
            rollout_path: None,
            forked_from_id: None,
            preview: Text::default(),
            name: None,
            model_provider: String::new(),
            model: None,
            reasoning_effort: None,
            created_at: now,
            updated_at: now,
            archived_at: None,
            cwd: PathBuf::new(),
            cli_version: String::new(),
            source,
            thread_source: None,
            agent_nickname: None,
            agent_role: None,
            agent_path: None,
            git_info: None,
            approval_mode: AskForApproval::Never,
            sandbox_policy: SandboxPolicy::new_read_only_policy(),
            token_usage: None,
            first_user_message: None,
            history: None,
        }
    }
}

fn utf8_path_or_null<S: Serializer>(path: &Option<PathBuf>, serializer: S) -> Result<S::Ok, S::Error> {
    path.as_deref()
        .and_then(|path| path.to_str())
        .serialize(serializer)
}

/// A thread's history, in the order in which its items were appended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredThreadHistory {
    /// The thread's id.
    pub thread_id: ThreadId,
    /// All items, each with its original text.
    pub items: Vec<RolloutItem>,
}

/// A page of threads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThreadPage {
    /// The threads.
    pub items: Vec<StoredThread>,
    /// The cursor of the next page; `None` on the last page.
    pub next_cursor: Option<String>,
}

/// One turn of a thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredTurn {
    /// The turn's id.
    pub turn_id: String,
    /// Its items, as selected by `items_view`.
    pub items: Vec<RolloutItem>,
    /// How many of the items are included.
    pub items_view: StoredTurnItemsView,
    /// Whether it is running, and how it ended.
    pub status: StoredTurnStatus,
    /// Why it failed, if it did.
    pub error: Option<StoredTurnError>,
    /// When it started, in seconds since the Unix epoch.
    pub started_at: Option<i64>,
    /// When it ended, in seconds since the Unix epoch.
    pub completed_at: Option<i64>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<i64>,
}

/// A page of turns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TurnPage {
    /// The turns.
    pub turns: Vec<StoredTurn>,
    /// The cursor of the next page; `None` on the last page.
    pub next_cursor: Option<String>,
    /// The cursor of the previous page; `None` on the first page.
    pub backwards_cursor: Option<String>,
}

/// A page of items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ItemPage {
    /// The items.
    pub items: Vec<RolloutItem>,
    /// The cursor of the next page; `None` on the last page.
    pub next_cursor: Option<String>,
    /// The cursor of the previous page; `None` on the first page.
    pub backwards_cursor: Option<String>,
}

/// Why a turn failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredTurnError {
    /// The error message.
    pub message: String,
    /// Additional details.
    pub additional_details: Option<String>,
}

/// The status of a turn. In JSON, the name of the variant (rule S7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StoredTurnStatus {
    /// The turn completed.
    Completed,
    /// The turn was interrupted.
    Interrupted,
    /// The turn failed.
    Failed,
    /// The turn is still running.
    InProgress,
}
