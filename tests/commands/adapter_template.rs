//! The adapter in Python that users start from: it follows the contract as far as it can be checked.

use std::process::{Command, Output};

fn threadloupe(arguments: &[&str]) -> Output {
    let store = concat!(
        "python3 ",
        env!("CARGO_MANIFEST_DIR"),
        "/examples/adapter_template/store.py"
    );
    let mut arguments = arguments.to_vec();
    let place = arguments
        .iter()
        .position(|argument| *argument == "STORE")
        .unwrap();
    arguments[place] = store;
    Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn it_meets_the_included_scenarios() {
    let scenarios = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/scenarios");
    let output = threadloupe(&[
        "run", "--on", "STORE", "--only", "contract", "--format", "text", scenarios,
    ]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    let bound = ["g-history", "m-metadata", "s-wire"].map(|name| format!("{scenarios}/{name}.jsonl"));
    let bound: Vec<&str> = bound.iter().map(String::as_str).collect();
    let output = threadloupe(&[&["run", "--against", "STORE", "--only", "contract"], &*bound].concat());
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8(output.stdout).unwrap()
    );
}

#[test]
fn random_scenarios_find_no_difference_in_what_the_contract_fixes() {
    let output = threadloupe(&[
        "check",
        "--against",
        "STORE",
        "--only",
        "contract",
        "--seed",
        "1",
        "--cases",
        "100",
    ]);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8(output.stdout).unwrap()
    );
    // Its defaults are not those of the in-memory store.
    let output = threadloupe(&["check", "--against", "STORE", "--seed", "1", "--cases", "100"]);
    assert_eq!(output.status.code(), Some(1));
}
