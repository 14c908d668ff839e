//! Changes from outside: the workbench detects that other code changed its store, records the change as a step and
//! never undoes it.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;

use proptest::prelude::*;
use threadloupe::contract::{Op, Step, carry};
use threadloupe::protocol::ThreadId;
use threadloupe::protocol::json::Json;
use threadloupe::store::{InMemoryThreadStore, Snapshot};
use threadloupe::workbench::recording::{self, ScenarioTitle};
use threadloupe::workbench::scenario::Script;
use threadloupe::workbench::{Origin, Player, ThreadValue, TimeTravelError, Workbench, gist};

fn id(n: usize) -> ThreadId {
    ThreadId::from_string(&format!("0198f2a3-0000-7000-8000-{n:012}")).unwrap()
}

fn step(op: Op, n: usize, more: &str) -> Step {
    let params = format!(r#"{{"thread_id":"{}"{more}}}"#, id(n));
    Step::read(op, Some(Json::parse(&params).unwrap())).unwrap()
}

fn create(n: usize) -> Step {
    step(Op::CreateThread, n, "")
}

fn name(n: usize, name: &str) -> Step {
    step(
        Op::UpdateThreadMetadata,
        n,
        &format!(r#","patch":{{"name":"{name}"}}"#),
    )
}

fn list() -> Step {
    Step::read(Op::ListThreads, Some(Json::parse("{}").unwrap())).unwrap()
}

/// Everything that the store keeps for some threads.
fn kept(store: &Snapshot, which: impl Fn(usize) -> bool) -> String {
    let mut text = String::new();
    for n in (0..20).filter(|n| which(*n)) {
        if let Some(record) = store.thread(id(n)) {
            let items = record.history.as_ref().map(threadloupe::store::History::len);
            let paths: Vec<_> = record.rollout_paths().collect();
            text += &format!("{n} {:?} {:?} {items:?} {paths:?}\n", record.create, record.patch);
        }
    }
    text
}

fn all(store: &Snapshot) -> String {
    format!("{:?}\n{}", store.calls(), kept(store, |_| true))
}

#[tokio::test]
async fn what_a_program_does_on_its_own_handle_is_a_step_that_no_undo_takes_back() {
    let store = Arc::new(InMemoryThreadStore::default());
    let bench = Workbench::new(Arc::clone(&store));
    bench.call(create(1)).await.unwrap();
    let before = all(&store.snapshot());
    carry(&*store, create(2)).await.unwrap();
    carry(&*store, name(2, "theirs")).await.unwrap();
    let both = all(&store.snapshot());
    assert_eq!(bench.undo().await, Err(TimeTravelError::Outside(2)));
    assert_eq!(
        all(&store.snapshot()),
        both,
        "nothing is lost, not even a counter"
    );
    let sentence = TimeTravelError::Outside(2).to_string();
    assert!(
        sentence.contains("Step 2") && sentence.contains("earlier steps cannot be undone"),
        "{sentence}"
    );

    let journal = bench.journal();
    let outside = journal.get(2).unwrap();
    assert!(outside.is_outside() && outside.call.is_none() && journal.again(2).is_none());
    assert_eq!(
        (outside.name(), outside.outcome.as_deref()),
        ("outside", Ok("1 thread changed, 2 calls"))
    );
    assert_eq!(gist::gist(outside), id(2).to_string());
    assert_eq!(outside.touch.threads().collect::<Vec<_>>(), [id(2)]);
    // Time travel shows the store on both sides of the change.
    assert_eq!(all(&journal.at(1).unwrap()), before);
    assert_eq!(all(&journal.at(2).unwrap()), both);
    // Later calls can be undone as usual, but only down to the change.
    bench.call(name(1, "mine")).await.unwrap();
    assert_eq!(bench.undo().await.as_deref(), Ok("update_thread_metadata"));
    assert_eq!(all(&store.snapshot()), both);
    assert_eq!(bench.undo().await, Err(TimeTravelError::Outside(2)));
    assert_eq!(bench.go_back(1).await, Err(TimeTravelError::Outside(2)));
    assert_eq!(bench.go_back(0).await, Err(TimeTravelError::Outside(2)));
    assert_eq!(bench.redo().await.as_deref(), Ok("update_thread_metadata"));
    assert_eq!(store.snapshot().thread(id(1)).unwrap().name(), Some("mine"));
}

#[tokio::test]
async fn counters_that_others_moved_are_kept_too() {
    let store = Arc::new(InMemoryThreadStore::default());
    let bench = Workbench::new(Arc::clone(&store));
    bench.call(create(1)).await.unwrap();
    carry(&*store, list()).await.unwrap();
    assert_eq!(bench.undo().await, Err(TimeTravelError::Outside(2)));
    assert_eq!(store.calls().await.list_threads, 1);
    let journal = bench.journal();
    assert_eq!(
        journal.get(2).unwrap().outcome.as_deref(),
        Ok("no thread changed, 1 call")
    );
    assert_eq!(gist::gist(journal.get(2).unwrap()), "");
}

#[tokio::test]
async fn a_change_from_outside_is_noticed_when_a_call_is_written_down_and_when_news_are_asked_for() {
    let store = Arc::new(InMemoryThreadStore::default());
    let bench = Workbench::new(Arc::clone(&store));
    let mut changes = bench.changes();
    carry(&*store, create(1)).await.unwrap();
    bench.call(create(2)).await.unwrap();
    let steps = |bench: &Workbench| -> Vec<&'static str> {
        bench.journal().entries().map(|entry| entry.name()).collect()
    };
    assert_eq!(steps(&bench), ["outside", "create_thread"]);
    assert_eq!(bench.journal().touched(1, 2), [id(2)]);
    carry(&*store, name(1, "n")).await.unwrap();
    changes.mark_unchanged();
    let (journal, snapshot) = bench.look();
    assert_eq!((journal.tip(), all(&snapshot)), (3, all(&store.snapshot())));
    assert!(changes.has_changed().unwrap());
    // Looking again detects nothing new, and a set clock is not a change.
    store.stand_at("2026-05-13T00:28:15Z".parse().unwrap());
    assert_eq!(bench.look().0.tip(), 3);
    store.restore(&store.snapshot());
    assert_eq!(bench.look().0.tip(), 3);
}

#[tokio::test]
async fn values_from_outside_say_so() {
    let store = Arc::new(InMemoryThreadStore::default());
    let bench = Workbench::new(Arc::clone(&store));
    bench.call(create(1)).await.unwrap();
    bench.call(name(1, "mine")).await.unwrap();
    carry(&*store, name(1, "theirs")).await.unwrap();
    let resume = step(Op::ResumeThread, 1, r#","rollout_path":"/p""#);
    carry(&*store, resume).await.unwrap();
    carry(&*store, create(2)).await.unwrap();
    let git = r#","patch":{"git_info":{"branch":"b"}}"#;
    carry(&*store, step(Op::UpdateThreadMetadata, 2, git))
        .await
        .unwrap();
    let (journal, snapshot) = bench.look();
    let of = |n: usize, key: &str| {
        let origins = journal.origins(snapshot.thread(id(n)).unwrap());
        origins.of_shown(key)
    };
    assert_eq!(of(1, "name"), Origin::Outside(3));
    assert_eq!(of(1, "rollout_path"), Origin::Outside(3));
    assert_eq!(of(1, "source"), Origin::Create(Some(1)));
    assert_eq!(of(2, "source"), Origin::Outside(3));
    assert_eq!(of(2, "git_info"), Origin::Outside(3));
    assert_eq!(of(1, "model"), Origin::Default);
    assert_eq!(Origin::Outside(3).to_string(), "outside, step 3");
    let told = journal
        .history_of(id(1), &ThreadValue::Shown("name".to_string()), 9, &mut |_, _| {
            ControlFlow::Continue(())
        })
        .unwrap();
    let told: Vec<_> = told.iter().map(|told| (told.step, told.name)).collect();
    assert_eq!(
        told,
        [
            (3, "outside"),
            (2, "update_thread_metadata"),
            (1, "create_thread")
        ]
    );
    assert_eq!(journal.why(3, None), []);
    // A value that is set again belongs to the workbench.
    bench.call(name(1, "mine again")).await.unwrap();
    let (journal, snapshot) = bench.look();
    let origins = journal.origins(snapshot.thread(id(1)).unwrap());
    assert_eq!(origins.of_shown("name"), Origin::Patch(Some(4)));
}

#[tokio::test]
async fn steps_with_one_from_outside_are_no_scenario() {
    let store = Arc::new(InMemoryThreadStore::default());
    let bench = Workbench::new(Arc::clone(&store));
    bench.call(create(1)).await.unwrap();
    recording::possible(&bench.journal()).unwrap();
    carry(&*store, create(2)).await.unwrap();
    bench.call(create(3)).await.unwrap();
    let journal = bench.journal();
    let refused = recording::possible(&journal).unwrap_err();
    assert!(
        refused.to_string().contains("step 2 is an outside change"),
        "{refused}"
    );
    let written = recording::write(
        &journal,
        &ScenarioTitle::default(),
        &mut Vec::new(),
        &mut |_, _| ControlFlow::Continue(()),
    );
    assert!(written.unwrap_err().to_string().contains("step 2"));
    // The steps before the change can be recorded.
    recording::possible(&journal.until(1)).unwrap();
}

#[tokio::test]
async fn two_workbenches_on_one_store_do_not_undo_each_others_work() {
    let store = InMemoryThreadStore::for_id("outside: two workbenches");
    let (one, other) = (
        Workbench::new(Arc::clone(&store)),
        Workbench::new(Arc::clone(&store)),
    );
    one.call(create(1)).await.unwrap();
    other.call(create(2)).await.unwrap();
    let both = all(&store.snapshot());
    assert_eq!(one.undo().await, Err(TimeTravelError::Outside(2)));
    assert_eq!(
        other.undo().await.as_deref(),
        Ok("create_thread"),
        "its own step is the last"
    );
    assert!(store.snapshot().thread(id(1)).is_some() && store.snapshot().thread(id(2)).is_none());
    assert_eq!(other.undo().await, Err(TimeTravelError::Outside(1)));
    // For this workbench, the undo of the other one is a change from outside.
    assert_eq!(one.look().0.tip(), 3);
    assert_eq!(one.undo().await, Err(TimeTravelError::Outside(3)));
    other.redo().await.unwrap();
    assert_eq!(all(&store.snapshot()), both);
    InMemoryThreadStore::remove_id("outside: two workbenches");
}

#[tokio::test]
async fn a_line_that_leaves_out_a_change_from_outside_is_not_gone_to() {
    let store = Arc::new(InMemoryThreadStore::default());
    let bench = Workbench::new(Arc::clone(&store));
    bench.call(create(1)).await.unwrap();
    bench.call(name(1, "left")).await.unwrap();
    bench.undo().await.unwrap();
    carry(&*store, create(2)).await.unwrap();
    let both = all(&store.snapshot());
    assert_eq!(bench.redo().await, Err(TimeTravelError::NothingUndone));
    assert_eq!(bench.branches().await.len(), 1);
    assert_eq!(bench.go_to_branch(2).await, Err(TimeTravelError::Outside(3)));
    assert_eq!(all(&store.snapshot()), both);
    assert_eq!(bench.branches().await.len(), 1, "the change is still reported");
    // A branch after the change is like any other.
    bench.call(name(2, "a")).await.unwrap();
    bench.undo().await.unwrap();
    bench.call(name(2, "b")).await.unwrap();
    assert_eq!(bench.go_to_branch(4).await, Ok(()));
    assert_eq!(store.snapshot().thread(id(2)).unwrap().name(), Some("a"));
}

#[tokio::test]
async fn a_player_goes_on_behind_a_change_from_outside() {
    let store = Arc::new(InMemoryThreadStore::default());
    let bench = Workbench::new(Arc::clone(&store));
    let steps: String = (1..4)
        .map(|n| {
            format!(
                "{{\"method\":\"create_thread\",\"params\":{{\"thread_id\":\"{}\"}}}}\n",
                id(n)
            )
        })
        .collect();
    let script = Script::read("s", steps.as_bytes(), steps.len(), &mut |_| {
        ControlFlow::Continue(())
    })
    .unwrap()
    .unwrap();
    let mut player = Player::new(&bench.journal());
    player.add(Arc::new(script), None);
    player.forth(&bench).await.unwrap();
    carry(&*store, create(9)).await.unwrap();
    player.forth(&bench).await.unwrap();
    assert_eq!(player.played(), 2);
    assert_eq!(player.restart(&bench).await, Err(TimeTravelError::Outside(2)));
    player.forth(&bench).await.unwrap();
    assert_eq!((player.played(), store.snapshot().len()), (3, 4));
}

#[tokio::test]
async fn undo_stops_at_the_store_as_it_was_opened() {
    let bench = Workbench::new(Arc::default());
    assert_eq!(bench.undo().await, Err(TimeTravelError::Opened));
    let opening = bench.opening();
    carry(&*opening, create(1)).await.unwrap();
    assert_eq!(
        bench.undo().await,
        Err(TimeTravelError::Opening),
        "while the store is being opened"
    );
    carry(&*opening, name(1, "opened")).await.unwrap();
    assert!(bench.is_opening());
    drop(opening);
    let opened = all(&bench.snapshot());
    assert_eq!(bench.undo().await, Err(TimeTravelError::Opened));
    bench.call(list()).await.unwrap();
    assert_eq!(
        bench.undo().await,
        Err(TimeTravelError::Opened),
        "a read is not a change"
    );
    // Later actions are each undone as a whole, down to the change.
    let import = bench.store();
    for n in 2..5 {
        carry(&*import, create(n)).await.unwrap();
    }
    assert_eq!(
        bench.undo().await.as_deref(),
        Ok("3 calls beginning with create_thread")
    );
    assert_eq!(bench.undo().await, Err(TimeTravelError::Opened));
    assert_eq!(
        kept(&bench.snapshot(), |_| true),
        opened.split_once('\n').unwrap().1
    );
    bench.redo().await.unwrap();
    assert_eq!(bench.snapshot().len(), 4);
    for stop in [TimeTravelError::Opened, TimeTravelError::Opening] {
        assert!(
            stop.to_string().starts_with("Nothing to undo: the store is"),
            "{stop}"
        );
    }
}

#[tokio::test]
async fn the_demo_is_not_undone_and_what_was_done_in_it_is() {
    let bench = Workbench::new(Arc::default());
    threadloupe::workbench::demo::play(&bench).await.unwrap();
    let opened = all(&bench.snapshot());
    assert_eq!(bench.undo().await, Err(TimeTravelError::Opened));
    bench.call(name(1, "mine")).await.unwrap_err();
    bench.undo().await.unwrap();
    assert_eq!(all(&bench.snapshot()), opened);
    assert_eq!(bench.undo().await, Err(TimeTravelError::Opened));
}

/// What a user does in a workbench, and what other code does outside it.
#[derive(Clone, Debug)]
enum Act {
    Own(usize, usize),
    Theirs(usize, usize),
    TheirRead,
    Look,
    Undo,
    Redo,
    Back(usize),
    Branch(usize),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let one = prop_oneof![
        5 => (0usize..4, 0usize..9).prop_map(|(kind, value)| Act::Own(kind, value)),
        2 => (0usize..4, 0usize..9).prop_map(|(kind, value)| Act::Theirs(kind, value)),
        1 => Just(Act::TheirRead),
        1 => Just(Act::Look),
        3 => Just(Act::Undo),
        2 => Just(Act::Redo),
        2 => (0usize..40).prop_map(Act::Back),
        2 => (0usize..9).prop_map(Act::Branch),
    ];
    prop::collection::vec(one, 1..80)
}

/// A change of a thread; other code changes the threads with an odd number.
fn change(kind: usize, value: usize, n: usize) -> Step {
    match kind {
        0 => create(n),
        1 => name(n, &format!("n{value}")),
        2 => step(Op::AppendItems, n, &format!(r#","items":[{{"n":{value}}}]"#)),
        _ => step(Op::ResumeThread, n, &format!(r#","rollout_path":"/{n}/{value}""#)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_done_others_keep_what_they_did(acts in acts()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let store = Arc::new(InMemoryThreadStore::default());
            let bench = Workbench::new(Arc::clone(&store));
            let (mut theirs, mut reads) = (String::new(), 0);
            let mut told = BTreeMap::from([(0, all(&store.snapshot()))]);
            for act in acts {
                match act {
                    Act::Own(kind, value) => drop(bench.call(change(kind, value, 2 * (value % 3))).await),
                    Act::Theirs(kind, value) => {
                        let _ = carry(&*store, change(kind, value, 1 + 2 * (value % 3))).await;
                        theirs = kept(&store.snapshot(), |n| n % 2 == 1);
                        continue;
                    }
                    Act::TheirRead => {
                        carry(&*store, list()).await.unwrap();
                        reads += 1;
                        continue;
                    }
                    Act::Look => drop(bench.look()),
                    Act::Undo => drop(bench.undo().await),
                    Act::Redo => drop(bench.redo().await),
                    Act::Back(place) => {
                        let journal = bench.journal();
                        let step = journal.nth(place % (journal.len() + 1)).map_or(0, |entry| entry.step);
                        let _ = bench.go_back(step).await;
                    }
                    Act::Branch(which) => {
                        let branches = bench.branches().await;
                        if let Some(branch) = branches.get(which % branches.len().max(1)) {
                            let _ = bench.go_to_branch(branch.tip).await;
                        }
                    }
                }
                let (journal, snapshot) = bench.look();
                prop_assert_eq!(kept(&snapshot, |n| n % 2 == 1), theirs.clone());
                prop_assert_eq!(snapshot.calls().list_threads, reads);
                prop_assert_eq!(all(&snapshot), all(&store.snapshot()));
                prop_assert_eq!(all(&snapshot), all(&journal.at(journal.tip()).unwrap()));
                told.entry(journal.tip()).or_insert_with(|| all(&snapshot));
            }
            // The states on both sides of each step are the original ones.
            let journal = bench.look().0;
            for (step, told) in &told {
                prop_assert_eq!(&all(&journal.at(*step).unwrap()), told, "step {}", step);
            }
            Ok(())
        })?;
    }
}

#[test]
fn nothing_is_lost_of_what_others_do_at_the_same_time() {
    const MADE: usize = 300;
    let store = Arc::new(InMemoryThreadStore::default());
    let bench = Workbench::new(Arc::clone(&store));
    let runtime = || tokio::runtime::Builder::new_current_thread().build().unwrap();
    thread::scope(|scope| {
        let others = scope.spawn(|| {
            for n in 0..MADE {
                runtime().block_on(carry(&*store, create(1000 + n))).unwrap();
                thread::yield_now();
            }
        });
        let runtime = runtime();
        let mut own = 0;
        while !others.is_finished() || own < 20 {
            own += 1;
            runtime.block_on(bench.call(create(own % 10))).unwrap();
            let _ = runtime.block_on(bench.undo());
            let _ = runtime.block_on(bench.redo());
            let _ = runtime.block_on(bench.undo());
        }
    });
    let snapshot = store.snapshot();
    for n in 0..MADE {
        assert!(snapshot.thread(id(1000 + n)).is_some(), "thread {n} is lost");
    }
    assert!(snapshot.calls().create_thread >= MADE);
    let journal = bench.look().0;
    assert_eq!(journal.at(journal.tip()).unwrap().calls(), snapshot.calls());
}
