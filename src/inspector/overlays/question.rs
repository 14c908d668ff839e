//! A yes or no question. The action for the answer yes is stored as data.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::inspector::layout::parts::inner;
use crate::inspector::state::action::Action;
use crate::inspector::state::context::Context;
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay;
use crate::inspector::widgets::frame::{Frame, sentence};
use crate::inspector::widgets::theme::Role;
use crate::text::{Break, wrap};

/// A yes or no question.
pub struct Question {
    /// The text of the question.
    pub text: String,
    /// The action that runs if the answer is yes.
    pub then: Action,
}

impl Question {
    /// Creates a question that is asked before an action runs.
    pub fn new(text: String, then: Action) -> Self {
        Self { text, then }
    }
}

impl Overlay for Question {
    fn context(&self) -> Context {
        Context::Question
    }

    fn height(&self, body: Rect) -> u16 {
        let columns = usize::from(body.width.saturating_sub(4)).max(1);
        let rows = wrap(&self.text, columns, Break::Word).take(9).count();
        u16::try_from(rows + 2).unwrap_or(u16::MAX)
    }

    fn draw(&self, model: &Model, buffer: &mut Buffer, area: Rect, focused: bool) {
        Frame {
            title: "Question",
            note: "",
            focused,
            scroll: None,
        }
        .draw(buffer, area, model.theme);
        sentence(buffer, inner(area), model.theme, &self.text, Role::Warning);
    }
}
