//! The fields that the shown step of a scenario is about, repeated above all fields.

use super::{FieldRow, MetadataRow, shown};
use crate::protocol::ThreadId;
use crate::protocol::json::{Json, JsonKind};
use crate::workbench::ThreadValue;

/// The most members of a value that have rows of their own.
const PARTS: usize = 5;

/// The fields that a step is about, which are shown above the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFields {
    /// The step. The fields that it set or cleared are shown too.
    pub step: u64,
    /// The thread.
    pub thread: ThreadId,
    /// Their names, the most important first. There may be other names among them.
    pub fields: Vec<String>,
    /// The number of names, from the first, that the note of the step mentions.
    pub noted: usize,
}

/// Repeats the fields that a step is about above all fields: first those that it set or cleared, then the others.
pub fn put_first(rows: &mut Vec<MetadataRow>, named: &NamedFields) {
    let fields = || {
        rows.iter().filter_map(|row| match row {
            MetadataRow::Field(field) => Some(field),
            _ => None,
        })
    };
    let is_moved = |field: &&FieldRow| field.origin.step() == Some(named.step);
    let is_shown = |field: &&FieldRow| field.hidden || matches!(field.subject, ThreadValue::Shown(_));
    let is_listed = rows.iter().any(|row| matches!(row, MetadataRow::Field(field) if !field.hidden && matches!(field.subject, ThreadValue::Shown(_))));
    let moved = fields().filter(|field| is_moved(field) && (is_shown(field) || !is_listed));
    let other =
        fields().filter(|field| !is_moved(field) && is_shown(field) && named.fields.contains(&field.name));
    let mut chosen: Vec<FieldRow> = moved.chain(other).cloned().collect();
    if chosen.is_empty() {
        return;
    }
    // Fields that the step changed are first, and among these those in the note. A field that takes several rows is
    // after the others.
    chosen.sort_by_key(|field| {
        let rank = named.fields.iter().position(|name| *name == field.name);
        let rank = rank.unwrap_or(usize::MAX);
        let is_large = field.value.starts_with('{');
        (!is_moved(&field), rank >= named.noted, is_large, rank)
    });
    let mut first = vec![MetadataRow::Heading("This step")];
    for field in chosen {
        let parts = parts(&field);
        first.push(MetadataRow::Field(field));
        first.extend(parts.into_iter().map(MetadataRow::Field));
    }
    first.push(MetadataRow::Heading("All fields"));
    rows.splice(0..0, first);
}

/// The values inside the value of a field, which is an object, as rows.
fn parts(field: &FieldRow) -> Vec<FieldRow> {
    let mut rows = Vec::new();
    let mut add = |name: &str, value: Json<'_>| {
        rows.push(FieldRow {
            name: format!("  .{name}"),
            shown: shown(value),
            ..field.clone()
        });
    };
    let mut objects = vec![Json::trusted(&field.value)];
    while let Some(object) = objects.pop() {
        for (name, value) in object.members().take(PARTS) {
            match value.kind() {
                JsonKind::Object => objects.push(value),
                _ => add(&name, value),
            }
        }
    }
    rows.truncate(PARTS);
    rows
}
