use std::ops::ControlFlow;
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::protocol::json::Json;
use crate::store::InMemoryThreadStore;
use crate::workbench::scenario::{ScenarioSession, Script};

fn fresh() -> ScenarioSession {
    ScenarioSession::new(Arc::new(InMemoryThreadStore::default()))
}

fn done<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(work)
}

async fn first_failure(text: &str) -> Option<FailingScenario> {
    let mut on = |_| ControlFlow::Continue(());
    let script = Script::read("x", text.as_bytes(), 0, &mut on).unwrap().unwrap();
    FailingScenario::find(&script, None, Lints::Allowed, fresh).await
}

async fn is_at(steps: &[String], place: &FailurePlace) -> bool {
    place_of(steps, Lints::Allowed, fresh()).await.as_ref() == Some(place)
}

async fn shrunk(failing: &FailingScenario) -> Shrunk {
    let fails = async |steps: &[String]| is_at(steps, &failing.place).await;
    shrink(failing.steps.clone(), ATTEMPTS, None, fails).await
}

/// Shrinks numbers in place of steps.
fn numbers(count: usize, attempts: usize, fails: impl Fn(&[u32]) -> bool) -> (Vec<u32>, bool, usize) {
    let steps = (1..=count).map(|number| format!(r#"{{"method":"{number}"}}"#));
    let read = |text: &String| {
        Json::trusted(text)
            .get("method")
            .unwrap()
            .as_str()
            .unwrap()
            .parse()
            .unwrap()
    };
    let mut made = 0;
    let counted = async |steps: &[String]| {
        made += 1;
        fails(&steps.iter().map(read).collect::<Vec<u32>>())
    };
    let shrunk = done(shrink(steps.collect(), attempts, None, counted));
    (shrunk.steps.iter().map(read).collect(), shrunk.is_done, made)
}

#[test]
fn steps_that_only_fail_together_are_found_among_many() {
    let needed = |steps: &[u32]| [3, 500, 501].iter().all(|number| steps.contains(number));
    let (left, is_done, made) = numbers(1000, ATTEMPTS, needed);
    assert_eq!((left, is_done), (vec![3, 500, 501, 1000], true));
    assert!(made < 150, "{made}");
    // Steps that can only be removed one after the other, and from the end.
    let in_order =
        |steps: &[u32]| steps.windows(2).all(|two| two[1] == two[0] + 1 || two[1] == 40) && steps[0] == 1;
    assert_eq!(numbers(40, ATTEMPTS, in_order).0, [1, 40]);
}

#[test]
fn the_last_step_stays_and_the_attempts_are_bounded() {
    assert_eq!(numbers(30, ATTEMPTS, |_| true).0, [30]);
    assert_eq!(numbers(1, ATTEMPTS, |_| true).0, [1]);
    let (left, is_done, made) = numbers(30, 10, |steps| steps.len() > 20);
    assert_eq!((is_done, made), (false, 10));
    assert!(left.len() > 20);
}

#[test]
fn places_differ_in_method_code_path_and_types() {
    let place = |want: &str, steps: &str| {
        let text = format!(
            r#"{steps}{{"method":"read_thread","params":{{"thread_id":"{}"}},"expect":{want}}}"#,
            id(1)
        );
        done(first_failure(&text)).unwrap().place
    };
    let created = create(1).to_string();
    let named = format!("{created}{}", update(1, json!({"name": "n"})));
    let wants_x = r#"{"result":{"name":"x"}}"#;
    assert_eq!(
        place(wants_x, &named),
        place(r#"{"result":{"name":"x","cwd":{"$any":true}}}"#, &named)
    );
    // Another value is expected, null came, there is no thread, another path fails.
    for (want, steps) in [
        (r#"{"result":{"name":"y"}}"#, &*named),
        (wants_x, &created),
        (wants_x, ""),
        (r#"{"result":{"name":"x","model":"x"}}"#, &named),
    ] {
        assert_ne!(place(wants_x, &named), place(want, steps), "{want} {steps}");
    }
    assert_eq!(
        place(r#"{"result":{"cwd":1}}"#, ""),
        place(r#"{"result":{}}"#, "")
    );
    assert_ne!(
        place(r#"{"error":{"code":"conflict"}}"#, ""),
        place(r#"{"result":{}}"#, "")
    );
}

fn id(number: u8) -> String {
    format!("0198f2a3-0000-7000-8000-00000000000{number}")
}

fn create(number: u8) -> Value {
    json!({"method": "create_thread", "params": {"thread_id": id(number), "cli_version": "1"}, "note": "a note"})
}

fn update(number: u8, patch: Value) -> Value {
    json!({"method": "update_thread_metadata", "params": {"thread_id": id(number), "patch": patch}})
}

/// A step, and the expectation that it has. Many expectations are met.
fn any_step() -> impl Strategy<Value = Value> {
    let patch = proptest::sample::subsequence(vec!["name", "model", "preview", "agent_role"], 0..4)
        .prop_flat_map(|keys| {
            let count = keys.len();
            proptest::collection::vec("[ab]{0,3}", count).prop_map(move |values| {
                json!(
                    keys.iter()
                        .copied()
                        .zip(values)
                        .collect::<std::collections::BTreeMap<_, _>>()
                )
            })
        });
    let read = |number, history: bool| json!({"method": "read_thread", "params": {"thread_id": id(number), "include_history": history}});
    prop_oneof![
        (0..3u8).prop_map(create),
        (0..3u8, patch).prop_map(|(number, patch)| update(number, patch)),
        (0..3u8, 0..4usize).prop_map(|(number, count)| {
            let items: Vec<Value> = (0..count)
                .map(|at| json!({"type": "x", "payload": {"text": "t".repeat(at)}}))
                .collect();
            json!({"method": "append_items", "params": {"thread_id": id(number), "items": items}})
        }),
        (0..3u8, "[ab]{0,2}").prop_map(move |(number, name)| {
            let mut step = read(number, false);
            step["expect"] =
                json!({"result": {"name": name, "thread_id": id(number)}, "calls": {"archive_thread": 0}});
            step
        }),
        (0..3u8, 0..4usize).prop_map(move |(number, count)| {
            let mut step = read(number, true);
            step["expect"] = json!({"result": {"history": {"items": {"$len": count}}}});
            step
        }),
        (0..9usize)
            .prop_map(|count| json!({"method": "calls", "expect": {"result": {"create_thread": count}}})),
        Just(
            json!({"method": "list_threads", "at": "2027-01-01T00:00:00Z", "expect": {"result": {"items": [{"created_at": "2027-01-01T00:00:00Z"}, {"cwd": ""}]}}})
        ),
        Just(json!({"method": "no_method"})),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_left_fails_in_the_same_place_and_needs_every_step(
        steps in proptest::collection::vec(any_step(), 1..40),
    ) {
        let header = r#"{"scenario":"s","clock":"2026-05-13T00:28:15Z"}"#;
        let lines: Vec<String> = steps.iter().map(Value::to_string).collect();
        done(async {
            let Some(failing) = first_failure(&format!("{header}\n{}", lines.join("\n"))).await else {
                return Ok(());
            };
            prop_assert!(is_at(&failing.steps, &failing.place).await);
            let left = shrunk(&failing).await;
            prop_assert!(left.is_done);
            prop_assert!(is_at(&left.steps, &failing.place).await);
            for index in 0..left.steps.len() - 1 {
                let mut fewer = left.steps.clone();
                fewer.remove(index);
                prop_assert!(!is_at(&fewer, &failing.place).await, "step {} of {:#?}", index + 1, left.steps);
            }
            prop_assert_eq!(&shrunk(&failing).await, &left);
            // What is printed is a scenario that fails in the same place, at the same time.
            let mut printed = Vec::new();
            failing.write(&left.steps, &mut printed).unwrap();
            let again = first_failure(&String::from_utf8(printed).unwrap()).await.unwrap();
            prop_assert_eq!(&again.place, &failing.place);
            prop_assert_eq!(again.step, left.steps.len());
            let at = |steps: &[String]| Json::trusted(steps.last().unwrap()).get("at").unwrap().text().to_string();
            prop_assert_eq!(at(&again.steps), at(&failing.steps));
            Ok(())
        })?;
    }
}
