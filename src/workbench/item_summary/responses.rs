//! Summaries of model items: the input and output of a model.

use super::fields::{
    amount, any_field, call, encrypted, field, how_many, line, member, named, outcome, text_field,
};
use super::lines::parties;
use crate::protocol::json::{Json, JsonKind};

/// The summary of a model item, with or without a wrapper; `None` for other kinds.
pub(super) fn summary(name: &str, p: Json<'_>) -> Option<String> {
    Some(match name {
        "message" => message(p),
        "reasoning" => reasoning(p),
        "local_shell_call" => {
            let command =
                member(p, "action").map(|action| call(Some("shell".to_owned()), member(action, "command")));
            line([command, field(p, "status")])
        }
        "function_call" => function_call(p),
        "tool_search_call" => call(Some("tool_search".to_owned()), member(p, "arguments")),
        "function_call_output" | "custom_tool_call_output" => call_output(p),
        "custom_tool_call" => call(field(p, "name"), member(p, "input")),
        "tool_search_output" => {
            let names = member(p, "tools").map(|tools| {
                tools
                    .elements()
                    .take(20)
                    .filter_map(|tool| field(tool, "name"))
                    .collect::<Vec<_>>()
            });
            line([
                how_many(p, "tools", "tool", "tools"),
                names.map(|names| names.join(", ")),
            ])
        }
        "web_search_call" => line([member(p, "action").map(web_action), field(p, "status")]),
        "image_generation_call" => line([
            text_field(p, "revised_prompt"),
            amount(p, "result"),
            field(p, "status"),
        ]),
        "compaction" | "context_compaction" => {
            member(p, "encrypted_content").map(encrypted).unwrap_or_default()
        }
        "ghost_snapshot" => {
            let commit = member(p, "ghost_commit");
            let files = commit.and_then(|commit| {
                how_many(
                    commit,
                    "preexisting_untracked_files",
                    "untracked file",
                    "untracked files",
                )
            });
            line([commit.and_then(|commit| field(commit, "id")), files])
        }
        "agent_message" => line([parties(p), text_field(p, "content")]),
        _ => return None,
    })
}

/// The action of a web search: its query or search pattern, its URL, and its type unless it is `search`.
pub(super) fn web_action(action: Json<'_>) -> String {
    let found = any_field(action, &["query", "queries", "pattern"]);
    line([
        found,
        any_field(action, &["url"]),
        field(action, "type").filter(|kind| kind != "search"),
    ])
}

fn message(message: Json<'_>) -> String {
    let author = field(message, "role").unwrap_or_else(|| "?".to_owned());
    let text = text_field(message, "content").unwrap_or_default();
    line([
        Some(format!("{author}: {text}")),
        named("phase", message, "phase"),
    ])
}

fn reasoning(item: Json<'_>) -> String {
    text_field(item, "summary")
        .or_else(|| text_field(item, "content"))
        .or_else(|| member(item, "encrypted_content").map(encrypted))
        .unwrap_or_default()
}

fn function_call(item: Json<'_>) -> String {
    let name = match (field(item, "namespace"), field(item, "name")) {
        (Some(namespace), Some(name)) => Some(format!("{namespace}.{name}")),
        (_, name) => name,
    };
    call(name, member(item, "arguments"))
}

fn call_output(item: Json<'_>) -> String {
    match item.get("output") {
        Some(output) if output.is_null() => output.text().to_owned(),
        Some(output) if output.kind() == JsonKind::Object => {
            let inner = text_field(output, "content").or_else(|| text_field(output, "output"));
            line([named("success", output, "success"), inner])
        }
        Some(output) => outcome(output),
        None => String::new(),
    }
}
