//! The answers: one object per line, with keys in order and values in the JSON form of the contract.

use tempfile::tempdir;

use super::{ONE, TWO, create, read, run, run_in};

const CLOCK: &str = r#"{"scenario":"s","clock":"2026-05-13T00:28:15Z"}"#;

#[test]
fn each_method_answers_in_its_form() {
    let id = format!(r#""thread_id":"{ONE}""#);
    let thread = |name: &str, path: &str, millisecond: &str, history: &str| {
        format!(
            concat!(
                r#"{{{},"rollout_path":{},"forked_from_id":null,"preview":"","name":{},"model_provider":"test","#,
                r#""model":null,"reasoning_effort":null,"created_at":"2026-05-13T00:28:15.0{}Z","#,
                r#""updated_at":"2026-05-13T00:28:15.0{}Z","archived_at":null,"cwd":"","cli_version":"test","#,
                r#""source":"vscode","thread_source":null,"agent_nickname":null,"agent_role":null,"agent_path":null,"#,
                r#""git_info":null,"approval_mode":"never","sandbox_policy":{{"type":"read-only"}},"#,
                r#""token_usage":null,"first_user_message":null,"history":{}}}"#,
            ),
            id, path, name, millisecond, millisecond, history
        )
    };
    let history = format!(r#"{{{id},"items":[{{"a":1}}]}}"#);
    let path = r#""/p/a.jsonl""#;
    let cases = [
        ("create_thread", format!("{{{id}}}"), "null".to_string()),
        (
            "resume_thread",
            format!(r#"{{{id},"rollout_path":{path}}}"#),
            "null".to_string(),
        ),
        (
            "append_items",
            format!(r#"{{{id},"items":[{{"a":1}}]}}"#),
            "null".to_string(),
        ),
        ("persist_thread", format!("{{{id}}}"), "null".to_string()),
        ("flush_thread", format!("{{{id}}}"), "null".to_string()),
        ("shutdown_thread", format!("{{{id}}}"), "null".to_string()),
        ("discard_thread", format!("{{{id}}}"), "null".to_string()),
        ("load_history", format!("{{{id}}}"), history.clone()),
        (
            "read_thread",
            format!("{{{id}}}"),
            thread("null", path, "08", "null"),
        ),
        (
            "read_thread_by_rollout_path",
            format!(r#"{{"rollout_path":{path},"include_history":true}}"#),
            thread("null", path, "09", &history),
        ),
        (
            "list_threads",
            "{}".to_string(),
            format!(
                r#"{{"items":[{}],"next_cursor":null}}"#,
                thread("null", path, "10", "null")
            ),
        ),
        (
            "update_thread_metadata",
            format!(r#"{{{id},"patch":{{"name":"n"}}}}"#),
            thread(r#""n""#, path, "11", "null"),
        ),
        ("archive_thread", format!("{{{id}}}"), "null".to_string()),
        (
            "unarchive_thread",
            format!("{{{id}}}"),
            thread(r#""n""#, path, "13", "null"),
        ),
    ];
    let mut input = format!("{CLOCK}\n");
    let mut expected = Vec::new();
    for (index, (method, params, result)) in cases.iter().enumerate() {
        input.push_str(&format!("{{\"method\":\"{method}\",\"params\":{params}}}\n"));
        expected.push(format!(
            r#"{{"step":{},"method":"{method}","result":{result}}}"#,
            index + 1
        ));
    }
    let run = run(input);
    assert_eq!(run.lines, expected);
    assert_eq!(run.status, 0);
}

#[test]
fn calls_answers_the_counters_and_is_a_step_that_counts_nothing() {
    let run = run(format!(
        "{}\n{{\"method\":\"calls\"}}\n{{\"method\":\"calls\",\"params\":{{}}}}",
        create(ONE)
    ));
    let counters = concat!(
        r#"{"create_thread":1,"resume_thread":0,"append_items":0,"persist_thread":0,"flush_thread":0,"#,
        r#""shutdown_thread":0,"discard_thread":0,"load_history":0,"read_thread":0,"#,
        r#""read_thread_by_rollout_path":0,"list_threads":0,"update_thread_metadata":0,"#,
        r#""archive_thread":0,"unarchive_thread":0}"#
    );
    for (line, step) in run.lines[1..].iter().zip(2..) {
        assert_eq!(
            *line,
            format!(r#"{{"step":{step},"method":"calls","result":{counters}}}"#)
        );
    }
}

#[test]
fn an_error_of_the_store_is_an_answer_and_the_run_goes_on() {
    let by_path = r#"{"method":"read_thread_by_rollout_path","params":{"rollout_path":"/p/zz.jsonl"}}"#;
    let turns = format!(r#"{{"method":"list_turns","params":{{"thread_id":"{ONE}"}}}}"#);
    let items = format!(r#"{{"method":"list_items","params":{{"thread_id":"{ONE}","turn_id":"t"}}}}"#);
    let run = run(format!("{}{by_path}{turns}{items}", read(ONE)));
    let error = |step, method, code, message: &str| {
        format!(r#"{{"step":{step},"method":"{method}","error":{{"code":"{code}","message":"{message}"}}}}"#)
    };
    assert_eq!(
        run.lines,
        [
            error(
                1,
                "read_thread",
                "thread_not_found",
                &format!("thread {ONE} not found")
            ),
            error(
                2,
                "read_thread_by_rollout_path",
                "invalid_request",
                "invalid thread-store request: in-memory thread store does not know rollout path /p/zz.jsonl"
            ),
            error(
                3,
                "list_turns",
                "unsupported",
                "thread-store unsupported operation: list_turns"
            ),
            error(
                4,
                "list_items",
                "unsupported",
                "thread-store unsupported operation: list_items"
            ),
        ]
    );
    assert_eq!(run.status, 0);
}

#[test]
fn parameters_have_defaults_and_only_some_are_needed() {
    // Without `params` if nothing in it is required; without all keys that have a default.
    let run = run(format!(
        "{{\"method\":\"list_threads\"}}{}{{\"method\":\"list_threads\",\"params\":{{}}}}{}",
        create(ONE),
        read(ONE)
    ));
    assert_eq!(run.status, 0);
    let answers = run.answers();
    assert_eq!(answers[2]["result"]["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&answers[3]["result"]["source"], &answers[3]["result"]["history"]),
        (&"vscode".into(), &().into())
    );
    let half = format!(
        r#"{{"method":"create_thread","params":{{"thread_id":"{TWO}","metadata":{{"cwd":"/w"}},"base_instructions":{{}}}}}}"#
    );
    assert_eq!(super::run(half).status, 0);
}

#[test]
fn thread_ids_are_taken_in_every_form_of_a_uuid_and_written_in_one() {
    let run = run(format!(
        "{}{}{}",
        create(&format!("urn:uuid:{}", ONE.to_uppercase())),
        read(&ONE.replace('-', "")),
        read(&format!("{{{ONE}}}"))
    ));
    assert_eq!(run.status, 0);
    assert_eq!(run.answers()[2]["result"]["thread_id"], ONE);
}

#[test]
fn with_several_files_each_answer_starts_with_its_file_and_each_has_a_store_of_its_own() {
    let folder = tempdir().unwrap();
    std::fs::write(
        folder.path().join("a.jsonl"),
        format!("{CLOCK}\n{}\n", create(ONE)),
    )
    .unwrap();
    std::fs::write(
        folder.path().join("b.jsonl"),
        format!("{}\n{}", read(ONE), create(ONE)),
    )
    .unwrap();
    let run = run_in(folder.path(), &["a.jsonl", "b.jsonl", "-"], read(ONE));
    assert_eq!(
        run.lines,
        [
            r#"{"file":"a.jsonl","step":1,"method":"create_thread","result":null}"#.to_string(),
            format!(
                r#"{{"file":"b.jsonl","step":1,"method":"read_thread","error":{{"code":"thread_not_found","message":"thread {ONE} not found"}}}}"#
            ),
            r#"{"file":"b.jsonl","step":2,"method":"create_thread","result":null}"#.to_string(),
            format!(
                r#"{{"file":"-","step":1,"method":"read_thread","error":{{"code":"thread_not_found","message":"thread {ONE} not found"}}}}"#
            ),
        ]
    );
}

#[test]
fn files_that_name_one_store_share_it_its_clock_and_its_step_numbers() {
    let folder = tempdir().unwrap();
    let write = |name: &str, header: &str, steps: &str| {
        std::fs::write(folder.path().join(name), format!("{header}\n{steps}\n")).unwrap();
    };
    write(
        "a.jsonl",
        r#"{"scenario":"a","store":"qa-1","clock":"2026-05-13T00:28:15Z"}"#,
        &create(ONE),
    );
    write("b.jsonl", r#"{"scenario":"b","store":"qa-2"}"#, &read(ONE));
    write("c.jsonl", r#"{"scenario":"c","store":"qa-1"}"#, &read(ONE));
    write(
        "d.jsonl",
        r#"{"scenario":"d","store":"qa-1","clock":"2027-01-01T00:00:00Z"}"#,
        &read(ONE),
    );
    let files = ["a.jsonl", "b.jsonl", "c.jsonl", "d.jsonl"];
    let seen = |run: &super::Run| -> Vec<(u64, String)> {
        run.answers()
            .iter()
            .map(|answer| {
                let created = answer["result"]["created_at"].as_str().unwrap_or("-");
                (answer["step"].as_u64().unwrap(), created.to_string())
            })
            .collect()
    };
    let step = |step, moment: &str| (step, moment.to_string());
    let run = run_in(folder.path(), &files, "");
    assert_eq!(
        seen(&run),
        [
            step(1, "-"),
            step(1, "-"),
            step(2, "2026-05-13T00:28:15.001Z"),
            step(3, "2027-01-01T00:00:00Z")
        ]
    );
    assert_eq!(run.answers()[1]["error"]["code"], "thread_not_found");
    // The options name one store for all files and one clock, which continues from file to file.
    let run = run_in(
        folder.path(),
        &[
            &["--store", "qa-9", "--clock", "2026-06-01T12:00:00+02:00"],
            &files[..],
        ]
        .concat(),
        "",
    );
    assert_eq!(
        seen(&run),
        [
            step(1, "-"),
            step(2, "2026-06-01T10:00:00.001Z"),
            step(3, "2026-06-01T10:00:00.002Z"),
            step(4, "2026-06-01T10:00:00.003Z")
        ]
    );
}
