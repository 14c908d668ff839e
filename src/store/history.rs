//! An append-only history: the appended batches, shared between all snapshots that contain them.

use std::ops::Range;
use std::sync::Arc;

use imbl::Vector;

use crate::protocol::RolloutItem;

/// The items of a thread in order. Cloning copies a few pointers; looking up an item takes logarithmic time.
///
/// Batches are grouped in runs of 16. An append copies only the last, incomplete run; two versions of a history share all
/// other runs.
#[derive(Clone, Debug, Default)]
pub struct History {
    runs: Vector<BatchRun>,
    last: BatchRun,
    len: usize,
}

type BatchRun = Arc<[Batch]>;

/// The number of batches in a run.
const RUN: usize = 16;

#[derive(Clone, Debug)]
struct Batch {
    start: usize,
    items: Arc<[RolloutItem]>,
}

/// The index of a run's first item.
fn start(run: &BatchRun) -> Option<usize> {
    run.first().map(|batch| batch.start)
}

impl History {
    /// The number of items.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no items.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The item at an index.
    pub fn get(&self, index: usize) -> Option<&RolloutItem> {
        let run = self.runs.get(self.run_of(index)).unwrap_or(&self.last);
        let behind = run.partition_point(|batch| batch.start <= index);
        let batch = run.get(behind.checked_sub(1)?)?;
        batch.items.get(index - batch.start)
    }

    /// All items in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &RolloutItem> {
        self.batches().flat_map(|batch| batch.items.iter())
    }

    fn batches(&self) -> impl DoubleEndedIterator<Item = &Batch> {
        self.runs.iter().chain([&self.last]).flat_map(|run| run.iter())
    }

    /// The items in a range of indices; indices past the end are ignored.
    pub fn range(&self, range: Range<usize>) -> impl Iterator<Item = &RolloutItem> {
        let end = range.end.min(self.len);
        let first = self.run_of(range.start);
        let before = self.runs.get(first).unwrap_or(&self.last);
        self.runs
            .focus()
            .narrow(first..)
            .into_iter()
            .chain([&self.last])
            .flat_map(|run| run.iter())
            .flat_map(|batch| batch.items.iter())
            .skip(range.start.saturating_sub(start(before).unwrap_or(self.len)))
            .take(end.saturating_sub(range.start))
    }

    /// Whether this is known to be the same version of the same history. Does not look at the items.
    pub fn is_same(&self, other: &Self) -> bool {
        self.len == other.len && Arc::ptr_eq(&self.last, &other.last) && self.runs.ptr_eq(&other.runs)
    }

    /// The number of leading items that it shares with another version of the same history. Compares pointers, not items.
    pub fn shared(&self, other: &Self) -> usize {
        let same = |(one, other): &(&Batch, &Batch)| Arc::ptr_eq(&one.items, &other.items);
        let runs = self.runs.iter().zip(&other.runs);
        let whole = runs.take_while(|(one, other)| Arc::ptr_eq(one, other)).count();
        let first = self.runs.get(whole).or(Some(&self.last)).and_then(start);
        let more = self.behind(whole).zip(other.behind(whole)).take_while(same);
        more.last().map_or(first.unwrap_or(self.len), |(batch, _)| {
            batch.start + batch.items.len()
        })
    }

    /// The batches after the given number of runs.
    fn behind(&self, runs: usize) -> impl Iterator<Item = &Batch> {
        let rest = self.runs.focus().narrow(runs..).into_iter();
        rest.chain([&self.last]).flat_map(|run| run.iter())
    }

    /// Appends a batch of items.
    pub fn append(&mut self, items: Arc<[RolloutItem]>) {
        if items.is_empty() {
            return;
        }
        let start = self.len;
        self.len += items.len();
        let batches = self.last.iter().cloned();
        self.last = batches.chain([Batch { start, items }]).collect();
        if self.last.len() >= RUN {
            self.runs.push_back(std::mem::take(&mut self.last));
        }
    }

    /// The last appended batch.
    pub(super) fn last(&self) -> Option<Arc<[RolloutItem]>> {
        self.batches().next_back().map(|batch| Arc::clone(&batch.items))
    }

    /// Removes the last appended batch.
    pub(super) fn take_back(&mut self) {
        debug_assert!(
            !self.is_empty(),
            "items can only be removed after they were appended"
        );
        if self.last.is_empty() {
            self.last = self.runs.pop_back().unwrap_or_default();
        }
        if let Some((batch, before)) = self.last.split_last() {
            self.len = batch.start;
            self.last = before.into();
        }
    }

    pub(super) fn to_vec(&self) -> Vec<RolloutItem> {
        let mut items = Vec::with_capacity(self.len);
        for batch in self.batches() {
            items.extend_from_slice(&batch.items);
        }
        items
    }

    /// The index of the run that contains the item at `index`; for the last, incomplete run this is the number of
    /// complete runs.
    fn run_of(&self, index: usize) -> usize {
        if index >= start(&self.last).unwrap_or(self.len) {
            return self.runs.len();
        }
        match self.runs.binary_search_by_key(&Some(index), start) {
            Ok(at) => at,
            Err(after) => after.saturating_sub(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn item(n: usize) -> RolloutItem {
        RolloutItem::parse(format!("{{\"n\":{n}}}")).unwrap()
    }

    proptest! {
        #[test]
        fn a_history_is_the_list_of_what_was_appended(sizes in prop::collection::vec(0usize..5, 0..60), taken in 0usize..20, from in 0usize..160, len in 0usize..160) {
            let mut history = History::default();
            let mut list = Vec::new();
            for (batches, size) in sizes.iter().enumerate() {
                // Some batches are appended only to be removed again.
                let before = history.clone();
                for _ in batches % taken.max(1)..taken {
                    history.append(vec![item(0); taken].into());
                }
                for _ in batches % taken.max(1)..taken {
                    history.take_back();
                }
                prop_assert_eq!(history.len(), before.len());
                let batch: Vec<RolloutItem> = (0..*size).map(|n| item(list.len() + n)).collect();
                list.extend(batch.iter().map(|item| item.text().to_string()));
                history.append(batch.into());
            }
            let texts = |items: Vec<&RolloutItem>| items.iter().map(|item| item.text().to_string()).collect::<Vec<_>>();
            prop_assert_eq!(history.len(), list.len());
            prop_assert_eq!(texts(history.iter().collect()), list.clone());
            prop_assert_eq!(texts(history.to_vec().iter().collect()), list.clone());
            let range: Vec<String> = list.iter().skip(from).take(len).cloned().collect();
            prop_assert_eq!(texts(history.range(from..from + len).collect()), range);
            prop_assert_eq!(history.get(from).map(|item| item.text().to_string()), list.get(from).cloned());
        }
    }
}
