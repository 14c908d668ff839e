//! A header with rows: the file is played once for each of them.

use std::fs;

use super::{ONE, TWO, create, run, run_in, threadloupe};

/// Creates a thread, names it, and reads it.
fn scenario() -> String {
    format!(
        r#"{{"scenario":"s","clock":"2026-05-13T00:28:15Z","rows":[{{"id":"{ONE}","name":"a"}},{{"id":"{TWO}","name":null}}]}}
{}
{{"method":"update_thread_metadata","params":{{"thread_id":"${{id}}","patch":{{"name":"${{name}}"}}}},"note":"names it ${{name}}"}}
{{"method":"list_threads","expect":{{"result":{{"items":[{{"thread_id":"${{id}}","name":"${{name}}"}}]}},"calls":{{"create_thread":1}}}}}}
"#,
        create("${id}")
    )
}

#[test]
fn each_row_has_a_fresh_store_and_clock_and_its_values() {
    let run = run(scenario());
    assert_eq!(run.status, 0, "{:#?}", run.lines);
    let answers = run.answers();
    let places: Vec<_> = run.lines.iter().map(|line| &line[..18]).collect();
    assert_eq!(
        places,
        [
            r#"{"row":1,"step":1,"#,
            r#"{"row":1,"step":2,"#,
            r#"{"row":1,"step":3,"#,
            r#"{"row":2,"step":1,"#,
            r#"{"row":2,"step":2,"#,
            r#"{"row":2,"step":3,"#
        ]
    );
    assert_eq!(answers[1]["result"]["name"], "a");
    assert_eq!(answers[4]["result"]["name"], serde_json::Value::Null);
    for answer in [&answers[1], &answers[4]] {
        assert_eq!(answer["result"]["created_at"], "2026-05-13T00:28:15.001Z");
    }
}

#[test]
fn with_several_files_the_row_follows_the_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.jsonl"), scenario()).unwrap();
    fs::write(folder.path().join("b.jsonl"), create(ONE)).unwrap();
    let run = run_in(folder.path(), &["a.jsonl", "b.jsonl"], "");
    assert!(run.lines[0].starts_with(r#"{"file":"a.jsonl","row":1,"step":1,"#));
    assert!(run.lines[6].starts_with(r#"{"file":"b.jsonl","step":1,"#));
    let parallel = run_in(folder.path(), &["--jobs", "2", "a.jsonl", "b.jsonl"], "");
    assert_eq!(run.lines, parallel.lines);
}

#[test]
fn the_reports_name_the_row() {
    let failing = scenario().replace(r#""calls":{"create_thread":1}"#, r#""calls":{"create_thread":2}"#);
    let printed = |format: &str| {
        let run = run_in(&std::env::temp_dir(), &["--format", format, "-"], &failing);
        assert_eq!(run.status, 1);
        run.lines.join("\n") + "\n"
    };
    let text = printed("text");
    assert!(
        text.contains("- · s\n         row 1\n    1  create_thread"),
        "{text}"
    );
    assert!(
        text.contains("+ 1\n         row 2\n    1  create_thread"),
        "{text}"
    );
    assert!(
        text.contains("1 file, 6 steps: 0 as expected, 2 not as expected"),
        "{text}"
    );
    let tap = printed("tap");
    assert!(tap.contains("    ok 4 - row 2: create_thread\n"), "{tap}");
    assert!(tap.contains("    1..6\nnot ok 1 - -: s\n"), "{tap}");
    let junit = printed("junit");
    assert!(
        junit.contains(r#"name="row 2, step 2: update_thread_metadata: names it null""#),
        "{junit}"
    );
    assert!(junit.contains(r#"tests="6" failures="2""#), "{junit}");
}

#[test]
fn lints_and_errors_name_the_row_and_the_position_in_the_file() {
    let header = r#"{"scenario":"s","rows":[{"id":"no id"},{"id":"0198f2a3-0000-7000-8000-000000000001"}]}"#;
    let step = r#"{"method":"resume_thread","params":{"thread_id":"${id}"}}"#;
    let run = run(format!("{header}\n\n{step}\n"));
    assert_eq!(run.status, 2);
    let answers = run.answers();
    let message = answers[0]["error"]["message"].as_str().unwrap();
    assert!(
        message.starts_with("line 3, column 49: params.thread_id: "),
        "{message}"
    );
    assert_eq!(answers[1]["result"], serde_json::Value::Null);
    assert!(
        run.complaints.starts_with("-: row 2, step 1: ghost-history: "),
        "{}",
        run.complaints
    );
}

#[test]
fn what_is_wrong_with_rows_is_said_with_its_position() {
    for (rows, sentence) in [
        (
            r#"{"id":1}"#,
            "line 1, column 24: rows must be a list of objects, but it is an object",
        ),
        (
            r#"[{"a":1}, 5]"#,
            "line 1, column 34: rows must be a list of objects, but row 2 is a number",
        ),
        (
            "[]",
            "line 1, column 24: rows is empty, so nothing would be played; add a row or remove the key",
        ),
    ] {
        let run = run(format!(r#"{{"scenario":"s","rows":{rows}}}"#));
        assert_eq!(run.invalid(), sentence);
    }
    let step = r#"{"method":"calls","note":"${nam}"}"#;
    let run = run(format!(
        "{{\"scenario\":\"s\",\"rows\":[{{\"name\":1}}]}}\n{step}"
    ));
    assert_eq!(
        run.invalid(),
        "line 2, column 27: no row has a variable `nam`; the rows have name; did you mean name?"
    );
}

#[test]
fn without_rows_a_variable_is_an_ordinary_text() {
    let run = run(format!(
        "{}\n{}",
        create(ONE),
        format_args!(
            r#"{{"method":"update_thread_metadata","params":{{"thread_id":"{ONE}","patch":{{"name":"${{name}}"}}}},"expect":{{"result":{{"name":"${{name}}"}}}}}}"#
        )
    ));
    assert_eq!(run.status, 0, "{:?}", run.lines);
    assert!(run.lines[1].contains(r#""name":"${name}""#));
}

#[test]
fn items_are_filled_in_and_otherwise_kept_as_they_are() {
    let item = r#"{"b" : 1.0e0,"a":"${s}","a":"\u00e9 ${s}","t":"\u0024{s}"}"#;
    let header = r#"{"scenario":"s","rows":[{"s":"x"}]}"#;
    let append = format!(r#"{{"method":"append_items","params":{{"thread_id":"{ONE}","items":[{item}]}}}}"#);
    let load = format!(r#"{{"method":"load_history","params":{{"thread_id":"{ONE}"}}}}"#);
    let run = run([header, &create(ONE), &append, &load].join("\n"));
    assert_eq!(run.status, 0, "{:?}", run.lines);
    let filled = r#"{"b" : 1.0e0,"a":"x","a":"\u00e9 x","t":"\u0024{s}"}"#;
    assert!(run.lines[2].contains(filled), "{}", run.lines[2]);
}

#[test]
fn rows_that_name_a_store_share_it_as_files_do() {
    let header = r#"{"scenario":"s","store":"q","rows":[{"n":1},{"n":2}]}"#;
    let step = r#"{"method":"calls","expect":{"result":{"flush_thread":"${n}"}}}"#;
    let flush = format!(r#"{{"method":"flush_thread","params":{{"thread_id":"{ONE}"}}}}"#);
    let run = run([header, &flush, step].join("\n"));
    assert_eq!(run.status, 0, "{:?}", run.lines);
    assert!(
        run.lines[3].starts_with(r#"{"row":2,"step":4,"#),
        "{}",
        run.lines[3]
    );
}

#[test]
fn files_are_grouped_by_the_stores_that_their_rows_name() {
    let folder = tempfile::tempdir().unwrap();
    let step = create("${id}").replacen('{', r#"{"store":"q-${n}","#, 1);
    let many = r#"{"method":"list_threads","store":"q-2"}"#.repeat(1000);
    let header = format!(r#"{{"scenario":"s","rows":[{{"n":1,"id":"{ONE}"}},{{"n":2,"id":"{TWO}"}}]}}"#);
    fs::write(folder.path().join("1.jsonl"), format!("{header}{many}{step}")).unwrap();
    let listed = format!(
        r#"{{"method":"list_threads","store":"q-2","expect":{{"result":{{"items":[{{"thread_id":"{TWO}"}}]}}}}}}"#
    );
    fs::write(folder.path().join("2.jsonl"), listed).unwrap();
    for _ in 0..3 {
        let run = run_in(folder.path(), &["--jobs", "2", "--format", "text", "."], "");
        assert_eq!(run.status, 0, "{:#?}", run.lines.last());
    }
}

#[test]
fn the_answers_of_the_first_row_do_not_wait_for_the_end_of_the_stream() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::Stdio;
    let mut child = threadloupe(&["-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    writeln!(
        input,
        r#"{{"scenario":"s","rows":[{{"id":"{ONE}"}},{{"id":"{TWO}"}}]}}"#
    )
    .unwrap();
    writeln!(input, "{}", create("${id}")).unwrap();
    assert!(
        lines
            .next()
            .unwrap()
            .unwrap()
            .starts_with(r#"{"row":1,"step":1,"#)
    );
    drop(input);
    assert!(
        lines
            .next()
            .unwrap()
            .unwrap()
            .starts_with(r#"{"row":2,"step":1,"#)
    );
    assert!(lines.next().is_none());
    assert!(child.wait().unwrap().success());
}

/// A header has no variables: its store would be the same for all rows, under a name that nobody meant.
#[test]
fn a_header_has_no_variables() {
    let run = run(r#"{"scenario":"h","store":"${s}","rows":[{"s":"A"},{"s":"B"}]}"#);
    assert_eq!(run.status, 2);
    assert!(
        run.lines[0].contains("a header cannot contain variables"),
        "{}",
        run.lines[0]
    );
}
