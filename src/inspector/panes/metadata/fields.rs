//! The rows of the Metadata pane: every field of the stored thread with its value and origin, and below them the
//! content of the accumulated patch.
//!
//! The rows are rebuilt when another thread is selected or the store has changed. They use the same projection as
//! reads, and do not call the store.

use std::borrow::Cow;
use std::sync::Arc;

use named::{NamedFields, put_first};

use crate::contract::{Change, FIELDS};
use crate::inspector::widgets::cursor::ListCursor;
use crate::protocol::ThreadId;
use crate::protocol::json::{Json, quoted};
use crate::rollout::find::shown_name;
use crate::store::ThreadRecord;
use crate::text::beginning;
use crate::workbench::{ImportOrigin, ImportedThread, Journal, Origin, ThreadValue, short};

mod facts;
pub mod named;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetadataRow {
    /// A heading.
    Heading(&'static str),
    /// A sentence.
    Sentence(&'static str),
    /// A field with its value.
    Field(FieldRow),
    /// A fact about the import that is not in the store: its name and its text.
    Fact(&'static str, String),
}

/// A field with its value and the origin of the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRow {
    /// The name of the field. A part of `git_info` has its path.
    pub name: String,
    /// The value as JSON text. A long text is truncated ([`whole`](Self::whole) returns all of it).
    pub value: String,
    /// The part of the value that a row shows. A string has no quotes.
    pub shown: String,
    /// The origin of the value.
    pub origin: Origin,
    /// Where an import took the value from.
    pub import: Option<ValueSource>,
    /// Identifies the value in the thread.
    pub subject: ThreadValue,
    /// Whether the row is part of the accumulated patch and is not returned by reads.
    pub hidden: bool,
}

/// Where an import took a value from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueSource {
    /// The kind of the item and its line, or the file of the home.
    pub short: String,
    /// The line alone.
    pub line: Option<String>,
    /// The file of the item.
    pub file: Option<String>,
}

impl FieldRow {
    /// Returns the whole value as JSON text. `record` is the record of the thread.
    pub fn whole(&self, record: &ThreadRecord) -> Cow<'_, str> {
        let field = match &self.subject {
            ThreadValue::Shown(key) => key,
            ThreadValue::Patch(field) => *field,
        };
        let text = record
            .patch
            .as_deref()
            .and_then(|patch| short::long(patch, field));
        match text {
            Some(text) => Cow::Owned(quoted(text)),
            None => Cow::Borrowed(&self.value),
        }
    }
}

/// The rows and the selection.
#[derive(Clone, Debug, Default)]
pub struct FieldList {
    /// The fields that the shown step of a scenario is about.
    pub named: Option<NamedFields>,
    /// The rows.
    pub rows: Vec<MetadataRow>,
    /// The selected row and the first visible row.
    pub cursor: ListCursor,
    made_from: Option<(Option<ThreadId>, u64, Option<NamedFields>)>,
    is_imported: bool,
}

impl FieldList {
    /// Rebuilds the rows if the thread or the store has changed. `version` identifies the snapshot. `now` is the clock
    /// of the snapshot.
    pub fn refresh(
        &mut self,
        record: Option<&Arc<ThreadRecord>>,
        journal: &Journal,
        now: chrono::DateTime<chrono::Utc>,
        version: u64,
        imported: Option<&ImportedThread>,
    ) {
        let made = Some((record.map(|record| record.id), version, self.named.clone()));
        if self.made_from == made {
            return;
        }
        self.made_from = made;
        let selected = self.selected().map(|row| row.subject.clone());
        self.rows = record
            .map(|record| rows(&short::record(record), journal, now, imported))
            .unwrap_or_default();
        let named = self.named.as_ref();
        if let Some(named) = named.filter(|named| record.is_some_and(|record| record.id == named.thread)) {
            put_first(&mut self.rows, named);
        }
        let has_import = |row: &MetadataRow| matches!(row, MetadataRow::Field(row) if row.import.is_some());
        self.is_imported = self.rows.iter().any(has_import);
        // The cursor stays on its field, even if the row of the field has moved.
        let is_selected = |row: &MetadataRow| matches!(row, MetadataRow::Field(row) if Some(&row.subject) == selected.as_ref());
        let at = self.rows.iter().position(is_selected).unwrap_or(self.cursor.at);
        self.cursor.at = at.min(self.rows.len().saturating_sub(1));
    }

    /// Returns whether an import has set one of the values.
    pub fn is_imported(&self) -> bool {
        self.is_imported
    }

    /// Returns the selected fact: its name and its text.
    pub fn fact(&self) -> Option<(&'static str, &str)> {
        match self.rows.get(self.cursor.at) {
            Some(MetadataRow::Fact(name, text)) => Some((name, text)),
            _ => None,
        }
    }

    /// Returns the selected field.
    pub fn selected(&self) -> Option<&FieldRow> {
        match self.rows.get(self.cursor.at) {
            Some(MetadataRow::Field(row)) => Some(row),
            _ => None,
        }
    }
}

fn rows(
    record: &ThreadRecord,
    journal: &Journal,
    now: chrono::DateTime<chrono::Utc>,
    imported: Option<&ImportedThread>,
) -> Vec<MetadataRow> {
    let origins = journal.origins(record);
    let source = |field: &str, origin: Origin| import_source(record, imported?, field, origin.step()?);
    let mut rows = Vec::new();
    match record.project(now).map(|thread| serde_json::to_string(&thread)) {
        Some(Ok(text)) => {
            for (name, value) in Json::trusted(&text).members() {
                let origin = origins.of_shown(&name);
                rows.push(MetadataRow::Field(FieldRow {
                    origin,
                    import: source(field_of(&name), origin),
                    subject: ThreadValue::Shown(name.to_string()),
                    name: name.into_owned(),
                    value: value.text().to_string(),
                    shown: shown(value),
                    hidden: false,
                }));
            }
        }
        Some(Err(_)) => rows.push(MetadataRow::Sentence(
            "A value of this thread cannot be written as JSON.",
        )),
        None => rows.extend(
            unlisted(record.is_loadable())
                .iter()
                .map(|text| MetadataRow::Sentence(text)),
        ),
    }
    let mut accumulated = Vec::new();
    if let Some(patch) = &record.patch {
        for field in FIELDS.iter() {
            let value = match field.get(patch) {
                Change::Leave => continue,
                Change::Clear => "null".to_string(),
                Change::Set(_) if field.name == "git_info" => continue,
                Change::Set(text) => text,
            };
            let origin = origins.of_patch(field.name).unwrap_or(Origin::Patch(None));
            accumulated.push(MetadataRow::Field(FieldRow {
                import: source(field.name, origin),
                name: field.name.to_string(),
                subject: ThreadValue::Patch(field.name),
                shown: shown(Json::trusted(&value)),
                value,
                origin,
                hidden: field.shown.is_none(),
            }));
        }
    }
    rows.push(MetadataRow::Heading("Accumulated patch"));
    if accumulated.is_empty() {
        rows.push(MetadataRow::Sentence(
            "Empty: no update has set or cleared a field.",
        ));
    }
    rows.extend(accumulated);
    if let Some(imported) = imported {
        rows.push(MetadataRow::Heading("Files and Codex home (not in the store)"));
        rows.extend(
            facts::facts(imported)
                .into_iter()
                .map(|(name, text)| MetadataRow::Fact(name, text)),
        );
    }
    rows
}

/// The metadata field that reads return under this key.
fn field_of(key: &str) -> &str {
    let field = FIELDS
        .iter()
        .find(|field| !field.is_part() && field.shown == Some(key));
    field.map_or(key, |field| field.name)
}

/// Where an import took the value of a field from, given the step that set the value.
fn import_source(
    record: &ThreadRecord,
    imported: &ImportedThread,
    field: &str,
    step: u64,
) -> Option<ValueSource> {
    match imported.origin(field, step)? {
        ImportOrigin::Home(file) => Some(ValueSource {
            short: file.name().to_owned(),
            line: None,
            file: None,
        }),
        ImportOrigin::Item(place) => {
            let item = record.history.as_ref()?.get(place)?;
            let name = item.kind().name;
            let part = imported.sources.part(place.checked_sub(imported.before)?);
            Some(ValueSource {
                short: match item.line() {
                    Some(line) => format!("{name}, line {line}"),
                    None => name.to_owned(),
                },
                line: item.line().map(|line| format!("line {line}")),
                file: part.map(|part| shown_name(&part.file)),
            })
        }
    }
}

fn shown(value: Json<'_>) -> String {
    let text = value.as_str().filter(|text| !text.is_empty());
    beginning(text.as_deref().unwrap_or(value.text())).to_string()
}

/// Returns why a thread has no fields, in lines that fit into a narrow pane.
fn unlisted(loadable: bool) -> &'static [&'static str] {
    match loadable {
        true => &[
            "\u{25cb} Never created.",
            "Its history can be loaded (rule G1),",
            "but no read or list shows it",
            "(rules G2, L2).",
        ],
        false => &[
            "\u{25cc} Never created.",
            "It only received patches. The store",
            "keeps them and applies them when the",
            "thread is created (rules M1, M2).",
        ],
    }
}
