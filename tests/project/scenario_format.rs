//! Checks `docs/scenarios.md`: it describes every key, method, field and lint of the tables, and its examples run. With
//! THREADLOUPE_BLESS set, the file is written instead of compared.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use threadloupe::contract::{FIELDS, OPS, States};
use threadloupe::workbench::lints::LINT_KINDS;
use threadloupe::workbench::scenario::{KeyPlace, SCENARIO_KEYS};

/// The example at the beginning of the document.
const EXAMPLE: &str = r#"{"scenario": "clear a name", "about": "A name is set, then cleared.", "clock": "2026-05-13T00:28:15Z"}
{"method": "create_thread", "params": {"thread_id": "0198f2a3-0000-7000-8000-000000000001"}}
{"method": "update_thread_metadata",
 "params": {"thread_id": "0198f2a3-0000-7000-8000-000000000001", "patch": {"name": "first"}},
 "expect": {"result": {"name": "first"}}}
{"method": "update_thread_metadata",
 "params": {"thread_id": "0198f2a3-0000-7000-8000-000000000001", "patch": {"name": null}},
 "note": "null clears the name.",
 "expect": {"result": {"name": null}, "moved": {"update_thread_metadata": 1}}}
{"method": "read_thread", "params": {"thread_id": "0198f2a3-0000-7000-8000-000000000002"},
 "expect": {"error": {"code": "thread_not_found"}}}
"#;

/// The example of rows.
const ROWS: &str = r#"{"scenario": "set and clear", "rows": [{"field": "name", "value": "n"}, {"field": "name", "value": null}]}
{"method": "create_thread", "params": {"thread_id": "0198f2a3-0000-7000-8000-000000000001"}}
{"method": "update_thread_metadata",
 "params": {"thread_id": "0198f2a3-0000-7000-8000-000000000001", "patch": {"${field}": "${value}"}},
 "expect": {"result": {"${field}": "${value}"}}}
"#;

/// The example of placeholders.
const PLACEHOLDERS: &str = r#"{"method": "create_thread", "params": {"thread_id": "0198f2a3-0000-7000-8000-000000000001"}}
{"method": "list_threads",
 "expect": {"result": {"items": [{"name": null, "created_at": {"$any": true}}], "next_cursor": null}}}
{"method": "load_history", "params": {"thread_id": "0198f2a3-0000-7000-8000-000000000001"},
 "expect": {"result": {"items": {"$len": 0}}}}
"#;

/// Indents lines as code of a document.
fn code(text: &str) -> String {
    text.lines().fold(String::new(), |mut code, line| {
        writeln!(code, "    {line}").unwrap();
        code
    })
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn table_of_keys(out: &mut String, place: KeyPlace) {
    out.push_str("| key | value | meaning |\n| --- | --- | --- |\n");
    for key in SCENARIO_KEYS.iter().filter(|key| key.place == place) {
        let (name, about) = (key.name, cell(key.about));
        let value = match key.value == key.example {
            true => format!("`{}`", key.value),
            false => format!("{}, such as `{}`", key.value, cell(key.example)),
        };
        writeln!(out, "| `{name}` | {value} | {about} |").unwrap();
    }
}

fn table_of_methods(out: &mut String) {
    out.push_str("| method | parameters | what it does |\n| --- | --- | --- |\n");
    for row in OPS {
        let mut params: Vec<String> = Vec::new();
        for param in row.params {
            let name = param.name;
            params.push(match param.default {
                None => format!("**`{name}`**"),
                Some(default) => format!("`{name}` (`{}`)", cell(default)),
            });
        }
        writeln!(out, "| `{}` | {} | {} |", row.name, params.join(", "), row.about).unwrap();
    }
}

fn table_of_fields(out: &mut String) {
    out.push_str("| field | value | `null` | meaning |\n| --- | --- | --- | --- |\n");
    for field in FIELDS.iter() {
        let null = match field.states {
            States::Two => "leaves it",
            States::Three => "clears it",
        };
        writeln!(
            out,
            "| `{}` | `{}` | {null} | {} |",
            field.name,
            cell(field.value),
            cell(field.about)
        )
        .unwrap();
    }
}

/// The text of `docs/scenarios.md`.
fn document() -> String {
    let mut out = String::from(
        "# Scenarios\n\n\
         A scenario is a file of calls to a thread store, each with an optional expectation. `threadloupe run FILE` plays it\n\
         and checks the expectations, `threadloupe play FILE` shows it step by step in the inspector (or, with\n\
         `--export tour.html`, writes it as a document), and `threadloupe::workbench::scenario::check` plays it in a test of your own store.\n\n",
    );
    out += &code(EXAMPLE);
    out += "\nThe file is a stream of JSON values in UTF-8, each on one line or on several; its name ends in `.jsonl`. The first value can\n\
            be a header. All other values are steps. A step is invalid if it or its expectation has an unknown key, or has the\n\
            same key twice (outside items). An invalid step is not called, the remaining steps are still played, and the exit status is 2. A\n\
            header with such a key counts as an invalid step.\n\n\
            This file is generated from the tables in the source code. After a change there, run\n\
            `THREADLOUPE_BLESS=1 cargo test --test project`.\n\n\
            ## Header\n\n";
    table_of_keys(&mut out, KeyPlace::Header);
    out += "\n## Rows\n\n\
            With `rows`, the same steps are played with several values. `${name}` in a step is replaced by the value of `name` in the row: a string\n\
            that is exactly `${name}` becomes the value itself, which can have any type; in a longer string or in a key, the text of the value is inserted.\n\n";
    out += &code(ROWS);
    out += "\nEach row starts with a new clock, and each answer has the number of its row. Rows that name the same registered store\n\
            share it, as files do. Variables inside values are not replaced. To write `${value}` itself, write the dollar sign as `\\u0024`. A step with a\n\
            variable that its row does not have is invalid. Without `rows`, `${value}` is ordinary text.\n";
    out += "\n## Step\n\n";
    table_of_keys(&mut out, KeyPlace::Step);
    out += "\n## Methods\n\n\
            Parameters in bold are required. The others have their default in parentheses. A parameter that is not in the contract is ignored, and raises\n\
            a lint. `threadloupe list ops` prints the types of the values.\n\n";
    table_of_methods(&mut out);
    out += "\n`calls` is a step without parameters that reads the counters. It is not a method of the contract.\n\n\
            An item (in `items` of `append_items`) is any JSON object, and is returned exactly as it was written. A line that is not JSON is the item\n\
            `{\"$damaged\": {\"text\": \"...\"}}`, or `{\"$damaged\": {\"base64\": \"...\"}}` if it is not UTF-8.\n\n\
            ## Patch\n\n\
            These are the fields of `patch` in `update_thread_metadata`. A field that is left out stays unchanged.\n\n";
    table_of_fields(&mut out);
    out += "\n## Expectation\n\n";
    table_of_keys(&mut out, KeyPlace::Expectation);
    out += "\nAn expected object matches if each of its keys matches; other keys of the answer are not compared. A list matches element by element and must have\n\
            the same length. `created_at`, `updated_at` and `archived_at` are compared as times. All other values must be equal. An expected key that is\n\
            not in the contract is a failure. If lists of different lengths do not match, reports show the elements that differ; the JSON output has both lists.\n\n\
            ## Placeholders\n\n\
            An object with exactly one of these keys stands for a value in an expected result or error:\n\n";
    table_of_keys(&mut out, KeyPlace::Placeholder);
    out.push('\n');
    out += &code(PLACEHOLDERS);
    out += "\n## Lints\n\n\
            A lint is a warning about something that the contract accepts without an error. `threadloupe run` prints lints on standard error; with\n\
            `--deny-lints`, a lint that is not in `expect` is a failure.\n\n\
            | code | when |\n| --- | --- |\n";
    for lint in LINT_KINDS {
        writeln!(out, "| `{}` | {} |", lint.code, cell(lint.about)).unwrap();
    }
    out += "\n## Reports\n\n\
            `threadloupe run --format` chooses the report: `jsonl` (one answer per line, for programs), `text` (for people), `tap` or `junit` (for continuous\n\
            integration). All of them except `jsonl` show the `about` of a scenario and the note of each step. The exit status is 0 if all expectations were\n\
            met, 1 if one was not, and 2 if a step, a file or an argument is invalid.\n";
    out += "\n## Shrinking\n\n\
            `threadloupe run --shrink FILE` reduces a scenario to the parts that reproduce a failure. It plays the scenario to the first step whose expectation is\n\
            not met, removes everything that is not needed for that step to fail in the same place (other steps, parameters, patch fields, items,\n\
            expectations, parts of strings), and prints what is left as a scenario. No single step can be removed from the result without losing\n\
            the failure. Two failures are in the same place if their methods, error codes and failing paths are the same, and if at each path the\n\
            expected value and the type of the actual value are the same.\n\n\
            Steps keep their times: if removing other steps would change the time of a step, its time is written as `at`. Shrinking stops after 10,000\n\
            attempts or 60 s; each attempt uses a new store. The exit status is 1 if something fails, and 0 if not.\n";
    out
}

#[test]
fn the_document_is_the_tables() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/scenarios.md");
    if std::env::var_os("THREADLOUPE_BLESS").is_some() {
        fs::write(path, document()).unwrap();
        return;
    }
    assert_eq!(
        fs::read_to_string(path).unwrap_or_default(),
        document(),
        "run `THREADLOUPE_BLESS=1 cargo test --test project` and read the difference"
    );
}

#[test]
fn the_examples_run_and_are_as_expected() {
    for (example, met) in [(EXAMPLE, 3), (ROWS, 2), (PLACEHOLDERS, 2)] {
        let mut run = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
            .args(["run", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        run.stdin.take().unwrap().write_all(example.as_bytes()).unwrap();
        let output = run.wait_with_output().unwrap();
        let answers = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{answers}");
        assert_eq!(answers.matches("\"expect\":\"met\"").count(), met, "{answers}");
    }
}
