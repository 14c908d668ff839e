//! The outcome of a step, and its JSON form: one object per line, with keys in a fixed order.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::expect::Mismatch;
use crate::contract::{Answer, ThreadStoreResult};
use crate::protocol::json::quoted;
use crate::store::InMemoryThreadStoreCalls;
use crate::workbench::composed::OneLine;
use crate::workbench::lints::Lint;

/// The result of a step. In JSON, the member `result` or `error`.
#[derive(Clone, Debug, Serialize)]
pub enum Returned {
    /// The answer of a call.
    #[serde(rename = "result")]
    Answer(Answer),
    /// The counters.
    #[serde(rename = "result")]
    Calls(InMemoryThreadStoreCalls),
    /// An error: its stable code and its message.
    #[serde(rename = "error", serialize_with = "error")]
    Error(&'static str, String),
    /// The result of a store in another program, as the JSON that it sent.
    #[serde(rename = "result", serialize_with = "one_line")]
    SentResult(String),
    /// The error of a store in another program, as the JSON that it sent.
    #[serde(rename = "error", serialize_with = "one_line")]
    SentError(String),
    /// A store in another program gave no answer that can be used; the reason. A scenario ends there.
    #[serde(rename = "error", serialize_with = "no_answer")]
    NoAnswer(String),
}

impl From<ThreadStoreResult<Answer>> for Returned {
    fn from(result: ThreadStoreResult<Answer>) -> Self {
        match result {
            Ok(answer) => Self::Answer(answer),
            Err(error) => Self::Error(error.code(), error.to_string()),
        }
    }
}

/// The path of a failure for a lint that is denied.
pub(super) const DENIED_LINT: &str = "lint";

/// The outcome of a step.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The number of the row that was played, starting at 1; `None` if the scenario has no rows.
    pub row: Option<usize>,
    /// The number of the step, starting at 1.
    pub step: u64,
    /// The method of the step, if it could be read.
    pub method: Option<String>,
    /// Its note, which is not part of the JSON answer.
    pub note: Option<String>,
    /// The result.
    pub returned: Returned,
    /// Whether it was a valid step.
    pub valid: bool,
    /// Warnings.
    pub lints: Vec<Lint>,
    /// The codes of the lints that the expectation names.
    pub expected_lints: BTreeSet<String>,
    /// The mismatches; `None` if there was no expectation, or it could not be judged at all.
    pub expect: Option<Vec<Mismatch>>,
    /// The paths of expectations that could not be judged, because the store does not expose the values.
    pub not_judged: Vec<String>,
}

impl Outcome {
    /// Whether the step was valid and its expectation did not fail.
    pub fn is_good(&self) -> bool {
        self.valid && self.expect.as_ref().is_none_or(Vec::is_empty)
    }

    /// Turns each lint that is not expected into a failed expectation.
    pub fn deny_lints(&mut self) {
        let unexpected = |lint: &&Lint| !self.expected_lints.contains(lint.code);
        let mut denied = self.lints.iter().filter(unexpected).peekable();
        if denied.peek().is_none() {
            return;
        }
        self.expect.get_or_insert_default().extend(denied.map(|lint| {
            let got = quoted(&format!("{}: {}", lint.code, lint.sentence));
            Mismatch::new(DENIED_LINT, "null", Some(got))
        }));
    }

    /// Writes the answer as one line. `file` is written first, if the output has answers of several files.
    pub fn write(&self, out: &mut impl Write, file: Option<&str>) -> io::Result<()> {
        self.write_for(out, None, file)
    }

    /// Writes the answer to a step of a connection as one line. The id of the step, as JSON, is written first.
    pub fn write_with_id(&self, out: &mut impl Write, id: Option<&str>) -> io::Result<()> {
        self.write_for(out, id, None)
    }

    fn write_for(&self, out: &mut impl Write, id: Option<&str>, file: Option<&str>) -> io::Result<()> {
        let judged = match &self.expect {
            Some(mismatches) if mismatches.is_empty() => Some("met"),
            Some(_) => Some("failed"),
            None if self.not_judged.is_empty() => None,
            None => Some("not_judged"),
        };
        let line = OutcomeJson {
            id: id.map(OneLine),
            file,
            row: self.row,
            step: self.step,
            method: self.method.as_deref(),
            returned: &self.returned,
            expect: judged,
            failures: self.expect.as_deref().unwrap_or_default(),
            not_judged: &self.not_judged,
        };
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")
    }
}

/// An answer in the order of its members.
#[derive(Serialize)]
struct OutcomeJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<OneLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<usize>,
    step: u64,
    method: Option<&'a str>,
    #[serde(flatten)]
    returned: &'a Returned,
    #[serde(skip_serializing_if = "Option::is_none")]
    expect: Option<&'static str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    failures: &'a [Mismatch],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    not_judged: &'a [String],
}

fn no_answer<S: Serializer>(reason: &str, serializer: S) -> Result<S::Ok, S::Error> {
    error("no_answer", reason, serializer)
}

fn error<S: Serializer>(code: &str, message: &str, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct ErrorJson<'a> {
        code: &'a str,
        message: &'a str,
    }
    ErrorJson { code, message }.serialize(serializer)
}

/// Serializes a member as a JSON text on one line.
pub(super) fn one_line<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    OneLine(text).serialize(serializer)
}

/// The same for an optional member, which the caller skips if it is `None`.
pub(super) fn one_line_if_any<S: Serializer>(
    text: &Option<String>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    text.as_deref().map(OneLine).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pins the exact bytes, so that a change of the serializer is noticed.
    #[test]
    fn an_answer_is_written_in_these_bytes() {
        let mismatch = |got: Option<&str>, message: Option<&str>| Mismatch {
            message: message.map(str::to_string),
            ..Mismatch::new("result.\"a\"", "{\"n\" :\r\n 1e2}", got.map(str::to_string))
        };
        let outcome = Outcome {
            row: None,
            step: 7,
            method: Some("read_thread".to_string()),
            note: Some("no part of it".to_string()),
            returned: Returned::Error("conflict", "a \"b\"\n\u{1}é/".to_string()),
            valid: true,
            lints: Vec::new(),
            expected_lints: BTreeSet::new(),
            expect: None,
            not_judged: Vec::new(),
        };
        let begin =
            r#""step":7,"method":"read_thread","error":{"code":"conflict","message":"a \"b\"\n\u0001é/"}"#;
        for (expect, not_judged, end) in [
            (None, vec![], String::new()),
            (Some(vec![]), vec![], r#","expect":"met""#.to_string()),
            (
                Some(vec![]),
                vec!["moved"],
                r#","expect":"met","not_judged":["moved"]"#.to_string(),
            ),
            (
                None,
                vec!["result"],
                r#","expect":"not_judged","not_judged":["result"]"#.to_string(),
            ),
            (
                Some(vec![
                    mismatch(None, None),
                    mismatch(Some("[1,\n2]"), Some("m")),
                    mismatch(None, Some("m")),
                ]),
                vec!["calls"],
                [
                    r#","expect":"failed","failures":["#,
                    r#"{"path":"result.\"a\"","want":{"n" : 1e2}},"#,
                    r#"{"path":"result.\"a\"","want":{"n" : 1e2},"got":[1,2],"message":"m"},"#,
                    r#"{"path":"result.\"a\"","want":{"n" : 1e2},"message":"m"}"#,
                    r#"],"not_judged":["calls"]"#,
                ]
                .concat(),
            ),
        ] {
            let outcome = Outcome {
                expect,
                not_judged: not_judged.into_iter().map(str::to_string).collect(),
                ..outcome.clone()
            };
            for (file, before) in [(None, ""), (Some("a\"b"), r#""file":"a\"b","#)] {
                let mut written = Vec::new();
                outcome.write(&mut written, file).unwrap();
                assert_eq!(
                    String::from_utf8(written).unwrap(),
                    format!("{{{before}{begin}{end}}}\n")
                );
            }
        }
        let invalid = Outcome {
            row: Some(2),
            method: None,
            returned: Returned::Answer(Answer::Nothing(())),
            ..outcome
        };
        let mut written = Vec::new();
        invalid.write(&mut written, None).unwrap();
        assert_eq!(
            written,
            b"{\"row\":2,\"step\":7,\"method\":null,\"result\":null}\n"
        );
    }
}
