//! The table of fields: what each field of a query holds. To add a field, add a row.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use imbl::HashSet;
use uuid::Uuid;

use super::facts;
use super::title;
use crate::protocol::{SessionSource, ThreadId};
use crate::rollout::sources::ThreadSources;
use crate::store::ThreadRecord;

/// Passes the texts of a field to a function until it returns true. Returns whether it did.
pub(super) type EachText = fn(&ThreadRecord, &mut dyn FnMut(&str) -> bool) -> bool;

/// A field of the query language.
#[derive(Clone, Copy, Debug)]
pub struct QueryField {
    /// The name before the colon.
    pub name: &'static str,
    /// A sentence that describes it.
    pub about: &'static str,
    pub(super) holds: FieldValue,
    /// Whether words without a field are looked for in it.
    pub(super) in_words: bool,
    /// Whether its tests read all items of a thread.
    pub(super) reads_items: bool,
}

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum FieldValue {
    Text(EachText),
    Time(fn(&ThreadRecord) -> Option<DateTime<Utc>>),
    Number(fn(&ThreadRecord) -> Option<u64>),
    Flags(&'static [QueryFlag]),
}

/// A property that `is:` or `has:` asks for.
#[derive(Clone, Copy, Debug)]
pub struct QueryFlag {
    /// The word after the colon.
    pub name: &'static str,
    /// A sentence that describes it.
    pub about: &'static str,
    pub(super) test: FlagTest,
}

impl QueryFlag {
    /// Returns whether the property can be tested on the threads of a store. If it cannot, a query for the property is
    /// an error that gives the reason; the exception is `marked`, which the inspector can test.
    pub fn is_known(&self) -> bool {
        !matches!(self.test, FlagTest::Marked)
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) enum FlagTest {
    Record(fn(&ThreadRecord) -> bool),
    /// The same kind of test, but it reads the items of the thread.
    Items(fn(&ThreadRecord) -> bool),
    Children,
    /// Only an import knows the property.
    Imported(ImportedFlag),
    /// Only the screen knows the property.
    Marked,
}

impl QueryField {
    /// The properties that the field asks for; empty for all fields except `is` and `has`.
    pub fn flags(&self) -> &'static [QueryFlag] {
        match self.holds {
            FieldValue::Flags(flags) => flags,
            _ => &[],
        }
    }
}

const fn text(name: &'static str, each: EachText, about: &'static str) -> QueryField {
    QueryField {
        name,
        about,
        holds: FieldValue::Text(each),
        in_words: false,
        reads_items: false,
    }
}

const fn words_too(field: QueryField) -> QueryField {
    QueryField {
        in_words: true,
        ..field
    }
}

const fn of_items(field: QueryField) -> QueryField {
    QueryField {
        reads_items: true,
        ..field
    }
}

const fn other(name: &'static str, holds: FieldValue, about: &'static str) -> QueryField {
    QueryField {
        name,
        about,
        holds,
        in_words: false,
        reads_items: false,
    }
}

const fn flag(name: &'static str, test: FlagTest, about: &'static str) -> QueryFlag {
    QueryFlag { name, about, test }
}

/// A property that only imports know, not the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ImportedFlag {
    Archived,
    Reverted,
}

/// The threads with properties that only imports know, not the store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportedFlags {
    archived: HashSet<ThreadId>,
    reverted: HashSet<ThreadId>,
    /// The threads with remarks about their files.
    remarked: HashSet<ThreadId>,
}

impl ImportedFlags {
    /// What an import has found about a thread.
    pub fn of(threads: &[ThreadSources]) -> Arc<Self> {
        let mut flags = Self::default();
        threads.iter().for_each(|thread| flags.note(thread));
        Arc::new(flags)
    }

    /// Records what an import has found about a thread.
    pub fn note(&mut self, sources: &ThreadSources) {
        let put = |set: &mut HashSet<ThreadId>, holds: bool| match holds {
            true => drop(set.insert(sources.thread_id)),
            false => drop(set.remove(&sources.thread_id)),
        };
        put(&mut self.archived, sources.archived);
        put(&mut self.reverted, !sources.superseded.is_empty());
        put(&mut self.remarked, sources.remarks().next().is_some());
    }

    /// Whether there are remarks about the files of a thread.
    pub fn is_remarked(&self, id: ThreadId) -> bool {
        self.remarked.contains(&id)
    }

    /// Whether the current rollout of a thread is archived.
    pub fn is_archived(&self, record: &ThreadRecord) -> bool {
        self.has(ImportedFlag::Archived, record)
    }

    pub(super) fn has(&self, flag: ImportedFlag, record: &ThreadRecord) -> bool {
        match flag {
            ImportedFlag::Archived => self.archived.contains(&record.id) || facts::is_archived(record),
            ImportedFlag::Reverted => self.reverted.contains(&record.id),
        }
    }
}

/// The fields of the query language.
#[rustfmt::skip]
pub static QUERY_FIELDS: &[QueryField] = &[
    words_too(text("id", id, "The thread's id.")),
    words_too(text("cwd", |record, meet| path(facts::patch(record).and_then(|patch| patch.cwd.as_deref()), meet), "The working directory.")),
    words_too(text("branch", |record, meet| one(facts::branch(record), meet), "The checked-out Git branch.")),
    words_too(text("model", |record, meet| one(facts::patch(record).and_then(|patch| patch.model.as_deref()), meet), "The most recently used model.")),
    words_too(text("provider", |record, meet| one(facts::patch(record).and_then(|patch| patch.model_provider.as_deref()), meet), "The provider of the model.")),
    words_too(text("source", source, "What started the thread, such as `cli` or `subagent_review`.")),
    words_too(text("nickname", |record, meet| one(facts::patch(record).and_then(|patch| patch.agent_nickname.as_ref()?.as_deref()), meet), "The nickname of a sub-agent.")),
    words_too(text("role", |record, meet| one(facts::patch(record).and_then(|patch| patch.agent_role.as_ref()?.as_deref()), meet), "The role of a sub-agent.")),
    words_too(text("version", |record, meet| one(facts::patch(record).and_then(|patch| patch.cli_version.as_deref()), meet), "The version of the program that wrote the thread.")),
    words_too(text("path", paths, "The paths of its rollout files.")),
    text("name", |record, meet| one(record.name(), meet), "The thread name set by the user."),
    text("effort", |record, meet| one(facts::patch(record).and_then(|patch| Some(patch.reasoning_effort?.as_str())), meet), "The most recently used reasoning effort."),
    text("sandbox", |record, meet| shown(facts::patch(record).and_then(|patch| patch.sandbox_policy.as_ref()), meet), "The sandbox, such as `read-only`."),
    text("approval", |record, meet| shown(facts::patch(record).and_then(|patch| patch.approval_mode.as_ref()), meet), "The approval policy, such as `on-request`."),
    of_items(text("text", contents, "All string values in the thread's items, and its damaged lines.")),
    other("updated", FieldValue::Time(facts::updated_at), "The time of the last event."),
    other("created", FieldValue::Time(facts::created_at), "The creation time."),
    other("items", FieldValue::Number(|record| Some(facts::items(record))), "The number of items in the history."),
    of_items(other("tokens", FieldValue::Number(facts::tokens), "The last token total in the history.")),
    other("is", FieldValue::Flags(&[
        flag("archived", FlagTest::Imported(ImportedFlag::Archived), "Its rollout is in a folder `archived_sessions`, or its Codex home records it as archived."),
        flag("fork", FlagTest::Record(|record| facts::forked_from(record).is_some()), "It was forked from another thread."),
        flag("subagent", FlagTest::Record(facts::is_subagent), "It is the thread of a sub-agent."),
        flag("unlisted", FlagTest::Record(|record| !record.is_listed()), "It was never created, so no list of the store returns it."),
        flag("damaged", FlagTest::Items(facts::is_damaged), "Its history contains a damaged line."),
        flag("reverted", FlagTest::Imported(ImportedFlag::Reverted), "It was reverted: its files have items that are not in its history. Only imported threads match."),
        flag("failed", FlagTest::Items(facts::has_failure), "An item of its history records a failure, such as an exit code other than 0, an error or an aborted turn."),
        flag("marked", FlagTest::Marked, "It is marked on the screen."),
    ]), "A property of the thread."),
    other("has", FieldValue::Flags(&[
        flag("name", FlagTest::Record(|record| record.name().is_some()), "A user gave it a name."),
        flag("git", FlagTest::Record(facts::has_git), "Its Git repository is known."),
        flag("children", FlagTest::Children, "Other threads of the store were forked from it or spawned by it."),
    ]), "Something that the thread has, such as a name."),
];

/// Passes the texts in which words without a field are looked for, except a title from the history. If `is_spaced` is
/// true, a word contains a space, so titles and previews are also passed with all lines joined into one; a word without
/// spaces never needs the joined line.
pub(super) fn words(record: &ThreadRecord, is_spaced: bool, pass: &mut dyn FnMut(&str)) {
    for title in [facts::preview(record), title::name(record)]
        .into_iter()
        .flatten()
    {
        lines(title, is_spaced, pass);
    }
    for field in QUERY_FIELDS.iter().filter(|field| field.in_words) {
        if let FieldValue::Text(each) = field.holds {
            each(record, &mut |text| {
                pass(text);
                false
            });
        }
    }
}

/// Passes a text and, if `is_spaced`, also the text on one line if that differs.
pub(super) fn lines(text: &str, is_spaced: bool, pass: &mut dyn FnMut(&str)) {
    pass(text);
    if is_spaced && let Cow::Owned(line) = title::one_line(text) {
        pass(&line);
    }
}

fn one(text: Option<&str>, meet: &mut dyn FnMut(&str) -> bool) -> bool {
    text.is_some_and(meet)
}

fn path(path: Option<&Path>, meet: &mut dyn FnMut(&str) -> bool) -> bool {
    path.is_some_and(|path| meet(&path.to_string_lossy()))
}

fn shown(value: Option<&impl ToString>, meet: &mut dyn FnMut(&str) -> bool) -> bool {
    value.is_some_and(|value| meet(&value.to_string()))
}

fn id(record: &ThreadRecord, meet: &mut dyn FnMut(&str) -> bool) -> bool {
    let mut buffer = Uuid::encode_buffer();
    meet(record.id.uuid().hyphenated().encode_lower(&mut buffer))
}

fn source(record: &ThreadRecord, meet: &mut dyn FnMut(&str) -> bool) -> bool {
    // The common sources have constant names, so no string is allocated.
    match facts::source(record) {
        Some(SessionSource::Cli) => meet("cli"),
        Some(SessionSource::VSCode) => meet("vscode"),
        Some(SessionSource::Exec) => meet("exec"),
        Some(SessionSource::Mcp) => meet("mcp"),
        Some(SessionSource::Custom(name)) => meet(name),
        source => shown(source, meet),
    }
}

fn paths(record: &ThreadRecord, meet: &mut dyn FnMut(&str) -> bool) -> bool {
    let patched = facts::patch(record).and_then(|patch| patch.rollout_path.as_deref());
    let mut all = record.rollout_paths().chain(patched);
    all.any(|file| path(Some(file), meet))
}

/// Passes each string value of each item, with escapes decoded, and each damaged line.
fn contents(record: &ThreadRecord, meet: &mut dyn FnMut(&str) -> bool) -> bool {
    let mut items = record.history.iter().flat_map(|history| history.iter());
    items.any(|item| item.any_text(meet))
}
