//! The statistics at the shown step and at the mark, and adding many calls to them in the background.

use crate::workbench::Journal;
use crate::workbench::call_stats::{CallFold, CallScope, is_on};

/// The most entries of a journal that are added at once. More are added in the background.
pub const AT_ONCE: usize = 16_384;

/// The statistics at the shown step and at the mark.
#[derive(Clone, Debug)]
pub struct CallFolds {
    pub shown: CallFold,
    pub mark: CallFold,
}

impl CallFolds {
    /// Creates statistics without calls.
    pub fn new(scope: &CallScope) -> Self {
        Self {
            shown: CallFold::new(scope.clone()),
            mark: CallFold::new(scope.clone()),
        }
    }

    /// Goes to two steps of a line, and adds at most so many entries for each. Returns whether both were reached.
    pub fn go(&mut self, line: &Journal, steps: [u64; 2], most: usize) -> bool {
        let [shown, mark] = steps;
        let is_marked = !is_on(line, mark) || self.mark.go(line, mark, most);
        self.shown.go(line, shown, most) && is_marked
    }
}

/// Statistics to add many calls to in the background.
pub struct CallsToAdd {
    /// Identifies the work.
    pub number: u64,
    /// The statistics so far.
    pub folds: CallFolds,
    /// The line, and the steps to go to.
    pub line: Journal,
    /// The shown step and the mark.
    pub steps: [u64; 2],
}

impl CallsToAdd {
    /// Adds the calls, as long as this is wanted.
    pub fn run(mut self, goes_on: &dyn Fn() -> bool) -> Option<CallFolds> {
        while !self.folds.go(&self.line, self.steps, AT_ONCE) {
            if !goes_on() {
                return None;
            }
        }
        Some(self.folds)
    }
}
