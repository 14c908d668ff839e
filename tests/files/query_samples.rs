//! The queries of `threadloupe threads` over real rollouts, against a plain program that tests the JSON of the threads:
//! no index, no shortcut, one term at a time.

use crate::support::rollouts;
use std::collections::BTreeSet;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde_json::Value;
use threadloupe::store::Snapshot;
use threadloupe::workbench::query::ThreadFilter;

use crate::support::rollouts::{Folder, homes, samples};

/// A thread: its line of `threads`, and its export with the history.
struct Plain {
    row: Value,
    whole: Value,
}

/// The texts of a field.
type Texts = fn(&Plain) -> Vec<String>;

fn text(value: &Value) -> Vec<String> {
    value.as_str().map(str::to_owned).into_iter().collect()
}

/// Each string value inside a value, and each damaged line.
fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(elements) => elements.iter().for_each(|element| strings(element, found)),
        Value::Object(members) => members.values().for_each(|member| strings(member, found)),
        _ => {}
    }
}

/// Whether an item of the history has a value at this path.
fn tells(thread: &Plain, path: &str) -> bool {
    let items = thread.whole["history"]["items"].as_array().unwrap();
    items
        .iter()
        .any(|item| item.pointer(path).is_some_and(Value::is_string))
}

/// The words of a status, or of its `state`, for something that failed.
const FAILED: &str = " failed failure error errored declined denied aborted timed_out ";

/// What the output of a tool starts with if the tool could not run.
const COULD_NOT_RUN: &[&str] = &[
    "exec_command failed",
    "write_stdin failed",
    "apply_patch verification failed",
    "apply_patch failed",
    "patch rejected",
    "failed in sandbox",
    "failed to ",
    "execution error",
    "exec command rejected",
    "rejected by user",
    "unsupported c",
    "Script failed",
    "Script error",
    "command timed out",
    "aborted",
];

/// Whether an item records a failure: an exit code other than 0 in one of four spellings, a tool that could not run or
/// reports an error, a failed status, an aborted turn, or an error event.
fn fails(item: &Value) -> bool {
    let payload = item.get("payload").unwrap_or(item);
    let kind = payload["type"].as_str().unwrap_or_default();
    if let Some(output) = payload.get("output").filter(|_| kind.ends_with("_call_output")) {
        return output_fails(output);
    }
    let is_filled = |value: &Value| !value.is_null() && value != "";
    match kind {
        "turn_aborted" | "error" | "stream_error" => return item["type"] == "event_msg",
        "task_complete" => return is_filled(&payload["error"]),
        // These end nothing.
        "exec_command_begin" | "message" | "reasoning" | "token_count" => return false,
        _ => {}
    }
    [payload, &payload["item"], &payload["run"]]
        .into_iter()
        .any(|ended| {
            let result = &ended["result"];
            let content = result.get("Ok").unwrap_or(result);
            ended["exit_code"].as_i64().is_some_and(|code| code != 0)
                || ended["success"] == false
                || result.get("Err").is_some()
                || content["isError"] == true
                || status_fails(&ended["status"])
        })
}

fn status_fails(status: &Value) -> bool {
    let is_failed = |word: &str| !word.is_empty() && FAILED.contains(&format!(" {word} "));
    match status {
        Value::String(word) => is_failed(word),
        Value::Object(members) => match status["state"].as_str() {
            Some(word) => is_failed(word),
            None => members.keys().next().is_some_and(|key| is_failed(key)),
        },
        _ => false,
    }
}

fn output_fails(output: &Value) -> bool {
    if output["success"] == false {
        return true;
    }
    let text = match output {
        Value::Array(parts) => parts.iter().find_map(|part| part.get("text")),
        Value::Object(_) => output.get("content").or_else(|| output.get("output")),
        _ => Some(output),
    };
    let Some(text) = text.and_then(Value::as_str) else {
        return false;
    };
    if text.starts_with('{')
        && let Ok(inner) = serde_json::from_str::<Value>(text)
    {
        return inner["metadata"]["exit_code"]
            .as_i64()
            .is_some_and(|code| code != 0);
    }
    let head = text.lines().take(6).take_while(|line| *line != "Output:");
    let codes = head.filter_map(|line| {
        let code = line
            .strip_prefix("Exit code: ")
            .or_else(|| line.strip_prefix("Process exited with code "))?;
        code.trim().parse::<i64>().ok()
    });
    match codes.take(1).next() {
        Some(code) => code != 0,
        None => COULD_NOT_RUN.iter().any(|start| text.starts_with(start)),
    }
}

const FIELDS: &[(&str, Texts)] = &[
    ("id", |thread| text(&thread.row["thread_id"])),
    ("cwd", |thread| text(&thread.row["cwd"])),
    ("branch", |thread| text(&thread.row["branch"])),
    ("model", |thread| text(&thread.row["model"])),
    ("provider", |thread| text(&thread.row["provider"])),
    ("source", |thread| text(&thread.row["source"])),
    ("version", |thread| text(&thread.row["version"])),
    ("name", |thread| text(&thread.row["name"])),
    ("nickname", |thread| text(&thread.whole["agent_nickname"])),
    ("role", |thread| text(&thread.whole["agent_role"])),
    ("effort", |thread| text(&thread.whole["reasoning_effort"])),
    // A read shows defaults for these two until the history tells them.
    ("approval", |thread| {
        match tells(thread, "/payload/approval_policy") {
            true => text(&thread.whole["approval_mode"]),
            false => Vec::new(),
        }
    }),
    ("sandbox", |thread| {
        match tells(thread, "/payload/sandbox_policy/type") {
            true => text(&thread.whole["sandbox_policy"]["type"]),
            false => Vec::new(),
        }
    }),
    ("path", |thread| {
        let files = thread.row["files"].as_array().unwrap();
        files.iter().flat_map(text).collect()
    }),
];

/// The fields in which words are looked for, besides the title and the preview.
const WORDS: &[&str] = &[
    "id", "cwd", "branch", "model", "provider", "source", "nickname", "role", "version", "path",
];

fn texts(thread: &Plain, field: &str) -> Vec<String> {
    let (_, texts) = FIELDS.iter().find(|(name, _)| *name == field).unwrap();
    texts(thread)
}

/// Small letters find capitals too.
fn holds(text: &str, wanted: &str) -> bool {
    match wanted.chars().any(char::is_uppercase) {
        true => text.contains(wanted),
        false => text.to_lowercase().contains(wanted),
    }
}

fn has_word(thread: &Plain, word: &str) -> bool {
    let shown = [&thread.row["title"], &thread.row["preview"]]
        .into_iter()
        .flat_map(text);
    let fields = WORDS.iter().flat_map(|field| texts(thread, field));
    // The source of a sub-agent is written as words.
    let spawned = thread.row["source"]["subagent"].get("thread_spawn");
    let spawned = spawned.map(|_| "subagent_thread_spawn".to_owned());
    shown.chain(fields).chain(spawned).any(|text| holds(&text, word))
}

/// A time, or none if it is the time of the read.
fn time(thread: &Plain, key: &str) -> Option<DateTime<Utc>> {
    Some(thread.row[key].as_str()?.parse().unwrap())
}

/// The day or the month of a time.
fn date(thread: &Plain, key: &str, format: &str) -> Option<String> {
    Some(time(thread, key)?.format(format).to_string())
}

fn number(thread: &Plain, key: &str) -> Option<u64> {
    thread.row[key].as_u64()
}

/// A plain test of a thread.
type PlainTest = Box<dyn Fn(&Plain) -> bool>;

/// A query and the plain test of the same.
type Case = (String, PlainTest);

fn quoted(text: &str) -> Option<String> {
    (!text.is_empty() && !text.contains(['"', '\n', '\r'])).then(|| format!("\"{text}\""))
}

/// All queries: each field with its values and parts of them, words, numbers, times and properties.
fn cases(threads: &[Plain]) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (field, texts_of) in FIELDS {
        let values: BTreeSet<String> = threads.iter().flat_map(texts_of).collect();
        for value in values {
            let texts_of = *texts_of;
            let part: String = value
                .chars()
                .skip(1)
                .take(value.chars().count() / 2 + 1)
                .collect();
            if let Some(text) = quoted(&value) {
                let wanted = value.clone();
                cases.push((
                    format!("{field}:={text}"),
                    Box::new(move |thread| texts_of(thread).contains(&wanted)),
                ));
            }
            for wanted in [part.clone(), part.to_lowercase()] {
                let Some(text) = quoted(&wanted) else { continue };
                cases.push((
                    format!("{field}:{text}"),
                    Box::new(move |thread| texts_of(thread).iter().any(|text| holds(text, &wanted))),
                ));
            }
        }
    }
    let titles = threads.iter().flat_map(|thread| text(&thread.row["title"]));
    let words: BTreeSet<String> = titles
        .flat_map(|title| title.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .chain(["gpt", "2026", "tmp", "CLI", "rollout", "absent-word"].map(str::to_owned))
        .filter(|word| word.chars().all(char::is_alphanumeric) && word != "or")
        .collect();
    for word in words {
        let wanted = word.clone();
        cases.push((word, Box::new(move |thread| has_word(thread, &wanted))));
    }
    for phrase in [
        "List the files",
        "list the",
        "permission",
        "error",
        "apply_patch",
        "nowhere at all",
    ] {
        cases.push((
            format!("text:\"{phrase}\""),
            Box::new(move |thread| {
                let mut found = Vec::new();
                strings(&thread.whole["history"]["items"], &mut found);
                found.iter().any(|text| holds(text, phrase))
            }),
        ));
    }
    for key in ["items", "tokens"] {
        let values: BTreeSet<u64> = threads.iter().filter_map(|thread| number(thread, key)).collect();
        for value in values {
            cases.push((
                format!("{key}:>{value}"),
                Box::new(move |thread| number(thread, key).is_some_and(|number| number > value)),
            ));
            cases.push((
                format!("{key}:<{value}"),
                Box::new(move |thread| number(thread, key).is_some_and(|number| number < value)),
            ));
        }
    }
    for (field, key) in [("updated", "updated_at"), ("created", "created_at")] {
        let months: BTreeSet<String> = threads
            .iter()
            .filter_map(|thread| date(thread, key, "%Y-%m"))
            .collect();
        for month in months {
            cases.push((
                format!("{field}:{month}"),
                Box::new(move |thread| date(thread, key, "%Y-%m").as_ref() == Some(&month)),
            ));
        }
        // A day on which nothing happened, so that it does not matter whether the day itself counts.
        let day = "2026-01-15";
        assert!(
            threads
                .iter()
                .all(|thread| date(thread, key, "%Y-%m-%d").as_deref() != Some(day))
        );
        cases.push((
            format!("{field}:>{day}"),
            Box::new(move |thread| date(thread, key, "%Y-%m-%d").is_some_and(|date| date.as_str() > day)),
        ));
        cases.push((
            format!("{field}:<{day}"),
            Box::new(move |thread| date(thread, key, "%Y-%m-%d").is_some_and(|date| date.as_str() < day)),
        ));
        cases.push((
            format!("{field}:<200d"),
            Box::new(move |thread| {
                time(thread, key).is_some_and(|time| (Utc::now() - time).num_days() < 200)
            }),
        ));
    }
    let parents: BTreeSet<String> = threads
        .iter()
        .flat_map(|thread| [text(&thread.row["parent"]), text(&thread.row["forked_from"])])
        .flatten()
        .collect();
    let properties: [(&str, PlainTest); 10] = [
        (
            "is:failed",
            Box::new(|thread| {
                thread.whole["history"]["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(fails)
            }),
        ),
        ("is:reverted", Box::new(|thread| thread.row["superseded"] != 0)),
        ("is:archived", Box::new(|thread| thread.row["archived"] == true)),
        ("is:fork", Box::new(|thread| !thread.row["forked_from"].is_null())),
        (
            "is:subagent",
            Box::new(|thread| thread.row["source"].get("subagent").is_some()),
        ),
        ("is:unlisted", Box::new(|_| false)),
        ("is:damaged", Box::new(|thread| thread.row["damaged"] != 0)),
        ("has:name", Box::new(|thread| !thread.row["name"].is_null())),
        ("has:git", Box::new(|thread| !thread.whole["git_info"].is_null())),
        (
            "has:children",
            Box::new(move |thread| parents.contains(thread.row["thread_id"].as_str().unwrap())),
        ),
    ];
    cases.extend(properties.map(|(query, test)| (query.to_owned(), test)));
    cases
}

/// The threads that the program finds.
fn ids(folder: &Folder, from: &str, query: &str) -> BTreeSet<String> {
    let output = folder.run(&["threads", query, "--from", from, "--format", "json"]);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{query}: {complaints}");
    let rows = rollouts::rows(&output);
    rows.iter()
        .map(|row| row["thread_id"].as_str().unwrap().to_owned())
        .collect()
}

/// The threads that the query language finds in a store.
fn found(store: &Snapshot, query: &str) -> BTreeSet<String> {
    let filter = ThreadFilter::parse(query).unwrap();
    let matcher = filter.matcher(store);
    let found = store.threads().filter(|record| matcher.matches(record));
    found.map(|record| record.id.to_string()).collect()
}

/// The threads of the samples, each with its export.
fn read(folder: &Folder, from: &str) -> Vec<Plain> {
    let output = folder.run(&["threads", "--from", from, "--format", "json"]);
    let exported = folder.run(&[
        "export", "--all", "--from", from, "--format", "json", "--to", "out",
    ]);
    assert_eq!(
        exported.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&exported.stderr)
    );
    let whole = |id: &str| {
        let text = std::fs::read_to_string(folder.path().join("out").join(format!("{id}.json"))).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let rows = rollouts::rows(&output).into_iter();
    rows.map(|row| Plain {
        whole: whole(row["thread_id"].as_str().unwrap()),
        row,
    })
    .collect()
}

fn compare(folder: &Folder, from_path: &Path) {
    let from = from_path.to_str().unwrap();
    let threads = read(folder, from);
    let all = cases(&threads);
    assert!(
        threads.len() > 10 && all.len() > 200,
        "{} threads, {} queries",
        threads.len(),
        all.len()
    );
    let plain = |test: &dyn Fn(&Plain) -> bool| -> BTreeSet<String> {
        let found = threads.iter().filter(|thread| test(thread));
        found
            .map(|thread| thread.row["thread_id"].as_str().unwrap().to_owned())
            .collect()
    };
    let (store, _) = tokio::runtime::Runtime::new()
        .unwrap()
        .block_on(rollouts::imported(&[from_path.to_path_buf()]));
    let store = store.snapshot();
    let mut seen = BTreeSet::new();
    for (index, (query, test)) in all.iter().enumerate() {
        let wanted = plain(test);
        assert_eq!(found(&store, query), wanted, "{query}");
        if index % 25 == 0 {
            assert_eq!(ids(folder, from, query), wanted, "{query}");
        }
        seen.insert(wanted);
        // The opposite, and together with another term.
        let (other, other_test) = &all[index * 7 % all.len()];
        for (query, wanted) in [
            (format!("-{query}"), plain(&|thread| !test(thread))),
            (
                format!("{query} or {other}"),
                plain(&|thread| test(thread) || other_test(thread)),
            ),
            (
                format!("{query} -{other}"),
                plain(&|thread| test(thread) && !other_test(thread)),
            ),
        ] {
            assert_eq!(found(&store, &query), wanted, "{query}");
        }
    }
    assert!(seen.len() > 20, "the queries find different threads");
}

#[test]
fn each_term_finds_what_a_plain_program_finds_in_the_samples() {
    if let Some(from) = samples("each_term_finds_what_a_plain_program_finds_in_the_samples") {
        compare(&Folder::new(), &from);
    }
}

/// A query and the plain test of the same on a line of `threads`.
type RowCase = (&'static str, fn(&Value) -> bool);

#[test]
fn what_only_a_home_knows_is_found_as_a_plain_program_finds_it() {
    let Some(homes) = homes("what_only_a_home_knows_is_found_as_a_plain_program_finds_it") else {
        return;
    };
    let folder = Folder::new();
    let mut most = [0; 4];
    for home in std::fs::read_dir(homes).unwrap() {
        let home = home.unwrap().path();
        if !home.join("sessions").is_dir() {
            continue;
        }
        let from = home.to_str().unwrap();
        let rows = rollouts::rows(&folder.run(&["threads", "--from", from, "--format", "json"]));
        let tests: [RowCase; 4] = [
            ("is:reverted", |row| row["superseded"] != 0),
            ("is:archived", |row| row["archived"] == true),
            ("is:fork", |row| !row["forked_from"].is_null()),
            ("has:name", |row| !row["name"].is_null()),
        ];
        for ((query, test), most) in tests.into_iter().zip(&mut most) {
            let wanted = rows.iter().filter(|row| test(row));
            let wanted: BTreeSet<String> = wanted
                .map(|row| row["thread_id"].as_str().unwrap().to_owned())
                .collect();
            assert_eq!(ids(&folder, from, query), wanted, "{query} in {from}");
            *most = wanted.len().max(*most);
        }
    }
    assert!(most.iter().all(|most| *most > 0), "{most:?}");
}
