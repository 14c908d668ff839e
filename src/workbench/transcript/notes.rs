//! The entries that are neither messages nor calls: compactions, plans, errors, settings, sub-agents, and what the
//! program says about a thread. Bookkeeping, such as token counts, has no entry.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use super::calls::plan_lines;
use super::messages::texts_of;
use super::{EntryOutcome, ItemFields, Speaker, Transcript, TranscriptBlock, TranscriptEntry, line, text_in};
use crate::protocol::RolloutItem;
use crate::protocol::json::Json;
use crate::protocol::numbers::{count, grouped};
use crate::workbench::failures::failure;
use crate::workbench::{ItemMark, item_summary};

/// The entry of an item; `None` for bookkeeping.
pub(super) fn entry<'a>(
    transcript: &'a Transcript,
    place: usize,
    item: &'a RolloutItem,
    fields: &ItemFields<'a>,
) -> Option<TranscriptEntry<'a>> {
    let kind = item.kind();
    let (at, payload) = (fields.at, fields.json);
    let named = |name: &str| line(place, at, format!("{name}: {}", item_summary(item)));
    let entry = match (kind.outer, kind.name) {
        ("compacted", _) => compacted(transcript, place, fields),
        ("event_msg", "context_compacted") => {
            // The item `compacted` contains more information.
            let near = place.saturating_sub(8)..place + 8;
            let mut near = transcript.history().range(near);
            if near.any(|item| item.kind().name == "compacted") {
                return None;
            }
            line(place, at, "context compacted")
        }
        ("event_msg", "item_completed") if item.content_kind().name == "context_compacted" => {
            line(place, at, "context compacted")
        }
        ("response_item", "compaction" | "context_compaction") => named("compacted context"),
        ("turn_context", _) => named("settings"),
        ("event_msg", "thread_rolled_back") => {
            let marks = transcript.own_marks(place);
            let effect = marks.iter().find_map(|mark| match mark {
                ItemMark::Rollback(rollback) => Some(rollback.to_string()),
                _ => None,
            });
            line(place, at, format!("rolled back: {}", effect.unwrap_or_default()))
        }
        ("event_msg", "turn_aborted" | "error" | "stream_error" | "task_complete") => {
            let failed = failure(item)?;
            let mut entry = line(
                place,
                at,
                match kind.name {
                    "turn_aborted" | "task_complete" => "turn",
                    "stream_error" => "stream",
                    _ => "",
                },
            );
            entry.outcome = Some(EntryOutcome::Failed(failed));
            entry
        }
        ("event_msg", "warning" | "guardian_warning" | "deprecation_notice") => named("warning"),
        ("event_msg", "model_reroute") => named("model rerouted"),
        ("event_msg", "plan_update") => {
            let mut entry = line(place, at, "plan");
            entry.speaker = Speaker::Agent;
            let explanation = text_in(payload, "explanation").filter(|text| !text.is_empty());
            entry.blocks.extend(explanation.map(TranscriptBlock::Text));
            entry
                .blocks
                .extend(plan_lines(payload).map(TranscriptBlock::Plan));
            entry
        }
        ("event_msg", "thread_goal_updated") => {
            let mut entry = line(place, at, "goal");
            entry.speaker = Speaker::User;
            let goal = payload.get("goal").and_then(|goal| text_in(goal, "objective"));
            entry.blocks.extend(goal.map(TranscriptBlock::Text));
            entry
        }
        ("event_msg", "thread_name_updated") => named("named"),
        ("event_msg", "undo_completed") => named("undo"),
        ("event_msg", "entered_review_mode") => named("review starts"),
        ("event_msg", "exited_review_mode") => review(place, at, payload),
        ("event_msg", "guardian_assessment") => named("assessment"),
        ("event_msg", "request_user_input" | "elicitation_request") => named("question to the user"),
        ("event_msg", "exec_approval_request" | "apply_patch_approval_request" | "request_permissions") => {
            named("request for approval")
        }
        ("event_msg", "sub_agent_activity") => sub_agent(place, at, payload),
        ("event_msg", "item_completed") if item.content_kind().name == "sub_agent_activity" => {
            sub_agent(place, at, payload.get("item")?)
        }
        // Encrypted reasoning and empty messages have no entry.
        ("event_msg", "item_completed") if std::ptr::eq(item.content_kind(), kind) => line(
            place,
            at,
            format!("item of an unknown kind: {}", item_summary(item)),
        ),
        ("response_item", "agent_message") | ("inter_agent_communication", _) => {
            let mut entry = line(place, at, between_agents(payload));
            let content = payload.get("content").or_else(|| payload.get("message"));
            entry.blocks = content.map(texts_of).unwrap_or_default();
            entry
        }
        ("session_meta", _) => {
            if !transcript.headers.contains(&place) {
                return None;
            }
            let mut entry = line(place, at, format!("header: {}", item_summary(item)));
            for (label, key) in [
                ("thread", "id"),
                ("forked from", "forked_from_id"),
                ("sub-agent of", "parent_thread_id"),
            ] {
                if let Some(id) = text_in(payload, key) {
                    entry.blocks.push(TranscriptBlock::Thread {
                        label,
                        id: id.into_owned(),
                    });
                }
            }
            entry
        }
        (_, "unknown" | "other") | ("realtime_item", _) => line(
            place,
            at,
            format!("item of an unknown kind: {}", item_summary(item)),
        ),
        _ => return None,
    };
    Some(entry)
}

/// The entry of a damaged line.
pub(super) fn damaged<'a>(place: usize, item: &RolloutItem) -> TranscriptEntry<'a> {
    let bytes = count(item.len() as u64, "byte");
    line(
        place,
        None,
        format!("damaged line, {bytes}: {}", item_summary(item)),
    )
}

fn compacted<'a>(transcript: &Transcript, place: usize, fields: &ItemFields<'a>) -> TranscriptEntry<'a> {
    let compaction = transcript.compactions.get(&place).copied().unwrap_or_default();
    let mut title = "context compacted".to_owned();
    match (compaction.from, compaction.to) {
        (Some(from), Some(to)) => {
            title += &format!(", {} \u{2192} {} tokens", grouped(from), grouped(to));
        }
        (Some(from), None) => title += &format!(", {} tokens before", grouped(from)),
        (None, Some(to)) => title += &format!(", {} tokens after", grouped(to)),
        (None, None) => {}
    }
    let replaced = fields.member("replacement_history");
    let replaced: Vec<Json<'a>> = replaced.into_iter().flat_map(Json::elements).collect();
    match replaced.len() as u64 {
        0 => {}
        items => title += &format!(", replaced by {}", count(items, "item")),
    }
    let mut entry = line(place, fields.at, title);
    let message = fields.text("message").filter(|text| !text.is_empty());
    entry.blocks.extend(message.map(TranscriptBlock::Text));
    for message in replaced {
        let (mut role, mut kind, mut content) = (None, None, None);
        for (name, value) in message.members() {
            match &*name {
                "role" => role = value.as_str(),
                "type" => kind = value.as_str(),
                "content" => content = Some(value),
                _ => {}
            }
        }
        let role = role.or(kind);
        for block in content.map(texts_of).unwrap_or_default() {
            let text = match block {
                TranscriptBlock::Text(text) => text,
                TranscriptBlock::Image(image) => Cow::Owned(format!("[image: {image}]")),
                _ => continue,
            };
            entry.blocks.push(TranscriptBlock::Replaced {
                role: role.clone().unwrap_or_default().into_owned(),
                text,
            });
        }
    }
    entry
}

fn review<'a>(place: usize, at: Option<DateTime<Utc>>, payload: Json<'a>) -> TranscriptEntry<'a> {
    let mut entry = line(place, at, "review ended");
    let Some(output) = payload.get("review_output").filter(|output| !output.is_null()) else {
        return entry;
    };
    entry.speaker = Speaker::Agent;
    entry.title = Cow::Borrowed("review");
    for key in ["overall_correctness", "overall_explanation"] {
        let text = text_in(output, key).filter(|text| !text.is_empty());
        entry.blocks.extend(text.map(TranscriptBlock::Text));
    }
    for finding in output.get("findings").into_iter().flat_map(Json::elements) {
        let of = |key: &str| text_in(finding, key).unwrap_or_default();
        let at = finding.get("code_location").map(|at| {
            let path = text_in(at, "absolute_file_path").unwrap_or_default();
            let line = at.get("line_range").and_then(|range| range.get("start"));
            format!("\n{path}:{}", line.map_or("?", Json::text))
        });
        let text = format!("{}{}\n{}", of("title"), at.unwrap_or_default(), of("body"));
        entry.blocks.push(TranscriptBlock::Text(Cow::Owned(text)));
    }
    entry
}

fn sub_agent<'a>(place: usize, at: Option<DateTime<Utc>>, activity: Json<'a>) -> TranscriptEntry<'a> {
    let of = |key: &str| text_in(activity, key).unwrap_or_default();
    let mut entry = line(
        place,
        at,
        format!("sub-agent {} {}", of("agent_path"), of("kind")),
    );
    if let Some(id) = text_in(activity, "agent_thread_id") {
        entry.blocks.push(TranscriptBlock::Thread {
            label: "sub-agent",
            id: id.into_owned(),
        });
    }
    entry
}

fn between_agents(payload: Json<'_>) -> String {
    let of = |keys: [&str; 2]| {
        keys.iter()
            .find_map(|key| text_in(payload, key))
            .unwrap_or_default()
    };
    format!(
        "message from {} to {}",
        of(["author", "sender"]),
        of(["recipient", "receiver"])
    )
}
