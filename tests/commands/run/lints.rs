//! Lints on standard error, and as failed expectations with `--deny-lints`.

use serde_json::Value;

use super::{ONE, TWO, create, run, run_in};

const THREE: &str = "0198f2a3-0000-7000-8000-000000000003";

fn update(id: &str, patch: &str) -> String {
    format!(r#"{{"method":"update_thread_metadata","params":{{"thread_id":"{id}","patch":{patch}}}}}"#)
}

/// The codes and places of the lints of the last step; the steps before it have none.
fn lints_of(before: &[String], step: &str) -> Vec<String> {
    let input = format!("{}\n{step}\n", before.join("\n"));
    let quiet = run(before.join("\n"));
    assert_eq!(quiet.complaints, "", "the earlier steps have no lints");
    let run = run(&input);
    assert_eq!(run.status, 0, "a lint is not a failure: {:?}", run.lines);
    let number = before.len() + 1;
    let told: Vec<String> = run
        .complaints
        .lines()
        .map(|line| {
            let rest = line.strip_prefix(&format!("-: step {number}: ")).unwrap();
            let mut parts = rest.splitn(3, ": ");
            let (code, place) = (parts.next().unwrap(), parts.next().unwrap());
            assert!(parts.next().unwrap().len() > 20, "a sentence: {line}");
            format!("{code} {place}")
        })
        .collect();
    // With `--deny-lints`, each lint is a failed expectation of its own step only.
    let denied = run_in(&std::env::temp_dir(), &["--deny-lints", "-"], &input);
    assert_eq!(denied.status, i32::from(!told.is_empty()));
    let answers = denied.answers();
    let (last, others) = answers.split_last().unwrap();
    assert!(others.iter().all(|answer| answer.get("expect").is_none()));
    let failures: Vec<&Value> = last["failures"].as_array().into_iter().flatten().collect();
    assert_eq!(failures.len(), told.len());
    for (failure, told) in failures.iter().zip(&told) {
        assert_eq!(
            (failure["path"].as_str(), &failure["want"]),
            (Some("lint"), &Value::Null)
        );
        let code = told.split(' ').next().unwrap();
        assert!(failure["got"].as_str().unwrap().starts_with(&format!("{code}: ")));
    }
    if !told.is_empty() {
        assert_eq!(last["expect"], "failed");
    }
    told
}

#[test]
fn unknown_fields_are_named_with_the_nearest_known_one() {
    let one = [create(ONE)];
    let found = |patch: &str| lints_of(&one, &update(ONE, patch));
    assert_eq!(
        found(r#"{"nmae":"x","preview":"p"}"#),
        ["unknown-field patch.nmae"]
    );
    assert_eq!(
        found(r#"{"git_info":{"shaa":"x","branch":"b"}}"#),
        ["unknown-field patch.git_info.shaa"]
    );
    assert_eq!(
        found(
            r#"{"token_usage":{"input_tokens":1,"cached_input_tokens":0,"output_tokens":0,"reasoning_output_tokens":0,"total_tokens":1,"tokens":9}}"#
        ),
        ["unknown-field patch.token_usage.tokens"]
    );
    assert_eq!(
        found(r#"{"sandbox_policy":{"type":"danger-full-access","access":{}}}"#),
        ["unknown-field patch.sandbox_policy.access"]
    );
    let read = |params: &str| {
        lints_of(
            &one,
            &format!(r#"{{"method":"read_thread","params":{{"thread_id":"{ONE}",{params}}}}}"#),
        )
    };
    assert_eq!(read(r#""include_histry":true"#), ["unknown-field include_histry"]);
    assert_eq!(
        lints_of(&[], r#"{"method":"calls","params":{"a":1}}"#),
        ["unknown-field a"]
    );
    let created = |params: &str| {
        lints_of(
            &[],
            &format!(r#"{{"method":"create_thread","params":{{"thread_id":"{ONE}",{params}}}}}"#),
        )
    };
    assert_eq!(
        created(r#""metadata":{"cdw":"/w"}"#),
        ["unknown-field metadata.cdw"]
    );
    assert_eq!(
        created(r#""base_instructions":{"txt":""}"#),
        ["unknown-field base_instructions.txt"]
    );
    assert_eq!(
        created(r#""dynamic_tools":[{"name":"n","description":"d","inputSchema":{"any":"key"},"x":1}]"#),
        ["unknown-field dynamic_tools[0].x"]
    );
    assert_eq!(
        created(&format!(
            r#""source":{{"subagent":{{"thread_spawn":{{"parent_thread_id":"{TWO}","depth":1,"dpth":1}}}}}}"#
        )),
        ["unknown-field source.subagent.thread_spawn.dpth"]
    );
    let sentence = run(format!(
        "{}{}",
        create(ONE),
        update(ONE, r#"{"nmae":"x","preview":"p"}"#)
    ))
    .complaints;
    assert!(sentence.contains("name?"), "{sentence}");
    // Keys in items and schemas are not checked.
    assert!(
        lints_of(
            &one,
            &format!(
                r#"{{"method":"append_items","params":{{"thread_id":"{ONE}","items":[{{"nmae":1}}]}}}}"#
            )
        )
        .is_empty()
    );
}

#[test]
fn null_for_a_field_that_cannot_be_cleared_is_told() {
    let one = [create(ONE), update(ONE, r#"{"name":"n"}"#)];
    assert_eq!(
        lints_of(
            &one,
            &update(ONE, r#"{"name":null,"model":null,"git_info":null}"#)
        ),
        ["null-ignored patch.model", "null-ignored patch.git_info"]
    );
}

#[test]
fn write_only_fields_are_told_and_a_patch_of_them_alone_has_no_effect() {
    let one = [create(ONE)];
    assert_eq!(
        lints_of(
            &one,
            &update(
                ONE,
                r#"{"title":"t","memory_mode":"disabled","dynamic_tools":[]}"#
            )
        ),
        [
            "write-only patch.title",
            "write-only patch.memory_mode",
            "write-only patch.dynamic_tools",
            "no-effect patch"
        ]
    );
    assert_eq!(
        lints_of(&one, &update(ONE, r#"{"title":"t","name":"n"}"#)),
        ["write-only patch.title"]
    );
}

#[test]
fn a_patch_that_changes_nothing_that_a_read_shows_is_told() {
    let named = [create(ONE), update(ONE, r#"{"name":"n"}"#)];
    for patch in [
        "{}",
        r#"{"name":"n"}"#,
        r#"{"git_info":{}}"#,
        r#"{"git_info":{"sha":null}}"#,
        r#"{"agent_role":null}"#,
        r#"{"model_provider":"test","cwd":"","source":"vscode"}"#,
        r#"{"thread_source":null}"#,
    ] {
        assert_eq!(
            lints_of(&named, &update(ONE, patch)),
            ["no-effect patch"],
            "{patch}"
        );
    }
    for patch in [
        r#"{"name":null}"#,
        r#"{"model":""}"#,
        r#"{"git_info":{"sha":""}}"#,
    ] {
        assert!(lints_of(&named, &update(ONE, patch)).is_empty(), "{patch}");
    }
    // Fixing a time of the clock is an effect, even at the current time of the clock.
    let clock = r#"{"scenario":"s","clock":"2026-05-13T00:28:15Z"}"#;
    let steps = format!(
        "{clock}{}{}",
        create(ONE),
        update(ONE, r#"{"created_at":"2026-05-13T00:28:15.001Z"}"#)
    );
    assert_eq!(run(steps).complaints, "");
}

#[test]
fn a_patch_for_a_thread_never_created_is_told() {
    assert_eq!(
        lints_of(&[], &update(ONE, r#"{"name":"n"}"#)),
        ["unknown-thread thread_id"]
    );
}

#[test]
fn times_that_go_backwards_are_told() {
    let one = [
        create(ONE),
        update(
            ONE,
            r#"{"created_at":"2026-05-13T00:00:00Z","updated_at":"2026-06-01T00:00:00Z"}"#,
        ),
    ];
    assert_eq!(
        lints_of(&one, &update(ONE, r#"{"updated_at":"2026-05-20T00:00:00Z"}"#)),
        ["time-reversed patch.updated_at"]
    );
    assert_eq!(
        lints_of(&one, &update(ONE, r#"{"updated_at":"2026-05-01T00:00:00Z"}"#)),
        ["time-reversed patch.updated_at"]
    );
    assert_eq!(
        lints_of(&one, &update(ONE, r#"{"created_at":"2026-07-01T00:00:00Z"}"#)),
        ["time-reversed patch.created_at"]
    );
    assert!(lints_of(&one, &update(ONE, r#"{"updated_at":"2026-06-02T00:00:00Z"}"#)).is_empty());
}

#[test]
fn a_path_that_a_patch_shows_but_does_not_make_resolve_is_told() {
    let resume = format!(
        r#"{{"method":"resume_thread","params":{{"thread_id":"{ONE}","rollout_path":"/p/a.jsonl"}}}}"#
    );
    let one = [create(ONE), resume];
    assert_eq!(
        lints_of(&one, &update(ONE, r#"{"rollout_path":"/p/b.jsonl"}"#)),
        ["path-not-resolvable patch.rollout_path"]
    );
    assert!(
        lints_of(&one, &update(ONE, r#"{"rollout_path":"/p/./a.jsonl"}"#)).is_empty(),
        "one that resolves"
    );
}

#[test]
fn a_second_create_and_a_history_of_nobody_are_told() {
    assert_eq!(
        lints_of(&[create(ONE)], &create(ONE)),
        ["replaced-create thread_id"]
    );
    let append =
        |id: &str| format!(r#"{{"method":"append_items","params":{{"thread_id":"{id}","items":[]}}}}"#);
    let resume = |id: &str| format!(r#"{{"method":"resume_thread","params":{{"thread_id":"{id}"}}}}"#);
    assert_eq!(
        lints_of(&[create(ONE)], &append(TWO)),
        ["ghost-history thread_id"]
    );
    assert_eq!(
        lints_of(&[create(ONE)], &resume(THREE)),
        ["ghost-history thread_id"]
    );
    assert!(lints_of(&[create(ONE)], &append(ONE)).is_empty());
    assert!(lints_of(&[create(ONE)], &resume(ONE)).is_empty());
}

#[test]
fn a_denied_lint_joins_the_failures_of_an_expectation() {
    let step = format!(
        r#"{{"method":"create_thread","params":{{"thread_id":"{ONE}","x":1}},"expect":{{"result":{{}}}}}}"#
    );
    let denied = run_in(&std::env::temp_dir(), &["--deny-lints", "-"], &step);
    let failures = denied.answers()[0]["failures"].clone();
    assert_eq!(
        (failures[0]["path"].as_str(), failures[1]["path"].as_str()),
        (Some("result"), Some("lint"))
    );
}

#[test]
fn what_a_lint_quotes_cannot_move_the_terminal() {
    let run = run(format!(
        "{}{}",
        create(ONE),
        update(ONE, r#"{"a\u001b[2J\u202eb":1,"name":"n"}"#)
    ));
    assert!(run.complaints.contains("unknown-field"));
    assert!(!run.complaints.contains(['\u{1b}', '\u{202e}']));
}

/// A step with an expectation of these lints.
fn expecting(step: &str, lints: &str) -> String {
    format!(r#"{},"expect":{{"lints":{lints}}}}}"#, &step[..step.len() - 1])
}

#[test]
fn exactly_the_expected_lints_are_raised() {
    let step = update(ONE, r#"{"model":null,"preview":null,"title":"t"}"#);
    for (lints, got) in [
        (r#"["null-ignored","write-only","no-effect"]"#, None),
        (r#"["no-effect","write-only","null-ignored","write-only"]"#, None),
        (
            r#"["null-ignored"]"#,
            Some(r#"["no-effect","null-ignored","write-only"]"#),
        ),
        ("[]", Some(r#"["no-effect","null-ignored","write-only"]"#)),
        (
            r#"["null-ignored","write-only","no-effect","ghost-history"]"#,
            Some(r#"["no-effect","null-ignored","write-only"]"#),
        ),
    ] {
        let clock = r#"{"scenario":"s","clock":"2026-05-13T00:28:15Z"}"#;
        let steps = format!("{clock}{}{}", create(ONE), expecting(&step, lints));
        let run = run(&steps);
        let answer = &run.answers()[1];
        let Some(got) = got else {
            assert_eq!(
                (run.status, answer["expect"].as_str()),
                (0, Some("met")),
                "{lints}"
            );
            let denied = run_in(&std::env::temp_dir(), &["--deny-lints", "-"], &steps);
            assert_eq!(denied.lines, run.lines);
            continue;
        };
        let failures = format!(r#""failures":[{{"path":"lints","want":{lints},"got":{got}}}]}}"#);
        assert!(run.lines[1].ends_with(&failures), "{}", run.lines[1]);
        assert_eq!(run.status, 1);
    }
    let calls = run(r#"{"method":"calls","params":{"a":1},"expect":{"lints":["unknown-field"]}}"#);
    assert_eq!(calls.status, 0);
}

#[test]
fn only_an_expected_lint_is_not_denied() {
    let step = expecting(&update(ONE, r#"{"model":null}"#), r#"["null-ignored"]"#);
    let denied = run_in(
        &std::env::temp_dir(),
        &["--deny-lints", "-"],
        format!("{}{step}", create(ONE)),
    );
    let failures = denied.answers()[1]["failures"].clone();
    let paths: Vec<_> = failures
        .as_array()
        .unwrap()
        .iter()
        .map(|failure| failure["path"].clone())
        .collect();
    assert_eq!(paths, ["lints", "lint"]);
    assert!(failures[1]["got"].as_str().unwrap().starts_with("no-effect: "));
}

#[test]
fn an_expectation_of_lints_is_a_list_of_codes() {
    for (lints, sentence) in [
        (
            "5",
            "line 1, column 37: lints must be a list of codes, but it is a number",
        ),
        (
            "[5]",
            "line 1, column 38: the code of a lint must be a string, but it is a number",
        ),
        (
            r#"["null-ignored","ghost-histroy"]"#,
            "line 1, column 53: there is no lint `ghost-histroy`; did you mean ghost-history?",
        ),
    ] {
        let run = run(expecting(r#"{"method":"calls"}"#, lints));
        assert_eq!(run.invalid(), sentence);
    }
    let message = run(expecting(r#"{"method":"calls"}"#, r#"["x"]"#)).invalid();
    assert!(
        message.contains("the codes are unknown-field, null-ignored, "),
        "{message}"
    );
}
