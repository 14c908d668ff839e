//! `threadloupe check`: random scenarios on the store of another program.

use std::fs;
use std::process::{Command, Output};

use crate::door::server::Server;
use serde_json::{Value, json};

fn itself() -> String {
    format!("{} serve --stdio", env!("CARGO_BIN_EXE_threadloupe"))
}

fn threadloupe(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .args(arguments)
        .output()
        .unwrap()
}

fn check(store: &str, arguments: &[&str]) -> Output {
    threadloupe(&[&["check", "--against", store], arguments].concat())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn there_is_no_difference_to_itself() {
    // The benchmark `door` plays 100,000 steps.
    let output = check(&itself(), &["--seed", "1", "--cases", "250"]);
    let told = format!(
        "{}: no difference in 250 cases with 10,000 steps (seed 1)\n",
        itself()
    );
    assert_eq!(text(&output.stderr), told);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0));
}

#[test]
fn a_socket_and_only_the_contract_have_no_difference_either() {
    for server in [Server::unix(&[]), Server::tcp(&[])] {
        for more in [&[][..], &["--only", "contract"]] {
            let output = check(&server.address, &[&["--cases", "50"], more].concat());
            assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        }
    }
}

/// A store that shows the name `a` as `b`.
fn wrong() -> String {
    format!("{} | sed -u 's/\"name\":\"a\"/\"name\":\"b\"/g'", itself())
}

#[test]
fn the_first_difference_is_shrunk_and_printed_as_a_scenario() {
    let folder = tempfile::tempdir().unwrap();
    let saved = folder.path().join("found.jsonl");
    let saved = saved.to_str().unwrap();
    let output = check(&wrong(), &["--seed", "3", "--save", saved]);
    let complaints = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{complaints}");
    let lines: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(
        lines[0]["scenario"]
            .as_str()
            .unwrap()
            .starts_with("seed 3, case ")
    );
    let methods: Vec<&str> = lines[1..]
        .iter()
        .map(|step| step["method"].as_str().unwrap())
        .collect();
    assert_eq!(methods, ["create_thread", "update_thread_metadata"]);
    assert_eq!(lines[2]["params"]["patch"], json!({"name": "a"}));
    assert_eq!(lines[2]["expect"]["result"]["name"], "a");
    assert!(
        complaints.contains("result.name: expected \"a\", got \"b\""),
        "{complaints}"
    );
    assert!(complaints.contains("; shrunk to 2 of "), "{complaints}");
    assert_eq!(fs::read_to_string(saved).unwrap(), text(&output.stdout));

    // It is met by the in-memory store, and fails on the other one in the same place.
    assert_eq!(threadloupe(&["run", saved]).status.code(), Some(0));
    let failed = threadloupe(&["run", "--on", &wrong(), saved]);
    assert_eq!(failed.status.code(), Some(1));
    let last: Value = serde_json::from_str(text(&failed.stdout).lines().last().unwrap()).unwrap();
    assert_eq!(
        last["failures"],
        json!([{"path": "result.name", "want": "a", "got": "b"}])
    );
    // The same seed has the same cases.
    let again = check(&wrong(), &["--seed", "3"]);
    assert_eq!((again.stdout, text(&again.stderr)), (output.stdout, complaints));
}

#[test]
fn counters_are_compared_if_the_store_tells_them() {
    let wrong = format!(
        "{} | sed -u 's/\"flush_thread\":[1-9]/\"flush_thread\":0/'",
        itself()
    );
    let output = check(&wrong, &["--seed", "1"]);
    let found = text(&output.stdout);
    let methods: Vec<Value> = found
        .lines()
        .skip(1)
        .map(|line| {
            let step: Value = serde_json::from_str(line).unwrap();
            step["method"].clone()
        })
        .collect();
    assert_eq!(methods, ["flush_thread", "calls"], "{found}");
    let silent = format!(
        "{} | sed -u 's/\"method\":\"calls\",\"result\":.*/\"method\":\"calls\",\"error\":{{\"code\":\"unsupported\",\"message\":\"m\"}}}}/'",
        itself()
    );
    let output = check(&silent, &["--seed", "1", "--cases", "20"]);
    let complaints = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{complaints}");
    assert_eq!(complaints.matches("does not report its counters").count(), 1);
}

#[test]
fn methods_and_steps_can_be_chosen() {
    let wrong = wrong();
    let output = check(
        &wrong,
        &[
            "--methods",
            "create_thread,read_thread,append_items",
            "--cases",
            "50",
        ],
    );
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let output = check(
        &wrong,
        &[
            "--methods",
            "create_thread,update_thread_metadata",
            "--steps",
            "10",
        ],
    );
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    for wrong in [
        &["--methods", "read_thred"][..],
        &["--steps", "0"],
        &["--cases", "x"],
    ] {
        assert_eq!(check(&itself(), wrong).status.code(), Some(2));
    }
}

#[test]
fn a_store_that_cannot_be_used_is_told_with_its_place() {
    let told = |store: &str| {
        let output = check(store, &["--seed", "1", "--timeout", "700ms"]);
        let complaints = text(&output.stderr);
        assert_eq!(
            (output.status.code(), output.stdout.len()),
            (Some(2), 0),
            "{complaints}"
        );
        let ours = complaints.lines().find(|line| line.starts_with(store)).unwrap();
        ours[store.len()..].to_string()
    };
    let first = text(&check(&wrong(), &["--seed", "1", "--cases", "1", "--steps", "1"]).stderr);
    assert!(first.contains("no difference in 1 case with 1 step"), "{first}");
    for (store, what) in [
        (
            "exec sleep 1000".to_string(),
            "the store gave no answer within 0.7 s; --timeout sets another limit (seed 1)",
        ),
        (
            "exit 4".to_string(),
            "the store ended (exit status 4) before it answered (seed 1)",
        ),
    ] {
        let sentence = told(&store);
        assert!(
            sentence.starts_with(": case 1, step 1 (") && sentence.ends_with(what),
            "{sentence}"
        );
    }
    // It dies in the middle of a case.
    let sentence = told(&format!("{} | sed -u '50q'", itself()));
    assert!(sentence.starts_with(": case 2, step 11 ("), "{sentence}");
    // It answers everything twice.
    let sentence = told(&format!("{} | sed -u p", itself()));
    assert!(
        sentence.contains("step 2 (") && sentence.contains("answered another step"),
        "{sentence}"
    );
    assert!(told("unix:/no/such").contains("cannot connect to the store"));
}
