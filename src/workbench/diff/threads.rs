//! Compares two threads, or one thread at two points in time: their metadata, accumulated patches and histories. Also
//! compares the whole store at two points in time.

use std::ops::ControlFlow;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::digest::hash;
use super::{Comparison, NamedValue, Section, Side, align};
use crate::contract::{Change, FIELDS, Field, ThreadMetadataPatch, UpdateThreadMetadataParams};
use crate::protocol::json::{Json, text_of};
use crate::protocol::{RolloutItem, ThreadId};
use crate::store::{History, Snapshot};
use crate::workbench::effect::ThreadView;

/// The note for a time that no patch has set.
pub const CLOCK: &str = "time of the read";

/// A thread at one point in time.
#[derive(Clone, Debug)]
pub struct ThreadVersion {
    /// The title of the thread.
    pub title: String,
    /// The store that contains the thread.
    pub store: Snapshot,
    /// The id of the thread.
    pub id: ThreadId,
}

/// Receives progress: the number of items read and the total. If the function returns `Break`, the comparison is
/// cancelled.
pub type DiffProgressFn<'a> = &'a mut dyn FnMut(usize, usize) -> ControlFlow<()>;

/// Compares two threads. Returns `None` if `tell` cancelled the comparison.
pub fn threads(left: &ThreadVersion, right: &ThreadVersion, tell: DiffProgressFn<'_>) -> Option<Comparison> {
    let facts = |seen: &ThreadVersion| ThreadFacts::new(&seen.store, seen.id);
    let (lefts, rights) = (facts(left), facts(right));
    let history = |seen: &ThreadVersion| {
        let record = seen.store.thread(seen.id);
        record
            .and_then(|record| record.history.clone())
            .unwrap_or_default()
    };
    Some(Comparison {
        left: left.title.clone(),
        right: right.title.clone(),
        sections: vec![
            Section::of_entries("What a read shows", lefts.shown, rights.shown),
            Section::of_entries("Accumulated patch", lefts.patch, rights.patch),
            histories(history(left), history(right), tell)?,
        ],
    })
}

/// Compares a store at two points in time; `touched` are the threads that changed between them.
pub fn stores(left: (String, &Snapshot), right: (String, &Snapshot), touched: &[ThreadId]) -> Comparison {
    let threads = |store: &Snapshot| -> Vec<NamedValue> {
        let known = touched.iter().filter(|id| store.thread(**id).is_some());
        known
            .map(|id| NamedValue::new(id.to_string(), ThreadFacts::new(store, *id).json()))
            .collect()
    };
    let counters = |store: &Snapshot| -> Vec<NamedValue> {
        let calls = text_of(&store.calls());
        let each = Json::trusted(&calls).members();
        each.map(|(name, count)| NamedValue::new(name.into_owned(), count.text().to_string()))
            .collect()
    };
    Comparison {
        sections: vec![
            Section::of_entries("Threads that changed", threads(left.1), threads(right.1)),
            Section::of_entries("Calls", counters(left.1), counters(right.1)),
        ],
        left: left.0,
        right: right.0,
    }
}

/// Compares the metadata of a thread before and after a patch is applied to it.
pub fn patched(store: &Snapshot, id: ThreadId, patch: &ThreadMetadataPatch) -> Comparison {
    let then = after(store, id, patch);
    let (before, after) = (ThreadFacts::new(store, id), ThreadFacts::new(&then, id));
    Comparison {
        left: "before".to_string(),
        right: "after".to_string(),
        sections: vec![
            Section::of_entries("What a read shows", before.shown, after.shown),
            Section::of_entries("Accumulated patch", before.patch, after.patch),
        ],
    }
}

/// The store after a patch is applied to a thread.
fn after(store: &Snapshot, id: ThreadId, patch: &ThreadMetadataPatch) -> Snapshot {
    store.after_update(&UpdateThreadMetadataParams {
        thread_id: id,
        patch: patch.clone(),
        include_archived: false,
    })
}

/// Compares one field of a thread before and after a patch is applied to it.
pub fn field(store: &Snapshot, id: ThreadId, field: &Field, patch: &ThreadMetadataPatch) -> Comparison {
    let then = after(store, id, patch);
    let views = [store, &then].map(|store| ThreadView::new(store, id));
    let [shown_before, shown_after] =
        [&views[0], &views[1]].map(|view| Vec::from_iter(shown_value(view, field)));
    let accumulated = |view: &ThreadView<'_>| Vec::from_iter(patch_value(field, view.accumulated(field)));
    let said = Vec::from_iter(patch_value(field, field.get(patch)));
    Comparison {
        left: "before".to_string(),
        right: "after".to_string(),
        sections: vec![
            Section::of_entries("What a read shows", shown_before, shown_after),
            Section::of_entries("This patch", Vec::new(), said),
            Section::of_entries(
                "Accumulated patch",
                accumulated(&views[0]),
                accumulated(&views[1]),
            ),
        ],
    }
}

/// The value of a field that a read shows.
fn shown_value(view: &ThreadView<'_>, field: &Field) -> Option<NamedValue> {
    let value = NamedValue::new(field.name.to_string(), view.shown(field)?);
    Some(match view.is_clock(field) {
        true => value.noted(CLOCK),
        false => value,
    })
}

/// What a patch does to a field, if it does anything.
fn patch_value(field: &Field, change: Change) -> Option<NamedValue> {
    let value = |text| NamedValue::new(field.name.to_string(), text);
    match change {
        Change::Leave => None,
        Change::Clear => Some(value("null".to_string()).noted("cleared")),
        Change::Set(text) => Some(value(text)),
    }
}

/// A thread without its items.
struct ThreadFacts {
    shown: Vec<NamedValue>,
    patch: Vec<NamedValue>,
    items: usize,
}

impl ThreadFacts {
    fn new(store: &Snapshot, id: ThreadId) -> Self {
        let view = ThreadView::new(store, id);
        let record = store.thread(id);
        let created = record.is_some_and(|record| record.is_listed());
        let mut shown = vec![NamedValue::new("created".to_string(), created.to_string())];
        shown.extend(
            view.key("forked_from_id")
                .map(|value| NamedValue::new("forked_from_id".to_string(), value)),
        );
        let (mut patch, fields) = (Vec::new(), FIELDS.iter());
        for field in fields.filter(|field| field.is_part() || field.name != "git_info") {
            shown.extend(shown_value(&view, field));
            patch.extend(patch_value(field, view.accumulated(field)));
        }
        let paths: Vec<_> = record
            .into_iter()
            .flat_map(|record| record.rollout_paths())
            .map(|path| path.to_string_lossy())
            .collect();
        if !paths.is_empty() {
            shown.push(NamedValue::new("registered paths".to_string(), text_of(&paths)));
        }
        let history = record.and_then(|record| record.history.as_ref());
        Self {
            shown,
            patch,
            items: history.map_or(0, History::len),
        }
    }

    fn json(&self) -> String {
        text_of(&ThreadFactsJson {
            shown: NamedValuesJson(&self.shown),
            patch: NamedValuesJson(&self.patch),
            items: self.items,
        })
    }
}

#[derive(Serialize)]
struct ThreadFactsJson<'a> {
    shown: NamedValuesJson<'a>,
    patch: NamedValuesJson<'a>,
    items: usize,
}

/// Entries, serialized as the members of an object. A note replaces the value of its entry.
struct NamedValuesJson<'a>(&'a [NamedValue]);

impl Serialize for NamedValuesJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for entry in self.0 {
            match entry.note {
                Some(note) => map.serialize_entry(&entry.name, note)?,
                None => map.serialize_entry(&entry.name, &Json::trusted(&entry.value))?,
            }
        }
        map.end()
    }
}

/// Progress is reported at least once per this many bytes, plus one item.
const LOOK_BYTES: usize = 4 << 20;

/// Compares two histories. The part that both histories share is found without reading its items. The other items are
/// read once.
fn histories(left: History, right: History, tell: DiffProgressFn<'_>) -> Option<Section> {
    let shared = left.shared(&right);
    let alike = |(left, right): &(&RolloutItem, &RolloutItem)| left == right;
    let (lefts, rights) = (left.range(shared..left.len()), right.range(shared..right.len()));
    let start = shared + lefts.zip(rights).take_while(alike).count();
    let of = (left.len() - start) + (right.len() - start);
    let (mut done, mut bytes) = (0, 0);
    let mut digests = |history: &History| {
        let mut digests = Vec::with_capacity(history.len() - start);
        for item in history.range(start..history.len()) {
            digests.push(digest(item));
            done += 1;
            bytes += item.text().len();
            if done % 1024 == 0 || bytes >= LOOK_BYTES {
                bytes = 0;
                if tell(done, of).is_break() {
                    return None;
                }
            }
        }
        Some(digests)
    };
    let (lefts, rights) = (digests(&left)?, digests(&right)?);
    let mut runs = align::align(&lefts, &rights);
    for run in &mut runs {
        for range in [&mut run.left, &mut run.right] {
            *range = range.start + start..range.end + start;
        }
    }
    Some(Section::new(
        "History",
        Side::Items(left),
        Side::Items(right),
        start,
        runs,
    ))
}

fn digest(item: &RolloutItem) -> (u64, u64) {
    let text = item.text();
    let value = match Json::parse(&text) {
        Ok(json) => super::digest::digest(json),
        Err(_) => hash(&*text),
    };
    let kind = item.kind();
    (value, hash((kind.outer, kind.name)))
}
