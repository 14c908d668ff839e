//! The import of one thread: its create parameters, and its items in batches.

use std::path::PathBuf;

use chrono::{DateTime, Utc};

use crate::contract::{AppendThreadItemsParams, CreateThreadParams};
use crate::live::Fold;
use crate::protocol::json::Json;
use crate::protocol::{
    BaseInstructions, RolloutItem, ThreadEventPersistenceMode, ThreadId, ThreadMemoryMode,
    ThreadPersistenceMetadata,
};

/// The maximum number of items in one append.
pub const BATCH_ITEMS: usize = 4096;

/// The size in bytes at which an append is sent, even if it has not reached the maximum number of items.
pub const BATCH_BYTES: usize = 4 << 20;

/// The items of one thread during its import.
pub(super) struct PendingItems {
    pub(super) id: ThreadId,
    items: Vec<RolloutItem>,
    bytes: usize,
    pub(super) given: usize,
    pub(super) sent: usize,
    pub(super) fold: Fold,
    /// The time of the last line that has one.
    pub(super) last: Option<DateTime<Utc>>,
}

impl PendingItems {
    pub(super) fn new(id: ThreadId) -> Self {
        Self {
            id,
            items: Vec::new(),
            bytes: 0,
            given: 0,
            sent: 0,
            fold: Fold::new(id),
            last: None,
        }
    }

    /// Adds an item. Returns true once the batch is full.
    pub(super) fn push(&mut self, item: RolloutItem) -> bool {
        self.fold.observe(&item);
        self.bytes += item.len();
        self.given += 1;
        self.items.push(item);
        self.items.len() >= BATCH_ITEMS || self.bytes >= BATCH_BYTES
    }

    pub(super) fn take(&mut self) -> Option<AppendThreadItemsParams> {
        let items = std::mem::take(&mut self.items);
        self.bytes = 0;
        self.last = items.iter().rev().find_map(RolloutItem::timestamp).or(self.last);
        (!items.is_empty()).then_some(AppendThreadItemsParams {
            thread_id: self.id,
            items,
        })
    }
}

/// The create parameters of a thread, from its header. A bare header contains none of them.
pub(super) fn creation(thread_id: ThreadId, header: Option<&RolloutItem>) -> CreateThreadParams {
    let meta = header
        .filter(|header| header.is_wrapped())
        .and_then(RolloutItem::payload);
    let field = |key| meta.and_then(|meta| meta.get(key));
    let text = |key| field(key).and_then(Json::as_str).filter(|text| !text.is_empty());
    CreateThreadParams {
        thread_id,
        forked_from_id: field("forked_from_id").and_then(|json| json.decode().ok()),
        source: field("source")
            .and_then(|json| json.decode().ok())
            .unwrap_or_default(),
        thread_source: field("thread_source").and_then(|json| json.decode().ok()),
        base_instructions: BaseInstructions { text: String::new() },
        dynamic_tools: field("dynamic_tools")
            .and_then(|json| json.decode().ok())
            .unwrap_or_default(),
        metadata: ThreadPersistenceMetadata {
            cwd: text("cwd").map(|cwd| PathBuf::from(cwd.as_ref())),
            model_provider: text("model_provider").unwrap_or_default().into_owned(),
            memory_mode: field("memory_mode")
                .and_then(|json| json.decode().ok())
                .unwrap_or(ThreadMemoryMode::Enabled),
        },
        event_persistence_mode: ThreadEventPersistenceMode::Limited,
    }
}
