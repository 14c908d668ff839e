//! Reads parts of a payload leniently, and shortens them to one line. A value of an unexpected type produces a
//! different text or none, but never an error.

use std::borrow::Cow;

use crate::protocol::json::{Json, JsonKind};
use crate::protocol::{USER_MESSAGE_BEGIN, user_request};
use crate::workbench::item_image::ItemImage;

/// The maximum length of a summary, in characters.
const LIMIT: usize = 200;

/// The number of bytes of a long text that are read.
const HEAD: usize = 4096;

/// The nesting depth up to which values are read.
const DEPTH: usize = 6;

/// The keys under which objects have their text.
const TEXTS: [&str; 6] = ["text", "message", "content", "output", "summary", "summary_text"];

/// Joins pieces on one line, skipping missing and empty ones.
pub(super) fn line<const N: usize>(pieces: [Option<String>; N]) -> String {
    let pieces: Vec<String> = pieces
        .into_iter()
        .flatten()
        .filter(|piece| !piece.is_empty())
        .collect();
    flat(&pieces.join(" · "))
}

/// A text on one line. Each run of white space becomes one space. The result is cut at [`LIMIT`] characters.
pub(super) fn flat(text: &str) -> String {
    let mut out = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        let gap = usize::from(count > 0);
        let length = word.chars().take(LIMIT + 1).count();
        if count + gap + length > LIMIT {
            if gap > 0 {
                out.push(' ');
            }
            out.extend(word.chars().take(LIMIT.saturating_sub(count + gap + 1)));
            out.push('…');
            return out;
        }
        if gap > 0 {
            out.push(' ');
        }
        out.push_str(word);
        count += gap + length;
    }
    out
}

/// The first line of a text that is not blank, cut like [`flat`]. An ellipsis stands for the lines after it.
pub(super) fn first_line(text: &str) -> String {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let mut line = flat(lines.next().unwrap_or_default());
    if lines.next().is_some() && !line.ends_with('…') {
        line.push_str(" …");
    }
    line
}

/// The start of a string. Long strings are not read to their end.
pub(super) fn head(value: Json<'_>) -> Option<Cow<'_, str>> {
    value.head(HEAD)
}

/// A member, unless it is null.
pub(super) fn member<'a>(object: Json<'a>, key: &str) -> Option<Json<'a>> {
    object.get(key).filter(|value| !value.is_null())
}

/// A member in a few words; see [`word`].
pub(super) fn field(object: Json<'_>, key: &str) -> Option<String> {
    member(object, key).and_then(word)
}

/// The first of several members that is present, in a few words.
pub(super) fn any_field(object: Json<'_>, keys: &[&str]) -> Option<String> {
    keys.iter()
        .find_map(|key| field(object, key).filter(|word| !word.is_empty()))
}

/// A member, preceded by a name.
pub(super) fn named(label: &str, object: Json<'_>, key: &str) -> Option<String> {
    field(object, key)
        .filter(|word| !word.is_empty())
        .map(|word| format!("{label} {word}"))
}

/// A short form of a value: a text, a number, or the elements of a list. For an object, its most descriptive string
/// member, such as its `type`, or else the name of its first member. `None` for null.
pub(super) fn word(value: Json<'_>) -> Option<String> {
    word_within(value, DEPTH)
}

fn word_within(value: Json<'_>, depth: usize) -> Option<String> {
    match value.kind() {
        JsonKind::Null => None,
        JsonKind::String => head(value).map(|text| flat(&text)),
        JsonKind::Number | JsonKind::Bool => Some(value.text().to_owned()),
        JsonKind::Array => {
            let depth = depth.checked_sub(1)?;
            let words = value
                .elements()
                .take(20)
                .filter_map(|element| word_within(element, depth));
            Some(flat(&words.collect::<Vec<_>>().join(" ")))
        }
        JsonKind::Object => ["type", "mode", "kind", "id", "step", "name", "text"]
            .into_iter()
            .find_map(|key| member(value, key)?.as_str().map(|text| flat(&text)))
            .or_else(|| value.members().next().map(|(key, _)| flat(&key))),
    }
}

/// The readable text of a member; see [`text`].
pub(super) fn text_field(object: Json<'_>, key: &str) -> Option<String> {
    member(object, key).map(text).filter(|text| !text.is_empty())
}

/// The readable text of a value of any type: the first line of a string, the texts of a list's elements, or an object's
/// text, image or encrypted content. Does not read values that are nested deeper than [`DEPTH`].
pub(super) fn text(value: Json<'_>) -> String {
    text_within(value, DEPTH)
}

fn text_within(value: Json<'_>, depth: usize) -> String {
    match (value.kind(), depth.checked_sub(1)) {
        (JsonKind::String, _) => head(value)
            .map(|text| stub_or_line(value, &text))
            .unwrap_or_default(),
        (JsonKind::Number | JsonKind::Bool, _) => value.text().to_owned(),
        (JsonKind::Null, _) | (_, None) => String::new(),
        (JsonKind::Array, Some(depth)) => {
            let parts = value
                .elements()
                .map(|part| text_within(part, depth))
                .filter(|part| !part.is_empty());
            flat(&parts.take(20).collect::<Vec<_>>().join(" "))
        }
        (JsonKind::Object, Some(depth)) => {
            if let Some(image) = member(value, "image_url") {
                return picture(image);
            }
            if let Some(secret) = member(value, "encrypted_content") {
                return encrypted(secret);
            }
            TEXTS
                .into_iter()
                .filter_map(|key| member(value, key).map(|inner| text_within(inner, depth)))
                .find(|text| !text.is_empty())
                .unwrap_or_default()
        }
    }
}

fn stub_or_line(value: Json<'_>, text: &str) -> String {
    if text.starts_with('#') && value.text().contains(USER_MESSAGE_BEGIN) {
        return value
            .as_str()
            .map(|whole| first_line(user_request(&whole)))
            .unwrap_or_default();
    }
    if text.starts_with("data:") && text.contains(";base64,") {
        picture(value)
    } else {
        first_line(text)
    }
}

/// A placeholder for an image: its type, dimensions and size if it is embedded, otherwise its URL.
pub(super) fn picture(value: Json<'_>) -> String {
    match ItemImage::of(None, value) {
        None => "«image»".to_owned(),
        Some(ItemImage::Address(address)) => format!("«image {}»", flat(&address)),
        Some(ItemImage::Embedded(image)) => {
            let dimensions = image.dimensions();
            let dimensions =
                dimensions.map_or(String::new(), |(width, height)| format!(" {width}\u{d7}{height}"));
            format!("«{}{dimensions} {}»", flat(&image.media), size(image.bytes()))
        }
    }
}

/// A placeholder for encrypted text.
pub(super) fn encrypted(value: Json<'_>) -> String {
    format!("encrypted, {}", size(value.text().len().saturating_sub(2)))
}

/// A placeholder for long data that is not readable, such as an image; `None` if it is empty.
pub(super) fn amount(object: Json<'_>, key: &str) -> Option<String> {
    let length = member(object, key)?.text().len().saturating_sub(2);
    (length > 0).then(|| size(length))
}

/// A formatted size in bytes: `512 B`, `5.3 KB`, `12 KB`, `1.2 MB`.
pub(super) fn size(bytes: usize) -> String {
    let mut tenths = bytes.saturating_mul(10);
    for unit in ["B", "KB", "MB"] {
        if tenths < 10_000 {
            return match (tenths / 10, tenths % 10) {
                (whole, 0) => format!("{whole} {unit}"),
                (whole, tenth) if whole < 10 => format!("{whole}.{tenth} {unit}"),
                (whole, _) => format!("{whole} {unit}"),
            };
        }
        tenths /= 1000;
    }
    format!("{}.{} GB", tenths / 10, tenths % 10)
}

/// A member that is a number, with thousands separators.
pub(super) fn count(object: Json<'_>, key: &str) -> Option<String> {
    member(object, key)?.as_i64().map(grouped)
}

/// The number of elements of a list or object, followed by a word; `None` if it is empty.
pub(super) fn how_many(object: Json<'_>, key: &str, one: &str, many: &str) -> Option<String> {
    let value = member(object, key)?;
    let number = value.elements().count() + value.members().count();
    match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{number} {many}")),
    }
}

/// A number with thousands separators: `1,234,567`.
pub(super) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::new();
    if number < 0 {
        out.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A tool and its first informative argument. The arguments are an object, or a string that contains one.
pub(super) fn call(name: Option<String>, arguments: Option<Json<'_>>) -> String {
    let name = name.unwrap_or_else(|| "?".to_owned());
    let first = arguments.map(first_argument).unwrap_or_default();
    flat(&format!("{name} {first}"))
}

fn first_argument(arguments: Json<'_>) -> String {
    let text = arguments.as_str().unwrap_or_default();
    let inner = Json::parse(&text)
        .ok()
        .filter(|inner| inner.kind() == JsonKind::Object);
    match (inner, arguments.kind()) {
        (Some(object), _) => first_value(object),
        (None, JsonKind::Object) => first_value(arguments),
        _ => word(arguments).unwrap_or_default(),
    }
}

fn first_value(object: Json<'_>) -> String {
    object
        .members()
        .filter_map(|(_, value)| word(value))
        .find(|word| !word.is_empty())
        .unwrap_or_default()
}

/// The result of a tool: its exit code, if it has one, and the first line of its output. The output is text, a list
/// of parts, or text that contains `{"output", "metadata"}`.
pub(super) fn outcome(output: Json<'_>) -> String {
    let Some(whole) = output.as_str() else {
        return text(output);
    };
    if let Ok(inner) = Json::parse(&whole)
        && let Some(text) = member(inner, "output")
    {
        let code = member(inner, "metadata").and_then(|metadata| exit(metadata, "exit_code"));
        return line([code, Some(self::text(text))]);
    }
    let code = whole.lines().take(6).find_map(|line| {
        let code = line
            .strip_prefix("Exit code: ")
            .or_else(|| line.strip_prefix("Process exited with code "));
        code.map(|code| format!("exit {code}"))
    });
    let body = match whole.split_once("Output:\n") {
        Some((_, body)) if code.is_some() => body,
        _ => &whole,
    };
    line([code, Some(first_line(body))])
}

/// A member that is an exit code, as `exit 0`.
pub(super) fn exit(object: Json<'_>, key: &str) -> Option<String> {
    named("exit", object, key)
}

/// A `{secs, nanos}` member as `1.5 s` or `230 ms`.
pub(super) fn duration(object: Json<'_>, key: &str) -> Option<String> {
    let value = member(object, key)?;
    let nanos = member(value, "nanos").and_then(Json::as_i64).unwrap_or_default();
    let millis = member(value, "secs")?
        .as_i64()?
        .checked_mul(1000)?
        .checked_add(nanos / 1_000_000)?;
    Some(span(millis))
}

/// A member in milliseconds as `1.5 s` or `230 ms`.
pub(super) fn millis(object: Json<'_>, key: &str) -> Option<String> {
    member(object, key)?.as_i64().map(span)
}

fn span(millis: i64) -> String {
    if millis.abs() < 1000 {
        format!("{millis} ms")
    } else {
        format!("{}.{} s", grouped(millis / 1000), (millis.abs() / 100) % 10)
    }
}
