//! The persistence policy: which kinds of items to keep, according to the KINDS table, and how to shorten the output of
//! commands (contract section 10). Stores keep all items that they are given; the policy applies before the store.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::protocol::json::{Json, JsonKind, quoted, text_of};
use crate::protocol::kinds::Persistence;
use crate::protocol::{RolloutItem, ThreadEventPersistenceMode};

/// The maximum number of bytes of a command's output that is kept unshortened.
const OUTPUT_LIMIT: usize = 10_000;

/// The number of bytes kept at each end of a longer output.
const OUTPUT_END: usize = OUTPUT_LIMIT / 2;

/// Whether a thread in this mode keeps an item. Items that are unknown, bare or damaged are dropped.
pub fn is_kept(item: &RolloutItem, mode: ThreadEventPersistenceMode) -> bool {
    match item.kind().class {
        Persistence::Always | Persistence::Limited => true,
        Persistence::LimitedIfPlan => tells_of_a_plan(item),
        Persistence::Extended => mode == ThreadEventPersistenceMode::Extended,
        Persistence::Never => false,
    }
}

/// The items that a thread in this mode keeps, in order and in the form in which they are kept: the extended mode shortens
/// the output of commands.
pub fn kept(items: &[RolloutItem], mode: ThreadEventPersistenceMode) -> Vec<RolloutItem> {
    let shorten = mode == ThreadEventPersistenceMode::Extended;
    items
        .iter()
        .filter(|item| is_kept(item, mode))
        .map(|item| {
            shorten
                .then(|| shortened(item))
                .flatten()
                .unwrap_or_else(|| item.clone())
        })
        .collect()
}

/// Whether an item is used to create memories from a thread: what the model was told and what it did, but not the program's
/// instructions, reasoning, images or compacted histories.
pub fn is_for_memories(item: &RolloutItem) -> bool {
    let kind = item.kind();
    if kind.outer != "response_item" || kind.class != Persistence::Always {
        return false;
    }
    match kind.name {
        "message" => {
            let role = item
                .payload()
                .and_then(|payload| payload.get("role"))
                .and_then(Json::as_str);
            role.as_deref() != Some("developer")
        }
        "reasoning" | "image_generation_call" | "compaction" | "context_compaction" => false,
        _ => true,
    }
}

fn tells_of_a_plan(item: &RolloutItem) -> bool {
    let kind = item
        .payload()
        .and_then(|payload| payload.get("item")?.get("type")?.as_str());
    kind.as_deref() == Some("Plan")
}

/// The item for the end of a command without duplicate output, and with long output cut in the middle. `None` if nothing
/// changes.
fn shortened(item: &RolloutItem) -> Option<RolloutItem> {
    if item.kind().name != "exec_command_end" {
        return None;
    }
    let mut changed = false;
    let line = item.json()?;
    let text = rewritten(line, |key, value| {
        (key == "payload").then(|| {
            let payload = rewritten(value, |key, value| {
                let value = shortened_output(key, value)?;
                changed = true;
                Some(value)
            });
            Cow::Owned(payload)
        })
    });
    #[expect(
        clippy::expect_used,
        reason = "without the shortened item, the whole item would be kept"
    )]
    changed.then(|| RolloutItem::parse(text).expect("the members of an object form an object"))
}

fn shortened_output<'a>(key: &str, value: Json<'a>) -> Option<Cow<'a, str>> {
    if value.kind() != JsonKind::String {
        return None;
    }
    match key {
        "stdout" | "stderr" | "formatted_output" => {
            (value.text() != r#""""#).then_some(Cow::Borrowed(r#""""#))
        }
        "aggregated_output" => {
            let cut = cut_in_the_middle(&value.as_str()?)?;
            Some(Cow::Owned(quoted(&cut)))
        }
        _ => None,
    }
}

/// The text of an object with the values of some members replaced; the other values do not change.
fn rewritten<'a>(object: Json<'a>, mut new: impl FnMut(&str, Json<'a>) -> Option<Cow<'a, str>>) -> String {
    text_of(&ShortenedMembers(
        object
            .members()
            .map(|(key, value)| {
                let text = new(&key, value).unwrap_or(Cow::Borrowed(value.text()));
                (key, text)
            })
            .collect(),
    ))
}

/// Members of an object, each with the JSON text of its value.
struct ShortenedMembers<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl Serialize for ShortenedMembers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, Json::trusted(value))))
    }
}

/// A text of more than [`OUTPUT_LIMIT`] bytes with its middle removed, cut at character boundaries.
fn cut_in_the_middle(text: &str) -> Option<String> {
    if text.len() <= OUTPUT_LIMIT {
        return None;
    }
    let head = text.get(..text.floor_char_boundary(OUTPUT_END))?;
    let tail = text.get(text.ceil_char_boundary(text.len() - OUTPUT_END)..)?;
    let middle = text.get(head.len()..text.len() - tail.len())?;
    Some(format!(
        "{head}…{} chars truncated…{tail}",
        middle.chars().count()
    ))
}

#[cfg(test)]
mod tests;
