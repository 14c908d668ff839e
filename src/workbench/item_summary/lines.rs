//! Summaries of lines that are neither model items nor events: damaged and unknown lines, bare headers and states, and
//! lines with a `type` of their own. Also summarizes unknown items of all kinds.

use super::fields::{
    any_field, count, field, first_line, flat, grouped, head, how_many, line, member, named, text_field, word,
};
use crate::protocol::SessionSource;
use crate::protocol::json::Json;

/// The summary of a line that is neither a model item nor an event; `None` for other kinds.
pub(super) fn summary(name: &str, p: Json<'_>) -> Option<String> {
    Some(match name {
        "damaged" => flat(p.text()),
        "unknown" | "other" | "realtime_item" => unknown(p),
        "header" => bare_header(p),
        "state" => String::new(),
        "session_meta" => session_meta(p),
        "turn_context" => turn_context(p),
        "compacted" => compacted(p),
        "world_state" => {
            let whole = member(p, "full").and_then(Json::as_bool) == Some(true);
            let names =
                member(p, "state").map(|state| state.members().map(|(key, _)| key).collect::<Vec<_>>());
            line([
                Some(if whole { "full" } else { "changes" }.to_owned()),
                names.map(|names| flat(&names.join(" "))),
            ])
        }
        "inter_agent_communication" => line([
            parties(p),
            text_field(p, "content").or_else(|| text_field(p, "message")),
        ]),
        "inter_agent_communication_metadata" => named("trigger turn", p, "trigger_turn").unwrap_or_default(),
        "token_usage_record" => line([
            usage(p, "usage"),
            total("turn", p, "turn_token_usage"),
            total("thread", p, "thread_token_usage"),
        ]),
        "security_risk_score" => line([
            any_field(p, &["score", "risk_score"]),
            any_field(p, &["reason", "rationale"]),
        ]),
        _ => return None,
    })
}

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
pub(super) fn unknown(payload: Json<'_>) -> String {
    let kind = member(payload, "type").and_then(word);
    let said = super::fields::text(payload);
    let said = if said.is_empty() { raw(payload) } else { said };
    line([kind, Some(said)])
}

/// The start of the JSON of a value.
pub(super) fn raw(payload: Json<'_>) -> String {
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
