//! Parses a value of a scenario: the header, a step, or an invalid step with the position and the reason.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use super::judge::expected_lints;
use super::keys::KeyPlace;
use super::rows::{self, Row};
use super::values::{BrokenValue, LineColumn, StreamValue};
use crate::contract::{CALLS, OPS, Op, Step};
use crate::protocol::json::{Json, JsonError, JsonKind, Scanner, Token, TokenKind, unescape};
use crate::workbench::Request;
use crate::workbench::lints::{self, LINT_KINDS, Lint, nearest};
use crate::workbench::recording::ScenarioTitle;

/// A parsed value of a scenario.
#[derive(Clone, Debug)]
pub enum Parsed {
    /// The header, which only the first value can be.
    Header(ScenarioHeader),
    /// A step.
    Step(Box<Statement>),
    /// An invalid step.
    Invalid(InvalidStep),
}

/// The position of a value, which determines what it can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ValuePlace {
    /// The first value of a scenario, which can be its header.
    First,
    /// A later value.
    Later,
    /// A line of a connection.
    Connection,
}

/// The header of a scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScenarioHeader {
    /// Its name.
    pub scenario: String,
    /// A description.
    pub about: Option<String>,
    /// The time of its first step.
    pub clock: Option<DateTime<Utc>>,
    /// The id of the registered store that it is played on.
    pub store: Option<String>,
    /// Its rows; the scenario is played once for each of them, or once if there are none.
    pub rows: Vec<Row>,
}

impl ScenarioHeader {
    /// The parts of the header that a recording of the scenario keeps.
    pub(in crate::workbench) fn title(&self) -> ScenarioTitle {
        ScenarioTitle {
            scenario: self.scenario.clone(),
            about: self.about.clone().unwrap_or_default(),
            clock: self.clock,
        }
    }
}

/// The call of a step.
#[derive(Clone, Debug)]
pub enum Method {
    /// A method of the contract.
    Call(Request),
    /// Reads the counters, which is not a call.
    Calls,
}

impl Method {
    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Call(request) => request.step.op().name(),
            Self::Calls => CALLS,
        }
    }
}

/// A step of a scenario.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The call, with its parameters.
    pub method: Method,
    /// The expectation, as a JSON object.
    pub expect: Option<String>,
    /// The note.
    pub note: Option<String>,
    /// The time of the call.
    pub at: Option<DateTime<Utc>>,
    /// The id of the registered store to call; by default the store that the scenario is played on.
    pub store: Option<String>,
    /// Whether the lints of the step are used. Those of a connection are only compared with its expectation.
    pub wants_lints: bool,
    /// Warnings about its text.
    pub lints: Vec<Lint>,
}

/// Why a value is not a valid step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InvalidStep {
    /// The method of the step, if it can be read.
    pub method: Option<String>,
    /// The position and the reason, as a sentence.
    pub message: String,
}

/// An error and its byte offset in the value.
pub(super) struct StatementError {
    at: usize,
    message: String,
}

impl StatementError {
    pub fn new(at: usize, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
        }
    }
}

impl Parsed {
    /// Parses a value; only the first value of a scenario can be its header.
    pub fn read(value: &StreamValue, first: bool) -> Parsed {
        let of = match first {
            true => ValuePlace::First,
            false => ValuePlace::Later,
        };
        match &value.text {
            Ok(text) => Self::read_text(text, of, &|at| value.place(text, at)),
            Err(broken) => Parsed::Invalid(unreadable(broken)),
        }
    }

    /// Parses a step of a scenario with rows, with the values of the row at an index.
    pub fn read_in_row(value: &StreamValue, rows: &[Row], row: usize) -> Parsed {
        let Ok(text) = &value.text else {
            return Self::read(value, false);
        };
        match rows::fill(text, rows, row) {
            Ok(filled) => Self::read_text(&filled.text, ValuePlace::Later, &|at| {
                value.place(text, filled.origin(at))
            }),
            Err(fault) => invalid(&|at| value.place(text, at), method_of(text), fault),
        }
    }

    /// Parses a step of a connection, which can have an id: a number or a string. Also returns the id, as JSON.
    /// `place` returns the position of a byte of the value.
    pub(crate) fn read_with_id<'a>(
        value: CheckedJson<'a>,
        place: &dyn Fn(usize) -> LineColumn,
    ) -> (Option<&'a str>, Parsed) {
        let json = value.json;
        let mut id = None;
        let parsed = Self::read_json(value, ValuePlace::Connection, place, &mut id);
        if let Parsed::Invalid(_) = parsed {
            // The id can stand after the fault.
            id = json.get("id").filter(|id| is_id(*id)).map(Json::text);
        }
        (id, parsed)
    }

    /// Parses the text of a value; `place` returns the position of a byte of the text.
    fn read_text(text: &str, of: ValuePlace, place: &dyn Fn(usize) -> LineColumn) -> Parsed {
        match CheckedJson::parse(text) {
            Ok(value) => Self::read_json(value, of, place, &mut None),
            Err(fault) => invalid(place, None, StatementError::new(fault.at, fault.what)),
        }
    }

    /// Parses a value. If it is a step with an id, sets `id` to it, as JSON.
    fn read_json<'a>(
        value: CheckedJson<'a>,
        of: ValuePlace,
        place: &dyn Fn(usize) -> LineColumn,
        id: &mut Option<&'a str>,
    ) -> Parsed {
        let json = value.json;
        let header =
            of == ValuePlace::First && json.kind() == JsonKind::Object && json.get("scenario").is_some();
        let read = value.unrepeated().map_err(StatementError::from).and_then(|json| {
            if header {
                read_header(json).map(Parsed::Header)
            } else {
                read_step(json, of, id).map(Parsed::Step)
            }
        });
        read.unwrap_or_else(|fault| invalid(place, method_in(json), fault))
    }
}

/// The method of a value that is not a valid step.
fn method_in(json: Json<'_>) -> Option<String> {
    json.get("method")?.as_str().map(Cow::into_owned)
}

fn invalid(place: &dyn Fn(usize) -> LineColumn, method: Option<String>, fault: StatementError) -> Parsed {
    let place = place(fault.at);
    let message = format!("{place}: {}", fault.message);
    Parsed::Invalid(InvalidStep { method, message })
}

/// Finds the method in invalid JSON, if it comes before the error.
pub(crate) fn unreadable(broken: &BrokenValue) -> InvalidStep {
    InvalidStep {
        method: method_of(&broken.text),
        message: broken.to_string(),
    }
}

/// The text between the quotes of a key or a string.
fn inside(text: &str, token: Token) -> &str {
    &text[token.start + 1..token.end - 1]
}

fn method_of(text: &str) -> Option<String> {
    let mut scanner = Scanner::new();
    let mut named = false;
    while let Ok(Some(token)) = scanner.next(text.as_bytes(), false) {
        match token.kind {
            TokenKind::End => break,
            TokenKind::Key if scanner.depth() == 1 => named = unescape(inside(text, token)) == "method",
            TokenKind::String if named => return Some(unescape(inside(text, token)).into_owned()),
            _ => named = false,
        }
    }
    None
}

/// A value of a scenario, and the first duplicate key of one of its objects.
pub(crate) struct CheckedJson<'a> {
    /// The value.
    pub json: Json<'a>,
    repeated: Option<Repeated>,
}

/// A duplicate key in an object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key `{key}` is repeated here; keep only one")]
pub(in crate::workbench) struct Repeated {
    /// The byte offset of the repeated key.
    pub at: usize,
    /// The key.
    pub key: String,
}

impl From<Repeated> for StatementError {
    fn from(repeated: Repeated) -> Self {
        Self::new(repeated.at, repeated.to_string())
    }
}

impl<'a> CheckedJson<'a> {
    /// Parses a value and looks for duplicate keys. Items may have duplicate keys, because they are stored unchanged.
    ///
    /// # Errors
    /// If the text is not valid JSON.
    pub fn parse(text: &'a str) -> Result<Self, JsonError> {
        let mut keys = OpenKeys::default();
        let json = Json::parse_tokens(text, |token, depth| keys.meet(text, token, depth))?;
        Ok(Self {
            json,
            repeated: keys.repeated,
        })
    }

    /// # Errors
    /// The first duplicate key, if there is one.
    pub(in crate::workbench) fn unrepeated(self) -> Result<Json<'a>, Repeated> {
        self.repeated.map_or(Ok(self.json), Err)
    }
}

/// The keys of the objects whose end has not been read.
#[derive(Default)]
struct OpenKeys<'a> {
    /// The keys so far and their byte offsets, those of the innermost object last.
    keys: Vec<(Cow<'a, str>, usize)>,
    /// For each open object or list, the index of its first key.
    open: Vec<usize>,
    /// The number of containers outside of the list of items that is being read.
    items: Option<usize>,
    repeated: Option<Repeated>,
}

/// In an object with more keys than this, duplicate keys are found by sorting.
const FEW: usize = 16;

impl<'a> OpenKeys<'a> {
    fn meet(&mut self, text: &'a str, token: Token, depth: usize) {
        if let Some(outside) = self.items {
            self.items = self.items.filter(|_| depth > outside);
            return;
        }
        match token.kind {
            TokenKind::Key => self.keys.push((unescape(inside(text, token)), token.start)),
            TokenKind::ArrayStart if self.are_items() => self.items = Some(self.open.len()),
            TokenKind::ObjectStart | TokenKind::ArrayStart => self.open.push(self.keys.len()),
            TokenKind::ObjectEnd | TokenKind::ArrayEnd => self.close(),
            _ => {}
        }
    }

    fn close(&mut self) {
        let start = self.open.pop().unwrap_or_default();
        let keys = self.keys.get_mut(start..).unwrap_or_default();
        if self.repeated.is_none()
            && let Some((key, at)) = first_repeated(keys)
        {
            let key = key.to_string();
            self.repeated = Some(Repeated { at: *at, key });
        }
        self.keys.truncate(start);
    }

    /// Whether the list that begins here contains items: those of an append, of the history of a resume, or of an
    /// expectation.
    fn are_items(&self) -> bool {
        // The last key of each open container. The keys of a container end where those of the next one begin.
        let last_key = |index: usize| {
            let start = *self.open.get(index)?;
            let end = self.open.get(index + 1).copied().unwrap_or(self.keys.len());
            let (key, _) = self.keys.get(start..end)?.last()?;
            Some(&**key)
        };
        let mut path = (0..self.open.len()).map(|index| last_key(index).unwrap_or_default());
        match (path.next(), path.next_back()) {
            (Some("params"), Some("items" | "history")) => self.open.len() == 2,
            (Some("expect"), Some("items")) => true,
            _ => false,
        }
    }
}

/// The first key that occurs twice. Can change the order of the keys.
fn first_repeated<'k, 'a>(keys: &'k mut [(Cow<'a, str>, usize)]) -> Option<&'k (Cow<'a, str>, usize)> {
    if keys.len() <= FEW {
        let is_repeated = |(index, (key, _)): &(usize, &(Cow<'_, str>, usize))| {
            keys.iter().take(*index).any(|(former, _)| former == key)
        };
        return keys.iter().enumerate().find(is_repeated).map(|(_, key)| key);
    }
    keys.sort_unstable();
    let second = keys.windows(2).filter_map(|pair| match pair {
        [(former, _), second] if *former == second.0 => Some(second),
        _ => None,
    });
    second.min_by_key(|(_, at)| *at)
}

fn read_text(json: Json<'_>, value: Json<'_>, key: &str) -> Result<String, StatementError> {
    value.as_str().map(Cow::into_owned).ok_or_else(|| {
        StatementError::new(
            value.offset_in(json),
            format!("{key} must be a string, but it is {}", value.kind().noun()),
        )
    })
}

fn read_time(json: Json<'_>, value: Json<'_>, key: &str) -> Result<DateTime<Utc>, StatementError> {
    let text = read_text(json, value, key)?;
    DateTime::parse_from_rfc3339(&text)
        .map(|time| time.to_utc())
        .map_err(|error| {
            StatementError::new(
                value.offset_in(json),
                format!("{key} must be a time such as 2026-05-13T00:28:15Z ({error})"),
            )
        })
}

fn read_header(json: Json<'_>) -> Result<ScenarioHeader, StatementError> {
    let mut header = ScenarioHeader::default();
    for (key, value) in json.members() {
        match &*key {
            "scenario" => header.scenario = read_text(json, value, &key)?,
            "about" => header.about = Some(read_text(json, value, &key)?),
            "clock" => header.clock = Some(read_time(json, value, &key)?),
            "store" => header.store = Some(read_text(json, value, &key)?),
            "rows" => header.rows = rows::read(json, value)?,
            other => {
                return Err(unknown(json, value, other, KeyPlace::Header));
            }
        }
    }
    if let (false, Some(store)) = (header.rows.is_empty(), json.get("store"))
        && store.text().contains("${")
    {
        let why =
            "a header cannot contain variables; name the store in each step, such as \"store\":\"${store}\"";
        return Err(StatementError::new(store.offset_in(json), why));
    }
    Ok(header)
}

/// An unknown key.
fn unknown(json: Json<'_>, value: Json<'_>, key: &str, place: KeyPlace) -> StatementError {
    let mut scanner = Scanner::new();
    let (mut at, end) = (0, value.offset_in(json));
    while let Ok(Some(token)) = scanner.next(json.text().as_bytes(), true) {
        match token.kind {
            _ if token.start >= end => break,
            TokenKind::Key => at = token.start,
            _ => {}
        }
    }
    let near = nearest(key, place.names()).map_or_else(
        || format!("it has {}", place.names().collect::<Vec<_>>().join(", ")),
        |near| format!("did you mean {near}?"),
    );
    StatementError::new(at, format!("{} has no key `{key}`; {near}", place.noun()))
}

/// Whether a value can be the id of a step.
fn is_id(value: Json<'_>) -> bool {
    matches!(value.kind(), JsonKind::Number | JsonKind::String)
}

fn read_step<'a>(
    json: Json<'a>,
    of: ValuePlace,
    id: &mut Option<&'a str>,
) -> Result<Box<Statement>, StatementError> {
    if json.kind() != JsonKind::Object {
        return Err(StatementError::new(
            0,
            format!(
                "a step must be an object with a method, but it is {}",
                json.kind().noun()
            ),
        ));
    }
    let (mut name, mut params, mut expect) = (None, None, None);
    let (mut note, mut at, mut store) = (None, None, None);
    for (key, value) in json.members() {
        match &*key {
            "method" => name = Some((read_text(json, value, &key)?, value.offset_in(json))),
            "params" => params = Some(value),
            "expect" => expect = Some(read_expect(json, value)?),
            "note" => note = Some(read_text(json, value, &key)?),
            "at" => at = Some(read_time(json, value, &key)?),
            "store" => store = Some(read_text(json, value, &key)?),
            "id" if of == ValuePlace::Connection => {
                if !is_id(value) {
                    return Err(StatementError::new(
                        value.offset_in(json),
                        format!(
                            "id must be a number or a string, but it is {}",
                            value.kind().noun()
                        ),
                    ));
                }
                *id = Some(value.text());
            }
            other => return Err(unknown(json, value, other, KeyPlace::Step)),
        }
    }
    let Some((name, place)) = name else {
        return Err(StatementError::new(
            0,
            "this step has no method; `threadloupe list ops` lists all methods",
        ));
    };
    let method = if name == CALLS {
        if let Some(params) = params.filter(|params| params.kind() != JsonKind::Object) {
            return Err(StatementError::new(
                params.offset_in(json),
                format!(
                    "params: expected an object of parameters, but got {}",
                    params.kind().noun()
                ),
            ));
        }
        Method::Calls
    } else {
        let Some(op) = Op::named(&name) else {
            let known = OPS.iter().map(|row| row.name).chain([CALLS]);
            let near = nearest(&name, known).map_or_else(
                || "`threadloupe list ops` lists all methods".to_string(),
                |near| format!("did you mean {near}?"),
            );
            return Err(StatementError::new(
                place,
                format!("there is no method `{name}`; {near}"),
            ));
        };
        let read = Step::read(op, params).map_err(|fault| {
            let by = params.map_or(0, |params| params.offset_in(json));
            let fault = fault.inside(by, "params");
            StatementError::new(fault.at, fault.to_string())
        });
        Method::Call(Request::new(read?, params))
    };
    let known = match &method {
        Method::Call(request) => request.step.op().row().params,
        Method::Calls => &[],
    };
    let wants_lints = of != ValuePlace::Connection
        || expect
            .as_deref()
            .is_some_and(|expect| expected_lints(expect).is_some());
    let lints = match wants_lints {
        true => lints::of_text(known, params),
        false => Vec::new(),
    };
    Ok(Box::new(Statement {
        method,
        expect,
        note,
        at,
        store,
        wants_lints,
        lints,
    }))
}

fn read_expect(json: Json<'_>, value: Json<'_>) -> Result<String, StatementError> {
    if value.kind() != JsonKind::Object {
        return Err(StatementError::new(
            value.offset_in(json),
            format!("expect must be an object, but it is {}", value.kind().noun()),
        ));
    }
    for (key, part) in value.members() {
        match &*key {
            "result" | "error" => {}
            "lints" => check_lints(json, part)?,
            "calls" | "moved" if part.kind() == JsonKind::Object => {}
            "calls" | "moved" => {
                return Err(StatementError::new(
                    part.offset_in(json),
                    format!(
                        "{key} must be an object of counters, but it is {}",
                        part.kind().noun()
                    ),
                ));
            }
            other => {
                return Err(unknown(json, part, other, KeyPlace::Expectation));
            }
        }
    }
    Ok(value.text().to_string())
}

/// Checks that the expected lints are a list of known codes.
fn check_lints(json: Json<'_>, value: Json<'_>) -> Result<(), StatementError> {
    let wrong = |part: Json<'_>, message: String| StatementError::new(part.offset_in(json), message);
    if value.kind() != JsonKind::Array {
        let noun = value.kind().noun();
        return Err(wrong(
            value,
            format!("lints must be a list of codes, but it is {noun}"),
        ));
    }
    for element in value.elements() {
        let Some(code) = element.as_str() else {
            let noun = element.kind().noun();
            return Err(wrong(
                element,
                format!("the code of a lint must be a string, but it is {noun}"),
            ));
        };
        let codes = || LINT_KINDS.iter().map(|row| row.code);
        if codes().all(|known| known != code) {
            let near = nearest(&code, codes()).map_or_else(
                || format!("the codes are {}", codes().collect::<Vec<_>>().join(", ")),
                |near| format!("did you mean {near}?"),
            );
            return Err(wrong(element, format!("there is no lint `{code}`; {near}")));
        }
    }
    Ok(())
}
