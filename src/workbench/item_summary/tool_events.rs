//! Summaries of tool events: commands, patches, searches, images, servers, approvals and sub-agents.

use super::fields::{
    amount, any_field, call, duration, exit, field, first_line, head, how_many, line, member, named, text,
    text_field, word,
};
use super::lines::parties;
use super::responses::web_action;
use crate::protocol::json::{Json, JsonKind};
use crate::workbench::query::cut_after;

/// The summary of a tool event; `None` for other kinds.
pub(super) fn summary(name: &str, p: Json<'_>) -> Option<String> {
    Some(match name {
        // Commands
        "exec_command_begin" => line([field(p, "command"), field(p, "cwd")]),
        "exec_command_output_delta" => line([field(p, "stream"), amount(p, "chunk")]),
        "terminal_interaction" => text_field(p, "stdin").unwrap_or_default(),
        "exec_command_end" => command(p),
        "view_image_tool_call" => field(p, "path").unwrap_or_default(),
        // Patches
        "patch_apply_begin" | "patch_apply_updated" | "patch_apply_end" => patch(p),
        "turn_diff" => text_field(p, "unified_diff").unwrap_or_default(),
        // Tool servers and tools of the client program
        "mcp_startup_update" => {
            let state =
                member(p, "status").and_then(|status| any_field(status, &["state"]).or_else(|| word(status)));
            line([field(p, "server"), state])
        }
        "mcp_startup_complete" => line([
            named("ready", p, "ready"),
            how_many(p, "failed", "failed", "failed"),
            how_many(p, "cancelled", "cancelled", "cancelled"),
        ]),
        "mcp_tool_call_begin" => server_call(p),
        "mcp_tool_call_end" => line([Some(server_call(p)), duration(p, "duration"), server_result(p)]),
        "dynamic_tool_call_request" => call(tool_name(p), member(p, "arguments")),
        "dynamic_tool_call_response" => line([
            Some(call(tool_name(p), member(p, "arguments"))),
            named("success", p, "success"),
            text_field(p, "error"),
            text_field(p, "content_items"),
        ]),
        // Searches and images
        "web_search_begin" => field(p, "query").unwrap_or_default(),
        "web_search_end" => {
            let action = member(p, "action").map(web_action);
            let query =
                field(p, "query").filter(|query| !action.as_ref().is_some_and(|done| done.contains(query)));
            line([query, action, how_many(p, "results", "result", "results")])
        }
        "image_generation_begin" => String::new(),
        "image_generation_end" => line([
            text_field(p, "revised_prompt"),
            field(p, "saved_path"),
            amount(p, "result"),
            field(p, "status"),
        ]),
        // Questions to the user
        "exec_approval_request" => line([field(p, "command"), text_field(p, "reason")]),
        "apply_patch_approval_request" => line([Some(patch(p)), text_field(p, "reason")]),
        "request_permissions" => line([text_field(p, "reason"), field(p, "permissions")]),
        "request_user_input" => {
            let first = member(p, "questions").and_then(|questions| questions.elements().next());
            first
                .and_then(|first| any_field(first, &["question", "header", "id"]))
                .unwrap_or_default()
        }
        "elicitation_request" => {
            let request = member(p, "request").and_then(|request| text_field(request, "message"));
            line([
                any_field(p, &["server_name", "server"]),
                request.or_else(|| text_field(p, "message")),
            ])
        }
        // Sub-agents
        "collab_agent_spawn_begin"
        | "collab_agent_spawn_end"
        | "collab_agent_interaction_begin"
        | "collab_agent_interaction_end"
        | "collab_waiting_begin"
        | "collab_waiting_end"
        | "collab_close_begin"
        | "collab_close_end"
        | "collab_resume_begin"
        | "collab_resume_end" => collab(p),
        "sub_agent_activity" => line([field(p, "kind"), any_field(p, &["agent_path", "agent_thread_id"])]),
        _ => return None,
    })
}

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
    cut_after(text, 100)
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

/// The result of a call to a tool server: its content or its error.
pub(super) fn server_result(payload: Json<'_>) -> Option<String> {
    let result = member(payload, "result")?;
    Some(match (member(result, "Err"), member(result, "Ok")) {
        (Some(error), _) => format!("error {}", text(error)),
        (None, ok) => text(ok.unwrap_or(result)),
    })
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
