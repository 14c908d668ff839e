//! Standard input and output: the answers and the exit status are those of `threadloupe run -`.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::json;

use super::server::{answers, create, id, rename, stdio};

/// The output and the exit status of `threadloupe run -`.
fn run(arguments: &[&str], input: &str) -> (String, Option<i32>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .args(["run", "-"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.code())
}

#[test]
fn answers_and_status_are_those_of_a_run() {
    let met = json!({"method": "calls", "expect": {"result": {"create_thread": 1}}});
    let failed = json!({"method": "calls", "expect": {"result": {"create_thread": 2}}});
    for (lines, status) in [
        (vec![], 0),
        (vec![create(1).to_string(), met.to_string()], 0),
        (
            vec![create(1).to_string(), failed.to_string(), met.to_string()],
            1,
        ),
        (
            vec![
                create(1).to_string(),
                failed.to_string(),
                r#"{"method":"read_thred"}"#.to_string(),
            ],
            2,
        ),
        (
            vec![
                String::new(),
                "{\"method\": \"read_thread\", \"params\": {\"thread_id\": \"x\"}}".to_string(),
                "  {\"method\": \"calls\", \"note\"}".to_string(),
                create(1).to_string(),
            ],
            2,
        ),
    ] {
        let input = lines.join("\n");
        let clock = ["--clock", "2026-05-13T00:28:15Z"];
        let output = stdio(&clock, &input);
        let (text, code) = run(&clock, &input);
        assert_eq!(String::from_utf8(output.stdout).unwrap(), text, "{input}");
        assert_eq!(
            (output.status.code(), code),
            (Some(status), Some(status)),
            "{input}"
        );
    }
}

#[test]
fn every_included_scenario_has_the_answers_of_a_run() {
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/scenarios")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let values: Vec<serde_json::Value> = serde_json::Deserializer::from_str(&text)
            .into_iter()
            .map(Result::unwrap)
            .collect();
        if values[0].get("rows").is_some() {
            continue;
        }
        // The header is no step, and what it says is an option here.
        let clock = values[0]["clock"].as_str().unwrap();
        let steps: Vec<String> = values[1..].iter().map(|step| step.to_string() + "\n").collect();
        let mut options = vec!["--clock", clock];
        if let Some(store) = values[0]["store"].as_str() {
            options.extend(["--store", store]);
        }
        let output = stdio(&options, steps.concat());
        let (text, code) = run(&options, &steps.concat());
        assert_eq!(
            String::from_utf8(output.stdout).unwrap(),
            text,
            "{}",
            path.display()
        );
        assert_eq!(
            (output.status.code(), code),
            (Some(0), Some(0)),
            "{}",
            path.display()
        );
    }
}

#[test]
fn a_line_is_answered_before_the_next_one_is_there() {
    let mut child = super::server::command(&["--stdio"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = std::io::BufReader::new(child.stdout.take().unwrap());
    for number in 1..=3 {
        writeln!(input, "{}", create(number)).unwrap();
        let mut line = String::new();
        std::io::BufRead::read_line(&mut output, &mut line).unwrap();
        assert_eq!(answers(line.as_bytes())[0]["step"], number);
    }
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_store_can_begin_with_a_state_or_with_rollouts() {
    let folder = tempfile::tempdir().unwrap();
    let rollout = folder
        .path()
        .join("rollout-2026-05-13T00-28-15-0198f2a3-0000-7000-8000-000000000009.jsonl");
    let line = json!({"timestamp": "2026-05-13T00:28:15.000Z", "type": "session_meta", "payload": {
        "id": id(9), "timestamp": "2026-05-13T00:28:15.000Z", "cwd": "/w", "originator": "o", "cli_version": "1.0.0"}});
    fs::write(&rollout, format!("{line}\n")).unwrap();
    let read = json!({"method": "read_thread", "params": {"thread_id": id(9)}}).to_string();
    let output = stdio(&["--from", rollout.to_str().unwrap()], &read);
    assert_eq!(answers(&output.stdout)[0]["result"]["cwd"], "/w");
    assert_eq!(output.status.code(), Some(0));

    let state = folder.path().join("state.jsonl");
    {
        use threadloupe::store::InMemoryThreadStore;
        let store = InMemoryThreadStore::default();
        let step = threadloupe::contract::Step::CreateThread(threadloupe::contract::CreateThreadParams::new(
            threadloupe::protocol::ThreadId::from_string(&id(1)).unwrap(),
        ));
        store
            .call_at(step, threadloupe::store::CallTime::Now)
            .result
            .unwrap();
        let mut on = |_, _| std::ops::ControlFlow::Continue(());
        threadloupe::workbench::state_file::save(&store.snapshot(), &state, false, &mut on).unwrap();
    }
    let output = stdio(&["--state", state.to_str().unwrap()], rename(1, "a").to_string());
    assert_eq!(answers(&output.stdout)[0]["result"]["name"], "a");

    for arguments in [["--from", "/no/such"], ["--state", "/no/such"]] {
        let output = stdio(&arguments, &read);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
        assert_eq!(String::from_utf8(output.stderr).unwrap().lines().count(), 1);
    }
}

#[test]
fn one_of_stdio_and_listen_is_needed_and_not_both() {
    for arguments in [&[][..], &["--stdio", "--listen", "tcp:127.0.0.1:0"]] {
        let output = super::server::command(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
    }
}
