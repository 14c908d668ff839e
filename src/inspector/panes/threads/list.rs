//! The list of threads: which are shown, in which order, which is selected, which are marked.
//!
//! The order is made anew only when the store, the order asked for or the filter has changed; a frame reads the rows
//! that it shows. Drawing is the pane's matter.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::inspector::cursor::Cursor;
use crate::protocol::{SessionSource, SubAgentSource, ThreadId};
use crate::store::{Snapshot, ThreadRecord};

/// What the threads are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The last event, the newest first.
    #[default]
    Updated,
    /// The beginning, the newest first.
    Created,
    /// The name or the preview.
    Name,
    /// The number of items, the most first.
    Items,
    /// The id.
    Id,
}

impl Sort {
    /// The next way to sort.
    pub fn next(self) -> Self {
        match self {
            Sort::Updated => Sort::Created,
            Sort::Created => Sort::Name,
            Sort::Name => Sort::Items,
            Sort::Items => Sort::Id,
            Sort::Id => Sort::Updated,
        }
    }

    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Sort::Updated => "updated",
            Sort::Created => "created",
            Sort::Name => "name",
            Sort::Items => "items",
            Sort::Id => "id",
        }
    }
}

/// One row.
#[derive(Clone, Debug)]
pub struct ThreadRow {
    /// The thread.
    pub record: Arc<ThreadRecord>,
    /// How many threads it hangs below, in the tree.
    pub depth: usize,
}

/// The list.
#[derive(Clone, Debug, Default)]
pub struct ThreadList {
    /// What is shown.
    pub rows: Vec<ThreadRow>,
    /// The selected row and the first visible one.
    pub cursor: Cursor,
    /// What it is sorted by.
    pub sort: Sort,
    /// Whether the order is turned round.
    pub reversed: bool,
    /// Whether forks and sub-agents hang below their parents.
    pub tree: bool,
    /// The words that a row must hold.
    pub filter: String,
    /// The text that was looked for last.
    pub needle: String,
    /// The marked threads.
    pub marked: HashSet<ThreadId>,
    /// Whether the person has moved the cursor; until then it stays on the first row, whatever comes before it.
    pub moved: bool,
    /// The thread that the cursor is on, wherever it goes.
    selected: Option<ThreadId>,
    made_from: Option<Made>,
}

/// What the rows were made from.
#[derive(Clone, Debug, PartialEq)]
struct Made {
    version: u64,
    sort: Sort,
    reversed: bool,
    tree: bool,
    filter: String,
}

impl ThreadList {
    /// Makes the rows of a snapshot if something has changed; `version` tells one snapshot from another. The cursor stays
    /// on its thread. Returns whether the rows were made.
    pub fn refresh(&mut self, snapshot: &Snapshot, version: u64) -> bool {
        let made = Made {
            version,
            sort: self.sort,
            reversed: self.reversed,
            tree: self.tree,
            filter: self.filter.clone(),
        };
        if self.made_from.as_ref() == Some(&made) {
            self.selected = self.row().map(|row| row.record.id);
            return false;
        }
        let selected = match &self.made_from {
            // The cursor may have been moved since the rows were made.
            Some(_) => self.row().map(|row| row.record.id).or(self.selected),
            None => self.selected,
        };
        self.made_from = Some(made);
        let words: Vec<String> = self.filter.split_whitespace().map(str::to_lowercase).collect();
        let mut records: Vec<Arc<ThreadRecord>> = snapshot
            .threads()
            .filter(|record| words.is_empty() || holds(record, &words))
            .cloned()
            .collect();
        self.order(&mut records);
        self.rows = match self.tree {
            true => grow(records),
            false => records
                .into_iter()
                .map(|record| ThreadRow { record, depth: 0 })
                .collect(),
        };
        if !self.moved {
            self.cursor.at = 0;
        } else if let Some(at) = selected.and_then(|id| self.rows.iter().position(|row| row.record.id == id))
        {
            self.cursor.at = at;
        }
        self.cursor.at = self.cursor.at.min(self.rows.len().saturating_sub(1));
        self.selected = self.row().map(|row| row.record.id).or(selected);
        true
    }

    fn order(&self, records: &mut [Arc<ThreadRecord>]) {
        match self.sort {
            Sort::Id => {}
            Sort::Updated => records.sort_by_key(|record| newest_first(record, updated_at(record))),
            Sort::Created => records.sort_by_key(|record| newest_first(record, created_at(record))),
            Sort::Items => records.sort_by_key(|record| Reverse(items(record))),
            Sort::Name => records.sort_by_cached_key(|record| match label(record) {
                Some(text) => (false, text.to_lowercase()),
                None => (true, String::new()),
            }),
        }
        if self.reversed {
            records.reverse();
        }
    }

    /// The selected row.
    pub fn row(&self) -> Option<&ThreadRow> {
        self.rows.get(self.cursor.at)
    }

    /// Selects a thread if it is shown.
    pub fn select(&mut self, id: ThreadId) -> bool {
        self.moved = true;
        let at = self.rows.iter().position(|row| row.record.id == id);
        self.cursor.at = at.unwrap_or(self.cursor.at);
        at.is_some()
    }

    /// Marks the selected thread, or takes its mark away, and goes to the next row.
    pub fn mark(&mut self) {
        self.moved = true;
        if let Some(id) = self.row().map(|row| row.record.id) {
            if !self.marked.remove(&id) {
                self.marked.insert(id);
            }
            self.cursor.at = (self.cursor.at + 1).min(self.rows.len().saturating_sub(1));
        }
    }

    /// Goes to the next row that holds a text, or to the one before, round the end. False if no row holds it.
    pub fn find(&mut self, text: &str, forward: bool, from_here: bool) -> bool {
        let words = [text.to_lowercase()];
        let count = self.rows.len();
        let skip = usize::from(!from_here);
        for step in skip..count + skip {
            let at = match forward {
                true => (self.cursor.at + step) % count,
                false => (self.cursor.at + count - step % count) % count,
            };
            if self.rows.get(at).is_some_and(|row| holds(&row.record, &words)) {
                self.cursor.at = at;
                return true;
            }
        }
        false
    }
}

/// The best short text for a thread: its name, its preview, the first thing that the user said.
pub fn label(record: &ThreadRecord) -> Option<&str> {
    let patch = record.patch.as_deref();
    let candidates = [
        record.name(),
        patch.and_then(|patch| patch.preview.as_deref()),
        patch.and_then(|patch| patch.first_user_message.as_deref()),
    ];
    candidates
        .into_iter()
        .flatten()
        .find(|text| !text.trim().is_empty())
}

/// The moment that a patch gave as the thread's last event.
pub fn updated_at(record: &ThreadRecord) -> Option<DateTime<Utc>> {
    record.patch.as_ref()?.updated_at
}

/// The moment that a patch gave as the thread's beginning.
pub fn created_at(record: &ThreadRecord) -> Option<DateTime<Utc>> {
    record.patch.as_ref()?.created_at
}

/// How many items its history has.
pub fn items(record: &ThreadRecord) -> usize {
    record.history.as_ref().map_or(0, |history| history.len())
}

/// What started the thread, as a read shows it.
pub fn source(record: &ThreadRecord) -> Option<&SessionSource> {
    let patched = record.patch.as_ref().and_then(|patch| patch.source.as_ref());
    patched.or(record.create.as_ref().map(|create| &create.source))
}

/// The thread below which this one hangs: the one that it was forked from, or whose agent spawned it.
pub fn parent(record: &ThreadRecord) -> Option<ThreadId> {
    match source(record) {
        Some(SessionSource::SubAgent(SubAgentSource::ThreadSpawn { parent_thread_id, .. })) => {
            Some(*parent_thread_id)
        }
        _ => record.create.as_ref()?.forked_from_id,
    }
}

/// The newest moment first; behind them threads whose moment is the clock at reading, and those that no list shows.
fn newest_first(record: &ThreadRecord, at: Option<DateTime<Utc>>) -> (Reverse<Option<DateTime<Utc>>>, bool) {
    (Reverse(at), !record.is_listed())
}

fn holds(record: &ThreadRecord, words: &[String]) -> bool {
    let patch = record.patch.as_deref();
    let mut text = record.id.to_string();
    let mut add = |part: Option<&str>| {
        if let Some(part) = part {
            text.push('\n');
            text.push_str(part);
        }
    };
    add(label(record));
    add(patch.and_then(|patch| patch.preview.as_deref()));
    add(patch
        .and_then(|patch| patch.cwd.as_deref())
        .and_then(Path::to_str));
    add(patch.and_then(|patch| patch.model.as_deref()));
    add(patch.and_then(|patch| patch.agent_nickname.as_ref()?.as_deref()));
    add(source(record).map(|source| source.to_string()).as_deref());
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word.as_str()))
}

/// Hangs each thread below its parent, if that is among them; the order among brothers stays. A ring of parents is cut
/// where its first thread stands.
fn grow(records: Vec<Arc<ThreadRecord>>) -> Vec<ThreadRow> {
    let known: HashSet<ThreadId> = records.iter().map(|record| record.id).collect();
    let mut children: HashMap<ThreadId, Vec<Arc<ThreadRecord>>> = HashMap::new();
    let mut roots = Vec::new();
    for record in &records {
        match parent(record).filter(|parent| known.contains(parent) && *parent != record.id) {
            Some(parent) => children.entry(parent).or_default().push(Arc::clone(record)),
            None => roots.push(Arc::clone(record)),
        }
    }
    let mut rows = Vec::with_capacity(records.len());
    let mut placed = HashSet::new();
    // What hangs in a ring has no root; it is taken up at the end, in order.
    for root in roots.into_iter().chain(records) {
        let mut waiting = vec![(root, 0)];
        while let Some((record, depth)) = waiting.pop() {
            if !placed.insert(record.id) {
                continue;
            }
            for child in children.remove(&record.id).unwrap_or_default().into_iter().rev() {
                waiting.push((child, depth + 1));
            }
            rows.push(ThreadRow { record, depth });
        }
    }
    rows
}
