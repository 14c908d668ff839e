use std::ops::ControlFlow;
use std::sync::Arc;

use chrono::DateTime;

use super::*;
use crate::contract::{Op, Step};
use crate::protocol::ThreadId;
use crate::store::{InMemoryThreadStore, Snapshot};
use crate::workbench::Workbench;

const ONE: &str = "0198f2a3-0000-7000-8000-000000000001";
const TWO: &str = "0198f2a3-0000-7000-8000-000000000002";

/// A store after these calls. Each call is a method, a thread id and the parameters after the id.
async fn store(calls: &[(&str, &str, &str)]) -> Workbench {
    let bench = Workbench::new(Arc::new(InMemoryThreadStore::standing_at(DateTime::UNIX_EPOCH)));
    for (method, id, more) in calls {
        let params = format!(r#"{{"thread_id":"{id}"{more}}}"#);
        let step = Step::read(Op::named(method).unwrap(), Some(Json::parse(&params).unwrap())).unwrap();
        // A patch for a thread that was never created fails, but is stored.
        let _ = bench.call(step).await;
    }
    bench
}

fn seen(title: &str, store: Snapshot, id: &str) -> ThreadVersion {
    ThreadVersion {
        title: title.to_string(),
        store,
        id: ThreadId::from_string(id).unwrap(),
    }
}

fn compare(left: &ThreadVersion, right: &ThreadVersion) -> Comparison {
    threads(left, right, &mut |_, _| ControlFlow::Continue(())).unwrap()
}

fn said(n: usize) -> String {
    format!(r#"{{"type":"event_msg","payload":{{"type":"user_message","message":"said {n}"}}}}"#)
}

fn items(numbers: impl IntoIterator<Item = usize>) -> String {
    let items: Vec<String> = numbers.into_iter().map(said).collect();
    format!(r#","items":[{}]"#, items.join(","))
}

#[tokio::test]
async fn a_thread_is_the_same_as_itself_and_as_one_that_is_written_otherwise() {
    let patch = r#","patch":{"name":"n","token_usage":{"input_tokens":1,"cached_input_tokens":0,"output_tokens":0,"reasoning_output_tokens":0,"total_tokens":1}}"#;
    let bench = store(&[
        ("create_thread", ONE, ""),
        ("create_thread", TWO, ""),
        ("update_thread_metadata", ONE, patch),
        ("update_thread_metadata", TWO, patch),
        (
            "append_items",
            ONE,
            r#","items":[{"type":"x","payload":{"a":1,"b":[2]}}]"#,
        ),
        (
            "append_items",
            TWO,
            r#","items":[{"payload":{"b":[2.0],"a":1e0},"type":"x"}]"#,
        ),
    ])
    .await;
    let (one, two) = (seen("1", bench.snapshot(), ONE), seen("2", bench.snapshot(), TWO));
    for (left, right) in [(&one, &one), (&one, &two), (&two, &one)] {
        let comparison = compare(left, right);
        assert!(comparison.is_same(), "{comparison}");
        assert!(comparison.tally().same > 20);
    }
}

#[tokio::test]
async fn fields_and_items_that_differ_are_told_with_both_sides() {
    let bench = store(&[
        ("create_thread", ONE, r#","source":"cli""#),
        ("create_thread", TWO, r#","source":"exec""#),
        (
            "update_thread_metadata",
            ONE,
            r#","patch":{"name":"fix it","model":"m","title":"t"}"#,
        ),
        (
            "update_thread_metadata",
            TWO,
            r#","patch":{"name":null,"model":"m","created_at":"1970-01-01T00:00:00Z"}"#,
        ),
        ("append_items", ONE, &items([1, 2, 3, 4])),
        ("append_items", TWO, &items([1, 2, 5, 4, 6])),
    ])
    .await;
    let comparison = compare(
        &seen("one", bench.snapshot(), ONE),
        &seen("two", bench.snapshot(), TWO),
    );
    insta::assert_snapshot!(comparison);
}

#[tokio::test]
async fn one_thread_at_two_steps() {
    let bench = store(&[
        ("append_items", ONE, &items(0..40)),
        ("update_thread_metadata", ONE, r#","patch":{"name":"early"}"#),
        ("create_thread", ONE, ""),
        ("append_items", ONE, &items(40..43)),
    ])
    .await;
    let at = |step: u64| seen(&format!("step {step}"), bench.journal().at(step).unwrap(), ONE);
    let none = compare(&at(0), &at(1));
    assert_eq!(none.tally().added, 40);
    let created = compare(&at(2), &at(3)).to_string();
    assert!(created.contains("- created: false\n+ created: true"), "{created}");
    assert!(created.contains("+ name: \"early\""), "{created}");
    assert!(created.contains("(time of the read)"), "{created}");
    let grown = compare(&at(3), &at(4));
    let history = grown.sections.last().unwrap();
    let [same, added] = history.runs.as_slice() else {
        panic!("{:?}", history.runs)
    };
    assert_eq!(
        (same.fate, same.len(), added.fate, added.right.clone()),
        (RunKind::Same, 40, RunKind::Added, 40..43)
    );
    assert_eq!(grown.tally().added, 3, "times of the read are equal at any clock");
}

#[tokio::test]
async fn a_store_at_two_steps() {
    let bench = store(&[
        ("create_thread", ONE, ""),
        ("create_thread", TWO, ""),
        (
            "update_thread_metadata",
            ONE,
            r#","patch":{"git_info":{"branch":"main"}}"#,
        ),
        ("read_thread", ONE, ""),
        ("append_items", TWO, &items(0..2)),
    ])
    .await;
    let journal = bench.journal();
    let (left, right) = (journal.at(1).unwrap(), journal.at(5).unwrap());
    let touched = journal.touched(1, 5);
    let comparison = stores(
        ("step 1".to_string(), &left),
        ("step 5".to_string(), &right),
        &touched,
    );
    insta::assert_snapshot!(comparison);
    assert!(stores((String::new(), &left), (String::new(), &left), &touched).is_same());
}

#[tokio::test]
async fn histories_that_have_nothing_in_common_are_no_trouble_and_can_be_broken_off() {
    let bench = store(&[
        ("append_items", ONE, &items(0..3_000)),
        ("append_items", TWO, &items(3_000..6_000)),
    ])
    .await;
    let (one, two) = (seen("1", bench.snapshot(), ONE), seen("2", bench.snapshot(), TWO));
    assert_eq!(compare(&one, &two).tally().changed, 3_000);
    let mut told = Vec::new();
    let stopped = threads(&one, &two, &mut |done, of| {
        told.push((done, of));
        if told.len() == 2 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    assert!(stopped.is_none());
    assert_eq!(told, [(1_024, 6_000), (2_048, 6_000)]);
}

#[tokio::test]
async fn versions_of_a_history_share_what_was_appended_before() {
    let bench = store(&[]).await;
    for n in 0..50 {
        let params = format!(r#"{{"thread_id":"{ONE}"{}}}"#, items(n..n + 2));
        let step = Step::read(Op::AppendItems, Some(Json::parse(&params).unwrap())).unwrap();
        bench.call(step).await.unwrap();
    }
    let id = ThreadId::from_string(ONE).unwrap();
    let at = |step: u64| {
        bench
            .journal()
            .at(step)
            .unwrap()
            .thread(id)
            .unwrap()
            .history
            .clone()
            .unwrap()
    };
    for (left, right) in [(1, 50), (15, 16), (16, 17), (33, 48), (50, 50)] {
        assert_eq!(at(left).shared(&at(right)), at(left).len(), "{left} {right}");
        assert_eq!(at(right).shared(&at(left)), at(left).len(), "{right} {left}");
    }
    assert_eq!(at(3).shared(&History::default()), 0);
}
