//! Rows of KINDS for tool events: commands, patches, searches, images, servers, approvals and sub-agents.

use super::super::json::{Json, JsonKind};
use super::Kind;
use super::Persistence::{Extended, Limited, Never};
use super::Role::{Lifecycle, System, Tool};
use super::events::event;
use super::lines::parties;
use super::responses::web_action;
use super::summary::{
    amount, any_field, call, duration, exit, field, first_line, head, how_many, line, member, named, text,
    text_field, word,
};

/// The tool events, grouped by tool.
pub(super) const ROWS: &[Kind] = &[
    // Commands
    event(
        "exec_command_begin",
        Never,
        "→",
        Tool,
        "A command starts.",
        |p| line([field(p, "command"), field(p, "cwd")]),
    ),
    event(
        "exec_command_output_delta",
        Never,
        "·",
        Tool,
        "A part of a command's output.",
        |p| line([field(p, "stream"), amount(p, "chunk")]),
    ),
    event(
        "terminal_interaction",
        Never,
        "→",
        Tool,
        "Input to a running command.",
        |p| text_field(p, "stdin").unwrap_or_default(),
    ),
    event(
        "exec_command_end",
        Extended,
        "←",
        Tool,
        "A command ended.",
        command,
    ),
    event(
        "view_image_tool_call",
        Extended,
        "▣",
        Tool,
        "The agent views an image file.",
        |p| field(p, "path").unwrap_or_default(),
    ),
    // Patches
    event(
        "patch_apply_begin",
        Never,
        "±",
        Tool,
        "A patch starts to change files.",
        patch,
    ),
    event(
        "patch_apply_updated",
        Never,
        "±",
        Tool,
        "The pending patch was updated.",
        patch,
    ),
    event(
        "patch_apply_end",
        Limited,
        "±",
        Tool,
        "A patch to files ended.",
        patch,
    ),
    event("turn_diff", Never, "±", Tool, "The diff of a whole turn.", |p| {
        text_field(p, "unified_diff").unwrap_or_default()
    }),
    // Tool servers and tools of the client program
    event(
        "mcp_startup_update",
        Never,
        "·",
        Lifecycle,
        "An MCP server is starting.",
        |p| {
            let state =
                member(p, "status").and_then(|status| any_field(status, &["state"]).or_else(|| word(status)));
            line([field(p, "server"), state])
        },
    ),
    event(
        "mcp_startup_complete",
        Never,
        "·",
        Lifecycle,
        "The MCP servers have started.",
        |p| {
            line([
                named("ready", p, "ready"),
                how_many(p, "failed", "failed", "failed"),
                how_many(p, "cancelled", "cancelled", "cancelled"),
            ])
        },
    ),
    event(
        "mcp_tool_call_begin",
        Never,
        "→",
        Tool,
        "A tool of an MCP server is called.",
        server_call,
    ),
    event(
        "mcp_tool_call_end",
        Limited,
        "←",
        Tool,
        "A tool of an MCP server returned.",
        |p| {
            let result =
                member(p, "result").map(|result| match (member(result, "Err"), member(result, "Ok")) {
                    (Some(error), _) => format!("error {}", text(error)),
                    (None, Some(ok)) => text(ok),
                    (None, None) => text(result),
                });
            line([Some(server_call(p)), duration(p, "duration"), result])
        },
    ),
    event(
        "dynamic_tool_call_request",
        Extended,
        "→",
        Tool,
        "A tool of the client is called.",
        |p| call(tool_name(p), member(p, "arguments")),
    ),
    event(
        "dynamic_tool_call_response",
        Extended,
        "←",
        Tool,
        "A tool of the client returned.",
        |p| {
            line([
                Some(call(tool_name(p), member(p, "arguments"))),
                named("success", p, "success"),
                text_field(p, "error"),
                text_field(p, "content_items"),
            ])
        },
    ),
    // Searches and images
    event(
        "web_search_begin",
        Never,
        "@",
        Tool,
        "A web search starts.",
        |p| field(p, "query").unwrap_or_default(),
    ),
    event("web_search_end", Limited, "@", Tool, "A web search ended.", |p| {
        let action = member(p, "action").map(web_action);
        let query =
            field(p, "query").filter(|query| !action.as_ref().is_some_and(|done| done.contains(query)));
        line([query, action, how_many(p, "results", "result", "results")])
    }),
    event(
        "image_generation_begin",
        Never,
        "▣",
        Tool,
        "An image is being generated.",
        super::events::nothing,
    ),
    event(
        "image_generation_end",
        Limited,
        "▣",
        Tool,
        "An image was generated.",
        |p| {
            line([
                text_field(p, "revised_prompt"),
                field(p, "saved_path"),
                amount(p, "result"),
                field(p, "status"),
            ])
        },
    ),
    // Questions to the user
    event(
        "exec_approval_request",
        Never,
        "?",
        System,
        "A request to approve a command.",
        |p| line([field(p, "command"), text_field(p, "reason")]),
    ),
    event(
        "apply_patch_approval_request",
        Never,
        "?",
        System,
        "A request to approve a patch to files.",
        |p| line([Some(patch(p)), text_field(p, "reason")]),
    ),
    event(
        "request_permissions",
        Never,
        "?",
        System,
        "A request for more permissions.",
        |p| line([text_field(p, "reason"), field(p, "permissions")]),
    ),
    event(
        "request_user_input",
        Never,
        "?",
        System,
        "The agent asks the user.",
        |p| {
            let first = member(p, "questions").and_then(|questions| questions.elements().next());
            first
                .and_then(|first| any_field(first, &["question", "header", "id"]))
                .unwrap_or_default()
        },
    ),
    event(
        "elicitation_request",
        Never,
        "?",
        System,
        "An MCP server asks the user.",
        |p| {
            let request = member(p, "request").and_then(|request| text_field(request, "message"));
            line([
                any_field(p, &["server_name", "server"]),
                request.or_else(|| text_field(p, "message")),
            ])
        },
    ),
    // Sub-agents
    event(
        "collab_agent_spawn_begin",
        Never,
        "→",
        Tool,
        "A sub-agent is being started.",
        collab,
    ),
    event(
        "collab_agent_spawn_end",
        Extended,
        "←",
        Tool,
        "A sub-agent was started.",
        collab,
    ),
    event(
        "collab_agent_interaction_begin",
        Never,
        "→",
        Tool,
        "A message is being sent to a sub-agent.",
        collab,
    ),
    event(
        "collab_agent_interaction_end",
        Extended,
        "←",
        Tool,
        "A message was sent to a sub-agent.",
        collab,
    ),
    event(
        "collab_waiting_begin",
        Never,
        "→",
        Tool,
        "The agent waits for sub-agents.",
        collab,
    ),
    event(
        "collab_waiting_end",
        Extended,
        "←",
        Tool,
        "The wait for sub-agents ended.",
        collab,
    ),
    event(
        "collab_close_begin",
        Never,
        "→",
        Tool,
        "A sub-agent is being closed.",
        collab,
    ),
    event(
        "collab_close_end",
        Extended,
        "←",
        Tool,
        "A sub-agent was closed.",
        collab,
    ),
    event(
        "collab_resume_begin",
        Never,
        "→",
        Tool,
        "A sub-agent is being resumed.",
        collab,
    ),
    event(
        "collab_resume_end",
        Extended,
        "←",
        Tool,
        "A sub-agent was resumed.",
        collab,
    ),
    event(
        "sub_agent_activity",
        Never,
        "⇄",
        Tool,
        "Activity of a sub-agent.",
        |p| line([field(p, "kind"), any_field(p, &["agent_path", "agent_thread_id"])]),
    ),
];

/// The summary of a finished command: exit code, command, first line of output.
pub(super) fn command(payload: Json<'_>) -> String {
    let output = ["aggregated_output", "formatted_output", "stdout", "stderr"]
        .into_iter()
        .find_map(|key| {
            let text = member(payload, key).and_then(head)?;
            Some(first_line(&text)).filter(|text| !text.is_empty())
        });
    let status = field(payload, "status").filter(|status| status != "completed");
    line([
        exit(payload, "exit_code"),
        status,
        field(payload, "command").map(|command| shorten(&command)),
        output,
    ])
}

/// Cuts a text after 100 characters, so that there is space for the text that follows. A cut is marked with an
/// ellipsis.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(100) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The summary of a patch: `failed` if it failed, its status unless it is completed, the number of changed files, the
/// kind of change and path of each file, and the output.
pub(super) fn patch(payload: Json<'_>) -> String {
    let files = member(payload, "changes").map(|changes| {
        let files = changes.members().take(8).map(|(path, change)| {
            let mark = match field(change, "type").as_deref() {
                Some("add") => "+",
                Some("delete") => "-",
                _ => "~",
            };
            format!("{mark}{path}")
        });
        files.collect::<Vec<_>>().join(" ")
    });
    let success = member(payload, "success").and_then(Json::as_bool);
    let failed = (success == Some(false)).then(|| "failed".to_owned());
    let status =
        field(payload, "status").filter(|status| status != "completed" && Some(status) != failed.as_ref());
    let output = text_field(payload, "stderr").or_else(|| text_field(payload, "stdout"));
    line([
        failed,
        status,
        how_many(payload, "changes", "file", "files"),
        files.map(|files| shorten(&files)),
        output,
    ])
}

fn server_call(payload: Json<'_>) -> String {
    let Some(invocation) = member(payload, "invocation") else {
        return String::new();
    };
    let server = field(invocation, "server").map(|server| format!("{server}."));
    let name = format!(
        "{}{}",
        server.unwrap_or_default(),
        field(invocation, "tool").unwrap_or_else(|| "?".to_owned())
    );
    call(Some(name), member(invocation, "arguments"))
}

fn tool_name(payload: Json<'_>) -> Option<String> {
    match (field(payload, "namespace"), field(payload, "tool")) {
        (Some(namespace), Some(tool)) => Some(format!("{namespace}.{tool}")),
        (_, tool) => tool,
    }
}

fn collab(payload: Json<'_>) -> String {
    let nickname = any_field(
        payload,
        &["nickname", "new_agent_nickname", "receiver_agent_nickname"],
    );
    let role = any_field(payload, &["role", "new_agent_role", "receiver_agent_role"]);
    let agent = nickname.or_else(|| any_field(payload, &["new_thread_id", "receiver_thread_id"]));
    let agent = agent.or_else(|| parties(payload));
    let statuses = ["agent_statuses", "statuses"]
        .into_iter()
        .find_map(|key| member(payload, key));
    let waited = statuses.map(|statuses| statuses.elements().count() + statuses.members().count());
    let status = member(payload, "status").and_then(|status| match status.kind() {
        JsonKind::Object => status
            .members()
            .next()
            .map(|(key, value)| format!("{key}: {}", text(value))),
        _ => word(status),
    });
    line([
        agent,
        role,
        waited
            .filter(|agents| *agents > 0)
            .map(|agents| format!("agents {agents}")),
        text_field(payload, "prompt"),
        status,
    ])
}
