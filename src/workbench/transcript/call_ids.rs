//! Finds which items belong to the same tool call: the call, its output, and the events about it.

use crate::protocol::RolloutItem;
use crate::protocol::json::Json;

/// The role of an item in a tool call.
pub(super) enum CallPart {
    /// The call with this id.
    Call(String),
    /// The output of the call with this id, or an event about it.
    Part(String),
    /// A web search, whose call and event may have different ids.
    Search {
        /// The id.
        id: String,
        /// The name of the item's kind.
        kind: &'static str,
        /// What is searched, as JSON or text.
        what: String,
    },
}

/// The names of the members that contain the id of a call.
const IDS: [&str; 3] = ["call_id", "callId", "id"];

fn id_of(payload: Json<'_>, keys: &[&str]) -> Option<String> {
    let mut ids = keys.iter().filter_map(|key| payload.get(key)?.as_str());
    ids.next().map(|id| id.into_owned())
}

/// The role of an item in a tool call; `None` if it has none.
pub(super) fn call_part(item: &RolloutItem) -> Option<CallPart> {
    let kind = item.kind();
    match (kind.outer, kind.name) {
        ("response_item" | "", "function_call")
        | ("response_item", "custom_tool_call" | "tool_search_call") => {
            id_of(item.payload()?, &IDS[..1]).map(CallPart::Call)
        }
        ("response_item", "local_shell_call" | "image_generation_call") => {
            id_of(item.payload()?, &IDS).map(CallPart::Call)
        }
        ("response_item" | "", "function_call_output")
        | ("response_item", "custom_tool_call_output" | "tool_search_output") => {
            id_of(item.payload()?, &IDS[..1]).map(CallPart::Part)
        }
        ("event_msg", "exec_command_end" | "patch_apply_end" | "mcp_tool_call_end")
        | ("event_msg", "view_image_tool_call" | "image_generation_end")
        | ("event_msg", "dynamic_tool_call_response")
        | ("event_msg", "collab_agent_spawn_end" | "collab_agent_interaction_end")
        | ("event_msg", "collab_waiting_end" | "collab_close_end" | "collab_resume_end") => {
            id_of(item.payload()?, &IDS[..2]).map(CallPart::Part)
        }
        ("event_msg", "dynamic_tool_call_request") => id_of(item.payload()?, &IDS[..2]).map(CallPart::Part),
        ("response_item", "web_search_call") => search(kind.name, item.payload()?, &["id", "call_id"]),
        ("event_msg", "web_search_end") => search(kind.name, item.payload()?, &["call_id"]),
        ("event_msg", "item_completed") => {
            let completed = item.payload()?.get("item")?;
            match &*completed.get("type")?.as_str()? {
                "CommandExecution" | "FileChange" | "McpToolCall" | "ImageView" | "ImageGeneration" => {
                    id_of(completed, &IDS).map(CallPart::Part)
                }
                "Extension" | "WebSearch" => search("web_search_end", completed, &["id"]),
                _ => None,
            }
        }
        _ => None,
    }
}

fn search(kind: &'static str, payload: Json<'_>, keys: &[&str]) -> Option<CallPart> {
    let action = payload.get("action").filter(|action| !action.is_null());
    let words = |key: &str| Some(action?.get(key)?.as_str()?.into_owned());
    let what = ["query", "url", "pattern"].iter().find_map(|key| words(key));
    let first = || Some(action?.get("queries")?.elements().next()?.as_str()?.into_owned());
    let what = what.or_else(first).or_else(|| id_of(payload, &["query"]));
    Some(CallPart::Search {
        id: id_of(payload, keys).unwrap_or_default(),
        kind,
        what: what.unwrap_or_default(),
    })
}
