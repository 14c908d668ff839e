//! The JSON form of a damaged line: `{"$damaged": {"text": "..."}}`, with `base64` for bytes that are not UTF-8.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use serde::Serialize;

use super::Json;
use crate::protocol::json::text_of;

#[derive(Serialize)]
struct Damaged<'a> {
    #[serde(rename = "$damaged")]
    line: DamagedText<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum DamagedText<'a> {
    Text(&'a str),
    Base64(String),
}

/// The JSON form of a damaged line.
pub(super) fn write(line: &[u8]) -> String {
    let line = match std::str::from_utf8(line) {
        Ok(text) => DamagedText::Text(text),
        Err(_) => DamagedText::Base64(STANDARD.encode(line)),
    };
    text_of(&Damaged { line })
}

/// The bytes of a damaged line in its JSON form; `None` for any other object.
pub(super) fn read(json: Json<'_>) -> Option<Vec<u8>> {
    let inside = only(json, "$damaged")?;
    match only(inside, "text") {
        Some(text) => Some(text.as_str()?.into_owned().into_bytes()),
        None => STANDARD.decode(only(inside, "base64")?.as_str()?.as_bytes()).ok(),
    }
}

/// The value of an object's only member, if it has this name.
fn only<'a>(json: Json<'a>, key: &str) -> Option<Json<'a>> {
    let mut members = json.members();
    let (name, value) = members.next()?;
    (name == key && members.next().is_none()).then_some(value)
}
