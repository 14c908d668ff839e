//! Rows of KINDS for model items: the input and output of a model, wrapped or bare.

use super::super::json::{Json, JsonKind};
use super::Persistence::{Always, Never};
use super::lines::parties;
use super::summary::{
    amount, any_field, call, encrypted, field, how_many, line, member, named, outcome, text_field,
};
use super::{Kind, Role};

const fn row(
    name: &'static str,
    glyph: &'static str,
    role: Role,
    about: &'static str,
    summary: fn(Json<'_>) -> String,
) -> Kind {
    Kind::new("response_item", name, Always, glyph, role, about, summary)
}

const fn bare(name: &'static str, glyph: &'static str, role: Role, summary: fn(Json<'_>) -> String) -> Kind {
    Kind::new(
        "",
        name,
        Never,
        glyph,
        role,
        "A model item of the oldest format, without wrapper and time.",
        summary,
    )
}

const fn unkept(
    name: &'static str,
    glyph: &'static str,
    role: Role,
    about: &'static str,
    summary: fn(Json<'_>) -> String,
) -> Kind {
    Kind::new("response_item", name, Never, glyph, role, about, summary)
}

/// The known model items. The items that the persistence policy treats as `other` come after the rest, followed by
/// the bare items.
pub(super) const ROWS: &[Kind] = &[
    row(
        "message",
        "»",
        Role::Assistant,
        "A message to or from the model.",
        message,
    ),
    row(
        "reasoning",
        "~",
        Role::Reasoning,
        "Reasoning of the model: a summary, often encrypted.",
        reasoning,
    ),
    row(
        "local_shell_call",
        "→",
        Role::Tool,
        "The model runs a command.",
        |p| {
            let command =
                member(p, "action").map(|action| call(Some("shell".to_owned()), member(action, "command")));
            line([command, field(p, "status")])
        },
    ),
    row(
        "function_call",
        "→",
        Role::Tool,
        "The model calls a tool with JSON arguments.",
        function_call,
    ),
    row(
        "tool_search_call",
        "→",
        Role::Tool,
        "The model searches for tools.",
        |p| call(Some("tool_search".to_owned()), member(p, "arguments")),
    ),
    row(
        "function_call_output",
        "←",
        Role::Tool,
        "The output of a tool.",
        call_output,
    ),
    row(
        "custom_tool_call",
        "→",
        Role::Tool,
        "The model calls a tool with text input.",
        |p| call(field(p, "name"), member(p, "input")),
    ),
    row(
        "custom_tool_call_output",
        "←",
        Role::Tool,
        "The output of a tool with text input.",
        call_output,
    ),
    row(
        "tool_search_output",
        "←",
        Role::Tool,
        "The tools that a search found.",
        |p| {
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
        },
    ),
    row(
        "web_search_call",
        "@",
        Role::Tool,
        "The model searches the web or opens a page.",
        |p| line([member(p, "action").map(web_action), field(p, "status")]),
    ),
    row(
        "image_generation_call",
        "▣",
        Role::Tool,
        "The model generates an image.",
        |p| {
            line([
                text_field(p, "revised_prompt"),
                amount(p, "result"),
                field(p, "status"),
            ])
        },
    ),
    row(
        "compaction",
        "≡",
        Role::System,
        "A compacted history that only the model provider can read.",
        |p| member(p, "encrypted_content").map(encrypted).unwrap_or_default(),
    )
    .also(&["compaction_summary"]),
    row(
        "context_compaction",
        "≡",
        Role::System,
        "The point where the context was compacted.",
        |p| member(p, "encrypted_content").map(encrypted).unwrap_or_default(),
    ),
    unkept(
        "ghost_snapshot",
        "○",
        Role::System,
        "A commit outside the branch, created so that a turn can be undone.",
        |p| {
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
        },
    ),
    unkept(
        "agent_message",
        "⇄",
        Role::Tool,
        "A message from one agent to another.",
        |p| line([parties(p), text_field(p, "content")]),
    ),
    bare("message", "»", Role::Assistant, message),
    bare("reasoning", "~", Role::Reasoning, reasoning),
    bare("function_call", "→", Role::Tool, function_call),
    bare("function_call_output", "←", Role::Tool, call_output),
];

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
    match member(item, "output") {
        Some(output) if output.kind() == JsonKind::Object => {
            let inner = text_field(output, "content").or_else(|| text_field(output, "output"));
            line([named("success", output, "success"), inner])
        }
        Some(output) => outcome(output),
        None => String::new(),
    }
}
