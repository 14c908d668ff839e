//! The wire form of a damaged line: `{"$damaged": {"text": "..."}}`, with `base64` for bytes that are no UTF-8.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Json;

/// The wire form of a damaged line.
pub(super) fn write(line: &[u8]) -> String {
    let (form, value) = match std::str::from_utf8(line) {
        Ok(text) => ("text", serde_json::Value::from(text)),
        Err(_) => ("base64", serde_json::Value::from(STANDARD.encode(line))),
    };
    format!(r#"{{"$damaged":{{"{form}":{value}}}}}"#)
}

/// The bytes of a damaged line in its wire form; none for any other object.
pub(super) fn read(json: Json<'_>) -> Option<Vec<u8>> {
    let inside = only(json, "$damaged")?;
    match only(inside, "text") {
        Some(text) => Some(text.as_str()?.into_owned().into_bytes()),
        None => STANDARD.decode(only(inside, "base64")?.as_str()?.as_bytes()).ok(),
    }
}

/// The value of an object's one member, if it has that name.
fn only<'a>(json: Json<'a>, key: &str) -> Option<Json<'a>> {
    let mut members = json.members();
    let (name, value) = members.next()?;
    (name == key && members.next().is_none()).then_some(value)
}
