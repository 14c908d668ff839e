//! Decides whether an item of a history records a failure, over all formats of rollout files. The history, queries and
//! the transcript all use this definition.
//!
//! A failure is: an exit code other than 0 (four spellings: `Exit code: 1` and `Process exited with code 1` in the text
//! of an output, `{"metadata": {"exit_code": 1}}` in an output that is JSON, and the member `exit_code` of an event), a
//! tool that could not run or reports an error, a status such as `failed`, an aborted turn, and an error event.

mod ending;

use std::fmt;

use super::query::one_line_of;
use crate::protocol::RolloutItem;
use crate::protocol::json::{Json, JsonKind};
pub use ending::output_end;

/// The number of bytes at the start of an output that are searched for its exit code.
const HEAD: usize = 4096;
/// The number of lines at the start of an output that can contain its exit code.
const LINES: usize = 6;
/// The maximum length of a reason, in characters.
const LONGEST: usize = 100;

/// The text before an exit code, at the start of a line.
const EXIT_CODES: [&str; 2] = ["Exit code: ", "Process exited with code "];
/// The beginnings of the output of a tool that could not run.
const COULD_NOT_RUN: [&str; 16] = [
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
    "unsupported call",
    "unsupported custom tool call",
    "Script failed",
    "Script error",
    "command timed out",
    "aborted",
];
/// The words of a status that say that something failed.
const FAILED: [&str; 8] = [
    "failed",
    "failure",
    "error",
    "errored",
    "declined",
    "denied",
    "aborted",
    "timed_out",
];

/// What an item says about a failure. The display text is a short reason on one line, such as `exit 1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A command ended with an exit code other than 0.
    Exit(i64),
    /// A tool could not run, reports an error or has a status such as `failed`; with the message or the status.
    Tool(String),
    /// The turn was aborted; with the reason.
    Aborted(String),
    /// An error event; with its message.
    Error(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exit(code) => write!(out, "exit {code}"),
            Self::Tool(words) => out.write_str(words),
            Self::Aborted(reason) => write!(out, "aborted: {reason}"),
            Self::Error(message) => write!(out, "error: {message}"),
        }
    }
}

/// The failure that an item records, if it records one.
pub fn failure(item: &RolloutItem) -> Option<Failure> {
    let kind = item.kind();
    match (kind.outer, kind.name) {
        ("response_item" | "", "function_call_output" | "custom_tool_call_output") => {
            of_output(item.payload()?.get("output")?)
        }
        (
            "response_item",
            "local_shell_call"
            | "custom_tool_call"
            | "function_call"
            | "web_search_call"
            | "tool_search_call"
            | "tool_search_output"
            | "image_generation_call",
        ) => of_status(item.payload()?),
        ("response_item", "other") => of_unknown(item.payload()?),
        ("event_msg", "item_completed") => of_event(item.payload()?.get("item")?),
        ("event_msg", "exec_command_end" | "patch_apply_end" | "mcp_tool_call_end" | "web_search_end")
        | ("event_msg", "image_generation_end" | "dynamic_tool_call_response" | "undo_completed")
        | ("event_msg", "collab_agent_spawn_end" | "collab_agent_interaction_end" | "collab_close_end")
        | ("event_msg", "collab_resume_end") => of_event(item.payload()?),
        ("event_msg", "hook_completed") => of_status(item.payload()?.get("run")?),
        ("event_msg", "mcp_startup_update") => of_status(item.payload()?),
        ("event_msg", "turn_aborted") => {
            let reason = item.payload()?.get("reason").and_then(words);
            Some(Failure::Aborted(reason.unwrap_or_else(|| "no reason".to_owned())))
        }
        ("event_msg", "task_complete") => item.payload()?.get("error").and_then(words).map(Failure::Error),
        ("event_msg", "error" | "stream_error") => {
            let payload = item.payload()?;
            let message = ["message", "error", "codex_error_info"]
                .iter()
                .find_map(|key| payload.get(key).and_then(words));
            Some(Failure::Error(message.unwrap_or_else(|| "no message".to_owned())))
        }
        _ => None,
    }
}

/// The exit code of a command, including 0, if an item contains one.
pub fn exit_code(item: &RolloutItem) -> Option<i64> {
    let kind = item.kind();
    match (kind.outer, kind.name) {
        ("response_item" | "", "function_call_output" | "custom_tool_call_output") => {
            code_of_output(item.payload()?.get("output")?)
        }
        ("event_msg", "exec_command_end") => item.payload()?.get("exit_code")?.as_i64(),
        ("event_msg", "item_completed") => item.payload()?.get("item")?.get("exit_code")?.as_i64(),
        _ => None,
    }
}

/// [`exit_code`] and [`failure`] of an item. `output` returns the member of this name of its payload, which can be long.
pub(super) fn ended<'a>(
    item: &'a RolloutItem,
    output: impl FnOnce() -> Option<Json<'a>>,
) -> (Option<i64>, Option<Failure>) {
    let kind = item.kind();
    match (kind.outer, kind.name) {
        ("response_item" | "", "function_call_output" | "custom_tool_call_output") => match output() {
            Some(output) => (code_of_output(output), of_output(output)),
            None => (None, None),
        },
        _ => (exit_code(item), failure(item)),
    }
}

fn exit(code: i64) -> Option<Failure> {
    (code != 0).then_some(Failure::Exit(code))
}

/// The text of an output: a string, the first text of a list of parts, or the content of an object.
fn text_of(output: Json<'_>) -> Option<Json<'_>> {
    match output.kind() {
        JsonKind::String => Some(output),
        JsonKind::Array => output.elements().find_map(|part| part.get("text")),
        JsonKind::Object => ["content", "output"].iter().find_map(|key| output.get(key)),
        _ => None,
    }
}

fn of_output(output: Json<'_>) -> Option<Failure> {
    if output.get("success").and_then(Json::as_bool) == Some(false) {
        let said = text_of(output).and_then(words);
        return Some(Failure::Tool(said.unwrap_or_else(|| "failed".to_owned())));
    }
    if let Some(code) = code_of_output(output) {
        return exit(code);
    }
    let head = text_of(output)?.head(HEAD)?;
    let begins = |beginning: &&str| head.starts_with(*beginning);
    COULD_NOT_RUN
        .iter()
        .find(|beginning| begins(beginning))
        .map(|_| Failure::Tool(shortened(&head)))
}

fn code_of_output(output: Json<'_>) -> Option<i64> {
    let text = text_of(output)?;
    let head = text.head(HEAD)?;
    if head.starts_with('{') {
        if !text.text().contains("exit_code") {
            return None;
        }
        let whole = text.as_str()?;
        let inner = Json::parse(&whole).ok()?;
        return inner.get("metadata")?.get("exit_code")?.as_i64();
    }
    let mut lines = head.lines().take(LINES).take_while(|line| *line != "Output:");
    lines.find_map(|line| {
        let code = EXIT_CODES
            .iter()
            .find_map(|beginning| line.strip_prefix(beginning))?;
        code.trim().parse().ok()
    })
}

/// The failure in an event of a tool, or in the item of an `item_completed`.
fn of_event(event: Json<'_>) -> Option<Failure> {
    let (mut code, mut success, mut status, mut error, mut result) = (None, None, None, None, None);
    for (key, value) in event.members() {
        match &*key {
            "exit_code" => code = value.as_i64(),
            "success" => success = value.as_bool(),
            "status" => status = failed_status(value),
            "error" => error = words(value),
            "result" => result = of_result(value),
            _ => {}
        }
    }
    let by_code = code.and_then(exit);
    let by_flag = || {
        let failed = success == Some(false);
        failed.then(|| Failure::Tool(error.clone().unwrap_or_else(|| "failed".to_owned())))
    };
    by_code
        .or_else(|| result.map(Failure::Tool))
        .or_else(by_flag)
        .or_else(|| status.map(Failure::Tool))
}

/// The error in the result of a tool server: `{"Err": ...}`, or `isError` in its content.
fn of_result(result: Json<'_>) -> Option<String> {
    if result.kind() != JsonKind::Object {
        return None;
    }
    if let Some(error) = result.get("Err") {
        return Some(words(error).unwrap_or_else(|| "failed".to_owned()));
    }
    let content = result.get("Ok").unwrap_or(result);
    let is_error = content.get("isError").and_then(Json::as_bool) == Some(true);
    is_error.then(|| {
        let said = content.get("content").and_then(text_of).and_then(words);
        said.unwrap_or_else(|| "failed".to_owned())
    })
}

fn of_status(payload: Json<'_>) -> Option<Failure> {
    failed_status(payload.get("status")?).map(Failure::Tool)
}

/// A status that says that something failed: a word, or an object whose key or `state` is the word.
fn failed_status(status: Json<'_>) -> Option<String> {
    let (word, more) = match status.kind() {
        JsonKind::Object => match status.get("state") {
            Some(state) => (state.as_str()?.into_owned(), status.get("error")),
            None => {
                let (key, value) = status.members().next()?;
                (key.into_owned(), Some(value))
            }
        },
        _ => (status.as_str()?.into_owned(), None),
    };
    if !FAILED.contains(&&*word) {
        return None;
    }
    Some(match more.and_then(words) {
        Some(more) => shortened(&format!("{word}: {more}")),
        None => word,
    })
}

/// The failure in an unknown model item that has a result with an exit code.
fn of_unknown(payload: Json<'_>) -> Option<Failure> {
    let result = payload.get("result")?;
    let code = ["exitCode", "exit_code"].iter().find_map(|key| result.get(key));
    exit(code?.as_i64()?)
}

/// The text of a value on one line: the string itself, or the `message` of an object.
fn words(value: Json<'_>) -> Option<String> {
    let text = match value.kind() {
        JsonKind::Null => return None,
        JsonKind::String => value.head(HEAD)?.into_owned(),
        JsonKind::Object => match value.get("message").and_then(Json::as_str) {
            Some(message) => message.into_owned(),
            None => value.text().to_owned(),
        },
        _ => value.text().to_owned(),
    };
    // The message of an error can be JSON in a string.
    let inner = Json::parse(&text)
        .ok()
        .filter(|inner| inner.kind() == JsonKind::Object);
    let message = inner.and_then(|inner| {
        let error = inner.get("error").unwrap_or(inner);
        Some(error.get("message")?.as_str()?.into_owned())
    });
    Some(shortened(message.as_deref().unwrap_or(&text))).filter(|text| !text.is_empty())
}

/// A text on one line, cut after [`LONGEST`] characters.
fn shortened(text: &str) -> String {
    let end = text.floor_char_boundary(HEAD);
    one_line_of(text.get(..end).unwrap_or(text), LONGEST)
}

#[cfg(test)]
mod tests;
