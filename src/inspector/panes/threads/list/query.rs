//! The requested threads and their order.

use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::facts::list_title;
use super::groups::{FoldedGroups, Grouping};
use super::marks::Marks;
use super::rows::{AT_ONCE, ThreadRow, ThreadRows};
use crate::inspector::panes::threads::columns::{self, COLUMNS, ColumnValue, ReadText};
use crate::store::{Snapshot, ThreadRecord};
use crate::workbench::query::{ImportedFlags, ThreadFilter, ThreadMatcher};

/// The sort order of the threads: the index of a column in the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sort(usize);

impl Sort {
    /// By last event, newest first.
    pub const UPDATED: Self = Self(0);
    /// By creation time, newest first.
    pub const CREATED: Self = Self(1);
    /// By name, preview or first words of the user.
    pub const NAME: Self = Self(2);
    /// By number of items, most first.
    pub const ITEMS: Self = Self(3);
    /// By id.
    pub const ID: Self = Self(4);

    /// Returns the next sort order.
    pub fn next(self) -> Self {
        Self((self.0 + 1) % COLUMNS.len())
    }

    /// Returns the sort order by the column with a name.
    pub fn named(name: &str) -> Option<Self> {
        columns::named(name).map(Self)
    }

    /// Returns the index of the column.
    pub fn place(self) -> usize {
        self.0
    }

    /// Returns the name.
    pub fn name(self) -> &'static str {
        COLUMNS[self.0].name
    }

    /// Returns the sort key of a thread. Smaller keys come first.
    fn key(self, record: &ThreadRecord) -> SortKey {
        let text = |text: Option<Cow<'_, str>>| match text {
            Some(text) => SortKey::Text(false, text.to_lowercase()),
            None => SortKey::Text(true, String::new()),
        };
        match COLUMNS[self.0].value {
            ColumnValue::Age(time) | ColumnValue::Day(time) => SortKey::newest_first(record, time(record)),
            ColumnValue::Number(number) => SortKey::Number(Reverse(number(record))),
            ColumnValue::Title => text(list_title(record).map(|title| title.text)),
            ColumnValue::Text(read) | ColumnValue::Path(read) => text(read(record)),
            ColumnValue::Id => SortKey::Id,
        }
    }
}

/// The form of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListForm {
    /// A flat list of all threads.
    #[default]
    Flat,
    /// Forks and sub-agents below their parents.
    Tree,
    /// In groups by working directory.
    Projects,
    /// In groups by the origin of their Git repository.
    Origins,
}

impl ListForm {
    const ALL: [Self; 4] = [Self::Flat, Self::Tree, Self::Projects, Self::Origins];

    /// Returns the form with a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }

    /// Returns the name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flat => "flat",
            Self::Tree => "tree",
            Self::Projects => "grouped by cwd",
            Self::Origins => "grouped by origin",
        }
    }

    /// Returns the column whose value the threads of a group have in common, if the list has groups.
    pub fn column(self) -> Option<usize> {
        match self {
            Self::Flat | Self::Tree => None,
            Self::Projects => columns::named("cwd"),
            Self::Origins => columns::named("origin"),
        }
    }

    /// Returns the value that the threads of a group have in common, if the list has groups.
    pub fn groups(self) -> Option<ReadText> {
        match COLUMNS[self.column()?].value {
            ColumnValue::Text(text) | ColumnValue::Path(text) => Some(text),
            _ => None,
        }
    }
}

/// The sort key of a thread. Threads with equal keys are ordered by id.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum SortKey {
    Moment(Reverse<Option<DateTime<Utc>>>, bool),
    Number(Reverse<Option<u64>>),
    Text(bool, String),
    Id,
}

impl SortKey {
    /// Sorts by time, newest first; threads without a time come last, and among equal times those that no list returns.
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
    /// The form of the list.
    pub form: ListForm,
    /// The groups whose threads are hidden.
    pub folded: FoldedGroups,
    /// The threads that are shown.
    pub filter: ThreadFilter,
    /// The marked threads, if the filter asks for them.
    pub marks: Option<Marks>,
    /// What imports know about the threads, if the filter or the groups ask for it.
    pub imported: Option<Arc<ImportedFlags>>,
}

impl ThreadQuery {
    /// Returns whether both queries have the same order.
    pub fn is_ordered_as(&self, other: &Self) -> bool {
        (self.sort, self.reversed) == (other.sort, other.reversed)
    }

    /// Returns whether every thread that matches this query also matches the other query, if both are evaluated at the
    /// same time.
    pub fn narrows(&self, other: &Self) -> bool {
        let has_same_marks = other.marks.is_none() || self.marks == other.marks;
        let has_same_flags = !other.filter.asks_for_imports() || self.imported == other.imported;
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
        if !matches!(COLUMNS[self.sort.0].value, ColumnValue::Id) {
            records.sort_by_cached_key(|record| self.key(record));
        }
        if self.reversed {
            records.reverse();
        }
        records.into_iter().map(ThreadRow::alone).collect()
    }

    /// Returns how threads are grouped, if they are.
    pub fn grouping(&self) -> Option<Grouping<'_>> {
        Some(Grouping {
            value: self.form.groups()?,
            imported: self.imported.as_deref(),
        })
    }

    /// Returns a function that compares a thread with `record` in this order.
    pub fn compare<'a>(&'a self, record: &ThreadRecord) -> impl Fn(&ThreadRecord) -> Ordering + use<'a> {
        let key = self.key(record);
        move |other| self.turned(self.key(other).cmp(&key))
    }

    /// Returns the position of a thread in rows of this order, or the position to insert it.
    pub fn place(&self, rows: &ThreadRows, record: &ThreadRecord) -> Result<usize, usize> {
        let compare = self.compare(record);
        rows.binary_search_by(|row| compare(&row.record))
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
