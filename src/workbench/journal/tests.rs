use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use crate::contract::{Op, Step};
use crate::protocol::ThreadId;
use crate::protocol::json::Json;
use crate::store::{InMemoryThreadStore, Snapshot};
use crate::workbench::Workbench;

fn id(n: usize) -> ThreadId {
    ThreadId::from_string(&format!("0198f2a3-0000-7000-8000-00000000000{n}")).unwrap()
}

/// A call, which may or may not change the store.
fn call(kind: usize, thread: usize, value: usize) -> Step {
    let id = id(thread);
    let (op, more) = match kind {
        0 => (Op::CreateThread, String::new()),
        // A small number of paths in two notations, so that different threads register the same path.
        1 => (
            Op::ResumeThread,
            format!(r#","rollout_path":"/p/{}{}""#, "./".repeat(value % 2), value % 3),
        ),
        2 => (Op::ResumeThread, String::new()),
        3 | 4 => (
            Op::AppendItems,
            format!(
                r#","items":[{}]"#,
                vec![format!(r#"{{"n":{value}}}"#); value % 3].join(",")
            ),
        ),
        5 => (Op::UpdateThreadMetadata, r#","patch":{}"#.to_string()),
        6 => (
            Op::UpdateThreadMetadata,
            format!(r#","patch":{{"name":null,"git_info":{{"sha":"{value}"}}}}"#),
        ),
        7..12 => (
            Op::UpdateThreadMetadata,
            format!(r#","patch":{{"name":"{value}"}}"#),
        ),
        12 => (Op::ArchiveThread, String::new()),
        13 => (Op::ListTurns, String::new()),
        _ => (Op::ReadThread, String::new()),
    };
    let params = format!(r#"{{"thread_id":"{id}"{more}}}"#);
    Step::read(op, Some(Json::parse(&params).unwrap())).unwrap()
}

/// Everything that a snapshot contains.
fn dump(store: &Snapshot) -> String {
    let mut text = format!("{} {} {:?}\n", store.now(), store.listed(), store.calls());
    for thread in store.threads() {
        let items = thread.history.as_ref().map(|history| {
            let texts = history.iter().map(|item| item.text().into_owned());
            (history.len(), texts.collect::<Vec<_>>())
        });
        let paths: Vec<_> = thread.rollout_paths().map(|path| path.as_os_str()).collect();
        text += &format!(
            "{:?} {:?} {:?} {items:?} {paths:?}\n",
            thread.id, thread.create, thread.patch
        );
    }
    let owner = |n: usize| store.owner(format!("/p/{n}").as_ref());
    text + &format!("{:?}", [owner(0), owner(1), owner(2)])
}

/// The dump without the time.
fn timeless(dump: &str) -> &str {
    dump.split_once(" UTC ").unwrap().1
}

/// An action of the user: a call, or going to another point in time.
#[derive(Clone, Debug)]
enum Move {
    Call(usize, usize, usize),
    Undo,
    Redo,
    Back(usize),
    Branch(usize),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        12 => (0usize..15, 1usize..5, 0usize..1000).prop_map(|(kind, thread, value)| Move::Call(kind, thread, value)),
        1 => Just(Move::Undo),
        1 => Just(Move::Redo),
        1 => (0usize..1000).prop_map(Move::Back),
        1 => (0usize..10).prop_map(Move::Branch),
    ];
    // More steps than there are between two stored snapshots.
    prop::collection::vec(one, 1..300)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_store_as_of_a_step_is_what_it_was_then_on_every_branch(moves in moves(), hand in 0usize..300) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let start: DateTime<Utc> = "2026-05-13T00:28:15Z".parse().unwrap();
            let workbench = Workbench::new(Arc::new(InMemoryThreadStore::standing_at(start)));
            // The model: the store directly after each step.
            let mut told = BTreeMap::from([(0, dump(&workbench.snapshot()))]);
            for made in moves {
                match made {
                    Move::Call(kind, thread, value) => {
                        workbench.inner().stand_at(start + TimeDelta::milliseconds(told.len() as i64));
                        let _ = workbench.call(call(kind, thread, value)).await;
                        told.insert(workbench.journal().tip(), dump(&workbench.snapshot()));
                    }
                    Move::Undo => drop(workbench.undo().await),
                    Move::Redo => drop(workbench.redo().await),
                    Move::Back(place) => {
                        let journal = workbench.journal();
                        let step = journal.nth(place % (journal.len() + 1)).map_or(0, |entry| entry.step);
                        prop_assert_eq!(workbench.go_back(step).await, Ok(()));
                        prop_assert_eq!(workbench.journal().tip(), step);
                    }
                    Move::Branch(which) => {
                        let branches = workbench.branches().await;
                        if let Some(branch) = branches.get(which % branches.len().max(1)) {
                            prop_assert!(branch.steps > 0 && branch.left_at < branch.tip);
                            prop_assert_eq!(workbench.go_to_branch(branch.tip).await, Ok(()));
                            prop_assert_eq!(workbench.journal().tip(), branch.tip);
                        }
                    }
                }
                // Only the clock differs: it has the time of the next step.
                let told = told.get(&workbench.journal().tip()).unwrap();
                let here = workbench.snapshot();
                let here = dump(&here);
prop_assert_eq!(timeless(&here), timeless(told));
            }
            let journal = workbench.journal();
            let near = hand as u64 % told.len() as u64;
            let at_hand = journal.at(near).unwrap();
            for (step, told) in &told {
                let store = journal.at(*step).unwrap();
                prop_assert_eq!(&dump(&store), told, "step {}", step);
                let from_hand = journal.near(*step, Some((near, &at_hand))).unwrap();
                prop_assert_eq!(&dump(&from_hand), told, "step {} from {}", step, near);
                let until = journal.until(*step);
                prop_assert_eq!(until.tip(), *step);
                prop_assert_eq!(until.entries().count(), until.len());
                // Threads that did not change between the two steps are equal in both snapshots.
                let touched = journal.touched(near, *step);
                for n in (1..5).filter(|n| !touched.contains(&id(*n))) {
                    let (one, other) = (store.thread(id(n)), at_hand.thread(id(n)));
                    let same = match (one, other) {
                        (Some(one), Some(other)) => one.reads_as(other),
                        (one, other) => one.is_none() && other.is_none(),
                    };
                    prop_assert!(same, "thread {n} changed from {near} to {step} untouched");
                }
            }
            prop_assert!(journal.at(told.len() as u64).is_none());
            Ok(())
        })?;
    }
}
