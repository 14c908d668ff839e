use crate::contract::{Op, Step, ThreadStore, carry};
use crate::protocol::json::Json;
use crate::workbench::{TimeTravelError, Workbench};
use proptest::prelude::*;

fn id(n: usize) -> String {
    format!("0198f2a3-0000-7000-8000-00000000000{n}")
}

fn step(op: Op, params: &str) -> Step {
    Step::read(op, Some(Json::parse(params).unwrap())).unwrap()
}

fn name(n: usize, name: &str) -> Step {
    let params = format!(r#"{{"thread_id":"{}","patch":{{"name":"{name}"}}}}"#, id(n));
    step(Op::UpdateThreadMetadata, &params)
}

/// Everything that a snapshot contains, including the counters.
fn dump(workbench: &Workbench) -> String {
    let snapshot = workbench.snapshot();
    let mut text = format!("{:?}\n", snapshot.calls());
    for thread in snapshot.threads() {
        let items: Vec<String> = thread
            .history
            .iter()
            .flat_map(|history| history.iter())
            .map(|item| item.text().into_owned())
            .collect();
        let paths: Vec<_> = thread.rollout_paths().collect();
        text += &format!(
            "{:?} {:?} {:?} {items:?} {paths:?}\n",
            thread.id, thread.create, thread.patch
        );
    }
    text + &format!(
        "{:?}",
        workbench
            .journal()
            .entries()
            .map(|entry| entry.step)
            .collect::<Vec<_>>()
    )
}

#[tokio::test]
async fn an_undo_takes_back_the_last_change_with_its_counters_and_is_no_step() {
    let workbench = Workbench::new(std::sync::Arc::default());
    workbench
        .call(step(Op::CreateThread, &format!(r#"{{"thread_id":"{}"}}"#, id(1))))
        .await
        .unwrap();
    let created = dump(&workbench);
    workbench.call(name(1, "a")).await.unwrap();
    let named = dump(&workbench);
    workbench.call(step(Op::ListThreads, "{}")).await.unwrap();
    // The list call only changed a counter. The undo therefore also undoes the rename before it.
    assert_eq!(
        workbench.undo().await.as_deref(),
        Ok("update_thread_metadata and 1 call after it that changed nothing")
    );
    assert_eq!(dump(&workbench), created);
    workbench.redo().await.unwrap();
    assert_ne!(dump(&workbench), named, "the redo brings the list back too");
    assert_eq!(workbench.journal().len(), 3);
    assert_eq!(workbench.redo().await, Err(TimeTravelError::NothingUndone));
}

#[tokio::test]
async fn a_new_change_after_an_undo_begins_a_branch_and_the_one_that_was_left_can_be_gone_to() {
    let workbench = Workbench::new(std::sync::Arc::default());
    workbench
        .call(step(Op::CreateThread, &format!(r#"{{"thread_id":"{}"}}"#, id(1))))
        .await
        .unwrap();
    workbench.call(name(1, "a")).await.unwrap();
    workbench.call(name(1, "b")).await.unwrap();
    let left = dump(&workbench);
    workbench.undo().await.unwrap();
    workbench.undo().await.unwrap();
    workbench.call(name(1, "c")).await.unwrap();
    let here = dump(&workbench);
    assert_eq!(
        workbench.journal().last().map(|entry| entry.step),
        Some(4),
        "no step number is used twice"
    );
    let branches = workbench.branches().await;
    assert_eq!(branches.len(), 1);
    assert_eq!(
        (branches[0].tip, branches[0].left_at, branches[0].steps),
        (3, 1, 2)
    );
    assert_eq!(workbench.go_to_branch(3).await, Ok(()));
    assert_eq!(dump(&workbench), left);
    assert_eq!(workbench.go_to_branch(4).await, Ok(()));
    assert_eq!(dump(&workbench), here);
    assert_eq!(
        workbench.go_to_branch(99).await,
        Err(TimeTravelError::NoBranch(99))
    );
}

#[tokio::test]
async fn all_calls_through_one_store_are_one_action() {
    let workbench = Workbench::new(std::sync::Arc::default());
    let before = dump(&workbench);
    let store = workbench.store();
    let store: &dyn ThreadStore = &*store;
    for n in 1..4 {
        carry(
            store,
            step(Op::CreateThread, &format!(r#"{{"thread_id":"{}"}}"#, id(n))),
        )
        .await
        .unwrap();
    }
    assert_eq!(
        workbench.undo().await.as_deref(),
        Ok("3 calls beginning with create_thread")
    );
    assert_eq!(dump(&workbench), before);
}

#[tokio::test]
async fn what_changes_nothing_is_passed_over() {
    let workbench = Workbench::new(std::sync::Arc::default());
    let thread = format!(r#"{{"thread_id":"{}"}}"#, id(1));
    workbench.call(step(Op::CreateThread, &thread)).await.unwrap();
    workbench.call(name(1, "a")).await.unwrap();
    workbench.call(name(1, "a")).await.unwrap();
    let empty = format!(r#"{{"thread_id":"{}","patch":{{}}}}"#, id(1));
    workbench
        .call(step(Op::UpdateThreadMetadata, &empty))
        .await
        .unwrap();
    workbench.call(step(Op::ArchiveThread, &thread)).await.unwrap();
    workbench.call(step(Op::ResumeThread, &thread)).await.unwrap();
    workbench.undo().await.unwrap();
    let snapshot = workbench.snapshot();
    assert_eq!(
        snapshot
            .threads()
            .next()
            .and_then(|thread| thread.name().map(str::to_string)),
        None
    );
    assert_eq!(snapshot.calls().update_thread_metadata, 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn undo_and_redo_go_through_the_states_that_were(moves in prop::collection::vec((0usize..8, 1usize..4), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let workbench = Workbench::new(std::sync::Arc::default());
            // The model: the states before each change that can be undone, and after each change that can be redone.
            let (mut back, mut forth): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
            for (n, (kind, thread)) in moves.into_iter().enumerate() {
                let now = dump(&workbench);
                match kind {
                    0..4 => {
                        // Every name is new, so each of these calls is a change.
                        let _ = workbench.call(name(thread, &format!("n{n}"))).await;
                        back.push(now);
                        forth.clear();
                    }
                    4..6 => {
                        let undone = workbench.undo().await;
                        prop_assert_eq!(undone.is_ok(), !back.is_empty());
                        if let Some(before) = back.pop() {
                            prop_assert_eq!(dump(&workbench), before);
                            forth.push(now);
                        }
                    }
                    _ => {
                        let redone = workbench.redo().await;
                        prop_assert_eq!(redone.is_ok(), !forth.is_empty());
                        if let Some(after) = forth.pop() {
                            prop_assert_eq!(dump(&workbench), after);
                            back.push(now);
                        }
                    }
                }
            }
            Ok(())
        })?;
    }
}
