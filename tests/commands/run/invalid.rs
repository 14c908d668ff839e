//! Invalid steps: each has an answer with its place and advice, changes nothing, and makes the exit status 2.

use super::{ONE, create, run};

/// The message of a run of one invalid step, after its place, which is checked.
fn refused(step: &str, place: &str) -> String {
    let message = run(step).invalid();
    let Some(rest) = message.strip_prefix(place) else {
        panic!("{step}\n{message}");
    };
    rest.to_string()
}

#[test]
fn each_kind_of_invalid_step_names_its_place() {
    let id = format!(r#""thread_id":"{ONE}""#);
    let cases: Vec<(String, &str, &str)> = vec![
        (
            "5".into(),
            "1:1",
            "a step must be an object with a method, but it is a number",
        ),
        (
            "[]".into(),
            "1:1",
            "a step must be an object with a method, but it is a list",
        ),
        (
            "{}".into(),
            "1:1",
            "this step has no method; `threadloupe list ops` lists all methods",
        ),
        (
            r#"{"method":5}"#.into(),
            "1:11",
            "method must be a string, but it is a number",
        ),
        (
            r#"{"method":null}"#.into(),
            "1:11",
            "method must be a string, but it is null",
        ),
        (
            r#"{"method": "read_thred"}"#.into(),
            "1:12",
            "there is no method `read_thred`; did you mean read_thread?",
        ),
        (
            r#"{"method":"zzz"}"#.into(),
            "1:11",
            "there is no method `zzz`; `threadloupe list ops` lists all methods",
        ),
        (
            r#"{"method":"Calls"}"#.into(),
            "1:11",
            "there is no method `Calls`; did you mean calls?",
        ),
        (
            r#"{"method":"calls","params":[]}"#.into(),
            "1:28",
            "params: expected an object of parameters, but got a list",
        ),
        (
            r#"{"method":"list_threads","params":null}"#.into(),
            "1:35",
            "params: expected an object of parameters, but got null",
        ),
        (
            r#"{"method":"calls","x":1}"#.into(),
            "1:19",
            "a step has no key `x`; it has method, params, expect, note, at",
        ),
        (
            r#"{"method":"calls","ect\u0061":{"b":1}}"#.into(),
            "1:19",
            "a step has no key `ecta`; ",
        ),
        (
            r#"{"method":"calls","id":1}"#.into(),
            "1:19",
            "a step has no key `id`; ",
        ),
        (
            r#"{"method":"calls","note":5}"#.into(),
            "1:26",
            "note must be a string, but it is a number",
        ),
        (
            r#"{"method":"calls","at":"now"}"#.into(),
            "1:24",
            "at must be a time such as 2026-05-13T00:28:15Z (",
        ),
        (
            r#"{"method":"calls","at":5}"#.into(),
            "1:24",
            "at must be a string, but it is a number",
        ),
        (
            r#"{"method":"calls","method":"calls"}"#.into(),
            "1:19",
            "the key `method` is repeated here",
        ),
        (
            r#"{"method":"calls","note":"a","n\u006fte":"b"}"#.into(),
            "1:30",
            "the key `note` is repeated here",
        ),
        (
            r#"{"method":"calls","expect":5}"#.into(),
            "1:28",
            "expect must be an object, but it is a number",
        ),
        (
            r#"{"method":"calls","expect":{"resul":5}}"#.into(),
            "1:29",
            "an expectation has no key `resul`; did you mean result?",
        ),
        (
            r#"{"method":"calls","expect":{"calls":5}}"#.into(),
            "1:37",
            "calls must be an object of counters, but it is a number",
        ),
        (
            r#"{"method":"calls","expect":{"moved":[]}}"#.into(),
            "1:37",
            "moved must be an object of counters, but it is a list",
        ),
        (
            r#"{"method":"read_thread"}"#.into(),
            "1:1",
            "params.thread_id: this parameter is required",
        ),
        (
            r#"{"method":"read_thread","params":{}}"#.into(),
            "1:34",
            "params.thread_id: this parameter is required",
        ),
        (
            format!(r#"{{"method":"append_items","params":{{{id}}}}}"#),
            "1:35",
            "params.items: this parameter is required",
        ),
        (
            format!(r#"{{"method":"update_thread_metadata","params":{{{id}}}}}"#),
            "1:45",
            "params.patch: this parameter is required",
        ),
        (
            format!(r#"{{"method":"list_items","params":{{{id}}}}}"#),
            "1:33",
            "params.turn_id: this parameter is required",
        ),
        (
            r#"{"method":"read_thread_by_rollout_path","params":{}}"#.into(),
            "1:50",
            "params.rollout_path: this parameter is required",
        ),
        (
            r#"{"method":"read_thread","params":{"thread_id":"abc"}}"#.into(),
            "1:47",
            "params.thread_id: invalid length: found 3",
        ),
        (
            r#"{"method":"read_thread","params":{"thread_id":""}}"#.into(),
            "1:47",
            "params.thread_id: invalid length: found 0",
        ),
        (
            r#"{"method":"read_thread","params":{"thread_id":5}}"#.into(),
            "1:47",
            "params.thread_id: invalid type: integer `5`, expected a string",
        ),
        (
            r#"{"method":"read_thread","params":{"thread_id":" 0198f2a3-0000-7000-8000-000000000001"}}"#
                .into(),
            "1:47",
            "params.thread_id: invalid character: found ` ` at 0",
        ),
        (
            format!(r#"{{"method":"read_thread","params":{{{id},"include_history":"yes"}}}}"#),
            "1:104",
            "params.include_history: invalid type: string \"yes\", expected a boolean",
        ),
        (
            r#"{"method":"list_threads","params":{"page_size":-1}}"#.into(),
            "1:48",
            "params.page_size: ",
        ),
        (
            r#"{"method":"list_threads","params":{"page_size":1.5}}"#.into(),
            "1:48",
            "params.page_size: ",
        ),
        (
            r#"{"method":"list_threads","params":{"sort_key":"created_at"}}"#.into(),
            "1:47",
            "params.sort_key: unknown variant `created_at`, expected `CreatedAt` or `UpdatedAt`",
        ),
        (
            format!(r#"{{"method":"create_thread","params":{{{id},"source":"custom"}}}}"#),
            "1:97",
            "params.source: ",
        ),
        (
            format!(r#"{{"method":"create_thread","params":{{{id},"metadata":[]}}}}"#),
            "1:99",
            "params.metadata: expected metadata (a JSON object), but got a list",
        ),
        (
            format!(r#"{{"method":"create_thread","params":{{{id},"metadata":{{"cwd":5}}}}}}"#),
            "1:106",
            "params.metadata.cwd: invalid type: integer `5`, expected path string",
        ),
        (
            format!(r#"{{"method":"append_items","params":{{{id},"items":{{}}}}}}"#),
            "1:95",
            "params.items: expected a list of items, but got an object",
        ),
        (
            format!(r#"{{"method":"append_items","params":{{{id},"items":[{{}},"é",{{}}]}}}}"#),
            "1:99",
            "params.items[1]: expected an item (a JSON object), but got a string",
        ),
        (
            format!(r#"{{"method":"resume_thread","params":{{{id},"history":[{{}},null]}}}}"#),
            "1:102",
            "params.history[1]: expected an item (a JSON object), but got null",
        ),
        (
            format!(r#"{{"method":"update_thread_metadata","params":{{{id},"patch":[]}}}}"#),
            "1:105",
            "params.patch: expected a patch (a JSON object), but got a list",
        ),
        (
            format!(r#"{{"method":"update_thread_metadata","params":{{{id},"patch":{{"name":5}}}}}}"#),
            "1:113",
            "params.patch.name: invalid type: integer `5`, expected a string",
        ),
        (
            format!(
                r#"{{"method":"update_thread_metadata","params":{{{id},"patch":{{"git_info":{{"sha":[1]}}}}}}}}"#
            ),
            "1:",
            "params.patch.git_info.sha: invalid type: sequence, expected a string",
        ),
        (
            format!(
                r#"{{"method":"update_thread_metadata","params":{{{id},"patch":{{"thread_source":"nobody"}}}}}}"#
            ),
            "1:122",
            "params.patch.thread_source: ",
        ),
        (
            format!(
                r#"{{"method":"update_thread_metadata","params":{{{id},"patch":{{"created_at":"x"}}}}}}"#
            ),
            "1:119",
            "params.patch.created_at: ",
        ),
        (
            format!(
                r#"{{"method":"update_thread_metadata","params":{{{id},"patch":{{"name":"a","name":"b"}}}}}}"#
            ),
            "1:117",
            "the key `name` is repeated here",
        ),
        (
            format!(
                r#"{{"method":"update_thread_metadata","params":{{{id},"patch":{{"dynamic_tools":[{{"name":"t","description":"d","inputSchema":{{"items":[{{"a":1,"a":2}}]}}}}]}}}}}}"#
            ),
            "1:",
            "the key `a` is repeated here",
        ),
        (
            format!(r#"{{"method":"append_items","params":{{{id},"items":[],"items":[]}}}}"#),
            "1:98",
            "the key `items` is repeated here",
        ),
    ];
    for (step, place, message) in cases {
        let (line, column) = place.split_once(':').unwrap();
        let place = if column.is_empty() {
            format!("line {line}, column ")
        } else {
            format!("line {line}, column {column}: ")
        };
        let rest = refused(&step, &place);
        assert!(
            rest.contains(message) && (column.is_empty() || rest.starts_with(message)),
            "{step}\n{rest}"
        );
    }
}

#[test]
fn the_place_is_right_in_a_value_of_several_lines() {
    let step = "\n\n{\n  \"method\": \"read_thread\",\n  \"params\": {\"thread_id\":\n    \"x\"}\n}";
    assert_eq!(
        refused(step, "line 6, column 5: "),
        "params.thread_id: invalid character: found `x` at 0"
    );
    let key = "{\n \"method\": \"calls\",\n   \"what\"  :\n {}}";
    assert!(refused(key, "line 3, column 4: ").starts_with("a step has no key `what`"));
}

#[test]
fn the_method_is_told_where_it_can_be_read() {
    for (step, method) in [
        (r#"{"method":"read_thread","params":5}"#, "read_thread".into()),
        (r#"{"method":"no such","params":5}"#, "no such".into()),
        (r#"{"x":1,"method":"calls"}"#, "calls".into()),
        (r#"{"params":{"method":"calls"}}"#, serde_json::Value::Null),
        (r#"{"method":["calls"]}"#, serde_json::Value::Null),
        ("true", serde_json::Value::Null),
        (
            r#"{"method":"flush_thread","params":{"thread_id":tru}}"#,
            "flush_thread".into(),
        ),
    ] {
        assert_eq!(run(step).answers()[0]["method"], method, "{step}");
    }
}

#[test]
fn an_invalid_step_touches_no_store_and_no_counter_and_the_others_run() {
    let invalid = format!(
        r#"{{"method":"create_thread","params":{{"thread_id":"{ONE}","source":5}},"expect":{{"error":{{"code":"invalid_step"}}}}}}"#
    );
    let run = run(format!(
        "{invalid}\n{{\"method\":\"list_threads\"}}\n{}\n{{\"method\":\"calls\"}}",
        create(ONE)
    ));
    assert_eq!(run.status, 2);
    let answers = run.answers();
    let keys: Vec<&String> = answers[0].as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        ["error", "method", "step"],
        "an invalid step has no expectation"
    );
    assert_eq!(answers[1]["result"]["items"], serde_json::json!([]));
    assert_eq!(answers[3]["result"]["create_thread"], 1);
}

#[test]
fn an_invalid_step_wins_over_an_expectation_that_failed() {
    let failed = r#"{"method":"calls","expect":{"result":{"flush_thread":1}}}"#;
    assert_eq!(run(failed).status, 1);
    assert_eq!(run(format!("{{}}\n{failed}")).status, 2);
    assert_eq!(run(format!("{failed}\n{{}}")).status, 2);
}
