//! Forms of a line a value: that of a store call, a line a parameter, made from the OPS table, with what is known filled in;
//! and that of a field's value, a line a part of it.
//!
//! Owns the lines, and how those of a call become the parameters of a step; those of a value are in `parts` below this
//! file, how a form looks is in `draw`.

mod draw;
pub mod parts;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::contract::{Op, Param, Step};
use crate::inspector::features::targets;
use crate::inspector::layout::parts::{PaneParts, inner, split};
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::context::Context;
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay;
use crate::inspector::widgets::cursor::{ListCursor, Motion};
use crate::inspector::widgets::line::TextInput;
use crate::protocol::json::Json;

/// What a message of a user looks like, to begin an append with.
const ITEMS: &str = r#"[{"type":"event_msg","payload":{"type":"user_message","message":"hello"}}]"#;

/// What a form is for.
#[derive(Clone, Debug)]
pub enum FormSubject {
    /// A call of this method.
    Call(Op),
    /// The value of a row of the patch form.
    Parts {
        /// The row.
        field: usize,
        /// The value that is filled in.
        value: String,
        /// The way to all of its parts.
        way: String,
    },
}

/// A line of a form.
#[derive(Clone, Debug)]
pub struct FormRow {
    /// What it is for.
    pub name: String,
    /// Its type and what it is, in a sentence.
    pub about: String,
    /// What nothing written stands for; `None` where something is needed.
    pub default: Option<&'static str>,
    /// What is written.
    pub line: TextInput,
}

/// Lines that are being written.
#[derive(Clone, Debug)]
pub struct Form {
    /// What it is for.
    pub subject: FormSubject,
    /// The lines.
    pub rows: Vec<FormRow>,
    /// The line that is written.
    pub cursor: ListCursor,
    /// Why it could not be taken.
    pub fault: Option<String>,
    /// Whether the call was made as it is written, so that its answer closes the form.
    pub sent: bool,
}

impl Form {
    fn new(subject: FormSubject, rows: Vec<FormRow>) -> Self {
        Self {
            subject,
            rows,
            cursor: ListCursor::default(),
            fault: None,
            sent: false,
        }
    }

    /// The form of a method for what is selected; `given` is the value of its first required parameter.
    pub fn call(model: &Model, op: Op, given: &str) -> Self {
        let selected = model.session.thread();
        // The patch of the form is filled in with the thread that it is for.
        let patched = targets::shown(model).filter(|shown| shown.session.store == model.session.store);
        let mut given = Some(given).filter(|given| !given.is_empty());
        let rows = op.row().params.iter().map(|param| {
            let known = match (param.name, op) {
                ("thread_id", Op::CreateThread) => Some((model.fresh_id)().to_string()),
                ("thread_id", Op::UpdateThreadMetadata) => patched.as_ref().map(|shown| shown.id.to_string()),
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
            FormRow {
                name: param.name.to_string(),
                about: format!("{}: {}", param.value, param.about),
                default: param.default,
                line: TextInput::new(given.or(known).unwrap_or_default()),
            }
        });
        Self::new(FormSubject::Call(op), rows.collect())
    }
}

impl Overlay for Form {
    fn context(&self) -> Context {
        match self.subject {
            FormSubject::Call(_) => Context::Form,
            FormSubject::Parts { .. } => Context::Parts,
        }
    }

    fn height(&self, _: Rect) -> u16 {
        u16::try_from(self.rows.len() + 5).unwrap_or(u16::MAX)
    }

    /// A sentence about the method, the lines, a sentence about the one that is written.
    fn parts(&self, area: Rect) -> PaneParts {
        let inside = inner(area);
        match inside.height {
            6.. => split(inside, 2, 1),
            rows => split(inside, 0, u16::from(rows >= 2)),
        }
    }

    fn draw(&self, model: &Model, buffer: &mut Buffer, area: Rect, focused: bool) {
        draw::draw(model, self, buffer, area, focused);
    }

    fn settle(&mut self, _: usize, height: usize) {
        self.cursor.settle(self.rows.len(), height);
    }

    /// Goes to another line, round the end.
    fn go(&mut self, motion: Motion, _: usize) {
        let count = self.rows.len();
        match motion {
            Motion::Rows(1) if self.cursor.at + 1 >= count => self.cursor.at = 0,
            Motion::Rows(-1) if self.cursor.at == 0 => self.cursor.at = count.saturating_sub(1),
            motion => self.cursor.go(motion, count, count),
        }
    }

    fn line(&mut self) -> Option<&mut TextInput> {
        self.rows.get_mut(self.cursor.at).map(|row| &mut row.line)
    }

    fn written(&mut self) {
        self.fault = None;
        self.sent = false;
    }

    fn writes_patch(&self) -> bool {
        matches!(self.subject, FormSubject::Parts { .. })
    }
}

/// The call as it is written. An error is a sentence, with the number of the line that it is about.
fn step(op: Op, rows: &[FormRow]) -> Result<Step, (usize, String)> {
    let mut members = Vec::new();
    for (index, (param, row)) in op.row().params.iter().zip(rows).enumerate() {
        let written = row.line.text().trim();
        if written.is_empty() {
            if param.default.is_none() {
                return Err((
                    index,
                    format!("{} is missing: this method requires it.", param.name),
                ));
            }
            continue;
        }
        let value = value(param, written).map_err(|why| (index, format!("{}: {why}.", param.name)))?;
        members.push(format!("{}:{value}", quote(param.name)));
    }
    let params = format!("{{{}}}", members.join(","));
    let json =
        Json::parse(&params).map_err(|fault| (0, format!("The parameters are not valid JSON: {fault}.")))?;
    Step::read(op, Some(json)).map_err(|fault| {
        let name = fault.path.split(['.', '[']).next().unwrap_or_default();
        let index = rows.iter().position(|row| row.name == name);
        (index.unwrap_or(0), format!("{fault}."))
    })
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
        Err(fault) => Err(format!("invalid JSON at column {}, {fault}", fault.at + 1)),
    }
}

fn quote(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// Makes the call of the form that is open, or takes the value that is written in it.
pub fn send(model: &mut Model) -> Effects {
    let store = model.session.store;
    let Some(form) = model.overlays.top_mut::<Form>() else {
        return Vec::new();
    };
    let (row, sentence) = match &form.subject {
        FormSubject::Call(op) => match step(*op, &form.rows) {
            Ok(step) => {
                let step = Box::new(step);
                form.sent = true;
                return vec![Effect::Run(Call::Step { store, step })];
            }
            Err(fault) => fault,
        },
        FormSubject::Parts { field, value, .. } => match parts::value(*field, value, &form.rows)
            .and_then(|value| model.draft.set_json(*field, value).map_err(|why| (0, why)))
        {
            Ok(()) => {
                model.overlays.pop();
                return Vec::new();
            }
            Err(fault) => fault,
        },
    };
    form.cursor.at = row;
    form.fault = Some(sentence);
    Vec::new()
}
