//! What a line can be, and how it is answered.

use serde_json::{Value, json};

use super::server::{Server, answers, create, id, rename, stdio};

#[test]
fn an_answer_begins_with_the_id_of_its_step() {
    let mut lines = String::new();
    let ids = [json!(7), json!("a\"b"), json!(1.50), json!(-1e3)];
    for id in &ids {
        let mut step = create(1);
        step["id"] = id.clone();
        lines += &format!("{step}\n");
    }
    lines += "{\"method\":\"read_thred\",\"id\":\"x\"}\n{\"id\":9,\"params\":5,\"method\":\"read_thread\"}\n";
    lines += "{\"id\":null,\"method\":\"calls\"}\n{\"id\":[1],\"method\":\"calls\"}\n";
    let output = stdio(&[], &lines);
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let heads: Vec<&str> = text
        .lines()
        .map(|line| line.split(",\"method\"").next().unwrap())
        .collect();
    assert_eq!(
        heads,
        [
            r#"{"id":7,"step":1"#,
            r#"{"id":"a\"b","step":2"#,
            r#"{"id":1.5,"step":3"#,
            r#"{"id":-1000.0,"step":4"#,
            r#"{"id":"x","step":5"#,
            r#"{"id":9,"step":6"#,
            r#"{"step":7"#,
            r#"{"step":8"#,
        ]
    );
    let answers = answers(&output.stdout);
    for answer in &answers[4..] {
        assert_eq!(answer["error"]["code"], "invalid_step");
    }
    assert_eq!(
        answers[6]["error"]["message"],
        "line 7, column 7: id must be a number or a string, but it is null"
    );
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn the_first_line_can_name_the_client() {
    let hello = "{\"hello\": {\"client\": \"agent\"}}\n";
    let output = stdio(&[], format!("\u{feff}\n {hello}{}\n{hello}", create(1)));
    let answers = answers(&output.stdout);
    let hello = &answers[0]["hello"];
    assert_eq!(answers[0].as_object().unwrap().len(), 1);
    assert_eq!(hello["threadloupe"], env!("CARGO_PKG_VERSION"));
    assert_eq!(hello["contract"], "2026-05");
    let methods: Vec<&str> = hello["methods"]
        .as_array()
        .unwrap()
        .iter()
        .map(|method| method.as_str().unwrap())
        .collect();
    assert_eq!(methods.len(), 17);
    assert!(methods.contains(&"list_turns") && methods.contains(&"calls"));
    // It is no step.
    assert_eq!(answers[1]["step"], 1);
    // Later it is no step either, but an error.
    assert_eq!(answers[2]["step"], 2);
    assert_eq!(answers[2]["error"]["code"], "invalid_step");
    for wrong in [
        r#"{"hello":5}"#,
        r#"{"hello":{"client":5}}"#,
        r#"{"hello":{"name":"a"}}"#,
        r#"{"hello":{},"method":"calls"}"#,
    ] {
        let output = stdio(&[], wrong);
        assert_eq!(
            super::server::answers(&output.stdout)[0]["error"]["code"],
            "invalid_step",
            "{wrong}"
        );
    }
    let output = stdio(&[], r#"{"hello":{}}"#);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_is_no_step_is_answered_with_its_place_and_the_connection_goes_on() {
    let mut input = create(1).to_string().into_bytes();
    input.extend_from_slice(
        b"\n\n  nonsense\n{\"method\":\"calls\",}\n{\"method\":\"calls\",\"note\":\"\xff\"}\n[]\n",
    );
    input.extend_from_slice(b"{\"method\":\"calls\"} {\"method\":\"calls\"}\r\n");
    input.extend_from_slice(b"{\"scenario\":\"s\"}\n{\"method\":\"calls\"}");
    let output = stdio(&[], &input);
    let answers = answers(&output.stdout);
    let told: Vec<(u64, &Value, &str)> = answers[1..7]
        .iter()
        .map(|answer| {
            let message = answer["error"]["message"].as_str().unwrap();
            let place = message.split(": ").next().unwrap();
            assert_eq!(answer["error"]["code"], "invalid_step");
            (answer["step"].as_u64().unwrap(), &answer["method"], place)
        })
        .collect();
    let calls = json!("calls");
    assert_eq!(
        told,
        [
            (2, &Value::Null, "line 3, column 4"),
            (3, &calls, "line 4, column 19"),
            (4, &calls, "line 5, column 27"),
            (5, &Value::Null, "line 6, column 1"),
            (6, &calls, "line 7, column 20"),
            (7, &Value::Null, "line 8, column 2"),
        ]
    );
    assert_eq!(answers[7]["result"]["create_thread"], 1);
    assert_eq!(answers.len(), 8);
}

#[test]
fn expectations_times_and_stores_hold_as_in_files() {
    let at = json!({"method": "read_thread", "params": {"thread_id": id(1)}, "at": "2026-01-01T00:00:00Z"});
    let lines = [
        create(1),
        at,
        json!({"method": "read_thread", "params": {"thread_id": id(1)}, "expect": {"result": {"name": "x"}}}),
        json!({"method": "create_thread", "params": {"thread_id": id(2)}, "store": "door-other"}),
        json!({"method": "list_threads", "store": "door-other"}),
        json!({"method": "list_threads", "expect": {"result": {"items": {"$len": 1}}}}),
    ];
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let output = stdio(&["--clock", "2026-05-13T00:28:15Z"], text);
    let answers = answers(&output.stdout);
    assert_eq!(answers[1]["result"]["created_at"], "2026-01-01T00:00:00Z");
    assert_eq!(answers[2]["result"]["created_at"], "2026-01-01T00:00:00.001Z");
    assert_eq!(answers[2]["expect"], "failed");
    assert_eq!(
        answers[2]["failures"],
        json!([{"path": "result.name", "want": "x", "got": null}])
    );
    assert_eq!(answers[4]["result"]["items"][0]["thread_id"], id(2));
    assert_eq!(answers[5]["expect"], "met");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_line_over_the_limit_is_answered_and_the_connection_closed() {
    for server in [
        Server::unix(&["--max-line", "1000"]),
        Server::tcp(&["--max-line", "1000"]),
    ] {
        let mut client = server.client();
        assert_eq!(client.call(&create(1))["step"], 1);
        let longest = format!("{:<1000}\n", create(2).to_string());
        client.send(longest);
        assert_eq!(client.answer().unwrap()["result"], Value::Null);
        // The rest of the line and the next ones are not read, but do not keep the client from reading the answer.
        let line = format!("{{\"method\":\"{}\"}}\n", "x".repeat(5_000_000));
        let _ = client.try_send(line);
        let _ = client.try_send(format!("{}\n", create(3)));
        let answer = client.answer().unwrap();
        assert_eq!((&answer["step"], &answer["method"]), (&json!(3), &Value::Null));
        assert_eq!(
            answer["error"]["message"],
            "line 3: a line has more than 1000 bytes; the connection is closed"
        );
        client.close_half();
        assert_eq!(client.answer(), None);
        // Others are not concerned.
        let threads = server.client().call(&json!({"method": "list_threads"}));
        assert_eq!(threads["result"]["items"].as_array().unwrap().len(), 2);
    }
}

#[test]
fn an_item_keeps_its_text() {
    let item = r#"{"b" :1.50,"a":"\u00e9","a":2}"#;
    let append = format!(
        r#"{{"method":"append_items","params":{{"thread_id":"{}","items":[{item}]}}}}"#,
        id(1)
    );
    let load = json!({"method": "load_history", "params": {"thread_id": id(1)}});
    let output = stdio(&[], format!("{append}\n{load}\n"));
    assert!(String::from_utf8(output.stdout).unwrap().contains(item));
    // The name of a thread that another connection gave is seen.
    let server = Server::unix(&[]);
    let (mut one, mut other) = (server.client(), server.client());
    one.call(&create(1));
    one.call(&rename(1, "given"));
    let read = json!({"method": "read_thread", "params": {"thread_id": id(1)}});
    assert_eq!(other.call(&read)["result"]["name"], "given");
    assert_eq!(other.call(&read)["step"], 2);
}
