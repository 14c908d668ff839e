//! Random steps, played as a scenario, must have the same answers as a simple model of the store: plain maps and JSON
//! values, written from the rules without code from the sources.

#![expect(clippy::unwrap_used, reason = "a failed test panics")]

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use threadloupe::store::InMemoryThreadStore;
use threadloupe::workbench::scenario::{Scenario, ScenarioSession};

use crate::support::steps::{CLEARABLE, any_step, odd};

const COUNTED: [&str; 14] = [
    "create_thread",
    "resume_thread",
    "append_items",
    "persist_thread",
    "flush_thread",
    "shutdown_thread",
    "discard_thread",
    "load_history",
    "read_thread",
    "read_thread_by_rollout_path",
    "list_threads",
    "update_thread_metadata",
    "archive_thread",
    "unarchive_thread",
];

#[derive(Default)]
struct Model {
    calls: BTreeMap<&'static str, usize>,
    created: BTreeMap<String, Value>,
    histories: HashMap<String, Vec<String>>,
    /// For each thread, the accumulated patch by key; null is a clear.
    patches: HashMap<String, Map<String, Value>>,
    git: HashMap<String, Map<String, Value>>,
    /// Registered paths in order; the last entry of a path counts.
    paths: Vec<(PathBuf, String, String)>,
}

fn not_found(id: &str) -> Value {
    json!({"code": "thread_not_found", "message": format!("thread {id} not found")})
}

impl Model {
    /// The answer to a step: `Ok` is the result as JSON text, `Err` the error.
    fn answer(&mut self, step: &Value, now: &str) -> Result<String, Value> {
        let method = step["method"].as_str().unwrap();
        let params = &step["params"];
        let id = params["thread_id"].as_str().unwrap_or_default().to_string();
        if let Some(counted) = COUNTED.iter().find(|name| **name == method) {
            *self.calls.entry(counted).or_default() += 1;
        }
        let history = params["include_history"] == true;
        match method {
            "create_thread" => {
                self.created.insert(id.clone(), params.clone());
                self.histories.entry(id).or_default();
                Ok("null".to_string())
            }
            "resume_thread" => {
                self.histories.entry(id.clone()).or_default();
                if let Some(path) = params["rollout_path"].as_str() {
                    // Paths are equal by their components, whatever thread they belong to.
                    // A path that is registered again keeps its first spelling and comes last.
                    let known = |(known, ..): &(PathBuf, String, String)| known.as_path() == Path::new(path);
                    let first = self
                        .paths
                        .iter()
                        .position(known)
                        .map(|at| self.paths.remove(at).1);
                    let spelling = first.unwrap_or_else(|| path.to_string());
                    self.paths.push((PathBuf::from(path), spelling, id));
                }
                Ok("null".to_string())
            }
            "append_items" => {
                let items = params["items"].as_array().unwrap();
                self.histories
                    .entry(id)
                    .or_default()
                    .extend(items.iter().map(Value::to_string));
                Ok("null".to_string())
            }
            "persist_thread" | "flush_thread" | "shutdown_thread" | "discard_thread" | "archive_thread" => {
                Ok("null".to_string())
            }
            "load_history" => match self.histories.get(&id) {
                Some(items) => Ok(format!(r#"{{"thread_id":"{id}","items":[{}]}}"#, items.join(","))),
                None => Err(not_found(&id)),
            },
            "read_thread" => self.thread(&id, now, history),
            "unarchive_thread" => self.thread(&id, now, false),
            "read_thread_by_rollout_path" => {
                let path = params["rollout_path"].as_str().unwrap();
                match self
                    .paths
                    .iter()
                    .find(|(known, ..)| known.as_path() == Path::new(path))
                {
                    Some((_, _, id)) => {
                        let id = id.clone();
                        self.thread(&id, now, history)
                    }
                    None => {
                        let why = format!(
                            "invalid thread-store request: in-memory thread store does not know rollout path {path}"
                        );
                        Err(json!({"code": "invalid_request", "message": why}))
                    }
                }
            }
            "list_threads" => {
                let threads: Vec<String> = self
                    .created
                    .keys()
                    .filter_map(|id| self.thread(id, now, false).ok())
                    .collect();
                Ok(format!(
                    r#"{{"items":[{}],"next_cursor":null}}"#,
                    threads.join(",")
                ))
            }
            "update_thread_metadata" => {
                self.merge(&id, params["patch"].as_object().unwrap());
                self.thread(&id, now, false)
            }
            "calls" => {
                let calls: Vec<String> = COUNTED
                    .iter()
                    .map(|name| format!("\"{name}\":{}", self.calls.get(name).copied().unwrap_or_default()))
                    .collect();
                Ok(format!("{{{}}}", calls.join(",")))
            }
            "list_turns" | "list_items" => {
                let why = format!("thread-store unsupported operation: {method}");
                Err(json!({"code": "unsupported", "message": why}))
            }
            // The scenario has the message of an invalid step as its note.
            _ => Err(json!({"code": "invalid_step", "message": step["note"]})),
        }
    }

    fn merge(&mut self, id: &str, patch: &Map<String, Value>) {
        let git = self.git.entry(id.to_string()).or_default();
        if let Some(parts) = patch.get("git_info").and_then(Value::as_object) {
            for (part, value) in parts {
                git.insert(part.clone(), value.clone());
            }
        }
        let merged = self.patches.entry(id.to_string()).or_default();
        for (key, value) in patch {
            if !value.is_null() || CLEARABLE.contains(&key.as_str()) {
                merged.insert(key.clone(), value.clone());
            }
        }
    }

    fn thread(&self, id: &str, now: &str, history: bool) -> Result<String, Value> {
        let create = self.created.get(id).ok_or_else(|| not_found(id))?;
        let nothing = Map::new();
        let patch = self.patches.get(id).unwrap_or(&nothing);
        let said = |key: &str| patch.get(key).cloned();
        let or_null = |value: Option<Value>| value.unwrap_or(Value::Null);
        let shown_path = self
            .paths
            .iter()
            .rfind(|(_, _, owner)| owner == id)
            .map(|(_, text, _)| json!(text));
        let parts: Vec<String> = [
            ("sha", "commit_hash"),
            ("branch", "branch"),
            ("origin_url", "repository_url"),
        ]
        .iter()
        .filter_map(|(part, key)| {
            let value = self.git.get(id)?.get(*part).filter(|value| !value.is_null())?;
            Some(format!("\"{key}\":{value}"))
        })
        .collect();
        let git = if parts.is_empty() {
            "null".to_string()
        } else {
            format!("{{{}}}", parts.join(","))
        };
        let items = history.then(|| {
            let items = self
                .histories
                .get(id)
                .map(|items| items.join(","))
                .unwrap_or_default();
            format!(r#"{{"thread_id":"{id}","items":[{items}]}}"#)
        });
        let keys: [(&str, String); 24] = [
            ("thread_id", json!(id).to_string()),
            (
                "rollout_path",
                or_null(said("rollout_path").or(shown_path)).to_string(),
            ),
            ("forked_from_id", create["forked_from_id"].to_string()),
            ("preview", said("preview").unwrap_or(json!("")).to_string()),
            ("name", or_null(said("name")).to_string()),
            (
                "model_provider",
                said("model_provider").unwrap_or(json!("test")).to_string(),
            ),
            ("model", or_null(said("model")).to_string()),
            ("reasoning_effort", or_null(said("reasoning_effort")).to_string()),
            ("created_at", said("created_at").unwrap_or(json!(now)).to_string()),
            ("updated_at", said("updated_at").unwrap_or(json!(now)).to_string()),
            ("archived_at", "null".to_string()),
            ("cwd", said("cwd").unwrap_or(json!("")).to_string()),
            (
                "cli_version",
                said("cli_version").unwrap_or(json!("test")).to_string(),
            ),
            (
                "source",
                said("source")
                    .unwrap_or(create.get("source").cloned().unwrap_or(json!("vscode")))
                    .to_string(),
            ),
            (
                "thread_source",
                said("thread_source")
                    .unwrap_or(create["thread_source"].clone())
                    .to_string(),
            ),
            ("agent_nickname", or_null(said("agent_nickname")).to_string()),
            ("agent_role", or_null(said("agent_role")).to_string()),
            ("agent_path", or_null(said("agent_path")).to_string()),
            ("git_info", git),
            (
                "approval_mode",
                said("approval_mode").unwrap_or(json!("never")).to_string(),
            ),
            (
                "sandbox_policy",
                said("sandbox_policy")
                    .map_or(r#"{"type":"read-only"}"#.to_string(), |value| value.to_string()),
            ),
            (
                "token_usage",
                patch.get("token_usage").map_or("null".to_string(), tokens),
            ),
            (
                "first_user_message",
                or_null(said("first_user_message")).to_string(),
            ),
            ("history", items.unwrap_or("null".to_string())),
        ];
        let keys: Vec<String> = keys
            .iter()
            .map(|(key, value)| format!("\"{key}\":{value}"))
            .collect();
        Ok(format!("{{{}}}", keys.join(",")))
    }
}

/// Token usage with its keys in order.
fn tokens(usage: &Value) -> String {
    let parts = [
        "input_tokens",
        "cached_input_tokens",
        "output_tokens",
        "reasoning_output_tokens",
        "total_tokens",
    ]
    .map(|key| format!("\"{key}\":{}", usage[key]));
    format!("{{{}}}", parts.join(","))
}

/// The scenario, and the answers of the model to it.
fn expected(steps: &[Value]) -> (String, String) {
    let mut scenario = String::from("{\"scenario\":\"random\",\"clock\":\"2026-05-13T00:28:15Z\"}\n");
    let mut answers = String::new();
    let mut model = Model::default();
    for (index, step) in steps.iter().enumerate() {
        let mut step = step.clone();
        if let Some(Value::String(note)) = step.get_mut("note") {
            *note = note.replace('@', &(index + 2).to_string());
        }
        scenario.push_str(&format!("{step}\n"));
        let (seconds, millis) = (15 + index / 1000, index % 1000);
        let fraction = if millis == 0 {
            String::new()
        } else {
            format!(".{millis:03}")
        };
        let now = format!("2026-05-13T00:28:{seconds:02}{fraction}Z");
        let method = &step["method"];
        let number = index + 1;
        match model.answer(&step, &now) {
            Ok(result) => answers.push_str(&format!(
                "{{\"step\":{number},\"method\":{method},\"result\":{result}}}\n"
            )),
            Err(error) => {
                let (code, message) = (&error["code"], &error["message"]);
                answers.push_str(&format!(
                    "{{\"step\":{number},\"method\":{method},\"error\":{{\"code\":{code},\"message\":{message}}}}}\n"
                ));
            }
        }
    }
    (odd(scenario), odd(answers))
}

fn played(scenario: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut scenario = Scenario::open(scenario.as_bytes()).unwrap();
        let mut session = ScenarioSession::new(Arc::new(InMemoryThreadStore::default()));
        session.set_clock(scenario.header.clock.unwrap());
        let mut out = Vec::new();
        while let Some(outcome) = session.play_next(&mut scenario).await.unwrap() {
            outcome.write(&mut out, None).unwrap();
        }
        String::from_utf8(out).unwrap()
    })
}

fn same(answers: &str, expected: &str) -> Result<(), TestCaseError> {
    for (got, want) in answers.lines().zip(expected.lines()) {
        prop_assert_eq!(got, want);
    }
    prop_assert_eq!(answers.lines().count(), expected.lines().count());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn random_steps_are_answered_as_the_model_says(steps in prop::collection::vec(any_step(), 1..300)) {
        let (scenario, expected) = expected(&steps);
        same(&played(&scenario), &expected)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_runner_answers_them_so_too(steps in prop::collection::vec(any_step(), 200..400)) {
        let (scenario, expected) = expected(&steps);
        let mut run = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
            .args(["run", "--format", "jsonl", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = run.stdin.take().unwrap();
        let writer = std::thread::spawn(move || input.write_all(scenario.as_bytes()));
        let output = run.wait_with_output().unwrap();
        writer.join().unwrap().unwrap();
        same(&String::from_utf8(output.stdout).unwrap(), &expected)?;
        let invalid = expected.contains("\"invalid_step\"");
        prop_assert_eq!(output.status.code(), Some(if invalid { 2 } else { 0 }));
    }
}
