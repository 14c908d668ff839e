//! The form for a field value with parts, such as the flags of a policy or the numbers of tokens. Each part is one
//! line, prefilled with its current value.

use super::{Form, FormRow, FormSubject, quote};
use crate::contract::FIELDS;
use crate::inspector::widgets::line::TextInput;
use crate::protocol::json::Json;

/// A part of a value as JSON, with the path to it.
type FormPart<'a> = (String, Json<'a>);

impl Form {
    /// Returns the form of a value for a row of the patch form, or `None` if the value has no parts.
    pub fn parts(field: usize, value: &str) -> Option<Self> {
        let parts = parts(Json::parse(value).ok()?);
        if parts.iter().all(|(name, _)| name.is_empty()) {
            return None;
        }
        let way = way(&parts);
        let rows = parts.into_iter().map(|(name, part)| FormRow {
            about: format!("{name}: JSON; an unquoted word is a string, and an empty line omits the key"),
            name: name.get(way.len()..).unwrap_or_default().to_string(),
            default: Some("omitted"),
            line: TextInput::new(part.text()),
        });
        let rows = rows.collect();
        let (value, way) = (value.to_string(), way.trim_end_matches('.').to_string());
        Some(Self::new(FormSubject::Parts { field, value, way }, rows))
    }
}

/// Returns whether a value from the list is complete: it has no parts, or only words that name its type.
pub fn is_whole(value: &str) -> bool {
    let parts = Json::parse(value).map(parts).unwrap_or_default();
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
    first.get(..end).unwrap_or_default().to_string()
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

/// Returns the value with its parts replaced by the entered parts, in order. A part without a text is omitted.
fn fill(value: Json<'_>, written: &mut dyn Iterator<Item = Option<String>>) -> Option<String> {
    let (mut members, mut elements) = (value.members().peekable(), value.elements().peekable());
    if members.peek().is_some() {
        let members = members.filter_map(|(key, member)| {
            let text = match &*key {
                TAG => member.text().to_string(),
                _ => fill(member, written)?,
            };
            Some(format!("{}:{text}", quote(&key)))
        });
        Some(format!("{{{}}}", members.collect::<Vec<_>>().join(",")))
    } else if elements
        .peek()
        .is_some_and(|first| first.members().next().is_some())
    {
        let elements = elements.filter_map(|element| fill(element, written));
        Some(format!("[{}]", elements.collect::<Vec<_>>().join(",")))
    } else {
        written.next()?
    }
}

/// Returns the entered value. The error is a sentence with the number of the affected line.
pub fn value(field: usize, value: &str, rows: &[FormRow]) -> Result<String, (usize, String)> {
    let (Some(field), Ok(json)) = (FIELDS.get(field), Json::parse(value)) else {
        return Ok(value.to_string());
    };
    let mut written = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        written.push(part(row.line.text().trim()).map_err(|why| (index, format!("{}: {why}.", row.name)))?);
    }
    let filled = |written: Vec<Option<String>>| fill(json, &mut written.into_iter()).unwrap_or_default();
    let whole = filled(written.clone());
    let Err(reason) = field.check(&whole) else {
        return Ok(whole);
    };
    // The line with the error is the one that makes the original value invalid.
    let before: Vec<Option<String>> = parts(json)
        .into_iter()
        .map(|(_, part)| Some(part.text().to_string()))
        .collect();
    let faults = written.iter().enumerate().filter_map(|(index, text)| {
        let mut alone = before.clone();
        text.clone_into(alone.get_mut(index)?);
        let reason = field.check(&filled(alone)).err()?;
        Some((index, format!("{}: {reason}.", rows.get(index)?.name)))
    });
    let mut faults = faults;
    Err(faults.next().unwrap_or((0, format!("{}: {reason}.", field.name))))
}

/// Returns the entered part as JSON. Text that neither is JSON nor looks like JSON becomes a string.
fn part(written: &str) -> Result<Option<String>, String> {
    match Json::parse(written) {
        _ if written.is_empty() => Ok(None),
        Ok(json) => Ok(Some(json.text().to_string())),
        Err(_) if !written.starts_with(['"', '{', '[']) => Ok(Some(quote(written))),
        Err(fault) => Err(format!("invalid JSON at column {}, {fault}", fault.at + 1)),
    }
}
