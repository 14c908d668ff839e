//! Counting what became of steps.

use super::answer::Outcome;

/// How many steps came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// Files that were played.
    pub files: usize,
    /// All steps of them, and what stands in the place of one.
    pub steps: usize,
    /// Steps with an expectation that was met.
    pub met: usize,
    /// Steps with an expectation that was not met.
    pub failed: usize,
    /// Steps with an expectation of which nothing could be judged.
    pub not_judged: usize,
    /// Steps, counted as met or failed as well, with an expectation of which a part could not be judged.
    pub in_part: usize,
    /// What stands in the place of a step and is none.
    pub invalid: usize,
    /// Files and folders that could not be read to their end.
    pub unreadable: usize,
}

impl Tally {
    /// The tally of one file of which no step was played.
    pub fn file() -> Self {
        Self {
            files: 1,
            ..Self::default()
        }
    }

    /// Counts a step.
    pub fn step(&mut self, outcome: &Outcome) {
        self.steps += 1;
        let left_open = usize::from(!outcome.not_judged.is_empty());
        match (&outcome.expect, outcome.is_good()) {
            _ if !outcome.valid => self.invalid += 1,
            (None, _) => self.not_judged += left_open,
            (Some(_), good) => {
                *(if good { &mut self.met } else { &mut self.failed }) += 1;
                self.in_part += left_open;
            }
        }
    }

    /// Counts the steps of a file.
    pub fn add(&mut self, file: Self) {
        self.files += file.files;
        self.steps += file.steps;
        self.met += file.met;
        self.failed += file.failed;
        self.not_judged += file.not_judged;
        self.in_part += file.in_part;
        self.invalid += file.invalid;
        self.unreadable += file.unreadable;
    }

    /// Whether all could be read and used, and nothing was other than expected.
    pub fn is_good(&self) -> bool {
        self.failed + self.invalid + self.unreadable == 0
    }
}
