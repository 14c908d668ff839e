//! The bytes of entered calls and values.

use super::*;
use crate::contract::FIELDS;

/// Makes lines of these texts, for all parameters of a method in order.
fn rows(op: Op, texts: &[&str]) -> Vec<FormRow> {
    let rows = op
        .row()
        .params
        .iter()
        .zip(texts.iter().chain(std::iter::repeat(&"")));
    rows.map(|(param, text)| FormRow {
        example: "",
        choices: choices(param),
        is_text: is_text(param),
        name: param.name.to_string(),
        about: String::new(),
        default: param.default,
        line: TextInput::new(*text),
    })
    .collect()
}

/// Returns the parameters of the call that these texts make.
fn entered(op: Op, texts: &[&str]) -> Result<String, (usize, String)> {
    request(op, &rows(op, texts)).map(|request| request.step.params().unwrap())
}

#[test]
fn an_entered_call_has_these_parameters() {
    const ID: &str = "0198f2a3-0000-7000-8000-000000000001";
    for (op, texts, params) in [
        (
            Op::AppendItems,
            &[
                ID,
                r#" [{"a" : 1e2,"a":"\u0041\ud800"}, {"$damaged":{"text":"to\"rn"}}] "#,
            ][..],
            r#"{"thread_id":"0198f2a3-0000-7000-8000-000000000001","items":[{"a" : 1e2,"a":"\u0041\ud800"},{"$damaged":{"text":"to\"rn"}}]}"#,
        ),
        (
            Op::ReadThreadByRolloutPath,
            &["/a \"b\"\\\u{1}é.jsonl", "true"],
            r#"{"rollout_path":"/a \"b\"\\\u0001é.jsonl","include_archived":true,"include_history":false}"#,
        ),
        (
            Op::ListThreads,
            &["7", "", "UpdatedAt"],
            r#"{"page_size":7,"cursor":null,"sort_key":"UpdatedAt","sort_direction":"Desc","allowed_sources":[],"model_providers":null,"cwd_filters":null,"archived":false,"search_term":null,"use_state_db_only":false}"#,
        ),
    ] {
        assert_eq!(entered(op, texts).as_deref(), Ok(params));
    }
    let fault = |texts: &[&str]| entered(Op::AppendItems, texts).unwrap_err();
    assert_eq!(
        fault(&[ID, "[1]"]),
        (
            1,
            "items[0]: expected an item (a JSON object), but got a number.".to_string()
        )
    );
    assert_eq!(
        fault(&[ID, "[{]"]),
        (
            1,
            "items: invalid JSON at column 3, expected a key in quotes or a closing brace.".to_string()
        )
    );
    assert_eq!(
        fault(&[ID]),
        (1, "items is missing: this method requires it.".to_string())
    );
}

#[test]
fn an_entered_value_has_these_bytes() {
    for (name, value, names, texts, entered) in [
        (
            "sandbox_policy",
            r#"{ "type" : "workspace-write", "writable_roots":[], "network_access":true, "a\"\u00e9\n":1.50, "a\"\u00e9\n":2, "more":[{"b":1},{"c":[ 1 ]}], "e":{} }"#,
            &[
                "writable_roots",
                "network_access",
                "a\"é\n",
                "a\"é\n",
                "more[0].b",
                "more[1].c",
                "e",
            ][..],
            &[
                r#" ["/srv", "/é"]"#,
                "false",
                "1e2",
                "word",
                r#""\u0041""#,
                "",
                " {} ",
            ][..],
            r#"{"type":"workspace-write","writable_roots":["/srv", "/é"],"network_access":false,"a\"é\n":1e2,"a\"é\n":"word","more":[{"b":"\u0041"},{}],"e":{}}"#,
        ),
        (
            "source",
            r#"{"subagent":{"other":"a"}}"#,
            &["other"],
            &["a \"b\"\\"],
            r#"{"subagent":{"other":"a \"b\"\\"}}"#,
        ),
    ] {
        let field = FIELDS.iter().position(|field| field.name == name).unwrap();
        let mut form = Form::parts(field, value).unwrap();
        let shown: Vec<&str> = form.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(shown, names);
        for (row, text) in form.rows.iter_mut().zip(texts) {
            row.line = TextInput::new(*text);
        }
        assert_eq!(parts::value(field, value, &form.rows).as_deref(), Ok(entered));
    }
}
