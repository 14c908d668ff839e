//! Reduces the steps of a failing scenario to the fewest and simplest ones that still fail. [`shrink`] only needs the
//! texts of the steps and a function that tells whether other steps still fail. [`FailingScenario`] finds the steps of
//! a scenario up to its first failure, and tells whether other steps [fail in the same place](FailurePlace).

mod edits;
mod failing;
mod place;

use std::collections::BTreeSet;
use std::time::Instant;

use edits::{ANY, Edit, Part};
pub use failing::{FailingScenario, Lints, place_of};
pub use place::{FailurePlace, without_positions};

/// The steps that are left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shrunk {
    /// Their texts. The last one is the step that fails.
    pub steps: Vec<String>,
    /// Whether the steps cannot be shrunk further. If not, the number of attempts or the time was not sufficient.
    pub is_done: bool,
}

/// A sufficient number of attempts for most scenarios.
pub const ATTEMPTS: usize = 10_000;

/// Shrinks steps, the last of which fails. `fails` is given fewer or simpler steps and tells whether the last one
/// still fails in the same place. It is called at most `attempts` times and not after `deadline`, and must use a new store
/// each time. It must return true for the given steps.
///
/// First, steps are removed: in ever smaller chunks, then one by one. Then each step that is left is simplified:
/// its notes, expectations, parameters, patch fields and items are removed as far as possible, the expectation of the
/// last step is reduced to what fails, and strings in parameters are shortened. This is repeated until nothing changes,
/// so no single step can be removed from the result. The same steps always have the same result.
pub async fn shrink(
    steps: Vec<String>,
    attempts: usize,
    deadline: Option<Instant>,
    fails: impl AsyncFnMut(&[String]) -> bool,
) -> Shrunk {
    let mut shrinker = Shrinker {
        steps,
        left: attempts,
        deadline,
        fails,
    };
    let mut is_done = false;
    while !is_done && shrinker.left > 0 {
        let before = shrinker.steps.clone();
        shrinker.remove_steps().await;
        for index in 0..shrinker.steps.len() {
            shrinker.simplify(index).await;
        }
        is_done = shrinker.steps == before && shrinker.left > 0;
    }
    Shrunk {
        steps: shrinker.steps,
        is_done,
    }
}

struct Shrinker<F> {
    /// The fewest and simplest steps so far.
    steps: Vec<String>,
    /// The number of attempts that are left.
    left: usize,
    /// The time after which nothing more is attempted.
    deadline: Option<Instant>,
    fails: F,
}

impl<F: AsyncFnMut(&[String]) -> bool> Shrinker<F> {
    /// Replaces the current steps with these steps if these still fail.
    async fn attempt(&mut self, steps: Vec<String>) -> bool {
        if self.deadline.is_some_and(|deadline| Instant::now() > deadline) {
            self.left = 0;
        }
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let still = (self.fails)(&steps).await;
        if still {
            self.steps = steps;
        }
        still
    }

    /// Removes as many of some parts as possible: first all, then halves, down to single ones. `only` returns steps
    /// that have only the given parts.
    async fn reduce(&mut self, mut parts: Vec<usize>, only: impl Fn(&[usize]) -> Vec<String>) {
        let mut size = parts.len();
        while size > 0 {
            let mut at = 0;
            while at < parts.len() && self.left > 0 {
                let end = parts.len().min(at + size);
                let mut fewer = parts.clone();
                fewer.drain(at..end);
                if self.attempt(only(&fewer)).await {
                    parts = fewer;
                } else {
                    at = end;
                }
            }
            size /= 2;
        }
    }

    /// Removes steps, except the last one.
    async fn remove_steps(&mut self) {
        let steps = self.steps.clone();
        let Some((last, others)) = steps.split_last() else {
            return;
        };
        let only = |kept: &[usize]| {
            let kept = kept.iter().filter_map(|index| others.get(*index));
            kept.chain([last]).cloned().collect()
        };
        self.reduce((0..others.len()).collect(), only).await;
    }

    /// Simplifies a step, from the outside to the inside.
    async fn simplify(&mut self, index: usize) {
        let mut open = vec![Part::default()];
        while let Some(part) = open.pop() {
            self.reduce_part(index, &part, Part::removable, None).await;
            self.reduce_part(index, &part, Part::expected, Some(ANY)).await;
            let children = self.text(index).map_or(0, |text| part.children(text));
            for child in (0..children).rev() {
                let child = part.child(child);
                self.shorten(index, &child).await;
                if self.text(index).is_some_and(|text| child.is_open(text)) {
                    open.push(child);
                }
            }
        }
    }

    fn text(&self, index: usize) -> Option<&str> {
        self.steps.get(index).map(String::as_str)
    }

    /// Removes as many children of a part as possible, or replaces them with the value `by`. `which` returns the
    /// positions of the children to try.
    async fn reduce_part(
        &mut self,
        index: usize,
        part: &Part,
        which: fn(&Part, &str) -> Vec<usize>,
        by: Option<&str>,
    ) {
        let steps = self.steps.clone();
        let Some(text) = steps.get(index) else { return };
        let all = which(part, text);
        let only = |kept: &[usize]| {
            let others: BTreeSet<usize> = all.iter().copied().collect();
            let others = others
                .difference(&kept.iter().copied().collect())
                .copied()
                .collect();
            replaced(&steps, index, part.edited(text, Edit::Children(&others, by)))
        };
        self.reduce(all.clone(), only).await;
    }

    /// Replaces a string in parameters by shorter ones, as long as there are any.
    async fn shorten(&mut self, index: usize, part: &Part) {
        'shorter: loop {
            let steps = self.steps.clone();
            let Some(text) = steps.get(index) else { return };
            for shorter in part.shorter(text) {
                let attempt = replaced(&steps, index, part.edited(text, Edit::Whole(&shorter)));
                if self.attempt(attempt).await {
                    continue 'shorter;
                }
            }
            return;
        }
    }
}

/// Returns the steps with the text of one of them replaced.
fn replaced(steps: &[String], index: usize, text: String) -> Vec<String> {
    let mut steps = steps.to_vec();
    if let Some(step) = steps.get_mut(index) {
        *step = text;
    }
    steps
}

#[cfg(test)]
mod tests;
