use super::*;
use crate::workbench::scenario::{Parsed, StreamValue, Values};

fn value(text: &str) -> StreamValue {
    Values::new(text.as_bytes()).next_value().unwrap().unwrap()
}

fn rows_of(text: &str) -> Vec<Row> {
    let header = format!(r#"{{"scenario":"s","rows":{text}}}"#);
    match Parsed::read(&value(&header), true) {
        Parsed::Header(header) => header.rows,
        other => panic!("{other:?}"),
    }
}

/// The text of a step in the first row.
fn filled(rows: &[Row], text: &str) -> String {
    match fill(text, rows, 0) {
        Ok(filled) => filled.text,
        Err(_) => panic!("{text}"),
    }
}

fn refused(rows: &[Row], row: usize, text: &str) -> String {
    match Parsed::read_in_row(&value(text), rows, row) {
        Parsed::Invalid(invalid) => invalid.message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_whole_string_becomes_the_value_and_a_part_its_text() {
    let rows = rows_of(r#"[{"s":"a\"\u00e9","n":1e2,"o":{"k": [1, "x"]},"z":null,"d":"${n}"}]"#);
    for (text, want) in [
        (r#"["${s}"]"#, r#"["a\"\u00e9"]"#),
        (r#"["${n}","${z}"]"#, "[1e2,null]"),
        (r#"{"a": "${o}" }"#, r#"{"a": {"k": [1, "x"]} }"#),
        (r#"["<${s}|${n}${z}>"]"#, r#"["<a\"\u00e9|1e2null>"]"#),
        (r#"["${o}."]"#, r#"["{\"k\": [1, \"x\"]}."]"#),
        (r#"{"${s}":1,"x${n}":2}"#, r#"{"a\"\u00e9":1,"x1e2":2}"#),
        // A value is not searched again, and these are no variables.
        (r#"["${d}","a${d}"]"#, r#"["${n}","a${n}"]"#),
        (
            r#"["${","$s","$ {s}","\u0024{s}"]"#,
            r#"["${","$s","$ {s}","\u0024{s}"]"#,
        ),
    ] {
        assert_eq!(filled(&rows, text), want, "{text}");
    }
}

#[test]
fn quotation_marks_at_the_ends_of_a_value_stay() {
    let rows = rows_of(r#"[{"q":"\"x\"","one":"\""}]"#);
    for (text, want) in [
        (r#"["${q}"]"#, r#"["\"x\""]"#),
        (r#"["say ${q}","${q}."]"#, r#"["say \"x\"","\"x\"."]"#),
        (r#"["a${one}b"]"#, r#"["a\"b"]"#),
        (r#"{"${q}":1}"#, r#"{"\"x\"":1}"#),
    ] {
        assert_eq!(filled(&rows, text), want, "{text}");
    }
}

#[test]
fn positions_refer_to_the_text_of_the_file() {
    let rows = rows_of(r#"[{"id":"a long text that is no thread id","note":["a list"]}]"#);
    for (text, place) in [
        (
            r#"{"method":"read_thread","params":{"thread_id":"${id}"}}"#,
            "line 1, column 47: ",
        ),
        (r#"{"note":"${id}","method":"read_thrad"}"#, "line 1, column 26: "),
        (
            "{\"note\":\"${id} ${id}\",\n \"method\":\"calls\",\"nota\":1}",
            "line 2, column 19: ",
        ),
        (
            r#"{"method":"calls","note":"${note}"}"#,
            "line 1, column 26: note must be a string",
        ),
    ] {
        let message = refused(&rows, 0, text);
        assert!(message.starts_with(place), "{message}");
    }
}

#[test]
fn an_unknown_variable_is_named_with_the_nearest_one() {
    let rows = rows_of(r#"[{"id":"x","name":null},{"id":"y"}]"#);
    let step = r#"{"method":"calls","note":"a ${nmae}"}"#;
    assert_eq!(
        refused(&rows, 0, step),
        "line 1, column 29: no row has a variable `nmae`; the rows have id, name; did you mean name?"
    );
    let step = r#"{"method":"calls","note":"${name}"}"#;
    assert_eq!(
        refused(&rows, 1, step),
        "line 1, column 27: row 2 has no variable `name`, but row 1 has; add it to the row"
    );
    let none = rows_of("[{}]");
    assert!(refused(&none, 0, step).ends_with("no row has a variable `name`; the rows have no variables"));
}
