//! The demo store: about ten threads that cover every case, created by a scenario that is compiled in.

use std::io;

use chrono::TimeDelta;

use super::Workbench;
use super::scenario::{Outcome, Scenario, ScenarioSession};

/// The scenario that creates the demo store.
pub const SCENARIO: &str = include_str!("../../assets/demo.jsonl");

/// How long after its last call the demo store is looked at.
const LATER: TimeDelta = TimeDelta::minutes(30);

/// Plays the demo on a workbench. Its calls are recorded in the journal like any others, each at its own time, but
/// cannot be undone. Afterwards, the clock of the store stands a while after the last of them. Returns the outcome of
/// each step.
pub async fn play(workbench: &Workbench) -> io::Result<Vec<Outcome>> {
    let mut scenario = Scenario::open(SCENARIO.as_bytes())?;
    let mut session = ScenarioSession::new(workbench.opening());
    let clock = scenario.header.clock;
    if let Some(clock) = clock {
        session.set_clock(clock);
    }
    let mut outcomes = Vec::new();
    while let Some(outcome) = session.play_next(&mut scenario).await? {
        outcomes.push(outcome);
    }
    if let Some(clock) = clock {
        workbench.inner().stand_at(clock + LATER);
    }
    Ok(outcomes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_step_of_the_demo_is_a_step_and_comes_to_what_it_expects() {
        let workbench = Workbench::new(std::sync::Arc::default());
        let outcomes = play(&workbench).await.unwrap();
        for outcome in &outcomes {
            assert!(outcome.is_good(), "{outcome:?}");
        }
        let snapshot = workbench.snapshot();
        assert_eq!(workbench.journal().len(), outcomes.len());
        assert_eq!(snapshot.listed(), 11);
        // One thread is loadable but never listed, and one consists only of a patch.
        assert_eq!(
            snapshot
                .threads()
                .filter(|thread| !thread.is_listed() && thread.is_loadable())
                .count(),
            1
        );
        assert_eq!(
            snapshot
                .threads()
                .filter(|thread| !thread.is_listed() && !thread.is_loadable())
                .count(),
            1
        );
        let damaged = snapshot.threads().filter_map(|thread| thread.history.as_ref());
        assert_eq!(
            damaged
                .flat_map(|history| history.iter())
                .filter(|item| item.is_damaged())
                .count(),
            3
        );
    }
}
