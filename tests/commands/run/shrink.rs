//! `--shrink`: the fewest and simplest steps that still fail in the same place.

use std::fs;

use super::{ONE, Run, TWO, create, run, run_in};

fn shrink(input: impl AsRef<[u8]>) -> Run {
    run_in(&std::env::temp_dir(), &["--shrink", "-"], input)
}

fn update(id: &str, patch: &str) -> String {
    format!(
        r#"{{"method":"update_thread_metadata","params":{{"thread_id":"{id}","patch":{patch}}},"note":"a note","expect":{{"result":{{"thread_id":"{id}"}}}}}}"#
    )
}

/// A header and many steps, of which the one that is expected to be otherwise is not the last.
fn scenario() -> String {
    let mut steps = vec![r#"{"scenario":"s", "about":"a","clock":"2026-05-13T00:28:15Z"}"#.to_string()];
    for _ in 0..40 {
        steps.push(
            update(TWO, r#"{"name":"other"}"#)
                .replace("result", "error")
                .replace(
                    &format!(r#""thread_id":"{TWO}"}}}}}}"#),
                    r#""code":"thread_not_found"}}}"#,
                ),
        );
    }
    steps.push(create(ONE));
    steps.push(r#"{"method":"calls"}"#.to_string());
    steps.push(update(
        ONE,
        r#"{"name":"the name","model":"m","git_info":{"branch":"b"}}"#,
    ));
    steps.push(format!(
        r#"{{"method":"read_thread","params":{{"thread_id":"{ONE}","include_history":true}},
            "expect":{{"result":{{"name":"a name","model":"m","history":{{"items":[]}}}},"calls":{{"create_thread":1}}}}}}"#
    ));
    steps.push(create(TWO));
    steps.join("\n")
}

#[test]
fn only_what_is_needed_is_left() {
    let shrunk = shrink(scenario());
    assert_eq!(
        shrunk.lines,
        [
            r#"{"scenario":"s", "about":"a","clock":"2026-05-13T00:28:15Z"}"#.to_string(),
            format!(
                r#"{{"method":"create_thread","params":{{"thread_id":"{ONE}"}},"at":"2026-05-13T00:28:15.040Z"}}"#
            ),
            format!(
                r#"{{"method":"update_thread_metadata","params":{{"thread_id":"{ONE}","patch":{{"name":""}}}},"at":"2026-05-13T00:28:15.042Z"}}"#
            ),
            format!(
                r#"{{"method":"read_thread","params":{{"thread_id":"{ONE}"}},"expect":{{"result":{{"name":"a name"}}}}}}"#
            ),
        ]
    );
    assert_eq!(
        shrunk.complaints,
        "-: 3 of 45 steps remain; step 3 (read_thread) fails at result.name; in the original file, it is step 44\n"
    );
    assert_eq!(shrunk.status, 1);
    // The result is a scenario that fails there, and cannot be shrunk further.
    let text = shrunk.lines.join("\n");
    let answer = run(&text).answers().pop().unwrap();
    assert_eq!(answer["failures"][0]["path"], "result.name");
    let read = answer["result"]["created_at"].as_str().unwrap();
    assert_eq!(read, "2026-05-13T00:28:15.043Z");
    assert_eq!(shrink(&text).lines, shrunk.lines);
}

#[test]
fn items_and_elements_of_an_expected_list_that_do_not_matter_are_dropped() {
    let items: Vec<String> = (0..30)
        .map(|at| format!(r#"{{"type":"t", "n":{at},"deep":[[{at}]]}}"#))
        .collect();
    let append = format!(
        r#"{{"method":"append_items","params":{{"thread_id":"{ONE}","items":[{}]}}}}"#,
        items.join(",")
    );
    let load = format!(
        r#"{{"method":"load_history","params":{{"thread_id":"{ONE}"}},"expect":{{"result":{{"items":{{"$len":0}}}}}}}}"#
    );
    let counted = shrink([&*append, &load].join("\n"));
    assert_eq!(
        counted.lines,
        [
            format!(r#"{{"method":"append_items","params":{{"thread_id":"{ONE}"}}}}"#)
                .replace("}}", r#","items":[{}]}}"#),
            load.clone()
        ]
    );
    let want = items.join(",").replace(r#""n":7"#, r#""n":-7"#);
    let load = load.replace(r#"{"$len":0}"#, &format!("[{want}]"));
    let compared = shrink([&*append, &load].join("\n"));
    assert_eq!(compared.status, 1, "{}", compared.complaints);
    assert!(
        compared.lines[1].contains(r#"[{"$any":true},{"$any":true},"#),
        "{}",
        compared.lines[1]
    );
    assert!(
        compared.lines[1].contains(r#",{"n":-7},"#),
        "{}",
        compared.lines[1]
    );
    assert!(
        compared.lines[0].contains(r#",{"n":7},"#),
        "{}",
        compared.lines[0]
    );
}

#[test]
fn the_first_failing_row_is_shrunk_with_its_values() {
    let header = format!(
        r#"{{"scenario":"s","rows":[{{"id":"{ONE}","name":"a"}},{{"id":"{TWO}","name":"b"}},{{"id":"{TWO}","name":"c"}}],"about":"x"}}"#
    );
    let read = r#"{"method":"read_thread","params":{"thread_id":"${id}"},"expect":{"result":{"name":"a"}}}"#;
    let shrunk = shrink(
        [
            &header,
            &create("${id}"),
            &update("${id}", r#"{"name":"${name}"}"#),
            read,
        ]
        .join("\n"),
    );
    assert_eq!(
        shrunk.complaints,
        "-: row 2: 3 of 3 steps remain; step 3 (read_thread) fails at result.name; in the original file, it is step 3\n"
    );
    assert_eq!(shrunk.lines[0], r#"{"scenario":"s","about":"x"}"#);
    assert_eq!(shrunk.lines[1], create(TWO));
    assert!(!shrunk.lines.join("").contains("${"));
}

#[test]
fn an_unexpected_lint_is_shrunk_too_if_it_is_denied() {
    let steps = [
        create(TWO),
        create(ONE),
        update(ONE, r#"{"name":"n","model":null}"#),
    ]
    .join("\n");
    let allowed = shrink(&steps);
    assert_eq!((allowed.status, allowed.lines.len()), (0, 0));
    let denied = run_in(&std::env::temp_dir(), &["--shrink", "--deny-lints", "-"], &steps);
    assert_eq!(denied.status, 1);
    assert_eq!(denied.lines.len(), 2, "{:?}", denied.lines);
    assert!(
        denied
            .complaints
            .contains("fails at lint; in the original file, it is step 3"),
        "{}",
        denied.complaints
    );
}

#[test]
fn registered_stores_are_new_for_every_attempt() {
    let header = r#"{"scenario":"s","store":"shrink-a"}"#;
    let there = create(ONE).replacen('{', r#"{"store":"shrink-b","#, 1);
    let calls = r#"{"method":"calls","store":"shrink-b","expect":{"result":{"create_thread":2}}}"#;
    let shrunk = shrink([header, &create(TWO), &there, calls].join("\n"));
    assert_eq!(shrunk.lines, [header, calls]);
}

#[test]
fn nothing_to_shrink_is_said() {
    let shrunk = shrink(create(ONE));
    assert_eq!(
        (shrunk.status, shrunk.lines.len(), &*shrunk.complaints),
        (0, 0, "-: no expectation fails, so there is nothing to shrink\n")
    );
}

#[test]
fn invalid_steps_are_named_and_dropped_and_what_cannot_be_used_is_status_2() {
    let shrunk = shrink(format!(
        "{{\"scenario\":\"s\",\"clock\":\"2026-05-13T00:28:15Z\"}}\n{{\"method\":\"cals\"}}\n{{broken\n{}\n",
        r#"{"method":"calls","expect":{"result":{"create_thread":1}}}"#
    ));
    assert_eq!(shrunk.status, 2);
    assert_eq!(shrunk.lines.len(), 2);
    assert!(
        shrunk.lines[1].ends_with(r#""at":"2026-05-13T00:28:15.002Z"}"#),
        "{}",
        shrunk.lines[1]
    );
    let complaints: Vec<&str> = shrunk.complaints.lines().collect();
    assert!(complaints[0].starts_with("-: step 1: line 2, column 11: there is no method `cals`"));
    assert!(
        complaints[1].starts_with("-: step 2: line 3, column 2: "),
        "{}",
        complaints[1]
    );
    assert!(
        complaints[2].starts_with("-: 1 of 3 steps remain; step 1 (calls) fails at result.create_thread")
    );

    let folder = tempfile::tempdir().unwrap();
    for name in ["a.jsonl", "b.jsonl"] {
        fs::write(folder.path().join(name), create(ONE)).unwrap();
    }
    for (arguments, part) in [
        (
            &["--shrink", "a.jsonl", "b.jsonl"][..],
            "--shrink takes one scenario file, but 2 were given",
        ),
        (&["--shrink", "."], "but 2 were given"),
        (&["--shrink", "none.jsonl"], "none.jsonl: "),
        (&["--shrink", "--format", "tap", "a.jsonl"], "cannot be used with"),
        (&["--shrink"], "PATH"),
    ] {
        let run = run_in(folder.path(), arguments, "");
        assert_eq!((run.status, run.lines.len()), (2, 0), "{arguments:?}");
        assert!(run.complaints.contains(part), "{}", run.complaints);
    }
    assert_eq!(run_in(folder.path(), &["--shrink", "a.jsonl"], "").status, 0);
}

#[test]
fn the_times_that_the_steps_saw_are_kept() {
    let read = |want: &str| {
        format!(
            r#"{{"method":"read_thread","params":{{"thread_id":"{ONE}"}},"expect":{{"result":{{"created_at":"{want}"}}}}}}"#
        )
    };
    let seen = |arguments: &[&str], header: &str, wrong: &str| {
        let steps = [header, r#"{"method":"calls"}"#, &create(ONE), "{}", &read(wrong)].join("\n");
        let run = run_in(&std::env::temp_dir(), arguments, &steps);
        assert_eq!(run.status, 2, "{}", run.complaints);
        run.lines
    };
    let wrong = "2026-05-13T00:28:15.002Z";
    let at = |time: &str, step: String| step[..step.len() - 1].to_string() + &format!(r#","at":"{time}"}}"#);
    let header = r#"{"scenario":"s","clock":"2026-05-13T00:28:15Z"}"#;
    assert_eq!(
        seen(&["--shrink", "-"], header, wrong),
        [
            header.to_string(),
            at("2026-05-13T00:28:15.001Z", create(ONE)),
            at("2026-05-13T00:28:15.003Z", read(wrong)),
        ]
    );
    let arguments = ["--shrink", "--clock", "2026-05-13T00:28:16Z", "-"];
    assert_eq!(
        seen(&arguments, header, wrong)[2],
        at("2026-05-13T00:28:16.003Z", read(wrong))
    );
    // Without a clock, only the steps from the first time on have one.
    let timed = at("2026-05-13T00:28:17Z", r#"{"method":"calls"}"#.to_string());
    let own = shrink([&*create(ONE), &timed, r#"{"method":"calls"}"#, &read(wrong)].join("\n"));
    assert_eq!(
        own.lines,
        [create(ONE), at("2026-05-13T00:28:17.002Z", read(wrong))]
    );
}

/// The lints that a step expects are kept as they are: with others, it would fail for another reason.
#[test]
fn expected_lints_are_kept() {
    let scenario = format!(
        "{}\n{}",
        create(ONE),
        r#"{"method":"update_thread_metadata","params":{"thread_id":"ID","patch":{"model":null,"title":"t"}},"expect":{"lints":["no-effect"]}}"#
            .replace("ID", ONE),
    );
    let shrunk = shrink(scenario);
    let last = shrunk.lines.last().unwrap();
    assert!(last.contains(r#""expect":{"lints":["no-effect"]}"#), "{last}");
}

/// A failure that needs the rows before it is not taken for a scenario that passes.
#[test]
fn a_failure_that_needs_the_rows_before_it_is_refused() {
    let scenario = format!(
        "{}\n{}\n{}",
        r#"{"scenario":"r","store":"shrink-rows","rows":[{"n":1},{"n":2}]}"#,
        create(ONE),
        r#"{"method":"calls","expect":{"calls":{"create_thread":1}}}"#,
    );
    let shrunk = shrink(scenario);
    assert_eq!((shrunk.status, shrunk.lines.len()), (2, 0));
    assert!(
        shrunk
            .complaints
            .contains("a failure that depends on the rows before it cannot be shrunk"),
        "{}",
        shrunk.complaints
    );
}
