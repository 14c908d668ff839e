//! When a thread's metadata is sent to its store: facts at once, the mere sign of life at most every five seconds
//! (contract 9.2, 9.3, 9.5). Keeps what waits to be sent; the sending itself is left to [`super::LiveThread`].

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use super::fold::{Fold, Seen, affects_metadata};
use crate::contract::{CreateThreadParams, GitInfoPatch, ResumeThreadParams, ThreadMetadataPatch};
use crate::protocol::{RolloutItem, ThreadId};

/// How long after one sign of life the next one waits for facts to travel with.
pub const TOUCH_INTERVAL: Duration = Duration::from_secs(5);

/// The version that a thread made by this program carries.
const CLI_VERSION: &str = env!("CARGO_PKG_VERSION");

/// What is known of a live thread's metadata and has not reached the store yet.
#[derive(Debug)]
pub struct MetadataSync {
    thread_id: ThreadId,
    seen: Seen,
    pending: Option<ThreadMetadataPatch>,
    generation: u64,
    /// When the store last took a sign of life.
    touched: Option<Instant>,
    deferral: Deferral,
}

/// What keeps a thread that has said nothing yet from being written by a flush or a shutdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deferral {
    /// Nothing: items have been appended, or there was nothing to write.
    None,
    /// It was only just created.
    Created,
    /// It was only just resumed, and its history told something.
    Resumed,
}

/// A patch on its way to the store.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// What to change.
    pub patch: ThreadMetadataPatch,
    generation: u64,
}

impl MetadataSync {
    /// The state after a create: the facts of the start wait for the first item.
    pub fn created(params: &CreateThreadParams, git: Option<GitInfoPatch>, now: DateTime<Utc>) -> Self {
        let cwd = params.metadata.cwd.clone().unwrap_or_default();
        let source = &params.source;
        let seen = Seen {
            cwd: !cwd.as_os_str().is_empty(),
            ..Seen::default()
        };
        let pending = ThreadMetadataPatch {
            model_provider: Some(params.metadata.model_provider.clone()),
            created_at: Some(now),
            updated_at: Some(now),
            source: Some(source.clone()),
            thread_source: Some(params.thread_source),
            agent_nickname: Some(source.get_nickname()),
            agent_role: Some(source.get_agent_role()),
            agent_path: Some(source.get_agent_path().map(String::from)),
            cwd: Some(cwd),
            cli_version: Some(CLI_VERSION.to_owned()),
            git_info: git,
            memory_mode: Some(params.metadata.memory_mode),
            dynamic_tools: Some(params.dynamic_tools.clone()).filter(|tools| !tools.is_empty()),
            ..ThreadMetadataPatch::default()
        };
        Self {
            thread_id: params.thread_id,
            seen,
            pending: Some(pending),
            generation: 1,
            touched: None,
            deferral: Deferral::Created,
        }
    }

    /// The state after a resume: what the history tells waits for the first item.
    pub fn resumed<'a>(
        params: &ResumeThreadParams,
        history: impl IntoIterator<Item = &'a RolloutItem>,
    ) -> Self {
        let cwd = params
            .metadata
            .cwd
            .as_ref()
            .is_some_and(|cwd: &PathBuf| !cwd.as_os_str().is_empty());
        let mut fold = Fold::with_seen(
            params.thread_id,
            Seen {
                cwd,
                ..Seen::default()
            },
        );
        history.into_iter().for_each(|item| fold.observe(item));
        let seen = fold.seen();
        let pending = Some(fold.into_patch()).filter(|patch| !patch.is_empty());
        Self {
            thread_id: params.thread_id,
            seen,
            generation: u64::from(pending.is_some()),
            deferral: if pending.is_some() {
                Deferral::Resumed
            } else {
                Deferral::None
            },
            pending,
            touched: None,
        }
    }

    /// Takes items in that were appended, and gives what is to be sent now, if anything.
    pub fn observe(
        &mut self,
        items: &[RolloutItem],
        now: DateTime<Utc>,
        instant: Instant,
    ) -> Option<Outgoing> {
        self.deferral = Deferral::None;
        let affecting = items.iter().any(affects_metadata);
        let mut fold = Fold::with_seen(self.thread_id, self.seen);
        if affecting {
            items.iter().for_each(|item| fold.observe(item));
        }
        self.seen = fold.seen();
        let patch = ThreadMetadataPatch {
            updated_at: Some(now),
            ..fold.into_patch()
        };
        let pending = self.pending.get_or_insert_default();
        pending.merge(&patch);
        self.generation += 1;

        let lately = self
            .touched
            .is_some_and(|touched| instant.duration_since(touched) < TOUCH_INTERVAL);
        if !affecting && lately && !holds_facts(pending) {
            return None;
        }
        self.pending()
    }

    /// What waits, whatever keeps it back.
    pub fn pending(&self) -> Option<Outgoing> {
        let patch = self.pending.clone()?;
        Some(Outgoing {
            patch,
            generation: self.generation,
        })
    }

    /// What waits, unless nothing was appended since the thread was created or resumed.
    pub fn ready(&self) -> Option<Outgoing> {
        if self.deferral == Deferral::None {
            self.pending()
        } else {
            None
        }
    }

    /// The store has taken a patch. What came in meanwhile goes on waiting.
    pub fn applied(&mut self, sent: &Outgoing, instant: Instant) {
        if sent.generation == self.generation {
            self.pending = None;
        }
        if sent.patch.updated_at.is_some() {
            self.touched = Some(instant);
        }
    }
}

/// Whether a patch tells more than a sign of life or a name.
fn holds_facts(patch: &ThreadMetadataPatch) -> bool {
    let facts = ThreadMetadataPatch {
        name: None,
        updated_at: None,
        ..patch.clone()
    };
    !facts.is_empty()
}
