//! Plays scenarios step by step on an observed store. The player determines the next step and the time that it uses,
//! and stores the results of the steps that were played.
//!
//! The position in a scenario is not stored. Each played step stores the newest journal step after it was played. The
//! played steps that lead to the current state of the store count as played. After an undo, a redo or a switch to
//! another branch, the next step is therefore the one that follows the current state of the store.
//!
//! A step that names another store is called on that store and is not added to the journal of the player's own store.
//! Before such a step, the player restores the other store to the state in which the preceding steps left it. This
//! discards steps that were played there before an undo or a restart.

use std::iter::once;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use imbl::{OrdMap, Vector};

use super::lints::Lint;
use super::scenario::{InvalidStep, Mismatch, Outcome, Script, Statement};
use super::{Journal, TimeTravelError, Workbench};

mod elsewhere;

use elsewhere::OtherStore;
pub use elsewhere::OtherStoreResult;

/// The next step, or the reason why the next value is not a step.
type NextStep = Result<Box<Statement>, InvalidStep>;

const TICK: TimeDelta = TimeDelta::milliseconds(1);

/// Plays one or more scenarios on one store. Cloning copies a few pointers.
#[derive(Clone, Debug)]
pub struct Player {
    parts: Vector<PlayerScenario>,
    /// All played steps, in order.
    all: Vector<Arc<PerformedStep>>,
    /// The played steps that lead to the current state of the store, as indices into `all`, ordered by `place`.
    line: Vector<usize>,
    /// For each journal step, the index of the scenario step that was played last while that journal step was the
    /// newest.
    latest: OrdMap<u64, usize>,
    /// The last journal step when the player was created.
    root: u64,
    /// The other stores that steps were called on, by their ids.
    others: OrdMap<String, OtherStore>,
}

/// One scenario of a player.
#[derive(Clone, Debug)]
pub struct PlayerScenario {
    /// The scenario.
    pub script: Arc<Script>,
    /// The index of the scenario's first step among all steps of the player, starting at 0.
    pub first: usize,
    /// The index after its last step.
    pub end: usize,
    /// The time of the scenario's first step. If `None`, the clock of the previous scenario continues.
    clock: Option<DateTime<Utc>>,
}

/// A step that was played.
#[derive(Clone, Debug)]
pub struct PerformedStep {
    /// The index of the step among all steps of the player, starting at 0.
    pub place: usize,
    /// The kind of the step.
    pub what: PerformedKind,
    /// The note of the step.
    pub note: Option<String>,
    /// The mismatches between the result and the expectation; `None` if the step has no expectation.
    pub expect: Option<Vec<Mismatch>>,
    /// The warnings about the step.
    pub lints: Vec<Lint>,
    /// The last journal step after the step was played. For a call, this is the journal step of the call.
    pub tip: u64,
    /// The number of steps, up to and including this one, that were invalid or did not meet their expectation.
    pub bad: usize,
    /// The time that the step used; `None` for the system clock.
    moment: Option<DateTime<Utc>>,
    /// The step that was played before this one, as an index into `all`.
    before: Option<usize>,
}

/// The kind of a played step.
#[derive(Clone, Debug)]
pub enum PerformedKind {
    /// A call; the number of its journal step.
    Call(u64),
    /// A step that reads the counters.
    Counters,
    /// A call on another store, or a step that reads the counters of another store.
    Elsewhere(Box<OtherStoreResult>),
    /// A value that is not a valid step.
    Invalid(Box<InvalidStep>),
}

impl PerformedStep {
    /// Whether the step is valid and met its expectation. A valid step without an expectation counts as met.
    pub fn is_good(&self) -> bool {
        !matches!(self.what, PerformedKind::Invalid(_)) && self.expect.as_ref().is_none_or(Vec::is_empty)
    }
}

impl Player {
    /// Creates a player for a store, starting at the current step of its journal.
    pub fn new(journal: &Journal) -> Self {
        Self {
            parts: Vector::new(),
            all: Vector::new(),
            line: Vector::new(),
            latest: OrdMap::new(),
            root: journal.tip(),
            others: OrdMap::new(),
        }
    }

    /// Adds a scenario and continues with it. The remaining steps of the previous scenario are dropped. If this is
    /// the first scenario, `clock` takes precedence over the clock in its header. A later scenario ignores the clock
    /// in its header if `clock` is given, and continues the clock of the previous scenario.
    pub fn add(&mut self, script: Arc<Script>, clock: Option<DateTime<Utc>>) {
        let first = self.played();
        while self.parts.last().is_some_and(|part| part.first > first) {
            self.parts.pop_back();
        }
        if let Some(part) = self.parts.back_mut() {
            part.end = part.end.min(first);
        }
        let own = script.header.clock;
        let clock = match self.parts.last() {
            None => clock.or(own),
            Some(_) if own.is_some() && clock.is_none() => own,
            // If the last scenario has no steps, its clock was not used yet.
            Some(last) => last.clock.filter(|_| last.first == first),
        };
        self.parts.push_back(PlayerScenario {
            first,
            end: first + script.len(),
            clock,
            script,
        });
    }

    /// The number of played steps that lead to the current state of the store.
    pub fn played(&self) -> usize {
        self.line.len()
    }

    /// The played step at an index.
    pub fn performed(&self, place: usize) -> Option<&Arc<PerformedStep>> {
        self.all.get(*self.line.get(place)?)
    }

    /// The current scenario after `played` steps.
    pub fn part(&self, played: usize) -> Option<&PlayerScenario> {
        self.parts.iter().rev().find(|part| part.first <= played)
    }

    /// Whether all steps of the current scenario have been played.
    pub fn is_at_end(&self) -> bool {
        self.part(self.played())
            .is_none_or(|part| part.end == self.played())
    }

    /// The last journal step after `played` steps.
    pub fn tip(&self, played: usize) -> u64 {
        let last = played.checked_sub(1).and_then(|place| self.performed(place));
        last.map_or(self.root, |last| last.tip)
    }

    /// The number of the first `played` steps that were invalid or did not meet their expectation.
    pub fn bad(&self, played: usize) -> usize {
        let last = played.checked_sub(1).and_then(|place| self.performed(place));
        last.map_or(0, |last| last.bad)
    }

    /// The number of steps that were played when `step` was the last step of the journal. `step` must be on the
    /// current branch.
    pub fn played_at(&self, step: u64) -> usize {
        let order = |at: &usize| match self.all.get(*at) {
            Some(performed) if performed.tip > step => std::cmp::Ordering::Greater,
            _ => std::cmp::Ordering::Less,
        };
        self.line.binary_search_by(order).unwrap_or_else(|place| place)
    }

    /// Updates which steps count as played. `journal` is the journal of the store in its current state.
    pub fn follow(&mut self, journal: &Journal) {
        let mut walked = Vec::new();
        let mut back = self.found(journal);
        let mut kept = 0;
        while let Some((at, performed)) = back.and_then(|at| Some((at, self.all.get(at)?))) {
            if self.line.get(performed.place) == Some(&at) {
                kept = performed.place + 1;
                break;
            }
            walked.push(at);
            back = performed.before;
        }
        self.line.truncate(kept);
        self.line.extend(walked.into_iter().rev());
    }

    /// The index of the last step that was played before the current state of the store.
    fn found(&self, journal: &Journal) -> Option<usize> {
        let mut steps = journal.entries().rev().map(|entry| entry.step).chain(once(0));
        let mut known = self.latest.range(..=journal.tip()).rev();
        // There may be other calls between the played steps, or steps on other branches. Two searches go backwards in
        // turn, and the first match of either of them ends both.
        loop {
            if let Some(at) = self.latest.get(&steps.next()?) {
                return Some(*at);
            }
            let (step, at) = known.next()?;
            if *step == 0 || journal.place(*step).is_some() {
                return Some(*at);
            }
        }
    }

    /// The time of the next step, if the step is the first one of a scenario for which a time is set; otherwise
    /// `None`. A time that the step itself specifies takes precedence.
    pub fn clock(&self) -> Option<DateTime<Utc>> {
        let place = self.played();
        self.part(place).filter(|part| part.first == place)?.clock
    }

    /// The next step and the time that it uses.
    fn next(&self) -> Option<(NextStep, Option<DateTime<Utc>>)> {
        let place = self.played();
        let part = self.part(place).filter(|part| place < part.end)?;
        let step = part.script.step(place - part.first)?;
        let own = step.as_ref().ok().and_then(|statement| statement.at);
        let last = place.checked_sub(1).and_then(|place| self.performed(place));
        let goes_on = last
            .and_then(|last| last.moment)
            .map(|last| last.checked_add_signed(TICK).unwrap_or(last));
        Some((step, own.or(self.clock()).or(goes_on)))
    }

    /// Plays the next step and returns it with its outcome, which is the same as in a run. Returns `None` at the end.
    pub async fn forth(&mut self, bench: &Workbench) -> Option<(Arc<PerformedStep>, Outcome)> {
        let tip = {
            // Drop the journal before the step is played. Otherwise, adding to it would copy the shared data.
            let journal = bench.journal();
            self.follow(&journal);
            journal.tip()
        };
        let (step, moment) = self.next()?;
        let place = self.played();
        let before = self.line.last().copied();
        let no_step = step.as_ref().err().cloned();
        let other = match &step {
            Ok(statement) => self.other(statement, bench),
            Err(_) => None,
        };
        if let Some(part) = self.part(place).filter(|part| part.first == place) {
            bench.entitle(&part.script.header);
        }
        let played = bench.play(step, moment).await;
        let outcome = Outcome {
            step: place as u64 + 1,
            ..played.outcome
        };
        let performed = Arc::new(PerformedStep {
            place,
            what: match (no_step, other, played.step) {
                (Some(invalid), _, _) => PerformedKind::Invalid(Box::new(invalid)),
                (None, Some(other), _) => self.went(other, &outcome),
                (None, None, Some(step)) => PerformedKind::Call(step),
                (None, None, None) => PerformedKind::Counters,
            },
            note: outcome.note.clone(),
            expect: outcome.expect.clone(),
            lints: outcome.lints.clone(),
            tip: played.step.unwrap_or(tip),
            bad: self.bad(place) + usize::from(!outcome.is_good()),
            moment,
            before,
        });
        let at = self.all.len();
        self.latest.insert(performed.tip, at);
        self.line.push_back(at);
        self.all.push_back(Arc::clone(&performed));
        Some((performed, outcome))
    }

    /// Returns to the beginning of the current scenario, in all stores that it has used. Steps that were played in
    /// the player's own store can still be reached.
    ///
    /// # Errors
    /// If the journal step at the beginning of the scenario is not on the current branch any more, or if a change
    /// from outside follows it.
    pub async fn restart(&mut self, bench: &Workbench) -> Result<(), TimeTravelError> {
        self.follow(&bench.journal());
        let first = self.part(self.played()).map_or(0, |part| part.first);
        let tip = self.tip(first);
        bench.go_back(tip).await?;
        // Steps that are not calls add no journal step, so the last journal step can be the same as at the beginning.
        match first.checked_sub(1).and_then(|place| self.line.get(place)) {
            Some(at) => self.latest.insert(tip, *at),
            None => self.latest.remove(&tip),
        };
        self.line.truncate(first);
        self.put_all_back();
        Ok(())
    }
}

#[cfg(test)]
mod tests;
