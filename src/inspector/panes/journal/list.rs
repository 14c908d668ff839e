//! The rows of the journal: which steps are shown, which is the one looked at, and the way from one to the next.
//!
//! Without a filter every step is a row, and none is looked at to know that. A filter looks at each step once: at a few at
//! once, at many beside the interface; steps that come are looked at as they come.

use std::ops::ControlFlow;

use super::filter::Filter;
use crate::inspector::state::job::Tell;
use crate::inspector::widgets::cursor::{ListCursor, Motion};
use crate::store::Snapshot;
use crate::text::needle::Needle;
use crate::workbench::{Journal, Why};

/// So many steps are looked at while a key waits; more than that is done beside the interface.
pub const AT_ONCE: usize = 1024;

/// The steps that a filter lets through.
#[derive(Clone, Debug)]
pub struct FilteredSteps {
    /// The filter.
    pub filter: Filter,
    /// The steps as they were when they were looked at.
    line: Journal,
    /// The store from which threads have their names.
    names: Snapshot,
    /// How many of them were looked at, from the first.
    seen: usize,
    /// The places of those that it lets through, ascending.
    places: Vec<usize>,
}

impl FilteredSteps {
    fn new(filter: Filter, line: &Journal, names: &Snapshot) -> Self {
        Self {
            filter,
            line: line.clone(),
            names: names.clone(),
            seen: 0,
            places: Vec::new(),
        }
    }

    /// Follows the steps as they are now: what is known of those that are still there stays known.
    fn follow(&mut self, line: &Journal, names: &Snapshot) {
        self.seen = common(&self.line, line).min(self.seen);
        let kept = self.places.partition_point(|place| *place < self.seen);
        self.places.truncate(kept);
        self.line = line.clone();
        self.names = names.clone();
    }

    /// How many steps were not looked at yet.
    fn behind(&self) -> usize {
        self.line.len() - self.seen
    }

    /// Looks at the steps that it did not look at yet; `None` if it was broken off.
    pub fn run(mut self, tell: Tell<'_>) -> Option<Self> {
        let (line, filter, names) = (&self.line, &self.filter, &self.names);
        let needle = Needle::new(&filter.words);
        let mut looked_at = self.seen;
        let mut look = |place: usize| {
            looked_at += 1;
            if looked_at.is_multiple_of(AT_ONCE) && tell(looked_at, line.len()).is_break() {
                return ControlFlow::Break(());
            }
            if line
                .nth(place)
                .is_some_and(|entry| filter.takes(entry, &needle, names))
            {
                self.places.push(place);
            }
            ControlFlow::Continue(())
        };
        let looked = match (filter.thread, line.nth(self.seen)) {
            (Some(id), Some(first)) => {
                let of_thread = line.of_thread(id).rev();
                let new = of_thread.take_while(|entry| entry.step >= first.step);
                let places: Vec<usize> = new.filter_map(|entry| line.place(entry.step)).collect();
                places.into_iter().rev().try_for_each(&mut look)
            }
            _ => (self.seen..line.len()).try_for_each(&mut look),
        };
        self.seen = line.len();
        looked.is_continue().then_some(self)
    }

    /// The same, where nothing breaks it off.
    fn run_through(self) -> Option<Self> {
        self.run(&mut |_, _| ControlFlow::Continue(()))
    }
}

/// How many steps two lines have in common: a step has one before it, so where they part once they have parted for good.
fn common(one: &Journal, other: &Journal) -> usize {
    let same = |place: usize| {
        let step = |line: &Journal| line.nth(place).map(|entry| entry.step);
        step(one) == step(other)
    };
    let (mut known, mut end) = (0, one.len().min(other.len()));
    while known < end {
        let middle = known + (end - known) / 2;
        match same(middle) {
            true => known = middle + 1,
            false => end = middle,
        }
    }
    known
}

/// The rows.
#[derive(Default)]
pub struct StepList {
    /// The row nearest to the step looked at, and the first visible one.
    pub cursor: ListCursor,
    /// What is wished for; the next refresh sees to it.
    pub filter: Filter,
    /// What is shown; every step, if nothing is sifted.
    sifted: Option<FilteredSteps>,
    /// What is to be looked at beside the interface.
    asked: Option<FilteredSteps>,
    /// Which task does that.
    pub awaited: Option<u64>,
    /// Why the step looked at came to what it came to.
    pub why: (u64, Vec<Why>),
    /// How many steps there are, and how many are looked at.
    len: usize,
    looked_at: usize,
}

impl StepList {
    /// Makes the rows fit the steps, of which so many are looked at, and the filter.
    pub fn refresh(&mut self, line: &Journal, names: &Snapshot, looked_at: usize) {
        (self.len, self.looked_at) = (line.len(), looked_at);
        if self.filter.is_empty() {
            (self.sifted, self.asked, self.awaited) = (None, None, None);
        }
        if let Some(sifted) = &mut self.sifted {
            sifted.follow(line, names);
        }
        if !self.filter.is_empty() && self.awaited.is_none() && self.asked.is_none() {
            self.sift(line, names);
        }
        self.cursor.at = match self.position() {
            Ok(row) => row,
            Err(row) => row.min(self.rows().saturating_sub(1)),
        };
    }

    /// Lets the filter look at what it did not look at yet.
    fn sift(&mut self, line: &Journal, names: &Snapshot) {
        let known = self.sifted.take_if(|sifted| sifted.filter == self.filter);
        let next = known.unwrap_or_else(|| FilteredSteps::new(self.filter.clone(), line, names));
        match next.behind() {
            0 => self.sifted = Some(next),
            1..=AT_ONCE => self.sifted = next.run_through(),
            _ => {
                // What is known of so many is shown until all is.
                if self.sifted.is_none() && next.seen > 0 {
                    self.sifted = Some(next.clone());
                }
                self.asked = Some(next);
            }
        }
    }

    /// What is to be begun beside the interface; given once.
    pub fn asked(&mut self) -> Option<FilteredSteps> {
        self.asked.take()
    }

    /// Takes what was found beside the interface.
    pub fn take(&mut self, sifted: FilteredSteps) {
        self.awaited = None;
        if sifted.filter == self.filter {
            self.sifted = Some(sifted);
        }
    }

    /// Wishes for another filter; gives the task that is not wanted any more.
    pub fn wish(&mut self, filter: Filter) -> Option<u64> {
        self.filter = filter;
        self.asked = None;
        self.awaited.take()
    }

    /// Whether what is shown is not yet what is wished for.
    pub fn is_behind(&self) -> bool {
        self.asked.is_some() || self.awaited.is_some()
    }

    /// Gives up what is looked at beside the interface; what was shown before is what is wished for.
    pub fn give_up(&mut self) {
        self.awaited = None;
        self.filter = self
            .sifted
            .as_ref()
            .map(|sifted| sifted.filter.clone())
            .unwrap_or_default();
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.sifted
            .as_ref()
            .map_or(self.len, |sifted| sifted.places.len())
    }

    /// How many steps there are.
    pub fn steps(&self) -> usize {
        self.len
    }

    /// The place of a row's step among all, from 0.
    pub fn place(&self, row: usize) -> Option<usize> {
        match &self.sifted {
            Some(sifted) => sifted.places.get(row).copied(),
            None => (row < self.len).then_some(row),
        }
    }

    /// The row of the step looked at; where it has none, the row behind it.
    fn position(&self) -> Result<usize, usize> {
        let Some(place) = self.looked_at.checked_sub(1) else {
            return Err(0);
        };
        match &self.sifted {
            Some(sifted) => sifted.places.binary_search(&place),
            None => Ok(place),
        }
    }

    /// The row that the cursor is on; `None` if the step looked at is not among them.
    pub fn selected(&self) -> Option<usize> {
        self.position().ok()
    }

    /// Where a motion leads: how many steps are looked at then.
    pub fn go(&self, motion: Motion, height: usize) -> Option<usize> {
        let rows = self.rows();
        let mut cursor = self.cursor;
        let forth = matches!(motion, Motion::Rows(by) | Motion::Halves(by) if by > 0);
        let back = matches!(motion, Motion::Rows(by) | Motion::Halves(by) if by < 0);
        match self.position() {
            Ok(row) => cursor.at = row,
            // Between two rows the next one is the one behind, and from there the one before is the one before.
            Err(0) if back => return None,
            Err(0) if forth => return self.place(0).map(|place| place + 1),
            Err(behind) if forth => cursor.at = behind - 1,
            Err(behind) => cursor.at = behind,
        }
        cursor.go(motion, rows, height);
        self.place(cursor.at).map(|place| place + 1)
    }
}
