//! Which threads one wishes to see, and in which order.

use std::cmp::{Ordering, Reverse};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::facts::{created_at, items, label, updated_at};
use super::rows::{ThreadRow, ThreadRows};
use crate::store::ThreadRecord;

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

    /// By what a thread is sorted; what is less comes first.
    fn key(self, record: &ThreadRecord) -> SortKey {
        match self {
            Sort::Updated => SortKey::newest_first(record, updated_at(record)),
            Sort::Created => SortKey::newest_first(record, created_at(record)),
            Sort::Items => SortKey::Items(Reverse(items(record))),
            Sort::Name => match label(record) {
                Some(text) => SortKey::Name(false, text.to_lowercase()),
                None => SortKey::Name(true, String::new()),
            },
            Sort::Id => SortKey::Id,
        }
    }
}

/// By what threads are sorted; those of equal keys stand in the order of their ids.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum SortKey {
    Moment(Reverse<Option<DateTime<Utc>>>, bool),
    Items(Reverse<usize>),
    Name(bool, String),
    Id,
}

impl SortKey {
    /// The newest moment first; behind them threads whose moment is the clock at reading, and those that no list shows.
    fn newest_first(record: &ThreadRecord, at: Option<DateTime<Utc>>) -> Self {
        Self::Moment(Reverse(at), !record.is_listed())
    }
}

/// Which threads are wished for, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThreadQuery {
    /// What they are sorted by.
    pub sort: Sort,
    /// Whether the order is turned round.
    pub reversed: bool,
    /// Whether forks and sub-agents hang below their parents.
    pub tree: bool,
    /// The words that a thread must hold.
    pub filter: String,
}

impl ThreadQuery {
    /// Whether this wish and another one have the threads in the same order.
    pub fn is_ordered_as(&self, other: &Self) -> bool {
        (self.sort, self.reversed) == (other.sort, other.reversed)
    }

    /// Whether all that this wish shows is among what another one shows.
    pub fn narrows(&self, other: &Self) -> bool {
        let held = |word: &str| self.filter.split_whitespace().any(|longer| longer.contains(word));
        other.filter.split_whitespace().all(held)
    }

    /// Threads in the order of the wish; they come in the order of their ids.
    pub fn order<'a>(&self, threads: impl Iterator<Item = &'a Arc<ThreadRecord>>) -> ThreadRows {
        let mut records: Vec<&Arc<ThreadRecord>> = threads.collect();
        if self.sort != Sort::Id {
            records.sort_by_cached_key(|record| self.key(record));
        }
        if self.reversed {
            records.reverse();
        }
        records.into_iter().map(ThreadRow::alone).collect()
    }

    /// The place of a thread in rows of this order, or the place where it belongs.
    pub fn place(&self, rows: &ThreadRows, record: &ThreadRecord) -> Result<usize, usize> {
        let key = self.key(record);
        rows.binary_search_by(|row| self.turned(self.key(&row.record).cmp(&key)))
    }

    /// Takes a thread that has changed to its place in rows of this order; `None` where it is not among them.
    pub fn turn(
        &self,
        rows: &mut ThreadRows,
        before: Option<&Arc<ThreadRecord>>,
        after: Option<&Arc<ThreadRecord>>,
    ) {
        if let Some(Ok(at)) = before.map(|record| self.place(rows, record)) {
            rows.remove(at);
        }
        if let Some((record, Err(at))) = after.map(|record| (record, self.place(rows, record))) {
            rows.insert(at, ThreadRow::alone(record));
        }
    }

    fn key(&self, record: &ThreadRecord) -> (SortKey, Uuid) {
        (self.sort.key(record), record.id.uuid())
    }

    fn turned(&self, order: Ordering) -> Ordering {
        match self.reversed {
            true => order.reverse(),
            false => order,
        }
    }
}
