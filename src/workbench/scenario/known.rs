//! The keys of the contract's answers, so that an expectation for a key that does not exist can be reported. The keys
//! are taken from the types of the answers.

use std::sync::LazyLock;

use crate::contract::{ItemPage, OPS, Op, StoredThread, StoredThreadHistory, ThreadPage, TurnPage};
use crate::protocol::{GitInfo, TokenUsage};
use crate::workbench::keys;

const ERROR: &[&str] = &["code", "message"];

/// The keys of all variants of a sandbox policy. The first key determines the variant, so the type has no single list
/// of keys.
pub const SANDBOX: &[&str] = &[
    "type",
    "network_access",
    "writable_roots",
    "exclude_tmpdir_env_var",
    "exclude_slash_tmp",
];

static COUNTERS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let counted = OPS.iter().filter(|row| row.counted);
    counted.map(|row| row.name).collect()
});

/// An object in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// The whole answer to a step with this method; `None` is a step that reads the counters.
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
    /// A value without keys that the contract defines, such as an item.
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

    /// The shape of the value of a key.
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

    /// The shape of the elements of this shape.
    pub fn element(self) -> Shape {
        if self == Shape::ThreadList {
            Shape::Thread
        } else {
            Shape::Free
        }
    }

    /// The keys that the contract defines for an object of this shape; `None` if it defines none.
    pub fn keys(self) -> Option<&'static [&'static str]> {
        Some(match self {
            Shape::Thread => keys::of::<StoredThread>(),
            Shape::History => keys::of::<StoredThreadHistory>(),
            Shape::Threads => keys::of::<ThreadPage>(),
            Shape::Turns => keys::of::<TurnPage>(),
            Shape::Items => keys::of::<ItemPage>(),
            Shape::Error => ERROR,
            Shape::Git => keys::of::<GitInfo>(),
            Shape::Tokens => keys::of::<TokenUsage>(),
            Shape::Sandbox => SANDBOX,
            Shape::Counters => &COUNTERS,
            Shape::Answer(_) | Shape::ThreadList | Shape::Free => return None,
        })
    }

    /// Whether the value of a key is a time.
    pub fn is_moment(self, key: &str) -> bool {
        self == Shape::Thread && matches!(key, "created_at" | "updated_at" | "archived_at")
    }

    /// Whether the value of a key is the current time of the clock until a patch sets it (rule G4).
    pub fn is_clock(self, key: &str) -> bool {
        self == Shape::Thread && matches!(key, "created_at" | "updated_at")
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::Value;

    use super::*;
    use crate::contract::FIELDS;
    use crate::protocol::{AbsolutePath, GitSha, NetworkAccess, SandboxPolicy, SessionSource, ThreadId};
    use crate::store::InMemoryThreadStoreCalls;

    fn written(value: impl serde::Serialize) -> Vec<String> {
        let Value::Object(object) = serde_json::to_value(value).unwrap() else {
            panic!("no object")
        };
        object.keys().cloned().collect()
    }

    /// Asserts that a serialized object has exactly the keys of its shape.
    fn are_known(shape: Shape, value: impl serde::Serialize) {
        let mut known = shape.keys().unwrap().to_vec();
        known.sort_unstable();
        let mut written = written(value);
        written.sort_unstable();
        assert_eq!(known, written);
    }

    #[test]
    fn the_keys_are_those_that_are_written() {
        let id = ThreadId::default();
        let thread = StoredThread::new(id, SessionSource::Cli, DateTime::UNIX_EPOCH);
        are_known(Shape::Thread, thread);
        let items = Vec::new();
        are_known(Shape::History, StoredThreadHistory { thread_id: id, items });
        let (items, next_cursor) = (Vec::new(), None);
        are_known(Shape::Threads, ThreadPage { items, next_cursor });
        let page = TurnPage {
            turns: Vec::new(),
            next_cursor: None,
            backwards_cursor: None,
        };
        are_known(Shape::Turns, page);
        let page = ItemPage {
            items: Vec::new(),
            next_cursor: None,
            backwards_cursor: None,
        };
        are_known(Shape::Items, page);
        let git = GitInfo {
            commit_hash: Some(GitSha::new("")),
            branch: Some(String::new()),
            repository_url: Some(String::new()),
        };
        are_known(Shape::Git, git);
        are_known(Shape::Tokens, TokenUsage::default());
        are_known(Shape::Counters, InMemoryThreadStoreCalls::default());
    }

    #[test]
    fn the_keys_of_a_sandbox_policy_are_those_of_its_forms() {
        let root = AbsolutePath::new("/w").unwrap();
        let mut written: Vec<String> = [
            SandboxPolicy::DangerFullAccess,
            SandboxPolicy::ReadOnly { network_access: true },
            SandboxPolicy::ExternalSandbox {
                network_access: NetworkAccess::Enabled,
            },
            SandboxPolicy::WorkspaceWrite {
                writable_roots: vec![root],
                network_access: true,
                exclude_tmpdir_env_var: true,
                exclude_slash_tmp: true,
            },
        ]
        .into_iter()
        .flat_map(|policy| match policy {
            // A new variant must be added to the list above.
            SandboxPolicy::DangerFullAccess
            | SandboxPolicy::ReadOnly { .. }
            | SandboxPolicy::ExternalSandbox { .. }
            | SandboxPolicy::WorkspaceWrite { .. } => written(policy),
        })
        .collect();
        written.sort_unstable();
        written.dedup();
        let mut known = SANDBOX.to_vec();
        known.sort_unstable();
        assert_eq!(known, written);
    }

    #[test]
    fn every_field_that_reads_show_is_a_key_of_a_thread() {
        for field in FIELDS.iter() {
            let shape = if field.is_part() {
                Shape::Git
            } else {
                Shape::Thread
            };
            if let Some(shown) = field.shown {
                assert!(shape.keys().unwrap().contains(&shown), "{shown}");
            }
        }
    }
}
