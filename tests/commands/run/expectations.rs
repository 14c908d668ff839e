//! Expectations: what matches, what does not, and how a mismatch is shown.

use serde_json::{Value, json};

use super::{ONE, create, run};

/// Plays a step with an expectation on a store with a named thread of two items. Returns the verdict in its answer and
/// the exit status.
fn expecting(method: &str, params: &str, expect: &str) -> (Value, i32) {
    let id = format!(r#""thread_id":"{ONE}""#);
    let steps = [
        format!(r#"{{"method":"create_thread","params":{{{id},"source":{{"custom":"Atlas"}}}}}}"#),
        format!(
            r#"{{"method":"append_items","params":{{{id},"items":[{{"n":1.50,"t":"\u0061"}},{{"k":[1,2,3]}}]}}}}"#
        ),
        format!(
            r#"{{"method":"update_thread_metadata","params":{{{id},"patch":{{"name":"née","created_at":"2026-05-13T00:28:15Z","git_info":{{"branch":"main"}}}}}}}}"#
        ),
        format!(r#"{{"method":"{method}","params":{params},"expect":{expect}}}"#),
    ];
    let run = run(steps.join("\n"));
    let answer = run.answers()[3].clone();
    let line = &run.lines[3];
    let ends = line.ends_with(r#","expect":"met"}"#)
        || (line.contains(r#","expect":"failed","failures":["#) && line.ends_with("]}"));
    assert!(ends, "{line}");
    (
        json!({"expect": answer["expect"], "failures": answer["failures"]}),
        run.status,
    )
}

fn met(method: &str, params: &str, expect: &str) {
    let (went, status) = expecting(method, params, expect);
    assert_eq!((&went["expect"], status), (&json!("met"), 0), "{expect}\n{went}");
    assert_eq!(went["failures"], Value::Null);
}

/// Checks that an expectation fails with exactly these mismatches.
fn failed(method: &str, params: &str, expect: &str, failures: Value) {
    let (went, status) = expecting(method, params, expect);
    assert_eq!((&went["expect"], status), (&json!("failed"), 1), "{expect}");
    assert_eq!(went["failures"], failures, "{expect}");
}

fn id() -> String {
    format!(r#"{{"thread_id":"{ONE}"}}"#)
}

fn with_history() -> String {
    format!(r#"{{"thread_id":"{ONE}","include_history":true}}"#)
}

#[test]
fn an_object_matches_on_the_keys_that_it_names() {
    for expect in [
        "{}",
        r#"{"result":{}}"#,
        r#"{"result":{"name":"née"}}"#,
        r#"{"result":{"name":"n\u00e9e","model":null}}"#,
        r#"{"result":{"git_info":{"branch":"main"},"source":{"custom":"Atlas"}}}"#,
        r#"{"result":{"sandbox_policy":{"type":"read-only"},"history":null}}"#,
    ] {
        met("read_thread", &id(), expect);
    }
    failed(
        "read_thread",
        &id(),
        r#"{"result":{"name":"nee","model":"m","git_info":{"branch":"dev","commit_hash":"x"}}}"#,
        json!([
            {"path": "result.name", "want": "nee", "got": "née"},
            {"path": "result.model", "want": "m", "got": null},
            {"path": "result.git_info.branch", "want": "dev", "got": "main"},
            {"path": "result.git_info.commit_hash", "want": "x"},
        ]),
    );
    failed(
        "read_thread",
        &id(),
        r#"{"result":{"git_info":null}}"#,
        json!([{"path": "result.git_info", "want": null, "got": {"branch": "main"}}]),
    );
    failed(
        "read_thread",
        &id(),
        r#"{"result":{"name":5}}"#,
        json!([{"path": "result.name", "want": 5, "got": "née"}]),
    );
}

#[test]
fn a_result_is_expected_of_calls_that_succeed_and_an_error_of_those_that_fail() {
    let other = r#"{"thread_id":"0198f2a3-0000-7000-8000-000000000009"}"#;
    let text = "thread 0198f2a3-0000-7000-8000-000000000009 not found";
    met("read_thread", other, r#"{"error":{"code":"thread_not_found"}}"#);
    met(
        "read_thread",
        other,
        &format!(r#"{{"error":{{"code":"thread_not_found","message":"{text}"}}}}"#),
    );
    met("read_thread", other, r#"{"error":{}}"#);
    failed(
        "read_thread",
        other,
        r#"{"result":{"name":null}}"#,
        json!([{"path": "result", "want": {"name": null}}]),
    );
    failed(
        "read_thread",
        other,
        r#"{"error":{"code":"conflict"}}"#,
        json!([{"path": "error.code", "want": "conflict", "got": "thread_not_found"}]),
    );
    failed(
        "read_thread",
        &id(),
        r#"{"error":{"code":"conflict"}}"#,
        json!([{"path": "error", "want": {"code": "conflict"}}]),
    );
    met("flush_thread", &id(), r#"{"result":null}"#);
    failed(
        "flush_thread",
        &id(),
        r#"{"result":{}}"#,
        json!([{"path": "result", "want": {}, "got": null}]),
    );
    met("list_turns", &id(), r#"{"error":{"code":"unsupported"}}"#);
}

#[test]
fn lists_match_element_by_element_at_the_same_length() {
    met(
        "load_history",
        &id(),
        r#"{"result":{"items":[{},{"k":[1,2,3]}]}}"#,
    );
    met(
        "read_thread",
        &with_history(),
        r#"{"result":{"history":{"items":[{"n":1.5,"t":"a"},{"k":[1,{"$any":true},3]}]}}}"#,
    );
    failed(
        "load_history",
        &id(),
        r#"{"result":{"items":[{},{"k":[1,3,2]}]}}"#,
        json!([
            {"path": "result.items[1].k[1]", "want": 3, "got": 2},
            {"path": "result.items[1].k[2]", "want": 2, "got": 3},
        ]),
    );
    failed(
        "load_history",
        &id(),
        r#"{"result":{"items":[{"k":0}]}}"#,
        json!([
            {"path": "result.items", "want": [{"k": 0}], "got": [{"n": 1.50, "t": "a"}, {"k": [1, 2, 3]}]},
        ]),
    );
    failed(
        "load_history",
        &id(),
        r#"{"result":{"items":[[],{"x":1}]}}"#,
        json!([
            {"path": "result.items[0]", "want": [], "got": {"n": 1.50, "t": "a"}},
            {"path": "result.items[1].x", "want": 1},
        ]),
    );
    met(
        "list_threads",
        "{}",
        r#"{"result":{"items":[{"name":"née","created_at":"2026-05-13T02:28:15+02:00"}],"next_cursor":null}}"#,
    );
}

#[test]
fn three_forms_stand_for_a_value() {
    met(
        "read_thread",
        &with_history(),
        r#"{"result":{"name":{"$any":true},"model":{"$any":true},"git_info":{"$len":1,"branch":{"$any":true}}}}"#
            .replace(r#""$len":1,"#, "")
            .as_str(),
    );
    met("read_thread", &with_history(), r#"{"result":{"$len":24}}"#);
    met(
        "read_thread",
        &with_history(),
        r#"{"result":{"name":{"$len":3},"git_info":{"$len":1},"history":{"items":{"$len":2}}}}"#,
    );
    met(
        "read_thread",
        &id(),
        r#"{"result":{"git_info":{"commit_hash":{"$absent":true}}},"error":{"$absent":true}}"#,
    );
    met(
        "load_history",
        &id(),
        r#"{"result":{"items":[{"missing":{"$absent":true}},{"$any":true}]}}"#,
    );
    failed(
        "read_thread",
        &id(),
        r#"{"result":{"git_info":{"commit_hash":{"$any":true},"branch":{"$absent":true}}}}"#,
        json!([
            {"path": "result.git_info.commit_hash", "want": {"$any": true}},
            {"path": "result.git_info.branch", "want": {"$absent": true}, "got": "main"},
        ]),
    );
    failed(
        "read_thread",
        &id(),
        r#"{"result":{"name":{"$len":4},"model":{"$len":0}}}"#,
        json!([
            {"path": "result.name", "want": {"$len": 4}, "got": "née"},
            {"path": "result.model", "want": {"$len": 0}, "got": null},
        ]),
    );
}

#[test]
fn times_are_compared_as_moments_and_nothing_else_is() {
    met(
        "read_thread",
        &id(),
        r#"{"result":{"created_at":"2026-05-13T00:28:15.000000000Z"}}"#,
    );
    met(
        "read_thread",
        &id(),
        r#"{"result":{"created_at":"2026-05-12T22:28:15-02:00","archived_at":null}}"#,
    );
    failed(
        "read_thread",
        &id(),
        r#"{"result":{"created_at":"2026-05-13T00:28:15.000000001Z"}}"#,
        json!([
            {"path": "result.created_at", "want": "2026-05-13T00:28:15.000000001Z", "got": "2026-05-13T00:28:15Z"},
        ]),
    );
    let item = r#"{"method":"append_items","params":{"thread_id":"0198f2a3-0000-7000-8000-000000000001","items":[{"created_at":"2026-05-13T00:28:15Z"}]}}"#;
    let load = format!(
        r#"{{"method":"load_history","params":{},"expect":{{"result":{{"items":[{{"created_at":"2026-05-13T02:28:15+02:00"}}]}}}}}}"#,
        id()
    );
    assert_eq!(
        run(format!("{item}{load}")).status,
        1,
        "a time inside an item is a text"
    );
}

#[test]
fn numbers_are_equal_by_value_and_only_then() {
    let plays = |want: &str, got: &str| {
        let append = format!(
            r#"{{"method":"append_items","params":{{"thread_id":"{ONE}","items":[{{"n":{got}}}]}}}}"#
        );
        let load = format!(
            r#"{{"method":"load_history","params":{},"expect":{{"result":{{"items":[{{"n":{want}}}]}}}}}}"#,
            id()
        );
        run(format!("{append}{load}")).status
    };
    for (want, got) in [
        ("1", "1.0"),
        ("100", "1e2"),
        ("-0", "0"),
        ("0.5", "5E-1"),
        ("12345678901234567890123", "12345678901234567890123.0"),
    ] {
        assert_eq!(plays(want, got), 0, "{want} {got}");
    }
    for (want, got) in [
        ("1", "\"1\""),
        ("1", "2"),
        ("1", "-1"),
        ("12345678901234567890123", "12345678901234567890124"),
        ("1e400", "1e500"),
        ("0.1", "0.10000000000000000001"),
        ("0", "false"),
    ] {
        assert_eq!(plays(want, got), 1, "{want} {got}");
    }
}

#[test]
fn an_expectation_on_a_key_that_the_contract_does_not_have_says_so() {
    for (method, params, expect, path, near) in [
        (
            "read_thread",
            id(),
            r#"{"result":{"nmae":"x"}}"#,
            "result.nmae",
            "name",
        ),
        (
            "read_thread",
            id(),
            r#"{"result":{"nmae":{"$absent":true}}}"#,
            "result.nmae",
            "name",
        ),
        (
            "read_thread",
            id(),
            r#"{"result":{"git_info":{"sha":{"$absent":true},"brnch":null}}}"#,
            "result.git_info.brnch",
            "branch",
        ),
        (
            "read_thread",
            with_history(),
            r#"{"result":{"history":{"itms":[]}}}"#,
            "result.history.itms",
            "items",
        ),
        (
            "list_threads",
            "{}".to_string(),
            r#"{"result":{"items":[{"modl":null}]}}"#,
            "result.items[0].modl",
            "model",
        ),
        (
            "flush_thread",
            id(),
            r#"{"calls":{"flush_thred":1}}"#,
            "calls.flush_thred",
            "flush_thread",
        ),
        (
            "flush_thread",
            id(),
            r#"{"moved":{"flush_thread":1,"flush_thred":1}}"#,
            "moved.flush_thred",
            "flush_thread",
        ),
        (
            "calls",
            "{}".to_string(),
            r#"{"result":{"list_turns":0}}"#,
            "result.list_turns",
            "",
        ),
        (
            "list_turns",
            id(),
            r#"{"error":{"cod":"unsupported"}}"#,
            "error.cod",
            "code",
        ),
    ] {
        let (went, status) = expecting(method, &params, expect);
        assert_eq!(status, 1, "{expect}");
        let failure = went["failures"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(failure["path"], path);
        assert!(failure.get("got").is_none());
        let message = failure["message"].as_str().unwrap();
        assert!(
            message.starts_with("the contract has no key `") && message.contains(near),
            "{message}"
        );
    }
}

#[test]
fn counters_are_expected_by_value_and_by_how_they_moved() {
    met(
        "flush_thread",
        &id(),
        r#"{"calls":{"flush_thread":1,"create_thread":1,"read_thread":0}}"#,
    );
    met("flush_thread", &id(), r#"{"moved":{"flush_thread":1}}"#);
    met(
        "flush_thread",
        &id(),
        r#"{"result":null,"calls":{"flush_thread":1},"moved":{"flush_thread":1,"read_thread":0}}"#,
    );
    met(
        "calls",
        "{}",
        r#"{"moved":{},"calls":{"append_items":1},"result":{"append_items":1}}"#,
    );
    met("list_turns", &id(), r#"{"moved":{}}"#);
    failed(
        "flush_thread",
        &id(),
        r#"{"calls":{"flush_thread":2}}"#,
        json!([{"path": "calls.flush_thread", "want": 2, "got": 1}]),
    );
    failed(
        "flush_thread",
        &id(),
        r#"{"moved":{}}"#,
        json!([{"path": "moved.flush_thread", "want": 0, "got": 1}]),
    );
    failed(
        "flush_thread",
        &id(),
        r#"{"moved":{"read_thread":1}}"#,
        json!([
            {"path": "moved.read_thread", "want": 1, "got": 0},
            {"path": "moved.flush_thread", "want": 0, "got": 1},
        ]),
    );
    // A failed call changes its counter too.
    met(
        "read_thread",
        r#"{"thread_id":"0198f2a3-0000-7000-8000-000000000009"}"#,
        r#"{"moved":{"read_thread":1},"error":{}}"#,
    );
}

#[test]
fn a_step_without_an_expectation_says_nothing_about_one() {
    let run = run(create(ONE));
    assert_eq!(
        run.lines,
        [r#"{"step":1,"method":"create_thread","result":null}"#]
    );
}

#[test]
fn an_expectation_may_spread_over_lines_and_its_failure_stays_on_one() {
    let run = run("{\"method\":\"calls\",\"expect\":{\"result\":{\"read_thread\":{\n\"a\":\r\n[1,\n2]}}}}");
    assert_eq!((run.status, run.lines.len()), (1, 1));
    assert!(
        run.lines[0].ends_with(r#""failures":[{"path":"result.read_thread","want":{"a":[1,2]},"got":0}]}"#)
    );
}
