//! Counts steps by their outcome.

use super::answer::Outcome;

/// The number of steps by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// Files that were played.
    pub files: usize,
    /// All steps in these files, including invalid ones.
    pub steps: usize,
    /// Steps with an expectation that was met.
    pub met: usize,
    /// Steps with an expectation that was not met.
    pub failed: usize,
    /// Steps with an expectation that could not be judged at all.
    pub not_judged: usize,
    /// Steps with an expectation that could only be judged in part. They are also counted as met or failed.
    pub in_part: usize,
    /// Invalid steps.
    pub invalid: usize,
    /// Files and folders that could not be read completely.
    pub unreadable: usize,
}

impl Tally {
    /// The tally of a file before its first step.
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

    /// Adds the tally of a file.
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

    /// Whether everything could be read, all steps were valid and no expectation failed.
    pub fn is_good(&self) -> bool {
        self.failed + self.invalid + self.unreadable == 0
    }
}
