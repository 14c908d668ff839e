//! Rows of KINDS for lines that are neither model items nor events: damaged and unknown lines, bare headers and
//! states, and lines with a `type` of their own.

use super::super::SessionSource;
use super::super::json::Json;
use super::Persistence::{Always, Never};
use super::summary::{
    any_field, count, field, first_line, flat, grouped, head, how_many, line, member, named, text_field, word,
};
use super::{Kind, Role};

/// The rows, in the order of the constants of [`super`], then by name.
pub(super) const ROWS: &[Kind] = &[
    Kind::new(
        "",
        "damaged",
        Never,
        "!",
        Role::Damage,
        "A line that is not a JSON object in UTF-8: truncated, overwritten or edited.",
        |item| flat(item.text()),
    ),
    Kind::new(
        "",
        "unknown",
        Never,
        "?",
        Role::Unknown,
        "An object without a wrapper, of an unknown kind.",
        unknown,
    ),
    Kind::new(
        "unknown",
        "unknown",
        Never,
        "?",
        Role::Unknown,
        "A line of an unknown type.",
        unknown,
    ),
    Kind::new(
        "response_item",
        "other",
        Never,
        "?",
        Role::Unknown,
        "A model item of an unknown type.",
        unknown,
    ),
    Kind::new(
        "event_msg",
        "unknown",
        Never,
        "?",
        Role::Unknown,
        "An event of an unknown type.",
        unknown,
    ),
    Kind::new(
        "",
        "header",
        Never,
        "§",
        Role::Lifecycle,
        "The first line of a file in the oldest format: id, time, Git state.",
        bare_header,
    ),
    Kind::new(
        "",
        "state",
        Never,
        "·",
        Role::Lifecycle,
        "A state marker of the oldest format.",
        |_| String::new(),
    ),
    Kind::new(
        "session_meta",
        "session_meta",
        Always,
        "§",
        Role::Lifecycle,
        "The header of a thread: source, working directory, version; may be repeated.",
        session_meta,
    ),
    Kind::new(
        "turn_context",
        "turn_context",
        Always,
        "¶",
        Role::System,
        "The settings of a turn: model, working directory, approval, sandbox.",
        turn_context,
    ),
    Kind::new(
        "compacted",
        "compacted",
        Always,
        "≡",
        Role::System,
        "The history so far was compacted into a shorter one.",
        compacted,
    ),
    Kind::new(
        "world_state",
        "world_state",
        Never,
        "○",
        Role::System,
        "The environment given to the model: in full, or only the changes.",
        |p| {
            let whole = member(p, "full").and_then(Json::as_bool) == Some(true);
            let names =
                member(p, "state").map(|state| state.members().map(|(key, _)| key).collect::<Vec<_>>());
            line([
                Some(if whole { "full" } else { "changes" }.to_owned()),
                names.map(|names| flat(&names.join(" "))),
            ])
        },
    ),
    Kind::new(
        "inter_agent_communication",
        "inter_agent_communication",
        Never,
        "⇄",
        Role::Tool,
        "A message from one agent to another.",
        |p| {
            line([
                parties(p),
                text_field(p, "content").or_else(|| text_field(p, "message")),
            ])
        },
    ),
    Kind::new(
        "inter_agent_communication_metadata",
        "inter_agent_communication_metadata",
        Never,
        "⇄",
        Role::Tool,
        "Whether a message from another agent starts a turn.",
        |p| named("trigger turn", p, "trigger_turn").unwrap_or_default(),
    ),
    Kind::new(
        "token_usage_record",
        "token_usage_record",
        Never,
        "Σ",
        Role::Lifecycle,
        "Tokens used by one answer, its turn and the thread; token_count has the same numbers.",
        |p| {
            line([
                usage(p, "usage"),
                total("turn", p, "turn_token_usage"),
                total("thread", p, "thread_token_usage"),
            ])
        },
    ),
    Kind::new(
        "security_risk_score",
        "security_risk_score",
        Never,
        "△",
        Role::System,
        "The assessed risk of an action.",
        |p| {
            line([
                any_field(p, &["score", "risk_score"]),
                any_field(p, &["reason", "rationale"]),
            ])
        },
    ),
    Kind::new(
        "realtime_item",
        "realtime_item",
        Never,
        "≈",
        Role::System,
        "A part of a realtime conversation.",
        unknown,
    ),
];

/// The sender and the receiver of a message.
pub(super) fn parties(payload: Json<'_>) -> Option<String> {
    let author = any_field(payload, &["author", "sender", "sender_thread_id"]);
    let recipient = any_field(payload, &["recipient", "receiver", "receiver_thread_id"]);
    match (author, recipient) {
        (None, None) => None,
        (author, recipient) => {
            let name = |party: Option<String>| party.unwrap_or_else(|| "?".to_owned());
            Some(format!("{} → {}", name(author), name(recipient)))
        }
    }
}

/// The token counts of a usage object.
pub(super) fn usage(payload: Json<'_>, key: &str) -> Option<String> {
    let usage = member(payload, key)?;
    let of = |label: &str, key: &str, part: &str, part_name: &str| {
        let whole = count(usage, key)?;
        Some(match count(usage, part).filter(|part| part != "0") {
            Some(part) => format!("{label} {whole} ({part} {part_name})"),
            None => format!("{label} {whole}"),
        })
    };
    let total = member(usage, "total_tokens").and_then(Json::as_i64);
    Some(line([
        total.map(|total| format!("total {}", grouped(total))),
        of("in", "input_tokens", "cached_input_tokens", "cached"),
        of("out", "output_tokens", "reasoning_output_tokens", "reasoning"),
    ]))
}

/// The total token count of a usage object, preceded by a label.
pub(super) fn total(label: &str, payload: Json<'_>, key: &str) -> Option<String> {
    count(member(payload, key)?, "total_tokens").map(|total| format!("{label} {total}"))
}

/// The summary of an unknown payload: its type, followed by its text, or by the start of its JSON if it has no text.
fn unknown(payload: Json<'_>) -> String {
    let kind = member(payload, "type").and_then(word);
    let said = super::summary::text(payload);
    let said = if said.is_empty() { raw(payload) } else { said };
    line([kind, Some(said)])
}

fn raw(payload: Json<'_>) -> String {
    let text = payload.text();
    flat(&text[..text.floor_char_boundary(800)])
}

fn bare_header(header: Json<'_>) -> String {
    line([
        field(header, "id"),
        field(header, "timestamp"),
        git(header),
        text_field(header, "instructions"),
    ])
}

fn git(payload: Json<'_>) -> Option<String> {
    let git = member(payload, "git")?;
    let sha = field(git, "commit_hash").map(|sha| sha.chars().take(8).collect::<String>());
    match (field(git, "branch"), sha) {
        (Some(branch), Some(sha)) => Some(format!("git {branch} {sha}")),
        (one, None) | (None, one) => one.map(|one| format!("git {one}")),
    }
}

fn session_meta(meta: Json<'_>) -> String {
    let source = member(meta, "source").and_then(|source| match source.decode::<SessionSource>() {
        Ok(source) => Some(source.to_string()),
        Err(_) => word(source),
    });
    line([
        field(meta, "cwd"),
        field(meta, "cli_version"),
        source,
        any_field(meta, &["agent_nickname", "agent_path"]),
        named("fork of", meta, "forked_from_id"),
        git(meta),
        any_field(meta, &["originator"]),
    ])
}

fn turn_context(turn: Json<'_>) -> String {
    let mode = member(turn, "collaboration_mode")
        .and_then(word)
        .filter(|mode| mode != "default");
    line([
        field(turn, "model"),
        named("effort", turn, "effort"),
        named("approval", turn, "approval_policy"),
        named("sandbox", turn, "sandbox_policy"),
        field(turn, "cwd"),
        mode,
    ])
}

fn compacted(compacted: Json<'_>) -> String {
    let message = member(compacted, "message")
        .and_then(head)
        .map(|message| first_line(&message));
    line([
        message,
        how_many(compacted, "replacement_history", "item", "items"),
        named("window", compacted, "window_number"),
    ])
}
