//! The requested threads and their order.

use std::cmp::{Ordering, Reverse};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::facts::list_title;
use super::marks::Marks;
use super::rows::{AT_ONCE, ThreadRow, ThreadRows};
use crate::store::{Snapshot, ThreadRecord};
use crate::workbench::query::facts::{created_at, items, updated_at};
use crate::workbench::query::{ImportedFlags, ThreadFilter, ThreadMatcher};

/// The sort order of the threads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By last event, newest first.
    #[default]
    Updated,
    /// By creation time, newest first.
    Created,
    /// By name, preview or first words of the user.
    Name,
    /// By number of items, most first.
    Items,
    /// By id.
    Id,
}

impl Sort {
    /// Returns the next sort order.
    pub fn next(self) -> Self {
        match self {
            Sort::Updated => Sort::Created,
            Sort::Created => Sort::Name,
            Sort::Name => Sort::Items,
            Sort::Items => Sort::Id,
            Sort::Id => Sort::Updated,
        }
    }

    /// Returns the name.
    pub fn name(self) -> &'static str {
        match self {
            Sort::Updated => "updated",
            Sort::Created => "created",
            Sort::Name => "name",
            Sort::Items => "items",
            Sort::Id => "id",
        }
    }

    /// Returns the sort key of a thread. Smaller keys come first.
    fn key(self, record: &ThreadRecord) -> SortKey {
        match self {
            Sort::Updated => SortKey::newest_first(record, updated_at(record)),
            Sort::Created => SortKey::newest_first(record, created_at(record)),
            Sort::Items => SortKey::Items(Reverse(items(record))),
            Sort::Name => match list_title(record) {
                Some(title) => SortKey::Name(false, title.text.to_lowercase()),
                None => SortKey::Name(true, String::new()),
            },
            Sort::Id => SortKey::Id,
        }
    }
}

/// The sort key of a thread. Threads with equal keys are ordered by id.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum SortKey {
    Moment(Reverse<Option<DateTime<Utc>>>, bool),
    Items(Reverse<u64>),
    Name(bool, String),
    Id,
}

impl SortKey {
    /// Sorts the newest time first, then threads whose time is the time of the read and threads that no list returns.
    fn newest_first(record: &ThreadRecord, at: Option<DateTime<Utc>>) -> Self {
        Self::Moment(Reverse(at), !record.is_listed())
    }
}

/// The requested threads and their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThreadQuery {
    /// The sort order.
    pub sort: Sort,
    /// Whether the order is reversed.
    pub reversed: bool,
    /// Whether forks and sub-agents are shown below their parents.
    pub tree: bool,
    /// The threads that are shown.
    pub filter: ThreadFilter,
    /// The marked threads, if the filter asks for them.
    pub marks: Option<Marks>,
    /// What imports know about the threads, if the filter asks for it.
    pub imported: Option<Arc<ImportedFlags>>,
}

impl ThreadQuery {
    /// Returns whether both queries have the same order.
    pub fn is_ordered_as(&self, other: &Self) -> bool {
        (self.sort, self.reversed) == (other.sort, other.reversed)
    }

    /// Returns whether every thread that matches this query also matches the other, at the same time.
    pub fn narrows(&self, other: &Self) -> bool {
        let has_same_marks = other.marks.is_none() || self.marks == other.marks;
        let has_same_flags = other.imported.is_none() || self.imported == other.imported;
        has_same_marks && has_same_flags && self.filter.narrows(&other.filter)
    }

    /// Returns a matcher for the threads of a store.
    pub fn matcher(&self, store: &Snapshot) -> ThreadMatcher {
        let matcher = self.filter.matcher(store);
        let matcher = match &self.marks {
            Some(marks) => matcher.with_marks(marks.shared()),
            None => matcher,
        };
        match &self.imported {
            Some(flags) => matcher.with_imported(Arc::clone(flags)),
            None => matcher,
        }
    }

    /// Returns whether these threads are few and short enough to test immediately.
    pub fn is_short<'a>(&self, threads: impl Iterator<Item = &'a Arc<ThreadRecord>>) -> bool {
        let most = AT_ONCE as u64;
        let items = threads.map(|record| self.filter.items_read(record));
        let mut read = 0_u64;
        items.into_iter().all(|items| {
            read = read.saturating_add(items);
            read <= most
        })
    }

    /// Returns threads in the order of the query. The input is ordered by id.
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

    /// Returns the position of a thread in rows of this order, or the position to insert it.
    pub fn place(&self, rows: &ThreadRows, record: &ThreadRecord) -> Result<usize, usize> {
        let key = self.key(record);
        rows.binary_search_by(|row| self.turned(self.key(&row.record).cmp(&key)))
    }

    /// Moves a changed thread to its position in rows of this order. Returns `None` if it is not in the rows.
    pub fn turn(
        &self,
        rows: &mut ThreadRows,
        before: Option<&Arc<ThreadRecord>>,
        after: Option<&Arc<ThreadRecord>>,
    ) {
        let place = before.map(|record| self.place(rows, record));
        if let (Some(before), Some(Ok(at)), Some(after)) = (before, &place, after)
            && self.key(before) == self.key(after)
        {
            rows.set(*at, ThreadRow::alone(after));
            return;
        }
        if let Some(Ok(at)) = place {
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
