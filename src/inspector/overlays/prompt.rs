//! A line that is being written in the bar or in the patch form: a search, a filter, a value.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::inspector::state::context::Spot;
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay;
use crate::inspector::widgets::line::Line;

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
    /// The text with which it began.
    pub before: String,
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

impl Overlay for Writing {
    fn spot(&self) -> Spot {
        Spot::Writing
    }

    fn height(&self, _: Rect) -> u16 {
        1
    }

    /// The bar or the row of the form draws it.
    fn draw(&self, _: &Model, _: &mut Buffer, _: Rect, _: bool) {}

    fn line(&mut self) -> Option<&mut Line> {
        Some(&mut self.line)
    }

    fn writes_patch(&self) -> bool {
        matches!(self.purpose, Purpose::Value(_))
    }

    fn is_line(&self) -> bool {
        true
    }
}
