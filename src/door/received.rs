//! Parses the lines that a client sends: steps, and a first line that names the client. Parsing needs no store, so it can
//! run ahead of the calls, on another thread.

use super::lines::TooLong;
use crate::protocol::json::{Json, JsonKind};
use crate::workbench::scenario::{
    BrokenValue, CheckedJson, InvalidStep, LineColumn, Parsed, Statement, unreadable,
};

/// The error for a byte that is not part of a UTF-8 character.
const NO_TEXT: &str = "this byte is not UTF-8";
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A parsed line.
pub(super) struct ReceivedLine {
    /// The id of the step, as JSON.
    pub id: Option<String>,
    /// What the line says.
    pub content: LineContent,
}

/// What a line says.
pub(super) enum LineContent {
    /// The first line of a client, with its name if it gave one.
    Hello(Option<String>),
    /// A step.
    Step(Box<Statement>),
    /// Not a valid step.
    Invalid(InvalidStep),
}

impl ReceivedLine {
    fn without_id(content: LineContent) -> Self {
        Self { id: None, content }
    }
}

/// Parses the lines of one client, in order, and counts them.
#[derive(Debug, Default)]
pub(super) struct LineReader {
    /// The number of the last line.
    line: usize,
    /// Whether anything but blank lines has been received.
    begun: bool,
}

impl LineReader {
    /// Whether anything but blank lines has been received.
    pub fn has_begun(&self) -> bool {
        self.begun
    }

    /// Whether this is the first nonblank line and it is not a JSON object. If the line is incomplete, whether it can
    /// no longer become a JSON object.
    pub fn is_foreign(&self, line: &[u8], is_whole: bool) -> bool {
        if self.begun {
            return false;
        }
        let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
        match line.iter().find(|byte| !is_blank(**byte)) {
            Some(b'{') => is_whole && !text_of(line).is_ok_and(|text| Json::parse(text).is_ok()),
            Some(_) => true,
            None => false,
        }
    }

    /// Parses the next line; `None` for a blank one.
    pub fn read(&mut self, line: &[u8]) -> Option<ReceivedLine> {
        self.line += 1;
        let mut start = LineColumn {
            line: self.line,
            column: 1,
        };
        let line = match self.line {
            1 => line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line),
            _ => line,
        };
        let blanks = line.iter().take_while(|byte| is_blank(**byte)).count();
        start.column += blanks;
        let line = line.get(blanks..).unwrap_or_default();
        if line.is_empty() {
            return None;
        }
        let is_first = !std::mem::replace(&mut self.begun, true);
        let value = match text_of(line)
            .and_then(|text| CheckedJson::parse(text).map_err(|fault| (&text[..fault.at], fault.what)))
        {
            Ok(value) => value,
            Err((good, what)) => {
                return Some(ReceivedLine::without_id(LineContent::Invalid(broken(
                    start, good, what,
                ))));
            }
        };
        let json = value.json;
        let place = |at| start.advanced(json.text().as_bytes().get(..at).unwrap_or_default());
        if is_first && let Some(hello) = json.get("hello") {
            return Some(ReceivedLine::without_id(match client_name(json, hello) {
                Ok(name) => LineContent::Hello(name),
                Err((at, why)) => LineContent::Invalid(no_step(format!("{}: {why}", place(at)))),
            }));
        }
        let (id, parsed) = Parsed::read_with_id(value, &place);
        let content = match parsed {
            Parsed::Step(statement) => LineContent::Step(statement),
            Parsed::Invalid(invalid) => LineContent::Invalid(invalid),
            Parsed::Header(_) => return None,
        };
        let id = id.map(str::to_owned);
        Some(ReceivedLine { id, content })
    }

    /// The next line, which is too long.
    pub fn too_long(&mut self, max: usize) -> ReceivedLine {
        self.line += 1;
        let message = format!("line {}: {}; the connection is closed", self.line, TooLong(max));
        ReceivedLine::without_id(LineContent::Invalid(no_step(message)))
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

/// The line as text or, if it is not UTF-8, the text before the first invalid byte and an error message.
fn text_of(line: &[u8]) -> Result<&str, (&str, &'static str)> {
    std::str::from_utf8(line).map_err(|error| {
        let good = line.get(..error.valid_up_to()).unwrap_or_default();
        (std::str::from_utf8(good).unwrap_or_default(), NO_TEXT)
    })
}

/// The error for a line that is not JSON; `good` is the text before the error.
fn broken(start: LineColumn, good: &str, what: &str) -> InvalidStep {
    unreadable(&BrokenValue {
        place: start.advanced(good.as_bytes()),
        what: what.to_string(),
        text: good.to_string(),
    })
}

/// The error for a line that is not a step.
fn no_step(message: String) -> InvalidStep {
    InvalidStep {
        method: None,
        message,
    }
}

/// The name in the first line of a client, or the byte offset and the reason if the line is invalid.
fn client_name(json: Json<'_>, hello: Json<'_>) -> Result<Option<String>, (usize, &'static str)> {
    if let Some((_, other)) = json.members().find(|(key, _)| key != "hello") {
        return Err((
            other.offset_in(json),
            "a line with hello must not have other keys",
        ));
    }
    if hello.kind() != JsonKind::Object {
        return Err((
            hello.offset_in(json),
            "hello must be an object, such as {\"client\":\"name\"}",
        ));
    }
    if let Some((_, other)) = hello.members().find(|(key, _)| key != "client") {
        return Err((other.offset_in(json), "hello can only have the key `client`"));
    }
    match hello.get("client") {
        None => Ok(None),
        Some(client) => match client.as_str() {
            Some(name) => Ok(Some(name.into_owned())),
            None => Err((client.offset_in(json), "client must be a string")),
        },
    }
}
