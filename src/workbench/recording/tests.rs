use std::ops::ControlFlow;

use super::*;
use crate::workbench::scenario::{Key, Outcome, Parsed, Scenario, ScenarioSession, Script, unmet};
use crate::workbench::{Player, Workbench, demo};

fn recorded(journal: &Journal) -> String {
    let mut text = Vec::new();
    let title = ScenarioTitle {
        scenario: "what was done".to_string(),
        about: "by \"hand\"".to_string(),
        clock: None,
    };
    let written = write(journal, &title, &mut text, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!(written, Some(journal.len()));
    String::from_utf8(text).unwrap()
}

async fn run(text: &str) -> (Workbench, Vec<Outcome>) {
    let bench = Workbench::new(std::sync::Arc::default());
    let mut scenario = Scenario::open(text.as_bytes()).unwrap();
    assert_eq!(scenario.header.about.as_deref(), Some("by \"hand\""));
    let mut session = ScenarioSession::new(bench.store());
    let mut outcomes = Vec::new();
    while let Some(parsed) = scenario.next_step().unwrap() {
        match parsed {
            Parsed::Step(statement) => outcomes.push(session.play(*statement).await),
            other => panic!("{other:?}"),
        }
    }
    (bench, outcomes)
}

/// The results of all steps of a journal, whose calls are made again.
fn answers(journal: &Journal) -> Vec<String> {
    journal
        .entries()
        .map(|entry| journal.again(entry.step).unwrap().came().unwrap())
        .collect()
}

#[tokio::test]
async fn a_recorded_run_gives_the_same_answers_and_is_recorded_the_same() {
    let bench = Workbench::new(std::sync::Arc::default());
    demo::play(&bench).await.unwrap();
    bench.go_back(bench.journal().tip() - 1).await.unwrap();
    let step = r#"{"method":"update_thread_metadata","params":{"thread_id":"0198f2a3-0000-7000-8000-000000000001","patch":{"git_info":{},"model":null}},"note":"a \"note\"","expect":{"error":{"code":"conflict"}}}"#;
    let Parsed::Step(statement) = Parsed::read(&value(step), false) else {
        panic!("no step")
    };
    let at = "2027-01-01T00:00:00.000000001Z".parse().unwrap();
    let played = bench.play(Ok(statement), Some(at)).await;
    assert_eq!(played.outcome.expect.as_ref().map(Vec::len), Some(1));
    let journal = bench.journal();
    let number = played.step.unwrap();
    assert_eq!(number, journal.tip());
    assert_eq!(journal.remark(number).unwrap().failures.len(), 1);

    let text = recorded(&journal);
    let (again, outcomes) = run(&text).await;
    let of_outcomes: Vec<String> = outcomes.iter().map(returned).collect();
    let of_journal: Vec<String> = journal
        .entries()
        .map(|entry| {
            let again = journal.again(entry.step).unwrap();
            returned(&Outcome {
                returned: again.returned,
                ..outcomes[0].clone()
            })
        })
        .collect();
    assert_eq!(of_outcomes, of_journal);
    assert_eq!(answers(&again.journal()), answers(&journal));
    let without_remarks = |text: &str| {
        text.replace(
            r#","expect":{"error":{"code":"conflict"}},"note":"a \"note\"""#,
            "",
        )
    };
    assert_eq!(recorded(&again.journal()), without_remarks(&text));
    assert!(
        text.lines().last().unwrap().contains(r#""git_info":{}"#),
        "{text}"
    );
}

fn returned(outcome: &Outcome) -> String {
    let mut text = Vec::new();
    let outcome = Outcome {
        step: 1,
        method: None,
        expect: None,
        ..outcome.clone()
    };
    outcome.write(&mut text, None).unwrap();
    String::from_utf8(text).unwrap()
}

fn value(text: &str) -> crate::workbench::scenario::StreamValue {
    crate::workbench::scenario::Values::new(text.as_bytes())
        .next_value()
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn what_is_pointed_at_is_expected_and_a_change_of_it_is_told() {
    let bench = Workbench::new(std::sync::Arc::default());
    demo::play(&bench).await.unwrap();
    let journal = bench.journal();
    for entry in journal.entries() {
        let came = journal.again(entry.step).unwrap().came().unwrap();
        let word = if entry.outcome.is_ok() { "result" } else { "error" };
        for name in [word, "moved", "calls"] {
            let path = [Key::Name(name.to_string())];
            let (remark, _) = journal.pointed(entry.step, &path).unwrap();
            let expect = remark.expect.unwrap();
            assert_eq!(remark.failures, [], "{expect}");
            let other = came.replacen(&format!("\"{name}\":"), &format!("\"{name}\":0,\"else\":"), 1);
            assert_eq!(unmet(&expect, &other, None).len(), 1, "{expect}");
        }
        assert_eq!(
            journal.pointed(entry.step, &[Key::Name("nothing".to_string())]),
            None
        );
    }
}

#[tokio::test]
async fn what_began_with_threads_is_no_scenario() {
    let bench = Workbench::new(std::sync::Arc::default());
    demo::play(&bench).await.unwrap();
    let on = Workbench::new(std::sync::Arc::clone(bench.inner()));
    assert!(possible(&bench.journal()).is_ok());
    let sentence = possible(&on.journal()).unwrap_err().to_string();
    assert!(sentence.contains("it had 13 threads before"), "{sentence}");
}

#[tokio::test]
async fn what_began_with_counted_calls_is_no_scenario() {
    let bench = Workbench::new(std::sync::Arc::default());
    let list = crate::contract::Step::ListThreads(crate::contract::ListThreadsParams::default());
    bench.call(list).await.unwrap();
    assert!(possible(&bench.journal()).is_ok());
    let on = Workbench::new(std::sync::Arc::clone(bench.inner()));
    let sentence = possible(&on.journal()).unwrap_err().to_string();
    assert_eq!(
        sentence,
        "The steps cannot rebuild this store: its counters were not zero before the first step, and a scenario \
         starts with an empty store. :save saves the whole store."
    );
}

/// Checks the exact bytes that are written.
#[tokio::test]
async fn a_step_is_written_in_these_bytes() {
    let bench = Workbench::new(std::sync::Arc::default());
    let play = async |text: &str| {
        let Parsed::Step(statement) = Parsed::read(&value(text), false) else {
            panic!("no step: {text}")
        };
        let at = "2026-05-13T00:28:15.5Z".parse().unwrap();
        bench.play(Ok(statement), Some(at)).await.step.unwrap()
    };
    let create = play(concat!(
        r#"{"method":"create_thread","params":{"thread_id":"0198f2a3-0000-7000-8000-000000000001"},"#,
        "\"expect\":{\"result\" : null,\r\n \"moved\": {\"create_thread\": 2}},\"note\":\"\\\"a\\\"\\n\\u0001é/\"}",
    ))
    .await;
    let update = play(concat!(
        r#"{"method":"update_thread_metadata","params":{"thread_id":"0198f2a3-0000-7000-8000-000000000001","#,
        r#""include_archived":true,"patch":{"name":null,"git_info":{},"memory_mode":"enabled"}}}"#,
    ))
    .await;
    let bare = play(concat!(
        r#"{"method":"update_thread_metadata","params":{"thread_id":"0198f2a3-0000-7000-8000-000000000001","#,
        r#""patch":{"git_info":{}}}}"#,
    ))
    .await;
    let append = play(concat!(
        r#"{"method":"append_items","params":{"thread_id":"0198f2a3-0000-7000-8000-000000000001","#,
        r#""items":[{"a" : 1e2,"a":"\u0041\ud800"},{"$damaged":{"text":"to\"rn"}},{"$damaged":{"base64":"/w=="}}]}}"#,
    ))
    .await;
    let journal = bench.journal();
    let written = |step: u64| {
        let remark = journal.remark(step).map(|remark| &**remark);
        line(journal.get(step).unwrap(), remark).unwrap()
    };
    const ID: &str = r#""thread_id":"0198f2a3-0000-7000-8000-000000000001""#;
    const AT: &str = r#""at":"2026-05-13T00:28:15.500Z""#;
    assert_eq!(
        written(create),
        [
            r#"{"method":"create_thread","params":{"#,
            ID,
            r#"},"expect":{"result" : null, "moved": {"create_thread": 2}},"note":"\"a\"\n\u0001é/","#,
            AT,
            "}"
        ]
        .concat()
    );
    assert_eq!(
        written(update),
        format!(
            r#"{{"method":"update_thread_metadata","params":{{{ID},"include_archived":true,"patch":{{"name":null,"git_info":{{}},"memory_mode":"enabled"}}}},{AT}}}"#
        )
    );
    assert_eq!(
        written(bare),
        format!(
            r#"{{"method":"update_thread_metadata","params":{{{ID},"patch":{{"git_info":{{}}}}}},{AT}}}"#
        )
    );
    assert_eq!(
        written(append),
        [
            r#"{"method":"append_items","params":{"#,
            ID,
            r#","items":[{"a" : 1e2,"a":"\u0041\ud800"},{"$damaged":{"text":"to\"rn"}},{"$damaged":{"base64":"/w=="}}]},"#,
            AT,
            "}"
        ]
        .concat()
    );
    let again = journal.again(create).unwrap();
    let counters = r#"{"create_thread":1,"resume_thread":0,"append_items":0,"persist_thread":0,"flush_thread":0,"shutdown_thread":0,"discard_thread":0,"load_history":0,"read_thread":0,"read_thread_by_rollout_path":0,"list_threads":0,"update_thread_metadata":0,"archive_thread":0,"unarchive_thread":0}"#;
    assert_eq!(
        again.text().unwrap(),
        format!(r#"{{"moved":{{"create_thread":1}},"result":null,"calls":{counters}}}"#)
    );
    assert_eq!(
        again.came().unwrap(),
        format!(r#"{{"result":null,"calls":{counters},"moved":{counters}}}"#)
    );
    assert_eq!(
        recorded(&journal).lines().next(),
        Some(r#"{"scenario":"what was done","about":"by \"hand\""}"#)
    );
}

/// The recording of a scenario has its header and its `calls` steps, and what was sent, even what the contract ignores.
#[tokio::test]
async fn a_recording_of_a_scenario_has_the_same_header_and_steps() {
    const STEPS: [&str; 6] = [
        r#"{"method":"calls","expect":{"result":{"create_thread":0}},"at":"2026-05-13T00:28:15Z"}"#,
        r#"{"method":"create_thread","params":{"thread_id":"0198f2a3-0000-7000-8000-000000000001","dry":1},"at":"2026-05-13T00:28:15.001Z"}"#,
        r#"{"method":"update_thread_metadata","params":{"thread_id":"0198f2a3-0000-7000-8000-000000000001","patch":{"model":null,"nmae":"x"}},"at":"2026-05-13T00:28:15.002Z"}"#,
        r#"{"method":"append_items","params":{"items":[{"a" :1}],"thread_id":"0198f2a3-0000-7000-8000-000000000001","x":{}},"at":"2026-05-13T00:28:15.003Z"}"#,
        r#"{"method":"calls","at":"2026-05-13T00:28:15.004Z"}"#,
        r#"{"method":"calls","note":"again","at":"2026-05-13T00:28:15.005Z"}"#,
    ];
    let header = r#"{"scenario":"shown","about":"a note","clock":"2026-05-13T00:28:15Z"}"#;
    let text = format!("{header}\n{}\n", STEPS.join("\n"));
    let mut go_on = |_| ControlFlow::Continue(());
    let script = Script::read("x.jsonl", text.as_bytes(), text.len(), &mut go_on);
    let bench = Workbench::new(std::sync::Arc::default());
    let mut player = Player::new(&bench.journal());
    player.add(std::sync::Arc::new(script.unwrap().unwrap()), None);
    while player.forth(&bench).await.is_some() {}
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("saved.jsonl");
    let mut tell = |_, _| ControlFlow::Continue(());
    assert_eq!(save(&bench.journal(), &path, false, &mut tell).unwrap(), Some(6));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    // A step that is played again after going back is not there twice.
    bench.undo().await.unwrap();
    while player.forth(&bench).await.is_some() {}
    save(&bench.journal(), &path, true, &mut tell).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}
