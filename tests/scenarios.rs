//! The shipped scenarios: played by the real binary, all of them as expected, and each step that calls the store says what
//! it expects.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/scenarios"))
}

#[test]
fn every_shipped_scenario_is_as_expected() {
    for jobs in ["1", "3"] {
        let output = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
            .args(["run", "--jobs", jobs])
            .arg(folder())
            .output()
            .unwrap();
        let answers = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{answers}");
        let unmet: Vec<&str> = answers
            .lines()
            .filter(|line| !line.ends_with("\"expect\":\"met\"}"))
            .collect();
        assert!(unmet.is_empty(), "without an expectation that is met: {unmet:#?}");
    }
}

#[test]
fn every_step_says_what_it_shows_or_belongs_to_the_one_before_and_expects_something() {
    let mut files = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let mut values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
        let header = values.next().unwrap().unwrap();
        assert!(
            header["scenario"].is_string() && header["clock"].is_string(),
            "{path:?}"
        );
        let steps: Vec<Value> = values.map(Result::unwrap).collect();
        assert!(
            !steps.is_empty() && steps.iter().all(|step| step["expect"].is_object()),
            "{path:?}"
        );
        files += 1;
    }
    assert!(files >= 12);
}
