//! The form of a store call: one line a parameter, made from the OPS table, with what is known filled in.
//!
//! Owns how what is written becomes the parameters of a step; how it looks is in `draw` below this file.

mod draw;

pub use draw::draw;

use super::cursor::{Cursor, Motion};
use super::driver::Effect;
use super::line::{Line, Stroke};
use super::model::{Call, Effects, Model, Overlay};
use crate::contract::{Op, Param, Step};
use crate::protocol::json::Json;

/// What a message of a user looks like, to begin an append with.
const ITEMS: &str = r#"[{"type":"event_msg","payload":{"type":"user_message","message":"hello"}}]"#;

/// The parameters of a call that is being composed.
#[derive(Clone, Debug)]
pub struct CallForm {
    /// The method.
    pub op: Op,
    /// Each parameter and what is written for it; nothing written stands for its default.
    pub fields: Vec<(&'static Param, Line)>,
    /// The parameter that is written.
    pub cursor: Cursor,
    /// Why the call could not be made.
    pub fault: Option<String>,
}

impl CallForm {
    /// The form of a method for what is selected; `given` is the value of its first required parameter.
    pub fn new(model: &Model, op: Op, given: &str) -> Self {
        let selected = model.session.thread();
        let mut given = Some(given).filter(|given| !given.is_empty());
        let fields = op.row().params.iter().map(|param| {
            let known = match (param.name, op) {
                ("thread_id", Op::CreateThread) => Some((model.fresh_id)().to_string()),
                ("thread_id", _) => selected.map(|record| record.id.to_string()),
                ("rollout_path", Op::ReadThreadByRolloutPath) => selected
                    .and_then(|record| record.rollout_path())
                    .map(|path| path.display().to_string()),
                ("items", _) => Some(ITEMS.to_string()),
                ("patch", _) => Some(model.draft.json()),
                _ => None,
            };
            let given = param
                .default
                .is_none()
                .then(|| given.take())
                .flatten()
                .map(str::to_string);
            (param, Line::new(given.or(known).unwrap_or_default()))
        });
        Self {
            op,
            fields: fields.collect(),
            cursor: Cursor::default(),
            fault: None,
        }
    }

    /// Moves to another parameter, round the end.
    pub fn go(&mut self, motion: Motion) {
        let count = self.fields.len();
        match motion {
            Motion::Rows(1) if self.cursor.at + 1 >= count => self.cursor.at = 0,
            Motion::Rows(-1) if self.cursor.at == 0 => self.cursor.at = count.saturating_sub(1),
            motion => self.cursor.go(motion, count, count),
        }
    }

    fn line(&mut self) -> Option<&mut Line> {
        self.fault = None;
        self.fields.get_mut(self.cursor.at).map(|(_, line)| line)
    }

    /// Changes what is written.
    pub fn stroke(&mut self, stroke: Stroke) {
        if let Some(line) = self.line() {
            line.stroke(stroke);
        }
    }

    /// Writes a text.
    pub fn insert(&mut self, text: &str) {
        if let Some(line) = self.line() {
            line.insert(text);
        }
    }

    /// The call as it is written. An error is a sentence, with the number of the parameter that it is about.
    pub fn step(&self) -> Result<Step, (usize, String)> {
        let mut members = Vec::new();
        for (index, (param, line)) in self.fields.iter().enumerate() {
            let written = line.text().trim();
            if written.is_empty() {
                if param.default.is_none() {
                    return Err((index, format!("{} is missing: this method needs it.", param.name)));
                }
                continue;
            }
            let value = value(param, written).map_err(|why| (index, format!("{}: {why}.", param.name)))?;
            members.push(format!("{}:{value}", quote(param.name)));
        }
        let params = format!("{{{}}}", members.join(","));
        let json =
            Json::parse(&params).map_err(|fault| (0, format!("The parameters are no JSON: {fault}.")))?;
        Step::read(self.op, Some(json)).map_err(|fault| {
            let name = fault.path.split(['.', '[']).next().unwrap_or_default();
            let index = self.fields.iter().position(|(param, _)| param.name == name);
            (index.unwrap_or(0), format!("{fault}."))
        })
    }
}

/// Whether a value of the parameter is a text, so that it is written without quotes.
fn is_text(param: &Param) -> bool {
    matches!(param.value, "String" | "PathBuf" | "ThreadId")
}

/// What is written for a parameter as JSON: a text where a text is wanted, JSON elsewhere, and a bare word as a text.
fn value(param: &Param, written: &str) -> Result<String, String> {
    let wants_text = is_text(param)
        || matches!(
            param.value,
            "Option<String>" | "Option<PathBuf>" | "Option<ThreadId>"
        ) && written != "null";
    if wants_text && !written.starts_with('"') {
        return Ok(quote(written));
    }
    match Json::parse(written) {
        Ok(json) => Ok(json.text().to_string()),
        Err(_)
            if written
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_-".contains(c)) =>
        {
            Ok(quote(written))
        }
        Err(fault) => Err(format!("column {} is no JSON, {fault}", fault.at + 1)),
    }
}

fn quote(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// Makes the call of the form that is open.
pub fn send(model: &mut Model) -> Effects {
    let store = model.session.store;
    let Some(Overlay::Form(form)) = model.overlays.last_mut() else {
        return Vec::new();
    };
    match form.step() {
        Ok(step) => vec![Effect::Run(Call::Step {
            store,
            step: Box::new(step),
        })],
        Err((field, sentence)) => {
            form.cursor.at = field;
            form.fault = Some(sentence);
            Vec::new()
        }
    }
}
