//! A line that is being written in the bar or in the patch form: a search, a filter, a value.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::inspector::state::context::Context;
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay;
use crate::inspector::widgets::line::TextInput;

/// What a line is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptPurpose {
    /// A text to look for.
    Search,
    /// A text that rows must hold.
    Filter,
    /// The value of a row of the patch form.
    Value(usize),
}

/// A line that is being written.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What for.
    pub purpose: PromptPurpose,
    /// The text and the cursor.
    pub line: TextInput,
    /// The text with which it began.
    pub before: String,
}

impl Prompt {
    /// Begins with a text.
    pub fn new(purpose: PromptPurpose, text: String) -> Self {
        Self {
            purpose,
            line: TextInput::new(text.clone()),
            before: text,
        }
    }
}

impl Overlay for Prompt {
    fn context(&self) -> Context {
        Context::Writing
    }

    fn height(&self, _: Rect) -> u16 {
        1
    }

    /// The bar or the row of the form draws it.
    fn draw(&self, _: &Model, _: &mut Buffer, _: Rect, _: bool) {}

    fn line(&mut self) -> Option<&mut TextInput> {
        Some(&mut self.line)
    }

    fn writes_patch(&self) -> bool {
        matches!(self.purpose, PromptPurpose::Value(_))
    }

    fn is_line(&self) -> bool {
        true
    }
}
