use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;

use super::*;
use crate::store::InMemoryThreadStore;
use crate::workbench::Request;
use crate::workbench::scenario::{Method, Parsed, Scenario, ScenarioSession, Values};

fn script(text: &str) -> Arc<Script> {
    let mut on = |_| ControlFlow::Continue(());
    let script = Script::read("x.jsonl", text.as_bytes(), text.len(), &mut on);
    Arc::new(script.unwrap().unwrap())
}

fn line(outcome: &Outcome) -> String {
    let mut line = Vec::new();
    outcome.write(&mut line, None).unwrap();
    String::from_utf8(line).unwrap()
}

/// The answers of a run of these scenarios on one store.
async fn run(texts: &[&str]) -> Vec<String> {
    let mut session = ScenarioSession::new(Arc::new(InMemoryThreadStore::default()));
    let mut lines = Vec::new();
    for text in texts {
        let mut scenario = Scenario::open(text.as_bytes()).unwrap();
        if let Some(clock) = scenario.header.clock {
            session.set_clock(clock);
        }
        while let Some(outcome) = session.play_next(&mut scenario).await.unwrap() {
            lines.push(line(&outcome));
        }
    }
    lines
}

const HEADER: &str = r#"{"scenario":"s","clock":"2026-05-13T00:28:15Z"}"#;

fn id(n: u8) -> String {
    format!("0198f2a3-0000-7000-8000-00000000000{n}")
}

fn name(n: u8, name: &str) -> String {
    format!(
        r#"{{"method":"update_thread_metadata","params":{{"thread_id":"{}","patch":{{"name":"{name}"}}}}}}"#,
        id(n)
    )
}

/// A placeholder for the id of another store. It is replaced by a new id each time a text is played.
const OTHER: &str = "another store";

/// A text in which the placeholder is replaced by the id of an unused store.
fn with_new_store(text: &str) -> String {
    static USED: AtomicU64 = AtomicU64::new(0);
    text.replace(
        OTHER,
        &format!("of a player {}", USED.fetch_add(1, Ordering::Relaxed)),
    )
}

fn elsewhere(method: &str, n: u8) -> String {
    format!(
        r#"{{"method":"{method}","params":{{"thread_id":"{}"}},"store":"{OTHER}"}}"#,
        id(n)
    )
}

/// One value of a scenario.
fn value() -> impl Strategy<Value = String> {
    let thread = 1..4_u8;
    let call = |method: &'static str, more: &'static str| {
        move |n: u8| {
            format!(
                r#"{{"method":"{method}","params":{{"thread_id":"{}"{more}}}}}"#,
                id(n)
            )
        }
    };
    prop_oneof![
        thread.clone().prop_map(call("create_thread", "")),
        thread.clone().prop_map(call(
            "append_items",
            r#","items":[{"type":"event_msg","payload":{}}]"#
        )),
        thread
            .clone()
            .prop_map(call("read_thread", r#","include_history":true"#)),
        thread.clone().prop_map(call("archive_thread", "")),
        (thread.clone(), "[a-c]").prop_map(|(n, text)| name(n, &text)),
        (thread.clone(), "[a-c]").prop_map(|(n, text)| {
            let at = format!(r#""at":"2026-06-0{n}T00:00:00.5Z","note":"now","#);
            name(n, &text).replacen('{', &format!("{{{at}"), 1)
        }),
        Just(r#"{"method":"list_threads","params":{},"expect":{"result":{"items":[]}}}"#.to_string()),
        Just(r#"{"method":"calls","expect":{"moved":{}},"note":"none"}"#.to_string()),
        Just(r#"{"method":"no_such"}"#.to_string()),
        Just("{\"method\": torn".to_string()),
        thread.clone().prop_map(|n| elsewhere("create_thread", n)),
        thread.clone().prop_map(|n| elsewhere("read_thread", n)),
        Just(format!(r#"{{"method":"calls","store":"{OTHER}"}}"#)),
        Just(HEADER.to_string()),
    ]
}

/// An action of the user between steps.
#[derive(Clone, Debug)]
enum Deed {
    Forth,
    Undo,
    Redo,
    Restart,
    ByHand,
    Back(usize),
    Branch(usize),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        8 => Just(Deed::Forth),
        3 => Just(Deed::Undo),
        2 => Just(Deed::Redo),
        1 => Just(Deed::Restart),
        2 => Just(Deed::ByHand),
        2 => (0..20_usize).prop_map(Deed::Back),
        2 => (0..20_usize).prop_map(Deed::Branch),
    ]
}

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(future)
}

/// The number of played steps, determined only from the journal: the index of the last call that was made by the
/// player, plus one.
fn told(player: &Player, journal: &Journal) -> usize {
    let calls: Vec<(u64, usize)> = player
        .all
        .iter()
        .filter_map(|performed| match performed.what {
            PerformedKind::Call(step) => Some((step, performed.place)),
            _ => None,
        })
        .collect();
    let mut places = journal.entries().rev().filter_map(|entry| {
        let found = calls.iter().find(|(step, _)| *step == entry.step);
        found.map(|(_, place)| place + 1)
    });
    places.next().unwrap_or(0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn playing_gives_the_answers_of_a_run(
        values in proptest::collection::vec(value(), 0..24),
        more in proptest::collection::vec(value(), 0..6),
    ) {
        let one = format!("{HEADER}\n{}", values.join("\n"));
        let template = format!("{one}\u{0}{}", more.join("\n"));
        block_on(async {
            let bench = Workbench::new(Arc::default());
            let mut player = Player::new(&bench.journal());
            let mut lines = Vec::new();
            for text in with_new_store(&template).split('\u{0}') {
                player.add(script(text), None);
                while let Some((_, outcome)) = player.forth(&bench).await {
                    lines.push(line(&outcome));
                }
                assert!(player.is_at_end());
            }
            let again = with_new_store(&template);
            assert_eq!(lines, run(&again.split('\u{0}').collect::<Vec<_>>()).await);
        });
    }

    #[test]
    fn player_and_store_stay_in_step_whatever_is_done_between(
        values in proptest::collection::vec(value(), 1..16),
        deeds in proptest::collection::vec(deed(), 0..60),
    ) {
        let text = format!("{HEADER}\n{}", values.join("\n"));
        block_on(async {
            let bench = Workbench::new(Arc::default());
            let mut player = Player::new(&bench.journal());
            player.add(script(&with_new_store(&text)), None);
            let answers = run(&[&with_new_store(&text)]).await;
            let mut by_hand = false;
            for deed in deeds {
                match deed {
                    Deed::Forth => {
                        let Some((performed, outcome)) = player.forth(&bench).await else {
                            assert_eq!(player.played(), answers.len());
                            continue;
                        };
                        assert_eq!(performed.place + 1, player.played());
                        // The result may differ after a call that the user made.
                        if !by_hand {
                            assert_eq!(Some(&line(&outcome)), answers.get(performed.place));
                        }
                    }
                    Deed::Undo => drop(bench.undo().await),
                    Deed::Redo => drop(bench.redo().await),
                    Deed::Restart => {
                        assert_eq!(player.restart(&bench).await, Ok(()));
                        assert_eq!(player.played(), 0);
                        assert_eq!(bench.journal().tip(), 0);
                        player.follow(&bench.journal());
                        assert_eq!(player.played(), 0);
                    }
                    Deed::ByHand => {
                        by_hand = true;
                        let Parsed::Step(step) = parsed(&name(9, "h")) else { panic!() };
                        let Method::Call(Request { step: call, .. }) = step.method else { panic!() };
                        bench.call(*call).await.unwrap_err();
                    }
                    Deed::Back(steps) => {
                        let step = bench.journal().nth(steps).map_or(0, |entry| entry.step);
                        assert_eq!(bench.go_back(step).await, Ok(()));
                    }
                    Deed::Branch(which) => {
                        if let Some(branch) = bench.branches().await.get(which) {
                            assert_eq!(bench.go_to_branch(branch.tip).await, Ok(()));
                        }
                    }
                }
                let journal = bench.journal();
                player.follow(&journal);
                // A step that was not a call has no journal step of its own, but that of the previous call.
                let told = told(&player, &journal);
                let calls = |from: usize, to: usize| {
                    let between = (from..to).filter_map(|place| player.performed(place));
                    between.filter(|performed| matches!(performed.what, PerformedKind::Call(_))).count()
                };
                assert!(player.played() >= told, "{told} {}", player.played());
                assert_eq!(calls(told, player.played()), 0);
                for place in 0..player.played() {
                    let performed = player.performed(place).unwrap();
                    assert_eq!(performed.place, place);
                    assert!(performed.tip == 0 || journal.place(performed.tip).is_some());
                    assert!(player.played_at(performed.tip) > place);
                }
                assert_eq!(player.played_at(journal.tip()), player.played());
            }
        });
    }
}

fn parsed(text: &str) -> Parsed {
    let mut values = Values::new(text.as_bytes());
    Parsed::read(&values.next_value().unwrap().unwrap(), false)
}

#[tokio::test]
async fn a_step_from_a_branch_point_is_the_one_behind_it() {
    let bench = Workbench::new(Arc::default());
    let mut player = Player::new(&bench.journal());
    let names: Vec<String> = ["a", "b", "c", "d"].iter().map(|text| name(1, text)).collect();
    player.add(script(&names.join("\n")), None);
    for _ in 0..3 {
        player.forth(&bench).await.unwrap();
    }
    bench.go_back(1).await.unwrap();
    let (performed, _) = player.forth(&bench).await.unwrap();
    assert_eq!((performed.place, player.played()), (1, 2));
    // The other branch has three steps.
    assert_eq!(bench.go_to_branch(3).await, Ok(()));
    let (performed, _) = player.forth(&bench).await.unwrap();
    assert_eq!(performed.place, 3);
    assert!(player.is_at_end());
    assert_eq!(player.restart(&bench).await, Ok(()));
    assert!(bench.redo().await.is_ok());
    player.follow(&bench.journal());
    assert_eq!(player.played(), 4);
}

#[tokio::test]
async fn a_moment_of_the_command_line_wins_and_goes_on_from_file_to_file() {
    let bench = Workbench::new(Arc::default());
    let mut player = Player::new(&bench.journal());
    let clock: DateTime<Utc> = "2030-01-01T00:00:00Z".parse().unwrap();
    let text = format!("{HEADER}\n{}\n{}", name(1, "a"), name(1, "b"));
    for _ in 0..2 {
        player.add(script(&text), Some(clock));
        while player.forth(&bench).await.is_some() {}
    }
    let moments: Vec<_> = bench.journal().entries().map(|entry| entry.at - clock).collect();
    let milliseconds: Vec<_> = (0..4).map(TimeDelta::milliseconds).collect();
    assert_eq!(moments, milliseconds);
    // A scenario that is added during another one replaces the remaining steps, and a restart returns to its
    // beginning.
    player.add(script(&text), None);
    player.forth(&bench).await.unwrap();
    player.add(script(&text), None);
    assert_eq!(
        player.part(player.played()).map(|part| (part.first, part.end)),
        Some((5, 7))
    );
    player.forth(&bench).await.unwrap();
    assert_eq!(player.restart(&bench).await, Ok(()));
    assert_eq!((player.played(), bench.journal().tip()), (5, 5));
}

#[tokio::test]
async fn what_was_bad_is_counted_and_told() {
    let bench = Workbench::new(Arc::default());
    let mut player = Player::new(&bench.journal());
    let text = [
        r#"{"method":"calls","expect":{"moved":{}}}"#,
        r#"{"method":"calls","expect":{"moved":{"create_thread":1}}}"#,
        r#"{"method":"cals"}"#,
        r#"{"method":"calls"}"#,
    ];
    player.add(script(&text.join("\n")), None);
    let mut bad = Vec::new();
    while let Some((performed, _)) = player.forth(&bench).await {
        bad.push((performed.bad, performed.is_good(), performed.tip));
    }
    assert_eq!(bad, [(0, true, 0), (1, false, 0), (2, false, 0), (2, true, 0)]);
    assert_eq!(player.played_at(0), 4);
    assert_eq!(player.restart(&bench).await, Ok(()));
    assert_eq!(player.played(), 0);
}

#[tokio::test]
async fn a_restart_puts_other_stores_back_and_the_own_store_has_no_other_name() {
    let bench = Workbench::new(InMemoryThreadStore::for_id("the player's own"));
    let other = InMemoryThreadStore::for_id("the player's other");
    let mut player = Player::new(&bench.journal());
    let in_store = |store: &str| elsewhere("create_thread", 1).replace(OTHER, store);
    let text = format!(
        "{}{}",
        in_store("the player's other"),
        in_store("the player's own")
    );
    player.add(script(&text), None);
    for _ in 0..2 {
        let (there, _) = player.forth(&bench).await.unwrap();
        let PerformedKind::Elsewhere(there) = &there.what else {
            panic!("{there:?}")
        };
        assert_eq!(
            (&*there.store, &*there.came),
            ("the player's other", "create_thread: done")
        );
        let (here, _) = player.forth(&bench).await.unwrap();
        assert!(matches!(here.what, PerformedKind::Call(_)), "{here:?}");
        assert!(!bench.journal().get(here.tip).unwrap().is_outside());
        assert_eq!(other.snapshot().calls().create_thread, 1);
        assert_eq!(player.restart(&bench).await, Ok(()));
        assert_eq!(
            (other.snapshot().len(), other.snapshot().calls().create_thread),
            (0, 0)
        );
    }
}

#[tokio::test]
async fn a_step_after_an_undo_finds_the_other_store_as_it_was_then() {
    let bench = Workbench::new(Arc::default());
    let mut player = Player::new(&bench.journal());
    let list = format!(r#"{{"method":"list_threads","store":"{OTHER}"}}"#);
    let text = [
        HEADER.to_string(),
        elsewhere("create_thread", 1),
        name(1, "a"),
        elsewhere("create_thread", 2),
        list,
    ];
    let text = text.join("\n");
    player.add(script(&with_new_store(&text)), None);
    while player.forth(&bench).await.is_some() {}
    bench.undo().await.unwrap();
    let mut lines = Vec::new();
    while let Some((_, outcome)) = player.forth(&bench).await {
        lines.push(line(&outcome));
    }
    assert_eq!(lines, run(&[&with_new_store(&text)]).await[1..]);
}
