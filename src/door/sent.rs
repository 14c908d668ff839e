//! The lines that are sent to a store in another program, and its answers.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};

use super::link::RemoteError;
use crate::contract::{Answer, Op, ThreadStoreError, ThreadStoreResult};
use crate::protocol::json::{Json, JsonKind, text_of};
use crate::workbench::query::cut_after;
use crate::workbench::scenario::Returned;

/// The maximum number of characters of an answer in an error message.
const SHOWN: usize = 120;

/// A step as it is sent.
#[derive(Clone, Debug, Serialize)]
pub(super) struct SentStep {
    /// Its number in the connection. If an answer has an id, it must be this one.
    pub id: u64,
    pub method: &'static str,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_json")]
    pub params: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_time")]
    pub at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
}

fn as_json<S: Serializer>(text: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    text.as_deref().map(Json::trusted).serialize(serializer)
}

fn as_time<S: Serializer>(at: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
        .serialize(serializer)
}

impl SentStep {
    /// Its line, with a line feed.
    pub fn line(&self) -> String {
        // An item can have line feeds between its tokens.
        text_of(self).replace(['\n', '\r'], "") + "\n"
    }

    /// Reads the answer to this step.
    ///
    /// # Errors
    /// If the line is not an answer to this step.
    pub fn answer(&self, line: &[u8]) -> Result<SentAnswer, RemoteError> {
        let text = std::str::from_utf8(line).map_err(|_| RemoteError::NotJson {
            what: "it is not UTF-8".to_string(),
            text: shown(&String::from_utf8_lossy(line)),
        })?;
        let json = Json::parse(text).map_err(|fault| RemoteError::NotJson {
            what: fault.to_string(),
            text: shown(text),
        })?;
        if json.kind() != JsonKind::Object {
            return Err(RemoteError::NoAnswer(shown(text)));
        }
        let (mut id, mut method, mut result, mut error) = (None, None, None, None);
        for (key, value) in json.members() {
            match &*key {
                "id" => id = Some(value),
                "method" => method = value.as_str(),
                "result" => result = Some(value),
                "error" => error = Some(value),
                _ => {}
            }
        }
        let is_other = match id {
            Some(id) => id.as_u64() != Some(self.id),
            None => method.is_some_and(|method| method != self.method),
        };
        if is_other {
            return Err(RemoteError::Order(shown(text)));
        }
        match (result, error) {
            (Some(result), None) => Ok(SentAnswer::Result(result.text().to_string())),
            (None, Some(error)) => Ok(SentAnswer::Error(error.text().to_string())),
            _ => Err(RemoteError::NoAnswer(shown(text))),
        }
    }
}

/// The answer of another store: its result or its error, as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SentAnswer {
    Result(String),
    Error(String),
}

impl SentAnswer {
    /// Converts it to the answer that a store in this program would return.
    pub fn read(&self, op: Op) -> ThreadStoreResult<Answer> {
        let internal = |message: String| ThreadStoreError::Internal { message };
        match self {
            Self::Result(text) => Answer::read(op, Json::trusted(text))
                .map_err(|error| internal(format!("no answer to {}: {error}", op.name()))),
            Self::Error(text) => {
                let part = |key| Json::trusted(text).get(key).and_then(Json::as_str);
                let error = part("code")
                    .zip(part("message"))
                    .and_then(|(code, message)| ThreadStoreError::from_wire(&code, &message));
                Err(error.unwrap_or_else(|| internal(shown(text))))
            }
        }
    }

    /// The answer as a JSON object with the only key `result` or `error`.
    pub fn text(&self) -> String {
        match self {
            Self::Result(text) => format!("{{\"result\":{text}}}"),
            Self::Error(text) => format!("{{\"error\":{text}}}"),
        }
    }
}

impl From<SentAnswer> for Returned {
    fn from(answer: SentAnswer) -> Self {
        match answer {
            SentAnswer::Result(text) => Self::SentResult(text),
            SentAnswer::Error(text) => Self::SentError(text),
        }
    }
}

/// The beginning of a text.
pub(super) fn shown(text: &str) -> String {
    cut_after(text, SHOWN)
}
