//! Decides when to send a thread's metadata to its store: new values at once, but a change of updated_at alone not more often
//! than every five seconds (contract 9.2, 9.3, 9.5). Keeps the pending patch; [`super::LiveThread`] sends it.

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use super::fold::{Fold, SeenValues, affects_metadata};
use crate::contract::{CreateThreadParams, GitInfoPatch, ResumeThreadParams, ThreadMetadataPatch};
use crate::protocol::{RolloutItem, ThreadId};

/// The minimum time between two patches that only change updated_at.
pub const TOUCH_INTERVAL: Duration = Duration::from_secs(5);

/// The cli_version of threads created by this program.
const CLI_VERSION: &str = env!("CARGO_PKG_VERSION");

/// The metadata of a live thread that has not been sent to the store yet.
#[derive(Debug)]
pub struct MetadataSync {
    thread_id: ThreadId,
    seen: SeenValues,
    pending: Option<ThreadMetadataPatch>,
    generation: u64,
    /// When updated_at was last sent to the store.
    touched: Option<Instant>,
    deferral: Deferral,
}

/// Why a flush or shutdown does not send the metadata of a thread to which nothing was appended yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deferral {
    /// The metadata is sent: items have been appended, or there was nothing to send.
    None,
    /// The thread was only created.
    Created,
    /// The thread was only resumed, and its history gave metadata.
    Resumed,
}

/// A patch to send to the store.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The patch.
    pub patch: ThreadMetadataPatch,
    generation: u64,
}

impl MetadataSync {
    /// The state after a create: the initial metadata is sent with the first item.
    pub fn created(params: &CreateThreadParams, git: Option<GitInfoPatch>, now: DateTime<Utc>) -> Self {
        let cwd = params.metadata.cwd.clone().unwrap_or_default();
        let source = &params.source;
        let seen = SeenValues {
            cwd: !cwd.as_os_str().is_empty(),
            ..SeenValues::default()
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

    /// The state after a resume: metadata from the history is sent with the first item.
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
            SeenValues {
                cwd,
                ..SeenValues::default()
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

    /// Reads appended items and returns the patch to send now, if any.
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

    /// The pending patch, even if it should not be sent yet.
    pub fn pending(&self) -> Option<Outgoing> {
        let patch = self.pending.clone()?;
        Some(Outgoing {
            patch,
            generation: self.generation,
        })
    }

    /// The pending patch; `None` if nothing was appended since the thread was created or resumed.
    pub fn ready(&self) -> Option<Outgoing> {
        if self.deferral == Deferral::None {
            self.pending()
        } else {
            None
        }
    }

    /// Records that the store has applied a patch. Changes that were observed in the meantime stay pending.
    pub fn applied(&mut self, sent: &Outgoing, instant: Instant) {
        if sent.generation == self.generation {
            self.pending = None;
        }
        if sent.patch.updated_at.is_some() {
            self.touched = Some(instant);
        }
    }
}

/// Whether a patch contains more than updated_at and the name.
fn holds_facts(patch: &ThreadMetadataPatch) -> bool {
    let facts = ThreadMetadataPatch {
        name: None,
        updated_at: None,
        ..patch.clone()
    };
    !facts.is_empty()
}
