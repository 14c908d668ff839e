//! `threadloupe threads` with the real binary: its lines, its order, its queries and its exit status.

use std::process::Output;

use serde_json::{Value, json};

use crate::support::rollouts::{Folder, ONE, OTHER, header, said};

const FORK: &str = "0199865a-ee71-7ae3-b232-875830000001";

/// A home with three threads: one with a preview and tokens, one archived with a damaged line, and a fork.
fn home() -> Folder {
    let folder = Folder::new();
    let tokens = r#"{"timestamp":"2025-09-26T15:00:02.000Z","type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":490,"cached_input_tokens":0,"output_tokens":2,"reasoning_output_tokens":0,"total_tokens":492}}}}"#;
    let one = [&header(ONE), &said("Fix the Retry test", 1), tokens].map(|line| format!("{line}\n"));
    folder.write(
        format!("home/sessions/2025/rollout-2025-09-26T14-08-55-{ONE}.jsonl"),
        one.concat(),
    );
    let other = [&header(OTHER), &said("say hello", 30), "torn"].map(|line| format!("{line}\n"));
    folder.write(
        format!("home/archived_sessions/rollout-2025-09-26T14-08-55-{OTHER}.jsonl"),
        other.concat(),
    );
    let forked = header(FORK).replace("\"cwd\"", &format!("\"forked_from_id\":\"{ONE}\",\"cwd\""));
    folder.write(
        format!("home/sessions/2025/rollout-2025-09-26T14-08-56-{FORK}.jsonl"),
        forked + "\n",
    );
    folder
}

fn listed(folder: &Folder, args: &[&str]) -> Vec<Value> {
    let args = [&["threads"], args, &["--from", "home", "--format", "json"]].concat();
    let output = folder.run(&args);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &*complaints), (Some(0), ""), "{args:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn ids(folder: &Folder, args: &[&str]) -> Vec<String> {
    let id = |line: &Value| line["thread_id"].as_str().unwrap().to_owned();
    listed(folder, args).iter().map(id).collect()
}

fn refused(output: &Output) -> String {
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_line_has_these_keys_in_this_order() {
    let folder = home();
    let args = ["threads", "retry", "--from", "home", "--format", "json"];
    let output = folder.run(&args);
    let file = format!("home/sessions/2025/rollout-2025-09-26T14-08-55-{ONE}.jsonl");
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        format!(
            r#"{{"thread_id":"{ONE}","title":"Fix the Retry test","title_from":"preview","name":null,"preview":"Fix the Retry test","cwd":"/w","branch":null,"model":null,"provider":"openai","source":"cli","version":"0.63.0","archived":false,"parent":null,"forked_from":null,"created_at":"2025-09-26T14:08:50Z","updated_at":"2025-09-26T15:00:02Z","items":3,"inherited":0,"superseded":0,"damaged":0,"tokens":492,"files":["{file}"]}}{}"#,
            "\n"
        )
    );
}

#[test]
fn threads_are_listed_in_the_order_of_the_pane() {
    let folder = home();
    assert_eq!(ids(&folder, &[]), [OTHER, ONE, FORK]);
    assert_eq!(ids(&folder, &["--limit", "1"]), [OTHER]);
    assert_eq!(ids(&folder, &["--limit", "0"]), [""; 0]);
    assert_eq!(ids(&folder, &["--sort", "id"]), [FORK, ONE, OTHER]);
    assert_eq!(ids(&folder, &["--sort", "name"]), [ONE, OTHER, FORK]);
}

#[test]
fn several_arguments_are_one_query_and_may_begin_with_a_minus_sign() {
    let folder = home();
    assert_eq!(ids(&folder, &["-is:archived"]), [ONE, FORK]);
    assert_eq!(ids(&folder, &["-is:archived", "-is:fork"]), [ONE]);
    assert_eq!(
        ids(&folder, &["--sort", "updated", "-is:archived", "cwd:/w"]),
        [ONE, FORK]
    );
    assert_eq!(ids(&folder, &["is:damaged", "or", "tokens:>100"]), [OTHER, ONE]);
    assert_eq!(ids(&folder, &["\"the retry", "test\""]), [ONE]);
    assert_eq!(ids(&folder, &["has:children"]), [ONE]);
    assert_eq!(ids(&folder, &["text:hello"]), [OTHER]);
    assert_eq!(ids(&folder, &["nothing like this"]), [""; 0]);
    let fork = &listed(&folder, &["is:fork"])[0];
    assert_eq!(
        (&fork["forked_from"], &fork["title"]),
        (&json!(ONE), &Value::Null)
    );
    let archived = &listed(&folder, &["is:archived"])[0];
    assert_eq!(
        (&archived["archived"], &archived["damaged"]),
        (&json!(true), &json!(1))
    );
}

#[test]
fn a_wrong_query_is_one_sentence_with_its_column() {
    let folder = home();
    for (query, sentence) in [
        (
            &["a", "modle:x"][..],
            "QUERY, column 3: there is no field modle; did you mean model?\n",
        ),
        (
            &["-is:frok"],
            "QUERY, column 5: there is no is:frok; did you mean is:fork?\n",
        ),
        (
            &["a", "-is:frok"],
            "QUERY, column 7: there is no is:frok; did you mean is:fork?\n",
        ),
    ] {
        let args = [&["threads"], query, &["--from", "home"]].concat();
        assert_eq!(refused(&folder.run(&args)), sentence);
    }
}

#[test]
fn a_path_that_cannot_be_used_is_status_2_and_the_others_are_listed() {
    let folder = home();
    let complaint = refused(&folder.run(&["threads", "--from", "missing"]));
    assert!(complaint.starts_with("missing: "), "{complaint}");
    let output = folder.run(&["threads", "retry", "--from", "missing", "home"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        format!("{ONE}  2025-09-26 15:00        3         492  Fix the Retry test\n")
    );
}
