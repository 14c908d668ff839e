//! Which keys the contract's answers have, so that an expectation on a key that does not exist can say so.

use crate::contract::{OPS, Op};

const THREAD: &[&str] = &[
    "thread_id",
    "rollout_path",
    "forked_from_id",
    "preview",
    "name",
    "model_provider",
    "model",
    "reasoning_effort",
    "created_at",
    "updated_at",
    "archived_at",
    "cwd",
    "cli_version",
    "source",
    "thread_source",
    "agent_nickname",
    "agent_role",
    "agent_path",
    "git_info",
    "approval_mode",
    "sandbox_policy",
    "token_usage",
    "first_user_message",
    "history",
];
const HISTORY: &[&str] = &["thread_id", "items"];
const THREADS: &[&str] = &["items", "next_cursor"];
const TURNS: &[&str] = &["turns", "next_cursor", "backwards_cursor"];
const ITEMS: &[&str] = &["items", "next_cursor", "backwards_cursor"];
const ERROR: &[&str] = &["code", "message"];
const GIT: &[&str] = &["commit_hash", "branch", "repository_url"];
pub const TOKENS: &[&str] = &[
    "input_tokens",
    "cached_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "total_tokens",
];
pub const SANDBOX: &[&str] = &[
    "type",
    "network_access",
    "writable_roots",
    "exclude_tmpdir_env_var",
    "exclude_slash_tmp",
];

/// An object of the contract inside an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// The answer itself: the result of this method; `None` is that of `calls`.
    Answer(Option<Op>),
    Error,
    Counters,
    Thread,
    Threads,
    History,
    Turns,
    Items,
    Git,
    Tokens,
    Sandbox,
    /// A list of threads.
    ThreadList,
    /// Anything that the contract gives no keys to, items above all.
    Free,
}

impl Shape {
    /// The shape of a method's result.
    fn of(op: Option<Op>) -> Shape {
        match op {
            None => Shape::Counters,
            Some(
                Op::ReadThread | Op::ReadThreadByRolloutPath | Op::UpdateThreadMetadata | Op::UnarchiveThread,
            ) => Shape::Thread,
            Some(Op::LoadHistory) => Shape::History,
            Some(Op::ListThreads) => Shape::Threads,
            Some(Op::ListTurns) => Shape::Turns,
            Some(Op::ListItems) => Shape::Items,
            Some(_) => Shape::Free,
        }
    }

    /// The shape under a key of this one.
    pub fn under(self, key: &str) -> Shape {
        match (self, key) {
            (Shape::Answer(op), "result") => Shape::of(op),
            (Shape::Answer(_), "error") => Shape::Error,
            (Shape::Answer(_), "calls" | "moved") => Shape::Counters,
            (Shape::Threads, "items") => Shape::ThreadList,
            (Shape::Thread, "history") => Shape::History,
            (Shape::Thread, "git_info") => Shape::Git,
            (Shape::Thread, "token_usage") => Shape::Tokens,
            (Shape::Thread, "sandbox_policy") => Shape::Sandbox,
            _ => Shape::Free,
        }
    }

    /// The shape of an element of this one.
    pub fn element(self) -> Shape {
        if self == Shape::ThreadList {
            Shape::Thread
        } else {
            Shape::Free
        }
    }

    /// The keys that the contract gives to an object of this shape; `None` where it says nothing.
    pub fn keys(self) -> Option<Vec<&'static str>> {
        Some(match self {
            Shape::Thread => THREAD.to_vec(),
            Shape::History => HISTORY.to_vec(),
            Shape::Threads => THREADS.to_vec(),
            Shape::Turns => TURNS.to_vec(),
            Shape::Items => ITEMS.to_vec(),
            Shape::Error => ERROR.to_vec(),
            Shape::Git => GIT.to_vec(),
            Shape::Tokens => TOKENS.to_vec(),
            Shape::Sandbox => SANDBOX.to_vec(),
            Shape::Counters => OPS.iter().filter(|row| row.counted).map(|row| row.name).collect(),
            Shape::Answer(_) | Shape::ThreadList | Shape::Free => return None,
        })
    }

    /// Whether the value under a key is a moment.
    pub fn is_moment(self, key: &str) -> bool {
        self == Shape::Thread && matches!(key, "created_at" | "updated_at" | "archived_at")
    }

    /// Whether the value under a key is the clock at reading until a patch sets it (rule G4).
    pub fn is_clock(self, key: &str) -> bool {
        self == Shape::Thread && matches!(key, "created_at" | "updated_at")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::FIELDS;

    #[test]
    fn every_field_that_reads_show_is_a_key_of_a_thread() {
        for field in FIELDS.iter().filter(|field| !field.is_part()) {
            if let Some(shown) = field.shown {
                assert!(THREAD.contains(&shown), "{shown}");
            }
        }
        for part in FIELDS.iter().filter(|field| field.is_part()) {
            assert!(
                part.shown.is_some_and(|shown| GIT.contains(&shown)),
                "{}",
                part.name
            );
        }
    }
}
