//! The form for a field value with parts, such as the flags of a policy or the numbers of tokens. Each part is one
//! line, prefilled with its current value.

use std::borrow::Cow;

use super::{Form, FormRow, FormSubject};
use crate::contract::FIELDS;
use crate::inspector::widgets::line::TextInput;
use crate::protocol::json::{Json, JsonKind, quoted};
use crate::workbench::composed::Composed;

/// A part of a value as JSON, with the path to it.
type FormPart<'a> = (String, Json<'a>);

impl Form {
    /// Returns the form of a value for a row of the patch form, or `None` if the value has no parts.
    pub fn parts(field: usize, value: &str) -> Option<Self> {
        let parts = parts(Json::trusted(value));
        if parts.iter().all(|(name, _)| name.is_empty()) {
            return None;
        }
        let way = way(&parts);
        let rows = parts.into_iter().map(|(name, part)| {
            let text = part.as_str().map(Cow::into_owned);
            let (about, choices) = match part.kind() {
                JsonKind::String => ("text; an empty line omits the key", &[][..]),
                JsonKind::Bool => (
                    "true or false (Space switches); an empty line omits the key",
                    &["false", "true"][..],
                ),
                _ => (
                    "JSON; an unquoted word is a string, an empty line omits the key",
                    &[][..],
                ),
            };
            FormRow {
                about: format!("{name}: {about}"),
                name: name[way.len()..].to_string(),
                default: Some("omitted"),
                example: "",
                is_text: text.is_some(),
                line: TextInput::selected(text.unwrap_or_else(|| part.text().to_string())),
                choices: choices.iter().map(ToString::to_string).collect(),
            }
        });
        let rows = rows.collect();
        let (value, way) = (value.to_string(), way.trim_end_matches('.').to_string());
        Some(Self::new(FormSubject::Parts { field, value, way }, rows))
    }
}

/// Returns whether a value from the list is complete: it has no parts, or only words that name its type.
pub fn is_whole(value: &str) -> bool {
    let parts = parts(Json::trusted(value));
    let is_word = |part: &Json<'_>| part.as_str().is_some_and(|text| !text.is_empty());
    parts.iter().all(|(name, part)| name.is_empty() || is_word(part))
}

/// Returns the path prefix that all parts share, such as `granular.`.
fn way(parts: &[FormPart<'_>]) -> String {
    let mut names = parts.iter().map(|(name, _)| name.as_str());
    let first = names.next().unwrap_or_default();
    let in_common = names.fold(first.len(), |most, name| {
        let same = first.bytes().zip(name.bytes()).take_while(|(a, b)| a == b);
        same.count().min(most)
    });
    let stops = first.match_indices('.').map(|(at, _)| at + 1);
    let end = stops.filter(|end| *end <= in_common).max().unwrap_or(0);
    first[..end].to_string()
}

/// Returns the parts of a value: the values in its objects, and in its lists of objects. The tag that names the type of
/// an object is not a part.
fn parts(value: Json<'_>) -> Vec<FormPart<'_>> {
    let mut found = Vec::new();
    gather(value, String::new(), &mut found);
    found
}

fn gather<'a>(value: Json<'a>, name: String, found: &mut Vec<FormPart<'a>>) {
    let (mut members, mut elements) = (value.members().peekable(), value.elements().peekable());
    if members.peek().is_some() {
        for (key, member) in members.filter(|(key, _)| key != TAG) {
            let dot = if name.is_empty() { "" } else { "." };
            gather(member, format!("{name}{dot}{key}"), found);
        }
    } else if elements
        .peek()
        .is_some_and(|first| first.members().next().is_some())
    {
        for (index, element) in elements.enumerate() {
            gather(element, format!("{name}[{index}]"), found);
        }
    } else {
        found.push((name, value));
    }
}

/// The key that names the type of an object.
const TAG: &str = "type";

/// Returns the value with its parts replaced by the entered parts, in order. Parts without text are omitted; the result
/// is `None` if the whole value is a single part that is omitted.
#[expect(
    clippy::expect_used,
    reason = "a form has one line for each part of its value"
)]
fn fill<'a>(value: Json<'a>, written: &mut dyn Iterator<Item = Option<&'a str>>) -> Option<Composed<'a>> {
    let (mut members, mut elements) = (value.members().peekable(), value.elements().peekable());
    if members.peek().is_some() {
        let members = members.filter_map(|(key, member)| {
            let text = match &*key {
                TAG => Composed::Text(member),
                _ => fill(member, written)?,
            };
            Some((key, text))
        });
        Some(Composed::Object(members.collect()))
    } else if elements
        .peek()
        .is_some_and(|first| first.members().next().is_some())
    {
        let elements = elements.filter_map(|element| fill(element, written));
        Some(Composed::List(elements.collect()))
    } else {
        let part = written.next().expect("each part has a line");
        part.map(|text| Composed::Text(Json::trusted(text)))
    }
}

/// Returns the entered value. The error is a sentence with the number of the affected line.
pub fn value(field: usize, value: &str, rows: &[FormRow]) -> Result<String, (usize, String)> {
    let (field, json) = (&FIELDS[field], Json::trusted(value));
    let mut written = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        written.push(part(row).map_err(|why| (index, format!("{}: {why}.", row.name)))?);
    }
    let filled = |written: &[Option<&str>]| {
        let filled = fill(json, &mut written.iter().copied());
        filled.map_or_else(String::new, |value| value.text())
    };
    let written: Vec<Option<&str>> = written.iter().map(Option::as_deref).collect();
    let whole = filled(&written);
    let Err(reason) = field.check(&whole) else {
        return Ok(whole);
    };
    // To find the line with the error, each line is tried in the original value.
    let before: Vec<Option<&str>> = parts(json).iter().map(|(_, part)| Some(part.text())).collect();
    let mut faults = written
        .iter()
        .zip(rows)
        .enumerate()
        .filter_map(|(index, (text, row))| {
            let mut alone = before.clone();
            alone[index] = *text;
            let reason = field.check(&filled(&alone)).err()?;
            Some((index, format!("{}: {reason}.", row.name)))
        });
    Err(faults.next().unwrap_or((0, format!("{}: {reason}.", field.name))))
}

/// Returns the entered part as JSON. If the part is not a string, text that is not JSON and does not look like JSON
/// becomes a string.
fn part(row: &FormRow) -> Result<Option<String>, String> {
    let written = row.line.text().trim();
    match Json::parse(written) {
        _ if row.is_text && !row.line.text().is_empty() => Ok(Some(quoted(row.line.text()))),
        _ if written.is_empty() => Ok(None),
        Ok(json) => Ok(Some(json.text().to_string())),
        Err(_) if !written.starts_with(['"', '{', '[']) => Ok(Some(quoted(written))),
        Err(fault) => Err(format!("invalid JSON at column {}, {fault}", fault.at + 1)),
    }
}
