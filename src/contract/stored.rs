//! What a store gives back. The order of the fields is the order on the wire; nothing is left out of it, a missing value
//! is an explicit `null`.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, Serializer};

use super::StoredTurnItemsView;
use crate::protocol::{
    AskForApproval, GitInfo, ReasoningEffort, RolloutItem, SandboxPolicy, SessionSource, Text, ThreadId,
    ThreadSource, TokenUsage,
};

/// One thread as a reader sees it: 24 fields.
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
    /// The best short text to show for the thread.
    pub preview: Text,
    /// The name that a person gave it.
    pub name: Option<String>,
    /// The provider of its model.
    pub model_provider: String,
    /// The model that was last seen at work.
    pub model: Option<String>,
    /// The reasoning effort that was last seen.
    pub reasoning_effort: Option<ReasoningEffort>,
    /// When the thread began.
    pub created_at: DateTime<Utc>,
    /// When something last happened in it.
    pub updated_at: DateTime<Utc>,
    /// When it was put away, if it is.
    pub archived_at: Option<DateTime<Utc>>,
    /// The folder that it works in; empty if none is known.
    pub cwd: PathBuf,
    /// The version of the program that wrote it.
    pub cli_version: String,
    /// What started it.
    pub source: SessionSource,
    /// For whom it was started.
    pub thread_source: Option<ThreadSource>,
    /// A sub-agent's nickname.
    pub agent_nickname: Option<String>,
    /// A sub-agent's role.
    pub agent_role: Option<String>,
    /// A sub-agent's place in the tree of agents.
    pub agent_path: Option<String>,
    /// The state of its repository.
    pub git_info: Option<GitInfo>,
    /// When it asks before it acts.
    pub approval_mode: AskForApproval,
    /// What its commands may touch.
    pub sandbox_policy: SandboxPolicy,
    /// Tokens used so far.
    pub token_usage: Option<TokenUsage>,
    /// The first thing that the user said.
    pub first_user_message: Option<Text>,
    /// The history, if it was asked for.
    pub history: Option<StoredThreadHistory>,
}

impl StoredThread {
    /// A thread of which nothing is known but its id and what started it: every text is empty, every optional value
    /// absent, approval is `never`, the sandbox is read-only, and both times are `now`.
    ///
    /// A store fills in what it knows with [`ThreadMetadataPatch::apply`](super::ThreadMetadataPatch::apply), or field
    /// by field.
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

/// A thread's history, in the order in which it was appended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredThreadHistory {
    /// Whose history it is.
    pub thread_id: ThreadId,
    /// Every item, each with the text that it came with.
    pub items: Vec<RolloutItem>,
}

/// A page of threads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThreadPage {
    /// The threads.
    pub items: Vec<StoredThread>,
    /// Where the next page begins, if there is one.
    pub next_cursor: Option<String>,
}

/// One turn of a thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredTurn {
    /// The turn's id.
    pub turn_id: String,
    /// Its items, as far as `items_view` says.
    pub items: Vec<RolloutItem>,
    /// How much of the items is there.
    pub items_view: StoredTurnItemsView,
    /// How it ended, or that it has not.
    pub status: StoredTurnStatus,
    /// Why it failed.
    pub error: Option<StoredTurnError>,
    /// Unix seconds.
    pub started_at: Option<i64>,
    /// Unix seconds.
    pub completed_at: Option<i64>,
    /// Milliseconds.
    pub duration_ms: Option<i64>,
}

/// A page of turns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TurnPage {
    /// The turns.
    pub turns: Vec<StoredTurn>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// Where the page before begins.
    pub backwards_cursor: Option<String>,
}

/// A page of items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ItemPage {
    /// The items.
    pub items: Vec<RolloutItem>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// Where the page before begins.
    pub backwards_cursor: Option<String>,
}

/// Why a turn failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredTurnError {
    /// The error's text.
    pub message: String,
    /// More about it.
    pub additional_details: Option<String>,
}

/// How a turn stands. On the wire by the variant's name (rule S7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StoredTurnStatus {
    /// It ran to its end.
    Completed,
    /// Somebody stopped it.
    Interrupted,
    /// It broke.
    Failed,
    /// It is still running.
    InProgress,
}
