//! The groups of threads: by project, with archived threads in a group of their own. Each group has a row above its
//! threads.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::rows::{ThreadRow, ThreadRows};
use crate::inspector::panes::threads::columns::ReadText;
use crate::store::ThreadRecord;
use crate::workbench::query::ImportedFlags;

/// The key of a group.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GroupKey<'a> {
    /// The threads with this value.
    Value(Cow<'a, str>),
    /// The threads without a value.
    NoValue,
    /// The archived threads.
    Archived,
}

impl GroupKey<'_> {
    /// Returns the key with an owned copy of its text.
    fn owned(&self) -> GroupKey<'static> {
        match self {
            Self::Value(text) => GroupKey::Value(Cow::Owned(text.to_string())),
            Self::NoValue => GroupKey::NoValue,
            Self::Archived => GroupKey::Archived,
        }
    }
}

/// The folded groups. A clone costs one pointer.
pub type FoldedGroups = Arc<BTreeSet<GroupKey<'static>>>;

/// The row above the threads of a group.
#[derive(Debug)]
pub struct GroupHead {
    /// The key.
    pub key: GroupKey<'static>,
    /// The number of threads.
    pub count: usize,
    /// Whether the threads are hidden.
    pub is_folded: bool,
}

/// How threads are grouped.
#[derive(Clone, Copy)]
pub struct Grouping<'a> {
    /// The value that the threads of a group have in common.
    pub value: ReadText,
    /// What imports know about the threads.
    pub imported: Option<&'a ImportedFlags>,
}

impl Grouping<'_> {
    /// Returns the group of a thread.
    pub fn key<'a>(&self, record: &'a ThreadRecord) -> GroupKey<'a> {
        match (self.value)(record) {
            _ if self.imported.is_some_and(|flags| flags.is_archived(record)) => GroupKey::Archived,
            Some(text) if !text.is_empty() => GroupKey::Value(text),
            _ => GroupKey::NoValue,
        }
    }
}

/// The positions of the groups among the rows.
#[derive(Clone, Debug, Default)]
pub struct Groups(Arc<HashMap<GroupKey<'static>, GroupPlace>>);

#[derive(Debug)]
struct GroupPlace {
    /// The row of the head.
    head: usize,
    /// The number of visible threads below the head.
    shown: usize,
}

impl Groups {
    /// Returns the row of the head of a group.
    pub fn head(&self, key: &GroupKey<'_>) -> Option<usize> {
        Some(self.0.get(key)?.head)
    }

    /// Returns the row of a thread in a group; `compare` compares a listed thread with this thread. If the group is
    /// folded, returns the row of its head.
    pub fn row_of(
        &self,
        key: &GroupKey<'_>,
        rows: &ThreadRows,
        compare: impl Fn(&ThreadRecord) -> Ordering,
    ) -> Option<usize> {
        let place = self.0.get(key)?;
        if place.shown == 0 {
            return Some(place.head);
        }
        let first = place.head + 1;
        let (mut from, mut to) = (first, first + place.shown);
        while from < to {
            let middle = from + (to - from) / 2;
            match compare(&rows.get(middle)?.record) {
                Ordering::Equal => return Some(middle),
                Ordering::Less => from = middle + 1,
                Ordering::Greater => to = middle,
            }
        }
        None
    }
}

/// Places the threads of each group below its head. Groups and threads keep the order of the threads; archived threads come
/// last.
pub fn gather(found: &ThreadRows, by: Grouping<'_>, folded: &FoldedGroups) -> (ThreadRows, Groups) {
    let mut places: HashMap<GroupKey<'_>, usize> = HashMap::new();
    let mut groups: Vec<Vec<&Arc<ThreadRecord>>> = Vec::new();
    for row in found {
        let place = *places.entry(by.key(&row.record)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[place].push(&row.record);
    }
    let mut keys: Vec<(GroupKey<'_>, usize)> = places.into_iter().collect();
    keys.sort_by_key(|(key, place)| (*key == GroupKey::Archived, *place));
    let mut rows = ThreadRows::new();
    let mut known = HashMap::new();
    for (key, place) in keys {
        let records = &groups[place];
        let key = key.owned();
        let is_folded = folded.contains(&key);
        let shown = if is_folded { 0 } else { records.len() };
        let head = rows.len();
        known.insert(key.clone(), GroupPlace { head, shown });
        let count = records.len();
        rows.push_back(ThreadRow {
            head: Some(Arc::new(GroupHead {
                key,
                count,
                is_folded,
            })),
            ..ThreadRow::alone(records[0])
        });
        rows.extend(records.iter().take(shown).map(|record| ThreadRow::alone(record)));
    }
    (rows, Groups(Arc::new(known)))
}
