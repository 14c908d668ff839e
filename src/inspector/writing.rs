//! A line that is being written in the bar or in the patch form: a search, a filter, a value.
//!
//! Owns what happens while it is written, when it is accepted and when it is given up.

use super::line::Line;
use super::model::{Effects, Model, Overlay};
use super::moving;

/// What a line is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A text to look for.
    Search,
    /// A text that rows must hold.
    Filter,
    /// The value of a row of the patch form.
    Value(usize),
}

/// A line that is being written.
#[derive(Clone, Debug)]
pub struct Writing {
    /// What for.
    pub purpose: Purpose,
    /// The text and the cursor.
    pub line: Line,
    before: String,
}

impl Writing {
    /// Begins with a text.
    pub fn new(purpose: Purpose, text: String) -> Self {
        Self {
            purpose,
            line: Line::new(text.clone()),
            before: text,
        }
    }
}

/// The text has changed: a filter filters as one types.
pub fn changed(model: &mut Model) -> Effects {
    match model.writing() {
        Some(writing) if writing.purpose == Purpose::Filter => {
            let text = writing.line.text().to_string();
            moving::filter(model, &text)
        }
        _ => Vec::new(),
    }
}

/// Takes what was written.
pub fn accept(model: &mut Model) -> Effects {
    let Some(writing) = take(model) else {
        return Vec::new();
    };
    let text = writing.line.text().to_string();
    match writing.purpose {
        Purpose::Search if text.is_empty() => Vec::new(),
        Purpose::Search => moving::search(model, &text),
        Purpose::Filter => Vec::new(),
        Purpose::Value(row) => {
            if let Err(sentence) = model.draft.set(row, &text, model.session.snapshot.now()) {
                model.warn(sentence);
                return model.open(Overlay::Writing(writing));
            }
            Vec::new()
        }
    }
}

/// Gives up what was written.
pub fn give_up(model: &mut Model) -> Effects {
    match take(model) {
        Some(writing) if writing.purpose == Purpose::Filter => moving::filter(model, &writing.before),
        _ => Vec::new(),
    }
}

/// Writes a text at the cursor.
pub fn insert(model: &mut Model, text: &str) -> Effects {
    if let Some(Overlay::Writing(writing)) = model.overlays.last_mut() {
        writing.line.insert(text);
    }
    changed(model)
}

/// Whether a filter is being written: what it shows is not yet what the person wants to see.
pub fn is_filter(model: &Model) -> bool {
    let is_filter =
        |over: &Overlay| matches!(over, Overlay::Writing(writing) if writing.purpose == Purpose::Filter);
    model.overlays.iter().any(is_filter)
}

/// Takes the line that has the keys away.
fn take(model: &mut Model) -> Option<Writing> {
    match model.overlays.pop() {
        Some(Overlay::Writing(writing)) => Some(writing),
        other => {
            model.overlays.extend(other);
            None
        }
    }
}
