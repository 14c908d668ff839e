//! The import of one thread: its create parameters, and its items in batches.

use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::super::find::Source;
use super::super::identity::{id_of, is_header};
use super::super::sources::ThreadSources;
use crate::contract::{AppendThreadItemsParams, CreateThreadParams};
use crate::live::Fold;
use crate::protocol::json::Json;
use crate::protocol::{
    BaseInstructions, RolloutItem, ThreadEventPersistenceMode, ThreadId, ThreadMemoryMode,
    ThreadPersistenceMetadata, parse_rollout_time,
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
    /// The first header of the thread, with its file.
    header: Option<(Source, RolloutItem)>,
    /// The first item that has a time.
    timed: Option<RolloutItem>,
    /// The thread named in the header after the thread's own header, in the current file.
    pub(super) parent: Option<ThreadId>,
    /// Whether the last file is paginated.
    pub(super) is_paginated: bool,
    pub(super) sources: ThreadSources,
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
            header: None,
            timed: None,
            parent: None,
            is_paginated: false,
            sources: ThreadSources::new(id),
        }
    }

    /// Continues a thread that was imported before.
    pub(super) fn continued(known: &ThreadSources) -> Self {
        let read = &known.read;
        Self {
            given: known.items,
            sent: known.items,
            fold: read.fold.clone(),
            is_paginated: read.is_paginated,
            sources: known.clone(),
            ..Self::new(known.thread_id)
        }
    }

    /// Looks at an item of the thread's own file before it is added. `first` is the position of the first item of the
    /// file.
    pub(super) fn look_at(&mut self, item: &RolloutItem, first: usize, file: &Source) {
        if self.timed.is_none() && item.timestamp().is_some() {
            self.timed = Some(item.clone());
        }
        if self.header.is_none() && is_header(item) {
            self.header = Some((file.clone(), item.clone()));
        }
        if self.given == first + 1 && item.kind().outer == "session_meta" {
            self.parent = id_of(item).filter(|id| *id != self.id);
        }
    }

    /// The creation time of a thread whose items have not set it: the time in its header, even if the header has
    /// another id. If that time is not valid, the time of the first line, the time in the file's name or the first time
    /// of any line, in this order, with a sentence about the file.
    pub(super) fn created_at(&self) -> Option<(DateTime<Utc>, Source, Option<String>)> {
        let (file, header) = self.header.clone()?;
        let written = header.payload().and_then(|meta| meta.get("timestamp"));
        let valid = written.and_then(|written| parse_rollout_time(&written.as_str()?));
        if let Some(time) = valid {
            return Some((time, file, None));
        }
        let line = self
            .timed
            .as_ref()
            .and_then(|item| Some((item.timestamp()?, item.line()?)));
        let name = file.name().to_string_lossy();
        let in_name = name
            .strip_prefix("rollout-")
            .and_then(|name| parse_rollout_time(name.get(..19)?));
        let (time, origin) = match (line, in_name) {
            (Some((time, 1)), _) => (time, "the first line".to_owned()),
            (_, Some(time)) => (time, "the name of the file, read as UTC".to_owned()),
            (Some((time, line)), None) => (time, format!("line {line}")),
            (None, None) => return None,
        };
        let fault = match written {
            Some(written) => {
                let written: String = written.text().chars().take(40).collect();
                format!("has the timestamp {written} in its header, which is not a time in a known format")
            }
            None => "has no timestamp in its header".to_owned(),
        };
        let sentence = format!("{fault}, so created_at is taken from {origin}");
        Some((time, file, Some(sentence)))
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
