//! A scenario whose steps can be played in any order. The text of each step and its position are stored in memory. A
//! step is parsed only when it is requested, so that loading a large scenario is fast and uses little more memory
//! than the size of the file.

use std::collections::HashMap;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::Arc;

use super::rows;
use super::statement::{InvalidStep, Parsed, ScenarioHeader, Statement};
use super::values::{BrokenValue, LineColumn, StreamValue, Values};
use crate::rollout::format::FileFormat;

/// A scenario in memory. Cloning is cheap.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// The path of its file, as the user specified it.
    pub name: String,
    /// Its header; the default if it has none.
    pub header: ScenarioHeader,
    /// The index of the row whose values its steps use, if the header has rows.
    row: usize,
    body: Arc<ScriptBody>,
}

/// The text of a scenario.
#[derive(Debug, Default)]
struct ScriptBody {
    /// The text of its header, if its first value is one.
    head: Option<String>,
    /// The concatenated texts of its steps.
    text: String,
    /// For each step, the end of its text in `text`, and its position in the file.
    steps: Vec<(usize, LineColumn)>,
    /// The errors of the steps that are not valid JSON, by step index.
    broken: HashMap<usize, BrokenValue>,
}

/// Receives the number of bytes of the steps that were read. If it returns `Break`, reading is cancelled.
pub type ScriptProgressFn<'a> = &'a mut dyn FnMut(usize) -> ControlFlow<()>;

impl Script {
    /// Reads a scenario to its end. `name` is the path of its file, and `bytes` is its approximate size. Returns
    /// `None` if `tell` cancelled it.
    ///
    /// # Errors
    /// If it cannot be read, or is a file of another format, such as a rollout.
    pub fn read(
        name: &str,
        input: impl Read,
        bytes: usize,
        tell: ScriptProgressFn<'_>,
    ) -> io::Result<Option<Self>> {
        let mut values = Values::new(input);
        let mut header = ScenarioHeader::default();
        let mut body = ScriptBody {
            text: String::with_capacity(bytes),
            ..ScriptBody::default()
        };
        let mut next = values.first_value(FileFormat::Scenario)?;
        if let Some(value) = &next
            && let Parsed::Header(found) = Parsed::read(value, true)
        {
            header = found;
            body.head = value.text.clone().ok();
            next = values.next_value()?;
        }
        while let Some(value) = next {
            match value.text {
                Ok(text) => body.text.push_str(&text),
                Err(broken) => {
                    body.broken.insert(body.steps.len(), broken);
                }
            }
            body.steps.push((body.text.len(), value.start));
            if body.steps.len().is_multiple_of(256) && tell(body.text.len()).is_break() {
                return Ok(None);
            }
            next = values.next_value()?;
        }
        body.text.shrink_to_fit();
        Ok(Some(Self {
            name: name.to_string(),
            header,
            row: 0,
            body: Arc::new(body),
        }))
    }

    /// The number of steps, including invalid steps.
    pub fn len(&self) -> usize {
        self.body.steps.len()
    }

    /// Whether it has no steps.
    pub fn is_empty(&self) -> bool {
        self.body.steps.is_empty()
    }

    /// The text of its header, if it has one.
    pub fn header_text(&self) -> Option<&str> {
        self.body.head.as_deref()
    }

    /// The number of its row, starting at 1; `None` if the scenario has no rows.
    pub fn row(&self) -> Option<usize> {
        (!self.header.rows.is_empty()).then_some(self.row + 1)
    }

    /// The same scenario with the values of the next row; `None` if there is none.
    pub fn next_row(&self) -> Option<Self> {
        let row = self.row + 1;
        (row < self.header.rows.len()).then(|| Self { row, ..self.clone() })
    }

    /// The step at an index, starting at 0, or the error if it is invalid. `None` if there is no such step.
    pub fn step(&self, place: usize) -> Option<Result<Box<Statement>, InvalidStep>> {
        let value = self.value(place)?;
        let parsed = match &*self.header.rows {
            // A broken first value may be a header. Its error message says so.
            [] => Parsed::read(&value, place == 0 && self.body.head.is_none()),
            rows => Parsed::read_in_row(&value, rows, self.row),
        };
        match parsed {
            Parsed::Step(statement) => Some(Ok(statement)),
            Parsed::Invalid(invalid) => Some(Err(invalid)),
            Parsed::Header(_) => None,
        }
    }

    /// The text of a step, with the values of the row. `None` if there is no such step or it is not valid JSON.
    pub fn step_text(&self, place: usize) -> Option<String> {
        let text = self.value(place)?.text.ok()?;
        match &*self.header.rows {
            [] => Some(text),
            rows => rows::fill(&text, rows, self.row).ok().map(|filled| filled.text),
        }
    }

    fn value(&self, place: usize) -> Option<StreamValue> {
        let (end, start) = *self.body.steps.get(place)?;
        let begin = match place.checked_sub(1) {
            Some(before) => self.body.steps.get(before)?.0,
            None => 0,
        };
        let text = match self.body.broken.get(&place) {
            Some(broken) => Err(broken.clone()),
            None => Ok(self.body.text.get(begin..end)?.to_string()),
        };
        Some(StreamValue { start, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::scenario::Scenario;

    fn script(text: &[u8]) -> Script {
        let mut on = |_| ControlFlow::Continue(());
        Script::read("x", text, text.len(), &mut on).unwrap().unwrap()
    }

    /// The header and the steps that a stream returns, as a run plays them.
    fn streamed(text: &[u8]) -> (ScenarioHeader, Vec<String>) {
        let mut scenario = Scenario::open(text).unwrap();
        let mut steps = Vec::new();
        while let Some(step) = scenario.next_step().unwrap() {
            steps.push(match step {
                Parsed::Step(statement) => format!("{statement:?}"),
                Parsed::Invalid(invalid) => format!("{invalid:?}"),
                Parsed::Header(header) => panic!("{header:?}"),
            });
        }
        (scenario.header, steps)
    }

    #[test]
    fn the_steps_are_those_of_a_stream_whatever_is_wrong_with_the_text() {
        let step =
            r#"{"method":"read_thread","params":{"thread_id":"0198f2a3-0000-7000-8000-000000000001"}}"#;
        let header = r#"{"scenario":"s","about":"a","clock":"2026-05-13T00:28:15Z"}"#;
        for text in [
            String::new(),
            "\n \n".to_string(),
            header.to_string(),
            format!("{header}\n{step}\n\u{feff}{step}"),
            format!("\u{feff}{header}{step}{step}"),
            format!("{step}\n{header}\n{step}"),
            format!("{header}\n{header}\n{step}"),
            format!("{{\"scenario\":5}}\n{step}"),
            format!("{{\"scenario\":\"s\",\"clok\":1}}\n{step}"),
            format!("{{\"scenario\":\"s\",\n{step}\n{step}"),
            format!("{header}\n{{\"method\":\"read_thread\",\n{step}\ntorn {step}\n5 null\n{step}"),
            format!("{header}\n{step}\n{{\"method\":\"read_thread\",\"note\":\"a\",\"note\":\"b\"}}"),
        ] {
            let script = script(text.as_bytes());
            let steps: Vec<String> = (0..script.len())
                .map(|place| match script.step(place).unwrap() {
                    Ok(statement) => format!("{statement:?}"),
                    Err(invalid) => format!("{invalid:?}"),
                })
                .collect();
            assert_eq!(
                (script.header.clone(), steps),
                streamed(text.as_bytes()),
                "{text}"
            );
            assert!(script.step(script.len()).is_none());
        }
        let bytes = [header.as_bytes(), b"\n{\"method\":\"\xff\"}\n", step.as_bytes()].concat();
        assert!(matches!(&script(&bytes).step(0), Some(Err(invalid)) if invalid.message.contains("UTF-8")));
    }

    #[test]
    fn reading_is_broken_off_and_what_cannot_be_read_is_an_error() {
        let text = "{\"method\":\"calls\"}\n".repeat(10_000);
        let mut heard = 0;
        let mut once = |bytes| {
            heard += 1;
            assert!(bytes < 10_000);
            ControlFlow::Break(())
        };
        let read = Script::read("x", text.as_bytes(), 0, &mut once).unwrap();
        assert!(read.is_none());
        assert_eq!(heard, 1);
        let folder = std::fs::File::open("/").unwrap();
        assert!(Script::read("/", folder, 0, &mut |_| ControlFlow::Continue(())).is_err());
    }
}
