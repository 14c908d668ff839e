//! Playing scenarios step by step on an observed store, back and forth: which step comes next, the moment that it sees,
//! and what came of those that were played.
//!
//! Where in a scenario one stands is nowhere written down. Each step that was played knows the step of the journal after
//! which it stood; those of them that lead to the store as it is now are the ones that count as played. So after an undo,
//! a redo or on another branch the next step is the one behind the point where the store stands.
//!
//! A step that names another store goes there, past the journal of the player's own. Such a step finds its store as the
//! steps before it left it: what was played there after them, before an undo or a restart, is put back first.

use std::iter::once;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use imbl::{OrdMap, Vector};

use super::lints::Lint;
use super::scenario::{Invalid, Mismatch, Outcome, Script, Statement};
use super::{Journal, Stop, Workbench};

mod elsewhere;

pub use elsewhere::Elsewhere;
use elsewhere::Other;

/// A step that comes, or why what stands in its place is none.
type Next = Result<Box<Statement>, Invalid>;

const TICK: TimeDelta = TimeDelta::milliseconds(1);

/// What is played on one store: one scenario, or several whose headers name it. A clone costs a few pointers.
#[derive(Clone, Debug)]
pub struct Player {
    parts: Vector<Part>,
    /// All that was played, in order.
    all: Vector<Arc<Performed>>,
    /// Those that lead to the store as it is now, by their place in `all`, in the order of their own places.
    line: Vector<usize>,
    /// By steps of the journal: the last one that was played when the store stood there.
    latest: OrdMap<u64, usize>,
    /// The step of the journal at which playing began.
    root: u64,
    /// The other stores that steps went to, by their ids.
    others: OrdMap<String, Other>,
}

/// A scenario among those of a player.
#[derive(Clone, Debug)]
pub struct Part {
    /// The scenario.
    pub script: Arc<Script>,
    /// The place of its first step among all steps of the player, from 0.
    pub first: usize,
    /// The place behind its last one.
    pub end: usize,
    /// The moment that its first step sees; without one the clock of the scenario before goes on.
    clock: Option<DateTime<Utc>>,
}

/// A step that was played.
#[derive(Clone, Debug)]
pub struct Performed {
    /// Its place among all steps of the player, from 0.
    pub place: usize,
    /// What it was.
    pub what: What,
    /// What stands beside it.
    pub note: Option<String>,
    /// Where it was not as expected; `None` if nothing was expected.
    pub expect: Option<Vec<Mismatch>>,
    /// What a person should hear about it.
    pub lints: Vec<Lint>,
    /// The step of the journal after which it stood; its own if it was a call.
    pub tip: u64,
    /// How many up to it, itself included, were no steps or not as expected.
    pub bad: usize,
    /// The moment that it saw; `None` for that of the system's clock.
    moment: Option<DateTime<Utc>>,
    /// The one that was played before it, by its place in `all`.
    before: Option<usize>,
}

/// What a step was.
#[derive(Clone, Debug)]
pub enum What {
    /// A call: this step of the journal.
    Call(u64),
    /// A look at the counters.
    Counters,
    /// A call or a look at the counters in another store.
    Elsewhere(Box<Elsewhere>),
    /// No step.
    Invalid(Box<Invalid>),
}

impl Performed {
    /// Whether it was a step and as expected.
    pub fn is_good(&self) -> bool {
        !matches!(self.what, What::Invalid(_)) && self.expect.as_ref().is_none_or(Vec::is_empty)
    }
}

impl Player {
    /// A player for a store as it stands.
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

    /// Takes a scenario in; it comes next, and what is left of the one before is left out. `clock` is a moment that wins
    /// over that of the header: for the first scenario, and all others go on from there.
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
            // Of one without steps the clock is still to be seen.
            Some(last) => last.clock.filter(|_| last.first == first),
        };
        self.parts.push_back(Part {
            first,
            end: first + script.len(),
            clock,
            script,
        });
    }

    /// How many steps were played that lead to the store as it is now.
    pub fn played(&self) -> usize {
        self.line.len()
    }

    /// What was played at a place.
    pub fn performed(&self, place: usize) -> Option<&Arc<Performed>> {
        self.all.get(*self.line.get(place)?)
    }

    /// The scenario that one is in after so many steps.
    pub fn part(&self, played: usize) -> Option<&Part> {
        self.parts.iter().rev().find(|part| part.first <= played)
    }

    /// Whether all steps of the scenario at hand were played.
    pub fn is_at_end(&self) -> bool {
        self.part(self.played())
            .is_none_or(|part| part.end == self.played())
    }

    /// The step of the journal after so many steps.
    pub fn tip(&self, played: usize) -> u64 {
        let last = played.checked_sub(1).and_then(|place| self.performed(place));
        last.map_or(self.root, |last| last.tip)
    }

    /// How many of so many steps were none or not as expected.
    pub fn bad(&self, played: usize) -> usize {
        let last = played.checked_sub(1).and_then(|place| self.performed(place));
        last.map_or(0, |last| last.bad)
    }

    /// How many steps were played when the store stood at a step of the journal that leads to where it stands now.
    pub fn played_at(&self, step: u64) -> usize {
        let order = |at: &usize| match self.all.get(*at) {
            Some(performed) if performed.tip > step => std::cmp::Ordering::Greater,
            _ => std::cmp::Ordering::Less,
        };
        self.line.binary_search_by(order).unwrap_or_else(|place| place)
    }

    /// Brings what counts as played in step with the store. `journal` is that of the store as it is now.
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

    /// The last one that was played on the way to the store as it is now.
    fn found(&self, journal: &Journal) -> Option<usize> {
        let mut steps = journal.entries().rev().map(|entry| entry.step).chain(once(0));
        let mut known = self.latest.range(..=journal.tip()).rev();
        // Other calls may lie between, or steps that were left aside: the nearer of the two ends the search.
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

    /// The moment that the next step sees, if it has none of its own and begins a scenario that names one.
    pub fn clock(&self) -> Option<DateTime<Utc>> {
        let place = self.played();
        self.part(place).filter(|part| part.first == place)?.clock
    }

    /// The step that comes next, and the moment that it sees.
    fn next(&self) -> Option<(Next, Option<DateTime<Utc>>)> {
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

    /// Plays the next step; `None` at the end. The outcome is that of a run.
    pub async fn forth(&mut self, bench: &Workbench) -> Option<(Arc<Performed>, Outcome)> {
        let tip = {
            // Let go before the step is played: what is shared would have to be copied to grow.
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
        let played = bench.play(step, moment).await;
        let outcome = Outcome {
            step: place as u64 + 1,
            ..played.outcome
        };
        let performed = Arc::new(Performed {
            place,
            what: match (no_step, other, played.step) {
                (Some(invalid), _, _) => What::Invalid(Box::new(invalid)),
                (None, Some(other), _) => self.went(other, &outcome),
                (None, None, Some(step)) => What::Call(step),
                (None, None, None) => What::Counters,
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

    /// Goes back to where the scenario at hand began, in all stores that it has used; what was played in its own stays
    /// reachable.
    ///
    /// # Errors
    /// The store does not stand behind that any more, or a change from outside came after it.
    pub async fn restart(&mut self, bench: &Workbench) -> Result<(), Stop> {
        self.follow(&bench.journal());
        let first = self.part(self.played()).map_or(0, |part| part.first);
        let tip = self.tip(first);
        bench.go_back(tip).await?;
        // Steps that were no calls stood at the same step of the journal as the beginning.
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
