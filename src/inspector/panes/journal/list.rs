//! The rows of the Journal pane: the visible steps, the shown step, and moving between steps.
//!
//! Without a filter, every step is a row and no step is inspected. A filter inspects each step once. It inspects a few
//! steps immediately and many in the background. New steps are inspected as they arrive.

use std::ops::ControlFlow;

use super::filter::Filter;
use crate::inspector::state::job::JobProgressFn;
use crate::inspector::widgets::cursor::{ListCursor, Motion};
use crate::workbench::{Explanation, Journal};

/// The maximum number of steps that are filtered immediately. More steps are filtered in the background.
pub const AT_ONCE: usize = 1024;

/// The steps that match a filter.
#[derive(Clone, Debug)]
pub struct FilteredSteps {
    /// The filter.
    pub filter: Filter,
    /// The journal at the time of filtering.
    line: Journal,
    /// The number of steps filtered so far, from the first.
    seen: usize,
    /// The positions of the matching steps, ascending.
    places: Vec<usize>,
}

impl FilteredSteps {
    fn new(filter: Filter, line: &Journal) -> Self {
        Self {
            filter,
            line: line.clone(),
            seen: 0,
            places: Vec::new(),
        }
    }

    /// Updates to a new journal. The results for the common steps remain valid.
    fn follow(&mut self, line: &Journal) {
        self.seen = common(&self.line, line).min(self.seen);
        let kept = self.places.partition_point(|place| *place < self.seen);
        self.places.truncate(kept);
        self.line = line.clone();
    }

    /// Returns the number of steps that are not filtered yet.
    fn behind(&self) -> usize {
        self.line.len() - self.seen
    }

    /// Filters the remaining steps. Returns `None` if it was stopped.
    pub fn run(mut self, tell: JobProgressFn<'_>) -> Option<Self> {
        let (line, filter) = (&self.line, &self.filter);
        let mut looked_at = self.seen;
        let mut look = |place: usize| {
            looked_at += 1;
            if looked_at.is_multiple_of(AT_ONCE) && tell(looked_at, line.len()).is_break() {
                return ControlFlow::Break(());
            }
            if line.nth(place).is_some_and(|entry| filter.takes(entry, line)) {
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

    /// Filters the remaining steps without interruption.
    fn run_through(self) -> Option<Self> {
        self.run(&mut |_, _| ControlFlow::Continue(()))
    }
}

/// Returns the number of steps that two branches share. Each step has one predecessor, so branches never join again
/// after they diverge.
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

/// The rows of the pane.
#[derive(Default)]
pub struct StepList {
    /// The row nearest to the shown step, and the first visible row.
    pub cursor: ListCursor,
    /// The requested filter. The next refresh applies this filter.
    pub filter: Filter,
    /// The visible steps, or `None` if every step is visible.
    sifted: Option<FilteredSteps>,
    /// The filter job to start in the background.
    asked: Option<FilteredSteps>,
    /// The number of the running filter job.
    pub awaited: Option<u64>,
    /// The shown step and the explanation of its result.
    pub why: (u64, Vec<Explanation>),
    /// The number of steps, and the number of steps up to the shown step.
    len: usize,
    looked_at: usize,
}

impl StepList {
    /// Updates the rows for the steps and the filter. `looked_at` is the number of steps up to the shown step.
    pub fn refresh(&mut self, line: &Journal, looked_at: usize) {
        (self.len, self.looked_at) = (line.len(), looked_at);
        if self.filter.is_empty() {
            (self.sifted, self.asked, self.awaited) = (None, None, None);
        }
        if let Some(sifted) = &mut self.sifted {
            sifted.follow(line);
        }
        if !self.filter.is_empty() && self.awaited.is_none() && self.asked.is_none() {
            self.sift(line);
        }
        self.cursor.at = match self.position() {
            Ok(row) => row,
            Err(row) => row.min(self.rows().saturating_sub(1)),
        };
    }

    /// Filters the steps that are not filtered yet.
    fn sift(&mut self, line: &Journal) {
        let known = self.sifted.take_if(|sifted| sifted.filter == self.filter);
        let next = known.unwrap_or_else(|| FilteredSteps::new(self.filter.clone(), line));
        match next.behind() {
            0 => self.sifted = Some(next),
            1..=AT_ONCE => self.sifted = next.run_through(),
            _ => {
                // Partial results are shown until all steps are filtered.
                if self.sifted.is_none() && next.seen > 0 {
                    self.sifted = Some(next.clone());
                }
                self.asked = Some(next);
            }
        }
    }

    /// Returns the filter job to start in the background, once.
    pub fn asked(&mut self) -> Option<FilteredSteps> {
        self.asked.take()
    }

    /// Receives the result of the background filter job.
    pub fn take(&mut self, sifted: FilteredSteps) {
        self.awaited = None;
        if sifted.filter == self.filter {
            self.sifted = Some(sifted);
        }
    }

    /// Requests another filter. Returns the number of the job for the previous filter, which is no longer needed.
    pub fn wish(&mut self, filter: Filter) -> Option<u64> {
        self.filter = filter;
        self.asked = None;
        self.awaited.take()
    }

    /// Returns whether the visible steps do not match the requested filter yet.
    pub fn is_behind(&self) -> bool {
        self.asked.is_some() || self.awaited.is_some()
    }

    /// Cancels the background filter job and returns to the filter of the visible steps.
    pub fn give_up(&mut self) {
        self.awaited = None;
        self.filter = self
            .sifted
            .as_ref()
            .map(|sifted| sifted.filter.clone())
            .unwrap_or_default();
    }

    /// Returns the number of rows.
    pub fn rows(&self) -> usize {
        self.sifted
            .as_ref()
            .map_or(self.len, |sifted| sifted.places.len())
    }

    /// Returns the number of steps.
    pub fn steps(&self) -> usize {
        self.len
    }

    /// Returns the position of a row's step among all steps, starting at 0.
    pub fn place(&self, row: usize) -> Option<usize> {
        match &self.sifted {
            Some(sifted) => sifted.places.get(row).copied(),
            None => (row < self.len).then_some(row),
        }
    }

    /// Returns the row of the shown step, or, as an error, the row after it if it has no row.
    fn position(&self) -> Result<usize, usize> {
        let Some(place) = self.looked_at.checked_sub(1) else {
            return Err(0);
        };
        match &self.sifted {
            Some(sifted) => sifted.places.binary_search(&place),
            None => Ok(place),
        }
    }

    /// Returns the row of the cursor, or `None` if the shown step has no row.
    pub fn selected(&self) -> Option<usize> {
        self.position().ok()
    }

    /// Returns the number of steps up to the step that is shown after a motion.
    pub fn go(&self, motion: Motion, height: usize) -> Option<usize> {
        let rows = self.rows();
        let mut cursor = self.cursor;
        let forth = matches!(motion, Motion::Rows(by) | Motion::Halves(by) | Motion::Lines(by) if by > 0);
        let back = matches!(motion, Motion::Rows(by) | Motion::Halves(by) | Motion::Lines(by) if by < 0);
        match self.position() {
            Ok(row) => cursor.at = row,
            // If the shown step is between two rows, moving forward goes to the row after it and moving back to the row
            // before it.
            Err(0) if back => return None,
            Err(0) if forth => return self.place(0).map(|place| place + 1),
            Err(behind) if forth => cursor.at = behind - 1,
            Err(behind) => cursor.at = behind,
        }
        let motion = match motion {
            // The shown step is always on the screen, so scrolling goes to another step.
            Motion::Lines(by) => Motion::Rows(by),
            motion => motion,
        };
        cursor.go(motion, rows, height);
        self.place(cursor.at).map(|place| place + 1)
    }
}
