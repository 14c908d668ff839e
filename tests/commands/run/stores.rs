//! The store of a step: the scenario's own, that of the header, or one that the step names.

use std::fs;

use super::{ONE, TWO, create, run, run_in};

fn listed(store: &str, id: Option<&str>) -> String {
    let items = id.map_or(String::new(), |id| format!(r#"{{"thread_id":"{id}"}}"#));
    format!(r#"{{"method":"list_threads"{store},"expect":{{"result":{{"items":[{items}]}}}}}}"#)
}

/// A create step for a store.
fn create_in(store: &str, id: &str) -> String {
    create(id).replacen('{', &format!(r#"{{"store":"{store}","#), 1)
}

#[test]
fn a_step_that_names_a_store_goes_there_and_no_other_does() {
    let steps = [
        create_in("a", ONE),
        listed("", None),
        listed(r#","store":"a""#, Some(ONE)),
        listed(r#","store":"b""#, None),
        r#"{"method":"calls","store":"a","expect":{"result":{"create_thread":1,"list_threads":1},"moved":{}}}"#.to_string(),
        r#"{"method":"calls","expect":{"result":{"create_thread":0,"list_threads":1}}}"#.to_string(),
    ];
    let own = run(steps.join("\n"));
    assert_eq!(own.status, 0, "{:#?}", own.lines);
    // With a header, the default store is that of the header, and a step can name it too.
    let header = r#"{"scenario":"s","store":"h"}"#;
    let steps = [
        create_in("h", ONE),
        listed("", Some(ONE)),
        listed(r#","store":"""#, None),
    ];
    let named = run(format!("{header}{}", steps.join("")));
    assert_eq!(named.status, 0, "{:#?}", named.lines);
}

#[test]
fn clock_and_numbers_are_those_of_the_file() {
    let header = r#"{"scenario":"s","clock":"2026-05-13T00:28:15Z"}"#;
    let read = |store: &str| format!(r#"{{"method":"read_thread","params":{{"thread_id":"{ONE}"}}{store}}}"#);
    let steps = [
        create(ONE),
        create_in("a", ONE),
        read(""),
        read(r#","store":"a""#),
        r#"{"method":"calls","store":"a"}"#.to_string(),
        read(""),
        read(r#","store":"a","at":"2027-01-01T00:00:00Z""#),
        read(""),
    ];
    let run = run(format!("{header}{}", steps.join("\n")));
    let numbers: Vec<_> = run
        .answers()
        .iter()
        .map(|answer| answer["step"].as_u64())
        .collect();
    assert_eq!(numbers, (1..=8).map(Some).collect::<Vec<_>>());
    let answers = run.answers();
    let seen = answers
        .iter()
        .filter_map(|answer| answer["result"]["created_at"].as_str());
    assert_eq!(
        seen.collect::<Vec<_>>(),
        [
            "2026-05-13T00:28:15.002Z",
            "2026-05-13T00:28:15.003Z",
            "2026-05-13T00:28:15.005Z",
            "2027-01-01T00:00:00Z",
            "2027-01-01T00:00:00.001Z",
        ]
    );
}

#[test]
fn a_store_is_named_by_a_text() {
    let run = run(r#"{"method":"list_threads","store":5}"#);
    assert_eq!(
        run.invalid(),
        "line 1, column 34: store must be a string, but it is a number"
    );
}

#[test]
fn files_that_share_a_store_in_any_way_are_played_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    // The last file connects the first two, which name no common store.
    write("1.jsonl", format!("{}{}", create_in("a", ONE), "{\"method\":\"flush_thread\",\"params\":{\"thread_id\":\"0198f2a3-0000-7000-8000-000000000001\"}}".repeat(2000)));
    write(
        "2.jsonl",
        format!(r#"{{"scenario":"s","store":"b"}}{}"#, create(TWO)),
    );
    write("3.jsonl", listed("", None));
    write(
        "4.jsonl",
        format!(
            "{}{}",
            listed(r#","store":"a""#, Some(ONE)),
            listed(r#","store":"b""#, Some(TWO))
        ),
    );
    for _ in 0..5 {
        let run = run_in(folder.path(), &["--jobs", "4", "--format", "text", "."], "");
        assert_eq!(run.status, 0, "{:#?}", run.lines);
    }
}
