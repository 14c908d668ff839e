//! The columns of the Threads pane: the table of columns, which can also be sorted by, and the columns that fit.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use crate::inspector::state::model::Model;
use crate::protocol::{SessionSource, SubAgentSource};
use crate::store::ThreadRecord;
use crate::workbench::query::facts;

/// The width of the signs before a title.
pub const SIGNS: usize = 4;
/// The minimum width of the title next to a requested column, and next to one that is shown because there is room.
const TITLE: usize = 10;
const ROOMY_TITLE: usize = 14;
/// The minimum width of the title if more than the first columns are shown.
const LONG_TITLE: usize = 22;
const FIRST: usize = 3;
/// The width of the title above which other columns get wider.
const WHOLE_TITLE: usize = 36;

/// Reads a value of a thread.
type Read<T> = for<'a> fn(&'a ThreadRecord) -> Option<T>;

/// Reads a text of a thread.
pub type ReadText = for<'a> fn(&'a ThreadRecord) -> Option<Cow<'a, str>>;

/// The value in a column.
#[derive(Clone, Copy)]
pub enum ColumnValue {
    /// The title, which every row begins with.
    Title,
    /// The id.
    Id,
    /// How long ago a time was. If there is no time, the time of the read is used.
    Age(Read<DateTime<Utc>>),
    /// The day of a time.
    Day(Read<DateTime<Utc>>),
    /// A number.
    Number(Read<u64>),
    /// A text, truncated at its end.
    Text(ReadText),
    /// A path, truncated at its start.
    Path(ReadText),
}

/// A column.
pub struct ThreadColumn {
    /// The name in settings and commands. A query field with this name has the same value.
    pub name: &'static str,
    /// The word above the column.
    pub head: &'static str,
    /// What the column shows.
    pub about: &'static str,
    /// The minimum and maximum width, including a leading blank.
    pub widths: (usize, usize),
    /// The value.
    pub value: ColumnValue,
}

const fn column(
    name: &'static str,
    head: &'static str,
    widths: (usize, usize),
    value: ColumnValue,
    about: &'static str,
) -> ThreadColumn {
    ThreadColumn {
        name,
        head,
        about,
        widths,
        value,
    }
}

/// All columns. Sorting goes through them in this order.
#[rustfmt::skip]
pub static COLUMNS: &[ThreadColumn] = &[
    column("updated", "age", (6, 6), ColumnValue::Age(facts::updated_at), "The time since the last event."),
    column("created", "created", (11, 11), ColumnValue::Day(facts::created_at), "The creation date, in UTC."),
    column("name", "name or preview", (0, 0), ColumnValue::Title, "The name, the preview or the first words of the user."),
    column("items", "items", (9, 9), ColumnValue::Number(|record| Some(facts::items(record))), "The number of items in the history."),
    column("id", "id", (14, 37), ColumnValue::Id, "The thread's id."),
    column("cwd", "cwd", (12, 40), ColumnValue::Path(cwd), "The working directory."),
    column("branch", "branch", (10, 24), ColumnValue::Text(|record| facts::branch(record).map(Cow::Borrowed)), "The checked-out Git branch."),
    column("origin", "origin", (14, 40), ColumnValue::Path(|record| facts::origin(record).map(Cow::Borrowed)), "The URL that the Git repository was cloned from."),
    column("model", "model", (12, 20), ColumnValue::Text(|record| patched(record)?.model.as_deref().map(Cow::Borrowed)), "The most recently used model."),
    column("tokens", "tokens", (11, 13), ColumnValue::Number(tokens), "The token count from the metadata."),
    column("source", "source", (11, 11), ColumnValue::Text(source), "What started the thread."),
    column("provider", "provider", (10, 16), ColumnValue::Text(|record| patched(record)?.model_provider.as_deref().map(Cow::Borrowed)), "The provider of the model."),
    column("effort", "effort", (8, 8), ColumnValue::Text(|record| Some(Cow::Owned(patched(record)?.reasoning_effort?.as_str().to_string()))), "The most recently used reasoning effort."),
    column("role", "role", (10, 16), ColumnValue::Text(|record| patched(record)?.agent_role.as_ref()?.as_deref().map(Cow::Borrowed)), "The role of a sub-agent."),
    column("nickname", "nickname", (10, 16), ColumnValue::Text(|record| patched(record)?.agent_nickname.as_ref()?.as_deref().map(Cow::Borrowed)), "The nickname of a sub-agent."),
    column("version", "version", (9, 14), ColumnValue::Text(|record| patched(record)?.cli_version.as_deref().map(Cow::Borrowed)), "The version of the program that wrote the thread."),
    column("sandbox", "sandbox", (12, 20), ColumnValue::Text(|record| Some(Cow::Owned(patched(record)?.sandbox_policy.as_ref()?.to_string()))), "The sandbox."),
    column("approval", "approval", (12, 14), ColumnValue::Text(|record| Some(Cow::Owned(patched(record)?.approval_mode.as_ref()?.to_string()))), "The approval policy."),
    column("path", "path", (14, 60), ColumnValue::Path(|record| Some(record.rollout_path()?.to_string_lossy())), "The rollout file."),
];

/// Returns the index of the column with a name.
pub fn named(name: &str) -> Option<usize> {
    COLUMNS.iter().position(|column| column.name == name)
}

fn patched(record: &ThreadRecord) -> Option<&crate::contract::ThreadMetadataPatch> {
    record.patch.as_deref()
}

fn cwd(record: &ThreadRecord) -> Option<Cow<'_, str>> {
    Some(patched(record)?.cwd.as_deref()?.to_string_lossy())
}

fn tokens(record: &ThreadRecord) -> Option<u64> {
    u64::try_from(patched(record)?.token_usage.as_ref()?.total_tokens).ok()
}

fn source(record: &ThreadRecord) -> Option<Cow<'_, str>> {
    let word = match facts::source(record)? {
        SessionSource::SubAgent(SubAgentSource::ThreadSpawn { .. }) => "spawned".to_string(),
        SessionSource::SubAgent(other) => other.to_string(),
        other => other.to_string(),
    };
    Some(Cow::Owned(word))
}

/// The columns next to the title, each with its index in the table and its width.
pub struct ThreadColumns {
    /// The columns, from left to right.
    pub shown: Vec<(usize, usize)>,
    /// The width of the title.
    pub title: usize,
}

impl ThreadColumns {
    /// Returns the names of the query fields that have a column.
    pub fn fields(&self) -> Vec<&'static str> {
        self.shown.iter().map(|(at, _)| COLUMNS[*at].name).collect()
    }

    /// Returns the columns for a list of this width: those that the user chose or that fit, those that the filter
    /// names, and the one that the threads are sorted by.
    pub fn of(model: &Model, width: u16) -> Self {
        let query = &model.session.threads.query;
        let fields = query.filter.fields().filter_map(|field| named(field.name));
        let mut fitting: Vec<usize> = {
            let names = model.layout.preset.row().columns.iter();
            names.filter_map(|name| named(name)).collect()
        };
        // The heading of a group already shows this value.
        fitting.retain(|at| Some(*at) != query.form.column());
        let mut wanted: Vec<(usize, usize)> = Vec::new();
        let mut want = |at: usize, title: usize| {
            if wanted.iter().all(|(other, _)| *other != at) {
                wanted.push((at, title));
            }
        };
        match &model.columns {
            Some(chosen) => {
                fields.for_each(|at| want(at, TITLE));
                chosen.iter().for_each(|at| want(*at, TITLE));
            }
            None => {
                fields.for_each(|at| want(at, TITLE));
                fitting.iter().take(1).for_each(|at| want(*at, TITLE));
                want(query.sort.place(), ROOMY_TITLE);
                for (place, at) in fitting.iter().enumerate().skip(1) {
                    want(*at, if place < FIRST { ROOMY_TITLE } else { LONG_TITLE });
                }
            }
        }
        let order = model.columns.as_ref().unwrap_or(&fitting);
        Self::fit(wanted, order, usize::from(width).saturating_sub(SIGNS))
    }

    /// Takes each wanted column that leaves the title its minimum width, and sorts the columns by `order`.
    fn fit(wanted: Vec<(usize, usize)>, order: &[usize], width: usize) -> Self {
        let mut title = width;
        let mut shown = Vec::new();
        for (at, least) in wanted {
            let (columns, _) = COLUMNS[at].widths;
            if columns > 0 && title >= columns + least {
                title -= columns;
                shown.push((at, columns));
            }
        }
        let rank = |at: usize| {
            order
                .iter()
                .position(|other| *other == at)
                .unwrap_or(order.len() + at)
        };
        shown.sort_by_key(|(at, _)| rank(*at));
        for (at, columns) in &mut shown {
            let more = COLUMNS[*at].widths.1 - *columns;
            let more = more.min(title.saturating_sub(WHOLE_TITLE));
            title -= more;
            *columns += more;
        }
        Self { shown, title }
    }
}
