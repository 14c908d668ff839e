//! Wrong merging of a patch, field by field: each visible row of the FIELDS table has its own wrong stores.

use serde_json::{Value, json};
use threadloupe::contract::{Change, FIELDS, Field, FieldEditor, States, ThreadMetadataPatch};

use super::wrong::{Row, merges, parts};

pub fn rows() -> Vec<Row> {
    let fields = FIELDS
        .iter()
        .filter(|field| field.edit != FieldEditor::Parts && field.shown.is_some());
    fields.flat_map(of_field).collect()
}

/// The rule about a field.
fn rule(field: &Field) -> &'static str {
    match field.name {
        "name" => "M3",
        "thread_source" | "agent_nickname" | "agent_role" | "agent_path" => "M5",
        "source" => "M9",
        _ if field.is_part() => "M7",
        _ => "M6",
    }
}

/// The value of a field in the text of a patch, if it is there.
fn said<'a>(text: &'a Value, field: &Field) -> Option<&'a Value> {
    let mut value = text;
    for key in field.name.split('.') {
        value = value.get(key)?;
    }
    Some(value)
}

fn put(field: &Field, patch: &mut ThreadMetadataPatch, change: &Change) {
    field.put(patch, change).unwrap();
}

/// A patch is merged correctly, then `instead` changes one field. It gets the accumulated change before, the change of
/// the patch, and the value in its text.
fn field_is(
    field: &'static Field,
    wrong: String,
    instead: impl Fn(&Change, &Change, Option<&Value>) -> Option<Change> + Send + Sync + 'static,
) -> Row {
    merges(rule(field), wrong, move |all, next, text| {
        let before = field.get(all);
        all.merge(next);
        if let Some(change) = instead(&before, &field.get(next), said(text, field)) {
            put(field, all, &change);
        }
    })
}

/// The text that a change sets, if it sets a text.
fn text_of(change: &Change) -> Option<String> {
    match change {
        Change::Set(text) => serde_json::from_str(text).ok(),
        Change::Leave | Change::Clear => None,
    }
}

fn of_field(field: &'static Field) -> Vec<Row> {
    let name = field.name;
    let mut rows = vec![
        field_is(field, format!("{name} is not patched"), |_, _, _| {
            Some(Change::Leave)
        }),
        field_is(field, format!("{name} is patched only once"), |before, _, _| {
            (*before != Change::Leave).then(|| before.clone())
        }),
        field_is(
            field,
            format!("a patch without {name} clears it"),
            |_, next, _| (*next == Change::Leave).then_some(Change::Leave),
        ),
    ];
    if field.states == States::Three {
        rows.push(field_is(
            field,
            format!("null leaves {name} alone"),
            |before, next, _| (*next == Change::Clear).then(|| before.clone()),
        ));
        if field.name == "thread_source" {
            // Only a patch can set the other fields.
            rows.push(field_is(
                field,
                format!("null removes {name} from the accumulated patch"),
                |_, next, _| (*next == Change::Clear).then_some(Change::Leave),
            ));
        }
    } else {
        rows.push(field_is(field, format!("null clears {name}"), |_, _, text| {
            text.is_some_and(Value::is_null).then_some(Change::Leave)
        }));
    }
    if !matches!(field.edit, FieldEditor::Text | FieldEditor::Path) {
        return rows;
    }
    let empty = || Change::Set("\"\"".to_string());
    if !matches!(name, "preview" | "cwd") {
        // These two are empty if they are missing.
        rows.push(field_is(
            field,
            format!("an empty {name} clears it"),
            |_, next, _| (text_of(next)?.is_empty()).then_some(Change::Leave),
        ));
    }
    rows.push(field_is(
        field,
        format!("an empty {name} is ignored"),
        |before, next, _| (text_of(next)?.is_empty()).then(|| before.clone()),
    ));
    if field.states == States::Three {
        rows.push(field_is(
            field,
            format!("null sets {name} to the empty string"),
            move |_, next, _| (*next == Change::Clear).then(empty),
        ));
    }
    let mut tidied = |what: &str, tidy: fn(&str) -> String| {
        let rule = if field.name == "name" { "M3" } else { "M10" };
        let mut row = field_is(field, format!("{name} is {what}"), move |_, next, _| {
            Some(Change::Set(json!(tidy(&text_of(next)?)).to_string()))
        });
        row.rule = rule;
        rows.push(row);
    };
    tidied("trimmed", |text| text.trim().to_string());
    tidied("trimmed at its end", |text| text.trim_end().to_string());
    tidied("written in lower case", str::to_lowercase);
    tidied("cut to its first line", |text| {
        text.split('\n').next().unwrap_or_default().to_string()
    });
    if field.edit == FieldEditor::Path {
        tidied("tidied", |path| parts(path).display().to_string());
        tidied("worked out", |path| path.replace("/a/../", "/"));
    }
    rows
}
