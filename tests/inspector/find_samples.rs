//! What the filters and searches of the screen count over real rollouts, against a plain program that decodes every string and
//! compares.

use crate::support::rollouts;
use std::path::Path;

use serde_json::Value;

use crate::support::rollouts::{Folder, homes, samples};
use crate::support::terminal::{ENTER, ESC, Start, Terminal, ctrl};

/// A thread: its line of `threads`, and its export with the history.
struct Plain {
    row: Value,
    whole: Value,
}

impl Plain {
    fn items(&self) -> &[Value] {
        self.whole["history"]["items"].as_array().unwrap()
    }
}

/// The threads of the samples, each with its export.
fn read(folder: &Folder, from: &str) -> Vec<Plain> {
    let output = folder.run(&["threads", "--from", from, "--format", "json"]);
    folder.run(&[
        "export", "--all", "--from", from, "--format", "json", "--to", "out",
    ]);
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

/// Whether a string value inside a value contains a text; small letters find capitals too.
fn holds(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => is_in(text, wanted),
        Value::Array(elements) => elements.iter().any(|element| holds(element, wanted)),
        Value::Object(members) => members.values().any(|member| holds(member, wanted)),
        _ => false,
    }
}

fn is_in(text: &str, wanted: &str) -> bool {
    match wanted.chars().any(char::is_uppercase) {
        true => text.contains(wanted),
        false => text.to_lowercase().contains(wanted),
    }
}

const PHRASES: &[&str] = &[
    "permission",
    "list the",
    "List the files",
    "apply_patch",
    "error",
    "\u{e9}",
    "nowhere at all",
];

fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        number => format!("{number} {noun}s"),
    }
}

/// Opens the samples, with the focused pane as wide as the screen.
fn open(path: &Path, pane: &str) -> Terminal {
    let mut terminal = Start::threadloupe(&[path.to_str().unwrap()])
        .size(200, 50)
        .spawn();
    terminal.wait_for("Imported");
    terminal.type_keys(pane);
    if pane == "2" {
        // The rows of the history, not its transcript.
        terminal.type_keys("T");
    }
    terminal.type_keys("z");
    terminal
}

/// Enters a filter and waits for the count in the title of the pane.
fn filter(terminal: &mut Terminal, query: &str, title: &str) {
    terminal.type_keys("&");
    terminal.type_keys(&ctrl('u'));
    terminal.type_keys(query);
    terminal.type_keys(ENTER);
    terminal.wait_for(title);
}

#[test]
fn the_screen_lists_as_many_threads_as_a_plain_program_finds() {
    let Some(from) = samples("the_screen_lists_as_many_threads_as_a_plain_program_finds") else {
        return;
    };
    let folder = Folder::new();
    let threads = read(&folder, from.to_str().unwrap());
    let mut cases: Vec<(String, usize)> = Vec::new();
    for (field, key) in [
        ("cwd", "cwd"),
        ("branch", "branch"),
        ("model", "model"),
        ("provider", "provider"),
        ("version", "version"),
        ("id", "thread_id"),
        ("name", "name"),
    ] {
        let first = threads.iter().find_map(|thread| thread.row[key].as_str());
        let Some(part) = first.map(|value| value.chars().take(6).collect::<String>()) else {
            continue;
        };
        let found = threads
            .iter()
            .filter(|thread| thread.row[key].as_str().is_some_and(|value| is_in(value, &part)));
        cases.push((format!("{field}:\"{part}\""), found.count()));
    }
    for phrase in PHRASES {
        let found = threads
            .iter()
            .filter(|thread| thread.items().iter().any(|item| holds(item, phrase)));
        cases.push((format!("text:\"{phrase}\""), found.count()));
    }
    let having = |test: &dyn Fn(&Plain) -> bool| threads.iter().filter(|thread| test(thread)).count();
    cases.extend([
        (
            "is:fork".to_owned(),
            having(&|thread| !thread.row["forked_from"].is_null()),
        ),
        (
            "is:damaged".to_owned(),
            having(&|thread| thread.row["damaged"] != 0),
        ),
        (
            "-is:damaged".to_owned(),
            having(&|thread| thread.row["damaged"] == 0),
        ),
        (
            "has:name".to_owned(),
            having(&|thread| !thread.row["name"].is_null()),
        ),
        (
            "items:>10".to_owned(),
            having(&|thread| thread.row["items"].as_u64().unwrap() > 10),
        ),
        (
            "tokens:>1k".to_owned(),
            having(&|thread| thread.row["tokens"].as_u64().is_some_and(|tokens| tokens > 1_000)),
        ),
    ]);
    let all = threads.len();
    let mut terminal = open(&from, "1");
    for (query, found) in &cases {
        let title = match *found == all {
            true => format!("Threads {all} \u{b7} & {query}"),
            false => format!("Threads {found} of {all} \u{b7} & {query}"),
        };
        filter(&mut terminal, query, &title);
    }
    terminal.type_keys(ESC);
    for phrase in PHRASES {
        let hits = |thread: &Plain| thread.items().iter().filter(|item| holds(item, phrase)).count();
        let hits: Vec<usize> = threads.iter().map(hits).filter(|hits| *hits > 0).collect();
        terminal.type_keys("f");
        terminal.type_keys(phrase);
        terminal.type_keys(ENTER);
        terminal.wait_for("were searched");
        let items = count(hits.iter().sum(), "item");
        terminal.wait_for(&format!("Found {items} in {}", count(hits.len(), "thread")));
        terminal.wait_for(&format!("\u{201c}{phrase}\u{201d}"));
        terminal.type_keys(ESC);
        terminal.wait_gone("were searched");
    }
}

#[test]
fn the_history_lists_as_many_items_as_a_plain_program_finds() {
    let Some(from) = samples("the_history_lists_as_many_items_as_a_plain_program_finds") else {
        return;
    };
    let folder = Folder::new();
    let mut threads = read(&folder, from.to_str().unwrap());
    threads.retain(|thread| thread.row["files"].as_array().unwrap().len() == 1);
    threads.sort_by_key(|thread| std::cmp::Reverse(thread.items().len()));
    for thread in threads.iter().take(3) {
        let file = thread.row["files"][0].as_str().unwrap();
        let mut terminal = open(&folder.path().join(file), "2");
        let all = thread.items().len();
        terminal.type_keys("D");
        let kind = |item: &Value, name: &str| item["payload"]["type"] == name || item["type"] == name;
        let mut cases: Vec<(String, usize)> = Vec::new();
        for name in [
            "token_count",
            "function_call",
            "function_call_output",
            "turn_context",
        ] {
            let found = thread.items().iter().filter(|item| kind(item, name));
            cases.push((format!("kind:={name}"), found.count()));
        }
        for phrase in PHRASES {
            let found = thread.items().iter().filter(|item| holds(item, phrase));
            cases.push((format!("text:\"{phrase}\""), found.count()));
        }
        // What the user said stands in a message of the model and in an event.
        for (role, event) in [("user", "user_message"), ("assistant", "agent_message")] {
            let is_by = |item: &&Value| {
                let payload = item.get("payload").unwrap_or(item);
                payload["type"] == event || payload["role"] == role && payload["type"] == "message"
            };
            let found = thread.items().iter().filter(is_by);
            cases.push((format!("role:={role}"), found.count()));
        }
        let damaged = thread.row["damaged"].as_u64().unwrap() as usize;
        cases.push(("is:damaged".to_owned(), damaged));
        cases.push(("-is:damaged".to_owned(), all - damaged));
        for (query, found) in cases {
            let at = found.min(1);
            // Where nothing is selected any more, the cursor goes to the first row.
            terminal.type_keys("Fg");
            let filtered = format!(
                " of {found} \u{b7} filtered from {} \u{b7} & {query}",
                count(all, "item")
            );
            filter(&mut terminal, &query, &filtered);
            terminal.wait_for(if at == 0 {
                "No items match the filter"
            } else {
                "History "
            });
        }
    }
}

/// A line of each form in which a kind can be unknown, and one of a known kind of the same form.
const KINDS: [[&str; 2]; 5] = [
    [
        r#"{"type":"x_line","payload":{"type":"message"}}"#,
        r#"{"type":"turn_context","payload":{"model":"m"}}"#,
    ],
    [
        r#"{"type":"event_msg","payload":{"type":"x_event","message":"m"}}"#,
        r#"{"type":"event_msg","payload":{"type":"agent_message","message":"m"}}"#,
    ],
    [
        r#"{"type":"response_item","payload":{"type":"x_item","name":"n"}}"#,
        r#"{"type":"response_item","payload":{"type":"function_call","name":"n"}}"#,
    ],
    [
        r#"{"type":"event_msg","payload":{"type":"item_completed","item":{"type":"x_thing"}}}"#,
        r#"{"type":"event_msg","payload":{"type":"item_completed","item":{"type":"Reasoning"}}}"#,
    ],
    [
        r#"{"type":"x_bare"}"#,
        r#"{"type":"function_call_output","call_id":"c","output":"o"}"#,
    ],
];

#[test]
fn the_history_finds_as_many_items_of_unknown_kinds_as_a_plain_program() {
    let folder = Folder::new();
    let path = folder.path().join("kinds.jsonl");
    let header = r#"{"type":"session_meta","payload":{"id":"0198f2a3-0000-7000-8000-000000000001"}}"#;
    let lines = (0..400_usize).map(|n| KINDS[n * n % 7 % KINDS.len()][usize::from(n % 3 != 0)]);
    let lines: Vec<&str> = std::iter::once(header).chain(lines).collect();
    std::fs::write(&path, lines.join("\n")).unwrap();
    let is_unknown = |line: &&&str| {
        let item: Value = serde_json::from_str(line).unwrap();
        let names = [
            &item["type"],
            &item["payload"]["type"],
            &item["payload"]["item"]["type"],
        ];
        let mut names = names.into_iter().filter_map(Value::as_str);
        names.any(|name| name.starts_with("x_"))
    };
    let (all, unknown) = (lines.len(), lines.iter().filter(is_unknown).count());
    assert!((50..350).contains(&unknown), "{unknown}");
    let mut terminal = open(&path, "2");
    terminal.type_keys("D");
    for (query, found) in [("is:unknown", unknown), ("-is:unknown", all - unknown)] {
        let title = format!(" of {found} \u{b7} filtered from {all} items \u{b7} & {query}");
        filter(&mut terminal, query, &title);
    }
}

#[test]
fn the_history_marks_as_many_items_as_the_list_of_threads_counts() {
    let Some(homes) = homes("the_history_marks_as_many_items_as_the_list_of_threads_counts") else {
        return;
    };
    let folder = Folder::new();
    for (home, property) in [
        ("codex-0.171", "inherited"),
        ("codex-0.171-reverted", "superseded"),
    ] {
        let home = homes.join(home);
        let output = folder.run(&["threads", "--from", home.to_str().unwrap(), "--format", "json"]);
        let rows = rollouts::rows(&output);
        let row = rows.iter().find(|row| row[property].as_u64() > Some(0)).unwrap();
        let mut terminal = open(&home, "1");
        let id = row["thread_id"].as_str().unwrap();
        filter(&mut terminal, &format!("id:{id}"), "Threads 1 of ");
        terminal.type_keys("z2TzD");
        let items = row["items"].as_u64().unwrap();
        let filtered = |found: u64, query: &str| {
            format!(" of {found} \u{b7} filtered from {items} items \u{b7} & {query}")
        };
        // The items that were cut off are not in the history; the one before them has a mark.
        let found = match property {
            "superseded" => 1,
            _ => row[property].as_u64().unwrap(),
        };
        for (query, found) in [
            (format!("is:{property}"), found),
            (format!("-is:{property}"), items - found),
        ] {
            filter(&mut terminal, &query, &filtered(found, &query));
        }
    }
}
