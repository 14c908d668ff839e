//! Forms with one line for each value. The form of a store call has one line for each parameter, is generated from the
//! OPS table, and is prefilled with known values. The form of a field value has one line for each part.
//!
//! This module stores the lines, and converts the lines of a call to the parameters of a step. The submodule `parts`
//! converts the lines of a value. The submodule `draw` draws the form.

mod draw;
pub mod parts;

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::contract::{FIELDS, FieldEditor, Op, Param, Step, called};
use crate::inspector::features::targets;
use crate::inspector::layout::parts::{PaneParts, inner, split};
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::command::ensured;
use crate::inspector::state::context::Context;
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay;
use crate::inspector::widgets::cursor::{ListCursor, Motion};
use crate::inspector::widgets::line::TextInput;
use crate::protocol::json::{Json, quoted};
use crate::workbench::Request;
use crate::workbench::composed::Composed;
use crate::workbench::lints::{self, Lint};

/// An example of items: a user message.
const ITEMS: &str = r#"[{"type":"event_msg","payload":{"type":"user_message","message":"hello"}}]"#;

/// An example of a patch.
const PATCH: &str = r#"{"name":"new","agent_role":null}"#;

/// The purpose of a form.
#[derive(Clone, Debug)]
pub enum FormSubject {
    /// A call of this method.
    Call(Op),
    /// The value of a row of the patch form.
    Parts {
        /// The row.
        field: usize,
        /// The initial value.
        value: String,
        /// The path prefix of all its parts.
        way: String,
    },
}

/// A line of a form.
#[derive(Clone, Debug)]
pub struct FormRow {
    /// The name of the parameter or part.
    pub name: String,
    /// A sentence about its type and meaning.
    pub about: String,
    /// The meaning of an empty line. `None` if a value is required.
    pub default: Option<&'static str>,
    /// The entered text.
    pub line: TextInput,
    /// An example of a value, shown while nothing is entered; empty if there is none.
    pub example: &'static str,
    /// The possible values, if there are only a few. Space selects the next one.
    pub choices: Vec<String>,
    /// Whether the input is taken as a string, without quotation marks. Otherwise, the input is JSON or a bare word.
    pub is_text: bool,
}

impl FormRow {
    /// Selects the next of the possible values. Returns false if the line has no list of values, or if the input is
    /// none of them.
    fn toggle(&mut self) -> bool {
        let entered = match self.line.text() {
            "" => self.default.map(called).unwrap_or_default(),
            entered => entered.to_string(),
        };
        let at = self.choices.iter().position(|choice| *choice == entered);
        let next = match at {
            Some(at) => (at + 1) % self.choices.len().max(1),
            None => 0,
        };
        let is_known = at.is_some() || self.line.is_selected() || self.line.text().is_empty();
        match self.choices.get(next).filter(|_| is_known) {
            Some(next) => self.line = TextInput::selected(next.clone()),
            None => return false,
        }
        true
    }
}

/// Returns the possible values of a parameter, written as the user enters them, if there are only a few.
fn choices(param: &Param) -> Vec<String> {
    let field = FIELDS.iter().find(|field| field.name == param.name);
    let texts = match (param.choices, field.map(|field| field.edit)) {
        ([], Some(FieldEditor::Choice(texts))) => texts,
        (texts, _) => texts,
    };
    let plain = texts.iter().filter(|text| !text.starts_with('{'));
    plain.map(|text| called(text)).collect()
}

/// A form.
#[derive(Clone, Debug)]
pub struct Form {
    /// The purpose of the form.
    pub subject: FormSubject,
    /// The lines.
    pub rows: Vec<FormRow>,
    /// The selected line.
    pub cursor: ListCursor,
    /// The reason why the form was not accepted.
    pub fault: Option<String>,
    /// Whether the call was already made with the current input; if so, its answer closes the form.
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

    /// Creates the form of a method, prefilled from the selection. `given` is the value of its first required
    /// parameter.
    pub fn call(model: &Model, op: Op, given: &str) -> Self {
        let selected = model.session.thread();
        // The form for a patch is prefilled with the target thread of the patch.
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
                _ => None,
            };
            let example = match param.name {
                "items" => ITEMS,
                "patch" => PATCH,
                _ => "",
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
                line: TextInput::selected(given.or(known).unwrap_or_default()),
                example,
                choices: choices(param),
                is_text: is_text(param),
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
        u16::try_from(self.rows.len() + 6).unwrap_or(u16::MAX)
    }

    /// Divides the form into a sentence about the method, the lines, and messages about the lines.
    fn parts(&self, area: Rect) -> PaneParts {
        let inside = inner(area);
        match inside.height {
            7.. => split(inside, 2, 2),
            6 => split(inside, 2, 1),
            rows => split(inside, 0, u16::from(rows >= 2)),
        }
    }

    fn draw(&self, model: &Model, buffer: &mut Buffer, area: Rect, focused: bool) {
        draw::draw(model, self, buffer, area, focused);
    }

    fn list(&mut self) -> Option<(&mut ListCursor, usize)> {
        Some((&mut self.cursor, self.rows.len()))
    }

    /// Selects another line, wrapping at the ends.
    fn go(&mut self, motion: Motion, _: usize) {
        self.fault = None;
        let count = self.rows.len();
        match motion {
            Motion::Rows(1) if self.cursor.at + 1 >= count => self.cursor.at = 0,
            Motion::Rows(-1) if self.cursor.at == 0 => self.cursor.at = count.saturating_sub(1),
            motion => self.cursor.go(motion, count, count),
        }
    }

    fn input(&self) -> Option<&TextInput> {
        self.rows.get(self.cursor.at).map(|row| &row.line)
    }

    fn line(&mut self) -> Option<&mut TextInput> {
        self.rows.get_mut(self.cursor.at).map(|row| &mut row.line)
    }

    fn written(&mut self) {
        self.fault = None;
        self.sent = false;
    }

    fn toggle(&mut self) -> bool {
        let toggled = self.rows.get_mut(self.cursor.at).is_some_and(FormRow::toggle);
        if toggled {
            self.written();
        }
        toggled
    }

    fn writes_patch(&self) -> bool {
        matches!(self.subject, FormSubject::Parts { .. })
    }
}

/// Returns the lints of the entered call, which are the same as those of `threadloupe run`.
fn lints(model: &Model, op: Op, rows: &[FormRow]) -> Vec<Lint> {
    let Ok(params) = params(op, rows) else {
        return Vec::new();
    };
    let params = Json::trusted(&params);
    let Ok(step) = Step::read(op, Some(params)) else {
        return Vec::new();
    };
    let mut found = lints::of_text(op.row().params, Some(params));
    found.extend(lints::of_call(&step, &model.session.snapshot));
    found
}

/// Returns the entered call. The error is a sentence with the number of the affected line.
fn request(op: Op, rows: &[FormRow]) -> Result<Request, (usize, String)> {
    let params = params(op, rows)?;
    let params = Some(Json::trusted(&params));
    let step = Step::read(op, params).map_err(|fault| {
        let end = fault.path.find(['.', '[']).unwrap_or(fault.path.len());
        let name = &fault.path[..end];
        let index = rows.iter().position(|row| row.name == name);
        (index.unwrap_or(0), format!("{fault}."))
    })?;
    Ok(Request::new(step, params))
}

/// Returns the entered parameters as a JSON object. The error is a sentence with the number of the affected line.
fn params(op: Op, rows: &[FormRow]) -> Result<String, (usize, String)> {
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
        members.push((param.name, value));
    }
    let members = members
        .iter()
        .map(|(name, value)| (Cow::Borrowed(*name), Composed::Text(Json::trusted(value))));
    Ok(Composed::Object(members.collect()).text())
}

/// Returns whether the parameter is a string, which is entered without quotes.
fn is_text(param: &Param) -> bool {
    matches!(param.value, "String" | "PathBuf" | "ThreadId")
}

/// Returns the entered parameter as JSON: a string parameter takes plain text, others take JSON, and a bare word
/// becomes a string.
fn value(param: &Param, written: &str) -> Result<String, String> {
    let wants_text = is_text(param)
        || matches!(
            param.value,
            "Option<String>" | "Option<PathBuf>" | "Option<ThreadId>"
        ) && written != "null";
    if wants_text && !written.starts_with('"') {
        return Ok(quoted(written));
    }
    match Json::parse(written) {
        Ok(json) => Ok(json.text().to_string()),
        Err(_)
            if written
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_-".contains(c)) =>
        {
            Ok(quoted(written))
        }
        Err(fault) => Err(format!("invalid JSON at column {}, {fault}", fault.at + 1)),
    }
}

/// Makes the call of the open form, or accepts the value that was entered in it.
pub fn send(model: &mut Model) -> Effects {
    let store = model.session.store;
    let form = ensured(model.overlays.top_mut::<Form>());
    let (row, sentence) = match &form.subject {
        FormSubject::Call(op) => match request(*op, &form.rows) {
            Ok(request) => {
                let request = Box::new(request);
                form.sent = true;
                return vec![Effect::Run(Call::Step { store, request })];
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

#[cfg(test)]
mod tests;
