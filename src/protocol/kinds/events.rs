//! Rows of KINDS for the events of a conversation: messages, turns, tokens, settings, reviews and errors.

use super::super::json::Json;
use super::super::user_request;
use super::Persistence::{Extended, Limited, LimitedIfPlan, Never};
use super::lines::{total, usage};
use super::summary::{
    any_field, count, field, first_line, flat, how_many, line, member, millis, named, picture, text,
    text_field,
};
use super::{Kind, Persistence, Role};

pub(super) const fn event(
    name: &'static str,
    class: Persistence,
    glyph: &'static str,
    role: Role,
    about: &'static str,
    summary: fn(Json<'_>) -> String,
) -> Kind {
    Kind::new("event_msg", name, class, glyph, role, about, summary)
}

/// The summary of events without further information.
pub(super) fn nothing(_: Json<'_>) -> String {
    String::new()
}

fn message(payload: Json<'_>) -> String {
    line([text_field(payload, "message"), field(payload, "codex_error_info")])
}

fn delta(payload: Json<'_>) -> String {
    field(payload, "delta").unwrap_or_default()
}

fn spoken(payload: Json<'_>) -> String {
    text_field(payload, "text").unwrap_or_default()
}

/// The rows for events that do not concern tools.
pub(super) const ROWS: &[Kind] = &[
    // Messages and reasoning
    event(
        "user_message",
        Limited,
        "›",
        Role::User,
        "A message from the user, with images.",
        user_message,
    ),
    event(
        "agent_message",
        Limited,
        "‹",
        Role::Assistant,
        "A message from the agent.",
        |p| line([text_field(p, "message"), named("phase", p, "phase")]),
    ),
    event(
        "agent_reasoning",
        Limited,
        "~",
        Role::Reasoning,
        "A summary of the agent's reasoning.",
        spoken,
    ),
    event(
        "agent_reasoning_raw_content",
        Limited,
        "~",
        Role::Reasoning,
        "The agent's raw reasoning.",
        spoken,
    ),
    event(
        "agent_reasoning_section_break",
        Never,
        "~",
        Role::Reasoning,
        "A new section of reasoning starts.",
        nothing,
    ),
    event(
        "agent_message_content_delta",
        Never,
        "‹",
        Role::Assistant,
        "A part of a message.",
        delta,
    ),
    event(
        "plan_delta",
        Never,
        "≣",
        Role::Assistant,
        "A part of a plan.",
        delta,
    ),
    event(
        "reasoning_content_delta",
        Never,
        "~",
        Role::Reasoning,
        "A part of a reasoning summary.",
        delta,
    ),
    event(
        "reasoning_raw_content_delta",
        Never,
        "~",
        Role::Reasoning,
        "A part of raw reasoning.",
        delta,
    ),
    event(
        "plan_update",
        Never,
        "≣",
        Role::Assistant,
        "The agent's plan: a list of steps.",
        |p| {
            let steps = member(p, "plan")
                .map(|plan| plan.elements().take(20).map(step).collect::<Vec<_>>().join(" "));
            line([text_field(p, "explanation"), steps])
        },
    ),
    event(
        "item_started",
        Never,
        "·",
        Role::Lifecycle,
        "An item of a turn starts.",
        turn_item,
    ),
    event(
        "item_completed",
        LimitedIfPlan,
        "•",
        Role::Lifecycle,
        "An item of a turn is complete; newer files record all items this way.",
        turn_item,
    ),
    event(
        "raw_response_item",
        Never,
        "·",
        Role::System,
        "A raw item from the model.",
        |p| {
            member(p, "item")
                .map(|item| line([field(item, "type"), Some(text(item))]))
                .unwrap_or_default()
        },
    ),
    // Turns and threads
    event(
        "task_started",
        Limited,
        "┌",
        Role::Lifecycle,
        "A turn starts.",
        |p| {
            let window = count(p, "model_context_window").map(|tokens| format!("window {tokens}"));
            line([
                field(p, "turn_id"),
                window,
                field(p, "collaboration_mode_kind").filter(|mode| mode != "default"),
            ])
        },
    )
    .also(&["turn_started"]),
    event(
        "task_complete",
        Limited,
        "└",
        Role::Lifecycle,
        "A turn is complete.",
        |p| {
            line([
                text_field(p, "last_agent_message"),
                millis(p, "duration_ms"),
                text_field(p, "error"),
            ])
        },
    )
    .also(&["turn_complete"]),
    event(
        "turn_aborted",
        Limited,
        "╳",
        Role::Lifecycle,
        "A turn was aborted.",
        |p| line([field(p, "reason"), millis(p, "duration_ms")]),
    ),
    event(
        "thread_rolled_back",
        Limited,
        "↶",
        Role::Lifecycle,
        "The last turns were rolled back.",
        |p| named("turns", p, "num_turns").unwrap_or_default(),
    ),
    event(
        "context_compacted",
        Limited,
        "≡",
        Role::System,
        "The context was compacted.",
        nothing,
    ),
    event(
        "thread_goal_updated",
        Limited,
        "◎",
        Role::User,
        "The goal of the thread changed.",
        |p| {
            let goal = member(p, "goal");
            let tokens = goal
                .and_then(|goal| count(goal, "tokensUsed"))
                .map(|tokens| format!("{tokens} tokens"));
            line([
                goal.and_then(|goal| text_field(goal, "objective")),
                goal.and_then(|goal| field(goal, "status")),
                tokens,
            ])
        },
    ),
    event(
        "thread_name_updated",
        Never,
        "·",
        Role::Lifecycle,
        "The thread was named.",
        |p| text_field(p, "thread_name").unwrap_or_else(|| "name cleared".to_owned()),
    ),
    event(
        "thread_settings_applied",
        Never,
        "¶",
        Role::System,
        "The settings changed.",
        |p| {
            let Some(settings) = member(p, "thread_settings") else {
                return String::new();
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
        },
    ),
    event(
        "session_configured",
        Never,
        "§",
        Role::Lifecycle,
        "The session was configured.",
        |p| {
            line([
                field(p, "model"),
                any_field(p, &["thread_id", "session_id"]),
                field(p, "cwd"),
            ])
        },
    ),
    event(
        "shutdown_complete",
        Never,
        "■",
        Role::Lifecycle,
        "The session ended.",
        nothing,
    ),
    event(
        "undo_completed",
        Never,
        "↶",
        Role::Lifecycle,
        "The changes of a turn were undone.",
        |p| line([named("success", p, "success"), text_field(p, "message")]),
    ),
    event(
        "token_count",
        Limited,
        "Σ",
        Role::Lifecycle,
        "Tokens used so far, and the rate limits.",
        token_count,
    ),
    // Reviews
    event(
        "entered_review_mode",
        Limited,
        "⊕",
        Role::Lifecycle,
        "A review starts.",
        |p| {
            let target = member(p, "target");
            let of = target.and_then(|target| any_field(target, &["branch", "title", "sha", "instructions"]));
            line([
                target.and_then(|target| field(target, "type")),
                of,
                text_field(p, "user_facing_hint"),
            ])
        },
    ),
    event(
        "exited_review_mode",
        Limited,
        "⊖",
        Role::Lifecycle,
        "A review ended.",
        |p| {
            let Some(output) = member(p, "review_output") else {
                return "no output".to_owned();
            };
            line([
                how_many(output, "findings", "finding", "findings"),
                text_field(output, "overall_correctness"),
                text_field(output, "overall_explanation"),
            ])
        },
    ),
    event(
        "guardian_assessment",
        Extended,
        "△",
        Role::System,
        "An action was assessed before it ran.",
        |p| {
            let action = member(p, "action");
            let what = action.and_then(|action| any_field(action, &["command", "files", "tool", "url"]));
            line([
                field(p, "status"),
                named("risk", p, "risk_level"),
                action.and_then(|action| field(action, "type")),
                what,
                text_field(p, "rationale"),
            ])
        },
    ),
    // Errors and notices
    event("error", Extended, "✗", Role::System, "An error.", |p| {
        line([Some(message(p)), text_field(p, "error")])
    }),
    event("warning", Never, "△", Role::System, "A warning.", message),
    event(
        "guardian_warning",
        Never,
        "△",
        Role::System,
        "A warning about an action.",
        message,
    ),
    event(
        "stream_error",
        Never,
        "✗",
        Role::System,
        "The model's answer was interrupted; the request is retried.",
        |p| line([Some(message(p)), text_field(p, "additional_details")]),
    ),
    event(
        "deprecation_notice",
        Never,
        "△",
        Role::System,
        "A deprecated feature is in use.",
        |p| line([text_field(p, "summary"), text_field(p, "details")]),
    ),
    event(
        "model_reroute",
        Never,
        "↷",
        Role::System,
        "The model was rerouted to another one.",
        |p| {
            let models = format!(
                "{} → {}",
                field(p, "from_model").unwrap_or_default(),
                field(p, "to_model").unwrap_or_default()
            );
            line([Some(models), field(p, "reason")])
        },
    ),
    event(
        "model_verification",
        Never,
        "·",
        Role::System,
        "Access to a model was verified.",
        |p| field(p, "verifications").unwrap_or_default(),
    ),
    event("hook_started", Never, "·", Role::System, "A hook starts.", hook),
    event("hook_completed", Never, "·", Role::System, "A hook ended.", hook),
    // Spoken conversations
    event(
        "realtime_conversation_started",
        Never,
        "≈",
        Role::Lifecycle,
        "A realtime conversation starts.",
        |p| line([field(p, "realtime_session_id"), field(p, "version")]),
    ),
    event(
        "realtime_conversation_realtime",
        Never,
        "≈",
        Role::System,
        "A part of a realtime conversation.",
        |p| field(p, "payload").unwrap_or_default(),
    ),
    event(
        "realtime_conversation_closed",
        Never,
        "≈",
        Role::Lifecycle,
        "A realtime conversation ended.",
        |p| field(p, "reason").unwrap_or_default(),
    ),
    event(
        "realtime_conversation_sdp",
        Never,
        "≈",
        Role::System,
        "The connection data (SDP) of a realtime conversation.",
        |p| field(p, "sdp").unwrap_or_default(),
    ),
    event(
        "realtime_conversation_list_voices_response",
        Never,
        "≈",
        Role::System,
        "The available voices.",
        |p| field(p, "voices").unwrap_or_default(),
    ),
];

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
    line([
        info.map_or_else(
            || Some("rate limits only".to_owned()),
            |info| usage(info, "total_token_usage"),
        ),
        info.and_then(|info| total("last", info, "last_token_usage")),
        info.and_then(|info| count(info, "model_context_window"))
            .map(|tokens| format!("window {tokens}")),
        limit("primary"),
        limit("secondary"),
    ])
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

/// An item in a turn: its type, followed by the summary of an event of that type.
fn turn_item(payload: Json<'_>) -> String {
    let Some(item) = member(payload, "item") else {
        return String::new();
    };
    let kind = field(item, "type").unwrap_or_else(|| "?".to_owned());
    let said = match kind.as_str() {
        "CommandExecution" => super::tool_events::command(item),
        "FileChange" => super::tool_events::patch(item),
        "McpToolCall" => line([
            Some(super::summary::call(
                line([field(item, "server"), field(item, "tool")])
                    .replace(" · ", ".")
                    .into(),
                member(item, "arguments"),
            )),
            member(item, "result").map(text),
        ]),
        "Extension" => line([field(item, "kind"), any_field(item, &["query", "action"])]),
        "SubAgentActivity" => line([
            field(item, "kind"),
            any_field(item, &["agent_path", "agent_thread_id"]),
        ]),
        "Reasoning" => text_field(item, "summary_text")
            .or_else(|| text_field(item, "raw_content"))
            .unwrap_or_default(),
        _ => text(item),
    };
    flat(&format!("{kind}: {said}"))
}
