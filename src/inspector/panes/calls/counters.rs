//! The rows of the Calls pane: one for each method, with its counter and the statistics of its calls. Holds the mark,
//! the order, the limit to a thread or a client, and the rows that were frozen.
//!
//! The rows are made once for each state of the store that is shown, never while a frame is drawn.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use imbl::OrdSet;

use super::columns::COLUMNS;
use super::folds::{AT_ONCE, CallFolds, CallsToAdd};
use crate::contract::{OPS, Op};
use crate::inspector::widgets::cursor::ListCursor;
use crate::store::{InMemoryThreadStoreCalls, Snapshot};
use crate::workbench::Journal;
use crate::workbench::call_stats::{CallScope, CallStats, MINUTE, RATE_SECONDS, is_on};

/// The cells of the last minute.
pub const CELLS: usize = 12;

/// The numbers of a method.
#[derive(Clone, Debug, PartialEq)]
pub struct CallRow {
    /// The method.
    pub op: Op,
    /// The number of calls: the counter, or the calls of the journal if the counts are limited or the method is not
    /// counted.
    pub total: u64,
    /// By how much the last step changed the counter.
    pub moved: i64,
    /// The number of calls since the mark.
    pub since: u64,
    /// The number of calls that returned an error.
    pub errors: u64,
    /// The calls of the last seconds over which a rate is measured.
    pub recent: u32,
    /// The calls of the last minute in equal parts.
    pub minute: [u32; CELLS],
    /// The latencies within which half of the calls and 99 of 100 calls ended.
    pub latencies: Option<[Duration; 2]>,
    /// The step of the last call; 0 if there was none.
    pub last: u64,
}

impl CallRow {
    fn new(op: Op) -> Self {
        Self {
            op,
            total: 0,
            moved: 0,
            since: 0,
            errors: 0,
            recent: 0,
            minute: [0; CELLS],
            latencies: None,
            last: 0,
        }
    }

    /// Returns the calls a second.
    pub fn rate(&self) -> f64 {
        f64::from(self.recent) / RATE_SECONDS as f64
    }
}

/// The state of a store whose calls are shown.
pub struct ShownCalls<'a> {
    /// The whole line of steps.
    pub line: &'a Journal,
    /// The shown step.
    pub step: u64,
    /// The store directly after it.
    pub snapshot: &'a Snapshot,
    /// The step whose changes are lit; `None` if nothing moved.
    pub moved: Option<u64>,
    /// Identifies the state.
    pub version: u64,
}

/// What the rows were made from.
#[derive(Clone, Copy, Debug, PartialEq)]
struct MadeFrom {
    version: u64,
    moved: Option<u64>,
    /// The number of changes of what the user wants to see.
    wish: u64,
    added: u64,
    until: Option<DateTime<Utc>>,
}

/// The rows, the selection, and what the user wants to see.
#[derive(Debug)]
pub struct Counters {
    /// The selected row.
    pub cursor: ListCursor,
    /// The column that the rows are sorted by; 0 is the order of the OPS table.
    sort: usize,
    reversed: bool,
    rows: Vec<CallRow>,
    folds: CallFolds,
    /// The counters and the step when the mark was set.
    mark: (InMemoryThreadStoreCalls, u64),
    /// Whether the user set the mark, so that latencies are since then.
    is_marked: bool,
    /// Whether calls must be added in the background.
    is_behind: bool,
    /// The step at which the rows were frozen.
    frozen: Option<u64>,
    /// The number of the statistics that are being added to in the background.
    awaited: Option<u64>,
    /// The numbers of background work so far, and of the changes of what the user wants to see.
    number: u64,
    wish: u64,
    made_from: Option<MadeFrom>,
    /// The time up to which the rates and the last minute are; `None` if there were no calls.
    until: Option<DateTime<Utc>>,
    /// A step, and the time that has passed without another call since then.
    passed: Option<(u64, DateTime<Utc>)>,
    /// When a rate changes without another call.
    pub changes_at: Option<DateTime<Utc>>,
    /// The clients that have made calls.
    clients: OrdSet<Option<Arc<str>>>,
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            cursor: ListCursor::default(),
            sort: 0,
            reversed: false,
            rows: OPS.iter().map(|row| CallRow::new(row.op)).collect(),
            folds: CallFolds::new(&CallScope::All),
            mark: (InMemoryThreadStoreCalls::default(), 0),
            is_marked: false,
            is_behind: false,
            frozen: None,
            awaited: None,
            number: 0,
            wish: 0,
            made_from: None,
            until: None,
            passed: None,
            changes_at: None,
            clients: OrdSet::new(),
        }
    }
}

/// Returns the counted methods in order.
pub fn counted() -> impl Iterator<Item = Op> {
    OPS.iter().filter(|row| row.counted).map(|row| row.op)
}

impl Counters {
    /// Returns the selected method.
    pub fn selected(&self) -> Option<Op> {
        self.rows.get(self.cursor.at).map(|row| row.op)
    }

    /// Selects a method.
    pub fn select(&mut self, op: Op) {
        if let Some(at) = self.rows.iter().position(|row| row.op == op) {
            self.cursor.at = at;
        }
    }

    /// Returns the rows in order.
    pub fn rows(&self) -> &[CallRow] {
        &self.rows
    }

    /// Returns the statistics at the shown step.
    pub fn stats(&self) -> &CallStats {
        &self.folds.shown.stats
    }

    /// Returns which calls are counted.
    pub fn scope(&self) -> &CallScope {
        &self.folds.shown.scope
    }

    /// Returns whether calls are still being added in the background.
    pub fn is_behind(&self) -> bool {
        self.is_behind
    }

    /// Returns the time up to which the rates are.
    pub fn until(&self) -> Option<DateTime<Utc>> {
        self.until
    }

    /// Returns the clients that have made calls, by name; `None`, which is first, stands for calls that no named client
    /// made.
    pub fn clients(&self) -> OrdSet<Option<Arc<str>>> {
        self.clients.clone()
    }

    /// Counts other calls.
    pub fn limit(&mut self, scope: CallScope) {
        if *self.scope() != scope {
            self.folds = CallFolds::new(&scope);
            self.awaited = None;
            self.wish += 1;
        }
    }

    /// Returns whether the user has set the mark.
    pub fn is_marked(&self) -> bool {
        self.is_marked
    }

    /// Resets the counts since the mark to 0, after this step. If the user does it, latencies are since then too.
    pub fn set_mark(&mut self, calls: InMemoryThreadStoreCalls, step: u64, by_user: bool) {
        (self.mark, self.is_marked) = ((calls, step), by_user);
        self.wish += 1;
    }

    /// Returns the column that the rows are sorted by, and whether the order is reversed.
    pub fn order(&self) -> (usize, bool) {
        (self.sort, self.reversed)
    }

    /// Sorts the rows by a column.
    pub fn sort_by(&mut self, column: usize) {
        self.sort = column;
        self.wish += 1;
    }

    /// Reverses the order of the rows.
    pub fn reverse(&mut self) {
        self.reversed = !self.reversed;
        self.wish += 1;
    }

    /// Returns the step at which the rows were frozen.
    pub fn frozen(&self) -> Option<u64> {
        self.frozen
    }

    /// Freezes the rows at the shown step, or lets them follow the store again.
    pub fn freeze(&mut self, step: u64) {
        self.frozen = match self.frozen {
            Some(_) => None,
            None => Some(step),
        };
        self.wish += 1;
    }

    /// Updates the rates to a time without another call after this step.
    pub fn pass(&mut self, step: u64, now: DateTime<Utc>) {
        self.passed = Some((step, now));
    }

    /// Returns how long it takes until a rate changes without another call; `None` if all rates are 0.
    pub fn rates_change_in(&self) -> Option<TimeDelta> {
        let until = self.until.filter(|_| self.frozen.is_none())?;
        let changes = OPS.iter().filter_map(|row| {
            let method = self.folds.shown.stats.of(row.op)?;
            method.minute.recent(until).1
        });
        changes
            .min()
            .map(|seconds| TimeDelta::seconds(i64::from(seconds)))
    }
}

impl Counters {
    /// Updates the rows to the shown state. Returns the statistics to add many calls to in the background, once.
    pub fn refresh(&mut self, shown: &ShownCalls<'_>) -> Option<CallsToAdd> {
        if self.frozen.is_some() {
            return None;
        }
        let steps = [shown.step, self.mark.1];
        let mut to_add = None;
        if self.awaited.is_none() {
            self.is_behind = !self.folds.go(shown.line, steps, AT_ONCE);
            if self.is_behind {
                self.number += 1;
                self.awaited = Some(self.number);
                to_add = Some(CallsToAdd {
                    number: self.number,
                    folds: self.folds.clone(),
                    line: shown.line.clone(),
                    steps,
                });
            }
        }
        if *self.scope() == CallScope::All {
            self.clients = self.stats().clients().clone();
        }
        let last = self.folds.shown.stats.times().map(|(_, last)| last);
        self.passed = self.passed.filter(|(step, _)| *step == shown.step);
        self.until = last.map(|last| {
            let passed = self.passed.map_or(last, |(_, now)| now);
            last.max(shown.snapshot.now()).max(passed)
        });
        let made_from = Some(MadeFrom {
            version: shown.version,
            moved: shown.moved,
            wish: self.wish,
            added: self.folds.shown.added(),
            until: self.until,
        });
        if self.made_from == made_from {
            return to_add;
        }
        self.made_from = made_from;
        let selected = self.selected();
        self.rows = self.make(shown);
        if let Some(op) = selected {
            self.select(op);
        }
        to_add
    }

    fn make(&self, shown: &ShownCalls<'_>) -> Vec<CallRow> {
        let calls = shown.snapshot.calls();
        let entry = shown.moved.and_then(|step| shown.line.get(step));
        let entry = entry.filter(|entry| self.scope().takes(entry));
        let until = self.until;
        let (marked, mark_step) = self.mark;
        // If a step before the mark is shown, no call is after it. If the mark was undone, all calls are.
        let is_before = mark_step > shown.step;
        let is_marked = !is_before && is_on(shown.line, mark_step);
        let row = |op: Op| {
            let stats = self.folds.shown.stats.of(op);
            let mark = self.folds.mark.stats.of(op).filter(|_| is_marked);
            let in_journal = stats.map_or(0, |stats| stats.calls);
            let counter = calls.get(op).filter(|_| *self.scope() == CallScope::All);
            let total = counter.map_or(in_journal, |calls| calls as u64);
            let before = match counter.and(marked.get(op)) {
                Some(calls) => calls as u64,
                None => mark.map_or(0, |mark| mark.calls),
            };
            let mut row = CallRow {
                total,
                since: if is_before {
                    0
                } else {
                    total.saturating_sub(before)
                },
                moved: entry.map_or(0, |entry| entry.touch.counted(op)),
                ..CallRow::new(op)
            };
            let (Some(stats), Some(until)) = (stats, until) else {
                return row;
            };
            row.errors = stats.errors;
            row.last = stats.last;
            row.recent = stats.minute.recent(until).0;
            let seconds = stats.minute.until(until);
            for (cell, part) in row.minute.iter_mut().zip(seconds.chunks(MINUTE / CELLS)) {
                *cell = part.iter().copied().fold(0, u32::saturating_add);
            }
            row.latencies = match self.is_marked {
                true if is_before => None,
                true => stats.latencies(mark),
                false => stats.latencies(None),
            };
            row
        };
        let mut rows: Vec<CallRow> = OPS.iter().map(|op| row(op.op)).collect();
        let key = COLUMNS[self.sort].key;
        // The largest number is first. Methods that are not counted stay last.
        rows.sort_by(|one, other| {
            let order = key(other).total_cmp(&key(one));
            let order = if self.reversed { order.reverse() } else { order };
            other.op.row().counted.cmp(&one.op.row().counted).then(order)
        });
        rows
    }

    /// Receives the statistics that calls were added to in the background.
    pub fn take(&mut self, number: u64, folds: CallFolds) {
        if self.awaited == Some(number) {
            self.awaited = None;
            self.folds = folds;
        }
    }
}
