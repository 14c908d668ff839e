//! A text prompt in the bar or in the patch form: a search, a filter, a value.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::completions::Completions;
use crate::inspector::state::context::Context;
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay;
use crate::inspector::widgets::line::TextInput;

/// The purpose of a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptPurpose {
    /// A search text.
    Search,
    /// A text to search for in the contents of all threads.
    Contents,
    /// A text that rows must contain.
    Filter,
    /// The value of a row of the patch form.
    Value(usize),
}

/// A text prompt.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// The purpose.
    pub purpose: PromptPurpose,
    /// The text and the cursor.
    pub line: TextInput,
    /// The initial text.
    pub before: String,
    /// What is wrong with the text, if it is applied while the user types.
    pub fault: Option<String>,
    /// The completions of a filter.
    pub completions: Option<Completions>,
    /// The index of the recalled text, counted from the newest, and the text that the user had typed before recalling
    /// it.
    pub recalled: Option<(usize, String)>,
}

impl Prompt {
    /// Creates a prompt with an initial text that is selected: typing replaces it.
    pub fn selected(purpose: PromptPurpose, text: String) -> Self {
        Self {
            line: TextInput::selected(text.clone()),
            ..Self::new(purpose, text)
        }
    }

    /// Creates a prompt with an initial text.
    pub fn new(purpose: PromptPurpose, text: String) -> Self {
        Self {
            purpose,
            line: TextInput::new(text.clone()),
            before: text,
            fault: None,
            completions: None,
            recalled: None,
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

    /// The bar or the row of the form draws the prompt, except the completions of a filter.
    fn draw(&self, model: &Model, buffer: &mut Buffer, bar: Rect, _: bool) {
        if let Some(completions) = self.completions.as_ref().filter(|known| known.is_open()) {
            completions.draw(model, buffer, bar, u16::from(self.fault.is_some()));
        }
    }

    fn input(&self) -> Option<&TextInput> {
        Some(&self.line)
    }

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
