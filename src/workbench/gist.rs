//! Summarizes a call on one line: its parameters without the thread id and without parameters that have their default
//! value.

use super::{JournalEntry, request, short};
use crate::contract::{ResumeThreadParams, Step, UpdateThreadMetadataParams};
use crate::protocol::RolloutItem;
use crate::protocol::json::{Json, JsonKind};
use crate::protocol::numbers;

/// The maximum number of items of an append whose kinds are determined, and the maximum number of kinds or threads
/// that are named.
const LOOKED_AT: usize = 16;
const NAMED: usize = 3;

/// The parameters of a call that differ from their default value, each as its path, such as `metadata.cwd`, and its
/// value as JSON. Required parameters are not included. A history is given as its number of items.
pub fn given(call: &Step) -> Vec<(String, String)> {
    given_in(call, Json::trusted(&written(call)))
}

fn given_in(call: &Step, params: Json<'_>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let rows = call.op().row().params;
    for (key, value) in params.members() {
        let Some(row) = rows.iter().find(|row| row.name == key) else {
            // A key that the contract ignores.
            found.push((key.into_owned(), value.text().to_string()));
            continue;
        };
        let Some(default) = row.default.map(Json::trusted) else {
            continue;
        };
        if key == "history" && !value.is_null() {
            continue;
        }
        if (value.kind(), default.kind()) == (JsonKind::Object, JsonKind::Object) {
            let others = value
                .members()
                .filter(|(inside, value)| default.get(inside).map(Json::text) != Some(value.text()));
            found.extend(others.map(|(inside, value)| (format!("{key}.{inside}"), value.text().to_string())));
        } else if value.text() != default.text() {
            found.push((key.into_owned(), value.text().to_string()));
        }
    }
    if let Step::ResumeThread(ResumeThreadParams {
        history: Some(items), ..
    }) = call
    {
        found.push(("history".to_string(), count(items.len(), "item")));
    }
    found
}

/// The parameters as JSON, without the history of a resume and with the long texts of a patch cut.
fn written(call: &Step) -> String {
    let params = match call {
        Step::ResumeThread(params) => Step::ResumeThread(ResumeThreadParams {
            thread_id: params.thread_id,
            rollout_path: params.rollout_path.clone(),
            history: None,
            include_archived: params.include_archived,
            metadata: params.metadata.clone(),
            event_persistence_mode: params.event_persistence_mode,
        })
        .params(),
        Step::UpdateThreadMetadata(params) => {
            request::params_of(&Step::UpdateThreadMetadata(UpdateThreadMetadataParams {
                thread_id: params.thread_id,
                patch: short::patch(&params.patch).into_owned(),
                include_archived: params.include_archived,
            }))
        }
        call => request::params_of(call),
    };
    // If the parameters cannot be written as JSON, for example because of a path that is not UTF-8, all of them are
    // omitted.
    params.unwrap_or_else(|_| "{}".to_string())
}

/// A one-line summary of a step, without its thread: for an update, the sparse JSON of the patch; for an append, the
/// number of items and their kinds; for a change from outside, the ids of the changed threads.
pub fn gist(entry: &JournalEntry) -> String {
    let mut parts = Vec::new();
    let Some(call) = &entry.call else {
        return changed(entry);
    };
    let text = match entry.sent.as_deref().filter(|sent| sent.len() <= short::LONG) {
        Some(sent) => sent.to_string(),
        None => written(call),
    };
    let params = Json::trusted(&text);
    match call {
        Step::AppendItems(_) => parts.push(appended(entry)),
        Step::UpdateThreadMetadata(_) => {
            parts.extend(params.get("patch").map(|patch| patch.text().to_string()));
        }
        Step::ReadThreadByRolloutPath(params) => parts.push(params.rollout_path.display().to_string()),
        Step::ListItems(params) => parts.push(format!("turn_id {}", params.turn_id)),
        _ => {}
    }
    let given = given_in(call, params);
    parts.extend(given.into_iter().map(|(name, value)| match value.as_str() {
        "true" => name,
        value => format!("{name} {}", plain(value)),
    }));
    parts.join(" \u{b7} ")
}

fn changed(entry: &JournalEntry) -> String {
    let mut ids: Vec<String> = entry
        .touch
        .threads()
        .take(NAMED + 1)
        .map(|id| id.to_string())
        .collect();
    if ids.len() > NAMED {
        ids.truncate(NAMED);
        ids.push("\u{2026}".to_string());
    }
    ids.join(", ")
}

/// A string without its quotes, unless it is empty. Other values are returned unchanged.
fn plain(value: &str) -> String {
    let text = Json::parse(value).ok().and_then(Json::as_str);
    match text {
        Some(text) if !text.is_empty() => text.into_owned(),
        _ => value.to_string(),
    }
}

fn appended(entry: &JournalEntry) -> String {
    let mut text = count(entry.items, "item");
    let items = entry.appended();
    let looked_at: &[RolloutItem] = items.get(..LOOKED_AT).unwrap_or(&items);
    let mut kinds: Vec<&str> = Vec::new();
    for item in looked_at {
        let name = item.kind().name;
        if !kinds.contains(&name) {
            kinds.push(name);
        }
    }
    let more = kinds.len() > NAMED || items.len() > looked_at.len();
    kinds.truncate(NAMED);
    if !kinds.is_empty() {
        text.push_str(&format!(": {}", kinds.join(", ")));
    }
    if more {
        text.push_str(", \u{2026}");
    }
    text
}

pub(super) fn count(number: usize, thing: &str) -> String {
    numbers::count(number as u64, thing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Op;
    use crate::workbench::Workbench;

    #[tokio::test]
    async fn a_line_says_what_is_not_so_by_itself() {
        const ID: &str = r#""thread_id":"0198f2a3-0000-7000-8000-000000000001""#;
        let user = r#"{"type":"event_msg","payload":{"type":"user_message","message":"m"}}"#;
        let meta = r#"{"type":"session_meta","payload":{}}"#;
        let bench = Workbench::new(std::sync::Arc::default());
        for (op, params, said) in [
            (Op::CreateThread, format!("{{{ID}}}"), ""),
            (
                Op::CreateThread,
                format!(
                    r#"{{{ID},"source":"cli","metadata":{{"cwd":"/w","model_provider":"","memory_mode":"enabled"}}}}"#
                ),
                "source cli \u{b7} metadata.cwd /w",
            ),
            (
                Op::ResumeThread,
                format!(r#"{{{ID},"rollout_path":"/p","history":[{user},{user}],"include_archived":true}}"#),
                "rollout_path /p \u{b7} include_archived \u{b7} history 2 items",
            ),
            (Op::AppendItems, format!(r#"{{{ID},"items":[]}}"#), "0 items"),
            (
                Op::AppendItems,
                format!(r#"{{{ID},"items":[{user},{meta},{user}]}}"#),
                "3 items: user_message, session_meta",
            ),
            (
                Op::AppendItems,
                format!(r#"{{{ID},"items":[{}]}}"#, vec![user; 17].join(",")),
                "17 items: user_message, \u{2026}",
            ),
            (Op::FlushThread, format!("{{{ID}}}"), ""),
            (
                Op::ListThreads,
                r#"{"page_size":3,"search_term":""}"#.to_string(),
                "page_size 3 \u{b7} search_term \"\"",
            ),
            (
                Op::UpdateThreadMetadata,
                format!(r#"{{{ID},"patch":{{"name":null,"model":"m"}},"include_archived":true}}"#),
                r#"{"name":null,"model":"m"} · include_archived"#,
            ),
            (
                Op::ReadThreadByRolloutPath,
                r#"{"rollout_path":"/p/a"}"#.to_string(),
                "/p/a",
            ),
            (Op::ListItems, format!(r#"{{{ID},"turn_id":"t"}}"#), "turn_id t"),
        ] {
            let step = Step::read(op, Some(Json::parse(&params).unwrap())).unwrap();
            let _ = bench.call(step).await;
            assert_eq!(gist(bench.journal().last().unwrap()), said, "{params}");
        }
    }
}
