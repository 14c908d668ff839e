//! The KINDS table: all known kinds of rollout items. A row gives the name of a kind in JSON, the role of its author and
//! whether it is kept. Items of other kinds use the rows for unknown kinds. [`super::item`] finds the row of an item. The
//! table does not say how a kind looks on the screen.

mod table;

#[cfg(test)]
mod tests;

use super::json::Json;

/// The description of one kind of item.
#[derive(Debug, Clone, Copy)]
pub struct ItemKind {
    /// The line's own `type`, such as `event_msg`; empty for a bare line, which has no payload.
    pub outer: &'static str,
    /// The payload's `type`, or the line's `type` if its payload has none.
    pub name: &'static str,
    /// Other names that are accepted in JSON.
    pub aliases: &'static [&'static str],
    /// The role of its author; for kinds with several authors, use [`ItemKind::role_in`].
    pub role: AuthorRole,
    /// Whether a live thread keeps it.
    pub class: Persistence,
    /// A sentence that describes it.
    pub about: &'static str,
}

/// The role of an item's author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuthorRole {
    /// The user.
    User,
    /// The model, to the user.
    Assistant,
    /// A tool, or the model calling a tool.
    Tool,
    /// The model's reasoning.
    Reasoning,
    /// The program that runs the model.
    System,
    /// No author: the start or end of something.
    Lifecycle,
    /// No author: a damaged line.
    Damage,
    /// Unknown.
    Unknown,
}

impl AuthorRole {
    /// The name in queries and settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Tool => "tool",
            Self::Reasoning => "reasoning",
            Self::System => "system",
            Self::Lifecycle => "lifecycle",
            Self::Damage => "damage",
            Self::Unknown => "unknown",
        }
    }
}

/// Whether a live thread keeps an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Persistence {
    /// In every mode.
    Always,
    /// In the limited and the extended mode.
    Limited,
    /// In both modes, but only if the completed item is a plan.
    LimitedIfPlan,
    /// Only in the extended mode.
    Extended,
    /// In no mode.
    Never,
}

impl ItemKind {
    const fn new(
        outer: &'static str,
        name: &'static str,
        class: Persistence,
        role: AuthorRole,
        about: &'static str,
    ) -> Self {
        Self {
            outer,
            name,
            aliases: &[],
            role,
            class,
            about,
        }
    }

    const fn also(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// The role of the author of an item of this kind: messages name it in their payload, and an `item_completed` has
    /// the role of the event that it stands for.
    pub fn role_in(&self, payload: Json<'_>) -> AuthorRole {
        if self.name != "message" {
            return self.completed_in(payload).map_or(self.role, |kind| kind.role);
        }
        match payload.get("role").and_then(Json::as_str).as_deref() {
            Some("user") => AuthorRole::User,
            Some("assistant") => AuthorRole::Assistant,
            Some(_) => AuthorRole::System,
            None => self.role,
        }
    }

    /// The kind of event that an `item_completed` stands for, from the type of its item. Newer files record only the
    /// `item_completed`. `None` for other kinds and for unknown types.
    pub fn completed_in(&self, payload: Json<'_>) -> Option<&'static Self> {
        if self.name != "item_completed" {
            return None;
        }
        let name = payload.get("item")?.get("type")?.as_str()?;
        let (_, event) = COMPLETED.iter().find(|(item, _)| *item == name)?;
        Some(kind(kind_of(Some("event_msg"), Some(event))))
    }

    fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }
}

/// All kinds: first those with a constant below, then lines with a `type` of their own, model items, events.
pub static KINDS: &[ItemKind] = table::ROWS;

/// The types of the item in an `item_completed`, each with the event that it stands for.
const COMPLETED: [(&str, &str); 13] = [
    ("UserMessage", "user_message"),
    ("AgentMessage", "agent_message"),
    ("Plan", "plan_update"),
    ("Reasoning", "agent_reasoning"),
    ("CommandExecution", "exec_command_end"),
    ("FileChange", "patch_apply_end"),
    ("McpToolCall", "mcp_tool_call_end"),
    ("Extension", "web_search_end"),
    ("WebSearch", "web_search_end"),
    ("ImageView", "view_image_tool_call"),
    ("ImageGeneration", "image_generation_end"),
    ("SubAgentActivity", "sub_agent_activity"),
    ("ContextCompaction", "context_compacted"),
];

/// The row of lines that are not a JSON object.
pub const DAMAGED: u8 = 0;
/// The row of unknown bare objects.
pub const UNKNOWN_BARE: u8 = 1;
/// The row of lines with a payload and an unknown or missing `type`.
pub const UNKNOWN_LINE: u8 = 2;
/// The row of unknown model items.
pub const UNKNOWN_RESPONSE: u8 = 3;
/// The row of unknown events.
pub const UNKNOWN_EVENT: u8 = 4;
/// The row of the first line of a bare file: `id`, `timestamp`, perhaps `instructions` and `git`; no `type`.
pub const BARE_HEADER: u8 = 5;
/// The row of the lines `{"record_type":"state"}` of a bare file.
pub const BARE_STATE: u8 = 6;

/// The row at an index of [`KINDS`].
///
/// # Panics
/// If there is no such row.
pub fn kind(index: u8) -> &'static ItemKind {
    &KINDS[usize::from(index)]
}

/// The index in [`KINDS`] of an item with a payload: `outer` is the line's `type`, `inner` the payload's. For a bare
/// line `outer` is None and `inner` its `type`, or `header` or `state` for the two that have none.
pub fn kind_of(outer: Option<&str>, inner: Option<&str>) -> u8 {
    let inner = inner.unwrap_or_default();
    let (group, name, otherwise) = match outer {
        Some(group @ "response_item") => (group, inner, UNKNOWN_RESPONSE),
        Some(group @ "event_msg") => (group, inner, UNKNOWN_EVENT),
        Some(line) => (line, line, UNKNOWN_LINE),
        None => ("", inner, UNKNOWN_BARE),
    };
    let known = usize::from(UNKNOWN_EVENT) + 1;
    let row = KINDS
        .iter()
        .skip(known)
        .position(|kind| kind.outer == group && kind.is_called(name));
    #[expect(clippy::expect_used, reason = "a truncated index would name another kind")]
    let index = |row| u8::try_from(row + known).expect("there are fewer kinds than 256");
    row.map_or(otherwise, index)
}
