//! Reports for users and for continuous integration, folders of scenarios, and files played in parallel.

use std::fs;
use std::os::unix::fs::symlink;

use tempfile::tempdir;

use super::{ONE, TWO, create, run_in};

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
            "    2  read_thread                  a thread  [as expected]",
            "         the # preview",
            "         is empty",
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
    insta::assert_snapshot!(without_times(&run.lines).join("\n"));
}

/// The lines without the values of the attribute `time` of JUnit.
fn without_times(lines: &[String]) -> Vec<String> {
    let mut written = Vec::new();
    for line in lines {
        let mut parts = line.split(" time=\"");
        let mut line = parts.next().unwrap().to_string();
        for part in parts {
            let (time, rest) = part.split_once('"').unwrap();
            assert!(
                time.parse::<f64>().unwrap() >= 0.0 && time.contains('.'),
                "{time}"
            );
            line += &format!(" time=\"\"{rest}");
        }
        written.push(line);
    }
    written
}

/// The values of an attribute in elements with a name, in order.
fn attribute(lines: &[String], element: &str, name: &str) -> Vec<f64> {
    let elements = lines
        .iter()
        .filter_map(|line| line.split_once(&format!("<{element} ")));
    let values = elements.map(|(_, rest)| {
        let (_, value) = rest
            .split_once(&format!("{name}=\""))
            .unwrap_or_else(|| panic!("{rest}"));
        value.split('"').next().unwrap().parse().unwrap()
    });
    values.collect()
}

#[test]
fn the_totals_of_junit_add_up() {
    let folder = tempdir().unwrap();
    for name in ["a.jsonl", "b.jsonl", "c.jsonl"] {
        fs::write(folder.path().join(name), mixed()).unwrap();
    }
    // A folder without scenarios has no suite, so it is in no total.
    fs::create_dir(folder.path().join("none")).unwrap();
    let paths = ["a.jsonl", "b.jsonl", "missing.jsonl", "c.jsonl", "none"];
    for jobs in ["1", "3"] {
        let options = ["--format", "junit", "--jobs", jobs];
        let run = run_in(folder.path(), &[&options[..], &paths].concat(), "");
        assert_eq!(run.status, 2);
        assert!(run.lines[0].starts_with("<?xml "), "{:?}", run.lines);
        for (name, sum) in [
            ("tests", 13.0),
            ("failures", 3.0),
            ("errors", 4.0),
            ("skipped", 0.0),
        ] {
            assert_eq!(attribute(&run.lines, "testsuites", name), [sum], "{name}");
            let suites = attribute(&run.lines, "testsuite", name);
            assert_eq!((suites.len(), suites.iter().sum::<f64>()), (4, sum), "{name}");
        }
        assert_eq!(attribute(&run.lines, "testcase", "time").len(), 13);
        let cases: f64 = attribute(&run.lines, "testcase", "time").iter().sum();
        let suites: f64 = attribute(&run.lines, "testsuite", "time").iter().sum();
        // Each time is rounded to a microsecond.
        assert!((cases - suites).abs() < 20e-6, "{cases} {suites}");
    }
}

/// A scenario whose expected lists have other lengths than the real ones.
fn lists() -> String {
    let read =
        |ids: &str| format!(r#"{{"method":"list_threads","expect":{{"result":{{"items":[{ids}]}}}}}}"#);
    let three = "0198f2a3-0000-7000-8000-000000000003";
    let thread = |id: &str| format!(r#"{{"thread_id":"{id}","name":null}}"#);
    format!(
        "{}\n{}\n{}\n{}\n{}\n{}\n",
        r#"{"scenario":"lists","about":"Lists of threads,\nof several lengths.","clock":"2026-05-13T00:28:15Z"}"#,
        create(ONE),
        create(TWO),
        read(&[thread(ONE), thread(TWO), thread(three)].join(",")),
        read(&thread(TWO)),
        read(&[r#"{"name":"n"}"#.to_string(), thread(TWO), thread(three)].join(",")),
    )
}

#[test]
fn lists_of_different_lengths_are_compared_element_by_element() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("lists.jsonl"), lists()).unwrap();
    let mut all = String::new();
    for format in FORMATS {
        let run = run_in(folder.path(), &["--format", format, "lists.jsonl"], "");
        assert_eq!(run.status, 1);
        if format == "jsonl" {
            // The JSON form is stable: it has both lists.
            let failures: Vec<_> = run
                .answers()
                .iter()
                .map(|answer| answer["failures"].clone())
                .collect();
            assert_eq!(failures[2][0]["path"], "result.items");
            assert_eq!(failures[2][0]["want"].as_array().unwrap().len(), 3);
            assert_eq!(failures[2][0]["got"].as_array().unwrap().len(), 2);
            assert_eq!(failures[2][0].as_object().unwrap().len(), 3);
            continue;
        }
        all += &format!("{}\n\n", without_times(&run.lines).join("\n"));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn of_long_lists_ten_elements_are_shown() {
    let folder = tempdir().unwrap();
    let names: Vec<String> = (0..40).map(|n| format!(r#"{{"name":"{n}"}}"#)).collect();
    let step = format!(
        r#"{{"method":"list_threads","expect":{{"result":{{"items":[{}]}}}}}}"#,
        names.join(",")
    );
    fs::write(folder.path().join("long.jsonl"), step).unwrap();
    let run = run_in(folder.path(), &["--format", "text", "long.jsonl"], "");
    let text = run.lines.join("\n");
    assert!(
        text.contains("result.items (expected 40 elements, got 0; the first difference is at [0])"),
        "{text}"
    );
    assert_eq!(text.matches("+ (no such element)").count(), 10, "{text}");
    assert!(text.contains("result.items (and 30 more differences)"), "{text}");
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
            (run.status, without_times(&run.lines), run.complaints)
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
