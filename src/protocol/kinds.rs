//! The KINDS table: every kind of item that rollouts are known to hold. One row adds one kind: its wire name, whether
//! it is kept, how it is drawn in one line. Kinds that have no row are items like any other and share the rows for the
//! unknown. How an item finds its row is left to [`super::item`].

mod events;
mod lines;
mod responses;
mod summary;
mod tool_events;

#[cfg(test)]
mod examples;
#[cfg(test)]
mod tests;

use super::json::Json;

/// What is known of all items of one kind.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// The line's own `type`, such as `event_msg`; empty for a bare line, which has no payload.
    pub outer: &'static str,
    /// The payload's `type`; where payloads have none, the line's.
    pub name: &'static str,
    /// Other names under which it is read.
    pub aliases: &'static [&'static str],
    /// One column wide.
    pub glyph: &'static str,
    /// Whose word it is; [`Kind::role_in`] knows better for kinds that several share.
    pub role: Role,
    /// Whether a live thread keeps it.
    pub class: Persistence,
    /// What it is, in a sentence.
    pub about: &'static str,
    /// One line of at most some 200 characters about the item, read from its payload (a bare line's whole object). It
    /// takes whatever types it meets. Nothing is made safe for a terminal but line breaks, which become spaces.
    pub summary: fn(Json<'_>) -> String,
}

/// Whose word an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// A person's.
    User,
    /// The model's, for a person.
    Assistant,
    /// A tool's, or the model's for a tool.
    Tool,
    /// The model's thoughts.
    Reasoning,
    /// The program's around the model.
    System,
    /// Nobody's: something began or ended.
    Lifecycle,
    /// Nobody's: the line is broken.
    Damage,
    /// Not known.
    Unknown,
}

/// Whether a live thread keeps an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Persistence {
    /// Whatever the thread's mode.
    Always,
    /// In the limited mode and in the extended one.
    Limited,
    /// In both modes, but only if the item that it tells of is a plan.
    LimitedIfPlan,
    /// In the extended mode only.
    Extended,
    /// In no mode.
    Never,
}

impl Kind {
    const fn new(
        outer: &'static str,
        name: &'static str,
        class: Persistence,
        glyph: &'static str,
        role: Role,
        about: &'static str,
        summary: fn(Json<'_>) -> String,
    ) -> Self {
        Self {
            outer,
            name,
            aliases: &[],
            glyph,
            role,
            class,
            about,
            summary,
        }
    }

    const fn also(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Whose word one item of this kind is: messages name their author in the payload.
    pub fn role_in(&self, payload: Json<'_>) -> Role {
        if self.name != "message" {
            return self.role;
        }
        match payload.get("role").and_then(Json::as_str).as_deref() {
            Some("user") => Role::User,
            Some("assistant") => Role::Assistant,
            Some(_) => Role::System,
            None => self.role,
        }
    }

    fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }
}

const GROUPS: [&[Kind]; 4] = [lines::ROWS, responses::ROWS, events::ROWS, tool_events::ROWS];

const COUNT: usize = GROUPS[0].len() + GROUPS[1].len() + GROUPS[2].len() + GROUPS[3].len();

const fn all_rows() -> [Kind; COUNT] {
    let mut rows = [GROUPS[0][0]; COUNT];
    let (mut group, mut at) = (0, 0);
    while group < GROUPS.len() {
        let mut row = 0;
        while row < GROUPS[group].len() {
            rows[at] = GROUPS[group][row];
            row += 1;
            at += 1;
        }
        group += 1;
    }
    rows
}

static ROWS: [Kind; COUNT] = all_rows();

/// All kinds: first those with a constant below, then lines with a `type` of their own, model items, events.
pub static KINDS: &[Kind] = &ROWS;

/// The row of lines that are not a JSON object.
pub const DAMAGED: u8 = 0;
/// The row of bare objects that are nothing known.
pub const UNKNOWN_BARE: u8 = 1;
/// The row of lines with a payload and a `type` that is not known, or none.
pub const UNKNOWN_LINE: u8 = 2;
/// The row of model items that are not known.
pub const UNKNOWN_RESPONSE: u8 = 3;
/// The row of events that are not known.
pub const UNKNOWN_EVENT: u8 = 4;
/// The row of the first line of a bare file: `id`, `timestamp`, perhaps `instructions` and `git`; no `type`.
pub const BARE_HEADER: u8 = 5;
/// The row of the lines `{"record_type":"state"}` of a bare file.
pub const BARE_STATE: u8 = 6;

/// The row at an index of [`KINDS`].
///
/// # Panics
/// There is no such row.
pub fn kind(index: u8) -> &'static Kind {
    &KINDS[usize::from(index)]
}

/// The summary of what is no JSON: its start, on one line.
pub fn raw_summary(text: &str) -> String {
    summary::flat(text)
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
    #[expect(clippy::expect_used, reason = "another row would be taken for this one")]
    let index = |row| u8::try_from(row + known).expect("there are fewer kinds than 256");
    row.map_or(otherwise, index)
}
