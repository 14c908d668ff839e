//! Summarizes an item of a history in one line. Each kind of the KINDS table has its summary here.

mod events;
mod fields;
mod lines;
mod responses;
mod tool_events;

#[cfg(test)]
mod examples;
#[cfg(test)]
mod tests;

use crate::protocol::RolloutItem;
use crate::protocol::json::{Json, JsonKind};
use crate::protocol::kinds::ItemKind;

/// A summary of an item on one line of at most about 200 characters. Except for line breaks, control characters are not
/// escaped.
pub fn item_summary(item: &RolloutItem) -> String {
    match item.payload() {
        Some(payload) if payload.kind() != JsonKind::Object => {
            let name = item.json().and_then(|line| fields::field(line, "type"));
            fields::line([name, Some(lines::raw(payload))])
        }
        Some(payload) => summarize(item.kind(), payload),
        None => {
            let bytes = item.bytes();
            fields::flat(&String::from_utf8_lossy(bytes.get(..1000).unwrap_or(&bytes)))
        }
    }
}

/// The summary of an item of a kind, from its payload; for a bare line, from the whole object. Accepts values of any type.
fn summarize(kind: &ItemKind, payload: Json<'_>) -> String {
    #[expect(
        clippy::expect_used,
        reason = "a known kind is not summarized as an unknown one"
    )]
    known(kind, payload).expect("each kind has a summary")
}

fn known(kind: &ItemKind, payload: Json<'_>) -> Option<String> {
    if kind.outer == "event_msg" {
        events::summary(kind.name, payload).or_else(|| tool_events::summary(kind.name, payload))
    } else {
        lines::summary(kind.name, payload).or_else(|| responses::summary(kind.name, payload))
    }
}
