//! Tests of the included scenarios, each played by the real binary: all expectations are met, and each step has one.
//! `docs/included-scenarios.md` lists exactly these scenarios. `tests/wrong_stores.rs` checks that the expectations
//! cover every rule.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn folder() -> PathBuf {
    root().join("assets/scenarios")
}

/// The names of the shipped files.
fn files() -> BTreeSet<String> {
    fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// The header and the steps of a file.
fn values(file: &str) -> (Value, Vec<Value>) {
    let text = fs::read_to_string(folder().join(file)).unwrap();
    let mut values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
    let header = values.next().unwrap().unwrap();
    (header, values.map(Result::unwrap).collect())
}

/// Plays files in order; a failure prints the report.
fn are_as_expected(files: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .args(["run", "--format", "text"])
        .args(files.iter().map(|file| folder().join(file)))
        .output()
        .unwrap();
    let report = String::from_utf8(output.stdout).unwrap();
    let steps: usize = files.iter().map(|file| values(file).1.len()).sum();
    assert!(
        report.ends_with(&format!(": {steps} as expected, 0 not as expected\n")),
        "{report}"
    );
    assert_eq!(output.status.code(), Some(0), "{report}");
}

macro_rules! scenarios {
    ($( $name:ident $files:expr; )*) => {
        $(
            #[test]
            fn $name() {
                are_as_expected(&$files);
            }
        )*

        #[test]
        fn every_shipped_scenario_is_a_test() {
            let tested: Vec<&str> = [$( &$files[..], )*].concat();
            assert_eq!(files(), tested.iter().map(|file| (*file).to_string()).collect());
        }
    };
}

scenarios! {
    a_writing ["a-writing.jsonl"];
    c_counters ["c-counters.jsonl"];
    g_history ["g-history.jsonl"];
    g_reading ["g-reading.jsonl"];
    l_listing ["l-listing.jsonl"];
    m_in_memory ["m-in-memory.jsonl"];
    m_metadata ["m-metadata.jsonl"];
    p_paths ["p-paths.jsonl"];
    r_registry ["r-registry.jsonl"];
    s_wire ["s-wire.jsonl"];
    tour ["tour.jsonl"];
    v_live ["v-live.jsonl"];
}

#[test]
fn the_folder_as_a_whole_is_as_expected_also_side_by_side() {
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
fn every_file_has_a_clock_and_every_step_an_expectation() {
    for file in files() {
        let (header, steps) = values(&file);
        assert!(
            header["scenario"].is_string() && header["about"].is_string() && header["clock"].is_string(),
            "{file}"
        );
        assert!(
            !steps.is_empty() && steps.iter().all(|step| step["expect"].is_object()),
            "{file}"
        );
    }
}

#[test]
fn the_tour_is_ten_minutes_of_notes() {
    let (_, steps) = values("tour.jsonl");
    let notes: Vec<&str> = steps.iter().filter_map(|step| step["note"].as_str()).collect();
    assert_eq!(notes.len(), steps.len(), "every step has a note");
    // Reading aloud at 130 words a minute leaves the rest for looking.
    let words = notes.iter().flat_map(|note| note.split_whitespace()).count();
    assert!(steps.len() >= 40 && steps.len() <= 60, "{} steps", steps.len());
    assert!((650..=1300).contains(&words), "{words} words");
}

#[test]
fn the_page_lists_every_file_and_no_other() {
    let page = fs::read_to_string(root().join("docs/included-scenarios.md")).unwrap();
    let table = page.split("| file | what it shows |").nth(1).unwrap();
    let mut listed = BTreeSet::new();
    for line in table.lines().skip(2).take_while(|line| line.starts_with('|')) {
        let name = line.split('`').nth(1).unwrap();
        listed.extend([name.to_string()]);
        let about = line.rsplit(" | ").next().unwrap().trim_end_matches(" |");
        assert!(
            name == "tour.jsonl" || values(name).0["about"] == about,
            "the page says what the header does: {line}"
        );
    }
    assert_eq!(listed, files());
}
