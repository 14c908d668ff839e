//! Items come back with their original text.

use super::{ONE, run};

/// The items of a history to which these were appended, as the answer writes them.
fn back(items: &str) -> String {
    let append = format!(r#"{{"method":"append_items","params":{{"thread_id":"{ONE}","items":{items}}}}}"#);
    let load = format!(r#"{{"method":"load_history","params":{{"thread_id":"{ONE}"}}}}"#);
    let run = run(format!("{append}\n{load}\n"));
    assert_eq!((run.status, run.lines.len()), (0, 2), "{}", run.complaints);
    let line = &run.lines[1];
    let start = format!(r#"{{"step":2,"method":"load_history","result":{{"thread_id":"{ONE}","items":"#);
    line.strip_prefix(&start)
        .and_then(|rest| rest.strip_suffix("}}"))
        .unwrap_or_else(|| panic!("{line}"))
        .to_string()
}

#[test]
fn every_item_keeps_its_text() {
    for item in [
        "{}",
        "{ }",
        r#"{"z":1,"a":2,"m":3}"#,
        r#"{"a":1,"a":2,"a":{"b":1,"b":2}}"#,
        r#"{"n":[1.0,1e5,1E+5,-0,-0.0,0.10,123456789012345678901234567890,1e400,1.5e-999]}"#,
        r#"{"t":"\u0041\u00e9é\/\b\f\n\r\t\"\\𝄞\ud834\udd1e"}"#,
        r#"{"lone":"\ud800","other":"\udfff x","\udc00":1}"#,
        r#"{ "spaces" :  [ 1 ,	2 ]  , "b" : { } }"#,
        r#"{"timestamp":"2026-05-13T00:00:00.000Z","ordinal":7,"type":"event_msg","payload":{"type":"new_kind","x":null}}"#,
        r#"{"type":5,"payload":"text"}"#,
        r#"{"type":"future","payload":{}}"#,
        r#"{"nul":"\u0000"}"#,
        "{\"del\":\"\u{7f}\u{200b}\u{2028}\"}",
        r#"{"$damaged":5}"#,
        r#"{"$damaged":{"text":"not { json"}}"#,
        r#"{"$damaged":{"base64":"/w=="}}"#,
        r#"{"$any":true}"#,
    ] {
        assert_eq!(back(&format!("[{item}]")), format!("[{item}]"));
    }
}

#[test]
fn only_line_ends_between_tokens_are_left_out() {
    let items = "[\n {\r\n\"a\" :\n  [1,\n\t2\r],\n\"b\":\"x\\ny\"}\n ,\r\n{}\n]";
    assert_eq!(back(items), "[{\"a\" :  [1,\t2],\"b\":\"x\\ny\"},{}]");
}

#[test]
fn items_keep_their_order_over_appends_and_empty_ones_add_nothing() {
    let append = |items: &str| {
        format!("{{\"method\":\"append_items\",\"params\":{{\"thread_id\":\"{ONE}\",\"items\":{items}}}}}\n")
    };
    let load = format!(r#"{{"method":"load_history","params":{{"thread_id":"{ONE}"}}}}"#);
    let run = run(format!(
        "{}{}{}{load}",
        append(r#"[{"n":1},{"n":2}]"#),
        append("[]"),
        append(r#"[{"n":3}]"#)
    ));
    assert!(run.lines[3].ends_with(r#""items":[{"n":1},{"n":2},{"n":3}]}}"#));
}

#[test]
fn nesting_has_no_limit() {
    let deep = 200_000;
    let item = format!("{{\"a\":{}{}}}", "[".repeat(deep), "]".repeat(deep));
    assert_eq!(back(&format!("[{item}]")), format!("[{item}]"));
    let objects = format!("{}1{}", "{\"k\":".repeat(deep), "}".repeat(deep));
    assert_eq!(back(&format!("[{objects}]")), format!("[{objects}]"));
}

#[test]
fn deep_and_odd_items_can_be_expected() {
    let deep = 200_000;
    let item = format!("{{\"a\":{}{}}}", "[".repeat(deep), "]".repeat(deep));
    let append = format!(
        r#"{{"method":"append_items","params":{{"thread_id":"{ONE}","items":[{item},{{"a":1,"a":2}}]}}}}"#
    );
    let load = format!(
        r#"{{"method":"load_history","params":{{"thread_id":"{ONE}"}},"expect":{{"result":{{"items":[{item},{{"a":2}}]}}}}}}"#
    );
    let run = run(format!("{append}\n{load}\n"));
    assert_eq!(run.status, 0);
    assert!(run.lines[1].ends_with(r#""expect":"met"}"#));
}

#[test]
fn a_text_of_ten_million_characters_goes_through() {
    let long = format!("{}é", "x".repeat(9_999_999));
    let step = format!(
        r#"{{"method":"update_thread_metadata","params":{{"thread_id":"{ONE}","patch":{{"name":"{long}"}}}},"expect":{{"result":{{"name":{{"$len":10000000}}}}}}}}"#
    );
    let run = run(format!("{}\n{step}\n", super::create(ONE)));
    assert_eq!(run.status, 0, "{}", run.complaints);
    assert!(run.lines[1].contains(&format!(r#""name":"{long}""#)));
    let item = format!(r#"{{"t":"{long}"}}"#);
    assert!(back(&format!("[{item}]")) == format!("[{item}]"));
}

#[test]
fn a_resume_ignores_its_history_whatever_is_in_it() {
    let resume = format!(
        r#"{{"method":"resume_thread","params":{{"thread_id":"{ONE}","history":[{{"a":1,"a":2}},{{"$damaged":{{"text":"x"}}}}]}}}}"#
    );
    let load = format!(r#"{{"method":"load_history","params":{{"thread_id":"{ONE}"}}}}"#);
    let run = run(format!("{resume}{load}"));
    assert_eq!(run.status, 0);
    assert!(run.lines[1].ends_with(r#""items":[]}}"#));
}
