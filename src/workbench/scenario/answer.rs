//! What a step came to, and how that is written: one JSON object a line, keys in a fixed order.

use std::io::{self, Write};

use super::expect::Mismatch;
use crate::contract::Answer;
use crate::store::InMemoryThreadStoreCalls;
use crate::workbench::lints::Lint;

/// What a step returned.
#[derive(Clone, Debug)]
pub enum Returned {
    /// A call's answer.
    Answer(Answer),
    /// The counters.
    Calls(InMemoryThreadStoreCalls),
    /// An error: its stable code and its text.
    Error(&'static str, String),
}

/// What a step came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The number of the step, from 1.
    pub step: u64,
    /// The method that it named, if that could be read.
    pub method: Option<String>,
    /// What somebody noted beside it; no part of the answer.
    pub note: Option<String>,
    /// What it returned.
    pub returned: Returned,
    /// Whether it was a step at all.
    pub valid: bool,
    /// What a person should hear about it.
    pub lints: Vec<Lint>,
    /// Where it was not as expected; `None` if nothing was expected, or nothing of that could be judged.
    pub expect: Option<Vec<Mismatch>>,
    /// The paths of what was expected but could not be judged, because nobody knows it of this store.
    pub not_judged: Vec<String>,
}

impl Outcome {
    /// Whether it was a step and as expected.
    pub fn is_good(&self) -> bool {
        self.valid && self.expect.as_ref().is_none_or(Vec::is_empty)
    }

    /// Writes the answer as one line; `file` comes first where answers of several files go to one place.
    pub fn write(&self, out: &mut impl Write, file: Option<&str>) -> io::Result<()> {
        out.write_all(b"{")?;
        if let Some(file) = file {
            key(out, "file")?;
            json(out, file)?;
            out.write_all(b",")?;
        }
        write!(out, "\"step\":{},\"method\":", self.step)?;
        json(out, &self.method)?;
        out.write_all(b",")?;
        write_returned(out, &self.returned)?;
        if let Some(mismatches) = &self.expect {
            if mismatches.is_empty() {
                out.write_all(b",\"expect\":\"met\"")?;
            } else {
                out.write_all(b",\"expect\":\"failed\",\"failures\":")?;
                write_failures(out, mismatches)?;
            }
        } else if !self.not_judged.is_empty() {
            out.write_all(b",\"expect\":\"not_judged\"")?;
        }
        if !self.not_judged.is_empty() {
            out.write_all(b",\"not_judged\":")?;
            json(out, &self.not_judged)?;
        }
        out.write_all(b"}\n")
    }
}

/// Writes `"result":...` or `"error":{...}`.
pub(crate) fn write_returned(out: &mut impl Write, returned: &Returned) -> io::Result<()> {
    match returned {
        Returned::Answer(answer) => {
            key(out, "result")?;
            json(out, answer)
        }
        Returned::Calls(calls) => {
            key(out, "result")?;
            json(out, calls)
        }
        Returned::Error(code, message) => {
            out.write_all(b"\"error\":{\"code\":")?;
            json(out, code)?;
            out.write_all(b",\"message\":")?;
            json(out, message)?;
            out.write_all(b"}")
        }
    }
}

/// Writes where a step was not as expected, as a list.
pub(crate) fn write_failures(out: &mut impl Write, failures: &[Mismatch]) -> io::Result<()> {
    out.write_all(b"[")?;
    for (index, mismatch) in failures.iter().enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        write_mismatch(out, mismatch)?;
    }
    out.write_all(b"]")
}

fn write_mismatch(out: &mut impl Write, mismatch: &Mismatch) -> io::Result<()> {
    out.write_all(b"{\"path\":")?;
    json(out, &mismatch.path)?;
    write!(out, ",\"want\":{}", one_line(&mismatch.want))?;
    if let Some(got) = &mismatch.got {
        write!(out, ",\"got\":{}", one_line(got))?;
    }
    if let Some(message) = &mismatch.message {
        out.write_all(b",\"message\":")?;
        json(out, message)?;
    }
    out.write_all(b"}")
}

/// A JSON text on one line: line breaks can only stand between its tokens.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], "")
}

fn key(out: &mut impl Write, key: &str) -> io::Result<()> {
    write!(out, "\"{key}\":")
}

fn json<T: serde::Serialize + ?Sized>(out: &mut impl Write, value: &T) -> io::Result<()> {
    serde_json::to_writer(out, value).map_err(io::Error::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes that are written, whatever they are written with.
    #[test]
    fn an_answer_is_written_in_these_bytes() {
        let mismatch = |got: Option<&str>, message: Option<&str>| Mismatch {
            path: "result.\"a\"".to_string(),
            want: "{\"n\" :\r\n 1e2}".to_string(),
            got: got.map(str::to_string),
            message: message.map(str::to_string),
        };
        let outcome = Outcome {
            step: 7,
            method: Some("read_thread".to_string()),
            note: Some("no part of it".to_string()),
            returned: Returned::Error("conflict", "a \"b\"\n\u{1}é/".to_string()),
            valid: true,
            lints: Vec::new(),
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
            method: None,
            returned: Returned::Answer(Answer::Nothing(())),
            ..outcome
        };
        let mut written = Vec::new();
        invalid.write(&mut written, None).unwrap();
        assert_eq!(written, b"{\"step\":7,\"method\":null,\"result\":null}\n");
    }
}
