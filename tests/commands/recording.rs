//! Steps of a user, saved as a scenario and run again, have the same answers byte for byte and lead to the same store,
//! also after undo, redo, going back and branching.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test panics")]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::process::{Command, Stdio};
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::Value;
use threadloupe::store::{InMemoryThreadStore, Snapshot};
use threadloupe::workbench::recording::{self, ScenarioTitle};
use threadloupe::workbench::scenario::{Outcome, Parsed, Scenario, ScenarioSession, Values};
use threadloupe::workbench::{Journal, Workbench, state_file};

use crate::support::steps::{any_step, odd};

/// An action of the user.
#[derive(Clone, Debug)]
enum Act {
    /// A call, at the time of the system clock or this many milliseconds later.
    Call(Value, Option<i64>),
    Undo,
    Redo,
    /// Goes back to the step at this position of the line.
    Back(prop::sample::Index),
    /// Goes to one of the branches.
    Branch(prop::sample::Index),
}

fn any_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        12 => (any_step(), prop::option::of(0i64..5_000_000_000)).prop_map(|(step, at)| Act::Call(step, at)),
        2 => Just(Act::Undo),
        1 => Just(Act::Redo),
        1 => any::<prop::sample::Index>().prop_map(Act::Back),
        1 => any::<prop::sample::Index>().prop_map(Act::Branch),
    ]
}

async fn act(bench: &Workbench, act: &Act) {
    match act {
        Act::Call(step, at) => {
            let text = odd(step.to_string());
            let value = Values::new(text.as_bytes()).next_value().unwrap().unwrap();
            let step = match Parsed::read(&value, false) {
                Parsed::Step(statement) => Ok(statement),
                Parsed::Invalid(invalid) => Err(invalid),
                Parsed::Header(_) => panic!("a header"),
            };
            let begin: chrono::DateTime<chrono::Utc> = "2026-05-13T00:28:15.000000001Z".parse().unwrap();
            bench
                .play(step, at.map(|at| begin + chrono::TimeDelta::milliseconds(at)))
                .await;
        }
        Act::Undo => drop(bench.undo().await),
        Act::Redo => drop(bench.redo().await),
        Act::Back(index) => {
            let journal = bench.journal();
            let place = index.index(journal.len() + 1);
            let step = place.checked_sub(1).and_then(|place| journal.nth(place));
            assert_eq!(bench.go_back(step.map_or(0, |entry| entry.step)).await, Ok(()));
        }
        Act::Branch(index) => {
            let branches = bench.branches().await;
            if !branches.is_empty() {
                let tip = branches[index.index(branches.len())].tip;
                assert_eq!(bench.go_to_branch(tip).await, Ok(()));
            }
        }
    }
}

/// A journal as a scenario.
fn recorded(journal: &Journal) -> String {
    let mut text = Vec::new();
    let title = ScenarioTitle {
        scenario: "by hand".to_string(),
        about: String::new(),
        clock: None,
    };
    recording::possible(journal).unwrap();
    recording::write(journal, &title, &mut text, &mut |_, _| ControlFlow::Continue(()))
        .unwrap()
        .unwrap();
    String::from_utf8(text).unwrap()
}

/// The answers of the steps of a journal, as `run` writes them.
fn answers(journal: &Journal) -> String {
    let mut text = Vec::new();
    for (place, entry) in journal.entries().enumerate() {
        let outcome = Outcome {
            row: None,
            step: place as u64 + 1,
            method: Some(entry.name().to_string()),
            note: None,
            returned: journal.again(entry.step).unwrap().returned,
            valid: true,
            lints: Vec::new(),
            expected_lints: BTreeSet::new(),
            expect: None,
            not_judged: Vec::new(),
        };
        outcome.write(&mut text, None).unwrap();
    }
    String::from_utf8(text).unwrap()
}

/// The answers of the calls among these answers, numbered from 1. Steps that read the counters are not in a journal.
fn of_calls(answers: &str) -> String {
    let calls = answers
        .lines()
        .filter(|line| !line.contains(r#","method":"calls","#));
    let number = |(place, line): (usize, &str)| {
        let (_, rest) = line.split_once(',').unwrap();
        format!("{{\"step\":{},{rest}\n", place + 1)
    };
    calls.enumerate().map(number).collect()
}

/// The answers of a scenario, and the store after it.
async fn played(scenario: &str) -> (String, Snapshot) {
    let store = Arc::new(InMemoryThreadStore::default());
    let mut scenario = Scenario::open(scenario.as_bytes()).unwrap();
    let mut session = ScenarioSession::new(Arc::<InMemoryThreadStore>::clone(&store));
    let mut text = Vec::new();
    while let Some(parsed) = scenario.next_step().unwrap() {
        let Parsed::Step(statement) = parsed else {
            panic!("{parsed:?}")
        };
        session.play(*statement).await.write(&mut text, None).unwrap();
    }
    (String::from_utf8(text).unwrap(), store.snapshot())
}

/// Everything that a store keeps, except its clock.
fn kept(store: &Snapshot) -> String {
    let mut bytes = Vec::new();
    state_file::write(store, &mut bytes, &mut |_, _| ControlFlow::Continue(()))
        .unwrap()
        .unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (first, rest) = text.split_once('\n').unwrap();
    let header: Value = serde_json::from_str(first).unwrap();
    let lines: Vec<&str> = rest.lines().collect();
    format!(
        "{} {}\n{}",
        header["calls"],
        header["registered"],
        lines[..lines.len() - 1].join("\n")
    )
}

/// Checks that the steps of a journal have the same effect after they are saved and run again.
async fn does_the_same(journal: &Journal) -> Result<String, TestCaseError> {
    let scenario = recorded(journal);
    let (came, store) = played(&scenario).await;
    prop_assert_eq!(of_calls(&came), answers(journal));
    prop_assert_eq!(kept(&store), kept(&journal.at(journal.tip()).unwrap()));
    Ok(scenario)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_saved_run_does_the_same_again_and_so_does_any_prefix_of_it(
        acts in prop::collection::vec(any_act(), 1..120),
        prefix: prop::sample::Index,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let bench = Workbench::new(Arc::default());
            for one in &acts {
                act(&bench, one).await;
            }
            let journal = bench.journal();
            prop_assert_eq!(kept(&bench.snapshot()), kept(&journal.at(journal.tip()).unwrap()));
            does_the_same(&journal).await?;
            // Looking back changes nothing, and going back changes the store, but both leave the same steps.
            let place = prefix.index(journal.len() + 1);
            let step = place.checked_sub(1).and_then(|place| journal.nth(place)).map_or(0, |entry| entry.step);
            let looked = does_the_same(&journal.until(step)).await?;
            prop_assert_eq!(bench.go_back(step).await, Ok(()));
            prop_assert_eq!(does_the_same(&bench.journal()).await?, looked);
            prop_assert_eq!(kept(&bench.snapshot()), kept(&journal.at(step).unwrap()));
            Ok(())
        })?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_runner_answers_a_saved_run_so_too(acts in prop::collection::vec(any_act(), 150..250)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let journal = runtime.block_on(async {
            let bench = Workbench::new(Arc::default());
            for one in &acts {
                act(&bench, one).await;
            }
            bench.journal()
        });
        let mut run = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
            .args(["run", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (mut input, scenario) = (run.stdin.take().unwrap(), recorded(&journal));
        let writer = std::thread::spawn(move || input.write_all(scenario.as_bytes()));
        let output = run.wait_with_output().unwrap();
        writer.join().unwrap().unwrap();
        prop_assert_eq!(of_calls(&String::from_utf8(output.stdout).unwrap()), answers(&journal));
        prop_assert_eq!(output.status.code(), Some(0));
    }
}
