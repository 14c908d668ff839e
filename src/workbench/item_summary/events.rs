//! Summaries of the events of a conversation: messages, turns, tokens, settings, reviews and errors.

use super::fields::{
    any_field, count, field, first_line, flat, how_many, line, member, millis, named, picture, text,
    text_field,
};
use super::lines::{total, unknown, usage};
use crate::protocol::json::Json;
use crate::protocol::user_request;

fn message(payload: Json<'_>) -> String {
    line([text_field(payload, "message"), field(payload, "codex_error_info")])
}

fn delta(payload: Json<'_>) -> String {
    field(payload, "delta").unwrap_or_default()
}

fn spoken(payload: Json<'_>) -> String {
    text_field(payload, "text").unwrap_or_default()
}

/// The summary of an event that does not concern tools; `None` for other kinds.
pub(super) fn summary(name: &str, p: Json<'_>) -> Option<String> {
    Some(match name {
        "unknown" => unknown(p),
        // Messages and reasoning
        "user_message" => user_message(p),
        "agent_message" => line([text_field(p, "message"), named("phase", p, "phase")]),
        "agent_reasoning" | "agent_reasoning_raw_content" => spoken(p),
        "agent_reasoning_section_break" | "context_compacted" | "shutdown_complete" => String::new(),
        "agent_message_content_delta"
        | "plan_delta"
        | "reasoning_content_delta"
        | "reasoning_raw_content_delta" => delta(p),
        "plan_update" => {
            let steps = member(p, "plan")
                .map(|plan| plan.elements().take(20).map(step).collect::<Vec<_>>().join(" "));
            line([text_field(p, "explanation"), steps])
        }
        "item_started" | "item_completed" => turn_item(p),
        "raw_response_item" => member(p, "item")
            .map(|item| line([field(item, "type"), Some(text(item))]))
            .unwrap_or_default(),
        // Turns and threads
        "task_started" => {
            let window = count(p, "model_context_window").map(|tokens| format!("window {tokens}"));
            line([
                field(p, "turn_id"),
                window,
                field(p, "collaboration_mode_kind").filter(|mode| mode != "default"),
            ])
        }
        "task_complete" => line([
            text_field(p, "last_agent_message"),
            millis(p, "duration_ms"),
            text_field(p, "error"),
        ]),
        "turn_aborted" => line([field(p, "reason"), millis(p, "duration_ms")]),
        "thread_rolled_back" => named("turns", p, "num_turns").unwrap_or_default(),
        "thread_goal_updated" => {
            let goal = member(p, "goal");
            let tokens = goal
                .and_then(|goal| count(goal, "tokensUsed"))
                .map(|tokens| format!("{tokens} tokens"));
            line([
                goal.and_then(|goal| text_field(goal, "objective")),
                goal.and_then(|goal| field(goal, "status")),
                tokens,
            ])
        }
        "thread_name_updated" => text_field(p, "thread_name").unwrap_or_else(|| "name cleared".to_owned()),
        "thread_settings_applied" => {
            let Some(settings) = member(p, "thread_settings") else {
                return Some(String::new());
            };
            line([
                field(settings, "model"),
                named("effort", settings, "reasoning_effort"),
                named("approval", settings, "approval_policy"),
                any_field(
                    settings,
                    &[
                        "active_permission_profile",
                        "permission_profile",
                        "sandbox_policy",
                    ],
                ),
                field(settings, "cwd"),
            ])
        }
        "session_configured" => line([
            field(p, "model"),
            any_field(p, &["thread_id", "session_id"]),
            field(p, "cwd"),
        ]),
        "undo_completed" => line([named("success", p, "success"), text_field(p, "message")]),
        "token_count" => token_count(p),
        // Reviews
        "entered_review_mode" => {
            let target = member(p, "target");
            let of = target.and_then(|target| any_field(target, &["branch", "title", "sha", "instructions"]));
            line([
                target.and_then(|target| field(target, "type")),
                of,
                text_field(p, "user_facing_hint"),
            ])
        }
        "exited_review_mode" => {
            let Some(output) = member(p, "review_output") else {
                return Some("no output".to_owned());
            };
            line([
                how_many(output, "findings", "finding", "findings"),
                text_field(output, "overall_correctness"),
                text_field(output, "overall_explanation"),
            ])
        }
        "guardian_assessment" => {
            let action = member(p, "action");
            let what = action.and_then(|action| any_field(action, &["command", "files", "tool", "url"]));
            line([
                field(p, "status"),
                named("risk", p, "risk_level"),
                action.and_then(|action| field(action, "type")),
                what,
                text_field(p, "rationale"),
            ])
        }
        // Errors and notices
        "error" => line([Some(message(p)), text_field(p, "error")]),
        "warning" | "guardian_warning" => message(p),
        "stream_error" => line([Some(message(p)), text_field(p, "additional_details")]),
        "deprecation_notice" => line([text_field(p, "summary"), text_field(p, "details")]),
        "model_reroute" => {
            let models = format!(
                "{} → {}",
                field(p, "from_model").unwrap_or_default(),
                field(p, "to_model").unwrap_or_default()
            );
            line([Some(models), field(p, "reason")])
        }
        "model_verification" => field(p, "verifications").unwrap_or_default(),
        "hook_started" | "hook_completed" => hook(p),
        // Spoken conversations
        "realtime_conversation_started" => line([field(p, "realtime_session_id"), field(p, "version")]),
        "realtime_conversation_realtime" => field(p, "payload").unwrap_or_default(),
        "realtime_conversation_closed" => field(p, "reason").unwrap_or_default(),
        "realtime_conversation_sdp" => field(p, "sdp").unwrap_or_default(),
        "realtime_conversation_list_voices_response" => field(p, "voices").unwrap_or_default(),
        _ => return None,
    })
}

fn user_message(payload: Json<'_>) -> String {
    let said = member(payload, "message").map(|message| match message.as_str() {
        Some(text) => first_line(user_request(&text)),
        None => text(message),
    });
    let pictures = member(payload, "images").map(|images| {
        images
            .elements()
            .take(8)
            .map(picture)
            .collect::<Vec<_>>()
            .join(" ")
    });
    line([said, pictures, field(payload, "local_images")])
}

fn step(step: Json<'_>) -> String {
    let mark = match field(step, "status").as_deref() {
        Some("completed") => "[x]",
        Some("in_progress") => "[>]",
        _ => "[ ]",
    };
    format!("{mark} {}", text_field(step, "step").unwrap_or_default())
}

fn token_count(payload: Json<'_>) -> String {
    let limit = |key| {
        let limits = member(payload, "rate_limits")?;
        let window = member(limits, key)?;
        named(key, window, "used_percent").map(|used| format!("{used} %"))
    };
    let info = member(payload, "info");
    let counts = line([
        info.and_then(|info| usage(info, "total_token_usage")),
        info.and_then(|info| total("last", info, "last_token_usage")),
        info.and_then(|info| count(info, "model_context_window"))
            .map(|tokens| format!("window {tokens}")),
    ]);
    let limits = line([limit("primary"), limit("secondary")]);
    let none = match limits.is_empty() {
        true => "no counts",
        false => "rate limits only",
    };
    let counts = match counts.is_empty() {
        true => none.to_owned(),
        false => counts,
    };
    line([Some(counts), Some(limits)])
}

fn hook(payload: Json<'_>) -> String {
    member(payload, "run")
        .map(|run| {
            line([
                any_field(run, &["event_name", "name", "id"]),
                field(run, "status"),
            ])
        })
        .unwrap_or_default()
}

/// Summarizes an item in a turn: its text, or else its type, followed by the summary of an event of that type.
fn turn_item(payload: Json<'_>) -> String {
    let Some(item) = member(payload, "item") else {
        return String::new();
    };
    let kind = field(item, "type").unwrap_or_else(|| "?".to_owned());
    let spoken = match kind.as_str() {
        "UserMessage" | "Plan" => text(item),
        "AgentMessage" => line([Some(text(item)), named("phase", item, "phase")]),
        "Reasoning" => text_field(item, "summary_text")
            .or_else(|| text_field(item, "raw_content"))
            .unwrap_or_default(),
        _ => String::new(),
    };
    if !spoken.is_empty() {
        return spoken;
    }
    let said = match kind.as_str() {
        "CommandExecution" => super::tool_events::command(item),
        "FileChange" => super::tool_events::patch(item),
        "McpToolCall" => line([
            Some(super::fields::call(
                line([field(item, "server"), field(item, "tool")])
                    .replace(" · ", ".")
                    .into(),
                member(item, "arguments"),
            )),
            super::tool_events::server_result(item),
        ]),
        "Extension" => line([field(item, "kind"), any_field(item, &["query", "action"])]),
        "SubAgentActivity" => line([
            field(item, "kind"),
            any_field(item, &["agent_path", "agent_thread_id"]),
        ]),
        _ => text(item),
    };
    flat(&format!("{kind}: {said}"))
}
