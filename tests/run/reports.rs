//! Reports for users and for continuous integration, folders of scenarios, and files played in parallel.

use std::fs;
use std::os::unix::fs::symlink;

use tempfile::tempdir;

use super::{ONE, create, run_in};

/// A scenario with four steps: an expectation that is met, one that fails, an invalid step, and a step without
/// expectation.
fn mixed() -> String {
    format!(
        "{}\n{}\n{}\n{}\n{}\n",
        r#"{"scenario":"a <mixed> bag","clock":"2026-05-13T00:28:15Z"}"#,
        create(ONE),
        format_args!(
            r#"{{"method":"read_thread","params":{{"thread_id":"{ONE}"}},"note":"the # preview\nis empty","expect":{{"result":{{"preview":""}}}}}}"#
        ),
        r#"{"method":"calls","expect":{"result":{"create_thread":7,"no_such":"\u001b[31m\u0000"}}}"#,
        r#"{"method":"read_thred"}"#,
    )
}

const FORMATS: [&str; 4] = ["jsonl", "text", "tap", "junit"];

#[test]
fn the_text_says_each_step_what_was_wanted_and_what_came_and_sums_up() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("mixed.jsonl"), mixed()).unwrap();
    let run = run_in(folder.path(), &["--format", "text", "mixed.jsonl"], "");
    assert_eq!(run.status, 2);
    assert_eq!(
        run.lines,
        [
            "mixed.jsonl \u{b7} a <mixed> bag",
            "    1  create_thread                done",
            "         the # preview",
            "         is empty",
            "    2  read_thread                  a thread  [as expected]",
            "    3  calls                        2 calls in all  [NOT as expected]",
            "         result.no_such (the contract has no key `no_such` here)",
            "         - \"\\u001b[31m\\u0000\"",
            "         + (no such key)",
            "         result.create_thread",
            "         - 7",
            "         + 1",
            "    4  read_thred                   invalid_step: line 5, column 11: there is no method `read_thred`; did you mean read_thread?",
            "",
            "1 file, 4 steps: 1 as expected, 1 not as expected, 1 without expectation, 1 invalid",
        ]
    );
}

#[test]
fn tap_has_a_test_a_file_and_a_subtest_a_step() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("mixed.jsonl"), mixed()).unwrap();
    let run = run_in(
        folder.path(),
        &["--format", "tap", "mixed.jsonl", "none.jsonl"],
        "",
    );
    assert_eq!(run.status, 2);
    insta::assert_snapshot!(run.lines.join("\n"));
}

#[test]
fn junit_has_a_suite_a_file_and_a_case_a_step() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("mixed.jsonl"), mixed()).unwrap();
    let run = run_in(
        folder.path(),
        &["--format", "junit", "mixed.jsonl", "none.jsonl"],
        "",
    );
    assert_eq!(run.status, 2);
    insta::assert_snapshot!(run.lines.join("\n"));
}

#[test]
fn nothing_of_a_report_moves_a_terminal_or_breaks_its_form() {
    let folder = tempdir().unwrap();
    let escape = "\u{1b}[31m\u{202e}\u{9b}\u{0}\u{fffe}";
    let json = serde_json::Value::from(escape).to_string();
    let step = format!(
        r#"{{"method":"read_thread_by_rollout_path","params":{{"rollout_path":{json}}},"note":{json},"expect":{{"error":{{"message":{json}}}}}}}"#
    );
    fs::write(
        folder.path().join("odd.jsonl"),
        format!("{{\"scenario\":{json}}}\n{step}\n"),
    )
    .unwrap();
    for format in ["text", "tap", "junit"] {
        let run = run_in(folder.path(), &["--format", format, "odd.jsonl"], "");
        assert_eq!(run.status, 1, "{format}");
        let text = run.lines.join("\n");
        let moving = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}' || c == '\u{fffe}';
        assert!(!text.contains(moving), "{format}: {text:?}");
    }
}

#[test]
fn a_folder_means_every_scenario_below_it_by_path() {
    let folder = tempdir().unwrap();
    let path = |name: &str| folder.path().join("all").join(name);
    fs::create_dir_all(path("b/c")).unwrap();
    fs::create_dir_all(folder.path().join("none")).unwrap();
    for name in ["z.jsonl", "b/c/y.jsonl", "b/x.jsonl", "a.jsonl", "notes.txt"] {
        fs::write(path(name), "{\"method\":\"calls\"}").unwrap();
    }
    symlink(path(""), path("b/round")).unwrap();
    let run = run_in(folder.path(), &["z.jsonl", "all", "none"], "");
    let files: Vec<_> = run
        .answers()
        .iter()
        .map(|answer| answer["file"].as_str().unwrap().to_string())
        .collect();
    assert_eq!(
        files,
        ["all/a.jsonl", "all/b/c/y.jsonl", "all/b/x.jsonl", "all/z.jsonl"]
    );
    assert_eq!(run.status, 2);
    let complaints: Vec<_> = run.complaints.lines().collect();
    assert_eq!(
        complaints[0],
        "none: this folder has no scenarios (*.jsonl files); choose another one"
    );
    assert!(complaints[1].starts_with("z.jsonl: cannot be read: "));
}

#[test]
fn files_side_by_side_print_the_same_bytes_as_one_after_the_other() {
    let folder = tempdir().unwrap();
    let mut files = Vec::new();
    for n in 0..24 {
        let name = format!("{n}.jsonl");
        // Every third file plays on a shared store, where steps, counters and the clock continue from file to file.
        let store = if n % 3 == 0 { r#""store":"shared","# } else { "" };
        let clock = r#""clock":"2026-05-13T00:28:15Z""#;
        let header = format!(r#"{{"scenario":"{n}",{store}{clock}}}"#);
        let steps = "{\"method\":\"list_threads\",\"params\":{\"odd\":1}}\n".repeat(1 + (n * 7) % 40);
        let calls = r#"{"method":"calls"}"#;
        fs::write(
            folder.path().join(&name),
            format!("{header}\n{steps}{}\n{calls}\n", create(ONE)),
        )
        .unwrap();
        files.push(name);
    }
    files.insert(5, "missing.jsonl".to_string());
    for format in FORMATS {
        let with = |jobs: &str| {
            let options = ["--format", format, "--jobs", jobs];
            let files = files.iter().map(String::as_str);
            let arguments: Vec<&str> = options.into_iter().chain(files).collect();
            let run = run_in(folder.path(), &arguments, "");
            (run.status, run.lines, run.complaints)
        };
        let alone = with("1");
        assert_eq!(alone.0, 2);
        for jobs in ["1", "2", "7"] {
            assert_eq!(alone, with(jobs), "{format}, {jobs}");
        }
    }
}

#[test]
fn standard_input_and_a_common_store_are_played_in_order_whatever_the_jobs() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("a.jsonl"), create(ONE)).unwrap();
    for arguments in [
        &["--jobs", "4", "a.jsonl", "-"][..],
        &["--jobs", "4", "--store", "qa", "a.jsonl", "a.jsonl"],
    ] {
        let run = run_in(folder.path(), arguments, create(ONE));
        assert_eq!((run.status, run.lines.len()), (0, 2), "{arguments:?}");
    }
    let run = run_in(folder.path(), &["--jobs", "0", "a.jsonl"], "");
    assert_eq!(run.status, 2);
}
