//! A history that only grows: the batches that were appended, shared between all snapshots that hold them.

use std::ops::Range;
use std::sync::Arc;

use imbl::Vector;

use crate::protocol::RolloutItem;

/// The items of a thread in order. A clone costs a pointer; an item is found in logarithmic time.
#[derive(Clone, Debug, Default)]
pub struct History {
    batches: Vector<Batch>,
    len: usize,
}

#[derive(Clone, Debug)]
struct Batch {
    start: usize,
    items: Arc<[RolloutItem]>,
}

impl History {
    /// How many items there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The item at an index.
    pub fn get(&self, index: usize) -> Option<&RolloutItem> {
        let batch = self.batches.get(self.batch_of(index)?)?;
        batch.items.get(index - batch.start)
    }

    /// All items in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &RolloutItem> {
        self.batches.iter().flat_map(|batch| batch.items.iter())
    }

    /// The items at a range of indices, as far as they are there.
    pub fn range(&self, range: Range<usize>) -> impl Iterator<Item = &RolloutItem> {
        let end = range.end.min(self.len);
        let first = self.batch_of(range.start).unwrap_or(self.batches.len());
        let before = self.batches.get(first).map_or(self.len, |batch| batch.start);
        self.batches
            .focus()
            .narrow(first..)
            .into_iter()
            .flat_map(|batch| batch.items.iter())
            .skip(range.start.saturating_sub(before))
            .take(end.saturating_sub(range.start))
    }

    pub(super) fn append(&mut self, items: Arc<[RolloutItem]>) {
        if items.is_empty() {
            return;
        }
        let start = self.len;
        self.len += items.len();
        self.batches.push_back(Batch { start, items });
    }

    /// The items that were appended last.
    pub(super) fn last(&self) -> Option<Arc<[RolloutItem]>> {
        self.batches.last().map(|batch| Arc::clone(&batch.items))
    }

    /// Drops the items that were appended last.
    pub(super) fn take_back(&mut self) {
        if let Some(batch) = self.batches.pop_back() {
            self.len = batch.start;
        }
    }

    pub(super) fn to_vec(&self) -> Vec<RolloutItem> {
        let mut items = Vec::with_capacity(self.len);
        for batch in &self.batches {
            items.extend_from_slice(&batch.items);
        }
        items
    }

    /// The index of the batch that holds the item at `index`.
    fn batch_of(&self, index: usize) -> Option<usize> {
        if index >= self.len {
            return None;
        }
        match self.batches.binary_search_by(|batch| batch.start.cmp(&index)) {
            Ok(at) => Some(at),
            Err(after) => after.checked_sub(1),
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
        fn a_history_is_the_list_of_what_was_appended(sizes in prop::collection::vec(0usize..5, 0..20), from in 0usize..60, len in 0usize..60) {
            let mut history = History::default();
            let mut list = Vec::new();
            for size in sizes {
                let batch: Vec<RolloutItem> = (0..size).map(|n| item(list.len() + n)).collect();
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
