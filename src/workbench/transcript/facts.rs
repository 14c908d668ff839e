//! What an item says about the conversation by itself, without the items before it. It can be read on any thread.

use super::call_ids::{CallPart, call_part};
use super::text_in;
use crate::protocol::RolloutItem;
use crate::protocol::json::Json;
use crate::workbench::item_marks::{Message, message};

/// The message of an item, and what else it says.
pub(super) struct ItemFacts {
    pub message: Option<Message>,
    pub fact: ItemFact,
}

/// What an item says beside its message.
pub(super) enum ItemFact {
    /// The tokens in the context, and the total number of tokens so far.
    Tokens {
        context: Option<u64>,
        total: Option<u64>,
    },
    /// The tokens in the context, and those of the turn.
    TurnTokens { context: Option<u64>, own: Option<u64> },
    /// The turn ends.
    TurnEnd { millis: Option<u64>, is_aborted: bool },
    /// The context is compacted.
    Compaction,
    /// The header of a file, with its id.
    Header(String),
    /// The settings of the turn that a person chooses, as JSON.
    Settings(String),
    /// A part of a tool call.
    Part(CallPart),
    /// Nothing of this.
    Nothing,
}

impl ItemFacts {
    pub fn of(item: &RolloutItem) -> Self {
        Self {
            message: message(item),
            fact: fact(item),
        }
    }
}

fn fact(item: &RolloutItem) -> ItemFact {
    let kind = item.kind();
    let payload = || item.payload();
    match (kind.outer, kind.name) {
        ("token_usage_record", _) => payload().map_or(ItemFact::Nothing, |payload| ItemFact::TurnTokens {
            context: total_of(payload.get("usage")),
            own: total_of(payload.get("turn_token_usage")),
        }),
        ("event_msg", "token_count") => match payload().and_then(|payload| payload.get("info")) {
            Some(info) => ItemFact::Tokens {
                context: total_of(info.get("last_token_usage")),
                total: total_of(info.get("total_token_usage")),
            },
            None => ItemFact::Nothing,
        },
        ("event_msg", "task_complete" | "turn_aborted") => ItemFact::TurnEnd {
            millis: payload().and_then(|payload| payload.get("duration_ms")?.as_u64()),
            is_aborted: kind.name == "turn_aborted",
        },
        ("compacted", _) => ItemFact::Compaction,
        ("session_meta", _) => {
            let id = payload().and_then(|payload| text_in(payload, "id"));
            ItemFact::Header(id.unwrap_or_default().into_owned())
        }
        ("turn_context", _) => ItemFact::Settings(payload().map(settings_of).unwrap_or_default()),
        _ => call_part(item).map_or(ItemFact::Nothing, ItemFact::Part),
    }
}

fn total_of(usage: Option<Json<'_>>) -> Option<u64> {
    usage?.get("total_tokens")?.as_u64()
}

/// The settings of a turn that a person chooses, as JSON.
fn settings_of(turn: Json<'_>) -> String {
    let keys = ["model", "effort", "approval_policy", "sandbox_policy", "cwd"];
    let chosen = turn.members().filter(|(key, _)| keys.contains(&&**key));
    chosen
        .map(|(key, value)| format!("{key}:{}\n", value.text()))
        .collect()
}
