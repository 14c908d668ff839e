//! Streams of scenarios: JSON values separated by white space, and how reading continues after an invalid value.

use super::{ONE, create, read, run};

const CALLS: &str = r#"{"method":"calls"}"#;

/// The methods of the answers, in order; `-` if a method could not be read.
fn methods(input: impl AsRef<[u8]>) -> Vec<String> {
    let run = run(input);
    let mut step = 0;
    run.answers()
        .iter()
        .map(|answer| {
            step += 1;
            assert_eq!(answer["step"], step);
            answer["method"].as_str().unwrap_or("-").to_string()
        })
        .collect()
}

#[test]
fn nothing_at_all_is_a_scenario() {
    for input in [
        "",
        "\n\n  \t\r\n",
        "\u{FEFF}",
        "\u{FEFF}\n",
        r#"{"scenario":"empty"}"#,
    ] {
        let run = run(input);
        assert_eq!(
            (run.status, run.lines.len(), run.complaints.as_str()),
            (0, 0, ""),
            "{input:?}"
        );
    }
}

#[test]
fn values_stand_on_one_line_or_on_several() {
    let pretty = "{\n  \"method\"\n:\r\n\t\"calls\"\n,\n\"params\": {\n}\n}";
    let run = run(format!("\u{FEFF}  {CALLS}{CALLS}  {pretty}\n\n{pretty}{CALLS}"));
    assert_eq!((run.status, run.lines.len()), (0, 5));
    assert!(run.lines.iter().all(|line| !line.contains('\r')));
}

#[test]
fn a_mark_is_excused_at_the_start_alone() {
    assert_eq!(
        methods(format!("\u{FEFF}{CALLS}\n\u{FEFF}{CALLS}\n{CALLS}")),
        ["calls", "-", "calls"]
    );
}

#[test]
fn lines_may_end_in_carriage_returns() {
    assert_eq!(methods(format!("{CALLS}\r\n{CALLS}\r\n")), ["calls", "calls"]);
}

#[test]
fn behind_broken_json_it_goes_on_at_the_next_line_that_starts_with_a_brace() {
    for (broken, name) in [
        ("{\"method\":\"calls\"", "calls"),
        ("{\"method\":\"calls\",", "calls"),
        ("{\"method\":\"calls\" \"x\"} {\"method\":\"calls\"}", "calls"),
        ("{\"method\":\"cal", "-"),
        ("nonsense\n  {\"method\":\"calls\"}\n[1]", "-"),
        ("}", "-"),
        ("{'method':'calls'}", "-"),
        ("{\"method\":\"calls\",\"params\":{\"a\":NaN}}", "calls"),
        ("{\"method\":\"calls\",\"params\":{\"a\":01}}", "calls"),
        ("{\"method\":\"calls\",}", "calls"),
        ("{\"a\":[", "-"),
    ] {
        let stream = format!("{CALLS}\n{broken}\n{CALLS}\n{CALLS}");
        assert_eq!(methods(&stream), ["calls", name, "calls", "calls"], "{broken}");
        assert_eq!(run(&stream).status, 2);
    }
    assert_eq!(
        methods(format!("{CALLS}\n{{\"method\":\"flush_thread\",\"params\":")),
        ["calls", "flush_thread"]
    );
}

#[test]
fn what_broken_json_swallowed_is_read_all_the_same() {
    // The bracket on the first line is never closed, so both steps would be elements of its list.
    assert_eq!(
        methods(format!(
            "{{\"method\":\"append_items\",\"params\":{{\"items\":[\n{CALLS}\n{CALLS}"
        )),
        ["append_items", "calls", "calls"]
    );
}

#[test]
fn the_place_of_a_fault_counts_lines_and_characters_from_one() {
    let run = run(format!("{CALLS}\n\n  {{\"é\": \"𝄞\", x}}\n"));
    let answer = &run.answers()[1];
    assert_eq!(answer["method"], serde_json::Value::Null);
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("line 3, column 14: "), "{message}");
}

#[test]
fn text_that_is_no_utf8_is_no_step_and_costs_nothing_else() {
    let mut stream = format!("{}\n", create(ONE)).into_bytes();
    stream.extend(b"{\"method\":\"calls\",\"note\":\"\xFF\"}\n\xC3\x28\n");
    stream.extend(format!("{}\n", read(ONE)).bytes());
    let run = run(&stream);
    assert_eq!(run.status, 2);
    let answers = run.answers();
    assert_eq!(answers.len(), 4);
    assert_eq!(
        (&answers[1]["method"], &answers[1]["error"]["code"]),
        (&"calls".into(), &"invalid_step".into())
    );
    assert!(
        answers[1]["error"]["message"]
            .as_str()
            .unwrap()
            .starts_with("line 2, column 27: ")
    );
    assert_eq!(answers[3]["result"]["thread_id"], ONE);
}

#[test]
fn only_the_first_value_can_be_the_header() {
    let header = r#"{"scenario":"s","about":"a"}"#;
    let run = run(format!("{CALLS}\n{header}\n{CALLS}"));
    assert_eq!(run.status, 2);
    let message = run.answers()[1]["error"]["message"].as_str().unwrap().to_string();
    assert!(
        message.starts_with("line 2, column 2: a step has no key `scenario`"),
        "{message}"
    );
    let run = super::run(format!("{header}\n{CALLS}"));
    assert_eq!(
        (run.status, run.lines.len(), run.answers()[0]["step"].as_u64()),
        (0, 1, Some(1))
    );
}

#[test]
fn a_header_that_cannot_be_used_is_the_first_invalid_step() {
    for (header, message) in [
        (
            r#"{"scenario":"s","clok":"2026-05-13T00:28:15Z"}"#,
            "line 1, column 17: a header has no key `clok`; did you mean clock?",
        ),
        (
            r#"{"scenario":"s","clock":"yesterday"}"#,
            "line 1, column 25: clock must be a time such as 2026-05-13T00:28:15Z (",
        ),
        (
            r#"{"scenario":5}"#,
            "line 1, column 13: scenario must be a string, but it is a number",
        ),
        (
            r#"{"scenario":"s","store":null}"#,
            "line 1, column 25: store must be a string, but it is null",
        ),
        (
            r#"{"scenario":"s","scenario":"t"}"#,
            "line 1, column 17: the key `scenario` is repeated here",
        ),
        (
            r#"{"scenario":"s","method":"calls"}"#,
            "line 1, column 17: a header has no key `method`",
        ),
    ] {
        let run = run(format!("{header}\n{CALLS}"));
        let answers = run.answers();
        assert_eq!((run.status, answers.len()), (2, 2), "{header}");
        let got = answers[0]["error"]["message"].as_str().unwrap();
        assert!(got.starts_with(message), "{got}");
        assert_eq!(answers[1]["step"], 2);
    }
}
