//! Aligns two sequences of elements: first the equal elements, then, in the gaps between them, elements of the same
//! kind. The running time grows only slightly faster than the length of the sequences, regardless of how much they
//! differ.

use std::collections::HashMap;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};

/// How a run of elements differs between the sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunKind {
    /// The elements are on both sides and equal.
    Same,
    /// The elements are only on the left side.
    Removed,
    /// The elements are only on the right side.
    Added,
    /// The elements are pairs of the same kind, with one element on each side.
    Changed,
}

/// Consecutive elements with the same [`RunKind`], as index ranges of both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffRun {
    /// How the elements differ between the sides.
    pub fate: RunKind,
    /// The indices of the elements on the left side; empty if they were added.
    pub left: Range<usize>,
    /// The indices of the elements on the right side; empty if they were removed.
    pub right: Range<usize>,
}

impl DiffRun {
    /// The number of elements, where a pair on both sides counts once.
    pub fn len(&self) -> usize {
        self.left.len().max(self.right.len())
    }

    /// Whether the run has no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Gaps with at most this number of elements on each side are compared as a whole. Longer gaps are divided first.
const GAP: usize = 4096;

/// An element: its digest, which is the same for equal elements, and its kind. Only elements of the same kind are
/// paired as a change.
pub type Element = (u64, u64);

/// Aligns two sequences. Returns the runs of both sequences, in order.
pub fn align(left: &[Element], right: &[Element]) -> Vec<DiffRun> {
    let mut runs = DiffRuns::default();
    let digest = |element: &Element| element.0;
    let kind = |element: &Element| element.1;
    for (same, lefts, rights) in stretches(left, right, digest) {
        if same {
            runs.push(RunKind::Same, lefts, rights);
            continue;
        }
        for (paired, l, r) in stretches(&left[lefts.clone()], &right[rights.clone()], kind) {
            let (l, r) = (moved(l, lefts.start), moved(r, rights.start));
            match paired {
                true => runs.push(RunKind::Changed, l, r),
                false => {
                    runs.push(RunKind::Removed, l.clone(), r.start..r.start);
                    runs.push(RunKind::Added, l.end..l.end, r);
                }
            }
        }
    }
    runs.0
}

/// Runs in order. No run is empty, and adjacent runs have different kinds.
#[derive(Default)]
struct DiffRuns(Vec<DiffRun>);

impl DiffRuns {
    fn push(&mut self, fate: RunKind, left: Range<usize>, right: Range<usize>) {
        if left.is_empty() && right.is_empty() {
            return;
        }
        match self.0.last_mut().filter(|last| last.fate == fate) {
            Some(last) => (last.left.end, last.right.end) = (left.end, right.end),
            None => self.0.push(DiffRun { fate, left, right }),
        }
    }
}

fn moved(range: Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

/// A range of each sequence, and whether the keys of the elements in both ranges are equal.
type AlignedRange = (bool, Range<usize>, Range<usize>);

/// Divides two sequences into ranges whose elements have equal keys, and the ranges between them.
fn stretches(left: &[Element], right: &[Element], key: fn(&Element) -> u64) -> Vec<AlignedRange> {
    let keys = |of: &[Element]| -> Vec<u64> { of.iter().map(key).collect() };
    let (left, right) = (keys(left), keys(right));
    let mut found = Vec::new();
    let (mut l, mut r) = (0, 0);
    for (left_at, right_at) in pins(&left, &right).into_iter().chain([(left.len(), right.len())]) {
        gap(&left[l..left_at], &right[r..right_at], (l, r), &mut found);
        (l, r) = (left_at, right_at);
    }
    found
}

/// Pairs of indices at which two long sequences are almost certainly equal: the longest common subsequence of the keys
/// that occur exactly once in each sequence. Empty for short sequences, which are not divided.
fn pins(left: &[u64], right: &[u64]) -> Vec<(usize, usize)> {
    if left.len().max(right.len()) <= GAP {
        return Vec::new();
    }
    let once = |keys: &[u64]| {
        let mut places = HashMap::with_capacity(keys.len());
        for (place, key) in keys.iter().enumerate() {
            places
                .entry(*key)
                .and_modify(|place| *place = None)
                .or_insert(Some(place));
        }
        places
    };
    let (lefts, rights) = (once(left), once(right));
    let place = |of: &HashMap<u64, Option<usize>>, key: &u64| of.get(key).copied().flatten();
    let both = left
        .iter()
        .filter_map(|key| Some((place(&lefts, key)?, place(&rights, key)?)));
    // Find the longest increasing subsequence of the right indices by patience sorting. Each pair stores its
    // predecessor.
    let both: Vec<(usize, usize)> = both.collect();
    let mut piles: Vec<usize> = Vec::new();
    let mut before = Vec::with_capacity(both.len());
    for (index, (_, right_at)) in both.iter().enumerate() {
        let pile = piles.partition_point(|top| both.get(*top).is_some_and(|(_, at)| at < right_at));
        before.push(pile.checked_sub(1).and_then(|under| piles.get(under).copied()));
        match piles.get_mut(pile) {
            Some(top) => *top = index,
            None => piles.push(index),
        }
    }
    let mut row = Vec::with_capacity(piles.len());
    let mut next = piles.last().copied();
    while let Some(index) = next {
        row.extend(both.get(index));
        next = before.get(index).copied().flatten();
    }
    row.reverse();
    row
}

/// Adds the ranges of a gap that starts at `at`. A gap that is too long is compared index by index.
fn gap(left: &[u64], right: &[u64], at: (usize, usize), found: &mut Vec<AlignedRange>) {
    let (mut l, mut r) = (0, 0);
    let mut tell = |same: bool, left: Range<usize>, right: Range<usize>| {
        let (left, right) = (moved(left, at.0), moved(right, at.1));
        match found.last_mut().filter(|last| last.0 == same) {
            Some(last) => (last.1.end, last.2.end) = (left.end, right.end),
            None if left.is_empty() && right.is_empty() => {}
            None => found.push((same, left, right)),
        }
    };
    if left.len().max(right.len()) > GAP {
        for (one, other) in left.iter().zip(right) {
            tell(one == other, l..l + 1, r..r + 1);
            (l, r) = (l + 1, r + 1);
        }
        return tell(false, l..left.len(), r..right.len());
    }
    let mut input = InternedInput::default();
    input.update_before(left.iter().copied());
    input.update_after(right.iter().copied());
    for hunk in Diff::compute(Algorithm::Histogram, &input).hunks() {
        let of = |range: Range<u32>| range.start as usize..range.end as usize;
        let (before, after) = (of(hunk.before), of(hunk.after));
        tell(true, l..before.start, r..after.start);
        (l, r) = (before.end, after.end);
        tell(false, before, after);
    }
    tell(true, l..left.len(), r..right.len());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Elements for numbers. Numbers with the same remainder modulo 10 are of the same kind.
    fn elements(numbers: &[u64]) -> Vec<(u64, u64)> {
        numbers.iter().map(|number| (*number, number % 10)).collect()
    }

    fn fates(left: &[u64], right: &[u64]) -> Vec<(RunKind, usize, usize)> {
        align(&elements(left), &elements(right))
            .into_iter()
            .map(|run| (run.fate, run.left.len(), run.right.len()))
            .collect()
    }

    #[test]
    fn what_is_of_one_kind_between_equals_is_a_change_and_the_rest_comes_and_goes() {
        use RunKind::{Added, Changed, Removed, Same};
        assert_eq!(fates(&[], &[]), []);
        assert_eq!(fates(&[1, 2], &[1, 2]), [(Same, 2, 2)]);
        assert_eq!(
            fates(&[100, 3, 200], &[100, 13, 200]),
            [(Same, 1, 1), (Changed, 1, 1), (Same, 1, 1)]
        );
        assert_eq!(
            fates(&[100, 3, 4, 200], &[100, 14, 5, 200]),
            [
                (Same, 1, 1),
                (Removed, 1, 0),
                (Changed, 1, 1),
                (Added, 0, 1),
                (Same, 1, 1)
            ]
        );
    }

    #[test]
    fn many_elements_without_a_common_one_are_no_trouble() {
        let left: Vec<(u64, u64)> = (0..200_000).map(|n| (n, n % 7)).collect();
        let right: Vec<(u64, u64)> = (0..200_000).map(|n| (n + 2_000_000, n % 5)).collect();
        let runs = align(&left, &right);
        assert_eq!(runs.iter().map(|run| run.left.len()).sum::<usize>(), left.len());
        assert_eq!(runs.iter().map(|run| run.right.len()).sum::<usize>(), right.len());
    }

    #[test]
    fn what_each_side_has_once_holds_long_sequences_together() {
        let left: Vec<u64> = (0..20_000).map(|n| if n % 3 == 0 { 7 } else { n }).collect();
        let mut right = left.clone();
        right.insert(5_000, 1_000_000);
        right.drain(100..110);
        let gone: usize = align(&elements(&left), &elements(&right))
            .iter()
            .filter(|run| run.fate != RunKind::Same)
            .map(DiffRun::len)
            .sum();
        assert_eq!(gone, 11);
    }

    proptest! {
        #[test]
        fn every_element_of_both_sides_is_in_one_run_in_order(
            left in prop::collection::vec(0u64..30, 0..40),
            right in prop::collection::vec(0u64..30, 0..40),
        ) {
            let (mut lefts, mut rights) = (0, 0);
            for run in align(&elements(&left), &elements(&right)) {
                prop_assert_eq!((run.left.start, run.right.start), (lefts, rights), "{:?}", run);
                (lefts, rights) = (run.left.end, run.right.end);
                match run.fate {
                    RunKind::Same => prop_assert_eq!(&left[run.left], &right[run.right]),
                    RunKind::Removed => prop_assert!(run.right.is_empty() && !run.left.is_empty()),
                    RunKind::Added => prop_assert!(run.left.is_empty() && !run.right.is_empty()),
                    RunKind::Changed => {
                        prop_assert_eq!(run.left.len(), run.right.len());
                        for (left, right) in left[run.left].iter().zip(&right[run.right]) {
                            prop_assert!(left != right && left % 10 == right % 10);
                        }
                    }
                }
            }
            prop_assert_eq!((lefts, rights), (left.len(), right.len()));
            let same = align(&elements(&left), &elements(&left));
            prop_assert!(same.iter().all(|run| run.fate == RunKind::Same));
        }
    }
}
