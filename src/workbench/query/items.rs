//! Queries for the items of a history: the fields, and where words without a field are searched for.

use std::borrow::Cow;

use super::rows::{QueriedRow, RowField, RowFilter, RowFlag, WordsTest};
use crate::protocol::RolloutItem;
use crate::protocol::json::Json;
use crate::protocol::kinds::AuthorRole;
use crate::store::History;
use crate::workbench::failures::failure;
use crate::workbench::{ImportedThread, ItemMark, item_summary};

/// The number of items before an output that are searched for its call.
const CALL_BEFORE: usize = 1_000;

/// The items of a history, as a kind of row that can be queried.
pub enum HistoryItems {}

/// A compiled query of items.
pub type ItemFilter = RowFilter<HistoryItems>;

/// An item of a history.
#[derive(Clone, Copy)]
pub struct ItemRow<'a> {
    /// The history.
    pub history: &'a History,
    /// Its position.
    pub place: usize,
    /// The item.
    pub item: &'a RolloutItem,
    /// What is known about the import of its thread.
    pub imported: Option<&'a ImportedThread>,
}

impl QueriedRow for HistoryItems {
    type Row<'a> = ItemRow<'a>;

    #[rustfmt::skip]
    const FIELDS: &'static [RowField<Self>] = &[
        RowField::<Self>::text("kind", kinds, "The kind of the item, such as `function_call_output`."),
        RowField::<Self>::text("role", role, "The role of its author: `user`, `assistant`, `tool`, `reasoning`, `system`, `lifecycle`, `damage` or `unknown`."),
        RowField::<Self>::text("tool", tool, "For a tool call or its output, the name of the tool."),
        RowField::<Self>::contents("text", contents, "The contents: each string value, and damaged lines."),
        RowField::<Self>::flags(&[
            RowFlag { name: "failed", about: "It records a failure, such as an exit code other than 0, an error or an aborted turn.", test: |row| failure(row.item).is_some() },
            RowFlag { name: "damaged", about: "It is a damaged line.", test: |row| row.item.is_damaged() },
            RowFlag { name: "inherited", about: "It is in a file of another thread, from which this thread was forked.", test: |row| row.has_mark(|mark| matches!(mark, ItemMark::Inherited { .. })) },
            RowFlag { name: "superseded", about: "A revert cut off items after it; press i to list them.", test: |row| row.has_mark(|mark| matches!(mark, ItemMark::Superseded { .. })) },
            RowFlag { name: "unknown", about: "Its kind is unknown.", test: |row| row.item.content_kind().role == AuthorRole::Unknown },
        ], "A property of the item."),
    ];

    /// Words are searched for in what a row shows: the string values of the item, and its summary.
    fn has_words(row: &ItemRow<'_>, words: &WordsTest) -> bool {
        words.is_in_item(row.item) || words.is_in(&item_summary(row.item))
    }
}

impl ItemRow<'_> {
    fn has_mark(&self, is_meant: fn(&ItemMark) -> bool) -> bool {
        self.imported
            .is_some_and(|imported| imported.marks(self.place).iter().any(is_meant))
    }
}

/// Passes the name of the kind that is shown, and the name of the line's own kind if it is different.
fn kinds(row: &ItemRow<'_>, meet: &mut dyn FnMut(&str) -> bool) -> bool {
    let (shown, own) = (row.item.content_kind().name, row.item.kind().name);
    meet(shown) || (own != shown && meet(own))
}

fn role(row: &ItemRow<'_>, meet: &mut dyn FnMut(&str) -> bool) -> bool {
    meet(row.item.role().name())
}

fn contents(row: &ItemRow<'_>, meet: &mut dyn FnMut(&str) -> bool) -> bool {
    row.item.any_text(meet)
}

fn tool(row: &ItemRow<'_>, meet: &mut dyn FnMut(&str) -> bool) -> bool {
    if let Some(name) = called_tool(row.item) {
        return meet(&name);
    }
    let is_output = row.item.kind().name.ends_with("call_output");
    let Some(id) = call_id(row.item).filter(|_| is_output) else {
        return false;
    };
    let from = row.place.saturating_sub(CALL_BEFORE);
    let before: Vec<&RolloutItem> = row.history.range(from..row.place).collect();
    let calls = before.into_iter().rev();
    let mut calls = calls.filter(|item| call_id(item).as_deref() == Some(&*id));
    calls.find_map(called_tool).is_some_and(|name| meet(&name))
}

/// The id of the call that an item belongs to.
fn call_id(item: &RolloutItem) -> Option<Cow<'_, str>> {
    match item.kind().role {
        AuthorRole::Tool => item.payload()?.get("call_id")?.as_str(),
        _ => None,
    }
}

/// The name of the tool, if the item alone determines it.
fn called_tool(item: &RolloutItem) -> Option<Cow<'_, str>> {
    let kind = item.content_kind();
    let word =
        |payload: Json<'_>, key: &str| -> Option<String> { Some(payload.get(key)?.as_str()?.into_owned()) };
    let name = kind.name;
    match name {
        "function_call" | "custom_tool_call" => item.payload()?.get("name")?.as_str(),
        "local_shell_call" => Some("local_shell".into()),
        "patch_apply_begin" | "patch_apply_end" => Some("apply_patch".into()),
        "view_image_tool_call" => Some("view_image".into()),
        "tool_search_call" | "tool_search_output" => Some("tool_search".into()),
        "mcp_tool_call_begin" | "mcp_tool_call_end" => {
            let payload = item.payload()?;
            let completed = payload.get("item");
            let invocation = payload.get("invocation").or(completed);
            invocation.and_then(|found| word(found, "tool")).map(Cow::Owned)
        }
        "dynamic_tool_call_request" | "dynamic_tool_call_response" => {
            word(item.payload()?, "tool").map(Cow::Owned)
        }
        _ if name.starts_with("exec_command_") => Some("exec_command".into()),
        _ if name.starts_with("web_search") => Some("web_search".into()),
        _ if name.starts_with("image_generation") => Some("image_generation".into()),
        _ => None,
    }
}
